"""What does the header of a content file say, and where does its body begin? ``read`` answers for any bytes at all.

YAML (by python-frontmatter), TOML and JSON headers are read; where their readers refuse one or would mislead, it is
read line by line, as its author meant it, and a note says so. Every plain value stays text, as it is written: ``010``,
``12:30:45`` and ``yes`` are titles. Not here: what the keys mean (article.py), dates (dates.py), markup (markup.py).
"""

from __future__ import annotations

import base64
import binascii
import functools
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from article_search.limits import LIMITS
from article_search.reading.report import Note

# Keys whose values are prose: an unquoted colon, bracket or hash sign in them is part of the text.
TITLE_KEYS = ("title", "post_title", "headline", "name", "linktitle")
DESCRIPTION_KEYS = (
    "description",
    "summary",
    "excerpt",
    "subtitle",
    "teaser",
    "lead",
    "blurb",
    "seo_description",
    "seodescription",
    "seo-description",
    "meta_description",
    "meta-description",
)
_PROSE_KEYS = frozenset((*TITLE_KEYS, *DESCRIPTION_KEYS, "seotitle", "seo_title"))
_LIST_KEYS = frozenset(("categories", "category", "tags", "tag"))
# Keys that tell a header from prose where no fence does.
_KNOWN_KEYS = (
    _PROSE_KEYS
    | _LIST_KEYS
    | frozenset(
        "layout author authors date published draft permalink url slug image thumbnail cover comments updated lastmod"
        " aliases keywords toc featured status type weight id lang".split()
    )
)


@dataclass(frozen=True, slots=True)
class Header:
    """A content file taken apart.

    ``metadata`` holds text, and lists and dicts of it; ``lines`` says where each of its keys stands. ``body`` is the
    source after the header, its first line being ``body_line`` of the file (from 1).
    """

    metadata: dict[str, object]
    body: str
    body_line: int
    notes: tuple[Note, ...] = ()
    lines: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Reading:
    """What has been read so far of one header."""

    metadata: dict[str, object] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def note(self, message: str, line: int | None = None) -> None:
        if len(self.notes) < LIMITS.warnings:
            self.notes.append(Note(message, line))

    def put(self, key: str, value: object, line: int) -> None:
        """Keeps a value; of keys given twice the last counts, as in every YAML reader, unless it says nothing."""
        if key in self.metadata:
            said = value not in ("", [], {})
            kept = "last" if said else "first"
            if self.metadata[key] != value:
                self.note(f"{_shown(key)} is given twice; the {kept} one counts", line)
            if not said:
                return
        self.metadata[key] = value
        self.lines[key] = line

    def header(self, body: str, body_line: int) -> Header:
        return Header(self.metadata, body, body_line, tuple(self.notes), self.lines)

    def add(self, other: _Reading) -> None:
        for note in other.notes:
            self.note(note.message, note.line)
        for key, value in other.metadata.items():
            self.put(key, value, other.lines.get(key, 1))


def read(data: bytes) -> Header:
    """Takes a content file apart. Raises ValueError, with a reason fit for a report, if nothing can be made of it."""
    notes: list[Note] = []
    text = _cleaned(_decoded(data, notes), notes)
    if not text.strip():
        raise ValueError("the file is empty")
    header = _split(text)
    if not header.metadata and not header.body.strip():
        raise ValueError("the file is empty but for the fence of a header")
    return Header(
        header.metadata, header.body, header.body_line, (*notes, *header.notes)[: LIMITS.warnings], header.lines
    )


# From bytes to text

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_MAGIC = (b"%PDF-", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"PK\x03\x04", b"\x1f\x8b", b"\x7fELF")
_SAMPLE = 64 * 2**10  # bytes looked at to tell text from other data
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\x1b")) + b"\x7f"
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_SILENT = "\f\u2028\u2029\ufeff"  # space of some kind; nothing is lost with them
_ESCAPED = re.compile("[\udc80-\udcff]+")


def _decoded(data: bytes, notes: list[Note]) -> str:
    if data.startswith(_MAGIC):
        raise ValueError("binary data, not text")
    bom, encoding = next((pair for pair in _BOMS if data.startswith(pair[0])), (b"", ""))
    data = data[len(bom) :]
    encoding = encoding or _utf16_without_bom(data) or "utf-8"
    if encoding == "utf-8":
        return _decoded_utf8(data, notes)
    text = data.decode(encoding, "replace")
    if text.count("\ufffd") > len(text) // 10:
        raise ValueError("binary data, not text")
    notes.append(Note(f"read as {encoding[:6].upper()}; UTF-8 is the encoding other programs expect", 1))
    return text


