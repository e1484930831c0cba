"""Dates of a URL are told from words, and said as readers say them."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from article_search.web.days import is_day, month_span


@given(st.dates())
def test_a_month_spans_all_its_days(day: date) -> None:
    since, until = month_span(day.isoformat()[:7])
    assert since <= day.isoformat() <= until
    assert is_day(since) and is_day(until)
