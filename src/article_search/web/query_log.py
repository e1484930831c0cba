"""What do readers look for, and what do they open? An SQLite database of queries: no addresses, no browsers, no names.

It is written by a thread of its own, in batches, so that no search waits for a disk; what goes wrong with it is logged
and costs entries, never an answer. Several processes may write the same database. Not here: which requests count as
asked (web, api), how the report looks (terminal/reports.py).
"""

from __future__ import annotations

import atexit
import logging
import os
import queue
import sqlite3
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from article_search.settings import QueryLog as Settings

_WAITING = 10_000  # entries of a process that are not written yet, about 5 MB; more are dropped
_BATCH = 500  # entries of one transaction
_PAUSE = 0.5  # seconds between two of them
_PATIENCE = 5.0  # seconds to wait for another process's lock, and for the last batch at the end
_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)  # seconds between attempts to open it while others do
_AFTER_FAILURE = 30.0  # seconds until the database is tried again
_TIDYING = 3_600.0  # seconds between two searches for what is too old
_QUERY_CHARS = 200
_ID_CHARS = 500
_PAGE = 4_096  # bytes of a page of the database
_FULL = 0.9  # part of its size from which on the oldest quarter of the entries goes
_MEANT_FOR = 86_400  # seconds in which what a query found may be opened
_VERSION = 1
_MARK = 0x61727469  # "arti": tells the database from others

# All or nothing, so that no other process finds tables without the mark.
_TABLES = f"""
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS asked (
    at INTEGER NOT NULL, key TEXT NOT NULL, query TEXT NOT NULL, filters INTEGER NOT NULL, total INTEGER NOT NULL,
    took_us INTEGER NOT NULL, page INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS asked_key ON asked (key, at);
CREATE INDEX IF NOT EXISTS asked_at ON asked (at);
CREATE TABLE IF NOT EXISTS opened (
    at INTEGER NOT NULL, key TEXT NOT NULL, id TEXT NOT NULL, position INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS opened_key ON opened (key, at);
CREATE INDEX IF NOT EXISTS opened_at ON opened (at);
PRAGMA application_id = {_MARK};
PRAGMA user_version = {_VERSION};
COMMIT;
"""

# What was opened counts only if somebody asked for it lately, and no more often than that: neither one article,
# wherever it stood, nor whatever stood at one place. Turning a page asks for nothing new.
_OPENED = """
INSERT INTO opened
SELECT :at, :key, :id, :position
FROM (SELECT count(*) AS times, max(total) AS total FROM asked WHERE key = :key AND at > :at - :span AND page = 1)
WHERE :position <= total AND times > (
    SELECT count(*) FROM opened WHERE key = :key AND at > :at - :span AND (position = :position OR id = :id)
)
"""

_ASKED = "INSERT INTO asked VALUES (:at, :key, :query, :filters, :total, :took_us, :page)"

_OLD = ("DELETE FROM asked WHERE at < ?", "DELETE FROM opened WHERE at < ?")
_OLDEST = (
    "DELETE FROM asked WHERE rowid IN (SELECT rowid FROM asked ORDER BY at LIMIT (SELECT 1 + count(*) / 4 FROM asked))",
    "DELETE FROM opened WHERE rowid IN (SELECT rowid FROM opened ORDER BY at"
    " LIMIT (SELECT 1 + count(*) / 4 FROM opened))",
)

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """A query that was meant: ``at`` in epoch seconds, ``filters`` how many, the answer's total, time and page."""

    at: float
    query: str
    filters: int
    total: int
    took_ms: float
    page: int


@dataclass(frozen=True, slots=True)
class Opened:
    """A hit that was opened: of which query, which article, at which position of the answer, from 1."""

    at: float
    query: str
    id: str
    position: int


Entry = Asked | Opened


class QueryLog:
    """Takes entries from any thread and returns at once; without a path it forgets them.

    ``close`` writes what is waiting. Does not raise: a database that cannot be written is told of in the log, at most
    once every half minute.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._waiting: queue.Queue[Entry | None] = queue.Queue(_WAITING)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        if settings.path is not None:
            os.register_at_fork(after_in_child=self._forked)
            atexit.register(self.close)

    def asked(self, entry: Asked) -> None:
        """Keeps a query."""
        self._take(entry)

    def opened(self, entry: Opened) -> None:
        """Keeps what was opened; nothing if nobody asked for it in the day before."""
        self._take(entry)

    def close(self) -> None:
        """Writes what is waiting, and ends the thread; a later entry starts another."""
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None:
            with suppress(queue.Full):
                self._waiting.put(None, timeout=1)
            thread.join(2 * _PATIENCE)

    def _forked(self) -> None:
        """Begins anew in a process that has none of its parent's threads, and whose locks may be held by them."""
        self._waiting, self._lock, self._thread = queue.Queue(_WAITING), threading.Lock(), None

    def _take(self, entry: Entry) -> None:
        path = self._settings.path
        if path is None or not entry.query:
            return
        with suppress(queue.Full):
            self._waiting.put_nowait(entry)
        if self._thread is None:
            with self._lock:
                if self._thread is None:
                    writer = _Writer(path, self._settings.days, self._settings.megabytes)
                    self._thread = threading.Thread(target=self._run, args=(writer,), name="query log", daemon=True)
                    self._thread.start()

    def _run(self, writer: _Writer) -> None:
        with closing(writer):
            while (entry := self._waiting.get()) is not None:
                if self._thread is not None:
                    time.sleep(_PAUSE)  # until there is more to write at once
                batch = [entry, *self._more()]
                writer.write([one for one in batch if one is not None])
                if batch[-1] is None:
                    return

    def _more(self) -> Iterator[Entry | None]:
        """What waits besides, up to the end."""
        for _ in range(_BATCH):
            try:
                entry = self._waiting.get_nowait()
            except queue.Empty:
                return
            yield entry
            if entry is None:
                return


