"""How does an index on a cluster reach its next state? Articles written beside those that are seen, then one record.

Whatever a run writes has its number, and is not seen before a record has that number. Old versions of what has changed
are marked by it likewise. A full build goes to an index of its own. Not here: who may write (locking.py), how documents
are made and sent (building.py, sending.py), which articles are alike (grouping.py), what is removed (purging.py).
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from functools import cached_property, partial
from uuid import uuid4
from zoneinfo import ZoneInfo

from article_search.backends import signatures, workers
from article_search.backends.base import Update, Vectors
from article_search.backends.opensearch import records
from article_search.backends.opensearch.cluster import Cluster, ConflictError, MissingError, understanding
from article_search.backends.opensearch.records import Record
from article_search.backends.opensearch.writing import building, committing, grouping, indices, manifest, purging, state
from article_search.backends.opensearch.writing.building import Making, Taken
from article_search.backends.opensearch.writing.committing import Counts
from article_search.backends.opensearch.writing.locking import Lock
from article_search.backends.opensearch.writing.state import Place
from article_search.backends.opensearch.writing.versions import Rewriting, Versions
from article_search.backends.written import order_of
from article_search.errors import ArticleSearchError, IndexBusyError, IndexDamagedError, IndexFormatError
from article_search.reading.files import Files, FileState, Load


class OpenSearchWriter:
    """The writer of base.py on a cluster. Created under the lock; ``close`` lets go of it."""

    rebuild_reason: str | None

    def __init__(
        self,
        cluster: Cluster,
        name: str,
        signature: str,
        *,
        zone: ZoneInfo,
        shards: int,
        replicas: int,
        wait: bool,
        full: bool,
        workers: int,
        vectors: Vectors | None = None,
    ) -> None:
        self._cluster = cluster
        self._name = name
        self._signature = signature
        self._zone = zone
        self._shards = shards
        self._replicas = replicas
        self._workers = workers or os.cpu_count() or 1
        self._vectors = vectors
        state.made(cluster, name, self._replicas)
        self._lock = Lock(cluster, name, wait)
        self._clean = True  # nothing is written that must never be seen
        self._committed: Record | None = None
        try:
            self._start(full)
        except BaseException:
            self.close()
            raise

    def _start(self, full: bool) -> None:
        found, place = self._lock.found
        self._place: Place | None = place
        self._record, self.rebuild_reason = self._last_record(found)
        self._full = full or self._record is None
        if self._full:
            self._before = Files({})
        if found is not None:
            named = {found.index, *(left for left, _ in found.left)}
            # Not those of later runs: this one may have slept since it took the lock.
            there = indices.named(self._cluster, self._name)
            if orphans := {index for index in there if records.run_of(index) < self._run} - named:
                indices.remove(self._cluster, self._name, orphans)
        self._step = 0
        self._changes: dict[str, FileState | None] = {}  # of what is known of content files; None: gone
        self._fresh: set[str] = set()  # articles that this run has written
        self._undone: set[str] = set()  # those of them that are to be no more
        self._rows: list[bytes] = []

    def _last_record(self, found: Record | None) -> tuple[Record | None, str | None]:
        """The last commit's record, or why it cannot be built upon."""
        try:
            if found is None:
                records.read(self._cluster, self._name)  # raises what is wrong with it
                raise IndexDamagedError("its record has changed")
            if not found.index:
                return None, None
            if not indices.exists(self._cluster, found.index):
                raise IndexDamagedError(f"{found.index} is gone")
            self._before = manifest.manifest(self._cluster, self._name, found.chain)
            self._before.stamps()
        except IndexDamagedError as error:
            return None, f"the index is damaged ({str(error).partition(';')[0]})"
        except IndexFormatError:
            return None, "the index was made by another version of this program"
        if not signatures.suffices(found.signature, self._signature):
            return None, "the settings or the program's analysis of text changed since the index was made"
        return found, None

    @property
    def _run(self) -> int:
        return self._lock.run

    @property
    def _aborted(self) -> tuple[int, ...]:
        """Runs of which nothing is seen in the index that is written."""
        return () if self._full or self._record is None else self._record.aborted

    @property
    def _index(self) -> str:
        """The index that is written."""
        if self._full or self._record is None:
            return records.index_of(self._name, self._run)
        return self._record.index

    @cached_property
    def _versions(self) -> Versions:
        return Versions(self._cluster, self._index, self._run, self._aborted, self._zone, self._lock.check)

    def files(self) -> Files:
        """What the last commit knew, by id; empty when everything is read again."""
        return self._before

    # ---- writing ----

    def _begin(self) -> None:
        """Sees that there is an index to write."""
        if not self._clean:
            return
        self._clean = False
        if self._full:
            indices.make(self._cluster, self._index, self._shards)
        else:
            state.keep_replicas(self._cluster, self._index, self._replicas)

    @understanding
    def update(self, ids: Sequence[str], load: Load, progress: Callable[[int], None]) -> Update:
        """Loads files and writes their articles, in worker processes when there are many."""
        if not ids:
            return Update({}, frozenset())
        self._lock.check()
        self._begin()
        self._step += 1
        files: dict[str, FileState] = {}
        written: set[str] = set()
        count = workers.wanted(len(ids), self._workers)
        taken = self._in_workers(ids, load, count) if count > 1 else self._in_process(ids, load)
        with contextlib.closing(taken):
            for update, rows in taken:
                self._lock.check()
                files.update(update.files)
                written |= update.written
                self._rows.append(rows)
                progress(len(files))
        self._fresh |= written
        self._undone -= written
        self._take_back([id for id, each in files.items() if each.fate != "indexed"])
        self._changes.update(files)
        return Update(files, frozenset(written))

    @property
    def _making(self) -> Making:
        return Making(self._index, self._zone, self._run, self._step, self._vectors)

    def _in_process(self, ids: Sequence[str], load: Load) -> Generator[Taken, None, None]:
        builder = building.Builder(self._cluster, self._making)
        for id in ids:
            yield builder.take([id], load)
        builder.finished()

    def _in_workers(self, ids: Sequence[str], load: Load, count: int) -> Generator[Taken, None, None]:
        self._lock.rest()  # a process with a thread cannot be copied
        start = workers.context()
        address = self._cluster.address
        work = partial(building.work, address, self._making, list(ids), load, start.Value("q", 0))
        with contextlib.ExitStack() as stack:
            try:
                messages = stack.enter_context(workers.messages(start, [work] * count, ()))
            finally:
                self._lock.beat()
            yield from messages

    def remove(self, ids: Collection[str]) -> None:
        """Forgets files that are gone, and takes out their articles."""
        self._take_back(ids)
        self._changes.update(dict.fromkeys(ids))

    def _take_back(self, ids: Collection[str]) -> None:
        """Of some articles nothing that this run has written is to be seen."""
        gone = self._fresh.intersection(ids)
        self._fresh -= gone
        self._undone |= gone

    # ---- the commit ----

    @understanding
    def commit(self) -> None:
        """Makes the new state visible. Raises IndexBusyError when another run may be writing by now, and
        IndexDamagedError if what was written is not all that there should be."""
        self._begin()
        self._lock.sure()
        self._mark()
        if self._full:
            indices.copied(self._cluster, self._index, self._replicas, len(self._fresh), self._lock.check)
        aborted = purging.aborted(self._cluster, self._index, self._aborted)
        counts = committing.counted(self._cluster, self._index, records.alive(self._run, aborted))
        self._require(counts.articles)
        chain = self._record.chain if self._record and not self._full else ()
        chain = manifest.added(self._cluster, self._name, chain, self._run, self._changes)
        self._lock.sure()
        self._publish(self._made_of(counts, aborted, chain))

    def _made_of(self, counts: Counts, aborted: tuple[int, ...], chain: tuple[records.Link, ...]) -> Record:
        now = time.time()
        lately, left = self._replaced(chain, now)
        return Record(
            seal=uuid4().hex,
            index=self._index,
            generation=self._run,
            run=self._run,
            aborted=aborted,
            signature=self._signature,
            committed=now,
            articles=counts.articles,
            languages=counts.languages,
            lengths=counts.lengths,
            repeats=counts.repeats,
            died=counts.died,
            chain=chain,
            lately=lately,
            left=left,
        )

    def _publish(self, record: Record) -> None:
        try:
            self._place = state.put(self._cluster, self._name, records.RECORD, records.written(record), self._place)
        except ConflictError:
            raise IndexBusyError(
                f"another run took over {self._name} while this one was silent; nothing was changed. Run `articles"
                " index` again"
            ) from None
        self._committed, self._clean = record, True

    def _mark(self) -> None:
        """Has old versions of what has changed die, and says of articles which others they repeat."""
        versions = self._versions
        versions.refresh()
        rows = grouping.rows(self._rows, map(order_of, self._undone))
        self._rows.clear()
        if self._undone:
            versions.rewrite(self._died(sorted(self._undone), own=True, lost=set()))
        if self._full:
            versions.rewrite(grouping.of_new(rows, versions))
        else:
            lost: set[int] = set()
            gone = [id for id, after in self._changes.items() if after is None or after.fate != "indexed"]
            versions.rewrite(self._died(sorted({*gone, *self._fresh}), own=False, lost=lost))
            versions.refresh()
            versions.rewrite(grouping.of_changed(rows, lost, versions, self._run))
        versions.refresh()

    def _died(self, ids: Sequence[str], own: bool, lost: set[int]) -> Iterator[Rewriting]:
        """What is said of versions of some articles: that they die by this run. Notes groups that are smaller then."""
        versions = self._versions
        known = [id for id in ids if id.encode("utf-8", "replace").decode() == id]  # no article else
        for version in versions.having("id", known, versions.own() if own else versions.alive()):
            if version.told.repeats:
                lost.add(version.told.group)
            if version.told.died != self._run:
                yield Rewriting(version, version.told._replace(died=self._run))

    def _require(self, articles: int) -> None:
        """Raises IndexDamagedError unless as many articles are there as files are known to be indexed."""
        known = self._before
        count = len(known.stamps()) - sum(each.fate != "indexed" for each in known.notable().values())
        for id, after in self._changes.items():
            before = known.get(id)
            count += bool(after and after.fate == "indexed") - bool(before and before.fate == "indexed")
        if count != articles:
            self._lock.sure()
            raise IndexDamagedError(
                f"{self._index} has {articles:,} articles, and {count:,} files are known to be indexed; run `articles"
                " index --full`"
            )

    def _replaced(self, chain: tuple[records.Link, ...], now: float) -> tuple[purging.Moments, purging.Left]:
        """The record's ``lately`` and ``left``."""
        before, _ = self._lock.found
        if before is None or not before.index:
            return (), ()
        kept = {link.name for link in chain}
        gone = [link.name for link in before.chain if link.name not in kept]
        if self._full:
            gone.append(before.index)
        left = purging.removed(self._cluster, self._name, before.left, now)
        lately = () if self._full else purging.lately(before, now)
        return lately, (*left, *((each, now) for each in gone))

    @understanding
    def close(self) -> None:
        """Ends writing; without a commit before it, as if nothing had happened."""
        try:
            with contextlib.suppress(ArticleSearchError, ConflictError, MissingError):  # the next run does it
                if self._committed:
                    self._lock.check()
                    purging.purge(self._cluster, self._name, self._committed, self._versions)
                elif not self._clean:
                    if self._lock.abort() and self._full:
                        indices.remove(self._cluster, self._name, {self._index})
                    self._clean = True
        finally:
            self._lock.release(self._clean)
