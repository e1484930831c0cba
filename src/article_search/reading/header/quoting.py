"""Which values would YAML refuse, cut or twist although they are plainly prose? They are quoted before it sees them.

Not here: the reading of YAML (yaml_header.py), what it refuses all the same (recovery.py).
"""

from __future__ import annotations

import json
import re

from article_search.reading.header.keys import KEY, KNOWN_KEYS, LIST_KEYS, PROSE_KEYS
from article_search.reading.header.parts import Reading, shown

_QUOTED = re.compile(r"(?:\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*')\s*(?:#.*)?")
BLOCK = re.compile(r"[|>][+-]?\d?[+-]?\s*(?:#.*)?")
_TAGGED = re.compile(r"!(?:!\w+|binary|str|ruby/\S+)(?:\s|$)")
PLACEHOLDER = re.compile(r"\{\{.*\}\}|\{%.*%\}|<%.*%>")
_ANCHOR = re.compile(r"[:,\[-]\s++([&*][\w-]++)")  # or what stands for one
PLAIN = re.compile(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`][^:#\t]*")


def prose_quoted(lines: list[str], first: int, reading: Reading) -> list[str]:
    """The lines, with values quoted where YAML would refuse, cut or twist what is plainly prose."""
    anchors: frozenset[str] | None = None  # looked for once, where a value may name one
    quoted = list(lines)
    goes_on = False  # whether the line after this one is no key of its own
    for number in range(len(lines) - 1, -1, -1):
        line = lines[number]
        key = None if line[:1] in " -#\t" else KEY.match(line)
        match = None if goes_on else key
        if match and match["value"] and not PLAIN.fullmatch(match["value"]):
            if match["value"][0] in "&*" and anchors is None:
                anchors = frozenset(_ANCHOR.findall("\n".join(lines)))
            quoted[number] = _quoted_where_needed(match, anchors or frozenset(), first + number, reading) or line
        if line.strip() and line[0] != "#":
            goes_on = key is None or closes_quote(key)
    return quoted


def closes_quote(match: re.Match[str]) -> bool:
    """Whether what looks like a key and a value is the end of a quoted text of several lines."""
    value = match["value"].rstrip()
    return value[-1:] in ("'", '"') and value[:1] != value[-1:] and match["key"].lower() not in KNOWN_KEYS


def _quoted_where_needed(match: re.Match[str], anchors: frozenset[str], line: int, reading: Reading) -> str | None:
    key, value = match["key"], match["value"].rstrip()
    if PLACEHOLDER.fullmatch(value):
        return f"{key}: {json.dumps(value, ensure_ascii=False)}"
    reason = None
    if key.lower() in PROSE_KEYS:
        reason = _why_prose(value, anchors)
        if not reason and key.lower() == "title" and value[0] not in "'\"|>" and re.search(r"\s#\s", value):
            reading.note(f"{shown(key)} ends before ' # ', where YAML begins a comment", line)
    elif key.lower() in LIST_KEYS and value[0] not in "\"'[{" and re.search(r"(?:^|\s)#\S", value):
        reason = "an unquoted hash sign"
    if not reason:
        return None
    reading.note(f"{shown(key)} has {reason}; taken as text", line)
    return f"{key}: {json.dumps(unquoted(value), ensure_ascii=False)}"


def _why_prose(value: str, anchors: frozenset[str]) -> str | None:
    """What in a value of prose would make YAML misread it; None when it reads well."""
    if value[0] in "\"'":
        return None if _QUOTED.fullmatch(value) else "stray quotation marks"
    if BLOCK.fullmatch(value) or _TAGGED.match(value):
        return None
    if value[0] in "&*" and ("*&"[value[0] == "*"] + value[1:].split(" ")[0]) in anchors:
        return None
    if value[0] in "[]{}&*!|>%@`," or (value[0] in "-?" and value[1:2] in ("", " ")):
        return f"an unquoted {value[0]} at its start"
    if re.search(r"(?:^|\s)#\S", value):
        return "an unquoted hash sign"
    return "an unquoted colon" if re.search(r":(?:\s|$)", value) else None


def unquoted(value: str) -> str:
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
        start, end = match.span()
        before, after = inner[start - 1 : start], inner[end : end + 1]
        if quote == "'" and before.isalnum() and after.isalnum():
            continue  # an apostrophe
        if before and not before.isspace() and before not in "([{-–—/":
            return value  # closes what the first one opened
        break
    return inner
