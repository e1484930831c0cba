"""Which number has each word of a text? Words are found and looked up in arrays, many texts at a time.

A text is cut at characters of ASCII that stand in no word and are no sign of one. Each of the pieces, nearly all of
them one word, is looked up in a hash table by its first 16 bytes, all of a batch at once. Only a piece that was never
met, that is longer or whose place in the table is taken is looked at by itself. Not here: how text is cut into words,
what they are indexed as (whoever makes the Vocabulary says so), what becomes of the numbers (building.py).
"""

from __future__ import annotations

import string
from array import array
from collections.abc import Callable, Sequence
from itertools import chain, islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from article_search.backends import sketches

_TABLE_BITS = 19
_KEY = 8  # bytes of a piece in one number; two are looked at
_SEVERAL = 1 << 31  # from here on a number names the words of a piece that is not just one
_PASSING = 3 << 30  # likewise, of one that is soon forgotten
_LONG = 48  # bytes of such a piece
_RUN = 1 << 18  # words looked at at a time
_WORD_BYTES = 200  # memory a distinct word or piece takes, about, the sorting of all included
_WITHIN, _JOINS, _JOINS_DIGITS, _JOINS_BEYOND = 1, 2, 3, 4
_SINGLE, _TWICE = "./", "-:_@$~&<=!%\\#"  # signs before words, those of the second kind perhaps two
_IN_WORDS = string.ascii_letters + string.digits + "+#%"
_KINDS = bytes(
    _WITHIN
    if byte >= 128 or chr(byte) in _IN_WORDS
    else {"-": _JOINS_DIGITS, '"': _JOINS_BEYOND}.get(chr(byte), _JOINS if chr(byte) in "'`,." else 0)
    for byte in range(256)
)


def _among(characters: str) -> NDArray[np.bool_]:
    """By byte, whether it is one of some characters."""
    return np.isin(np.arange(256), [*characters.encode()])


_LETTER, _DIGIT = _among(string.ascii_letters), _among(string.digits)
_ALNUM = _LETTER | _DIGIT
_SIGN, _PAIRED = _among(_SINGLE + _TWICE), _among(_TWICE)
_BEYOND = np.arange(256) >= 128
_WORD = np.frombuffer(_KINDS, np.uint8) == _WITHIN
_MASKS = np.array([(1 << 8 * size) - 1 for size in range(_KEY + 1)], np.uint64)  # so many bytes of a key
_HASH = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)  # odd, with bits in no order


