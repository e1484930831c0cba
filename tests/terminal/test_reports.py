"""Reports add up, name what matters and fit a terminal."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from article_search.answering.results import Status
from article_search.reading.report import FileNote, Report
from article_search.terminal import reports
from tests.terminal.material import HOSTILE, PIPE, is_harmless


def test_a_report_adds_up_and_names_every_rejected_file() -> None:
    report = Report(
        seen=1208,
        added=1200,
        changed=2,
        unchanged=3,
        removed=4,
        left_out=(FileNote("a.md", None, "draft"), FileNote("b.md", None, "draft")),
        rejected=(FileNote("c.md", 3, "no text"),),
        seconds=75.2,
        rebuild_reason="the analyser has changed",
    )
    assert reports.index_lines(report, PIPE) == [
        "everything was read again: the analyser has changed",
        "  added         1,200",
        "  changed           2",
        "  unchanged         3",
        "  left out          2  draft 2",
        "  rejected          1",
        "  files seen    1,208  in 1:15 min",
        "  removed           4",
        "",
        "2 files left out:",
        "  a.md: draft",
        "  b.md: draft",
        "",
        "1 file rejected:",
        "  c.md:3: no text",
    ]


def test_many_warnings_are_summarised_by_index_and_shown_by_check() -> None:
    report = Report(seen=50, added=50, warnings=tuple(FileNote(f"{n}.md", 1, "odd") for n in range(50)))
    lines = reports.index_lines(report, PIPE)
    assert "50 warnings:" in lines
    assert lines[-1] == "  … and 30 more: `articles check` shows all"
    assert sum(line.endswith("odd") for line in lines) == 20
    assert sum(line.endswith("odd") for line in reports.check_lines(report, PIPE)) == 50


def test_many_files_left_out_are_named_in_part_and_counted() -> None:
    report = Report(seen=50, left_out=tuple(FileNote(f"{n}.md", None, "draft") for n in range(50)))
    for lines in (reports.index_lines(report, PIPE), reports.check_lines(report, PIPE)):
        assert "50 files left out:" in lines
        assert sum(line.endswith("md: draft") for line in lines) == 20
        assert lines[-1].startswith("  … and 30 more")


def test_a_dry_run_says_what_would_be_done() -> None:
    lines = reports.index_lines(Report(rebuild_reason="the settings changed"), PIPE, dry_run=True)
    assert lines[0] == "everything would be read again: the settings changed"


def test_file_names_in_reports_are_harmless() -> None:
    report = Report(seen=1, rejected=(FileNote(HOSTILE, 1, HOSTILE),), rebuild_reason=HOSTILE)
    assert is_harmless("".join(reports.index_lines(report, PIPE)))


def test_status_says_when_the_content_has_changed() -> None:
    status = Status(24833, 123_400_000, datetime(2020, 9, 15, 12, 0, tzinfo=UTC), True)
    assert reports.status_lines(status, "index", Path("content"), PIPE) == [
        "index      index",
        "articles   24,833",
        "size       123.4 MB",
        "committed  2020-09-15 12:00:00+00:00",
        "content    content",
        "state      out of date: run `articles index`",
    ]


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.04, "0.0 s"), (9.94, "9.9 s"), (42, "42 s"), (125, "2:05 min"), (3723, "1:02:03 h")]
)
def test_durations_are_written_as_people_say_them(seconds: float, text: str) -> None:
    assert reports.duration(seconds) == text


@pytest.mark.parametrize(("number", "text"), [(999, "999 bytes"), (1500, "1.5 kB"), (2 * 10**12, "2000.0 GB")])
def test_sizes_have_a_unit(number: int, text: str) -> None:
    assert reports.size(number) == text
