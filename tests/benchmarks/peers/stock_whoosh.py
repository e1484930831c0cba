"""How fast is Whoosh as it comes? Its own writer, one process, its default codec; our analyser, so the same terms."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from whoosh import fields, index, qparser, query, sorting
from whoosh.codec.whoosh3 import W3Codec

from article_search.backends.embedded.whoosh_analysis import ArticleAnalyzer
from peers import LIMIT, WEIGHTS, Answer, Level, Question, Shown
from peers.feed import Row, Source, rows

_MEMORY_MB = 256  # postings the writer holds before it sorts them to disk; twice its default


class Engine:
    """Whoosh as a peer."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def build(self, source: Source, workers: int) -> int:
        """A new index of one segment."""
        articles = rows(source, workers)
        self.folder.mkdir(parents=True, exist_ok=True)
        writer = index.create_in(str(self.folder), _schema()).writer(limitmb=_MEMORY_MB, codec=W3Codec())
        count = 0
        for row in articles:
            writer.add_document(**_document(row))
            count += 1
        writer.commit()
        return count

    def update(self, source: Source, removed: Collection[str]) -> None:
        """Whoosh's own deletion, update and merging."""
        writer = index.open_dir(str(self.folder)).writer(limitmb=_MEMORY_MB, codec=W3Codec())
        for id in removed:
            writer.delete_by_term("id", id)
        for row in rows(source, 0):
            writer.update_document(**_document(row))
        writer.commit()

    def open(self) -> None:
        """One searcher for all questions."""
        opened = index.open_dir(str(self.folder))
        self._searcher = opened.searcher()
        self._any, self._all = (
            qparser.MultifieldParser(list(WEIGHTS), opened.schema, fieldboosts=WEIGHTS, group=group)
            for group in (qparser.OrGroup, qparser.AndGroup)
        )

    def search(self, question: Question, level: Level) -> Answer:
        """Facets are Whoosh's own grouping."""
        typed = {"phrase": f'"{question.text}"', "prefix": f"{question.text}*"}.get(question.kind, question.text)
        wanted = (self._all if question.kind == "all" else self._any).parse(typed)
        options: dict[str, Any] = {"limit": LIMIT}
        if within := question.seconds():
            options["filter"] = query.NumericRange("date", within[0], within[1] - 1)
        options["groupedby"] = {
            "category": sorting.FieldFacet("category", allow_overlap=True, maptype=sorting.Count),
            "month": sorting.FieldFacet("month", maptype=sorting.Count),
        }
        found = self._searcher.search(wanted, **options)
        hits = [Shown(hit["url"], hit["title"], hit["description"], hit.get("date")) for hit in found]
        for facet in ("category", "month"):
            found.groups(facet)
        if level == "whole":
            for hit in found:
                hit.highlights("body", top=1)
        return Answer(hits, len(found))


def _schema() -> fields.Schema:
    texts = {name: fields.TEXT(analyzer=ArticleAnalyzer(), stored=True) for name in WEIGHTS}
    return fields.Schema(
        id=fields.ID(stored=True, unique=True),
        url=fields.STORED(),
        image=fields.STORED(),
        date=fields.NUMERIC(bits=64, stored=True, signed=True),
        category=fields.KEYWORD(commas=True, stored=True),
        month=fields.ID(sortable=True),
        **texts,
    )


def _document(row: Row) -> dict[str, Any]:
    values = {
        "id": row.id,
        "url": row.url,
        "image": row.image,
        "title": row.title,
        "description": row.description,
        "body": row.body,
        "month": row.month,
        "category": ",".join(name.replace(",", " ") for name in row.categories),
    }
    return values if row.date is None else {**values, "date": row.date}
