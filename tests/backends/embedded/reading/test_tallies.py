"""Counting by value gives what counting one by one would."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from article_search.backends.embedded.reading.tallies import Tally, packed

SIZE = 150


def counted(tally: Tally, mask: NDArray[np.bool_]) -> list[int]:
    counts: list[int] = tally.counts(mask, packed(mask)).tolist()
    return counts


@given(
    pairs=st.sets(st.tuples(st.integers(0, SIZE - 1), st.integers(0, 4)), max_size=300),
    everywhere=st.booleans(),
    groups=st.dictionaries(st.integers(0, SIZE - 1), st.integers(0, 9), max_size=40),
    chosen=st.sets(st.integers(0, SIZE - 1)),
)
def test_documents_of_one_group_count_once_for_each_value(
    pairs: set[tuple[int, int]], everywhere: bool, groups: dict[int, int], chosen: set[int]
) -> None:
    pairs |= {(document, 5) for document in range(SIZE)} if everywhere else set()
    ordered = sorted(pairs)
    group_of = np.full(SIZE, -1, np.int32)
    group_of[list(groups)] = list(groups.values())
    tally = Tally(
        np.array([document for document, _ in ordered], np.int64),
        np.array([value for _, value in ordered], np.int64),
        6,
        group_of,
    )
    mask = np.zeros(SIZE, np.bool_)
    mask[list(chosen)] = True
    expected = [len({groups.get(each, -1 - each) for each, _ in pairs & _of(chosen, value)}) for value in range(6)]
    assert counted(tally, mask) == expected


def _of(documents: set[int], value: int) -> set[tuple[int, int]]:
    return {(document, value) for document in documents}


def test_a_column_without_values_and_an_index_without_documents_count_nothing() -> None:
    nothing = np.empty(0, np.int64)
    assert counted(Tally(nothing, nothing, 0, np.empty(0, np.int32)), np.empty(0, np.bool_)) == []
    assert counted(Tally(nothing, nothing, 2, np.full(70, -1, np.int32)), np.ones(70, np.bool_)) == [0, 0]


def test_rare_and_frequent_values_are_counted_alike() -> None:
    documents = np.arange(1000)
    values = np.where(documents < 3, documents, 3)
    tally = Tally(documents, values, 4, np.full(1000, -1, np.int32))
    assert 0 < len(tally._frequent) < 4
    assert counted(tally, documents % 2 == 0) == [1, 0, 1, 498]
