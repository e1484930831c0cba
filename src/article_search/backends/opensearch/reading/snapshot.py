"""What is known of one commit on a cluster? Its record, and what was asked of it lately.

Shared by threads and requests; nothing in it changes but by being forgotten. Not here: what is asked (reader.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from article_search.backends.base import TEXT_FIELDS
from article_search.backends.cache import Cache, rooms
from article_search.backends.opensearch.cluster import Cluster, Json, MissingError
from article_search.backends.opensearch.records import Record
from article_search.errors import IndexUnavailableError

_BODIES = 64 * 2**20  # bytes of texts of articles


class Snapshot:
    """One commit. ``room``: bytes of memory for what is kept of it, 0 for what is usual."""

    def __init__(self, cluster: Cluster, record: Record, zone: ZoneInfo, room: int = 0) -> None:
        self.cluster, self.record, self.zone = cluster, record, zone
        self.seen = record.seen()
        self.averages = {name: record.averages.get(name, 1.0) for name in TEXT_FIELDS}
        shares = rooms(room, 0)
        self.words: Cache[object, Any] = Cache(shares["words"])  # what answering makes of words
        self.known: Cache[object, Any] = Cache(shares["terms"])  # counts
        self.heads: Cache[str, Any] = Cache(shares["heads"])
        self.bodies: Cache[str, Any] = Cache(min(_BODIES, shares["scores"]))
        self.made: dict[object, Any] = {}

    def search(self, searches: Sequence[Json], until: float) -> list[Json]:
        """The answers to some searches of the articles of the commit, with nothing left out."""
        try:
            return self.cluster.search(self.record.index, searches, until)
        except MissingError:
            raise self.gone() from None

    def documents(self, ids: Sequence[str], parts: Sequence[str], until: float) -> list[Json]:
        """Some parts of some documents."""
        try:
            return self.cluster.documents(self.record.index, ids, parts, until)
        except MissingError:
            raise self.gone() from None

    def gone(self) -> IndexUnavailableError:
        """The error for what another commit has taken away since."""
        return self.cluster.unavailable(f"the index {self.record.index} was exchanged while it was asked")
