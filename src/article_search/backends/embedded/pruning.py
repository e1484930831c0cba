"""Which are the best few articles for some words, without looking at all that have one? Exact, list by list.

Any of the words: an article is met in the list of the rarest word it has, and its score completed by looking it up in
the others. None is met in a list that, with all that are more frequent, cannot give as much as the k-th best has, and
of a list only what is good enough; the k-th best by a word alone is often known beforehand (MaxScore: Turtle and Flood,
"Query evaluation: strategies and optimizations", IPM 31(6), 1995, here list by list). All of the words: the rarest
list, looked up in the others. Not here: filters, facets, totals, which need every article (searching.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import numpy as np

from article_search.backends.embedded.ranking import Listed, Word
from article_search.backends.embedded.snapshot import Documents, Weights

_MANY = 12  # words; with more of them, looking each up in all others takes longer than adding all up
_INEXACT = 1.00001  # sums of float32 depend on their order


def all_words(words: Sequence[Word | Listed], times: Sequence[float] = ()) -> tuple[Documents, Weights]:
    """Articles that have every word, and the sum of its scores, each so many times."""
    factors = times or [1.0] * len(words)
    (first, factor), *others = sorted(zip(words, factors, strict=True), key=lambda pair: pair[0].count)
    documents, scores = first.all()
    if factor != 1:
        scores = scores * np.float32(factor)
    for other, factor in others:
        if not len(documents):
            break
        more = other.of(documents)
        there = more.nonzero()[0]
        if factor != 1:
            more *= np.float32(factor)
        documents, scores = documents[there], (scores + more)[there]
    return documents, scores


def any_words(words: Sequence[Word | Listed], size: int, best: int) -> tuple[Documents, Weights]:
    """At least the ``best`` articles with the highest sums over the words they have (and some others), of ``size``."""
    if len(words) > _MANY:
        total = np.zeros(size, np.float32)
        for word in words:
            word.add(total, 1)
        documents = total.nonzero()[0]
        return documents, total[documents]
    words = sorted((word for word in words if word.count), key=lambda word: word.count)
    threshold = max((word.best[best - 1] for word in words if len(word.best) >= best), default=0.0)
    # What a word and those after it give at most.
    most = [*accumulate((word.bound * _INEXACT for word in reversed(words)), initial=0.0)][::-1]
    documents, scores = np.empty(0, np.int32), np.empty(0, np.float32)
    for number, word in enumerate(words):
        if most[number] < threshold:
            break
        if len(documents) >= best:
            threshold = max(threshold, float(np.partition(scores, -best)[-best]))
        met, scored = _at_least(threshold - most[number + 1], *word.all())
        for rarer in words[:number]:
            met, scored = _chosen((rarer.of(met) == 0).nonzero()[0], met, scored)
        for place, other in enumerate(words[number + 1 :], number + 2):
            if not len(met):
                break
            met, scored = _at_least(threshold - most[place], met, scored + other.of(met))
        if number:
            met, scored = np.concatenate((documents, met)), np.concatenate((scores, scored))
        documents, scores = met, scored
    return documents, scores


def _at_least(score: float, documents: Documents, scores: Weights) -> tuple[Documents, Weights]:
    return _chosen((scores >= score / _INEXACT).nonzero()[0], documents, scores) if score > 0 else (documents, scores)


def _chosen(places: Documents, documents: Documents, scores: Weights) -> tuple[Documents, Weights]:
    return documents[places], scores[places]
