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

from article_search.backends.embedded.columnar.arrays import places
from article_search.backends.embedded.ranking import Scored
from article_search.backends.embedded.snapshot import Documents, Weights

_WORTH_PRUNING = 256  # postings; shorter lists are added up before anything is thought about


def all_words(words: Sequence[Scored]) -> tuple[Documents, Weights]:
    """Articles that have every word, and the sum of its scores."""
    first, *others = sorted(words, key=lambda word: len(word.documents))
    documents, scores = first.documents, first.scores
    for other in others:
        if not len(documents):
            break
        at = places(other.documents, documents)
        there = other.documents[at] == documents
        documents = documents[there]
        scores = scores[there] + other.scores[at[there]]
    return documents, scores


def any_words(words: Sequence[Scored], size: int, best: int) -> tuple[Documents, Weights]:
    """At least the ``best`` articles with the highest sums over the words they have (and some others), of ``size``."""
    words = sorted((word for word in words if len(word.documents)), key=lambda word: len(word.documents))
    if not words:
        return np.empty(0, np.int64), np.empty(0, np.float32)
    total = np.zeros(size, np.float32)
    met: list[Documents] = []
    remaining = sum(word.best for word in words)
    threshold = 0.0
    for number, word in enumerate(words):
        if number and len(word.documents) >= _WORTH_PRUNING:
            documents = np.concatenate(met)
            scores = total[documents]
            if len(documents) >= best:
                threshold = float(np.partition(scores, -best)[-best])
            if remaining < threshold:
                return _looked_up(documents, scores, words[number:], remaining, best)
        so_far = total[word.documents]
        met.append(word.documents if not number else word.documents[so_far == 0])
        total[word.documents] = so_far + word.scores
        remaining -= word.best
    documents = np.concatenate(met)
    return documents, total[documents]


def _looked_up(
    documents: Documents, scores: Weights, words: Sequence[Scored], remaining: float, best: int
) -> tuple[Documents, Weights]:
    """Completes the scores of the articles that can still be among the best."""
    for word in words:
        threshold = float(np.partition(scores, -best)[-best])
        kept = scores >= threshold - remaining * 1.0001  # sums of float32 are not exact
        documents, scores = documents[kept], scores[kept]
        at = places(word.documents, documents)
        scores = scores + np.where(word.documents[at] == documents, word.scores[at], np.float32(0))
        remaining -= word.best
    return documents, scores
