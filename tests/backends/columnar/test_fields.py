"""A field finds terms and documents as plain lists do, and reads little of its file for it."""

from __future__ import annotations

import random
from bisect import bisect_left

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from article_search.backends.embedded.columnar import container, layout
from article_search.backends.embedded.columnar.container import Container, ContainerError
from article_search.backends.embedded.columnar.fields import FieldReader
from tests.backends.columnar.written import written

TERMS = sorted({random.Random(n).randbytes(n % 6) for n in range(3_000)})
FIELD = layout.field_arrays(TERMS, np.arange(len(TERMS) + 1), np.zeros(len(TERMS)), np.ones(len(TERMS)))
FIELD_FILE = written({f"f.{name}": array for name, array in FIELD.items()})


@given(st.binary(max_size=7) | st.sampled_from(TERMS))
@example(b"")
@example(b"\xff" * 9)
def test_a_term_is_found_where_a_sorted_list_has_it(term: bytes) -> None:
    field = FieldReader(Container(FIELD_FILE), "f")
    for _ in range(2):  # the second time by what the first has seen
        number = bisect_left(TERMS, term)
        assert field.closest(term) == number
        assert field.find(term) == (number if term in TERMS else None)


@given(st.integers(0, len(TERMS)))
def test_terms_are_listed_from_any_of_them_on(start: int) -> None:
    assert list(FieldReader(Container(FIELD_FILE), "f").terms(start)) == TERMS[start:]


@pytest.mark.parametrize("counted", [True, False])
@pytest.mark.parametrize("share", [0.001, 0.05, 0.5, 1.0])
def test_some_documents_are_looked_up_in_short_lists_and_in_long_ones(share: float, counted: bool) -> None:
    chance = np.random.default_rng(int(share * 1000))
    lists = [np.flatnonzero(chance.random(5000) < part).astype(np.uint64) for part in (0.01, share, 0.3)]
    docs = np.concatenate(lists)
    weights = chance.integers(1, 300, len(docs)) if counted else np.ones(len(docs))
    starts = np.append(0, np.cumsum([len(each) for each in lists]))
    one = layout.field_arrays([b"a", b"b", b"c"], starts, docs, weights)
    field = FieldReader(Container(written({f"f.{name}": array for name, array in one.items()})), "f")
    expected = np.zeros(5010)
    expected[lists[1].astype(np.int64)] = weights[starts[1] : starts[2]]
    having = np.zeros(5010, np.bool_)
    field.mark(1, having)
    assert having.tolist() == (expected > 0).tolist()
    for number in (0, 1, 30, 5010):
        asked = np.sort(chance.choice(5010, number, replace=False)).astype(np.int32)
        assert field.weights_in(1, asked).tolist() == expected[asked].tolist()


def test_one_lookup_in_a_large_field_reads_few_pages_of_it() -> None:
    terms = [b"%012d" % number for number in range(100_000)]
    one = layout.field_arrays(terms, np.arange(100_001), np.zeros(100_000), np.ones(100_000))
    data = bytearray(written({f"f.{name}": array for name, array in one.items()}))
    read = []
    for page in range(0, len(data) - container.PAGE, container.PAGE):
        data[page + 100] ^= 1
        try:
            assert FieldReader(Container(bytes(data)), "f").find(terms[77_777]) == 77_777
            read.append(False)
        except ContainerError:
            read.append(True)
        data[page + 100] ^= 1
    assert 0 < sum(read) < len(read) / 2
