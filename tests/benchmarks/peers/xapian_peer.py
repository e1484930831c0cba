"""How fast is Xapian, from Debian's python3-xapian? English stems, BM25.

The fields share one set of terms, in which a word of the title counts four times: Xapian's usual way of weighting.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

import xapian

from peers import FACET_VALUES, LIMIT, WEIGHTS, Answer, Level, Question, Shown
from peers.feed import Row, Source, rows

_DATE, _MONTH, _CATEGORY = range(3)  # value slots
_FLUSH = 10_000  # documents Xapian holds before it writes; its default
_SNIPPET = 220  # characters


class Engine:
    """Xapian as a peer."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._indexer = xapian.TermGenerator()
        self._indexer.set_stemmer(xapian.Stem("english"))

    def build(self, source: Source, workers: int) -> int:
        """A new database, compacted by nobody."""
        articles = rows(source, workers)
        self.folder.mkdir(parents=True, exist_ok=True)
        database = xapian.WritableDatabase(str(self.folder), xapian.DB_CREATE_OR_OPEN)
        count = 0
        for row in articles:
            database.add_document(self._document(row))
            count += 1
            if count % _FLUSH == 0:
                database.commit()
        database.commit()
        database.close()
        return count

    def update(self, source: Source, removed: Collection[str]) -> None:
        """Replaces and deletes by id."""
        database = xapian.WritableDatabase(str(self.folder), xapian.DB_OPEN)
        for id in removed:
            database.delete_document(_id_term(id))
        for row in rows(source, 0):
            database.replace_document(_id_term(row.id), self._document(row))
        database.commit()
        database.close()

    def open(self) -> None:
        """One database for all questions."""
        self._database = xapian.Database(str(self.folder))
        self._parser = xapian.QueryParser()
        self._parser.set_stemmer(xapian.Stem("english"))
        self._parser.set_database(self._database)
        self._parser.set_stemming_strategy(xapian.QueryParser.STEM_SOME)

    def search(self, question: Question, level: Level) -> Answer:
        """Facets by value-count spies over all hits."""
        query = self._query(question)
        enquire = xapian.Enquire(self._database)
        enquire.set_query(query)
        spies = [xapian.ValueCountMatchSpy(slot) for slot in (_MONTH, _CATEGORY)]
        for spy in spies:
            enquire.add_matchspy(spy)
        found = enquire.get_mset(0, LIMIT, self._database.get_doccount())
        stored = [json.loads(match.document.get_data()) for match in found]
        hits = [Shown(*values[:4]) for values in stored]
        for spy in spies:
            list(spy.top_values(FACET_VALUES))
        if level == "whole":
            for values in stored:
                found.snippet(values[4], _SNIPPET, xapian.Stem("english"))
        return Answer(hits, int(found.get_matches_estimated()))

    def _query(self, question: Question) -> Any:
        parser = self._parser
        parser.set_default_op(xapian.Query.OP_AND if question.kind == "all" else xapian.Query.OP_OR)
        typed = {"phrase": f'"{question.text}"', "prefix": f"{question.text}*"}.get(question.kind, question.text)
        flags = parser.FLAG_DEFAULT | (parser.FLAG_WILDCARD if question.kind == "prefix" else 0)
        query = parser.parse_query(typed, flags)
        if within := question.seconds():
            first, last = xapian.sortable_serialise(within[0]), xapian.sortable_serialise(within[1] - 1)
            dates = xapian.Query(xapian.Query.OP_VALUE_RANGE, _DATE, first, last)
            query = xapian.Query(xapian.Query.OP_FILTER, query, dates)
        return query

    def _document(self, row: Row) -> Any:
        document = xapian.Document()
        self._indexer.set_document(document)
        for name, weight in WEIGHTS.items():
            self._indexer.index_text(getattr(row, name), int(weight))
            self._indexer.increase_termpos()
        document.add_boolean_term(_id_term(row.id))
        if row.date is not None:
            document.add_value(_DATE, xapian.sortable_serialise(row.date))
        document.add_value(_MONTH, row.month)
        document.add_value(_CATEGORY, ",".join(row.categories))
        stored = (row.url, row.title, row.description, row.date, row.body, row.id, row.categories, row.image)
        document.set_data(json.dumps(stored))
        return document


def _id_term(id: str) -> str:
    return f"Q{id}"[:240]
