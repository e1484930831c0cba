"""What does a header say that has no fences at all, as MultiMarkdown has it, ``Title: …``, and Nikola, ``.. title: …``?

It ends with an empty line, or stands in a comment. Only where a site's generator reads such headers: elsewhere these
lines may be prose. Not here: fences that are missing by mistake (broken_fences.py).
"""

from __future__ import annotations

import re

from article_search.limits import LIMITS
from article_search.reading.header.keys import KEY
from article_search.reading.header.parts import Header, Reading
from article_search.reading.header.recovery import by_lines

_OPENING = re.compile(r"\s*<!--[ \t]*\n|\n+")
_CLOSING = "-->"
_FIELD = re.compile(r"\.\. (?=[\w-]{1,80}:)")


def read(found: Header) -> Header:
    """The header of a file in which none was ``found``; the same if it does not begin with keys."""
    if found.metadata or found.body_line != 1:
        return found
    start = found.body[: LIMITS.header_bytes]
    opening = _OPENING.match(start)
    before = opening.end() if opening else 0
    lines = start[before:].split("\n")
    ends = (number for number, line in enumerate(lines) if not line.strip() or line.strip() == _CLOSING)
    end = next(ends, len(lines))
    keys = [_FIELD.sub("", line) for line in lines[:end]]
    if not keys or not KEY.match(keys[0]) or not all(KEY.match(line) or line[:1] in " \t" for line in keys):
        return found
    reading = Reading()
    first = start.count("\n", 0, before) + 1
    by_lines(keys, first, reading, False, by_hand=True)  # whose lines are no YAML
    end += end < len(lines) and lines[end].strip() == _CLOSING
    length = before + sum(len(line) + 1 for line in lines[:end])
    return Header(reading.metadata, found.body[length:], first + end, (*found.notes, *reading.notes), reading.lines)
