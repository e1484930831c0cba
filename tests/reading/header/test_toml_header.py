"""Values of TOML become text."""

from __future__ import annotations

from article_search.reading import header


def test_toml_values_become_text() -> None:
    source = (
        '+++\ntitle = "Boats: a history"\ndate = 2020-09-15T12:28:00Z\ndraft = false\ntags = ["a", 10.80]\n+++\nText.'
    )
    assert header.read(source.encode()).metadata == {
        "title": "Boats: a history",
        "date": "2020-09-15T12:28:00+00:00",
        "draft": "false",
        "tags": ["a", "10.80"],
    }


def test_bad_toml_is_read_line_by_line() -> None:
    source = '+++\ntitle = Boats\ndate = 2020-13-45\ntags = ["a", b]\ndraft = true\n+++\nText.'
    read = header.read(source.encode())
    assert read.metadata == {"title": "Boats", "date": "2020-13-45", "tags": ["a", "b"], "draft": "true"}
    assert [note.line for note in read.notes] == [2, 3, 4]
