"""How does an index reach its next state? One writer at a time; segments built side by side in worker processes.

A commit is Whoosh's table of contents renamed into place; all else is written before it, under names no reader looks
at. Not here: which files changed (content.py), what is written of an article (schema.py).
"""

from __future__ import annotations

import contextlib
import math
import multiprocessing
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, clean_files
from whoosh.reading import SegmentReader
from whoosh.writing import SegmentWriter

from article_search.backends.base import FileState, Load, Update
from article_search.backends.embedded import schema, store
from article_search.errors import ArticleSearchError, IndexDamagedError, IndexFormatError

_NAME = "MAIN"  # Whoosh's default name of an index, so that whoosh.index.open_dir finds it
_PENDING = "PENDING"  # name of a table of contents not committed yet
_CHUNK = 32  # files a worker takes at a time
_POOL_FROM = 300  # files from which on worker processes are worth their start
_MEMORY_MB = 128  # postings a writer holds before it sorts them to disk
_TIER = 8  # as many segments of one size class are merged into one of the next


class _Base:
    """The state a Whoosh writer starts from, without a table of contents on disk for it."""

    indexname = _NAME

    def __init__(self, storage: FileStorage, toc: TOC) -> None:
        self.storage = storage
        self._toc = toc

    def _read_toc(self) -> TOC:
        return self._toc


def _whoosh_writer(folder: Path, toc: TOC) -> SegmentWriter:
    return SegmentWriter(_Base(FileStorage(str(folder)), toc), _lk=False, limitmb=_MEMORY_MB)


class EmbeddedWriter:
    """The writer of base.py over a folder. Created under the lock; ``close`` lets go of it."""

    rebuild_reason: str | None

    def __init__(self, folder: Path, signature: str, *, wait: bool, full: bool, workers: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._signature = signature
        self._workers = workers or os.cpu_count() or 1
        self._exit = contextlib.ExitStack()
        self._lock = self._exit.enter_context(store.locked(folder, wait))
        try:
            self._start(full)
        except BaseException:
            self._exit.close()
            raise

    def _start(self, full: bool) -> None:
        number = store.generation(self._folder)
        self._record, self.rebuild_reason = self._last_record(number)
        self._generation = (number or 0) + 1
        if self.rebuild_reason or self._record is None:
            full = True
        self._full = full
        segments = [] if full or number is None else TOC.read(FileStorage(str(self._folder)), _NAME, number).segments
        self._clean(number)
        toc = TOC(schema.schema(), segments, self._generation - 1)
        self._writer = _whoosh_writer(self._folder, toc)
        self._built: list[Any] = []

    def _last_record(self, number: int | None) -> tuple[store.Record | None, str | None]:
        """The last commit's record, or why it cannot be built upon."""
        if number is None:
            return None, None
        try:
            record = store.read_record(self._folder, number)
            store.check_file(self._folder, store.toc_name(number), record)
            store.check_file(self._folder, f"articles_{number}.files", record)
        except IndexDamagedError as error:
            return None, f"the index is damaged ({str(error).partition(';')[0]})"
        except IndexFormatError:
            return None, "the index was made by another version of this program"
        if record.signature != self._signature:
            return None, "the settings or the program's analysis of text changed since the index was made"
        return record, None

    def _clean(self, number: int | None) -> None:
        """Removes what runs that were killed have left."""
        shutil.rmtree(self._folder / f"{_NAME}.tmp", ignore_errors=True)
        for path in self._folder.glob(f"_{_PENDING}_*"):
            path.unlink(missing_ok=True)
        if number is not None and self._record is not None:
            storage = FileStorage(str(self._folder))
            clean_files(storage, _NAME, number, TOC.read(storage, _NAME, number).segments)
            store.clean(self._folder, number)

    def files(self) -> Mapping[str, FileState]:
        """What the last commit knew, by id; empty when everything is read again."""
        if self._full or self._record is None:
            return {}
        return store.read_files(self._folder, self._record.generation)

    def committed(self) -> datetime | None:
        """Moment of the last commit that is built upon."""
        return None if self._full or self._record is None else self._record.committed

    def update(self, ids: Sequence[str], load: Load, progress: Callable[[int], None]) -> Update:
        """Loads files and writes their articles, in worker processes when there are many."""
        workers = min(self._workers, math.ceil(len(ids) / _CHUNK))
        if workers > 1 and len(ids) >= _POOL_FROM:
            update, segments = _in_workers(self._folder, ids, load, progress, workers, self._lock)
            self._built += segments
            self.remove(update.written)
            return update
        files: dict[str, FileState] = {}
        written = []
        for id in ids:
            loaded = load(id)
            files[id] = loaded.state
            if loaded.article is not None:
                self.remove([id])
                self._writer.add_document(**schema.document(loaded.article))
                written.append(id)
            progress(len(files))
        return Update(files, frozenset(written))

    def remove(self, ids: Collection[str]) -> None:
        """Marks committed articles as deleted; ids that are not there are passed over."""
        if not self._writer.segments:
            return
        searcher = self._writer.searcher()
        for id in ids:
            number = searcher.document_number(id=id)
            if number is not None:
                self._writer.delete_document(number)

    def commit(self, files: Mapping[str, FileState]) -> None:
        """Makes the new state visible, with what is now known of every file."""
        writer, folder, number = self._writer, self._folder, self._generation
        segments = writer._merge_segments(_merge_tiers, None, None)
        if writer._added:
            segments.append(writer._finalize_segment())
        else:
            writer._close_segment()
        segments += self._built
        TOC(writer.schema, segments, number).write(writer.storage, _PENDING)
        pending = folder / f"_{_PENDING}_{number}.toc"
        checksums = {name: self._checksum(name) for segment in segments for name in _segment_files(folder, segment)}
        checksums[store.toc_name(number)] = store.checksum(pending)
        name = store.write_files(folder, number, files)
        checksums[name] = store.checksum(folder / name)
        articles = sum(segment.doc_count() for segment in segments)
        store.write_record(folder, store.Record(number, self._signature, datetime.now(UTC), articles, checksums))
        pending.rename(folder / store.toc_name(number))
        clean_files(writer.storage, _NAME, number, segments)
        store.clean(folder, number)

    def _checksum(self, name: str) -> str:
        known = self._record.checksums.get(name) if self._record else None
        return known or store.checksum(self._folder / name)

    def close(self) -> None:
        """Ends writing; without a commit before it, as if nothing had happened."""
        try:
            with contextlib.suppress(Exception):
                if not self._writer.perdocwriter.is_closed:
                    self._writer._close_segment()
            self._writer._finish()
            self._clean(store.generation(self._folder))
        finally:
            self._exit.close()


def _segment_files(folder: Path, segment: Any) -> list[str]:
    prefix = segment.segment_id() + "."
    return sorted(name for name in os.listdir(folder) if name.startswith(prefix))


def _merge_tiers(writer: SegmentWriter, segments: list[Any]) -> list[Any]:
    """Whoosh merge policy: segments of one size class are merged once there are _TIER of them.

    An article is thus rewritten once a class, a logarithmic number of times. Segments that are mostly deletions are
    rewritten too, empty ones dropped.
    """
    tiers: dict[int, list[Any]] = {}
    keep: list[Any] = []
    merge: list[Any] = []
    for segment in segments:
        live = segment.doc_count()
        if live == 0:
            continue
        if live < segment.doc_count_all() / 2:
            merge.append(segment)
        else:
            tiers.setdefault(int(math.log(live, _TIER)), []).append(segment)
    for tier in tiers.values():
        (merge if len(tier) >= _TIER else keep).extend(tier)
    for segment in merge:
        with contextlib.closing(SegmentReader(writer.storage, writer.schema, segment)) as reader:
            writer.add_reader(reader)
    return keep


def _in_workers(
    folder: Path, ids: Sequence[str], load: Load, progress: Callable[[int], None], workers: int, lock: int
) -> tuple[Update, list[Any]]:
    """Builds one segment a worker; the segments are on disk, unknown to any reader."""
    # A copy of a process with threads may hang on their locks; a fresh one costs its imports.
    method = "fork" if threading.active_count() == 1 and hasattr(os, "fork") else "spawn"
    context: Any = multiprocessing.get_context(method)
    taken = context.Value("q", 0)
    processes, connections = [], []
    files: dict[str, FileState] = {}
    written: set[str] = set()
    segments = []
    try:
        for _ in range(workers):
            ours, theirs = context.Pipe(duplex=False)
            arguments = (folder, list(ids), load, taken, theirs, os.getpid(), lock if method == "fork" else None)
            process = context.Process(target=_work, args=arguments, daemon=True)
            with _interrupts_held():
                process.start()
            theirs.close()
            processes.append(process)
            connections.append(ours)
        for message in _messages(connections):
            if isinstance(message, BaseException):
                raise message
            if isinstance(message, Update):
                files.update(message.files)
                written |= message.written
                progress(len(files))
            elif message is not None:
                segments.append(message)
    finally:
        for process in processes:
            if len(files) < len(ids) or process.exitcode:
                process.terminate()
            process.join()
        for connection in connections:
            connection.close()
    if len(files) < len(ids) or any(process.exitcode for process in processes):
        raise ArticleSearchError(
            "a worker process ended early (out of memory?); nothing was changed. Set workers = 1 "
            "in articles.toml to use less memory"
        )
    return Update(files, frozenset(written)), segments


@contextlib.contextmanager
def _interrupts_held() -> Iterator[None]:
    """Ctrl-C reaches a whole process group; a worker born meanwhile holds it back until it ignores it."""
    held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)


