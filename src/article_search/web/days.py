"""How do dates stand in a URL, and how do readers say them? Days and months as ``2020-09-15`` and as English.

Dates come as they were written and need not be any. Not here: date words, which the engine reads (query/date_words.py).
"""

from __future__ import annotations

import calendar
import re
from datetime import date

_YEAR = re.compile(r"(?!0000)[0-9]{4}$")
_MONTH = re.compile(r"(?!0000)[0-9]{4}-(?:0[1-9]|1[0-2])$")

Span = tuple[str, str]  # the first and the last day, as YYYY-MM-DD


def is_day(text: str) -> bool:
    """Whether a date is a day as a browser's date field takes it: ``YYYY-MM-DD``, and one that exists."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def month_span(month: str) -> Span:
    """First and last day of ``YYYY-MM``."""
    year, number = (int(part) for part in month.split("-"))
    return f"{month}-01", f"{month}-{calendar.monthrange(year, number)[1]:02}"


def span_of(since: str, until: str) -> Span | None:
    """The first and the last day of two dates, where these are no words; an open end is the end of time."""
    if not (since or until):
        return None
    first, last = _plain_days(since), _plain_days(until)
    if (since and not first) or (until and not last):
        return None
    return first[0] if first else "", last[1] if last else "~"


def whole_months(since: str, until: str) -> Span | None:
    """The first and the last day of two dates, where they are those of months."""
    span = span_of(since, until)
    if span and _MONTH.match(span[0][:7]) and _MONTH.match(span[1][:7]):
        (first, _), (_, last) = month_span(span[0][:7]), month_span(span[1][:7])
        return span if span == (first, last) and first < last else None
    return None


def _plain_days(written: str) -> Span | None:
    """The first and the last day of a day, a month or a year; None for words."""
    if _MONTH.match(written):
        return month_span(written)
    if _YEAR.match(written):
        return f"{written}-01-01", f"{written}-12-31"
    return (written, written) if is_day(written) else None


def day_said(day: date) -> str:
    """A day as readers say it: ``20 September 2020``."""
    return f"{day.day} {calendar.month_name[day.month]} {day.year}"


def spoken(written: str) -> str:
    """A date as readers say it; words as they are."""
    if is_day(written):
        return day_said(date.fromisoformat(written))
    return period(*month_span(written)) if _MONTH.match(written) else written


def days_said(since: str, until: str) -> str:
    """A span of days as readers say it: ``10–20 September 2020``."""
    first, last = date.fromisoformat(since), date.fromisoformat(until)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{day_said(last)}"
    if first.year == last.year:
        return f"{first.day} {calendar.month_name[first.month]} – {day_said(last)}"
    return f"{day_said(first)} – {day_said(last)}"


def period(since: str, until: str, short: bool = False) -> str:
    """A span of whole months as readers say it."""
    names = calendar.month_abbr if short else calendar.month_name
    (year, first, _), (end, last, _) = (map(int, day.split("-")) for day in (since, until))
    if year != end:
        return f"{year}–{end}" if short else f"{year} to {end}"
    if (first, last) == (1, 12):
        return f"{year}"
    if first == last:
        return f"{names[first]} {year}"
    return f"{names[first]}–{names[last]} {year}" if short else f"{names[first]} to {names[last]} {year}"
