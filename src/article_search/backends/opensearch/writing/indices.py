"""Which indices of articles are there, and which may go? They are made for a full build, and removed when nobody reads
them any more.

Only an index that has the alias of its own name is one of ours: others may be called like it. Not here: what is in
them (schema.py), when one takes the place of another (indexing.py).
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable, Collection

from article_search.backends.opensearch import schema
from article_search.backends.opensearch.cluster import Cluster, Json, MissingError
from article_search.backends.opensearch.records import alias_of
from article_search.backends.opensearch.writing import state
from article_search.errors import IndexStateError

_LOOK = 0.25  # seconds between two looks at how far copies are
_COPIED = 60.0  # seconds that copies may take, and
_COPIED_A_SECOND = 500  # articles likewise


def named(cluster: Cluster, name: str) -> list[str]:
    """The indices of articles there are of one called so."""
    # Aliases of all indices may only be asked for by who has a right to all.
    try:
        found = cluster.call("GET", f"/{name}-*/_alias/{alias_of(f'{name}-*')}")
    except MissingError:
        return []
    own = re.compile(rf"{re.escape(name)}-[0-9]+")
    return [index for index, each in found.items() if own.fullmatch(index) and alias_of(index) in each["aliases"]]


def exists(cluster: Cluster, index: str) -> bool:
    """Whether there is an index of articles."""
    try:
        return index in cluster.call("GET", f"/{index}/_alias/{alias_of(index)}")
    except MissingError:
        return False


def make(cluster: Cluster, index: str, shards: int) -> None:
    """Makes an index of articles, without copies while it is built."""
    body: Json = {
        "settings": schema.settings(shards, 0),
        "mappings": schema.mapping(),
        "aliases": {alias_of(index): {}},
    }
    try:
        cluster.call("PUT", f"/{index}", body)
    except IndexStateError:
        if not exists(cluster, index):  # else the answer was lost
            raise


def remove(cluster: Cluster, name: str, those: Collection[str]) -> None:
    """Removes some of the indices of one called so; those that are not there are passed over."""
    for index in named(cluster, name):
        if index in those:
            with contextlib.suppress(MissingError):
                cluster.call("DELETE", f"/{index}")


def copied(cluster: Cluster, index: str, replicas: int, articles: int, check: Callable[[], None]) -> None:
    """Has an index keep so many copies, and waits until they are there: all, or one on each node. Raises
    IndexUnavailableError if that takes too long."""
    state.keep_replicas(cluster, index, replicas)
    end = time.monotonic() + _COPIED + articles / _COPIED_A_SECOND
    while True:
        check()
        health = cluster.call("GET", f"/_cluster/health/{index}")
        nodes = health["number_of_data_nodes"]
        wanted = health["active_primary_shards"] * min(replicas + 1, nodes)
        whole = health["status"] == "yellow" and nodes <= replicas and health["active_shards"] >= wanted
        if health["status"] == "green" or whole:
            return
        if time.monotonic() > end:
            raise cluster.unavailable(f"the copies of {index} are not there yet, it is {health['status']}")
        time.sleep(_LOOK)