class _Writer:
    """Writes batches to a database whenever it can. Its errors are logged."""

    def __init__(self, path: Path, days: int, megabytes: int) -> None:
        self._path = path
        self._days = days
        self._pages = megabytes * 2**20 // _PAGE
        self._database: _Database | None = None
        self._again = 0.0  # not tried before

    def write(self, entries: Sequence[Entry]) -> None:
        """Writes a batch, or drops it."""
        if self._database is None and time.monotonic() < self._again:
            return
        try:
            if self._database and not self._database.is_at(self._path):  # its owner put it aside
                self.close()
            self._database = self._database or _Database(self._path, self._days, self._pages)
            self._database.write(entries)
        except (sqlite3.Error, OSError) as error:
            self._again = time.monotonic() + _AFTER_FAILURE
            _logger.warning("queries are not kept: %s: %s", self._path, error)
            self.close()

    def close(self) -> None:
        database, self._database = self._database, None
        if database is not None:
            with suppress(sqlite3.Error):
                database.close()


class _Database:
    """The database, open for writing; kept young and small. Raises errors of sqlite3 and OSError."""

    def __init__(self, path: Path, days: int, pages: int) -> None:
        self._days = days
        self._pages = pages
        self._tidied = -_TIDYING
        # What readers look for is for the owner's eyes.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        self._inode = path.stat().st_ino
        self._connection = sqlite3.connect(path, timeout=_PATIENCE)
        try:
            _patiently(self._prepare)
        except BaseException:
            self._connection.close()
            raise

    def _prepare(self) -> None:
        check(self._connection)
        for setting in (
            "auto_vacuum = INCREMENTAL",  # counts before the first table only
            "journal_mode = WAL",
            "synchronous = NORMAL",
            f"journal_size_limit = {2**20}",
            f"max_page_count = {self._pages}",
        ):
            self._connection.execute(f"PRAGMA {setting}")
        self._connection.executescript(_TABLES)

    def is_at(self, path: Path) -> bool:
        """Whether it is still what lies there."""
        try:
            return path.stat().st_ino == self._inode
        except FileNotFoundError:
            return False

    def write(self, entries: Sequence[Entry]) -> None:
        """Writes a batch at once, after making room for it."""
        self._make_room()
        with self._connection:
            for entry in entries:
                self._insert(entry)

    def close(self) -> None:
        self._connection.close()

    def _insert(self, entry: Entry) -> None:
        values = {"at": int(entry.at), "key": key_of(entry.query)}
        if isinstance(entry, Asked):
            values |= {"query": _cut(entry.query, _QUERY_CHARS), "filters": entry.filters, "total": entry.total}
            values |= {"took_us": round(entry.took_ms * 1000), "page": entry.page}
            self._connection.execute(_ASKED, values)
        else:
            values |= {"id": _cut(entry.id, _ID_CHARS), "position": entry.position, "span": _MEANT_FOR}
            self._connection.execute(_OPENED, values)

    def _make_room(self) -> None:
        if time.monotonic() - self._tidied >= _TIDYING:
            self._tidied = time.monotonic()
            with self._connection:
                for old in _OLD:
                    self._connection.execute(old, (time.time() - self._days * 86_400,))
        while self._used() > _FULL * self._pages and self._forget_oldest():
            pass
        self._connection.execute("PRAGMA incremental_vacuum").fetchall()

    def _used(self) -> int:
        """Pages with something in them."""
        pages, free = (self._pragma(name) for name in ("page_count", "freelist_count"))
        return pages - free

    def _pragma(self, name: str) -> int:
        return int(self._connection.execute(f"PRAGMA {name}").fetchone()[0])

    def _forget_oldest(self) -> int:
        """Takes out a part of the entries, the oldest; how many."""
        with self._connection:
            return sum(self._connection.execute(oldest).rowcount for oldest in _OLDEST)


def key_of(query: str) -> str:
    """What queries have in common that are the same to their readers: case and blanks do not tell them apart."""
    return _cut(" ".join(unicodedata.normalize("NFC", query).casefold().split()), _QUERY_CHARS)


def _cut(text: str, chars: int) -> str:
    return text[:chars].encode("utf-8", "replace").decode()  # a lone surrogate is nothing that SQLite takes


def _patiently(act: Callable[[], None]) -> None:
    """Does it again while another process is at the same: SQLite does not wait for a change of its journal."""
    for pause in _PAUSES:
        try:
            return act()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise
            time.sleep(pause)
    return act()


def check(database: sqlite3.Connection) -> None:
    """Raises an error of sqlite3 if the database is somebody else's or of a later version."""
    # Tables first: another process may make them at any moment, and they are never there without their mark.
    (tables,) = database.execute("SELECT count(*) FROM sqlite_master").fetchone()
    mark, version = (database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version"))
    if tables and (mark, version) != (_MARK, _VERSION):
        raise sqlite3.DatabaseError("this is no query log of this version of the program")
