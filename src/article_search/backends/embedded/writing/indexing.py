"""How does an index reach its next state? One writer at a time; segments built, and merged, in worker processes.

A commit is Whoosh's table of contents renamed into place; all else is written, and on disk, before it, under names no
reader looks at. Not here: which files changed (reading/walking.py), what is written of an article (schema.py), how
processes are started and watched (workers.py), how others are kept from writing (locking.py).
"""

from __future__ import annotations

import contextlib
import math
import os
from array import array
from bisect import bisect_right
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

from article_search.backends import signatures, workers
from article_search.backends.base import TEXT_FIELDS, Update, Vectors
from article_search.backends.embedded import manifest, records, repeats, schema, store
from article_search.backends.embedded.columnar.container import ContainerError
from article_search.backends.embedded.writing import committing, locking
from article_search.errors import IndexDamagedError, IndexFormatError, IndexUnreadableError
from article_search.reading.files import Files, FileState, Load

if TYPE_CHECKING:
    from article_search.backends.embedded.columnar import ColumnarSegment
    from article_search.backends.embedded.columnar.fields import FieldReader
    from article_search.reading.article import Article

_MERGING = 1.7  # bytes of memory that merging takes for each byte of postings, ...
_FOR_MERGING = 8  # ... of which there are so many times as many as a process has, for those have ended by then
_SIDE_BY_SIDE = 2000  # documents from which on merging is worth threads
_TIER = 4  # as many segments of one size class are merged into one of the next


