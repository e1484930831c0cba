"""How high does what was wanted stand? The rank of a question's first right document, and what many of them come to."""

from __future__ import annotations

import statistics
from collections.abc import Collection, Iterable, Sequence

FIRST_PAGE = 10  # ranks that are scored where few read on


def first(ranking: Sequence[str], right: Collection[str]) -> int | None:
    """The rank, from 1, of the first id that is right; None where there is none."""
    return next((rank for rank, id in enumerate(ranking, 1) if id in right), None)


def reciprocal(ranks: Iterable[int | None]) -> float:
    """The mean of one divided by the rank, 0 for None (MRR)."""
    return statistics.fmean(1 / rank if rank else 0.0 for rank in ranks)
