"""The command ``articles``: exit codes, what goes to which output, words that need no quoting, errors in one line.

Commands are tried with a fake engine in this process, and the installed program with the real one in its own.
"""

from __future__ import annotations

import json
import os
import pty
import resource
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from article_search import settings
from article_search.errors import IndexBusyError, IndexDamagedError, NoIndexError
from article_search.limits import LIMITS
from article_search.reading.report import FileNote, Report
from article_search.terminal import cli
from tests.fake_engine import FakeEngine, article

Outcome = tuple[int, str, str]
Run = Callable[..., Outcome]


@pytest.fixture(autouse=True)
def nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ARTICLES_CONTENT", "ARTICLES_INDEX", "ARTICLES_CONFIG", "NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def run(engine: FakeEngine, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command with the fake engine: exit code, standard output, standard error."""

    def run(*arguments: str) -> Outcome:
        def opened(settings: settings.Settings) -> FakeEngine:
            engine.settings = settings
            return engine

        code = cli.run(arguments, opened)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def is_one_line(error: str) -> bool:
    return error.startswith("articles: ") and error.count("\n") == 1 and error.endswith("\n")


# Searching


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
    monkeypatch.setattr(cli, "LIMITS", replace(LIMITS, page_depth=200))
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


def test_a_letter_after_a_dash_is_a_word_left_out_but_perhaps_was_meant_as_an_option(run: Run) -> None:
    err = run("search", "harbour", "-n", "5")[2]
    assert "-n leaves out articles with the word n; options have two dashes" in err
    assert run("search", "harbour", "-n")[2] == ""
    assert "dashes" not in run("search", "harbour", "-storm", "-bridge")[2]


def test_an_order_may_be_written_in_capitals(run: Run) -> None:
    assert run("search", "harbour", "--sort", "Newest") == run("search", "harbour", "--sort", "newest")


def test_an_article_that_is_not_there_has_a_reason_or_others_like_it(run: Run, engine: FakeEngine) -> None:
    engine.missing["2020/plan.md"] = "left out: draft"
    for command in ("show", "related"):
        assert run(command, "2020/plan.md") == (2, "", "articles: 2020/plan.md was left out: draft\n")
        assert "did you mean 2020/goalkeeper.md?" in run(command, "goalkeeper")[2]
        assert "did you mean 2019/library.md?" in run(command, "2019/libary.md")[2]


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


# Errors


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["search", "--catgory", "sports", "roma"], "--category"),
        (["search", "roma", "--since"], "--since"),
        (["search", "roma", "--limit", "0"], "--limit"),
        (["search", "roma", "--limit", "many"], "--limit"),
        (["search", "roma", "--page", "-1"], "--page"),
        (["search", "roma", "--sort", "best"], "newest"),
        (["search", "roma", "--json", "--paths"], "--json and --paths"),
        (["search", "roma", "--any", "--strict"], "any and strict"),
        (["search", "roma", "--since", "2020-10", "--until", "2020-09"], "2020-10 is later than until: 2020-09"),
        (["search", "roma", "--since", "the-day-of-days"], "since"),
        (["search", "roma", "--content", "x"], "before the command"),
        (["smalling", "roma"], "articles search smalling roma"),
        (["serach", "roma"], "search"),
        (["--contnet", "x", "search", "roma"], "--content"),
        (["show"], "ID"),
        (["suggest"], "PREFIX"),
        (["show", "no/such.md"], "no/such.md"),
        (["related", "no/such.md"], "no/such.md"),
        (["serve", "--port", "70000"], "--port"),
        (["--config", "no-such.toml", "search", "roma"], "no-such.toml"),
    ],
)
def test_what_cannot_be_read_is_an_error_in_one_line(run: Run, arguments: list[str], says: str) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert is_one_line(err)
    assert says in err


def test_no_command_shows_the_help_and_is_an_error(run: Run) -> None:
    code, out, err = run()
    assert (code, out) == (2, "")
    assert "Commands:" in err


@pytest.mark.parametrize(
    "failure",
    [
        IndexBusyError("another run is writing the index"),
        IndexDamagedError("index/x is cut short: run `articles index --full`"),
        OSError(28, "No space left on device", "index/segment"),
        ValueError("a fault\nof \x1b the program"),
        RecursionError("too deep"),
        MemoryError(),
    ],
    ids=lambda failure: type(failure).__name__,
)
def test_no_failure_gives_a_traceback(run: Run, engine: FakeEngine, failure: Exception) -> None:
    engine.failure = failure
    for command in (["search", "x"], ["index"], ["status"], ["check"], ["related", "x"], ["suggest", "x"]):
        code, out, err = run(*command)
        assert (code, out) == (2, "")
        assert is_one_line(err)
        assert "\x1b" not in err


def test_a_fault_of_the_program_can_be_traced(run: Run, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    engine.failure = ZeroDivisionError()
    monkeypatch.setenv("ARTICLES_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        run("search", "x")


def test_an_interrupted_run_exits_with_130(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> Report:
        raise KeyboardInterrupt

    monkeypatch.setattr(FakeEngine, "index", interrupted)
    code, _, err = run("index")
    assert code == 130
    assert is_one_line(err)


def test_the_first_run_says_how_to_make_an_index(
    run: Run, engine: FakeEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    engine.failure = NoIndexError("no index")
    _, _, err = run("search", "x")
    assert "no folder content" in err
    assert "--content DIR" in err

    Path("content").mkdir()
    code, _, err = run("search", "x")
    assert code == 2
    assert "`articles index`" in err
    assert is_one_line(err)


def test_the_engine_is_closed_whatever_happens(run: Run, engine: FakeEngine) -> None:
    engine.failure = OSError("gone")
    run("search", "x")
    assert engine.closed


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


# The other commands


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


def test_a_mistyped_query_says_what_was_searched_for_and_how_to_have_it_as_typed(run: Run, engine: FakeEngine) -> None:
    engine.corrections["harbuor storm"] = "harbour storm"
    code, out, err = run("search", "harbuor", "storm")
    assert (code, out.splitlines()[0]) == (0, "2 articles (1 ms)")
    assert err == "articles: showing results for: harbour storm (--exact searches for what was typed only)\n"
    assert "showing results" not in run("search", "--exact", "harbuor", "storm")[2]
    answer = json.loads(run("search", "harbuor", "storm", "--json")[1])
    assert (answer["corrected"], answer["suggestion"]) == (True, "harbour storm")


def test_paths_are_of_what_was_typed(run: Run, engine: FakeEngine) -> None:
    engine.corrections["harbuor"] = "harbour"
    code, out, err = run("search", "harbuor", "--paths")
    assert (code, out) == (1, "")
    assert "did you mean: harbour" in err


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


def test_index_reports_counts_and_as_json_the_same(run: Run, engine: FakeEngine) -> None:
    engine.report = Report(seen=3, added=1, unchanged=1, rejected=(FileNote("bad.md", 7, "no text"),))
    code, out, err = run("index")
    assert (code, err) == (0, "")
    assert "bad.md:7: no text" in out
    _, out, _ = run("index", "--json")
    report = json.loads(out)
    assert report["rejected"] == [{"path": "bad.md", "line": 7, "reason": "no text"}]
    assert report["seen"] == report["added"] + report["unchanged"] + len(report["rejected"])


def test_strict_exits_with_2_if_any_file_was_rejected(run: Run, engine: FakeEngine) -> None:
    assert run("index", "--strict")[0] == 0
    engine.report = Report(seen=1, rejected=(FileNote("bad.md", None, "no text"),))
    assert run("index", "--strict")[0] == 2
    assert run("index")[0] == 0


def test_a_dry_run_says_so(run: Run) -> None:
    assert "nothing was written" in run("index", "--dry-run")[1]
    assert "nothing was written" not in run("index")[1]


def test_check_reports_warnings(run: Run) -> None:
    code, out, _ = run("check")
    assert code == 0
    assert "2019/library.md: title: an unquoted colon was read as text" in out
    assert set(json.loads(run("check", "--json")[1])) == {
        "version",
        "seen",
        "left_out",
        "rejected",
        "warnings",
        "seconds",
    }


def test_status_and_its_verification(run: Run, engine: FakeEngine) -> None:
    assert json.loads(run("status", "--json")[1])["articles"] == 5
    code, out, _ = run("status", "--verify")
    assert code == 0
    assert "every file of the index is as it was written" in out
    engine.problems = ("segment.bin: cut short",)
    code, out, err = run("status", "--verify")
    assert code == 2
    assert err == "articles: segment.bin: cut short\n"
    assert json.loads(run("status", "--verify", "--json")[1])["problems"] == ["segment.bin: cut short"]


def test_serve_hands_the_engine_to_the_server(run: Run, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[object] = []
    monkeypatch.setattr("article_search.web.server.serve", lambda *arguments: served.extend(arguments))
    assert run("serve", "--port", "8123")[0] == 0
    assert served == [engine, "127.0.0.1", 8123]


# Help


@pytest.mark.parametrize("name", sorted(cli.cli.commands))
def test_every_command_and_option_has_help(run: Run, name: str) -> None:
    command = cli.cli.commands[name]
    assert command.help
    assert all(option.help for option in command.params if isinstance(option, click.Option))
    code, out, _ = run(name, "--help")
    assert code == 0
    assert out.startswith(f"Usage: articles {name}")


def test_the_list_of_commands_is_not_cut(run: Run) -> None:
    code, out, _ = run("--help")
    assert code == 0
    assert "..." not in out.split("Commands:")[1]


# The installed program, with the real engine


def program(*arguments: str | bytes, **options: Any) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, **options.pop("environment", {})}
    return subprocess.run(
        [sys.executable, "-m", "article_search", *arguments],
        capture_output=True,
        env=environment,
        timeout=60,
        **options,
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two articles, a draft, a file that is no article, and their index."""
    folder = tmp_path_factory.mktemp("site")
    content = folder / "content"
    content.mkdir()
    (content / "bridge.md").write_text(
        "---\ntitle: The bridge: open again \ndate: 2020-09-15-12-28-00 \ncategories: [latest, transport] \n--- \n"
        "Two **cables** of the bridge were replaced.\n"
    )
    (content / "goal keeper.md").write_text("---\ntitle: Keeper stays\ndate: 2020-09-01\n---\nHe signed. No bridge.\n")
    (content / "draft.md").write_text("---\ntitle: Not yet\ndraft: true\n---\nA bridge too far.\n")
    (content / "image.md").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)))
    made = program("index", cwd=folder)
    assert made.returncode == 0, made.stderr
    return folder


