"""Which words may be mistyped, and which slips are likely."""

from __future__ import annotations

from article_search.answering.spelling import allowed, likeness


def test_short_words_and_numbers_are_not_corrected() -> None:
    assert [allowed(word) for word in ("rom", "roma", "smaling", "goverment", "covid19", "x" * 31, "")] == [
        0,
        1,
        1,
        2,
        0,
        0,
        0,
    ]


def test_slips_that_many_make_are_likelier() -> None:
    everyday = likeness("vacxine", "vaccine", 1)
    assert likeness("vacine", "vaccine", 1) > everyday  # a doubled letter
    assert likeness("vacicne", "vaccine", 1) > everyday  # neighbours swapped
    assert likeness("faccine", "vaccine", 1) < everyday  # the first letter
    assert likeness("vacxxine", "vaccine", 2) < everyday
