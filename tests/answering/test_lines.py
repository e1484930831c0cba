"""The lines of a file that the words of a query stand in, found as the article was found."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from article_search.answering import lines
from article_search.answering.lines import Line, Source
from article_search.answering.results import Fragment
from article_search.backends.base import Backend
from article_search.engine import Engine
from article_search.limits import LIMITS
from article_search.query import parser
from article_search.settings import Settings

SOURCE = """---
title: "The serie: a start"
description: Roma win
---

# Heading

Running *shoes* of Roma, series
a of two.
"""
HEADER = 4


def numbers(query: str, text: str = SOURCE, header: int = HEADER) -> list[int]:
    return [line.number for line in found(query, text, header)]


def found(query: str, text: str = SOURCE, header: int = HEADER) -> list[Line]:
    tree = parser.parse(query, datetime.now(UTC)).tree
    return list(lines.lines_of(text, header, tree))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("roma", [3, 8]),
        ("run", [8]),
        ("roma start", [2, 3, 8]),
        ("start OR two", [2, 9]),
        ("roma -two", [3, 8]),
        ("sho*", [8]),
        ('"series a"', [2, 8, 9]),  # a phrase goes on in the next line
        ("title:roma", [3]),
        ("title:heading", [6]),  # a title may be a heading
        ("category:roma", []),
        ("", []),
        ("zebra", []),
    ],
)
def test_lines_are_those_with_the_words(query: str, expected: list[int]) -> None:
    assert numbers(query) == expected


def test_what_matched_is_marked() -> None:
    (line,) = found("shoes two", "Old shoes\tof\ttwo", 0)
    assert line.passage == (
        Fragment("Old "),
        Fragment("shoes", True),
        Fragment("\tof\t"),
        Fragment("two", True),
    )


@given(
    st.lists(st.sampled_from(["roma", "fee\n", " ", "\n", "x" * 300, "é", "。", "東京 "]), max_size=60),
    st.integers(0, 5),
)
def test_lines_are_as_they_stand_and_long_ones_are_cut_around_a_match(parts: list[str], header: int) -> None:
    text = "".join(parts)
    written = text.split("\n")
    for line in found("roma fee 東京", text, min(header, len(written) - 1)):
        shown = "".join(one.text for one in line.passage)
        inner = shown.removeprefix("… ").removesuffix(" …")
        assert inner in written[line.number - 1]
        assert len(inner) <= LIMITS.snippet_chars or any(one.match for one in line.passage)
        assert any(one.match for one in line.passage)
        assert shown == written[line.number - 1] or len(written[line.number - 1]) > LIMITS.snippet_chars


def test_the_best_line_is_of_the_text_with_the_most_words() -> None:
    def source(*lines: tuple[int, tuple[str, ...]], header: int = 0) -> Source:
        passages = (Line(number, tuple(Fragment(word, True) for word in words)) for number, words in lines)
        return Source("a.md", "indexed", tuple(passages), header)

    assert source((2, ("roma", "fee")), (6, ("roma",)), (8, ("Roma", "fee")), (9, ("fee", "roma")), header=4).best == 8
    assert source((5, ("roma", "Roma")), (6, ("roma", "fee"))).best == 6
    assert source((2, ("roma",)), header=4).best == 2
    assert source().best == 1


def test_a_file_outside_of_the_content_is_not_read(tmp_path: Path) -> None:
    """An index may have been tampered with."""
    (tmp_path / "content").mkdir()
    (tmp_path / "secret").write_text("roma")
    (tmp_path / "content" / "link.md").symlink_to("../secret")
    tree = parser.parse("roma", datetime.now(UTC)).tree
    root = str((tmp_path / "content").resolve())
    for id in ("../secret", "link.md", str(tmp_path / "secret")):
        read = lines.source(root, id, None, tree, None)
        assert read.lines == () and read.why


def test_an_engine_reads_the_files_wherever_its_index_is(backend: Backend, tmp_path: Path) -> None:
    content = tmp_path / "content"
    content.mkdir()
    for name, body in (
        ("a.md", "The harbour\nfee rises."),
        ("b.md", "No fees.\n\nHarbours!"),
        ("c.md", "Harbour fee."),
    ):
        (content / name).write_text(f"---\ntitle: T\n---\n{body}\n")
    engine = Engine(Settings(content=content, index=tmp_path / "index", workers=1), backend)
    engine.index()
    (content / "c.md").unlink()
    read = engine.lines("harbuor fee", ["b.md", "a.md", "c.md", "never.md"])
    assert [(one.id, one.state, [line.number for line in one.lines]) for one in read] == [
        ("b.md", "indexed", [4, 6]),
        ("a.md", "indexed", [4, 5]),
        ("c.md", "gone", []),
        ("never.md", "gone", []),
    ]
    exact = engine.lines("harbuor fee", ["a.md"], exact=True)
    assert [line.number for line in exact[0].lines] == [5], "what was typed only"
