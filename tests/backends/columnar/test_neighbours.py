"""The terms that may be spelt nearly like a word: none that is within two edits is left out, and few others are among
them, in every script and however many terms there are."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from article_search.backends.embedded.columnar.container import Container, open_path
from article_search.backends.embedded.columnar.fields import FieldReader
from article_search.backends.embedded.columnar.neighbours import LONGEST, Neighbours, asked_keys, may_ask, near_arrays
from article_search.backends.embedded.schema import WORDS_FIELDS
from tests.answering.reference import edits
from tests.backends.columnar.written import written
from tests.shelf import backend_at, commit, made_up

SCRIPTS = {
    "Latin": "abcdefghijklmnopqrstuvwxyz",
    "Cyrillic": "абвгдежзийклмнопрстуфхцчшщъыьэюя",
    "Hangul": "".join(map(chr, range(0xAC00, 0xAC00 + 11_172, 7))),
    "Han": "".join(map(chr, range(0x4E00, 0x4E00 + 3_000))),
    "Thai": "กขคงจฉชซญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮ",
    "Gothic": "".join(map(chr, range(0x10330, 0x10341))),
}


def neighbours(words: Sequence[str]) -> Neighbours:
    return Neighbours(Container(written(near_arrays([word.encode() for word in words]))), "")


def slip(word: str, chance: random.Random, letters: str) -> str:
    """A word after a random edit."""
    place = chance.randrange(len(word) + 1)
    ways = (
        word[:place] + chance.choice(letters) + word[place:],
        word[:place] + word[place + 1 :],
        word[:place] + chance.choice(letters) + word[place + 1 :],
        word[:place] + word[place : place + 2][::-1] + word[place + 2 :],
    )
    return chance.choice(ways)


few = st.text(st.sampled_from("abж한\U00010330"), min_size=1, max_size=LONGEST)
edit = st.tuples(st.integers(0, 3), st.integers(0, LONGEST), st.sampled_from("abж한\U00010330"))


def edited(word: str, edit: tuple[int, int, str]) -> str:
    kind, place, letter = edit
    place %= len(word) + 1
    return (
        word[:place] + letter + word[place:],
        word[:place] + word[place + 1 :],
        word[:place] + letter + word[place + 1 :],
        word[:place] + word[place : place + 2][::-1] + word[place + 2 :],
    )[kind]


@given(few.filter(lambda word: len(word) <= LONGEST - 2), st.lists(edit, min_size=1, max_size=2))
@example("abжab한ab", [(3, 2, ""), (3, 4, "")])  # two swaps, across two cuts
@example("abжab한ab", [(3, 4, ""), (3, 6, "")])
@example("abжab한ab", [(3, 2, ""), (3, 6, "")])
@example("abжab한ab", [(0, 0, "b"), (3, 6, "")])
@settings(max_examples=1_000, deadline=None)
def test_no_term_within_two_edits_is_left_out(word: str, slips: list[tuple[int, int, str]]) -> None:
    other = word
    for each in slips:
        other = edited(other, each)
    if not other:
        return
    for one, two in ((word, other), (other, word)):
        for most in (1, 2):
            if edits(one, two) <= most and may_ask(len(one), most) and len(one) <= LONGEST - 2:
                assert neighbours([two]).terms(asked_keys(one, most)).tolist() == [0]


@pytest.mark.parametrize("letters", ["ab", "abc"])
@pytest.mark.parametrize("length", range(1, 13))
def test_no_term_of_few_letters_within_two_edits_is_left_out(letters: str, length: int) -> None:
    chance = random.Random(length)
    words = sorted({"".join(chance.choices(letters, k=chance.randint(1, length + 2))) for _ in range(300)})
    near = neighbours(words)
    for word in {"".join(chance.choices(letters, k=length)) for _ in range(10)}:
        away = [edits(word, other) for other in words]
        for most in (1, 2)[: 1 + may_ask(length, 2)]:
            expected = {number for number, each in enumerate(away) if each <= most}
            assert expected <= set(near.terms(asked_keys(word, most)).tolist())


@pytest.mark.parametrize("script", SCRIPTS)
def test_few_terms_are_looked_at_in_every_script_however_many_there_are(script: str) -> None:
    letters = SCRIPTS[script]
    chance = random.Random(script)
    looked_at = {}
    for size in (8_000, 80_000):
        lengths = chance.choices(range(4, 13), k=size)
        words = sorted({"".join(chance.choices(letters, k=length)) for length in lengths})
        near = neighbours(words)
        found = []
        for word in chance.sample([word for word in words if len(word) >= 5], 40):
            most = 1 if len(word) < 8 else 2
            typed = slip(word, chance, letters)
            numbers = near.terms(asked_keys(typed, most))
            assert word in {words[number] for number in numbers.tolist()}
            found.append(len(numbers))
        looked_at[size] = float(np.mean(found))
    assert looked_at[80_000] < 2_000
    assert looked_at[80_000] < 2 * looked_at[8_000], "ten times as many terms"


def test_what_has_other_signs_or_very_many_letters_has_no_keys() -> None:
    near = neighbours(["covid19", "a-b", "x" * (LONGEST + 1), "ก\u0e48", "x" * LONGEST])
    for word in ("covid", "ab", "ก", "x" * (LONGEST - 2)):
        assert set(near.terms(asked_keys(word, 1)).tolist()) <= {4}
    assert near.terms(asked_keys("x" * (LONGEST - 2), 2)).tolist() == [4]


def test_a_field_without_letters_has_no_neighbours() -> None:
    for words in ([], ["1", "2"]):
        assert neighbours(words).terms(asked_keys("smalling", 2)).tolist() == []


def test_each_segment_has_the_keys_of_its_words_built_or_merged(tmp_path: Path) -> None:
    backend = backend_at(tmp_path)
    for number in range(10):
        commit(backend, made_up(3, seed=number))
    backend.close()
    for file in tmp_path.glob("*.cpo"):
        segment = open_path(file)
        for field in WORDS_FIELDS:
            terms = [*FieldReader(segment, field).terms()]
            expected = near_arrays(terms)
            assert {name: segment.array(f"{field}.{name}").tolist() for name in expected} == {
                name: array.tolist() for name, array in expected.items()
            }
