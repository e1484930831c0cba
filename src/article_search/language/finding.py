"""Where in a text are the words that are looked for? Found at the speed of memory, not of words.

What matches is what text.py makes the same term of; this only leaves out words that cannot be. Not here: which passage
of a text is shown (answering/snippets.py).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from article_search.language import segmentation
from article_search.language.segmentation import APOSTROPHES, Span
from article_search.language.text import ENGLISH, analysers
from article_search.late import pattern
from article_search.limits import LIMITS

_FOREIGN = pattern(r"[^\x00-\x7f\s]+")
_TO_A_BLANK = pattern(r"\S*")
_WITH_DIGIT = pattern(r"(?<!\S)[^\s0-9]*+[0-9]\S*")  # between blanks
_ASCII = bytes(range(128))
_APOSTROPHES = sorted({apostrophe if apostrophe.isascii() else "?" for apostrophe in APOSTROPHES})
_HEX = pattern(r"[a-f]+[0-9][0-9a-f]*")
_AT_ONCE = 16_384  # characters of a text that are read in one go
_ENDING = 2  # letters of an English stem that may be others in the word, one at most in fact


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
) -> Iterator[Match]:
    """The words of a text of which a term is wanted or whose plain form begins with one of the prefixes, in order; of
    scripts without blanks, pairs of letters. Long texts are read piece by piece, no further once it is ``late``."""
    start = 0
    while start < len(text) and not late():
        end = _end_of_piece(text, start)
        if end - start == len(text):
            yield from _find(text, wanted, prefixes, language)
        else:
            for term, first, last in _find(text[start:end], wanted, prefixes, language):
                yield Match(term, start + first, start + last)
        start = end


def _end_of_piece(text: str, start: int) -> int:
    """Where what is read in one go ends: between words, if there are blanks at all."""
    end = start + _AT_ONCE
    if end >= len(text):
        return len(text)
    return max(text.rfind(" ", start, end), text.rfind("\n", start, end)) + 1 or end


def _find(text: str, wanted: frozenset[str], prefixes: tuple[str, ...], language: str) -> Iterator[Match]:
    """Likewise, in one go.

    Looks for the first letters of what is wanted, which folding and English stemming keep, and analyses only words that
    have them: a text is read at the speed of memory, not of words.
    """
    known = analysers[language]
    for start, end, begin, reach in _candidates(text, wanted, prefixes, language):
        terms, plain = known[text[begin:reach]]
        found = [term for term in terms if term in wanted]
        if found and reach > end and segmentation.is_unspaced(text[start]):
            ends = dict(zip(reversed(terms), _ends(text, start, reach), strict=True))
            yield from (Match(term, start, ends[term]) for term in found)
        elif found:
            yield from (Match(term, start, end) for term in found)
        elif prefixes and plain.startswith(prefixes):
            yield Match(terms[0], start, end)


def _ends(text: str, start: int, reach: int) -> list[int]:
    """Where each of some letters of a run ends."""
    return [start + span.end for span in segmentation.spans(text[start:reach])]


def _candidates(text: str, wanted: frozenset[str], prefixes: tuple[str, ...], language: str) -> Iterable[Span]:
    """The words that may match: at least all that do."""
    if language != ENGLISH:
        return segmentation.spans(text)
    looked_for = _looked_for(wanted, prefixes)
    if looked_for is None:
        return segmentation.spans(text)
    # What has foreign letters may be any word, see fold, and a number the end of one: that is read whole, and nothing
    # is looked for in it.
    pieces = _foreign_pieces(text)
    if looked_for.numbers:
        pieces = sorted({*pieces, *(piece.span() for piece in _WITH_DIGIT.finditer(text))})
    spans = {
        start + span.start: Span(*(start + place for place in span))
        for start, end in pieces
        for span in segmentation.spans(text[start:end])
    }
    # Text of ASCII is searched faster: elsewhere a mark takes the place of each character.
    lower = _blanked(text if text.isascii() else text.encode("ascii", "replace").decode(), pieces).lower()
    for place in _places(lower, looked_for):
        if place not in spans and not _within_word(text, place) and (word := segmentation.word_at(text, place)):
            spans[place] = word
    return [spans[place] for place in sorted(spans)]


def _places(lower: str, looked_for: _LookedFor) -> set[int]:
    """Where words may begin that match. Loops are written out: there are some sixty rounds for each text shown."""
    places: set[int] = set()
    find = lower.find
    for beginning, start in looked_for.beginnings:
        place = find(beginning)
        while place >= 0:
            # Where the next letters are others, it is another word; what is no letter may be left out by folding.
            if lower.startswith(start, place) or not lower[place : place + len(start)].isalpha():
                places.add(place)
            place = find(beginning, place + 1)
    for apostrophe in _APOSTROPHES if looked_for.parted else ():  # o'brien is obrien
        place = find(apostrophe)
        while place >= 0:
            if lower[place - 1 : place] in looked_for.parted:
                places.add(place - 1)
            if lower[place - 2 : place] in looked_for.parted:
                places.add(place - 2)
            place = find(apostrophe, place + 1)
    place = find(".") if looked_for.initials else -1  # U.K. is uk
    while place >= 0:
        if lower[place - 1 : place + 2] in looked_for.initials:
            places.add(place - 1)
        place = find(".", place + 1)
    return places


class _LookedFor(NamedTuple):
    """What a word that matches begins with in lower case, with what it begins with if it is of letters only; what
    stands before an apostrophe in one that begins with it, and its initials with a point; and whether a word may be of
    digits, which are found within words."""

    beginnings: tuple[tuple[str, str], ...]
    parted: frozenset[str]
    initials: frozenset[str]
    numbers: bool


@lru_cache(maxsize=32)
def _looked_for(wanted: frozenset[str], prefixes: tuple[str, ...]) -> _LookedFor | None:
    """None when that is not known, as of signs that are words."""
    wanted = frozenset(map(segmentation.bare, wanted))
    beginnings: dict[tuple[str, str], None] = {}
    parted: set[str] = set()
    initials: set[str] = set()
    numbers = False
    for term in (*wanted, *prefixes):
        if not term[:1].isalnum():
            return None
        if not term.isascii():  # it is of foreign letters in the text as well
            continue
        if term[0].isdigit() or _HEX.fullmatch(term):  # which may follow 0x
            numbers = True
            continue
        # The last letter of a stem may be another one in the word (cri for cry), or two of them (die for dying).
        kept = 1 if term[1:] == "ie" else max(1, min(3, len(term) - (term in wanted)))
        start = term[:kept].lower()
        beginnings[start, term[: max(kept, len(term) - _ENDING)].lower()] = None
        parted.update(start[:length] for length in range(1, kept))
        initials.add(f"{start[0]}.{term[1:2].lower()}")
    return _LookedFor(tuple(beginnings), frozenset(parted), frozenset(initials), numbers)


def _has_foreign_letters(text: str) -> bool:
    """Whether there are letters or accents beyond ASCII, which folding may turn into others."""
    if text.isascii():
        return False
    rest = text.encode("utf-8", "replace").translate(None, _ASCII).decode()
    return any(char.isalnum() or char == "\u00ad" or unicodedata.combining(char) for char in rest)


def _foreign_pieces(text: str) -> list[tuple[int, int]]:
    """What stands between blanks and has foreign letters."""
    pieces: list[tuple[int, int]] = []
    end = 0
    for found in _FOREIGN.finditer(text) if _has_foreign_letters(text) else ():
        start = found.start()
        if start >= end and _has_foreign_letters(found[0]):
            while start > end and not text[start - 1].isspace():
                start -= 1
            end = _TO_A_BLANK.match(text, found.end()).end()  # type: ignore[union-attr]
            pieces.append((start, end))
    return pieces


def _blanked(text: str, pieces: list[tuple[int, int]]) -> str:
    """The text with blanks in place of some pieces, in order."""
    kept, read = [], 0
    for start, end in pieces:
        kept += [text[read:start], " " * (end - start)]
        read = end
    return "".join([*kept, text[read:]])


def _within_word(text: str, place: int) -> bool:
    """Whether a word that began earlier goes on at a place."""
    before = text[place - 1] if place else " "
    if before.isalnum():
        return True
    end = place - 1 if before in APOSTROPHES else place
    last = text[end - 1 : end]
    if last == ".":
        return (_end_of_initials(text, end) or 0) > place
    # No word goes on behind initials: R.K.'s has two.
    return end < place and last.isalnum() and not (text[end - 2 : end - 1] == "." and _end_of_initials(text, end))


def _end_of_initials(text: str, end: int) -> int | None:
    """Where letters with points end, such as U.S.; one of them, or of the points, ends at a place."""
    start = end if text[end - 1] == "." else end - 1
    while start > 1 and text[start - 1] == "." and text[start - 2].isalpha():
        start -= 2
        if end - start > LIMITS.word_chars:
            return end + 2  # or anywhere beyond: they are looked through once
    if start < end - 1 and _within_word(text, start):  # as in end.U.S.
        start += 2
    return segmentation.end_of_initials(text, start, end + LIMITS.word_chars) if start < end - 1 else None
