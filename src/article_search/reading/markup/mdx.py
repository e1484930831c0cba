"""What is seen of MDX, Markdown with JavaScript in it? The text within elements, and their titles and labels.

Imports, exports, expressions, comments and attributes are not seen. Nothing is run: an expression that is a string is
shown, any other is left out. Not here: which files are MDX (syntax.py).
"""

from __future__ import annotations

import re
from textwrap import dedent

from article_search.reading.markup.code_spans import code_spans
from article_search.reading.markup.formulas import FORMULA
from article_search.reading.markup.html_text import BREAKS
from article_search.reading.markup.placeholders import Placeholders

_SIGN = re.compile(
    rf"(?P<formula>{FORMULA})|(?P<escaped>\\.)|(?P<brace>\{{)|(?P<tag></?(?=[A-Za-z>]))"
    r"|^(?P<module>import|export)\b",
    re.M,
)
_MODULE = re.compile(
    r"import\s*(?:['\"]|[\w$*{][^;'\"]{0,500}?\bfrom\s*['\"])"
    r"|export\s+(?:default\b|\*|\{|(?:const|let|var|function|async|class|type|interface)\s+[\w${\[*])"
)
_JAVASCRIPT = re.compile(
    r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|(?<=\s)//[^\n]*|/\*|[{}()\[\]]|\n", re.S
)
_STRING = re.compile(r"\s*(?:\"((?:[^\"\\\n]|\\.)*)\"|'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\$]|\\.|\$(?!\{))*)`)\s*", re.S)
_NAME = re.compile(r"[A-Za-z][\w.-]{0,100}(?=[\s/>{])|(?=>)")
_ATTRIBUTE = re.compile(
    r"\s+|(?P<end>/?>)|(?:(?P<key>[\w:.-]{1,100})(?:\s{0,10}=\s{0,10}(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'"
    r"|(?P<value>\{))?)?)|(?P<spread>\{)"
)
_SEEN = frozenset("alt caption description heading label subtitle summary text title".split())
_LABEL = re.compile(r"\blabel\s{0,5}:\s{0,5}(?:\"([^\"\n]*)\"|'([^'\n]*)')")
_ITEM = re.compile(r"\"([^\"\n]*)\"|'([^'\n]*)'")
_KEPT = frozenset("code head noscript pre script style svg template textarea".split())  # for html_text.py to judge
_LONGEST = 10_000  # characters of one expression, element's tag or statement
_MOST_BROKEN = 20  # brackets that are not closed; after so many there is no use in looking for ends
_MOST_ATTRIBUTES = 100


def set_aside(source: str, placeholders: Placeholders) -> str:
    """The source as Markdown and HTML, with what is seen of JavaScript in it. Code and formulas stay as they are."""
    return _Reader(source, placeholders).read()


