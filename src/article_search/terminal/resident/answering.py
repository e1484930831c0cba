"""How is one question answered? By the very command, in a child of its own, with what the asking terminal has.

Its files, working directory and environment become the child's, so that colour, width, messages and exit code come
about as ever, and nothing of one question is left for the next. Not here: what the child finds open (warming.py), who
ends it (hosting.py).
"""

from __future__ import annotations

import io
import os
import socket
import sys
import time
from collections.abc import Callable, Sequence

from article_search.terminal.resident import foreground, messages, where
from article_search.terminal.resident.messages import Question
from article_search.terminal.site import OpenEngine

Run = Callable[[Sequence[str], OpenEngine], int]  # of a command line: its exit code

_PATIENCE = 2.0  # seconds for a terminal to say what it wants; it has given up before


def answer(line: socket.socket, run: Run, opening: OpenEngine, done: Callable[[], object]) -> None:
    """Answers what a terminal asks, unless that is nothing it can answer. ``done`` is called before the terminal knows
    that all is written, and may end this process."""
    try:
        line.settimeout(_PATIENCE)
        question = Question.decoded(_received(line, messages.length(_received(line, messages.NUMBER))))
        if question.identity != where.identity():
            return
        line.sendall(messages.READY)
        said, files, _, _ = socket.recv_fds(line, 1, messages.FILES, socket.MSG_CMSG_CLOEXEC)
        if said != messages.GO or len(files) != messages.FILES:
            return
        line.settimeout(None)
    except (OSError, ValueError):
        return
    _become(question, files, _Announcing(line))
    foreground.ask(line)
    code = _run(run, [os.fsdecode(argument) for argument in question.arguments], opening)
    done()
    line.sendall(messages.DONE + bytes([code % 256]))


def _received(line: socket.socket, size: int) -> bytes:
    """Exactly so many bytes. Raises OSError when they do not come in time."""
    deadline = time.monotonic() + _PATIENCE
    data = bytearray()
    while len(data) < size:
        piece = line.recv(size - len(data))
        if not piece or time.monotonic() > deadline:
            raise TimeoutError
        data += piece
    return bytes(data)


class _Announcing:
    """Tells the terminal, once, that something will be written now: from then on it cannot search by itself."""

    def __init__(self, line: socket.socket) -> None:
        self._line: socket.socket | None = line

    def __call__(self) -> None:
        if self._line:
            self._line.sendall(messages.WRITES)
            self._line = None


class _File(io.FileIO):
    """A standard file of the terminal, to be written to."""

    def __init__(self, number: int, announce: _Announcing) -> None:
        super().__init__(number, "w", closefd=False)
        self._announce = announce

    def write(self, data: bytes) -> int:  # type: ignore[override]  # any buffer of bytes, as there
        self._announce()
        return super().write(data)


def _become(question: Question, files: Sequence[int], announce: _Announcing) -> None:
    """Takes over files, working directory and environment of who asks. Raises OSError."""
    *standard, place = files
    for number, file in enumerate(standard):
        os.dup2(file, number)
        os.close(file)
    os.fchdir(place)
    os.close(place)
    os.environb.clear()
    os.environb.update(question.environment)
    time.tzset()
    sys.argv[1:] = [os.fsdecode(argument) for argument in question.arguments]
    out, out_errors, err, err_errors = (word.decode() for word in question.encodings)
    sys.stdin = sys.__stdin__ = open(0, closefd=False)  # type: ignore[misc]  # noqa: SIM115
    sys.stdout = sys.__stdout__ = _stream(_File(1, announce), out, out_errors)  # type: ignore[misc]
    sys.stderr = sys.__stderr__ = _stream(_File(2, announce), err, err_errors, by_line=True)  # type: ignore[misc]


def _stream(file: _File, encoding: str, errors: str, by_line: bool = False) -> io.TextIOWrapper:
    """A standard stream as Python makes it at its start."""
    buffer = io.BufferedWriter(file)  # type: ignore[type-var]  # of bytes, as said above
    return io.TextIOWrapper(buffer, encoding, errors, newline="\n", line_buffering=by_line or file.isatty())


def _run(run: Run, arguments: Sequence[str], opening: OpenEngine) -> int:
    try:
        code = run(arguments, opening)
    except SystemExit as ended:  # the shell's completion
        code = ended.code if isinstance(ended.code, int) else 0
    sys.stdout.flush()
    sys.stderr.flush()
    return code
