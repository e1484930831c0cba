"""What is seen of the links, embeds, comments and ids of an Obsidian vault? The words of links; the rest is not.

``![[…]]`` and ``[[Page|shown]]`` mean one thing everywhere. The other signs could be text or code, and are read in a
vault only. Not here: callouts (admonitions.py).
"""

from __future__ import annotations

import re
from bisect import bisect_right

from article_search.reading.markup.code_spans import code_spans
from article_search.reading.markup.placeholders import Placeholders

_LINK = re.compile(r"(!?)\[\[(?=\S)([^\[\]|\n]{0,500}?)(?:\\?\|([^\[\]\n]{0,500}))?\]\](?!\()")
_CODE_BEFORE = re.compile(r"[A-Za-z0-9_\]\[]\[")
_SIZE = re.compile(r"\d+(?:x\d+)?")
_BLOCK = re.compile(r"#?\^[\w-]+$|#$")
_COMMENT = re.compile(r"%%")
_HIGHLIGHT = re.compile(r"(?<!=)==(?=[^\s=])([^=\n]{1,1000})(?<!\s)==(?!=)")
_BLOCK_ID = re.compile(r"(?:^|(?<=\s))\^[A-Za-z0-9-]{1,100}[ \t]*$", re.M)
_QUERY = re.compile(r"[ \t>]*[`~]{3,}[ \t]*(?:dataview|dataviewjs|query|tasks)\s")


def links(source: str, placeholders: Placeholders) -> str:
    """The source with the words of links that have some, without embeds."""
    return _with_links(source, placeholders, every=False) if "[[" in source else source


def vault(source: str, placeholders: Placeholders) -> str:
    """The source with what is seen of a vault's note."""
    code = code_spans(source)
    source = _without(source, [span for span in code if _QUERY.match(source, *span)])
    if "%%" in source:
        source = _without(source, _comments(source))
    if "[[" in source:
        source = _with_links(source, placeholders, every=True)
    if "==" in source:
        source = _HIGHLIGHT.sub(lambda match: placeholders.around(match[0], [(2, len(match[0]) - 2)]), source)
    return _BLOCK_ID.sub(lambda match: placeholders.put(match[0]), source) if "^" in source else source


def _with_links(source: str, placeholders: Placeholders, every: bool) -> str:
    def link(match: re.Match[str]) -> str:
        embed, target, shown = match.groups()
        start = match.start()
        if not (every or embed or (shown and not _CODE_BEFORE.match(source, max(0, start - 1)))):
            return match[0]
        if embed:
            names = [name for name in (shown or "").split("|") if name and not _SIZE.fullmatch(name)]
            return placeholders.put(match[0], " ".join(names))
        if shown:
            return placeholders.around(match[0], [(match.start(3) - start, match.end(3) - start)])
        return placeholders.put(match[0], _BLOCK.sub("", target).strip("#").replace("#", " > "))

    return _LINK.sub(link, source)


def _comments(source: str) -> list[tuple[int, int]]:
    """Start and end of the comments; one that is never closed is none."""
    code = code_spans(source)
    starts = [start for start, _ in code]
    marks = []
    for match in _COMMENT.finditer(source):
        before = bisect_right(starts, match.start()) - 1
        if before < 0 or code[before][1] <= match.start():
            marks.append(match)
    return [(first.start(), last.end()) for first, last in zip(marks[::2], marks[1::2], strict=False)]


def _without(source: str, spans: list[tuple[int, int]]) -> str:
    pieces, position = [], 0
    for start, end in spans:
        pieces.append(source[position:start])
        position = end
    return "".join(pieces) + source[position:]
