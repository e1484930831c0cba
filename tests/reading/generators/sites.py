"""Short ways to read a file of a site as a test describes it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from article_search.reading.article import Article, Rules, parse

NOW = datetime(2021, 1, 1, tzinfo=UTC)


def read(path: str, *header: str, body: str = "Text.", **rules: Any) -> Article:
    """The article of a path whose header has these lines, on a site of these rules."""
    source = "\n".join(("---", *header, "---", body)) if header else body
    return parse(source.encode(), path, Rules(**{"timezone": UTC, **rules}), NOW)
