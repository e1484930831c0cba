"""One bad value of a header harms no other."""

from __future__ import annotations

from article_search.reading import header
from tests.reading.header.sources import keys_of


def test_a_bad_value_harms_no_other() -> None:
    source = "---\ntitle: Boats\ncategories: [sea, land\ntags:\n  - a\n  - %b\nauthor: 'Ann\n---\nText."
    read = header.read(source.encode())
    assert read.metadata == {"title": "Boats", "categories": ["sea", "land"], "tags": ["a", "%b"], "author": "'Ann"}
    assert [note.line for note in read.notes] == [3, 4, 7]
    assert read.body == "Text."


def test_a_list_indented_with_tabs_is_read() -> None:
    assert keys_of("title: x", "tags:", "\t- a", "\t- b", "image:", "\tsrc: /b.png") == {
        "title": "x",
        "tags": ["a", "b"],
        "image": {"src": "/b.png"},
    }


def test_a_value_goes_on_without_an_indent() -> None:
    read = keys_of("title: x", "description: The first line", "and the second one", "layout: post")
    assert read == {"title": "x", "description": "The first line and the second one", "layout": "post"}


def test_an_indent_before_a_known_key_is_a_slip() -> None:
    assert keys_of("layout: post", " title: Boats", "author: Ann") == {
        "layout": "post",
        "title": "Boats",
        "author": "Ann",
    }
