"""Small helpers about sorted arrays that more than one room needs. Not here: how arrays are stored (columnar)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def ranks(within: NDArray[Any], values: NDArray[Any]) -> NDArray[np.int64]:
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
    return np.asarray(within[ranks(within, values)] == values)
