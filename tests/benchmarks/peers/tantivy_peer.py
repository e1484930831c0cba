"""How fast is tantivy, used from Python? Its own English stemming, two writer threads, its default merging."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import tantivy

from article_search.limits import LIMITS
from peers import FACET_VALUES, LIMIT, WEIGHTS, Answer, Level, Question, Shown
from peers.feed import Row, Source, rows

_HEAP = 256_000_000  # bytes both writer threads share; twice its default, for fewer segments
_THREADS = 2
_FIELDS = list(WEIGHTS)
_FACETS = {
    name: {"terms": {"field": name, "size": FACET_VALUES, "segment_size": 10 * FACET_VALUES}}
    for name in ("category", "month")
}


class Engine:
    """tantivy as a peer."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def build(self, source: Source, workers: int) -> int:
        """A new index; returns when merging has ended."""
        articles = rows(source, workers)  # forks before the writer has threads
        self.folder.mkdir(parents=True, exist_ok=True)
        writer = tantivy.Index(_schema(), str(self.folder)).writer(_HEAP, _THREADS)
        count = 0
        for row in articles:
            writer.add_document(_document(row))
            count += 1
        writer.commit()
        writer.wait_merging_threads()
        return count

    def update(self, source: Source, removed: Collection[str]) -> None:
        """Deletes by id, adds anew."""
        writer = tantivy.Index.open(str(self.folder)).writer(_HEAP, _THREADS)
        for id in removed:
            writer.delete_documents_by_term("id", id)
        for row in rows(source, 0):
            writer.delete_documents_by_term("id", row.id)
            writer.add_document(_document(row))
        writer.commit()
        writer.wait_merging_threads()

    def open(self) -> None:
        """One searcher for all questions."""
        self._index = tantivy.Index.open(str(self.folder))
        self._searcher = self._index.searcher()

    def search(self, question: Question, level: Level) -> Answer:
        """``facets`` costs a second pass over the hits, which the Python interface does not spare."""
        query = self._query(question)
        found = self._searcher.search(query, limit=LIMIT, count=True)
        documents = [self._searcher.doc(address) for _, address in found.hits]
        hits = [_shown(document) for document in documents]
        self._searcher.aggregate(query, _FACETS)
        if level == "whole":
            generator = tantivy.SnippetGenerator.create(self._searcher, query, self._index.schema, "body")
            for document in documents:
                snippet = generator.snippet_from_doc(document)
                snippet.fragment()
                snippet.highlighted()
        return Answer(hits, int(found.count))  # type: ignore[attr-defined, unused-ignore]

    def _query(self, question: Question) -> tantivy.Query:
        text = question.text
        if question.kind == "prefix":
            return self._prefix(text)
        if question.kind == "phrase":
            text = f'"{text}"'
        if within := question.seconds():
            text = f"+({text}) +date:[{within[0]} TO {within[1] - 1}]"
        return self._index.parse_query(
            text, _FIELDS, field_boosts=WEIGHTS, conjunction_by_default=question.kind == "all"
        )

    def _prefix(self, letters: str) -> tantivy.Query:
        """The terms it stands for, the most frequent first, as many as ours takes: the query language has no prefix
        alone, its phrase prefix stops at the first 50 terms, and an automaton scores no article over another."""
        schema, make = self._index.schema, tantivy.Query
        terms = [
            (tantivy.Occur.Should, make.boost_query(make.term_query(schema, name, term), weight))
            for name, weight in WEIGHTS.items()
            for term, _ in self._searcher.terms_with_prefix(name, letters, limit=LIMITS.prefix_terms)
        ]
        return make.boolean_query(terms) if terms else make.empty_query()


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    for name in _FIELDS:
        builder.add_text_field(name, stored=True, tokenizer_name="en_stem", index_option="position")
    builder.add_text_field("category", stored=True, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("month", fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("date", stored=True, indexed=True, fast=True)
    for name in ("url", "image"):
        builder.add_bytes_field(name, stored=True)  # the only kind that is stored and nothing more
    return builder.build()


def _document(row: Row) -> tantivy.Document:
    values: dict[str, Any] = {
        "id": row.id,
        "url": row.url.encode(),
        "title": row.title,
        "description": row.description,
        "body": row.body,
        "month": row.month,
        "category": list(row.categories),
        "image": row.image.encode(),
    }
    if row.date is not None:
        values["date"] = row.date
    return tantivy.Document(**values)


def _shown(document: tantivy.Document) -> Shown:
    get = document.get_first
    return Shown(bytes(get("url") or b"").decode(), get("title") or "", get("description") or "", get("date"))


COLD = """
import sys, tantivy
index = tantivy.Index.open(sys.argv[1])
searcher = index.searcher()
query = index.parse_query(
    sys.argv[2], ["title", "description", "body"], field_boosts={"title": 4.0, "description": 2.0, "body": 1.0},
    conjunction_by_default=True,
)
for score, address in searcher.search(query, limit=10).hits:
    print(searcher.doc(address).get_first("title"))
"""  # the least a Python program needs to do to search once
