"""In which order are the articles of an answer? By a key, the smallest first; of equals the newer, then a fixed order.

Not here: where scores come from (evaluating.py, reader.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from article_search.arrays import ranks
from article_search.backends.base import NO_DATE
from article_search.backends.embedded.reading.columns import Documents, Mask
from article_search.backends.embedded.reading.snapshot import Snapshot, Weights
from article_search.late import dataclass
from article_search.query.search import Sort

_TIER_SCORE = 1e6  # over any sum of scores: articles with all the words before those with some
_SAMPLE = 4096  # documents that are looked at to tell where the first ones end
_MARGIN = 8  # more of them than would do on average


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

    def first(self, shown: Mask, count: int) -> Documents:
        """The first ``count`` of some documents, in order."""
        if self.sort != "relevance":
            return self._class(shown, self.key(np.arange(len(shown))), count)
        pinned = self.pinned[shown[self.pinned]][:count]
        if len(self.pinned):
            shown = shown.copy()
            shown[self.pinned] = False
        found, keys = [pinned.astype(np.int64)], -self.scores
        # What is of a higher tier comes first whatever it scores, and is often enough.
        for each in self._tiers(shown):
            wanted = count - sum(map(len, found))
            if wanted <= 0:
                break
            found.append(self._class(each, keys, wanted))
        return np.concatenate(found)

    def _tiers(self, shown: Mask) -> Iterator[Mask]:
        """Some documents by their tiers, the highest first."""
        if self.tier is None:
            yield shown
            return
        for tier in range(int(self.tier.max(initial=0)), -1, -1):
            yield shown & (self.tier == tier)

    def _class(self, among: Mask, keys: NDArray[Any], count: int) -> Documents:
        """The first of some documents by a key that all documents have, then by date and their fixed order."""
        documents = self._candidates(among, keys, count)
        keys = keys[documents]
        if len(documents) > count:
            kept = (keys <= np.partition(keys, count - 1)[count - 1]).nonzero()[0]
            documents, keys = documents[kept], keys[kept]
        order = np.lexsort((self.snapshot.order[documents], self.snapshot.newest_first[documents], keys))
        return documents[order[:count]]

    def _candidates(self, among: Mask, keys: NDArray[Any], count: int) -> Documents:
        """Those of some documents among which the first ones are: of many, a sample tells about where these end."""
        step = len(among) // _SAMPLE
        if step > 1:
            sample = keys[::step][among[::step]]
            rank = count // step + _MARGIN
            if rank < len(sample):
                bound = np.partition(sample, rank)[rank]
                found: Documents = (among & (keys <= bound)).nonzero()[0]
                if len(found) >= count:
                    return found
        every: Documents = among.nonzero()[0]
        return every
