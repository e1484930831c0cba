"""How answers look: what fits, what is marked, and that nothing from content harms a terminal."""

from __future__ import annotations

import io
import json
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from article_search.answering.results import Document, Facet, Fragment, Hit, Results, Status
from article_search.query.tree import Range
from article_search.reading.report import FileNote, Report
from article_search.terminal import printers
from article_search.terminal.printers import Screen

PIPE = Screen()
COLOUR = Screen(colour=True)
HOSTILE = "\x1b]0;owned\x07 \x9b31m red \u202egnp.exe\u2066 \x00\ud800\u2028 line\r\nbreak"
ANY_TEXT = st.text(st.characters(), max_size=300)  # lone surrogates included


def hit(**changes: object) -> Hit:
    one = Hit(
        id="2020/bridge.md",
        url="/blog/bridge",
        title="The bridge reopens",
        title_fragments=(Fragment("The "), Fragment("bridge", True), Fragment(" reopens")),
        description="",
        date=datetime(2020, 9, 15, 12, 28, tzinfo=UTC),
        categories=("latest", "transport"),
        image=None,
        score=2.5,
        snippet=(Fragment("The old "), Fragment("bridge", True), Fragment(" has two new cables.")),
    )
    return replace(one, **changes)  # type: ignore[arg-type]


def results(hits: Sequence[Hit] = (), **changes: object) -> Results:
    answer = Results(
        query="bridge",
        interpreted="bridge",
        total=len(hits),
        page=1,
        pages=1 if hits else 0,
        took_ms=2.6,
        relaxed=False,
        suggestion=None,
        warnings=(),
        hits=tuple(hits),
        facets={},
        strict_total=len(hits),
    )
    return replace(answer, **changes)  # type: ignore[arg-type]


def is_harmless(text: str) -> bool:
    return not any(unicodedata.category(char) in ("Cc", "Cs") or char in "\u202a\u202e\u2066\u2028" for char in text)


# Text that is safe and fits


@given(ANY_TEXT)
def test_no_control_character_survives_cleaning(text: str) -> None:
    assert is_harmless(printers.clean(text))


def test_cleaning_keeps_words_and_shows_where_something_was_taken_away() -> None:
    assert printers.clean("Ünited\tof\n 東京 👩‍🚀") == "Ünited of 東京 👩‍🚀"
    assert printers.clean("\x1b[31mred") == "\ufffd[31mred"
    assert printers.clean("abc\u202edef") == "abcdef"


@pytest.mark.parametrize(
    ("text", "columns"),
    [("word", 4), ("東京", 4), ("e\u0301", 1), ("\uff21", 2), ("zero\u200bwidth", 9), ("", 0)],
)
def test_wide_letters_take_two_columns_and_combining_ones_none(text: str, columns: int) -> None:
    assert printers.columns(text) == columns


@given(ANY_TEXT, st.integers(10, 90))
def test_no_wrapped_line_is_wider_than_the_screen(text: str, width: int) -> None:
    assert all(printers.columns(line) <= width for line in printers.wrapped(text, width, "  "))


@given(ANY_TEXT)
def test_wrapping_loses_nothing_but_white_space(text: str) -> None:
    lines = printers.wrapped(text, 20)
    assert "".join("".join(lines).split()) == "".join(printers.clean(text).split())


def test_text_without_blanks_between_words_is_wrapped_before_no_closing_mark() -> None:
    assert printers.wrapped("東京都は大きい。", 10) == ["東京都は大", "きい。"]
    assert printers.wrapped("東京都は大。", 10) == ["東京都は", "大。"]


# The screen


