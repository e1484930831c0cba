"""Which terms of a field may be spelt nearly like a word? Few, whatever the script and however many terms there are.

A term of letters is cut into four parts of about the same length. One edit (insert, delete, replace, swap neighbours)
leaves the first two or the last two as they were, and two edits leave some two of the four: at which places of the
other word they then stand is known from the lengths of both (partitioning into exact search). So each term has a key of
its length and every two of its parts, a short one of its halves only; and for a word that is asked the keys are looked
up that a term would have to have. Neighbours that were swapped across a cut are looked up as if they were swapped back.

A key is hashed, and each bucket has a range of hashes: ``<field>.near`` holds the numbers of the terms, bucket after
bucket, and ``.nearends`` where each bucket begins, and the last ends. The lower 16 bits are there; of those above, each
has a row of ``.nearhigh``, a bit a number. What is in a bucket may be there for another key. Terms of more than 32
letters, or with what is no letter, have no keys.

Deletions, as SymSpell has them, would be looked up in fewer places, and take five times the room. Not here: how many
edits there are in the end (edits.py), what such words are good for (answering).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from article_search.arrays import distinct
from article_search.backends.embedded.columnar import arrays
from article_search.backends.embedded.columnar.container import Array, Container, ContainerError

LONGEST = 32  # letters of a term that has keys
_SHORT = 6  # letters; of a shorter term two edits leave so little that it is not looked up by it
_HALVES = (0, 1), (2, 3)
_PAIRS = (*_HALVES, (0, 2), (0, 3), (1, 2), (1, 3))
_IN_BUCKET = 16  # numbers, about
_LOW = 16  # bits
_RUN = 1 << 16  # terms whose keys are made at a time
_ODD = 0x9E3779B97F4A7C15  # with bits in no order
_FACTORS = np.array([pow(_ODD, place + 2, 1 << 64) for place in range(LONGEST // 2 + 2)], np.uint64)

Keys = NDArray[np.uint64]


class _Key(NamedTuple):
    """Where the letters of a key are, and a number for the length of the term and which two of its parts they are."""

    places: tuple[int, ...]
    kind: int


class _Table(NamedTuple):
    """Keys that words of one length have: a row of places each, filled up with the place behind the word, and kinds."""

    places: NDArray[np.int64]
    kinds: NDArray[np.uint64]

    @classmethod
    def of(cls, keys: Sequence[_Key], letters: int) -> _Table:
        places = np.full((len(keys), max(len(key.places) for key in keys)), letters)
        for row, key in zip(places, keys, strict=True):
            row[: len(key.places)] = key.places
        return cls(places, np.array([key.kind for key in keys], np.uint64))

    def keys(self, letters: NDArray[np.uint32]) -> Keys:
        """The keys of some words, a row each, whose letters are the rows given, with a zero behind."""
        found: Keys = np.broadcast_to(self.kinds * np.uint64(_ODD), (len(letters), len(self.kinds))).copy()
        for places, factor in zip(self.places.T, _FACTORS, strict=False):
            found += letters[:, places] * factor
        found *= np.uint64(_ODD)
        return found


def _parts(letters: int) -> tuple[range, ...]:
    cuts = [part * letters // 4 for part in range(5)]
    return tuple(map(range, cuts, cuts[1:]))


def _kind(letters: int, parts: tuple[int, int]) -> int:
    return letters * len(_PAIRS) + _PAIRS.index(parts)


@lru_cache(maxsize=LONGEST)
def _of_term(letters: int) -> _Table:
    """The keys of a term of so many letters."""
    parts = _parts(letters)
    pairs = _PAIRS if letters >= _SHORT else _HALVES
    keys = [_Key(tuple(place for part in pair for place in parts[part]), _kind(letters, pair)) for pair in pairs]
    return _Table.of(keys, letters)


@lru_cache(maxsize=2 * LONGEST)
def _asked(letters: int, edits: int) -> _Table:
    """Of all terms within some edits of a word of so many letters one key at least."""
    lengths = range(max(1, letters - edits), min(letters + edits, LONGEST) + 1)
    keys = dict.fromkeys(key for length in lengths for key in _asked_of(letters, length, edits))
    return _Table.of(list(keys), letters)


def _asked_of(letters: int, length: int, edits: int) -> Iterator[_Key]:
    """Those of terms of one length. A part stands as many places later in the word than in the term as more letters
    were deleted than inserted before it: none before the first edit, the difference in length after the last."""
    parts, end = _parts(length), letters - length

    def key(pair: tuple[int, int], shifts: tuple[int, int], swapped: int | None = None) -> Iterator[_Key]:
        places = [place + shift for part, shift in zip(pair, shifts, strict=True) for place in parts[part]]
        if swapped is not None:
            places = [2 * swapped - 1 - place if place in (swapped - 1, swapped) else place for place in places]
        if all(0 <= place < letters for place in places):
            yield _Key(tuple(places), _kind(length, pair))

    first, last = _HALVES
    yield from key(first, (0, 0))
    yield from key(last, (end, end))
    if edits == 1:
        if not end:  # a swap in the middle is in both halves
            yield from key(first, (0, 0), parts[2].start)
        return
    yield from key((0, 3), (0, end))
    for shift in (-1, 0, 1):  # after the first edit
        if abs(end - shift) <= 1:
            yield from key((0, 2), (0, shift))
            yield from key((1, 3), (shift, end))
            yield from key((1, 2), (shift, shift))
    if abs(end) <= 1:  # one of the edits may be a swap across a cut, the other is in the other half
        for part in (1, 2):
            yield from key(first, (0, 0), parts[part].start)
            yield from key(last, (end, end), parts[part + 1].start + end)


def may_ask(letters: int, edits: int) -> bool:
    """Whether all terms within so many edits of a word of so many letters are to be found by their keys."""
    return edits == 1 or (edits == 2 and letters - edits >= _SHORT)


def asked_keys(word: str, edits: int) -> Keys:
    """Keys of which every term of letters has one that is within so many edits of a word, of 30 letters at most."""
    letters = np.array([[*map(ord, word), 0]], np.uint32)
    found: Keys = _asked(len(word), edits).keys(letters)[0]
    return found


class Neighbours:
    """The keys of some terms, in a container; ``prefix`` is what the names of their arrays begin with."""

    def __init__(self, container: Container, prefix: str) -> None:
        self._near = container.view(f"{prefix}near")
        self._ends = container.view(f"{prefix}nearends")
        self._high = container.view(f"{prefix}nearhigh") if f"{prefix}nearhigh" in container else None

    def terms(self, keys: Keys) -> NDArray[np.int64]:
        """Numbers of the terms that have some keys, and of a few others; ascending."""
        buckets = _buckets(keys, len(self._ends) - 1).astype(np.int64)
        starts = self._ends.chosen(buckets).astype(np.int64)
        counts = self._ends.chosen(buckets + 1) - starts
        if int(counts.min()) < 0:
            raise ContainerError("an array refers to items that are not there")
        before = np.cumsum(counts) - counts
        where = np.repeat(starts - before, counts) + np.arange(int(counts.sum()))
        numbers = self._near.chosen(where).astype(np.uint32)
        if self._high is not None:
            row = (len(self._near) + 7) // 8
            for start in range(0, len(self._high), row):
                bits = (self._high.chosen(start + (where >> 3)) >> (7 - (where & 7)).astype(np.uint8)) & 1
                numbers |= bits.astype(np.uint32) << np.uint32(_LOW + start // row)
        numbers.sort()
        return distinct(numbers).astype(np.int64)


def near_arrays(terms: Sequence[bytes]) -> dict[str, Array]:
    """The arrays of some terms in order, by name."""
    runs = (_keys_and_numbers(terms[first : first + _RUN], first) for first in range(0, len(terms), _RUN))
    keys = arrays.concatenated(each for run in runs for each in run).astype(np.uint64, copy=False)
    keys.sort()
    count = 1 + len(keys) // _IN_BUCKET
    where = np.searchsorted(_buckets(keys, count), np.arange(count + 1, dtype=np.uint64))
    contents = {"near": keys.astype(np.uint16), "nearends": arrays.smallest(where)}
    rows = range(_LOW, max(0, len(terms) - 1).bit_length())
    if rows:
        high = [np.packbits((keys >> np.uint64(bit)).astype(np.uint8) & 1) for bit in rows]
        contents["nearhigh"] = np.concatenate(high)
    return contents


def _buckets(keys: Keys, count: int) -> NDArray[np.uint64]:
    """The buckets of keys, of so many; ascending like the keys."""
    return (keys >> np.uint64(32)) * np.uint64(count) >> np.uint64(32)


def _keys_and_numbers(terms: Sequence[bytes], first: int) -> Iterator[Keys]:
    """The upper half of each key of some terms, and in the lower the number of the term, from that of the first on."""
    by_length: dict[int, list[tuple[str, int]]] = {}
    for number, term in enumerate(terms, first):
        if len(term) <= 4 * LONGEST and (word := term.decode()).isalpha() and len(word) <= LONGEST:
            by_length.setdefault(len(word), []).append((word, number))
    for length, words in by_length.items():
        letters = np.zeros((len(words), length + 1), np.uint32)
        text = "".join(word for word, _ in words).encode("utf-32-le")
        letters[:, :length] = np.frombuffer(text, np.uint32).reshape(-1, length)
        keys = _of_term(length).keys(letters)
        keys &= np.uint64(0xFFFFFFFF << 32)
        keys |= np.fromiter((number for _, number in words), np.uint64, len(words))[:, None]
        yield keys.ravel()
