"""What a reader would see of a title or description."""

from __future__ import annotations

import pytest
from hypothesis import given

from article_search.reading.markup import inline_text
from tests.effort import at_most
from tests.reading.markup.sources import HOSTILE, MARKUP


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("  Two\n lines\xa0here ", "Two lines here"),
        ("Fish &amp; chips &#8212; &lt;b&gt;", "Fish & chips — <b>"),
        ("&amp;amp;", "&amp;"),
        ("<p>A <em>new</em><br/>day</p><!-- no -->", "A new day"),
        ("a<script>no()</script>b", "a b"),
        ("*One* **two** _three_ ~~four~~ `five` ``six``", "One two three four five six"),
        ("A [link](https://x.example) and ![boat](/b.png)", "A link and boat"),
        ("[REVIEW] Film (2020)", "[REVIEW] Film (2020)"),
        ("[Part](2) of it", "[Part](2) of it"),
        ("C* search and D* search", "C* search and D* search"),
        ("f***ing s***", "f***ing s***"),
        ("2*3*4, a * b * c", "2*3*4, a * b * c"),
        ("snake_case_name and __init__", "snake_case_name and __init__"),
        ("#MeToo # 1", "#MeToo # 1"),
        ("1) First - and > last", "1) First - and > last"),
        ("a < b, List<int> and <stdio.h>", "a < b, List<int> and <stdio.h>"),
        ("{{ title }}", "{{ title }}"),
    ],
)
def test_takes_only_sure_markup_from_a_line(source: str, seen: str) -> None:
    assert inline_text(source) == seen


@given(MARKUP)
def test_a_line_is_one_clean_line(source: str) -> None:
    line = inline_text(source)
    assert line == " ".join(line.split())
    assert line.isprintable() or not line.isascii()


@pytest.mark.parametrize("size", [60_000, 1_000_000])  # below and above what is still rendered
@pytest.mark.parametrize("piece", HOSTILE, ids=repr)
def test_hostile_text_takes_no_more_than_its_share_of_time(piece: str, size: int) -> None:
    source = "x " + piece * (size // len(piece))
    with at_most(10):
        inline_text(source)


@pytest.mark.parametrize("mark", ["__", "**", "~~", "`", "_", "*", "<a", "[", "<!--"])
def test_a_mark_that_never_closes_takes_no_more_than_its_share_of_time(mark: str) -> None:
    with at_most(0.5):
        inline_text(f"{mark}a" + " " * 19_000 + "b")
        inline_text(f"{mark}a" + " b" * 9_000)
