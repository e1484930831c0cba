from __future__ import annotations

from datetime import date
from itertools import pairwise
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from article_search.answering.results import Facet, Results
from article_search.answering.results import telling as telling_of
from article_search.errors import OptionError
from article_search.limits import LIMITS
from article_search.web import search_page
from article_search.web.search_page import Bar, Link, State


def state(**parameters: list[str] | str) -> State:
    return State.read(urlencode(parameters, doseq=True))


def parameters(link: Link | Bar | str) -> dict[str, list[str]]:
    return parse_qs((link if isinstance(link, str) else link.href).removeprefix("?"))


def results(**changes: object) -> Results:
    values = {
        "query": "",
        "interpreted": "",
        "total": 0,
        "page": 1,
        "pages": 0,
        "took_ms": 0.0,
        "relaxed": False,
        "strict_total": 0,
        "suggestion": None,
        "warnings": (),
        "hits": (),
        "facets": {},
    }
    return Results(**(values | changes))  # type: ignore[arg-type]


# The state and its URL

line = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30).map(str.strip)
states = st.builds(
    State, q=line, categories=st.lists(line.filter(bool), max_size=4, unique=True).map(tuple), since=line, page=line
)


@given(states)
def test_a_state_is_read_back_from_its_own_link(asked: State) -> None:
    assert State.read(asked.link()) == asked


@given(st.dictionaries(st.sampled_from(["q", "category", "since", "page", "any"]), st.lists(st.text()), max_size=5))
def test_whatever_a_url_says_is_read_as_short_printable_lines(values: dict[str, list[str]]) -> None:
    asked = State.read(urlencode(values, doseq=True, errors="surrogatepass"))
    for value in (asked.q, asked.since, asked.page, asked.any, *asked.categories):
        assert value == value.strip()
        assert len(value) <= LIMITS.query_chars + 1
        assert not any(char in value for char in "\0\n\r\x1b\ud800")


def test_a_link_says_nothing_that_was_left_out() -> None:
    assert state(q="harbour", since="", until=" ").link() == "?q=harbour"


def test_of_a_repeated_option_the_first_counts_and_categories_add_up() -> None:
    asked = state(q=["one", "two"], category=["a", "b", "a", ""])
    assert (asked.q, asked.categories) == ("one", ("a", "b"))


def test_one_category_more_than_allowed_reaches_the_engine_and_no_others() -> None:
    asked = state(category=[f"c{number}" for number in range(1000)])
    assert len(asked.categories) == LIMITS.filter_values + 1


def test_every_change_but_a_turn_of_the_page_begins_at_the_first_page() -> None:
    asked = state(q="harbour", category=["culture"], since="2020", page="7")
    changed = [
        asked.asking("bridge"),
        asked.sorted_by("newest"),
        asked.any_word(),
        asked.toggled("sports"),
        asked.only("sports"),
        asked.between("2019", "2020"),
        asked.without("since"),
        asked.without("category"),
        asked.unfiltered(),
    ]
    assert [one.page for one in changed] == [""] * len(changed)
    assert asked.turned(8) == state(q="harbour", category=["culture"], since="2020", page="8")
    assert parameters(asked.turned(1).link()).get("page") is None


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "ten", "١", "1_0", "9" * 50, "10001", " "])
def test_a_page_that_is_no_number_is_refused_by_name(value: str) -> None:
    with pytest.raises(OptionError) as caught:
        search_page.number("page", value, LIMITS.page_depth)
    assert caught.value.option == "page"


@pytest.mark.parametrize(
    ("value", "meaning"),
    [
        *((word, True) for word in ("1", "true", "yes", "ON")),
        *((word, False) for word in ("0", "False", "no", "off", "")),
    ],
)
def test_any_and_all_are_a_yes_or_a_no(value: str, meaning: bool) -> None:
    assert state(any=value).wants_any is state(strict=value).wants_strict is search_page.is_yes(value) is meaning


def test_other_words_are_asked_for_without_what_was_said_of_these() -> None:
    asked = state(q="harbuor", category="sports", page="2")
    assert asked.as_typed().link() == "?q=harbuor&category=sports&exact=1"
    assert asked.as_typed().asking("harbour").link() == "?q=harbour&category=sports"
    assert ("exact", "1") not in asked.as_typed().hidden()


def test_any_and_all_of_the_words_take_each_others_place() -> None:
    assert state(q="x", strict="1", page="2").any_word() == state(q="x", any="1")
    assert state(q="x", any="1", page="2").all_words() == state(q="x", strict="1")


