"""JSON at the start of a file is a header, or else text."""

from __future__ import annotations

from article_search.reading import header


def test_json_of_any_depth_is_text() -> None:
    source = '{"a":' + "[" * 100_000
    assert header.read(source.encode()).body == source
