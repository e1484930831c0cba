"""What tests of the writer share: an index of its own on a cluster, runs over it, and what a reader would see of it.

Looks at documents and records as they are, without the reader. Not here: the cluster (conftest.py).
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any
from uuid import uuid4

from article_search.backends.base import Vectors
from article_search.backends.opensearch import records
from article_search.backends.opensearch.cluster import Address, Cluster, Json, MissingError
from article_search.backends.opensearch.records import Record
from article_search.backends.opensearch.writing import indices, manifest, state
from article_search.backends.opensearch.writing.indexing import OpenSearchWriter
from article_search.errors import IndexUnavailableError
from article_search.reading.article import Article
from article_search.reading.files import Files, FileState, Loaded
from tests.shelf import ZONE


def same(one: Record, other: Record) -> bool:
    """Whether two records are of the same commit, whoever has the lock since."""
    of_runs: Json = {"run": 0, "aborted": (), "lately": (), "left": ()}
    return replace(one, **of_runs) == replace(other, **of_runs)


class KilledError(BaseException):
    """Stands for the end of a process: nothing handles it."""


class Dying(Cluster):
    """A cluster whose client dies at the request of some number, counted from ``armed`` on, before it or after it."""

    def __init__(self, address: Address) -> None:
        super().__init__(address)
        self.count = 0
        self.last = 0  # 0: lives for ever
        self.after = False
        self.asked: list[str] = []

    def arm(self, last: int, after: bool = False) -> None:
        self.count, self.last, self.after, self.asked = 0, last, after, []

    def call(self, method: str, path: str, body: Any = None, *, until: float | None = None) -> Json:
        if threading.current_thread() is not threading.main_thread():
            if self.last and self.count >= self.last:
                raise IndexUnavailableError("dead")
            return super().call(method, path, body, until=until)
        self.count += 1
        self.asked.append(f"{method} {path}")
        if self.last and (self.count > self.last or (self.count == self.last and not self.after)):
            raise KilledError
        answer = super().call(method, path, body, until=until)
        if self.last and self.count == self.last:
            raise KilledError
        return answer


class Shelf:
    """Articles as a Loader gives them, and states of files without one; can be sent to worker processes."""

    def __init__(self, articles: Iterable[Article], others: dict[str, FileState] | None = None) -> None:
        self.articles = {each.id: each for each in articles}
        self.others = others or {}

    def __call__(self, id: str) -> Loaded:
        if id in self.others:
            return Loaded(self.others[id])
        return Loaded(FileState(1, 1, id, "indexed"), self.articles[id])


class Site:
    """An index of its own."""

    def __init__(self, hosts: tuple[str, ...]) -> None:
        self.address = Address(hosts, timeout=10.0)
        self.cluster = Dying(self.address)
        self.name = f"wr{uuid4().hex[:10]}"

    def writer(
        self,
        full: bool = False,
        wait: bool = False,
        workers: int = 1,
        cluster: Cluster | None = None,
        signature: str = "test",
        shards: int = 2,
        vectors: Vectors | None = None,
    ) -> OpenSearchWriter:
        return OpenSearchWriter(
            cluster or self.cluster,
            self.name,
            signature,
            zone=ZONE,
            shards=shards,
            replicas=0,
            wait=wait,
            full=full,
            workers=workers,
            vectors=vectors,
        )

    def commit(self, articles: Iterable[Article], removed: Iterable[str] = (), **options: Any) -> None:
        shelf = Shelf(articles)
        writer = self.writer(**options)
        try:
            writer.update(list(shelf.articles), shelf, lambda done: None)
            writer.remove(list(removed))
            writer.commit()
        finally:
            writer.close()

    # ---- what is there ----

    def record(self) -> Record:
        found = records.read(self.cluster, self.name)
        assert found
        return found.record

    def seen(self) -> dict[str, Json]:
        """By id of an article, what a reader would see of it: its fields and its article. No id has two."""
        record = self.record()
        assert record.index
        body: Json = {
            "size": 10_000,
            "query": record.seen(),
            "docvalue_fields": ["id", "born", "died", "order", "group", "repeats", "language"],
        }
        found: dict[str, Json] = {}
        for hit in self.cluster.search(record.index, [body])[0]["hits"]["hits"]:
            fields = {name: values[0] for name, values in hit["fields"].items()}
            assert fields["id"] not in found
            found[fields["id"]] = {**fields, "article": hit["_source"]["article"]}
        assert len(found) == record.articles
        assert sum(bool(each["repeats"]) for each in found.values()) == record.repeats
        return found

    def titles(self) -> dict[str, str]:
        return {id: each["article"]["title"] for id, each in self.seen().items()}

    def groups(self) -> set[frozenset[str]]:
        """Articles that say nearly the same; an article that repeats no other has its group for itself."""
        by_group = defaultdict(set)
        for id, each in self.seen().items():
            by_group[each["group"]].add((id, each["repeats"]))
        assert all((len(group) > 1) == repeats for group in by_group.values() for _, repeats in group)
        return {frozenset(id for id, _ in group) for group in by_group.values() if len(group) > 1}

    def writer_files(self) -> Files:
        return manifest.manifest(self.cluster, self.name, self.record().chain)

    def documents(self) -> int:
        """How many versions there are, whoever sees them."""
        index = self.record().index
        self.cluster.call("POST", f"/{index}/_refresh")
        return int(self.cluster.call("GET", f"/{index}/_count")["count"])

    def indices(self) -> list[str]:
        return sorted(indices.named(self.cluster, self.name))

    def state(self) -> list[str]:
        """Names of the documents of the state."""
        name = records.state_of(self.name)
        self.cluster.call("POST", f"/{name}/_refresh")
        found = self.cluster.search(name, [{"size": 1000}])[0]["hits"]["hits"]
        return sorted(hit["_id"] for hit in found)

    # ---- what befalls it ----

    def change(self, id: str, change: Callable[[Json], Json]) -> None:
        """Changes a document of the state."""
        found = state.read(self.cluster, self.name, id)
        assert found
        path = f"/{records.state_of(self.name)}/_doc/{id}?refresh=true"
        self.cluster.call("PUT", path, change(found.source))

    def bury(self) -> None:
        """Has the run that holds the lock be one whose process was killed."""
        ended = subprocess.Popen([sys.executable, "-c", ""])
        ended.wait()
        if self.has_state() and state.read(self.cluster, self.name, records.LOCK):
            self.change(records.LOCK, lambda lock: {**lock, "pid": ended.pid})

    def has_state(self) -> bool:
        try:
            return bool(self.cluster.call("GET", f"/{records.state_of(self.name)}"))
        except MissingError:
            return False

    def empty(self) -> None:
        """Removes all there is of the index."""
        self.cluster.arm(0)
        for index in (*self.indices(), records.state_of(self.name)):
            with contextlib.suppress(MissingError):
                self.cluster.call("DELETE", f"/{index}")

    def end(self) -> None:
        self.empty()
        self.cluster.close()
