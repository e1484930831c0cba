"""What stands in the source for something that Markdown must not read?

A syntax is taken out before Markdown is read, which would take its quotes, stars and angle brackets for its own. In
code it comes back: there a reader does see it. Elsewhere he sees what the syntax makes of it, mostly nothing. Not
here: which parts of a text are set aside (syntax.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_START = "\ufdd0"  # noncharacters: INVISIBLE has taken them out of the source
# A blank that no source has any more, so that marks of emphasis next to a placeholder are read as next to a blank.
_EDGE = "\u1680"
_PLACEHOLDER = re.compile("\u1680?\ufdd0([0-9]{1,9})\ufdd1\u1680?")
BLOCK_END = "\n\n"  # instead of a piece that ends a block


class Placeholders:
    """The pieces of a source that were set aside, by number: as they stand in code, and what is seen elsewhere."""

    def __init__(self) -> None:
        self._pieces: list[tuple[str, str]] = []

    def __bool__(self) -> bool:
        return bool(self._pieces)

    def put(self, piece: str, instead: str = "") -> str:
        """What stands for a piece of the source; outside code ``instead`` is seen."""
        self._pieces.append((piece, instead))
        return f"{_START}{len(self._pieces) - 1}\ufdd1"

    def seen(self, piece: str) -> str:
        """What stands for a piece that comes back wherever it is."""
        return self.put(piece, piece)

    def around(self, piece: str, spans: Iterable[tuple[int, int]], ends: str = "", between: str = " ") -> str:
        """The source for a piece of which only the ``spans`` are read as Markdown, in order and apart."""
        parts: list[str] = []
        position, instead = 0, ends
        for start, end in spans:
            parts += self.put(piece[position:start], instead), f"{_EDGE}{piece[start:end]}{_EDGE}"
            position, instead = end, between
        return "".join(parts) + self.put(piece[position:], ends)

    def put_back(self, text: str, in_code: bool) -> str:
        """The text with what a reader sees of the pieces. One that was set aside within another comes back with it."""

        def piece(match: re.Match[str]) -> str:
            number = int(match[1])
            if number >= len(self._pieces):
                return ""
            found = self._pieces[number][0 if in_code else 1]
            return self.put_back(found, in_code) if _START in found else found

        return _PLACEHOLDER.sub(piece, text)
