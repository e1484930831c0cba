"""Where a site asks for it newer articles rank higher, and nothing else changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from article_search.answering.results import Results
from article_search.backends.base import Backend
from article_search.query.tree import And, Query, Term
from article_search.settings import Recency
from tests.conftest import NewBackend
from tests.shelf import article, asked, commit, search

NOW = datetime(2024, 5, 1, tzinfo=UTC)
MONTHLY = Recency(half_life=30, weight=0.5)


def aged(id: str, days: float | None, title: str = "Ferry") -> Any:
    return article(id, title, date=None if days is None else NOW - timedelta(days=days))


@pytest.fixture
def backend(new_backend: NewBackend) -> Backend:
    backend = new_backend()
    commit(
        backend,
        [
            aged("undated.md", None),
            aged("old.md", 3000),
            aged("month.md", 30),
            aged("new.md", 0),
            aged("tomorrow.md", -1),
            aged("both.md", 3000, "Ferry fare"),
        ],
    )
    return backend


def ask(backend: Backend, recency: Recency | None, *words: str, **options: Any) -> Results:
    tree = And(tuple(map(Term, words)))
    return search(backend, asked(Query("", tree), limit=100, each=True, recency=recency, now=NOW, **options))


def test_a_score_follows_age_and_stays_without_a_date(backend: Backend) -> None:
    plain, mixed = ({hit.id: hit.score for hit in ask(backend, recency, "ferry").hits} for recency in (None, MONTHLY))
    factors = {id: mixed[id] / plain[id] for id in plain}
    assert factors == {
        "undated.md": 1,
        "old.md": pytest.approx(0.5),
        "both.md": pytest.approx(0.5),
        "month.md": pytest.approx(1),
        "new.md": pytest.approx(1.5),
        "tomorrow.md": pytest.approx(1.5),
    }


def test_what_is_found_and_what_comes_first_with_all_words_does_not_change(backend: Backend) -> None:
    plain, mixed = (ask(backend, recency, "ferry", "fare") for recency in (None, MONTHLY))
    assert (mixed.total, mixed.strict_total, mixed.facets) == (plain.total, plain.strict_total, plain.facets)
    assert mixed.hits[0].id == "both.md"


def test_an_order_by_date_is_that_of_dates(backend: Backend) -> None:
    plain, mixed = (ask(backend, recency, "ferry", sort="oldest").hits for recency in (None, MONTHLY))
    assert mixed == plain
