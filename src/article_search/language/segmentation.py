"""What is a word of a text? Where one begins and ends, whatever its script.

Not here: what a word is to an index (text.py).
"""

from __future__ import annotations

import re

APOSTROPHES = "'’ʼ‘ʻ`´"
_JOINING = "\u0300-\u036f\u00ad"  # accents that are characters of their own, and hyphens nobody sees
# Scripts without blanks between words: each character is one. Thai, Lao, Burmese, Khmer, Chinese, Japanese.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
    "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9d\U00020000-\U0003ffff"
)
_LETTER = rf"[^\W_{_UNSPACED}]"
INITIALS = rf"[A-Za-z](?:\.[A-Za-z])+(?!{_LETTER}|[{_JOINING}])\.?"
WORD = re.compile(
    r"(?=[\w%])(?:"  # at most characters between words nothing else is tried
    # Nearly all words are of this kind, and found much faster.
    rf"[A-Za-z]++(?:(?=[ ,\n])|(?<=[A-Za-z]{{2}})(?=\.)|(?![\w{APOSTROPHES}{_JOINING}.+#]))"
    rf"|\d{{1,3}}(?:,\d{{3}})+(?!,?\d)(?!{_LETTER})"  # with grouped thousands: 100,000 is 100000
    rf"|{INITIALS}"  # U.S. is one word
    r"|[A-Za-z](?:\+\+(?![^\W\d_])|\#(?![^\W_]))"  # C++, C#
    rf"|{_LETTER}+(?:(?:[{APOSTROPHES}]|[{_JOINING}]+){_LETTER}+)*[{_JOINING}]*"
    rf"|[{_UNSPACED}]"
    r"|(?<![^\W\d_])(?<!%)%(?![^\W_%])"
    r")"
)


def split(text: str) -> list[str]:
    """The words of a text as written, in order."""
    return WORD.findall(text)


def has_word(text: str, start: int, end: int) -> bool:
    """Whether there is a word between two places."""
    return WORD.search(text, start, end) is not None
