"""The arrays answer as Whoosh's own matchers do over the same index: the same documents and, by BM25F, scores."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from whoosh import query as whoosh_query
from whoosh.index import open_dir

from article_search import scoring
from article_search.answering.words import Words
from article_search.backends.base import NO_DATE, TEXT_FIELDS, Question
from article_search.backends.embedded import EmbeddedBackend, schema
from article_search.language import folding, text
from article_search.query.tree import And, Category, Leaf, Node, Not, Or, Phrase, Prefix, Range, Term, Verbatim
from tests.answering.reference import plain
from tests.shelf import CATEGORIES, backend_at, commit, made_up, trees

EXAMPLES = int(os.environ.get("ARTICLES_SAME_ANSWERS", "500"))


class Whoosh:
    """An index as Whoosh sees it: which documents answer a tree, and BM25F from its postings. ``words`` say which words
    of a tree are insisted on."""

    words: Words

    def __init__(self, folder: Any) -> None:
        self.searcher = open_dir(str(folder)).searcher()
        self.reader = self.searcher.reader()
        self.live = [n for n in range(self.reader.doc_count_all()) if not self.reader.is_deleted(n)]
        self.dates = {n: date for n, date in self._column("date") if date != NO_DATE}
        self.average = {name: self._average(name) for name in TEXT_FIELDS}

    def _column(self, name: str) -> Iterator[tuple[int, Any]]:
        for reader, offset in self.reader.leaf_readers():
            yield from enumerate(reader.column_reader(name), offset)

    def _average(self, name: str) -> float:
        lengths = [self.reader.doc_field_length(n, name) or 0 for n in self.live]
        used = [length for length in lengths if length]
        return sum(used) / max(1, len(used))

    def translated(self, node: Node) -> whoosh_query.Query:
        """A tree as Whoosh's own query objects."""
        match node:
            case And(children):
                return whoosh_query.And(
                    [self.translated(child) for child in self.words.required(children)] or [every()]
                )
            case Or(children):
                return whoosh_query.Or(
                    [self.translated(child) for child in self.words.required(children, learnt=False)]
                )
            case Not(child):
                return whoosh_query.And([every(), whoosh_query.Not(self.translated(child))])
            case Category(value):
                names = [name for name in CATEGORIES if plain(name) == plain(value)]
                return whoosh_query.Or([whoosh_query.Term("category", name) for name in names])
            case Range(since, until):
                return self._dated(since, until)
            case Verbatim() if len(words := text.words(node.text)) > 1:
                each = (self.translated(Verbatim(word, node.field)) for word in words)
                return whoosh_query.And([self.translated(Phrase(node.text, node.field)), *each])
            case Term() | Phrase() | Verbatim() | Prefix():
                fields = [node.field] if node.field else TEXT_FIELDS
                return whoosh_query.Or([self._leaf(node, field) for field in fields])

    def _leaf(self, leaf: Leaf, field: str) -> whoosh_query.Query:
        if isinstance(leaf, Prefix):
            return whoosh_query.Prefix(schema.words_field(field), folding.fold(leaf.text))
        if isinstance(leaf, Verbatim):
            return whoosh_query.Term(schema.words_field(field), *text.words(leaf.text))
        terms = text.terms(leaf.text)
        if len(terms) == 1:
            return whoosh_query.Term(field, terms[0])
        return whoosh_query.Phrase(field, terms) if terms else whoosh_query.NullQuery

    def _dated(self, since: datetime | None, until: datetime | None) -> whoosh_query.Query:
        found = {
            n
            for n, date in self.dates.items()
            if (since is None or date >= since.timestamp()) and (until is None or date < until.timestamp())
        }
        ids = [self.reader.stored_fields(n)["id"] for n in self.live if n in found]
        return whoosh_query.Or([whoosh_query.Term("id", id) for id in ids])

    def documents(self, node: Node) -> set[int]:
        return set(self.searcher.docs_for_query(self.translated(node)))

    def score(self, node: Node, document: int) -> float:
        """BM25F of a document that answers a tree, from the frequencies Whoosh's matchers give."""
        if isinstance(node, And | Or):
            required = self.words.required(node.children, learnt=isinstance(node, And))
            children = [child for child in required if document in self.documents(child)]
            return sum(self.score(child, document) for child in children)
        if isinstance(node, Verbatim) and len(text.words(node.text)) > 1:
            node = Phrase(node.text, node.field)
        if not isinstance(node, Leaf):
            return 0.0
        frequency, occurrences = 0.0, 0
        found = self.documents(node)
        for field in TEXT_FIELDS:
            if node.field in (None, field):
                length = (self.reader.doc_field_length(document, field) or 0) / self.average[field]
                frequency += self._frequency(node, field, document) * scoring.field_weight(field, length)
                occurrences += sum(self._frequency(node, field, each) for each in found)
        exact = self._exact(node)
        lift = scoring.lift(len(self.live), len(found), len(exact)) if document in exact else 0.0
        weight = scoring.idf(len(self.live), len(found)) * scoring.burst(len(found), occurrences)
        return float(scoring.saturated(frequency, weight)) + lift

    def _exact(self, leaf: Leaf) -> set[int]:
        """The documents that have a word in the form asked for."""
        if isinstance(leaf, Prefix | Verbatim) or len(text.words(leaf.text)) != 1:
            return set()
        fields = [leaf.field] if leaf.field else TEXT_FIELDS
        terms = [whoosh_query.Term(schema.words_field(field), *text.words(leaf.text)) for field in fields]
        return set(self.searcher.docs_for_query(whoosh_query.Or(terms)))

    def _frequency(self, leaf: Leaf, field: str, document: int) -> int:
        if isinstance(leaf, Prefix):
            words = self.reader.expand_prefix(schema.words_field(field), folding.fold(leaf.text))
            return sum(self._places(schema.words_field(field), word.decode(), document) is not None for word in words)
        if isinstance(leaf, Verbatim):
            word = text.words(leaf.text)[0]
            return int(self._places(schema.words_field(field), word, document) is not None)
        places = [self._places(field, term, document) for term in text.terms(leaf.text)]
        if not places or any(each is None for each in places):
            return 0
        return sum(all(start + n in (each or ()) for n, each in enumerate(places)) for start in places[0] or ())

    def _places(self, field: str, term: str, document: int) -> list[int] | None:
        """Places of a term in a document, by a Whoosh matcher; None when it has none."""
        if (field, term) not in self.reader:
            return None
        matcher = self.reader.postings(field, term)
        if matcher.is_active():
            matcher.skip_to(document)
        if not matcher.is_active() or matcher.id() != document:
            return None
        if not matcher.supports("positions"):
            return []
        places: list[int] = matcher.value_as("positions")
        return places


