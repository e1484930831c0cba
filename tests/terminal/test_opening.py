"""A hit is opened in the editor, at its line, or in the browser; nothing of the content is a command."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from article_search.errors import ArticleSearchError
from article_search.settings import Settings, Web
from article_search.terminal import opening
from tests.terminal.conftest import is_one_line, program, script
from tests.terminal.material import hit

SAYS = 'for one in "$@"; do echo "<$one>"; done'


@pytest.fixture
def bin(tmp_path: Path) -> Path:
    folder = tmp_path / "bin dir"
    folder.mkdir()
    return folder


def opened(site: Path, editor: str, *words: str) -> list[str]:
    """The arguments an editor gets."""
    done = program("search", *words, cwd=site, environment={"VISUAL": editor})
    assert (done.returncode, done.stderr) == (0, b""), done.stderr
    return done.stdout.decode().splitlines()


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("vim", ["<+6>", "<{}>"]),
        ("nano", ["<+6>", "<{}>"]),
        ("emacsclient", ["<+6>", "<{}>"]),
        ("hx", ["<{}:6>"]),
        ("code", ["<--goto>", "<{}:6>"]),
        ("kate", ["<--line>", "<6>", "<{}>"]),
        ("unheard-of", ["<{}>"]),
    ],
)
def test_the_first_hit_is_opened_at_the_line_of_the_match(
    site: Path, bin: Path, name: str, arguments: list[str]
) -> None:
    editor = script(bin, name, SAYS)
    file = str(site / "content" / "bridge.md")
    assert opened(site, f"'{editor}'", "cables", "--open") == [one.format(file) for one in arguments]
    assert opened(site, f"'{editor}' --wait '$(x)'", "cables", "--open")[:2] == ["<--wait>", "<$(x)>"]


def test_the_nth_hit_is_opened(site: Path, bin: Path) -> None:
    editor = f"'{script(bin, 'ed', SAYS)}'"
    paths = program("search", "bridge", "--paths", cwd=site).stdout.decode().splitlines()
    assert len(paths) == 2
    for number, path in enumerate(paths, 1):
        for more in ((), ("--limit", "1")):
            assert opened(site, editor, "bridge", f"--open={number}", *more) == [f"<{site / path}>"]
    done = program("search", "bridge", "--open=3", cwd=site, environment={"VISUAL": editor})
    assert (done.returncode, done.stdout, done.stderr) == (1, b"", b"articles: there is no hit 3, only 2\n")


def test_what_follows_open_is_a_word(site: Path, bin: Path) -> None:
    editor = f"'{script(bin, 'vi', SAYS)}'"
    assert opened(site, editor, "--open", "cables") == opened(site, editor, "cables", "--open")
    assert program("search", "--open", "2", "zzz", "--strict", cwd=site).returncode == 1


def test_the_editor_is_visual_before_editor(site: Path, bin: Path) -> None:
    first, second = script(bin, "first", "echo first"), script(bin, "second", "echo second")
    for environment, expected in (
        ({"VISUAL": f"'{first}'", "EDITOR": f"'{second}'"}, b"first\n"),
        ({"EDITOR": f"'{second}'"}, b"second\n"),
        ({"VISUAL": "", "EDITOR": f"'{second}'"}, b"second\n"),
    ):
        given = {name: value for name, value in os.environ.items() if name != "VISUAL"} | environment
        assert program("search", "bridge", "--open", cwd=site, environment=given).stdout == expected


@pytest.mark.parametrize("editor", ["/no/such/editor", "false", "sh -c 'exit 3'"])
def test_an_editor_that_fails_is_an_error_in_one_line(site: Path, editor: str) -> None:
    done = program("search", "bridge", "--open", cwd=site, environment={"VISUAL": editor})
    assert done.returncode == 2
    assert is_one_line(done.stderr.decode())
    assert b"editor" in done.stderr


def test_a_name_is_no_option_and_no_command_of_the_editor(bin: Path, tmp_path: Path) -> None:
    names = ["+!touch owned.md", "-c quit.md", "$(touch owned).md", "; touch owned.md", "`touch owned`.md", "a'b\"c.md"]
    for name in names:
        (tmp_path / name).write_text(f"---\ntitle: T\n---\nword{names.index(name)}x\n")
    arguments = ["--content", ".", "--index", str(bin / "index")]
    assert program(*arguments, "index", cwd=tmp_path).returncode == 0
    editor = f"'{script(bin, 'vim', SAYS)}'"
    for number, name in enumerate(names):
        done = program(*arguments, "search", f"word{number}x", "--open", cwd=tmp_path, environment={"VISUAL": editor})
        assert done.stdout.decode() == f"<+4>\n<{tmp_path / name}>\n"
    assert not (tmp_path / "owned").exists() and not (tmp_path / "owned.md").exists()


def test_a_file_that_is_gone_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "a.md").write_text("---\ntitle: T\n---\nharbour\n")
    assert program("index", cwd=tmp_path).returncode == 0
    (tmp_path / "content" / "a.md").unlink()
    done = program("search", "harbour", "--open", cwd=tmp_path, environment={"VISUAL": "echo"})
    assert (done.returncode, done.stdout, done.stderr) == (2, b"", b"articles: content/a.md is gone\n")


# The browser


def test_a_hit_is_opened_in_the_browser(bin: Path, tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "a.md").write_text("---\ntitle: T\n---\nharbour\n")
    (tmp_path / "articles.toml").write_text('base_url = "https://a.example/b"\nurl = "/blog/{filename}?q=$(x)&y"\n')
    assert program("index", cwd=tmp_path).returncode == 0
    browser = script(tmp_path, "browser", f"{{ {SAYS}; }} >>'{tmp_path}/said'")
    done = program("search", "harbour", "--browse", cwd=tmp_path, environment={"BROWSER": f"{browser} %s"})
    assert (done.returncode, done.stderr) == (0, b"")
    assert (tmp_path / "said").read_text() == "<https://a.example/b/blog/a?q=$(x)&y>\n"


def test_an_article_without_an_address_in_the_web_says_what_to_set(site: Path) -> None:
    done = program("search", "cables", "--browse", cwd=site)
    assert done.returncode == 2
    assert b"set base_url in articles.toml" in done.stderr
    assert is_one_line(done.stderr.decode())


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "file:///etc/passwd", "//evil.example/x", "/blog/x", "-a", "", "https://", "http://a\n-b"],
)
def test_what_is_no_address_of_the_web_is_not_opened(url: str) -> None:
    with pytest.raises(ArticleSearchError, match="no address in the web"):
        opening.address_of(hit(url=url), Settings())


@given(st.text())
def test_whatever_the_address_only_the_web_is_opened(url: str) -> None:
    try:
        address = opening.address_of(hit(url=url), Settings())
    except ArticleSearchError as error:
        assert "\x1b" not in str(error) and "\n" not in str(error)
    else:
        assert address.lower().startswith(("http://", "https://"))


def test_the_servers_own_page_is_opened_where_the_server_has_an_address() -> None:
    settings = replace(Settings(), web=Web(address="https://search.example"))
    assert opening.address_of(hit(url="/article/a.md"), settings) == "https://search.example/article/a.md"
