"""Of articles that say nearly the same one is shown: which, and how are they counted? As one, here and in facets.

Few articles repeat others, and only those are looked at. Not here: which do (repeats.py).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from article_search.backends.embedded.snapshot import Documents, Mask, Snapshot


class Collapsing:
    """Counts and picks articles of one snapshot; with ``each`` every one counts for itself."""

    def __init__(self, snapshot: Snapshot, each: bool) -> None:
        self._snapshot = snapshot
        self._each = each or not len(snapshot.repeats[0])

    def count(self, mask: Mask) -> int:
        """How many groups some articles are; one that repeats no other is a group."""
        count = int(np.count_nonzero(mask))
        if self._each:
            return count
        documents, groups = self._snapshot.repeats
        chosen = groups[mask[documents]]
        there = np.zeros(len(documents), np.bool_)  # by group, of which there are fewer than documents
        there[chosen] = True
        return count - len(chosen) + int(np.count_nonzero(there))

    def counts(self, mask: Mask, documents: Documents, values: NDArray[np.int64], size: int) -> NDArray[np.int64]:
        """The same by value, from pairs (document, value) of which none is there twice; values are below ``size``."""
        chosen = np.flatnonzero(mask[documents])  # several times as fast as choosing by a mask again and again
        values = values[chosen]
        counts = np.bincount(values, minlength=size)
        if self._each:
            return counts
        groups = self._snapshot.group_of[documents[chosen]]
        repeating = np.flatnonzero(groups >= 0)
        pairs = values[repeating] * np.int64(len(self._snapshot.repeats[0])) + groups[repeating]
        again = np.sort(pairs)
        again = again[1:][again[1:] == again[:-1]] // len(self._snapshot.repeats[0])
        return counts - np.bincount(again, minlength=size)

    def best(self, mask: Mask, order: Callable[[Documents], NDArray[np.int64]]) -> tuple[Mask, dict[int, int]]:
        """The articles without those that repeat a better one, and by document how many were left out for it.
        ``order`` tells the order of some documents, best first."""
        if self._each:
            return mask, {}
        documents, groups = self._snapshot.repeats
        chosen = mask[documents]
        documents, groups = documents[chosen], groups[chosen]
        members = np.bincount(groups)
        several = members[groups] > 1
        documents, groups = documents[several], groups[several]
        if not len(documents):
            return mask, {}
        worst_first = order(documents)[::-1]
        best = np.zeros(len(members), np.int64)
        best[groups[worst_first]] = documents[worst_first]  # of several with one index the last is kept
        found = np.flatnonzero(members > 1)
        kept, counts = best[found], members[found]
        mask = mask.copy()
        mask[documents] = False
        mask[kept] = True
        return mask, dict(zip(kept.tolist(), (counts - 1).tolist(), strict=True))
