"""Which words does an index on a cluster have? Those that begin so, those spelt nearly so, those of very many titles.

Words spelt nearly so come from the cluster's own look at its terms, which knows some of articles that are gone; counts
are those of the commit. Not here: which of them was meant (answering).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from article_search.backends.base import Near, fields_of
from article_search.backends.edits import LONGEST, apart, apart_from_beginning
from article_search.backends.opensearch.cluster import Json
from article_search.backends.opensearch.reading.queries import any_of
from article_search.backends.opensearch.reading.wishes import Wish, Wishes
from article_search.query.tree import TextField

_NEAR = 400  # words spelt nearly so that each shard tells of
_TERMS = 10_000  # of titles: those that most have, or most with one first letter
_EXACT = 20  # times as many words as are asked for are counted by each shard
# Of the cluster's own look for words spelt nearly so: all there are, however frequent the one that was typed.
_ALL: Json = {
    "suggest_mode": "always",
    "prefix_length": 0,
    "min_word_length": 1,
    "max_term_freq": 2**31 - 1,
    "size": _NEAR,
    "shard_size": _NEAR,
    "sort": "frequency",
    "accuracy": 0.01,
}
_RESERVED = re.compile(r'([.?+*|{}\[\]()"\\#@&<>~^$-])')


def beginning(wishes: Wishes, seen: Json, start: str, field: TextField, most: int) -> list[str]:
    """Words of a field that begin so, the most frequent first, then by name."""
    counted = _counted(wishes, seen, field, start, max(most, 1))
    return [word for word, _ in counted][:most]


def _counted(wishes: Wishes, seen: Json, field: TextField, start: str, most: int) -> list[tuple[str, int]]:
    """Words of a field that begin so, with how many articles have each."""
    for each in (most * _EXACT, most * _EXACT * 64):
        counted: _Counted
        (counted,) = wishes.known([_wish(seen, field, start, most, each)])
        if counted.exact:  # else a word may be rare in some shards and frequent in all
            break
    return counted.words


class _Counted(NamedTuple):
    words: list[tuple[str, int]]
    exact: bool


def _wish(seen: Json, field: TextField, start: str, most: int, each: int) -> Wish:
    name = f"{field}_words"
    terms = {
        "field": name,
        "include": f"{_escaped(start)}.*",
        "size": most,
        "shard_size": each,
        "order": [{"_count": "desc"}, {"_key": "asc"}],
    }
    kept = {"bool": {"filter": [seen, {"prefix": {name: start}}]}}
    search = {"size": 0, "track_total_hits": False, "query": kept, "aggs": {"words": {"terms": terms}}}

    def read(answers: Sequence[Json]) -> _Counted:
        words = answers[0]["aggregations"]["words"]
        counts = [(str(one["key"]), int(one["doc_count"])) for one in words["buckets"]]
        return _Counted(counts, not words.get("doc_count_error_upper_bound"))

    return Wish((beginning, field, start, most, each), (search,), read, _Counted([], True))


def common(wishes: Wishes, seen: Json, least: int) -> tuple[str, ...]:
    """The terms that so many titles have, in order."""
    terms = {"field": "title_terms", "size": _TERMS, "shard_size": _TERMS, "min_doc_count": least}
    kept = {"bool": {"filter": [seen]}}
    search = {"size": 0, "track_total_hits": False, "query": kept, "aggs": {"terms": {"terms": terms}}}

    def read(answers: Sequence[Json]) -> tuple[str, ...]:
        return tuple(sorted(str(one["key"]) for one in answers[0]["aggregations"]["terms"]["buckets"]))

    found: tuple[str, ...]
    (found,) = wishes.known([Wish((common, least), (search,), read, ())])
    return found


def near(wishes: Wishes, seen: Json, word: str, edits: int, only: TextField | None) -> list[Near]:
    """Other words of letters within some edits."""
    names = fields_of(only)
    suggest: Json = {"text": word}
    for name in names:
        suggest[name] = {"term": {"field": f"{name}_words", "max_edits": max(1, min(edits, 2)), **_ALL}}

    def read(answers: Sequence[Json]) -> list[tuple[str, int]]:
        found = answers[0]["suggest"]
        others = {str(option["text"]) for name in names for entry in found[name] for option in entry["options"]}
        words = sorted(one for one in others if one != word and one.isalpha())
        return [(one, away) for one, away in zip(words, apart(word, words), strict=True) if away <= edits]

    others: list[tuple[str, int]]
    (others,) = wishes.known([Wish((near, word, edits, only), ({"size": 0, "suggest": suggest},), read, [])])
    counts: dict[str, int] = {}
    if others:  # what is suggested counts what is gone as well
        (counts,) = wishes.known([_counts(seen, [one for one, _ in others], names)])
    return [Near(one, away, counts[one]) for one, away in others if counts.get(one)]


def _counts(seen: Json, words: Sequence[str], names: Sequence[TextField]) -> Wish:
    """How many articles have each of some words, those that have it in two fields twice."""
    having = [{"terms": {f"{name}_words": list(words)}} for name in names]
    search = {
        "size": 0,
        "track_total_hits": False,
        "query": {"bool": {"filter": [seen, any_of(having)]}},
        "aggs": {
            name: {
                "terms": {"field": f"{name}_words", "include": list(words), "size": len(words), "shard_size": _NEAR * 3}
            }
            for name in names
        },
    }

    def read(answers: Sequence[Json]) -> dict[str, int]:
        counts: Counter[str] = Counter()
        for name in names:
            buckets = answers[0]["aggregations"][name]["buckets"]
            counts.update({str(one["key"]): int(one["doc_count"]) for one in buckets})
        return dict(counts)

    return Wish((_counts, *words, *names), (search,), read, {})


def near_beginning(wishes: Wishes, seen: Json, start: str, edits: int, field: TextField) -> list[Near]:
    """Words of letters with the same first letter that begin so or nearly so."""
    words = [(word, count) for word, count in _counted(wishes, seen, field, start[0], _TERMS) if word.isalpha()]
    away = apart_from_beginning(start[:LONGEST], [word for word, _ in words])
    return [Near(word, edit, count) for (word, count), edit in zip(words, away, strict=True) if edit <= edits]


def _escaped(text: str) -> str:
    return _RESERVED.sub(r"\\\1", text)
