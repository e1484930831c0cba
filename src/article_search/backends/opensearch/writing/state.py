"""How is a document of the state replaced, so that of two who do it at once one fails? By its number in the sequence.

An answer that was lost is told from a conflict by reading what is there. Not here: what the documents say (records.py,
locking.py, manifest.py).
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from article_search.backends.opensearch.cluster import Cluster, ConflictError, Json, MissingError
from article_search.backends.opensearch.records import state_of
from article_search.errors import IndexStateError, IndexUnavailableError


class Place(NamedTuple):
    """Where in the sequence of writes a document is as it was seen."""

    seq_no: int
    term: int


class Found(NamedTuple):
    """A document, whatever it says."""

    source: Any
    place: Place


def made(cluster: Cluster, name: str, replicas: int) -> None:
    """Sees that there is an index for the state, with so many copies."""
    path = f"/{state_of(name)}"
    if keep_replicas(cluster, state_of(name), replicas):
        return
    body: Json = {
        "settings": {"number_of_shards": 1, "number_of_replicas": replicas},
        "mappings": {"dynamic": False, "properties": {}},
    }
    try:
        cluster.call("PUT", path, body)
    except IndexStateError:
        if not keep_replicas(cluster, state_of(name), replicas):  # else another was faster, or the answer lost
            raise


def keep_replicas(cluster: Cluster, index: str, replicas: int) -> bool:
    """Has an index keep so many copies; false where there is no such index."""
    path = f"/{index}/_settings"
    try:
        found = cluster.call("GET", f"{path}/index.number_of_replicas?flat_settings=true")
    except MissingError:
        return False
    if any(each["settings"].get("index.number_of_replicas") != str(replicas) for each in found.values()):
        cluster.call("PUT", path, {"index": {"number_of_replicas": replicas}})
    return True


def read(cluster: Cluster, name: str, id: str, until: float | None = None) -> Found | None:
    """A document of the state; None where there is none."""
    try:
        found = cluster.document(state_of(name), id, until)
    except MissingError:
        return None
    return Found(found.get("_source"), Place(int(found["_seq_no"]), int(found["_primary_term"])))


def put(cluster: Cluster, name: str, id: str, source: Json, before: Place | None, until: float | None = None) -> Place:
    """Replaces a document that is as it was seen ``before``, or makes one where there was none. ``source`` is what no
    other would write. Raises ConflictError, and IndexUnavailableError if it may not have been replaced."""
    told = f"if_seq_no={before.seq_no}&if_primary_term={before.term}" if before else "op_type=create"
    try:
        answer = cluster.call("PUT", f"/{state_of(name)}/_doc/{id}?{told}", source, until=until)
    except (ConflictError, IndexUnavailableError):  # a first try may have done it, of which the answer was lost
        found = read(cluster, name, id, until)
        if found is None or found.source != json.loads(json.dumps(source)):
            raise
        return found.place
    return Place(int(answer["_seq_no"]), int(answer["_primary_term"]))
