"""Completions: words that often follow, then titles; the last word unfinished, mistyped perhaps, nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from article_search.answering.results import Suggestion
from article_search.backends.embedded import EmbeddedBackend, suggesting
from article_search.language import text
from tests.backends.test_embedded import START, article, backend_at, commit

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
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedBackend]:
    """The titles, the later ones newer, in two segments; one article is removed."""
    backend = backend_at(tmp_path_factory.mktemp("titles"))
    articles = [article(f"{n:02}.md", title, date=START + timedelta(days=n)) for n, title in enumerate(TITLES)]
    commit(backend, [*articles[:6], article("gone.md", "Manchester Museum shut")])
    commit(backend, [*articles[6:], article("gone2.md", "Manchester Museum opens")], removed=("gone.md",))
    commit(backend, [], removed=("gone2.md",))
    yield backend
    backend.close()


def queries(suggestions: tuple[Suggestion, ...]) -> list[str]:
    return [one.text for one in suggestions if one.kind == "query"]


def titles(suggestions: tuple[Suggestion, ...]) -> list[str]:
    return [one.text for one in suggestions if one.kind == "title"]


def test_words_that_often_follow_are_offered_before_titles(backend: EmbeddedBackend) -> None:
    found = backend.suggest("manchester un", 10)
    assert queries(found) == ["manchester united"]
    assert [one.kind for one in found] == ["query", "title", "title", "title"]
    assert queries(backend.suggest("the wh", 10)) == ["the white house"]


def test_what_always_goes_on_in_one_way_is_offered_whole(backend: EmbeddedBackend) -> None:
    assert queries(backend.suggest("whi", 10)) == ["white house"]


def test_titles_that_begin_so_come_first_and_the_newest_of_them(backend: EmbeddedBackend) -> None:
    assert titles(backend.suggest("manchester", 10)) == [
        "Manchester City win",
        "Manchester United lose again",
        "Manchester United wait for Smalling",
        "Müller’s bakery in Manchester",
        "Fans of Manchester United sing",
    ]


def test_a_title_says_which_article_it_is(backend: EmbeddedBackend) -> None:
    assert backend.suggest("bakery", 10) == (Suggestion("Müller’s bakery in Manchester", "title", "09.md", "/09.md"),)
    assert [(one.id, one.url) for one in backend.suggest("manchester un", 1)] == [(None, None)]


def test_words_may_stand_anywhere_in_a_title(backend: EmbeddedBackend) -> None:
    assert titles(backend.suggest("manchester muller", 10)) == ["Müller’s bakery in Manchester"]


@pytest.mark.parametrize("typed", ["manchestr un", "manchester unitde", "mancehster unit"])
def test_mistyped_words_are_completed_as_they_were_meant(backend: EmbeddedBackend, typed: str) -> None:
    assert queries(backend.suggest(typed, 10)) == ["manchester united"]


def test_the_forms_of_a_word_are_not_its_beginning(backend: EmbeddedBackend) -> None:
    assert titles(backend.suggest("smalling", 10)) == ["Manchester United wait for Smalling"]


def test_where_few_words_begin_so_those_that_nearly_do_follow(backend: EmbeddedBackend) -> None:
    assert titles(backend.suggest("smalli", 10)) == [
        "Manchester United wait for Smalling",
        "Smaller rises to come",
        "A small rise in rents",
    ]


@pytest.mark.parametrize("typed", ["", " … ", "xyzzy", "manchester xyzzy", "museum", "\ud800"])
def test_nothing_is_offered_where_nothing_fits(backend: EmbeddedBackend, typed: str) -> None:
    assert backend.suggest(typed, 10) == ()


def test_no_query_ends_with_a_word_that_says_nothing(backend: EmbeddedBackend) -> None:
    assert not {one.split()[-1] for one in queries(backend.suggest("i", 10))} & {"is", "in", "it"}


typed = st.lists(
    st.sampled_from([*text.words(" ".join(TITLES)), "manch", "sma", "w", "untied", "…", "the"]), min_size=1, max_size=4
)


@given(words=typed, limit=st.integers(0, 10))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_there_are_never_more_than_asked_for_and_nothing_twice(
    backend: EmbeddedBackend, words: list[str], limit: int
) -> None:
    found = backend.suggest(" ".join(words), limit)
    assert len(found) <= limit
    keys = [" ".join(text.words(one.text)) for one in found]
    assert len(set(keys)) == len(keys)
    assert " ".join(text.words(" ".join(words))) not in queries(found)
    for one in found:
        assert (one.text in TITLES) if one.kind == "title" else one.id is None


def test_of_very_many_titles_the_newest_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suggesting, "_PLACES", 8)
    backend = backend_at(tmp_path / "index")
    old = [article(f"old{n}.md", f"Roma lose {n}", date=START) for n in range(3)]
    new = [article(f"new{n}.md", f"Roma win {n}", date=START + timedelta(days=1)) for n in range(2)]
    commit(backend, [*old, *new, article("undated.md", "Roma draw", date=None)])
    assert queries(backend.suggest("roma", 10)) == ["roma win"]
    assert len(titles(backend.suggest("roma l", 10))) == 3
    backend.close()
