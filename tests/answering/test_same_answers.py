"""The same question has the same answer wherever the index is: in the folder, which is searched by array, and in
dictionaries, where each article is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from article_search.answering import nearness
from article_search.answering.results import Hit, Results
from article_search.backends.base import Backend
from article_search.query import parser
from article_search.query.tree import Node, Query
from article_search.settings import Recency
from tests.dictionary_backend import DictionaryBackend
from tests.shelf import (
    CATEGORIES,
    START,
    WORDS,
    ZONE,
    asked,
    backend_at,
    commit,
    made_up,
    related,
    search,
    suggest,
    thorough,
    trees_with_forms,
)

Both = tuple[Backend, Backend]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """The same articles in two places; some of them are there twice."""
    articles = made_up(80, seed=7)
    articles += [replace(each, id=f"copy{each.id}", url="/copy") for each in articles[5:20]]
    with closing(backend_at(tmp_path_factory.mktemp("both"))) as folder:
        dictionaries = DictionaryBackend(signature="test", zone=ZONE)
        for backend in (folder, dictionaries):
            commit(backend, articles[:40])
            commit(backend, articles[40:])
        # Which articles are among the first that are looked at depends on the last digit of a score.
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(nearness, "FIRST", 1000)
            yield folder, dictionaries


def scores(hits: tuple[Hit, ...]) -> dict[str, Any]:
    return {hit.id: pytest.approx(hit.score, rel=1e-4, abs=1e-5) for hit in hits}


def told(results: Results) -> Results:
    """All but the hits and the time."""
    return replace(results, took_ms=0.0, hits=())


options = st.fixed_dictionaries(
    {},
    optional={
        "any": st.just(True),
        "strict": st.just(True),
        "each": st.just(True),
        "exact": st.just(True),
        "expand": st.just(True),
        "sort": st.sampled_from(["newest", "oldest"]),
        "categories": st.lists(st.sampled_from([*CATEGORIES, "us news", "none"]), max_size=2).map(tuple),
        "since": st.integers(-1, 40).map(lambda days: START + timedelta(days=days)),
        "until": st.integers(0, 60).map(lambda days: START + timedelta(days=days)),
        "recency": st.just(Recency(30, 0.5)),
    },
)


@thorough
@given(tree=trees_with_forms, options=options)
def test_answers_to_trees(both: Both, tree: Node, options: dict[str, Any]) -> None:
    request = asked(Query("fee roma fee", tree), limit=100, now=START + timedelta(days=50), **options)
    expected, found = (search(backend, request) for backend in both)
    assert told(found) == told(expected)
    assert {hit.id: hit.score for hit in found.hits} == scores(expected.hits)
    if "sort" in options:
        assert [hit.id for hit in found.hits] == [hit.id for hit in expected.hits]


typed = st.lists(
    st.sampled_from([*WORDS, "smaling", "untied", "transfergoal", "romma", "-goal", '"small fee"', "unit*", "clu"]),
    min_size=1,
    max_size=4,
).map(" ".join)


@thorough
@given(typed=typed, unfinished=st.booleans(), options=options)
def test_answers_to_what_is_typed(both: Both, typed: str, unfinished: bool, options: dict[str, Any]) -> None:
    query = parser.parse(typed, START)
    query = parser.unfinished(query) if unfinished else query
    request = asked(query, limit=100, now=START + timedelta(days=50), **options)
    expected, found = (search(backend, request) for backend in both)
    assert told(found) == told(expected)
    assert {hit.id: hit.score for hit in found.hits} == scores(expected.hits)
    assert {hit.id: hit.snippet for hit in found.hits} == {hit.id: hit.snippet for hit in expected.hits}


@thorough
@given(typed=typed)
def test_completions_by_titles(both: Both, typed: str) -> None:
    # Of words that follow equally often those are offered first whose numbers come first: they may be others.
    expected, found = ([one for one in suggest(backend, typed, 40) if one.kind == "title"] for backend in both)
    assert all(one == other for one, other in zip(expected, found, strict=False))


@pytest.mark.parametrize("id", ["000.md", "007.md", "copy007.md", "033.md"])
def test_related_articles(both: Both, id: str) -> None:
    expected, found = (related(backend, id, 100) for backend in both)
    assert {hit.id: hit.score for hit in found} == scores(expected)
