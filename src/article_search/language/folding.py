"""What of a word's, or a category's, spelling does not matter? By script: case, accents, vowel points, width.

What is no letter of its own to those who write a script may be left out: accents of Latin and Greek, points of Hebrew,
short vowels of Arabic. What is one stays: й, vowel signs of Indian scripts, tones of Thai, the voice of kana.
Not here: endings, which are a stemmer's business (text.py), apostrophes that part words (apostrophes.py).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from article_search.language.scripts import UNSEEN
from article_search.language.segmentation import ABBREVIATING, APOSTROPHES
from article_search.late import pattern
from article_search.limits import LIMITS

# Letters that are others with a stroke, or two in one, for all that Unicode says; and letters of Arabic that are typed
# for each other (Lucene's ArabicNormalizer and PersianNormalizer have the same).
_PLAIN_LETTERS = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h", "ŧ": "t", "ŋ": "n"}
    | {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ۀ": "ه", "ہ": "ه"}
)
_ONE_APOSTROPHE = str.maketrans(dict.fromkeys(APOSTROPHES, "'"))
_DROPPED = str.maketrans("", "", "',.")
# Vowel signs and marks of recitation, and the line that makes a word longer: of Hebrew and Arabic; signs of Devanagari
# for sounds of other languages, which few type.
_OPTIONAL = pattern(
    "[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    "\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u08d3-\u08e1"
    "\u08e3-\u08ff\u093c]"
)
_NASAL = pattern("\u0901|\u0928\u094d(?=[\u0915-\u0939])")  # of Hindi: हिन्दी is हिंदी, चाँद is चांद
_NARROW = pattern("[\uff66-\uff9f]")
_VOWEL_AM = pattern("[\u0e4d\u0ecd]([\u0e48-\u0e4b\u0ec8-\u0ecb]?)([\u0e32\u0eb2])")
_TONE = pattern("[\u0300\u0301\u0303\u0309\u0323]")
_NO_LETTERS = pattern(rf"[{UNSEEN}{ABBREVIATING}\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_FEW = pattern("[\u0000-\u052f\u1d00-\u1fff\u2c60-\u2c7f\ua640-\ua69f\ua720-\ua7ff\uab30-\uab6f]")  # with accents
_OWN = frozenset("йўїѓќ")  # letters of Cyrillic, although Unicode takes them for others with an accent


def normal(word: str) -> str:
    """A word without case, width, apostrophes, possessive ending and what its script leaves out; with its accents:
    ``Müller’s`` is ``müller``."""
    word = word[: LIMITS.word_chars]
    if not word.isascii():
        if unicodedata.decomposition(word[0]).startswith("<fraction>"):
            return word  # ½ is not 1 and 2
        word = _NO_LETTERS.sub("", unicodedata.normalize("NFKC", word)).translate(_ONE_APOSTROPHE)
    folded = word.casefold()
    if not folded.isascii():
        folded = unicodedata.normalize("NFC", folded.replace("i\u0307", "i"))  # İ
        folded = _NASAL.sub("\u0902", _OPTIONAL.sub("", folded))
        folded = "".join(map(_character, folded)) or word
    if folded.endswith("'s") and not folded[-3:-2].isdigit():  # 1980's is 1980s
        folded = folded[:-2]
    return folded.translate(_DROPPED)


def normal_run(letters: str) -> str:
    """Likewise, letters of a script without blanks."""
    form: Literal["NFC", "NFKC"] = "NFKC" if _NARROW.search(letters) else "NFC"  # NFKC parts a vowel of Thai
    return _VOWEL_AM.sub(_am, _NO_LETTERS.sub("", unicodedata.normalize(form, letters)))


def _am(found: re.Match[str]) -> str:
    return found[1] + ("\u0e33" if found[2] == "\u0e32" else "\u0eb3")


def _character(char: str) -> str:
    """A character of a word, a digit as Europe writes it; nothing for signs, such as the blanks of some ligatures."""
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    return char if char.isalnum() or char in "',." or unicodedata.category(char)[0] == "M" else ""


def tone_last(word: str) -> str:
    """A word that is ``normal`` with the tone of its syllable at the end: Vietnamese has two ways to place it."""
    letters = unicodedata.normalize("NFD", word)
    return unicodedata.normalize("NFC", _TONE.sub("", letters)) + "".join(_TONE.findall(letters))


def unaccented(word: str) -> str:
    """A word that is ``normal`` without the accents of Latin, Greek and Cyrillic letters, in one of the ways to type
    it."""
    if word.isascii():
        return word
    return unicodedata.normalize("NFC", "".join(map(_unaccented, word)).translate(_PLAIN_LETTERS))


def _unaccented(char: str) -> str:
    if char in _OWN:
        return char
    letter = unicodedata.normalize("NFD", char)[0]
    if _FEW.match(letter):
        return "" if unicodedata.combining(letter) else letter
    return char


def fold(word: str) -> str:
    """A word without case, accents and the like: ``Müller’s`` is ``muller``."""
    return unaccented(normal(word))


def category_key(name: str) -> str:
    """What makes two spellings of a category one."""
    return " ".join(filter(None, map(fold, name.split()))) or name.casefold()
