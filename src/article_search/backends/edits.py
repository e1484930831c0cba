"""How many edits are words from one? All at once, letter by letter: half a millisecond for some thousands.

(rapidfuzz over a list of all words takes 8, and 12 to import.) Not here: which words there are (backends), whether one
was mistyped (answering).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

LONGEST = 30  # letters of a word that others are compared with, as many as there are bits below


def distances(word: str, others: NDArray[np.uint32], prefix: bool = False) -> NDArray[np.int64]:
    """Edits (insert, delete, replace, swap neighbours) from a word of at most 30 letters to each of others, the rows of
    code points padded with zeros. ``prefix``: to the beginning of it that is nearest.

    Optimal string alignment by bits: Hyyrö, "A bit-vector algorithm for computing Levenshtein and Damerau edit
    distances", Nordic Journal of Computing 10(1), 2003. The names are of that paper.
    """
    columns = np.ascontiguousarray(others.T)
    matches = _matches(word, columns)
    one, height = np.uint32(1), np.uint32(len(word) - 1)
    there = (columns != 0).astype(np.uint32) << height
    rows = len(others)
    vp, vn = np.full(rows, 0xFFFFFFFF, np.uint32), np.zeros(rows, np.uint32)
    d0, before = np.zeros(rows, np.uint32), np.zeros(rows, np.uint32)
    now = np.full(rows, len(word), np.uint32)
    nearest = now.copy()
    for last, pm in zip(there, matches, strict=True):
        swapped = ((~d0 & pm) << one) & before
        d0 = (((pm & vp) + vp) ^ vp) | pm | vn | swapped
        hp = vn | ~(d0 | vp)
        hn = d0 & vp
        now += (hp & last) >> height
        now -= (hn & last) >> height
        if prefix:
            np.minimum(nearest, now, out=nearest)
        hp = (hp << one) | one
        vp = (hn << one) | ~(d0 | hp)
        vn = hp & d0
        before = pm
    return (nearest if prefix else now).astype(np.int64)


def strange(word: str, letters: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Which of some letters a word has not: no more of them are in another word than there are edits."""
    found: NDArray[np.bool_] = _matches(word, letters) == 0
    return found


def _matches(word: str, letters: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """A bit for each place of a word where a letter stands in it."""
    places: dict[int, int] = {}
    for place, letter in enumerate(map(ord, word)):
        places[letter] = places.get(letter, 0) | 1 << place
    table = np.zeros(max(places) + 2, np.uint32)  # memory is taken where it is not nought, whatever the letters
    table[list(places)] = list(places.values())
    found: NDArray[np.uint32] = table[np.minimum(letters, np.uint32(len(table) - 1))]
    return found


def apart(word: str, others: Sequence[str]) -> list[int]:
    """Edits from a word to each of others."""
    found: list[int] = distances(word, _matrix(others, LONGEST + 3)).tolist()
    return found


def apart_from_beginning(start: str, others: Sequence[str]) -> list[int]:
    """Edits from the beginning of a word to that of each of others that is nearest."""
    found: list[int] = distances(start, _matrix(others, 2 * len(start) + 2), prefix=True).tolist()
    return found


def _matrix(words: Sequence[str], most: int) -> NDArray[np.uint32]:
    """A row a word: the code points of its first letters, and zeros."""
    rows = np.zeros((len(words), max([1, *(min(len(word), most) for word in words)])), np.uint32)
    for row, word in zip(rows, words, strict=True):
        letters = list(map(ord, word[:most]))
        row[: len(letters)] = letters
    return rows
