"""Which texts say nearly the same is told by sketches of them, as it would be by their shingles."""

from __future__ import annotations

import random

import numpy as np
import pytest

from article_search.backends import sketches

WORDS = [f"word{number}" for number in range(2000)]
HASHES = sketches.hashes(WORDS)


def text(seed: int, length: int = 300) -> list[int]:
    return random.Random(seed).choices(range(len(WORDS)), k=length)


def changed(words: list[int], changes: int, seed: int = 0) -> list[int]:
    chance = random.Random(seed)
    words = list(words)
    for _ in range(changes):
        words[chance.randrange(len(words))] = chance.randrange(len(WORDS))
    return words


def sketched(*texts: list[int]) -> sketches.Sketches:
    numbers = np.asarray([word for words in texts for word in words], np.uint32)
    return sketches.sketched(numbers, np.asarray([len(words) for words in texts], np.uint32), HASHES)


def pairs(found: sketches.Pairs) -> set[tuple[int, int]]:
    return set(zip(found[0].tolist(), found[1].tolist(), strict=True))


def test_the_hash_of_a_word_is_the_same_everywhere() -> None:
    assert sketches.hashes(["harbour", "hafen"]).tolist() == sketches.hashes(["hafen", "harbour"])[::-1].tolist()
    assert int(sketches.hashes(["harbour"])[0]) == 2757013601874957438


def test_as_many_minima_agree_as_shingles_are_shared() -> None:
    for changes in (0, 2, 5, 10, 30, 80):
        likeness, estimate = [], []
        for seed in range(25):
            one, other = text(seed, 600), changed(text(seed, 600), changes, seed)
            shingles = [{tuple(words[at : at + 4]) for at in range(597)} for words in (one, other)]
            likeness.append(len(shingles[0] & shingles[1]) / len(shingles[0] | shingles[1]))
            rows = sketched(one, other)
            estimate.append(float((rows[0] == rows[1]).mean()))
        assert sum(estimate) / 25 == pytest.approx(sum(likeness) / 25, abs=0.08)


def test_copies_and_near_copies_are_alike_and_others_are_not() -> None:
    first = text(1)
    rows = sketched(first, text(2), first, changed(first, 4), changed(first, 200), [])
    found = pairs(sketches.alike(rows))
    assert {one for pair in found for one in pair} == {0, 2, 3}
    assert pairs(sketches.alike_between(rows[2:], rows[:2])) == {(0, 0), (1, 0)}


def test_texts_too_short_to_tell_are_like_nothing() -> None:
    rows = sketched([1, 2, 3], [1, 2, 3], [], text(1, 12), text(1, 12))
    assert not rows.any()
    assert pairs(sketches.alike(rows)) == set()


def test_what_a_text_stands_beside_does_not_matter() -> None:
    texts = [text(seed, 10 + 37 * seed) for seed in range(12)]
    together = sketched(*texts)
    for number, words in enumerate(texts):
        assert sketched(words).tolist() == [together[number].tolist()]
