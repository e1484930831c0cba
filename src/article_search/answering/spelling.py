"""Which words are long enough to be corrected, how near may the one meant be, and how likely is a slip?

Not here: which words an index has that are spelt nearly so (backends), which of them was meant (correcting.py).
"""

from __future__ import annotations

_LONGEST = 30  # letters; longer words are not corrected
_SHORTEST = 4  # shorter ones have too many neighbours
_LONG = 8  # letters from which on there may be two edits


def allowed(word: str) -> int:
    """How many edits a folded word may be from the one meant: 1, or 2 in a long one; 0 in what is not corrected."""
    if not word.isalpha() or not _SHORTEST <= len(word) <= _LONGEST:
        return 0
    return 1 if len(word) < _LONG else 2


def likeness(typed: str, word: str, edits: int) -> float:
    """How likely who means a word is to have typed that, relative to other slips: 1 for an everyday one."""
    likely = 0.08 if edits > 1 else 1.0
    if typed[0] != word[0]:
        likely *= 0.3
    if _squeezed(typed) == _squeezed(word):  # smaling for smalling: the slip most often made
        likely *= 2.0
    elif len(typed) == len(word) and sorted(typed) == sorted(word):
        likely *= 1.5
    return likely


def _squeezed(word: str) -> str:
    """A word with its doubled letters single."""
    return "".join(letter for letter, before in zip(word, " " + word, strict=False) if letter != before)
