"""Short ways to read a header that a test wrote."""

from __future__ import annotations

from datetime import UTC, datetime

from article_search.reading import header
from article_search.reading.article import Article, Rules, parse

NOW = datetime(2030, 1, 1, tzinfo=UTC)


def article(source: str | bytes, path: str = "a-file.md") -> Article:
    data = source.encode() if isinstance(source, str) else source
    return parse(data, path, Rules(UTC), NOW)


def keys_of(*lines: str) -> dict[str, object]:
    return header.read("\n".join(("---", *lines, "---", "Text.")).encode()).metadata


def notes(source: str | bytes) -> list[tuple[int | None, str]]:
    data = source.encode() if isinstance(source, str) else source
    return [(note.line, note.message) for note in header.read(data).notes]
