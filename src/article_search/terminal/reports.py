"""How do reports look in a terminal? Of a run over the articles, of the index, and of what readers looked for.

Not here: how far a run is (progress.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from article_search.answering.results import Status
from article_search.terminal.screen import Screen, clean, counted, message_lines, wrapped

if TYPE_CHECKING:  # who reports does not need what the others report of
    from article_search.reading.report import FileNote, Language, Report
    from article_search.web.query_report import Queried, QueryReport

_NOTES_SHOWN = 20


def _note(note: FileNote) -> str:
    place = f"{note.path}:{note.line}" if note.line else note.path
    return clean(f"{place}: {note.text}")


def _table(rows: Sequence[tuple[str, int, str]]) -> list[str]:
    numbers = [f"{number:,}" for _, number, _ in rows]
    width = max(map(len, numbers))
    return [
        f"  {label:<14}{number:>{width}}  {remark}".rstrip()
        for (label, _, remark), number in zip(rows, numbers, strict=True)
    ]


def _left_out(report: Report) -> str:
    counts: dict[str, int] = {}
    for note in report.left_out:
        counts[note.text] = counts.get(note.text, 0) + 1
    return ", ".join(f"{clean(reason)} {count:,}" for reason, count in sorted(counts.items(), key=lambda one: -one[1]))


def _notes_lines(heading: str, notes: Sequence[FileNote], screen: Screen, shown: int | None, rest: str) -> list[str]:
    """A heading and notes about files; the ``rest`` says where those are that are not shown."""
    if not notes:
        return []
    lines = ["", screen.bold(f"{heading}:")]
    for note in notes[:shown]:
        lines += message_lines(_note(note), screen, "  ")
    if shown is not None and len(notes) > shown:
        lines.append(f"  … and {len(notes) - shown:,} more: {rest}")
    return lines


def _left_out_lines(report: Report, screen: Screen, command: str) -> list[str]:
    heading = f"{counted(len(report.left_out), 'file', 'files')} left out"
    return _notes_lines(heading, report.left_out, screen, _NOTES_SHOWN, f"`articles {command} --json` names all")


def _rejected_lines(report: Report, screen: Screen) -> list[str]:
    heading = f"{counted(len(report.rejected), 'file', 'files')} rejected"
    return _notes_lines(heading, report.rejected, screen, None, "")


def _unreadable_lines(report: Report, screen: Screen, command: str) -> list[str]:
    heading = f"{counted(len(report.unreadable), 'folder or file', 'folders and files')} that could not be read now;"
    heading += " what is known of them stays"
    return _notes_lines(heading, report.unreadable, screen, _NOTES_SHOWN, f"`articles {command} --json` names all")


def _warning_lines(report: Report, screen: Screen, shown: int | None) -> list[str]:
    heading = counted(len(report.warnings), "warning", "warnings")
    return _notes_lines(heading, report.warnings, screen, shown, "`articles check` shows all")


def index_lines(report: Report, screen: Screen, dry_run: bool = False) -> list[str]:
    """What a run of ``index`` did, in counts that add up, and every file rejected."""
    lines = []
    if report.rebuild_reason:
        done = "would be" if dry_run else "was"
        lines += message_lines(f"everything {done} read again: {report.rebuild_reason}", screen)
    if dry_run:
        lines.append("dry run: nothing was written")
    lines += _table(
        [
            ("added", report.added, ""),
            ("changed", report.changed, ""),
            ("unchanged", report.unchanged, ""),
            ("left out", len(report.left_out), _left_out(report)),
            ("rejected", len(report.rejected), ""),
            ("files seen", report.seen, f"in {duration(report.seconds)}"),
            ("removed", report.removed, ""),
        ]
    )
    if report.languages:
        lines += message_lines(f"languages: {_languages(report.languages)}", screen)
    lines += _left_out_lines(report, screen, "index") + _unreadable_lines(report, screen, "index")
    return [*lines, *_rejected_lines(report, screen), *_warning_lines(report, screen, _NOTES_SHOWN)]


def _languages(languages: Sequence[Language]) -> str:
    """The languages of articles, and whether endings of their words are taken off."""
    return ", ".join(
        f"{each.name} {each.articles:,} ({'by stems' if each.stemmed else 'words as written'})" for each in languages
    )


def check_lines(report: Report, screen: Screen) -> list[str]:
    """What is wrong with the content: all of it."""
    left_out, rejected = len(report.left_out), len(report.rejected)
    lines = _table(
        [
            ("fit to index", report.seen - left_out - rejected, ""),
            ("left out", left_out, _left_out(report)),
            ("rejected", rejected, ""),
            ("files seen", report.seen, f"in {duration(report.seconds)}"),
        ]
    )
    lines += _left_out_lines(report, screen, "check") + _unreadable_lines(report, screen, "check")
    return [*lines, *_rejected_lines(report, screen), *_warning_lines(report, screen, None)]


def status_lines(status: Status, index: str, content: Path, screen: Screen) -> list[str]:
    """The state of an index."""
    facts = {
        "index": index,
        "articles": f"{status.articles:,}",
        "size": size(status.bytes),
        "committed": status.committed.isoformat(" ", "seconds"),
        "content": str(content),
        **({"languages": _languages(status.languages)} if status.languages else {}),
        "state": "out of date: run `articles index`" if status.stale else "up to date",
    }
    return [f"{screen.dim(f'{name:<9}')}  {clean(value)}" for name, value in facts.items()]


_QUERY_LISTS = {
    "frequent": "Most frequent",
    "without_hits": "Without a hit",
    "slow": "Slowest",
    "first_unopened": "First hit never opened",
}


def queries_lines(report: QueryReport, screen: Screen) -> list[str]:
    """What readers looked for, list by list."""
    lines = [f"{counted(report.asked, 'query', 'queries')}, {counted(report.opened, 'hit', 'hits')} opened"]
    for name, queries in report.lists().items():
        if queries:
            lines += ["", screen.bold(_QUERY_LISTS[name])]
            lines += [line for one in queries for line in _queried_lines(one, screen)]
    return lines


def _queried_lines(one: Queried, screen: Screen) -> list[str]:
    counts = f"{counted(one.total, 'article', 'articles')}, {one.mean_ms:.1f} ms, at most {one.worst_ms:.1f} ms"
    opened = f"opened {one.opened:,}, the first hit {one.first_opened:,}" if one.opened else "nothing opened"
    indent = " " * 9
    first, *rest = wrapped(one.query, screen.width, indent) or [indent]
    return [f"{one.asked:>7,}  {first.removeprefix(indent)}", *rest, screen.dim(f"{indent}{counts}; {opened}")]


def size(number: int) -> str:
    """Bytes in the unit a person would choose (powers of ten)."""
    value = float(number)
    for unit in ("bytes", "kB", "MB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "bytes" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} GB"


def duration(seconds: float) -> str:
    """Seconds as a person would say them: ``0.4 s``, ``12 s``, ``2:05 min``."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02} min" if minutes < 60 else f"{minutes // 60}:{minutes % 60:02}:{rest:02} h"
