"""What do tests search on a cluster? A backend with an index of its own name, given time, and removed at its end."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Self
from uuid import uuid4

from article_search.backends.base import Deadline, Vectors
from article_search.backends.opensearch import OpenSearchBackend
from article_search.backends.opensearch.reading.reader import ClusterReader
from tests.opensearch.nodes import AnswerError, Nodes
from tests.shelf import ZONE

_PATIENCE = 120.0  # seconds; how fast a cluster is on a busy machine says nothing of the program


class PatientBackend(OpenSearchBackend):
    """An index that nothing else has the name of. Leaving the ``with`` removes it."""

    def __init__(self, nodes: Nodes, vectors: Vectors | None = None, **options: Any) -> None:
        self.nodes, self.name = nodes, f"test{uuid4().hex[:16]}"
        replicas = 1 if len(nodes.hosts) > 1 else 0
        usual: dict[str, Any] = {"signature": "test", "zone": ZONE, "shards": 3, "replicas": replicas}
        options = usual | {"workers": 1, "timeout": 30.0, "vectors": vectors, "index": self.name} | options
        super().__init__(nodes.hosts, **options)

    @contextmanager
    def reader(self, deadline: Deadline | None = None) -> Iterator[ClusterReader]:
        with super().reader(deadline or Deadline(time.monotonic() + _PATIENCE)) as reader:
            yield reader

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
        with suppress(AnswerError, OSError):
            self.nodes.ask(f"/{self.name}-*,{self.name}.state?expand_wildcards=all", method="DELETE")
