"""Titles and paths lead to the files, on terminals that know links."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from article_search.terminal import hyperlinks
from article_search.terminal.screen import Screen, rows
from tests.terminal.conftest import on_terminal, program

KNOWS = {"VTE_VERSION": "7600"}
LINK = re.compile(r"\x1b\]8;;(file://[!-~]+)\x1b\\(.*?)\x1b\]8;;\x1b\\")


@pytest.mark.parametrize(
    ("environment", "knows"),
    [
        ({}, False),
        ({"TERM": "xterm-256color"}, False),
        ({"TERM": "xterm-kitty"}, True),
        ({"TERM": "foot"}, True),
        ({"VTE_VERSION": "7600"}, True),
        ({"VTE_VERSION": "5000"}, False),
        ({"VTE_VERSION": "x"}, False),
        ({"WT_SESSION": "1", "TERM": "xterm"}, True),
        ({"TERM_PROGRAM": "WezTerm"}, True),
        ({"TERM_PROGRAM": "Apple_Terminal"}, False),
        ({"VTE_VERSION": "7600", "TERM": "dumb"}, False),
        ({"VTE_VERSION": "7600", "TERM": "screen"}, False),
        ({"VTE_VERSION": "7600", "TMUX": "x", "TERM": "screen"}, False),
        ({"TMUX": "x", "TERM_PROGRAM": "tmux", "TERM_PROGRAM_VERSION": "3.3a"}, False),
        ({"TMUX": "x", "TERM_PROGRAM": "tmux", "TERM_PROGRAM_VERSION": "3.4", "TERM": "screen"}, True),
        ({"TMUX": "x", "TERM_PROGRAM": "tmux", "TERM_PROGRAM_VERSION": "next-3.5"}, True),
    ],
)
def test_terminals_that_know_links_are_known_by_what_they_set(environment: dict[str, str], knows: bool) -> None:
    assert hyperlinks.knows(environment) is knows


@pytest.mark.parametrize(
    ("when", "is_terminal", "environment", "linked"),
    [
        ("auto", True, KNOWS, True),
        ("auto", False, KNOWS, False),
        ("auto", True, {}, False),
        ("auto", True, KNOWS | {"NO_COLOR": "1"}, True),
        ("auto", True, KNOWS | {"FORCE_HYPERLINK": "0"}, False),
        ("auto", False, {"FORCE_HYPERLINK": "1"}, True),
        ("always", False, {"FORCE_HYPERLINK": "0"}, True),
        ("never", True, KNOWS | {"FORCE_HYPERLINK": "1"}, False),
    ],
)
def test_when_there_are_links(when: str, is_terminal: bool, environment: dict[str, str], linked: bool) -> None:
    assert bool(hyperlinks.files(when, Path("content"), is_terminal, environment)) is linked


def test_titles_and_paths_lead_to_the_files(site: Path) -> None:
    shown = on_terminal("search", "keeper", cwd=site, environment=KNOWS)[1]
    links = LINK.findall(shown)
    file = f"file://{os.uname().nodename}{site}/content/goal%20keeper.md"
    assert [link for link, _ in links] == [file] * 2
    assert re.sub(r"\x1b\[\d+m", "", links[0][1]) == "Keeper stays"
    assert links[1][1] == "goal keeper.md"
    plain = on_terminal("search", "keeper", "--hyperlinks", "never", cwd=site, environment=KNOWS)[1]
    assert LINK.sub(r"\2", shown).splitlines()[1:] == plain.splitlines()[1:]


def test_links_have_an_option_of_their_own(site: Path) -> None:
    assert b"\x1b" not in program("search", "keeper", cwd=site, environment=KNOWS).stdout
    forced = program("search", "keeper", "--hyperlinks=always", cwd=site).stdout.decode()
    assert len(LINK.findall(forced)) == 2
    assert "\x1b[" not in forced, "links are no colour"
    assert len(LINK.findall(program("related", "bridge.md", "--hyperlinks=always", cwd=site).stdout.decode())) in (0, 2)
    assert "\x1b]" not in on_terminal("search", "keeper", cwd=site, environment={})[1]


def test_nothing_of_a_name_ends_a_link() -> None:
    linked = Screen(files="file://host/content/").linked("text", "a\x1b\\b\x07c d\n\udce9?#%.md")
    assert linked == "\x1b]8;;file://host/content/a%1B%5Cb%07c%20d%0A%E9%3F%23%25.md\x1b\\text\x1b]8;;\x1b\\"


def test_links_take_no_room() -> None:
    screen = Screen(colour=True, files="file://host/" + "x" * 100)
    assert rows(screen.linked(screen.bold("word " * 15), "a.md"), 80) == 1
    assert rows("x" * 81, 80) == 2
    assert rows("", 80) == 1
