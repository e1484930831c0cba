"""Completions: titles that begin so, words that often follow, other titles; the last word unfinished, mistyped perhaps,
nothing twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from article_search.answering.results import Suggestion
from article_search.backends.base import Backend
from article_search.language import text
from tests.conftest import NewBackend
from tests.shelf import START, article, commit, suggest

TITLES = (
    "Manchester United wait for Smalling",
    "Manchester United lose again",
    "Fans of Manchester United sing",
    "Manchester United lose again",
    "Manchester City win",
    "Why the White House is closed",
    "The White House gets a dog",
    "A small rise in rents",
    "Smaller rises to come",
    "Müller’s bakery in Manchester",
    "It is over",
)


@pytest.fixture(scope="module")
def backend(new_backend: NewBackend) -> Backend:
    """The titles, the later ones newer, in two commits; articles are removed."""
    backend = new_backend()
    articles = [article(f"{n:02}.md", title, date=START + timedelta(days=n)) for n, title in enumerate(TITLES)]
    commit(backend, [*articles[:6], article("gone.md", "Manchester Museum shut")])
    commit(backend, [*articles[6:], article("gone2.md", "Manchester Museum opens")], removed=("gone.md",))
    commit(backend, [], removed=("gone2.md",))
    return backend


def queries(suggestions: tuple[Suggestion, ...]) -> list[str]:
    return [one.text for one in suggestions if one.kind == "query"]


def titles(suggestions: tuple[Suggestion, ...]) -> list[str]:
    return [one.text for one in suggestions if one.kind == "title"]


def test_titles_that_begin_so_come_before_words_that_often_follow_and_these_before_others(backend: Backend) -> None:
    found = suggest(backend, "manchester un", 10)
    assert queries(found) == ["manchester united"]
    assert [one.text for one in found] == [
        "Manchester United lose again",
        "Manchester United wait for Smalling",
        "manchester united",
        "Fans of Manchester United sing",
    ]
    assert [one.kind for one in suggest(backend, "manchester", 2)] == ["title", "query"], "neither crowds the other out"
    assert queries(suggest(backend, "the wh", 10)) == ["the white house"]


def test_what_always_goes_on_in_one_way_is_offered_whole(backend: Backend) -> None:
    assert queries(suggest(backend, "whi", 10)) == ["white house"]


def test_titles_that_begin_so_come_first_and_the_newest_of_them(backend: Backend) -> None:
    assert titles(suggest(backend, "manchester", 10)) == [
        "Manchester City win",
        "Manchester United lose again",
        "Manchester United wait for Smalling",
        "Müller’s bakery in Manchester",
        "Fans of Manchester United sing",
    ]


def test_a_title_says_which_article_it_is(backend: Backend) -> None:
    assert suggest(backend, "bakery", 10) == (Suggestion("Müller’s bakery in Manchester", "title", "09.md", "/09.md"),)
    assert [(one.id, one.url) for one in suggest(backend, "whi", 1)] == [(None, None)]


def test_words_may_stand_anywhere_in_a_title(backend: Backend) -> None:
    assert titles(suggest(backend, "manchester muller", 10)) == ["Müller’s bakery in Manchester"]


@pytest.mark.parametrize("typed", ["manchestr un", "manchester unitde", "mancehster unit"])
def test_mistyped_words_are_completed_as_they_were_meant(backend: Backend, typed: str) -> None:
    assert queries(suggest(backend, typed, 10)) == ["manchester united"]


def test_the_forms_of_a_word_are_not_its_beginning(backend: Backend) -> None:
    assert titles(suggest(backend, "smalling", 10)) == ["Manchester United wait for Smalling"]


def test_where_few_words_begin_so_those_that_nearly_do_follow(backend: Backend) -> None:
    assert titles(suggest(backend, "smalli", 10)) == [
        "Manchester United wait for Smalling",
        "Smaller rises to come",
        "A small rise in rents",
    ]


@pytest.mark.parametrize("typed", ["", " … ", "xyzzy", "manchester xyzzy", "museum", "\ud800"])
def test_nothing_is_offered_where_nothing_fits(backend: Backend, typed: str) -> None:
    assert suggest(backend, typed, 10) == ()


def test_no_query_ends_with_a_word_that_says_nothing(backend: Backend) -> None:
    assert not {one.split()[-1] for one in queries(suggest(backend, "i", 10))} & {"is", "in", "it"}


NAMES = (
    "Get-ChildItem",
    "Get-Content",
    "about_PSModulePath",
    "urls.PathUnescape",
    "std::vector",
    "O’Brien",
    "camelCase",
)


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("Get-Ch", "Get-ChildItem"),
        ("get ch", "Get-ChildItem"),
        ("getchildi", "Get-ChildItem"),
        ("getcont", "Get-Content"),
        ("about_P", "about_PSModulePath"),
        ("urls.PathUn", "urls.PathUnescape"),
        ("std::vec", "std::vector"),
        ("o'bri", "O’Brien"),
        ("camelCa", "camelCase"),
        ("list files with Get-Ch", "How to list files with Get-ChildItem"),
    ],
)
def test_the_last_part_of_a_word_is_a_beginning(new_backend: NewBackend, typed: str, title: str) -> None:
    backend = new_backend()
    others = ("How to list files with Get-ChildItem", "What to get for a child", "Part of a path")
    commit(backend, [article(f"{n}.md", name) for n, name in enumerate((*NAMES, *others))])
    assert suggest(backend, typed, 10)[0].text == title


def test_words_that_follow_equally_often_are_in_the_order_of_the_alphabet(new_backend: NewBackend) -> None:
    pairs = [f"{number} ferry {word}" for word in ("yard", "boat", "inn", "quay", "man") for number in "12"]
    for titles in (pairs, pairs[::-1]):
        backend = new_backend()
        commit(backend, [article(f"{n}.md", title) for n, title in enumerate(titles)])
        assert queries(suggest(backend, "ferry", 6))[:3] == ["ferry boat", "ferry inn", "ferry man"]


typed = st.lists(
    st.sampled_from([*text.words(" ".join(TITLES)), "manch", "sma", "w", "untied", "…", "the"]), min_size=1, max_size=4
)


@given(words=typed, limit=st.integers(0, 10))
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_there_are_never_more_than_asked_for_and_nothing_twice(backend: Backend, words: list[str], limit: int) -> None:
    found = suggest(backend, " ".join(words), limit)
    assert len(found) <= limit
    keys = [" ".join(text.words(one.text)) for one in found]
    assert len(set(keys)) == len(keys)
    assert " ".join(text.words(" ".join(words))) not in queries(found)
    for one in found:
        assert (one.text in TITLES) if one.kind == "title" else one.id is None
