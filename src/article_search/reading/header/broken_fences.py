"""Where does a header end whose fences are missing, misplaced or commented out? By its keys, and by where prose begins.

Not here: fences as they should be (fences.py), what a header says (its readers).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from article_search.limits import LIMITS
from article_search.reading.header.keys import KEY, KNOWN_KEYS, TOML_KEY, is_known
from article_search.reading.header.parts import Header, Reading, line_of
from article_search.reading.header.recovery import by_lines, recover

_LOOSE_FENCE = re.compile(r"[ \t]*(?:-{3,}|\+{3,}|-->)[ \t]*")
_KNOWN_KEY_WITHIN = re.compile(rf"(?:^|\s)(?=(?:{'|'.join(sorted(map(re.escape, KNOWN_KEYS)))}):\s)", re.IGNORECASE)


def unclosed(text: str, start: int, toml: bool, end: int | None = None) -> Header:
    """A header without its closing fence: it ends where prose begins."""
    first = line_of(text, start)
    lines = text[start : start + LIMITS.header_bytes].split("\n")
    if end is None:
        if not begins_with_key(lines, toml):
            return _without_keys(text, start, first)
        end = end_of_keys(lines, fenced=False, toml=toml)
    reading = Reading()
    reading.note("the closing fence of the header is missing; the text was taken to begin here", first + end)
    recover(lines[:end], first, reading, toml)
    if end < len(lines) and _LOOSE_FENCE.fullmatch(lines[end]):
        end += 1
    offset = min(len(text), start + sum(len(line) + 1 for line in lines[:end]))
    return reading.header(text[offset:], first + end)


def unopened(text: str) -> Header | None:
    """A header without its opening fence, such as Hexo allows; None when the keys are not followed by a fence."""
    lines = text[: LIMITS.header_bytes].split("\n")
    end = end_of_keys(lines, fenced=False, toml=False)
    if end >= len(lines) or not _LOOSE_FENCE.fullmatch(lines[end]):
        return None
    reading = Reading()
    reading.note("the opening fence of the header is missing; read all the same", 1)
    recover(lines[:end], 1, reading, False)
    offset = min(len(text), sum(len(line) + 1 for line in lines[: end + 1]))
    return reading.header(text[offset:], end + 2)


def _without_keys(text: str, start: int, first: int) -> Header:
    if text[start:].strip():
        return Header({}, text, 1)  # a rule across the page
    return Header({}, "", first)


def begins_with_key(lines: Iterable[str], toml: bool) -> bool:
    """Whether the first line that says something names a key."""
    pattern = TOML_KEY if toml else KEY
    for line in lines:
        if line.strip() and not line.lstrip().startswith("#"):
            return pattern.match(line) is not None or (toml and line.lstrip().startswith("["))
    return False


def end_of_keys(lines: list[str], *, fenced: bool, toml: bool) -> int:
    """The number of the line with which prose begins; ``len(lines)`` if there is none.

    Between fences only prose after an empty line counts; without a closing fence so does any other line that can
    be no part of a header.
    """
    pattern = TOML_KEY if toml else KEY
    blank = 0  # empty lines before this one
    for number, line in enumerate(lines):
        if not line.strip():
            blank += 1
            continue
        if not fenced and _LOOSE_FENCE.fullmatch(line):
            return number
        if fenced and not blank:
            part_of_header = True  # even prose: a value may go on without an indent
        elif line[0] in " \t-]}[,":
            part_of_header = fenced or not blank
        elif line[0] == "#":
            part_of_header = fenced or (not blank and line[:2] == "# ")
        elif blank and not fenced:
            part_of_header = is_known(line)
        else:
            part_of_header = pattern.match(line) is not None
        if not part_of_header:
            return number - blank
        blank = 0
    return len(lines)


def commented(text: str, match: re.Match[str]) -> Header:
    """A header inside an HTML comment, which hides it from other Markdown readers."""
    lines = match["header"].split("\n")
    if not begins_with_key(lines, False):
        return Header({}, text, 1)
    first = line_of(text, match.start("header"))
    reading = Reading()
    reading.note("the header stands in an HTML comment; read all the same", first - 1)
    recover(lines, first, reading, False)
    body = text[match.end() :]
    if not match["end"]:
        body = "<!-- " + body  # the comment goes on, and what it hides stays hidden
    return reading.header(body, line_of(text, match.end()))


def one_line(text: str, match: re.Match[str]) -> Header:
    """A header that lost its line ends: ``--- layout: post title: X``."""
    source = match["header"][: LIMITS.header_bytes]
    closed = re.search(r"\s-{3,}\s*$", source[-200:])
    if closed:
        source = source[: len(source) - (len(source[-200:]) - closed.start())]
    pieces = [piece.strip() for piece in _KNOWN_KEY_WITHIN.split(source) if piece.strip()]
    first = line_of(text, match.start("header"))
    reading = Reading()
    reading.note("the header stands on the line of its fence; its keys were told apart by name", first)
    for piece in pieces[:1_000]:
        by_lines([piece], first, reading, False, by_hand=True)
    end = match.end()
    if not closed:
        lines = text[end : end + LIMITS.header_bytes].split("\n")
        count = end_of_keys(lines, fenced=False, toml=False) if begins_with_key(lines[:1], False) else 0
        recover(lines[:count], first + 1, reading, False)
        if count < len(lines) and _LOOSE_FENCE.fullmatch(lines[count]):
            count += 1
        end = min(len(text), end + sum(len(line) + 1 for line in lines[:count]))
    return reading.header(text[end:], line_of(text, end))