def _messages(connections: list[Any]) -> Iterator[Any]:
    """What workers send, until all have ended."""
    open_ = list(connections)
    while open_:
        connection: Any
        for connection in wait(open_):
            try:
                yield connection.recv()
            except EOFError:
                open_.remove(connection)


def _work(
    folder: Path, ids: list[str], load: Load, taken: Any, results: Connection, parent: int, lock: int | None
) -> None:
    """A worker process: takes chunks of files until there are none, then finishes its segment."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends its workers itself
    if lock is not None:
        os.close(lock)  # the lock is the parent's, and ends with it
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    try:
        writer = _whoosh_writer(folder, TOC(schema.schema(), [], 0))
        while True:
            with taken.get_lock():
                start = taken.value
                taken.value = start + _CHUNK
            if start >= len(ids):
                break
            update = Update({}, frozenset())
            written = []
            for id in ids[start : start + _CHUNK]:
                loaded = load(id)
                update.files[id] = loaded.state
                if loaded.article is not None:
                    writer.add_document(**schema.document(loaded.article))
                    written.append(id)
            results.send(Update(update.files, frozenset(written)))
        if writer._added:
            results.send(writer._finalize_segment())
        else:
            writer._close_segment()
    except BaseException as error:
        with contextlib.suppress(Exception):
            results.send(ArticleSearchError(f"{type(error).__name__} in a worker process: {error}"))
        os._exit(1)


def _end_with(parent: int) -> None:
    """Ends this process soon after its parent, which may be killed without a word."""
    while os.getppid() == parent:
        time.sleep(0.2)
    os._exit(1)
