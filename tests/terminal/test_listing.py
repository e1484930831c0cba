"""What a search gives to other programs: files, a number, records, lines of files."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.fake_engine import FakeEngine, article
from tests.terminal.conftest import Run, is_one_line, on_terminal, program

TITLE = '"A \\e]0;owned\\a\\e]8;;https://evil.example\\e\\\\ \\e[31mharbour\\r\\nend"'  # as YAML writes controls


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A site whose titles and files have what terminals obey, and its index."""
    content = tmp_path / "content"
    content.mkdir()
    (content / "title.md").write_text(f"---\ntitle: {TITLE}\n---\nThe harbour \x1b]0;x\x07\x1b[2J end.\n")
    (content / "-rf $(touch owned) 'x' \"y\".md").write_text("---\ntitle: T\n---\nharbour\n")
    (content / "rtl \u202e gnp.md").write_text("---\ntitle: T\n---\nharbour\n")
    assert program("index", cwd=tmp_path).returncode == 0
    return tmp_path


def test_nul_ends_each_path(site: Path) -> None:
    paths = program("search", "bridge", "--print0", cwd=site).stdout
    assert paths == program("search", "bridge", "--paths", cwd=site).stdout.replace(b"\n", b"\0")
    assert program("search", "bridge", "--paths", "--print0", cwd=site).stdout == paths
    found = subprocess.run(["xargs", "-0", "wc", "-l"], input=paths, cwd=site, capture_output=True, check=True).stdout
    assert b"content/goal keeper.md" in found


def test_a_number_is_that_of_the_files(run: Run, engine: FakeEngine) -> None:
    engine.articles = [article(f"{n:03}.md", body="harbour") for n in range(250)]
    engine.copies = {"001.md": "000.md"}
    assert run("search", "harbour", "--count") == (0, "250\n", "")
    assert len(run("search", "harbour", "--paths")[1].splitlines()) == 250
    code, out, err = run("search", "harbuor", "--count")
    assert (code, out) == (1, "0\n")
    assert "did you mean: harbour" in err


def test_records_are_of_all_pages_and_end_as_they_say(run: Run, engine: FakeEngine) -> None:
    engine.articles = [article(f"{n:03}.md", f"Title {n}", body="harbour") for n in range(120)]
    lines = run("search", "harbour", "--format", r"{id}\t{title}")[1].splitlines()
    assert len(lines) == 120
    assert "007.md\tTitle 7" in lines
    assert run("search", "harbour", "--limit", "1", "--format", r"{id}\0")[1] == "000.md\0"
    assert run("search", "harbour", "--limit", "1", "--format", "{id}", "--print0")[1] == "000.md\0"
    assert "harbour" in run("search", "harbour", "--limit", "1", "--format", "{snippet}")[1]


def test_a_field_that_there_is_not_is_an_error_in_one_line(run: Run) -> None:
    code, out, err = run("search", "harbour", "--format", "{pth}")
    assert (code, out) == (2, "")
    assert is_one_line(err)
    assert "did you mean path?" in err


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--count", "--paths"], "--paths and --count exclude"),
        (["--json", "--format", "{id}"], "--json and --format exclude"),
        (["--print0", "--count"], "--print0 and --count exclude"),
        (["--print0", "--json"], "--print0 and --json exclude"),
        (["--open", "--browse=2"], "--open and --browse exclude"),
        (["--open=0"], "--open"),
        (["--open=x"], "--open"),
        (["--hyperlinks", "sometimes"], "--hyperlinks"),
    ],
)
def test_what_cannot_go_together_is_an_error_in_one_line(run: Run, options: list[str], says: str) -> None:
    code, out, err = run("search", "harbour", *options)
    assert (code, out) == (2, "")
    assert is_one_line(err)
    assert says in err


# Lines of files


def test_lines_are_those_of_the_files(site: Path) -> None:
    done = program("search", "bridge", "--lines", cwd=site)
    assert (done.returncode, done.stderr) == (0, b"")
    lines = done.stdout.decode().splitlines()
    assert lines == [
        "content/bridge.md:2:title: The bridge: open again ",
        "content/bridge.md:6:Two **cables** of the bridge were replaced.",
        "content/goal keeper.md:5:He signed. No bridge.",
    ]
    for line in lines:
        path, number, text = line.split(":", 2)
        assert (site / path).read_text().splitlines()[int(number) - 1] == text


