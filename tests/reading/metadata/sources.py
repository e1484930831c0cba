"""Short ways to read an article that a test wrote."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from article_search.reading.article import Article, Rules, parse

NOW = datetime(2021, 1, 1, tzinfo=UTC)


def read(
    *header: str, body: str = "Text.", path: str = "news/boats.md", zone: str = "UTC", now: datetime = NOW
) -> Article:
    source = "\n".join(("---", *header, "---", body))
    return parse(source.encode(), path, Rules(ZoneInfo(zone)), now)


def titled(*header: str, path: str = "news/boats.md") -> Article:
    return read("title: Boats", *header, path=path)


def messages(article: Article) -> list[tuple[int | None, str]]:
    return [(note.line, note.message) for note in article.warnings]
