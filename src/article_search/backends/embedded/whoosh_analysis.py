"""The analyser of language/text.py as Whoosh calls one, for its query parser and highlighter on an index of ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from whoosh import analysis

from article_search.language import text


class ArticleAnalyzer(analysis.Analyzer):  # type: ignore[misc]
    """Yields the terms of a text; part of the schema in Whoosh's table of contents."""

    def __call__(
        self,
        value: str,
        positions: bool = False,
        chars: bool = False,
        start_pos: int = 0,
        start_char: int = 0,
        mode: str = "",
        **_: Any,
    ) -> Iterator[analysis.Token]:
        token = analysis.Token(positions, chars, removestops=True)
        for term, position, start, end in (text.tokens if mode == "query" else text.all_terms)(value):
            token.text = token.original = term
            token.boost = 1.0
            token.stopped = False
            token.pos = start_pos + position
            token.startchar, token.endchar = start_char + start, start_char + end
            yield token

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self)

    __hash__ = None  # type: ignore[assignment]
