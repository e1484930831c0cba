"""What does a header say that is a JSON object at the start of the file? All of it as text.

Not here: a fence around it (fences.py).
"""

from __future__ import annotations

import json
import re

from article_search.limits import LIMITS
from article_search.reading.header.parts import Header, Reading, as_text, line_of
from article_search.reading.header.recovery import by_lines

START = re.compile(r"\s*\{\s*(?:\"|\})")


def split(text: str, start: int) -> Header:
    """A header that is a JSON object at the start of the file; text that only looks like one stays text."""
    decoder = json.JSONDecoder(strict=False, parse_int=str, parse_float=str, parse_constant=str)
    first = line_of(text, start)
    reading = Reading()
    try:
        # One more than the cap, so that a longer object fails here, and not after it was read.
        found, length = decoder.raw_decode(text[start : start + LIMITS.header_bytes + 1])
        end = start + length
    except (ValueError, RecursionError):
        closing = re.compile(r"^\}[ \t]*$", re.MULTILINE).search(text, start)
        if not closing or closing.start() - start > LIMITS.header_bytes:
            return Header({}, text, 1)
        lines = [line.strip().rstrip(",") for line in text[start + 1 : closing.start()].split("\n")]
        reading.note("JSON refuses the header; it was read line by line", first)
        by_lines(lines, first, reading, False, by_hand=True)
        end = closing.end()
    else:
        for key, value in found.items():
            reading.put(key, as_text(value), first)
    if text[end : end + 1] == "\n":
        end += 1
    return reading.header(text[end:], line_of(text, end))
