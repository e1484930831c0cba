"""What is the visible text of an article's body? That without markup is only folded, in a fraction of the time.

Not here: one line, such as a title (inline.py).
"""

from __future__ import annotations

import re

from article_search.reading.markup import commonmark, html_text
from article_search.reading.markup.characters import (
    INVISIBLE,
    INVISIBLE_LETTERS,
    ODD_INDENT,
    OTHER_BLANK,
    PARAGRAPH_END,
)
from article_search.reading.markup.syntax import CENSORED, EVERYWHERE, Syntax, set_aside, syntax_of

# Anything that Markdown, HTML or a template could read as more than text. A false alarm only costs time.
_MARKS = "`\\{~"
_UNDERSCORES = re.compile(r"_(?:(?<![^\W_].)|(?![^\W_]))")  # one between letters or digits is one of them
_TABLES = re.compile(r"\n[^\S\n]*(?:\|[^\S\n]*)?:?-+:?[^\S\n]*[|\n]")  # below the head of a table there is a line
_TAGS_AND_LINKS = re.compile(
    r"<[A-Za-z/!?]|&(?:#|[A-Za-z0-9]+;)|\][(\[:]|\[\[|\[(?:[\^!]|/?(?:caption|embed|gallery|playlist))", re.I
)
_LINE_STARTS = re.compile(
    r"\n(?:(?: {4}| {0,3}\t)"
    r"|[^\S\n]*(?:#{1,6}(?:\s|\Z)|>|[-+](?:\s|\Z)|\d{1,9}[.)](?:\s|\Z)|[-=]+[^\S\n]*(?:\n|\Z)"
    r"|:::?[A-Za-z: \t\n]|!!! |\?\?\?\+? |===[!+]? \"|-{1,10}8<-|\[(?:toc|TOC)\]))"
)
# Stars that could be emphasis, a bullet or a line; those that only follow a word begin nothing.
_STARS = re.compile(r"\*(?:(?<![A-Za-z*].)|(?=[^\s*!-/:-@\[-`{-~’”…]))")


def plain_text(source: str, path: str = "", generator: str = "") -> str:
    """The visible text of Markdown or HTML. Blocks are separated by one empty line, blanks within them are folded.

    The texts of links and images stay, their addresses go, and so do scripts, comments and template tags. ``path``
    and ``generator`` (a name in Rules, or nothing) tell what else than Markdown a source has. Any text is taken, in
    time proportional to its length.
    """
    if "\r" in source:
        source = source.replace("\r\n", "\n").replace("\r", "\n")
    prints = source.replace("\n", "").replace("\xa0", "").isprintable()
    if not prints or any(char in source for char in INVISIBLE_LETTERS):
        source = INVISIBLE.sub("", source)
    syntax = syntax_of(source, path, generator)
    source = f"\n{source}\n"
    if syntax.blade or syntax.mdx or syntax.vault or _has_markup(source):
        return _rendered_text(source, syntax)
    return _folded_quickly(source) if prints else _folded(source)


def _has_markup(source: str) -> bool:
    return bool(
        any(mark in source for mark in _MARKS)
        or ("_" in source and _UNDERSCORES.search(source))
        or ("|" in source and _TABLES.search(source))
        # What stands at no star to begin with does not after words are taken out.
        or ("*" in source and _STARS.search(source) and _STARS.search(CENSORED.sub("", source)))
        or _LINE_STARTS.search(source)
        or (any(mark in source for mark in "<&[") and _TAGS_AND_LINKS.search(source))
    )


def _rendered_text(source: str, syntax: Syntax = EVERYWHERE) -> str:
    source, placeholders = set_aside(OTHER_BLANK.sub(" ", ODD_INDENT.sub("", source)), syntax)
    html = commonmark.html(source, indented_code=not syntax.mdx)
    return _folded("\n\n".join(html_text.blocks(html, placeholders)))


def _folded(text: str) -> str:
    return "\n\n".join(filter(None, [" ".join(block.split()) for block in PARAGRAPH_END.split(text)]))


def _folded_quickly(text: str) -> str:
    """The same of text whose only blanks are line feeds, no-break spaces and blanks themselves."""
    blocks = []
    for block in PARAGRAPH_END.split(text.replace("\xa0", " ")):
        block = block.strip()
        if "  " in block or "\n" in block:
            block = " ".join(block.split())
        if block:
            blocks.append(block)
    return "\n\n".join(blocks)
