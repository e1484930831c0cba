"""Which moment does a written date mean, and which span of time do the date words of a query name?

``read_written`` reads what stands in front matter and is as forgiving as the people who wrote it; ``query_range`` reads
what somebody asks for now and refuses to guess. Not here: under which key of a header a date stands (article.py), the
syntax around date words (query.py).
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

_LONGEST = 200  # characters of a written date that are looked at; more is prose
_LONGEST_WORDS = 100  # likewise of date words
_SHOWN = 40  # characters of it a message repeats

_MONTH = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)(?![a-z])"
)
_WEEKDAY = r"(mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs?(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_WEEKDAYS = "mon tue wed thu fri sat sun".split()
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?"


def _shown(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "…")


def _day(year: int, month: int, day: int) -> date:
    """That day. The ValueError of one that does not exist says why there is none."""
    if not 1 <= year <= 9999:
        raise ValueError(f"there is no year {year:04}")
    if not 1 <= month <= 12:
        swapped = 1 <= day <= 12 and month <= calendar.monthrange(year, day)[1] and month
        hint = f"; was {year:04}-{day:02}-{month:02} meant?" if swapped else ""
        raise ValueError(f"there is no month {month} in {year:04}-{month:02}-{day:02}{hint}")
    days = calendar.monthrange(year, month)[1]
    if not 1 <= day <= days:
        raise ValueError(f"there is no day {year:04}-{month:02}-{day:02}: that month has {days} days")
    return date(year, month, day)


def _month_number(name: str) -> int:
    return _MONTHS.index(name[:3].lower()) + 1


# --- Dates as written in front matter


class Written(NamedTuple):
    """A written date as understood: ``moment`` aware, in UTC; ``note`` says what had to be left aside, if anything."""

    moment: datetime
    note: str | None = None


_PLAIN_NUMBER = re.compile(r"[0-9]{4}|[0-9]{9,11}|[0-9]{13}")  # a year; seconds or milliseconds since 1970
_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:[Tt ]?(\d\d)(\d\d)(\d\d)?)?(?!\d)")
_NUMBERS = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d\d)(?!\d)")
_DAYS = _DAY + r"(?:\s?[-–—]\s?\d{1,2}(?:st|nd|rd|th)?(?=[\s,]))?"  # 1–4 May: the first day counts
_DAY_FIRST = re.compile(rf"{_DAYS}[\s.-]{{0,3}}(?:of\s)?{_MONTH}[\s.,-]{{0,3}}(\d{{4}}|'?\d\d)(?!\d)", re.I)
_MONTH_FIRST = re.compile(rf"{_MONTH}[\s.-]{{0,3}}{_DAYS}[\s,.-]{{1,3}}(\d{{4}})(?!\d)", re.I)
_YEAR_FIRST = re.compile(rf"(\d{{4}})[\s.,/-]{{0,3}}{_MONTH}[\s.,/-]{{0,3}}{_DAY}(?!\d)", re.I)
_MONTH_ONLY = re.compile(rf"{_MONTH}[\s.,-]{{0,3}}(\d{{4}})(?!\d)", re.I)
_YEAR_AND_MONTH = re.compile(r"(\d{4})[-/.](\d{1,2})(?![\d/.-])")
_WEEKDAY_BEFORE = re.compile(rf"{_WEEKDAY}\b[\s.,]{{0,3}}", re.I)
_CTIME = re.compile(rf"{_MONTH}\s+(\d{{1,2}})\s+(\d\d?:\d\d(?::\d\d)?)\s*(\S{{0,9}}?)\s+(\d{{4}})$", re.I)
_TIME_FIRST = re.compile(r"(\d{1,2}:\d\d(?::\d\d)?(?:\s?[ap]\.?m\b\.?)?)[\s,]+(\S.*)", re.I)
_TIME = re.compile(
    r"(?:\s*[Tt,_@]\s*|\s+(?:at\s+)?)(\d{1,2})(?:[:.h](\d\d)(?:[:.](\d\d)(?:[.,](\d{1,9}))?)?(?!\d)\s*([ap]\.?m\b\.?)?"
    r"|\s?([ap]\.?m\b\.?))",
    re.I,
)
_DASHED_TIME = re.compile(r"-(\d\d?)-(\d\d)(?:-(\d\d))?(?!\d)")
_COMMENT = re.compile(r"\s#.*|\s*\([^()]*\)\s*$", re.S)
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


def read_written(value: object, zone: tzinfo) -> Written:
    """Like ``parse_written``, with a note when a part had to be ignored: an impossible time, a broken offset.

    Takes what YAML and TOML make of a date: text, bytes, ``date``, ``datetime``, a number (a year, YYYYMMDD or seconds
    since 1970). A date alone is its first moment.
    """
    if isinstance(value, datetime):
        return _read_datetime(value, zone)
    if isinstance(value, date):
        return Written(_in_utc(datetime.combine(value, time()), zone))
    if isinstance(value, bytes):
        value = value[:_LONGEST].decode("utf-8", "replace")
    if isinstance(value, str):
        return _read_text(value, zone)
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
        return _read_text(str(number), zone).moment
    if 10**8 <= number < 10**11:  # 1973 to 5138
        return datetime.fromtimestamp(number, UTC)
    if 10**11 <= number < 10**13:  # milliseconds
        return datetime.fromtimestamp(number / 1000, UTC)
    raise ValueError("a number of that size is not a date")


def _read_text(text: str, zone: tzinfo) -> Written:
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text[:_LONGEST])
    text = _COMMENT.sub("", text[:_LONGEST]).strip(" \t\r\n\f\v\"'`“”‘’,;[]<>")
    if _PLAIN_NUMBER.fullmatch(text):
        return Written(_read_number(int(text), zone))
    day, rest, clock = _read_day(text)
    if clock is None:
        clock, rest = _read_clock(rest)
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
        return _day(int(match[1]), int(match[3]), int(match[4])), text[match.end() :], None
    if match := _COMPACT.match(text):
        clock = _clock(match[4], match[5], match[6]) if match[4] else None
        return _day(int(match[1]), int(match[2]), int(match[3])), text[match.end() :], clock
    if match := _TIME_FIRST.fullmatch(text):
        text = f"{match[2]} {match[1]}"
    if match := _WEEKDAY_BEFORE.match(text):
        text = text[match.end() :]
    if match := _CTIME.match(text):
        text = f"{match[2]} {match[1]} {match[5]} {match[3]} {match[4]}"
    if match := _ISO.match(text):
        return _day(int(match[1]), int(match[3]), int(match[4])), text[match.end() :], None
    if match := _NUMBERS.match(text):
        day = _day_of_numbers(int(match[1]), match[2], int(match[3]), match[4])
    elif match := _DAY_FIRST.match(text):
        day = _day(_full_year(match[3]), _month_number(match[2]), int(match[1]))
    elif match := _MONTH_FIRST.match(text):
        day = _day(int(match[3]), _month_number(match[1]), int(match[2]))
    elif match := _YEAR_FIRST.match(text):
        day = _day(int(match[1]), _month_number(match[2]), int(match[3]))
    elif match := _MONTH_ONLY.match(text):
        day = _day(int(match[2]), _month_number(match[1]), 1)
    elif match := _YEAR_AND_MONTH.match(text):
        day = _day(int(match[1]), int(match[2]), 1)
    else:
        raise ValueError(f"{_shown(text)} is not a date")
    return day, text[match.end() :], None


def _day_of_numbers(first: int, separator: str, second: int, year: str) -> date:
    """Month first between slashes and dashes, as in American texts, day first between dots, unless that cannot be."""
    if len(year) == 2 and separator == "-":
        raise ValueError(f"{first:02}-{second:02}-{year} is no clear date; write the year with four digits")
    day_first = first > 12 or (separator == "." and second <= 12)
    day, month = (first, second) if day_first else (second, first)
    return _day(_full_year(year), month, day)


def _full_year(digits: str) -> int:
    digits = digits.lstrip("'")
    if len(digits) == 4:
        return int(digits)
    return int(digits) + (1900 if int(digits) >= 69 else 2000)  # the turning point of POSIX


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


# --- Date words of queries and options

_EXAMPLES = "write 2020-09-15, 2020-09, 2020, 2020-09-01..2020-09-15, today, last-week or last-7-days"
_UNIT = r"(d|days?|w|wks?|weeks?|m|mo|mon|months?|y|yrs?|years?)"
_HOURS = re.compile(r"(?:(?:last|past)-)?(\d{1,6})-?(?:h|hrs?|hours?)")
_COUNTED = re.compile(rf"(?:(?:last|past)-)?(\d{{1,6}})-?{_UNIT}")
_AGO = re.compile(rf"(\d{{1,6}})-?{_UNIT}-ago")
_PAST = re.compile(r"past-(week|month|year)")
_PERIOD = re.compile(r"(this|current|last|previous)-(week|month|quarter|year)")
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d[t ]\d\d:\d\d(?P<second>:\d\d(?:\.\d{1,6})?)?(?P<zone>z| ?[+-]?\d\d:?\d\d)?")
_YEAR = re.compile(r"(\d{4})")
_YEAR_MONTH = re.compile(r"(\d{4})[-/.](\d{1,2})")
_YEAR_MONTH_DAY = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})|(\d{4})()(\d\d)(\d\d)")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})")
_QUARTER = re.compile(r"(?:(\d{4})-?)?q([1-4])(?:-?(\d{4}))?")
_WEEK = re.compile(r"(\d{4})-?w(\d\d?)")
_NAMED_MONTH = re.compile(rf"(?:(\d{{4}})-)?(last-)?{_MONTH}(?:-(\d{{4}}))?")
_NAMED_DAY = re.compile(rf"(?:{_DAY}-(?:of-)?{_MONTH}|{_MONTH}-{_DAY})(?:-(\d{{4}}))?")
_NAMED_WEEKDAY = re.compile(rf"(last-)?{_WEEKDAY}")

Span = tuple[date, date]  # first and last day, both included


def query_range(text: str, now: datetime) -> tuple[datetime | None, datetime | None]:
    """The half-open span [since, until) that date words name; None is open. Days are those of the zone of ``now``.

    ``now`` is aware; what comes back is aware too, in UTC. ``A..B`` has all of A and all of B. Blanks, hyphens and
    underscores mean the same. ``monday`` and ``september`` are the latest that have begun, ``last-week`` is the week
    from Monday before this one, ``last-7-days`` has today as its last day. Raises ValueError with one line that says
    what would be valid.
    """
    if len(text) > _LONGEST_WORDS:
        raise ValueError(f"{_shown(text)} is not a date: {_EXAMPLES}")
    sides = re.split(r"\.{2,}", unicodedata.normalize("NFKC", text).casefold().strip())
    if len(sides) == 1:
        return _named_range(sides[0], now)
    if len(sides) > 2 or not any(side.strip(" -_") for side in sides):
        raise ValueError(f"{_shown(text)} is not a range of dates: write 2020-09-01..2020-09-15 or 2020-09-01..")
    since = _named_range(sides[0], now)[0] if sides[0].strip(" -_") else None
    until = _named_range(sides[1], now)[1] if sides[1].strip(" -_") else None
    # The day after the last one may be the first: today..yesterday. Only a day that clocks left out is empty by itself.
    if since and until and (since > until or (since == until and sides[0].strip() != sides[1].strip())):
        raise ValueError(f"{_shown(text)} runs backwards: write the earlier date first")
    return since, until


def _named_range(text: str, now: datetime) -> tuple[datetime | None, datetime | None]:
    if match := _TIMESTAMP.fullmatch(text.strip()):
        return _moment_range(match, now)
    words = re.sub(r"[\s_,–-]+", "-", text).strip("-")
    if match := _HOURS.fullmatch(words):
        return _hours_before(now, int(match[1]))
    first, last = _named_span(words, now.date())
    zone = now.tzinfo or UTC
    return _midnight(first, zone), _midnight(last + timedelta(days=1), zone) if last < date.max else None


def _moment_range(match: re.Match[str], now: datetime) -> tuple[datetime | None, datetime | None]:
    """The second, or minute, of a timestamp."""
    text, offset = match[0], match["zone"] or ""
    if offset.startswith(" "):  # a + that was decoded as part of a URL
        text = text[: -len(offset)] + "+" + offset.lstrip(" +")
    try:
        moment = _in_utc(datetime.fromisoformat(text.upper()).replace(microsecond=0), now.tzinfo or UTC)
        return moment, moment + timedelta(seconds=1 if match["second"] else 60)
    except (ValueError, OverflowError):
        raise ValueError(f"there is no moment {_shown(match[0])}: write 2020-09-15T12:28 or 2020-09-15") from None


def _hours_before(now: datetime, hours: int) -> tuple[datetime | None, datetime | None]:
    end = now.astimezone(UTC)  # elapsed time, whatever the clocks did
    try:
        return end - timedelta(hours=hours), end
    except OverflowError:
        return None, end


def _midnight(day: date, zone: tzinfo) -> datetime | None:
    """The first moment of a day in a zone, in UTC; None before the first or after the last moment there is."""
    start = datetime.combine(day, time(), zone)
    try:
        moment = start.astimezone(UTC)
        if moment.astimezone(zone).replace(tzinfo=None) == start.replace(tzinfo=None):
            return moment
        # Clocks skip midnight: the day begins with the skip, which lies between the two readings of midnight.
        before, after = sorted(start.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
        seconds = range(int((after - before).total_seconds()))
        skip = bisect_left(
            seconds, True, key=lambda second: (before + timedelta(seconds=second)).astimezone(zone).date() >= day
        )
        return before + timedelta(seconds=skip)
    except OverflowError:
        return None


def _named_span(words: str, today: date) -> Span:
    for read in (_relative_span, _numeric_span, _month_span, _weekday_span):
        if span := read(words, today):
            return span
    raise ValueError(f"{_shown(words)} is not a date: {_EXAMPLES}")


def _days_before(day: date, days: int) -> date:
    return date.fromordinal(max(1, day.toordinal() - days))


def _months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    if year < 1:
        return date.min
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _before(day: date, count: int, unit: str) -> date:
    if unit[0] in "dw":
        return _days_before(day, count * (7 if unit[0] == "w" else 1))
    return _months_before(day, count * (12 if unit[0] == "y" else 1))


def _whole_months(first: date, months: int) -> Span:
    """So many months from the first day of one."""
    year, month = divmod(first.year * 12 + first.month - 1 + months - 1, 12)
    return first, date(year, month + 1, calendar.monthrange(year, month + 1)[1])


def _period(unit: str, day: date) -> Span:
    """The calendar week, month, quarter or year a day is in."""
    if unit == "week":
        first = _days_before(day, day.weekday())
        return first, date.fromordinal(min(first.toordinal() + 6, date.max.toordinal()))
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    return _whole_months(day.replace(month=(day.month - 1) // months * months + 1, day=1), months)


def _relative_span(words: str, today: date) -> Span | None:
    if words in ("today", "yesterday", "tomorrow"):
        day = date.fromordinal(
            min(max(1, today.toordinal() + {"yesterday": -1, "today": 0, "tomorrow": 1}[words]), date.max.toordinal())
        )
        return day, day
    if match := _PERIOD.fullmatch(words):
        this = _period(match[2], today)
        return this if match[1] in ("this", "current") else _period(match[2], _days_before(this[0], 1))
    if match := _AGO.fullmatch(words):
        day = _before(today, int(match[1]), match[2])
        return day, day
    counted = _COUNTED.fullmatch(words)
    past = _PAST.fullmatch(words)
    if not counted and not past:
        return None
    count, unit = (int(counted[1]), counted[2]) if counted else (1, past[1] if past else "")
    if not count:
        raise ValueError(f"{_shown(words)} has no day in it: write last-7-days")
    # Today is one of the days: the span begins the day after the one that lies so far back.
    earlier = _before(today, count, unit)
    return (earlier if earlier == date.min else earlier + timedelta(days=1)), today


def _numeric_span(words: str, today: date) -> Span | None:
    if match := _YEAR.fullmatch(words):
        return _whole_months(_day(int(match[1]), 1, 1), 12)
    if match := _YEAR_MONTH.fullmatch(words):
        return _whole_months(_month(int(match[1]), int(match[2])), 1)
    if match := _YEAR_MONTH_DAY.fullmatch(words):
        year, month, day = (int(part) for part in match.groups() if part and part.isdecimal())
        return (_day(year, month, day),) * 2
    if match := _YEAR_LAST.fullmatch(words):
        return (_clear_day(int(match[1]), int(match[3]), int(match[4])),) * 2
    if match := _QUARTER.fullmatch(words):
        return _quarter(int(match[2]), match[1] or match[3], today)
    if match := _WEEK.fullmatch(words):
        try:
            return _period("week", date.fromisocalendar(int(match[1]), int(match[2]), 1))
        except ValueError:
            raise ValueError(f"there is no week {match[2]} in {match[1]}: write 2020-w38") from None
    return None


def _month(year: int, month: int) -> date:
    if not 1 <= month <= 12:
        raise ValueError(f"there is no month {month}: write 2020-01 to 2020-12")
    return _day(year, month, 1)


def _clear_day(first: int, second: int, year: int) -> date:
    if first <= 12 and second <= 12 and first != second:
        raise ValueError(
            f"{first}/{second}/{year} could be two days: write {year}-{first:02}-{second:02}"
            f" or {year}-{second:02}-{first:02}"
        )
    return _day(year, second, first) if first > 12 else _day(year, first, second)


def _quarter(number: int, year: str | None, today: date) -> Span:
    month = number * 3 - 2
    return _whole_months(_day(int(year), month, 1) if year else _latest_month(month, today), 3)


def _latest_month(month: int, today: date) -> date:
    """The first day of the latest such month that has begun."""
    return date(max(1, today.year - (month > today.month)), month, 1)


def _month_span(words: str, today: date) -> Span | None:
    if match := _NAMED_MONTH.fullmatch(words):
        if year := match[1] or match[4]:
            return _whole_months(_day(int(year), _month_number(match[3]), 1), 1)
        before = _days_before(today.replace(day=1), 1) if match[2] else today
        return _whole_months(_latest_month(_month_number(match[3]), before), 1)
    if match := _NAMED_DAY.fullmatch(words):
        day, month = int(match[1] or match[4]), _month_number(match[2] or match[3])
        return (_day(int(match[5]), month, day) if match[5] else _latest_day(month, day, today),) * 2
    return None


def _latest_day(month: int, day: int, today: date) -> date:
    """The latest such day that has begun: 29 February may be eight years back."""
    for year in range(today.year, max(0, today.year - 9), -1):
        if day <= calendar.monthrange(year, month)[1] and day >= 1 and date(year, month, day) <= today:
            return date(year, month, day)
    return _day(today.year, month, day)


def _weekday_span(words: str, today: date) -> Span | None:
    match = _NAMED_WEEKDAY.fullmatch(words)
    if not match:
        return None
    latest = _days_before(today, 1) if match[1] else today
    day = _days_before(latest, (latest.weekday() - _WEEKDAYS.index(match[2][:3])) % 7)
    return day, day
