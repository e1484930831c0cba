"""How well does an article answer a word? BM25F, and for each word the articles that have it with its score in each.

The score is BM25F (Robertson, Zaragoza and Taylor, "Simple BM25 extension to multiple weighted fields", CIKM 2004): the
frequencies of a word in the fields are weighted, normalised by length and added up before they are saturated. Not here:
how scores of several words combine (searching.py, pruning.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from article_search.backends.embedded import schema
from article_search.backends.embedded.columnar.arrays import places
from article_search.backends.embedded.snapshot import Documents, Postings, Snapshot, Weights

FIELD_WEIGHTS: dict[str, float] = {"title": 4.0, "description": 2.0, "body": 1.0}
FIELD_B: dict[str, float] = {"title": 0.3, "description": 0.5, "body": 0.75}  # how much length counts, 0 to 1
K1 = 1.2  # how soon repetition of a word stops to count


def idf(articles: int, frequency: int) -> float:
    """Inverse document frequency as Lucene has it: ln(1 + (N - n + 0.5) / (n + 0.5)), never negative."""
    return float(np.log1p((articles - frequency + 0.5) / (frequency + 0.5)))


def saturated(frequency: Weights, idf: float) -> Weights:
    """A weighted, normalised frequency to a score between 0 and (K1 + 1) idf. Overwrites what it is given."""
    lower = frequency + np.float32(K1)
    frequency *= np.float32((K1 + 1) * idf)
    frequency /= lower
    return frequency


_WORTH_PROBING = 4096  # documents; a shorter list is scored whole before some of it are
_FEW = 8  # one in so many documents is better looked up alone
_SPREAD = 4  # where every fourth of a list is asked for, spreading it out is faster than looking up one by one
_MANY = 64  # words should have room in memory


class Scored(NamedTuple):
    """Articles that have a word, ascending, and the word's score in each."""

    documents: Documents
    scores: Weights


_NOTHING = Scored(np.empty(0, np.int32), np.empty(0, np.float32))


@dataclass(slots=True)
class Word:
    """One word over a snapshot: how many articles have it, and what it says of them, all or some."""

    snapshot: Snapshot
    term: str
    count: int  # articles that have it in any text field
    idf: float
    bound: float  # no score is higher
    asked: bool = False

    def all(self) -> Scored:
        """Every article that has the word; remembered by the snapshot while there is room."""
        found: Scored | None = self.snapshot.scores.get(self.term)
        if found is None:
            found = _scored(self.snapshot, self.snapshot.text_postings(self.term))
            self.snapshot.scores.keep(self.term, found, len(found.documents))
        return found

    def of(self, documents: Documents) -> Weights:
        """The word's score in some documents, ascending; 0 in those that have it not."""
        known = self.snapshot.scores.get(self.term)
        if known is None:
            if self._rather_some(len(documents)):
                return self._looked_up(documents)
            known = self.all()
        if _SPREAD * len(documents) > len(known.documents):
            scores = np.zeros(self.snapshot.size, np.float32)
            scores[known.documents] = known.scores
            return scores[documents]
        at = places(known.documents, documents)
        return np.where(known.documents[at] == documents, known.scores[at], np.float32(0))

    def _rather_some(self, documents: int) -> bool:
        """Whether to look up some documents rather than to score all that have the word, and remember them: when it
        is asked for the first time, or would drive too much else out of memory."""
        first, self.asked = not self.asked, True
        few = self.count >= max(_WORTH_PROBING, _FEW * documents)
        return few and (first or self.count > self.snapshot.scores.room // _MANY)

    def _looked_up(self, documents: Documents) -> Weights:
        """The same from the postings: a long list is hardly read."""
        total = np.zeros(len(documents), np.float32)
        for name in schema.TEXT_FIELDS:
            total += self.snapshot.weights_in(name, self.term, documents) * _weights(self.snapshot, name)[documents]
        return saturated(total, self.idf)


def word(snapshot: Snapshot, term: str) -> Word:
    """A term in any text field; remembered by the snapshot."""
    found: Word | None = snapshot.words.get(term)
    if found is None:
        count = snapshot.holders(term)
        weight = idf(snapshot.record.articles, count)
        found = Word(snapshot, term, count, weight, weight * (K1 + 1))
        snapshot.words.keep(term, found)
    return found


@dataclass(slots=True)
class Several:
    """What counts as one word, all of it at hand; a Word to those who add up scores."""

    found: Scored
    count: int
    bound: float

    @classmethod
    def of_scored(cls, found: Scored) -> Several:
        return cls(found, len(found.documents), float(found.scores.max(initial=0.0)))

    def all(self) -> Scored:
        """Every article that has it."""
        return self.found

    def of(self, documents: Documents) -> Weights:
        """Its score in some documents; 0 in those that have it not."""
        if not self.count:
            return np.zeros(len(documents), np.float32)
        at = places(self.found.documents, documents)
        return np.where(self.found.documents[at] == documents, self.found.scores[at], np.float32(0))


def scored(snapshot: Snapshot, fields: Sequence[tuple[str, Postings]], known: int = 0) -> Scored:
    """BM25F of what counts as one word, from its postings in some fields, as if at least ``known`` articles had it."""
    return _scored(snapshot, [(name, postings) for name, postings in fields if len(postings.documents)], known)


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
    return Scored(documents[firsts], np.maximum.reduceat(np.concatenate([one.scores, scores])[order], firsts))


def _scored(snapshot: Snapshot, fields: Sequence[tuple[str, Postings]], known: int = 0) -> Scored:
    if not fields:
        return _NOTHING
    parts = [
        (postings.documents, postings.frequencies * _weights(snapshot, name)[postings.documents])
        for name, postings in fields
    ]
    documents, frequency = parts[0] if len(parts) == 1 else _added(snapshot.size, parts)
    return Scored(documents, saturated(frequency, idf(snapshot.record.articles, max(known, len(documents)))))


def _weights(snapshot: Snapshot, name: str) -> Weights:
    """By document, what a frequency in a field counts: the longer the field, the less. Remembered by the snapshot."""
    found = snapshot.field_weights.get(name)
    if found is None:
        b = FIELD_B[name]
        norms = snapshot.lengths(name) * np.float32(b) + np.float32(1 - b)
        found = snapshot.field_weights[name] = np.float32(FIELD_WEIGHTS[name]) / norms
    return found


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
