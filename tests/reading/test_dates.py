"""Written dates become moments, with a note on what had to be left aside."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from article_search.reading.dates import parse_written, read_written
from tests.date_texts import ANY_TEXT, NEW_YORK, zones


def text(moment: datetime) -> str:
    assert moment.utcoffset() == timedelta(0)
    return moment.replace(tzinfo=None).isoformat(sep=" ")


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2020-09-15-12-28-00 ", "2020-09-15 12:28:00"),
        ("2020-09-15-12-28", "2020-09-15 12:28:00"),
        ("2020-09-15", "2020-09-15 00:00:00"),
        ("2020-9-5", "2020-09-05 00:00:00"),
        ("2020/09/15 12:28", "2020-09-15 12:28:00"),
        ("2020-09", "2020-09-01 00:00:00"),
        ("2020", "2020-01-01 00:00:00"),
        ("2020-09-15 12:28:30", "2020-09-15 12:28:30"),
        ("2020-09-15 9:05", "2020-09-15 09:05:00"),
        ("2020-09-15T9:15:00", "2020-09-15 09:15:00"),
        ("2020-09-15T12:28:00Z", "2020-09-15 12:28:00"),
        ("2020-09-15T12:28:00+09:00", "2020-09-15 03:28:00"),
        ("2020-09-15 12:28:00 +0900", "2020-09-15 03:28:00"),
        ("2020-09-15 12:28:00 +9", "2020-09-15 03:28:00"),
        ("2020-09-15 12:28:00 -0800", "2020-09-15 20:28:00"),
        ("2020-09-15 12:28:00 -0000", "2020-09-15 12:28:00"),
        ("2020-09-15 12:28:00.000000000 -06:00", "2020-09-15 18:28:00"),
        ("2020-09-15 12:28:00.25", "2020-09-15 12:28:00.250000"),
        ("2020-09-15 12:28:00 UTC", "2020-09-15 12:28:00"),
        ("2020-09-15 12:28 EST", "2020-09-15 17:28:00"),
        ("2020-09-15 12:28 Asia/Tokyo", "2020-09-15 03:28:00"),
        ("2020-09-15 12:28:00 +0900 (JST)", "2020-09-15 03:28:00"),
        ("20200915", "2020-09-15 00:00:00"),
        ("20200915T122800Z", "2020-09-15 12:28:00"),
        ("09/03/2019", "2019-09-03 00:00:00"),
        ("3/20/2025", "2025-03-20 00:00:00"),
        ("20/03/2025", "2025-03-20 00:00:00"),
        ("9/15/20 5:30 pm", "2020-09-15 17:30:00"),
        ("15.9.2020", "2020-09-15 00:00:00"),
        ("5.9.2020", "2020-09-05 00:00:00"),
        ("March 3, 2019", "2019-03-03 00:00:00"),
        ("Mar 3rd 2019", "2019-03-03 00:00:00"),
        ("3 Mar 2019 10:00 PM", "2019-03-03 22:00:00"),
        ("3 Mar 2019, 12 am", "2019-03-03 00:00:00"),
        ("1st of May, 2015", "2015-05-01 00:00:00"),
        ("3-Mar-2019 12:00", "2019-03-03 12:00:00"),
        ("March 2019", "2019-03-01 00:00:00"),
        ("02:05, 31 March 2011", "2011-03-31 02:05:00"),
        ("Tue, 15 Sep 2020 12:28:00 GMT", "2020-09-15 12:28:00"),
        ("Tuesday, 15-Sep-20 12:28:00 GMT", "2020-09-15 12:28:00"),
        ("Tue Sep 15 12:28:00 2020", "2020-09-15 12:28:00"),
        ("Tue Sep 15 12:28:00 +0900 2020", "2020-09-15 03:28:00"),
        ("2020-09-15T12:28:00 # UTC, the same as the end", "2020-09-15 12:28:00"),
        ("'2020-09-15T12:28:00'", "2020-09-15 12:28:00"),
        ('"2020-09-15",', "2020-09-15 00:00:00"),
        ("2020-09-15 to 2020-09-17", "2020-09-15 00:00:00"),
        ("2020-09-15/2020-09-17", "2020-09-15 00:00:00"),
        ("May 1–4, 2015", "2015-05-01 00:00:00"),
        ("2020-09-15 24:00:00", "2020-09-16 00:00:00"),
        ("2020-12-31 23:59:60", "2021-01-01 00:00:00"),
        ("２０２０-09-15", "2020-09-15 00:00:00"),
        (b"2020-09-15", "2020-09-15 00:00:00"),
        (date(2020, 9, 15), "2020-09-15 00:00:00"),
        (datetime(2020, 9, 15, 12, 28), "2020-09-15 12:28:00"),
        (datetime(2020, 9, 15, 12, 28, tzinfo=timezone(timedelta(hours=2))), "2020-09-15 10:28:00"),
        (2020, "2020-01-01 00:00:00"),
        (20200915, "2020-09-15 00:00:00"),
        (1600172880, "2020-09-15 12:28:00"),
        ("1600172880", "2020-09-15 12:28:00"),
        (1600172880000, "2020-09-15 12:28:00"),
    ],
)
def test_reads_each_form_of_a_date(value: object, moment: str) -> None:
    assert text(parse_written(value, UTC)) == moment
    assert read_written(value, UTC).note is None


@pytest.mark.parametrize(
    ("value", "moment", "left_aside"),
    [
        ("2021-02-08 16:30-:00+16:30", "2021-02-08 16:30:00", "-:00+16:30"),
        ("2019-04-12 17:31:22:02", "2019-04-12 17:31:22", ":02"),
        ("2020-09-15 25:00", "2020-09-15 00:00:00", "25:00"),
        ("2020-09-15 12:28 +99:00", "2020-09-15 12:28:00", "+99:00"),
        ("2020-09-15 12:28 Mars/Olympus", "2020-09-15 12:28:00", "Mars/Olympus"),
        ("2020-09-15 16:30:00+16:30", "2020-09-15 16:30:00", "+16:30"),
        (datetime(2020, 9, 15, 16, 30, tzinfo=timezone(timedelta(hours=16.5))), "2020-09-15 16:30:00", "+16:30"),
        ("2020-09-15T", "2020-09-15 00:00:00", "T"),
    ],
)
def test_keeps_what_is_sound_and_says_what_is_not(value: object, moment: str, left_aside: str) -> None:
    read = read_written(value, UTC)
    assert text(read.moment) == moment
    assert read.note
    assert repr(left_aside) in read.note


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("2020-13-03", "no month 13 in 2020-13-03; was 2020-03-13 meant"),
        ("2020-13-32", "no month 13 in 2020-13-32"),
        ("2019-02-29T19:04:43+08:00", "no day 2019-02-29"),
        ("0000-01-01", "no year 0000"),
        ("15-09-20", "four digits"),
        ("0001-01-01T00:00+05:00", "outside the years"),
        ("9999-12-31T23:00-05:00", "outside the years"),
        ("9999-12-31 24:00", "outside the years"),
        (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=5))), "outside the years"),
        ("2020-09-151", "'2020-09-151' is not a date"),
        ("2020-09-15abc", "not a date"),
        ("around 2020-09-15", "not a date"),
        ("12:30:45", "not a date"),
        ("", "'' is not a date"),
        ("x" * 5000, "…' is not a date"),
        (None, "nothing is not a date"),
        (True, "a bool is not a date"),
        (["2020-09-15"], "a list is not a date"),
        ({}, "a dict is not a date"),
        (45045, "not a date"),
        pytest.param(10**5000, "not a date", id="huge number"),
        (float("nan"), "not a date"),
        (float("inf"), "not a date"),
        (-1, "not a date"),
    ],
)
def test_says_why_a_date_cannot_be_read(value: object, says: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse_written(value, UTC)
    message = str(caught.value)
    assert says in message
    assert len(message) < 150
    assert "\n" not in message


def test_reads_a_date_without_offset_in_the_zone_of_the_site() -> None:
    assert text(parse_written("2020-09-15", NEW_YORK)) == "2020-09-15 04:00:00"
    assert text(parse_written(date(2020, 1, 15), NEW_YORK)) == "2020-01-15 05:00:00"
    assert text(parse_written("2020-09-15 12:00 +0000", NEW_YORK)) == "2020-09-15 12:00:00"


def test_reads_the_hours_clocks_skip_or_repeat_with_the_offset_before() -> None:
    assert text(parse_written("2020-03-08 02:30", NEW_YORK)) == "2020-03-08 07:30:00"
    assert text(parse_written("2020-11-01 01:30", NEW_YORK)) == "2020-11-01 05:30:00"


@given(st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=zones))
def test_reads_back_what_isoformat_writes(moment: datetime) -> None:
    offset = moment.utcoffset()
    assert offset is not None
    if offset.seconds % 60 == 0:  # local mean time of old days has odd seconds
        assert parse_written(moment.isoformat(), UTC) == moment.astimezone(UTC)


@given(
    st.one_of(ANY_TEXT, st.integers(), st.floats(), st.binary(max_size=20), st.datetimes(timezones=st.none() | zones)),
    zones,
)
def test_any_value_gives_a_moment_in_utc_or_a_value_error(value: object, zone: tzinfo) -> None:
    try:
        moment = parse_written(value, zone)
    except ValueError as error:
        assert "\n" not in str(error)
    else:
        assert moment.tzinfo is UTC