def _utf16_without_bom(data: bytes) -> str | None:
    """Western text in UTF-16 has a NUL in every other byte."""
    sample = data[:_SAMPLE]
    if len(data) % 2 or len(sample) < 8 or 0 not in sample:
        return None
    half = len(sample) // 2
    first, second = sample[::2].count(0) / half, sample[1::2].count(0) / half
    if second > 0.6 and first < 0.05:
        return "utf-16-le"
    return "utf-16-be" if first > 0.6 and second < 0.05 else None


def _decoded_utf8(data: bytes, notes: list[Note]) -> str:
    try:
        text = data.decode()
        broken = False
    except UnicodeDecodeError:
        text = data.decode(errors="surrogateescape")
        broken = True
    sample = data[:_SAMPLE]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if controls > len(sample) * (0.02 if broken else 0.3):
        raise ValueError("binary data, not text")
    if not broken:
        return text
    first = _ESCAPED.search(text)
    line = text.count("\n", 0, first.start()) + 1 if first else 1
    notes.append(Note("not valid UTF-8; the bytes in question were read as Windows-1252", line))
    return _ESCAPED.sub(lambda match: match[0].encode(errors="surrogateescape").decode("cp1252", "replace"), text)


def _cleaned(text: str, notes: list[Note]) -> str:
    """Line ends as ``\\n``; no control characters, no characters that YAML takes for a line end of its own."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.replace("\n", "").replace("\xa0", "").isprintable() or not _UNREADABLE.search(text):
        return text
    telling = next((match for match in _UNREADABLE.finditer(text) if match[0] not in _SILENT), None)
    if telling:
        line = text.count("\n", 0, telling.start()) + 1
        notes.append(Note(f"control character U+{ord(telling[0]):04X} dropped, and any others", line))
    return _UNREADABLE.sub(_replacement, text)


def _replacement(match: re.Match[str]) -> str:
    char = match[0]
    if char in "\f\u2028\u2029\x0b":
        return " "
    if "\x80" <= char <= "\x9f":  # in all likelihood Windows-1252, taken for Latin-1 by another program
        return bytes([ord(char)]).decode("cp1252", "ignore")
    return ""


# From text to header and body

_KEY = re.compile(
    r"(?P<indent> *)(?P<quote>[\"']?)(?P<key>[\w$@.-]{1,80}(?:(?: [\w$@.-]{1,80}){1,3}(?=[\"']?:(?:\s|$)))?)(?P=quote)"
    r"\s*:(?!//)\s*(?P<value>.*)"
)
_TOML_KEY = re.compile(r"(?P<indent>\s*)(?P<quote>[\"']?)(?P<key>[\w.-]{1,80})(?P=quote)\s*[=:](?!//)\s*(?P<value>.*)")
_OPENING = re.compile(r"\s*(?P<fence>-{3,}|\+{3,})[ \t]*(?:(?P<language>yaml|yml|toml|json)[ \t]*)?(?:\n|\Z)")
_COMMENTED = re.compile(r"\s*<!--\s*-{3,}[ \t]*\n(?P<header>.*?)\n-{3,}(?:\s*(?P<end>-->))?[ \t]*(?:\n|\Z)", re.DOTALL)
_COMMENT = re.compile(r"\s*<!--.*?-->[ \t]*(?=\n)", re.DOTALL)
_ONE_LINE = re.compile(r"\s*-{3,}[ \t]*(?=[A-Za-z]\w*:[ \t])(?P<header>.*)(?:\n|\Z)")
_CLOSING = {
    "-": re.compile(r"^(?:-{3,}|\.{3})[ \t]*(?:\n|\Z)", re.MULTILINE),
    "+": re.compile(r"^\+{3,}[ \t]*(?:\n|\Z)", re.MULTILINE),
}
_LOOSE_FENCE = re.compile(r"[ \t]*(?:-{3,}|\+{3,}|-->)[ \t]*")


def _split(text: str) -> Header:
    opening = _OPENING.match(text)
    if opening:
        return _fenced(text, opening)
    commented = _COMMENTED.match(text)
    if commented:
        return _commented(text, commented)
    one_line = _ONE_LINE.match(text)
    if one_line:
        return _one_line(text, one_line)
    if _JSON_START.match(text):
        return _json(text, len(text) - len(text.lstrip()))
    if _is_known(text[: text.find("\n")]):
        unopened = _unopened(text)
        if unopened:
            return unopened
    comment = _COMMENT.match(text)
    behind = _OPENING.match(text, comment.end()) if comment else None
    if behind:
        header = _fenced(text, behind)
        if header.metadata:
            return header
    return Header({}, text, 1)


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def _fenced(text: str, opening: re.Match[str]) -> Header:
    start = opening.end()
    first = _line(text, start)
    toml = opening["fence"][0] == "+" or opening["language"] == "toml"
    if opening["language"] == "json" and text[start:].lstrip().startswith("{"):
        header = _json(text, start + len(text[start:]) - len(text[start:].lstrip()))
        rest = re.sub(r"\A\s*-{3,}[ \t]*(?:\n|\Z)", "", header.body, count=1)
        line = header.body_line + header.body[: len(header.body) - len(rest)].count("\n")
        return Header(header.metadata, rest, line, header.notes, header.lines)
    closing = _CLOSING[opening["fence"][0]].search(text, start)
    if closing is None:
        return _unclosed(text, start, toml)
    source = text[start : closing.start()]
    body = text[closing.end() :]
    body_line = _line(text, closing.end())
    reading = _Reading()
    if len(source) > LIMITS.header_bytes:
        reading.note(f"the header is over {LIMITS.header_bytes:,} characters; only its start was read, line by line", 1)
        _by_lines(source[: LIMITS.header_bytes].split("\n"), first, reading, toml, by_hand=True)
        return reading.header(body, body_line)
    lines = source.split("\n")
    if _read_lines(lines, first, reading, toml):
        return reading.header(body, body_line)
    if not source.strip():
        return Header({}, body, body_line)
    if not _begins_with_key(lines, toml):
        note = Note("what stands between the fences has no keys; taken as text", first)
        return Header({}, f"{source}\n{body}", first, (note,))
    end = _end_of_keys(lines, fenced=True, toml=toml)
    if not any(_is_known(line) for line in lines[end:]) and end < len(lines):
        return _unclosed(text, start, toml, end)
    _by_lines(lines, first, reading, toml)
    return reading.header(body, body_line)


def _unclosed(text: str, start: int, toml: bool, end: int | None = None) -> Header:
    """A header without its closing fence: it ends where prose begins."""
    first = _line(text, start)
    lines = text[start : start + LIMITS.header_bytes].split("\n")
    if end is None:
        if not _begins_with_key(lines, toml):
            return _without_keys(text, start, first)
        end = _end_of_keys(lines, fenced=False, toml=toml)
    reading = _Reading()
    reading.note("the closing fence of the header is missing; the text was taken to begin here", first + end)
    _recover(lines[:end], first, reading, toml)
    if end < len(lines) and _LOOSE_FENCE.fullmatch(lines[end]):
        end += 1
    offset = min(len(text), start + sum(len(line) + 1 for line in lines[:end]))
    return reading.header(text[offset:], first + end)


def _unopened(text: str) -> Header | None:
    """A header without its opening fence, such as Hexo allows; None when the keys are not followed by a fence."""
    lines = text[: LIMITS.header_bytes].split("\n")
    end = _end_of_keys(lines, fenced=False, toml=False)
    if end >= len(lines) or not _LOOSE_FENCE.fullmatch(lines[end]):
        return None
    reading = _Reading()
    reading.note("the opening fence of the header is missing; read all the same", 1)
    _recover(lines[:end], 1, reading, False)
    offset = min(len(text), sum(len(line) + 1 for line in lines[: end + 1]))
    return reading.header(text[offset:], end + 2)


def _without_keys(text: str, start: int, first: int) -> Header:
    if text[start:].strip():
        return Header({}, text, 1)  # a rule across the page
    return Header({}, "", first)


def _begins_with_key(lines: Iterable[str], toml: bool) -> bool:
    pattern = _TOML_KEY if toml else _KEY
    for line in lines:
        if line.strip() and not line.lstrip().startswith("#"):
            return pattern.match(line) is not None or (toml and line.lstrip().startswith("["))
    return False


def _end_of_keys(lines: list[str], *, fenced: bool, toml: bool) -> int:
    """The number of the line with which prose begins; ``len(lines)`` if there is none.

    Between fences only prose after an empty line counts; without a closing fence so does any other line that can
    be no part of a header.
    """
    pattern = _TOML_KEY if toml else _KEY
    blank = 0  # empty lines before this one
    for number, line in enumerate(lines):
        if not line.strip():
            blank += 1
            continue
        if not fenced and _LOOSE_FENCE.fullmatch(line):
            return number
        if fenced and not blank:
            part_of_header = True  # even prose: a value may go on without an indent
        elif line[0] in " \t-]}[,":
            part_of_header = fenced or not blank
        elif line[0] == "#":
            part_of_header = fenced or (not blank and line[:2] == "# ")
        elif blank and not fenced:
            part_of_header = _is_known(line)
        else:
            part_of_header = pattern.match(line) is not None
        if not part_of_header:
            return number - blank
        blank = 0
    return len(lines)


def _is_known(line: str) -> bool:
    match = _TOML_KEY.match(line)
    return match is not None and match["key"].lower() in _KNOWN_KEYS


def _commented(text: str, match: re.Match[str]) -> Header:
    """A header inside an HTML comment, which hides it from other Markdown readers."""
    lines = match["header"].split("\n")
    if not _begins_with_key(lines, False):
        return Header({}, text, 1)
    first = _line(text, match.start("header"))
    reading = _Reading()
    reading.note("the header stands in an HTML comment; read all the same", first - 1)
    _recover(lines, first, reading, False)
    body = text[match.end() :]
    if not match["end"]:
        body = "<!-- " + body  # the comment goes on, and what it hides stays hidden
    return reading.header(body, _line(text, match.end()))


_KNOWN_KEY_WITHIN = re.compile(rf"(?:^|\s)(?=(?:{'|'.join(sorted(map(re.escape, _KNOWN_KEYS)))}):\s)", re.IGNORECASE)


def _one_line(text: str, match: re.Match[str]) -> Header:
    """A header that lost its line ends: ``--- layout: post title: X``."""
    source = match["header"][: LIMITS.header_bytes]
    closed = re.search(r"\s-{3,}\s*$", source[-200:])
    if closed:
        source = source[: len(source) - (len(source[-200:]) - closed.start())]
    pieces = [piece.strip() for piece in _KNOWN_KEY_WITHIN.split(source) if piece.strip()]
    first = _line(text, match.start("header"))
    reading = _Reading()
    reading.note("the header stands on the line of its fence; its keys were told apart by name", first)
    for piece in pieces[:1_000]:
        _by_lines([piece], first, reading, False, by_hand=True)
    end = match.end()
    if not closed:
        lines = text[end : end + LIMITS.header_bytes].split("\n")
        count = _end_of_keys(lines, fenced=False, toml=False) if _begins_with_key(lines[:1], False) else 0
        _recover(lines[:count], first + 1, reading, False)
        if count < len(lines) and _LOOSE_FENCE.fullmatch(lines[count]):
            count += 1
        end = min(len(text), end + sum(len(line) + 1 for line in lines[:count]))
    return reading.header(text[end:], _line(text, end))


# YAML and TOML as they should be


def _read_lines(lines: list[str], first: int, reading: _Reading, toml: bool) -> bool:
    """Reads a whole header by its own reader. False, with nothing changed, if that refuses it or finds no keys."""
    try:
        found = _load_toml(lines, first) if toml else _load_yaml(lines, first)
    except _refusals():
        return False
    if found is None:
        return False
    reading.add(found)
    return True


def _recover(lines: list[str], first: int, reading: _Reading, toml: bool) -> None:
    """Reads a header by its own reader, or else line by line."""
    if not _read_lines(lines, first, reading, toml):
        _by_lines(lines, first, reading, toml)


@functools.cache
def _refusals() -> tuple[type[Exception], ...]:
    import yaml

    return (yaml.YAMLError, ValueError, RecursionError, OverflowError)


def _load_yaml(lines: list[str], first: int) -> _Reading | None:
    """The header by python-frontmatter, after prose that YAML would misread was quoted; None when it is no mapping."""
    if reading := _load_simple_yaml(lines, first):
        return reading
    reading = _Reading()
    lines = _prose_quoted(lines, first, reading)
    load = _yaml_loader()
    load("\n".join(lines), reading, first)
    return reading if reading.lines else None


_NAME = r" *+[A-Za-z0-9][A-Za-z0-9 _./+-]*+"
# A key and a plain or quoted value, or a list of names, that leave a reader of YAML nothing to decide.
_SIMPLE_YAML = re.compile(
    r"(?P<key>[A-Za-z_][A-Za-z0-9_-]{0,60}):"
    r"(?: ++(?:(?P<plain>\w(?:[^:#\t]|:(?=\S)|(?<=\S)#)*+)"
    r"|(?P<quote>[\"'])(?P<quoted>[^\"'\\\t]*+)(?P=quote) *+"
    rf"|\[(?P<names>(?:{_NAME},)*+{_NAME})\] *+)| *+)"
)


def _load_simple_yaml(lines: list[str], first: int) -> _Reading | None:
    """What YAML makes of a header of simple lines, as most are, in a fraction of the time; None for any other."""
    reading = _Reading()
    found: list[tuple[str, object, int]] = []
    for number, line in enumerate(lines, first):
        match = _SIMPLE_YAML.fullmatch(line)
        if match:
            key, plain, quoted, names = match.group("key", "plain", "quoted", "names")
            value: object = quoted or ""
            if plain:
                value = plain = plain.rstrip(" ")
                if key.lower() == "title":
                    _note_misread_title(plain, number, reading.note)
            elif names:
                if key.lower() in _PROSE_KEYS:
                    return None
                value = [name.strip(" ") for name in names.split(",")]
            found.append((key, value, number))
        elif line.strip(" "):
            return None
    for key, value, number in found:
        reading.put(key, value, number)
    return reading if found else None


@functools.cache
def _yaml_loader() -> Callable[[str, _Reading, int], None]:
    """python-frontmatter is imported with the first header: a search has no need of it."""
    from frontmatter.default_handlers import YAMLHandler
    from yaml import CSafeLoader

    class Loader(CSafeLoader):
        """The safe loader in C, with text for every scalar and without recursion.

        It is asked for events only: its own way from there to objects recurses in C, which ends in a crash.
        """

        def get_single_data(self) -> Any:
            return _from_events(self.get_event)

    handler = YAMLHandler()

    def load(source: str, reading: _Reading, first: int) -> None:
        root = handler.load(source, Loader=Loader)
        if isinstance(root, _Mapping):
            for message, line in root.notes:
                reading.note(message, first + line)
            for key, value, line in root.pairs:
                reading.put(key, value, first + line)

    return load


@dataclass(slots=True)
class _Mapping:
    """The top of a YAML header: its pairs with their lines, counted from 0."""

    pairs: list[tuple[str, object, int]]
    notes: list[tuple[str, int]]


_UNUSED = object()  # stands for a key that is no text


@dataclass(slots=True)
class _Open:
    """A YAML collection not yet at its end; a mapping's ``key`` waits for its value."""

    value: list[object] | dict[str, object]
    anchor: str | None = None
    key: object = None
    key_line: int = 0


