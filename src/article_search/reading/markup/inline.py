"""What is the visible text of a title or description? On one line, and without what is surely markup.

Not here: bodies (plain.py).
"""

from __future__ import annotations

import re
from html import unescape

from article_search.reading.markup.characters import INVISIBLE
from article_search.reading.markup.html_text import BREAKS, SPACES

_INLINE_MARKUP = re.compile(r"[<&*_`\[~]")
_LONGEST_LINE = 20_000  # characters of it that are looked at; descriptions are cut at fewer
_COMMENT = re.compile(r"<!--(?:(?!<!--|-->).)*-->|<(script|style)\b(?:(?!</?\1\b).)*</\1\s*>", re.S | re.I)
_KNOWN_TAG = re.compile(
    r"</?(a|abbr|b|big|blockquote|br|center|cite|code|dd|del|dfn|div|dl|dt|em|font|h[1-6]|hr|i|img|ins|kbd|li|mark|ol|p"
    r"|pre|q|s|samp|small|span|strike|strong|sub|sup|table|td|th|tr|tt|u|ul|var|wbr)(?:\s[^<>]*|\s*/)?>",
    re.I,
)
_CODE_SPAN = re.compile(r"(?<!`)(`{1,2})(?!`)([^`]+)(?<!`)\1(?!`)")
_BOLD = re.compile(r"(?<![\w*])\*\*(?=[^\s*])([^*]+)(?<=[^\s*])\*\*(?![\w*])")
_BOLD_UNDERSCORES = re.compile(r"(?<![\w_])__(?=[^\s_])([^\s_]+\s[^_]+)(?<=[^\s_])__(?![\w_])")
_ITALIC = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*]+)(?<=[^\s*])\*(?![\w*])")
_ITALIC_UNDERSCORES = re.compile(r"(?<!\w)_(?=[^\s_])([^_]+)(?<=[^\s_])_(?!\w)")
_STRUCK = re.compile(r"(?<!~)~~(?=[^\s~])([^~]+)(?<=[^\s~])~~(?!~)")
_INLINE_LINK = re.compile(
    r"!?\[([^\[\]]{1,1000})\]\((?:https?:|mailto:|[/#.]|[^\s()]{1,200}\.)[^\s()]{0,2000}(?:\s\"[^\"]{0,500}\")?\)"
)


def inline_text(source: str) -> str:
    """The visible text of a title or description, on one line.

    Takes away only what is surely markup: ``snake_case``, ``C*``, ``a < b``, ``List<int>`` and ``[REVIEW]`` stay, and
    so does what starts a heading or list in a body (``#MeToo``, ``1) …``).
    """
    text = INVISIBLE.sub("", source[:_LONGEST_LINE])
    if _INLINE_MARKUP.search(text):
        if "<" in text:
            text = _KNOWN_TAG.sub(_tag_on_a_line, _COMMENT.sub(" ", text))
        text = _INLINE_LINK.sub(r"\1", text)
        text = _CODE_SPAN.sub(r"\2", text)
        for pattern in (_BOLD, _BOLD_UNDERSCORES, _ITALIC, _ITALIC_UNDERSCORES, _STRUCK):
            text = pattern.sub(r"\1", text)
        text = INVISIBLE.sub("", unescape(text)) if "&" in text else text
    return " ".join(text.split())


def _tag_on_a_line(match: re.Match[str]) -> str:
    name = match[1].lower()
    return " " if name in BREAKS or name in SPACES or name == "br" else ""
