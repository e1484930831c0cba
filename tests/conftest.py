"""Fixtures that several test modules share."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from article_search.article import Article
from article_search.engine import Engine
from tests.fake_engine import SAMPLE, FakeEngine

MakeEngine = Callable[[Iterable[Article]], Engine]


@pytest.fixture
def make_engine() -> MakeEngine:
    """Makes an engine that searches the given articles."""
    return FakeEngine


@pytest.fixture
def engine() -> FakeEngine:
    """An engine over a handful of made-up articles."""
    return FakeEngine(SAMPLE)