class _Reader:
    def __init__(self, source: str, placeholders: Placeholders) -> None:
        self._source = source
        self._placeholders = placeholders
        self._broken = 0
        self._module_end = 0  # of the last import or export

    def read(self) -> str:
        code = code_spans(self._source)
        number = position = done = 0
        pieces: list[str] = []
        block: list[str] = []
        while sign := _SIGN.search(self._source, position):
            start, position = sign.span()
            while number < len(code) and code[number][1] <= start:
                number += 1
            if number < len(code) and code[number][0] <= start:
                position = code[number][1]
                continue
            end, text = self._seen(sign)
            if end > 0:
                block.append(self._source[done:start])
                position = done = end
                if "\n" in text:  # what an element holds can be indented; Markdown would take that for lists in lists
                    pieces += dedent("".join(block)), text
                    block = []
                else:
                    block.append(text)
        return "".join(pieces) + dedent("".join(block) + self._source[done:])

    def _seen(self, sign: re.Match[str]) -> tuple[int, str]:
        """The place after what begins at the sign, and what is seen of it; -1 where it begins nothing."""
        if sign["brace"]:
            end = self._after_brackets(sign.start())
            string = _STRING.fullmatch(self._source, sign.end(), end - 1) if end > 0 else None
            return end, self._placeholders.seen(_group(string)) if string else ""
        if sign["tag"]:
            return self._element(sign)
        if sign["module"]:
            return self._module(sign.start()), ""
        return -1, ""

    def _after_brackets(self, start: int) -> int:
        """The place after the bracket that closes the one at ``start``; -1 if there is none near."""
        if self._broken > _MOST_BROKEN:
            return -1
        depth, position, limit = 0, start, start + _LONGEST
        while match := _JAVASCRIPT.search(self._source, position, limit):
            position = match.end()
            if match[0] == "/*":
                position = self._source.find("*/", position, limit) + 2
                if position < 2:
                    break
            depth += (match[0] in "([{") - (match[0] in ")]}")
            if depth <= 0:
                return position
        self._broken += 1
        return -1

    def _module(self, start: int) -> int:
        """The place after a statement of JavaScript, at the end of a line; -1 where the line is text."""
        before = self._source[max(0, start - 200) : start]
        if start > self._module_end + len(before) - len(before.rstrip()) and not re.search(
            r"\n[ \t]*\n\Z|^\s*\Z", before
        ):
            return -1
        opening = _MODULE.match(self._source, start)
        if not opening:
            return -1
        if self._source.startswith("import", start):
            end = self._source.find("\n", opening.end())
        else:
            end = self._end_of_export(start)
        self._module_end = end if end >= 0 else len(self._source)
        return self._module_end

    def _end_of_export(self, start: int) -> int:
        """The end of the line where all brackets are closed and no more follows; the first empty line if none is."""
        depth, position, limit = 0, start, start + (_LONGEST if self._broken <= _MOST_BROKEN else 0)
        while match := _JAVASCRIPT.search(self._source, position, limit):
            position = match.end()
            if match[0] == "/*":
                position = max(position, self._source.find("*/", position, limit) + 2)
            elif match[0] == "\n":
                line_end = self._source[max(0, match.start() - 100) : match.start()].rstrip()
                if depth <= 0 and (
                    line_end.endswith((";", "}", ")", "]")) or self._source[position : position + 1] in "\n"
                ):
                    return match.start()
            else:
                depth += (match[0] in "([{") - (match[0] in ")]}")
        self._broken += 1
        return self._source.find("\n\n", start)

    def _element(self, sign: re.Match[str]) -> tuple[int, str]:
        name = _NAME.match(self._source, sign.end())
        if not name:
            return -1, ""
        position, seen, braces, alt = name.end(), [], False, ""
        for _ in range(_MOST_ATTRIBUTES):
            part = _ATTRIBUTE.match(self._source, position)
            if not part:
                return -1, ""
            position = part.end()
            if part["end"]:
                break
            text = part["double"] or part["single"] or ""
            if part["value"] or part["spread"]:
                braces = True
                position = self._after_brackets(part.end() - 1)
                if position < 0:
                    return -1, ""
                text = _text_of(part["key"] or "", self._source[part.end() : position - 1])
            if text and (part["key"] in _SEEN or part["value"]):
                seen.append(text)
                alt = text if part["key"] == "alt" else alt
        else:
            return -1, ""
        tag = self._source[sign.start() : position]
        if name[0][:1].islower() and (name[0] not in BREAKS or name[0] in _KEPT):
            if not braces:
                return -1, ""
            alt = f' alt="{self._placeholders.seen(alt)}"' if alt and name[0] == "img" else ""
            return position, f"{sign[0]}{name[0]}{alt}{'/' if tag.endswith('/>') else ''}>"
        if name[0][:1].islower():
            seen = []
        return position, self._instead(sign.start(), position, seen, is_block=name[0] in BREAKS)

    def _instead(self, start: int, end: int, seen: list[str], is_block: bool) -> str:
        """What is left of an element's tag: nothing within a line, the end of a block on its own or before one."""
        begins = (
            self._source[max(0, start - 100) : start].rpartition("\n")[2].isspace()
            or self._source[start - 1 : start] in "\n"
        )
        ends = self._source[end : end + 1] in "\n"
        texts = [self._placeholders.seen(text) for text in seen]
        if is_block or (begins and (ends or texts)):
            return "\n\n" + "".join(text + "\n\n" for text in texts)
        return "".join(f" {text} " for text in texts)


def _text_of(key: str, expression: str) -> str:
    """What is seen of an attribute's value in braces: a string, a list of strings, the labels of a list."""
    if key in _SEEN:
        string = _STRING.fullmatch(expression)
        return _group(string) if string else ""
    if key == "values":
        return " ".join(_group(match) for match in _LABEL.finditer(expression))
    if key == "items":
        return " ".join(_group(match) for match in _ITEM.finditer(expression))
    return ""


def _group(match: re.Match[str]) -> str:
    return match[match.lastindex or 0]
