"""A model of a few words, each on one of three axes: likeness that one can work out by hand."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from article_search.answering.likeness import Reranker
from article_search.answering.results import Results
from article_search.answering.searching import Rules
from article_search.answering.words import Words
from article_search.backends.base import Backend
from article_search.query.parser import parse
from article_search.reading.article import Article
from tests.shelf import ZONE, article, asked, search

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
AXES = {"sea": 0, "harbour": 0, "tide": 0, "fire": 1, "smoke": 1, "bank": 2, "loan": 2}


class Axes:
    """A model of a few words, each of which lies on one of three axes."""

    name = "axes"
    size = 3

    def for_many(self) -> Axes:
        return self

    def vector(self, text: str, telling: Callable[[str], float] | None = None) -> NDArray[np.float32]:
        vector = np.zeros(self.size, np.float32)
        for word in re.findall(r"\w+", text.lower()):
            if word in AXES:
                vector[AXES[word]] += telling(word) if telling else 1
        length = float(np.linalg.norm(vector))
        return vector / np.float32(length) if length else vector


RERANKER = Reranker("axes", Axes, 1.0)
NEWS = [
    article("bank.md", "Notes", "sea report of a bank and a loan and a bank"),
    article("fire.md", "Notes", "sea report of a fire and a smoke and a fire"),
    article("sea.md", "Notes", "sea report of a tide and a harbour and a tide"),
    article("plain.md", "Notes", "sea report of a cat and a mouse and a dog"),
]


def ask(backend: Backend, words: str, reranker: Reranker | None = RERANKER, **options: Any) -> Results:
    request = asked(parse(words, NOW), **({"limit": 100, "each": True} | options))
    return search(backend, request, Rules(ZONE, reranker=reranker))


def ids(results: Results) -> list[str]:
    return [hit.id for hit in results.hits]


def scores(results: Results) -> dict[str, float]:
    return {hit.id: hit.score for hit in results.hits}


def cosines(backend: Backend, words: str) -> dict[str, float]:
    """By id, how alike each article and a query are."""
    found = ids(ask(backend, ""))
    with backend.reader() as reader:
        numbers = np.array([number for id in found if (number := reader.number(id)) is not None], np.int64)
        return dict(zip(found, RERANKER.cosines(Words(reader), parse(words, NOW), numbers).tolist(), strict=True))


def expected_cosine(words: str, of: Article) -> float:
    model = Axes()
    vector = model.vector(of.title) + model.vector(f"{of.description} {of.body}")
    return float(model.vector(words) @ vector / (np.linalg.norm(vector) or 1))