def test_an_index_run_accounts_for_every_file(site: Path) -> None:
    report = json.loads(program("index", "--json", cwd=site).stdout)
    assert report["seen"] == 4
    assert report["unchanged"] == 2
    assert [entry["path"] for entry in report["left_out"]] == ["draft.md"]
    assert [entry["path"] for entry in report["rejected"]] == ["image.md"]


def test_a_search_in_a_pipe_has_no_colour(site: Path) -> None:
    found = program("search", "bridge", cwd=site)
    assert found.returncode == 0, found.stderr
    assert b"1. The bridge: open again" in found.stdout
    assert b"\x1b" not in found.stdout
    assert found.stderr == b""


def test_colour_can_be_forced_and_refused(site: Path) -> None:
    assert b"\x1b[1m" in program("search", "bridge", cwd=site, environment={"FORCE_COLOR": "1"}).stdout
    both = {"FORCE_COLOR": "1", "NO_COLOR": "1"}
    assert b"\x1b" not in program("search", "bridge", cwd=site, environment=both).stdout


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


def test_letters_that_an_output_does_not_know_become_question_marks(site: Path) -> None:
    found = program("search", "bridge", cwd=site, environment={"PYTHONIOENCODING": "iso8859-5"})
    assert found.returncode == 0
    assert b"2020-09-15 ? latest" in found.stdout
    assert b"\xb7" not in found.stdout