def every() -> whoosh_query.Query:
    return whoosh_query.Every()


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[EmbeddedBackend, Whoosh]]:
    """One index of several segments with deletions, as the program and as Whoosh see it."""
    articles = made_up(60, seed=11)
    with closing(backend_at(tmp_path_factory.mktemp("both"))) as backend:
        commit(backend, articles[:30])
        commit(backend, articles[30:45])
        commit(backend, articles[45:], removed=tuple(each.id for each in articles[5:12]))
        whoosh = Whoosh(backend._folder)
        assert len(whoosh.reader.leaf_readers()) > 1
        yield backend, whoosh
        whoosh.searcher.close()


def by_id(whoosh: Whoosh, documents: set[int]) -> dict[str, int]:
    return {whoosh.reader.stored_fields(document)["id"]: document for document in documents}


@pytest.mark.slow
@settings(max_examples=EXAMPLES, deadline=None)
@given(tree=trees)
def test_documents_and_scores_are_those_of_whoosh(both: tuple[EmbeddedBackend, Whoosh], tree: Node) -> None:
    backend, whoosh = both
    with backend.reader() as reader:
        whoosh.words = Words(reader)
        expected = by_id(whoosh, whoosh.documents(tree))
        rows = reader.answer(Question(whoosh.words.plain(tree), each=True, count=100)).rows
        found = [head.id for head in reader.heads(rows.numbers.tolist())]
        assert set(found) == set(expected)
        for id, score in zip(found, rows.scores.tolist(), strict=True):
            assert score == pytest.approx(whoosh.score(tree, expected[id]), rel=1e-5, abs=1e-6)
