"""What does one content file say, and is it to be read once more? ``Loader`` reads one by its id.

It is called in worker processes. Whatever was put in a file's place since the walk, reading it neither leaves the
content root nor hangs. Not here: which files there are (walking.py), what the text of an article means (article.py),
how it is stored (backends).
"""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from article_search.digests import blake2b
from article_search.errors import ArticleError
from article_search.reading import access
from article_search.reading.files import FileState, Loaded, stamp_of
from article_search.reading.paths import path_of

if TYPE_CHECKING:
    from article_search.reading.article import Rules

# A file written again within the clock tick of its file system, to the same size, looks unchanged. FAT's ticks, the
# longest in use, are 2 s: a file younger than that when read is read once more by the next run.
_TICK = 2_000_000_000  # nanoseconds
_READ_ATTEMPTS = 3  # of a file that is being written while it is read

# NONBLOCK: opening a FIFO must not wait for a writer.
_READING = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Loader:
    """Reads one file by its id; made to be sent to worker processes, so ``known`` holds only what they will read.

    ``root`` is the content root. Never raises for a file: what goes wrong is the reason of its rejection.
    """

    root: str
    rules: Rules
    known: Mapping[str, FileState]
    now: datetime

    def __call__(self, id: str) -> Loaded:
        """The file as it is now; no article when its bytes are those known, it is left out or rejected."""
        started = time.time_ns()
        before = self.known.get(id)
        try:
            data, status = read(self.root, id)
        except ArticleError as error:
            return Loaded(_nothing_known(error.reason))
        except OSError as error:
            return Loaded(_not_read(before, error))
        size, mtime, mark = stamp_of(status)
        digest, recheck = blake2b(data, digest_size=16).hexdigest(), mtime > started - _TICK
        if before and before.digest == digest and not before.is_due(self.now.timestamp()):
            return Loaded(replace(before, size=size, mtime=mtime, mark=mark, recheck=recheck, unreadable=None))
        try:
            return self._parsed(data, id, FileState(size, mtime, digest, "indexed", recheck=recheck, mark=mark))
        except OSError as error:  # of a module or table that is loaded when the first article needs it
            return Loaded(_not_read(before, error))

    def _parsed(self, data: bytes, id: str, state: FileState) -> Loaded:
        from article_search.reading import article  # which a run with nothing to read does without

        try:
            parsed = article.parse(data, id, self.rules, self.now)
        except ArticleError as error:
            return Loaded(replace(state, fate="rejected", reason=error.reason, line=error.line))
        except (MemoryError, OSError, ImportError):  # nothing that the file can help
            raise
        except Exception as error:  # a fault of ours must not keep the other files from being indexed
            reason = access.printable(f"internal error: {type(error).__name__}: {error}"[:200])
            return Loaded(replace(state, fate="rejected", reason=reason))
        due = parsed.due.timestamp() if parsed.due else None
        state = replace(state, due=due, warnings=parsed.warnings)
        if parsed.left_out:
            return Loaded(replace(state, fate="left_out", reason=parsed.left_out))
        return Loaded(replace(state, address=_number_of(parsed.url) if parsed.url else 0), parsed)


def _not_read(before: FileState | None, error: OSError) -> FileState:
    """The state of a file that the system does not let us read: as it was before, if that may pass.

    A file that is gone may: it was listed a moment ago, and may be back as soon as whoever replaces it has done. If
    not, the next run does not list it.
    """
    reason = access.why(error)
    if not (access.may_pass(error) or isinstance(error, FileNotFoundError)):
        return _nothing_known(reason)
    if before and before.digest:
        return replace(before, unreadable=reason, recheck=True)
    return replace(_nothing_known(reason), unreadable=reason)


def _nothing_known(reason: str) -> FileState:
    return FileState(0, 0, "", "rejected", reason, recheck=True)


def _number_of(url: str) -> int:
    """Seven bytes that stand for an address: of a million, two have the same with a chance of one to 100,000.

    A page and the file that a server shows for it are one address.
    """
    return int.from_bytes(blake2b(url.removesuffix("index.html").encode(), digest_size=7).digest())


def read(root: str, id: str) -> tuple[bytes, os.stat_result]:
    """A file's bytes and its status when they were read; ``root`` is a real path. Raises OSError and ArticleError.

    Whatever was put in the file's place since the walk, it neither leaves the content root nor hangs.
    """
    for _ in range(_READ_ATTEMPTS):
        handle = _opened(root, id)
        try:
            before = os.fstat(handle)
            access.check_kind(before, id)
            data = _bytes(handle, before.st_size + 1)
            after = os.fstat(handle)
        finally:
            os.close(handle)
        if len(data) == before.st_size and stamp_of(before) == stamp_of(after):
            return data, before
    raise OSError(errno.EBUSY, "it kept changing; the next run tries again")


def _opened(root: str, id: str) -> int:
    """A descriptor of a file within the content root, open for reading."""
    path = path_of(root, id)
    try:
        handle = os.open(path, _READING)
    except OSError:
        return os.open(access.resolved(root, id), _READING)
    try:  # Linux tells where the file really is, which is sooner than to look at each folder on the way
        if os.readlink(f"/proc/self/fd/{handle}") == path:  # noqa: PTH115 (a Path takes longer)
            return handle
    except OSError:
        pass
    os.close(handle)
    return os.open(access.resolved(root, id), _READING)


def _bytes(handle: int, most: int) -> bytes:
    """Up to ``most`` bytes of a file; one that has one fewer is not asked for more."""
    parts = []
    while most > 1 and (part := os.read(handle, most)):
        parts.append(part)
        most -= len(part)
    return b"".join(parts)
