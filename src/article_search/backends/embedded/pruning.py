"""Which are the best few articles for some words, without looking at all that have one? Exact, list by list.

Any of the words: lists are added up rarest first; once what the remaining lists can give at most does not lift an
article nobody has met over the k-th best so far, only the articles met are looked up in them, and fewer with each list
(MaxScore: Turtle and Flood, "Query evaluation: strategies and optimizations", IPM 31(6), 1995, list at a time). All of
the words: the rarest list, looked up in the others. Not here: filters, facets, totals, which need every article
(searching.py).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from article_search.backends.embedded.ranking import Several, Word
from article_search.backends.embedded.snapshot import Documents, Weights

_WORTH_PRUNING = 256  # postings; shorter lists are added up before anything is thought about


def all_words(words: Sequence[Word | Several]) -> tuple[Documents, Weights]:
    """Articles that have every word, and the sum of its scores."""
    first, *others = sorted(words, key=lambda word: word.count)
    documents, scores = first.all()
    for other in others:
        if not len(documents):
            break
        more = other.of(documents)
        there = more > 0
        documents, scores = documents[there], (scores + more)[there]
    return documents, scores


def any_words(words: Sequence[Word | Several], size: int, best: int) -> tuple[Documents, Weights]:
    """At least the ``best`` articles with the highest sums over the words they have (and some others), of ``size``."""
    words = sorted((word for word in words if word.count), key=lambda word: word.count)
    if not words:
        return np.empty(0, np.int64), np.empty(0, np.float32)
    if len(words) == 1:
        return words[0].all()
    total = np.zeros(size, np.float32)
    met: list[Documents] = []
    remaining = sum(word.bound for word in words)
    threshold = 0.0
    for number, word in enumerate(words):
        if number and word.count >= _WORTH_PRUNING:
            documents = np.concatenate(met)
            scores = total[documents]
            if len(documents) >= best:
                threshold = float(np.partition(scores, -best)[-best])
            if remaining < threshold:
                return _looked_up(documents, scores, words[number:], remaining, best)
        having, scores = word.all()
        so_far = total[having]
        met.append(having if not number else having[so_far == 0])
        total[having] = so_far + scores
        remaining -= word.bound
    documents = np.concatenate(met)
    return documents, total[documents]


def _looked_up(
    documents: Documents, scores: Weights, words: Sequence[Word | Several], remaining: float, best: int
) -> tuple[Documents, Weights]:
    """Completes the scores of the articles that can still be among the best."""
    order = np.argsort(documents, kind="stable")
    documents, scores = documents[order], scores[order]
    for word in words:
        threshold = float(np.partition(scores, -best)[-best])
        kept = scores >= threshold - remaining * 1.0001  # sums of float32 are not exact
        documents, scores = documents[kept], scores[kept]
        scores = scores + word.of(documents)
        remaining -= word.bound
    return documents, scores
