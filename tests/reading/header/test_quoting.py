"""Prose that YAML would refuse, cut or twist is kept as written."""

from __future__ import annotations

import pytest

from article_search.reading import header
from tests.reading.header.sources import keys_of


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("Interview: the ferry captain", "Interview: the ferry captain"),
        ("What we know so far:", "What we know so far:"),
        ("Is the #SaveTheFerry march too late?", "Is the #SaveTheFerry march too late?"),
        ("#SaveTheFerry", "#SaveTheFerry"),
        ("[Opinion] Boats are fine", "[Opinion] Boats are fine"),
        ("[Opinion]", "[Opinion]"),
        ("{Draft} Boats", "{Draft} Boats"),
        ("> 40 boats in port", "> 40 boats in port"),
        ("& then there were boats", "& then there were boats"),
        ("&Then there were boats", "&Then there were boats"),
        ("*Boats* and more", "*Boats* and more"),
        ("!important news", "!important news"),
        ("% of boats", "% of boats"),
        ("@harbour tells all", "@harbour tells all"),
        ("`boats` in code", "`boats` in code"),
        ("| a pipe", "| a pipe"),
        ("- a dash", "- a dash"),
        ('"Boats" are back', '"Boats" are back'),
        ('"Boats" and "ships"', '"Boats" and "ships"'),
        ('"The "fast" boats: a test"', 'The "fast" boats: a test'),
        ("'The harbour's boats'", "The harbour's boats"),
        ("'Tis the season: boats", "'Tis the season: boats"),
    ],
)
def test_a_title_is_kept_as_written_and_a_note_says_so(value: str, meant: str) -> None:
    source = f"---\nlayout: post\ntitle: {value}\ndate: 2020-01-01\n---\nText."
    read = header.read(source.encode())
    assert read.metadata == {"layout": "post", "title": meant, "date": "2020-01-01"}
    assert [note.line for note in read.notes] == [3]


def test_a_title_that_yaml_cuts_at_a_comment_is_noted() -> None:
    read = header.read(b"---\ntitle: Boats # shorter than 60 characters\n---\n")
    assert read.metadata == {"title": "Boats"}
    assert [note.line for note in read.notes] == [2]


def test_a_comment_after_any_other_value_is_one() -> None:
    read = header.read(b"---\ndate: 2020-01-01 # UTC\ndescription: short # one line\n---\n")
    assert read.metadata == {"date": "2020-01-01", "description": "short"}
    assert read.notes == ()


def test_hash_tags_are_no_comment() -> None:
    assert keys_of("tags: #boats #sea") == {"tags": "#boats #sea"}


def test_an_anchor_with_an_alias_is_one() -> None:
    assert keys_of("title: &name Boats", "headline: *name") == {"title": "Boats", "headline": "Boats"}


def test_a_placeholder_of_a_template_stays_one() -> None:
    assert keys_of("title: {{ title }}", "date: {{ date }}") == {"title": "{{ title }}", "date": "{{ date }}"}
