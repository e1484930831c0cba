"""Where does a text between quotes end, as programs in JavaScript and PHP write it?

Any quote may be the first, and of a text without an end that is found out at its end only; so it is remembered that
there is none from the quotes within it either. Not here: what else there is in a program.
"""

from __future__ import annotations

import re

_TEXTS = {
    "'": re.compile(r"'((?:[^'\\\n]|\\.)*+)('?)", re.DOTALL),
    '"': re.compile(r"\"((?:[^\"\\\n]|\\.)*+)(\"?)", re.DOTALL),
    "`": re.compile(r"`((?:[^`\\$]|\\.|\$(?!\{))*+)(`?)", re.DOTALL),
}
_WITH_EXPRESSIONS = re.compile(r"`((?:[^`\\]|\\.)*+)(`?)", re.DOTALL)


class Quoted:
    """The texts between quotes in a source, in time by its length."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._open: dict[re.Pattern[str], int] = {}  # up to where there is no end of a text

    def match(self, place: int, expressions: bool = False) -> re.Match[str] | None:
        """The text that begins with a quote at a place, as group 1; None if none does. ``expressions``: also one with
        some in it, that are worked out."""
        quote = self._source[place : place + 1]
        pattern = _WITH_EXPRESSIONS if expressions and quote == "`" else _TEXTS.get(quote)
        # What is between such a quote and where no end was found are escaped ones, and read in the same way from each.
        if pattern is None or place < self._open.get(pattern, 0):
            return None
        found = pattern.match(self._source, place)
        if found is None or found[2]:
            return found
        self._open[pattern] = found.end()
        return None
