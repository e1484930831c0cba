"""Small helpers about arrays that more than one module needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def smallest(values: NDArray[Any]) -> NDArray[Any]:
    """Whole numbers from 0 on in the smallest unsigned type that holds them all."""
    if len(values) == 0:
        return values.astype(np.uint8)
    return values.astype(np.min_scalar_type(int(values.max())), copy=False)


def weights(values: NDArray[Any]) -> NDArray[Any] | None:
    """Weights of postings in the smallest type that holds them exactly as float32 would; None when all are 1."""
    if len(values) == 0 or (values == 1).all():
        return None
    if values.dtype.kind == "u":
        return smallest(values)
    if ((values >= 0) & (values < 2**53) & (values == np.floor(values))).all():
        return smallest(values.astype(np.uint64))
    return values.astype(np.float32)


def joined(parts: Sequence[bytes]) -> tuple[NDArray[np.uint8], NDArray[Any]]:
    """Byte strings one after the other, and where each ends."""
    ends = np.cumsum(np.fromiter(map(len, parts), np.uint64, len(parts)), dtype=np.uint64)
    return np.frombuffer(b"".join(parts), np.uint8), smallest(ends)


def concatenated(parts: Iterable[NDArray[Any]]) -> NDArray[Any]:
    """Arrays one after the other; of none, an empty array of bytes."""
    found = list(parts)
    return np.concatenate(found) if found else np.empty(0, np.uint8)


def drained(parts: list[NDArray[Any]]) -> NDArray[Any]:
    """The same, and the list is empty afterwards: each array's memory is let go of before the next is copied."""
    if len(parts) < 2:
        return parts.pop() if parts else np.empty(0, np.uint8)
    found = np.empty(sum(map(len, parts)), np.result_type(*parts))
    end = len(found)
    while parts:
        part = parts.pop()
        found[end - len(part) : end] = part
        end -= len(part)
    return found


def begins(sizes: Iterable[NDArray[Any]]) -> NDArray[np.int64]:
    """Where each of some things begins that are so large, in parts, and where the last ends."""
    every: list[NDArray[Any]] = [np.zeros(1, np.int64), *sizes]
    return np.cumsum(np.concatenate(every), dtype=np.int64)


def runs(costs: NDArray[np.int64], most: int) -> Iterator[tuple[int, int]]:
    """Ranges of some things, each of one or of about so much by what each costs."""
    ends = np.cumsum(costs)
    first = 0
    while first < len(costs):
        done = int(ends[first - 1]) if first else 0
        last = max(first + 1, int(np.searchsorted(ends, done + most, side="right")))
        yield first, last
        first = last
