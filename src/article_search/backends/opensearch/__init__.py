"""The index on an OpenSearch cluster, where one machine is not enough. Implements the Backend protocol.

The cluster keeps shards, copies and failover; terms, formulas and rules are ours. ``reading`` answers the primitives,
``writing`` makes the next commit. Not here: what a question means (answering).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from article_search.backends import signatures
from article_search.backends.base import Deadline, Summary, Vectors
from article_search.backends.opensearch import records, schema
from article_search.backends.opensearch.cluster import Address, Cluster, understanding
from article_search.backends.opensearch.reading.reader import ClusterReader
from article_search.backends.opensearch.reading.snapshot import Snapshot
from article_search.errors import ArticleSearchError
from article_search.limits import LIMITS
from article_search.reading.files import Files

if TYPE_CHECKING:
    from article_search.backends.opensearch.writing.indexing import OpenSearchWriter


class OpenSearchBackend:
    """Searches the newest commit of an index on a cluster; a new commit is seen by the next call. Safe to share between
    threads."""

    def __init__(
        self,
        hosts: Sequence[str],
        *,
        index: str,
        signature: str,
        zone: ZoneInfo,
        shards: int = 1,
        replicas: int = 1,
        user: str | None = None,
        password: str | None = None,
        ca_certs: Path | None = None,
        timeout: float = 1.0,
        workers: int = 0,
        cache_mb: int = 0,
        vectors: Vectors | None = None,
    ) -> None:
        self._address = Address(tuple(hosts), user, password, ca_certs, timeout)
        self._cluster = Cluster(self._address)
        self._name, self._zone = index, zone
        self._shards, self._replicas = shards, replicas
        self._signature = schema.signature(signature, zone, shards, vectors)
        self._vectors = vectors
        self._workers = workers
        self._room = cache_mb * 2**20
        self._lock = threading.Lock()
        self._open: Snapshot | None = None

    def _until(self) -> float:
        return time.monotonic() + LIMITS.search_seconds

    @contextmanager
    def reader(self, deadline: Deadline | None = None) -> Iterator[ClusterReader]:
        """The newest commit, for one request."""
        deadline = deadline or Deadline()
        until = max(deadline.at, time.monotonic()) + self._address.timeout
        with self._cluster.understood():
            yield ClusterReader(self._snapshot(until), deadline)

    def _snapshot(self, until: float) -> Snapshot:
        record = records.require(self._cluster, self._name, until)
        with self._lock:
            if self._open is None or self._open.record.seal != record.seal:
                self._open = Snapshot(self._cluster, record, self._zone, self._room)
            return self._open

    @understanding
    def exists(self) -> bool:
        """Whether there is an index to search."""
        found = records.read(self._cluster, self._name)
        return found is not None and bool(found.record.index)

    @understanding
    def commit_id(self) -> str:
        """Names the newest commit."""
        return records.require(self._cluster, self._name, self._until()).seal

    @understanding
    def summary(self) -> Summary:
        """Size and age of the index."""
        record = records.require(self._cluster, self._name)
        return Summary(record.articles, self._cluster.size(record.index), record.moment)

    @understanding
    def files(self) -> Files:
        """What the newest commit knows of each content file."""
        from article_search.backends.opensearch.writing.manifest import manifest  # which a search does without

        return manifest(self._cluster, self._name, records.require(self._cluster, self._name).chain)

    @understanding
    def signature_matches(self) -> bool:
        """Whether the newest commit was made with today's settings and program."""
        return signatures.suffices(records.require(self._cluster, self._name).signature, self._signature)

    @understanding
    def verify(self) -> tuple[str, ...]:
        """Checks the articles and the manifest; what is wrong, a line each."""
        from article_search.backends.opensearch.verifying import verify  # which a search does without

        return verify(self._cluster, self._name)

    def copy_to(self, folder: Path, wait: bool) -> None:
        """Raises ArticleSearchError: what is on a cluster is in no folder."""
        raise ArticleSearchError(
            f"the index {self._name} is on the cluster {self._address.name}, in no folder; without [opensearch] in"
            " articles.toml `articles index` makes one in a folder"
        )

    @understanding
    def writer(self, wait: bool, full: bool) -> OpenSearchWriter:
        """The only writer at that moment."""
        from article_search.backends.opensearch.writing.indexing import OpenSearchWriter  # which a search does without

        return OpenSearchWriter(
            self._cluster,
            self._name,
            self._signature,
            zone=self._zone,
            shards=self._shards,
            replicas=self._replicas,
            wait=wait,
            full=full,
            workers=self._workers,
            vectors=self._vectors,
        )

    def close(self) -> None:
        """Lets go of connections and memory."""
        self._open = None
        self._cluster.close()