def test_there_is_no_index_at_first(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    done = program("search", "roma", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr == b"articles: there is no index in index yet: `articles index` makes one of content\n"


def test_options_win_over_the_environment(site: Path, tmp_path: Path) -> None:
    environment = {"ARTICLES_CONTENT": str(tmp_path), "ARTICLES_INDEX": str(site / "index")}
    found = program("search", "keeper", "--paths", cwd=tmp_path, environment=environment)
    assert found.stdout.decode().strip() == str(tmp_path / "goal keeper.md")
    missing = program("--index", "elsewhere", "search", "keeper", cwd=tmp_path, environment=environment)
    assert missing.returncode == 2
    assert b"elsewhere" in missing.stderr


def test_a_reader_that_stops_reading_is_no_error(site: Path) -> None:
    for arguments in (["search", "bridge"], ["search", "bridge", "--paths"], ["--help"]):
        read, write = os.pipe()
        os.close(read)
        command = [sys.executable, "-m", "article_search", *arguments]
        done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, cwd=site, timeout=60)
        os.close(write)
        assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_an_error(site: Path) -> None:
    command = [sys.executable, "-m", "article_search", "search", "bridge"]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, cwd=site, timeout=60)
    assert done.returncode == 2
    assert is_one_line(done.stderr.decode())
    assert b"No space left" in done.stderr


