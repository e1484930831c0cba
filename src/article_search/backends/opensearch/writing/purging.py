"""What may be removed? Versions, indices and links of the manifest that nobody has read for ten minutes, and what runs
left behind that were aborted.

A reader that still looks at a commit before does so for seconds. So much of it is done by each run that it is not long.
Not here: what is seen (records.py).
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterator
from itertools import islice

from article_search.backends.opensearch.cluster import Cluster, Json, MissingError
from article_search.backends.opensearch.records import Record, state_of
from article_search.backends.opensearch.writing import indices
from article_search.backends.opensearch.writing.versions import Rewriting, Versions

KEPT = 600.0  # seconds
_MOST = 50_000  # versions that a run removes or mends
_RUNS = 64  # aborted ones that may still be asleep, and write when they wake
_PART = re.compile(r"(files-([0-9]+))\.[0-9]+")

Moments = tuple[tuple[int, float], ...]
Left = tuple[tuple[str, float], ...]


def lately(before: Record, now: float) -> Moments:
    """Generations and when they were replaced, now that one more is: all lately, and one before."""
    known = (*before.lately, (before.generation, now))
    old = [place for place, (_, moment) in enumerate(known) if now - moment > KEPT]
    return known[old[-1] if old else 0 :]


def _oldest(record: Record, now: float) -> int:
    """The oldest generation that somebody may still read."""
    later = (*(number for number, _ in record.lately), record.generation)
    old = [after for (_, moment), after in zip(record.lately, later[1:], strict=True) if now - moment > KEPT]
    return old[-1] if old else 0


def removed(cluster: Cluster, name: str, left: Left, now: float) -> Left:
    """What is left of former commits, once indices among it are removed whose time has come."""
    gone = {each for each, moment in left if now - moment > KEPT}
    if gone:
        indices.remove(cluster, name, gone)
    return tuple(each for each in left if each[0] not in gone)


def aborted(cluster: Cluster, index: str, runs: tuple[int, ...]) -> tuple[int, ...]:
    """Of runs that were aborted those that must be known: the last, and those that have left something."""
    ended = list(runs[:-_RUNS])
    if not ended:
        return runs
    by_field: Json = {
        field: {"terms": {"field": field, "include": ended, "size": len(ended)}} for field in ("born", "died")
    }
    told = cluster.search(index, [{"size": 0, "aggs": by_field}])[0]["aggregations"]
    left = {bucket["key"] for field in ("born", "died") for bucket in told[field]["buckets"]}
    return (*(run for run in ended if run in left), *runs[-_RUNS:])


def purge(cluster: Cluster, name: str, record: Record, versions: Versions) -> None:
    """Removes what nobody can see any more, now that a record is the newest."""
    versions.remove(islice(versions.found(_dead(record)), _MOST))
    if record.aborted:
        versions.rewrite(islice(_mended(record, versions), _MOST))
    _remove_links(cluster, name, record)


def _dead(record: Record) -> Json:
    ended = {"terms": {"died": list(record.aborted)}}
    dead: Json = {"range": {"died": {"lte": _oldest(record, time.time())}}}
    never: Json = {"terms": {"born": list(record.aborted)}}
    return {"bool": {"should": [{"bool": {"filter": [dead], "must_not": [ended]}}, never], "minimum_should_match": 1}}


def _mended(record: Record, versions: Versions) -> Iterator[Rewriting]:
    """Says of versions that they have not died that died by a run that was aborted."""
    ended = list(record.aborted)
    query: Json = {"bool": {"filter": [{"terms": {"died": ended}}], "must_not": [{"terms": {"born": ended}}]}}
    for version in versions.found(query):
        yield Rewriting(version, version.told._replace(died=None))


def _remove_links(cluster: Cluster, name: str, record: Record) -> None:
    """Removes parts of links that are of no commit somebody may read; those of later runs are not ours."""
    known = {*(link.name for link in record.chain), *(left for left, _ in record.left)}
    (found,) = cluster.search(state_of(name), [{"size": 10_000, "_source": False}])
    for hit in found["hits"]["hits"]:
        part = _PART.fullmatch(hit["_id"])
        if part and part[1] not in known and int(part[2]) <= record.run:
            with contextlib.suppress(MissingError):
                cluster.call("DELETE", f"/{state_of(name)}/_doc/{hit['_id']}")
