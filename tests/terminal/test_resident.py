"""What is answered from memory is the same, byte by byte, as without: output, messages, exit code, colour and width.

The installed command is run in both ways. Not here: what goes wrong (test_resident_failures.py).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminal.conftest import program
from tests.terminal.resident_process import Home, new_home

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is no such process")


@pytest.fixture(scope="module")
def home(site: Path) -> Iterator[Home]:
    """A session with the process."""
    with new_home() as made, made.resident(site):
        yield made


@pytest.fixture(scope="module")
def without() -> Iterator[Home]:
    """A session without it."""
    with new_home() as made:
        yield made


COMMANDS: list[list[str | bytes]] = [
    ["search", "bridge"],
    ["search", "bridge", "--json"],
    ["search", "bridge", "--paths"],
    ["search", "bridge", "--limit", "1", "--page", "2"],
    ["search", "brigde"],
    ["search"],
    ["search", "nothing", "like", "it"],
    ["search", "nothing", "--json"],
    ["search", "--help"],
    ["search", "bridge", "--since", "2020-09-10"],
    ["search", "bridge", "--since", "no day"],
    ["search", "bridge", "--category", "traffic"],
    ["search", "bridge", "--no-such-option"],
    ["search", "bridge", "--limit"],
    ["search", "bridge", "--json", "--paths"],
    ["search", b"bridge \xff"],
    ["search", "--", "--help"],
    ["show", "bridge.md"],
    ["show", "goal keeper.md", "--json"],
    ["show", "content/bridge.md"],
    ["show", "draft.md"],
    ["show", "brdge.md"],
    ["show"],
    ["explain", "bridge.md", "bridge"],
    ["explain", "bridge.md", "keeper"],
    ["related", "bridge.md"],
    ["related", "none.md", "--json"],
    ["suggest", "bri"],
    ["suggest", "zzz", "--json"],
    ["--content", "content", "--index=index", "search", "bridge"],
    ["--index", "nowhere", "search", "bridge"],
    ["--content", "index/inside", "search", "bridge"],
    ["--config", "none.toml", "search", "bridge"],
]


@pytest.mark.parametrize("arguments", COMMANDS, ids=repr)
def test_a_command_says_the_same(home: Home, without: Home, site: Path, arguments: list[str | bytes]) -> None:
    helped, alone = home.run(site, arguments), without.run(site, arguments)
    assert helped[:3] == alone[:3]
    assert (helped.alone, alone.alone) == (False, True)


ENVIRONMENTS = [
    {"NO_COLOR": "1"},
    {"FORCE_COLOR": "1"},
    {"FORCE_COLOR": "1", "NO_COLOR": "1"},
    {"COLUMNS": "47"},
    {"PYTHONIOENCODING": "ascii"},
    {"PYTHONIOENCODING": "latin-1:replace"},
    {"LC_ALL": "C"},
    {"TERM": "dumb"},
    {"TZ": "Asia/Tokyo"},
    {"ARTICLES_INDEX": "nowhere"},
    {"ARTICLES_CONFIG": "nowhere"},
    {"_ARTICLES_COMPLETE": "bash_complete", "COMP_WORDS": "articles search bri", "COMP_CWORD": "2"},
    {"_ARTICLES_COMPLETE": "zsh_complete", "COMP_WORDS": "articles show ", "COMP_CWORD": "2"},
]


@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=repr)
def test_the_environment_is_that_of_who_asks(
    home: Home, without: Home, site: Path, environment: dict[str, str]
) -> None:
    helped = home.run(site, ["search", "bridge", "cable"], **environment)
    assert helped[:3] == without.run(site, ["search", "bridge", "cable"], **environment)[:3]
    assert not helped.alone


@pytest.mark.parametrize("columns", [20, 50, 80, 200])
@pytest.mark.parametrize("arguments", [["search", "bridge"], ["show", "none.md"], ["search", "--help"]], ids=repr)
def test_a_terminal_shows_the_same(home: Home, without: Home, site: Path, arguments: list[str], columns: int) -> None:
    helped, alone = (session.on_terminal(site, arguments, columns) for session in (home, without))
    assert helped[:3] == alone[:3]
    assert helped.out
    assert not helped.alone


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {"COLUMNS": "60"}], ids=repr)
def test_a_terminal_is_what_its_environment_says(
    home: Home, without: Home, site: Path, environment: dict[str, str]
) -> None:
    helped = home.on_terminal(site, ["search", "bridge"], 80, **environment)
    assert helped == without.on_terminal(site, ["search", "bridge"], 80, **environment)._replace(alone=False)
    assert (b"\x1b[" in helped.out) == ("COLUMNS" in environment)


def test_one_question_leaves_nothing_for_the_next(home: Home, without: Home, site: Path) -> None:
    home.run(site, ["search", "bridge"], FORCE_COLOR="1", COLUMNS="50", TZ="Asia/Tokyo")
    assert home.run(site, ["search", "bridge"])[:3] == without.run(site, ["search", "bridge"])[:3]


def test_other_sites_are_answered_too_each_its_own(home: Home, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name / "content").mkdir(parents=True)
        (tmp_path / name / "content" / f"{name}.md").write_text("---\ntitle: Quay\n---\nA quay.\n")
        assert program("index", cwd=tmp_path / name).returncode == 0
    for name in "abab":
        found = home.run(tmp_path / name, ["search", "quay", "--paths"])
        assert (found.code, found.out, found.alone) == (0, f"content/{name}.md\n".encode(), False)


def test_changes_of_the_index_and_of_settings_are_seen_by_the_next_search(home: Home, tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    for number in range(3):
        (tmp_path / "content" / f"{number}.md").write_text(f"---\ntitle: Quay {number}\n---\nA quay.\n")
        assert program("index", cwd=tmp_path).returncode == 0
        found = home.run(tmp_path, ["search", "quay", "--paths"])
        assert (found.out.count(b"\n"), found.alone) == (number + 1, False)
    assert program("index", "--full", cwd=tmp_path).returncode == 0
    assert home.run(tmp_path, ["search", "quay", "--paths"]).out.count(b"\n") == 3
    (tmp_path / "articles.toml").write_text("page_size = 1\n")
    assert b"page 1 of 3" in home.run(tmp_path, ["search", "quay"]).out
    (tmp_path / "articles.toml").write_text("page_size = nothing\n")
    broken = home.run(tmp_path, ["search", "quay"])
    assert (broken.code, broken.alone) == (2, False)
    (tmp_path / "articles.toml").unlink()
    assert b"page 1 of" not in home.run(tmp_path, ["search", "quay"]).out
    assert program("index", cwd=tmp_path).returncode == 0
    (tmp_path / "index").rename(tmp_path / "away")
    assert home.run(tmp_path, ["search", "quay"]).code == 2


@pytest.mark.parametrize("arguments", [["status"], ["check"], ["--version"], ["--help"], ["index", "--dry-run"], []])
def test_what_is_no_question_is_done_by_the_command_itself(home: Home, site: Path, arguments: list[str]) -> None:
    assert home.run(site, arguments).alone


def test_a_fault_is_shown_where_it_is(home: Home, site: Path) -> None:
    assert home.run(site, ["search", "bridge"], ARTICLES_TRACEBACK="1").alone


def test_status_tells_of_it(home: Home, without: Home, site: Path) -> None:
    assert b"articles resident --stop" in home.run(site, ["status"]).out
    assert b"resident" not in without.run(site, ["status"]).out
