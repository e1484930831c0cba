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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TextIO

import click

from article_search.late import pattern
from article_search.terminal.screen import Screen, message_lines, rows

if TYPE_CHECKING:
    from article_search.terminal.progress import ProgressBar

FOUND, NO_HIT, ERROR = 0, 1, 2  # exit codes

_AT_ONCE = 100  # lines written in one go
_UNSAFE_IN_JSON = pattern("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def print_lines(lines: Iterable[str], notes: Sequence[str] = (), pager: bool = False) -> None:
    """Writes an answer for a person, and what to say beside it; by a ``pager``, if wished, where it is longer than the
    screen."""
    lines = iter(lines)
    if pager and _is_terminal(sys.stdin) and _is_terminal(sys.stdout) and os.environ.get("TERM") != "dumb":
        start, is_long = _screenful(lines)
        lines = chain(start, lines)
        if is_long and _paged(lines, notes):
            return
    for one in notes:
        note(one)
    while some := list(islice(lines, _AT_ONCE)):
        # color=True: the printers have decided on colour already.
        click.echo("\n".join(some), color=True)


def _screenful(lines: Iterator[str]) -> tuple[list[str], bool]:
    """The lines that a screen has room for, and whether they are no more than the beginning."""
    width, left = _columns(), _size("lines", 24)
    taken: list[str] = []
    for line in lines:
        taken.append(line)
        left -= rows(line, width)
        if left <= 0:  # the shell asks for the next command in the last row
            return taken, True
    return taken, False


def _paged(lines: Iterable[str], notes: Sequence[str]) -> bool:
    """Whether a pager has shown the lines, with what is said above them as far as that goes to the same terminal."""
    from article_search.terminal import paging  # which a short answer does without

    said = [line for one in notes for line in _note_lines(one)] if _is_terminal(sys.stderr) else []
    if not paging.page(chain(said, lines)):
        return False
    for one in () if said else notes:
        note(one)
    return True


def print_json(data: Mapping[str, Any]) -> None:
    """Writes an answer for a program as JSON."""
    print_data(f"{json_text(data)}\n")


def print_data(text: str) -> None:
    """Writes an answer for a program: in UTF-8, whatever letters the terminal has."""
    print_bytes((text.encode(),))


def print_bytes(data: Iterable[bytes]) -> None:
    """Writes an answer for a program as it is."""
    sys.stdout.flush()
    # Not by click, which tries first whether text can be written, and so begins UTF-16 with its mark.
    sys.stdout.buffer.writelines(data)
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
        for line in _note_lines(message):
            click.echo(line, err=True)


def _note_lines(message: str) -> list[str]:
    return message_lines(f"articles: {message}", screen(sys.stderr))


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


def linking_screen(when: str, content: Path) -> Screen:
    """Standard output, with links to what is in the content folder ``when`` they are wished: "auto", "always" or
    "never"."""
    shown = screen()
    if when == "never" or (when == "auto" and not shown.wraps and "FORCE_HYPERLINK" not in os.environ):
        return shown
    from article_search.terminal import hyperlinks  # which a pipe does without

    return replace(shown, files=hyperlinks.files(when, content, shown.wraps, os.environ))


def is_terminal() -> bool:
    """Whether standard output goes to a person."""
    return _is_terminal(sys.stdout)


def _columns() -> int:
    return _size("columns", 80)


def _size(side: Literal["columns", "lines"], usual: int) -> int:
    """As shutil.get_terminal_size has it, which takes as long to import as all that prints an answer."""
    with suppress(KeyError, ValueError):
        if (said := int(os.environ[side.upper()])) > 0:
            return said
    with suppress(AttributeError, ValueError, OSError):  # closed, or no terminal
        found: int = getattr(os.get_terminal_size(sys.__stdout__.fileno()), side)  # type: ignore[union-attr]
        return found or usual
    return usual


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty()  # None: closed by who called the program


def json_text(data: Mapping[str, Any]) -> str:
    """JSON on one line. Letters stay readable; what could harm a terminal is escaped, which any JSON reader undoes."""
    text = json.dumps(data, ensure_ascii=False)
    return _UNSAFE_IN_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
