"""Where does what a command says go? Answers to standard output as text or JSON, messages to standard error, whether
it has found something into the exit code, and how far it is to a terminal, if there is one.

Not here: how an answer looks (hits.py, articles.py, reports.py), what a failure says (cli.py).
"""

from __future__ import annotations

import codecs
import io
import json
import os
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TextIO

import click

from article_search.late import pattern
from article_search.terminal.screen import Screen, message_lines

if TYPE_CHECKING:
    from article_search.terminal.progress import ProgressBar

FOUND, NO_HIT, ERROR = 0, 1, 2  # exit codes

_UNSAFE_IN_JSON = pattern("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def print_lines(lines: Iterable[str]) -> None:
    """Writes an answer for a person."""
    # color=True: the printers have decided on colour already.
    text = "\n".join(lines)
    if text:
        click.echo(text, color=True)


def print_json(data: Mapping[str, Any]) -> None:
    """Writes an answer for a program as JSON."""
    print_data(f"{json_text(data)}\n")


def print_data(text: str) -> None:
    """Writes an answer for a program: in UTF-8, whatever letters the terminal has."""
    sys.stdout.flush()
    # Not by click, which tries first whether text can be written, and so begins UTF-16 with its mark.
    sys.stdout.buffer.write(text.encode())
    sys.stdout.buffer.flush()


def forgive_unencodable() -> None:
    """An output that cannot show a letter gets its number, for it may be of an id, and for any other sign a question
    mark; no traceback."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        codecs.register_error("articles", _replaced)
        sys.stdout.reconfigure(errors="articles")


def _replaced(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    part = error.object[error.start : error.end]
    shown = "".join(ascii(char)[1:-1] if char.isalnum() or not char.isprintable() else "?" for char in part)
    return shown, error.end


def note(message: str) -> None:
    """Tells the person at the terminal what is no part of the answer."""
    with suppress(OSError):  # without standard error there is nobody to tell
        for line in message_lines(f"articles: {message}", screen(sys.stderr)):
            click.echo(line, err=True)


@contextmanager
def progress(finishing: str | None = None) -> Iterator[ProgressBar | None]:
    """A progress bar while something runs, if somebody can see it; ``finishing`` follows on the reading of files."""
    if not _is_terminal(sys.stderr) or os.environ.get("TERM") == "dumb":
        yield None
        return
    from article_search.terminal.progress import ProgressBar  # which a search does without

    bar = ProgressBar(sys.stderr, _columns(), time.monotonic, finishing)
    try:
        yield bar
    finally:
        bar.close()


def screen(stream: TextIO | None = None) -> Screen:
    """What is written to: standard output, or another stream."""
    return Screen.of(_columns(), _is_terminal(stream or sys.stdout), os.environ)


def _columns() -> int:
    """As shutil.get_terminal_size has it, which takes as long to import as all that prints an answer."""
    with suppress(KeyError, ValueError):
        if (said := int(os.environ["COLUMNS"])) > 0:
            return said
    with suppress(AttributeError, ValueError, OSError):  # closed, or no terminal
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or 80  # type: ignore[union-attr]
    return 80


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty()  # None: closed by who called the program


def json_text(data: Mapping[str, Any]) -> str:
    """JSON on one line. Letters stay readable; what could harm a terminal is escaped, which any JSON reader undoes."""
    text = json.dumps(data, ensure_ascii=False)
    return _UNSAFE_IN_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
