"""What of a word's, or a category's, spelling does not matter? Case, accents, apostrophes.

Not here: endings, which are a stemmer's business (text.py).
"""

from __future__ import annotations

import unicodedata

from article_search.language.segmentation import APOSTROPHES
from article_search.limits import LIMITS

# Letters that are others with a stroke, or two in one, for all that Unicode says.
_PLAIN_LETTERS = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h", "ŧ": "t", "ŋ": "n"}
)
_ONE_APOSTROPHE = str.maketrans(dict.fromkeys(APOSTROPHES, "'"))
_DROPPED = str.maketrans("", "", "',.")


def fold(word: str) -> str:
    """A word without case, accents, apostrophes and possessive ending: ``Müller’s`` is ``muller``."""
    word = word[: LIMITS.word_chars].casefold().translate(_ONE_APOSTROPHE)
    if not word.isascii():
        decomposed = unicodedata.normalize("NFKD", word)
        # Accents are not alphanumeric once they stand alone, nor are the blanks some ligatures are made of.
        word = "".join(char for char in decomposed if char.isalnum() or char in "',.").casefold()
        word = word.translate(_PLAIN_LETTERS)
    if word.endswith("'s") and not word[-3:-2].isdigit():  # 1980's is 1980s
        word = word[:-2]
    return word.translate(_DROPPED)


def category_key(name: str) -> str:
    """What makes two spellings of a category one."""
    return " ".join(filter(None, map(fold, name.split()))) or name.casefold()
