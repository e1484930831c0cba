"""How does a plain tree become a query of a cluster? With the formulas of scoring.py as scripts, of our numbers.

A term scores how often it stands in a field (schema.py); scripts around it normalise that by length, add up fields and
saturate. A query matches, or matches and scores: what only filters is never scored. Texts of scripts never change, as a
cluster compiles each once, and only so many a minute. Not here: which versions are seen (records.py), what is counted
of an answer (asking.py).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from article_search import scoring
from article_search.backends.base import (
    AllOf,
    AnyOf,
    ByTitle,
    Called,
    Leaf,
    Named,
    NoneOf,
    Plain,
    Times,
    Titled,
    Way,
    Weighed,
    Word,
    fields_of,
)
from article_search.backends.opensearch.cluster import Json
from article_search.language import folding
from article_search.query.tree import Category, Range, TextField

EVERYTHING: Json = {"match_all": {}}
NOTHING: Json = {"match_none": {}}
_CLAUSES = 900  # of one query: a cluster takes 1,024
_NORMALISED = (
    "return _score * params.w / (params.b * doc[params.length].value / params.average + 1 - params.b);"  # field_weight
)
_SATURATED = "double f = _score; return params.k * f / (f + params.k1);"  # saturated
_CALLED = {"title": "called", "beginning": "called", "other": "named"}

# Of titles two numbers are asked for at once: how many places words have, times PLACE, and what they weigh, in steps.
# Whole numbers below 2**24 are exact in a score.
PLACE = 2**19
_WITHOUT = "double without = doc['telling'].value; for (t in params.common) { without -= termFreq('title_t', t); } "
_TELLING = (
    "double telling = doc['telling'].value; " + _WITHOUT + "telling = Math.max(1, without > 0 ? without : telling); "
)
_PLACES = "double places = Math.floor(_score / params.place); "
_IS_NAMED = "boolean named = places >= Math.max(telling, params.least); "
_SHARE = (
    "if (named != params.named) { return 0; } double share = Math.min(places / telling, 1); "
    "return (_score - places * params.place) * params.step * params.titled * share * share;"
)
_OF_TITLE = _TELLING + _PLACES + _IS_NAMED + _SHARE  # titled
_NAMES = _TELLING + _PLACES + _IS_NAMED + "return named ? 1 : 0;"
_ONLY_COMMON = _WITHOUT + "return without <= 0 ? _score : 0;"


@dataclass(frozen=True, slots=True)
class Queries:
    """Queries over one commit. ``averages``: lengths of fields; ``rare``: by titled what its words weigh in titles they
    name, for each that is in a tree that is to score; ``terms``: words of a beginning that are told apart, at most."""

    averages: Mapping[TextField, float]
    rare: Mapping[Titled, tuple[float, ...]] = field(default_factory=dict)
    terms: int = 200

    # What matches

    def matching(self, tree: Plain) -> Json:
        """The articles that answer a tree."""
        match tree:
            case Leaf(choices):
                return any_of(self.having(each.word) for each in choices)
            case Times(leaf, _):
                return self.matching(leaf)
            case AllOf(children):
                return all_of(map(self.matching, children))
            case AnyOf(children):
                return any_of(map(self.matching, children))
            case NoneOf(child):
                return none_of(self.matching(child))
            case ByTitle(titled):
                return self.in_titles(titled)
            case Named(of, _, titled):
                return any_of([self.matching(of), self.named(titled)])
            case Called(key, where, _):
                return {("prefix" if where == "beginning" else "term"): {_CALLED[where]: {"value": key}}}
            case Category(value):
                return {"term": {"category_key": folding.category_key(value)}}
            case Range():
                return within(tree)

    def having(self, word: Word) -> Json:
        """The articles that have a word."""
        ways = [_way(name, way) for way in word.ways for name in fields_of(way.field) if way.terms]
        spelt = [{"terms": {f"{name}_words": list(words)}} for name, words in word.spelt if words]
        return any_of([*ways, *spelt])

    def having_form(self, word: Word) -> Json:
        """Those that have it in a form that was asked for."""
        forms = [{"term": {f"{name}_words": form}} for form, only in word.forms for name in fields_of(only)]
        phrases = [_way(name, way) for way in word.ways for name in fields_of(way.field) if len(way.terms) > 1]
        return any_of([*forms, *phrases])

    # What scores

    def scored(self, tree: Plain, times: float = 1.0) -> Json:
        """The same, with what each scores, so many times."""
        match tree:
            case Leaf(choices):
                return best_of([self._weighed(each, times) for each in choices])
            case Times(leaf, more):
                return self.scored(leaf, times * more)
            case AllOf(children):
                scores, others = _parted(children)
                kept = all_of(map(self.matching, others))
                return filtered(kept, [self.scored(each, times) for each in scores])
            case AnyOf(children):
                return any_of(self.scored(each, times) for each in children)
            case ByTitle(titled):
                return self._by_title(titled, times)
            case Named():
                return self._named(tree, times)
            case Called(_, _, score):
                return constant(self.matching(tree), score * times)
            case NoneOf() | Category() | Range():
                return unscored(self.matching(tree))

    def _weighed(self, weighed: Weighed, times: float) -> Json:
        """BM25F of a word, with what its form adds."""
        factor = weighed.share * times
        fields = self._fields(weighed.word)
        if not fields:
            return NOTHING
        k = factor * weighed.weight * (scoring.K1 + 1)
        found = scripted(any_of(fields), _SATURATED, {"k": max(0.0, k), "k1": scoring.K1})
        if not weighed.lift:
            return found
        return lifted(found, [constant(self.having_form(weighed.word), factor * weighed.lift)])

    def _fields(self, word: Word) -> list[Json]:
        """By field how often an article has a word, normalised by length."""
        ways: dict[TextField, list[Json]] = {}
        for way in word.ways:
            for name in fields_of(way.field):
                if way.terms:
                    ways.setdefault(name, []).append(_way(name, way))
        for name, words in word.spelt:
            if words:
                ways.setdefault(name, []).extend(self._spelt(name, words))
        return [
            scripted(
                any_of(each),
                _NORMALISED,
                {
                    "w": scoring.FIELD_WEIGHTS[name],
                    "b": scoring.FIELD_B[name],
                    "length": f"{name}_length",
                    "average": self.averages[name],
                },
            )
            for name, each in ways.items()
        ]

    def _spelt(self, name: TextField, words: Sequence[str]) -> list[Json]:
        """How many of some words an article has. Of very many the last count as one: a query may have only so many
        parts."""
        field = f"{name}_words"
        parts = [constant({"term": {field: word}}) for word in words[: self.terms]]
        return parts + ([constant({"terms": {field: list(rest)}})] if (rest := words[self.terms :]) else [])

    def occurrences(self, word: Word) -> Json:
        """The articles that have a word; each scores how often it has it."""
        ways = [_way(name, way) for way in word.ways for name in fields_of(way.field) if way.terms]
        return any_of([*ways, *(part for name, words in word.spelt if words for part in self._spelt(name, words))])

    # Titles

    def in_titles(self, titled: Titled) -> Json:
        """The articles that have any of some words in their title."""
        return any_of(self.in_title(word, titled.common) for word, _ in titled.words)

    def in_title(self, word: Word, common: Sequence[str]) -> Json:
        """The articles that have a word in their title."""
        return best_of(self._places(word, common, 1))

    def _places(self, word: Word, common: Sequence[str], place: int) -> list[Json]:
        """By its ways, how many places of a title a word has, each counted so often."""
        found = []
        for way in word.ways:
            if way.field not in (None, "title") or not way.terms:
                continue
            size = sum(term not in common for term in way.terms)
            there = _way("title", way, place * (size or len(way.terms)))
            if not size:  # common terms count in titles of nothing else
                there = scripted(there, _ONLY_COMMON, {"common": list(common)}, least=0.5)
            found.append(there)
        for name, words in word.spelt:
            if name == "title" and words:
                found.append(any_of(_boosted(each, place) for each in self._spelt(name, words)))
        return found

    def _packed(self, titled: Titled, weights: Sequence[float]) -> tuple[Json, float]:
        """Places and weights of words in titles as one number, and the step of the weights."""
        step = sum(weights) / (PLACE - 1 - len(weights)) or 1.0
        words = []
        for (word, _), weight in zip(titled.words, weights, strict=True):
            if places := self._places(word, titled.common, PLACE):
                words.append(lifted(best_of(places), [constant(EVERYTHING, round(weight / step))]))
        return any_of(words), step

    def _by_title(self, titled: Titled, times: float) -> Json:
        weights = tuple(weight for _, weight in titled.words)
        rare = self.rare.get(titled, weights)
        of_title = []
        for named, told in ((False, weights), (True, rare)):
            packed, step = self._packed(titled, told)
            numbers = {"named": named, "step": step, "titled": scoring.TITLED * times}
            of_title.append(scripted(packed, _OF_TITLE, self._of_titles(titled) | numbers))
        return any_of(of_title)

    def named(self, titled: Titled) -> Json:
        """The articles that some words name."""
        packed, _ = self._packed(titled, [0.0] * len(titled.words))
        return unscored(scripted(packed, _NAMES, self._of_titles(titled), least=0.5))

    def _of_titles(self, titled: Titled) -> Json:
        return {"common": list(titled.common), "least": titled.least, "place": PLACE}

    def _named(self, node: Named, times: float) -> Json:
        others = all_of([self.named(node.titled), none_of(self.matching(node.tree))])
        besides = lifted(unscored(others), [self.scored(each, times) for each in node.words])
        return any_of([self.scored(node.tree, times), besides])


# ---- parts of queries ----


def all_of(queries: Iterable[Json]) -> Json:
    """What matches all, without a score."""
    each = list(queries)
    return each[0] if len(each) == 1 else {"bool": {"filter": each}} if each else EVERYTHING


def any_of(queries: Iterable[Json]) -> Json:
    """What matches any; scores add up."""
    each = [query for query in queries if query != NOTHING]
    return each[0] if len(each) == 1 else {"bool": {"should": each, "minimum_should_match": 1}} if each else NOTHING


def best_of(queries: Sequence[Json]) -> Json:
    """What matches any; the best score counts."""
    each = [query for query in queries if query != NOTHING]
    return each[0] if len(each) == 1 else {"dis_max": {"queries": each, "tie_breaker": 0.0}} if each else NOTHING


def none_of(query: Json) -> Json:
    """What a query does not match."""
    return {"bool": {"must_not": [query], "filter": [EVERYTHING]}}


def filtered(kept: Json, scores: Sequence[Json]) -> Json:
    """What matches a query and all that score, whose scores add up."""
    if not scores:
        return unscored(kept)
    if kept == EVERYTHING and len(scores) == 1:
        return scores[0]
    return {"bool": {"must": list(scores)} | ({} if kept == EVERYTHING else {"filter": [kept]})}


def lifted(found: Json, more: Sequence[Json]) -> Json:
    """What matches a query, with its score and those of what else it matches."""
    more = [query for query in more if query != NOTHING]
    return {"bool": {"must": [found], "should": more}} if more and found != NOTHING else found


def unscored(query: Json) -> Json:
    """What matches, and scores nothing."""
    return {"bool": {"filter": [query]}}


def constant(query: Json, score: float = 1.0) -> Json:
    """What matches, and all score the same."""
    return {"constant_score": {"filter": query, "boost": score}} if score > 0 else unscored(query)


def scripted(query: Json, source: str, params: Json, least: float | None = None) -> Json:
    """What matches, with the score that a script makes of its own; no less than ``least``."""
    made: Json = {"query": query, "script": {"source": source, "params": params}}
    return {"script_score": made | ({} if least is None else {"min_score": least})} if query != NOTHING else NOTHING


def within(span: Range) -> Json:
    """The articles of a time."""
    bounds: Json = {}
    if span.since is not None:
        bounds["gte"] = math.ceil(span.since.timestamp())
    if span.until is not None:
        bounds["lt"] = math.ceil(span.until.timestamp())
    return {"range": {"date": bounds}} if bounds else {"exists": {"field": "date"}}


def clauses(query: object) -> int:
    """How many parts a query has, as a cluster counts them."""
    if isinstance(query, Mapping):
        own = sum(name in _LEAVES for name in query)
        return own + sum(clauses(each) for name, each in query.items() if name not in ("params", "terms"))
    return sum(map(clauses, query)) if isinstance(query, list) else 0


_LEAVES = {"term", "terms", "match_phrase", "match_all", "match_none", "prefix", "range", "exists", "ids"}


def too_many(query: object) -> bool:
    """Whether a cluster would refuse a query for its many parts."""
    return clauses(query) > _CLAUSES


def _way(name: TextField, way: Way, times: float = 1.0) -> Json:
    """Terms next to each other in a field; scores how often they are, so many times."""
    if len(way.terms) == 1:
        return {"term": {f"{name}_t": {"value": way.terms[0], "boost": times}}}
    # A phrase scores once for each of its terms.
    return {"match_phrase": {f"{name}_t": {"query": " ".join(way.terms), "boost": times / len(way.terms)}}}


def _boosted(query: Json, times: float) -> Json:
    return {"bool": {"must": [query], "boost": times}}


def _parted(children: tuple[Plain, ...]) -> tuple[list[Plain], list[Plain]]:
    """What scores, and what does not."""
    scores: list[Plain] = []
    others: list[Plain] = []
    for child in children:
        (others if isinstance(child, NoneOf | Category | Range) else scores).append(child)
    return scores, others
