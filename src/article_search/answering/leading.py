"""Which articles come first by what their words alone do not tell? The first of an answer are looked at more closely.

Words that stand together (nearness.py) and what articles are about (likeness.py) only lift some of the first; words
that the first share (expanding.py) may lift any, for which the backend is asked once more. Not here: which articles
answer, and their order by words and age (backends).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from article_search.answering import likeness, nearness
from article_search.answering.likeness import Reranker
from article_search.answering.nearness import Near
from article_search.answering.words import Words
from article_search.backends.base import NO_DATE, Answer, Extra, Number, Numbers, Question, Rows
from article_search.late import dataclass
from article_search.query.tree import Query

_NEWEST_LAST = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Ranked:
    """An answer with its first articles as they are shown; and of those asked about the score after each step: by
    words, with age, with words that stand together, with likeness, with words that the first articles share."""

    answer: Answer
    rows: Rows
    steps: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Closer:
    """What is looked at: words that may stand together, a reranker if there is one, and whether to expand."""

    near: list[Near]
    reranker: Reranker | None
    expand: bool

    def count(self, shown: int) -> int:
        """How many articles of an answer are looked at where so many are shown."""
        if len(self.near) < 2 and not self.reranker and not self.expand:
            return shown
        return max(nearness.FIRST, likeness.FIRST if self.reranker else 0, shown)

    def ranked(self, index: Words, query: Query, question: Question, shown: int) -> Ranked:
        """The answer to a question that is put by relevance and tells of as many articles as are looked at."""
        reader = index.reader
        answer = reader.answer(question)
        leading = _Leading(answer.rows, question.first)
        steps = [tuple(each.by_words for each in answer.about), tuple(each.score for each in answer.about)]
        if not len(answer.rows) or reader.deadline.passed:
            return Ranked(answer, leading.first(shown), (*steps, *steps[-1:] * 3))
        if len(self.near) > 1:
            numbers, places = leading.ascending(nearness.FIRST)
            leading.add(places, nearness.bonus(reader, self.near, numbers))
        steps.append(leading.scores(question.about, steps[-1]))
        if self.reranker:
            numbers, places = leading.ascending(likeness.FIRST)
            best = float(leading.first(likeness.FIRST).scores.max())
            leading.add(places, self.reranker.gains(index, query, numbers, best))
        steps.append(leading.scores(question.about, steps[-1]))
        extra = self._extra(index, leading) if self.expand else None
        if extra is None:
            return Ranked(answer, leading.first(shown), (*steps, steps[-1]))
        more = reader.answer(replace(question, scores=leading.lifted(), extra=extra, count=shown, facets=False))
        if reader.deadline.passed:
            return Ranked(answer, leading.first(shown), (*steps, steps[-1]))
        return Ranked(answer, more.rows, (*steps, tuple(each.score for each in more.about)))

    def _extra(self, index: Words, leading: _Leading) -> Extra | None:
        from article_search.answering import expanding  # most searches do without

        first = leading.first(nearness.FIRST)
        return expanding.gained(index, first.numbers.tolist(), first.scores.tolist())


class _Leading:
    """The first articles of an answer while their scores change."""

    def __init__(self, rows: Rows, pinned: tuple[Number, ...]) -> None:
        self._rows = rows
        self._scores = rows.scores.copy()
        self._order = np.arange(len(rows))  # places in the rows
        self._pinned = {number: place for place, number in enumerate(pinned)}

    def ascending(self, count: int) -> tuple[Numbers, NDArray[np.int64]]:
        """The first, in ascending order of their numbers, and where they are."""
        places = self._order[:count]
        places = places[np.argsort(self._rows.numbers[places])]
        return self._rows.numbers[places], places

    def add(self, places: NDArray[np.int64], gains: NDArray[np.float32]) -> None:
        """Lifts some of them, and puts all in the order of what they score now: pinned ones, tiers, scores, dates."""
        rows = self._rows
        self._scores[places] += gains
        dates = np.where(rows.dates == NO_DATE, _NEWEST_LAST, -rows.dates)
        keys = [rows.order, dates, -self._scores, -rows.tiers]
        if self._pinned:
            last = len(self._pinned)
            keys.append(np.array([self._pinned.get(number, last) for number in rows.numbers.tolist()]))
        self._order = np.lexsort(keys)

    def first(self, count: int) -> Rows:
        """The first of them, in order."""
        return self._rows.take(self._order[:count], self._scores)

    def scores(self, numbers: tuple[Number, ...], others: tuple[float, ...]) -> tuple[float, ...]:
        """What some articles score, those that were not lifted as before."""
        known = self.lifted() if numbers else {}
        return tuple(known.get(number, before) for number, before in zip(numbers, others, strict=True))

    def lifted(self) -> dict[Number, float]:
        """What those score that have been lifted."""
        places = (self._scores != self._rows.scores).nonzero()[0]
        return dict(zip(self._rows.numbers[places].tolist(), self._scores[places].tolist(), strict=True))
