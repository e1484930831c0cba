"""Where in a text are the words that are looked for? Found at the speed of memory, not of words.

What matches is what text.py makes the same term of; this only leaves out words that cannot be. Not here: which passage
of a text is shown (answering/snippets.py).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from article_search.language import segmentation
from article_search.language.segmentation import APOSTROPHES, Span
from article_search.language.text import ENGLISH, analysers

_NOT_ASCII = re.compile(r"(?<!\S)(?:(?=[\x00-\x7f])\S)*+[^\x00-\x7f\s]\S*")  # between blanks
_ASCII = bytes(range(128))
_HEX = re.compile(r"[a-f]+[0-9][0-9a-f]*")
_ENDING = 2  # letters of an English stem that may be others in the word, one at most in fact


class Match(NamedTuple):
    """A term that was looked for: ``text[start:end]`` is the word."""

    term: str
    start: int
    end: int


def find(text: str, wanted: frozenset[str], prefixes: tuple[str, ...] = (), language: str = ENGLISH) -> Iterator[Match]:
    """The words of a text of which a term is wanted or whose plain form begins with one of the prefixes, in order; of
    scripts without blanks, pairs of letters.

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
    beginnings = _beginnings(wanted, prefixes)
    lower = text.lower()
    if beginnings is None or len(lower) != len(text):
        # Folding and stemming keep a word's first letter, but for what it makes of foreign ones; a number may be the
        # end of a word.
        firsts = {string[:1] for string in (*map(segmentation.bare, wanted), *prefixes)}
        initials = {char for first in firsts for char in (first, first.lower(), first.upper())}
        return (
            span
            for span in segmentation.spans(text)
            if text[span.start] in initials or text[span.start] > "\x7f" or not text[span.start : span.end].isalpha()
        )
    # What has foreign letters may be any word, see fold: it is read whole, and nothing is looked for in it.
    pieces = _foreign_pieces(text)
    spans = {
        start + span.start: Span(*(start + place for place in span))
        for start, end in pieces
        for span in segmentation.spans(text[start:end])
    }
    lower = _blanked(lower, pieces)
    places: set[int] = set()
    absent = {mark for mark in APOSTROPHES if mark not in lower}
    for beginning, start in beginnings:
        place = -1 if beginning[-1] in absent else lower.find(beginning)
        while place >= 0:
            # Where the next letters are others, it is another word; what is no letter may be left out by folding.
            if lower.startswith(start, place) or not lower[place : place + len(start)].isalpha():
                places.add(place)
            place = lower.find(beginning, place + 1)
    for place in places:
        if place not in spans and not _within_word(text, place) and (word := segmentation.word_at(text, place)):
            spans[place] = word
    return [spans[place] for place in sorted(spans)]


@lru_cache(maxsize=256)
def _beginnings(wanted: frozenset[str], prefixes: tuple[str, ...]) -> tuple[tuple[str, str], ...] | None:
    """What a word that matches begins with in lower case, and what with if it is of letters only; None when that is
    not known (numbers, foreign letters, what may follow 0x)."""
    wanted = frozenset(map(segmentation.bare, wanted))
    if any(not each.isascii() or not each[:1].isalpha() or _HEX.fullmatch(each) for each in (*wanted, *prefixes)):
        return None
    beginnings: set[tuple[str, str]] = set()
    for term in (*wanted, *prefixes):
        # The last letter of a stem may be another one in the word (cri for cry), or two of them (die for dying).
        kept = 1 if term[1:] == "ie" else max(1, min(3, len(term) - (term in wanted)))
        start = term[:kept].lower()
        for length in range(1, kept):  # o'brien is obrien
            begun = (start[:length] + apostrophe for apostrophe in APOSTROPHES)
            beginnings.update((each, each) for each in begun)
        initials = f"{start[0]}.{term[1:2].lower()}"  # u.k. is uk
        beginnings.update(((start, term[: max(kept, len(term) - _ENDING)].lower()), (initials, initials)))
    return tuple(beginnings)


def _has_foreign_letters(text: str) -> bool:
    """Whether there are letters or accents beyond ASCII, which folding may turn into others."""
    if text.isascii():
        return False
    rest = text.encode("utf-8", "replace").translate(None, _ASCII).decode()
    return any(char.isalnum() or char == "\u00ad" or unicodedata.combining(char) for char in rest)


def _foreign_pieces(text: str) -> list[tuple[int, int]]:
    """What stands between blanks and has foreign letters."""
    if not _has_foreign_letters(text):
        return []
    return [piece.span() for piece in _NOT_ASCII.finditer(text) if _has_foreign_letters(piece[0])]


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
    if text[end - 1 : end] == ".":
        return _within_initials(text, end, place)
    return end < place and text[end - 1 : end].isalnum()


def _within_initials(text: str, end: int, place: int) -> bool:
    """Whether a place is within letters with points, such as U.S.; one of the points ends at ``end``."""
    start = end
    while start > 1 and text[start - 1] == "." and text[start - 2].isalpha():
        start -= 2
    if start < end and _within_word(text, start):  # as in end.U.S.
        start += 2
    last = segmentation.end_of_initials(text, start) if start < end else None
    return last is not None and last > place