def _from_events(next_event: Callable[[], Any]) -> object:
    """Text, lists and dicts from YAML's events. Raises ValueError over a cap or at an unknown alias."""
    pairs: list[tuple[str, object, int]] = []
    notes: list[tuple[str, int]] = []
    anchors: dict[str, object] = {}
    aliases = 0
    stack: list[_Open] = []
    while True:
        event = next_event()
        kind = type(event).__name__
        if kind == "ScalarEvent":
            value: object = _scalar(event, stack, notes)
        elif kind in ("SequenceStartEvent", "MappingStartEvent"):
            if len(stack) >= LIMITS.header_depth:
                raise ValueError(f"nested more than {LIMITS.header_depth} deep")
            if event.tag and not event.tag.startswith("tag:yaml.org,2002:"):
                notes.append((f"the tag {_shown(event.tag)} was ignored", event.start_mark.line))
            stack.append(_Open([] if kind == "SequenceStartEvent" else {}, event.anchor))
            continue
        elif kind == "AliasEvent":
            aliases += 1
            if aliases > LIMITS.header_aliases or event.anchor not in anchors:
                raise ValueError("too many aliases" if event.anchor in anchors else "unknown alias")
            value = anchors[event.anchor]
        elif kind in ("SequenceEndEvent", "MappingEndEvent"):
            closed = stack.pop()
            value = closed.value
            if closed.anchor:
                anchors[closed.anchor] = value
            if not stack:
                return _Mapping(pairs, notes) if isinstance(value, dict) else value
        elif kind in ("DocumentEndEvent", "StreamEndEvent"):
            return None
        else:
            continue
        if not stack:
            return value
        if kind == "ScalarEvent" and event.anchor:
            anchors[event.anchor] = value
        _place(value, event.start_mark.line, stack, pairs, notes)


