"""What do the events of a YAML reader add up to? Text, lists and dicts, whatever type YAML would make of a word.

Caps on depth and aliases are checked before anything is expanded, and nothing recurses. Not here: where the events come
from (yaml_header.py).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from article_search.limits import LIMITS
from article_search.reading.header.parts import shown

_OWN_TAG = "tag:yaml.org,2002:"
_UNUSED = object()  # stands for a key that is no text
_PLAIN_KINDS = {
    "int": "a number",
    "float": "a number",
    "bool": "true or false",
    "timestamp": "a date",
    "null": "nothing",
}


@dataclass(slots=True)
class Top:
    """The top of a YAML header: its pairs with their lines, counted from 0."""

    pairs: list[tuple[str, object, int]]
    notes: list[tuple[str, int]]


@dataclass(slots=True)
class _Open:
    """A YAML collection not yet at its end; a mapping's ``key`` waits for its value."""

    value: list[object] | dict[str, object]
    anchor: str | None = None
    key: object = None
    key_line: int = 0


def from_events(next_event: Callable[[], Any]) -> object:
    """Text, lists and dicts from YAML's events. Raises ValueError over a cap or at an unknown alias."""
    tree = _Tree()
    while not tree.is_complete:
        tree.take(next_event())
    return tree.root


class _Tree:
    """What the events so far add up to; ``root`` when it is complete."""

    def __init__(self) -> None:
        self.root: object = None
        self.is_complete = False
        self._pairs: list[tuple[str, object, int]] = []
        self._notes: list[tuple[str, int]] = []
        self._anchors: dict[str, object] = {}
        self._aliases = 0
        self._stack: list[_Open] = []

    def take(self, event: Any) -> None:
        """Adds one event."""
        kind = type(event).__name__
        if kind == "ScalarEvent":
            self._put(self._scalar(event), event.anchor, event)
        elif kind in ("SequenceStartEvent", "MappingStartEvent"):
            self._open(event, [] if kind == "SequenceStartEvent" else {})
        elif kind == "AliasEvent":
            self._put(self._named(event.anchor), None, event)
        elif kind in ("SequenceEndEvent", "MappingEndEvent"):
            closed = self._stack.pop()
            self._put(closed.value, closed.anchor, event)
        elif kind in ("DocumentEndEvent", "StreamEndEvent"):
            self.is_complete = True

    def _open(self, event: Any, collection: list[object] | dict[str, object]) -> None:
        if len(self._stack) >= LIMITS.header_depth:
            raise ValueError(f"nested more than {LIMITS.header_depth} deep")
        if event.tag and not event.tag.startswith(_OWN_TAG):
            self._notes.append((f"the tag {shown(event.tag)} was ignored", event.start_mark.line))
        self._stack.append(_Open(collection, event.anchor))

    def _named(self, anchor: str) -> object:
        self._aliases += 1
        if anchor not in self._anchors:
            raise ValueError("unknown alias")
        if self._aliases > LIMITS.header_aliases:
            raise ValueError("too many aliases")
        return self._anchors[anchor]

    def _put(self, value: object, anchor: str | None, event: Any) -> None:
        """Puts a complete value where it belongs: into its list, or as key or value into its mapping."""
        if anchor:
            self._anchors[anchor] = value
        if not self._stack:
            self.root = Top(self._pairs, self._notes) if isinstance(value, dict) else value
            self.is_complete = True
            return
        top = self._stack[-1]
        if isinstance(top.value, list):
            top.value.append(value)
        elif top.key is None:
            top.key = value if isinstance(value, str) else _UNUSED
            top.key_line = event.start_mark.line
        else:
            key, top.key = top.key, None
            self._put_pair(top.value, key, value, top.key_line)

    def _put_pair(self, mapping: dict[str, object], key: object, value: object, line: int) -> None:
        found: dict[str, object] = {}
        if not isinstance(key, str):
            self._notes.append(("a key that is no text was left out", line))
        elif key == "<<":
            merged = _merged(value)
            if not merged:
                self._notes.append(("<< has no mapping to merge; left out", line))
            found = {name: merged[name] for name in merged.keys() - mapping.keys()}
        else:
            found = {key: value}
        mapping.update(found)
        if len(self._stack) == 1:
            self._pairs.extend((name, one, line) for name, one in found.items())

    def _scalar(self, event: Any) -> str:
        text: str = event.value
        line: int = event.start_mark.line
        tag: str = event.tag or ""
        if tag.removeprefix(_OWN_TAG) in ("binary", "!binary"):
            return _from_base64(text, tag, line, self._notes)
        if tag and tag != "!" and not tag.startswith(_OWN_TAG):
            self._notes.append((f"the tag {shown(tag)} was ignored", line))
        if not event.style and not tag and len(self._stack) == 1 and str(self._stack[0].key).lower() == "title":
            note_misread_title(text, line, lambda message, line: self._notes.append((message, line)))
        return text


def _merged(value: object) -> dict[str, object]:
    merged: dict[str, object] = {}
    for part in value if isinstance(value, list) else [value]:
        if isinstance(part, dict):
            merged = {**part, **merged}
    return merged


def note_misread_title(text: str, line: int, note: Callable[[str, int], None]) -> None:
    """Says so when YAML's own rules would make no text of a plain title."""
    kind = _misread_as(text)
    if kind and text != "~":
        note(f"YAML takes the title {shown(text)} for {kind}; it was taken as text", line)


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
        notes.append((f"{shown(text)} is no base64; taken as text", line))
        return text
    if tag == "!binary":
        notes.append(("the old tag !binary was read as base64", line))
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
