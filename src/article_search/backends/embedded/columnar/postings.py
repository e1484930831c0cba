"""Here is a term, which documents have it? One field of a segment: its terms, postings, positions and lengths.

"Where is my term?" ``<field>.terms`` holds the terms' bytes in order, one after the other, ``.ends`` where each ends;
a binary search finds the number of a term.
"Which documents?" ``.starts[n]`` to ``.starts[n + 1]`` are the term's postings: ``.docs``, ascending, and ``.weights``
(absent when all are 1).
"Where in them?" ``.positions`` holds as many places as the weights of the postings before add up to; ``.places[n]`` is
where those of term n begin. Values of other formats are kept as Whoosh encodes them, in ``.values`` and ``.valueends``.
"How long are they?" That is kept with the documents, see codec.py; readers of a field are given it.

Numbers take the smallest type that holds them all. Not here: writing (codec.py, building.py), scores.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.matching import LeafMatcher, ReadTooFar
from whoosh.reading import TermInfo

from article_search.backends.embedded.columnar.container import Array, Container, View

BLOCK = 128  # postings a Whoosh matcher skips at a time


class FieldReader:
    """The inverted index of one field."""

    def __init__(self, container: Container, field: str, lengths: View | None = None) -> None:
        self._blob = container.view(f"{field}.terms")
        self._ends = container.view(f"{field}.ends")
        self._starts = container.view(f"{field}.starts")
        self.docs = container.view(f"{field}.docs")
        self._weights = container.view(f"{field}.weights") if f"{field}.weights" in container else None
        self._positions = container.view(f"{field}.positions") if f"{field}.positions" in container else None
        self._places = container.view(f"{field}.places") if self._positions is not None else None
        self._values = container.view(f"{field}.values") if f"{field}.values" in container else None
        self._valueends = container.view(f"{field}.valueends") if self._values is not None else None
        self._lengths = lengths
        self.count = len(self._ends)

    # Terms

    def term(self, number: int) -> bytes:
        """The bytes of a term."""
        start = self._ends.item(number - 1) if number else 0
        return bytes(self._blob.part(start, self._ends.item(number)))

    def closest(self, term: bytes) -> int:
        """Number of the first term that is not before ``term``; ``count`` when there is none."""
        return bisect_left(range(self.count), term, key=self.term)

    def find(self, term: bytes) -> int | None:
        """Number of a term, None when no document has it."""
        number = self.closest(term)
        return number if number < self.count and self.term(number) == term else None

    def terms(self, start: int = 0) -> Iterator[bytes]:
        """The terms in order, from a number on."""
        return map(self.term, range(start, self.count))

    # Postings

    def bounds(self, number: int) -> tuple[int, int]:
        """Where the postings of a term begin and end."""
        return self._starts.item(number), self._starts.item(number + 1)

    def frequency(self, number: int) -> int:
        """How many documents have a term."""
        start, stop = self.bounds(number)
        return stop - start

    def documents(self, number: int) -> Array:
        """The documents of a term, ascending."""
        return self.docs.part(*self.bounds(number))

    def weights(self, start: int, stop: int) -> Array:
        """The weights of some postings."""
        if self._weights is None:
            return np.ones(stop - start, np.uint8)
        return self._weights.part(start, stop)

    def has_positions(self) -> bool:
        """Whether places are kept as numbers."""
        return self._positions is not None

    def positions(self, number: int, postings: NDArray[np.int64]) -> tuple[Array, NDArray[np.int64]]:
        """Places of a term in some of its postings (by their rank in the list, ascending): all places one after the
        other, and how many each posting has."""
        start, stop = self.bounds(number)
        counts = self.weights(start, stop).astype(np.int64)
        ends = np.cumsum(counts)
        assert self._positions is not None and self._places is not None
        place = self._places.item(number)
        if len(postings) == len(counts):
            return self._positions.part(place, place + int(ends[-1]) if len(ends) else place), counts
        chosen = counts[postings]
        firsts = ends[postings] - chosen
        offsets = np.cumsum(chosen) - chosen
        index = np.repeat(firsts - offsets, chosen) + np.arange(int(chosen.sum()))
        if not len(index):
            return np.empty(0, np.int64), chosen
        low, high = int(index[0]), int(index[-1]) + 1
        return self._positions.part(place + low, place + high)[index - low], chosen

    def value(self, number: int, posting: int, format_: Any) -> bytes:
        """What Whoosh's format makes of a posting (by its place in ``docs``)."""
        if self._valueends is not None and self._values is not None:
            start = self._valueends.item(posting - 1) if posting else 0
            return bytes(self._values.part(start, self._valueends.item(posting)))
        if self._positions is not None:
            encoded: bytes = format_.encode(self.places(number, posting))
            return encoded
        return b""

    def places(self, number: int, posting: int) -> list[int]:
        """Places of a term in one posting (by its place in ``docs``)."""
        start, _ = self.bounds(number)
        places, _ = self.positions(number, np.asarray([posting - start]))
        found: list[int] = places.tolist()
        return found

    # Lengths

    def length(self, document: int) -> int:
        """Number of words of a document's field."""
        return self._lengths.item(document) if self._lengths is not None else 0

    def lengths(self) -> Array:
        """Number of words of each document's field."""
        return self._lengths.part(0, len(self._lengths)) if self._lengths is not None else np.empty(0, np.uint8)


