"""`articles init` says what it recognised and writes settings that can be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from article_search.settings import load
from tests.terminal.conftest import Run, is_one_line


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_recognised_site_gets_its_settings(run: Run, site: Path) -> None:
    (site / "hugo.toml").write_text(
        'baseURL = "https://a.example/b/"\ntitle = "A \\"b\\" c"\n[permalinks]\na = "/:slug/"'
    )
    (site / "content").mkdir()
    code, out, err = run("init")
    assert (code, err) == (0, "")
    assert "Hugo recognised by hugo.toml" in out
    settings = load(None, {})
    assert (settings.generator, settings.title, settings.base_url) == ("hugo", 'A "b" c', "https://a.example/b")
    assert settings.urls == (("a", "/:slug/"),)
    assert settings.content == Path("content")


def test_a_folder_may_be_named(run: Run, site: Path) -> None:
    (site / "x").mkdir()
    (site / "x" / "mkdocs.yml").write_text("site_name: X")
    code, out, _ = run("init", "x")
    assert code == 0
    assert "cd x" in out
    assert load(site / "x" / "articles.toml", {}).generator == "mkdocs"


def test_nothing_recognised_is_said_and_the_file_is_plain(run: Run, site: Path) -> None:
    code, out, _ = run("init")
    assert code == 0
    assert "no generator was recognised" in out
    settings = load(None, {})
    assert (settings.generator, settings.content) == ("", Path("content"))


def test_settings_that_are_there_stay(run: Run, site: Path) -> None:
    (site / "articles.toml").write_text('title = "Mine"')
    code, _, err = run("init")
    assert code == 2
    assert is_one_line(err)
    assert "--force" in err
    assert load(None, {}).title == "Mine"
    assert run("init", "--force")[0] == 0
    assert load(None, {}).title == "Search"


def test_a_link_to_nothing_is_not_written_through(run: Run, site: Path) -> None:
    (site / "articles.toml").symlink_to(site / "elsewhere")
    assert run("init")[0] == 2
    assert not (site / "elsewhere").exists()


def test_of_two_generators_it_says_which_it_took(run: Run, site: Path) -> None:
    (site / "mkdocs.yml").write_text("site_name: X")
    (site / ".obsidian").mkdir()
    _, out, _ = run("init")
    assert "MkDocs recognised by mkdocs.yml" in out
    assert "also found: .obsidian, as of Obsidian" in out


def test_what_cannot_be_used_is_left_out_and_said(run: Run, site: Path) -> None:
    (site / "_config.yml").write_text("timezone: Mars/Olympus\ntitle: X\npermalink: /:year/\n")
    code, _, err = run("init")
    assert code == 0
    assert "Mars/Olympus" in err
    assert "the same address for every article" in err
    assert load(None, {}).title == "X"


def test_a_content_folder_that_is_not_there_is_said(run: Run, site: Path) -> None:
    (site / "hugo.toml").write_text('contentDir = "articles"')
    code, _, err = run("init")
    assert code == 0
    assert "there is no folder articles" in err


def test_there_has_to_be_a_folder(run: Run, site: Path) -> None:
    code, _, err = run("init", "nowhere")
    assert code == 2
    assert is_one_line(err)


def test_what_a_site_says_is_data_in_the_settings(run: Run, site: Path) -> None:
    (site / "_config.yml").write_text('title: "x\\"]\\nindex = \\"/etc"\nexclude: ["a\\"\\n[web]", "b\\u007f"]\n')
    run("init")
    settings = load(None, {})
    assert settings.index == Path(".articles")
    assert settings.exclude[0] == 'a"\n[web]'


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("hugo.json", '{"contentDir": "a\\u0000b"}'),
        ("hugo.json", '{"contentDir": "%s"}' % ("x" * 256)),
        ("hugo.json", '{"contentDir": "%s"}' % ("ж" * 200)),
        ("hugo.json", '{"contentDir": "%s"}' % ("x/" * 3_000)),
        ("hugo.json", '{"contentDir": "\\ud800", "title": "\\ud800"}'),
        ("pelicanconf.py", 'PATH = "\\x00"\nSITENAME = "\\udfff"'),
        ("docusaurus.config.js", "export default {docs: {path: '%s'}, title: 'x'}" % ("x" * 5_000)),
    ],
)
def test_a_name_that_can_be_none_is_left_out(run: Run, site: Path, name: str, text: str) -> None:
    (site / name).write_text(text)
    code, _, err = run("init")
    assert (code, "Traceback" in err) == (0, False)
    assert load(None, {}).content in (Path("content"), Path())
