"""How does a cluster answer the primitives of base.py? One request over one commit; what is asked at once goes at once.

Not here: how a question is put (asking.py), the queries of trees (queries.py).
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from article_search import scoring
from article_search.backends import signatures
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
from article_search.backends.opensearch.reading import titles, vocabulary
from article_search.backends.opensearch.reading.articles import COLUMNS, Articles, Version, version
from article_search.backends.opensearch.reading.asking import Asking, fitting
from article_search.backends.opensearch.reading.counting import spellings
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
from article_search.backends.opensearch.reading.wishes import Wish, Wishes
from article_search.errors import ArticleSearchError
from article_search.language import folding, languages
from article_search.query.tree import Range, TextField

T = TypeVar("T")
_GUESS = 50  # articles that a word may be in about which nothing is known yet


class ClusterReader:
    """The Reader of base.py over a snapshot. Made anew for each request, which costs next to nothing."""

    def __init__(self, snapshot: Snapshot, deadline: Deadline) -> None:
        self.deadline = deadline
        self.articles = snapshot.record.articles
        self.languages = tuple(name for name, _ in snapshot.record.languages) or (languages.DEFAULT,)
        self._snapshot = snapshot
        self._seen = snapshot.seen
        # What answering leaves out for want of time leaves the answer itself to be asked for.
        self._until = max(deadline.at, time.monotonic()) + snapshot.cluster.address.timeout
        self._wishes = Wishes(snapshot, self._until)
        self._queries = Queries(snapshot.averages)
        self._met = Articles(snapshot, self._until)
        self._singles: dict[Number, Single] = {}

    def in_language(self, name: str) -> int:
        """How many articles are in a language."""
        return dict(self._snapshot.record.languages).get(name, 0)

    @property
    def remembered(self) -> Cache[object, Any]:
        """What others make of this commit, while there is room."""
        return self._wishes.remembered

    @property
    def made(self) -> dict[object, Any]:
        """Likewise, what is made of it once, whatever is asked."""
        made: dict[object, Any] = self._wishes.made
        return made

    def foresee(self, act: Callable[[], T]) -> T:
        """Does something, what it asks being asked in few journeys."""
        passed = self.deadline.passed

        def done() -> T:
            self.deadline.passed = passed  # whatever a rehearsal has noticed
            return act()

        return self._wishes.perform(done)

    # Words

    def counts(self, words: Sequence[Word]) -> list[Counts]:
        """How many articles have each of some words."""
        return [found for found, _ in self._counted(words)]

    def with_form(self, word: Word, enough: int | None = None) -> int:
        """How many articles have a word in a form that was asked for."""
        return self._counted([word])[0][1]

    def _counted(self, words: Sequence[Word]) -> list[tuple[Counts, int]]:
        """How many articles have each of some words, and how many in a form asked for. What there is no time for is
        an error, and never none."""
        return self._wishes.known(list(map(self._count_of, words)))

    def _count_of(self, word: Word) -> Wish:
        of, form = self._queries.occurrences(word), self._queries.having_form(word)
        searches: list[Json] = []
        if of != NOTHING:
            total = {"sum": {"sum": {"script": {"source": "_score"}}}}
            query = {"bool": {"must": [of], "filter": [self._seen]}}
            searches.append({"query": query, "size": 0, "track_total_hits": True, "aggs": total})
            if form != NOTHING:
                searches.append(self._total_of(all_of([unscored(of), form])))

        def read(answers: Sequence[Json]) -> tuple[Counts, int]:
            if not answers:
                return Counts(0, 0), 0
            occurrences = round(answers[0]["aggregations"]["sum"]["value"])
            return Counts(_total(answers[0]), occurrences), _total(answers[1]) if len(answers) > 1 else 0

        return Wish((Counts, word), tuple(searches), read, (Counts(_GUESS, _GUESS), _GUESS))

    def _total_of(self, query: Json) -> Json:
        """The search that counts what a query finds."""
        kept = {"bool": {"filter": [query, self._seen]}}
        return {"query": kept, "size": 0, "track_total_hits": True}

    def beginning(self, start: str, field: TextField, most: int) -> list[str]:
        """Words of a field that begin so, the most frequent first."""
        return vocabulary.beginning(self._wishes, self._seen, start, field, most)

    def names(self, keys: Sequence[str]) -> list[int]:
        """How many articles have each of some keys for another name."""
        wanted = list(dict.fromkeys(keys))
        terms = {"field": "named", "include": wanted, "size": len(wanted), "shard_size": len(wanted)}
        kept = {"bool": {"filter": [{"terms": {"named": wanted}}, self._seen]}}
        search = {"query": kept, "size": 0, "aggs": {"named": {"terms": terms}}}

        def read(answers: Sequence[Json]) -> dict[str, int]:
            return {str(one["key"]): int(one["doc_count"]) for one in answers[0]["aggregations"]["named"]["buckets"]}

        if not wanted:
            return []
        found: dict[str, int]
        (found,) = self._wishes.known([Wish((ClusterReader.names, *wanted), (search,), read, {})])
        return [found.get(key, 0) for key in keys]

    def common(self, field: TextField, share: float) -> tuple[str, ...]:
        """The terms that such a share of all articles has in a field. Raises ArticleSearchError of any but titles."""
        if field != "title":
            raise ArticleSearchError(f"an index on a cluster does not tell the common terms of a {field}")
        return vocabulary.common(self._wishes, self._seen, max(1, math.ceil(share * self.articles)))

    def near(self, word: str, edits: int, field: TextField | None) -> list[Near]:
        """Other words within some edits."""
        return vocabulary.near(self._wishes, self._seen, word, edits, field)

    def near_beginning(self, start: str, edits: int, field: TextField) -> list[Near]:
        """Words that begin nearly so."""
        return vocabulary.near_beginning(self._wishes, self._seen, start, edits, field)

    def company(self, words: Sequence[Word], others: Sequence[Word], power: int) -> list[float] | None:
        """In how good company each of some words is."""
        having = self._queries.having
        counts = [each.articles for each in self.counts(others)]
        weights = [scoring.idf(max(1, self.articles), count) if count else 0.0 for count in counts]
        most = sum(weights)
        if not most:
            return None
        company = [constant(having(word), weight) for word, weight in zip(others, weights, strict=True) if weight]
        script = {"source": "Math.pow(_score / params.most, params.power)", "params": {"most": most, "power": power}}
        wishes = []
        for word in words:
            query = lifted({"bool": {"filter": [having(word), self._seen]}}, company)
            search = {"query": query, "size": 0, "aggs": {"sum": {"sum": {"script": script}}}}
            wishes.append(Wish((ClusterReader.company, word, tuple(others), power), (search,), _sum, 1.0))
        return self._wishes.known(wishes)

    # Answers

    def count(self, tree: Plain, categories: Sequence[str] = (), dates: Range | None = None) -> int:
        """How many articles answer a tree."""
        kept = [self._queries.matching(tree)]
        if categories:
            kept.append({"terms": {"category_key": sorted(map(folding.category_key, categories))}})
        if dates is not None:
            kept.append(within(dates))
        return self._number_of(all_of(kept))

    def _number_of(self, query: Json) -> int:
        """How many articles a query finds; remembered by what it is, whatever its words weigh."""
        key = (ClusterReader.count, json.dumps(query, sort_keys=True))
        found: list[int] = self._wishes.known([Wish(key, (self._total_of(query),), _first_total, 0)])
        return found[0]

    def answer(self, question: Question) -> Answer:
        """The answer to a question."""
        self.deadline.late()  # is noted: nothing is left out here, but what comes of it may be too late
        rare = {titled: self._rare(titled) for tree in (question.tree, *question.lifts) for titled in _titled(tree)}
        names = spellings(self._wishes, self._seen) if question.facets else {}
        self._wishes.end_rehearsal()
        queries = fitting(replace(self._queries, rare=rare), question)
        return Asking(self._snapshot, self._met, queries, question, self._until, names).answer()

    def _rare(self, titled: Titled) -> tuple[float, ...]:
        """What each word of some weighs in titles they name: no less than by how few titles have it."""
        queries = [self._queries.in_title(word, titled.common) for word, _ in titled.words]
        wishes = [
            Wish((ClusterReader._rare, word, titled.common), (self._total_of(unscored(query)),), _first_total, 1)
            for (word, _), query in zip(titled.words, queries, strict=True)
        ]
        counts: list[int] = self._wishes.known(wishes)
        rare = (scoring.idf(self.articles, count) for count in counts)
        return tuple(max(weight, each) for (_, weight), each in zip(titled.words, rare, strict=True))

    def answers(self, tree: Plain, number: Number) -> bool:
        """Whether an article answers a tree."""
        kept = [self._queries.matching(tree), {"ids": {"values": self._met.documents([number])}}]
        return self._number_of(all_of(kept)) > 0

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
        key = (ClusterReader._those, json.dumps(search))
        found: tuple[Version, ...]
        (found,) = self._wishes.known([Wish(key, (search,), _versions, ())])
        return tuple(map(self._met.known, found))

    def heads(self, numbers: Sequence[Number]) -> list[Head]:
        """What is shown of some articles."""
        self._wishes.end_rehearsal()
        return self._met.heads(numbers)

    def texts(self, numbers: Sequence[Number]) -> Iterator[Text]:
        """The texts of some articles, one after the other."""
        self._wishes.end_rehearsal()
        return self._met.texts(numbers)

    def places(self, field: TextField, terms: Sequence[str], numbers: Numbers) -> list[Places]:
        """Where each of some terms stands in a field of some articles."""
        self._wishes.end_rehearsal()
        return self._met.places(field, terms, numbers)

    def vectors(self, model: str, size: int, numbers: Numbers) -> NDArray[np.int8] | None:
        """What was kept of some articles for likeness."""
        if not signatures.has_vectors(self._snapshot.record.signature, model):
            return None
        self._wishes.end_rehearsal()
        return self._met.vectors(size, numbers)

    def titles(self, words: Sequence[str] = ()) -> Titles:
        """The titles of the newest articles that have some words."""
        found = titles.hits(self._wishes, self._seen, words, self.languages[0])

        def heads(documents: Sequence[str]) -> list[Head]:
            return [schema.head(source) for source in self._snapshot.documents(documents, schema.HEAD, self._until)]

        return titles.ClusterTitles(found, heads)


def _versions(answers: Sequence[Json]) -> tuple[Version, ...]:
    return tuple(map(version, answers[0]["hits"]["hits"]))


def _first_total(answers: Sequence[Json]) -> int:
    return _total(answers[0])


def _sum(answers: Sequence[Json]) -> float:
    return float(answers[0]["aggregations"]["sum"]["value"])


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
