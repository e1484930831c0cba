"""The shell completes what the index knows."""

from __future__ import annotations

from pathlib import Path

import click

from article_search.terminal import cli, searching
from tests.fake_engine import FakeEngine, article
from tests.terminal.conftest import Run, program


def test_the_shell_completes_commands_options_and_words(site: Path) -> None:
    def completed(*words: str) -> list[str]:
        environment = {
            "_ARTICLES_COMPLETE": "bash_complete",
            "COMP_WORDS": " ".join(["articles", *words]),
            "COMP_CWORD": str(len(words)),
        }
        out = program(cwd=site, environment=environment).stdout.decode()
        return [line.partition(",")[2] for line in out.splitlines() if line]

    assert completed("sea") == ["search"]
    assert completed("search", "--cat") == ["--category"]
    assert completed("search", "--sort", "ne") == ["newest"]
    assert completed("search", "-roma", "--sort", "ne") == ["newest"]
    assert "bridge" in completed("search", "bri")
    assert completed("search", "--category", "tr") == ["transport"]
    assert completed("search", "bridge", "category:tr") == ["category:transport"]
    assert completed("search", "category", ":", "tr") == ["transport"]  # as bash cuts it
    assert completed("search", "category", ":") == ["latest", "transport"]
    assert completed("search", '"the bri') == ["the bridge"]
    assert completed("search", "title:bri") == ["title:bridge"]
    assert completed("show", "bri") == completed("related", "bri") == ["bridge.md"]
    assert completed("show", "content/bri") == ["content/bridge.md"]
    assert completed("show", "zzz") == []


def test_of_many_ids_the_shell_offers_their_folders(run: Run, engine: FakeEngine) -> None:
    engine.articles = [article(f"{year}/{n}.md") for year in (2019, 2020) for n in range(90)]
    assert list(complete_id(engine, "20")) == ["2019/", "2020/"]
    assert len(list(complete_id(engine, "2019/"))) == 90


def complete_id(engine: FakeEngine, incomplete: str) -> list[str]:
    parameter = searching.show.params[0]
    context = click.Context(searching.show, parent=click.Context(cli.cli, obj=lambda _: engine))
    assert context.parent
    context.parent.params = {"config": None, "content": None, "index": None}
    return [item.value for item in parameter.shell_complete(context, incomplete)]
