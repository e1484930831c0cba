"""Which part of a word with an apostrophe is the word? By language: what is elided before a noun, endings of names.

As Lucene's ElisionFilter and ApostropheFilter have it. Not here: apostrophes that are simply left out (folding.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from article_search.language.segmentation import APOSTROPHES
from article_search.late import pattern

_FRENCH = "l m t n s j d c qu jusqu quoiqu lorsqu puisqu"
# What may be left of an article, pronoun or preposition before a word that begins with a vowel.
_ELIDED: Mapping[str, str] = {
    "french": _FRENCH,
    "italian": "c l all dall dell nell sull coll pell gl agl dagl degl negl sugl un m t s v d quest quell bell sant"
    " senz tutt mezz anch dov com",
    "catalan": "d l m n s t",
    "irish": "d m b",
    "portuguese": "d",
    "oc": _FRENCH,
    "co": "l d un c",
    "wa": _FRENCH,
    "br": "n d",
}
_ENDINGS = frozenset(("turkish", "az", "crh", "tk", "gag"))  # after a name
_BEFORE = {
    language: pattern(rf"(?:{'|'.join(words.split())})[{APOSTROPHES}](?=\w)", re.IGNORECASE)
    for language, words in _ELIDED.items()
}
_AFTER = pattern(rf"(?<=\w)[{APOSTROPHES}].*", re.DOTALL)


def bare(word: str, language: str) -> str:
    """A word without what its language ties to it by an apostrophe: ``école`` of ``l'école``, ``Ankara`` of
    ``Ankara'da``."""
    if language in _ENDINGS:
        return _AFTER.sub("", word)
    before = _BEFORE[language].match(word) if language in _BEFORE else None
    return word[before.end() :] if before else word
