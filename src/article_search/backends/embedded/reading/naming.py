"""Which articles are called so, and in which titles do words stand? By postings of titles and by keys of whole names.

Not here: what naming an article counts (scoring.py), which words may name one (answering).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from article_search import scoring
from article_search.backends.base import Called, Titled, Word
from article_search.backends.embedded.reading.columns import Documents
from article_search.backends.embedded.reading.ranking import most, summing
from article_search.backends.embedded.reading.snapshot import Postings, Snapshot, Weights
from article_search.query.tree import TextField

_TITLE: TextField = "title"
_TELLING = "lengths.telling"  # the array of the file of documents, see schema.py
_FIELDS = {"title": "called", "other": "named"}

Read = Callable[[TextField, Word], Sequence[tuple[Postings, tuple[str, ...]]]]


class InTitles(NamedTuple):
    """Articles that have any of some words in their title, ascending: what these weigh there, how many places they
    have, how many telling words there are, and whether these are all of them."""

    documents: Documents
    told: Weights
    covered: Weights
    telling: NDArray[np.uint8]
    is_named: NDArray[np.bool_]

    def scores(self) -> Weights:
        """What their titles add to what they score."""
        scores: Weights = scoring.titled(self.told, self.covered, self.telling)
        return scores

    def named(self) -> Documents:
        """Those that the words name."""
        named: Documents = self.documents[self.is_named]
        return named


def in_titles(snapshot: Snapshot, titled: Titled, read: Read) -> InTitles:
    """Where words stand in titles. ``read`` gives the postings of a word in a field by its ways, and the terms of
    each way."""
    covered: list[tuple[Documents, Weights]] = []
    told: list[float] = []
    rare: list[float] = []  # what each weighs where a title is named
    lengths = telling(snapshot, titled.common)
    for word, weight in titled.words:
        places = []
        for found, terms in read(_TITLE, word):
            size = sum(term not in titled.common for term in terms)
            if not size:
                size, found = len(terms), _those(found, lengths.only_common)
            if len(found.documents):
                places.append((found.documents, found.frequencies * np.float32(size)))
        if places:
            # Two ways may be of one place, as a word with its signs and without.
            having = places[0] if len(places) == 1 else most(places)
            covered.append(having)
            told.append(weight)
            rare.append(max(weight, scoring.idf(snapshot.record.articles, len(having[0]))))
    if not covered:
        nothing = np.empty(0, np.float32)
        return InTitles(np.empty(0, np.int32), nothing, nothing, np.empty(0, np.uint8), np.empty(0, np.bool_))
    lists = [documents for documents, _ in covered]
    documents, summed = summing(snapshot.size, lists)
    places_of = summed([places for _, places in covered])
    words = lengths.words[documents]
    is_named = places_of >= np.maximum(words, titled.least)
    tells = summed([np.full(len(each), weight, np.float32) for each, weight in zip(lists, told, strict=True)])
    if rare != told and is_named.any():
        named = [np.full(len(each), weight, np.float32) for each, weight in zip(lists, rare, strict=True)]
        tells = np.where(is_named, summed(named), tells)
    return InTitles(documents, tells, places_of, words, is_named)


class Telling(NamedTuple):
    """By document, how many telling words its title has, at least 1, and whether they are all common ones."""

    words: NDArray[np.uint8]
    only_common: NDArray[np.bool_]


def telling(snapshot: Snapshot, common: tuple[str, ...]) -> Telling:
    """How many words of titles tell, without some terms; known when it is asked for again."""
    key = (Telling, common)
    found: Telling | None = snapshot.made.get(key)
    if found is None:
        counted = snapshot.counted(_TELLING)
        lengths = snapshot.counted(f"lengths.{_TITLE}")
        counted = np.where(counted > 0, counted, lengths)  # what Whoosh has written is not counted
        without = counted.copy()
        for term in common:
            postings = snapshot.postings(_TITLE, term)
            without[postings.documents] -= postings.frequencies.astype(np.int64)
        words = np.where(without > 0, without, counted)
        found = snapshot.made[key] = Telling(np.clip(words, 1, 255).astype(np.uint8), without <= 0)
    return found


def _those(postings: Postings, mask: NDArray[np.bool_]) -> Postings:
    chosen = mask[postings.documents]
    return Postings(postings.documents[chosen], postings.frequencies[chosen])


def names(snapshot: Snapshot, keys: Sequence[str]) -> list[int]:
    """How many articles have each of some keys for another name. Where no name begins with one, none is looked for that
    goes on from it."""
    readers = snapshot.readers(_FIELDS["other"])
    counts = dict.fromkeys(keys, 0)
    nothing = None
    for key in sorted(keys):
        if nothing is None or not key.startswith(nothing):
            encoded = key.encode()
            near = [reader.term(number) for reader in readers if (number := reader.closest(encoded)) < reader.count]
            if encoded in near:
                counts[key] = len(called(snapshot, Called(key, "other")))
            elif not any(term.startswith(encoded) for term in near):
                nothing = key
    return list(counts.values())


def called(snapshot: Snapshot, asked: Called) -> Documents:
    """The articles that are called so, ascending."""
    if asked.where == "beginning":
        found = [documents for documents in snapshot.beginning("called", asked.key, 0)[1] if len(documents)]
        documents: Documents = np.unique(np.concatenate(found)) if found else np.empty(0, np.int32)
        return documents[snapshot.live[documents]]
    return snapshot.postings(_FIELDS[asked.where], asked.key).documents
