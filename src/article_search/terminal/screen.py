"""How does text fit a terminal? Its width, its colours, letters of all scripts, and nothing in it that does harm.

No control character of an article or a file name reaches the terminal. Not here: what is written (hits.py, articles.py,
reports.py), where it goes (output.py).
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator, Mapping

from article_search.late import dataclass, pattern

_SEQUENCE = pattern("\x1b(\\[[0-9;]*m|]8;;[^\x1b]*\x1b\\\\)")  # of colours and links
_NARROWEST, _WIDEST = 40, 100  # columns; longer lines of prose are hard to read

# C0 and C1 controls, lone surrogates, and what reorders or breaks the text after it.
_CONTROL = pattern("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_REORDERING = pattern("[\u202a-\u202e\u2066-\u2069]")
HARMFUL = pattern(f"{_CONTROL.pattern}|{_REORDERING.pattern}")

# A line may break before and after each of these characters, but not before the marks that close them.
_WIDE = "\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\U00020000-\U0003fffd"
_FIRST_WIDE = _WIDE[0]
_WORD = pattern(r"\S+")  # which is what a text without such characters is made of
_UNIT = pattern(rf"[{_WIDE}][、。，．！？」』）】]*|[^\s{_WIDE}]+")


@dataclass(frozen=True, slots=True)
class Screen:
    """What is written to: its ``width`` in columns, whether it shows colour, whether long messages are wrapped for
    a person to read or kept on one line for a program, and where the ``files`` of articles are for its links."""

    width: int = 80
    colour: bool = False
    wraps: bool = False
    files: str = ""  # the address of their folder, see hyperlinks.py; without links empty

    @classmethod
    def of(cls, columns: int, is_terminal: bool, environment: Mapping[str, str]) -> Screen:
        """Colour is for terminals; ``NO_COLOR`` takes it away, ``FORCE_COLOR`` (not ``0``) gives it to a pipe too."""
        colour = is_terminal and environment.get("TERM") != "dumb"
        if environment.get("FORCE_COLOR", "0") not in ("", "0"):
            colour = True
        if environment.get("NO_COLOR"):
            colour = False
        return cls(min(max(columns, _NARROWEST), _WIDEST), colour, is_terminal)

    def bold(self, text: str) -> str:
        return self._styled(1, 22, text)

    def dim(self, text: str) -> str:
        return self._styled(2, 22, text)

    def underlined(self, text: str) -> str:
        return self._styled(4, 24, text)

    def match(self, text: str) -> str:
        # Bold and underlined can be told apart on every colour scheme.
        return self.bold(self.underlined(text))

    def linked(self, text: str, id: str) -> str:
        """A text that leads to the file of an article, on a terminal that knows links."""
        if not self.files or not text:
            return text
        from urllib.parse import quote  # which an answer without links does without

        return f"\x1b]8;;{self.files}{quote(os.fsencode(id))}\x1b\\{text}\x1b]8;;\x1b\\"

    def _styled(self, on: int, off: int, text: str) -> str:
        return f"\x1b[{on}m{text}\x1b[{off}m" if self.colour and text else text


def clean(text: str) -> str:
    """The text on one line, fit for a terminal: blanks for white space, U+FFFD for any other control character."""
    return _REORDERING.sub("", _CONTROL.sub("\ufffd", " ".join(text.split())))


def columns(text: str) -> int:
    """How many columns of a terminal a text takes: two for a wide character of East Asia, none for a combining one."""
    if text.isascii():
        return len(text)
    return sum(_char_columns(char) for char in text)


def _char_columns(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def rows(line: str, width: int) -> int:
    """How many rows of a terminal a line takes, colours and links not counted."""
    plain = _SEQUENCE.sub("", line) if "\x1b" in line else line
    return max(1, -(-columns(plain) // max(width, 1)))


def cut_to(text: str, width: int) -> str:
    """The text, its end replaced by … where it is wider than the columns there are."""
    if columns(text) <= width:
        return text
    used = 1
    for place, char in enumerate(text):
        used += _char_columns(char)
        if used > width:
            return text[:place].rstrip() + "…"
    return text


def _units(text: str, width: int) -> Iterator[tuple[int, int]]:
    """Where the pieces of a text are that a line must not break, none wider than a line."""
    unit = _WORD if text.isascii() or max(text) < _FIRST_WIDE else _UNIT
    for match in unit.finditer(text):
        start, used = match.start(), 0
        if match.end() - start <= width // 2:
            yield match.span()
            continue
        for place in range(start, match.end()):
            used += _char_columns(text[place])
            if used > width:
                yield start, place
                start, used = place, _char_columns(text[place])
        yield start, match.end()


def line_spans(text: str, width: int) -> list[tuple[int, int]]:
    """Where the lines of a text start and end when it is wrapped."""
    lines: list[tuple[int, int]] = []
    used = 0
    for start, end in _units(text, width):
        size = columns(text[start:end])
        gap = columns(text[lines[-1][1] : start]) if lines else 0
        if lines and used + gap + size <= width:
            lines[-1] = lines[-1][0], end
            used += gap + size
        else:
            lines.append((start, end))
            used = size
    return lines


def wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """A text of one paragraph as lines of at most ``width`` columns."""
    text = clean(text)
    return [indent + text[start:end] for start, end in line_spans(text, width - len(indent))]


def message_lines(text: str, screen: Screen, indent: str = "") -> list[str]:
    """A message of one line, or of several for a person, those after the first further indented."""
    if not screen.wraps:
        return [indent + clean(text)]
    lines = wrapped(text, screen.width, indent + "  ")
    return [indent + line.removeprefix(indent + "  ") if not number else line for number, line in enumerate(lines)]


def counted(number: int, one: str, many: str) -> str:
    """A number and what there are so many of."""
    return f"{number:,} {one if number == 1 else many}"
