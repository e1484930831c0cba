"""The query log: it keeps what was asked, and whatever happens to its file, nobody who searches notices."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import sqlite3
import stat
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from article_search import web
from article_search.settings import QueryLog as Kept
from article_search.settings import Settings
from article_search.web import query_log
from article_search.web.query_log import Asked, Opened, QueryLog
from article_search.web.query_report import report
from tests.fake_engine import FakeEngine


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query_log, "_PAUSE", 0.01)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.db"


@pytest.fixture
def log(path: Path) -> Iterator[QueryLog]:
    log = QueryLog(Kept(path))
    yield log
    log.close()


class Held:
    """A disk that takes what the query log writes only from when it is let go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reached = threading.Event()
        self._free = threading.Event()
        self.waited_for = False
        write = query_log._Writer.write

        def when_free(writer: query_log._Writer, entries: Sequence[query_log.Entry]) -> None:
            self.reached.set()
            self.waited_for |= not self._free.wait(60)  # so by those who should let it go
            write(writer, entries)

        monkeypatch.setattr(query_log._Writer, "write", when_free)

    def let_go(self) -> None:
        self._free.set()


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Held:
    return Held(monkeypatch)


def asked(query: str = "harbour", at: float | None = None, **more: Any) -> Asked:
    entry = Asked(at or time.time(), query, filters=0, total=3, took_ms=1.5, page=1)
    return replace(entry, **more)


def rows(path: Path, sql: str = "SELECT query FROM asked ORDER BY rowid") -> list[Any]:
    with closing(sqlite3.connect(path)) as database:
        return [row[0] if len(row) == 1 else row for row in database.execute(sql)]


def test_what_was_asked_is_kept_and_nothing_about_who_asked(log: QueryLog, path: Path) -> None:
    log.asked(asked("Harbour  Bridge", filters=2, total=7, took_ms=12.3456, page=2))
    log.close()
    (found,) = rows(path, "SELECT key, query, filters, total, took_us, page FROM asked")
    assert found == ("harbour bridge", "Harbour  Bridge", 2, 7, 12346, 2)
    columns = rows(
        path, "SELECT name FROM pragma_table_info('asked') UNION SELECT name FROM pragma_table_info('opened')"
    )
    assert set(columns) == {"at", "key", "query", "filters", "total", "took_us", "page", "id", "position"}


def test_only_its_owner_may_read_it(log: QueryLog, path: Path) -> None:
    log.asked(asked())
    log.close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_without_a_path_nothing_is_kept(tmp_path: Path) -> None:
    app = web.create_app(FakeEngine(settings=Settings(index=tmp_path / "index")))
    assert app.test_client().get("/?q=harbour").status_code == 200
    web.close_logs(app)
    assert list(tmp_path.iterdir()) == []


def test_a_text_of_any_kind_is_kept_up_to_a_length(log: QueryLog, path: Path) -> None:
    texts = ["'; DROP TABLE asked; --", "\ud800 half", "x" * 5_000, "\0nul", "日本 😀", "=1+1"]
    for text in texts:
        log.asked(asked(text))
    log.close()
    assert rows(path) == [text[:200].replace("\ud800", "?") for text in texts]


# What was opened


def opened(position: int = 1, query: str = "harbour", id: str = "a.md") -> Opened:
    return Opened(time.time(), query, id, position)


def test_what_was_opened_is_kept_as_often_as_it_was_asked_for(log: QueryLog, path: Path) -> None:
    log.asked(asked("Harbour"))
    log.asked(asked("harbour "))
    for _ in range(5):
        log.opened(opened(1))
        log.opened(opened(2, id="b.md"))
        log.opened(opened(1, query="never asked for"))
    log.close()
    assert rows(path, "SELECT id, count(*) FROM opened GROUP BY id") == [("a.md", 2), ("b.md", 2)]


def test_however_it_is_said_what_was_asked_once_was_opened_once(log: QueryLog, path: Path) -> None:
    log.asked(asked(total=500))
    log.asked(asked(total=500, page=2))
    for number in range(1, 301):
        log.opened(opened(number))  # one article at every place
        log.opened(opened(7, id=f"{number}.md"))  # every article at one place
        log.opened(opened(number, id=f"{number}.md"))  # every article at a place of its own
        log.opened(opened(500 + number, id=f"{number}.md"))  # where nothing was
    log.close()
    assert rows(path, "SELECT count(*) FROM opened GROUP BY id ORDER BY 1 DESC LIMIT 1") == [1]
    assert rows(path, "SELECT count(*) FROM opened GROUP BY position ORDER BY 1 DESC LIMIT 1") == [1]
    assert rows(path, "SELECT count(*) FROM opened WHERE position > 500") == [0]
    (told,) = report(path).frequent
    assert (told.asked, told.first_opened, told.opened) == (1, 1, 1)
    assert report(path).opened == 1


# Age and size


def test_what_is_too_old_goes(path: Path) -> None:
    log = QueryLog(Kept(path, days=30))
    log.asked(asked("old", at=time.time() - 31 * 86_400))
    log.asked(asked("young", at=time.time() - 29 * 86_400))
    log.close()
    log.asked(asked("now"))
    log.close()
    assert rows(path) == ["young", "now"]


def test_it_grows_no_larger_than_it_may_and_the_oldest_go_first(path: Path) -> None:
    log = QueryLog(Kept(path, megabytes=4))
    number = 0
    for _ in range(30):
        for _ in range(300):
            log.asked(asked(f"{number:06} " + "x" * 190, at=time.time() + number / 1_000))
            number += 1
        log.close()
    assert sum(file.stat().st_size for file in path.parent.iterdir()) < 6 * 2**20
    kept = rows(path)
    assert kept[-1][:6] == f"{number - 1:06}"
    assert 1_000 < len(kept) < number
    assert [int(text[:6]) for text in kept] == list(range(number - len(kept), number))


