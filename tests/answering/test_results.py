"""Of an answer, what is worth telling."""

from __future__ import annotations

import pytest

from article_search.answering.results import telling as telling_of
from tests.answering.empty_answer import results


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
