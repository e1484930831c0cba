"""How is the state of a content file kept where a plain row of numbers does not tell it? As a note, which is checked.

Most files are indexed, and there is no more to say of them than size, times, digest and address: these are kept as
arrays by whoever keeps them. Not here: which arrays, and where (the manifests of the backends).
"""

from __future__ import annotations

import re
from dataclasses import fields
from operator import attrgetter
from types import NoneType
from typing import Any, get_args

from article_search.reading.files import Fate, FileState
from article_search.reading.report import Note

DIGEST = 16  # bytes
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
