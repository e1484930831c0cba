"""Which articles come first by what their words alone do not tell? The first of an answer are looked at more closely.

Words that stand together (nearness.py) and what articles are about (likeness.py) only lift some of the first; words
that the first share (expanding.py) may lift any, for which the backend is asked once more. Not here: which articles
answer, and their order by words and age (backends).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from article_search.answering import likeness, nearness
from article_search.answering.likeness import Reranker
from article_search.answering.nearness import Near
from article_search.answering.words import Words
from article_search.backends.base import NO_DATE, Answer, Number, Question, Rows
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

    def ranked(self, index: Words, query: Query, question: Question) -> Ranked:
        """The answer to a question that is put by relevance."""
        reader, count = index.reader, question.count
        if len(self.near) > 1 or self.reranker or self.expand:
            most = max(nearness.FIRST, likeness.FIRST if self.reranker else 0)
            question = replace(question, count=max(most, count))
        answer = reader.answer(question)
        leading = _Leading(answer.rows, question.first)
        steps = [tuple(each.by_words for each in answer.about), tuple(each.score for each in answer.about)]
        if not len(answer.rows) or reader.deadline.passed:
            return Ranked(answer, leading.first(count), (*steps, *steps[-1:] * 3))
        if len(self.near) > 1:
            first = leading.ascending(nearness.FIRST)
            leading.add(first, nearness.bonus(reader, self.near, leading.rows.numbers[first]))
        steps.append(leading.scores(question.about, steps[-1]))
        if self.reranker:
            leading.sort()
            some = leading.rows.take(np.arange(min(len(leading.rows), likeness.FIRST)))
            gains = self.reranker.gains(reader, query, some.numbers, some.scores.max())
            leading.add(np.arange(len(some)), gains)
        steps.append(leading.scores(question.about, steps[-1]))
        if self.expand:
            from article_search.answering import expanding  # most searches do without

            first_rows = leading.first(nearness.FIRST)
            extra = expanding.gained(index, first_rows.numbers.tolist(), first_rows.scores.tolist())
            if extra is not None:
                known = dict(zip(leading.rows.numbers.tolist(), leading.rows.scores.tolist(), strict=True))
                answer = reader.answer(replace(question, scores=known, extra=extra, count=count))
                steps.append(tuple(each.score for each in answer.about))
                return Ranked(answer, answer.rows, tuple(steps))
        steps.append(steps[-1])
        return Ranked(answer, leading.first(count), tuple(steps))


class _Leading:
    """The first articles of an answer while their scores change."""

    def __init__(self, rows: Rows, pinned: tuple[Number, ...]) -> None:
        self.rows = rows
        self._pinned = {number: place for place, number in enumerate(pinned)}

    def add(self, places: NDArray[np.int64], gains: NDArray[np.float32]) -> None:
        """Lifts some of them."""
        scores = self.rows.scores.copy()
        scores[places] += gains
        self.rows = replace(self.rows, scores=scores)

    def ascending(self, count: int) -> NDArray[np.int64]:
        """Where the first are, in ascending order of their numbers."""
        return np.argsort(self.rows.numbers[:count])

    def sort(self) -> None:
        """Puts them in the order of what they score now: pinned ones, tiers, scores, dates."""
        rows = self.rows
        last = len(self._pinned)
        pinned = np.array(
            [self._pinned.get(number, last) for number in rows.numbers.tolist()] if last else 0 * rows.order
        )
        dates = np.where(rows.dates == NO_DATE, _NEWEST_LAST, -rows.dates)
        self.rows = rows.take(np.lexsort((rows.order, dates, -rows.scores, -rows.tiers, pinned)))

    def first(self, count: int) -> Rows:
        """The first of them, in order."""
        self.sort()
        return self.rows.take(np.arange(min(count, len(self.rows))))

    def scores(self, numbers: tuple[Number, ...], others: tuple[float, ...]) -> tuple[float, ...]:
        """What some articles score, those that are not among these as before."""
        known = dict(zip(self.rows.numbers.tolist(), self.rows.scores.tolist(), strict=True)) if numbers else {}
        return tuple(known.get(number, before) for number, before in zip(numbers, others, strict=True))