class Vocabulary:
    """Word as written -> its number, terms and plain forms.

    ``split`` cuts a text into words as written: letters, digits, ``+``, ``#`` and ``%``, which an apostrophe, comma or
    point between two of them may join, a hyphen two digits, and a quotation mark two letters beyond ASCII; with signs
    before and behind as language/segmentation.py has them. ``analyse`` gives what a word is indexed as, its terms and
    its plain form. It is asked once a distinct piece: two numbers may stand for one word. ``term_numbers`` and
    ``plain_numbers`` tell, by the number of a word, the numbers that ``terms`` and ``plains`` give its first term and
    its plain form, ``further`` those of its other terms.
    """

    def __init__(
        self, split: Callable[[str], Sequence[str]], analyse: Callable[[str], tuple[Sequence[str], str]]
    ) -> None:
        self._split, self._analyse = split, analyse
        self.clear()

    def clear(self) -> None:
        """Forgets all words."""
        self.terms = Numbered()
        self.plains = Numbered()
        self.term_numbers = array("I")
        self.plain_numbers = array("I")
        self.further = Further()
        self._hashes = np.empty(0, np.uint64)
        # The table, by hash: both keys of a piece (0: there is none) and its number.
        self._firsts, self._seconds = (np.zeros(1 << _TABLE_BITS, np.uint64) for _ in range(2))
        self._numbers = np.zeros(1 << _TABLE_BITS, np.uint32)
        self._others: dict[bytes, int] = {}  # numbers of pieces that have no place in the table
        self._several: list[list[int]] = []  # the words of pieces that are not just one
        self._passing: list[list[int]] = []  # likewise, of long ones, only while they are looked up: few come twice
        self._words: dict[str, int] = {}  # numbers of words of such pieces

    @property
    def size(self) -> int:
        """About how many bytes of memory all words take."""
        return _WORD_BYTES * (len(self.term_numbers) + len(self._others))

    def hashes(self) -> NDArray[np.uint64]:
        """By number, a hash of the plain form of each word, the same in every process."""
        new = list(islice(self.plains, len(self._hashes), None))
        self._hashes = np.concatenate((self._hashes, sketches.hashes(new)))
        return self._hashes[np.frombuffer(self.plain_numbers, np.uint32)] if len(self.plains) else self._hashes

    def numbers(self, texts: Sequence[bytes]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
        """The numbers of the words of some texts in UTF-8, in order, and how many words each text has."""
        data = b" ".join((b"", *texts, bytes(2 * _KEY)))
        starts, ends = _pieces(data)
        numbers = self._looked_up(data, starts, ends)
        sizes = np.fromiter(map(len, texts), np.int64, len(texts))
        firsts = np.searchsorted(starts, 1 + np.cumsum(sizes + 1))  # the first piece behind each text
        several = np.flatnonzero(numbers >= _SEVERAL)
        if len(several):
            numbers, word_ends = self._expanded(numbers, several)
            firsts = np.append(0, word_ends)[firsts]
        return numbers, np.diff(firsts, prepend=0)

    def _looked_up(self, data: bytes, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.uint32]:
        """The number of each piece."""
        bytes_from = np.ndarray(len(data) - _KEY + 1, "<u8", data, 0, (1,)).astype(np.uint64)  # 8 of them, from each on
        sizes = ends - starts
        first = bytes_from.take(starts)
        first &= _MASKS.take(np.minimum(sizes, _KEY))
        second = bytes_from.take(starts + _KEY)
        second &= _MASKS.take(np.clip(sizes - _KEY, 0, _KEY))
        numbers, known = self._in_table(_places(first, second), first, second)
        known &= sizes <= 2 * _KEY
        unknown = np.flatnonzero(~known)
        if len(unknown):
            first, second, sizes = first[unknown], second[unknown], sizes[unknown]
            instead = _other_places(first, second)
            numbers[unknown], known = self._in_table(instead, first, second)
            known &= sizes <= 2 * _KEY
            left = np.flatnonzero(~known)
            unknown = unknown[left]
            places = _places(first[left], second[left])
            columns = (starts[unknown], ends[unknown], places, instead[left], first[left], second[left])
            numbers[unknown] = self._one_by_one(data, *(column.tolist() for column in columns))
        return numbers

    def _in_table(
        self, places: NDArray[np.int64], first: NDArray[np.uint64], second: NDArray[np.uint64]
    ) -> tuple[NDArray[np.uint32], NDArray[np.bool_]]:
        """What the table has at some places, and whether these are the pieces with those keys."""
        known = self._firsts.take(places) == first
        known &= self._seconds.take(places) == second
        return self._numbers.take(places), known

    def _one_by_one(
        self,
        data: bytes,
        starts: list[int],
        ends: list[int],
        places: list[int],
        instead: list[int],
        first: list[int],
        second: list[int],
    ) -> list[int]:
        """The numbers of pieces that the table did not have; those with a place free are in it afterwards."""
        firsts, others = self._firsts.data, self._others
        new: dict[bytes, int] = {}
        found = []
        for start, end, place, other, *keys in zip(starts, ends, places, instead, first, second, strict=True):
            piece = data[start:end]
            number = others.get(piece, new.get(piece))
            if number is None:
                new[piece] = number = self._number(piece)
                if firsts[place]:
                    place = other
                if number >= _PASSING:
                    pass
                elif firsts[place] or end - start > 2 * _KEY:
                    others[piece] = number
                else:
                    self._numbers[place] = number
                    self._firsts[place], self._seconds[place] = keys
            found.append(number)
        return found

    def _number(self, piece: bytes) -> int:
        if piece.isalnum():  # as most are: letters and digits of ASCII
            return self._new(piece.decode())
        words = self._split(piece.decode("utf-8", "surrogatepass"))
        if len(words) == 1:
            return self._new(words[0])
        for word in words:
            if word not in self._words:
                self._words[word] = self._new(word)
        numbers = [self._words[word] for word in words]
        if len(piece) > _LONG:
            self._passing.append(numbers)
            return _PASSING + len(self._passing) - 1
        self._several.append(numbers)
        return _SEVERAL + len(self._several) - 1

    def _new(self, word: str) -> int:
        terms, plain = self._analyse(word)
        number = len(self.term_numbers)
        self.term_numbers.append(self.terms[terms[0]])
        self.plain_numbers.append(self.plains[plain])
        for term in terms[1:]:
            self.further.add(number, self.terms[term])
        return number

    def _expanded(
        self, numbers: NDArray[np.uint32], several: NDArray[np.int64]
    ) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
        """The numbers of words, given those of pieces, and where the words of each piece end."""
        words = [
            self._several[number - _SEVERAL] if number < _PASSING else self._passing[number - _PASSING]
            for number in numbers[several].tolist()
        ]
        self._passing.clear()
        sizes = np.fromiter(map(len, words), np.int64, len(words))
        counts = np.ones(len(numbers), np.int64)
        counts[several] = sizes
        ends = np.cumsum(counts)
        expanded = np.repeat(numbers, counts)
        before = np.cumsum(sizes) - sizes
        places = np.arange(int(sizes.sum())) + np.repeat(ends[several] - sizes - before, sizes)
        expanded[places] = np.fromiter(chain.from_iterable(words), np.uint32, len(places))
        return expanded, ends


class Occurrences(NamedTuple):
    """Terms, by number, and where each is in a stream of words."""

    terms: NDArray[np.uint32]
    where: NDArray[np.uint32]


class Further:
    """Terms of words that have more than one, but for the first; by number, in order of the words."""

    def __init__(self) -> None:
        self._words = array("I")
        self._terms = array("I")

    def add(self, word: int, term: int) -> None:
        """Keeps a further term of the word that is newest."""
        self._words.append(word)
        self._terms.append(term)

    def of(self, occurs: NDArray[np.bool_]) -> NDArray[np.uint32]:
        """The further terms of words that occur."""
        words, terms = self._arrays()
        return terms[occurs[words]]

    def occurrences(self, words: NDArray[np.uint32]) -> Occurrences:
        """All further terms of a stream of words."""
        having, terms = self._arrays()
        by_word = np.bincount(having, minlength=int(words.max(initial=0)) + 1)
        where = np.concatenate(
            [np.empty(0, np.int64)]
            + [np.flatnonzero(by_word[words[at : at + _RUN]]) + at for at in range(0, len(words), _RUN) if len(having)]
        )
        counts = by_word[words[where]]
        before = np.cumsum(counts) - counts
        which = np.arange(int(counts.sum())) + np.repeat(np.searchsorted(having, words[where]) - before, counts)
        return Occurrences(terms[which], np.repeat(where, counts).astype(np.uint32))

    def _arrays(self) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
        if not len(self._words):  # of nothing there is no view
            return np.empty(0, np.uint32), np.empty(0, np.uint32)
        return np.frombuffer(self._words, np.uint32), np.frombuffer(self._terms, np.uint32)


class Numbered(dict[str, int]):
    """String -> number in order of appearance."""

    def __init__(self) -> None:
        super().__init__()
        self._ordered: list[str] = []
        self._numbers = np.empty(0, np.uint32)

    def __missing__(self, string: str) -> int:
        number = self[string] = len(self)
        return number

    def in_order(self) -> tuple[list[str], NDArray[np.uint32]]:
        """All strings in order, which is that of their UTF-8, and the number of each."""
        if len(self._ordered) < len(self):
            # Sorting finds those that were in order before, and merges the others into them.
            self._ordered += sorted(islice(self, len(self._ordered), None))
            self._ordered.sort()
            self._numbers = np.fromiter(map(self.__getitem__, self._ordered), np.uint32, len(self))
        return self._ordered, self._numbers


def _pieces(data: bytes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where the pieces of some bytes begin and end; the first and the last byte are in none."""
    kinds = np.frombuffer(data.translate(_KINDS), np.uint8)
    each = np.frombuffer(data, np.uint8)
    within = kinds == _WITHIN
    for kind, beside in ((_JOINS, _WORD), (_JOINS_DIGITS, _DIGIT), (_JOINS_BEYOND, _BEYOND)):
        joins = np.flatnonzero(kinds == kind)
        within[joins[beside[each[joins - 1]] & beside[each[joins + 1]]]] = True
    edges = np.flatnonzero(within[1:] != within[:-1]) + 1
    starts, ends = edges[0::2], edges[1::2]
    _take_signs(each, starts, ends)
    return starts, ends


def _take_signs(data: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64]) -> None:
    """Lets pieces begin and end with the signs that belong to them."""
    signed = np.flatnonzero(_SIGN.take(data.take(starts - 1)))
    signed = signed[_LETTER[data[starts[signed]]]]
    begins = starts[signed] - 1
    signs = data[begins]
    begins -= _PAIRED[signs] & (data[begins - 1] == signs)
    before = data[begins - 1]
    joins = np.where(before < 128, _ALNUM[before], (data[begins - 3] != 0xE2) | (data[begins - 2] != 0x80))  # U+20xx
    tells = ~joins & (before != signs)
    starts[signed[tells]] = begins[tells]
    calls = np.flatnonzero(data.take(ends) == ord("("))
    ends[calls[_ALNUM[data[ends[calls] - 1]]]] += 1


def _places(first: NDArray[np.uint64], second: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Where in the table pieces belong, by their keys."""
    return _hashed(first, second, *_HASH)


def _other_places(first: NDArray[np.uint64], second: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Where they are put when another is there."""
    return _hashed(first, second, *_HASH[::-1])


def _hashed(
    first: NDArray[np.uint64], second: NDArray[np.uint64], one: np.uint64, other: np.uint64
) -> NDArray[np.int64]:
    mixed = first * one
    mixed ^= second * other
    mixed ^= mixed >> np.uint64(29)
    mixed *= one
    mixed >>= np.uint64(64 - _TABLE_BITS)
    return mixed.view(np.int64)
