"""What is a content file taken apart, and what has been read so far of its header?

Not here: how either is found in a file (fences.py and the readers).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time

from article_search.limits import LIMITS
from article_search.reading.report import Note


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
class Reading:
    """What has been read so far of one header."""

    metadata: dict[str, object] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def note(self, message: str, line: int | None = None) -> None:
        """Keeps a note, up to the cap of one file."""
        if len(self.notes) < LIMITS.warnings:
            self.notes.append(Note(message, line))

    def put(self, key: str, value: object, line: int) -> None:
        """Keeps a value; of keys given twice the last counts, as in every YAML reader, unless it says nothing."""
        if key in self.metadata:
            said = value not in ("", [], {})
            kept = "last" if said else "first"
            if self.metadata[key] != value:
                self.note(f"{shown(key)} is given twice; the {kept} one counts", line)
            if not said:
                return
        self.metadata[key] = value
        self.lines[key] = line

    def header(self, body: str, body_line: int) -> Header:
        """The header as read, with the body behind it."""
        return Header(self.metadata, body, body_line, tuple(self.notes), self.lines)

    def add(self, other: Reading) -> None:
        """Takes over what another reader has read of the same header."""
        for note in other.notes:
            self.note(note.message, note.line)
        for key, value in other.metadata.items():
            self.put(key, value, other.lines.get(key, 1))


def as_text(value: object, depth: int = 0) -> object:
    """The value of another reader in the terms of this one: text, lists and dicts."""
    if depth > LIMITS.header_depth:
        return ""
    if isinstance(value, list):
        return [as_text(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {str(key): as_text(item, depth + 1) for key, item in value.items()}
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    return "" if value is None else str(value)


def line_of(text: str, offset: int) -> int:
    """The number of the line, from 1, that a place in a text is in."""
    return text.count("\n", 0, offset) + 1


def shown(text: str) -> str:
    """A piece of content inside a message, short and on one line."""
    text = " ".join(text.split())
    return repr(text if len(text) <= 60 else text[:57] + "...")
