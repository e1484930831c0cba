"""How is a question put to a cluster, and what is its answer? Searches asked together, and rows made of theirs.

Articles that answer more of the trees above others are asked for by themselves, the highest tier first: so no score
need stand for a tier. What is counted is a search that scores nothing (counting.py).
Not here: the queries of trees (queries.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from article_search import scoring
from article_search.backends.base import About, Answer, Leaf, Number, Question, Rows
from article_search.backends.opensearch import schema
from article_search.backends.opensearch.cluster import Json
from article_search.backends.opensearch.reading import counting
from article_search.backends.opensearch.reading.articles import COLUMNS, Articles, Version
from article_search.backends.opensearch.reading.queries import (
    EVERYTHING,
    NOTHING,
    Queries,
    any_of,
    lifted,
    scripted,
    too_many,
    unscored,
    within,
)
from article_search.backends.opensearch.reading.snapshot import Snapshot
from article_search.language import folding

_HEADS = 200  # hits that come with what is shown of them; more are looked at in pages
_DOCUMENTS = 10_000  # of one search
_LAST: Json = {"order": "desc", "missing": "_last"}
_TELL_APART = (200, 40, 8, 1)  # words of a beginning; the fewer, the smaller the query

_SCORED = """
def given = params.given.get(String.valueOf(doc['order'].value));
if (given != null) { return given; }
double score = _score;
if (params.weight > 0 && doc['date'].size() > 0) {
    double days = Math.max(params.now - doc['date'].value, 0) / params.day;
    score *= 1 + params.weight * (2 * Math.pow(0.5, days / params.half_life) - 1);
}
return score;
"""  # scoring.recency


class Row(NamedTuple):
    """An article of an answer."""

    number: Number
    score: float
    tier: int
    version: Version


@dataclass(slots=True)
class Asking:
    """One question. ``until``: the moment by which it must be answered; ``names``: of each category the spelling that
    most articles have."""

    snapshot: Snapshot
    articles: Articles
    queries: Queries
    question: Question
    until: float
    names: Mapping[str, str]

    def answer(self) -> Answer:
        """What the cluster says of it."""
        question = self.question
        relevance = question.sort == "relevance"
        extra = self._extra() if relevance else []
        final = relevance and bool(extra or question.age or question.scores)
        searches = [*self._searches(final, extra, question.count), self._counting()]
        *found, counts = self._ask(searches)
        rows = self._rows(found)
        if final:
            rows = self._with_first_of_copies(rows, extra)
        rows = rows[: question.count]
        similar = self._similar(rows)
        about = tuple(self._about(number, final, extra) for number in question.about)
        return self._answered(rows, similar, counts["aggregations"], about)

    # Which articles

    @property
    def _filters(self) -> list[Json]:
        return [*self._of_categories, *self._of_dates]

    @property
    def _of_categories(self) -> list[Json]:
        keys = sorted(map(folding.category_key, self.question.categories))
        return [{"terms": {"category_key": keys}}] if keys else []

    @property
    def _of_dates(self) -> list[Json]:
        return [] if self.question.dates is None else [within(self.question.dates)]

    def _ids(self, numbers: Sequence[Number]) -> Json:
        return {"ids": {"values": self.articles.documents(numbers)}} if numbers else NOTHING

    def _shown(self, query: Json, kept: Sequence[Json] = (), without: Sequence[Json] = ()) -> Json:
        """A query that scores, of what the commit shows and is not hidden."""
        hidden = [self._ids(self.question.hidden)] if self.question.hidden else []
        return {
            "bool": {"must": [query], "filter": [self.snapshot.seen, *kept], "must_not": [*without, *hidden]},
        }

    # In which order

    def _searches(self, final: bool, extra: Sequence[Json], count: int, only: Sequence[Json] = ()) -> list[Json]:
        """Those of which the rows are made: by relevance what is pinned, then a tier each, the highest first.
        ``final``: with what changes scores of what is shown."""
        question = self.question
        found = self._by_words()
        if question.sort != "relevance":
            found = any_of([found, unscored(self._ids(question.first))])
            dates: Json = {"date": {**_LAST, "order": "desc" if question.sort == "newest" else "asc"}}
            return [self._search(self._shown(found, [*self._filters, *only]), [dates, {"order": "asc"}], count)]
        if final:
            found = self._final(found, extra)
        sort: list[Json] = [{"_score": "desc"}, {"date": _LAST}, {"order": "asc"}]
        searches = []
        pinned = self._ids(question.first)
        if question.first:
            first = lifted(unscored(pinned), [found])
            searches.append(self._search(self._shown(first, [*self._filters, *only]), sort, len(question.first), False))
        for tier in range(len(question.above), -1, -1):
            kept = [*self._filters, *only, *self._at_least(tier)]
            without = [*self._at_least(tier + 1), *([pinned] if question.first else [])]
            searches.append(self._search(self._shown(found, kept, without), sort, count))
        return searches

    def _at_least(self, tier: int) -> list[Json]:
        """The filter for articles that answer so many of the trees above others."""
        above = self.question.above
        if not 0 < tier <= len(above):
            return []
        return [{"bool": {"should": [*map(self.queries.matching, above)], "minimum_should_match": tier}}]

    def _by_words(self) -> Json:
        question, queries = self.question, self.queries
        return lifted(queries.scored(question.tree), [queries.scored(tree) for tree in question.lifts])

    def _final(self, by_words: Json, extra: Sequence[Json]) -> Json:
        age, question = self.question.age, self.question
        given = {str(self.articles.version(number).order): score for number, score in question.scores.items()}
        numbers = {"now": age.now, "weight": age.weight, "half_life": age.half_life} if age else {"weight": 0}
        found = any_of([by_words, unscored(self._ids(question.first))])  # what is pinned may have no words
        return lifted(scripted(found, _SCORED, {"given": given, "day": scoring.DAY, **numbers}), extra)

    def _search(self, query: Json, sort: Sequence[Json], count: int, collapsed: bool = True) -> Json:
        size = min(count, _DOCUMENTS)
        made: Json = {
            "query": query,
            "size": size,
            "sort": list(sort),
            "track_scores": True,
            "track_total_hits": False,
            "docvalue_fields": COLUMNS,
            "_source": list(schema.HEAD) if size <= _HEADS else False,
        }
        return made | ({"collapse": {"field": "group"}} if collapsed and self._folds else {})

    @property
    def _folds(self) -> bool:
        """Whether near-copies are told apart."""
        return not self.question.each and self.snapshot.record.repeats > 0

    def _ask(self, searches: Sequence[Json]) -> list[Json]:
        return self.snapshot.search(searches, self.until)

    def _rows(self, answers: Sequence[Json]) -> list[Row]:
        """The articles of some searches, of each group the first."""
        question = self.question
        by_relevance = question.sort == "relevance"
        pinned = {number: place for place, number in enumerate(question.first)}
        rows: list[Row] = []
        for nth, answer in enumerate(answers):
            tier = len(answers) - 1 - nth
            hits = [(self.articles.met(hit), hit) for hit in answer["hits"]["hits"]]
            if by_relevance and question.first and nth == 0:
                hits.sort(key=lambda pair: pinned[pair[0]])
                tier = min(1, len(question.above))
            for number, hit in hits:
                rows.append(Row(number, _score(hit), tier, self.articles.version(number)))
        return self._first_of_each(rows)

    def _first_of_each(self, rows: Sequence[Row]) -> list[Row]:
        """Of each group the row that comes first."""
        if not self._folds:
            return list(rows)
        met: set[int] = set()
        first = []
        for row in rows:
            group = row.version.group
            if group < 0 or group not in met:
                first.append(row)
                met.add(group)
        return first

    # Near-copies

    def _with_first_of_copies(self, rows: list[Row], extra: Sequence[Json]) -> list[Row]:
        """Rows whose scores are more than words, of each group the article that comes first by words alone. Where it
        was another that came first by scores, the rows are asked for again without that: there may be others now."""
        first: dict[int, Number] = {}
        while self._folds:
            groups = {row.version.group for row in rows[: self.question.count] if row.version.group >= 0} - first.keys()
            if not groups:
                break
            first |= {row.version.group: row.number for row in self._first_by_words(sorted(groups))}
            if all(first.get(row.version.group, row.number) == row.number for row in rows):
                break
            others: Json = {"bool": {"must_not": [{"terms": {"group": sorted(first)}}]}}
            only = any_of([others, self._ids(list(first.values()))])
            rows = self._rows(self._ask(self._searches(True, extra, self.question.count, [only])))
        return rows

    def _first_by_words(self, groups: Sequence[int]) -> list[Row]:
        """The articles of some groups that are shown for them."""
        only = [{"terms": {"group": list(groups)}}]
        return self._rows(self._ask(self._searches(False, (), min(len(groups) + 1, _DOCUMENTS), only)))

    def _scores(self, numbers: Sequence[Number], extra: Sequence[Json]) -> dict[Number, float]:
        """What some articles score in the end."""
        found = self._final(self._by_words(), extra)
        query = self._shown(found, [self._ids(numbers)])
        (answer,) = self._ask([self._search(query, [{"_score": "desc"}], max(1, len(numbers)), False)])
        return {self.articles.met(hit): _score(hit) for hit in answer["hits"]["hits"]}

    def _similar(self, rows: Sequence[Row]) -> list[int]:
        """For each row how many of its group were left out."""
        groups = sorted({row.version.group for row in rows if row.version.group >= 0})
        if not groups or not self._folds:
            return [0] * len(rows)
        kept = [self._everything(), *self._filters, {"terms": {"group": groups}}]
        sizes = {"groups": {"terms": {"field": "group", "size": len(groups)}}}
        (answer,) = self._ask([{"query": self._shown(EVERYTHING, kept), "size": 0, "aggs": sizes}])
        counts = {one["key"]: one["doc_count"] for one in answer["aggregations"]["groups"]["buckets"]}
        return [counts.get(row.version.group, 1) - 1 if row.version.group >= 0 else 0 for row in rows]

    # What is counted

    def _everything(self) -> Json:
        """What is found, whatever is chosen of it."""
        return any_of([self.queries.matching(self.question.tree), self._ids(self.question.first)])

    def _counting(self) -> Json:
        """The search that counts."""
        question = self.question
        above = any_of([*map(self.queries.matching, question.above), self._ids(question.first)])
        counted = {
            "chosen": counting.counted(self._filters, self._folds),
        } | ({"above": counting.counted([*self._filters, above], self._folds)} if question.above else {})
        if question.facets:
            within_months = [] if question.all_months else self._of_dates
            counted["categories"] = counting.counted(self._of_dates, self._folds, "category_key")
            counted["months"] = counting.counted([*self._of_categories, *within_months], self._folds, "month")
        return {
            "query": self._shown(unscored(self._everything())),
            "size": 0,
            "track_total_hits": False,
            "aggs": counted,
        }

    def _answered(self, rows: Sequence[Row], similar: Sequence[int], counted: Json, about: tuple[About, ...]) -> Answer:
        question, total = self.question, counting.total(counted["chosen"])
        categories = counting.values(counted["categories"]) if question.facets else {}
        months = counting.values(counted["months"]) if question.facets else {}
        return Answer(
            rows=Rows(
                np.array([row.number for row in rows], np.int64),
                np.array([row.score for row in rows], np.float32),
                np.array([row.tier for row in rows], np.int8),
                np.array([row.version.date for row in rows], np.int64),
                np.array([row.version.order for row in rows], np.int64),
                np.array(similar, np.int64),
                np.array([row.version.group for row in rows], np.int64),
            ),
            total=total,
            matches=int(counted["chosen"]["doc_count"]),
            above=counting.total(counted["above"]) if question.above else total,
            categories=[(self.names.get(key, key), count) for key, count in categories.items()],
            months=list(months.items()),
            about=about,
        )

    # What is said of one article

    def _about(self, number: Number, final: bool, extra: Sequence[Json]) -> About:
        only = self._ids([number])
        scored = lifted(unscored(only), [self._by_words()])
        searches = [
            {"query": self._plainly(scored), "size": 1},
            {"query": self._shown(unscored(self._everything()), [only, *self._filters]), "size": 1},
        ]
        words, chosen = self._ask(searches)
        by_words = next(map(_score, words["hits"]["hits"]), 0.0)
        found = bool(chosen["hits"]["hits"])
        group = self.articles.version(number).group
        shown = found
        if found and group >= 0 and self._folds:
            shown = any(row.number == number for row in self._first_by_words([group]))
        score = self._scores([number], extra).get(number, by_words) if final and shown else by_words
        return About(found, shown, by_words, score)

    def _plainly(self, query: Json) -> Json:
        return {"bool": {"must": [query], "filter": [self.snapshot.seen]}}

    # Words that articles score by besides

    def _extra(self) -> list[Json]:
        """What scores them, in proportion to the highest sum of an article that is found."""
        extra = self.question.extra
        if extra is None or not extra.words:
            return []
        parts = [self.queries.scored(Leaf((weighed,)), factor) for weighed, factor in extra.words]
        found = lifted(unscored(self._everything()), parts)
        (answer,) = self._ask([self._search(self._shown(found, self._filters), [{"_score": "desc"}], 1)])
        highest = max((_score(hit) for hit in answer["hits"]["hits"]), default=0.0)
        if not highest:
            return []
        times = extra.most / highest
        return [self.queries.scored(Leaf((weighed,)), factor * times) for weighed, factor in extra.words]


def fitting(make: Queries, question: Question) -> Queries:
    """Queries of no more parts than a cluster takes: words of a beginning are told apart as far as there is room."""
    trees = (question.tree, *question.lifts)
    for terms in _TELL_APART:
        queries = replace(make, terms=terms)
        each = [queries.scored(tree) for tree in trees] + [queries.matching(tree) for tree in question.above] * 2
        if not too_many(each):
            break
    return queries


def _score(hit: Json) -> float:
    score = hit.get("_score")
    return float(np.float32(score)) if score is not None else 0.0
