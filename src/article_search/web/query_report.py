"""What did readers look for and not find? Lists made of the query log: frequent, without a hit, slow, passed over.

Not here: how queries are kept (query_log.py), how the lists are printed (terminal/reports.py).
"""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from article_search.errors import SettingsError
from article_search.web.query_log import check

_PATIENCE = 5.0  # seconds to wait for a lock


@dataclass(frozen=True, slots=True)
class Queried:
    """One query of a report: how often it was ``asked``, how many articles it found when last asked with the
    fewest filters, its time on average and at worst, and after how many of these askings, at most, its first hit and
    any hit were opened."""

    query: str
    asked: int
    total: int
    mean_ms: float
    worst_ms: float
    first_opened: int
    opened: int


@dataclass(frozen=True, slots=True)
class QueryReport:
    """What was asked ``since`` (epoch seconds): how many queries, and lists of them, the most telling first."""

    since: float
    asked: int
    opened: int
    frequent: tuple[Queried, ...]
    without_hits: tuple[Queried, ...]
    slow: tuple[Queried, ...]
    first_unopened: tuple[Queried, ...]

    def lists(self) -> dict[str, tuple[Queried, ...]]:
        """The lists by their names."""
        names = ("frequent", "without_hits", "slow", "first_unopened")
        return {name: getattr(self, name) for name in names}


# Of the columns beside a lone max(), SQLite takes those of the row that has it.
_QUERIES = """
WITH first_pages AS (
    SELECT * FROM asked WHERE at >= :since AND page = 1
), counted AS (
    SELECT key, count(*) AS asked, avg(took_us) / 1000.0 AS mean_ms, max(took_us) / 1000.0 AS worst_ms
    FROM first_pages GROUP BY key
), latest AS (
    SELECT key, query, max(at) FROM first_pages GROUP BY key
), widest AS (
    SELECT key, total, max(at - filters * 100000000000) FROM first_pages GROUP BY key
), opening AS (
    SELECT key, count(*) AS opened, sum(position = 1) AS first_opened FROM opened WHERE at >= :since GROUP BY key
)
SELECT query, asked, total, mean_ms, worst_ms, min(coalesce(first_opened, 0), asked), min(coalesce(opened, 0), asked)
FROM counted JOIN latest USING (key) JOIN widest USING (key) LEFT JOIN opening USING (key)
"""


def report(path: Path, since: float = 0.0, limit: int = 10) -> QueryReport:
    """What a database says of the queries asked since then (epoch seconds), ``limit`` in each list.

    A query counts once for each time its first page was asked for. Raises SettingsError when the database cannot be
    read.
    """
    with _reading(path) as database:
        found = [Queried(*row) for row in database.execute(_QUERIES, {"since": since})]
        (asked,) = database.execute("SELECT count(*) FROM asked WHERE at >= ? AND page = 1", (since,)).fetchone()

    def top(order: Callable[[Queried], float], wanted: Callable[[Queried], bool]) -> tuple[Queried, ...]:
        chosen = (one for one in found if wanted(one))
        return tuple(sorted(chosen, key=lambda one: (-order(one), one.query))[:limit])

    return QueryReport(
        since=since,
        asked=asked,
        opened=sum(one.opened for one in found),
        frequent=top(lambda one: one.asked, lambda one: True),
        without_hits=top(lambda one: one.asked, lambda one: one.total == 0),
        slow=top(lambda one: one.worst_ms, lambda one: True),
        first_unopened=top(lambda one: one.asked, lambda one: one.total > 0 and not one.first_opened),
    )


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    if not path.exists():
        raise SettingsError(f"{path}: there is no query log yet; the server makes it when the first query is asked")
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=_PATIENCE)) as database:
            check(database)
            yield database
    except sqlite3.Error as error:
        raise SettingsError(f"{path}: the query log cannot be read: {error}") from None


def report_json(report: QueryReport) -> dict[str, Any]:
    """The JSON of ``articles queries``."""
    lists = {name: [_rounded(one) for one in queries] for name, queries in report.lists().items()}
    return {"version": 1, "asked": report.asked, "opened": report.opened, **lists}


def report_csv(report: QueryReport) -> str:
    """The same as CSV (RFC 4180) with a column for the list; no cell is a formula to a spreadsheet."""
    text = io.StringIO()
    columns = [field.name for field in fields(Queried)]
    writer = csv.DictWriter(text, ["list", *columns])
    writer.writeheader()
    for name, queries in report.lists().items():
        for one in queries:
            writer.writerow({"list": name} | _rounded(one) | {"query": _harmless(one.query)})
    return text.getvalue()


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


def _rounded(one: Queried) -> dict[str, Any]:
    return asdict(one) | {"mean_ms": round(one.mean_ms, 2), "worst_ms": round(one.worst_ms, 2)}
