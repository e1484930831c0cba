"""What does one word say of the articles that have it? Each with its score in a list, or looked up in some of them.

The formulas are those of scoring.py. Not here: which articles answer a tree (evaluating.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from article_search import scoring
from article_search.arrays import ranks, run_starts
from article_search.backends.base import TEXT_FIELDS, Leaf
from article_search.backends.embedded import schema
from article_search.backends.embedded.reading.columns import Documents, Mask
from article_search.backends.embedded.reading.snapshot import Postings, Snapshot, Weights
from article_search.late import dataclass
from article_search.query.tree import TextField

_WORTH_PROBING = 4096  # documents; a shorter list is scored whole before some of it are
_FEW = 8  # one in so many documents is better looked up alone
_MANY = 64  # words should have room in memory
_EACH = 8  # bytes of a document and its score
_FREQUENT = 16  # a word that one in so many documents has may be spread out, once
_LOOKED_UP = 64  # this many times fewer documents than there are were looked up one by one
_NEARLY_ALL = 4  # a word that one in so many documents has is scored in all of them


class Scored(NamedTuple):
    """Articles that have a word, ascending, and the word's score in each."""

    documents: Documents
    scores: Weights


NOTHING = Scored(np.empty(0, np.int32), np.empty(0, np.float32))


@dataclass(slots=True)
class Listed:
    """What counts as one word, scored in every article that has it; a Word to those who add up scores.

    A frequent word that is looked up or added up often is spread out: a score by document, 0 in those that have it
    not.
    """

    snapshot: Snapshot
    leaf: Leaf  # the snapshot remembers it by
    found: Scored
    kept: bool = False  # it is complete, and the snapshot may remember more of it
    looked_up: int = 0  # documents, one by one, since it was last spread out

    def keep(self) -> None:
        """Has the snapshot remember it while there is room."""
        self.kept = True
        self.snapshot.scores.keep(self.leaf, self, _EACH * self.count)

    @property
    def count(self) -> int:
        """Articles that have it."""
        return len(self.found.documents)

    def all(self) -> Scored:
        """Every article that has it."""
        return self.found

    def of(self, documents: Documents) -> Weights:
        """Its score in some documents, ascending; 0 in those that have it not. Some article must have it."""
        spread = self._spread(len(documents))
        if spread is not None:
            return spread[documents]
        at = ranks(self.found.documents, documents)
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
        spread: Weights | None = self.snapshot.spread.get(self.leaf)
        if spread is None:
            self.looked_up += documents
            if _LOOKED_UP * self.looked_up > size:
                self.looked_up = 0
                spread = np.zeros(size, np.float32)
                spread[self.found.documents] = self.found.scores
                self.snapshot.spread.keep(self.leaf, spread, spread.nbytes)
        return spread


@dataclass(slots=True)
class Spread:
    """The same of a word that a great part of all documents has: its score by document, 0 in those that have it not.
    Four bytes a document take less room and time than a long list."""

    scores: Weights
    count: int  # articles that have it

    def all(self) -> Scored:
        """Every article that has it."""
        documents = self.scores.nonzero()[0].astype(np.int32)
        return Scored(documents, self.scores[documents])

    def of(self, documents: Documents) -> Weights:
        """Its score in some documents."""
        return self.scores.take(documents)

    def add(self, total: Weights, times: float) -> None:
        """Adds its scores, so many times, to those of all documents."""
        total += self.scores if times == 1 else self.scores * np.float32(times)


@dataclass(slots=True)
class Word:
    """One term in any text field: how many articles have it, and what it says of them, all or some."""

    snapshot: Snapshot
    leaf: Leaf  # it is asked for by
    term: str
    form: str  # what lifts those that have it, folded; nothing does when empty
    count: int  # articles that have the term
    weight: float
    lift: float  # what articles that have the form score besides
    asked: bool = False

    def all(self) -> Scored:
        """Every article that has the word."""
        return self.listed().all()

    def listed(self) -> Listed | Spread:
        """The word scored in all of them; remembered by the snapshot while there is room."""
        listed: Listed | Spread | None = self.snapshot.scores.get(self.leaf)
        if listed is None:
            exact = self.snapshot.having(schema.WORDS_FIELDS, self.form) if self.form else None
            if self.count * _NEARLY_ALL > self.snapshot.size:
                listed = self._spread(exact)
                self.snapshot.scores.keep(self.leaf, listed, listed.scores.nbytes)
                return listed
            fields = self.snapshot.text_postings(self.term)
            documents, frequencies = added_up(self.snapshot, fields)
            scores = scoring.saturated(frequencies, self.weight)
            if exact is not None:
                scores[exact[documents]] += np.float32(self.lift)
            listed = Listed(self.snapshot, self.leaf, Scored(documents, scores))
            listed.keep()
        return listed

    def _spread(self, exact: Mask | None) -> Spread:
        total = np.zeros(self.snapshot.size, np.float32)
        for name in TEXT_FIELDS:
            self.snapshot.add_weights(total, name, self.term, field_weights(self.snapshot, name))
        scores: Weights = scoring.saturated(total, self.weight)
        if exact is not None:
            scores[exact] += np.float32(self.lift)
        if self.snapshot.has_deletions:
            scores[~self.snapshot.live] = 0
        return Spread(scores, self.count)

    def of(self, documents: Documents) -> Weights:
        """The word's score in some documents, ascending; 0 in those that have it not."""
        known: Listed | Spread | None = self.snapshot.scores.get(self.leaf)
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
        for name in TEXT_FIELDS:
            total += (
                self.snapshot.weights_in(name, self.term, documents) * field_weights(self.snapshot, name)[documents]
            )
        scores: Weights = scoring.saturated(total, self.weight)
        if self.form:
            exact = np.zeros(len(documents), np.bool_)
            for words in schema.WORDS_FIELDS:
                exact |= self.snapshot.weights_in(words, self.form, documents) > 0
            scores[exact] += np.float32(self.lift)
        return scores


