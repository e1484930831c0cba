"""A header in any kind of fence is read without a note, and text that is no header stays text."""

from __future__ import annotations

import pytest

from article_search.reading import header
from tests.effort import at_most


@pytest.mark.parametrize(
    "source",
    [
        "---\ntitle: x\n---\nText.",
        "---\ntitle: x\n--- \t\nText.",
        "--- \t\ntitle: x\n---\nText.",
        "----\ntitle: x\n-----\nText.",
        "---\ntitle: x\n...\nText.",
        "\n\n---\ntitle: x\n---\nText.",
        "---yaml\ntitle: x\n---\nText.",
        "<!-- a comment -->\n---\ntitle: x\n---\nText.",
        '---json\n{"title": "x"}\n---\nText.',
        '{\n  "title": "x"\n}\nText.',
        '+++\ntitle = "x"\n+++\nText.',
        '---toml\ntitle = "x"\n---\nText.',
    ],
)
def test_a_header_in_any_kind_of_fence_is_read_without_a_note(source: str) -> None:
    read = header.read(source.encode())
    assert (read.metadata, read.body, read.notes) == ({"title": "x"}, "Text.", ())
    assert source.split("\n")[read.body_line - 1] == "Text."


@pytest.mark.parametrize(
    "source",
    [
        "---\n\nA page that begins with a rule.",
        "No header at all.",
        "Note: no header at all.\n\nText.",
        "{{ template }}\n\nText.",
        '{ "no json\n\nText.',
        "<!-- only a comment -->\nText.",
    ],
)
def test_text_that_is_no_header_stays_text(source: str) -> None:
    read = header.read(source.encode())
    assert (read.metadata, read.body, read.body_line) == ({}, source, 1)


@pytest.mark.parametrize("inside", ["just a sentence", "- a\n- list", "\nA page between rules.\n", "# a comment"])
def test_what_has_no_keys_is_text_and_noted(inside: str) -> None:
    read = header.read(f"---\n{inside}\n---\nText.".encode())
    assert (read.metadata, read.body, read.body_line) == ({}, f"{inside}\n\nText.", 2)
    assert len(read.notes) == 1


def test_an_empty_header_is_one() -> None:
    read = header.read(b"---\n---\n\n## Boats\n")
    assert (read.metadata, read.body) == ({}, "\n## Boats\n")


@pytest.mark.parametrize(
    "start", ["---", "-" * 2_000_000, "<!--" * 500_000, "<!-- ---\n" + "a\n---\n" * 300_000, "\n" * 2_000_000]
)
@pytest.mark.parametrize("end", [" " * 2_000_000 + "x", "x"])
def test_a_hostile_fence_is_read_in_bounded_time(start: str, end: str) -> None:
    with at_most(3):
        header.read((start + end).encode())
