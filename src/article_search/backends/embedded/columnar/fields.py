"""Here is a term, which documents have it? One field of a segment: its terms, postings, positions and lengths.

"Where is my term?" ``<field>.terms`` holds the terms' bytes in order, one after the other, ``.ends`` where each ends;
a binary search finds the number of a term.
"Which documents?" ``.starts[n]`` to ``.starts[n + 1]`` are the term's postings: documents, ascending, and ``.weights``
(packed as in packing.py; absent when all are 1). ``.docs`` holds the documents, list after list, but for the terms that
``.dense`` names, ascending: where more than one document in 16 has a term (in 32, where numbers take 4 bytes), a bit a
document in ``.bitmaps`` is smaller, and as many bytes for each of them.
Of the terms that ``.tabled`` names, ascending, ``.tables`` has the weights once more, a byte for each document up to
the last that has any term: 0 where a document has it not.
"Where in them?" ``.positions`` (packed) holds as many places as the weights of the postings before add up to;
``.places[n]`` is where those of term n begin. Values of other formats are kept as Whoosh encodes them, in ``.values``
and ``.valueends``.
"What is spelt nearly so?" ``.near`` and others, where fields have words; see neighbours.py.
"How long are they?" That is kept with the documents, see segment_files.py; readers of a field are given it.
``.shortest`` and ``.longest``, by term, are there when whoever wrote postings told the lengths along with them.

Numbers take the smallest type that holds them all. Not here: writing (writers.py, building.py), scores.
"""

from __future__ import annotations

import functools
from bisect import bisect_left
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from article_search.arrays import ranks
from article_search.backends.embedded.columnar.container import Array, Container, ContainerError, in_memory
from article_search.backends.embedded.columnar.packing import Packed, unpacked
from article_search.backends.embedded.columnar.terms import Terms

if TYPE_CHECKING:
    from article_search.backends.embedded.columnar.neighbours import Neighbours

_OPTIONAL = ("places", "values", "valueends", "shortest", "longest")


