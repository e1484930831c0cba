"""What is a word of a text? Where one begins and ends, whatever its script.

After UAX #29 (Unicode Text Segmentation), with what search needs besides: C++ and U.S. are words. Letters of a script
that puts no blanks between words are a word each, with the marks that belong to them; such a word is indexed by more
than itself, and so is told how far that reaches. So is one with a sign that tells something, as names of programs,
files and commands have them: .env, @media, --all, print(). Not here: what a word is to an index (text.py).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from article_search.language.scripts import (
    ASIAN,
    FOLLOWING,
    HAN,
    HANGUL,
    HEBREW,
    KANA,
    MARKS,
    STACKING,
    UNSEEN,
    UNSPACED,
)
from article_search.late import pattern

APOSTROPHES = "'’ʼ‘ʻ`´"
ABBREVIATING = '"״”“„\u05f3\u05f4'  # between two letters of Hebrew; of these U+05F3 and U+05F4 are its own
_PLAIN_MARKS = "\u0300-\u036f"
_FRACTIONS = "\u00bc-\u00be\u2150-\u215f\u2189"  # vulgar ones: 1½ is two words


def _pattern(latin: bool) -> re.Pattern[str]:
    """What a word is, of Latin letters and the like only or of any script. Runs of letters without blanks are matched
    as a whole."""
    marks = _PLAIN_MARKS if latin else MARKS
    letter = _letter(latin)
    within = rf"[{APOSTROPHES}]|[{marks}{UNSEEN}]+|(?<=[lL])·(?=[lL])"  # col·laborar is Catalan
    others = ""
    if not latin:
        within += rf"|(?<=[{HEBREW}])[{ABBREVIATING}](?=[{HEBREW}])"
        others = (
            rf"|[{ASIAN}][{ASIAN}{marks}{FOLLOWING}{UNSEEN}]*"
            rf"|[{HAN}{KANA}][{HAN}{KANA}{marks}{FOLLOWING}{UNSEEN}]*"
            rf"|[{HANGUL}][{HANGUL}{marks}{UNSEEN}]*"  # endings of Korean follow names and numbers without a blank
        )
    return re.compile(
        r"(?=[\w%])(?:"  # at most characters between words nothing else is tried
        # Nearly all words are of this kind, and found much faster.
        rf"[A-Za-z]++(?:(?=[ ,\n])|(?<=[A-Za-z]{{2}})(?=\.)|(?![\w{APOSTROPHES}{marks}{UNSEEN}·.+#]))"
        # With grouped thousands: 100,000 is 100000. In a long list of numbers it is looked for once.
        rf"|(?<!\d,)\d{{1,3}}(?:,\d{{3}})++(?!,?\d)(?!{letter})"
        rf"|{_initials(letter)}"  # U.S. is one word
        rf"|[A-Za-z](?:\+\+(?!{letter}(?<!\d))|\#(?!{letter}))"  # C++, C#
        rf"|{letter}+(?:(?:{within}){letter}+)*[{marks}{UNSEEN}]*"
        rf"{others}"
        rf"|[{_FRACTIONS}]"
        rf"|(?<![^\W\d_])(?<!%)%(?!{letter}|%)"
        r")"
    )


def _letter(latin: bool) -> str:
    others = "" if latin else UNSPACED + FOLLOWING + HANGUL
    return rf"[^\W_{others}{_FRACTIONS}]"


def _initials(letter: str) -> str:
    return rf"[A-Za-z](?:\.[A-Za-z])+(?!{letter}|[{_PLAIN_MARKS}{UNSEEN}])\.?"


# Of texts with no other marks than accents nothing more needs to be known, and the pattern is made sooner.
_NO_MORE = re.compile("[\u0000-\u036f\u2000-\u206f\u20a0-\u20cf\u2100-\u2bff]*")
_LATIN = _pattern(latin=True)
_FIRST_UNSPACED = "\u0e00"  # before it there are no letters of scripts without blanks
FURTHER_GROUPS = r"(?:[-‐‑–.]\d++)++"  # of digits, after the first
_NUMBER = pattern(rf"(?<!\d)(?<!\d[-‐‑–.])\d++{FURTHER_GROUPS}(?!\w)")
_DATE = pattern(r"(?:\d{4}[-.]\d\d?[-.]\d\d?|\d\d?[-.]\d\d?[-.]\d{4})")
_LONG = 7  # digits of a number that may be written with or without the signs between its groups: of a telephone, a book


_TONES = "\u0e48-\u0e4b\u0ec8-\u0ecb"
# The vowel am of Thai and Lao, typed as its two signs, perhaps with a tone between.
_VOWELS_IN_TWO = rf"(?:(?<=[\u0e4d\u0ecd])|(?<=[\u0e4d\u0ecd][{_TONES}]))[\u0e32\u0eb2]"

# A sign tells something right before a letter, unless on its other side stands one too, or the same sign again: there
# it joins words, or rules a line. Arrays of bytes are cut by the same rule (backends/embedded/columnar/vocabulary.py).
SIGNS = ".-:_@$/~&<=!%\\#"
PAIRED = "-:_@$~&<=!%\\#"  # two of which are one: --all, ::before, __init__
_SIGNS = frozenset(SIGNS)
_BEHIND = pattern(
    r"(?<=[A-Za-z0-9])(?:\(|\+\+?(?![A-Za-z0-9+]|[^\x00-\x7f]))"  # print(), Disney+, notepad++
    r"|(?<=[0-9])\.[0-9]"  # what has a version: python3.10, v1.2
)
_BEHIND_FIRST = frozenset("(+.")
_SIGNED = pattern(  # whether there may be any of these
    rf"(?<![A-Za-z0-9])[{re.escape(SIGNS)}][A-Za-z0-9]|[A-Za-z0-9][(+]|[A-Za-z][0-9]+\.[0-9]|[0-9]\.[0-9]+[A-Za-z]"
)
_WITH_SIGNS = pattern(
    rf"([{re.escape(SIGNS)}]{{0,2}})([A-Za-z0-9].*?)(\(|(?<=[A-Za-z0-9]{{2}})\+\+|(?<=[A-Za-z0-9])\+|)", re.DOTALL
)
_VERSIONED = pattern(r"([^\W\d_][^\W_]*)\.[0-9]|\.([0-9][^\W_]*)")


class Span(NamedTuple):
    """``text[start:end]`` is a word, ``text[begin:reach]`` what it is indexed by."""

    start: int
    end: int
    begin: int
    reach: int


_JOINED = f"{MARKS}{FOLLOWING}{UNSEEN}"  # what belongs to the letter before


@cache
def _words() -> re.Pattern[str]:
    """What a word is in any script; takes long to make, and most texts do without."""
    return _pattern(latin=False)


@cache
def _letters() -> re.Pattern[str]:
    """A letter of a script without blanks, with what belongs to it."""
    more = rf"(?<=[{STACKING}])[{UNSPACED}]|{_VOWELS_IN_TWO}"
    return re.compile(rf"[{UNSPACED}][{_JOINED}]*(?:(?:{more})[{_JOINED}]*)*")


@cache
def _one_of(ranges: str) -> re.Pattern[str]:
    """A character of some ranges; made when it is first needed, for it takes a while."""
    return re.compile(f"[{ranges}]")


@cache
def _within_points(latin: bool) -> re.Pattern[str]:
    return re.compile(_initials(_letter(latin)))


def end_of_initials(text: str, start: int, most: int) -> int | None:
    """Where letters with points end, such as U.S., that begin at a place, at ``most`` there; None if none do."""
    found = _within_points(text.isascii()).match(text, start, most)
    return found.end() if found else None


def spans(text: str) -> Iterator[Span]:
    """The words of a text, in order."""
    if _NO_MORE.fullmatch(text):
        words, letters = _LATIN, None
    else:
        words, letters = _words(), _letters()
    numbers = _numbers(text)
    for found in words.finditer(text):
        start, end = found.span()
        if letters is not None and is_unspaced(text[start]):
            ends = [letter.end() for letter in letters.finditer(text, start, end)]
            further = together(text[start]) - 1
            for here, reach in zip(ends, [*ends[further:], *[end] * further], strict=False):
                yield Span(start, here, start, reach)
                start = here
        else:
            span = _signed(text, start, end)
            yield span._replace(reach=numbers[start]) if start in numbers else span


def _signed(text: str, start: int, end: int) -> Span:
    """A word with what belongs to it besides."""
    begin = _begin(text, start, end) if text[start - 1 : start] in _SIGNS else start
    return Span(start, end, begin, _reach(text, start, end) if text[end : end + 1] in _BEHIND_FIRST else end)


def _begin(text: str, start: int, end: int) -> int:
    """Where a word begins with its sign, if it has one that tells something, or with the point of a version before what
    is not all digits: 802.11n, 3.11rc1."""
    sign = text[start - 1 : start]
    first = text[start]
    if sign == "." and "0" <= first <= "9" and "0" <= text[start - 2 : start - 1] <= "9" and text[end - 1].isalpha():
        return start - 1
    if not first.isascii() or not (first.isalpha() or (sign == "#" and first.isdigit())):
        return start
    begin = start - 1
    if sign in PAIRED and text[begin - 1 : begin] == sign:
        begin -= 1
    before = text[begin - 1 : begin]
    joins = before.isalnum() if before.isascii() else not "\u2000" <= before <= "\u203f"  # marks such as \u201c
    return start if joins or before == sign else begin


def _reach(text: str, start: int, end: int) -> int:
    """Where a word ends with a sign behind it, or the beginning of a version."""
    found = _BEHIND.match(text, end)
    return found.end() if found and (text[end] != "." or text[start].isalpha()) else end


def unsigned(word: str) -> tuple[str, str, str]:
    """Of what a word is indexed by the sign before it, the word, and the sign behind it."""
    found = None if word.isalnum() else _WITH_SIGNS.fullmatch(word)
    return found.groups() if found else ("", word, "")  # type: ignore[return-value]


def bare(written: str) -> str:
    """What was typed without the signs before and behind it."""
    return unsigned(written.removesuffix("()"))[1]


def without_version(word: str) -> str:
    """Of what a word is indexed by the word, without what is next to it of a version."""
    found = _VERSIONED.fullmatch(word)
    return found[found.lastindex or 0] if found else word


def _numbers(text: str) -> dict[int, int]:
    """Where long numbers begin that are written in groups, and where they end."""
    found = (match for match in _NUMBER.finditer(text) if sum(map(str.isdigit, match[0])) >= _LONG)
    return {match.start(): match.end() for match in found if not _DATE.fullmatch(match[0])}


def split(text: str) -> list[str]:
    """The words of a text as written, in order."""
    if _NO_MORE.fullmatch(text):
        return _LATIN.findall(text)
    return [text[start:end] for start, end, *_ in spans(text)]


def pieces(text: str) -> list[str]:
    """Likewise, each with all that it is indexed by."""
    if text.isascii() and (text.isalnum() or not (_SIGNED.search(text) or _numbers(text))):  # as most are
        return _LATIN.findall(text)
    return [text[begin:reach] for _, _, begin, reach in spans(text)]


def is_piece(text: str) -> bool:
    """Whether a text is one word, with all that it is indexed by."""
    return pieces(text)[:1] == [text] or without_version(text) != text


def word_at(text: str, start: int) -> Span | None:
    """The word that begins at a place; None if none does. The text has no letters beyond ASCII there."""
    found = _LATIN.match(text, start)
    return _signed(text, start, found.end()) if found else None


def has_word(text: str, start: int, end: int) -> bool:
    """Whether there is a word between two places."""
    between = text[start:end]
    return not between.isspace() and next(spans(between), None) is not None


def is_unspaced(word: str) -> bool:
    """Whether a word begins with a letter of a script that puts no blanks between words."""
    return word[:1] >= _FIRST_UNSPACED and _one_of(UNSPACED).match(word) is not None


def stretches(text: str) -> Iterator[str]:
    """A text cut where a run of letters of a script without blanks begins or ends; what has no word is left out."""
    start = end = -1
    before = 0
    for span in spans(text):
        kind = together(text[span.start]) if is_unspaced(text[span.start]) else 0
        if end >= 0 and (kind or before) and not (kind == before and span.start == end):
            yield text[start:end]
            end = -1
        if end < 0:
            start, before = span.start, kind
        end = span.end
    if end >= 0:
        yield text[start:end]


def is_hangul(word: str) -> bool:
    """Whether a word is of syllables of Hangul."""
    return word != "" and all("\uac00" <= letter <= "\ud7a3" for letter in word)


def within_run(text: str, place: int) -> bool:
    """Whether letters of a script without blanks stand on both sides of a place."""
    return 0 < place < len(text) and all(map(_one_of(UNSPACED + FOLLOWING).match, text[place - 1 : place + 1]))


def within_letter(text: str, place: int) -> bool:
    """Whether what stands before and after a place is one letter, or signs that are joined."""
    if not 0 < place < len(text):
        return False
    before, after = text[place - 1], text[place]
    joined = not after.isascii() and _one_of(_JOINED).match(after) is not None
    return joined or before in STACKING or "\u200d" in (before, after)


def letters(run: str) -> list[str]:
    """The letters of a run of a script without blanks, each with the marks that belong to it."""
    return _letters().findall(run)


def together(letter: str) -> int:
    """How many letters without blanks in a row are indexed, from each on, and about as many make a word: an everyday
    word of Chinese or Japanese has two, one of Thai three or more."""
    return 3 if _one_of(ASIAN).match(letter) else 2


def parts(word: str) -> tuple[str, ...]:
    """What a word is found by that may be several, written without blanks, or have endings that nobody takes off: some
    neighbouring letters, or syllables of Hangul, from each on, once. Empty for a word of no more than these."""
    if word.isascii() or max(word) < _FIRST_UNSPACED or not _one_of(UNSPACED + HANGUL).search(word):
        return ()
    word = unicodedata.normalize("NFC", word)
    units = list(word) if is_hangul(word) else letters(word)
    size = together(word[0])
    if sum(map(len, units)) < len(word) or any(together(unit) != size for unit in units):  # other words are in it
        return ()
    found = ("".join(units[start : start + size]) for start in range(len(units) - size + 1))
    return tuple(dict.fromkeys(found)) if len(units) > size else ()
