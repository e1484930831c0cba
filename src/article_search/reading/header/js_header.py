"""What does a header say that is JavaScript, ``---js`` as Eleventy and gray-matter have it? Nothing of it is run.

Values that are written out, in an object or as constants, are read: text, numbers, dates made of text, lists and
objects of these. What JavaScript would have to work out is left out, and a note says so. Not here: the fences.
"""

from __future__ import annotations

import bisect
import re

from article_search.limits import LIMITS
from article_search.quoted import Quoted
from article_search.reading.header.parts import Reading, as_text, shown

_COMMENT = r"//[^\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/|\Z)"  # one without an end goes on to the end, and is read once
_BLANK = re.compile(rf"(?:\s++|{_COMMENT})*+")
_START = re.compile(r"(?:module\.exports\s*=|export\s+default\b|return\b)?\s*\(?\s*\{")
_CONSTANT = re.compile(r"^(?:export\s+)?(?:const|let|var)\s+([\w$]{1,80})\s*=", re.MULTILINE)
_KEY = re.compile(r"([\w$]{1,80})\s*(?=[:,}])")
_NUMBER = re.compile(r"-?\d[\w.]*+")
_NAME = re.compile(r"(true|false|null|undefined)\b")
_DATE = re.compile(r"new\s+Date\(\s*")
_MEMBER = re.compile(r"[\w$.]{1,80}")
_ENDS = re.compile(r"[,;}\])]|$")
# A piece of an expression that is skipped, beside texts: patterns, in which brackets mean nothing, any other character.
_PIECE = re.compile(
    rf"{_COMMENT}"
    # A pattern of hardly any length: one without an end is looked for from each slash.
    r"|(?<=[(,=:\[!&|?{};\s])/(?![/*\s])(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.){0,60}+\]){1,60}+/[a-z]*+|[\w$]++|\s++|.",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\n", "b": "", "f": " ", "v": " ", "0": "", "\n": ""}
_PAIRS = {"(": ")", "[": "]", "{": "}"}


class _WorkedOutError(Exception):
    """A value is not written out; JavaScript would have to work it out. ``place``: so far it has been read, so that
    what is nested is not read again for each bracket around it."""

    def __init__(self, place: int) -> None:
        super().__init__(place)
        self.place = place


def load(source: str, first: int) -> Reading:
    """What a header says whose first line is ``first`` of its file."""
    reader = _Reader(source)
    reading = Reading()
    start = _START.match(source, reader.blank(0))
    if start:
        found, left = reader.members(start.end())
    else:
        found, left = reader.constants()
    ends = [match.start() for match in re.finditer("\n", source)]  # of lines
    for key, value, place in found:
        reading.put(key, as_text(value), first + bisect.bisect_left(ends, place))
    for key, place in left:
        line = first + bisect.bisect_left(ends, place)
        reading.note(f"{shown(key)} is worked out by JavaScript, which is not run; left out", line)
    if not found and not left:
        reading.note("the header is JavaScript, which is not run, and none of it is a plain value", first)
    return reading


Found = list[tuple[str, object, int]]  # keys with their values, and where they stand
Left = list[tuple[str, int]]  # keys whose values are not written out


class _Reader:
    """Goes through a source; ``end`` is the place behind the members that were read last."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._quoted = Quoted(source)
        self.end = 0

    def blank(self, place: int) -> int:
        """The place behind white space and comments."""
        match = _BLANK.match(self._source, place)
        return match.end() if match else place

    def constants(self) -> tuple[Found, Left]:
        """Constants that are set at the beginning of a line."""
        found: Found = []
        left: Left = []
        place = 0
        while match := _CONSTANT.search(self._source, place):
            try:
                value, place = self._whole(match.end(), 0, "\n")
                found.append((match[1], value, match.start()))
            except _WorkedOutError as error:
                left.append((match[1], match.start()))
                place = error.place
        return found, left

    def members(self, place: int, depth: int = 0) -> tuple[Found, Left]:
        """The members of an object that begins before a place, as far as they can be told from each other."""
        found: Found = []
        left: Left = []
        while True:
            place = self.blank(place)
            if self._source[place : place + 1] in ("}", ""):
                self.end = place + 1
                return found, left
            string, name = self._quoted.match(place), _KEY.match(self._source, place)
            behind = self.blank(string.end() if string else name.end() if name else place)
            if self._source[behind : behind + 1] == ":" and (string or name):
                key = _text(string) if string else name[1] if name else ""
                try:
                    value, end = self._whole(behind + 1, depth + 1, "")
                    found.append((key, value, place))
                except _WorkedOutError as error:
                    left.append((key, place))
                    end = self._skipped(error.place)
            else:  # a method, a name alone, what is spread out
                match = _MEMBER.match(self._source, place)
                left.append((match[0] if match else self._source[place], place))
                end = self._skipped(place)
            end = self.blank(end)
            if self._source[end : end + 1] == ",":
                place = end + 1
            elif end > place:
                place = end
            else:  # a bracket that none has opened
                self.end = end
                return found, left

    def _whole(self, place: int, depth: int, line_end: str) -> tuple[object, int]:
        """A value that is written out, and the place behind it; what follows must end it."""
        value, end = self._value(self.blank(place), depth)
        behind = self.blank(end)
        ended = _ENDS.match(self._source, behind) or (line_end and line_end in self._source[end:behind])
        if not ended:
            raise _WorkedOutError(behind)
        return value, behind

    def _value(self, place: int, depth: int) -> tuple[object, int]:
        source = self._source
        if depth > LIMITS.header_depth:
            raise _WorkedOutError(place)
        if match := self._quoted.match(place):
            return _text(match), match.end()
        if match := _NUMBER.match(source, place):
            return match[0], match.end()
        if match := _NAME.match(source, place):
            return {"true": True, "false": False}.get(match[1]), match.end()
        if (match := _DATE.match(source, place)) and (said := self._quoted.match(match.end())):
            end = self.blank(said.end())
            if source[end : end + 1] == ")":
                return _text(said), end + 1
        if source[place : place + 1] == "[":
            return self._list(place + 1, depth)
        if source[place : place + 1] == "{":
            found, left = self.members(place + 1, depth)
            if left:
                raise _WorkedOutError(self.end)
            return {key: value for key, value, _ in found}, self.end
        raise _WorkedOutError(place)

    def _list(self, place: int, depth: int) -> tuple[list[object], int]:
        items: list[object] = []
        while self._source[(place := self.blank(place)) : place + 1] != "]":
            try:
                value, place = self._whole(place, depth + 1, "")
            except _WorkedOutError as error:
                raise _WorkedOutError(self._behind_list(error.place)) from None
            items.append(value)
            if self._source[place : place + 1] == ",":
                place += 1
            elif self._source[place : place + 1] != "]":
                raise _WorkedOutError(self._behind_list(place))
        return items, place + 1

    def _behind_list(self, place: int) -> int:
        """The place behind a list whose other items are not read."""
        while (place := self._skipped(place)) < len(self._source):
            place += 1
            if self._source[place - 1] == "]":
                break
        return place

    def _skipped(self, place: int) -> int:
        """The place behind an expression: of the comma or bracket that ends it."""
        waiting: list[str] = []
        while match := self._quoted.match(place, expressions=True) or _PIECE.match(self._source, place):
            piece = match[0]
            if not waiting and piece in (",", "}", "]", ")"):
                break
            if piece in _PAIRS:
                waiting.append(_PAIRS[piece])
            elif waiting and piece == waiting[-1]:
                waiting.pop()
            place = match.end()
        return place


def _text(match: re.Match[str]) -> str:
    return _ESCAPE.sub(_unescaped, match[1])


def _unescaped(match: re.Match[str]) -> str:
    code = match[1] or match[2] or match[3]
    if code:
        number = int(code, 16)
        return chr(number) if number <= 0x10FFFF else ""
    return _ESCAPED.get(match[4], match[4])
