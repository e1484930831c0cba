"""What is an article called, and what does it say of itself? Title and description, with a title for every article.

Not here: how either is indexed.
"""

from __future__ import annotations

import re

from article_search.limits import LIMITS
from article_search.reading.header.keys import DESCRIPTION_KEYS, TITLE_KEYS
from article_search.reading.markup import without_attributes
from article_search.reading.metadata.values import Values, clean, one_line, shown
from article_search.reading.names import Name

_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(.*)")
_CLOSING_HASHES = re.compile(r"(?:^|[ \t])#+$")
_HTML_HEADING = re.compile(r"<h[1-3][^<>]*>(.{1,2000}?)</h[1-3]>", re.IGNORECASE | re.DOTALL)
_UNDERLINE = re.compile(r" {0,3}(?:=+|--+)[ \t]*")
_HEADING_LINES = 200  # lines in which a heading is looked for; one further down titles a section


def title(values: Values, body: str, name: Name, untitled: str | None = None, by_heading: bool = False) -> str:
    """The title a header names, or else what the site's generator calls an ``untitled`` page, or else the first heading
    of the ``body``, or else the file's name. ``by_heading``: that heading is where titles belong, and worth no note."""
    for key in TITLE_KEYS:
        found = one_line(values.text(key))
        if found:
            return _cut(values, found, LIMITS.title_chars, key)
    if untitled:
        return _cut(values, clean(untitled), LIMITS.title_chars, None)
    found = one_line(without_attributes(_first_heading(body)))
    if found:
        if not by_heading:
            values.note(f"no title; the first heading was taken: {shown(found)}")
        return _cut(values, found, LIMITS.title_chars, None)
    found = one_line(re.sub(r"[-_\s]+", " ", name.undated)) or name.stem
    found = clean(found[:1].upper() + found[1:])
    values.note(f"no title; the file name was taken: {shown(found)}")
    return _cut(values, found, LIMITS.title_chars, None)


def _first_heading(body: str) -> str:
    """The first heading of a Markdown source, outside fenced code; empty if there is none near its start."""
    start = body[: LIMITS.header_bytes]
    fence = ""
    before = ""
    for line in start.split("\n", _HEADING_LINES)[:_HEADING_LINES]:
        marker = line.lstrip()[:3]
        if marker in ("```", "~~~"):
            fence = "" if fence == marker else fence or marker
        elif not fence:
            heading = _HEADING.fullmatch(line[: LIMITS.description_chars])
            if heading and (text := _CLOSING_HASHES.sub("", heading[1].rstrip()).rstrip()):
                return text
            if before and _UNDERLINE.fullmatch(line) and not before.startswith(("-", ">", "|")):
                return before
        before = line.strip() if not fence else ""
    html = _HTML_HEADING.search(start)
    return html[1] if html else ""


def description(values: Values) -> str:
    """What an article says of itself in a line, empty when it says nothing."""
    for key in DESCRIPTION_KEYS:
        text = one_line(values.text(key))
        if text and text.lower() not in ("true", "false"):
            return _cut(values, text, LIMITS.description_chars, key)
    seo = values.by_key.get("seo")
    nested = seo.get("description") if isinstance(seo, dict) else None
    return _cut(values, one_line(nested), LIMITS.description_chars, "seo") if isinstance(nested, str) else ""


def _cut(values: Values, text: str, limit: int, key: str | None) -> str:
    if len(text) <= limit:
        return text
    values.note(f"{key or 'the title'} is over {limit:,} characters long; the rest was cut off", key)
    return text[:limit].rstrip()
