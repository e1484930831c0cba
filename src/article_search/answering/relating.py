"""Which articles are on the same story as one? Those that share its most telling words, the nearest in time first.

What an article is about is told by the words that are frequent in it and rare elsewhere (tf-idf, as in Lucene's "more
like this"). Each such word counts by how telling it is; that of equally good articles the nearer in time comes first is
a small share of the score. Not here: what one calls a repetition (backends/sketches.py).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from article_search import scoring
from article_search.answering.words import Words
from article_search.backends.base import NO_DATE, AnyOf, Head, Leaf, Number, Question, Rows, Text, Times
from article_search.language import languages, text
from article_search.limits import LIMITS

_WORDS = 25  # by which articles are compared
_CONSIDERED = 90  # frequent words of the article, of which those are the most telling
_READ = 2000  # words of the article that are looked at; news tells first what it is about
_LEAST = 0.3  # of the best article's score, before closeness; those with no more are on another story
_NEAR = 0.15  # of a score is given by closeness in time
_HALF_LIFE = 4 * 86_400  # seconds between two articles after which that has halved
_MORE = 4  # times as many articles as are wanted are looked at first


def related(index: Words, number: Number, limit: int) -> tuple[list[Number], list[float]]:
    """The articles most like one, without it, and one of several that say nearly the same; and their scores."""
    if limit < 1:
        return [], []
    date = index.reader.heads([number])[0].date
    numbers: list[Number] = []
    scores: list[float] = []
    for rows in _candidates(index, number, limit):
        found = rows.scores * _closeness(date, rows)
        least = rows.scores.max(initial=0) * np.float32(_LEAST)
        fits = rows.scores > least
        order = np.lexsort((rows.order, -found))
        order = order[fits[order]]
        groups = rows.groups[order]
        groups[groups < 0] = -1 - np.flatnonzero(groups < 0)  # who repeats no other is a group
        order = order[np.sort(np.unique(groups, return_index=True)[1])[:limit]]
        numbers, scores = rows.numbers[order].tolist(), found[order].tolist()
        # Nothing further on can come before these, for closeness only takes away.
        if not fits.all() or (len(numbers) == limit and rows.scores[-1] < scores[-1]):
            break
    return numbers, scores


def _candidates(index: Words, number: Number, limit: int) -> Iterator[Rows]:
    """The articles with its telling words, the best first: some, then more of them, at last as many as a search has
    pages for."""
    reader = index.reader
    question = Question(
        tree=AnyOf(tuple(Times(leaf, weight) for leaf, weight in _telling(index, number).items())),
        hidden=(number, *reader.same(number)),
        each=True,
        facets=False,
        count=max(50, _MORE * limit),
    )
    while True:
        answer = reader.answer(question)
        yield answer.rows
        if len(answer.rows) == answer.total or question.count == LIMITS.page_depth:
            return
        question = replace(question, count=min(_MORE * question.count, LIMITS.page_depth))


def _closeness(date: datetime | None, rows: Rows) -> NDArray[np.float32]:
    """A factor by article: 1 where both are of one moment, a little less the farther they are apart."""
    factor = np.full(len(rows), 1 - _NEAR, np.float32)
    if date is not None:
        known = rows.dates != NO_DATE
        apart = np.abs((rows.dates[known] - int(date.timestamp())).astype(np.float64))
        factor[known] = scoring.closeness(apart, _HALF_LIFE, _NEAR)
    return factor


def _telling(index: Words, number: Number) -> dict[Leaf, float]:
    """The terms by which an article differs most from others, and how much each says, 1 for the most telling."""
    head, stored = index.reader.heads([number])[0], next(index.reader.texts([number]))
    weights = _frequencies(head, stored)
    alone = max(1, len(index.reader.same(number)))
    stop_words = languages.stop_words(stored.language)
    telling = {}
    frequent = sorted(weights, key=lambda term: (-weights[term], term))[:_CONSIDERED]
    considered = [term for term in frequent if term not in stop_words]
    index.learn(considered)
    for term in considered:
        weighed, counts = index.stem(term)
        # A word that only the article and its repetitions have leads nowhere.
        if counts.articles > alone:
            idf = scoring.idf(index.reader.articles, counts.articles)
            telling[term] = (weighed, idf * (1 + math.log(weights[term])))
    best = sorted(telling, key=lambda term: (-telling[term][1], term))[:_WORDS]
    return {Leaf((telling[term][0],)): telling[term][1] / telling[best[0]][1] for term in best}


def _frequencies(head: Head, stored: Text) -> dict[str, float]:
    """How often an article has each of its terms, weighed by field."""
    fields = {"title": head.title, "description": head.description, "body": stored.body}
    weights: dict[str, float] = {}
    for name, weight in scoring.FIELD_WEIGHTS.items():
        for term in text.terms(fields[name][: _READ * LIMITS.word_chars], stored.language)[:_READ]:
            weights[term] = weights.get(term, 0.0) + weight
    return weights