def _place(
    value: object, line: int, stack: list[_Open], pairs: list[tuple[str, object, int]], notes: list[tuple[str, int]]
) -> None:
    """Puts a complete value where it belongs: into its list, or as key or value into its mapping."""
    top = stack[-1]
    if isinstance(top.value, list):
        top.value.append(value)
        return
    if top.key is None:
        top.key = value if isinstance(value, str) else _UNUSED
        top.key_line = line
        return
    key, top.key = top.key, None
    if not isinstance(key, str):
        notes.append(("a key that is no text was left out", top.key_line))
    elif key == "<<":
        merged = _merged(value)
        if not merged:
            notes.append(("<< has no mapping to merge; left out", top.key_line))
        for name in merged.keys() - top.value.keys():
            top.value[name] = merged[name]
            if len(stack) == 1:
                pairs.append((name, merged[name], top.key_line))
    else:
        top.value[key] = value
        if len(stack) == 1:
            pairs.append((key, value, top.key_line))


def _merged(value: object) -> dict[str, object]:
    merged: dict[str, object] = {}
    for part in value if isinstance(value, list) else [value]:
        if isinstance(part, dict):
            merged = {**part, **merged}
    return merged


_PLAIN_KINDS = {
    "int": "a number",
    "float": "a number",
    "bool": "true or false",
    "timestamp": "a date",
    "null": "nothing",
}


