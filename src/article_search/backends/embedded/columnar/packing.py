"""How do many small numbers fit into few bytes, each still within reach? Low bits at fixed places, the rest apart.

An array ``<name>`` of bytes holds the low 8 bits of each number. With ``<name>.high``, two to a byte, come 4 bits more
(the even number's are the lower ones). Numbers that need more still are named by ``<name>.at``, ascending, and what is
left of them is in ``<name>.rest``. Where that would not be smaller, ``<name>`` is an ordinary array of wider numbers,
and there are no others. Not here: what the numbers mean (fields.py).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from article_search.arrays import ranks
from article_search.backends.embedded.columnar import arrays
from article_search.backends.embedded.columnar.container import Array, Container

_RUN = 1 << 20  # numbers packed at a time; even
_REST_BYTES = 5  # about what a number costs that does not fit


def packed(name: str, numbers: Array) -> dict[str, Array]:
    """Whole numbers from 0 on as arrays of a container; numbers that are not unsigned stay as they are."""
    if numbers.dtype.kind != "u":
        return {name: numbers}
    largest = int(numbers.max()) if len(numbers) else 0
    over_8, over_12 = (int(np.count_nonzero(numbers > most)) if largest > most else 0 for most in (0xFF, 0xFFF))
    packer = Packer(fewest_bits(largest, len(numbers), over_8, over_12))
    packer.add(numbers)
    return packer.arrays(name)


def fewest_bits(largest: int, count: int, over_8: int, over_12: int) -> int:
    """The bits, 8 or 12, by which so many numbers take least room, or 0 for none; ``over_8`` and ``over_12`` tell how
    many of them take more bits than that."""
    if largest < 256 or largest >= 1 << 32:
        return 0
    sizes = {
        8: count + _REST_BYTES * over_8,
        12: count * 3 // 2 + _REST_BYTES * over_12,
        0: count * np.min_scalar_type(largest).itemsize,
    }
    return min(sizes, key=sizes.__getitem__)


class Packer:
    """Packs numbers that come in parts, by so many bits as ``fewest_bits`` says."""

    def __init__(self, bits: int) -> None:
        self._bits = bits
        self._low: list[Array] = []
        self._high: list[Array] = []
        self._at: list[Array] = []
        self._rest: list[Array] = []
        self._count = 0
        self._odd: Array = np.empty(0, np.uint8)  # two numbers share a byte: the last one waits for another

    def add(self, numbers: Array) -> None:
        """Some more unsigned numbers."""
        if self._bits == 12:
            if len(self._odd):
                numbers = np.concatenate((self._odd, numbers))
            even = len(numbers) // 2 * 2
            self._odd, numbers = numbers[even:].copy(), numbers[:even]
        self._put(numbers)

    def _put(self, numbers: Array) -> None:
        if not self._bits:
            self._low.append(arrays.smallest(numbers))
            return
        self._low.append(numbers.astype(np.uint8))
        if self._bits == 12:
            self._high.append(_halves(numbers))
        at = np.flatnonzero(numbers >= 1 << self._bits)
        if len(at):
            self._at.append(at + self._count)
            self._rest.append(arrays.smallest(numbers[at] >> self._bits))
        self._count += len(numbers)

    def arrays(self, name: str) -> dict[str, Array]:
        """All numbers as arrays of a container; nothing can be added afterwards."""
        if len(self._odd):
            self._put(self._odd)
        found = {name: arrays.drained(self._low)}
        if self._bits == 12:
            found[f"{name}.high"] = arrays.drained(self._high)
        if self._at:
            found |= {
                f"{name}.at": arrays.smallest(arrays.drained(self._at)),
                f"{name}.rest": arrays.drained(self._rest),
            }
        return found


def _halves(numbers: Array) -> NDArray[np.uint8]:
    """Bits 8 to 11 of each number, two numbers to a byte."""
    halves = np.zeros((len(numbers) + 1) // 2, np.uint8)
    for start in range(0, len(numbers), _RUN):
        high = (numbers[start : start + _RUN] >> 8).astype(np.uint8) & 15
        begin = start // 2
        halves[begin : begin + (len(high) + 1) // 2] = high[0::2]
        halves[begin : begin + len(high) // 2] |= high[1::2] << 4
    return halves


class Packed:
    """Numbers of ``packed`` in a container; each page is checked when it is first read."""

    def __init__(self, container: Container, name: str) -> None:
        self._container = container
        self._name = name
        self._low = container.view(name)
        self._high = container.view(f"{name}.high") if f"{name}.high" in container else None
        self._bits = 12 if self._high is not None else 8
        self._has_rest = f"{name}.at" in container

    def __len__(self) -> int:
        return len(self._low)

    @property
    def is_wide(self) -> bool:
        """Whether the numbers are kept as they are and take more than a byte."""
        return self._low.dtype.itemsize > 1

    @property
    def bits(self) -> int:
        """By how many the numbers are packed; 0 when they are kept as they are."""
        return self._bits if self._high is not None or self._has_rest else 0

    @cached_property
    def _at(self) -> Array:
        return self._container.array(f"{self._name}.at")

    @cached_property
    def _places(self) -> memoryview:
        return self._at.data  # faster to search than an array, where it is one number

    @cached_property
    def _rest(self) -> Array:
        return self._container.array(f"{self._name}.rest")

    def part(self, start: int, stop: int) -> Array:
        """Numbers ``start`` to ``stop``; a view where they are kept as bytes."""
        numbers = self._low.part(start, stop)
        if start >= stop:
            return numbers
        if self._high is not None:
            halves = self._high.part(start // 2, (stop + 1) // 2)
            wide = np.empty(2 * len(halves), np.uint16)
            np.left_shift(halves & 15, 8, out=wide[0::2], dtype=np.uint16)
            np.left_shift(halves >> 4, 8, out=wide[1::2], dtype=np.uint16)
            wide = wide[start % 2 : start % 2 + len(numbers)]
            wide |= numbers
            numbers = wide
        first, last = self._rest_between(start, stop)
        if first == last:
            return numbers
        numbers = numbers.astype(np.uint32)
        numbers[self._at[first:last].astype(np.int64) - start] |= self._rest[first:last].astype(np.uint32) << self._bits
        return numbers

    def chosen(self, indices: NDArray[np.int64]) -> Array:
        """Some numbers, by ascending index."""
        if not len(indices):
            return np.empty(0, np.uint8)
        start, stop = int(indices[0]), int(indices[-1]) + 1
        if stop - start < 4 * len(indices) + 200:
            return self.part(start, stop)[indices - start]
        numbers = self._low.chosen(indices)
        if self._high is not None:
            halves = self._high.chosen(indices >> 1).astype(np.uint16)
            halves >>= ((indices & 1) << 2).astype(np.uint16)
            halves &= 15
            numbers = (halves << 8) | numbers
        first, last = self._rest_between(start, stop)
        if first < last:
            at = self._at[first:last]
            wanted = indices.astype(at.dtype)
            places = ranks(at, wanted)
            there = at[places] == wanted
            numbers = numbers.astype(np.uint32)
            numbers[there] |= self._rest[first:last][places[there]].astype(np.uint32) << self._bits
        return numbers

    def _rest_between(self, start: int, stop: int) -> tuple[int, int]:
        if not self._has_rest:
            return 0, 0
        first = bisect_left(self._places, start)
        return first, bisect_left(self._places, stop, first)


def common_bits(parts: Iterable[Packed]) -> int:
    """The bits by which to pack the numbers of several arrays together: those that suit the widest of them."""
    parts = list(parts)
    return 0 if any(part.is_wide for part in parts) else max((part.bits for part in parts), default=0)


def unpacked(container: Container, name: str) -> Packed | None:
    """A reader of the numbers of that name, None when there are none."""
    return Packed(container, name) if name in container else None
