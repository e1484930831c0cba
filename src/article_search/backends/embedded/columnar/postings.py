"""How does Whoosh read the postings of a columnar field? Its matcher and its statistics of a term, over fields.py.

Whoosh's formats other than Positions encode their values as pickles, and decode them when a matcher is asked for them;
this module only carries the bytes. Not here: the arrays (fields.py), scores.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.matching import LeafMatcher, ReadTooFar
from whoosh.reading import TermInfo

from article_search.backends.embedded.columnar.fields import FieldReader

BLOCK = 128  # postings a Whoosh matcher skips at a time


class ColumnarTermInfo(TermInfo):  # type: ignore[misc]
    """Whoosh's statistics of a term, counted when they are asked for."""

    def __init__(self, field: FieldReader, number: int) -> None:
        self._field = field
        self._number = number
        self._start, self._stop = field.bounds(number)
        # Whoosh shifts these two by name when it puts several segments together.
        documents = field.documents(number)
        self._minid: int = int(documents[0])
        self._maxid: int = int(documents[-1])

    def weight(self) -> float:
        return float(self._field.weights(self._start, self._stop).sum(dtype=np.float64))

    def doc_frequency(self) -> int:
        return self._stop - self._start

    def min_length(self) -> int:
        return self._field.shortest_and_longest(self._number)[0]

    def max_length(self) -> int:
        return self._field.shortest_and_longest(self._number)[1]

    def max_weight(self) -> float:
        return float(self._field.weights(self._start, self._stop).max())


class ColumnarMatcher(LeafMatcher):  # type: ignore[misc]
    """A Whoosh matcher over one term's postings, a block of them at a time turned into Python numbers."""

    def __init__(self, field: FieldReader, number: int, format_: Any, scorer: Any, term: Any) -> None:
        self.scorer = scorer
        self.format = format_
        self._term = term
        self._field = field
        self._number = number
        self._start, self._stop = field.bounds(number)
        self._documents = field.documents(number)
        self._block = -1
        self._base = 0  # rank of the block's first posting
        self._place_ends: NDArray[np.int64] | None = None
        self._goto(0)

    def _goto(self, posting: int) -> None:
        """Moves to a posting by its rank; past the last one the matcher has ended."""
        self._i = posting
        block = posting // BLOCK
        if block != self._block and posting < len(self._documents):
            self._block = block
            self._base = block * BLOCK
            self._ids = self._documents[self._base : self._base + BLOCK].tolist()
            self._block_weights: list[float] | None = None

    def _weights_of_block(self) -> list[float]:
        if self._block_weights is None:
            start = self._start + self._base
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
        number: int = self._ids[self._i - self._base]
        return number

    def all_ids(self) -> Iterator[int]:
        return iter(self._documents[self._i :].tolist())

    def next(self) -> bool:
        if not self.is_active():
            raise ReadTooFar
        self._goto(self._i + 1)
        return self._i % BLOCK == 0 or not self.is_active()

    def skip_to(self, id: int) -> None:
        if not self.is_active():
            raise ReadTooFar
        if id <= self._ids[-1]:
            self._goto(self._base + bisect_left(self._ids, id, self._i - self._base))
        elif id <= self._documents[-1]:
            wanted = self._documents.dtype.type(id)  # of another type, and numpy would convert all documents to it
            rest = self._base + BLOCK
            self._goto(rest + int(np.searchsorted(self._documents[rest:], wanted)))
        else:
            self._goto(len(self._documents))

    def weight(self) -> float:
        return float(self._weights_of_block()[self._i - self._base])

    def value(self) -> bytes:
        if self._field.has_positions():
            encoded: bytes = self.format.encode(self._places())
            return encoded
        return self._field.value(self._start + self._i)

    def value_as(self, astype: str) -> Any:
        if astype == "positions" and self._field.has_positions():
            return self._places()
        return super().value_as(astype)

    def _places(self) -> list[int]:
        if self._place_ends is None:
            self._place_ends = self._field.place_ends(self._number)
        ends, i = self._place_ends, self._i
        return self._field.places(self._number, int(ends[i - 1]) if i else 0, int(ends[i]))

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
            self._goto(min(self._base + BLOCK, len(self._documents)))
            skipped += 1
        return skipped