def test_an_order_may_be_written_in_capitals() -> None:
    assert state(sort="Newest").sorting() == "newest"


def test_parameters_that_mean_nothing_are_named_once() -> None:
    assert search_page.unknown_parameters("?q=a&colour=red&colour=&x%0A=1&Page=2&page=1") == ["colour", "x", "Page"]
    assert search_page.unknown_parameters("=&&;") == [";"]
    assert search_page.unknown_parameters(State("a", ("b",), "c", "d", "e", "f", "g", "h", "i", "j").link()) == []


def test_an_unknown_order_and_a_vague_any_are_refused_by_name() -> None:
    with pytest.raises(OptionError) as order:
        state(sort="best").sorting()
    with pytest.raises(OptionError) as vague:
        _ = state(any="maybe").wants_any
    assert (order.value.option, vague.value.option) == ("sort", "any")


# Filters


def test_choosing_a_category_again_lets_it_go_whatever_its_case_and_accents() -> None:
    asked = state(category=["Café"])
    assert asked.toggled("cafe") == State()
    assert asked.toggled("bar").categories == ("Café", "bar")
    assert state(category=["Men's Health"]).toggled("Mens Health").categories == ("Men's Health", "Mens Health")


def test_a_chosen_category_is_shown_though_it_is_rare() -> None:
    facets = [Facet(f"c{number}", 100 - number) for number in range(50)]
    fold = search_page.category_links(state(category="c40"), facets)
    assert [link.text for link in fold.shown if link.active] == ["c40"]
    assert len(fold.shown) + len(fold.folded) == 50


def test_two_values_are_not_worth_a_fold() -> None:
    facets = [Facet(f"c{number}", 1) for number in range(12)]
    assert search_page.category_links(State(), facets).folded == ()


def test_a_month_is_chosen_by_its_first_and_last_day_and_let_go_again() -> None:
    bar, _ = search_page.histogram(state(q="x"), [Facet("2020-02", 3), Facet("2020-03", 1)])
    assert (bar.text, bar.active) == ("February 2020", False)
    assert parameters(bar) == {"q": ["x"], "since": ["2020-02-01"], "until": ["2020-02-29"]}
    chosen = state(q="x", since="2020-02-01", until="2020-02-29")
    [bar] = search_page.histogram(chosen, [Facet("2020-02", 3)])
    assert (bar.active, parameters(bar)) == (True, {"q": ["x"]})


def test_where_there_is_no_month_to_choose_there_is_no_histogram() -> None:
    assert search_page.histogram(state(q="x"), []) == ()
    assert search_page.histogram(state(q="x"), [Facet("2020-02", 3)]) == ()
    assert search_page.histogram(state(q="x", since="2020-02-10"), [Facet("2020-02", 3)]) == ()


def test_months_without_an_article_have_a_place_in_the_histogram() -> None:
    bars = search_page.histogram(state(q="x"), [Facet("2021-01", 400), Facet("2020-10", 1), Facet("2020-09", 100)])
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
    found = search_page.histogram(State(), [Facet(last, 1), Facet(first, 1)])
    assert (found[0].text, len(found)) == (text, bars)
    assert found[0].since <= f"{first}-01" <= found[0].until < found[-1].since <= f"{last}-01" <= found[-1].until


@given(st.sets(st.dates().map(lambda day: day.isoformat()[:7]), min_size=2, max_size=100))
def test_every_month_is_in_one_bar_and_the_bars_follow_on_one_another(months: set[str]) -> None:
    bars = search_page.histogram(State(), [Facet(month, 7) for month in months])
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
    assert [bar.short for bar in search_page.histogram(state(**dates), facets) if bar.active] == active


@given(st.dates())
def test_a_month_spans_all_its_days(day: date) -> None:
    since, until = search_page.month_span(day.isoformat()[:7])
    assert since <= day.isoformat() <= until
    assert search_page.is_day(since) and search_page.is_day(until)