def _scalar(event: Any, stack: list[_Open], notes: list[tuple[str, int]]) -> str:
    text: str = event.value
    line: int = event.start_mark.line
    tag: str = event.tag or ""
    if tag.removeprefix("tag:yaml.org,2002:") in ("binary", "!binary"):
        return _from_base64(text, tag, line, notes)
    if tag and tag != "!" and not tag.startswith("tag:yaml.org,2002:"):
        notes.append((f"the tag {_shown(tag)} was ignored", line))
    if not event.style and not tag and len(stack) == 1 and str(stack[0].key).lower() == "title":
        _note_misread_title(text, line, lambda message, line: notes.append((message, line)))
    return text


def _note_misread_title(text: str, line: int, note: Callable[[str, int], None]) -> None:
    kind = _misread_as(text)
    if kind and text != "~":
        note(f"YAML takes the title {_shown(text)} for {kind}; it was taken as text", line)


def _misread_as(text: str) -> str | None:
    """What YAML's own rules make of a plain scalar, if not text."""
    from yaml import SafeLoader

    for tag, pattern in SafeLoader.yaml_implicit_resolvers.get(text[:1], []) if text else []:
        if pattern.match(text):
            return _PLAIN_KINDS.get(tag.rpartition(":")[2])
    return None


def _from_base64(text: str, tag: str, line: int, notes: list[tuple[str, int]]) -> str:
    try:
        data = base64.b64decode("".join(text.split()).encode(), validate=True)
    except (binascii.Error, ValueError):
        notes.append((f"{_shown(text)} is no base64; taken as text", line))
        return text
    if tag == "!binary":
        notes.append(("the old tag !binary was read as base64", line))
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


