"""Of articles that say nearly the same one is shown: which, and how are they counted? The first in order, and as one,
here and in facets.

Few articles repeat others, and only those are looked at. Not here: which do (repeats.py).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from article_search.arrays import run_starts
from article_search.backends.embedded.reading.columns import Documents, Mask
from article_search.backends.embedded.reading.snapshot import Snapshot
from article_search.backends.embedded.reading.tallies import Tally, packed

Members = NDArray[np.int64]  # by group, how many documents of it were found
_NO_GROUPS: Members = np.empty(0, np.int64)


class Collapsing:
    """Counts and picks articles of one snapshot; with ``each`` every one counts for itself."""

    def __init__(self, snapshot: Snapshot, each: bool) -> None:
        self._snapshot = snapshot
        self._each = each or not len(snapshot.repeats[0])
        self._packed: tuple[Mask, NDArray[np.uint64]] | None = None

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

    def values(self, column: Literal["category", "month"], mask: Mask) -> list[tuple[str, int]]:
        """The same by value of a column, those that none has left out."""
        snapshot, key = self._snapshot, (column, self._each)
        tally: Tally | None = snapshot.tallies.get(key)
        documents, values, names = snapshot.categories if column == "category" else snapshot.months
        if tally is None:
            groups = np.full(snapshot.size, -1, np.int32) if self._each else snapshot.group_of
            tally = snapshot.tallies[key] = Tally(documents, values, len(names), groups)
        if self._packed is None or self._packed[0] is not mask:
            self._packed = mask, packed(mask)  # often the same for both columns
        counts = tally.counts(*self._packed).tolist()
        return [(name, count) for name, count in zip(names, counts, strict=True) if count]

    def best(self, mask: Mask, key: Callable[[Documents], NDArray[Any]]) -> tuple[Mask, Members]:
        """The articles without those that repeat a better one, and how many of each group were found. ``key`` tells
        what comes first: the smallest, of equals the newest."""
        if self._each:
            return mask, _NO_GROUPS
        documents, groups, starts = self._snapshot.grouped
        found = mask[documents].nonzero()[0]
        documents, groups = documents[found], groups[found]
        members = np.bincount(groups, minlength=len(starts))
        several = (members[groups] > 1).nonzero()[0]
        if not len(several):
            return mask, members
        documents, groups = documents[several], groups[several]
        keys, starts = key(documents), run_starts(groups)
        least = np.minimum.reduceat(keys, starts)
        best = (keys == np.repeat(least, np.diff(starts, append=len(groups)))).nonzero()[0]
        mask = mask.copy()
        mask[documents] = False
        mask[documents[best[run_starts(groups[best])]]] = True
        return mask, members

    def others(self, members: Members, documents: Documents) -> NDArray[np.int64]:
        """For each of some articles that are shown, how many were left out for it."""
        if not len(members):
            return np.zeros(len(documents), np.int64)
        groups = self._snapshot.group_of[documents]
        return np.where(groups >= 0, members[groups] - 1, 0)
