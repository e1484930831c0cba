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
import struct
import sys
import time
from collections.abc import Callable

from article_search.errors import ArticleSearchError
from article_search.terminal.resident import answering, where
from article_search.terminal.resident.answering import Run
from article_search.terminal.resident.warming import Sites

_AT_ONCE = 32  # questions; who asks more is not answered, and searches without help
_LOOK = 30.0  # seconds between looks at whether the socket is still its own
_TRIES = 3  # children that end before anything is asked; then something is wrong with the process
# A child to the process: it is ready; it has a question, whose line it shows; the program has changed.
_REHEARSED, _ASKED, _CHANGED = b"r", b"a", b"c"
_PACKAGE = __name__.partition(".")[0]


class _Child:
    """A child: first it waits for a question, then it answers it."""

    def __init__(self, channel: socket.socket) -> None:
        self.channel = channel  # to it
        self.line: socket.socket | None = None  # from it to the terminal that asks, once one does

    def close(self) -> None:
        """Forgets it, in the process or in another child."""
        self.channel.close()
        if self.line:
            self.line.close()


def other(path: str) -> int | None:
    """The number of the process that listens at a socket; None where nobody does, or not one of this user."""
    if not where.is_private(os.path.dirname(path)):  # noqa: PTH120 (as there)
        return None
    with socket.socket(socket.AF_UNIX) as line:
        try:
            line.settimeout(1)
            line.connect(path)
        except OSError:
            return None
        pid, user, _ = _peer(line)
        return pid if user == os.geteuid() else None


def _peer(line: socket.socket) -> tuple[int, int, int]:
    """Process, user and group at the other end."""
    who: tuple[int, int, int] = struct.unpack("3i", line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    return who


class Host:
    """The listening process at a ``path``. ``idle``: seconds without a question after which it ends, None for never.
    ``parent``: a file that comes to its end with who started the process, None for none."""

    def __init__(self, path: str, run: Run, sites: Sites, idle: float | None = None, parent: int | None = None) -> None:
        self._path, self._run, self._sites, self._idle, self._parent = path, run, sites, idle, parent
        self._children: dict[int, _Child] = {}
        self._waiting: list[int] = []  # children that the next question is for: one, or one that shall replace another
        self._failed = 0  # children in a row that ended without a question
        self._program = _program()
        self._own = 0  # the number of its socket in the file system

    def serve(self, yielding: bool, announce: Callable[[], None]) -> None:
        """Answers until it is time to end; ``announce`` is called when it begins to. Where another process answers,
        that one ends, or this one if it is ``yielding``. Raises ArticleSearchError where it cannot listen."""
        listener = _listening(self._path, yielding)
        if not listener:
            return
        self._own = os.lstat(self._path).st_ino
        wake, waker = os.pipe()
        os.set_blocking(wake, False)
        os.set_blocking(waker, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # wakes
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
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
            if not self._waiting and len(self._children) < _AT_ONCE:
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
            elif not child.line and child.channel.fileno() in ready:
                said, lines, _, _ = socket.recv_fds(child.channel, 1, 1, socket.MSG_CMSG_CLOEXEC)
                if said == _CHANGED:
                    return False
                if said == _REHEARSED:
                    self._relieve(pid)
                elif lines:
                    child.line = socket.socket(fileno=lines[0])
                    self._failed = 0
                    self._waiting = [one for one in self._waiting if one != pid]
        for pid, child in list(self._children.items()):
            if os.waitpid(pid, os.WNOHANG)[0] and self._bury(pid, child):
                self._fork(listener)  # for the next question; until it is ready, the one that waits has it
        return True

    def _relieve(self, pid: int) -> None:
        """Lets those end that have waited for a question before this child did."""
        while self._waiting[0] != pid:
            with contextlib.suppress(OSError):
                self._children[self._waiting.pop(0)].channel.shutdown(socket.SHUT_WR)

    def _bury(self, pid: int, child: _Child) -> bool:
        """Heeds what a child that has ended has left; whether there is something new to start from."""
        del self._children[pid]
        with child.channel.makefile("rb") as left:
            report = left.read() if child.line else b""
        child.close()
        if pid in self._waiting:
            self._waiting.remove(pid)
            self._failed += 1
        if report:
            self._sites.heed(report)
            self._program = _program() | self._program
        return bool(report)

    def _fork(self, listener: socket.socket) -> None:
        """Makes the child that the next question is for."""
        here, there = socket.socketpair()
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
            for number in (signal.SIGCHLD, signal.SIGTERM):
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
        if _changed(self._program):
            channel.sendall(_CHANGED)
            return None
        socket.send_fds(channel, [_ASKED], [line.fileno()])
        listener.close()
        return line if _peer(line)[1] == os.geteuid() else None

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


def _listening(path: str, yielding: bool) -> socket.socket | None:
    """Listens at a path; a socket that nobody listens at goes. None when another process stays. Raises
    ArticleSearchError."""
    import fcntl

    folder = os.path.dirname(path)  # noqa: PTH120
    with contextlib.suppress(FileExistsError):
        os.mkdir(folder, 0o700)  # noqa: PTH102
    if not where.is_private(folder):
        raise ArticleSearchError(f"{folder} is not a folder that only you can enter; nothing is answered from there")
    lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one at a time
        if pid := other(path):
            if yielding:
                return None
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)  # noqa: PTH108
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(path)
        listener.listen(_AT_ONCE)
        listener.setblocking(False)
        return listener
    finally:
        os.close(lock)


_State = tuple[int, int, int]


def _program() -> dict[str, _State | None]:
    """The files that this program was read from, and the first one of each library: what they are now."""
    files = {
        file
        for name, module in list(sys.modules.items())
        if (name.startswith(_PACKAGE) or "." not in name) and (file := getattr(module, "__file__", None))
    }
    return {file: _state(file) for file in files}


def _changed(program: dict[str, _State | None]) -> bool:
    """Whether another program stands where this one was read from."""
    return any(_state(file) != state for file, state in program.items())


def _state(file: str) -> _State | None:
    try:
        found = os.stat(file)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
