"""Small helpers about sorted arrays that more than one room needs. Not here: how arrays are stored (columnar)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def distinct(values: NDArray[Any]) -> NDArray[Any]:
    """A sorted array without repetitions."""
    first = np.concatenate((np.ones(min(len(values), 1), np.bool_), values[1:] != values[:-1]))
    return np.asarray(values[first])


def run_starts(values: NDArray[Any]) -> NDArray[np.int64]:
    """Where each run of equal values begins."""
    if not len(values):
        return np.empty(0, np.int64)
    return np.concatenate(([True], values[1:] != values[:-1])).nonzero()[0]
