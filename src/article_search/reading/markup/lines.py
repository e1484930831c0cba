"""Which whole lines are for the generator only, whatever generator it is? Contents, snippets, abbreviations.

Not here: lines that belong to blocks (containers.py, admonitions.py).
"""

from __future__ import annotations

import re

from article_search.reading.markup.placeholders import Placeholders

# A sign without which there is no such line -> the line.
_LINES = {
    "8<-": re.compile(r"^[ \t]*-{1,10}8<-{1,10}(?:[ \t]*\n(?:.*\n){1,50}?[ \t]*-{1,10}8<-{1,10}[ \t]*$|.*$)", re.M),
    "*[": re.compile(r"^[ \t]*\*\[[^\[\]\n]{1,100}\]:.*$", re.M),
    "]": re.compile(r"^[ \t]*\[(?:TOC|toc|\[(?:TOC|toc|_TOC_)\])\][ \t]*$", re.M),
    # kramdown puts the contents in place of a list.
    "toc": re.compile(
        r"^[ \t]*(?:[-*+]|\d{1,9}\.)[ \t][^\n]{0,200}\n[ \t]*\{:[ \t]*(?:\.[\w-]+[ \t]+)*toc\b[^{}\n]*\}", re.M
    ),
    "<<<": re.compile(r"^[ \t]*<<<[ \t]+[@./]\S.*$", re.M),
}


def set_aside(source: str, placeholders: Placeholders) -> str:
    """The source with placeholders for lines that nobody sees."""
    for sign, line in _LINES.items():
        if sign in source:
            source = line.sub(lambda match: placeholders.put(match[0]), source)
    return source
