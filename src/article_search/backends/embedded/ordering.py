"""In which order are the articles of an answer? By a key, the smallest first; of equals the newer, then a fixed order.

Not here: where scores come from (searching.py, answering.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from article_search.answering.results import Sort
from article_search.backends.embedded import schema
from article_search.backends.embedded.columnar.arrays import places
from article_search.backends.embedded.snapshot import Documents, Snapshot, Weights

_TIER_SCORE = 1e6  # over any sum of scores: articles with all the words before those with some


@dataclass(frozen=True, slots=True)
class Ordering:
    """An order of documents. By relevance those that are ``pinned`` come first, in their order; then a higher ``tier``
    (None: all are alike), then a higher score. ``scores`` may change while it is in use."""

    snapshot: Snapshot
    scores: Weights
    tier: NDArray[np.int8] | None
    sort: Sort
    pinned: Documents

    def key(self, documents: Documents) -> NDArray[Any]:
        """A number of each document: the smallest comes first."""
        if self.sort == "newest":
            return self.snapshot.newest_first[documents]
        if self.sort == "oldest":
            dates = self.snapshot.dates[documents]
            return np.where(dates == schema.NO_DATE, np.iinfo(np.int64).max, dates)
        if self.tier is None and not len(self.pinned):
            return -self.scores[documents]
        key = -self.scores[documents].astype(np.float64)
        if self.tier is not None:
            key -= self.tier[documents] * _TIER_SCORE
        if len(self.pinned):
            by_document = np.argsort(self.pinned)
            at = places(self.pinned[by_document], documents)
            is_pinned = self.pinned[by_document][at] == documents
            key[is_pinned] = by_document[at[is_pinned]] - 10 * _TIER_SCORE
        return key

    def first(self, documents: Documents, count: int) -> Documents:
        """The first ``count`` of some documents, in order."""
        return documents[first(self.snapshot, documents, self.key(documents), count)]


def first(snapshot: Snapshot, documents: Documents, key: NDArray[Any], count: int) -> NDArray[np.int64]:
    """Where the ``count`` documents with the smallest keys are, in order."""
    if len(documents) <= count:
        return _sorted(snapshot, documents, key)
    kept: NDArray[np.int64] = (key <= np.partition(key, count - 1)[count - 1]).nonzero()[0]
    return kept[_sorted(snapshot, documents[kept], key[kept])[:count]]


def _sorted(snapshot: Snapshot, documents: Documents, key: NDArray[Any]) -> NDArray[np.int64]:
    order: NDArray[np.int64] = np.lexsort((snapshot.order[documents], snapshot.newest_first[documents], key))
    return order
