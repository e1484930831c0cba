"""Which terms are there, and what is the number of one? Sorted byte strings, one after the other, and where each ends.

Not here: what is known of a term (fields.py, unions.py).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from article_search.backends.embedded.columnar.container import Array, ContainerError, View

_NEAR = 128  # terms so near each other that a search among them is not worth remembering
_RUN = 128  # terms read at a time when they are listed


class Terms:
    """Terms in order, numbered from 0."""

    def __init__(self, blob: View, ends: View) -> None:
        self._blob, self._ends = blob, ends
        self.count = len(ends)
        self._landmarks: dict[int, bytes] = {}  # terms that earlier searches compared with first

    def term(self, number: int) -> bytes:
        """The bytes of a term."""
        start = self._ends.item(number - 1) if number else 0
        return self._blob.bytes(start, self._ends.item(number))

    def closest(self, term: bytes) -> int:
        """Number of the first term that is not before ``term``; ``count`` when there is none."""
        low, high = 0, self.count
        landmarks = self._landmarks
        while high - low > _NEAR:
            middle = (low + high) // 2
            text = landmarks.get(middle)
            if text is None:
                text = landmarks[middle] = self.term(middle)
            if text < term:
                low = middle + 1
            else:
                high = middle
        if low == high:
            return low
        ends = self._ends.numbers(max(low - 1, 0), high)
        base = ends[low - 1] if low else 0
        near = self._blob.bytes(base, ends[high - 1])
        while low < high:
            middle = (low + high) // 2
            if near[ends[middle - 1] - base if middle else 0 : ends[middle] - base] < term:
                low = middle + 1
            else:
                high = middle
        return low

    def find(self, term: bytes) -> int | None:
        """Number of a term, None when it is not there."""
        number = self.closest(term)
        return number if number < self.count and self.term(number) == term else None

    def terms(self, start: int = 0) -> Iterator[bytes]:
        """The terms in order, from a number on."""
        for first in range(start, self.count, _RUN):
            last = min(first + _RUN, self.count)
            place = self._ends.item(first - 1) if first else 0
            for end in self._ends.part(first, last).tolist():
                yield self._blob.bytes(place, end)
                place = end

    def chosen(self, numbers: NDArray[np.int64]) -> tuple[Array, NDArray[np.int64]]:
        """The bytes of some terms, ascending, one after the other, and how many each has."""
        if not len(numbers):
            return np.empty(0, np.uint8), np.empty(0, np.int64)
        first, last = int(numbers[0]), int(numbers[-1])
        if last - first == len(numbers) - 1:
            bounds = np.append(self._ends.item(first - 1) if first else 0, self._ends.part(first, last + 1))
            return self._blob.part(int(bounds[0]), int(bounds[-1])), (bounds[1:] - bounds[:-1]).astype(np.int64)
        ends = self._ends.chosen(numbers).astype(np.int64)
        starts = self._ends.chosen(np.maximum(numbers - 1, 0)).astype(np.int64)
        starts[numbers == 0] = 0
        sizes = ends - starts
        if int(sizes.min()) < 0:
            raise ContainerError("an array refers to bytes that are not there")
        before = np.cumsum(sizes) - sizes
        return self._blob.chosen(np.repeat(starts - before, sizes) + np.arange(int(sizes.sum()))), sizes

    def term_bytes(self) -> tuple[Array, Array]:
        """The bytes of all terms, one term after the other, and where each ends."""
        return self._blob.whole(), self._ends.whole()