class EmbeddedWriter:
    """The writer of base.py over a folder. Created under the lock; ``close`` lets go of it."""

    rebuild_reason: str | None

    def __init__(
        self,
        folder: Path,
        signature: str,
        *,
        wait: bool,
        full: bool,
        workers: int,
        memory_mb: int,
        vectors: Vectors | None = None,
    ) -> None:
        store.make(folder)
        if full:
            store.regain(folder)
        self._folder = folder
        self._signature = signature
        self._workers = workers or os.cpu_count() or 1
        self._memory = memory_mb * 2**20
        self._vectors = vectors
        self._exit = contextlib.ExitStack()
        self._lock = self._exit.enter_context(locking.locked(folder, wait))
        try:
            self._start(full)
        except BaseException:
            self._exit.close()
            raise

    def _start(self, full: bool) -> None:
        number = store.generation(self._folder)
        self._record, self.rebuild_reason = self._last_record(number, full)
        self._generation = (number or 0) + 1
        self._full = full or self._record is None
        store.clean(self._folder, self._record)
        self._segments: list[_Segment] = []
        if self._record is not None and not self._full:
            self._segments = [_Segment(s.name, s.documents, set(s.deleted)) for s in self._record.segments]
        self._built: list[_Segment] = []
        self._changes: dict[str, FileState | None] = {}  # of what is known of content files; None: gone
        self._ids: dict[str, FieldReader] = {}

    def _last_record(self, number: int | None, full: bool) -> tuple[records.Record | None, str | None]:
        """The last commit's record, or why it cannot be built upon."""
        if number is None:
            return None, None
        try:
            record = store.read_record(self._folder, number)
            manifest.Manifest(self._folder, record.chain)
            for segment in record.segments:
                store.open_segment(self._folder, segment)
        except IndexDamagedError as error:
            return None, f"the index is damaged ({str(error).partition(';')[0]})"
        except IndexFormatError:
            return None, "the index was made by another version of this program"
        except IndexUnreadableError:
            if not full:  # what cannot be read just now is not lost
                raise
            return None, None
        if not signatures.suffices(record.signature, self._signature):
            return None, "the settings or the program's analysis of text changed since the index was made"
        return record, None

    def files(self) -> Files:
        """What the last commit knew, by id; empty when everything is read again."""
        return manifest.Manifest(self._folder, self._chain)

    @property
    def _chain(self) -> tuple[records.Link, ...]:
        return () if self._full or self._record is None else self._record.chain

    def update(self, ids: Sequence[str], load: Load, progress: Callable[[int], None]) -> Update:
        """Loads files and writes their articles, in worker processes when there are many."""
        if not ids:
            return Update({}, frozenset())
        count = workers.wanted(len(ids), self._workers)
        update = self._in_workers(ids, load, progress, count) if count > 1 else self._in_process(ids, load, progress)
        self._take_out([id for id, state in update.files.items() if id in update.written or state.fate != "indexed"])
        self._changes.update(update.files)
        return update

    def _in_process(self, ids: Sequence[str], load: Load, progress: Callable[[int], None]) -> Update:
        files: dict[str, FileState] = {}
        written: set[str] = set()
        builder = _Builder(self._folder, self._memory, self._vectors)
        for id in ids:
            update = builder.take([id], load)
            files.update(update.files)
            written |= update.written
            progress(len(files))
        self._built += builder.finished()
        return Update(files, frozenset(written))

    def _in_workers(self, ids: Sequence[str], load: Load, progress: Callable[[int], None], count: int) -> Update:
        """Builds segments in worker processes; they are on disk, unknown to any reader."""
        files: dict[str, FileState] = {}
        written: set[str] = set()
        start = workers.context()
        work = partial(_build, self._folder, list(ids), load, start.Value("q", 0), self._memory, self._vectors)
        with workers.messages(start, [work] * count, self._lock.descriptors) as messages:
            for message in messages:
                if isinstance(message, Update):
                    files.update(message.files)
                    written |= message.written
                    progress(len(files))
                else:
                    self._built += message
        return Update(files, frozenset(written))

    def remove(self, ids: Collection[str]) -> None:
        """Forgets files that are gone, and takes out their articles."""
        self._take_out(ids)
        self._changes.update(dict.fromkeys(ids))

    def _take_out(self, ids: Collection[str]) -> None:
        """Marks committed articles as deleted; ids that are not there are passed over."""
        left = sorted(ids)
        for segment in self._segments:
            reader = self._id_reader(segment)
            elsewhere = []  # an article lives in one segment; others may have what it was before
            for id in left:
                term = reader.find(id.encode())
                document = None if term is None else int(reader.documents(term)[0])
                if document is None or document in segment.deleted:
                    elsewhere.append(id)
                else:
                    segment.deleted.add(document)
            left = elsewhere

    def _id_reader(self, segment: _Segment) -> FieldReader:
        from article_search.backends.embedded.columnar.fields import FieldReader

        reader = self._ids.get(segment.name)
        if reader is None:
            file = store.open_container(self._folder, segment.name + ".cpo", self._fingerprints(segment.name)[1])
            reader = self._ids[segment.name] = FieldReader(file, "id")
        return reader

    def commit(self) -> None:
        """Makes the new state visible. Raises IndexBusyError when the folder may have another writer by now."""
        self._lock.check()
        folder, number = self._folder, self._generation
        segments = self._merged([*self._segments, *self._joined(_together(self._built, self._share))])
        chain = manifest.added(folder, self._chain, number, self._changes)
        entries = tuple(self._entry(segment) for segment in segments)
        repeats = self._write_repeats(segments, entries)
        record = records.Record(number, self._signature, datetime.now(UTC), entries, chain, repeats, {})
        committing.publish(folder, record, self._lock.check)

    def _write_repeats(self, segments: list[_Segment], entries: tuple[records.Segment, ...]) -> int | None:
        """Which articles repeat others, now that these segments are all there is."""
        known: dict[str, repeats.Groups] = {}
        if self._record is not None and not self._full:
            groups, first = repeats.read(self._folder, self._record), 0
            for before in self._record.segments:
                known[before.name] = groups.of(first, first + before.documents)
                first += before.documents
        parts = []
        for segment, entry in zip(segments, entries, strict=True):
            file = store.open_container(self._folder, segment.name + ".cdo", entry.fingerprints[0])
            parts.append(repeats.Part.read(file, segment.deleted, known.get(segment.name)))
        return repeats.write(self._folder, self._generation, repeats.grouped(parts))

    def _merged(self, segments: list[_Segment]) -> list[_Segment]:
        """Segments after merging those whose time has come, one size class after the other."""
        while groups := _due(segments, self._share):
            merged = {segment.name for group in groups for segment in group}
            segments = [segment for segment in segments if segment.name not in merged]
            segments += self._joined([group for group in groups if any(segment.live for segment in group)])
        return segments

    def _share(self, segment: _Segment) -> float:
        """How much of what may be merged into one segment a segment is."""
        postings = (self._folder / f"{segment.name}.cpo").stat().st_size
        return max(segment.live / records.MAX_DOCUMENTS, _MERGING * postings / (_FOR_MERGING * self._memory))

    def _joined(self, groups: list[list[_Segment]]) -> list[_Segment]:
        """Each group as one segment."""
        return [self._as_one(group) for group in groups]

    def _as_one(self, group: list[_Segment]) -> _Segment:
        if len(group) == 1 and not group[0].deleted:
            return group[0]
        from article_search.backends.embedded.columnar import merging

        threads = self._workers if sum(segment.documents for segment in group) >= _SIDE_BY_SIDE else 1
        segments = [segment.for_whoosh() for segment in group]
        try:
            return _Segment.of(merging.merge(committing.storage(self._folder), records.NAME, segments, threads))
        except ContainerError as error:
            raise store.damaged(self._folder, str(error)) from None

    def _entry(self, segment: _Segment) -> records.Segment:
        deleted = array("H", sorted(segment.deleted))
        return records.Segment(segment.name, segment.documents, deleted, self._fingerprints(segment.name))

    def _fingerprints(self, name: str) -> tuple[int, int]:
        for known in self._record.segments if self._record else ():
            if known.name == name:
                return known.fingerprints
        documents, postings = (store.fingerprint_and_sync(self._folder / (name + ext)) for ext in records.SEGMENT_FILES)
        return documents, postings

    def close(self) -> None:
        """Ends writing; without a commit before it, as if nothing had happened."""
        try:
            if self._lock.holds():  # else what lies there may be another run's
                self._clean()
        finally:
            self._exit.close()

    def _clean(self) -> None:
        number = store.generation(self._folder)
        with contextlib.suppress(IndexDamagedError, IndexFormatError, IndexUnreadableError):
            store.clean(self._folder, None if number is None else store.read_record(self._folder, number))