Scorer = Word | Listed  # what scores a word of a tree


def all_words(words: Sequence[tuple[Scorer, float]]) -> tuple[Documents, Weights]:
    """Articles that have every word, and the sum of its scores, each so many times. The rarest list is looked up in the
    others."""
    (first, factor), *others = sorted(words, key=lambda pair: pair[0].count)
    documents, scores = first.all()
    if factor != 1:
        scores = scores * np.float32(factor)
    for other, factor in others:
        if not len(documents):
            break
        more = other.of(documents)
        there = more.nonzero()[0]
        if factor != 1:
            more *= np.float32(factor)
        documents, scores = documents[there], (scores + more)[there]
    return documents, scores


def added_up(snapshot: Snapshot, fields: Sequence[tuple[TextField, Postings]]) -> tuple[Documents, Weights]:
    """The articles of some postings, and the weighted, normalised frequency in each over all fields; new arrays."""
    if not fields:
        return NOTHING
    parts = [
        (postings.documents, postings.frequencies * field_weights(snapshot, name)[postings.documents])
        for name, postings in fields
    ]
    return parts[0] if len(parts) == 1 else added(snapshot.size, parts)


def united(size: int, forms: Sequence[Postings]) -> Postings:
    """The postings of several forms as those of one word; ``size`` documents there are."""
    forms = [postings for postings in forms if len(postings.documents)] or list(forms[:1])
    if len(forms) == 1:
        return forms[0]
    return Postings(*added(size, [(each.documents, each.frequencies.astype(np.float32)) for each in forms]))


def better(one: Scored, guess: Scored, weight: float) -> Scored:
    """Articles that have either of two words with the higher score of theirs, the second's times a weight."""
    if not len(guess.documents):
        return one
    return Scored(*most([one, (guess.documents, guess.scores * np.float32(weight))]))


def most(parts: Sequence[tuple[Documents, Weights]]) -> tuple[Documents, Weights]:
    """The highest by document of several sorted lists."""
    documents = np.concatenate([documents for documents, _ in parts])
    order = np.argsort(documents, kind="stable")
    documents = documents[order]
    firsts = run_starts(documents)
    return documents[firsts], np.maximum.reduceat(np.concatenate([values for _, values in parts])[order], firsts)


def field_weights(snapshot: Snapshot, name: TextField) -> Weights:
    """By document, what a frequency in a field counts: the longer the field, the less. Remembered by the snapshot."""
    found = snapshot.field_weights.get(name)
    if found is None:
        found = snapshot.field_weights[name] = scoring.field_weight(name, snapshot.lengths(name))
    return found


def added(size: int, parts: Sequence[tuple[Documents, Weights]]) -> tuple[Documents, Weights]:
    """The sum by document of several sorted lists."""
    if _are_dense(size, [documents for documents, _ in parts]):
        total = _summed(size, *zip(*parts, strict=True))
        found = np.flatnonzero(total).astype(np.int32)
        return found, total[found]
    found, sums = summing(size, [documents for documents, _ in parts])
    return found, sums([values for _, values in parts])


def summing(size: int, lists: Sequence[Documents]) -> tuple[Documents, Callable[[Sequence[Weights]], Weights]]:
    """The documents of several sorted lists, of ``size`` there are, and what sums values of each list by document."""
    if _are_dense(size, lists):
        mask = np.zeros(size, np.bool_)
        for documents in lists:
            mask[documents] = True
        found = np.flatnonzero(mask).astype(np.int32)
        return found, lambda values: _summed(size, lists, values)[found]
    every = np.concatenate(lists)
    order = np.argsort(every, kind="stable")
    every = every[order]
    firsts = run_starts(every)
    return every[firsts], lambda values: np.add.reduceat(np.concatenate(values)[order], firsts)


def _are_dense(size: int, lists: Sequence[Documents]) -> bool:
    """Whether so many of all documents are in some lists that they are better summed in their places."""
    return sum(map(len, lists)) > size // 16


def _summed(size: int, lists: Sequence[Documents], values: Sequence[Weights]) -> Weights:
    total = np.zeros(size, np.float32)
    for documents, each in zip(lists, values, strict=True):
        total[documents] += each
    return total
