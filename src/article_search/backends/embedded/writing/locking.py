"""Who may write an index? One run at a time: the one that holds the locks of the system on its folder.

There are two: on the folder itself, which nobody can take away from under a run, and on the file ``articles.lock`` in
it, for file systems that lock no folders. Not here: what is written (indexing.py).
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from article_search.errors import IndexBusyError

_FILE = "articles.lock"
_PAUSE = 0.1  # seconds between two tries


@dataclass(frozen=True, slots=True)
class Lock:
    """The locks of a run, as open descriptors. The system lets go of them when the process ends, however it ends."""

    path: Path
    folder: int
    file: int
    by_folder: bool  # whether the file system locks folders

    @property
    def descriptors(self) -> tuple[int, int]:
        """What must be open in no other process than that of the run."""
        return self.folder, self.file

    def holds(self) -> bool:
        """Whether what is locked is still what has the name. Another run may be writing when it is not."""
        if not _is(self.folder, self.path):
            return False
        return self.by_folder or _is(self.file, self.path / _FILE)

    def check(self) -> None:
        """Raises IndexBusyError unless the lock still holds."""
        if not self.holds():
            raise IndexBusyError(
                f"{self.path} was exchanged, or its {_FILE} removed, while it was written, so that another run may be"
                " writing it too; nothing was changed. Run `articles index` again"
            )


@contextlib.contextmanager
def locked(folder: Path, wait: bool) -> Iterator[Lock]:
    """Holds the locks of a folder. Raises IndexBusyError when another run has one and ``wait`` is false."""
    with contextlib.ExitStack() as held:
        while True:
            with contextlib.ExitStack() as attempt:
                if lock := _taken(folder, attempt):
                    held.push(attempt.pop_all())
                    break
            if not wait:
                raise IndexBusyError(f"another run is writing {folder}; try again later, or use --wait")
            time.sleep(_PAUSE)
        yield lock


def _taken(folder: Path, opened: contextlib.ExitStack) -> Lock | None:
    """The locks, taken; None while another run has them."""

    def descriptor(path: Path, flags: int) -> int:
        number = os.open(path, flags | os.O_CLOEXEC, 0o644)
        opened.callback(os.close, number)
        return number

    of_folder = descriptor(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        by_folder = _locks_folder(of_folder)
        try:
            of_file = descriptor(folder / _FILE, os.O_CREAT | os.O_RDWR)
        except IsADirectoryError:  # a lock like any other
            of_file = descriptor(folder / _FILE, os.O_RDONLY)
        fcntl.flock(of_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return None
    lock = Lock(folder, of_folder, of_file, by_folder)
    return lock if lock.holds() else None  # what was locked may have been removed meanwhile


def _locks_folder(descriptor: int) -> bool:
    """Whether the system has locked a folder. Raises BlockingIOError when another run has."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError:  # NFS locks what is open for writing, which a folder never is
        return False
    return True


def _is(descriptor: int, path: Path) -> bool:
    """Whether a path leads to what a descriptor is of."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except (FileNotFoundError, NotADirectoryError):
        return False
