"""The links beside the hits: filters in force, categories, orders, pages, advice."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode

import pytest

from article_search.answering.results import Facet
from article_search.limits import LIMITS
from article_search.web import links
from article_search.web.links import Link
from article_search.web.state import State
from tests.answering.empty_answer import results


def state(**parameters: list[str] | str) -> State:
    return State.read(urlencode(parameters, doseq=True))


def parameters(link: Link) -> dict[str, list[str]]:
    return parse_qs(link.href.removeprefix("?"))


def test_a_chosen_category_is_shown_though_it_is_rare() -> None:
    facets = [Facet(f"c{number}", 100 - number) for number in range(50)]
    fold = links.category_links(state(category="c40"), facets)
    assert [link.text for link in fold.shown if link.active] == ["c40"]
    assert len(fold.shown) + len(fold.folded) == 50


def test_two_values_are_not_worth_a_fold() -> None:
    facets = [Facet(f"c{number}", 1) for number in range(12)]
    assert links.category_links(State(), facets).folded == ()


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
    assert [chip.text for chip in links.chips(state(**parameters))] == texts


def test_each_chip_takes_away_its_own_filter_only() -> None:
    asked = state(q="x", category=["a", "b"], since="2020-01-02", any="1")
    assert [parameters(chip) for chip in links.chips(asked)] == [
        {"q": ["x"], "category": ["b"], "since": ["2020-01-02"], "any": ["1"]},
        {"q": ["x"], "category": ["a"], "since": ["2020-01-02"], "any": ["1"]},
        {"q": ["x"], "category": ["a", "b"], "any": ["1"]},
        {"q": ["x"], "category": ["a", "b"], "since": ["2020-01-02"]},
    ]


def test_without_words_nothing_is_more_relevant_than_anything_else() -> None:
    assert [link.text for link in links.sort_links(State(), "newest")] == ["Newest", "Oldest"]
    assert [link.text for link in links.sort_links(state(q="x"), "newest") if link.active] == ["Newest"]


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
    shown_links = links.page_links(state(q="x"), page, last)
    assert [link.text if link else None for link in shown_links] == shown
    assert [link.text for link in shown_links if link and link.active] == [str(page)]


def test_no_page_is_offered_that_the_engine_would_refuse() -> None:
    assert links.last_page(results(pages=50_000), limit=10) == LIMITS.page_depth // 10
    assert links.last_page(results(pages=0), limit=10) == 1


def test_advice_offers_less_strict_searches_only() -> None:
    assert links.advice(state(q="word")) == []
    texts = [link.text for link in links.advice(state(q="two words", category="a"))]
    assert texts == ["Remove the filter “a”"], "any of the words have been tried when nothing is found"
    texts = [link.text for link in links.advice(state(q="two words", category="a", strict="1"))]
    assert texts == ["Remove the filter “a”", "Remove the filter “all of the words”", "Remove all filters"]
