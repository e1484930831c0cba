"""Which span of time do the date words of a query or an option name? ``query_range`` refuses to guess.

Words are read by what somebody means who asks now; where two days could be meant, the error says how to write each.
Not here: dates written in articles (reading/dates.py), the syntax around date words (parser.py).
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from article_search.language.days import DAY, MONTH, WEEKDAY, day_of, days_in, month_number, weekday_number
from article_search.late import pattern

_LONGEST = 100  # characters of date words that are looked at; more is prose
_SHOWN = 40  # characters of them a message repeats

_EXAMPLES = "write 2020-09-15, 2020-09, 2020, 2020-09-01..2020-09-15, today, last-week or last-7-days"
_UNIT = r"(d|days?|w|wks?|weeks?|m|mo|mon|months?|y|yrs?|years?)"
_HOURS = pattern(r"(?:(?:last|past)-)?(\d{1,6})-?(?:h|hrs?|hours?)")
_COUNTED = pattern(rf"(?:(?:last|past)-)?(\d{{1,6}})-?{_UNIT}")
_AGO = pattern(rf"(\d{{1,6}})-?{_UNIT}-ago")
_PAST = pattern(r"past-(week|month|year)")
_PERIOD = pattern(r"(this|current|last|previous)-(week|month|quarter|year)")
_TIMESTAMP = pattern(r"\d{4}-\d\d-\d\d[t ]\d\d:\d\d(?P<second>:\d\d(?:\.\d{1,6})?)?(?P<zone>z| ?[+-]?\d\d:?\d\d)?")
_YEAR = pattern(r"(\d{4})")
_YEAR_MONTH = pattern(r"(\d{4})[-/.](\d{1,2})")
_YEAR_MONTH_DAY = pattern(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})|(\d{4})()(\d\d)(\d\d)")
_YEAR_LAST = pattern(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})")
_QUARTER = pattern(r"(?:(\d{4})-?)?q([1-4])(?:-?(\d{4}))?")
_WEEK = pattern(r"(\d{4})-?w(\d\d?)")
_NAMED_MONTH = pattern(rf"(?:(\d{{4}})-)?(last-)?{MONTH}(?:-(\d{{4}}))?")
_NAMED_DAY = pattern(rf"(?:{DAY}-(?:of-)?{MONTH}|{MONTH}-{DAY})(?:-(\d{{4}}))?")
_NAMED_WEEKDAY = pattern(rf"(last-)?{WEEKDAY}")

Span = tuple[date, date]  # first and last day, both included


def query_range(text: str, now: datetime) -> tuple[datetime | None, datetime | None]:
    """The half-open span [since, until) that date words name; None is open. Days are those of the zone of ``now``.

    ``now`` is aware; what comes back is aware too, in UTC. ``A..B`` has all of A and all of B. Blanks, hyphens and
    underscores mean the same. ``monday`` and ``september`` are the latest that have begun, ``last-week`` is the week
    from Monday before this one, ``last-7-days`` has today as its last day. Raises ValueError with one line that says
    what would be valid.
    """
    if len(text) > _LONGEST:
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
        moment = datetime.fromisoformat(text.upper()).replace(microsecond=0)
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo or UTC)).astimezone(UTC)
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
    return date(year, month + 1, min(day.day, days_in(year, month + 1)))


def _before(day: date, count: int, unit: str) -> date:
    if unit[0] in "dw":
        return _days_before(day, count * (7 if unit[0] == "w" else 1))
    return _months_before(day, count * (12 if unit[0] == "y" else 1))


def _whole_months(first: date, months: int) -> Span:
    """So many months from the first day of one."""
    year, month = divmod(first.year * 12 + first.month - 1 + months - 1, 12)
    return first, date(year, month + 1, days_in(year, month + 1))


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
        return _whole_months(day_of(int(match[1]), 1, 1), 12)
    if match := _YEAR_MONTH.fullmatch(words):
        return _whole_months(_month(int(match[1]), int(match[2])), 1)
    if match := _YEAR_MONTH_DAY.fullmatch(words):
        year, month, day = (int(part) for part in match.groups() if part and part.isdecimal())
        return (day_of(year, month, day),) * 2
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
    return day_of(year, month, 1)


def _clear_day(first: int, second: int, year: int) -> date:
    if first <= 12 and second <= 12 and first != second:
        raise ValueError(
            f"{first}/{second}/{year} could be two days: write {year}-{first:02}-{second:02}"
            f" or {year}-{second:02}-{first:02}"
        )
    return day_of(year, second, first) if first > 12 else day_of(year, first, second)


def _quarter(number: int, year: str | None, today: date) -> Span:
    month = number * 3 - 2
    return _whole_months(day_of(int(year), month, 1) if year else _latest_month(month, today), 3)


def _latest_month(month: int, today: date) -> date:
    """The first day of the latest such month that has begun."""
    return date(max(1, today.year - (month > today.month)), month, 1)


def _month_span(words: str, today: date) -> Span | None:
    if match := _NAMED_MONTH.fullmatch(words):
        if year := match[1] or match[4]:
            return _whole_months(day_of(int(year), month_number(match[3]), 1), 1)
        before = _days_before(today.replace(day=1), 1) if match[2] else today
        return _whole_months(_latest_month(month_number(match[3]), before), 1)
    if match := _NAMED_DAY.fullmatch(words):
        day, month = int(match[1] or match[4]), month_number(match[2] or match[3])
        return (day_of(int(match[5]), month, day) if match[5] else _latest_day(month, day, today),) * 2
    return None


def _latest_day(month: int, day: int, today: date) -> date:
    """The latest such day that has begun: 29 February may be eight years back."""
    for year in range(today.year, max(0, today.year - 9), -1):
        if day <= days_in(year, month) and day >= 1 and date(year, month, day) <= today:
            return date(year, month, day)
    return day_of(today.year, month, day)


def _weekday_span(words: str, today: date) -> Span | None:
    match = _NAMED_WEEKDAY.fullmatch(words)
    if not match:
        return None
    latest = _days_before(today, 1) if match[1] else today
    day = _days_before(latest, (latest.weekday() - weekday_number(match[2])) % 7)
    return day, day


def _shown(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "…")
