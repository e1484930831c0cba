"""Who may write an index on a cluster? The run whose number the lock has; each that takes it gets a higher one.

The lock is a document of the state that its holder renews. Nobody can be kept from writing to a cluster by a lock that
may run out while he sleeps: so whoever takes it writes his number into the record as well, and with it which runs are
aborted. From then on these can commit nothing, and nothing of what they write is ever seen (records.py). Not here: what
is written (indexing.py).
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from article_search.backends.opensearch import records
from article_search.backends.opensearch.cluster import Cluster, ConflictError, Json, MissingError
from article_search.backends.opensearch.records import Record
from article_search.backends.opensearch.writing import state
from article_search.backends.opensearch.writing.state import Found, Place
from article_search.errors import IndexBusyError, IndexDamagedError, IndexFormatError, IndexStateError

_LASTS = 30.0  # seconds that a lock holds which nobody renews
_RENEWED = 10.0  # seconds between two renewals
_PAUSE = 0.3  # seconds between two tries to take a lock


@dataclass(frozen=True, slots=True)
class Holder:
    """What the lock says. ``machine`` is empty where nothing names it; ``clean``: who let go left nothing behind."""

    run: int
    owner: str
    machine: str
    host: str
    pid: int
    expires: float  # epoch seconds
    released: bool = False
    clean: bool = False

    def is_over(self) -> bool:
        """Whether another may take the lock."""
        if self.released or time.time() > self.expires:
            return True
        return bool(self.machine) and self.machine == machine() and not _lives(self.pid)


class Lock:
    """The lock, taken by this process. ``found``: the record as it was then, or what is in its place."""

    def __init__(self, cluster: Cluster, name: str, wait: bool) -> None:
        self._cluster, self._name = cluster, name
        self._owner = uuid4().hex
        self._lost = False
        self._guard = threading.Lock()  # of what is known of the lock's document
        self._end = threading.Event()
        self._thread: threading.Thread | None = None
        before = self._take(wait)
        try:
            self.found = self._claim(before)
        except BaseException:
            with contextlib.suppress(IndexStateError, ConflictError):
                self._write(replace(self._holder, released=True))
            raise
        self.beat()

    @property
    def run(self) -> int:
        """The number of this run."""
        return self._holder.run

    def _take(self, wait: bool) -> Holder | None:
        """Takes the lock; gives whoever had it last."""
        while True:
            found = state.read(self._cluster, self._name, records.LOCK)
            before = _holder(found.source) if found else None
            if before is None or before.is_over():
                run = max(self._last_run(), before.run if before else 0) + 1
                self._holder = self._renewed(Holder(run, self._owner, machine(), socket.gethostname(), os.getpid(), 0))
                self._place = found.place if found else None
                try:
                    self._write(self._holder)
                except ConflictError:
                    continue
                return before
            if not wait:
                raise IndexBusyError(
                    f"another run is writing {self._name} (process {before.pid} on {before.host}); try again later,"
                    " or use --wait"
                )
            time.sleep(_PAUSE)

    def _last_run(self) -> int:
        with contextlib.suppress(IndexStateError):
            found = records.read(self._cluster, self._name)
            return found.record.run if found else 0
        return 0

    def _claim(self, before: Holder | None) -> tuple[Record | None, Place | None]:
        """Writes into the record that this run has the lock; gives it, None if it is not fit to be read. Whatever had
        the lock before can commit no more."""
        while True:
            found = state.read(self._cluster, self._name, records.RECORD)
            record, source = self._claimed(found, before)
            try:
                place = state.put(self._cluster, self._name, records.RECORD, source, found.place if found else None)
            except ConflictError:
                self.sure()
                continue
            return record, place

    def _claimed(self, found: Found | None, before: Holder | None) -> tuple[Record | None, Json]:
        try:
            record = records.parsed(found.source, self._name) if found else records.NOTHING
        except (IndexDamagedError, IndexFormatError):
            # It stays until there is a better one, but no one else can replace it as it was.
            source = found.source if found and isinstance(found.source, dict) else {}
            return None, {**source, "writer": self._owner}
        if record.run > self.run:
            raise self._taken()
        runs = set() if before and before.released and before.clean else {record.run, before.run if before else 0}
        ended = sorted({*record.aborted, *(run for run in runs if record.generation < run < self.run)})
        record = replace(record, run=self.run, aborted=tuple(ended))
        return record, records.written(record)

    # ---- holding it ----

    def beat(self) -> None:
        """Has a thread renew the lock from time to time."""
        self._end.clear()
        self._thread = threading.Thread(target=self._renewing, name="article-search lock", daemon=True)
        self._thread.start()

    def rest(self) -> None:
        """Ends that thread, so that this process can be copied."""
        self._end.set()
        if self._thread:
            self._thread.join()
            self._thread = None

    def _renewing(self) -> None:
        while not self._end.wait(_RENEWED):
            with contextlib.suppress(IndexStateError):  # a cluster may come back
                self.renew(time.monotonic() + _RENEWED)

    def renew(self, until: float | None = None) -> None:
        """Has the lock hold longer, unless another has it. Raises IndexUnavailableError if that is not sure."""
        with self._guard:
            try:
                if not self._lost:
                    self._write(self._renewed(self._holder), until)
            except (ConflictError, MissingError):  # another has it, or has removed all there was
                self._lost = True

    def _renewed(self, holder: Holder) -> Holder:
        return replace(holder, expires=time.time() + _LASTS)

    def _is_late(self) -> bool:
        """Whether the lock has run out: the machine has slept, or nothing was heard of the cluster."""
        return time.time() > self._holder.expires

    def _write(self, holder: Holder, until: float | None = None) -> None:
        """Writes what the lock says, if nobody else has."""
        try:
            self._place = state.put(self._cluster, self._name, records.LOCK, asdict(holder), self._place, until)
        except ConflictError:
            found = state.read(self._cluster, self._name, records.LOCK, until)
            seen = _holder(found.source) if found else None
            if found is None or seen is None or seen.owner != self._owner:
                raise
            # Ours: it was renewed before, and the answer was lost.
            self._place = state.put(self._cluster, self._name, records.LOCK, asdict(holder), found.place, until)
        self._holder = holder

    def check(self) -> None:
        """Raises IndexBusyError if another has the lock by now, as it may have where this run was silent."""
        if self._is_late():
            self.renew()
        if self._lost:
            raise self._taken()

    def sure(self) -> None:
        """Renews the lock; raises IndexBusyError if it is another's by now."""
        self.renew()
        self.check()

    def _taken(self) -> IndexBusyError:
        self._lost = True
        return IndexBusyError(
            f"this run was silent for so long that another has begun to write {self._name}; nothing was changed. Run"
            " `articles index` again"
        )

    def abort(self) -> bool:
        """Sees that this run commits nothing any more, even if its commit is still on its way; false if it has been
        there. Raises ConflictError or IndexBusyError if another has the lock."""
        found = state.read(self._cluster, self._name, records.RECORD)
        if found is None:
            return True
        try:
            record = records.parsed(found.source, self._name)
            if record.run != self.run:
                raise self._taken()
            if record.generation == self.run:
                return False
            source = records.written(replace(record, aborted=tuple(sorted({*record.aborted, self.run}))))
        except (IndexDamagedError, IndexFormatError):
            source = {**found.source, "writer": uuid4().hex}
        state.put(self._cluster, self._name, records.RECORD, source, found.place)
        return True

    def release(self, clean: bool) -> None:
        """Lets go of the lock, if it is still ours; ``clean``: without anything that must never be seen."""
        self.rest()
        if not self._lost:
            with contextlib.suppress(IndexStateError, ConflictError):
                self._write(replace(self._holder, released=True, clean=clean))


def _holder(source: Any) -> Holder | None:
    """What a lock says; None where it says nothing that can be read."""
    try:
        found = Holder(**source)
        kinds = (int, str, str, str, int, float, bool, bool)
        good = all(type(value) is kind for value, kind in zip(asdict(found).values(), kinds, strict=True))
        return found if good and 0 <= found.run < 2**52 else None
    except TypeError:
        return None


@lru_cache(maxsize=1)
def machine() -> str:
    """Names this machine since it was started, and which processes it is that have numbers; empty if nothing does."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
        return f"{socket.gethostname()} {boot} {Path('/proc/self/ns/pid').readlink()}"
    except (OSError, ValueError):
        return ""


def _lives(pid: int) -> bool:
    """Whether a process of that number is at work."""
    try:
        os.kill(pid, 0)
        told = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except (ProcessLookupError, FileNotFoundError):
        return False
    except (OSError, OverflowError):  # another user's
        return True
    return told.rpartition(")")[2].split()[:1] != ["Z"]
