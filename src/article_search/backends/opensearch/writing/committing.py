"""What does a commit say of its articles? Counted by the cluster, over all shards, when all is written.

Not here: how the record that says it takes the place of another (indexing.py, state.py).
"""

from __future__ import annotations

from typing import NamedTuple

from article_search.backends.base import TEXT_FIELDS
from article_search.backends.opensearch.cluster import Cluster, Json
from article_search.backends.opensearch.records import Length

_LANGUAGES = 1000  # more than there are


class Counts(NamedTuple):
    """Articles, those of each language, most first, words in text fields, articles that repeat others; and versions
    that are seen no more."""

    articles: int
    languages: tuple[tuple[str, int], ...]
    lengths: dict[str, Length]
    repeats: int
    died: int


def counted(cluster: Cluster, index: str, alive: Json) -> Counts:
    """What there is in an index, of versions that answer a query."""
    of_all: Json = {"size": 0, "track_total_hits": True}
    wanted: Json = {
        "languages": {"terms": {"field": "language", "size": _LANGUAGES, "shard_size": _LANGUAGES}},
        "repeats": {"filter": {"term": {"repeats": True}}},
    }
    for name in TEXT_FIELDS:
        length = f"{name}_length"
        words: Json = {"words": {"sum": {"field": length}}}
        wanted[length] = {"range": {"field": length, "ranges": [{"from": 1}]}, "aggs": words}
    seen, everything = cluster.search(index, [{**of_all, "query": alive, "aggs": wanted}, of_all])
    told = seen["aggregations"]
    articles = seen["hits"]["total"]["value"]
    languages = sorted((-each["doc_count"], each["key"]) for each in told["languages"]["buckets"])
    lengths: dict[str, Length] = {}
    for name in TEXT_FIELDS:
        (bucket,) = told[f"{name}_length"]["buckets"]
        lengths[name] = Length(round(bucket["words"]["value"]), bucket["doc_count"])
    return Counts(
        articles,
        tuple((name, -count) for count, name in languages),
        lengths,
        told["repeats"]["doc_count"],
        everything["hits"]["total"]["value"] - articles,
    )
