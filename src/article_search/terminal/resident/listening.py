"""Who listens at the socket, and how does one begin to? One process at a time, of this user.

Not here: where the socket is (where.py), what is done with who calls (hosting.py).
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import socket
import struct

from article_search.errors import ArticleSearchError
from article_search.limits import LIMITS
from article_search.terminal.resident import where


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
        pid, user, _ = peer(line)
        return pid if user == os.geteuid() else None


def peer(line: socket.socket) -> tuple[int, int, int]:
    """Process, user and group at the other end."""
    who: tuple[int, int, int] = struct.unpack("3i", line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    return who


def listen(path: str, yielding: bool) -> socket.socket | None:
    """Listens at a path; a socket that nobody listens at goes. None when another process stays. Raises
    ArticleSearchError."""
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
        listener.listen(LIMITS.terminals)
        listener.setblocking(False)
        return listener
    finally:
        os.close(lock)
