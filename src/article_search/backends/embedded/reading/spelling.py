"""Which words of an index are spelt nearly like one? All that are within some edits, out of the whole vocabulary.

A word is ruled out by its length and by which letters it has; what is left is compared letter by letter, all words at
once, which takes a millisecond or two. (rapidfuzz over a list of all words takes 8, and 12 to import.) Not here:
whether a word needs correcting and which of its neighbours was meant (answering).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from article_search.backends.base import Near
from article_search.backends.edits import LONGEST, distances
from article_search.backends.embedded.columnar.fields import FieldReader
from article_search.late import dataclass

_CONTINUES = 0xC0, 0x80  # these bits of a byte say that it goes on a letter of UTF-8


@dataclass(frozen=True, slots=True)
class _Part:
    """The vocabulary of a field in a segment."""

    reader: FieldReader
    lengths: NDArray[np.uint8]  # in letters
    letters: NDArray[np.uint32]  # a bit for each letter a word has, see _letter_bits

    @classmethod
    def of(cls, reader: FieldReader) -> _Part:
        text, ends = reader.term_bytes()
        starts = np.concatenate((ends[:0], [0], ends[:-1])).astype(np.int64)
        begins = (text & _CONTINUES[0]) != _CONTINUES[1]
        lengths = np.minimum(np.add.reduceat(begins, starts, dtype=np.uint32), 255).astype(np.uint8)
        return cls(reader, lengths, np.bitwise_or.reduceat(_letter_bits(text), starts))

    def within(self, word: str, edits: int) -> list[Near]:
        size = len(word)
        numbers = np.flatnonzero((self.lengths >= size - edits) & (self.lengths <= size + edits))
        wanted = np.bitwise_or.reduce(_letter_bits(np.frombuffer(word.encode(), np.uint8)))
        others = self.letters[numbers] ^ wanted
        # An edit gives a word a letter it had not, or takes one, or both.
        numbers = numbers[np.bitwise_count(others) <= 2 * edits]
        return self._named(numbers, distances(word, self.matrix(numbers)), edits)

    def beginning(self, start: str, edits: int) -> list[Near]:
        first = self.reader.closest(start[0].encode())
        last = self.reader.closest(start[0].encode() + b"\xff")
        numbers = np.arange(first, last)
        return self._named(numbers, distances(start, self.matrix(numbers, len(start) + edits), prefix=True), edits)

    def _named(self, numbers: NDArray[Any], edits: NDArray[Any], most: int) -> list[Near]:
        near = edits <= most
        return [
            Near(self.reader.term(number).decode(), edit, self.reader.frequency(number))
            for number, edit in zip(numbers[near].tolist(), edits[near].tolist(), strict=True)
        ]

    def matrix(self, numbers: NDArray[Any], most: int = LONGEST + 2) -> NDArray[np.uint32]:
        """A row a word: the code points of its letters, at most so many, and zeros."""
        if not len(numbers):
            return np.zeros((0, 1), np.uint32)
        text, ends = self.reader.term_bytes()
        stops = ends[numbers].astype(np.int64)
        starts = np.where(numbers > 0, ends[numbers - 1], 0).astype(np.int64)
        sizes = np.minimum(stops - starts, most)
        places = np.arange(max(1, int(sizes.max())))
        bytes_ = text[np.minimum(starts[:, None] + places, len(text) - 1)]
        letters = np.where(places < sizes[:, None], bytes_, 0).astype(np.uint32)
        rows = np.flatnonzero((letters > 127).any(axis=1))
        if len(rows):
            words = [self.reader.term(number).decode()[:most] for number in numbers[rows].tolist()]
            letters[rows] = 0
            at = np.repeat(rows, list(map(len, words))), np.concatenate([np.arange(len(word)) for word in words])
            letters[at] = np.frombuffer("".join(words).encode("utf-32-le"), np.uint32)
        return letters


class Vocabulary:
    """The words of some fields and segments. Keeps five bytes a word; the words themselves stay in the index."""

    def __init__(self, readers: Sequence[FieldReader]) -> None:
        self._parts = [_Part.of(reader) for reader in readers if reader.count]

    def within(self, word: str, edits: int) -> list[Near]:
        """The other words of letters within some edits, see ``distances``."""
        return _united(near for part in self._parts for near in part.within(word, edits) if near.word != word)

    def beginning(self, start: str, edits: int) -> list[Near]:
        """The words that begin with the same letter, and nearly with the same letters: ``manchs`` finds manchester."""
        return _united(near for part in self._parts for near in part.beginning(start[:LONGEST], edits))


def _united(near: Any) -> list[Near]:
    """Each word once. The frequencies of fields and segments are added up: how they overlap is not known."""
    found: dict[str, Near] = {}
    for word, edits, frequency in near:
        if word.isalpha():
            before = found.get(word)
            found[word] = Near(word, edits, frequency + (before.frequency if before else 0))
    return list(found.values())


def _letter_bits(text: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """A bit for each letter of a text, at its last byte in UTF-8, by which most letters of one script differ."""
    last = np.ones(len(text), np.bool_)
    last[:-1] = (text[1:] & _CONTINUES[0]) != _CONTINUES[1]
    return np.where(last, np.uint32(1) << (text & 31).astype(np.uint32), np.uint32(0)).astype(np.uint32)
