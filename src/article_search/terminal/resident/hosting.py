"""What does the process do that answers terminals from memory? It listens, and has a child for each question.

The next one's is forked beforehand, and has rehearsed. Only questions of its own user are taken, so many at once. It
ends after an idle time, when its program has changed on disk, when its socket is no more its own, or when it is told
to. Not here: the answer (answering.py), where the socket is (where.py).
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable

from article_search.limits import LIMITS
from article_search.terminal.resident import answering, listening, program
from article_search.terminal.resident.answering import Run
from article_search.terminal.resident.warming import Sites

_LOOK = 30.0  # seconds between looks at whether the socket is still its own
_TRIES = 3  # children that end before anything is asked; then something is wrong with the process
# A child to the process: it is ready; it has a question, whose line it shows; the program has changed.
_REHEARSED, _ASKED, _CHANGED = b"r", b"a", b"c"


class _Child:
    """A child: first it waits for a question, then it answers it."""

    def __init__(self, channel: socket.socket) -> None:
        self.channel = channel  # to it
        self.line: socket.socket | None = None  # from it to the terminal that asks, once one does

    def heard(self) -> tuple[bytes | None, list[int]]:
        """The next sign of the child, with files that came with it; no sign if there is none yet, or none any more."""
        try:
            said, files, _, _ = socket.recv_fds(self.channel, 1, 1, socket.MSG_CMSG_CLOEXEC)
        except BlockingIOError:
            return None, []
        return said or None, files

    def report(self) -> bytes:
        """What it has left to say, when it has ended."""
        left = bytearray()
        with contextlib.suppress(BlockingIOError):
            while piece := self.channel.recv(2**16):
                left += piece
        return bytes(left)

    def close(self) -> None:
        """Forgets it, in the process or in another child."""
        self.channel.close()
        if self.line:
            self.line.close()


class Host:
    """The listening process at a ``path``. ``idle``: seconds without a question after which it ends, None for never.
    ``parent``: a file that comes to its end with who started the process, None for none."""

    def __init__(self, path: str, run: Run, sites: Sites, idle: float | None = None, parent: int | None = None) -> None:
        self._path, self._run, self._sites, self._idle, self._parent = path, run, sites, idle, parent
        self._children: dict[int, _Child] = {}
        self._waiting: list[int] = []  # children that the next question is for: one, or one that shall replace another
        self._failed = 0  # children in a row that ended without a question
        self._program = program.files()
        self._own = 0  # the number of its socket in the file system

    def serve(self, yielding: bool, announce: Callable[[], None]) -> None:
        """Answers until it is time to end; ``announce`` is called when it begins to. Where another process answers,
        that one ends, or this one if it is ``yielding``. Raises ArticleSearchError where it cannot listen."""
        listener = listening.listen(self._path, yielding)
        if not listener:
            return
        self._own = os.lstat(self._path).st_ino
        wake, waker = os.pipe()
        os.set_blocking(wake, False)
        os.set_blocking(waker, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # wakes
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: sys.exit(0))
        os.chdir("/")  # no folder is held
        signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
        try:
            announce()
            self._loop(listener, wake)
        finally:
            signal.set_wakeup_fd(-1)
            self._end()

    def _loop(self, listener: socket.socket, wake: int) -> None:
        last = time.monotonic()
        while self._failed < _TRIES and self._is_its_own():
            if not self._waiting and len(self._children) < LIMITS.terminals:
                self._fork(listener)
            ready = self._ready(wake)
            if self._parent in ready or not self._heed(ready, listener):
                return
            if len(self._children) > len(self._waiting):
                last = time.monotonic()
            elif self._idle and time.monotonic() - last >= self._idle:
                return

    def _ready(self, wake: int) -> set[int]:
        """Waits until something has happened: to which files."""
        poll = select.poll()
        for number in (wake, *([] if self._parent is None else [self._parent])):
            poll.register(number, select.POLLIN)
        for child in self._children.values():
            if child.line:
                poll.register(child.line, select.POLLRDHUP)
            else:
                poll.register(child.channel, select.POLLIN)
        found = {number for number, _ in poll.poll(1_000 * min(_LOOK, self._idle or _LOOK))}
        with contextlib.suppress(BlockingIOError):
            while os.read(wake, 4096):
                pass
        return found

    def _heed(self, ready: set[int], listener: socket.socket) -> bool:
        """Looks after the children. False if one has seen that the program has changed."""
        for pid, child in self._children.items():
            if child.line and child.line.fileno() in ready:
                _kill(pid)  # its terminal has hung up
        for pid, child in list(self._children.items()):
            ended = os.waitpid(pid, os.WNOHANG)[0]
            if not self._hear(pid, child):
                return False
            if ended and self._bury(pid, child):
                self._fork(listener)  # for the next question; until it is ready, the one that waits has it
        return True

    def _hear(self, pid: int, child: _Child) -> bool:
        """Takes in what a child says until it has a question. False if it has seen that the program has changed."""
        said: bytes | None = b""
        while not child.line and said is not None:
            said, lines = child.heard()
            if said == _CHANGED:
                return False
            if said == _REHEARSED and pid in self._waiting:
                self._relieve(pid)
            elif said == _ASKED:
                child.line = socket.socket(fileno=lines[0])
                self._failed = 0
                self._waiting = [one for one in self._waiting if one != pid]
        return True

    def _relieve(self, pid: int) -> None:
        """Lets those end that have waited for a question before this child did."""
        while self._waiting[0] != pid:
            with contextlib.suppress(OSError):
                self._children[self._waiting.pop(0)].channel.shutdown(socket.SHUT_WR)

    def _bury(self, pid: int, child: _Child) -> bool:
        """Heeds what a child that has ended has left; whether there is something new to start from."""
        del self._children[pid]
        report = child.report() if child.line else b""
        child.close()
        if pid in self._waiting:
            self._waiting.remove(pid)
            self._failed += 1
        if report:
            self._sites.heed(report)
            self._program = program.files() | self._program
        return bool(report)

    def _fork(self, listener: socket.socket) -> None:
        """Makes the child that the next question is for."""
        here, there = socket.socketpair()
        here.setblocking(False)
        try:
            pid = os.fork()
        except OSError:
            self._failed += 1
            return
        if pid:
            there.close()
            self._waiting.append(pid)
            self._children[pid] = _Child(here)
        else:
            here.close()
            self._be_child(listener, there)

    def _be_child(self, listener: socket.socket, channel: socket.socket) -> None:
        """Never returns."""
        try:
            os.setsid()
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL)
            for other in self._children.values():  # whose terminals wait for the end of all who hold their line
                other.close()
            line = self._accepted(listener, channel)
            if line:
                answering.answer(line, self._run, self._sites.opened, lambda: channel.sendall(self._sites.report()))
        finally:
            os._exit(0)

    def _accepted(self, listener: socket.socket, channel: socket.socket) -> socket.socket | None:
        """In a child: a line to the terminal that asks. None if there is nothing to answer any more."""
        poll = select.poll()
        poll.register(listener, select.POLLIN)
        poll.register(channel, select.POLLRDHUP)
        if not poll.poll(0):
            self._sites.rehearse(self._run)
        channel.sendall(_REHEARSED)
        while True:
            if channel.fileno() in {number for number, _ in poll.poll()}:
                return None  # another one waits in its place, or the process has ended
            with contextlib.suppress(BlockingIOError):  # another one was faster
                line, _ = listener.accept()
                break
        if program.changed(self._program):
            channel.sendall(_CHANGED)
            return None
        socket.send_fds(channel, [_ASKED], [line.fileno()])
        listener.close()
        return line if listening.peer(line)[1] == os.geteuid() else None

    def _is_its_own(self) -> bool:
        try:
            return os.lstat(self._path).st_ino == self._own
        except OSError:
            return False

    def _end(self) -> None:
        """Nobody shall find the socket any more; who is being answered is not waited for."""
        if self._is_its_own():
            with contextlib.suppress(OSError):
                os.unlink(self._path)  # noqa: PTH108 (as there)
        for pid in self._children:
            _kill(pid)


def _kill(pid: int) -> None:
    for kill in (os.killpg, os.kill):  # it may not have its group yet
        with contextlib.suppress(ProcessLookupError):
            kill(pid, signal.SIGKILL)
