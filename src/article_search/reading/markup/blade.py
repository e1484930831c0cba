"""What is seen of Blade, the template language of Jigsaw, in a Markdown file? Neither directives nor expressions.

Only files that end in ``.blade.md`` are Blade. An ``@`` that is no directive is text, as it is for Blade itself. Not
here: what a template would make of a value.
"""

from __future__ import annotations

import re

from article_search.reading.markup.placeholders import Placeholders

_SIGN = re.compile(r"\{\{--|@?(?:\{\{|\{!!)|<\?php|(?<![\w@])(?P<at>@@?)(?P<name>[A-Za-z]\w*)")
_ENDS = {"{{--": "--}}", "{{": "}}", "{!!": "!!}", "<?php": "?>"}
_ARGUMENTS = re.compile(r"[ \t]*\(")
_IN_ARGUMENTS = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[()]", re.S)
_OF_ITS_OWN = re.compile(r"\(\s*['\"$\[]")  # what a site's own directive begins with; prose has a blank before it
_LONGEST_ARGUMENTS = 10_000  # characters
_MOST_BROKEN = 20  # arguments without an end; after so many there is no use in looking for ends

_WITH_ARGUMENTS = frozenset(
    "append aware case can canany cannot checked choice class component componentFirst dd disabled dump each elseif"
    " elsecan env error extends extendsFirst for foreach forelse fragment hasSection hasStack if include includeFirst"
    " includeIf"
    " includeUnless includeWhen inject isset js json lang method prepend prependOnce props push pushIf pushOnce"
    " readonly required section sectionMissing selected session slot stack style switch unless unset use vite while"
    " yield".split()
)
_BARE = frozenset(
    "append auth break continue csrf default else empty guest lang markdown once overwrite parent php"
    " prepend production show slot stop verbatim viteReactRefresh".split()
)


def set_aside(source: str, placeholders: Placeholders) -> str:
    """The source with placeholders for Blade; what is escaped or verbatim stays."""
    return _Reader(source, placeholders).read()


class _Reader:
    def __init__(self, source: str, placeholders: Placeholders) -> None:
        self._source = source
        self._placeholders = placeholders
        self._absent: set[str] = set()  # marks there are no more of; each is looked for to the end only once
        self._broken = 0

    def read(self) -> str:
        pieces: list[str] = []
        position = 0
        for sign in _SIGN.finditer(self._source):
            if sign.start() < position:
                continue
            end, seen = self._directive(sign) if sign["name"] else self._expression(sign)
            if end < 0:
                continue
            piece = self._source[sign.start() : end]
            pieces += self._source[position : sign.start()], self._placeholders.put(piece, seen)
            position = end
        return "".join(pieces) + self._source[position:]

    def _expression(self, sign: re.Match[str]) -> tuple[int, str]:
        """The place after an expression, and what is seen of it; -1 if it is none."""
        mark = sign[0].removeprefix("@")
        end = self._after(_ENDS[mark], sign.end())
        return end, self._source[sign.start() + 1 : end] if end > 0 and sign[0][0] == "@" else ""

    def _directive(self, sign: re.Match[str]) -> tuple[int, str]:
        name, end = sign["name"], sign.end()
        arguments = self._after_arguments(end)
        known = arguments > 0 and (name in _WITH_ARGUMENTS or _OF_ITS_OWN.match(self._source, end))
        bare = name in _BARE or name.startswith("end")
        if not known and not bare:
            return -1, ""
        if sign["at"] == "@@":
            return end, self._source[sign.start() + 1 : end]
        if name in ("php", "verbatim") and arguments < 0:
            inner_end = self._after("@end" + name, end)
            if inner_end > 0:
                inner = self._source[end : inner_end - len("@end" + name)]
                return inner_end, inner if name == "verbatim" else ""
        return (arguments if arguments > 0 else end), ""

    def _after(self, mark: str, start: int) -> int:
        if mark not in self._absent:
            found = self._source.find(mark, start)
            if found >= 0:
                return found + len(mark)
            self._absent.add(mark)
        return -1

    def _after_arguments(self, start: int) -> int:
        """The place after the brackets that follow a directive's name; -1 if there are none."""
        opening = _ARGUMENTS.match(self._source, start)
        if not opening or self._broken > _MOST_BROKEN:
            return -1
        depth = 0
        for match in _IN_ARGUMENTS.finditer(self._source, opening.end() - 1, opening.end() + _LONGEST_ARGUMENTS):
            depth += (match[0] == "(") - (match[0] == ")")
            if depth == 0:
                return match.end()
        self._broken += 1
        return -1
