"""Where does a header end and the body begin, and which reader is the header for? Fences as they should be.

Not here: fences that are missing or misplaced (broken_fences.py), what a header says (its readers).
"""

from __future__ import annotations

import re

from article_search.limits import LIMITS
from article_search.reading.header import broken_fences, js_header, json_header, recovery
from article_search.reading.header.keys import is_known
from article_search.reading.header.parts import Header, Reading, line_of
from article_search.reading.report import Note

_OPENING = re.compile(
    r"\s*(?P<fence>-{3,}|\+{3,}|;{3,})[ \t]*(?:(?P<language>yaml|yml|toml|json5?|js|javascript)[ \t]*)?(?:\n|\Z)"
)
_ONLY_CLOSED = re.compile(r"\s*(?=\"[\w-]{1,80}\"\s*:)")  # JSON without braces and opening fence, as in Hexo
_COMMENTED = re.compile(r"\s*<!--\s*-{3,}[ \t]*\n(?P<header>.*?)\n-{3,}(?:\s*(?P<end>-->))?[ \t]*(?:\n|\Z)", re.DOTALL)
_COMMENT = re.compile(r"\s*<!--.*?-->[ \t]*(?=\n)", re.DOTALL)
_ONE_LINE = re.compile(r"\s*-{3,}[ \t]*(?=[A-Za-z]\w*:[ \t])(?P<header>.*)(?:\n|\Z)")
_CLOSING = {
    "-": re.compile(r"^(?:-{3,}|\.{3})[ \t]*(?:\n|\Z)", re.MULTILINE),
    "+": re.compile(r"^\+{3,}[ \t]*(?:\n|\Z)", re.MULTILINE),
    ";": re.compile(r"^;{3,}[ \t]*(?:\n|\Z)", re.MULTILINE),
}


def split(text: str) -> Header:
    """Takes a text apart; one without a header is all body."""
    opening = _OPENING.match(text)
    if opening:
        return _fenced(text, opening)
    commented = _COMMENTED.match(text)
    if commented:
        return broken_fences.commented(text, commented)
    one_line = _ONE_LINE.match(text)
    if one_line:
        return broken_fences.one_line(text, one_line)
    if json_header.START.match(text):
        return json_header.split(text, len(text) - len(text.lstrip()))
    only_closed = _ONLY_CLOSED.match(text)
    if only_closed and (closing := _CLOSING[";"].search(text, 0, LIMITS.header_bytes)):
        return _braceless(text, only_closed.end(), closing)
    if is_known(text[: text.find("\n")]):
        unopened = broken_fences.unopened(text)
        if unopened:
            return unopened
    comment = _COMMENT.match(text)
    behind = _OPENING.match(text, comment.end()) if comment else None
    if behind:
        header = _fenced(text, behind)
        if header.metadata:
            return header
    return Header({}, text, 1)


def _fenced(text: str, opening: re.Match[str]) -> Header:
    start = opening.end()
    toml = opening["fence"][0] == "+" or opening["language"] == "toml"
    kind = opening["fence"][0]
    if (opening["language"] == "json" or kind == ";") and text[start:].lstrip().startswith("{"):
        return _fenced_json(text, start)
    closing = _CLOSING[kind].search(text, start)
    if opening["language"] in ("js", "javascript", "json5"):
        return _fenced_js(text, start, closing)
    if kind == ";":
        return _braceless(text, start, closing) if closing else Header({}, text, 1)
    if closing is None:
        return broken_fences.unclosed(text, start, toml)
    source = text[start : closing.start()]
    body = text[closing.end() :]
    first, body_line = line_of(text, start), line_of(text, closing.end())
    reading = Reading()
    if len(source) > LIMITS.header_bytes:
        reading.note(f"the header is over {LIMITS.header_bytes:,} characters; only its start was read, line by line", 1)
        recovery.by_lines(source[: LIMITS.header_bytes].split("\n"), first, reading, toml, by_hand=True)
        return reading.header(body, body_line)
    lines = source.split("\n")
    if recovery.read_lines(lines, first, reading, toml):
        return reading.header(body, body_line)
    if not source.strip():
        return Header({}, body, body_line)
    if not broken_fences.begins_with_key(lines, toml):
        note = Note("what stands between the fences has no keys; taken as text", first)
        return Header({}, f"{source}\n{body}", first, (note,))
    end = broken_fences.end_of_keys(lines, fenced=True, toml=toml)
    if not any(is_known(line) for line in lines[end:]) and end < len(lines):
        return broken_fences.unclosed(text, start, toml, end)
    recovery.by_lines(lines, first, reading, toml)
    return reading.header(body, body_line)


def _fenced_json(text: str, start: int) -> Header:
    header = json_header.split(text, start + len(text[start:]) - len(text[start:].lstrip()))
    body = re.sub(r"\A\s*[-;]{3,}[ \t]*(?:\n|\Z)", "", header.body, count=1)
    line = header.body_line + header.body[: len(header.body) - len(body)].count("\n")
    return Header(header.metadata, body, line, header.notes, header.lines)


def _braceless(text: str, start: int, closing: re.Match[str]) -> Header:
    """A header of JSON's members without the braces around them, which end with its closing fence."""
    source = text[start : closing.start()]
    header = json_header.split(f"{{{source}}}", 0)
    if not header.metadata:
        return Header({}, text, 1)
    before = line_of(text, start) - 1
    notes = tuple(Note(note.message, note.line and note.line + before) for note in header.notes)
    lines = {key: line + before for key, line in header.lines.items()}
    return Header(header.metadata, text[closing.end() :], line_of(text, closing.end()), notes, lines)


def _fenced_js(text: str, start: int, closing: re.Match[str] | None) -> Header:
    """A header of JavaScript; without its end, all of the file is text."""
    first = line_of(text, start)
    if closing is None or closing.start() - start > LIMITS.header_bytes:
        note = Note("the header is JavaScript without an end that can be found; taken as text", max(first - 1, 1))
        return Header({}, text, 1, (note,))
    reading = js_header.load(text[start : closing.start()], first)
    return reading.header(text[closing.end() :], line_of(text, closing.end()))
