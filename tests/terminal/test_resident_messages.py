"""What is said between a terminal and the process that answers it is read as it was meant, or not at all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import hypothesis.strategies as st
import pytest
from hypothesis import given

from article_search.terminal import cli
from article_search.terminal.resident import asking, foreground, messages
from article_search.terminal.resident.messages import Question

WORDS = st.binary(max_size=20).map(lambda word: word.replace(b"\0", b""))
NAMES = WORDS.map(lambda name: name.replace(b"=", b""))


@given(WORDS, st.lists(WORDS, min_size=4, max_size=4), st.lists(WORDS), st.dictionaries(NAMES, WORDS))
def test_a_question_arrives_as_it_was_put(
    identity: bytes, encodings: list[bytes], arguments: list[bytes], environment: dict[bytes, bytes]
) -> None:
    sent = Question(identity, encodings, arguments, environment).encoded()
    assert sent
    head, data = sent[: messages.NUMBER], sent[messages.NUMBER :]
    assert messages.length(head) == len(data)
    got = Question.decoded(data)
    assert (got.identity, got.encodings, got.arguments) == (identity, encodings, arguments)
    assert got.environment == environment


@given(st.binary(max_size=200) | st.lists(st.sampled_from([b"0", b"1", b"-1", b"4", b"a=b", b""])).map(b"\0".join))
def test_what_is_no_question_is_none(data: bytes) -> None:
    try:
        got = Question.decoded(data)
    except ValueError:
        return
    assert len(got.encodings) == messages.ENCODINGS


def test_a_question_has_a_length() -> None:
    assert Question(b"", [b""] * 4, [b"x" * messages.LONGEST], {}).encoded() is None
    with pytest.raises(ValueError, match="question"):
        messages.length((messages.LONGEST + 1).to_bytes(4, "big"))
    with pytest.raises(ValueError, match="question"):
        messages.length(b"\0")


def test_without_a_client_a_program_is_started_here() -> None:
    program = foreground.start(["sh", "-c", 'read word; test "$word" = "$EXPECTED"'], {"EXPECTED": "hello"}, reads=True)
    assert program.stdin
    program.stdin.write(b"hello\n")
    program.stdin.close()
    assert program.wait() == 0
    with pytest.raises(FileNotFoundError):
        foreground.start(["/nowhere/there"], {})


def test_the_client_knows_the_command_line_as_click_does() -> None:
    takes_value = {
        name for one in cli.cli.params if isinstance(one, click.Option) and not one.is_flag for name in one.opts
    }
    assert takes_value == set(asking._WITH_VALUE)
    assert set(cli.cli.commands) >= asking.COMMANDS


def test_the_client_imports_nothing_that_takes_time(tmp_path: Path) -> None:
    """What every command pays, and all that one pays that is answered from memory."""
    show = "import sys; before = set(sys.modules); from article_search import __main__;"
    show += "from article_search.terminal.resident import asking; asking.ask(['search', 'x']);"
    show += "print(*sorted(name for name in set(sys.modules) - before if not name.startswith('article_search')))"
    done = subprocess.run([sys.executable, "-c", show], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) <= {"gc", "_signal", "_socket"}