@pytest.mark.parametrize("arguments", ["search bridge", "index", "--version", "status --json"])
def test_without_a_standard_output_nothing_is_done_and_an_error_says_so(site: Path, arguments: str) -> None:
    command = f"exec {shlex.quote(sys.executable)} -m article_search {arguments} >&-"
    done = subprocess.run(["/bin/sh", "-c", command], stderr=subprocess.PIPE, text=True, cwd=site, timeout=60)
    assert done.returncode == 2
    assert "standard output is closed" in done.stderr
    assert is_one_line(done.stderr)


def test_without_a_standard_error_answers_are_given_all_the_same(site: Path) -> None:
    for arguments in ("search bridge", "index --full"):
        command = f"exec {shlex.quote(sys.executable)} -m article_search {arguments} 2>&-"
        done = subprocess.run(["/bin/sh", "-c", command], stdout=subprocess.PIPE, text=True, cwd=site, timeout=60)
        assert done.returncode == 0
        assert done.stdout


def test_an_index_that_cannot_be_written_is_named(site: Path, tmp_path: Path) -> None:
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))  # noqa: E731
    (tmp_path / "content").mkdir()
    for number in range(50):
        (tmp_path / "content" / f"{number}.md").write_text(f"---\ntitle: T{number}\n---\n" + "words " * 2000)
    done = program("index", cwd=tmp_path, preexec_fn=limit)
    assert done.returncode == 2
    assert is_one_line(done.stderr.decode())
    assert b"index" in done.stderr
    assert b"File too large" in done.stderr


def test_a_long_message_is_wrapped_between_words_on_a_terminal(site: Path) -> None:
    shown = in_terminal(["search", "bridge", "zzz", "--sort", "newest"], site).decode()
    assert "has all of these words; those with some of them are here\r\n  too (--strict leaves them out)\r\n" in shown


def test_a_terminal_gets_colour_and_a_progress_bar_that_goes_away(site: Path) -> None:
    shown = in_terminal(["search", "bridge"], site)
    assert b"\x1b[4mbridge\x1b[24m" in shown
    shown = in_terminal(["index", "--full"], site)
    assert b"files" in shown
    assert b"\r\x1b[K" in shown


