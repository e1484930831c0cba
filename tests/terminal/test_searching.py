"""Searching in a terminal: words that need no quoting, options, lists of files, and what is said beside the hits."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from article_search.limits import LIMITS
from article_search.query import search
from article_search.terminal import cli
from tests.fake_engine import FakeEngine, article
from tests.terminal.conftest import Run, is_one_line, program


def test_a_search_that_finds_something_exits_with_0(run: Run) -> None:
    code, out, err = run("search", "harbour", "storm")
    assert code == 0
    assert out.splitlines()[0] == "2 articles (1 ms)"
    assert "1. Harbour bridge reopens after storm repairs" in out
    assert err == ""


def test_a_search_that_finds_nothing_exits_with_1_and_says_what_to_try(run: Run) -> None:
    code, out, err = run("search", "harbuor")
    assert (code, out) == (1, "")
    assert "articles: did you mean: harbour\n" in err


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["smalling", "roma", "fee"], "smalling roma fee"),
        (["smalling roma", "fee"], "smalling roma fee"),
        (["-smalling", "roma"], "-smalling roma"),
        (["roma", "-smalling", "--any", "-lazio"], "roma -smalling -lazio"),
        (["-5", "-", "-n"], "-5 - -n"),
        (["--", "--any", "--since"], "--any --since"),
        (["roma", "--", "-x", "--", "y"], "roma -x -- y"),
        (['"serie a"', "(roma", "OR", "lazio)"], '"serie a" (roma OR lazio)'),
        (["--since", "2020", "roma", "--until=2021", "fee"], "roma fee"),
        ([], ""),
    ],
)
def test_words_need_no_quoting(run: Run, engine: FakeEngine, arguments: list[str], text: str) -> None:
    run("search", *arguments)
    assert engine.searched == [text]


def test_options_work_before_between_and_after_words(run: Run) -> None:
    everywhere = ("--category", "culture"), ("harbour",), ("--limit", "1")
    for arguments in [everywhere, everywhere[::-1], (everywhere[0], everywhere[2], everywhere[1])]:
        code, out, _ = run("search", *(word for group in arguments for word in group))
        assert (code, out.splitlines()[0]) == (0, "2 articles (1 ms), page 1 of 2")


def test_several_categories_mean_any_of_them(run: Run) -> None:
    _, out, _ = run("search", "--category", "sports", "--category", "transport", "--paths")
    assert out.splitlines() == ["content/2020/harbour-bridge.md", "content/2020/goalkeeper.md"]


@pytest.mark.parametrize(
    ("arguments", "ids"),
    [
        (["--since", "2020-09"], ["2020/harbour-bridge.md", "2020/harbour-festival.md"]),
        (["--until", "2019"], ["2019/library.md"]),
        (["--sort", "oldest", "--limit", "1"], ["2019/library.md"]),
        (["--sort", "newest", "--limit", "1", "--page", "2"], ["2020/harbour-festival.md"]),
        (["bridge", "goalkeeper", "--any", "--sort", "newest"], ["2020/harbour-bridge.md", "2020/goalkeeper.md"]),
    ],
)
def test_every_option_reaches_the_engine(run: Run, arguments: list[str], ids: list[str]) -> None:
    _, out, _ = run("search", "--json", *arguments)
    assert [hit["id"] for hit in json.loads(out)["hits"]] == ids


def test_json_says_all_there_is_and_nothing_goes_to_standard_error(run: Run) -> None:
    code, out, err = run("search", "--json", 'zebra "crossing')
    assert (code, err) == (1, "")
    assert json.loads(out)["version"] == 1
    assert json.loads(out)["warnings"]


def test_paths_are_the_files_for_xargs(run: Run) -> None:
    code, out, _ = run("--content", "site/articles", "search", "goalkeeper", "--paths")
    assert (code, out) == (0, "site/articles/2020/goalkeeper.md\n")


def test_paths_are_of_all_pages_unless_one_is_asked_for(run: Run, engine: FakeEngine) -> None:
    engine.articles = [article(f"{n:03}.md", body="harbour") for n in range(250)]
    _, out, err = run("search", "harbour", "--paths")
    assert (len(set(out.splitlines())), err) == (250, "")
    assert len(run("search", "harbour", "--paths", "--page", "2")[1].splitlines()) == 10
    assert len(run("search", "harbour", "--paths", "--limit", "7")[1].splitlines()) == 7


def test_paths_that_are_cut_are_told_of(run: Run, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "LIMITS", replace(LIMITS, page_depth=200))
    engine.articles = [article(f"{n:03}.md", body="harbour") for n in range(250)]
    _, out, err = run("search", "harbour", "--paths")
    assert len(out.splitlines()) == 200
    assert "the first 200 of 250 files" in err
    assert is_one_line(err)


def test_near_copies_are_told_of_and_shown_when_asked_for(run: Run, engine: FakeEngine) -> None:
    engine.copies = {"2020/harbour-festival.md": "2020/harbour-bridge.md"}
    _, out, _ = run("search", "storm")
    assert out.splitlines()[0].endswith(", 1 near-copy not shown (--all shows them)")
    assert "latest, transport · +1 similar" in out
    _, out, _ = run("search", "--all", "storm")
    assert "similar" not in out and "near-cop" not in out
    assert len(run("search", "storm", "--paths")[1].splitlines()) == 2, "programs are told of every file"


def test_paths_are_of_articles_with_all_of_the_words(run: Run) -> None:
    assert run("search", "bridge", "goalkeeper", "--paths")[:2] == (1, "")
    assert len(run("search", "bridge", "goalkeeper", "--paths", "--any")[1].splitlines()) == 2


def test_paths_are_of_what_was_typed(run: Run, engine: FakeEngine) -> None:
    engine.corrections["harbuor"] = "harbour"
    code, out, err = run("search", "harbuor", "--paths")
    assert (code, out) == (1, "")
    assert "did you mean: harbour" in err


def test_articles_with_some_of_the_words_can_be_refused(run: Run) -> None:
    assert run("search", "bridge", "goalkeeper")[0] == 0
    code, out, err = run("search", "--strict", "bridge", "goalkeeper")
    assert (code, out) == (1, "")
    assert "try without --strict" in err


def test_what_is_less_than_asked_for_is_marked(run: Run, engine: FakeEngine) -> None:
    engine.relax_below = 3
    _, out, err = run("search", "harbour", "storm", "cables")
    assert [line[:4] for line in out.splitlines() if line[:2] in ("1.", "2.", "3.", "──")] == [
        "1. H",
        "── w",
        "2. F",
        "3. O",
    ]
    assert "only 1 has all of these words" in err
    _, out, err = run("search", "harbour", "storm", "cables", "--sort", "newest")
    assert "──" not in out, "by date they are mixed"
    assert "only 1 has all of these words" in err


def test_a_mistyped_query_says_what_was_searched_for_and_how_to_have_it_as_typed(run: Run, engine: FakeEngine) -> None:
    engine.corrections["harbuor storm"] = "harbour storm"
    code, out, err = run("search", "harbuor", "storm")
    assert (code, out.splitlines()[0]) == (0, "2 articles (1 ms)")
    assert err == "articles: showing results for: harbour storm (--exact searches for what was typed only)\n"
    assert "showing results" not in run("search", "--exact", "harbuor", "storm")[2]
    answer = json.loads(run("search", "harbuor", "storm", "--json")[1])
    assert (answer["corrected"], answer["suggestion"]) == (True, "harbour storm")


def test_a_letter_after_a_dash_is_a_word_left_out_but_perhaps_was_meant_as_an_option(run: Run) -> None:
    err = run("search", "harbour", "-n", "5")[2]
    assert "-n leaves out articles with the word n; options have two dashes" in err
    assert run("search", "harbour", "-n")[2] == ""
    assert "dashes" not in run("search", "harbour", "-storm", "-bridge")[2]


def test_an_order_may_be_written_in_capitals(run: Run) -> None:
    assert run("search", "harbour", "--sort", "Newest") == run("search", "harbour", "--sort", "newest")


@given(st.lists(st.text(st.characters(exclude_characters="\0"), max_size=30), max_size=8))
def test_no_words_are_an_error(words: list[str]) -> None:
    """Words that look like long options are an error by design; all others are searched for."""
    engine = FakeEngine()
    words = [word for word in words if not word.startswith("--") and word != "-h"]
    # Python gives bytes of a command line that are not UTF-8 as the surrogates U+DC80 to U+DCFF, and no others.
    words = [
        word for word in words if not any("\ud800" <= char < "\udc80" or "\udcff" < char < "\ue000" for char in word)
    ]
    assert cli.run(["search", *words], lambda _: engine) in (0, 1)
    assert len(engine.searched) == 1


def test_a_category_that_no_article_has_is_told_of(run: Run) -> None:
    _, _, err = run("search", "harbour", "--category", "sprots")
    assert "articles: there is no category sprots; others are: sports\n" in err
    assert "try without --category\n" in err
    assert "no category" not in run("search", "bridge", "--category", "sports")[2]


def test_the_days_meant_are_told_when_nothing_is_found(run: Run) -> None:
    _, _, err = run("search", "harbour", "--since", "2021-03")
    assert "articles: the dates were read as since:2021-03-01\n" in err
    assert "try without --since\n" in err


def test_a_path_with_a_line_break_is_left_out_and_counted(run: Run, engine: FakeEngine) -> None:
    engine.articles = [article("a\nb.md", body="harbour")]
    _, out, err = run("search", "harbour", "--paths")
    assert out == ""
    assert err == "articles: 1 left out: control characters in the name of the file\n"


def test_control_characters_of_content_do_not_reach_the_terminal(run: Run, engine: FakeEngine) -> None:
    engine.articles = [article("a.md", "Harbour \x1b[31m", "harbour \x9b31m \u202e", categories=["\x07"])]
    for command in (["search", "harbour"], ["search", "--json", "harbour"], ["show", "a.md"]):
        _, out, _ = run(*command)
        assert out
        assert not set("\x1b\x9b\u202e\x07") & set(out)


def test_show_gives_one_article_by_id_or_by_the_path_of_its_file(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    expected = run("show", "2020/goalkeeper.md")
    assert expected[0] == 0
    assert "The club paid no fee." in expected[1]
    assert run("show", "content/2020/goalkeeper.md") == expected
    assert run("show", str(tmp_path / "content/2020/goalkeeper.md")) == expected


def test_show_as_json_has_the_keys_of_a_hit_and_body_and_warnings(run: Run) -> None:
    _, out, _ = run("show", "2019/library.md", "--json")
    shown = json.loads(out)
    assert shown["id"] == "2019/library.md"
    assert shown["body"].startswith("Readers may stay")
    assert len(shown["warnings"]) == 1


def test_an_article_that_is_not_there_has_a_reason_or_others_like_it(run: Run, engine: FakeEngine) -> None:
    engine.missing["2020/plan.md"] = "left out: draft"
    for command in ("show", "related"):
        assert run(command, "2020/plan.md") == (2, "", "articles: 2020/plan.md was left out: draft\n")
        assert "did you mean 2020/goalkeeper.md?" in run(command, "goalkeeper")[2]
        assert "did you mean 2019/library.md?" in run(command, "2019/libary.md")[2]


def test_related_finds_articles_or_exits_with_1(run: Run) -> None:
    code, out, _ = run("related", "2020/harbour-bridge.md")
    assert code == 0
    assert "Festival returns to the harbour" in out
    code, out, err = run("related", "2020/goalkeeper.md")
    assert (code, out) == (1, "")
    assert is_one_line(err)
    code, out, _ = run("related", "2020/goalkeeper.md", "--json")
    assert (code, json.loads(out)) == (1, {"version": 1, "hits": []})


def test_suggest_completes_or_exits_with_1(run: Run) -> None:
    assert run("suggest", "old", "lib")[:2] == (0, "old library\n")
    assert run("suggest", "-xyz")[:2] == (1, "")
    completion = {"text": "harbour", "kind": "query", "id": None, "url": None}
    told = json.loads(run("suggest", "har", "--json")[1])
    assert told == {"version": 1, "suggestions": ["harbour"], "completions": [completion]}


def test_paths_can_be_opened(site: Path) -> None:
    found = program("search", "keeper", "--paths", cwd=site)
    assert found.stdout == b"content/goal keeper.md\n"
    assert (site / found.stdout.decode().strip()).is_file()


@pytest.mark.parametrize("words", [[b"caf\xe9", b"bridge"], [b"\xff\xfe"], [b"\xed\xa0\x80"], [b"-bridge"], [b"("]])
def test_no_bytes_on_the_command_line_are_a_traceback(site: Path, words: Sequence[bytes]) -> None:
    for command in ("search", "suggest"):
        done = program(command, *words, cwd=site)
        assert done.returncode in (0, 1), done.stderr
        assert b"Traceback" not in done.stderr
    for command in ("show", "related"):
        done = program(command, "--", *words[:1], cwd=site)
        assert done.returncode == 2
        assert is_one_line(done.stderr.decode())
        assert b"fault of the program" not in done.stderr


def test_a_day_is_the_one_at_the_site_wherever_it_is_shown(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "fair.md").write_text("---\ntitle: Harbour fair\ndate: 2020-09-15\n---\nIt opened.\n")
    (tmp_path / "content" / "late.md").write_text("---\ntitle: A fair\ndate: 2020-12-15 23:30\n---\nAt the harbour.\n")
    (tmp_path / "articles.toml").write_text('timezone = "Europe/London"\n')
    assert program("index", cwd=tmp_path).returncode == 0
    for command in (["search", "harbour"], ["related", "late.md"]):
        assert b"2020-09-15 \xc2\xb7" in program(*command, cwd=tmp_path).stdout
        found = json.loads(program(*command, "--json", cwd=tmp_path).stdout)
        assert "2020-09-15T00:00:00+01:00" in {hit["date"] for hit in found["hits"]}
    shown = program("show", "fair.md", cwd=tmp_path).stdout.decode()
    assert "2020-09-15T00:00:00+01:00" in shown
    assert json.loads(program("show", "late.md", "--json", cwd=tmp_path).stdout)["date"] == "2020-12-15T23:30:00+00:00"
    assert program("search", "date:2020-09-15", "--paths", cwd=tmp_path).stdout.endswith(b"fair.md\n")