@pytest.mark.parametrize(
    ("parameters", "texts"),
    [
        ({}, []),
        ({"category": ["a", "b"]}, ["a", "b"]),
        ({"since": "2020-09-01", "until": "2020-09-30"}, ["September 2020"]),
        ({"since": "2020-09", "until": "2020-09"}, ["September 2020"]),
        ({"since": "2020-07-01", "until": "2020-09-30"}, ["July to September 2020"]),
        ({"since": "2019", "until": "2020"}, ["2019 to 2020"]),
        ({"since": "2020-10-01", "until": "2020-09-30"}, ["from 1 October 2020", "until 30 September 2020"]),
        ({"since": "2020-09-02", "until": "2020-09-30"}, ["2–30 September 2020"]),
        ({"since": "2020-09-02", "until": "2020-10-03"}, ["2 September – 3 October 2020"]),
        ({"since": "2019-12-31", "until": "2020-01-01"}, ["31 December 2019 – 1 January 2020"]),
        ({"since": "2020-09-02", "until": "2020-10"}, ["from 2 September 2020", "until October 2020"]),
        ({"since": "9999-99", "until": "9999-99"}, ["from 9999-99", "until 9999-99"]),
        ({"since": "last-week"}, ["from last-week"]),
        ({"any": "1"}, ["any of the words"]),
        ({"any": "0"}, []),
        ({"exact": "1"}, ["words as typed"]),
    ],
)
def test_each_filter_in_force_has_a_chip(parameters: dict[str, str], texts: list[str]) -> None:
    assert [chip.text for chip in search_page.chips(state(**parameters))] == texts


def test_each_chip_takes_away_its_own_filter_only() -> None:
    asked = state(q="x", category=["a", "b"], since="2020-01-02", any="1")
    assert [parameters(chip) for chip in search_page.chips(asked)] == [
        {"q": ["x"], "category": ["b"], "since": ["2020-01-02"], "any": ["1"]},
        {"q": ["x"], "category": ["a"], "since": ["2020-01-02"], "any": ["1"]},
        {"q": ["x"], "category": ["a", "b"], "any": ["1"]},
        {"q": ["x"], "category": ["a", "b"], "since": ["2020-01-02"]},
    ]


# Pages, order, advice


def test_without_words_nothing_is_more_relevant_than_anything_else() -> None:
    assert [link.text for link in search_page.sort_links(State(), "newest")] == ["Newest", "Oldest"]
    assert [link.text for link in search_page.sort_links(state(q="x"), "newest") if link.active] == ["Newest"]


@pytest.mark.parametrize(
    ("page", "last", "shown"),
    [
        (1, 1, ["1"]),
        (1, 9, ["1", "2", "3", None, "9"]),
        (5, 9, ["1", "2", "3", "4", "5", "6", "7", "8", "9"]),
        (6, 11, ["1", None, "4", "5", "6", "7", "8", None, "11"]),
        (4, 6, ["1", "2", "3", "4", "5", "6"]),
        (9, 9, ["1", None, "7", "8", "9"]),
    ],
)
def test_pages_nearby_and_at_both_ends_are_linked(page: int, last: int, shown: list[str | None]) -> None:
    links = search_page.page_links(state(q="x"), page, last)
    assert [link.text if link else None for link in links] == shown
    assert [link.text for link in links if link and link.active] == [str(page)]


def test_no_page_is_offered_that_the_engine_would_refuse() -> None:
    assert search_page.last_page(results(pages=50_000), limit=10) == LIMITS.page_depth // 10
    assert search_page.last_page(results(pages=0), limit=10) == 1


def test_advice_offers_less_strict_searches_only() -> None:
    assert search_page.advice(state(q="word")) == []
    texts = [link.text for link in search_page.advice(state(q="two words", category="a"))]
    assert texts == ["Remove the filter “a”"], "any of the words have been tried when nothing is found"
    texts = [link.text for link in search_page.advice(state(q="two words", category="a", strict="1"))]
    assert texts == ["Remove the filter “a”", "Remove the filter “all of the words”", "Remove all filters"]


@pytest.mark.parametrize(
    ("query", "interpreted", "warnings", "telling"),
    [
        ("Harbour  storm", "harbour storm", (), False),
        ("harbour -storm", "harbour -storm", (), False),
        ("date:last-week", "date:2020-09-07..2020-09-13", (), True),
        ('harbour "storm', "harbour storm", ("a quote is not closed",), True),
        ("title: roma", "title:roma", (), True),
        ("***", "()", ("There is nothing in this to search for.",), False),
        ("", "", (), False),
    ],
)
def test_how_a_query_was_understood_is_told_when_it_is_news(
    query: str, interpreted: str, warnings: tuple[str, ...], telling: bool
) -> None:
    assert telling_of(results(query=query, interpreted=interpreted, warnings=warnings)) is telling
