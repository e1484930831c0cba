"""Is the README true? Its commands, links, tables and examples are held against the program."""

from __future__ import annotations

import dataclasses
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from article_search import settings
from article_search.terminal import cli
from tests.test_imports import LAYERS, modules

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def section(heading: str) -> str:
    return README.split(f"\n{heading}\n")[1].split("\n#")[0]


def command_lines(text: str) -> Iterator[str]:
    for block in re.findall(r"(?ms)^```sh\n(.*?)^```$", text):
        yield from (line for line in block.splitlines() if line)


ARTICLES_LINES = [line for line in command_lines(README) if re.match(r"articles\b", line)]


def test_ci_runs_the_tests_by_the_readmes_command() -> None:
    index_and_search, tests = command_lines(section("## Try it"))
    assert index_and_search.endswith("/articles index && .venv/bin/articles search Smalling Roma fee")
    last = (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()[-1]
    assert last == tests


@pytest.mark.parametrize("line", ARTICLES_LINES)
def test_every_command_line_is_one_the_program_reads(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = shlex.split(line, comments=True)[1:]
    assert cli.run([*arguments, "--help"]) == 0, capsys.readouterr().err


def test_every_command_is_shown() -> None:
    shown = {shlex.split(line)[1] for line in ARTICLES_LINES}
    assert shown >= set(cli.cli.commands)


def test_every_local_link_leads_somewhere() -> None:
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", README)
    local = [link for link in links if "://" not in link]
    assert local
    assert not [link for link in local if not (ROOT / link).exists()]


def test_every_key_of_articles_toml_is_there_with_its_default() -> None:
    shown = dict(re.findall(r"(?m)^\| `(\w+)` \| `([^`]+)` \|", section("### Configuration")))
    defaults = settings.Settings()
    assert list(shown) == [field.name for field in dataclasses.fields(defaults)]
    for key, text in shown.items():
        default = getattr(defaults, key)
        if isinstance(default, settings.Semantic):
            assert tomllib.loads(f"{key} = {text}")[key] == dataclasses.asdict(default)
            continue
        expected = list(default) if isinstance(default, tuple) else default
        is_table = dataclasses.is_dataclass(default) and not isinstance(default, type)
        values = dataclasses.asdict(default) if is_table else {}
        table = ", ".join(f"{name} = {value}" for name, value in values.items())
        assert text in (repr(expected), f'"{expected}"', f"{{{table}}}") or (text == "{}" and (values or default == ()))


def test_every_room_has_its_question_and_its_floor() -> None:
    shown: dict[str, int] = {}
    number = 0
    for floor, room in re.findall(r"(?m)^\| (\d*) ?\| `(\w+)` \|", section("### Where is what?")):
        number = int(floor) if floor else number
        shown[room] = number
    assert set(shown) == {name.partition(".")[0] for name in modules() if name != "__main__"}
    assert all(room in LAYERS[number - 1] for room, number in shown.items())


def test_every_file_and_folder_it_names_is_there() -> None:
    named = re.findall(r"`((?:[a-z_]+/)*(?:[a-z_]+\.py|[a-z_]+/))`", README)
    assert len(named) > 20
    for name in named:
        places = (
            ROOT,
            ROOT / "src" / "article_search",
            ROOT / "tests" / "backends",
            ROOT / "src/article_search/backends/embedded",
        )
        assert any((place / name).exists() for place in places), name


def test_the_python_example_runs(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "a.md").write_text(
        "---\ntitle: Smalling\ndate: 2020-09-15\ncategories: [sports]\n---\nRoma, and the fee.\n"
    )
    (example,) = re.findall(r"(?ms)^```python\n(.*?)^```$", README)
    for command in (["-m", "article_search", "index"], ["-c", example]):
        done = subprocess.run([sys.executable, *command], cwd=tmp_path, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
    assert done.stdout == "2020-09-15 00:00:00+00:00 Smalling /article/a.md\n"


# What a shell is told to type after the line of the README, so that it shows the completions of "articles sea".
ASK = {
    "bash": "COMP_WORDS=(articles sea); COMP_CWORD=1; _articles_completion articles; echo ${COMPREPLY[@]}",
    "zsh": "_describe() { echo ${(P)3} }; words=(articles sea); CURRENT=2; _articles_completion",
    "fish": "complete -C 'articles sea'",
}


@pytest.mark.parametrize("shell", ASK)
def test_the_shells_complete(shell: str, tmp_path: Path) -> None:
    program = shutil.which(shell)
    if not program:
        pytest.skip(f"{shell} is not installed")
    (line,) = (line for line in command_lines(section("### Shell completion")) if f"={shell}_source" in line)
    start = "autoload -U compinit; compinit -D;" if shell == "zsh" else ""
    done = subprocess.run(
        [program, "-c", f"{start}{line.partition('#')[0]}\n{ASK[shell]}"],
        cwd=tmp_path,
        env={"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert re.match(r"search\b", done.stdout), done.stderr