def test_lines_in_json_are_of_the_page_that_was_asked_for(site: Path) -> None:
    found = json.loads(program("search", "cables", "--json", "--lines", cwd=site).stdout)
    (hit,) = found["hits"]
    passage = [
        {"text": "Two **", "match": False},
        {"text": "cables", "match": True},
        {"text": "** of the bridge were replaced.", "match": False},
    ]
    assert (hit["file"], hit["lines"]) == ("indexed", [{"number": 6, "passage": passage}])
    assert "lines" not in json.loads(program("search", "cables", "--json", cwd=site).stdout)["hits"][0]


def test_files_that_have_changed_or_gone_are_told_of(tmp_path: Path) -> None:
    content = tmp_path / "content"
    content.mkdir()
    for name in ("a", "b", "c", "d"):
        (content / f"{name}.md").write_text("---\ntitle: T\ncategories: [x]\n---\nharbour\n")
    assert program("index", cwd=tmp_path).returncode == 0
    (content / "a.md").write_text("---\ntitle: T\n---\n\n\nThe harbour\n")
    (content / "b.md").unlink()
    (content / "c.md").unlink()
    (content / "c.md").mkdir()
    done = program("search", "harbour", "--lines", cwd=tmp_path)
    assert done.stdout.decode().splitlines() == ["content/a.md:6:The harbour", "content/d.md:5:harbour"]
    assert sorted(done.stderr.decode().splitlines()) == [
        "articles: content/a.md: changed since the index was made: the lines are as they are now",
        "articles: content/b.md: is gone",
        "articles: content/c.md: is a folder, not a file",
    ]
    found = json.loads(program("search", "harbour", "--lines", "--json", cwd=tmp_path).stdout)["hits"]
    states = {hit["id"][0]: (hit["file"], [line["number"] for line in hit["lines"]]) for hit in found}
    assert states == {"a": ("changed", [6]), "b": ("gone", []), "c": ("unreadable", []), "d": ("indexed", [5])}
    said = program("search", "category:x", "--lines", cwd=tmp_path).stderr.decode()
    assert "articles: content/d.md: none of its lines has the words\n" in said


# Whatever content says


LISTS = (
    ["--lines"],
    ["--paths"],
    ["--format", r"{path}\t{id}\t{title}\t{snippet}"],
    ["--hyperlinks=always"],
    ["--json", "--lines"],
)


@pytest.mark.parametrize("options", LISTS, ids=" ".join)
def test_no_control_character_of_content_reaches_a_terminal(hostile: Path, options: list[str]) -> None:
    code, shown = on_terminal("search", "harbour", *options, "--no-pager", cwd=hostile, environment={})
    assert code == 0
    for ours in ("\x1b[1m", "\x1b[2m", "\x1b[4m", "\x1b[22m", "\x1b[24m", "\x1b]8;;\x1b\\"):
        shown = shown.replace(ours, "")
    links = [link.split("\x1b\\")[0] for link in shown.split("\x1b]8;;")[1:]]
    assert all(link.startswith("file://") and link.isprintable() and " " not in link for link in links)
    for link in links:
        shown = shown.replace(f"\x1b]8;;{link}\x1b\\", "")
    assert not {"\x1b", "\x07", "\u202e", "\r"} & set(shown)


def test_a_name_that_reorders_text_is_in_no_list_of_lines_but_has_its_nul(hostile: Path) -> None:
    done = program("search", "harbour", "--paths", cwd=hostile)
    assert len(done.stdout.splitlines()) == 2
    assert done.stderr == b"articles: 1 left out: control characters in the name of the file\n"
    paths = program("search", "harbour", "--print0", cwd=hostile).stdout.split(b"\0")
    assert len(paths) == 4
    assert all((hostile / path.decode()).is_file() for path in paths if path)
    assert "\u202e" not in on_terminal("search", "harbour", "--print0", cwd=hostile, environment={})[1]


# Other commands


def test_articles_like_one_and_completions_are_as_many_as_asked_for(run: Run, engine: FakeEngine) -> None:
    engine.articles = [article(f"{n:02}.md", f"Harbour harbour{n:02}") for n in range(30)]
    for limit in (1, 25):
        answer = json.loads(run("related", "00.md", "--limit", str(limit), "--json")[1])
        assert len(answer["hits"]) == limit
    assert len(json.loads(run("related", "00.md", "--json")[1])["hits"]) == 10
    assert len(run("suggest", "har", "--limit", "3")[1].splitlines()) == 3
    assert len(run("suggest", "--limit=10", "har")[1].splitlines()) == 10
    for command in (["related", "00.md"], ["suggest", "har"]):
        for wrong in ("0", "101", "x"):
            code, out, err = run(*command, "--limit", wrong)
            assert (code, out) == (2, "")
            assert "--limit" in err
