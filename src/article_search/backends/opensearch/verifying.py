"""Is an index on a cluster what was written? Its copies, its counts, every article and the manifest, looked at once.

Not here: what a search finds out by itself (reading), how it is mended, which is by ``articles index --full``.
"""

from __future__ import annotations

from collections.abc import Iterator

from article_search.backends.opensearch import records, schema
from article_search.backends.opensearch.cluster import Cluster, Json, MissingError
from article_search.backends.opensearch.writing.manifest import manifest
from article_search.errors import IndexDamagedError

_PAGE = 500  # articles looked at at a time
_NAMED = 5  # of what is wrong, that are named one by one


def verify(cluster: Cluster, name: str) -> tuple[str, ...]:
    """What is wrong, a line each. Raises NoIndexError, and IndexUnavailableError where it cannot be asked."""
    record = records.require(cluster, name)
    return tuple(_wrong(cluster, name, record))


def _wrong(cluster: Cluster, name: str, record: records.Record) -> Iterator[str]:
    try:
        yield from _copies(cluster, name, record)
        indexed: dict[str, bool] = {}
        altered: list[str] = []
        for hit in _articles(cluster, record):
            id, of = str(hit["fields"]["id"][0]), hit["_source"].get("article", {})
            if schema.digest(of) != hit["fields"]["digest"][0] or of.get("id") != id:
                altered.append(id)
            indexed[id] = True
    except MissingError:
        yield f"{record.index} is missing, to which the commit of {record.moment:%Y-%m-%d %H:%M:%S} UTC leads"
        return
    yield from _listed(altered, "is not what was written")
    if len(indexed) != record.articles:
        yield f"{record.index} has {len(indexed):,} articles; there were {record.articles:,} when it was committed"
    try:
        known = manifest(cluster, name, record.chain)
        noted = known.notable()
        expected = {id for id in known if id not in noted or noted[id].fate == "indexed"}
    except IndexDamagedError as error:
        yield str(error).partition(";")[0]
        return
    yield from _listed(sorted(expected - indexed.keys()), "is in the manifest, and no article of it in the index")
    yield from _listed(sorted(indexed.keys() - expected), "is in the index, and not in the manifest")


def _copies(cluster: Cluster, name: str, record: records.Record) -> Iterator[str]:
    """Shards that are nowhere, or have fewer copies than they should."""
    for index in (records.state_of(name), record.index):
        health = cluster.call("GET", f"/_cluster/health/{index}")
        if health.get("status") != "green":
            yield f"{index} is {health.get('status')}: {health.get('unassigned_shards')} copies of shards are nowhere"


def _articles(cluster: Cluster, record: records.Record) -> Iterator[Json]:
    """All articles of a commit, a page at a time."""
    after: list[object] | None = None
    while True:
        search: Json = {
            "query": record.seen(),
            "size": _PAGE,
            "sort": [{"order": "asc"}, {"born": "asc"}],
            "docvalue_fields": ["id", "digest"],
            "track_total_hits": False,
        } | ({} if after is None else {"search_after": after})
        path = f"/{record.index}/_search?allow_partial_search_results=false"
        hits = cluster.call("POST", path, search)["hits"]["hits"]
        yield from hits
        if len(hits) < _PAGE:
            return
        after = hits[-1]["sort"]


def _listed(ids: list[str], what: str) -> Iterator[str]:
    yield from (f"{id} {what}" for id in ids[:_NAMED])
    if len(ids) > _NAMED:
        yield f"{len(ids) - _NAMED:,} more: each {what}"
