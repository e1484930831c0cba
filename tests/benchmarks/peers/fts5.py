"""How fast is SQLite's FTS5? A full-text table over an ordinary one, Porter stemming, accents taken off."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from pathlib import Path

from peers import FACET_VALUES, LIMIT, WEIGHTS, Answer, Level, Question, Shown
from peers.feed import Row, Source, rows

_SCHEMA = """
    CREATE TABLE articles(
        number INTEGER PRIMARY KEY, id TEXT UNIQUE, url TEXT, title TEXT, description TEXT, date INTEGER, month TEXT,
        image TEXT, body TEXT); -- the long one last: reading the others must not pass over it
    CREATE INDEX dated ON articles(date);
    CREATE TABLE categories(number INTEGER, category TEXT, PRIMARY KEY(number, category)) WITHOUT ROWID;
    CREATE VIRTUAL TABLE texts USING fts5(
        title, description, body, content='articles', content_rowid='number',
        tokenize='porter unicode61 remove_diacritics 2');
"""
_WEIGHTS = ", ".join(map(str, WEIGHTS.values()))


class Engine:
    """FTS5 as a peer."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def build(self, source: Source, workers: int) -> int:
        """A new database, in one transaction."""
        articles = rows(source, workers)
        self.folder.mkdir(parents=True, exist_ok=True)
        connection = self._connect()
        connection.executescript(_SCHEMA)
        connection.execute("INSERT INTO texts(texts, rank) VALUES ('rank', ?)", (f"bm25({_WEIGHTS})",))
        connection.execute("BEGIN")
        count = 0
        for row in articles:
            _add(connection, row)
            count += 1
        connection.execute("COMMIT")
        connection.close()
        return count

    def update(self, source: Source, removed: Collection[str]) -> None:
        """Deletes by id, adds anew."""
        connection = self._connect()
        connection.execute("BEGIN")
        for id in removed:
            _delete(connection, id)
        for row in rows(source, 0):
            _delete(connection, row.id)
            _add(connection, row)
        connection.execute("COMMIT")
        connection.close()

    def open(self) -> None:
        """One connection for all questions."""
        self._connection = self._connect()

    def search(self, question: Question, level: Level) -> Answer:
        """Total, facets and snippets are a query each."""
        ask = self._connection.execute
        words = question.text.split()
        joint = {"any": " OR ", "dates": " OR ", "all": " AND "}.get(question.kind, " ")
        match = joint.join(f'"{word}"' for word in words)
        if question.kind == "phrase":
            match = f'"{question.text}"'
        elif question.kind == "prefix":
            match = f"{words[0]}*"
        found, arguments = "texts MATCH ?", (match, *(question.seconds() or ()))
        if question.since:
            found += " AND +texts.rowid IN (SELECT number FROM articles WHERE date >= ? AND date < ?)"
        best = ask(f"SELECT rowid FROM texts WHERE {found} ORDER BY rank LIMIT {LIMIT}", arguments).fetchall()
        show = "SELECT url, title, description, date FROM articles WHERE number = ?"
        hits = [Shown(*ask(show, number).fetchone()) for number in best]
        (total,) = ask(f"SELECT count(*) FROM texts WHERE {found}", arguments).fetchone()
        for table, name in (("categories", "category"), ("articles", "month")):
            ask(
                f"SELECT {name}, count(*) AS n FROM texts JOIN {table} ON number = texts.rowid WHERE {found}"
                f" GROUP BY {name} ORDER BY n DESC LIMIT {FACET_VALUES}",
                arguments,
            ).fetchall()
        if level == "whole":
            for (number,) in best:
                ask(
                    "SELECT snippet(texts, 2, '[', ']', '…', 35) FROM texts WHERE texts MATCH ? AND rowid = ?",
                    (match, number),
                ).fetchone()
        return Answer(hits, total)

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self.folder / "articles.db", isolation_level=None)


def _add(connection: sqlite3.Connection, row: Row) -> None:
    added = connection.execute(
        "INSERT INTO articles(id, url, title, description, body, date, month, image) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (row.id, row.url, row.title, row.description, row.body, row.date, row.month, row.image),
    )
    connection.execute(
        "INSERT INTO texts(rowid, title, description, body) VALUES (?, ?, ?, ?)",
        (added.lastrowid, row.title, row.description, row.body),
    )
    connection.executemany(
        "INSERT OR IGNORE INTO categories VALUES (?, ?)", [(added.lastrowid, name) for name in row.categories]
    )


def _delete(connection: sqlite3.Connection, id: str) -> None:
    old = connection.execute("SELECT number, title, description, body FROM articles WHERE id = ?", (id,)).fetchone()
    if old:
        connection.execute(
            "INSERT INTO texts(texts, rowid, title, description, body) VALUES ('delete', ?, ?, ?, ?)", old
        )
        connection.execute("DELETE FROM articles WHERE number = ?", old[:1])
        connection.execute("DELETE FROM categories WHERE number = ?", old[:1])
