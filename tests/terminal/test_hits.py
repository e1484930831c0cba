"""Hits and the notes beside them, as a terminal shows them."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from article_search.answering.results import Facet, Fragment
from article_search.query.tree import Range
from article_search.terminal import hits, screen
from article_search.terminal.screen import Screen
from tests.terminal.material import ANY_TEXT, COLOUR, PIPE, hit, is_harmless, results


def test_an_answer_reads_well_in_a_pipe() -> None:
    facets = {"category": (Facet("sports", 9), Facet("latest", 4)), "month": (Facet("2020-09", 12),)}
    answer = results([hit(), hit(id="2020/other.md", date=None, categories=())], total=12, pages=6, facets=facets)
    assert hits.results_lines(answer, PIPE, 2) == [
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
    lines = hits.results_lines(results([hit()], total=11, page=2, pages=2), PIPE, 10)
    assert "11. The bridge reopens" in lines
    assert not any("next" in line for line in lines)


def test_matches_are_bold_and_underlined_in_colour() -> None:
    lines = hits.hit_lines(1, hit(), COLOUR)
    assert lines[-1] == "   The old \x1b[1m\x1b[4mbridge\x1b[24m\x1b[22m has two new cables."
    assert "\x1b[4mbridge\x1b[24m" in lines[0]


def test_a_match_that_is_wrapped_is_marked_on_both_lines() -> None:
    long = (Fragment("Before it come some words. "), Fragment("a match of many words, too many for a line", True))
    lines = hits.hit_lines(1, hit(snippet=long), Screen(40, True))[-2:]
    assert all(line.count("\x1b[4m") == line.count("\x1b[24m") == 1 for line in lines)


def test_two_lines_of_a_long_snippet_are_shown_those_with_the_matches() -> None:
    padding = Fragment("Nothing of interest is said in these words. " * 4)
    lines = hits.hit_lines(1, hit(snippet=(padding, Fragment("cables", True), Fragment(" end."))), PIPE)
    assert len(lines) == 4
    assert "cables" in lines[3]
    assert lines[2].startswith("   …")


def test_an_id_is_never_cut_because_it_is_there_to_be_copied() -> None:
    long = "2020/" + "a-very-long-name-" * 10 + ".md"
    lines = hits.hit_lines(1, hit(id=long, categories=("category",) * 30), PIPE)
    assert f"   {long}" in lines
    assert screen.columns(lines[1]) <= 80


def test_facets_that_do_not_fit_end_in_dots() -> None:
    facets = {"category": tuple(Facet(f"category-{number}", 1) for number in range(50))}
    line = hits.results_lines(results([hit()], facets=facets), PIPE, 10)[-1]
    assert line.endswith(" …")
    assert screen.columns(line) <= 80


@given(ANY_TEXT, st.booleans())
def test_nothing_in_a_hit_harms_the_terminal(text: str, match: bool) -> None:
    bad = hit(
        id=text,
        title=text,
        title_fragments=(Fragment(text, match),),
        categories=(text,),
        snippet=(Fragment(text, match),),
    )
    assert is_harmless("".join(hits.hit_lines(1, bad, PIPE)))


def test_notes_say_what_was_done_to_the_query() -> None:
    answer = results([hit()], relaxed=True, suggestion="bridges", warnings=("A quote is not closed.",))
    assert hits.notes(answer) == [
        "A quote is not closed.",
        "only 1 has all of these words; those with some of them are here too (--strict leaves them out)",
        "did you mean: bridges",
    ]
    assert hits.notes(results([hit()], relaxed=True, strict_total=0))[0].startswith("no article has all")


def test_a_corrected_query_says_how_to_search_for_what_was_typed() -> None:
    answer = results([hit()], suggestion="bridge\x1b", corrected=True)
    assert hits.notes(answer) == [
        "showing results for: bridge\ufffd (--exact searches for what was typed only)",
    ]


def test_how_the_query_was_understood_is_told_when_it_is_news() -> None:
    told = results([hit()], query="title: roma", interpreted="title:roma")
    assert hits.notes(told) == ["understood as: title:roma"]
    assert hits.notes(results([hit()], query="roma -fee", interpreted="roma -fee")) == []


def test_a_line_divides_articles_with_all_of_the_words_from_those_with_some() -> None:
    def shown(**changes: object) -> list[str]:
        lines = hits.results_lines(results([hit()] * 3, relaxed=True, **changes), PIPE, 3, divided=True)
        return [line for line in lines if line.startswith(("──", "1.", "2.", "3.", "4.", "5.", "6."))]

    divided = [line[:10].rstrip("─") for line in shown(strict_total=2)]
    assert divided == ["1. The bri", "2. The bri", "── with so", "3. The bri"]
    assert shown(strict_total=0)[0] == "── with some of the words ".ljust(80, "─")
    assert [line[0] for line in shown(strict_total=1, total=9, page=2)] == ["─", "4", "5", "6"]
    assert [line[0] for line in shown(strict_total=5, total=9, page=2)] == ["4", "5", "─", "6"]
    assert [line[0] for line in shown(strict_total=6, total=9, page=2)] == ["4", "5", "6"]
    by_date = results([hit()] * 3, relaxed=True, strict_total=2)
    assert "─" not in "".join(hits.results_lines(by_date, PIPE, 3, divided=False))


def test_the_headline_says_how_many_articles_have_all_of_the_words() -> None:
    def headline(**changes: object) -> str:
        return hits.results_lines(results([hit()] * 3, relaxed=True, **changes), PIPE, 3)[0]

    assert headline(strict_total=2) == "3 articles (3 ms), 2 with all of the words"
    assert headline(strict_total=0) == "3 articles (3 ms), none with all of the words"


def test_finding_nothing_gives_advice_and_no_lines() -> None:
    assert hits.results_lines(results(), PIPE, 10) == []
    assert hits.notes(results(query="old bridge")) == ["no article found for: old bridge; try fewer or other words"]
    assert hits.notes(results(query="", interpreted="")) == ["no article found"]
    assert hits.notes(results(query="brigde", suggestion="bridge"))[-1] == "did you mean: bridge"


def test_advice_fits_what_was_asked() -> None:
    assert hits.notes(results(query="brigde")) == ["no article found for: brigde; try another word"]
    assert hits.notes(results(), ["--since"]) == ["no article found for: bridge; try without --since"]
    assert hits.notes(results(), ["--category", "--strict"]) == [
        "no article found for: bridge; try without --category or --strict"
    ]
    warning = "There is nothing in this to search for."
    assert hits.notes(results(query="***", interpreted="()", warnings=(warning,))) == [
        warning,
        "no article found for: ***",
    ]


def test_a_category_that_is_not_there_is_told_of_and_the_days_meant() -> None:
    assert hits.no_such_category("sprots", ["sports"]) == "there is no category sprots; others are: sports"
    assert hits.no_such_category("x\x1b", []) == "there is no category x\ufffd"
    span = Range(datetime(2020, 9, 1, tzinfo=UTC), datetime(2020, 10, 1, tzinfo=UTC))
    assert hits.dates_meant(span, UTC) == "the dates were read as date:2020-09"


def test_a_page_after_the_last_is_told_of() -> None:
    assert hits.notes(results(total=8, page=50, pages=2)) == ["there is no page 50; the last is page 2: --page 2"]
