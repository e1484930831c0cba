"""Whatever the syntax, any text is read, in bounded time, and one without its signs is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from article_search.reading.markup import plain_text
from article_search.reading.markup.code_spans import code_spans
from article_search.reading.markup.syntax import set_aside, syntax_of
from tests.effort import at_most
from tests.reading.markup.sources import HOSTILE_DIALECTS, MARKUP, PLAIN
from tests.reading.markup.test_plain import assert_clean

DIALECTS = st.sampled_from(
    [
        ("a.md", ""),
        ("a.blade.md", "jigsaw"),
        ("a.mdx", ""),
        ("a.md", "docusaurus"),
        ("a.md", "obsidian"),
        ("a.md", "hugo"),
    ]
)
WITHOUT_SIGNS = st.text(st.sampled_from("ab Z19.,;?'\"-()/\n\n’é中#>+&|"), max_size=80)


@given(MARKUP, DIALECTS)
def test_any_text_comes_out_clean(source: str, dialect: tuple[str, str]) -> None:
    assert_clean(plain_text(source, *dialect))


@given(WITHOUT_SIGNS, DIALECTS)
def test_text_without_a_sign_is_left_alone(source: str, dialect: tuple[str, str]) -> None:
    left, placeholders = set_aside(source, syntax_of(source, *dialect))
    assert left == source or dialect[0] == "a.mdx" or dialect[1] == "docusaurus"  # lose their indents
    assert left.split() == source.split()
    assert not placeholders


@given(PLAIN, MARKUP, DIALECTS)
def test_words_before_a_syntax_stay(before: str, after: str, dialect: tuple[str, str]) -> None:
    assert "Zebra" in plain_text(f"{before}\n\nZebra\n\n{after}", *dialect)


@pytest.mark.parametrize("size", [60_000, 1_000_000])  # below and above what is still rendered
@pytest.mark.parametrize(("piece", "path", "generator"), HOSTILE_DIALECTS, ids=lambda value: repr(value)[:30])
def test_hostile_text_takes_no_more_than_its_share_of_time(piece: str, path: str, generator: str, size: int) -> None:
    source = "x " + piece * (size // len(piece))
    with at_most(10):
        plain_text(source, path, generator)


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("a `b` c ``d`e`` f", ["`b`", "``d`e``"]),
        ("a ` b\n\nc ` d", []),
        ("a \\`b` c` d", ["` c`"]),
        ("```js\na\n```\nb\n~~~\n```\n~~~", ["```js\na\n```", "~~~\n```\n~~~"]),
        ("> - ```\n>   a\n>   ```", ["> - ```\n>   a\n>   ```"]),
        ("````\n```\n````", ["````\n```\n````"]),
        ("```\nnever closed `a`", ["`a`"]),
        ("``` a ``` b", ["``` a ```"]),
    ],
)
def test_code_is_found_before_markdown_is_read(source: str, code: list[str]) -> None:
    assert [source[start:end] for start, end in code_spans(source)] == code


@given(MARKUP)
def test_spans_of_code_are_in_order(source: str) -> None:
    position = 0
    for start, end in code_spans(source):
        assert position <= start < end <= len(source)
        position = end
