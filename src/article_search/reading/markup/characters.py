"""Which characters does nobody see, which are blanks of some kind, and where does a paragraph end?"""

from __future__ import annotations

import re

# Blanks but tab, line feed and the blank itself.
_BLANK = "\x0b\x0c\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
# Control characters, soft hyphen, zero-width and directional characters, halves of surrogate pairs, noncharacters. What
# joins letters or keeps them from joining stays between them: Persian and joined emoji need it.
INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ud800-\udfff\ufdd0-\ufdef\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff]"
    r"|(?<!\S)[\u200c\u200d]+|[\u200c\u200d]+(?!\S)"
)
OTHER_BLANK = re.compile(f"[{_BLANK}]")
ODD_INDENT = re.compile(f"^[ \t]*[{_BLANK}][ \t{_BLANK}]*", re.M)
# Those of INVISIBLE that Python takes for printable.
INVISIBLE_LETTERS = "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"

PARAGRAPH_END = re.compile(r"\n\s*\n")
