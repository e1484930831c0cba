"""What does a header say that has no fences at all, as MultiMarkdown has it: lines ``Title: …`` up to an empty one?

Only where a site's generator reads such headers: elsewhere these lines may be prose. Not here: fences that are missing
by mistake (broken_fences.py).
"""

from __future__ import annotations

from article_search.limits import LIMITS
from article_search.reading.header.keys import KEY
from article_search.reading.header.parts import Header, Reading
from article_search.reading.header.recovery import by_lines


def read(found: Header) -> Header:
    """The header of a file in which none was ``found``; the same if it does not begin with keys."""
    if found.metadata or found.body_line != 1:
        return found
    start = found.body[: LIMITS.header_bytes]
    blank = len(start) - len(start.lstrip("\n"))
    lines = start[blank:].split("\n")
    end = next((number for number, line in enumerate(lines) if not line.strip()), len(lines))
    if not KEY.match(lines[0]) or not all(KEY.match(line) or line[0] in " \t" for line in lines[:end]):
        return found
    reading = Reading()
    by_lines(lines[:end], blank + 1, reading, False)
    length = blank + sum(len(line) + 1 for line in lines[:end])
    return Header(reading.metadata, found.body[length:], blank + end + 1, (*found.notes, *reading.notes), reading.lines)
