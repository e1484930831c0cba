"""Months of an answer become bars that choose their days."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from article_search.answering.results import Facet
from article_search.web.histogram import Bar, histogram
from article_search.web.state import State


def state(**parameters: list[str] | str) -> State:
    return State.read(urlencode(parameters, doseq=True))


def parameters(bar: Bar) -> dict[str, list[str]]:
    return parse_qs(bar.href.removeprefix("?"))


def test_a_month_is_chosen_by_its_first_and_last_day_and_let_go_again() -> None:
    bar, _ = histogram(state(q="x"), [Facet("2020-02", 3), Facet("2020-03", 1)])
    assert (bar.text, bar.active) == ("February 2020", False)
    assert parameters(bar) == {"q": ["x"], "since": ["2020-02-01"], "until": ["2020-02-29"]}
    chosen = state(q="x", since="2020-02-01", until="2020-02-29")
    [bar] = histogram(chosen, [Facet("2020-02", 3)])
    assert (bar.active, parameters(bar)) == (True, {"q": ["x"]})


def test_where_there_is_no_month_to_choose_there_is_no_histogram() -> None:
    assert histogram(state(q="x"), []) == ()
    assert histogram(state(q="x"), [Facet("2020-02", 3)]) == ()
    assert histogram(state(q="x", since="2020-02-10"), [Facet("2020-02", 3)]) == ()


def test_months_without_an_article_have_a_place_in_the_histogram() -> None:
    bars = histogram(state(q="x"), [Facet("2021-01", 400), Facet("2020-10", 1), Facet("2020-09", 100)])
    assert [(bar.short, bar.count, bar.height) for bar in bars] == [
        ("Sep 2020", 100, 25),
        ("Oct 2020", 1, 3),
        ("Nov 2020", 0, 0),
        ("Dec 2020", 0, 0),
        ("Jan 2021", 400, 100),
    ]


@pytest.mark.parametrize(
    ("first", "last", "text", "bars"),
    [
        ("2020-01", "2022-12", "January 2020", 36),
        ("2020-02", "2023-01", "February 2020", 36),
        ("2020-02", "2023-02", "January to March 2020", 13),
        ("2000-02", "2020-02", "2000", 21),
        ("1955-02", "2020-02", "1950 to 1959", 8),
        ("0001-01", "9999-12", "1 to 99", 100),
    ],
)
def test_a_bar_stands_for_more_where_months_would_be_too_many(first: str, last: str, text: str, bars: int) -> None:
    found = histogram(State(), [Facet(last, 1), Facet(first, 1)])
    assert (found[0].text, len(found)) == (text, bars)
    assert found[0].since <= f"{first}-01" <= found[0].until < found[-1].since <= f"{last}-01" <= found[-1].until


@given(st.sets(st.dates().map(lambda day: day.isoformat()[:7]), min_size=2, max_size=100))
def test_every_month_is_in_one_bar_and_the_bars_follow_on_one_another(months: set[str]) -> None:
    bars = histogram(State(), [Facet(month, 7) for month in months])
    assert sum(bar.count for bar in bars) == 7 * len(months)
    days = [(date.fromisoformat(bar.since), date.fromisoformat(bar.until)) for bar in bars]
    assert all((since - until).days == 1 for (_, until), (since, _) in pairwise(days))


@pytest.mark.parametrize(
    ("dates", "active"),
    [
        ({"since": "2020-02"}, ["Feb 2020", "Mar 2020"]),
        ({"until": "2020-02-29"}, ["Jan 2020", "Feb 2020"]),
        ({"since": "2020", "until": "2020"}, ["Jan 2020", "Feb 2020", "Mar 2020"]),
        ({"since": "2020-02-02"}, ["Mar 2020"]),
        ({"since": "last-week"}, []),
        ({}, []),
    ],
)
def test_bars_within_the_chosen_dates_are_told_from_the_others(dates: dict[str, str], active: list[str]) -> None:
    facets = [Facet(f"2020-0{month}", 1) for month in (3, 2, 1)]
    assert [bar.short for bar in histogram(state(**dates), facets) if bar.active] == active
