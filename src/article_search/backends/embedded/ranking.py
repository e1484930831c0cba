"""How well does an article answer a word? BM25F, and for each word the articles that have it with its score in each.

The score is BM25F (Robertson, Zaragoza and Taylor, "Simple BM25 extension to multiple weighted fields", CIKM 2004): the
frequencies of a word in the fields are weighted, normalised by length and added up before they are saturated. A word
weighs by how rare it is, by how often it is repeated where it stands and, in articles that have the very form that was
asked for, by how much rarer that is than its stem. Not here: how scores of several words combine
(searching.py, pruning.py).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from article_search.backends.embedded import schema
from article_search.backends.embedded.columnar.arrays import places, run_starts
from article_search.backends.embedded.snapshot import Documents, Mask, Postings, Snapshot, Weights

FIELD_WEIGHTS: dict[str, float] = {"title": 4.0, "description": 2.0, "body": 1.0}
FIELD_B: dict[str, float] = {"title": 0.3, "description": 0.5, "body": 0.75}  # how much length counts, 0 to 1
K1 = 1.2  # how soon repetition of a word stops to count
RARER = 3  # times as many articles must have a stem as have the form asked for, or that tells no more


def idf(articles: int, frequency: int) -> float:
    """Inverse document frequency as Lucene has it: ln(1 + (N - n + 0.5) / (n + 0.5)), never negative."""
    return float(np.log1p((articles - frequency + 0.5) / (frequency + 0.5)))


def burst(frequency: int, occurrences: int) -> float:
    """How often a word stands where it stands, as a factor of its weight: ``occurrences`` in ``frequency`` articles.

    A word that is repeated where it stands is what those articles are about; one that stands everywhere once is not.
    Up to twice an article this is the normalisation B of Amati and van Rijsbergen, (F + 1) / n ("Probabilistic models
    of information retrieval based on measuring the divergence from randomness", TOIS 20(4), 2002), nearly; from there
    on it grows with the logarithm, or words that fill a few long articles would drown all others.
    """
    return 1 + math.log2((occurrences + 1) / frequency) if frequency else 1.0


def lift(articles: int, frequency: int, exact: int) -> float:
    """What an article scores beside its BM25F when it has the very form that was asked for: what that tells beyond the
    stem, the difference of their idf, of ``frequency`` articles that have the stem and ``exact`` that have the form.
    Much for a name whose stem is a common word, nothing where many articles that have the stem have it in this form.
    Once is enough, as that is how often names stand in articles."""
    if not exact or exact * RARER >= frequency:
        return 0.0
    return (K1 + 1) * (idf(articles, exact) - idf(articles, frequency) - _LEAST_LIFT)


def saturated(frequency: Weights, weight: float) -> Weights:
    """A weighted, normalised frequency to a score between 0 and (K1 + 1) weight. Overwrites what it is given."""
    lower = frequency + np.float32(K1)
    frequency *= np.float32((K1 + 1) * weight)
    frequency /= lower
    return frequency


_LEAST_LIFT = math.log(RARER)  # so that there is no step
_WORTH_PROBING = 4096  # documents; a shorter list is scored whole before some of it are
_FEW = 8  # one in so many documents is better looked up alone
_MANY = 64  # words should have room in memory
_EACH = 8  # bytes of a document and its score
_BEST = 16  # scores of a word that are known to be its highest
_FREQUENT = 16  # a word that one in so many documents has may be spread out, once
_LOOKED_UP = 64  # this many times fewer documents than there are were looked up one by one


class Scored(NamedTuple):
    """Articles that have a word, ascending, and the word's score in each."""

    documents: Documents
    scores: Weights


_NOTHING = Scored(np.empty(0, np.int32), np.empty(0, np.float32))


@dataclass(slots=True)
class Listed:
    """What counts as one word, scored in every article that has it; a Word to those who add up scores.

    A frequent word that is looked up or added up often is spread out: a score by document, 0 in those that have it
    not.
    """

    snapshot: Snapshot
    key: object  # the snapshot remembers it by
    found: Scored
    best: tuple[float, ...]  # its highest scores, in order
    kept: bool = False  # it is complete, and the snapshot may remember more of it
    looked_up: int = 0  # documents, one by one, since it was last spread out

    @classmethod
    def of_scored(cls, snapshot: Snapshot, key: object, found: Scored) -> Listed:
        """Not yet remembered."""
        scores = found.scores
        best = scores if len(scores) <= _BEST else np.partition(scores, -_BEST)[-_BEST:]
        return cls(snapshot, key, found, tuple(np.sort(best)[::-1].tolist()))

    def keep(self) -> None:
        """Has the snapshot remember it while there is room."""
        self.kept = True
        self.snapshot.scores.keep(self.key, self, _EACH * self.count)

    @property
    def count(self) -> int:
        """Articles that have it."""
        return len(self.found.documents)

    @property
    def bound(self) -> float:
        """No score is higher."""
        return self.best[0] if self.best else 0.0

    def all(self) -> Scored:
        """Every article that has it."""
        return self.found

    def of(self, documents: Documents) -> Weights:
        """Its score in some documents, ascending; 0 in those that have it not. Some article must have it."""
        spread = self._spread(len(documents))
        if spread is not None:
            return spread[documents]
        at = places(self.found.documents, documents)
        return np.where(self.found.documents[at] == documents, self.found.scores[at], np.float32(0))

    def add(self, total: Weights, times: float) -> None:
        """Adds its scores, so many times, to those of all documents."""
        spread = self._spread(self.count)
        if spread is not None:
            total += spread if times == 1 else spread * np.float32(times)
        else:
            total[self.found.documents] += self.found.scores if times == 1 else self.found.scores * np.float32(times)

    def _spread(self, documents: int) -> Weights | None:
        """Its score by document, as soon as so many lookups more would have cost as much as to spread it out."""
        size = self.snapshot.size
        if not self.kept or _FREQUENT * self.count <= size:
            return None
        spread: Weights | None = self.snapshot.spread.get(self.key)
        if spread is None:
            self.looked_up += documents
            if _LOOKED_UP * self.looked_up > size:
                self.looked_up = 0
                spread = np.zeros(size, np.float32)
                spread[self.found.documents] = self.found.scores
                self.snapshot.spread.keep(self.key, spread, spread.nbytes)
        return spread


@dataclass(slots=True)
class Word:
    """One word over a snapshot: how many articles have it, and what it says of them, all or some."""

    snapshot: Snapshot
    term: str
    form: str  # what lifts those that have it, folded; nothing does when empty
    count: int  # articles that have the term in any text field
    idf: float
    weight: float  # idf and burst
    lift: float  # what articles that have the form score beside
    asked: bool = False
    best: tuple[float, ...] = ()  # its highest scores, in order, once they are known

    @property
    def bound(self) -> float:
        """No score is higher."""
        return self.best[0] if self.best else self.weight * (K1 + 1) + self.lift

    def all(self) -> Scored:
        """Every article that has the word."""
        return self.listed().found

    def listed(self) -> Listed:
        """The word scored in all of them; remembered by the snapshot while there is room."""
        key = (self.term, self.form)
        listed: Listed | None = self.snapshot.scores.get(key)
        if listed is None:
            exact = self.snapshot.having(schema.WORDS_FIELDS, self.form) if self.form else None
            fields = self.snapshot.text_postings(self.term)
            found = _saturated(*_added_up(self.snapshot, fields), self.weight, self.lift, exact)
            listed = Listed.of_scored(self.snapshot, key, found)
            listed.keep()
            self.best = listed.best
        return listed

    def of(self, documents: Documents) -> Weights:
        """The word's score in some documents, ascending; 0 in those that have it not."""
        known: Listed | None = self.snapshot.scores.get((self.term, self.form))
        if known is None:
            if self._rather_some(len(documents)):
                return self._looked_up(documents)
            known = self.listed()
        return known.of(documents)

    def add(self, total: Weights, times: float) -> None:
        """Adds its scores, so many times, to those of all documents."""
        self.listed().add(total, times)

    def _rather_some(self, documents: int) -> bool:
        """Whether to look up some documents rather than to score all that have the word, and remember them: when it
        is asked for the first time, or would drive too much else out of memory."""
        first, self.asked = not self.asked, True
        few = self.count >= max(_WORTH_PROBING, _FEW * documents)
        return few and (first or _EACH * self.count > self.snapshot.scores.room // _MANY)

    def _looked_up(self, documents: Documents) -> Weights:
        """The same from the postings: a long list is hardly read."""
        total = np.zeros(len(documents), np.float32)
        for name in schema.TEXT_FIELDS:
            total += (
                self.snapshot.weights_in(name, self.term, documents) * field_weights(self.snapshot, name)[documents]
            )
        scores = saturated(total, self.weight)
        if self.form:
            exact = np.zeros(len(documents), np.bool_)
            for name in schema.WORDS_FIELDS:
                exact |= self.snapshot.weights_in(name, self.form, documents) > 0
            scores[exact] += np.float32(self.lift)
        return scores


def word(snapshot: Snapshot, term: str, form: str = "") -> Word:
    """A term in any text field, asked for in a form (folded); remembered by the snapshot."""
    found: Word | None = snapshot.words.get((term, form))
    if found is None:
        found = _word(snapshot, term, form) if form else _stem(snapshot, term)
        snapshot.words.keep((term, form), found)
    return found


def _stem(snapshot: Snapshot, term: str) -> Word:
    count = snapshot.holders(schema.TEXT_FIELDS, term)
    rarity = idf(snapshot.record.articles, count)
    weight = rarity * burst(count, snapshot.occurrences(term))
    return Word(snapshot, term, "", count, rarity, weight, 0.0)


def _word(snapshot: Snapshot, term: str, form: str) -> Word:
    stem = word(snapshot, term)
    if not stem.count or RARER * snapshot.holders_at_least(schema.WORDS_FIELDS, form) >= stem.count:
        return stem  # as with nearly all words
    more = lift(snapshot.record.articles, stem.count, snapshot.holders(schema.WORDS_FIELDS, form))
    return replace(stem, form=form, lift=more, best=()) if more > 0 else stem


def scored(
    snapshot: Snapshot, fields: Sequence[tuple[str, Postings]], known: int = 0, exact: Mask | None = None
) -> Scored:
    """BM25F of what counts as one word, from its postings in some fields, as if at least ``known`` articles had it.
    ``exact``: which documents have a form that was asked for, among others."""
    fields = [(name, postings) for name, postings in fields if len(postings.documents)]
    if not fields:
        return _NOTHING
    documents, frequency = _added_up(snapshot, fields)
    found = _weighed(snapshot, documents, fields, known, exact)
    return _saturated(documents, frequency, found.idf * found.burst, found.lift, exact)


class Weighed(NamedTuple):
    """What counts as one word: articles that have it, and have it in the form asked for; what it weighs by its rarity
    and by repetition; and what the form tells besides."""

    articles: int
    exact: int
    idf: float
    burst: float
    lift: float


def weighed(
    snapshot: Snapshot, fields: Sequence[tuple[str, Postings]], known: int = 0, exact: Mask | None = None
) -> Weighed:
    """What ``scored`` makes its scores of."""
    fields = [(name, postings) for name, postings in fields if len(postings.documents)]
    return _weighed(snapshot, _added_up(snapshot, fields)[0], fields, known, exact)


def _weighed(
    snapshot: Snapshot, documents: Documents, fields: Sequence[tuple[str, Postings]], known: int, exact: Mask | None
) -> Weighed:
    articles, count = snapshot.record.articles, len(documents)
    occurrences = sum(int(postings.frequencies.sum(dtype=np.int64)) for _, postings in fields)
    with_form = 0 if exact is None else int(np.count_nonzero(exact[documents]))
    more = lift(articles, max(known, count), max(known, with_form)) if with_form else 0.0
    return Weighed(count, with_form, idf(articles, max(known, count)), burst(count, occurrences), max(more, 0.0))


def _added_up(snapshot: Snapshot, fields: Sequence[tuple[str, Postings]]) -> tuple[Documents, Weights]:
    """The articles of some postings, and the weighted, normalised frequency in each over all fields."""
    if not fields:
        return _NOTHING
    parts = [
        (postings.documents, postings.frequencies * field_weights(snapshot, name)[postings.documents])
        for name, postings in fields
    ]
    return parts[0] if len(parts) == 1 else _added(snapshot.size, parts)


def _saturated(documents: Documents, frequency: Weights, weight: float, more: float, exact: Mask | None) -> Scored:
    scores = saturated(frequency, weight)
    if exact is not None and more > 0:
        scores[exact[documents]] += np.float32(more)
    return Scored(documents, scores)


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
    firsts = run_starts(documents)
    return Scored(documents[firsts], np.maximum.reduceat(np.concatenate([one.scores, scores])[order], firsts))


def field_weights(snapshot: Snapshot, name: str) -> Weights:
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
    firsts = run_starts(documents)
    return documents[firsts], np.add.reduceat(np.concatenate([values for _, values in parts])[order], firsts)
