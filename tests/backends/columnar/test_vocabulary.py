"""A Vocabulary numbers the words that text.py finds, whatever the text and however it is cut into batches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from article_search.backends.embedded.columnar.vocabulary import Numbered, Vocabulary
from article_search.language import segmentation, text

# What words are made of, what joins and parts them, and what takes several bytes.
LETTERS = st.sampled_from("aBs9,,@$:~&<=!\\\\()''’ʼ`..+#%_-/ \n\t\0\x7f\xa0é\u0301“”—١日𝒳ﬁ")
SIGNED = st.text("aZ1é\u201c .-:@_/#+(%")
TEXTS = st.lists(SIGNED | st.text() | st.text(LETTERS) | st.text(LETTERS, min_size=9), max_size=6)

ANALYSE = text.analysers[text.ENGLISH].of


def strings(numbered: Numbered) -> list[str]:
    return list(numbered)


def analysed(vocabulary: Vocabulary, texts: Sequence[str]) -> list[list[tuple[tuple[str, ...], str]]]:
    """Terms and plain form of each word of each text."""
    numbers, lengths = vocabulary.numbers([each.encode("utf-8", "surrogatepass") for each in texts])
    assert len(lengths) == len(texts) and lengths.sum() == len(numbers)
    terms, plains = strings(vocabulary.terms), strings(vocabulary.plains)
    further = defaultdict(list)
    more = vocabulary.further.occurrences(numbers)
    for where, term in zip(more.where.tolist(), more.terms.tolist(), strict=True):
        further[where].append(terms[term])
    words = iter(
        [
            ((terms[vocabulary.term_numbers[n]], *further[where]), plains[vocabulary.plain_numbers[n]])
            for where, n in enumerate(numbers.tolist())
        ]
    )
    return [[next(words) for _ in range(length)] for length in lengths.tolist()]


def expected(texts: Sequence[str]) -> list[list[tuple[tuple[str, ...], str]]]:
    return [[tuple(ANALYSE(word)) for word in segmentation.pieces(each)] for each in texts]  # type: ignore[misc]


@given(st.lists(TEXTS, max_size=3))
def test_its_words_are_those_of_the_texts_in_order(batches: list[list[str]]) -> None:
    vocabulary = Vocabulary(segmentation.pieces, ANALYSE)
    for texts in batches:
        assert analysed(vocabulary, texts) == expected(texts)


def test_words_met_before_are_known_again() -> None:
    vocabulary = Vocabulary(segmentation.pieces, ANALYSE)
    texts = [
        "100,000 people's U.S. dogs’ “bark—loudly”, don't they?",
        "dogs bark",
        "",
        "Donaudampfschifffahrtsgesellschaft",
    ]
    assert analysed(vocabulary, texts) == expected(texts)
    size = vocabulary.size
    assert analysed(vocabulary, texts[::-1]) == expected(texts[::-1])
    assert vocabulary.size == size


@pytest.mark.slow
def test_more_words_than_its_table_has_places_are_told_apart() -> None:
    vocabulary = Vocabulary(str.split, lambda word: ((word,), word))
    texts = [" ".join(f"w{number}" for number in range(start, start + 10_000)) for start in range(0, 600_000, 10_000)]
    numbers, lengths = vocabulary.numbers([each.encode() for each in texts])
    assert lengths.tolist() == [10_000] * 60
    terms = strings(vocabulary.terms)
    assert [terms[vocabulary.term_numbers[number]] for number in numbers.tolist()] == " ".join(texts).split()


def test_a_cleared_vocabulary_begins_anew() -> None:
    vocabulary = Vocabulary(segmentation.pieces, ANALYSE)
    analysed(vocabulary, ["some words"])
    vocabulary.clear()
    assert vocabulary.size == 0
    assert analysed(vocabulary, ["other words"]) == expected(["other words"])


@given(st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=4))))
def test_strings_are_in_the_order_of_their_bytes_with_their_numbers(batches: list[list[str]]) -> None:
    numbered = Numbered()
    for batch in batches:
        for string in batch:
            assert numbered[string] == list(numbered).index(string)
        ordered, numbers = numbered.in_order()
        assert [string.encode() for string in ordered] == sorted(string.encode() for string in numbered)
        assert [numbered[string] for string in ordered] == numbers.tolist()
