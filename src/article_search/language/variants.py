"""How else may what was typed be written? Other forms of a word, or of some words next to each other.

Pure proposals: whether an index has them, and whether a word is so rare that it may be two in one, others find out.
Words that mean the same but are other words are synonyms, which the owner of a site gives (settings). Not here:
case, accents and apostrophes, which a term has none of (text.py); typing errors.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from article_search.language import folding, korean, languages, segmentation, spellings, text
from article_search.late import pattern

_GUESS = 0.5  # 20m may be metres, or minutes
_SPELT = 0.8  # the spelling that was typed comes first


class Variant(NamedTuple):
    """Another form of ``words[first : last + 1]``: a word, or several that stand side by side."""

    first: int
    last: int
    text: str
    weight: float = 1.0


def variants(words: Sequence[str], language: str = text.ENGLISH) -> Iterator[Variant]:
    """Other forms of words that were typed one after the other, in a language or about in it."""
    if len(words) > 1 and all(map(str.isupper, words)):
        words = [word.lower() for word in words]  # where all is in capitals they say nothing
    cut = [segmentation.split(word) for word in words]
    for number, (word, pieces) in enumerate(zip(words, cut, strict=True)):
        own = _of_word(word, language) if len(pieces) == 1 else _of_compound(word, pieces)
        yield from (Variant(number, number, form, weight) for form, weight in (*own, *_of_either(word)))
    for number, (one, other) in enumerate(pairwise(words)):
        if other.lower() in _UNITS:
            yield from (Variant(number, number + 1, *form) for form in _amounts(f"{one} {other}"))
        yield from (Variant(number, number + 1, *form) for form in _of_either(f"{one} {other}"))
        if len(cut[number]) == len(cut[number + 1]) == 1 and _may_be_one(one, other, language):
            yield Variant(number, number + 1, one + other)
    yield from _of_rows(words)
    yield from _of_numbers(cut)


def names(words: Sequence[str]) -> Iterator[list[Variant]]:
    """Three words in a row or more that may be one name, stop words and all: getElementById. From each word on, the
    longer begin with the shorter."""
    for first in range(len(words) - 2):
        rows = ((last, "".join(words[first : last + 1])) for last in range(first + 2, min(first + _NAMED, len(words))))
        yield [Variant(first, last, row) for last, row in rows if _may_be_name(row)]


def _may_be_name(row: str) -> bool:
    return row.isalnum() and not row.isdigit() and len(row) <= _LONGEST


_NAMED = 5  # words of a name that is written in one
_LONGEST = 40  # letters of it


def partings(word: str) -> Iterator[tuple[str, str]]:
    """All ways to take a word for two written in one."""
    folded = folding.fold(word)
    if folded.isalpha() and _PARTED[0] <= len(folded) <= _PARTED[1]:
        yield from ((folded[:end], folded[end:]) for end in range(1, len(folded) - 1))


_PARTED = (5, 30)  # letters of a word that may be two
_Forms = Iterator[tuple[str, float]]

# ---- one word ----

_HUMP = pattern(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_LETTERS_NUMBER = pattern(r"([^\W\d_]+)(\d+)|(\d+)([^\W\d_]{2,})")
_PREFIXED = pattern(
    r"(e)(mails?|books?|bikes?|scooters?|commerce|sports?|readers?|learning|cigarettes?)|(x)(rays?)|(t)(shirts?)"
    r"|(u)(turns?)|(k)(pop)"
)
_APOSTROPHE = pattern(r"(?<=\w)['’ʼ‘ʻ`´](?=\w{3})")  # O'Neill, not don't
_N = pattern(r"(\w+)['’ʼ‘ʻ`´]n(?:['’ʼ‘ʻ`´]\s?|\s)(\w+)", re.IGNORECASE)  # rock'n'roll
_DOTTED = pattern(r"([^\W\d_]{2,})\.([^\W\d_]{2,})")  # node.js
_UNDOTTED = pattern(r"(\w{2,})(js|io|net)")
_SHORT = 3  # letters of initials that may be written apart
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
_NUMBERED = [f"{number}{ending}" for number, ending in enumerate("st nd rd th th th th th th th".split(), 1)]
_EQUALS: dict[str, tuple[str, ...]] = {
    **dict(zip(_ORDINALS, ((each,) for each in _NUMBERED), strict=True)),
    **dict(zip(_NUMBERED, ((each,) for each in _ORDINALS), strict=True)),
    "%": ("percent", "per cent"),
    "percent": ("%", "per cent"),
    "US": ("USA",),
    "usa": ("US",),
    "c++": ("c plus plus", "cpp"),
    "c#": ("c sharp", "csharp"),
    "f#": ("f sharp", "fsharp"),
    "csharp": ("c#",),
    "fsharp": ("f#",),
    "cpp": ("c++",),
    "dotnet": (".net",),
}
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


def _of_word(word: str, language: str) -> _Forms:
    folded = folding.fold(word)
    term = text.term(word)
    yield from ((each, 1.0) for each in _EQUALS.get(term, ()) or _EQUALS.get(folded, ()))
    yield from ((each, _SPELT) for each in spellings.others(folded))
    if any(map(str.isdigit, folded)):
        yield from _amounts(word)
        if found := _LETTERS_NUMBER.fullmatch(folded):
            yield " ".join(filter(None, found.groups())), 1.0
        if len(parts := text.parts(folded)) == 1:
            yield parts[0], _SPELT
    elif found := _PREFIXED.fullmatch(folded):
        yield " ".join(filter(None, found.groups())), 1.0
    elif not _is_plain(word) and _APOSTROPHE.search(word) and not _N.fullmatch(word):
        yield _APOSTROPHE.sub(" ", word), 1.0
    elif 1 < len(folded) <= _SHORT and folded.isalpha() and word.isupper():
        yield " ".join(folded), 1.0
    elif _HUMP.search(word):
        yield _HUMP.sub(" ", word), 1.0
    if folding.normal(word) != folded and language not in languages.TONAL:  # articles may leave accents out
        yield folded, _SPELT
    if segmentation.is_hangul(folded) and (noun := korean.without_particle(folded)) != folded:
        yield noun, _SPELT
    if found := _UNDOTTED.fullmatch(folded):
        yield " ".join(found.groups()), 1.0 if found[2] == "js" else _SPELT
    if not word.isascii() and (spelt := word.translate(_UMLAUTS)) != word:
        yield spelt, 1.0


def _is_plain(word: str) -> bool:
    """Whether there are no signs in a word, as in most; some apostrophes are letters to Unicode."""
    return word.isascii() and word.isalnum()


def _of_either(written: str) -> _Forms:
    """Of what is one word or two."""
    if _is_plain(written):
        return
    if found := _N.fullmatch(written):
        one, other = found.groups()
        yield from ((f"{one} {joined} {other}", 1.0) for joined in ("n", "and", "&"))
    yield from _fractions(written)


# ---- one word with punctuation in it ----

_DASHES = pattern(r"[-‐‑‒–—/_]")
_JOINED = 3  # pieces
_VERSIONED = pattern(r"([^\W\d_]+)(\d+\.\d.*)")
_MOMENT = pattern(r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d(?::\d\d)?)(?:\.\d+)?[Zz]?")
_BOTH = pattern(r"\s*&\s*")


def _of_compound(word: str, pieces: Sequence[str]) -> _Forms:
    if len(_DASHES.split(word)) == len(pieces) <= _JOINED and not all(map(str.isdigit, pieces)):
        yield "".join(pieces), 1.0
    if found := _DOTTED.fullmatch(word):
        yield "".join(found.groups()), 1.0
    if found := _VERSIONED.fullmatch(word):
        letters, version = found.groups()
        yield version if letters in "vV" else f"{letters} {version}", 1.0
    if found := _MOMENT.fullmatch(word):
        date, time = found.groups()
        yield from ((f"{date}{between}{time}", _SPELT) for between in "T ")
    if "&" in word:
        yield _BOTH.sub(" and ", word), 1.0
    if word.endswith("%"):
        yield f"{word[:-1]} percent", 1.0
        yield f"{word[:-1]} per cent", 1.0
    yield from _amounts(word)


# ---- words next to each other ----

_ROW = 4  # letters, or groups of digits
_GROUPED = pattern(r"[1-9]\d{0,2}(?: \d{3})+")
_ROWS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("per", "cent"): ("percent", "%"),
    ("c", "sharp"): ("c#",),
    ("c", "plus"): ("c++",),  # of a word that is typed twice one is left
    ("f", "sharp"): ("f#",),
}


def _may_be_one(one: str, other: str, language: str) -> bool:
    """Whether two words may be written in one."""
    both = one + other
    return both.isalnum() and not both.isdigit() and not any(text.is_stop_word(word, language) for word in (one, other))


def _of_rows(words: Sequence[str]) -> Iterator[Variant]:
    """Single letters in a row are initials, groups of three digits a number."""
    lower = [word.lower() for word in words]
    for first in range(len(words)):
        for last in range(first + 1, min(first + _ROW, len(words))):
            row = words[first : last + 1]
            for form in _ROWS.get(tuple(lower[first : last + 1]), ()):
                yield Variant(first, last, form)
            if last > first + 1 and all(len(word) == 1 and word.isalpha() for word in row):
                yield Variant(first, last, "".join(row))
            if _GROUPED.fullmatch(" ".join(row)):
                yield Variant(first, last, "".join(row))
        yield from (Variant(first, first + 2, form) for form in _of_three(*words[first : first + 3]))


def _of_three(one: str, joined: str = "", other: str = "") -> Iterator[str]:
    """Of two words that are joined by a third."""
    if not other or joined.lower() not in ("and", "n"):
        return
    if len(one) == len(other) == 1:
        yield f"{one} {other}"
    elif one.isalpha() and other.isalpha():
        yield f"{one}'n'{other}"
    if joined.lower() == "n":
        yield from (f"{one} and {other}", f"{one} & {other}")


# ---- numbers ----

_DIGITS = (7, 17)  # of a number that is told digit by digit, punctuated or not: telephone, ISBN, account
_PARTS = 8  # of such a number
_NUMBER = pattern(r"[0-9]+[Xx]?")  # an ISBN may end in X


def _of_numbers(cut: Sequence[Sequence[str]]) -> Iterator[Variant]:
    """Groups of digits in a row without what stands between them."""
    for first in range(len(cut)):
        parts: list[str] = []
        for last in range(first, len(cut)):
            parts += cut[last]
            joined = "".join(parts)
            if len(parts) > _PARTS or not _NUMBER.fullmatch(joined):
                break
            if len(parts) > 1 and _DIGITS[0] <= len(joined) <= _DIGITS[1]:
                yield Variant(first, last, joined)


_VULGAR = {  # sign -> the same with a stroke
    sign: unicodedata.normalize("NFKD", sign).replace("⁄", "/") for sign in "¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞↉"
}
_SIGNS = {written: sign for sign, written in _VULGAR.items()}
_SIGNED = pattern(rf"(\d{{0,9}})\s?([{''.join(_VULGAR)}])")
_STROKED = pattern(r"(?:(\d{1,9})[\s-])?(\d{1,2})[/⁄∕](\d{1,2})")


def _fractions(written: str) -> _Forms:
    """A vulgar fraction as one sign, or with a stroke."""
    if found := _SIGNED.fullmatch(written):
        yield f"{found[1]} {_VULGAR[found[2]]}".strip(), 1.0
    elif (found := _STROKED.fullmatch(written)) and (sign := _SIGNS.get(f"{found[2]}/{found[3]}")):
        yield (found[1] or "") + sign, 1.0


_MAGNITUDES = {  # power of ten, and how it is written
    3: ("k", "thousand"),
    6: ("m", "mn", "million"),
    9: ("bn", "b", "billion"),
    12: ("tn", "trn", "trillion"),
}
_UNITS = {unit: power for power, units in _MAGNITUDES.items() for unit in units} | {
    "mln": 6,
    "millions": 6,
    "billions": 9,
    "thousands": 3,
}
_AMOUNT = pattern(
    r"([£$€¥]?)(\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.(\d{1,4}))?\s?"
    rf"({'|'.join(sorted(_UNITS, key=len, reverse=True))})?",
    re.IGNORECASE,
)


def _amounts(written: str) -> _Forms:
    """The same amount in figures and with its order of magnitude as a word or a letter."""
    found = _AMOUNT.fullmatch(written)
    if not found:
        return
    currency, figures, decimals, unit = found.groups()
    power = _UNITS[unit.lower()] if unit else 0
    value = Decimal(f"{figures.replace(',', '')}.{decimals or 0}").scaleb(power)
    sure = 1.0 if currency or len(unit or "") != 1 else _GUESS
    if not unit and (decimals or (value < 10_000 and "," not in figures)):
        return  # a year, a score, a version
    if value == value.to_integral_value():
        whole = str(int(value))
        if unit:
            yield whole, sure
        if 3 < len(whole) <= 9:
            yield f"{int(value):,}".replace(",", " "), sure
    for each in _MAGNITUDES:
        short = value.scaleb(-each).normalize()
        most = 1000 if each < 6 else 10_000  # 1,500 million, but not 1,500 thousand
        if each != power and not (1 <= short < most and -short.as_tuple().exponent <= 3):  # type: ignore[operator]
            continue
        for name in _MAGNITUDES[each]:
            yield f"{short:f}{name}", sure
            if len(name) > 1 or currency:
                yield f"{short:f} {name}", sure
