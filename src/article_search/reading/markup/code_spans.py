"""Where in a Markdown source is code, that other syntaxes leave alone? Found from the marks, before Markdown is read.

Not here: indented code, which is only to be told from a list's text by reading Markdown.
"""

from __future__ import annotations

import re

_MARK = re.compile(
    r"^(?P<line>[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(?P<fence>`{3,}(?=[^`\n]*$)|~{3,}).*$)"
    r"|(?P<ticks>`+)|(?P<gap>\n[ \t]*(?=\n))|\\`",
    re.M,
)
_CLOSING = re.compile(r"^[ \t>]*(?P<fence>`{3,}|~{3,})[ \t]*$", re.M)


def code_spans(source: str) -> list[tuple[int, int]]:
    """Start and end of fenced code and code spans, in order; a fence that is never closed fences nothing."""
    spans: list[tuple[int, int]] = []
    ticks: list[tuple[int, int]] = []  # runs of backticks in the paragraph so far
    position = 0
    open_to_the_end: set[str] = set()  # kinds of fence there is no more end of
    while match := _MARK.search(source, position):
        position = match.end()
        fence = match["fence"]
        if fence:
            spans += _inline(ticks)
            ticks = []
            end = -1 if fence in open_to_the_end else _end_of_fence(source, position, fence)
            if end < 0:
                open_to_the_end.add(fence)
            else:
                spans.append((match.start(), end))
                position = end
        elif match["ticks"]:
            ticks.append(match.span())
        elif match["gap"]:
            spans += _inline(ticks)
            ticks = []
    return spans + _inline(ticks)


def _end_of_fence(source: str, position: int, fence: str) -> int:
    for closing in _CLOSING.finditer(source, position):
        if closing["fence"].startswith(fence):
            return closing.end()
    return -1


def _inline(ticks: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The code spans between runs of backticks: each reaches to the next run of the same length."""
    next_of_length: dict[int, int] = {}
    partner = [-1] * len(ticks)
    for number in range(len(ticks) - 1, -1, -1):
        length = ticks[number][1] - ticks[number][0]
        partner[number] = next_of_length.get(length, -1)
        next_of_length[length] = number
    spans, number = [], 0
    while number < len(ticks):
        if partner[number] < 0:
            number += 1
        else:
            spans.append((ticks[number][0], ticks[partner[number]][1]))
            number = partner[number] + 1
    return spans
