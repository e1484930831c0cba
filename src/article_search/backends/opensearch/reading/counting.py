"""How are articles of an answer counted on a cluster? By a search that scores nothing, near-copies as one.

Those are told apart by a script that sees only articles that repeat others. Not here: which articles are counted
(asking.py).
"""

from __future__ import annotations

from collections.abc import Sequence

from article_search.backends.opensearch.cluster import Json
from article_search.backends.opensearch.reading.queries import all_of
from article_search.backends.opensearch.reading.wishes import Wish, Wishes
from article_search.language import folding

_VALUES = 10_000  # of a facet

# Counts groups, and for each value of a field those that have it.
_GROUPS: Json = {
    "init_script": "state.groups = new HashSet(); state.values = [:];",
    "map_script": """
long group = doc['group'].value;
state.groups.add(group);
if (params.field != '') {
    for (value in doc[params.field]) { state.values.computeIfAbsent(value, k -> new HashSet()).add(group); }
}
""",
    "combine_script": """
Map values = [:];
for (each in state.values.entrySet()) { values[each.getKey()] = new ArrayList(each.getValue()); }
return ['groups': new ArrayList(state.groups), 'values': values];
""",
    "reduce_script": """
Set groups = new HashSet(); Map values = [:];
for (state in states) {
    groups.addAll(state.groups);
    for (each in state.values.entrySet()) {
        values.computeIfAbsent(each.getKey(), k -> new HashSet()).addAll(each.getValue());
    }
}
Map counts = [:];
for (each in values.entrySet()) { counts[each.getKey()] = each.getValue().size(); }
return ['groups': groups.size(), 'values': counts];
""",
}


def counted(kept: Sequence[Json], folds: bool, field: str = "") -> Json:
    """Articles that some filters keep, or these by the values of a field."""
    values: Json = {"values": {"terms": {"field": field, "size": _VALUES, "shard_size": _VALUES}}} if field else {}
    if not folds:
        return {"filter": all_of(kept)} | ({"aggs": values} if values else {})
    copies = {"groups": {"scripted_metric": _GROUPS | {"params": {"field": field}}}}
    several: Json = {"term": {"repeats": True}}
    parts: Json = {"copies": {"filter": several, "aggs": copies}}
    if values:
        parts["alone"] = {"filter": {"bool": {"must_not": [several]}}, "aggs": values}
    return {"filter": all_of(kept), "aggs": parts}


def total(of: Json) -> int:
    """How many articles are shown of those that were counted."""
    copies = of.get("copies")
    if copies is None:
        return int(of["doc_count"])
    return int(of["doc_count"] - copies["doc_count"] + _groups_of(copies).get("groups", 0))


def values(of: Json) -> dict[str, int]:
    """How many of them have each value."""
    alone = of.get("alone", of)
    counts = {str(one["key"]): int(one["doc_count"]) for one in alone["values"]["buckets"]}
    if "copies" in of:
        for value, count in _groups_of(of["copies"]).get("values", {}).items():
            counts[value] = counts.get(value, 0) + int(count)
    return counts


def spellings(wishes: Wishes, seen: Json) -> dict[str, str]:
    """Of each category the spelling that most articles have."""
    values = {"values": {"terms": {"field": "category", "size": _VALUES, "shard_size": _VALUES}}}
    search = {"query": {"bool": {"filter": [seen]}}, "size": 0, "aggs": values}

    def read(answers: Sequence[Json]) -> dict[str, str]:
        counts = {str(one["key"]): one["doc_count"] for one in answers[0]["aggregations"]["values"]["buckets"]}
        found: dict[str, str] = {}
        for name in sorted(counts, key=lambda name: (-counts[name], name)):
            found.setdefault(folding.category_key(name), name)
        return found

    found: dict[str, str]
    (found,) = wishes.known([Wish((spellings,), (search,), read, {})])
    return found


def _groups_of(copies: Json) -> Json:
    found: Json = copies["groups"]["value"] or {}
    return found
