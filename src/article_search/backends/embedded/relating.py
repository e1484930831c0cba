"""Which articles are on the same story as one? Those that share its most telling words, the nearest in time first.

What an article is about is told by the words that are frequent in it and rare elsewhere (tf-idf, as in Lucene's "more
like this"). Each such word counts by how telling it is; that of equally good articles the nearer in time comes first is
a small share of the score. Not here: what one calls a repetition (repeats.py).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from article_search.backends.embedded import ranking, schema
from article_search.backends.embedded.snapshot import Documents, Snapshot, Weights
from article_search.language import languages, text

_WORDS = 25  # by which articles are compared
_CONSIDERED = 90  # frequent words of the article, of which those are the most telling
_READ = 2000  # words of the article that are looked at; news tells first what it is about
_LEAST = 0.3  # of the best article's score; those with less are on another story
_NEAR = 0.15  # of a score is given by closeness in time
_HALF_LIFE = 4 * 86_400  # seconds between two articles after which that has halved


class Related(NamedTuple):
    """Articles and their scores, best first."""

    documents: Documents
    scores: Weights


def related(snapshot: Snapshot, number: int, limit: int) -> Related:
    """The articles most like a document, without it, and one of several that say nearly the same."""
    scores = np.zeros(snapshot.size, np.float32)
    for term, weight in _telling(snapshot, number).items():
        ranking.word(snapshot, term).add(scores, weight)
    scores *= snapshot.live
    scores[number] = 0
    scores[snapshot.same(number)] = 0
    documents = np.flatnonzero(scores > scores.max(initial=0) * np.float32(_LEAST))
    found_scores = scores[documents] * _nearness(snapshot, number, documents)
    order = np.lexsort((snapshot.order[documents], -found_scores))
    documents, found_scores = documents[order], found_scores[order]
    groups = snapshot.group_of[documents]
    groups[groups < 0] = -1 - np.flatnonzero(groups < 0)  # who repeats no other is a group
    firsts = np.sort(np.unique(groups, return_index=True)[1])[:limit]
    return Related(documents[firsts], found_scores[firsts])


def _nearness(snapshot: Snapshot, number: int, documents: Documents) -> Weights:
    """A factor by document: 1 where both are of one moment, a little less the farther they are apart."""
    date, dates = snapshot.dates[number], snapshot.dates[documents]
    factor = np.full(len(documents), 1 - _NEAR, np.float32)
    if date != schema.NO_DATE:
        known = dates != schema.NO_DATE
        apart = np.abs((dates[known] - date).astype(np.float64))
        factor[known] += (_NEAR * 0.5 ** (apart / _HALF_LIFE)).astype(np.float32)
    return factor


def _telling(snapshot: Snapshot, number: int) -> dict[str, float]:
    """The terms by which an article differs most from others, and how much each says, 1 for the most telling."""
    weights: dict[str, float] = {}
    language = snapshot.language(number)
    fields = {**snapshot.head(number), "body": snapshot.body(number)}
    for name, weight in ranking.FIELD_WEIGHTS.items():
        for term in text.terms(fields[name], language)[:_READ]:
            weights[term] = weights.get(term, 0.0) + weight
    alone = max(1, len(snapshot.same(number)))
    frequent = sorted(weights, key=lambda term: (-weights[term], term))[:_CONSIDERED]
    stop_words = languages.stop_words(language)
    telling = {}
    for term in frequent:
        word = ranking.word(snapshot, term)
        # A word that only the article and its repetitions have leads nowhere.
        if term not in stop_words and word.count > alone:
            telling[term] = word.idf * (1 + math.log(weights[term]))
    best = sorted(telling, key=lambda term: (-telling[term], term))[:_WORDS]
    return {term: telling[term] / telling[best[0]] for term in best}
