"""The formulas have the values their sources give, and no score is negative or falls where it should rise."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from article_search import scoring

counts = st.integers(1, 10**7)
frequencies = st.floats(0.01, 1e4)


# ---- by hand ----


@pytest.mark.parametrize(
    ("articles", "frequency", "expected"),
    [
        (10, 1, math.log(1 + 9.5 / 1.5)),  # Lucene's BM25Similarity: ln(1 + (N - n + 0.5) / (n + 0.5))
        (10, 10, math.log(1 + 0.5 / 10.5)),
        (1_000_000, 9, 11.5642),
    ],
)
def test_idf_is_lucenes(articles: int, frequency: int, expected: float) -> None:
    assert scoring.idf(articles, frequency) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize(
    ("frequency", "occurrences", "expected"),
    [(0, 0, 1.0), (1, 1, 2.0), (1, 3, 3.0), (4, 7, 2.0), (4, 15, 3.0), (100, 99, 1.0)],
)
def test_a_burst_is_a_logarithm_of_how_often_a_word_stands_where_it_stands(
    frequency: int, occurrences: int, expected: float
) -> None:
    assert scoring.burst(frequency, occurrences) == pytest.approx(expected)


@given(frequency=st.integers(1, 1000))
def test_up_to_twice_an_article_a_burst_is_nearly_amatis_and_van_rijsbergens(frequency: int) -> None:
    for occurrences in range(frequency, 2 * frequency):
        normalised = (occurrences + 1) / frequency  # (F + 1) / n
        assert scoring.burst(frequency, occurrences) == pytest.approx(normalised, abs=0.09)


def test_what_a_form_tells_begins_at_nothing_and_grows_with_its_rarity() -> None:
    lifts = [scoring.lift(10_000, 3000, exact) for exact in (0, 3000, 1000, 999, 300, 30, 3)]
    assert lifts[:3] == [0, 0, 0]
    assert 0 < lifts[3] < 0.01
    assert lifts[3:] == sorted(lifts[3:])
    of_form, of_stem = math.log(1 + 9970.5 / 30.5), math.log(1 + 7000.5 / 3000.5)
    assert lifts[5] == pytest.approx(2.2 * (of_form - of_stem - math.log(3)))


def test_bm25f_weighs_and_normalises_a_field_before_it_saturates() -> None:
    # Robertson, Zaragoza and Taylor: w / (1 - b + b * length), then f / (k1 + f); weights and b are ours.
    assert scoring.field_weight("title", 1.0) == 4
    assert scoring.field_weight("title", 2.0) == pytest.approx(4 / 1.3)
    assert scoring.field_weight("description", 3.0) == pytest.approx(2 / 2)
    assert scoring.field_weight("body", 5.0) == pytest.approx(1 / 4)
    assert scoring.saturated(1.2, 3.0) == pytest.approx(0.5 * 2.2 * 3)
    assert scoring.saturated(4.8, 1.0) == pytest.approx(0.8 * 2.2)
    assert scoring.saturated(0.0, 3.0) == 0


def test_arrays_are_scored_as_numbers_are() -> None:
    lengths, values = np.array([0.1, 1, 9], np.float32), np.array([0, 0.5, 7], np.float32)
    assert scoring.field_weight("body", lengths).tolist() == pytest.approx(
        [scoring.field_weight("body", each) for each in lengths.tolist()]
    )
    expected = [scoring.saturated(each, 2.0) for each in values.tolist()]
    assert scoring.saturated(values, 2.0).tolist() == pytest.approx(expected)
    days = np.array([0, 30, 1e6])
    assert scoring.recency(days, 30, 0.5).tolist() == pytest.approx([1.5, 1, 0.5])
    assert scoring.closeness(days, 30, 0.2).tolist() == pytest.approx([1, 0.9, 0.8])


def test_a_word_typed_again_counts_less_each_time() -> None:
    # Okapi at TREC-3, k3 = 8: (k3 + 1) n / (k3 + n)
    assert [scoring.repeated(n) for n in (1, 2, 3)] == pytest.approx([1, 1.8, 27 / 11])


def test_common_words_count_less_the_longer_a_query_is() -> None:
    assert [scoring.emphasis(2.0, 8.0, n) for n in (1, 4, 5, 40)] == pytest.approx(
        [1, 1, 0.25 ** (0.5 * 0.2), 0.25 ** (0.5 * 0.9)]
    )
    assert scoring.emphasis(8.0, 8.0, 40) == 1
    assert scoring.emphasis(0.0, 8.0, 40) == scoring.emphasis(0.0, 0.0, 9) == 1


def test_words_that_stand_together_add_a_share_of_what_they_weigh_but_for_the_heaviest() -> None:
    assert scoring.nearness("body", 3.0) == pytest.approx(0.2 * 2.2 * 3)
    assert scoring.nearness("title", 2.0) == pytest.approx(1.1 * 0.2 * 2.2 * 2)
    assert scoring.nearness("title", 0.0) == 0


def test_a_title_adds_what_its_words_weigh_by_the_share_of_it_that_was_asked_for() -> None:
    assert scoring.titled(3.0, 2, 2) == pytest.approx(4 * 3)
    assert scoring.titled(3.0, 1, 2) == pytest.approx(4 * 3 / 4)
    assert scoring.titled(3.0, 5, 2) == pytest.approx(4 * 3)  # a word may stand there twice
    assert scoring.titled(0.0, 0, 7) == 0


def test_a_word_is_common_where_there_are_many_articles_and_most_have_it() -> None:
    assert [scoring.is_common(n, having, 0.8) for n, having in ((100, 80), (100, 79), (19, 19), (20, 16))] == [
        True,
        False,
        False,
        True,
    ]


# ---- whatever the numbers ----


@given(articles=counts, data=st.data())
def test_a_rarer_word_weighs_more_and_none_less_than_nothing(articles: int, data: st.DataObject) -> None:
    rare, frequent = sorted(data.draw(st.tuples(st.integers(1, articles), st.integers(1, articles))))
    assert scoring.idf(articles, rare) >= scoring.idf(articles, frequent) > 0
    assert scoring.lift(articles, frequent, rare) >= 0
    assert scoring.burst(rare, rare) >= 1
    assert scoring.burst(rare, frequent) <= scoring.burst(rare, frequent + 1)


@given(more=frequencies, less=frequencies, weight=st.floats(0.01, 50))
def test_repetition_counts_ever_less_and_no_score_passes_its_bound(more: float, less: float, weight: float) -> None:
    less, more = sorted((less, more))
    scores = [scoring.saturated(each, weight) for each in (less, more)]
    assert 0 < scores[0] <= scores[1] * (1 + 1e-12) <= (scoring.K1 + 1) * weight * (1 + 1e-9)
    assert scores[1] / more <= scores[0] / less * (1 + 1e-12)


@given(field=st.sampled_from(sorted(scoring.FIELD_WEIGHTS)), short=st.floats(0, 100), long=st.floats(0, 100))
def test_a_word_of_a_longer_field_counts_less(field: str, short: float, long: float) -> None:
    short, long = sorted((short, long))
    assert scoring.field_weight(field, short) >= scoring.field_weight(field, long) > 0


@given(days=st.floats(0, 1e5), later=st.floats(0, 1e5), half_life=st.floats(1, 1e4), weight=st.floats(0, 1))
def test_what_is_older_or_farther_counts_less_but_never_less_than_nothing(
    days: float, later: float, half_life: float, weight: float
) -> None:
    days, later = sorted((days, later))
    newer, older = (scoring.recency(each, half_life, weight) for each in (days, later))
    assert 1 + weight >= newer >= older >= 1 - weight - 1e-12
    near, far = (scoring.closeness(each, half_life, weight) for each in (days, later))
    assert 1 + 1e-12 >= near >= far >= 1 - weight - 1e-12