class FieldReader(Terms):
    """The inverted index of one field. ``lengths`` gives the number of words by document, when they are needed."""

    def __init__(self, container: Container, field: str, lengths: Callable[[], Array] | None = None) -> None:
        self._container, self._field = container, field
        super().__init__(container.view(f"{field}.terms"), container.view(f"{field}.ends"))
        self._starts = container.view(f"{field}.starts")
        self._docs = container.view(f"{field}.docs")
        self._weights = unpacked(container, f"{field}.weights")
        self._positions = unpacked(container, f"{field}.positions")
        self._places, self._values, self._valueends, self._shortest, self._longest = (
            container.view(f"{field}.{name}") if f"{field}.{name}" in container else None for name in _OPTIONAL
        )
        self._has_bitmaps = f"{field}.dense" in container
        if self._has_bitmaps:
            self._bitmaps = container.view(f"{field}.bitmaps")
            self._dense_terms = functools.partial(container.array, f"{field}.dense")
        self._tables = container.view(f"{field}.tables") if f"{field}.tables" in container else None
        self._tabled_terms = functools.partial(container.array, f"{field}.tabled")
        self._lengths = lengths

    @cached_property
    def neighbours(self) -> Neighbours:
        """Which of the terms may be spelt nearly like a word; made here where it was not written."""
        from article_search.backends.embedded.columnar import neighbours  # which most searches do without

        if f"{self._field}.near" in self._container:
            return neighbours.Neighbours(self._container, f"{self._field}.")
        return neighbours.Neighbours(in_memory(neighbours.near_arrays([*self.terms()])), "")

    # Postings

    def bounds(self, number: int) -> tuple[int, int]:
        """Where the postings of a term begin and end."""
        return self._starts.item(number), self._starts.item(number + 1)

    def frequency(self, number: int) -> int:
        """How many documents have a term."""
        start, stop = self.bounds(number)
        if stop < start:
            raise ContainerError("the postings of terms are not in order")
        return stop - start

    def frequencies(self) -> NDArray[np.int64]:
        """How many documents have each term."""
        starts = self._starts.whole().astype(np.int64)
        frequencies: NDArray[np.int64] = starts[1:] - starts[:-1]
        return frequencies

    def occurrences(self, number: int) -> int:
        """How often a term stands in all its documents together. Raises KeyError where places are not kept."""
        found = self._first_place(number + 1)[0] - self._first_place(number)[0]
        if found < 0:
            raise ContainerError("the places of terms are not in order")
        return found

    def documents(self, number: int) -> Array:
        """The documents of a term, ascending."""
        start, stop = self.bounds(number)
        if not self._has_bitmaps:
            return self._docs.part(start, stop)
        rank = self._rank(number)
        if rank is not None:
            return self._dense_documents(rank)
        dense, before = self._dense
        skipped = before[bisect_left(dense, number)]
        return self._docs.part(start - skipped, stop - skipped)

    def _rank(self, number: int) -> int | None:
        """The place of a term among those whose documents are bits, None when it is not."""
        if not self._has_bitmaps:
            return None
        dense = self._dense[0]
        rank = bisect_left(dense, number)
        return rank if rank < len(dense) and dense[rank] == number else None

    @cached_property
    def _dense(self) -> tuple[list[int], list[int]]:
        """The terms whose documents are bits, and how many postings those before each have together."""
        terms = self._dense_terms()
        starts = self._starts.whole()
        frequency = starts[terms.astype(np.int64) + 1].astype(np.int64) - starts[terms]
        return terms.tolist(), [0, *np.cumsum(frequency).tolist()]

    def _dense_documents(self, rank: int) -> Array:
        return np.flatnonzero(np.unpackbits(self._bitmap(rank)).view(np.bool_)).astype(self._docs.dtype)

    def _bitmap(self, rank: int) -> Array:
        width = len(self._bitmaps) // len(self._dense[0])
        return self._bitmaps.part(rank * width, (rank + 1) * width)

    @cached_property
    def _tabled(self) -> list[int]:
        tabled: list[int] = self._tabled_terms().tolist()
        return tabled

    def table(self, number: int) -> Array | None:
        """The weight of a term by document, 0 in those that have it not and for none beyond its end; None where there
        is no such table."""
        if self._tables is None:
            return None
        rank = bisect_left(self._tabled, number)
        if rank == len(self._tabled) or self._tabled[rank] != number:
            return None
        width = len(self._tables) // len(self._tabled)
        return self._tables.part(rank * width, (rank + 1) * width)

    def mark(self, number: int, documents: NDArray[np.bool_]) -> None:
        """Sets those of all documents that have a term."""
        rank = self._rank(number)
        if rank is None:
            documents[self.documents(number)] = True
        else:
            bits = np.unpackbits(self._bitmap(rank)).view(np.bool_)[: len(documents)]
            documents[: len(bits)] |= bits

    def ranks_in(self, number: int, documents: Array) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """The rank of each of some documents, ascending, in the list of a term, and whether it is there at all."""
        rank = self._rank(number)
        if rank is not None:
            return _in_bitmap(self._bitmap(rank), documents)
        having = self.documents(number)
        at = ranks(having, documents.astype(having.dtype))
        return at, having[at] == documents

    def weights_in(self, number: int, documents: Array) -> Array:
        """The weights of a term in some documents, ascending; 0 in those that have it not."""
        at, there = self.ranks_in(number, documents)
        weights: Array = there.astype(np.uint32)
        if self._weights is not None:
            weights[there] = self._weights.chosen(at[there] + self._starts.item(number))
        return weights

    def all_documents(self) -> tuple[Array, NDArray[np.int64]]:
        """The documents of all terms, list after list, and how many each list has."""
        return self.documents_of(0, self.count)

    def documents_of(self, first: int, last: int) -> tuple[Array, NDArray[np.int64]]:
        """The documents of some terms, list after list, and how many each list has."""
        starts = self._starts.part(first, last + 1).astype(np.int64)
        frequency = np.diff(starts)
        if not self._has_bitmaps:
            return self._docs.part(int(starts[0]), int(starts[-1])), frequency
        dense, before = self._dense
        documents: Array = np.empty(int(starts[-1] - starts[0]), self._docs.dtype)
        begin = first
        for rank in range(bisect_left(dense, first), bisect_left(dense, last) + 1):
            end = dense[rank] if rank < len(dense) and dense[rank] < last else last
            low, high = int(starts[begin - first]), int(starts[end - first])
            documents[low - starts[0] : high - starts[0]] = self._docs.part(low - before[rank], high - before[rank])
            if end < last:
                documents[high - starts[0] : starts[end + 1 - first] - starts[0]] = self._dense_documents(rank)
            begin = end + 1
        return documents, frequency

    def weights(self, start: int, stop: int) -> Array:
        """The weights of some postings."""
        if self._weights is None:
            return np.ones(stop - start, np.uint8)
        return self._weights.part(start, stop)

    def has_positions(self) -> bool:
        """Whether places are kept as numbers."""
        return self._positions is not None

    def packed_positions(self) -> Packed | None:
        """All places, as they are kept."""
        return self._positions

    def positions(self, number: int, postings: NDArray[np.int64]) -> tuple[Array, NDArray[np.int64]]:
        """Places of a term in some of its postings (by their rank in the list, ascending): all places one after the
        other, and how many each posting has."""
        start, stop = self.bounds(number)
        weights = self.weights(start, stop)
        place, all_positions = self._first_place(number)
        if len(postings) == len(weights):
            counts = weights.astype(np.int64)
            return all_positions.part(place, place + int(counts.sum())), counts
        if not len(postings):
            return np.empty(0, np.int64), np.empty(0, np.int64)
        chosen = weights[postings].astype(np.int64)
        firsts = _sums_before(weights, postings)
        offsets = np.cumsum(chosen) - chosen
        index = np.repeat(firsts - offsets, chosen) + np.arange(int(chosen.sum()))
        return all_positions.chosen(place + index), chosen

    def _first_place(self, number: int) -> tuple[int, Packed]:
        """Where the places of a term begin, and in what. Raises KeyError where places are not kept."""
        if self._positions is None or self._places is None:
            raise KeyError("positions")
        return self._places.item(number), self._positions

    def costs(self) -> NDArray[np.int64]:
        """By term, how many numbers all its postings are: places where they are kept, else documents."""
        ends = (self._starts if self._places is None else self._places).whole().astype(np.int64)
        return ends[1:] - ends[:-1]

    def places_of(self, first: int, last: int) -> Array:
        """Places of some terms in all their postings, one after the other."""
        begin, positions = self._first_place(first)
        return positions.part(begin, self._first_place(last)[0])

    def place_ends(self, number: int) -> NDArray[np.int64]:
        """Where the places of each posting of a term end, counted from its first place."""
        return np.cumsum(self.weights(*self.bounds(number)), dtype=np.int64)

    def places(self, number: int, start: int, stop: int) -> list[int]:
        """Places of a term from one to another, counted from its first place."""
        first, positions = self._first_place(number)
        found: list[int] = positions.part(first + start, first + stop).tolist()
        return found

    def value(self, posting: int) -> bytes:
        """The value of a posting (by its place in ``docs``) as Whoosh's format encoded it, where it is kept so."""
        if self._valueends is None or self._values is None:
            return b""
        return self._values.bytes(self._valueends.item(posting - 1) if posting else 0, self._valueends.item(posting))

    # Lengths

    def lengths(self) -> Array:
        """Number of words of each document's field; empty when no document has any."""
        return self._lengths() if self._lengths else np.empty(0, np.uint8)

    def shortest_and_longest(self, number: int) -> tuple[int, int]:
        """Fewest and most words of the documents of a term."""
        if self._shortest is not None and self._longest is not None:
            return self._shortest.item(number), self._longest.item(number)
        lengths = self.lengths()
        if not len(lengths):
            return 0, 0
        chosen = lengths[self.documents(number)]
        return int(chosen.min()), int(chosen.max())


def _in_bitmap(bitmap: Array, documents: Array) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """How many set bits are before that of each of some documents, and whether that is set."""
    place = documents >> 3
    known = place < len(bitmap)
    place = np.where(known, place, 0)
    byte = bitmap[place]
    bit = (documents & 7).astype(np.uint8)
    there = ((byte >> (7 - bit)) & 1).astype(np.bool_) & known
    counts = np.cumsum(np.bitwise_count(bitmap), dtype=np.int64)
    return counts[place] - np.bitwise_count(byte & (0xFF >> bit)), there


def _sums_before(weights: Array, postings: NDArray[np.int64]) -> NDArray[np.int64]:
    """Sum of the weights before each of some postings, ascending: several times as fast as a running sum of all."""
    sums = np.zeros(len(postings), np.int64)
    first = int(postings[0] == 0)  # nothing is before it
    if first < len(postings):
        begins = np.append(0, postings[first:-1])
        np.cumsum(np.add.reduceat(weights[: postings[-1]], begins, dtype=np.int64), out=sums[first:])
    return sums
