"""How does a test ask the nodes of a cluster, wherever they run? Plain HTTP, and waiting for a state of health.

Not here: their processes (cluster.py), the client that the program uses, which is what the tests are about.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from contextlib import suppress
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

import pytest

NEEDED = [pytest.mark.cluster, pytest.mark.slow]  # what is asked of nodes: fixtures.py
_OPENER = build_opener(ProxyHandler({}))  # a proxy of the machine has no business on loopback
_RANKS = ("red", "yellow", "green")
_RETRIED = 5  # seconds, after which the cluster is told to try what it has given up


class AnswerError(Exception):
    """A node has answered with an error."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"{status}: {text[:500]}")
        self.status = status


class Nodes:
    """The nodes of a cluster by their addresses, such as ``http://127.0.0.1:20123``; numbers of nodes start at 0."""

    def __init__(self, hosts: Iterable[str]) -> None:
        self.hosts = list(hosts)

    def reachable(self) -> list[str]:
        """Those that may be expected to answer."""
        return self.hosts

    def ask(self, path: str, body: Any = None, *, method: str | None = None, seconds: float = 20) -> Any:
        """The JSON that the first node to answer gives; ``body`` goes as JSON, or as it is where it is bytes.

        Raises AnswerError for an answer that is an error, OSError where no node answers, each within the seconds.
        """
        failure: OSError = ConnectionError("no node is running")
        for host in self.reachable():
            try:
                return ask(host + path, body, method=method, seconds=seconds)
            except OSError as error:
                failure = error
        raise failure

    def wait(self, status: str = "green", nodes: int | None = None, seconds: float = 120) -> dict[str, Any]:
        """The health of the cluster once it is this or better, with exactly so many nodes; by default all of them."""
        nodes = len(self.hosts) if nodes is None else nodes
        deadline = time.monotonic() + seconds
        retry = time.monotonic() + _RETRIED
        seen = "no node is running"
        while time.monotonic() < deadline:
            for host in self.reachable():
                try:
                    health: dict[str, Any] = ask(
                        f"{host}/_cluster/health?cluster_manager_timeout=2s&timeout=2s", seconds=5
                    )
                except (AnswerError, OSError) as error:
                    seen = f"{host}: {error}"
                    continue
                if health["number_of_nodes"] == nodes and _RANKS.index(health["status"]) >= _RANKS.index(status):
                    return health
                seen = f"{host}: {health['status']} with {health['number_of_nodes']} nodes"
                if time.monotonic() >= retry:
                    # A copy that could not be placed five times, by a starved machine, is not tried again by itself.
                    with suppress(AnswerError, OSError):
                        ask(f"{host}/_cluster/reroute?retry_failed=true&metric=none", method="POST", seconds=5)
                    retry = time.monotonic() + _RETRIED
            time.sleep(0.1)
        raise TimeoutError(f"not {status} with {nodes} nodes in {seconds} seconds; last seen: {seen}{self._why()}")

    def _why(self) -> str:
        """What the cluster says of a copy of a shard that is nowhere."""
        try:
            return f"; {json.dumps(self.ask('/_cluster/allocation/explain'))[:4000]}"
        except (AnswerError, OSError) as error:
            return f"; {error}"


def ask(url: str, body: Any = None, *, method: str | None = None, seconds: float = 20) -> Any:
    """What one node answers, as JSON; raises AnswerError, or OSError where there is no answer."""
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    request = Request(url, data=data, method=method, headers={"Content-Type": "application/json"})
    try:
        with _OPENER.open(request, timeout=seconds) as answer:
            return json.loads(answer.read() or b"null")
    except HTTPError as error:
        with error:
            raise AnswerError(error.code, error.read().decode()) from None
    except HTTPException as error:
        raise ConnectionError(f"{url}: half an answer") from error  # of a node that was killed meanwhile