class ColumnarTermInfo(TermInfo):  # type: ignore[misc]
    """Whoosh's statistics of a term, counted when they are asked for."""

    def __init__(self, field: FieldReader, number: int) -> None:
        self._field = field
        self._start, self._stop = field.bounds(number)

    def _all_weights(self) -> Array:
        return self._field.weights(self._start, self._stop)

    def _all_lengths(self) -> Array:
        documents = self._field.docs.part(self._start, self._stop)
        lengths = self._field.lengths()
        return lengths[documents] if len(lengths) else np.zeros(1, np.uint8)

    def weight(self) -> float:
        return float(self._all_weights().sum(dtype=np.float64))

    def doc_frequency(self) -> int:
        return self._stop - self._start

    def min_length(self) -> int:
        return int(self._all_lengths().min())

    def max_length(self) -> int:
        return int(self._all_lengths().max())

    def max_weight(self) -> float:
        return float(self._all_weights().max())

    def min_id(self) -> int:
        return int(self._field.docs.item(self._start))

    def max_id(self) -> int:
        return int(self._field.docs.item(self._stop - 1))


class ColumnarMatcher(LeafMatcher):  # type: ignore[misc]
    """A Whoosh matcher over one term's postings, a block of them at a time turned into Python numbers."""

    def __init__(self, field: FieldReader, number: int, format_: Any, scorer: Any, term: Any) -> None:
        self.scorer = scorer
        self.format = format_
        self._term = term
        self._field = field
        self._number = number
        self._start, self._stop = field.bounds(number)
        self._documents = field.docs.part(self._start, self._stop)
        self._block = -1
        self._goto(0)

    def _goto(self, posting: int) -> None:
        """Moves to a posting by its rank; past the last one the matcher has ended."""
        self._i = posting
        block = posting // BLOCK
        if block != self._block and posting < len(self._documents):
            self._block = block
            self._ids = self._documents[block * BLOCK : (block + 1) * BLOCK].tolist()
            self._block_weights: list[float] | None = None

    def _weights_of_block(self) -> list[float]:
        if self._block_weights is None:
            start = self._start + self._block * BLOCK
            stop = min(start + BLOCK, self._stop)
            self._block_weights = self._field.weights(start, stop).tolist()
        return self._block_weights

    def copy(self) -> ColumnarMatcher:
        other = ColumnarMatcher(self._field, self._number, self.format, self.scorer, self._term)
        other._goto(self._i)
        return other

    def is_active(self) -> bool:
        return self._i < len(self._documents)

    def reset(self) -> None:
        self._goto(0)

    def id(self) -> int:
        number: int = self._ids[self._i % BLOCK]
        return number

    def all_ids(self) -> Iterator[int]:
        return iter(self._documents[self._i :].tolist())

    def next(self) -> bool:
        if not self.is_active():
            raise ReadTooFar
        self._goto(self._i + 1)
        return self._i % BLOCK == 0

    def skip_to(self, id: int) -> None:
        if not self.is_active():
            raise ReadTooFar
        if id > self.id():
            self._goto(self._i + int(np.searchsorted(self._documents[self._i :], id)))

    def weight(self) -> float:
        return float(self._weights_of_block()[self._i % BLOCK])

    def value(self) -> bytes:
        return self._field.value(self._number, self._start + self._i, self.format)

    def value_as(self, astype: str) -> Any:
        if astype == "positions" and self._field.has_positions():
            return self._field.places(self._number, self._start + self._i)
        return super().value_as(astype)

    # Blocks, for Whoosh's own skipping of what cannot score enough

    def block_min_id(self) -> int:
        return int(self._ids[0])

    def block_max_id(self) -> int:
        return int(self._ids[-1])

    def block_min_length(self) -> int:
        lengths = self._field.lengths()
        return int(lengths[self._ids].min()) if len(lengths) else 0

    def block_max_length(self) -> int:
        lengths = self._field.lengths()
        return int(lengths[self._ids].max()) if len(lengths) else 0

    def block_max_weight(self) -> float:
        return float(max(self._weights_of_block()))

    def skip_to_quality(self, minquality: float) -> int:
        skipped = 0
        while self.is_active() and self.block_quality() <= minquality:
            self._goto((self._block + 1) * BLOCK if (self._block + 1) * BLOCK < len(self._documents) else self._end())
            skipped += 1
        return skipped

    def _end(self) -> int:
        return len(self._documents)
