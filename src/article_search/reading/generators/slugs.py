"""How do generators write a name or a title in an address?

Not here: which of them does it for what.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from itertools import groupby

_READABLE = frozenset("._~!$&'()+,;=@")  # what Jekyll leaves in the name of a post
_HEXO = frozenset("~`!@#$%^&*()-_+=[]{}|\\;:\"'<>,.?/“”‘’–—…")
_TAG = re.compile(r"<[^<>]{1,200}>")
_HUGO = frozenset("._#+~-@")
# Latin letters that no decomposition makes plain.
_PLAIN = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D"}
    | {"þ": "th", "Þ": "TH", "ł": "l", "Ł": "L", "ı": "i", "ħ": "h", "Ħ": "H", "ŋ": "n", "Ŋ": "N"}
)


def is_letter(char: str) -> bool:
    """Whether a character is a letter, a mark of one, or a digit."""
    return char.isalnum() or unicodedata.category(char)[0] == "M"


def hyphenated(text: str, is_kept: Callable[[str], bool]) -> str:
    """A text with each run of other characters than those kept become a hyphen, none at its ends."""
    return "".join("".join(run) if kept else "-" for kept, run in groupby(text, is_kept)).strip("-")


def letters(text: str) -> str:
    """Lower-case letters and digits of any script, joined by hyphens."""
    return hyphenated(text.lower(), is_letter)


def readable(text: str) -> str:
    """As Jekyll writes the name of a post: letters and digits, in the case they have, and signs addresses may hold."""
    kept = "".join(char if is_letter(char) or char in _READABLE else "-" for char in text)
    return re.sub("-{2,}", "-", kept).removeprefix("-").removesuffix("-")


def hugo(text: str, lower: bool = True, accents: bool = True) -> str:
    """As Hugo writes any part of an address: in lower case, blanks as hyphens, most signs left out.

    Without ``accents`` letters lose their marks, of whatever script.
    """
    if not accents:
        text = "".join(char for char in unicodedata.normalize("NFD", text) if unicodedata.category(char) != "Mn")
    made: list[str] = []
    blank = False
    for char in text:
        if is_letter(char) or char in _HUGO:
            if blank and char != "-":
                made.append("-")
            blank = False
            made.append(char)
        elif char.isspace() and made and made[-1] != "-":
            blank = True
    return "".join(made).lower() if lower else "".join(made)


def alphabets_in_latin(text: str) -> str:
    """Latin, Greek and Cyrillic letters in unaccented Latin ones; other scripts as they are."""
    return "".join(
        in_latin(char) if "\u00a1" <= char < "\u0530" else char for char in unicodedata.normalize("NFC", text)
    )


def plain(text: str) -> str:
    """Latin letters without their marks; other scripts as they are."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    return unicodedata.normalize("NFC", re.sub("[\u0300-\u036f]", "", decomposed))


def as_it_is(text: str) -> str:
    """A name unchanged."""
    return text


def ascii_words(text: str) -> str:
    """Lower-case Latin letters without marks, and digits, joined by hyphens; other scripts as they are."""
    return hyphenated(plain(text.replace("&", " and ")).lower(), is_letter)


def in_latin(text: str) -> str:
    """A text of any script in unaccented Latin letters."""
    from text_unidecode import unidecode  # a table that other sites do without

    return str(unidecode(text))


def pelican(text: str) -> str:
    """As Pelican writes a title or category: in Latin letters, without signs but the underscore."""
    kept = re.sub(r"[^\w\s-]", "", in_latin(unicodedata.normalize("NFKC", _TAG.sub("", text))))
    return re.sub(r"[-\s]+", "-", kept.strip()).lower()


def hexo(text: str) -> str:
    """As Hexo writes a category: without marks, in the case it has, signs and blanks as hyphens."""
    return hyphenated(plain(text), lambda char: not (char.isspace() or char in _HEXO))


def jigsaw(text: str) -> str:
    """As Jigsaw writes a name: in lower case, underscores as hyphens, no other sign but dots."""
    kept = "".join(char for char in text.lower().replace("_", "-") if char.isalnum() or char.isspace() or char in "-.")
    return re.sub(r"[-\s]+", "-", kept).strip("-")


def github(text: str) -> str:
    """As GitHub writes a heading, and Astro a name: in lower case, blanks as hyphens, other signs left out."""
    return "".join("-" if char == " " else char for char in text.lower() if is_letter(char) or char in " -_")


def nikola(text: str) -> str:
    """As Nikola writes a name: in Latin letters, without signs but the underscore and plus."""
    kept = re.sub(r"[^+\w\s-]", "", in_latin(text))
    return re.sub(r"[-\s]+", "-", kept.strip()).lower()


def latin_words(text: str) -> str:
    """Lower-case Latin letters and digits, joined by hyphens."""
    return hyphenated(in_latin(text).lower(), lambda char: char.isascii() and char.isalnum())
