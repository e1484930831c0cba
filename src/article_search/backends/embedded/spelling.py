"""Which word did a mistyped one mean? The likeliest of the words there are, by edit distance, then frequency.

Not here: whether a word needs correcting, where words come from.
"""

from __future__ import annotations

from collections.abc import Iterable


def distance(one: str, other: str, most: int) -> int:
    """Edits (insert, delete, replace, swap neighbours) from one word to another; ``most + 1`` when there are more.

    Optimal string alignment: Damerau, "A technique for computer detection and correction of spelling errors",
    CACM 7(3), 1964.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, right in enumerate(other, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                best = min(best, last[j - 2] + 1)
            row.append(best)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def likely(word: str, words: Iterable[str], most: int) -> str | None:
    """The nearest of some words (most frequent first) within ``most`` edits, the earliest among equals."""
    best, nearest = None, most + 1
    for candidate in words:
        edits = distance(word, candidate, nearest - 1) if abs(len(candidate) - len(word)) < nearest else nearest
        if edits < nearest:
            best, nearest = candidate, edits
            if nearest <= 1:
                break
    return best
