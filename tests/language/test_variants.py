"""Other ways to write a word are proposed for any text, not too many, and none for plain words."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from article_search.language import folding, spellings, text
from article_search.language.variants import Variant, names, partings, variants
from article_search.limits import LIMITS
from tests.effort import at_most


def test_plain_words_have_no_other_forms_but_both_in_one() -> None:
    assert list(variants(["smalling", "roma"])) == [Variant(0, 1, "smallingroma")]
    assert list(variants(["the", "roma"])) == []


def test_capitals_tell_initials_but_not_where_all_is_in_capitals() -> None:
    assert Variant(0, 0, "j k") in variants(["JK", "Rowan"])
    assert list(variants(["GO", "TO", "ROMA"])) == []


def test_three_words_or_more_may_be_one_name_the_shorter_first() -> None:
    assert list(names(["get", "element", "by", "id"])) == [
        [Variant(0, 2, "getelementby"), Variant(0, 3, "getelementbyid")],
        [Variant(1, 3, "elementbyid")],
    ]
    assert list(names(["1", "000", "000"])) == [[]]
    assert list(names(["child", "item"])) == []
    assert max(len(each) for each in names(["a"] * 50)) == 3


def test_a_form_says_which_words_it_stands_for() -> None:
    assert Variant(1, 2, "20m") in variants(["about", "£20", "million", "for"])
    assert Variant(0, 2, "1000000") in variants(["1", "000", "000"])


@pytest.mark.parametrize("word", ["2019", "3.5", "4-2-3-1", "2020-09-15", "10.10.10", "0", "12,34", "9" * 40])
def test_not_every_number_is_an_amount(word: str) -> None:
    assert not [variant for variant in variants([word]) if "million" in variant.text or "thousand" in variant.text]


@pytest.mark.parametrize(
    "sign", [char for char in map(chr, range(0x110000)) if unicodedata.decomposition(char).startswith("<fraction>")]
)
def test_each_vulgar_fraction_of_unicode_may_be_written_with_a_stroke(sign: str) -> None:
    above, below = unicodedata.normalize("NFKD", sign).split("⁄")
    if below:  # ⅟ is half of one
        written = f"{above}/{below}"
        assert list(variants([sign])) == [Variant(0, 0, written)]
        assert Variant(0, 0, sign) in variants([written])
        assert Variant(0, 0, f"12 {written}") in variants([f"12{sign}"])
        assert Variant(0, 1, f"12{sign}") in variants(["12", written])


@pytest.mark.parametrize("written", ["1/7", "3/4", "1/2"])
def test_strokes_between_other_numbers_are_no_fractions(written: str) -> None:
    assert not [variant for variant in variants([f"{written}/2020"]) if not variant.text.isascii()]
    assert not [variant for variant in variants([f"24{written}0"]) if not variant.text.isascii()]


@pytest.mark.parametrize("number", ["12 34 56", "1234567", "1 2 3 4 5 6 7 8 9", "123456 7890123 4567890"])
def test_few_digits_very_many_and_very_many_groups_are_not_one_number(number: str) -> None:
    assert number.replace(" ", "") not in {variant.text for variant in variants(number.split())}


@pytest.mark.parametrize("word", "filled called united more timber four size surprise laboratory".split())
def test_rules_of_spelling_leave_most_words_alone_or_make_no_word(word: str) -> None:
    assert set(spellings.others(word)) <= {"surprize", "labouratory"}


@given(st.lists(st.text(max_size=12) | st.text("ab1,.0m£%&-'US +#bn", max_size=12), max_size=6))
def test_forms_of_anything_are_words_of_the_query_language(words: list[str]) -> None:
    found = list(variants(words))
    assert len(found) <= 40 * len(words)
    for variant in found:
        assert 0 <= variant.first <= variant.last < len(words)
        assert 0 < variant.weight <= 1
        assert len(text.terms(variant.text)) <= LIMITS.query_terms


@given(st.text())
def test_the_parts_of_a_word_make_it(word: str) -> None:
    assert {one + other for one, other in partings(word)} <= {folding.fold(word)}


def test_hostile_words_take_no_time() -> None:
    with at_most(2):
        for char in "a1,.-'&%Au\u0301é東":
            list(variants([char * 2_000]))
            list(variants([f"{char}x" * 1_000] * 2))
