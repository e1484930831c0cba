"""Which words does an index on a cluster have? Those that begin so, those spelt nearly so, those of very many titles.

Counts are those of the commit; words spelt nearly so come from the cluster's own look at its terms, which may know some
of articles that are gone. Not here: which of them was meant (answering).
"""

from __future__ import annotations

import math
import re

from article_search.backends.base import Near, fields_of
from article_search.backends.edits import LONGEST, apart, apart_from_beginning
from article_search.backends.opensearch.cluster import Json
from article_search.backends.opensearch.reading.snapshot import Snapshot
from article_search.query.tree import TextField

_NEAR = 400  # words spelt nearly so that each shard tells of
_TERMS = 10_000  # of titles: those that most have, or most with one first letter
_EXACT = 20  # times as many words as are asked for are counted by each shard
_RESERVED = re.compile(r'([.?+*|{}\[\]()"\\#@&<>~^$-])')


def beginning(snapshot: Snapshot, start: str, field: TextField, most: int, until: float) -> list[str]:
    """Words of a field that begin so, the most frequent first, then by name."""

    def ask() -> list[str]:
        return [word for word, _ in _counted(snapshot, field, f"{_escaped(start)}.*", start, most, until)]

    found: list[str] = snapshot.remembered((beginning, start, field, most), ask)
    return found


def _counted(
    snapshot: Snapshot, field: TextField, pattern: str, start: str, most: int, until: float
) -> list[tuple[str, int]]:
    """Words of a field that a pattern fits, all of which begin so, with how many articles have each."""
    name, each = f"{field}_words", max(most, 1) * _EXACT
    kept: list[Json] = [snapshot.seen, {"prefix": {name: start}}]
    while True:
        terms = {
            "field": name,
            "include": pattern,
            "size": max(most, 1),
            "shard_size": each,
            "order": [{"_count": "desc"}, {"_key": "asc"}],
        }
        search = {"size": 0, "track_total_hits": False, "query": {"bool": {"filter": kept}}}
        (answer,) = snapshot.search([search | {"aggs": {"words": {"terms": terms}}}], until)
        words = answer["aggregations"]["words"]
        if not words.get("doc_count_error_upper_bound") or each > 2**20:
            return [(str(one["key"]), int(one["doc_count"])) for one in words["buckets"]][:most]
        each *= 16  # a word may be rare in some shards and frequent in all


def common(snapshot: Snapshot, least: int, until: float) -> tuple[str, ...]:
    """The terms that so many titles have, in order."""
    terms = {"field": "title_terms", "size": _TERMS, "shard_size": _TERMS, "min_doc_count": least}
    search = {"size": 0, "track_total_hits": False, "query": {"bool": {"filter": [snapshot.seen]}}}
    (answer,) = snapshot.search([search | {"aggs": {"terms": {"terms": terms}}}], until)
    return tuple(sorted(str(one["key"]) for one in answer["aggregations"]["terms"]["buckets"]))


def near(snapshot: Snapshot, word: str, edits: int, only: TextField | None, until: float) -> list[Near]:
    """Other words of letters within some edits."""
    suggest: Json = {"text": word}
    for name in fields_of(only):
        suggest[name] = {
            "term": {
                "field": f"{name}_words",
                "suggest_mode": "always",
                "max_edits": max(1, min(edits, 2)),
                "prefix_length": 0,
                "min_word_length": 1,
                "max_term_freq": 2**31 - 1,
                "size": _NEAR,
                "shard_size": _NEAR,
                "sort": "frequency",
                "accuracy": 0.01,
            }
        }
    (answer,) = snapshot.search([{"size": 0, "suggest": suggest}], until)
    counts: dict[str, int] = {}
    for name in fields_of(only):
        for entry in answer["suggest"][name]:
            for option in entry["options"]:
                counts[str(option["text"])] = counts.get(str(option["text"]), 0) + int(option["freq"])
    others = [one for one in counts if one != word and one.isalpha()]
    found = zip(others, apart(word, others), strict=True)
    return [Near(other, away, counts[other]) for other, away in found if away <= edits]


def near_beginning(snapshot: Snapshot, start: str, edits: int, field: TextField, until: float) -> list[Near]:
    """Words of letters with the same first letter that begin so or nearly so."""
    first = start[0]

    def ask() -> list[tuple[str, int]]:
        counted = _counted(snapshot, field, f"{_escaped(first)}.*", first, _TERMS, until)
        return [(word, count) for word, count in counted if word.isalpha()]

    words: list[tuple[str, int]] = snapshot.remembered((near_beginning, first, field), ask)
    away = apart_from_beginning(start[:LONGEST], [word for word, _ in words])
    return [Near(word, edit, count) for (word, count), edit in zip(words, away, strict=True) if edit <= edits]


def least_of(articles: int, share: float) -> int:
    """How many articles such a share of all is."""
    return max(1, math.ceil(share * articles))


def _escaped(text: str) -> str:
    return _RESERVED.sub(r"\\\1", text)
