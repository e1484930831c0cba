"""Headers without fences, of generators that read them."""

from __future__ import annotations

import pytest

from article_search.reading.header import Header, read, unfenced


def taken_apart(text: str) -> Header:
    return unfenced.read(read(text.encode()))


@pytest.mark.parametrize(
    ("text", "metadata", "body", "line"),
    [
        (
            "Title: On Knots, Bends & Hitches\nDate: 2020-01-02\n\nText.",
            {"Title": "On Knots, Bends & Hitches", "Date": "2020-01-02"},
            "\nText.",
            3,
        ),
        (
            "title: A\nURL:\nsave_as: index.html\n\nText.",
            {"title": "A", "URL": "", "save_as": "index.html"},
            "\nText.",
            4,
        ),
        ("<!--\n.. title: A: b\n.. slug: c\n-->\n\nText.", {"title": "A: b", "slug": "c"}, "\nText.", 5),
        (".. title: A\n.. date: 2020-01-02\n\nText.", {"title": "A", "date": "2020-01-02"}, "\nText.", 3),
        ("\n\nTitle: A\n\nText.", {"Title": "A"}, "\nText.", 4),
        ("Title: A", {"Title": "A"}, "", 2),
    ],
)
def test_keys_up_to_an_empty_line_are_a_header(text: str, metadata: dict[str, str], body: str, line: int) -> None:
    found = taken_apart(text)
    assert (found.metadata, found.body, found.body_line) == (metadata, body, line)
    assert found.notes == ()  # nothing is wrong with them: they are no YAML


@pytest.mark.parametrize(
    "text",
    [
        "Once upon a time: a tale.\nIt goes on.\n\nMore.",
        "# A heading\n\nTitle: no header\n",
        "Text.",
        "<!-- a remark -->\nText.",
        "https://a.example\n\nText.",
        "---\ntitle: A\n---\nDate: of the text\n",
    ],
)
def test_prose_is_none_and_a_fenced_header_is_enough(text: str) -> None:
    assert taken_apart(text) == read(text.encode())
