"""How are months and days written in English, and which days are there? For dates in articles and in queries alike.

And which day is it at the site? Every place that shows a moment shows it in the site's time zone. Not here: what a
written date means (reading/dates.py), which days date words name (query/date_words.py).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone, tzinfo

MONTH = (  # patterns, for text in any case
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)(?![a-z])"
)
WEEKDAY = r"(mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs?(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
DAY = r"(\d{1,2})(?:st|nd|rd|th)?"
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_WEEKDAYS = "mon tue wed thu fri sat sun".split()


def day_of(year: int, month: int, day: int) -> date:
    """That day. The ValueError of one that does not exist says why there is none."""
    if not 1 <= year <= 9999:
        raise ValueError(f"there is no year {year:04}")
    if not 1 <= month <= 12:
        swapped = 1 <= day <= 12 and month <= days_in(year, day) and month
        hint = f"; was {year:04}-{day:02}-{month:02} meant?" if swapped else ""
        raise ValueError(f"there is no month {month} in {year:04}-{month:02}-{day:02}{hint}")
    days = days_in(year, month)
    if not 1 <= day <= days:
        raise ValueError(f"there is no day {year:04}-{month:02}-{day:02}: that month has {days} days")
    return date(year, month, day)


def days_in(year: int, month: int) -> int:
    """How many days a month has."""
    from calendar import monthrange  # which a search without dates does without

    return monthrange(year, month)[1]


def in_zone(moment: datetime, zone: tzinfo) -> datetime:
    """A moment as the clocks of a zone show it; the first and the last of the calendar as they are."""
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return moment


def iso(moment: datetime) -> str:
    """A moment as RFC 3339 has it, on the day it has.

    Its offsets have no seconds, which clocks had until about 1940: the next whole minute that is no other day is taken.
    """
    offset = moment.utcoffset() or timedelta()
    minutes = offset - offset % timedelta(minutes=1)
    if minutes != offset:
        nearest = (in_zone(moment, timezone(minutes + timedelta(minutes=more))) for more in (1, 0))
        moment = next((near for near in nearest if near.date() == moment.date()), moment)
    return moment.isoformat()


def full_year(digits: str) -> int:
    """The year of four digits, or of two, which may have an apostrophe before them."""
    digits = digits.lstrip("'")
    if len(digits) == 4:
        return int(digits)
    return int(digits) + (1900 if int(digits) >= 69 else 2000)  # the turning point of POSIX


def month_number(name: str) -> int:
    """1 to 12 of a name that MONTH matches."""
    return _MONTHS.index(name[:3].lower()) + 1


def weekday_number(name: str) -> int:
    """0 (Monday) to 6 of a name that WEEKDAY matches."""
    return _WEEKDAYS.index(name[:3].lower())