def in_terminal(arguments: list[str], folder: Path) -> bytes:
    """What a program writes to a terminal."""
    main, terminal = pty.openpty()
    command = [sys.executable, "-m", "article_search", *arguments]
    process = subprocess.Popen(
        command, stdout=terminal, stderr=terminal, cwd=folder, env={**os.environ, "TERM": "xterm"}
    )
    os.close(terminal)
    shown = b""
    try:
        while piece := os.read(main, 65536):
            shown += piece
    except OSError:  # Linux ends a terminal whose program has ended with an error
        pass
    finally:
        os.close(main)
    assert process.wait(60) == 0
    return shown


def test_an_interrupted_index_run_changes_nothing(tmp_path: Path) -> None:
    content = tmp_path / "content"
    content.mkdir()
    (content / "a.md").write_text("---\ntitle: First\n---\nThe first state.\n")
    assert program("index", cwd=tmp_path).returncode == 0
    for number in range(3000):
        (content / f"{number}.md").write_text(f"---\ntitle: New {number}\n---\n" + "More words. " * 100)
    before = set((tmp_path / "index").iterdir())
    command = [sys.executable, "-m", "article_search", "index"]
    process = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    while process.poll() is None and set((tmp_path / "index").iterdir()) == before:
        time.sleep(0.01)  # until it writes
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: parent and workers alike
    _, err = process.communicate(timeout=60)
    if process.returncode == 0:
        pytest.skip("this machine indexed everything before it was interrupted")
    assert process.returncode == 130
    assert is_one_line(err.decode())
    assert program("search", "state", cwd=tmp_path).returncode == 0
    assert program("search", "more", cwd=tmp_path).returncode == 1


def test_the_shell_completes_commands_options_and_words(site: Path) -> None:
    def completed(*words: str) -> list[str]:
        environment = {
            "_ARTICLES_COMPLETE": "bash_complete",
            "COMP_WORDS": " ".join(["articles", *words]),
            "COMP_CWORD": str(len(words)),
        }
        out = program(cwd=site, environment=environment).stdout.decode()
        return [line.partition(",")[2] for line in out.splitlines() if line]

    assert completed("sea") == ["search"]
    assert completed("search", "--cat") == ["--category"]
    assert completed("search", "--sort", "ne") == ["newest"]
    assert completed("search", "-roma", "--sort", "ne") == ["newest"]
    assert "bridge" in completed("search", "bri")
    assert completed("search", "--category", "tr") == ["transport"]
    assert completed("search", "bridge", "category:tr") == ["category:transport"]
    assert completed("search", "category", ":", "tr") == ["transport"]  # as bash cuts it
    assert completed("search", "category", ":") == ["latest", "transport"]
    assert completed("search", '"the bri') == ["the bridge"]
    assert completed("search", "title:bri") == ["title:bridge"]
    assert completed("show", "bri") == completed("related", "bri") == ["bridge.md"]
    assert completed("show", "content/bri") == ["content/bridge.md"]
    assert completed("show", "zzz") == []


def test_of_many_ids_the_shell_offers_their_folders(run: Run, engine: FakeEngine) -> None:
    engine.articles = [article(f"{year}/{n}.md") for year in (2019, 2020) for n in range(90)]
    assert list(complete_id(engine, "20")) == ["2019/", "2020/"]
    assert len(list(complete_id(engine, "2019/"))) == 90


def complete_id(engine: FakeEngine, incomplete: str) -> list[str]:
    parameter = cli.show.params[0]
    context = click.Context(cli.show, parent=click.Context(cli.cli, obj=lambda _: engine))
    assert context.parent
    context.parent.params = {"config": None, "content": None, "index": None}
    return [item.value for item in parameter.shell_complete(context, incomplete)]
