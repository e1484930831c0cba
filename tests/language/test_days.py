"""A moment is shown on the day it has at the site, by a standard that every reader of dates knows."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from article_search.language.days import in_zone, iso

ZONES = ("UTC", "Europe/London", "Europe/Paris", "America/New_York", "Asia/Kolkata", "Africa/Monrovia")


@pytest.mark.parametrize(
    ("zone", "moment", "shown"),
    [
        ("Europe/London", "2020-09-14T23:00:00+00:00", "2020-09-15T00:00:00+01:00"),
        ("Europe/London", "2020-01-15T00:00:00+00:00", "2020-01-15T00:00:00+00:00"),
        ("America/New_York", "2020-09-15T04:00:00+00:00", "2020-09-15T00:00:00-04:00"),
        ("Asia/Kolkata", "2020-09-14T18:30:00+00:00", "2020-09-15T00:00:00+05:30"),
        ("Europe/Paris", "1849-12-31T23:50:39+00:00", "1850-01-01T00:00:39+00:10"),
        ("Africa/Monrovia", "1960-01-01T00:44:30+00:00", "1960-01-01T00:00:30-00:44"),
        ("America/New_York", "0001-01-01T00:00:00+00:00", "0001-01-01T00:00:00+00:00"),
    ],
)
def test_a_moment_has_the_day_and_the_offset_of_its_zone(zone: str, moment: str, shown: str) -> None:
    assert iso(in_zone(datetime.fromisoformat(moment), ZoneInfo(zone))) == shown


@given(st.datetimes(timezones=st.just(UTC)), st.sampled_from(ZONES))
def test_it_is_the_same_moment_on_the_same_day_by_rfc_3339(moment: datetime, zone: str) -> None:
    local = in_zone(moment, ZoneInfo(zone))
    shown = iso(local)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?[+-]\d\d:\d\d", shown)
    assert datetime.fromisoformat(shown) == moment
    assert shown[:10] == local.date().isoformat()