@pytest.mark.parametrize(
    ("is_terminal", "environment", "colour"),
    [
        (True, {}, True),
        (False, {}, False),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),
        (True, {"TERM": "dumb"}, False),
        (False, {"FORCE_COLOR": "1"}, True),
        (False, {"FORCE_COLOR": "0"}, False),
        (False, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_colour_is_for_terminals_that_want_it(is_terminal: bool, environment: dict[str, str], colour: bool) -> None:
    assert Screen.of(80, is_terminal, environment).colour is colour


@pytest.mark.parametrize(("columns", "width"), [(80, 80), (5, 40), (0, 40), (400, 100)])
def test_lines_are_as_wide_as_the_terminal_within_reason(columns: int, width: int) -> None:
    assert Screen.of(columns, True, {}).width == width


# Answers


def test_an_answer_reads_well_in_a_pipe() -> None:
    facets = {"category": (Facet("sports", 9), Facet("latest", 4)), "month": (Facet("2020-09", 12),)}
    answer = results([hit(), hit(id="2020/other.md", date=None, categories=())], total=12, pages=6, facets=facets)
    assert printers.results_lines(answer, PIPE, 2) == [
        "12 articles (3 ms), page 1 of 6",
        "",
        "1. The bridge reopens",
        "   2020-09-15 · latest, transport · 2020/bridge.md",
        "   The old bridge has two new cables.",
        "",
        "2. The bridge reopens",
        "   no date · 2020/other.md",
        "   The old bridge has two new cables.",
        "",
        "category  sports 9 · latest 4",
        "month     2020-09 12",
        "next: --page 2",
    ]


def test_hits_are_numbered_through_all_pages() -> None:
    lines = printers.results_lines(results([hit()], total=11, page=2, pages=2), PIPE, 10)
    assert "11. The bridge reopens" in lines
    assert not any("next" in line for line in lines)


def test_matches_are_bold_and_underlined_in_colour() -> None:
    lines = printers.hit_lines(1, hit(), COLOUR)
    assert lines[-1] == "   The old \x1b[1m\x1b[4mbridge\x1b[24m\x1b[22m has two new cables."
    assert "\x1b[4mbridge\x1b[24m" in lines[0]


def test_a_match_that_is_wrapped_is_marked_on_both_lines() -> None:
    long = (Fragment("Before it come some words. "), Fragment("a match of many words, too many for a line", True))
    lines = printers.hit_lines(1, hit(snippet=long), Screen(40, True))[-2:]
    assert all(line.count("\x1b[4m") == line.count("\x1b[24m") == 1 for line in lines)


def test_two_lines_of_a_long_snippet_are_shown_those_with_the_matches() -> None:
    padding = Fragment("Nothing of interest is said in these words. " * 4)
    lines = printers.hit_lines(1, hit(snippet=(padding, Fragment("cables", True), Fragment(" end."))), PIPE)
    assert len(lines) == 4
    assert "cables" in lines[3]
    assert lines[2].startswith("   …")


def test_an_id_is_never_cut_because_it_is_there_to_be_copied() -> None:
    long = "2020/" + "a-very-long-name-" * 10 + ".md"
    lines = printers.hit_lines(1, hit(id=long, categories=("category",) * 30), PIPE)
    assert f"   {long}" in lines
    assert printers.columns(lines[1]) <= 80


def test_facets_that_do_not_fit_end_in_dots() -> None:
    facets = {"category": tuple(Facet(f"category-{number}", 1) for number in range(50))}
    line = printers.results_lines(results([hit()], facets=facets), PIPE, 10)[-1]
    assert line.endswith(" …")
    assert printers.columns(line) <= 80


@given(ANY_TEXT, st.booleans())
def test_nothing_in_a_hit_harms_the_terminal(text: str, match: bool) -> None:
    bad = hit(
        id=text,
        title=text,
        title_fragments=(Fragment(text, match),),
        categories=(text,),
        snippet=(Fragment(text, match),),
    )
    assert is_harmless("".join(printers.hit_lines(1, bad, PIPE)))


def test_notes_say_what_was_done_to_the_query() -> None:
    answer = results([hit()], relaxed=True, suggestion="bridges", warnings=("A quote is not closed.",))
    assert printers.notes(answer) == [
        "A quote is not closed.",
        "only 1 has all of these words; those with some of them are here too (--strict leaves them out)",
        "did you mean: bridges",
    ]
    assert printers.notes(results([hit()], relaxed=True, strict_total=0))[0].startswith("no article has all")


def test_a_corrected_query_says_how_to_search_for_what_was_typed() -> None:
    answer = results([hit()], suggestion="bridge\x1b", corrected=True)
    assert printers.notes(answer) == [
        "showing results for: bridge\ufffd (--exact searches for what was typed only)",
    ]


def test_how_the_query_was_understood_is_told_when_it_is_news() -> None:
    told = results([hit()], query="title: roma", interpreted="title:roma")
    assert printers.notes(told) == ["understood as: title:roma"]
    assert printers.notes(results([hit()], query="roma -fee", interpreted="roma -fee")) == []


def test_a_line_divides_articles_with_all_of_the_words_from_those_with_some() -> None:
    def shown(**changes: object) -> list[str]:
        lines = printers.results_lines(results([hit()] * 3, relaxed=True, **changes), PIPE, 3, divided=True)
        return [line for line in lines if line.startswith(("──", "1.", "2.", "3.", "4.", "5.", "6."))]

    divided = [line[:10].rstrip("─") for line in shown(strict_total=2)]
    assert divided == ["1. The bri", "2. The bri", "── with so", "3. The bri"]
    assert shown(strict_total=0)[0] == "── with some of the words ".ljust(80, "─")
    assert [line[0] for line in shown(strict_total=1, total=9, page=2)] == ["─", "4", "5", "6"]
    assert [line[0] for line in shown(strict_total=5, total=9, page=2)] == ["4", "5", "─", "6"]
    assert [line[0] for line in shown(strict_total=6, total=9, page=2)] == ["4", "5", "6"]
    by_date = results([hit()] * 3, relaxed=True, strict_total=2)
    assert "─" not in "".join(printers.results_lines(by_date, PIPE, 3, divided=False))


def test_the_headline_says_how_many_articles_have_all_of_the_words() -> None:
    def headline(**changes: object) -> str:
        return printers.results_lines(results([hit()] * 3, relaxed=True, **changes), PIPE, 3)[0]

    assert headline(strict_total=2) == "3 articles (3 ms), 2 with all of the words"
    assert headline(strict_total=0) == "3 articles (3 ms), none with all of the words"


def test_finding_nothing_gives_advice_and_no_lines() -> None:
    assert printers.results_lines(results(), PIPE, 10) == []
    assert printers.notes(results(query="old bridge")) == ["no article found for: old bridge; try fewer or other words"]
    assert printers.notes(results(query="", interpreted="")) == ["no article found"]
    assert printers.notes(results(query="brigde", suggestion="bridge"))[-1] == "did you mean: bridge"


def test_advice_fits_what_was_asked() -> None:
    assert printers.notes(results(query="brigde")) == ["no article found for: brigde; try another word"]
    assert printers.notes(results(), ["--since"]) == ["no article found for: bridge; try without --since"]
    assert printers.notes(results(), ["--category", "--strict"]) == [
        "no article found for: bridge; try without --category or --strict"
    ]
    warning = "There is nothing in this to search for."
    assert printers.notes(results(query="***", interpreted="()", warnings=(warning,))) == [
        warning,
        "no article found for: ***",
    ]


def test_a_category_that_is_not_there_is_told_of_and_the_days_meant() -> None:
    assert printers.no_such_category("sprots", ["sports"]) == "there is no category sprots; others are: sports"
    assert printers.no_such_category("x\x1b", []) == "there is no category x\ufffd"
    span = Range(datetime(2020, 9, 1, tzinfo=UTC), datetime(2020, 10, 1, tzinfo=UTC))
    assert printers.dates_meant(span, UTC) == "the dates were read as date:2020-09"


def test_a_page_after_the_last_is_told_of() -> None:
    assert printers.notes(results(total=8, page=50, pages=2)) == ["there is no page 50; the last is page 2: --page 2"]


def test_a_long_message_is_wrapped_between_words_for_a_person_and_on_one_line_for_a_program() -> None:
    message = "articles: " + "many words " * 20
    assert printers.message_lines(message, PIPE) == [message.strip()]
    lines = printers.message_lines(message, Screen(60, wraps=True), "  ")
    assert len(lines) > 3
    assert all(len(line) <= 60 for line in lines)
    assert lines[0].startswith("  articles: many words")
    assert all(line.startswith("    ") for line in lines[1:])
    assert " ".join(line.strip() for line in lines) == message.strip()


def test_paths_are_files_and_names_with_line_breaks_are_left_out() -> None:
    hits = [hit(id="2020/a b.md"), hit(id="evil\n/etc/passwd"), hit(id="caf\udce9.md")]
    assert printers.paths(hits, Path("content")) == [b"content/2020/a b.md", b"content/caf\xe9.md"]


def test_an_article_is_shown_as_it_was_understood() -> None:
    document = Document(hit(description="New cables."), "First.\n\nSecond.", ("a colon was read as text",), "english")
    assert printers.document_lines(document, PIPE) == [
        "The bridge reopens",
        "id          2020/bridge.md",
        "url         /blog/bridge",
        "date        2020-09-15T12:28:00+00:00",
        "categories  latest, transport",
        "image       none",
        "warning: a colon was read as text",
        "",
        "New cables.",
        "",
        "First.",
        "",
        "Second.",
    ]


# Reports


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
    assert printers.index_lines(report, PIPE) == [
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
    lines = printers.index_lines(report, PIPE)
    assert "50 warnings:" in lines
    assert lines[-1] == "  … and 30 more: `articles check` shows all"
    assert sum(line.endswith("odd") for line in lines) == 20
    assert sum(line.endswith("odd") for line in printers.check_lines(report, PIPE)) == 50


def test_many_files_left_out_are_named_in_part_and_counted() -> None:
    report = Report(seen=50, left_out=tuple(FileNote(f"{n}.md", None, "draft") for n in range(50)))
    for lines in (printers.index_lines(report, PIPE), printers.check_lines(report, PIPE)):
        assert "50 files left out:" in lines
        assert sum(line.endswith("md: draft") for line in lines) == 20
        assert lines[-1].startswith("  … and 30 more")


def test_a_dry_run_says_what_would_be_done() -> None:
    lines = printers.index_lines(Report(rebuild_reason="the settings changed"), PIPE, dry_run=True)
    assert lines[0] == "everything would be read again: the settings changed"


def test_file_names_in_reports_are_harmless() -> None:
    report = Report(seen=1, rejected=(FileNote(HOSTILE, 1, HOSTILE),), rebuild_reason=HOSTILE)
    assert is_harmless("".join(printers.index_lines(report, PIPE)))


def test_status_says_when_the_content_has_changed() -> None:
    status = Status(24833, 123_400_000, datetime(2020, 9, 15, 12, 0, tzinfo=UTC), True)
    assert printers.status_lines(status, Path("index"), Path("content"), PIPE) == [
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
    assert printers.duration(seconds) == text


@pytest.mark.parametrize(("number", "text"), [(999, "999 bytes"), (1500, "1.5 kB"), (2 * 10**12, "2000.0 GB")])
def test_sizes_have_a_unit(number: int, text: str) -> None:
    assert printers.size(number) == text


# Progress


def test_progress_shows_rate_and_remaining_time() -> None:
    line = printers.progress_line(5_000, 20_000, 10.0, 80)
    assert "25%" in line
    assert "5,000 of 20,000 files" in line
    assert "500 files/s" in line
    assert "30 s left" in line


@given(st.integers(0, 10**7), st.integers(0, 10**7), st.floats(0, 10**6), st.integers(10, 200))
def test_progress_always_fits_on_its_line(done: int, total: int, elapsed: float, width: int) -> None:
    assert printers.columns(printers.progress_line(min(done, total), total, elapsed, width)) < width


def test_a_progress_bar_is_drawn_ten_times_a_second_and_taken_away() -> None:
    stream, now = io.StringIO(), [0.0]
    bar = printers.ProgressBar(stream, 80, lambda: now[0])
    for done in range(1001):
        now[0] = done / 1000
        bar(done, 1000)
    bar.close()
    assert 10 <= stream.getvalue().count("files/s") <= 12
    assert "100%" in stream.getvalue()
    assert stream.getvalue().endswith("\r\x1b[K")


def test_when_all_files_are_read_the_bar_says_what_is_still_done() -> None:
    stream = io.StringIO()
    bar = printers.ProgressBar(stream, 80, lambda: 0.0, "writing the index")
    bar(1, 2000)
    assert "writing" not in stream.getvalue()
    bar(2000, 2000)
    assert stream.getvalue().endswith("\r2,000 files read, writing the index …\x1b[K")
    assert printers.columns(printers.finishing_line(10**9, "writing the index", 20)) < 20


# JSON


@given(st.dictionaries(ANY_TEXT, ANY_TEXT, max_size=3))
def test_json_is_harmless_and_reads_as_what_was_written(data: dict[str, str]) -> None:
    text = printers.json_text(data)
    assert is_harmless(text)
    assert json.loads(text) == data


def test_json_keeps_letters_readable() -> None:
    assert printers.json_text({"title": "Münch 東京"}) == '{"title": "Münch 東京"}'
