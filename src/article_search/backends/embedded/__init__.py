"""The index in a folder of this machine: a Whoosh index, searched by array. Implements the Backend protocol.

What an index folder holds: ``store`` (commit records, checksums), ``manifest`` (content files), ``repeats``
(near-copies), ``schema`` (what is written of an article), and segments in the format of ``columnar``. ``reading``
answers the primitives, ``writing`` makes the next commit. Not here: what a question means (answering).
"""

from __future__ import annotations

import contextlib
import errno
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from article_search.backends import signatures
from article_search.backends.base import Deadline, Summary, Vectors
from article_search.backends.blame import raised_in
from article_search.backends.embedded import schema, store
from article_search.backends.embedded.columnar.container import ContainerError
from article_search.backends.embedded.reading.reader import SnapshotReader
from article_search.backends.embedded.reading.snapshot import Snapshot
from article_search.backends.embedded.records import record_name
from article_search.errors import IndexStateError, IndexUnreadableError

if TYPE_CHECKING:
    from article_search.backends.embedded.writing.indexing import EmbeddedWriter
    from article_search.reading.files import Files

_TICK = 100_000_000  # nanoseconds; moments of file systems are coarser than the clock

T = TypeVar("T")


class _Open(NamedTuple):
    """The snapshot of a commit."""

    id: str
    snapshot: Snapshot
    look: _Look | None = None  # at which it was the newest


class _Look(NamedTuple):
    """What the system says of an index folder and of a commit's record in it: device, number, size and moment of the
    last change of each. Nobody can set that moment, as one can that of the last modification."""

    folder: tuple[int, ...]
    record: tuple[int, ...]

    @classmethod
    def at(cls, folder: Path, number: int) -> _Look | None:
        """A look; None where there is nothing to see, or where something has changed so lately that another change
        could have the same moment."""
        try:
            stats = folder.stat(), (folder / record_name(number)).stat()
        except OSError:
            return None
        if time.time_ns() - max(each.st_ctime_ns for each in stats) < _TICK:
            return None
        return cls(*((each.st_dev, each.st_ino, each.st_size, each.st_ctime_ns) for each in stats))


class EmbeddedBackend:
    """Searches the newest commit of a folder; a new commit is seen by the next call. Safe to share between threads."""

    def __init__(
        self,
        folder: Path,
        *,
        signature: str,
        zone: ZoneInfo,
        workers: int = 0,
        memory_mb: int = 48,
        cache_mb: int = 0,
        vectors: Vectors | None = None,
    ) -> None:
        self._folder = folder
        self._vectors = vectors
        self._signature = schema.signature(signature, vectors)
        self._zone = zone
        self._workers = workers
        self._memory_mb = memory_mb
        self._room = cache_mb * 2**20
        self._lock = threading.RLock()  # who opens a commit under it asks for names of commits
        self._open: _Open | None = None

    @contextlib.contextmanager
    def reader(self, deadline: Deadline | None = None) -> Iterator[SnapshotReader]:
        """The newest commit, for one request."""
        snapshot = self._snapshot()
        try:
            snapshot.check_sizes()
            yield SnapshotReader(snapshot, deadline or Deadline())
        except Exception as error:  # what is not as it was written is found when it is read
            if isinstance(error, ContainerError) or raised_in(error, __name__):
                with store.understood(self._folder):
                    raise
            raise

    def exists(self) -> bool:
        """Whether there is an index to search."""
        return store.generation(self._folder) is not None

    def commit_id(self) -> str:
        """Names the newest commit by what its record says, whatever the times of its files are."""
        current = self._open
        look = _Look.at(self._folder, current.snapshot.record.generation) if current else None
        if current and look and look == current.look:
            return current.id
        try:
            newest = store.commit_id(self._folder, store.require_generation(self._folder))
        except IndexUnreadableError as error:
            cause = error.__cause__
            if current is None or not (isinstance(cause, OSError) and cause.errno in (errno.EMFILE, errno.ENFILE)):
                raise
            return current.id  # without a file descriptor to look by, nothing newer could be opened either
        with self._lock:
            if current and self._open is current and newest == current.id:
                self._open = current._replace(look=look)
        return newest

    def _newest(self, read: Callable[[int], T]) -> T:
        """What is read of the newest commit; anew when it has been replaced meanwhile, or its whole folder."""
        failed = ""
        while True:
            number = store.require_generation(self._folder)
            try:
                return read(number)
            except (IndexStateError, OSError) as error:
                newest = self.commit_id()
                if newest != failed:
                    failed = newest
                    continue
                if isinstance(error, OSError):
                    raise store.unreadable(self._folder, error) from error
                raise

    def _snapshot(self) -> Snapshot:
        """The newest commit. One that is in use lives on until its last reader has done."""
        newest, current = self.commit_id(), self._open
        if current is not None and current.id == newest:
            return current.snapshot
        with self._lock:
            if self._open is None or self._open.id != self.commit_id():
                # The name first: should another commit be opened under it, the next request sees that it is not that.
                self._open = self._newest(
                    lambda number: _Open(store.commit_id(self._folder, number), self._opened(number))
                )
            return self._open.snapshot

    def _opened(self, number: int) -> Snapshot:
        return Snapshot(self._folder, number, self._zone, self._room)

    def close(self) -> None:
        """Lets go of files and memory."""
        self._open = None

    def summary(self) -> Summary:
        """Size and age of the index."""
        return self._newest(self._summary)

    def _summary(self, number: int) -> Summary:
        record = store.read_record(self._folder, number)
        return Summary(record.articles, store.size(self._folder, record), record.committed)

    def verify(self) -> tuple[str, ...]:
        """Checks every file of the index; what is wrong, a line each."""
        while True:
            number = store.require_generation(self._folder)
            wrong = store.verify(self._folder)
            if not wrong or store.generation(self._folder) == number:
                return wrong

    def files(self) -> Files:
        """What the newest commit knows of each content file."""
        from article_search.backends.embedded.manifest import Manifest  # which a search does without

        return self._newest(lambda number: Manifest(self._folder, store.read_record(self._folder, number).chain))

    def signature_matches(self) -> bool:
        """Whether the newest commit was made with today's settings and program."""
        made = self._newest(lambda number: store.read_record(self._folder, number).signature)
        return signatures.suffices(made, self._signature)

    def copy_to(self, folder: Path, wait: bool) -> None:
        """Makes what the newest commit holds the next commit of another folder."""
        from article_search.backends.embedded.writing.copying import copy  # which a search does without

        copy(self._folder, folder, wait=wait)

    def writer(self, wait: bool, full: bool) -> EmbeddedWriter:
        """The only writer at that moment. Raises IndexBusyError unless told to wait."""
        from article_search.backends.embedded.writing.indexing import (
            EmbeddedWriter,  # Whoosh, which a search does without
        )

        return EmbeddedWriter(
            self._folder,
            self._signature,
            wait=wait,
            full=full,
            workers=self._workers,
            memory_mb=self._memory_mb,
            vectors=self._vectors,
        )
