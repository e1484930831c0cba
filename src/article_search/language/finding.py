"""Where in a text are the words that are looked for? Found at the speed of memory, not of words.

What matches is what text.py makes the same term of; this only leaves out what cannot. What stands between blanks is
analysed as a whole, and once: what was found in it is known where it stands again. Not here: which passage of a text is
shown (answering/snippets.py).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from typing import NamedTuple, TypeVar

from article_search.language import languages, scripts, segmentation
from article_search.language.folding import normal_run
from article_search.language.segmentation import APOSTROPHES
from article_search.language.text import ENGLISH, analysers
from article_search.late import pattern

S = TypeVar("S", str, bytes)
_FOREIGN = pattern(r"[^\x00-\x7f\s]+")
_WITH_DIGIT = pattern(r"(?<!\S)[^\s0-9]*+[0-9]")  # between blanks
_POINT = pattern(r"\.(?=[A-Za-z0-9])")
# What may stand within a word and is left out by folding, points of initials aside.
_JOINING = "".join(sorted({*APOSTROPHES, "\u00b7"}))
_JOINED = {sign: pattern(rf"{sign}(?=[A-Za-z0-9][A-Za-z0-9{_JOINING}])") for sign in _JOINING}
# One word as it stands, with what most texts have around it: found without a look at all that words can be.
_SIMPLE = pattern(r"[\"'(\[“‘]*([A-Za-z]{2,}(?:['’]s)?)[,.;:?!…\"'”’)\]]*")
# Of Chinese and Japanese, which write no blanks, what stands between commas; with the one before, which tells whether a
# sign belongs to a word.
_COMMAS = "\u3001\u3002\uff01\uff0c\uff1a\uff1b\uff1f"
_CLAUSES = pattern(f"[{_COMMAS}]?[^{_COMMAS}]+|[{_COMMAS}]")
_ALNUM = pattern("[a-z0-9]+")
_HEX = pattern(r"[a-f]+[0-9][0-9a-f]*")
_AT_ONCE = 16_384  # characters of a text that are read in one go
_ENDING = 2  # letters of an English stem that may be others in the word, one at most in fact
_FOREIGN_BYTES = 1.25  # of UTF-8 a character, from which on most words of a text have letters beyond ASCII
_FIRST = 3  # letters of a stem of other languages that are those of the word
_TO_A_VOWEL = pattern("[^aou]*[aou]?", re.IGNORECASE)
_KNOWN_CHARS, _KNOWN = 40, 1_000  # of what stands between blanks, and how many of such are remembered for a query

_ASCII = bytes(range(128))
_CONTINUING = bytes(range(0x80, 0xC0))  # bytes of UTF-8 that begin no character
_LETTERS = bytes(byte if chr(byte).isalnum() and byte < 128 else 32 for byte in range(256)).lower()


_match = tuple.__new__  # makes a NamedTuple in a third of the time: there are a dozen in each text shown


class Match(NamedTuple):
    """A term that was looked for: ``text[start:end]`` is the word."""

    term: str
    start: int
    end: int


def never() -> bool:
    """Of what may take as long as it does."""
    return False


def find(
    text: str,
    wanted: frozenset[str],
    prefixes: tuple[str, ...] = (),
    language: str = ENGLISH,
    late: Callable[[], bool] = never,
) -> Iterable[Match]:
    """The words of a text of which a term is wanted or whose plain form begins with one of the prefixes, in order; of
    scripts without blanks, pairs of letters. Long texts are read piece by piece, no further once it is ``late``."""
    sought = _sought(wanted, prefixes, language)
    if len(text) <= _AT_ONCE:
        return () if late() else sought.matches(text, 0)
    return _piece_by_piece(text, sought, late)


def _piece_by_piece(text: str, sought: _Sought, late: Callable[[], bool]) -> Iterator[Match]:
    start = 0
    while start < len(text) and not late():
        end = _end_of_piece(text, start)
        yield from sought.matches(text[start:end], start)
        start = end


def _end_of_piece(text: str, start: int) -> int:
    """Where what is read in one go ends: between words, if there are blanks at all."""
    end = start + _AT_ONCE
    if end >= len(text):
        return len(text)
    return max(text.rfind(" ", start, end), text.rfind("\n", start, end)) + 1 or end


class _Sought(dict[str, tuple[Match, ...]]):
    """What is looked for; and by what stands between blanks the matches in it, of what was met before."""

    def __init__(self, wanted: frozenset[str], prefixes: tuple[str, ...], language: str) -> None:
        super().__init__()
        self._wanted, self._prefixes = wanted, prefixes
        self._foreign = [term for term in (*wanted, *prefixes) if not term.isascii()]
        self._analyser = analysers[language]
        self._beginnings = None if language in languages.LOOSE else _beginnings(wanted, prefixes, language)

    def matches(self, text: str, at: int) -> Iterable[Match]:
        """The matches in a text, in order; of one that begins ``at`` a place of a longer one, where they are there."""
        places = None if self._beginnings is None else _places(text, self._beginnings)
        return self._of_all(text, at) if places is None else self._around(text, places, at)

    def _of_all(self, text: str, at: int) -> Iterator[Match]:
        for chunk in text.replace("\n", " ").split(" "):
            for term, start, end in self[chunk]:
                yield Match(term, at + start, at + end)
            at += len(chunk) + 1

    def _around(self, text: str, places: list[int], at: int) -> list[Match]:
        """The matches in what stands between blanks and has one of some places."""
        text = text.replace("\n", " ")
        found: list[Match] = []
        end = 0
        for place in sorted(places):
            if place < end:
                continue
            start = place if text[place - 1] == " " else text.rfind(" ", end, place) + 1 or end
            end = text.find(" ", place)
            if end < 0:
                end = len(text)
            for term, first, last in self[text[start:end]]:
                found.append(_match(Match, (term, at + start + first, at + start + last)))
        return found

    def __missing__(self, chunk: str) -> tuple[Match, ...]:
        simple = _SIMPLE.fullmatch(chunk)
        found = tuple(self._in_word(chunk, *simple.span(1) * 2) if simple else self._in_words(chunk))
        if len(chunk) <= _KNOWN_CHARS and len(self) < _KNOWN:
            self[chunk] = found
        return found

    def _in_words(self, text: str) -> Iterator[Match]:
        at = 0
        for clause in (text,) if text.isascii() else _CLAUSES.findall(text):
            if clause.isascii() or any(map(clause.__contains__, self._foreign)) or not _stands_as_it_is(clause):
                for span in segmentation.spans(clause):
                    for term, start, end in self._in_word(clause, *span):
                        yield Match(term, at + start, at + end)
            at += len(clause)

    def _in_word(self, text: str, start: int, end: int, begin: int, reach: int) -> Iterable[Match]:
        terms, plain = self._analyser[text[begin:reach]]
        if self._wanted.isdisjoint(terms):
            return (Match(terms[0], start, end),) if self._prefixes and plain.startswith(self._prefixes) else ()
        found = [term for term in terms if term in self._wanted]
        if reach > end and segmentation.is_unspaced(text[start]):
            ends = dict(zip(reversed(terms), _ends(text, start, reach), strict=True))
            return [Match(term, start, ends[term]) for term in found]
        return [Match(term, start, end) for term in found]


_sought = lru_cache(maxsize=16)(_Sought)


def _ends(text: str, start: int, reach: int) -> list[int]:
    """Where each of some letters of a run ends."""
    return [start + span.end for span in segmentation.spans(text[start:reach])]


def _stands_as_it_is(text: str) -> bool:
    """Whether a text is of letters without blanks that folding leaves alone: all its terms are parts of it."""
    return _unspaced().fullmatch(text) is not None and normal_run(text) == text


@cache
def _unspaced() -> re.Pattern[str]:
    """Letters without blanks, and commas between them; made when it is first needed, for it takes a while."""
    return re.compile(f"[{_COMMAS}{scripts.UNSPACED}{scripts.FOLLOWING}{scripts.MARKS}]*")


# ---- where a word may match ----


class _Beginnings(NamedTuple):
    """What a word that matches begins with, behind a blank and in lower case, if nothing is left out of it; all that
    may stand in one before what is; signs that are words; and whether a word may be of digits, which are found within
    words."""

    starts: tuple[bytes, ...]
    parted: frozenset[bytes]
    signs: frozenset[str]
    numbers: bool


def _beginnings(wanted: frozenset[str], prefixes: tuple[str, ...], language: str) -> _Beginnings | None:
    """None when that is not known."""
    wanted = frozenset(map(segmentation.bare, wanted))
    starts: dict[bytes, None] = {}
    signs: set[str] = set()
    numbers = False
    for term in (*wanted, *prefixes):
        if term[:1].isascii() and not term[:1].isalnum() and term:
            signs.add(term[0])
            continue
        if not term[:1].isalnum():
            return None
        if not term.isascii():  # it is of foreign letters in the text as well
            continue
        if term[0].isdigit() or _HEX.fullmatch(term):  # which may follow 0x
            numbers = True
            continue
        start = _ALNUM.match(term[: _kept(term, language)].lower())
        starts[b" " + start[0].encode()] = None  # type: ignore[index]
    parted = frozenset(start[1:length] for start in starts for length in range(2, len(start)))
    return _Beginnings(tuple(starts), parted, frozenset(signs), numbers)


def _kept(term: str, language: str) -> int:
    """How many letters of a term are those of each word it is made of; at least one more follows in the word."""
    # The last letter of a stem may be another one in the word (cri for cry), or two of them (die for dying).
    kept = 1 if term[1:] == "ie" else max(1, min(_FIRST, len(term) - 1))
    if language == ENGLISH:
        return max(kept, len(term) - _ENDING)
    if language in languages.VOWELS_IN_TWO:  # muenchen is munchen
        return min(kept, _TO_A_VOWEL.match(term).end())  # type: ignore[union-attr]
    return kept


def _places(text: str, looked_for: _Beginnings) -> list[int] | None:
    """A place in each word that may match, in no order: in at least all that do. None where most words have foreign
    letters, and so may be any word, see fold."""
    data = text.encode("utf-8", "surrogatepass")
    if len(data) > len(text) * _FOREIGN_BYTES:
        return None
    # A byte a character, and a blank for each that is no letter; one more stands before the first word.
    letters = b" " + data.translate(_LETTERS, _CONTINUING if len(data) > len(text) else b"")
    places = [place for start in looked_for.starts for place in _all(letters, start)]
    if looked_for.numbers:
        places += [found.end() - 1 for found in _WITH_DIGIT.finditer(text)]
    for sign in looked_for.signs:
        places += _all(text, sign)
    signs = {sign for sign in "'`" if sign in text}
    if len(data) > len(text):
        others = set(data.translate(None, _ASCII).decode("utf-8", "surrogatepass"))
        signs |= others
        if any(map(_is_foreign, others)):
            places += [found.start() for found in _FOREIGN.finditer(text) if any(map(_is_foreign, found[0]))]
    for sign in signs & _JOINED.keys():  # o'brien is obrien
        for joined in _JOINED[sign].finditer(text):
            place = joined.start()
            if letters[letters.rfind(b" ", 0, place + 1) + 1 : place + 1] in looked_for.parted:
                places.append(place - 1)
    for point in _POINT.finditer(text):  # U.K. is uk
        place = point.start()
        if letters[place : place + 1] in looked_for.parted and letters[place - 1 : place] == b" ":
            places.append(place - 1)
    return places


def _all(text: S, part: S) -> list[int]:
    """Where a part of a text stands in it."""
    places = []
    place = text.find(part)
    while place >= 0:
        places.append(place)
        place = text.find(part, place + 1)
    return places


@lru_cache(maxsize=4096)
def _is_foreign(char: str) -> bool:
    """Whether a character beyond ASCII is a letter or an accent, which folding may turn into others."""
    return char.isalnum() or char == "\u00ad" or unicodedata.combining(char) != 0
