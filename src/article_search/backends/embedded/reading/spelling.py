"""Which words of an index are spelt nearly like one? All that are within one edit or two, of all fields and segments.

What each segment has filed (columnar/neighbours.py) tells a few hundred or thousand words that may be, whatever their
number; these are compared letter by letter, all at once. Not here: whether a word needs correcting and which of its
neighbours was meant (answering).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from article_search.backends.base import Near
from article_search.backends.edits import LONGEST, distances
from article_search.backends.embedded.columnar.fields import FieldReader
from article_search.backends.embedded.columnar.neighbours import asked_keys

_CONTINUES = 0xC0, 0x80  # these bits of a byte say that it goes on a letter of UTF-8


class _Words(NamedTuple):
    """Some terms of a field in a segment, by number, and a row each of code points: its first letters, and zeros."""

    reader: FieldReader
    numbers: NDArray[np.int64]
    letters: NDArray[np.uint32]


class Vocabulary:
    """The words of some fields and segments."""

    def __init__(self, readers: Sequence[FieldReader]) -> None:
        self._readers = [reader for reader in readers if reader.count]

    def within(self, word: str, edits: int) -> list[Near]:
        """The other words of letters within one edit or two, see ``distances``."""
        wanted = asked_keys(word, edits)
        found = [_words(reader, reader.neighbours.terms(wanted), len(word) + edits) for reader in self._readers]
        return [near for near in _near(found, word, edits) if near.word != word]

    def beginning(self, start: str, edits: int) -> list[Near]:
        """The words that begin with the same letter, and nearly with the same letters: ``manchs`` finds manchester."""
        start = start[:LONGEST]
        found = []
        for reader in self._readers:
            first = reader.closest(start[0].encode())
            last = reader.closest(start[0].encode() + b"\xff")
            found.append(_words(reader, np.arange(first, last), len(start) + edits, cut=True))
        return _near(found, start, edits, prefix=True)


def _words(reader: FieldReader, numbers: NDArray[np.int64], most: int, cut: bool = False) -> _Words:
    """Some terms, ascending, of so many letters at most; ``cut``: longer ones too, as far as that."""
    text, sizes = reader.chosen(numbers)
    letters = np.frombuffer(text.tobytes().decode().encode("utf-32-le"), np.uint32)
    begins = np.cumsum((text & _CONTINUES[0]) != _CONTINUES[1])
    ends = begins[np.cumsum(sizes) - 1] if len(sizes) else sizes
    lengths = np.diff(ends, prepend=0)
    if not cut:
        fits = lengths <= most
        numbers, ends, lengths = numbers[fits], ends[fits], lengths[fits]
    places = np.arange(most)
    rows = letters[np.minimum((ends - lengths)[:, None] + places, len(letters) - 1)]
    rows *= places < lengths[:, None]
    return _Words(reader, numbers, rows)


def _near(parts: Iterable[_Words], word: str, most: int, prefix: bool = False) -> list[Near]:
    """Those within some edits, each word once. The frequencies of fields and segments are added up: how they overlap is
    not known."""
    found: dict[str, Near] = {}
    parts = list(parts)
    letters = np.concatenate([part.letters for part in parts]) if parts else np.empty((0, 1), np.uint32)
    edits = distances(word, letters, prefix=prefix)
    done = 0
    for part in parts:
        away = edits[done : done + len(part.numbers)]
        done += len(part.numbers)
        near = away <= most
        for number, edit in zip(part.numbers[near].tolist(), away[near].tolist(), strict=True):
            other = part.reader.term(number).decode()
            if other.isalpha():
                before = found[other].frequency if other in found else 0
                found[other] = Near(other, edit, before + part.reader.frequency(number))
    return list(found.values())
