"""What is seen of a note in the margin? Its title and text.

Admonitions and tabs of MkDocs, ``!!! note "Title"`` and ``=== "Tab"``, have their text indented; callouts of Obsidian
and GitHub, ``> [!tip]- Title``, are quotations. Without a title a generator writes the note's kind there, in the
site's language; that is left out.

Not here: containers between lines of colons (containers.py).
"""

from __future__ import annotations

import re

from article_search.reading.markup.placeholders import BLOCK_END, Placeholders

_CALLOUT = re.compile(
    r"^([ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(?:>[ \t]?){1,20})"
    r"(\[![A-Za-z][\w -]{0,50}(?:\|[^\[\]\n]{0,200})?\][-+]?[ \t]*)(.*?)[ \t]*$",
    re.M,
)
_HEAD = re.compile(
    r"(?P<indent> *)(?:(?:!!!|\?\?\?\+?) [A-Za-z][\w-]*(?: [\w-]+)*|===[!+]?(?= \"))(?: \"(?P<title>.*)\")? *"
)
_FENCE = re.compile(r" *(`{3,}|~{3,})")
_STEP = 4  # blanks by which the text of an admonition is indented


def callouts(source: str, placeholders: Placeholders) -> str:
    """The source with the titles of callouts as paragraphs of their own."""
    if "[!" not in source:
        return source

    def callout(match: re.Match[str]) -> str:
        prefix, kind, title = match.groups()
        return prefix + placeholders.put(kind) + (title + placeholders.put("", BLOCK_END) if title else "")

    return _CALLOUT.sub(callout, source)


def admonitions(source: str, placeholders: Placeholders) -> str:
    """The source with admonitions and tabs as ordinary blocks, headed by their titles."""
    if not any(mark in source for mark in ("!!! ", "??? ", "???+ ", '=== "', '===! "', '===+ "')):
        return source
    lines = source.split("\n")
    done = []
    indents: list[int] = []  # of the texts of the admonitions that are open, in the source
    fence = ""
    for number, line in enumerate(lines):
        indent = len(line) - len(line.lstrip(" "))
        if line.strip():
            while indents and indent < indents[-1]:
                indents.pop()
                fence = ""
                done.append("")
        mark = _FENCE.match(line)
        if fence:
            fence = "" if mark and mark[1].startswith(fence) and not line.strip("`~ ") else fence
        elif mark:
            fence = mark[1]
        elif (head := _HEAD.fullmatch(line)) and (head["title"] or _has_text(lines, number, indent + _STEP)):
            title = placeholders.around(line.lstrip(" "), [_span(head)], BLOCK_END)
            done += "", line[_STEP * len(indents) : indent] + title, ""
            indents.append(indent + _STEP)
            continue
        done.append(line[_STEP * len(indents) :] if line.strip() else line)
    return "\n".join(done)


def _has_text(lines: list[str], number: int, indent: int) -> bool:
    """Whether the next line with anything on it is indented as the text of an admonition is."""
    after = next((line for line in lines[number + 1 : number + 4] if line.strip()), "")
    return after.startswith(" " * indent)


def _span(head: re.Match[str]) -> tuple[int, int]:
    start = len(head["indent"])
    return (head.start("title") - start, head.end("title") - start) if head["title"] else (head.end() - start,) * 2
