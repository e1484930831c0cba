"""A header whose fences are missing, misplaced or commented out is read with a note."""

from __future__ import annotations

import pytest

from article_search.reading import header


@pytest.mark.parametrize(
    "source",
    [
        "---\ntitle: x\n\nText.",
        "---\ntitle: x\nText.",
        "---\ntitle: x\n\n## Text.",
        "---\ntitle: x\n\nText.\n\n---\nafter the rule",
        "---\ntitle: x\n\n- Text.",
        "---\ntitle: x\n ---\nText.",
        "<!-- ---\ntitle: x\n--- -->\nText.",
        "--- title: x\n\nText.",
        "--- title: x ---\nText.",
        "title: x\n---\nText.",
        "+++\ntitle = x\n\nText.",
        '{\n  "title": "x",\n}\nText.',
    ],
)
def test_a_header_in_a_broken_fence_is_read_with_a_note(source: str) -> None:
    read = header.read(source.encode())
    assert read.metadata == {"title": "x"}
    assert read.body.split("\n---")[0].strip().lstrip("#- ") == "Text."
    assert len(read.notes) >= 1
    assert source.split("\n")[read.body_line - 1 :] == read.body.split("\n")


def test_a_comment_around_header_and_text_hides_the_text_only() -> None:
    read = header.read(b"<!-- ---\ntitle: x\n---\n\nHidden. -->\nText.")
    assert (read.metadata, read.body, read.body_line) == ({"title": "x"}, "<!-- \nHidden. -->\nText.", 4)


def test_keys_on_the_line_of_the_fence_are_told_apart() -> None:
    read = header.read(b"--- layout: post title: Boats: a tale author: Ann\ndate: '2020-01-01'\n\nText")
    assert read.metadata == {"layout": "post", "title": "Boats: a tale", "author": "Ann", "date": "2020-01-01"}
    assert read.body.strip() == "Text"
