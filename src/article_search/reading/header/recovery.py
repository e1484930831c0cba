"""What does a header say that its own reader refuses? It is read key by key, and each as its author meant it.

What a reader refuses of one key harms no other. Not here: where a header begins and ends (fences.py).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from article_search.reading.header import toml_header, yaml_header
from article_search.reading.header.keys import KEY, KNOWN_KEYS, LIST_KEYS, PROSE_KEYS, TOML_KEY
from article_search.reading.header.parts import Reading, shown
from article_search.reading.header.quoting import BLOCK, PLACEHOLDER, PLAIN, closes_quote, unquoted

_ITEM = re.compile(r"\s*-(?:\s+(.*)|\s*)$")
_LONGEST_CHUNK = 10_000  # characters of one value that are worth a YAML reader
_GOES_ON = re.compile(r"[^=]*=\s*(?:\[|\"\"\"|\'\'\')")  # only these values of TOML take several lines


def read_lines(lines: list[str], first: int, reading: Reading, toml: bool) -> bool:
    """Reads a whole header by its own reader. False, with nothing changed, if that refuses it or finds no keys."""
    try:
        found = toml_header.load(lines, first) if toml else yaml_header.load(lines, first)
    except _refusals():
        return False
    if found is None:
        return False
    reading.add(found)
    return True


def recover(lines: list[str], first: int, reading: Reading, toml: bool) -> None:
    """Reads a header by its own reader, or else line by line."""
    if not read_lines(lines, first, reading, toml):
        by_lines(lines, first, reading, toml)


@functools.cache
def _refusals() -> tuple[type[Exception], ...]:
    import yaml

    return (yaml.YAMLError, ValueError, RecursionError, OverflowError)


def by_lines(lines: list[str], first: int, reading: Reading, toml: bool, by_hand: bool = False) -> None:
    """Reads a header key by key; what a reader refuses of one key harms no other.

    ``by_hand``: without trying YAML or TOML on each.
    """
    found = Reading()
    for number, chunk in _chunks(lines, toml):
        simple = TOML_KEY.match(chunk[0]) if toml else KEY.match(chunk[0])
        if simple is None:
            continue
        lone = not toml and len(chunk) == 1 and re.match(r"[^:]+:(?: |$)", chunk[0]) is not None
        lone = lone and (not simple["value"] or PLAIN.fullmatch(simple["value"]) is not None)
        if not by_hand and not lone and _reads(chunk, first + number, found, toml):
            continue
        value = _value_by_hand(simple["key"].lower(), simple["value"], chunk[1:])
        found.put(simple["key"], value, first + number)
        if not by_hand and not lone:
            language = "TOML" if toml else "YAML"
            found.note(f"{language} cannot read {shown(simple['key'])}; it was taken as written", first + number)
    if found.metadata and not found.notes and not by_hand:
        found.note(f"{'TOML' if toml else 'YAML'} refuses the header; it was read line by line", first)
    reading.add(found)


def _reads(chunk: list[str], line: int, found: Reading, toml: bool) -> bool:
    if sum(map(len, chunk)) > _LONGEST_CHUNK:
        return False
    if read_lines(chunk, line, found, toml):
        return True
    if not toml and any("\t" in part for part in chunk):
        spaced = [re.sub(r"^[ \t]+", lambda match: match[0].replace("\t", "  "), part) for part in chunk]
        if read_lines(spaced, line, found, toml):
            found.note("tabs cannot indent YAML; read as blanks", line + 1)
            return True
    return False


def _chunks(lines: list[str], toml: bool) -> Iterator[tuple[int, list[str]]]:
    """A key's line with all lines up to the next key, and its number from 0."""
    pattern = TOML_KEY if toml else KEY
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
                new = match["key"].lower() in KNOWN_KEYS and _has_value(chunk[0], pattern)
            else:
                new = not (closes_quote(match) and _opens_quote(chunk, pattern))
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
    return bool(match and match["value"].strip() and not BLOCK.fullmatch(match["value"].strip()))


def _opens_quote(chunk: list[str], pattern: re.Pattern[str]) -> bool:
    match = pattern.match(chunk[0])
    quote = match["value"][:1] if match else ""
    return quote in ("'", '"') and not chunk[-1].rstrip().endswith(quote)


def _value_by_hand(key: str, value: str, rest: list[str]) -> object:
    """A value as its author meant it: a list, or text without its quotes."""
    value = value.strip()
    items = [match[1] or "" for line in rest if (match := _ITEM.match(line))]
    if items and not value:
        return [unquoted(item.strip()) for item in items]
    if BLOCK.fullmatch(value):
        return "\n".join(line.strip() for line in rest)
    value = " ".join([value, *(line.strip() for line in rest)])
    if key not in PROSE_KEYS:
        if key not in LIST_KEYS:
            value = re.sub(r"\s#.*", "", value)
        if value[:1] == "[" and not PLACEHOLDER.fullmatch(value):
            return [unquoted(item.strip()) for item in value.strip("[]").split(",") if item.strip()]
    return unquoted(value)
