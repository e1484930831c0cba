"""What is written of an article is something a cluster takes, whatever the article says."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from article_search.backends.opensearch import schema
from tests.shelf import article


@pytest.mark.parametrize(
    ("zone", "date", "month"),
    [
        ("America/New_York", datetime(1, 1, 1, tzinfo=UTC), "0001-01"),
        ("Pacific/Auckland", datetime(9999, 12, 31, 23, tzinfo=UTC), "9999-12"),
        ("Pacific/Auckland", datetime(2020, 8, 31, 23, tzinfo=UTC), "2020-09"),
    ],
)
def test_the_first_and_the_last_moment_there_are_have_a_month(zone: str, date: datetime, month: str) -> None:
    made = schema.document(schema.kept(article("a.md", date=date), None), ZoneInfo(zone), born=1)
    assert (made["date"], made["month"]) == (int(date.timestamp()), month)
