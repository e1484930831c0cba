"""Small helpers about arrays that more than one module needs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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


def places(within: NDArray[Any], values: NDArray[Any]) -> NDArray[np.int64]:
    """Where each value stands or would stand in a sorted array that is not empty; the last place for larger ones."""
    found = within.searchsorted(values)
    return np.minimum(found, len(within) - 1, out=found)


def common(one: NDArray[Any], other: NDArray[Any]) -> NDArray[Any]:
    """The values that two sorted arrays without repetitions share."""
    few, many = (one, other) if len(one) < len(other) else (other, one)
    if len(few) * 16 < len(many):
        return few[members(many, few)]
    # A stable sort finds the two runs and merges them, which is faster than looking up one by one.
    both = np.concatenate((many, few))
    both.sort(kind="stable")
    return np.asarray(both[1:][both[1:] == both[:-1]])


def distinct(values: NDArray[Any]) -> NDArray[Any]:
    """A sorted array without repetitions."""
    first = np.concatenate((np.ones(min(len(values), 1), np.bool_), values[1:] != values[:-1]))
    return np.asarray(values[first])


def run_starts(values: NDArray[Any]) -> NDArray[np.int64]:
    """Where each run of equal values begins."""
    if not len(values):
        return np.empty(0, np.int64)
    return np.concatenate(([True], values[1:] != values[:-1])).nonzero()[0]


def members(within: NDArray[Any], values: NDArray[Any]) -> NDArray[np.bool_]:
    """Which values a sorted array has."""
    if not len(within):
        return np.zeros(len(values), np.bool_)
    return np.asarray(within[places(within, values)] == values)
