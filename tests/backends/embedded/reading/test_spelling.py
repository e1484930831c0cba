"""Words spelt nearly alike: the edits between them, many at once, are those of the textbook's table."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from article_search.backends.edits import distances
from tests.answering.reference import edits

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
