"""How many of some documents have each value of a column? Counted by bits where a value is frequent.

Documents of one group count once for each value. Not here: which documents are a group (repeats.py).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from article_search.arrays import distinct, run_starts
from article_search.backends.embedded.reading.columns import Documents, Mask

_FREQUENT = 64  # a value that one in so many documents has is a row of bits, no larger than their numbers


class Tally:
    """Pairs (document, value) of a column, none there twice and values below ``count``, made ready to be counted.
    ``group_of``: by document, the number of its group, -1 for one that is a group by itself."""

    def __init__(
        self, documents: Documents, values: NDArray[np.int64], count: int, group_of: NDArray[np.int32]
    ) -> None:
        self._count, size = count, len(group_of)
        grouped = group_of[documents] >= 0
        alone, values_alone = documents[~grouped], values[~grouped]
        frequent = np.bincount(values_alone, minlength=count) * _FREQUENT > size
        self._frequent = frequent.nonzero()[0]
        self._bits = np.zeros((len(self._frequent), -(-size // 64)), np.uint64)
        for row, value in zip(self._bits, self._frequent.tolist(), strict=True):
            having = np.zeros(size, np.bool_)
            having[alone[values_alone == value]] = True
            row[:] = packed(having)
        rest = ~frequent[values_alone]
        alone, values_alone = alone[rest], values_alone[rest]
        order = np.argsort(values_alone, kind="stable")
        self._documents = alone[order].astype(np.int32)
        self._rare, self._begins = _runs(values_alone[order])
        # A group has a value if one of its documents has it.
        pairs = group_of[documents[grouped]].astype(np.int64) * count + values[grouped]
        order = np.argsort(pairs, kind="stable")
        self._grouped, pairs = documents[grouped][order], pairs[order]
        found = distinct(pairs)
        self._pair, self._value_of_pair = np.searchsorted(found, pairs), found % max(count, 1)

    def counts(self, mask: Mask, bits: NDArray[np.uint64]) -> NDArray[np.int64]:
        """By value, how many of some documents have it; ``bits`` are the mask, packed."""
        having = np.zeros(len(self._value_of_pair), np.bool_)
        having[self._pair[mask[self._grouped]]] = True
        counts = np.bincount(self._value_of_pair[having], minlength=self._count)
        counts[self._frequent] += np.bitwise_count(self._bits & bits).sum(axis=1, dtype=np.int64)
        if len(self._documents):
            # Added up run by run: to choose the values of what is found, and count those, takes twice as long.
            counts[self._rare] += np.add.reduceat(mask.take(self._documents), self._begins, dtype=np.int64)
        return counts


def _runs(values: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The values of a sorted array, and where each begins."""
    begins = run_starts(values)
    return values[begins], begins


def packed(mask: Mask) -> NDArray[np.uint64]:
    """A bit a document."""
    found = np.zeros(-(-len(mask) // 64) * 8, np.uint8)
    found[: -(-len(mask) // 8)] = np.packbits(mask)
    return found.view(np.uint64)
