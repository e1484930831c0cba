"""How does the folder answer the primitives of base.py? One request over one snapshot.

Not here: how a tree is answered (evaluating.py), how its articles are ordered and counted (ordering.py, collapsing.py).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from article_search import scoring
from article_search.backends.base import (
    NO_DATE,
    About,
    Age,
    Answer,
    Called,
    Counts,
    Deadline,
    Extra,
    FieldCount,
    Head,
    Leaf,
    Near,
    Number,
    Numbers,
    Places,
    Plain,
    Question,
    Rows,
    Text,
    TitleCount,
    Titled,
    Titles,
    Word,
    fields_of,
)
from article_search.backends.cache import Cache, measured
from article_search.backends.embedded import schema
from article_search.backends.embedded.reading import naming
from article_search.backends.embedded.reading.collapsing import Collapsing
from article_search.backends.embedded.reading.columns import Documents, Mask
from article_search.backends.embedded.reading.evaluating import Evaluation
from article_search.backends.embedded.reading.ordering import Ordering
from article_search.backends.embedded.reading.snapshot import Snapshot, Weights
from article_search.backends.embedded.reading.spelling import Vocabulary
from article_search.backends.embedded.reading.titles import SnapshotTitles
from article_search.query.tree import Range, TextField

T = TypeVar("T")
_HEAD = 400  # bytes of what is shown of an article beside its texts


class SnapshotReader:
    """The Reader of base.py over a snapshot. Made anew for each request, which costs next to nothing."""

    def __init__(self, snapshot: Snapshot, deadline: Deadline) -> None:
        self.deadline = deadline
        self.articles = snapshot.record.articles
        self.languages = snapshot.languages
        self.remembered: Cache[object, Any] = snapshot.words
        self.made = snapshot.made
        self._snapshot = snapshot
        self._evaluation = Evaluation(snapshot, deadline)
        self._known_filters: dict[tuple[tuple[str, ...], Range | None], tuple[Mask | None, Mask | None]] = {}

    def in_language(self, name: str) -> int:
        """How many articles are in a language."""
        return self._snapshot.holders(("language",), name)

    def foresee(self, act: Callable[[], T]) -> T:
        """Does something, once: what it asks is near."""
        return act()

    # Words

    def counts(self, words: Sequence[Word]) -> list[Counts]:
        """How many articles have each of some words."""
        return [self._evaluation.counts(word) for word in words]

    def with_form(self, word: Word, enough: int | None = None) -> int:
        """How many articles have a word in a form that was asked for."""
        return self._evaluation.with_form(word, enough)

    def beginning(self, start: str, field: TextField, most: int) -> list[str]:
        """Words of a field that begin so, the most frequent first."""
        return self._snapshot.expand(field, start)[:most]

    def names(self, keys: Sequence[str]) -> list[int]:
        """How many articles have each of some keys for another name."""
        known = (naming.names, *keys)
        found: list[int] | None = self.remembered.get(known)
        if found is None:
            found = naming.names(self._snapshot, keys)
            self.remembered.keep(known, found)
        return found

    def common(self, field: TextField, share: float) -> tuple[str, ...]:
        """The terms that such a share of all articles has in a field."""
        return self._snapshot.common(field, max(1, math.ceil(share * self.articles)))

    def near(self, word: str, edits: int, field: TextField | None) -> list[Near]:
        """Other words within some edits."""
        return self._vocabulary(field).within(word, edits)

    def near_beginning(self, start: str, edits: int, field: TextField) -> list[Near]:
        """Words that begin nearly so."""
        return self._vocabulary(field).beginning(start, edits)

    def _vocabulary(self, field: TextField | None) -> Vocabulary:
        key = (Vocabulary, field)
        found: Vocabulary | None = self._snapshot.made.get(key)
        if found is None:
            names = map(schema.words_field, fields_of(field))
            found = Vocabulary([reader for name in names for reader in self._snapshot.readers(name)])
            self._snapshot.made[key] = found
        return found

    def company(self, words: Sequence[Word], others: Sequence[Word], power: int) -> list[float] | None:
        """In how good company each of some words is."""
        articles = max(1, self.articles)
        total, most = np.zeros(self._snapshot.size, np.float32), 0.0
        for word in others:
            documents = self._evaluation.documents(word)
            if len(documents):
                weight = scoring.idf(articles, len(documents))
                total[documents] += np.float32(weight)
                most += weight
        if not most:
            return None
        shares = (total / np.float32(most)) ** power
        return [float(shares[self._evaluation.documents(word)].sum()) for word in words]

    # Answers

    def count(self, tree: Plain, categories: Sequence[str] = (), dates: Range | None = None) -> int:
        """How many articles answer a tree."""
        if isinstance(tree, Called) and not categories and dates is None:
            return len(naming.called(self._snapshot, tree))
        if isinstance(tree, Leaf) and not categories and dates is None:
            return self._evaluation.word(tree).count
        return int(np.count_nonzero(_within(self._evaluation.mask(tree), *self._filters(categories, dates))))

    def _filters(self, categories: Sequence[str], dates: Range | None) -> tuple[Mask | None, Mask | None]:
        if not categories and dates is None:
            return None, None
        key = (tuple(categories), dates)
        if key not in self._known_filters:
            masks = [self._snapshot.in_category(name) for name in categories]
            between = None if dates is None else self._snapshot.between(dates.since, dates.until)
            self._known_filters[key] = np.logical_or.reduce(masks) if masks else None, between
        return self._known_filters[key]

    def answer(self, question: Question) -> Answer:
        """The answer to a question."""
        snapshot, found = self._snapshot, self._evaluation.take(question.tree)
        everything, scores = found.mask, found.scores
        for tree in question.lifts:
            self._evaluation.lift(tree, scores, everything)
        tier = self._tier(question.above)
        pinned = np.asarray(question.first, np.int64)
        if question.first or question.hidden:
            hidden = np.asarray(question.hidden, np.int64)
            everything = everything.copy()
            everything[pinned], everything[hidden] = True, False
            if tier is not None:
                tier[pinned], tier[hidden] = 1, 0
        categories, dates = self._filters(question.categories, question.dates)
        chosen = _within(everything, categories, dates)
        collapsing = Collapsing(snapshot, question.each)
        ordering = Ordering(snapshot, scores, tier, question.sort, pinned)
        mask, members = collapsing.best(chosen, ordering.key)
        total = int(np.count_nonzero(mask))
        by_words = [float(scores[number]) for number in question.about]
        if question.sort == "relevance" and total and not self.deadline.late():
            self._rescore(question, scores, mask)
        first = ordering.first(mask, question.count)
        months = _within(everything, categories) if question.all_months else chosen
        return Answer(
            rows=self._rows(first, scores, tier, collapsing.others(members, first)),
            total=total,
            matches=int(np.count_nonzero(chosen)),
            above=total if tier is None else collapsing.count(chosen & (tier > 0)),
            categories=collapsing.values("category", _within(everything, dates)) if question.facets else [],
            months=collapsing.values("month", months) if question.facets else [],
            about=tuple(
                About(bool(chosen[number]), bool(mask[number]), before, float(scores[number]))
                for number, before in zip(question.about, by_words, strict=True)
            ),
        )

    def _tier(self, above: Sequence[Plain]) -> NDArray[np.int8] | None:
        """By document, how many trees it answers."""
        if not above:
            return None
        tier = np.zeros(self._snapshot.size, np.int8)
        for tree in above:
            tier += self._evaluation.mask(tree)
        return tier

    def _rescore(self, question: Question, scores: Weights, shown: Mask) -> None:
        """Changes the scores of what is shown to what more there is to them than words."""
        if question.age is not None:
            documents = shown.nonzero()[0]
            scores[documents] *= self._freshness(documents, question.age)
        if question.scores:
            scores[list(question.scores)] = list(question.scores.values())
        if question.extra is not None:
            documents = shown.nonzero()[0]
            scores[documents] += self._gains(documents, question.extra)

    def _freshness(self, documents: Documents, age: Age) -> Weights:
        dates = self._snapshot.dates[documents]
        known = dates != NO_DATE
        days = np.maximum(age.now - dates[known].astype(np.float64), 0) / scoring.DAY
        factors = np.ones(len(documents), np.float32)
        factors[known] = scoring.recency(days, age.half_life, age.weight)
        return factors

    def _gains(self, documents: Documents, extra: Extra) -> Weights:
        total = np.zeros(len(documents), np.float32)
        for weighed, factor in extra.words:
            word = self._evaluation.word(Leaf((weighed,)))
            if word.count:
                total += word.of(documents) * np.float32(factor)
        highest = float(total.max(initial=0))
        return total * np.float32(extra.most / highest) if highest else total

    def _rows(self, first: Documents, scores: Weights, tier: NDArray[np.int8] | None, similar: NDArray[Any]) -> Rows:
        snapshot = self._snapshot
        return Rows(
            numbers=first,
            scores=scores[first],
            tiers=np.zeros(len(first), np.int8) if tier is None else tier[first],
            dates=snapshot.dates[first],
            order=snapshot.order[first],
            similar=similar,
            groups=snapshot.group_of[first].astype(np.int64),
        )

    def answers(self, tree: Plain, number: Number) -> bool:
        """Whether an article answers a tree."""
        return bool(self._evaluation.mask(tree)[number])

    def inside(self, word: Word, number: Number) -> list[FieldCount]:
        """How often an article has a word, by field that has it."""
        found = []
        for name, postings in self._evaluation.fields(word)[0]:
            at = int(np.searchsorted(postings.documents, number))
            if at < len(postings.documents) and postings.documents[at] == number:
                length = float(self._snapshot.lengths(name)[number])
                found.append(FieldCount(name, float(postings.frequencies[at]), length))
        return found

    def has_form(self, word: Word, number: Number) -> bool:
        """Whether an article has a word in a form that was asked for."""
        return bool(self._evaluation.fields(word)[1][number])

    def in_title(self, titled: Titled, number: Number) -> TitleCount | None:
        """How far words name an article."""
        found = self._evaluation.in_titles(titled)
        at = int(np.searchsorted(found.documents, number))
        if at == len(found.documents) or found.documents[at] != number:
            return None
        return TitleCount(float(found.told[at]), float(found.covered[at]), int(found.telling[at]))

    # Articles

    def number(self, id: str) -> Number | None:
        """The article of an id."""
        return self._snapshot.number(id)

    def same(self, number: Number) -> tuple[Number, ...]:
        """The articles that say nearly the same as one."""
        return tuple(self._snapshot.same(number).tolist())

    def heads(self, numbers: Sequence[Number]) -> list[Head]:
        """What is shown of some articles."""
        return [self._head(number) for number in numbers]

    def _head(self, number: Number) -> Head:
        head: Head | None = self._snapshot.heads.get(number)
        if head is None:
            head = self._snapshot.head(number)
            texts = (head.id, head.url, head.title, head.description, head.image, *head.categories, *head.warnings)
            self._snapshot.heads.keep(number, head, _HEAD + measured(*texts))
        return head

    def texts(self, numbers: Sequence[Number]) -> Iterator[Text]:
        """The texts of some articles, one after the other."""
        return (Text(self._snapshot.body(number), self._snapshot.language(number)) for number in numbers)

    def places(self, field: TextField, terms: Sequence[str], numbers: Numbers) -> list[Places]:
        """Where each of some terms stands in a field of some articles."""
        return [Places(*each) for each in self._snapshot.places_in(field, terms, numbers)]

    def vectors(self, model: str, size: int, numbers: Numbers) -> NDArray[np.int8] | None:
        """What was kept of some articles for likeness."""
        name = schema.vectors_name(model)
        return self._snapshot.rows(name, numbers, size).view(np.int8) if self._snapshot.has_rows(name) else None

    def titles(self, words: Sequence[str] = ()) -> Titles:
        """The titles of the newest articles."""
        titles: SnapshotTitles | None = self._snapshot.made.get(SnapshotTitles)
        if titles is None:
            titles = self._snapshot.made[SnapshotTitles] = SnapshotTitles(self._snapshot)
        return titles


def _within(mask: Mask, *filters: Mask | None) -> Mask:
    for each in filters:
        mask = mask if each is None else mask & each
    return mask
