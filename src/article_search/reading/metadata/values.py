"""Which value has a key, whatever the case it is written in, and what has to be noted of it?

Not here: what a value means (the other modules here).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from article_search.limits import LIMITS
from article_search.reading.header import Header
from article_search.reading.markup import inline_text
from article_search.reading.report import Note

TRUE = frozenset("true yes on y 1".split())
FALSE = frozenset("false no off n 0".split())
NOTHING = frozenset(("", "~", "null"))
PLACEHOLDER = re.compile(r"\s*(?:\{\{.*\}\}|\{%.*%\}|<%.*%>)\s*", re.DOTALL)
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")


class Values:
    """The values of a header ``by_key`` in lower case, and the ``notes`` made while they are understood. ``language``
    is what the article or its site is written in, a name or a tag."""

    def __init__(self, header: Header) -> None:
        self.language = ""
        self.by_key: dict[str, object] = {}
        self._lines: dict[str, int] = {}
        for key, value in header.metadata.items():
            lower = key.lower()
            if lower not in self.by_key or key == lower:
                self.by_key[lower] = value
                self._lines[lower] = header.lines.get(key, 1)
        self.notes = list(header.notes)

    def complete(self, keys: Mapping[str, object]) -> None:
        """Takes over values of keys, in lower case, that the header does not have."""
        for key, value in keys.items():
            self.by_key.setdefault(key, value)

    def note(self, message: str, key: str | None = None) -> None:
        """Keeps a note, up to the cap of one file, with the line of a key."""
        if len(self.notes) < LIMITS.warnings:
            self.notes.append(Note(message, self._lines.get(key) if key else None))

    def text(self, key: str) -> str:
        """A value as text; a list or mapping gives its first text. A template's placeholder says nothing."""
        value = self.by_key.get(key)
        if value is None:
            return ""
        if isinstance(value, dict):
            value = list(value.values())
        if isinstance(value, list):
            value = next((item for item in value if isinstance(item, str)), "")
        if not isinstance(value, str) or (value.lower() in NOTHING and (key != "title" or value in ("", "~"))):
            return ""  # a title may well be "Null"
        if value[:1] in "{<" and PLACEHOLDER.fullmatch(value):
            self.note(f"{key} is a placeholder of a template, {shown(value)}; left out", key)
            del self.by_key[key]
            return ""
        return value.strip()


def one_line(text: str) -> str:
    """A text without markup, on one line."""
    return clean(inline_text(text)) if text else ""


def clean(text: str) -> str:
    """No control characters but line ends, no lone surrogates: escapes and entities can bring them back."""
    if text.replace("\n", "").isprintable():
        return text
    text = _CONTROL.sub(lambda match: " " if match[0].isspace() else "", text)
    return _SURROGATE.sub("\ufffd", text)


def shown(text: str) -> str:
    """A piece of content inside a message, short and on one line."""
    text = clean(" ".join(text.split()))
    return repr(text if len(text) <= 60 else text[:57] + "...")
