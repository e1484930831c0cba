"""A long answer comes by a pager, as in git, and a short one or one for a program does not."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from article_search.terminal import paging
from tests.terminal.conftest import on_terminal, program, script

SEARCH = ("search", "bridge")


@pytest.fixture
def pager(tmp_path: Path) -> str:
    """A pager that says it was there."""
    return str(script(tmp_path, "pager", 'echo "PAGER LESS=$LESS LV=$LV"; cat; echo END'))


def test_an_answer_longer_than_the_screen_is_paged(site: Path, pager: str) -> None:
    code, shown = on_terminal(*SEARCH, cwd=site, environment={"PAGER": pager}, rows=5)
    assert code == 0
    assert shown.startswith("PAGER LESS=FRX LV=-c\n")
    assert shown.endswith("END\n")
    assert "\x1b[4mbridge\x1b[24m" in shown
    plain = on_terminal(*SEARCH, "--no-pager", cwd=site, environment={"PAGER": pager}, rows=5)[1]
    assert plain.splitlines()[2:] == shown.splitlines()[3:-1]
    assert "PAGER" not in plain


@pytest.mark.parametrize(
    "command", [("show", "bridge.md"), ("explain", "bridge.md", "bridge"), ("search", "--lines", "bridge")]
)
def test_other_long_answers_are_paged_too(site: Path, pager: str, command: tuple[str, ...]) -> None:
    assert "END" in on_terminal(*command, cwd=site, environment={"PAGER": pager}, rows=3)[1]
    if command[0] != "search":
        assert "END" not in on_terminal(*command, "--no-pager", cwd=site, environment={"PAGER": pager}, rows=3)[1]


def test_an_answer_that_fits_is_not_paged(site: Path, pager: str) -> None:
    assert "PAGER" not in on_terminal(*SEARCH, cwd=site, environment={"PAGER": pager}, rows=50)[1]


def test_what_is_said_beside_a_long_answer_stands_above_it_in_the_pager(site: Path, pager: str) -> None:
    shown = on_terminal("search", "bridge", "zzz", cwd=site, environment={"PAGER": pager}, rows=5)[1]
    assert shown.splitlines()[1].startswith("articles: no article has all of these words")
    assert shown.count("no article has all") == 1


def test_which_pager_is_said_by_the_environment(site: Path, pager: str, tmp_path: Path) -> None:
    other = str(script(tmp_path, "other", 'echo "OTHER $1"; cat'))
    own = {"PAGER": pager, "ARTICLES_PAGER": f"'{other}' 'a b; $(c)'", "LESS": "R"}
    shown = on_terminal(*SEARCH, cwd=site, environment=own, rows=5)[1]
    assert shown.startswith("OTHER a b; $(c)\n"), "arguments, not a command of the shell"
    assert "LESS=R LV" in on_terminal(*SEARCH, cwd=site, environment={"PAGER": pager, "LESS": "R"}, rows=5)[1]


@pytest.mark.parametrize("said", ["", "cat", "/no/such/pager", "'", "sh -c 'exit 3'", "head -n 1"])
def test_a_pager_that_is_none_or_fails_or_is_left_early_is_no_error(site: Path, said: str) -> None:
    code, shown = on_terminal(*SEARCH, cwd=site, environment={"PAGER": said}, rows=5)
    assert code == 0
    assert "Traceback" not in shown and "articles:" not in shown
    if not said.startswith(("sh", "head")):
        assert "1. " in shown and "2. " in shown


@pytest.mark.skipif(not shutil.which("less"), reason="less is not installed")
def test_less_is_the_pager_unless_another_is_named(site: Path) -> None:
    code, shown = on_terminal(*SEARCH, cwd=site, environment={}, rows=5, keys=b"q")
    assert code == 0
    assert "1. " in shown
    assert "month" not in shown, "its user has seen enough"


def test_what_goes_to_a_pipe_or_comes_from_one_is_not_paged(site: Path, pager: str) -> None:
    environment = {"PAGER": pager, "LINES": "3"}
    assert b"PAGER" not in program(*SEARCH, cwd=site, environment=environment).stdout
    for command in (["--json"], ["--paths"], ["--count"], ["--format", "{id}"]):
        assert "PAGER" not in on_terminal(*SEARCH, *command, cwd=site, environment={"PAGER": pager}, rows=1)[1]
    dumb = {"PAGER": pager, "TERM": "dumb"}
    assert "PAGER" not in on_terminal(*SEARCH, cwd=site, environment=dumb, rows=5)[1]


def test_ctrl_c_ends_what_is_written_to_a_pager_and_not_the_pager(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pager = script(tmp_path, "pager", f"cat >'{tmp_path}/shown'; echo END >>'{tmp_path}/shown'")
    monkeypatch.delenv("ARTICLES_PAGER", raising=False)
    monkeypatch.setenv("PAGER", str(pager))

    def interrupted() -> Iterator[str]:
        yield "first"
        raise KeyboardInterrupt

    assert paging.page(interrupted())
    assert (tmp_path / "shown").read_text() == "first\nEND\n"


def test_an_answer_that_finds_nothing_exits_with_1_whatever_the_pager(site: Path, pager: str) -> None:
    code, shown = on_terminal("search", "zzz", cwd=site, environment={"PAGER": pager}, rows=2)
    assert code == 1
    assert "PAGER" not in shown
