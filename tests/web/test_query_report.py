"""What ``articles queries`` makes of a query log."""

from __future__ import annotations

import csv
import io
import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from article_search.errors import SettingsError
from article_search.settings import QueryLog as Kept
from article_search.terminal import cli
from article_search.web.query_log import Asked, Opened, QueryLog
from article_search.web.query_report import report
from tests.fake_engine import FakeEngine

NOW = time.time()


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A log of some queries, of a site whose folder is the working one."""
    monkeypatch.chdir(tmp_path)
    Path("articles.toml").write_text('[query_log]\npath = "log.db"\n', encoding="utf-8")
    path = tmp_path / "log.db"
    log = QueryLog(Kept(path))
    for number, (query, total, ms) in enumerate(
        [("harbour", 3, 1.0)] * 3
        + [("Harbour ", 3, 7.0)]
        + [("zeppelin", 0, 2.0)] * 2
        + [("slow one", 9, 900.0)]
        + [("passed over", 5, 3.0)] * 2
        + [("=1+1", 0, 1.0)]
    ):
        log.asked(Asked(NOW - 1_000 + number, query, 0, total, ms, 1))
    log.asked(Asked(NOW - 20 * 86_400, "long ago", 0, 1, 1.0, 1))
    log.asked(Asked(NOW - 10, "harbour", 0, 3, 1.0, 2))  # turning the page
    log.asked(Asked(NOW - 10, "harbour", 1, 0, 1.0, 1))  # under a filter
    log.opened(Opened(NOW - 5, "harbour", "a.md", 1))
    log.opened(Opened(NOW - 5, "passed over", "b.md", 2))
    log.opened(Opened(NOW - 5, "slow one", "c.md", 1))
    log.close()
    return path


def test_the_lists_say_what_readers_looked_for_and_did_not_find(path: Path) -> None:
    found = report(path, NOW - 86_400)
    assert [(one.query, one.asked) for one in found.frequent[:3]] == [
        ("harbour", 5),
        ("passed over", 2),
        ("zeppelin", 2),
    ]
    assert [one.query for one in found.without_hits] == ["zeppelin", "=1+1"]
    assert [one.query for one in found.slow[:2]] == ["slow one", "harbour"]
    assert [one.query for one in found.first_unopened] == ["passed over"]
    assert (found.asked, found.opened) == (11, 3)
    harbour = found.frequent[0]
    assert (harbour.total, harbour.worst_ms, harbour.first_opened, harbour.opened) == (3, 7.0, 1, 1)
    assert harbour.mean_ms == pytest.approx((1 + 1 + 1 + 7 + 1) / 5)


def test_a_list_is_as_long_as_asked_for(path: Path) -> None:
    assert [one.query for one in report(path, limit=1).frequent] == ["harbour"]


def run(*arguments: str) -> int:
    return cli.run(["queries", *arguments], lambda settings: FakeEngine(settings=settings))


def test_as_text(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 0
    said = capsys.readouterr().out
    headings = [line for line in said.splitlines() if line and not line.startswith(" ")]
    assert headings == [
        "12 queries, 3 hits opened",
        "Most frequent",
        "Without a hit",
        "Slowest",
        "First hit never opened",
    ]
    assert "      5  harbour\n         3 articles, 2.2 ms, at most 7.0 ms; opened 1, the first hit 1\n" in said
    assert "long ago" in said


def test_since_a_day(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--since", (datetime.now(UTC) - timedelta(days=2)).date().isoformat()) == 0
    assert "long ago" not in capsys.readouterr().out


def test_as_json(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert said.keys() == {"version", "asked", "opened", "frequent", "without_hits", "slow", "first_unopened"}
    assert said["without_hits"][0] == {
        "query": "zeppelin",
        "asked": 2,
        "total": 0,
        "mean_ms": 2.0,
        "worst_ms": 2.0,
        "first_opened": 0,
        "opened": 0,
    }


def test_as_csv_in_which_no_query_is_a_formula(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--csv") == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert {row["list"] for row in rows} == {"frequent", "without_hits", "slow", "first_unopened"}
    queries = {row["query"] for row in rows}
    assert "'=1+1" in queries and "=1+1" not in queries


def test_without_a_log_it_says_how_to_keep_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run() == 2
    assert "query_log" in capsys.readouterr().err
    Path("articles.toml").write_text('query_log = { path = "log.db" }\n', encoding="utf-8")
    assert run() == 2
    assert "no query log yet" in capsys.readouterr().err
    assert not Path("log.db").exists()
    Path("log.db").write_bytes(b"something else " * 300)
    assert run() == 2
    said = capsys.readouterr().err
    assert "cannot be read" in said and said.count("\n") == 1


def test_json_and_csv_exclude_one_another(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--json", "--csv") == 2


def test_since_must_be_a_date(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--since", "banana") == 2
    assert "since" in capsys.readouterr().err


def test_a_log_that_is_written_at_the_moment_is_read(path: Path) -> None:
    log = QueryLog(Kept(path))
    log.asked(Asked(time.time(), "now", 0, 1, 1.0, 1))
    assert report(path).asked >= 12
    log.close()


def test_a_damaged_log_is_named(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:4_096] + b"\xff" * (len(data) - 4_096))
    with pytest.raises(SettingsError, match=r"log\.db: the query log cannot be read"):
        report(path)
