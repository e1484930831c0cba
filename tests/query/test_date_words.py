"""Date words become spans of time, or an error that says what would be valid."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from article_search.query.date_words import query_range
from tests.date_texts import ANY_TEXT, NEW_YORK, ZONES, zones

NOW = datetime(2020, 9, 15, 12, 28, tzinfo=NEW_YORK)  # a Tuesday
days = st.dates(date(1900, 1, 1), date(2100, 12, 31))


def local(moment: datetime | None, zone: tzinfo = NEW_YORK) -> str:
    if moment is None:
        return "…"
    assert moment.tzinfo is UTC
    shown = moment.astimezone(zone).replace(tzinfo=None)
    return shown.date().isoformat() if shown.time() == time() else shown.isoformat(sep=" ")


@pytest.mark.parametrize(
    ("words", "since", "until"),
    [
        ("2020", "2020-01-01", "2021-01-01"),
        ("2020-09", "2020-09-01", "2020-10-01"),
        ("2020-9", "2020-09-01", "2020-10-01"),
        ("2020-12", "2020-12-01", "2021-01-01"),
        ("2020-09-15", "2020-09-15", "2020-09-16"),
        ("2020/9/5", "2020-09-05", "2020-09-06"),
        ("20200915", "2020-09-15", "2020-09-16"),
        ("15.9.2020", "2020-09-15", "2020-09-16"),
        ("09/15/2020", "2020-09-15", "2020-09-16"),
        ("9/9/2020", "2020-09-09", "2020-09-10"),
        ("2020-09-01..2020-09-15", "2020-09-01", "2020-09-16"),
        ("2020-08..2020-09", "2020-08-01", "2020-10-01"),
        ("2020-09-15..2020-09-15", "2020-09-15", "2020-09-16"),
        ("2020-09-01..", "2020-09-01", "…"),
        ("..2020-09-15", "…", "2020-09-16"),
        ("last-month..today", "2020-08-01", "2020-09-16"),
        ("today", "2020-09-15", "2020-09-16"),
        (" Yesterday ", "2020-09-14", "2020-09-15"),
        ("tomorrow", "2020-09-16", "2020-09-17"),
        ("this-week", "2020-09-14", "2020-09-21"),
        ("LAST week", "2020-09-07", "2020-09-14"),
        ("this_month", "2020-09-01", "2020-10-01"),
        ("last-month", "2020-08-01", "2020-09-01"),
        ("this-quarter", "2020-07-01", "2020-10-01"),
        ("last-quarter", "2020-04-01", "2020-07-01"),
        ("this-year", "2020-01-01", "2021-01-01"),
        ("last-year", "2019-01-01", "2020-01-01"),
        ("last-7-days", "2020-09-09", "2020-09-16"),
        ("7d", "2020-09-09", "2020-09-16"),
        ("7-days", "2020-09-09", "2020-09-16"),
        ("past-week", "2020-09-09", "2020-09-16"),
        ("2-weeks", "2020-09-02", "2020-09-16"),
        ("past-month", "2020-08-16", "2020-09-16"),
        ("last 3 months", "2020-06-16", "2020-09-16"),
        ("past-year", "2019-09-16", "2020-09-16"),
        ("1d", "2020-09-15", "2020-09-16"),
        ("3-days-ago", "2020-09-12", "2020-09-13"),
        ("24h", "2020-09-14 12:28:00", "2020-09-15 12:28:00"),
        ("last-24-hours", "2020-09-14 12:28:00", "2020-09-15 12:28:00"),
        ("september-2020", "2020-09-01", "2020-10-01"),
        ("Sep 2019", "2019-09-01", "2019-10-01"),
        ("september", "2020-09-01", "2020-10-01"),
        ("may", "2020-05-01", "2020-06-01"),
        ("october", "2019-10-01", "2019-11-01"),
        ("last-september", "2019-09-01", "2019-10-01"),
        ("15 september 2019", "2019-09-15", "2019-09-16"),
        ("September 15, 2019", "2019-09-15", "2019-09-16"),
        ("3rd of march", "2020-03-03", "2020-03-04"),
        ("29-february", "2020-02-29", "2020-03-01"),
        ("tuesday", "2020-09-15", "2020-09-16"),
        ("last-tuesday", "2020-09-08", "2020-09-09"),
        ("wednesday", "2020-09-09", "2020-09-10"),
        ("2020-q3", "2020-07-01", "2020-10-01"),
        ("q4", "2019-10-01", "2020-01-01"),
        ("2020-w38", "2020-09-14", "2020-09-21"),
        ("2020-09-15T12:28", "2020-09-15 12:28:00", "2020-09-15 12:29:00"),
        ("2020-09-15T16:28:00+00:00", "2020-09-15 12:28:00", "2020-09-15 12:28:01"),
        ("2020-09-15T16:28:00 00:00", "2020-09-15 12:28:00", "2020-09-15 12:28:01"),
        ("9999", "9999-01-01", "…"),
    ],
)
def test_date_words_name_whole_days(words: str, since: str, until: str) -> None:
    start, end = query_range(words, NOW)
    assert (local(start), local(end)) == (since, until)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("", "write 2020-09-15"),
        ("soon", "'soon' is not a date: write 2020-09-15"),
        ("..", "write 2020-09-01..2020-09-15"),
        ("2020..2021..2022", "write 2020-09-01..2020-09-15"),
        ("2020-09-15..2020-09-01", "runs backwards"),
        ("today..yesterday", "runs backwards"),
        ("9/8/2020", "could be two days: write 2020-09-08 or 2020-08-09"),
        ("2021-02-29", "no day 2021-02-29: that month has 28 days"),
        ("2020-13", "no month 13"),
        ("2020-13-01", "was 2020-01-13 meant"),
        ("0000", "no year 0000"),
        ("2020-w54", "no week 54 in 2020"),
        ("2020-09-15T25:00", "no moment"),
        ("0-days", "write last-7-days"),
        ("x" * 10_000, "not a date"),
    ],
)
def test_says_what_would_be_valid(words: str, says: str) -> None:
    with pytest.raises(ValueError) as caught:
        query_range(words, NOW)
    message = str(caught.value)
    assert says in message
    assert "\n" not in message
    assert len(message) < 200


@pytest.mark.parametrize(
    ("now", "words", "since", "until"),
    [
        ("2020-01-01 00:00", "yesterday", "2019-12-31", "2020-01-01"),
        ("2020-01-01 00:00", "last-month", "2019-12-01", "2020-01-01"),
        ("2020-12-31 23:59", "tomorrow", "2021-01-01", "2021-01-02"),
        ("2021-01-03 12:00", "this-week", "2020-12-28", "2021-01-04"),
        ("2020-03-31 12:00", "past-month", "2020-03-01", "2020-04-01"),
        ("2020-02-29 12:00", "past-year", "2019-03-01", "2020-03-01"),
        ("2020-03-08 12:00", "today", "2020-03-08", "2020-03-09"),
        ("2020-03-08 12:00", "24h", "2020-03-07 11:00:00", "2020-03-08 12:00:00"),
        ("2020-11-01 23:30", "yesterday", "2020-10-31", "2020-11-01"),
    ],
)
def test_is_right_at_the_ends_of_days_months_and_years(now: str, words: str, since: str, until: str) -> None:
    start, end = query_range(words, datetime.fromisoformat(now).replace(tzinfo=NEW_YORK))
    assert (local(start), local(end)) == (since, until)


@pytest.mark.parametrize(("day", "hours"), [("2020-03-08", 23), ("2020-11-01", 25), ("2020-09-15", 24)])
def test_days_are_as_long_as_their_clocks_make_them(day: str, hours: int) -> None:
    start, end = query_range(day, NOW)
    assert start and end
    assert end - start == timedelta(hours=hours)


def test_today_is_the_day_of_the_zone() -> None:
    apia = datetime(2020, 9, 15, 23, 0, tzinfo=UTC).astimezone(ZoneInfo("Pacific/Apia"))
    start, end = query_range("today", apia)
    assert start and end
    assert local(start, ZoneInfo("Pacific/Apia")) == "2020-09-16"
    assert start <= apia < end


@given(days, zones, st.integers(-60 * 60 * 30, 60 * 60 * 54))
def test_a_day_has_exactly_the_moments_of_that_local_date(day: date, zone: ZoneInfo, seconds: int) -> None:
    moment = datetime.combine(day, time(), UTC) + timedelta(seconds=seconds)
    start, end = query_range(day.isoformat(), datetime(2020, 1, 1, tzinfo=zone))
    assert start and end
    assert (start <= moment < end) == (moment.astimezone(zone).date() == day)


@pytest.mark.parametrize("zone", ZONES)
def test_a_day_begins_where_the_local_date_changes_even_when_clocks_do(zone: str) -> None:
    now = datetime(2020, 1, 1, tzinfo=ZoneInfo(zone))
    for ordinal in range(date(2010, 1, 1).toordinal(), date(2019, 1, 1).toordinal()):
        day = date.fromordinal(ordinal)
        start, end = query_range(day.isoformat(), now)
        assert start and end
        if start < end:  # Apia left a day out in 2011
            assert start.astimezone(now.tzinfo).date() == day
            assert (start - timedelta(microseconds=1)).astimezone(now.tzinfo).date() < day


@given(days, zones)
def test_days_follow_each_other_without_gap_or_overlap(day: date, zone: ZoneInfo) -> None:
    now = datetime(2020, 1, 1, tzinfo=zone)
    following = day + timedelta(days=1)
    assert query_range(day.isoformat(), now)[1] == query_range(following.isoformat(), now)[0]
    together = query_range(f"{day}..{following}", now)
    assert together == (query_range(day.isoformat(), now)[0], query_range(following.isoformat(), now)[1])


@given(ANY_TEXT, st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29)), zones)
def test_any_words_give_a_span_or_a_value_error(words: str, now: datetime, zone: ZoneInfo) -> None:
    try:
        since, until = query_range(words, now.replace(tzinfo=zone))
    except ValueError as error:
        assert "\n" not in str(error)
    else:
        assert since is None or since.tzinfo is UTC
        assert until is None or until.tzinfo is UTC
        assert since is None or until is None or since <= until
