"""Which day does a date name that is written as people write it in another language than English?

Months are named as in CLDR, by Babel. A month by its name, a year of four digits and a day of one or two cannot be
taken for each other, whatever their order. A name that is another month in another language counts only where the
article or its site says which language it is in. Not here: all other ways to write a date (dates.py).
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from article_search.language.days import day_of, full_year

if TYPE_CHECKING:
    from babel import Locale

# Languages in which sites are written, and places that name the months otherwise than most who speak it.
_LOCALES: tuple[str, ...] = tuple(
    """
    af am ar ar_DZ ar_SY az be bg bn bs ca cs cy da de de_AT el eo es et eu fa fi fil fr ga gl gu he hi hr hu hy id is
    it ka kk km kn ko ky lo lt lv mk ml mr ms my nb ne nl nn pa pl pt ro ru si sk sl sq sr sr_Latn sv sw ta te th tr
    uk ur uz vi zu
    """.split()
)

_MONTH = "\0"  # stands in a text for the name of its month
_BETWEEN = rf"[^\d{_MONTH}]{{0,12}}"  # the little words of a date: de, den, года, ngày
_BEFORE = rf"[^\d{_MONTH}]{{0,30}}"  # and the day of the week
_DAY = r"(?P<day>\d{1,2})(?![\d:])"
_YEAR = r"(?P<year>\d{4})(?!\d)"
_SHORT_YEAR = r"'?(?P<year>\d{4}|\d\d)(?![\d:])"
_ORDERS = [
    re.compile(_BEFORE + _BETWEEN.join(order))
    for order in (
        (_DAY, _MONTH, _SHORT_YEAR),
        (_YEAR, _DAY, _MONTH),
        (_YEAR, _MONTH, _DAY),
        (_MONTH, _DAY, _YEAR),
        (_MONTH, _YEAR),
        (_YEAR, _MONTH),
    )
]
_DIGIT = re.compile(r"\d")
_LETTER = re.compile(r"[^\W\d_]")
_CLOCK_FIRST = re.compile(r"(\d\d?[:.h]\d\d)[\s,–-]+(\S.*)", re.DOTALL)
_BEHIND = re.compile(r"[^\d+−-]{0,12}?(?=[\d+−-]|$)")
_O_CLOCK = re.compile(r"(?<=\d)\s*(?:uhr|h|ч|hod|óra)\b\.?\s*$", re.IGNORECASE)

_HAN_DIGITS = {char: str(number) for number, char in enumerate("〇一二三四五六七八九")} | {"零": "0", "元": "1"}
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911}  # the year before the first
_EAST_ASIAN = re.compile(
    rf"(?P<era>{'|'.join(_ERAS)})?\s*(?P<year>[\d〇零一二三四五六七八九元]{{1,4}})\s*[年년]"
    r"\s*(?P<month>\d\d?|[一二三四五六七八九十]{1,2})\s*[月월]"
    r"(?:\s*(?P<day>\d\d?|[一二三四五六七八九十]{1,3})\s*[日号號일])?"
)
_FORENOON = ("午前", "上午", "오전")
_EAST_ASIAN_TIME = re.compile(
    r"[^\d+−-]{0,12}?(?P<half>午前|上午|오전|午後|下午|오후)?\s*(?P<hour>\d\d?)\s*(?::|[時时点點시]\s*)(?P<minute>\d\d?)?\s*[分분]?"
)
_BUDDHIST = 2400  # Thai years from here on count from the Buddha's death, 543 years earlier
_THAI = re.compile("[\u0e00-\u0e7f]")


def with_iso_day(text: str, language: str) -> str | None:
    """The text with its day as ``2024-03-15`` in front, and what else it says behind; None when no day is found.

    ``language`` is a name or a tag, or "". Raises ValueError for a day there is not, and for a name of two months.
    """
    text = unicodedata.normalize("NFKC", text)
    text = "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)
    return _east_asian(text) or _by_name(text, language)


def _east_asian(text: str) -> str | None:
    match = _EAST_ASIAN.search(text)
    if not match:
        return None
    year = int("".join(_HAN_DIGITS.get(char, char) for char in match["year"])) + _ERAS.get(match["era"], 0)
    if year < 1000:
        return None
    day = day_of(year, _han(match["month"]), _han(match["day"] or "1"))
    behind = text[match.end() :]
    if clock := _EAST_ASIAN_TIME.match(behind):
        half = "" if not clock["half"] else "am" if clock["half"] in _FORENOON else "pm"
        return f"{day} {clock['hour']}:{clock['minute'] or '0':0>2} {half} {behind[clock.end() :].strip()}"
    return f"{day} {_without_words(behind)}"


def _han(number: str) -> int:
    """A number up to 99 as Han characters count it, or in digits."""
    tens, ten, ones = number.rpartition("十")
    if not ten:
        return int("".join(_HAN_DIGITS.get(char, char) for char in number))
    return 10 * int(_HAN_DIGITS.get(tens, "1")) + int(_HAN_DIGITS.get(ones, "0"))


def _by_name(text: str, language: str) -> str | None:
    if not (_DIGIT.search(text) and _LETTER.search(text)):
        return None
    if match := _CLOCK_FIRST.fullmatch(text):
        text = f"{match[2]} {match[1]}"
    folded = text.casefold()
    if len(folded) != len(text):  # as of ß: a place in one is none in the other
        text = folded
    own = _locales_of(language)
    found = (_month(folded, own) if own else None) or _month(folded, _LOCALES)
    if not found:
        return None
    start, end, month = found
    thai = _THAI.search(text[start:end])
    text = f"{text[:start]}{_MONTH}{text[end:]}"
    match = next((match for order in _ORDERS if (match := order.match(text))), None)
    if not match:
        return None
    said = match.groupdict()
    year = full_year(said["year"])
    if year >= _BUDDHIST and thai:
        year -= 543
    behind = _O_CLOCK.sub("", text[match.end() :])
    return f"{day_of(year, month, int(said.get('day', 1)))} {_without_words(behind)}"


def _without_words(behind: str) -> str:
    """What stands behind a day, without the little words before a time."""
    match = _BEHIND.match(behind)
    return behind[match.end() :] if match else behind.strip()


def _month(folded: str, locales: tuple[str, ...]) -> tuple[int, int, int] | None:
    """Where the name of a month stands, and its number. Raises ValueError for one of two months."""
    pattern, months = _names(locales)
    match = max(pattern.finditer(folded), key=lambda match: len(match["name"]), default=None)
    if match is None:
        return None
    meant = months[match["name"]]
    if len(meant) > 1:
        said = ", ".join(f"month {number} in {'/'.join(sorted(where))}" for number, where in sorted(meant.items()))
        raise ValueError(f"{match['name']!r} is {said}: name the article's language, or write the day as 2024-03-15")
    return match.start(), match.end(), next(iter(meant))


@functools.cache
def _names(locales: tuple[str, ...]) -> tuple[re.Pattern[str], Mapping[str, dict[int, set[str]]]]:
    """A pattern for the names of months in some languages, and what each of them means where."""
    from babel import Locale  # slow to import, and of no use to most sites

    months: dict[str, dict[int, set[str]]] = {}
    for locale in map(Locale.parse, locales):
        for number, name in _names_of(locale):
            folded = unicodedata.normalize("NFKC", name).casefold().strip(". ")
            if not re.fullmatch(r"m?\d+\D?", folded):  # there is no name, or 年月日 tells
                months.setdefault(folded, {}).setdefault(number, set()).add(locale.language)
    name = "|".join(sorted(map(re.escape, months), key=len, reverse=True))
    suffix = r"(?:(?<=[^\W\d_]{5})[^\W\d_]{1,4})?"  # martxoaren
    return re.compile(rf"(?<![^\W\d_])ב?(?P<name>{name})\.?{suffix}(?![^\W_])"), months


def _names_of(locale: Locale) -> Iterator[tuple[int, str]]:
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            yield from locale.months[context][width].items()


@functools.cache
def _locales_of(language: str) -> tuple[str, ...]:
    """The locales of a language by its tag, or by its name in English."""
    from babel import Locale

    names = {name.casefold(): code for code, name in Locale("en").languages.items()}
    code = names.get(language.casefold()) or re.split("[-_]", language.casefold())[0]
    code = {"no": "nb"}.get(code, code)
    return tuple(name for name in _LOCALES if name.split("_")[0] == code)
