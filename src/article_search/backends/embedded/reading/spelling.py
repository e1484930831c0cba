"""Which words of an index are spelt nearly like one? All that are within some edits, of all fields and segments.

Each segment tells by its keys (columnar/neighbours.py) some hundreds of words that may be, however many it has. Those
with few letters that are not in the one are compared with it letter by letter, all at once. Not here: whether a word
needs correcting and which of its neighbours was meant (answering).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from article_search.backends.base import Near
from article_search.backends.edits import LONGEST, distances, strange
from article_search.backends.embedded.columnar import arrays
from article_search.backends.embedded.columnar.fields import FieldReader
from article_search.backends.embedded.columnar.neighbours import asked_keys, may_ask

_CONTINUES = 0xC0, 0x80  # these bits of a byte say that it goes on a letter of UTF-8


class Vocabulary:
    """The words of some fields and segments."""

    def __init__(self, readers: Sequence[FieldReader]) -> None:
        self._readers = [reader for reader in readers if reader.count]

    def within(self, word: str, edits: int) -> list[Near]:
        """The other words of letters within some edits, see ``distances``. Of two edits in a word of less than eight
        letters, which nobody asks for who corrects words, and of more, all words are compared."""
        if may_ask(len(word), edits):
            keys = asked_keys(word, edits)
            numbers = [reader.neighbours.terms(keys) for reader in self._readers]
        else:
            numbers = [np.arange(reader.count) for reader in self._readers]
        return [near for near in self._near(numbers, word, edits) if near.word != word]

    def beginning(self, start: str, edits: int) -> list[Near]:
        """The words that begin with the same letter, and nearly with the same letters: ``manchs`` finds manchester."""
        first = start[0].encode()
        numbers = [np.arange(reader.closest(first), reader.closest(first + b"\xff")) for reader in self._readers]
        return self._near(numbers, start[:LONGEST], edits, prefix=True)

    def _near(self, numbers: Sequence[NDArray[np.int64]], word: str, most: int, prefix: bool = False) -> list[Near]:
        """Of some terms of each field those of letters within some edits, each once. The frequencies of fields and
        segments are added up: how they overlap is not known."""
        found: dict[str, Near] = {}
        chosen, edits = self._compared(numbers, word, most, prefix)
        bounds = np.cumsum([0, *map(len, numbers)])
        parts = np.searchsorted(bounds, chosen, side="right") - 1
        for part, place, away in zip(parts.tolist(), (chosen - bounds[parts]).tolist(), edits.tolist(), strict=True):
            reader, number = self._readers[part], int(numbers[part][place])
            other = reader.term(number).decode()
            if other.isalpha():
                before = found[other].frequency if other in found else 0
                found[other] = Near(other, away, before + reader.frequency(number))
        return list(found.values())

    def _compared(
        self, numbers: Sequence[NDArray[np.int64]], word: str, most: int, prefix: bool
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Which of some terms, field after field, are within some edits, and within how many."""
        texts = [reader.chosen(each) for reader, each in zip(self._readers, numbers, strict=True)]
        text = arrays.concatenated(each for each, _ in texts)
        ends = np.cumsum(arrays.concatenated(sizes for _, sizes in texts), dtype=np.int64)
        letters = np.frombuffer(text.tobytes().decode().encode("utf-32-le"), np.uint32)
        if len(letters) < len(text):
            ends = np.cumsum((text & _CONTINUES[0]) != _CONTINUES[1])[ends - 1]
        starts = np.append(0, ends[:-1])[: len(ends)]
        foreign = np.append(0, np.cumsum(strange(word, letters), dtype=np.int32))
        if prefix:
            fits = foreign[np.minimum(starts + max(0, len(word) - most), ends)] - foreign[starts] <= most
        else:
            fits = (foreign[ends] - foreign[starts] <= most) & (np.abs(ends - starts - len(word)) <= most)
        chosen = np.flatnonzero(fits)
        starts, lengths = starts[chosen, None], (ends - starts)[chosen, None]
        places = np.arange(len(word) + most)
        rows = letters[np.minimum(starts + places, len(letters) - 1)]
        rows *= places < lengths
        edits = distances(word, rows, prefix=prefix)
        near = edits <= most
        return chosen[near], edits[near]
