"""Words spelt nearly alike: compared with the textbook's table, and found in an index with none missing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from article_search.backends.embedded.spelling import Vocabulary, allowed, distances, likeness
from hypothesis import given, settings
from hypothesis import strategies as st

from article_search.backends.embedded import schema
from article_search.language import folding, text
from tests.backends.test_embedded import article, backend_at, commit

ROOTS = "smalling manchester coronavirus правительство müller government vaccine".split()
letters = st.sampled_from("smaligéпрт")
typed = st.text(letters, min_size=1, max_size=30)


def reference(one: str, other: str) -> int:
    """Edits from one word to another (insert, delete, replace, swap neighbours), by the table."""
    table = [[i + j if i * j == 0 else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            table[i][j] = min(
                table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (one[i - 1] != other[j - 1])
            )
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
    return table[-1][-1]


def rows(words: list[str]) -> np.ndarray[tuple[int, int], np.dtype[np.uint32]]:
    width = max(map(len, words))
    return np.array([[ord(letter) for letter in word.ljust(width, "\0")] for word in words], np.uint32)


def edits_of(word: str) -> st.SearchStrategy[str]:
    """A word after an edit or two, or three."""

    def edit(word: str, place: int, letter: str, kind: int) -> str:
        place %= len(word) + 1
        head, tail = word[:place], word[place:]
        return [
            head + letter + tail,
            head + tail[1:],
            head + letter + tail[1:],
            head + tail[1:2] + tail[:1] + tail[2:],
        ][kind]

    slip = st.tuples(st.integers(0, 30), letters, st.integers(0, 3))

    def all_of(slips: list[tuple[int, str, int]]) -> str:
        edited = word
        for place, letter, kind in slips:
            edited = edit(edited, place, letter, kind)
        return edited

    return st.lists(slip, min_size=1, max_size=3).map(all_of)


@given(typed, st.lists(typed, min_size=1, max_size=5))
def test_edits_are_counted_as_by_the_table(word: str, others: list[str]) -> None:
    assert distances(word, rows(others)).tolist() == [reference(word, other) for other in others]


@given(st.text(letters, min_size=1, max_size=12), st.lists(typed, min_size=1, max_size=5))
def test_a_beginning_is_as_near_as_the_nearest_of_all_beginnings(start: str, others: list[str]) -> None:
    nearest = [min(reference(start, other[:end]) for end in range(len(other) + 1)) for other in others]
    assert distances(start, rows(others), prefix=True).tolist() == nearest


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Vocabulary, set[str]]]:
    """The words of three segments and three fields, many of them near one another."""
    backend = backend_at(tmp_path_factory.mktemp("words"))
    near = [[word, word[1:], word[:-1], word[::-1], word + "s", word[1] + word[0] + word[2:]] for word in ROOTS]
    for number, words in enumerate((near[0] + near[1], near[2] + near[3], near[4] + near[5] + near[6])):
        commit(backend, [article(f"{number}.md", " ".join(words[:4]), " ".join(words), "covid19 a smalling")])
    snapshot = backend._snapshot()
    readers = [reader for name in schema.TEXT_FIELDS for reader in snapshot.readers(schema.words_field(name))]
    there = {word for words in near for one in words for word in text.words(one)} | {"a"}
    yield Vocabulary(readers), there
    backend.close()


@given(word=st.sampled_from(ROOTS).flatmap(edits_of), most=st.sampled_from([1, 2]))
@settings(max_examples=300)
def test_all_words_within_some_edits_are_found_and_no_others(
    vocabulary: tuple[Vocabulary, set[str]], word: str, most: int
) -> None:
    words, there = vocabulary
    folded = folding.fold(word)
    if not 1 <= len(folded) <= 30:
        return
    expected = {other: reference(folded, other) for other in there if other != folded}
    found = words.within(folded, most)
    assert {one.word: one.edits for one in found} == {word: edits for word, edits in expected.items() if edits <= most}
    assert all(one.frequency for one in found)


def test_beginnings_are_found_though_mistyped(vocabulary: tuple[Vocabulary, set[str]]) -> None:
    words, _ = vocabulary
    assert {"manchester", "manchesters", "mancheste"} <= {one.word for one in words.beginning("manhc", 1)}
    assert not words.beginning("xyz", 1)


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
