"""How well does an article answer a word? BM25F, and for each word the articles that have it with its score in each.

The score is BM25F (Robertson, Zaragoza and Taylor, "Simple BM25 extension to multiple weighted fields", CIKM 2004): the
frequencies of a word in the fields are weighted, normalised by length and added up before they are saturated. Not here:
how scores of several words combine (searching.py, pruning.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from article_search.backends.embedded import schema
from article_search.backends.embedded.snapshot import Documents, Postings, Snapshot, Weights

FIELD_WEIGHTS: dict[str, float] = {"title": 4.0, "description": 2.0, "body": 1.0}
FIELD_B: dict[str, float] = {"title": 0.3, "description": 0.5, "body": 0.75}  # how much length counts, 0 to 1
K1 = 1.2  # how soon repetition of a word stops to count


def idf(articles: int, frequency: int) -> float:
    """Inverse document frequency as Lucene has it: ln(1 + (N - n + 0.5) / (n + 0.5)), never negative."""
    return float(np.log1p((articles - frequency + 0.5) / (frequency + 0.5)))


def saturated(frequency: Weights) -> Weights:
    """A weighted, normalised frequency to a score between 0 and K1 + 1."""
    return frequency * np.float32(K1 + 1) / (frequency + np.float32(K1))


class Scored(NamedTuple):
    """Articles that have a word, ascending, and the word's score in each; ``best`` is the highest."""

    documents: Documents
    scores: Weights
    best: float


def scored(snapshot: Snapshot, fields: Sequence[tuple[str, Postings]], known: int = 0) -> Scored:
    """BM25F of one word (or what counts as one) from its postings in some fields, as if at least ``known`` articles had
    it."""
    fields = [(name, postings) for name, postings in fields if len(postings.documents)]
    if not fields:
        return Scored(np.empty(0, np.int32), np.empty(0, np.float32), 0.0)
    parts = [_normalised(snapshot, name, postings) for name, postings in fields]
    documents, frequency = parts[0] if len(parts) == 1 else _added(snapshot.size, parts)
    scores = saturated(frequency) * np.float32(idf(snapshot.record.articles, max(known, len(documents))))
    return Scored(documents, scores, float(scores.max()))


def united(size: int, forms: Sequence[Postings]) -> Postings:
    """The postings of several forms as those of one word; ``size`` documents there are."""
    forms = [postings for postings in forms if len(postings.documents)] or list(forms[:1])
    if len(forms) == 1:
        return forms[0]
    return Postings(*_added(size, [(each.documents, each.frequencies.astype(np.float32)) for each in forms]))


def better(one: Scored, guess: Scored, weight: float) -> Scored:
    """Articles that have either of two words with the higher score of theirs, the second's times a weight."""
    if not len(guess.documents):
        return one
    scores = guess.scores * np.float32(weight)
    documents = np.concatenate([one.documents, guess.documents])
    order = np.argsort(documents, kind="stable")
    documents = documents[order]
    firsts = np.flatnonzero(np.concatenate(([True], documents[1:] != documents[:-1])))
    highest = np.maximum.reduceat(np.concatenate([one.scores, scores])[order], firsts)
    return Scored(documents[firsts], highest, float(highest.max()))


def _normalised(snapshot: Snapshot, name: str, postings: Postings) -> tuple[Documents, Weights]:
    b = FIELD_B[name]
    length = snapshot.lengths[name][postings.documents]
    norm = length * np.float32(b / FIELD_WEIGHTS[name]) + np.float32((1 - b) / FIELD_WEIGHTS[name])
    return postings.documents, (postings.frequencies / norm).astype(np.float32, copy=False)


def _added(size: int, parts: list[tuple[Documents, Weights]]) -> tuple[Documents, Weights]:
    """The sum by document of several sorted lists."""
    if sum(len(documents) for documents, _ in parts) > size // 16:
        total = np.zeros(size, np.float32)
        for documents, values in parts:
            total[documents] += values
        found = np.flatnonzero(total).astype(np.int32)
        return found, total[found]
    documents = np.concatenate([documents for documents, _ in parts])
    order = np.argsort(documents, kind="stable")
    documents = documents[order]
    firsts = np.flatnonzero(np.concatenate(([True], documents[1:] != documents[:-1])))
    return documents[firsts], np.add.reduceat(np.concatenate([values for _, values in parts])[order], firsts)


def word(snapshot: Snapshot, term: str) -> Scored:
    """Articles that have a term in any text field; remembered by the snapshot."""
    found: Scored | None = snapshot.words.get(term)
    if found is None:
        found = scored(snapshot, [(name, snapshot.postings(name, term)) for name in schema.TEXT_FIELDS])
        snapshot.words.keep(term, found, len(found.documents))
    return found
