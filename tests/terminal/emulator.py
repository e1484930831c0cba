"""A terminal with a screen, in which a program runs: keys are pressed, and what is to be seen is waited for."""

from __future__ import annotations

import codecs
import fcntl
import os
import pty
import select
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pyte

_PATIENCE = 60  # seconds without anything new after which nothing is waited for any more


class Terminal:
    """A program in a terminal of its own. ``raw`` is all that it has written."""

    def __init__(
        self, command: Sequence[str], folder: Path, environment: Mapping[str, str], columns: int = 80, rows: int = 24
    ) -> None:
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.Stream(self._screen)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.raw = b""
        self._status: int | None = None
        self._pid, self._fd = self._started(command, folder, environment, columns, rows)

    @staticmethod
    def _started(
        command: Sequence[str], folder: Path, environment: Mapping[str, str], columns: int, rows: int
    ) -> tuple[int, int]:
        leader, follower = pty.openpty()
        _resize(leader, columns, rows)
        pid = os.fork()
        if pid == 0:  # nothing here but what a fork of a program with threads may do
            try:
                os.login_tty(follower)
                os.chdir(folder)
                os.execve(command[0], [*command], dict(environment))
            finally:
                os._exit(127)
        os.close(follower)
        return pid, leader

    def press(self, keys: str) -> None:
        """Types letters, or sends what a key sends."""
        os.write(self._fd, keys.encode())

    def resize(self, columns: int, rows: int) -> None:
        """Gives the terminal another size, as a window manager does."""
        self._screen.resize(rows, columns)
        _resize(self._fd, columns, rows)

    @property
    def lines(self) -> list[str]:
        """What is on the screen, without the blanks at the ends of lines."""
        return [line.rstrip() for line in self._screen.display]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def styled(self, style: str) -> str:
        """What on the screen is ``bold``, ``underscore`` or ``reverse``, with a blank where something is between."""
        buffer = self._screen.buffer
        rows = ([buffer[y][x] for x in range(self._screen.columns)] for y in range(self._screen.lines))
        return " ".join("".join(char.data if getattr(char, style) else " " for row in rows for char in row).split())

    def until(self, seen: Callable[[], bool]) -> None:
        """Waits until something is so, or for the end of the program."""
        while not seen():
            if not self._read():
                raise AssertionError(f"the program has ended with {self.end()}:\n{self.text}")

    def until_text(self, text: str) -> None:
        """Waits until a text is on the screen."""
        self.until(lambda: text in self.text)

    def end(self) -> int:
        """Waits for the end of the program; its exit code."""
        while self._read():
            pass
        if self._status is None:
            _, status = os.waitpid(self._pid, 0)
            self._status = os.waitstatus_to_exitcode(status)
        return self._status

    def close(self) -> None:
        """Ends the program, if it runs."""
        if self._status is None:
            os.kill(self._pid, 9)
            os.waitpid(self._pid, 0)
        os.close(self._fd)

    def _read(self) -> bool:
        """Reads what the program has written next; False at its end."""
        ready, _, _ = select.select([self._fd], [], [], _PATIENCE)
        if not ready:
            raise AssertionError(f"nothing more was written:\n{self.text}")
        try:
            data = os.read(self._fd, 65_536)
        except OSError:  # EIO: nobody has the other end open
            data = b""
        self.raw += data
        self._stream.feed(self._decoder.decode(data))
        return bool(data)


def _resize(fd: int, columns: int, rows: int) -> None:
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def waiting_for(seen: Callable[[], bool]) -> None:
    """Waits until something outside of a terminal is so."""
    end = time.monotonic() + _PATIENCE
    while not seen():
        assert time.monotonic() < end
        time.sleep(0.01)
