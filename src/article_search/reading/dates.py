"""Which moment does a date mean that stands in front matter? ``read_written`` is as forgiving as those who wrote it.

Not here: names of months in other languages (local_dates.py), under which key of a header a date stands (metadata),
date words of queries (query/date_words.py).
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

from article_search.language.days import DAY, MONTH, WEEKDAY, day_of, full_year, month_number

_LONGEST = 200  # characters of a written date that are looked at; more is prose
_SHOWN = 40  # characters of it a message repeats


def _shown(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "…")


class Written(NamedTuple):
    """A written date as understood: ``moment`` aware, in UTC; ``note`` says what had to be left aside, if anything."""

    moment: datetime
    note: str | None = None


class _UnknownFormatError(ValueError):
    """A text is not written in any of the ways that are read here."""


_PLAIN_NUMBER = re.compile(r"[0-9]{4}|[0-9]{9,11}|[0-9]{13}")  # a year; seconds or milliseconds since 1970
_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:[Tt ]?(\d\d)(\d\d)(\d\d)?)?(?!\d)")
_NUMBERS = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d\d)(?!\d)")
_DAYS = DAY + r"(?:\s?[-–—]\s?\d{1,2}(?:st|nd|rd|th)?(?=[\s,]))?"  # 1–4 May: the first day counts
_DAY_FIRST = re.compile(rf"{_DAYS}[\s.-]{{0,3}}(?:of\s)?{MONTH}[\s.,-]{{0,3}}(\d{{4}}|'?\d\d)(?!\d)", re.I)
_MONTH_FIRST = re.compile(rf"{MONTH}[\s.-]{{0,3}}{_DAYS}[\s,.-]{{1,3}}(\d{{4}})(?!\d)", re.I)
_YEAR_FIRST = re.compile(rf"(\d{{4}})[\s.,/-]{{0,3}}{MONTH}[\s.,/-]{{0,3}}{DAY}(?!\d)", re.I)
_MONTH_ONLY = re.compile(rf"{MONTH}[\s.,-]{{0,3}}(\d{{4}})(?!\d)", re.I)
_YEAR_AND_MONTH = re.compile(r"(\d{4})[-/.](\d{1,2})(?![\d/.-])")
_WEEKDAY_BEFORE = re.compile(rf"{WEEKDAY}\b[\s.,]{{0,3}}", re.I)
_CTIME = re.compile(rf"{MONTH}\s+(\d{{1,2}})\s+(\d\d?:\d\d(?::\d\d)?)\s*(\S{{0,9}}?)\s+(\d{{4}})$", re.I)
_TIME_FIRST = re.compile(r"(\d{1,2}:\d\d(?::\d\d)?(?:\s?[ap]\.?m\b\.?)?)[\s,]+(\S.*)", re.I)
_TIME = re.compile(
    r"(?:\s*[Tt,_@]\s*|\s+(?:at\s+)?)(\d{1,2})(?:[:.h](\d\d)(?:[:.](\d\d)(?:[.,](\d{1,9}))?)?(?!\d)\s*([ap]\.?m\b\.?)?"
    r"|\s?([ap]\.?m\b\.?))",
    re.I,
)
_DASHED_TIME = re.compile(r"-(\d\d?)-(\d\d)(?:-(\d\d))?(?!\d)")
_COMMENT = re.compile(r"\s#.*|\s*\([^()]*\)\s*$", re.S)
_YEAR_SAID = re.compile(r"\s*(?:г|год|года|р|року|roku|r)\b\.?,?", re.I)  # "2024 г.": of the year 2024
_OFFSET = re.compile(r"(?:UTC|GMT)?\s*([+\-−])(\d\d?)(?::?(\d\d))?", re.I)
_ZONE_PATH = re.compile(r"[A-Za-z]{2,20}(?:/[A-Za-z_+\-]{2,30}){1,2}")
_RANGE_GOES_ON = re.compile(r"(?:to|until|till?|through|[-–—/~]|\.\.+|&|and)\s*[\w']", re.I)

_EAST_OF_UTC = {  # hours; what the abbreviations mean in RFC 5322, else in most of the texts that use them
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "cest": 2, "met": 1, "mest": 2,
    "eet": 2, "eest": 3, "msk": 3, "ist": 5.5, "sgt": 8, "hkt": 8, "awst": 8, "jst": 9, "kst": 9, "aest": 10,
    "aedt": 11, "nzst": 12, "nzdt": 13, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8,
    "pdt": -7, "akst": -9, "akdt": -8, "hst": -10,
}  # fmt: skip
_FARTHEST = timedelta(hours=14)  # no clock on Earth is farther from UTC


def parse_written(value: object, zone: tzinfo) -> datetime:
    """The moment a value of front matter names, aware and in UTC; without an offset it is read in ``zone``.

    Raises ValueError, with one line fit for a warning, when there is none.
    """
    return read_written(value, zone).moment


def read_written(value: object, zone: tzinfo, language: str = "") -> Written:
    """Like ``parse_written``, with a note when a part had to be ignored: an impossible time, a broken offset.

    Takes what YAML and TOML make of a date: text, bytes, ``date``, ``datetime``, a number (a year, YYYYMMDD or seconds
    since 1970). A date alone is its first moment. Months may be named in any language; which month a name is in two
    of them, the ``language`` of the article decides, a name or a tag.
    """
    if isinstance(value, datetime):
        return _read_datetime(value, zone)
    if isinstance(value, date):
        return Written(_in_utc(datetime.combine(value, time()), zone))
    if isinstance(value, bytes):
        value = value[:_LONGEST].decode("utf-8", "replace")
    if isinstance(value, str):
        return _read_text(value, zone, language)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Written(_read_number(value, zone))
    raise ValueError(f"{'nothing' if value is None else f'a {type(value).__name__}'} is not a date")


def _read_datetime(value: datetime, zone: tzinfo) -> Written:
    offset = value.utcoffset()
    if offset is None or abs(offset) <= _FARTHEST:
        return Written(_in_utc(value, zone))
    # Some authors write the time of day a second time, where the offset belongs.
    local = value.replace(tzinfo=None)
    sign = "-" if offset < timedelta(0) else "+"
    written = f"{sign}{(datetime.min + abs(offset)):%H:%M}"
    return Written(_in_utc(local, zone), _note(str(value), local, written))


def _note(text: str, moment: datetime, ignored: str) -> str:
    return f"{_shown(text)} is read as {moment:%H:%M} of {moment.date()}; {_shown(ignored)} in it means nothing"


def _in_utc(moment: datetime, zone: tzinfo) -> datetime:
    try:
        # In the hour that clocks skip or repeat, the offset before the change holds (fold=0).
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (OverflowError, ValueError) as error:
        raise ValueError(f"{_shown(str(moment.replace(tzinfo=None)))} is outside the years 1 to 9999") from error


def _read_number(number: float, zone: tzinfo) -> datetime:
    if isinstance(number, int) and 1000 <= number <= 2999:
        return _in_utc(datetime(number, 1, 1), zone)
    if isinstance(number, int) and (1000_00_00 <= number <= 2999_99_99 or 10**13 <= number < 3 * 10**13):
        return _read_text(str(number), zone, "").moment
    if 10**8 <= number < 10**11:  # 1973 to 5138
        return datetime.fromtimestamp(number, UTC)
    if 10**11 <= number < 10**13:  # milliseconds
        return datetime.fromtimestamp(number / 1000, UTC)
    raise ValueError("a number of that size is not a date")


def _read_text(text: str, zone: tzinfo, language: str) -> Written:
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text[:_LONGEST])
    text = _COMMENT.sub("", text[:_LONGEST]).strip(" \t\r\n\f\v\"'`“”‘’,;[]<>").rstrip(".")
    if _PLAIN_NUMBER.fullmatch(text):
        return Written(_read_number(int(text), zone))
    try:
        day, rest, clock = _read_day(text)
    except _UnknownFormatError:
        from article_search.reading import local_dates  # which nearly every site does without

        local = local_dates.with_iso_day(text, language)
        if local is None:
            raise
        text = local
        day, rest, clock = _read_day(text)
    if clock is None:
        clock, rest = _read_clock(rest[match.end() :] if (match := _YEAR_SAID.match(rest)) else rest)
    own_zone, rest = _read_zone(rest, zone)
    note = None
    try:
        moment = datetime.combine(day, time()) + clock if clock is not None else datetime.combine(day, time())
    except OverflowError:
        raise ValueError(f"{_shown(text)} is outside the years 1 to 9999") from None
    if rest and not _RANGE_GOES_ON.match(rest):
        if rest[0].isalnum() and text[-len(rest) - 1].isalnum() and rest[0] not in "Tt":
            raise ValueError(f"{_shown(text)} is not a date")
        note = _note(text, moment, rest)
    return Written(_in_utc(moment, own_zone), note)


def _read_day(text: str) -> tuple[date, str, timedelta | None]:
    """(day, what stands after it, time of day if that has been read too)."""
    if match := _ISO.match(text):
        return day_of(int(match[1]), int(match[3]), int(match[4])), text[match.end() :], None
    if match := _COMPACT.match(text):
        clock = _clock(match[4], match[5], match[6]) if match[4] else None
        return day_of(int(match[1]), int(match[2]), int(match[3])), text[match.end() :], clock
    if match := _TIME_FIRST.fullmatch(text):
        text = f"{match[2]} {match[1]}"
    if match := _WEEKDAY_BEFORE.match(text):
        text = text[match.end() :]
    if match := _CTIME.match(text):
        text = f"{match[2]} {match[1]} {match[5]} {match[3]} {match[4]}"
    if match := _ISO.match(text):
        return day_of(int(match[1]), int(match[3]), int(match[4])), text[match.end() :], None
    if match := _NUMBERS.match(text):
        day = _day_of_numbers(int(match[1]), match[2], int(match[3]), match[4])
    elif match := _DAY_FIRST.match(text):
        day = day_of(full_year(match[3]), month_number(match[2]), int(match[1]))
    elif match := _MONTH_FIRST.match(text):
        day = day_of(int(match[3]), month_number(match[1]), int(match[2]))
    elif match := _YEAR_FIRST.match(text):
        day = day_of(int(match[1]), month_number(match[2]), int(match[3]))
    elif match := _MONTH_ONLY.match(text):
        day = day_of(int(match[2]), month_number(match[1]), 1)
    elif match := _YEAR_AND_MONTH.match(text):
        day = day_of(int(match[1]), int(match[2]), 1)
    else:
        raise _UnknownFormatError(f"{_shown(text)} is not a date")
    return day, text[match.end() :], None


def _day_of_numbers(first: int, separator: str, second: int, year: str) -> date:
    """Month first between slashes and dashes, as in American texts, day first between dots, unless that cannot be."""
    if len(year) == 2 and separator == "-":
        raise ValueError(f"{first:02}-{second:02}-{year} is no clear date; write the year with four digits")
    day_first = first > 12 or (separator == "." and second <= 12)
    day, month = (first, second) if day_first else (second, first)
    return day_of(full_year(year), month, day)


def _read_clock(rest: str) -> tuple[timedelta | None, str]:
    """(time of day, what stands after it); a time that cannot be is left in the rest."""
    if match := _DASHED_TIME.match(rest):
        clock = _clock(match[1], match[2], match[3])
    elif match := _TIME.match(rest):
        clock = _clock(match[1], match[2], match[3], match[4], match[5] or match[6])
    else:
        return None, rest.strip()
    return (None, rest.strip()) if clock is None else (clock, rest[match.end() :].strip())


def _clock(
    hour: str, minute: str | None, second: str | None, fraction: str | None = None, half: str | None = None
) -> timedelta | None:
    """Time since midnight; None if no clock shows it. 24:00 is the end of the day, :60 a leap second."""
    hours, minutes, seconds = int(hour), int(minute or 0), int(second or 0)
    if half and hours <= 12:
        hours = hours % 12 + (12 if half[0] in "Pp" else 0)
    if minutes > 59 or seconds > 60 or hours > 24 or (hours == 24 and (minutes or seconds)):
        return None
    microseconds = int(f"{fraction or '0':0<6}"[:6])
    return timedelta(hours=hours, minutes=minutes, seconds=seconds, microseconds=microseconds)


def _read_zone(rest: str, zone: tzinfo) -> tuple[tzinfo, str]:
    """(the zone that is named, what stands after it); ``zone`` and the whole text if none is."""
    if not rest:
        return zone, rest
    if match := _OFFSET.fullmatch(rest):
        offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
        if offset <= _FARTHEST and int(match[3] or 0) < 60:
            return timezone(offset if match[1] == "+" else -offset), ""
        return zone, rest
    if rest.lower() in _EAST_OF_UTC:
        return timezone(timedelta(hours=_EAST_OF_UTC[rest.lower()])), ""
    if _ZONE_PATH.fullmatch(rest):
        try:
            return ZoneInfo(rest), ""
        except (OSError, ValueError, KeyError):  # KeyError: there is no such zone
            return zone, rest
    return zone, rest
