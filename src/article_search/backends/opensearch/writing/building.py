"""How do files become documents on a cluster? Loaded, made and sent, some at a time, in this process or in workers.

Not here: what is in a document (schema.py), which version of an article is seen (indexing.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from article_search.backends import workers
from article_search.backends.base import Update, Vectors
from article_search.backends.opensearch import schema
from article_search.backends.opensearch.cluster import Address, Cluster
from article_search.backends.opensearch.writing import grouping, versions
from article_search.backends.opensearch.writing.sending import Sender
from article_search.reading.files import FileState, Load


@dataclass(frozen=True, slots=True)
class Making:
    """What documents of a step of a run are made by; can be sent to worker processes."""

    index: str
    zone: ZoneInfo
    run: int
    step: int
    vectors: Vectors | None


class Taken(NamedTuple):
    """Some files read, and of the articles written what tells which are alike, as bytes (grouping.py)."""

    update: Update
    rows: bytes


class Builder:
    """Makes documents of files and sends them."""

    def __init__(self, cluster: Cluster, making: Making) -> None:
        self._making = making
        self._vector_of = making.vectors.load() if making.vectors else None
        self._sender = Sender(cluster, making.index)

    def take(self, ids: Sequence[str], load: Load) -> Taken:
        """Loads files and writes their articles, at the latest when it has ``finished``."""
        files: dict[str, FileState] = {}
        written, rows = [], []
        run, zone = self._making.run, self._making.zone
        for id in ids:
            loaded = load(id)
            files[id] = loaded.state
            if (article := loaded.article) is None:
                continue
            kept = schema.kept(article, self._vector_of(article) if self._vector_of else None)
            document = schema.document(kept, zone, run)
            self._sender.index(schema.document_id(id, run), document, **versions.first(self._making.step))
            rows.append(grouping.row(document))
            written.append(id)
        return Taken(Update(files, frozenset(written)), b"".join(rows))

    def finished(self) -> None:
        """Sees that all is written."""
        self._sender.flush()


def work(address: Address, making: Making, ids: Sequence[str], load: Load, taken: Any, send: workers.Send) -> None:
    """A worker process: takes chunks of files until there are none."""
    cluster = Cluster(address)  # connections cannot be shared
    try:
        builder = Builder(cluster, making)
        for some in workers.chunks(ids, taken):
            send(builder.take(some, load))
        builder.finished()
    finally:
        cluster.close()
