"""How is it kept what commits knew of content files? As a chain of links, each of which tells of what has changed.

Most files are indexed, and there is no more to say of them than size, times, digest and address: these are kept as
arrays by whoever keeps them. What they do not tell is a note, which is checked. Not here: which arrays, and where (the
manifests of the backends).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import fields
from operator import attrgetter
from types import NoneType
from typing import Any, Protocol, TypeVar, get_args

from article_search.reading.files import Fate, FileState
from article_search.reading.report import Note

T = TypeVar("T")
DIGEST = 16  # bytes
_JOIN = 4  # a link at most so many times as large is joined into the next
_PLAIN_DIGEST = re.compile(f"[0-9a-f]{{{2 * DIGEST}}}")
_FIELDS = [field.name for field in fields(FileState)]
_FATES = get_args(Fate)
_LINE = (int, NoneType)
_TEXT = (str, NoneType)
_KINDS: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(_FIELDS, (int,)),
    "digest": (str,),
    "fate": (str,),
    "reason": _TEXT,
    "unreadable": _TEXT,
    "line": _LINE,
    "due": (float, int, NoneType),
    "warnings": (tuple,),
    "recheck": (bool,),
}  # of what is said of a file
_VALUES = attrgetter(*_FIELDS)
_WARNINGS = _FIELDS.index("warnings")


def is_plain(state: FileState) -> bool:
    """Whether size, mtime, mark, address (whole numbers of 63 bits) and digest tell everything of a file."""
    return (
        not state.notable
        and state.reason is None
        and state.line is None
        and state.unreadable is None
        and 0 <= state.size < 2**63
        and -(2**63) <= state.mtime < 2**63
        and 0 <= state.mark < 2**63
        and 0 <= state.address < 2**63
        and _PLAIN_DIGEST.fullmatch(state.digest) is not None
    )


def note(state: FileState) -> list[Any]:
    """A whole state as plain data."""
    values = list(_VALUES(state))
    values[_WARNINGS] = [[note.message, note.line] for note in state.warnings]
    return values


def noted(values: list[Any]) -> FileState:
    """The state that ``note`` was given. Raises ValueError or another error of plain data for what is none."""
    values[_WARNINGS] = tuple(Note(*note) for note in values[_WARNINGS])
    state = FileState(*values)
    said = [(value, _KINDS[name]) for name, value in zip(_FIELDS, values, strict=False)]
    said += [(part, kind) for note in state.warnings for part, kind in ((note.message, (str,)), (note.line, _LINE))]
    if state.fate not in _FATES or not all(type(value) in kinds for value, kinds in said):
        raise ValueError("a note is of no state that a file can be in")
    return state


# ---- chains of links ----

Changes = Mapping[str, FileState | None]  # by id; None: gone


class Link(Protocol):
    """What a record says of one."""

    @property
    def files(self) -> int:
        """How many it tells of."""


L = TypeVar("L", bound=Link)


class Part(Protocol):
    """What can be read of one."""

    @property
    def ids(self) -> Sequence[str]:
        """The files it tells of."""


P = TypeVar("P", bound=Part)


def told(
    ids: Sequence[str],
    plain: Iterable[T],
    notes: Mapping[int, FileState],
    gone: Collection[int],
    noted: Callable[[FileState], T],
) -> dict[str, T]:
    """One thing said of each file that is there: by an array, or by the note of its state. Notes and files that are
    gone go by number."""
    found = dict(zip(ids, plain, strict=True))
    for number, state in notes.items():
        found[ids[number]] = noted(state)
    for number in gone:
        del found[ids[number]]
    return found


def together(parts: Iterable[P], said: Callable[[P], Mapping[str, T]]) -> dict[str, T]:
    """What is ``said`` of files by the parts of a chain, where the last word counts."""
    found: dict[str, T] = {}
    for part in parts:
        if found:
            for id in part.ids:
                found.pop(id, None)
        found.update(said(part))
    return found


def joined(chain: Sequence[L], changes: Changes, read: Callable[[L], Changes]) -> tuple[tuple[L, ...], Changes]:
    """The links that stay when there are changes, and what the next one tells: with these what the last links told that
    are not much larger, so that there are few, and a commit's cost follows the change."""
    kept = list(chain)
    while kept and changes and kept[-1].files <= _JOIN * len(changes):
        changes = {**read(kept.pop()), **changes}
    if not kept:
        changes = {id: state for id, state in changes.items() if state}
    return tuple(kept), changes
