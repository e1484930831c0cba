"""How much does the age of an article count? Where a site asks for it, what is new ranks a little higher.

Not here: sorting by date, which is another order altogether.
"""

from __future__ import annotations

from datetime import datetime

import numpy as np

from article_search.backends.embedded import schema
from article_search.backends.embedded.snapshot import Documents, Snapshot, Weights
from article_search.settings import Recency

_DAY = 86_400.0


def factors(snapshot: Snapshot, documents: Documents, recency: Recency, now: datetime) -> Weights:
    """By document, what its score is multiplied by: 1 + weight for one of this moment, 1 after a half-life and where
    the date is not known, 1 - weight in the end."""
    dates = snapshot.dates[documents]
    known = dates != schema.NO_DATE
    days = np.maximum(now.timestamp() - dates[known].astype(np.float64), 0) / _DAY
    found = np.ones(len(documents), np.float32)
    found[known] += (recency.weight * (2 * 0.5 ** (days / recency.half_life) - 1)).astype(np.float32)
    return found
