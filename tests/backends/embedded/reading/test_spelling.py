"""Words spelt nearly alike: the edits between them, many at once, are those of the textbook's table."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from article_search.backends.edits import LONGEST, distances
from article_search.backends.embedded.columnar import neighbours
from article_search.backends.embedded.columnar.container import Container
from article_search.backends.embedded.columnar.fields import FieldReader
from article_search.backends.embedded.columnar.layout import field_arrays
from article_search.backends.embedded.columnar.neighbours import near_arrays
from article_search.backends.embedded.reading.spelling import Vocabulary
from tests.answering.reference import edits
from tests.backends.columnar.written import written

letters = st.sampled_from("smaligéпрт")
typed = st.text(letters, min_size=1, max_size=30)


def rows(words: list[str]) -> np.ndarray[tuple[int, int], np.dtype[np.uint32]]:
    width = max(map(len, words))
    return np.array([[ord(letter) for letter in word.ljust(width, "\0")] for word in words], np.uint32)


@given(typed, st.lists(typed, min_size=1, max_size=5))
def test_edits_are_counted_as_by_the_table(word: str, others: list[str]) -> None:
    assert distances(word, rows(others)).tolist() == [edits(word, other) for other in others]


@given(st.text(letters, min_size=1, max_size=12), st.lists(typed, min_size=1, max_size=5))
def test_a_beginning_is_as_near_as_the_nearest_of_all_beginnings(start: str, others: list[str]) -> None:
    nearest = [min(edits(start, other[:end]) for end in range(len(other) + 1)) for other in others]
    assert distances(start, rows(others), prefix=True).tolist() == nearest


# ---- a vocabulary ----

words = st.text(st.sampled_from("smaligéпрт한\U00010330"), min_size=1, max_size=14)


def reader(terms: list[str], *, keyed: bool) -> FieldReader:
    """A field of some terms, the nth of which n articles have."""
    written_terms = sorted({term.encode() for term in terms})
    starts = np.cumsum(np.arange(len(written_terms) + 1))
    docs = np.concatenate([np.arange(number) for number in range(len(written_terms) + 1)])
    arrays = field_arrays(written_terms, starts, docs, None)
    if keyed:
        arrays |= near_arrays(written_terms)
    return FieldReader(Container(written({f"f.{name}": array for name, array in arrays.items()})), "f")


@given(st.lists(st.lists(words, max_size=12), max_size=3), words, st.integers(1, 2), st.booleans())
@settings(deadline=None)
def test_all_words_within_some_edits_are_found_in_all_segments(
    segments: list[list[str]], word: str, most: int, keyed: bool
) -> None:
    """``keyed``: as they were written, or without what is written for it, as by another program."""
    readers = [reader([*terms, word[1:] + "a", word + "b", word[::-1]], keyed=keyed) for terms in segments]
    there = [(term.decode(), each.frequency(number)) for each in readers for number, term in enumerate(each.terms())]
    found = Vocabulary(readers).within(word, most)
    expected = {
        term: sum(count for other, count in there if other == term)
        for term, _ in there
        if term != word and term.isalpha() and edits(word, term) <= most
    }
    assert {near.word: near.frequency for near in found} == expected
    assert [near.word for near in found] == [
        term for term in dict.fromkeys(each for each, _ in there) if term in expected
    ]
    assert all(near.edits == edits(word, near.word) for near in found)


@given(st.lists(words, max_size=12), words, st.integers(0, 1))
@settings(deadline=None)
def test_all_words_that_begin_nearly_so_are_found(terms: list[str], start: str, most: int) -> None:
    there = reader([*terms, start + "a", start[:1] + start[2:] + "ist"], keyed=True)
    found = Vocabulary([there]).beginning(start, most)
    nearest = {
        other: min(edits(start, other[:end]) for end in range(len(other) + 1))
        for other in (term.decode() for term in there.terms())
        if other[:1] == start[0] and other.isalpha()
    }
    assert {near.word: near.edits for near in found} == {word: away for word, away in nearest.items() if away <= most}


def test_no_word_that_is_corrected_is_longer_than_those_that_have_keys() -> None:
    assert LONGEST + 2 == neighbours.LONGEST
