"""What text would a reader see of Markdown and HTML? ``plain_text`` for bodies, ``inline_text`` for one line.

Not here: HTML output of any kind; how text is cut into terms (text.py).
"""

from __future__ import annotations

import html
import re

_TAG = re.compile(r"<[/!a-zA-Z][^<>]*>")


def plain_text(source: str) -> str:
    """The visible text of Markdown or HTML; blocks are separated by one empty line."""
    blocks = re.split(r"\n\s*\n", html.unescape(_TAG.sub(" ", source.replace("\r\n", "\n"))))
    return "\n\n".join(filter(None, (" ".join(block.split()) for block in blocks)))


def inline_text(source: str) -> str:
    """The visible text of a title or description, on one line."""
    return " ".join(html.unescape(_TAG.sub("", source)).split())
