"""The program ``articles``: its help, its exit codes, and failures told in one line."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from article_search.errors import IndexBusyError, IndexDamagedError, IndexUnavailableError, NoIndexError
from article_search.reading.report import Report
from article_search.terminal import cli
from tests.fake_engine import FakeEngine
from tests.terminal.conftest import Run, is_one_line, program


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
        IndexUnavailableError("the index articles at https://a.example:9200 does not answer"),
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


def test_messages_name_the_cluster_where_the_index_is_in_one(
    run: Run, engine: FakeEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "content").mkdir()
    (tmp_path / "articles.toml").write_text('[opensearch]\nhosts = ["https://a.example:9200"]\n')
    engine.failure = NoIndexError("no index")
    _, _, err = run("search", "x")
    assert "there is no index articles at https://a.example:9200 yet: `articles index` makes one of content" in err
    engine.failure = OSError(24, "Too many open files")
    _, _, err = run("search", "x")
    assert "the index articles at https://a.example:9200: Too many open files" in err
    _, _, err = run("--index", "elsewhere", "search", "x")
    assert "the index elsewhere: Too many open files" in err


def test_status_names_the_cluster(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "articles.toml").write_text('[opensearch]\nhosts = ["https://a.example:9200"]\n')
    _, out, _ = run("status")
    assert out.splitlines()[0] == "index      articles at https://a.example:9200"


def test_the_engine_is_closed_whatever_happens(run: Run, engine: FakeEngine) -> None:
    engine.failure = OSError("gone")
    run("search", "x")
    assert engine.closed


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
