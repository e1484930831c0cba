"""How does a cluster answer the primitives of base.py? One request over one commit; what is asked at once goes at once.

Not here: how a question is put (asking.py), the queries of trees (queries.py).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from article_search import scoring
from article_search.backends.base import (
    Answer,
    ByTitle,
    Counts,
    Deadline,
    FieldCount,
    Head,
    Named,
    Near,
    Number,
    Numbers,
    Places,
    Plain,
    Question,
    Text,
    TitleCount,
    Titled,
    Titles,
    Word,
)
from article_search.backends.cache import Cache
from article_search.backends.opensearch import schema
from article_search.backends.opensearch.cluster import Json
from article_search.backends.opensearch.reading import vocabulary
from article_search.backends.opensearch.reading.articles import COLUMNS, Articles
from article_search.backends.opensearch.reading.asking import Asking, fitting
from article_search.backends.opensearch.reading.queries import (
    NOTHING,
    Queries,
    all_of,
    constant,
    lifted,
    unscored,
    within,
)
from article_search.backends.opensearch.reading.single import Single
from article_search.backends.opensearch.reading.snapshot import Snapshot
from article_search.backends.opensearch.reading.titles import ClusterTitles
from article_search.errors import ArticleSearchError
from article_search.language import folding, languages
from article_search.query.tree import Range, TextField

_TOGETHER = 64  # searches that are asked in one request


class ClusterReader:
    """The Reader of base.py over a snapshot. Made anew for each request, which costs next to nothing."""

    def __init__(self, snapshot: Snapshot, deadline: Deadline) -> None:
        self.deadline = deadline
        self.articles = snapshot.record.articles
        self.languages = tuple(name for name, _ in snapshot.record.languages) or (languages.DEFAULT,)
        self.remembered: Cache[object, Any] = snapshot.words
        self.made = snapshot.made
        self._snapshot = snapshot
        # What is left out for want of time leaves an answer to be asked for all the same.
        self._until = max(deadline.at, time.monotonic()) + snapshot.cluster.address.timeout
        self._met = Articles(snapshot, self._until)
        self._singles: dict[Number, Single] = {}

    def in_language(self, name: str) -> int:
        """How many articles are in a language."""
        return dict(self._snapshot.record.languages).get(name, 0)

    # Words

    def counts(self, words: Sequence[Word]) -> list[Counts]:
        """How many articles have each of some words."""
        self._count(words)
        known = (self._snapshot.known.get((Counts, word)) for word in words)
        return [Counts(0, 0) if each is None else each[0] for each in known]

    def with_form(self, word: Word, enough: int | None = None) -> int:
        """How many articles have a word in a form that was asked for."""
        self._count([word])
        known = self._snapshot.known.get((Counts, word))
        return 0 if known is None else int(known[1])

    def _count(self, words: Sequence[Word]) -> None:
        """Has it known how many articles have each of some words, and how many in a form asked for; none of what is
        not known at the deadline."""
        known, plain = self._snapshot.known, self._queries()
        unknown = [word for word in dict.fromkeys(words) if known.get((Counts, word)) is None]
        for first in range(0, len(unknown), _TOGETHER // 2):
            if self.deadline.late():
                return
            some = unknown[first : first + _TOGETHER // 2]
            pairs = [(plain.occurrences(word), plain.having_form(word)) for word in some]
            searches = [search for of, form in pairs for search in self._counting(of, form)]
            answers = iter(self._snapshot.search(searches, self._until) if searches else ())
            for word, (of, form) in zip(some, pairs, strict=True):
                found, formed = Counts(0, 0), 0
                if of != NOTHING:
                    answer = next(answers)
                    found = Counts(_total(answer), round(answer["aggregations"]["sum"]["value"]))
                if of != NOTHING and form != NOTHING:
                    formed = _total(next(answers))
                known.keep((Counts, word), (found, formed))

    def _counting(self, of: Json, form: Json) -> list[Json]:
        """Searches that count articles with a word and its occurrences, and those that have it in some form."""
        if of == NOTHING:
            return []
        total = {"sum": {"sum": {"script": {"source": "_score"}}}}
        query = {"bool": {"must": [of], "filter": [self._snapshot.seen]}}
        counted = [{"query": query, "size": 0, "track_total_hits": True, "aggs": total}]
        return counted if form == NOTHING else [*counted, self._total_of(all_of([unscored(of), form]))]

    def _total_of(self, query: Json) -> Json:
        """The search that counts what a query finds."""
        kept = {"bool": {"filter": [query, self._snapshot.seen]}}
        return {"query": kept, "size": 0, "track_total_hits": True}

    def beginning(self, start: str, field: TextField, most: int) -> list[str]:
        """Words of a field that begin so, the most frequent first."""
        return [] if self.deadline.late() else vocabulary.beginning(self._snapshot, start, field, most, self._until)

    def names(self, keys: Sequence[str]) -> list[int]:
        """How many articles have each of some keys for another name."""

        def ask() -> dict[str, int]:
            wanted = list(dict.fromkeys(keys))
            terms = {"field": "named", "include": wanted, "size": len(wanted), "shard_size": len(wanted)}
            kept = {"bool": {"filter": [{"terms": {"named": wanted}}, self._snapshot.seen]}}
            (answer,) = self._snapshot.search(
                [{"query": kept, "size": 0, "aggs": {"n": {"terms": terms}}}], self._until
            )
            return {str(one["key"]): int(one["doc_count"]) for one in answer["aggregations"]["n"]["buckets"]}

        if not keys:
            return []
        found: dict[str, int] = self._snapshot.remembered((ClusterReader.names, *keys), ask)
        return [found.get(key, 0) for key in keys]

    def common(self, field: TextField, share: float) -> tuple[str, ...]:
        """The terms that such a share of all articles has in a field. Raises ArticleSearchError of any but titles."""
        if field != "title":
            raise ArticleSearchError(f"an index on a cluster does not tell the common terms of a {field}")
        return vocabulary.common(self._snapshot, vocabulary.least_of(self.articles, share), self._until)

    def near(self, word: str, edits: int, field: TextField | None) -> list[Near]:
        """Other words within some edits."""

        def ask() -> list[Near]:
            return vocabulary.near(self._snapshot, word, edits, field, self._until)

        found: list[Near] = self._snapshot.remembered((Near, word, edits, field), ask)
        return found

    def near_beginning(self, start: str, edits: int, field: TextField) -> list[Near]:
        """Words that begin nearly so."""
        return vocabulary.near_beginning(self._snapshot, start, edits, field, self._until)

    def company(self, words: Sequence[Word], others: Sequence[Word], power: int) -> list[float] | None:
        """In how good company each of some words is."""
        plain = self._queries()
        counts = [each.articles for each in self.counts(others)]
        weights = [scoring.idf(max(1, self.articles), count) if count else 0.0 for count in counts]
        most = sum(weights)
        if not most:
            return None
        company = [constant(plain.having(word), weight) for word, weight in zip(others, weights, strict=True) if weight]
        script = {"source": "Math.pow(_score / params.most, params.power)", "params": {"most": most, "power": power}}
        searches = [
            {
                "query": lifted({"bool": {"filter": [plain.having(word), self._snapshot.seen]}}, company),
                "size": 0,
                "aggs": {"sum": {"sum": {"script": script}}},
            }
            for word in words
        ]
        found: list[float] = []
        for first in range(0, len(searches), _TOGETHER):
            answers = self._snapshot.search(searches[first : first + _TOGETHER], self._until)
            found += (float(answer["aggregations"]["sum"]["value"]) for answer in answers)
        return found

    # Answers

    def _queries(self, rare: dict[Titled, tuple[float, ...]] | None = None) -> Queries:
        return Queries(self._snapshot.averages, rare or {}, late=self.deadline.late())

    def count(self, tree: Plain, categories: Sequence[str] = (), dates: Range | None = None) -> int:
        """How many articles answer a tree."""
        queries = self._queries()

        def ask() -> int:
            kept = [queries.matching(tree)]
            if categories:
                kept.append({"terms": {"category_key": sorted(map(folding.category_key, categories))}})
            if dates is not None:
                kept.append(within(dates))
            (answer,) = self._snapshot.search([self._total_of(all_of(kept))], self._until)
            return _total(answer)

        key = (ClusterReader.count, tree, tuple(categories), dates)
        return int(self._snapshot.remembered(key, ask, keep=not queries.late))

    def answer(self, question: Question) -> Answer:
        """The answer to a question."""
        rare = {titled: self._rare(titled) for tree in (question.tree, *question.lifts) for titled in _titled(tree)}
        queries = fitting(self._queries(rare), question)
        return Asking(self._snapshot, self._met, queries, question, self._until).answer()

    def _rare(self, titled: Titled) -> tuple[float, ...]:
        """What each word of some weighs in titles they name: no less than by how few titles have it."""

        def ask() -> tuple[float, ...]:
            plain = self._queries()
            queries = [plain.in_title(word, titled.common) for word, _ in titled.words]
            searches = [self._total_of(unscored(query)) for query in queries if query != NOTHING]
            answers = iter(self._snapshot.search(searches, self._until) if searches else ())
            counts = [_total(next(answers)) if query != NOTHING else 0 for query in queries]
            rare = (scoring.idf(self.articles, count) for count in counts)
            return tuple(max(weight, each) for (_, weight), each in zip(titled.words, rare, strict=True))

        found: tuple[float, ...] = self._snapshot.remembered((Titled, titled), ask)
        return found

    def answers(self, tree: Plain, number: Number) -> bool:
        """Whether an article answers a tree."""
        kept = [self._queries().matching(tree), {"ids": {"values": self._met.documents([number])}}]
        (answer,) = self._snapshot.search([self._total_of(all_of(kept))], self._until)
        return _total(answer) > 0

    def inside(self, word: Word, number: Number) -> list[FieldCount]:
        """How often an article has a word, by field that has it."""
        single, averages = self._single(number), self._snapshot.averages
        times = single.times(word)
        return [FieldCount(name, float(times[name]), single.length(name) / averages[name]) for name in times]

    def has_form(self, word: Word, number: Number) -> bool:
        """Whether an article has a word in a form that was asked for."""
        return self._single(number).has_form(word)

    def in_title(self, titled: Titled, number: Number) -> TitleCount | None:
        """How far words name an article."""
        return self._single(number).in_title(titled, self._rare(titled))

    def _single(self, number: Number) -> Single:
        if number not in self._singles:
            (head,), (body,) = self.heads([number]), self.texts([number])
            self._singles[number] = Single(head, body)
        return self._singles[number]

    # Articles

    def number(self, id: str) -> Number | None:
        """The article of an id."""
        if not _is_text(id):
            return None
        found = self._those({"term": {"id": id}}, 1)
        return found[0] if found else None

    def same(self, number: Number) -> tuple[Number, ...]:
        """The articles that say nearly the same as one."""
        group = self._met.version(number).group
        found = self._those({"term": {"group": group}}, 10_000) if group >= 0 else ()
        return found if len(found) > 1 else ()

    def _those(self, query: Json, count: int) -> tuple[Number, ...]:
        """Some articles that a query finds."""
        kept = {"bool": {"filter": [query, self._snapshot.seen]}}
        search = {"query": kept, "size": count, "docvalue_fields": COLUMNS, "_source": False, "track_total_hits": False}
        (answer,) = self._snapshot.search([search], self._until)
        return tuple(self._met.met(hit) for hit in answer["hits"]["hits"])

    def heads(self, numbers: Sequence[Number]) -> list[Head]:
        """What is shown of some articles."""
        return self._met.heads(numbers)

    def texts(self, numbers: Sequence[Number]) -> Iterator[Text]:
        """The texts of some articles, one after the other."""
        return self._met.texts(numbers)

    def places(self, field: TextField, terms: Sequence[str], numbers: Numbers) -> list[Places]:
        """Where each of some terms stands in a field of some articles."""
        return self._met.places(field, terms, numbers)

    def vectors(self, model: str, size: int, numbers: Numbers) -> NDArray[np.int8] | None:
        """What was kept of some articles for likeness."""
        if not self._snapshot.record.signature.endswith(schema.vectors_name(model)):
            return None
        return self._met.vectors(size, numbers)

    def titles(self) -> Titles:
        """The titles of the newest articles."""
        titles: ClusterTitles | None = self.made.get(ClusterTitles)
        if titles is None:
            snapshot = self._snapshot

            def heads(documents: Sequence[str]) -> list[Head]:
                until = time.monotonic() + 2 * snapshot.cluster.address.timeout
                return [schema.head(source) for source in snapshot.documents(documents, schema.HEAD, until)]

            titles = self.made[ClusterTitles] = ClusterTitles(snapshot, self._until, heads)
        return titles


def _total(answer: Json) -> int:
    return int(answer["hits"]["total"]["value"])


def _titled(tree: Plain) -> Iterator[Titled]:
    """The titles that a tree scores."""
    if isinstance(tree, ByTitle):
        yield tree.titled
    elif isinstance(tree, Named):
        yield from _titled(tree.tree)
    else:
        for child in getattr(tree, "children", ()):
            yield from _titled(child)


def _is_text(id: str) -> bool:
    """Whether it can be asked for: a lone surrogate names no article."""
    try:
        id.encode()
    except UnicodeEncodeError:
        return False
    return True