_TOML_DOTS = 200  # dots in a line; tomllib takes quadratic time and memory for a key of many parts


def _load_toml(lines: list[str], first: int) -> _Reading | None:
    import tomllib

    if any(line.count(".") > _TOML_DOTS for line in lines):
        raise ValueError("a key of too many parts")
    source = "\n".join(lines)
    found = tomllib.loads(source, parse_float=str)
    reading = _Reading()
    places: dict[str, int] = {}
    for number, line in enumerate(lines):
        match = _TOML_KEY.match(line)
        if match:
            places.setdefault(match["key"], first + number)
    for key, value in found.items():
        reading.put(key, _as_text(value), places.get(key, first))
    return reading


def _as_text(value: object, depth: int = 0) -> object:
    """The value of another reader in the terms of this one: text, lists and dicts."""
    if depth > LIMITS.header_depth:
        return ""
    if isinstance(value, list):
        return [_as_text(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {str(key): _as_text(item, depth + 1) for key, item in value.items()}
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    return "" if value is None else str(value)


_JSON_START = re.compile(r"\s*\{\s*(?:\"|\})")


def _json(text: str, start: int) -> Header:
    """A header that is a JSON object at the start of the file; text that only looks like one stays text."""
    decoder = json.JSONDecoder(strict=False, parse_int=str, parse_float=str, parse_constant=str)
    first = _line(text, start)
    reading = _Reading()
    try:
        # One more than the cap, so that a longer object fails here, and not after it was read.
        found, length = decoder.raw_decode(text[start : start + LIMITS.header_bytes + 1])
        end = start + length
    except (ValueError, RecursionError):
        closing = re.compile(r"^\}[ \t]*$", re.MULTILINE).search(text, start)
        if not closing or closing.start() - start > LIMITS.header_bytes:
            return Header({}, text, 1)
        lines = [line.strip().rstrip(",") for line in text[start + 1 : closing.start()].split("\n")]
        reading.note("JSON refuses the header; it was read line by line", first)
        _by_lines(lines, first, reading, False, by_hand=True)
        end = closing.end()
    else:
        for key, value in found.items():
            reading.put(key, _as_text(value), first)
    if text[end : end + 1] == "\n":
        end += 1
    return reading.header(text[end:], _line(text, end))


# Line by line, where they are not

_QUOTED = re.compile(r"(?:\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*')\s*(?:#.*)?")
_BLOCK = re.compile(r"[|>][+-]?\d?[+-]?\s*(?:#.*)?")
_TAGGED = re.compile(r"!(?:!\w+|binary|str|ruby/\S+)(?:\s|$)")
_PLACEHOLDER = re.compile(r"\{\{.*\}\}|\{%.*%\}|<%.*%>")
_PLAIN = re.compile(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`][^:#\t]*")
_ITEM = re.compile(r"\s*-(?:\s+(.*)|\s*)$")
_LONGEST_CHUNK = 10_000  # characters of one value that are worth a YAML reader


def _prose_quoted(lines: list[str], first: int, reading: _Reading) -> list[str]:
    """The lines, with values quoted where YAML would refuse, cut or twist what is plainly prose."""
    anchors = frozenset[str]()
    quoted = list(lines)
    goes_on = False  # whether the line after this one is no key of its own
    for number in range(len(lines) - 1, -1, -1):
        line = lines[number]
        key = None if line[:1] in " -#\t" else _KEY.match(line)
        match = None if goes_on else key
        if match and match["value"] and not _PLAIN.fullmatch(match["value"]):
            if match["value"][0] in "&*" and not anchors:
                anchors = frozenset(re.findall(r"[:,\[-]\s+([&*][\w-]+)", "\n".join(lines)))
            quoted[number] = _quoted_where_needed(match, anchors, first + number, reading) or line
        if line.strip() and line[0] != "#":
            goes_on = key is None or _closes_quote(key)
    return quoted


def _closes_quote(match: re.Match[str]) -> bool:
    """Whether what looks like a key and a value is the end of a quoted text of several lines."""
    value = match["value"].rstrip()
    return value[-1:] in ("'", '"') and value[:1] != value[-1:] and match["key"].lower() not in _KNOWN_KEYS


def _quoted_where_needed(match: re.Match[str], anchors: frozenset[str], line: int, reading: _Reading) -> str | None:
    key, value = match["key"], match["value"].rstrip()
    if _PLACEHOLDER.fullmatch(value):
        return f"{key}: {json.dumps(value, ensure_ascii=False)}"
    reason = None
    if key.lower() in _PROSE_KEYS:
        reason = _why_prose(value, anchors)
        if not reason and key.lower() == "title" and value[0] not in "'\"|>" and re.search(r"\s#\s", value):
            reading.note(f"{_shown(key)} ends before ' # ', where YAML begins a comment", line)
    elif key.lower() in _LIST_KEYS and value[0] not in "\"'[{" and re.search(r"(?:^|\s)#\S", value):
        reason = "an unquoted hash sign"
    if not reason:
        return None
    reading.note(f"{_shown(key)} has {reason}; taken as text", line)
    return f"{key}: {json.dumps(_unquoted(value), ensure_ascii=False)}"


def _why_prose(value: str, anchors: frozenset[str]) -> str | None:
    """What in a value of prose would make YAML misread it; None when it reads well."""
    if value[0] in "\"'":
        return None if _QUOTED.fullmatch(value) else "stray quotation marks"
    if _BLOCK.fullmatch(value) or _TAGGED.match(value):
        return None
    if value[0] in "&*" and ("*&"[value[0] == "*"] + value[1:].split(" ")[0]) in anchors:
        return None
    if value[0] in "[]{}&*!|>%@`," or (value[0] in "-?" and value[1:2] in ("", " ")):
        return f"an unquoted {value[0]} at its start"
    if re.search(r"(?:^|\s)#\S", value):
        return "an unquoted hash sign"
    return "an unquoted colon" if re.search(r":(?:\s|$)", value) else None


def _by_lines(lines: list[str], first: int, reading: _Reading, toml: bool, by_hand: bool = False) -> None:
    """Reads a header key by key; what a reader refuses of one key harms no other.

    ``by_hand``: without trying YAML or TOML on each.
    """
    found = _Reading()
    for number, chunk in _chunks(lines, toml):
        simple = _TOML_KEY.match(chunk[0]) if toml else _KEY.match(chunk[0])
        if simple is None:
            continue
        lone = not toml and len(chunk) == 1 and re.match(r"[^:]+:(?: |$)", chunk[0]) is not None
        lone = lone and (not simple["value"] or _PLAIN.fullmatch(simple["value"]) is not None)
        if not by_hand and not lone and _reads(chunk, first + number, found, toml):
            continue
        value = _value_by_hand(simple["key"].lower(), simple["value"], chunk[1:])
        found.put(simple["key"], value, first + number)
        if not by_hand and not lone:
            language = "TOML" if toml else "YAML"
            found.note(f"{language} cannot read {_shown(simple['key'])}; it was taken as written", first + number)
    if found.metadata and not found.notes and not by_hand:
        found.note(f"{'TOML' if toml else 'YAML'} refuses the header; it was read line by line", first)
    reading.add(found)


def _reads(chunk: list[str], line: int, found: _Reading, toml: bool) -> bool:
    if sum(map(len, chunk)) > _LONGEST_CHUNK:
        return False
    if _read_lines(chunk, line, found, toml):
        return True
    if not toml and any("\t" in part for part in chunk):
        spaced = [re.sub(r"^[ \t]+", lambda match: match[0].replace("\t", "  "), part) for part in chunk]
        if _read_lines(spaced, line, found, toml):
            found.note("tabs cannot indent YAML; read as blanks", line + 1)
            return True
    return False


def _chunks(lines: list[str], toml: bool) -> Iterator[tuple[int, list[str]]]:
    """A key's line with all lines up to the next key, and its number from 0."""
    pattern = _TOML_KEY if toml else _KEY
    start, chunk = 0, list[str]()
    for number, line in enumerate(lines):
        if not line.strip() or line[0] == "#":
            continue
        if toml and line.lstrip().startswith("[") and line.rstrip().endswith("]") and "=" not in line:
            break  # a table; what follows are no keys of the article
        match = pattern.match(line)
        indented = match is not None and len(match["indent"]) > 0
        if match and chunk:
            if indented:
                new = match["key"].lower() in _KNOWN_KEYS and _has_value(chunk[0], pattern)
            else:
                new = not (_closes_quote(match) and _opens_quote(chunk, pattern))
        else:
            new = match is not None
        if new:
            if chunk:
                yield start, chunk
            start, chunk = number, [line.strip() if indented else line]
        elif chunk and not (toml and not _GOES_ON.match(chunk[0])):
            chunk.append(line)
    if chunk:
        yield start, chunk


def _has_value(line: str, pattern: re.Pattern[str]) -> bool:
    match = pattern.match(line)
    return bool(match and match["value"].strip() and not _BLOCK.fullmatch(match["value"].strip()))


_GOES_ON = re.compile(r"[^=]*=\s*(?:\[|\"\"\"|\'\'\')")  # only these values of TOML take several lines


def _opens_quote(chunk: list[str], pattern: re.Pattern[str]) -> bool:
    match = pattern.match(chunk[0])
    quote = match["value"][:1] if match else ""
    return quote in ("'", '"') and not chunk[-1].rstrip().endswith(quote)


def _value_by_hand(key: str, value: str, rest: list[str]) -> object:
    """A value as its author meant it: a list, or text without its quotes."""
    value = value.strip()
    items = [match[1] or "" for line in rest if (match := _ITEM.match(line))]
    if items and not value:
        return [_unquoted(item.strip()) for item in items]
    if _BLOCK.fullmatch(value):
        return "\n".join(line.strip() for line in rest)
    value = " ".join([value, *(line.strip() for line in rest)])
    if key not in _PROSE_KEYS:
        if key not in _LIST_KEYS:
            value = re.sub(r"\s#.*", "", value)
        if value[:1] == "[" and not _PLACEHOLDER.fullmatch(value):
            return [_unquoted(item.strip()) for item in value.strip("[]").split(",") if item.strip()]
    return _unquoted(value)


def _unquoted(value: str) -> str:
    """A value without the quotes around it, unless these belong to words within."""
    quote = value[:1]
    if quote not in ('"', "'") or len(value) < 2 or value[-1] != quote:
        return value
    inner = value[1:-1]
    if quote == '"' and "\\" in inner:
        try:
            text = json.loads(value)
        except ValueError:
            text = None
        if isinstance(text, str):
            return text
    if quote == "'" and _QUOTED.fullmatch(value):
        return inner.replace("''", "'")
    for match in re.finditer(re.escape(quote), inner):
        before, after = inner[: match.start()][-1:], inner[match.end() :][:1]
        if quote == "'" and before.isalnum() and after.isalnum():
            continue  # an apostrophe
        if before and not before.isspace() and before not in "([{-–—/":
            return value  # closes what the first one opened
        break
    return inner


def _shown(text: str) -> str:
    """A piece of content inside a message, short and on one line."""
    text = " ".join(text.split())
    return repr(text if len(text) <= 60 else text[:57] + "...")
