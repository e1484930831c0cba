"""What is seen of a container between lines of colons? Its title and what it holds.

``:::note[Title]``, ``::: tip Title``, ``::: {.note title="Title"}`` and the like: of Docusaurus and Starlight
(directives), VuePress and VitePress, pandoc and Quarto, MyST, Microsoft's documentation. Without a title a generator
writes the container's kind there, in the site's language; that is left out. Not here: admonitions by indentation and
callouts in quotations (admonitions.py).
"""

from __future__ import annotations

import re

from article_search.reading.markup.placeholders import BLOCK_END, Placeholders

_LINE = re.compile(r"^([ \t>]*)(:::.*|::[A-Za-z][\w-]*[\[{].*[\]}][ \t]*)$", re.M)
_PARTS = re.compile(
    r":{2,}(?P<gap>[ \t]*)(?P<name>[A-Za-z][\w.-]*|\{[^{}]*\})(?P<rest>.*?)[ \t]*(?:\{[^{}]*\})?[ \t]*:*[ \t]*"
)
_LABEL = re.compile(r"\[(.*)\]")
_ATTRIBUTE = re.compile(r"[\w-]+=")
_SEEN_ATTRIBUTE = re.compile(r"(?<![\w-])(?:title|label|caption|alt|alt-text)[ \t]*=[ \t]*(?:\"([^\"]*)\"|'([^']*)')")
# What follows the name of these is for the generator. Those of documentation at Microsoft end with a name of their own.
_UNTITLED = frozenset("code code-group code-tabs image moniker only raw slot tabs v-pre video zone".split())
_CLOSING = re.compile(r":{3,}[ \t]*(?:[\w-]+-end[ \t]*:*)?[ \t]*")
_TAB = re.compile(r"^([ \t]*)(@tab(?::active)?|==)[ \t]+(\S.*?)((?:#[\w-]+)?[ \t]*)$", re.M)


def set_aside(source: str, placeholders: Placeholders) -> str:
    """The source with the titles of containers, and placeholders for what stands around them."""
    if "::" not in source:
        return source
    lines = list(_LINE.finditer(source))
    last_end = max((line.start() for line in lines if _CLOSING.fullmatch(line[2])), default=-1)
    pieces: list[str] = []
    position = 0
    for line in lines:
        spans = _seen(line[2], may_be_prose=line.start() > last_end)
        if spans is not None:
            shown = placeholders.around(line[2], spans, BLOCK_END)
            pieces += source[position : line.start(2)], shown
            position = line.end()
    source = "".join(pieces) + source[position:]
    if pieces and ("@tab" in source or "\n==" in source):
        source = _TAB.sub(
            lambda tab: tab[1] + placeholders.around(tab[0][len(tab[1]) :], [_inside(tab)], BLOCK_END), source
        )
    return source


def _inside(tab: re.Match[str]) -> tuple[int, int]:
    return tab.start(3) - tab.start(2), tab.end(3) - tab.start(2)


def _seen(line: str, may_be_prose: bool) -> list[tuple[int, int]] | None:
    """Start and end of what is seen of a line; None for one that is no line of a container."""
    if _CLOSING.fullmatch(line):
        return []
    parts = _PARTS.fullmatch(line)
    if not parts or (may_be_prose and parts["gap"] and not line.endswith(":::") and parts["name"][0] != "{"):
        return None
    start = parts.start("rest")
    seen = [match.span(match.lastindex or 0) for match in _SEEN_ATTRIBUTE.finditer(line)]
    if label := _LABEL.match(line, start, parts.end("rest")):
        return [label.span(1)]
    title = parts["rest"].strip()
    if seen or not title or parts["name"] in _UNTITLED or _ATTRIBUTE.match(title):
        return seen
    start += len(parts["rest"]) - len(parts["rest"].lstrip())
    return [(start, start + len(title))]
