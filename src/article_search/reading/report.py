"""What did a run over the content do? Counts, and every file that was not taken as it stands, with the reason."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from article_search.late import dataclass


@dataclass(frozen=True, slots=True)
class Note:
    """Something said about a known file: a recovery, a doubt. ``line`` counts from 1, None for the whole file."""

    message: str
    line: int | None = None

    @property
    def told(self) -> str:
        """What is said, and of which line."""
        return f"line {self.line}: {self.message}" if self.line else self.message


@dataclass(frozen=True, slots=True)
class FileNote:
    """One thing said about one file. ``line`` counts from 1; None for the whole file."""

    path: str
    line: int | None
    text: str


class Language(NamedTuple):
    """How many articles are in a language, and whether endings of its words are taken off by a stemmer."""

    name: str
    articles: int
    stemmed: bool


@dataclass(frozen=True, slots=True)
class Report:
    """Counts of one run of ``index`` or ``check``.

    seen = added + changed + unchanged + len(left_out) + len(rejected). ``unreadable`` names folders and files that
    could not be read at that moment: what was known of them stays, and is counted as that. ``rebuild_reason`` says why
    all was read again although only changes were asked for. ``languages`` are those of all articles there are now, that
    of most first.
    """

    seen: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    left_out: tuple[FileNote, ...] = ()
    rejected: tuple[FileNote, ...] = ()
    unreadable: tuple[FileNote, ...] = ()
    warnings: tuple[FileNote, ...] = ()
    languages: tuple[Language, ...] = ()
    seconds: float = 0.0
    rebuild_reason: str | None = None


def languages_json(languages: Iterable[Language]) -> list[dict[str, Any]]:
    """The JSON of the languages of articles."""
    return [{"language": each.name, "articles": each.articles, "stemmed": each.stemmed} for each in languages]


def _notes_json(report: Report) -> dict[str, Any]:
    return {
        "left_out": [{"path": note.path, "reason": note.text} for note in report.left_out],
        "rejected": [{"path": note.path, "line": note.line, "reason": note.text} for note in report.rejected],
        "unreadable": [{"path": note.path, "reason": note.text} for note in report.unreadable],
        "warnings": [{"path": note.path, "line": note.line, "message": note.text} for note in report.warnings],
        "seconds": round(report.seconds, 3),
    }


def index_json(report: Report) -> dict[str, Any]:
    """The JSON of ``articles index``."""
    return {
        "version": 1,
        "seen": report.seen,
        "added": report.added,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "removed": report.removed,
        "languages": languages_json(report.languages),
        **_notes_json(report),
    }


def check_json(report: Report) -> dict[str, Any]:
    """The JSON of ``articles check``: nothing is indexed, so nothing is added, changed, unchanged or removed."""
    return {"version": 1, "seen": report.seen, **_notes_json(report)}