class _Builder:
    """Builds segments of articles, one after the other as memory allows."""

    def __init__(self, folder: Path, memory: int, vectors: Vectors | None) -> None:
        from article_search.backends.embedded.columnar.building import SegmentBuilder
        from article_search.backends.embedded.columnar.vocabulary import Vocabulary

        self._storage = committing.storage(folder)
        self._memory = memory
        words: dict[str, str] = {name: schema.words_field(name) for name in TEXT_FIELDS}
        self._language = ""  # of the first article, and so probably of most
        self._vocabulary = Vocabulary(schema.split, lambda word: schema.analyse(word, self._language))
        self._builder = SegmentBuilder(self._vocabulary, words, schema.KEYWORD_FIELDS, schema.NUMBER_FIELDS, "body")
        self._vectors = (schema.vectors_name(vectors.name), vectors.load()) if vectors else None
        self._segments: list[_Segment] = []

    def take(self, ids: Sequence[str], load: Load) -> Update:
        """Loads files and adds their articles."""
        files: dict[str, FileState] = {}
        written = []
        for id in ids:
            loaded = load(id)
            files[id] = loaded.state
            if loaded.article is not None:
                self.add(loaded.article)
                written.append(id)
        return Update(files, frozenset(written))

    def add(self, article: Article) -> None:
        self._language = self._language or article.language
        rows = {}
        if self._vectors:
            name, vector_of = self._vectors
            rows[name] = vector_of(article)
        schema.add(self._builder, article, self._language, rows)
        if self._builder.size >= self._memory or self._builder.documents >= records.MAX_DOCUMENTS:
            self._flush()

    def finished(self) -> list[_Segment]:
        if self._builder.documents:
            self._flush()
        return self._segments

    def _flush(self) -> None:
        self._segments.append(_Segment.of(self._builder.write(self._storage, records.NAME)))
        if self._vocabulary.size > self._memory // 2:
            self._vocabulary.clear()  # words of the next segment must have room too


@dataclass(slots=True)
class _Segment:
    """One segment while it is written about: its files' common name, its size, its deleted documents."""

    name: str
    documents: int
    deleted: set[int]

    @classmethod
    def of(cls, segment: ColumnarSegment) -> _Segment:
        return cls(segment.segment_id(), segment.doc_count_all(), set())

    @property
    def live(self) -> int:
        return self.documents - len(self.deleted)

    def for_whoosh(self) -> ColumnarSegment:
        return committing.for_whoosh(self.name, self.documents, self.deleted)


def _together(segments: list[_Segment], share: Callable[[_Segment], float]) -> list[list[_Segment]]:
    """Groups of segments to merge into one each, as few as their ``share`` allows: each costs every search."""
    groups: list[list[_Segment]] = []
    room = 0.0
    for segment in segments:
        room -= share(segment)
        if room < 0:
            groups.append([])
            room = 1 - share(segment)
        groups[-1].append(segment)
    return groups


def _due(segments: list[_Segment], share: Callable[[_Segment], float]) -> list[list[_Segment]]:
    """Groups of segments to merge into one each now: of _TIER of one size class or more, and mostly deleted ones; none
    when all is well.

    An article is rewritten once a class, a logarithmic number of times. The ``share`` of a group's segments in what may
    be one is no more than 1.
    """
    groups = []
    tiers: dict[int, list[_Segment]] = {}
    for segment in segments:
        if segment.live < segment.documents / 2 or not segment.live:
            groups.append([segment])
        else:
            tiers.setdefault(int(math.log(segment.live, _TIER)), []).append(segment)
    if groups:
        return groups
    for tier in sorted(tiers):
        smallest = sorted(tiers[tier], key=lambda segment: segment.live)
        while len(smallest) >= _TIER:
            count = bisect_right(list(accumulate(map(share, smallest))), 1)
            if count < 2:
                break
            groups.append(smallest[:count])
            del smallest[:count]
        if groups:
            return groups
    return []


def _build(
    folder: Path,
    ids: Sequence[str],
    load: Load,
    taken: Any,
    memory: int,
    vectors: Vectors | None,
    send: workers.Send,
) -> None:
    """A worker process: takes chunks of files until there are none, then finishes its segments."""
    builder = _Builder(folder, memory, vectors)
    for some in workers.chunks(ids, taken):
        send(builder.take(some, load))
    send(builder.finished())
