"""What are the newest titles, as one run of numbers? A number a term, made of the index when it is first asked for.

Pairs and threes of words are counted in it as they are needed, and no index of them is kept. Not here: what is made of
that (answering/suggesting.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import numpy as np
from numpy.typing import NDArray

from article_search.backends.base import Head, Numbers
from article_search.backends.embedded import schema
from article_search.backends.embedded.reading.columns import Documents, Mask
from article_search.backends.embedded.reading.snapshot import Snapshot
from article_search.language import text
from article_search.query.tree import TextField

_FIELD: TextField = "title"
_PLACES = 4_000_000  # words of titles that are kept, those of the newest articles; 9 bytes each
_END = -1  # number between two titles
_MARGIN = 16  # places behind the last title, so that words after it need no thought


class SnapshotTitles:
    """The titles of one commit, numbered as its documents are: those of the newest articles are in the run."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self.size = snapshot.size
        self.numbers: dict[str, int] = {}
        kept = _newest(snapshot)
        runs, holders = [], []
        base = 0
        for reader, counts in snapshot.segments(_FIELD):
            lengths = np.where(kept[base : base + len(counts)], counts, 0).astype(np.int64)
            starts = np.cumsum(lengths + 1) - (lengths + 1)
            run = np.full(int((lengths + 1).sum()), _END, np.int32)
            if reader is not None:
                numbers = np.array([self._number(term) for term in reader.terms()], np.int32)
                documents, frequency = reader.all_documents()
                times = reader.weights(0, len(documents)).astype(np.int64)
                documents = np.repeat(documents, times)
                terms = np.repeat(np.repeat(numbers, frequency), times)
                there = lengths[documents] > 0
                places = starts[documents[there]] + reader.places_of(0, reader.count)[there]
                run[places] = terms[there]
                self._choose(run, places, terms[there])
            runs.append(run)
            holders.append(np.repeat(np.arange(base, base + len(lengths), dtype=np.int32), lengths + 1))
            base += len(lengths)
        margin = np.full(_MARGIN, _END, np.int32)
        self.run = np.concatenate([*runs, margin])
        self.holder = np.concatenate([*holders, margin])

    def _choose(self, run: NDArray[np.int32], places: NDArray[np.int64], terms: NDArray[np.int32]) -> None:
        """Puts the plainest term where there are several."""
        several = np.bincount(places, minlength=len(run))[places] > 1
        places, terms = places[several], terms[several]
        if len(places):
            names = list(self.numbers)
            plainness = {number: text.plainness(names[number]) for number in np.unique(terms).tolist()}
            order = np.lexsort((terms, np.array([plainness[number] for number in terms.tolist()])))
            run[places[order]] = terms[order]  # the last one stays

    def _number(self, term: bytes) -> int:
        return self.numbers.setdefault(term.decode(), len(self.numbers))

    def with_terms(self, terms: Collection[str]) -> Mask:
        """By title, whether it has any of some terms."""
        return self._those(self._snapshot.postings(_FIELD, term).documents for term in terms)

    def with_words(self, words: Collection[str]) -> Mask:
        """By title, whether it has any of some words as they are, folded."""
        return self._those(self._snapshot.postings(schema.words_field(_FIELD), word).documents for word in words)

    def beginning(self, start: str, most: int) -> tuple[list[str], Mask]:
        """The most frequent words that begin so; and by title, whether it has any that does."""
        words, documents = self._snapshot.beginning(schema.words_field(_FIELD), start, most)
        return words, self._those(documents)

    def _those(self, documents: Iterable[Documents]) -> Mask:
        mask = np.zeros(self.size, np.bool_)
        for some in documents:
            mask[some] = True
        return mask & self._snapshot.live

    def newest(self, titles: Numbers, count: int) -> list[int]:
        """The first of some titles by date."""
        dates = self._snapshot.dates[titles]
        if len(titles) > count:
            titles = titles[dates >= np.partition(dates, -count)[-count]]
            dates = self._snapshot.dates[titles]
        order = np.lexsort((self._snapshot.order[titles], -(dates // 2)))  # halved: no date is the least number
        newest: list[int] = titles[order[:count]].tolist()
        return newest

    def place(self, title: int) -> int:
        """Where a title begins."""
        return int(np.searchsorted(self.holder[:-_MARGIN], np.int32(title)))

    def text(self, title: int) -> str:
        """A title as it is written."""
        return self._snapshot.title(title)

    def head(self, title: int) -> Head:
        """What is shown of the article with a title."""
        return self._snapshot.head(title)


def _newest(snapshot: Snapshot) -> Mask:
    """Which titles are kept: of the newest articles as many as there is room for."""
    kept = snapshot.live.copy()
    parts = [counts.astype(np.int64) for _, counts in snapshot.segments(_FIELD)]
    lengths = np.concatenate(parts) if parts else np.empty(0, np.int64)
    if lengths[kept].sum() > _PLACES:
        newest = np.argsort(snapshot.dates, kind="stable")[::-1]
        newest = newest[kept[newest]]
        kept[newest[np.searchsorted(np.cumsum(lengths[newest]), _PLACES) :]] = False
    return kept
