"""How does another program get the terminal: a pager, an editor? From whoever has it in the foreground.

That is this process, or, where it answers a terminal from memory, the client there: only what the shell has started
gets the keys, Ctrl-C and changes of width. Not here: which program.
"""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Mapping, Sequence
from typing import BinaryIO, Protocol, cast

from article_search.terminal.resident import messages


class Program(Protocol):
    """A program that has the terminal."""

    stdin: BinaryIO | None  # what it reads, if not the terminal

    def wait(self) -> int:
        """Waits for its end; its exit code, negative if a signal ended it."""


def start(command: Sequence[str], environment: Mapping[str, str], reads: bool = False) -> Program:
    """Starts a program, whose standard files are those of this process; ``reads``: but what is written to its
    ``stdin``. Raises OSError if it cannot be started, ValueError for an argument with a NUL."""
    if _line is None:
        stdin = subprocess.PIPE if reads else None
        return cast(Program, subprocess.Popen(command, stdin=stdin, env=dict(environment)))  # noqa: S603 (the caller's)
    return _Lent(_line, command, environment, reads)


_line: socket.socket | None = None  # to the terminal's client, if there is one


def ask(line: socket.socket) -> None:
    """From now on programs are started by the client at the other end."""
    global _line
    _line = line


class _Lent:
    """A program that the client has started."""

    def __init__(
        self, line: socket.socket, command: Sequence[str], environment: Mapping[str, str], reads: bool
    ) -> None:
        self._line = line
        self.stdin: BinaryIO | None = None
        self._code: int | None = None
        if any("\0" in text for text in (*command, *environment, *environment.values())):
            raise ValueError("embedded null byte")
        asked = messages.encoded(
            [os.fsencode(word) for word in command],
            {os.fsencode(name): os.fsencode(value) for name, value in environment.items()},
        )
        if reads:
            there, here = os.pipe()
            self.stdin = open(here, "wb")  # noqa: PTH123, SIM115 (an open file)
            socket.send_fds(line, [messages.RUNS], [there])
            os.close(there)
        else:
            line.sendall(messages.RUNS)
        line.sendall(asked)
        if number := self._heard():
            if self.stdin:
                self.stdin.close()
            raise OSError(number, os.strerror(number), command[0])

    def wait(self) -> int:
        if self._code is None:
            self._code = self._heard()
        return self._code

    def _heard(self) -> int:
        data = self._line.recv(messages.NUMBER, socket.MSG_WAITALL)
        if len(data) < messages.NUMBER:
            raise ConnectionResetError
        return int.from_bytes(data, "big", signed=True)
