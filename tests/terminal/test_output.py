"""What goes to a pipe, to a terminal and to a program."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from article_search.terminal import output
from tests.terminal.conftest import program, shown_on
from tests.terminal.material import ANY_TEXT, is_harmless


def test_a_search_in_a_pipe_has_no_colour(site: Path) -> None:
    found = program("search", "bridge", cwd=site)
    assert found.returncode == 0, found.stderr
    assert b"1. The bridge: open again" in found.stdout
    assert b"\x1b" not in found.stdout
    assert found.stderr == b""


def test_colour_can_be_forced_and_refused(site: Path) -> None:
    assert b"\x1b[1m" in program("search", "bridge", cwd=site, environment={"FORCE_COLOR": "1"}).stdout
    both = {"FORCE_COLOR": "1", "NO_COLOR": "1"}
    assert b"\x1b" not in program("search", "bridge", cwd=site, environment=both).stdout


def test_letters_that_an_output_does_not_know_become_question_marks(site: Path) -> None:
    found = program("search", "bridge", cwd=site, environment={"PYTHONIOENCODING": "iso8859-5"})
    assert found.returncode == 0
    assert b"2020-09-15 ? latest" in found.stdout
    assert b"\xb7" not in found.stdout


CODE_PAGES = ("cp1252", "latin-1", "cp437", "iso8859-5", "cp932")
COMMANDS = (
    ["search", "roma"],
    ["show", "Zürich-東京.md"],
    ["explain", "Zürich-東京.md", "roma"],
    ["related", "Zürich-東京.md"],
    ["suggest", "zür"],
    ["index"],
    ["check"],
    ["status"],
)


@pytest.fixture(scope="module")
def abroad(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site whose names and words no code page has all letters of."""
    folder = tmp_path_factory.mktemp("abroad")
    (folder / "content").mkdir()
    for id in ("Zürich-東京.md", "Αθήνα.md"):
        text = f"---\ntitle: Zürich für 東京, {id}\ntags: [Ελλάδα]\n---\nRoma über alles in Αθήνα, €5.\n"
        (folder / "content" / id).write_text(text, "utf-8")
    (folder / "content" / "Лёд.md").write_bytes(b"\x89PNG")
    assert program("index", cwd=folder).returncode == 0
    return folder


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [
        *((command, {"PYTHONIOENCODING": "cp1252"}) for command in COMMANDS),
        *((COMMANDS[0], {"PYTHONIOENCODING": page}) for page in CODE_PAGES),
        (COMMANDS[0], {"LC_ALL": "C"}),
    ],
)
def test_json_is_utf_8_whatever_letters_the_terminal_has(
    abroad: Path, arguments: list[str], environment: dict[str, str]
) -> None:
    found = program(*arguments, "--json", cwd=abroad, environment=environment)
    assert (found.returncode, found.stderr) == (0, b"")
    assert json.loads(found.stdout.decode("utf-8"))["version"] == 1
    assert b"?" not in found.stdout
    if arguments[0] in ("search", "show", "explain"):
        assert "Zürich-東京.md" in found.stdout.decode("utf-8")


@pytest.mark.parametrize("encoding", CODE_PAGES)
def test_no_letter_of_an_id_or_a_path_is_lost(abroad: Path, encoding: str) -> None:
    environment = {"PYTHONIOENCODING": encoding}
    found = program("search", "roma", "--paths", cwd=abroad, environment=environment)
    assert {Path(path.decode()).name for path in found.stdout.splitlines()} == {"Zürich-東京.md", "Αθήνα.md"}
    shown = program("search", "roma", cwd=abroad, environment=environment).stdout.decode(encoding)
    told = shown.encode("ascii", "backslashreplace").decode()
    for id in ("Zürich-東京.md", "Αθήνα.md"):
        assert id.encode("ascii", "backslashreplace").decode() in told


def test_ids_do_not_depend_on_the_locale_a_run_has(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "Zürich-東京.md").write_text("---\ntitle: Zürich\n---\nRoma.\n", "utf-8")
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    assert json.loads(program("index", "--json", cwd=tmp_path, environment=plain).stdout)["added"] == 1
    assert json.loads(program("index", "--json", cwd=tmp_path).stdout)["unchanged"] == 1
    for arguments in (["search", "roma"], ["show", "Zürich-東京.md"]):
        found = program(*arguments, "--json", cwd=tmp_path, environment=plain)
        assert "Zürich-東京.md" in found.stdout.decode("utf-8")


def test_a_long_message_is_wrapped_between_words_on_a_terminal(site: Path) -> None:
    shown = in_terminal(["search", "bridge", "zzz", "--sort", "newest"], site).decode()
    assert "has all of these words; those with some of them are here\r\n  too (--strict leaves them out)\r\n" in shown


def test_a_terminal_gets_colour_and_a_progress_bar_that_goes_away(site: Path) -> None:
    shown = in_terminal(["search", "bridge"], site)
    assert b"\x1b[4mbridge\x1b[24m" in shown
    shown = in_terminal(["index", "--full"], site)
    assert b"files" in shown
    assert b"\r\x1b[K" in shown


def in_terminal(arguments: list[str], folder: Path) -> bytes:
    """What a program writes to a terminal."""
    main, terminal = pty.openpty()
    command = [sys.executable, "-m", "article_search", *arguments]
    process = subprocess.Popen(
        command, stdout=terminal, stderr=terminal, cwd=folder, env={**os.environ, "TERM": "xterm"}
    )
    os.close(terminal)
    shown = shown_on(main)
    assert process.wait(60) == 0
    return shown


@given(st.dictionaries(ANY_TEXT, ANY_TEXT, max_size=3))
def test_json_is_harmless_and_reads_as_what_was_written(data: dict[str, str]) -> None:
    text = output.json_text(data)
    assert is_harmless(text)
    assert json.loads(text) == data


def test_json_keeps_letters_readable() -> None:
    assert output.json_text({"title": "Münch 東京"}) == '{"title": "Münch 東京"}'


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "ascii:strict", "cp037"])
def test_json_is_utf_8_whatever_the_console_takes(site: Path, encoding: str) -> None:
    done = program("search", "--json", "roma", "für", "日本", cwd=site, environment={"PYTHONIOENCODING": encoding})
    assert json.loads(done.stdout.decode("utf-8"))["query"] == "roma für 日本"
