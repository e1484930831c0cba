"""What is the text of some HTML? One scan of our own, in linear time on broken and hostile input.

Not here: where the HTML comes from (commonmark.py).
"""

from __future__ import annotations

import re
from html import unescape

from article_search.reading.markup.characters import INVISIBLE
from article_search.reading.markup.placeholders import Placeholders

_SKIPPED = frozenset(
    "script style iframe svg template noscript noembed noframes object canvas audio video head select".split()
)
_SKIPPED_TO_THE_END = frozenset({"script", "style"})  # what follows one without end is no text
BREAKS = frozenset(
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer"
    " form h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol p pre section summary table tbody tfoot thead tr"
    " ul".split()
)
SPACES = frozenset("td th button input label textarea".split())
_CODE = frozenset("pre code kbd samp".split())
_TAG_START = re.compile(r"</?([A-Za-z][^\s/<>\"'=]{0,100})")
_ATTRIBUTE_OR_END = re.compile(r"=\s{0,10}(?:\"[^\"]*\"|'[^']*')|[<>]")
_ALT = re.compile(r"\salt\s{0,10}=\s{0,10}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.I)
_MOST_ATTRIBUTES = 100
_MOST_BROKEN = 20  # tags without an end; after so many there is no use in looking for ends
_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}  # str.lower can change the length


def blocks(html: str, placeholders: Placeholders) -> list[str]:
    """The texts of the blocks of HTML, blanks not yet folded, with what a reader sees of the ``placeholders``."""
    return _Scan(html, placeholders).blocks


class _Scan:
    """Goes over HTML once and collects the texts of its ``blocks``."""

    def __init__(self, html: str, placeholders: Placeholders) -> None:
        self.blocks: list[str] = []
        self._html = html
        self._lower = ""
        self._placeholders = placeholders
        self._pieces: list[str] = []
        self._code = 0  # elements of code that are open
        self._line_breaks = 0  # since the last text
        self._broken = 0
        self._absent: set[str] = set()  # marks there are no more of; each is looked for to the end only once
        self._scan()

    def _scan(self) -> None:
        html, position = self._html, 0
        while (start := html.find("<", position)) >= 0:
            self._text(html[position:start])
            if html.startswith("<!--", start):
                position = self._after("-->", start + 2, otherwise=start + 4)
            elif html.startswith(("<?php", "<?="), start):
                position = self._after("?>", start, otherwise=start + 2)
            elif html.startswith(("<!", "<?"), start):
                position = self._after(">", start, otherwise=start + 2)
            elif match := _TAG_START.match(html, start):
                position = self._tag(match)
            else:
                self._text("<")
                position = start + 1
        self._text(html[position:])
        self._end_block()

    def _after(self, mark: str, start: int, otherwise: int) -> int:
        """The place after the next ``mark``."""
        if mark not in self._absent:
            found = self._html.find(mark, start)
            if found >= 0:
                return found + len(mark)
            self._absent.add(mark)
        return otherwise

    def _text(self, text: str) -> None:
        if not text:
            return
        if "&" in text:
            text = unescape(text)
        text = text.replace("\r", "\n")
        if not self._code:
            text = text.replace("\n", " ")
        if self._placeholders:  # what they stand for can end a block
            text = self._placeholders.put_back(text, in_code=self._code > 0)
        if not text.isspace():
            self._line_breaks = 0
        self._pieces.append(INVISIBLE.sub("", text))

    def _end_block(self) -> None:
        if self._pieces:
            self.blocks.append("".join(self._pieces))
            self._pieces.clear()
        self._line_breaks = 0

    def _tag(self, match: re.Match[str]) -> int:
        """Takes one tag; gives the place after it."""
        html, name, closing = self._html, match[1].lower(), self._html[match.start() + 1] == "/"
        end = self._end_of_tag(match.end())
        if end < 0:
            self._text(match[0])
            return match.end()
        if name in BREAKS:
            self._end_block()
        elif name == "br":
            self._line_breaks += 1
            self._pieces.append(" ")
            if self._line_breaks == 2:
                self._end_block()
        elif name in SPACES:
            self._pieces.append(" ")
        elif name == "img" and (alt := _ALT.search(html, match.end(), end)):
            self._text(f" {alt[1] or alt[2] or alt[3] or ''} ")
        if name in _CODE:
            self._code = max(0, self._code + (-1 if closing else 1))
        if name in _SKIPPED and not closing and html[end - 2] != "/":
            return self._after_element(name, end)
        return end

    def _end_of_tag(self, position: int) -> int:
        """The place after a tag's ``>``, or before the ``<`` that shows it has none; -1 if it is no tag."""
        if self._broken > _MOST_BROKEN:
            return -1
        for _ in range(_MOST_ATTRIBUTES):
            match = _ATTRIBUTE_OR_END.search(self._html, position)
            if not match:
                break
            if match[0] == ">":
                return match.end()
            if match[0] == "<":
                return match.start()
            position = match.end()
        self._broken += 1
        return -1

    def _after_element(self, name: str, position: int) -> int:
        """The place of the closing tag of an element whose content is no text."""
        self._lower = self._lower or self._html.translate(_LOWER)
        mark = "</" + name
        if mark not in self._absent:
            found = self._lower.find(mark, position)
            if found >= 0:
                return found
            self._absent.add(mark)
        return len(self._html) if name in _SKIPPED_TO_THE_END else position
