"""Hits, answers and texts that tests of what a terminal shows share."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import strategies as st

from article_search.answering.results import Fragment, Hit, Results
from article_search.terminal.screen import Screen

PIPE = Screen()
COLOUR = Screen(colour=True)
HOSTILE = "\x1b]0;owned\x07 \x9b31m red \u202egnp.exe\u2066 \x00\ud800\u2028 line\r\nbreak"
ANY_TEXT = st.text(st.characters(), max_size=300)  # lone surrogates included


def hit(**changes: object) -> Hit:
    one = Hit(
        id="2020/bridge.md",
        url="/blog/bridge",
        title="The bridge reopens",
        title_fragments=(Fragment("The "), Fragment("bridge", True), Fragment(" reopens")),
        description="",
        date=datetime(2020, 9, 15, 12, 28, tzinfo=UTC),
        categories=("latest", "transport"),
        image=None,
        score=2.5,
        snippet=(Fragment("The old "), Fragment("bridge", True), Fragment(" has two new cables.")),
    )
    return replace(one, **changes)  # type: ignore[arg-type]


def results(hits: Sequence[Hit] = (), **changes: object) -> Results:
    answer = Results(
        query="bridge",
        interpreted="bridge",
        total=len(hits),
        page=1,
        pages=1 if hits else 0,
        took_ms=2.6,
        relaxed=False,
        suggestion=None,
        warnings=(),
        hits=tuple(hits),
        facets={},
        strict_total=len(hits),
    )
    return replace(answer, **changes)  # type: ignore[arg-type]


def is_harmless(text: str) -> bool:
    return not any(unicodedata.category(char) in ("Cc", "Cs") or char in "\u202a\u202e\u2066\u2028" for char in text)
