"""What HTML does Markdown mean? By markdown-it as CommonMark with tables, or by less where that would take too long.

Not here: what a reader sees of the HTML (html_text.py).
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from article_search.reading.markup.characters import PARAGRAPH_END

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it import MarkdownIt
    from markdown_it.renderer import RendererProtocol
    from markdown_it.token import Token
    from markdown_it.utils import EnvType, OptionsDict

_LARGEST_RENDERED = 500_000  # characters; markdown-it takes a second or more for so many
_MOST_LINES = 20_000  # each can be a block of its own
_DENSEST_BLOCK = 50_000_000  # characters x marks of one block; markdown-it takes time in proportion to their product
_FILLED_IN = 1_000  # cells that tables lack, and one more for so many ...
_CHARS_A_CELL = 10  # ... characters; markdown-it fills them in, and some kilobytes may lack a million
_MARK = re.compile(r"[*_`\\~!\[\]<>&|]")

_LINK = re.compile(r"!?\[([^\[\]\n]{0,1000})\]\([^()\s]{0,2000}(?:\s\"[^\"\n]{0,500}\")?\)")
_VERBATIM = re.compile(r"<(?:pre|code|script|style|svg|textarea)\b", re.I)
_BOLD_IN_HTML = re.compile(r"\*\*(?=[^\s*])([^*\n]{1,500})\*\*")
_LINE_MARK = re.compile(
    r"^ {0,3}(?:#{1,6}[ \t]|(?:>[ \t]?)+|[-+*][ \t]|(?:```|~~~).*$|[-=*_][-=*_ \t]*$|\[[^\]\n]{1,200}\]: ?\S.*$)", re.M
)
_EMPHASIS = re.compile(r"(?<!\*)\*+(?=\w)|(?<=\w)\*+|(?<!\w)_+(?=[^\W_])|(?<=[^\W_])_+(?!\w)|`")


def html(source: str, indented_code: bool = True) -> str:
    """The HTML of Markdown, in time proportional to its length; MDX has no ``indented_code``."""
    return _stripped(source) if _is_too_much(source) else _markdown(indented_code).render(source)


@cache
def _markdown(indented_code: bool) -> MarkdownIt:
    from markdown_it import MarkdownIt  # imported late: a terminal search has no use for it

    markdown = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    if not indented_code:
        markdown.disable("code")
    markdown.add_render_rule("html_block", _html_block)
    return markdown


def _html_block(self: RendererProtocol, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
    """HTML as it stands, but for links and bold text that converters of old sites left within it."""
    block = tokens[idx].content
    if ("](" in block or "**" in block) and not _VERBATIM.search(block):
        block = _BOLD_IN_HTML.sub(r"\1", _without_links(block))
    return block


def _is_too_much(source: str) -> bool:
    if len(source) > _LARGEST_RENDERED or source.count("\n") > _MOST_LINES:
        return True
    if "|" in source and _cells_lacking(source) > _FILLED_IN + len(source) // _CHARS_A_CELL:
        return True
    if len(source) ** 2 <= _DENSEST_BLOCK:
        return False
    return any(len(block) * len(_MARK.findall(block)) > _DENSEST_BLOCK for block in PARAGRAPH_END.split(source))


def _cells_lacking(source: str) -> int:
    """How many cells the rows of tables have fewer than their heads; at least as many as markdown-it fills in."""
    lacking = columns = 0
    for line in source.split("\n"):
        line = line.strip(" \t>")
        if not line:
            columns = 0
            continue
        cells = line.removeprefix("|").removesuffix("|").count("|") + 1
        lacking += max(0, columns - cells)
        if "|" in line and not line.strip(" \t>|:-"):
            columns = max(columns, cells)
    return lacking


def _without_links(text: str) -> str:
    return _LINK.sub(r"\1", _LINK.sub(r"\1", text))  # twice: an image can be a link's text


def _stripped(source: str) -> str:
    """A stand-in for rendering: takes the commonest marks away without looking at what belongs together."""
    source = _EMPHASIS.sub("", _without_links(_LINE_MARK.sub("", source)))
    return "<p>".join(PARAGRAPH_END.split(source))