# Several at once


def _write(path: Path, name: int) -> None:
    log = QueryLog(Kept(path))
    for number in range(50):
        log.asked(asked(f"{name} {number}"))
    log.close()


@pytest.mark.slow
def test_several_processes_write_one_log(path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_write, args=(path, name)) for name in range(6)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert sorted(rows(path)) == sorted(f"{name} {number}" for name in range(6) for number in range(50))


@pytest.mark.parametrize("moment", [1, 2, 3])
def test_a_log_that_another_process_makes_meanwhile_is_one_of_ours(log: QueryLog, path: Path, moment: int) -> None:
    moments = itertools.count(1)

    def make_meanwhile(_: str) -> None:  # called before each statement reads
        if next(moments) == moment:
            log.asked(asked())
            log.close()

    with closing(sqlite3.connect(path)) as database:
        database.set_trace_callback(make_meanwhile)
        query_log.check(database)
    assert next(moments) > moment
    assert rows(path) == ["harbour"]


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork.*:DeprecationWarning")
def test_a_forked_process_writes_with_a_thread_of_its_own(
    log: QueryLog, path: Path, disk: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.asked(asked("before"))
    assert disk.reached.wait(60)  # its thread is there, but not within SQLite, whose locks a copy would keep for ever
    child = os.fork()
    if not child:
        try:
            monkeypatch.undo()
            log.asked(asked("in the child"))
            log.close()
        finally:
            os._exit(0)  # whatever happens: there must not be two runs of the tests
    os.waitpid(child, 0)
    disk.let_go()
    log.close()
    assert sorted(rows(path)) == ["before", "in the child"]


# When things go wrong


def searches_are_answered(path: Path, disk: Held) -> None:
    """A site with this log answers before anything is written, and stops."""
    app = web.create_app(FakeEngine(settings=Settings(query_log=Kept(path))))
    client = app.test_client()
    for _ in range(20):
        assert client.get("/?q=harbour").status_code == 200
    assert not disk.waited_for
    disk.let_go()
    web.close_logs(app)


def make_nothing(path: Path) -> None:
    path.write_bytes(b"this is no database " * 500)


def make_folder(path: Path) -> None:
    path.mkdir()


def make_foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE asked (wife TEXT)")


def make_later(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.executescript("CREATE TABLE asked (x); PRAGMA application_id = 1635021929; PRAGMA user_version = 99")


@pytest.mark.parametrize("spoil", [make_nothing, make_folder, make_foreign, make_later])
def test_a_file_that_is_no_query_log_is_left_alone_and_told_of_once(
    path: Path, disk: Held, spoil: Any, caplog: pytest.LogCaptureFixture
) -> None:
    spoil(path)
    before = path.read_bytes() if path.is_file() else b""
    searches_are_answered(path, disk)
    assert (path.read_bytes() if path.is_file() else b"") == before
    (record,) = caplog.records
    assert str(path) in record.getMessage()


def test_a_folder_that_is_not_there_is_told_of_once(
    tmp_path: Path, disk: Held, caplog: pytest.LogCaptureFixture
) -> None:
    searches_are_answered(tmp_path / "nowhere" / "log.db", disk)
    assert len(caplog.records) == 1


def test_a_database_that_another_program_holds_costs_entries_only(
    path: Path, log: QueryLog, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    log.asked(asked("first"))
    log.close()
    monkeypatch.setattr(query_log, "_PATIENCE", 0.1)
    monkeypatch.setattr(query_log, "_PAUSES", ())
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        searches_are_answered(path, Held(monkeypatch))
        deadline = time.monotonic() + 60
        while "locked" not in caplog.text and time.monotonic() < deadline:
            time.sleep(0.01)
        other.execute("ROLLBACK")
    assert "locked" in caplog.text
    assert rows(path) == ["first"]


def test_a_full_disk_is_told_of_and_then_written_again(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(query_log, "_AFTER_FAILURE", 0.0)
    monkeypatch.setattr(query_log, "_FULL", 99.0)  # so that no room is made
    log = QueryLog(Kept(path, megabytes=4))
    for number in range(8_000):
        log.asked(asked(f"{number} " + "x" * 190))
    log.close()
    assert "full" in caplog.text
    monkeypatch.setattr(query_log, "_FULL", 0.9)
    log.asked(asked("room again"))
    log.close()
    assert rows(path)[-1] == "room again"


def test_a_log_that_was_put_aside_is_begun_anew(path: Path, log: QueryLog) -> None:
    log.asked(asked("before"))
    while not path.exists() or not rows(path, "SELECT count(*) FROM sqlite_master")[0] or not rows(path):
        time.sleep(0.02)
    path.rename(path.with_suffix(".old"))
    log.asked(asked("after"))
    log.close()
    assert rows(path) == ["after"]


def test_a_disk_that_hangs_fills_no_memory_and_stops_nobody(
    path: Path, disk: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query_log, "_WAITING", 100)
    log = QueryLog(Kept(path))
    log.asked(asked("at the disk"))
    assert disk.reached.wait(60)
    for number in range(20_000):
        log.asked(asked(str(number)))
    assert not disk.waited_for
    disk.let_go()
    log.close()
    assert rows(path) == ["at the disk", *map(str, range(100))]
