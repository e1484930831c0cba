"""In which order are the articles of an answer? By a key, the smallest first; of equals the newer, then a fixed order.

Not here: where scores come from (evaluating.py, reader.py).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from article_search.arrays import ranks
from article_search.backends.base import NO_DATE
from article_search.backends.embedded.reading.columns import Documents
from article_search.backends.embedded.reading.snapshot import Snapshot, Weights
from article_search.late import dataclass
from article_search.query.search import Sort

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
            return np.where(dates == NO_DATE, np.iinfo(np.int64).max, dates)
        if self.tier is None and not len(self.pinned):
            return -self.scores[documents]
        key = -self.scores[documents].astype(np.float64)
        if self.tier is not None:
            key -= self.tier[documents] * _TIER_SCORE
        if len(self.pinned):
            by_document = np.argsort(self.pinned)
            at = ranks(self.pinned[by_document], documents)
            is_pinned = self.pinned[by_document][at] == documents
            key[is_pinned] = by_document[at[is_pinned]] - 10 * _TIER_SCORE
        return key

    def first(self, documents: Documents, count: int) -> Documents:
        """The first ``count`` of some documents, in order."""
        key = self.key(documents)
        if len(documents) > count:
            kept = (key <= np.partition(key, count - 1)[count - 1]).nonzero()[0]
            documents, key = documents[kept], key[kept]
        order = np.lexsort((self.snapshot.order[documents], self.snapshot.newest_first[documents], key))
        return documents[order[:count]]
