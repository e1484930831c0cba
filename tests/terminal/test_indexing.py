"""Runs over the articles say what they did, and what cannot be done."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from article_search.reading.report import FileNote, Report
from tests.fake_engine import FakeEngine
from tests.terminal.conftest import Run, is_one_line, program


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


def test_what_could_not_be_read_is_named_and_exits_with_2(run: Run, engine: FakeEngine) -> None:
    engine.report = Report(seen=3, unchanged=3, unreadable=(FileNote("archive", None, "cannot be read: why"),))
    for command in ("index", "check"):
        code, out, _ = run(command)
        assert code == 2
        assert "1 folder or file that could not be read now; what is known of them stays:\n  archive: cannot" in out
        code, out, _ = run(command, "--json")
        assert code == 2
        assert json.loads(out)["unreadable"] == [{"path": "archive", "reason": "cannot be read: why"}]


NOBODY = 65534


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("setpriv"), reason="only root can be somebody else")
def test_a_folder_without_rights_keeps_its_articles() -> None:
    with TemporaryDirectory() as name:  # pytest's own folders are closed to others
        site = Path(name)
        (site / "content" / "archive").mkdir(parents=True)
        for id in ("new.md", "archive/old1.md", "archive/old2.md"):
            (site / "content" / id).write_text(f"---\ntitle: {id}\n---\nAn albatross.\n")
        for path in (site, *site.rglob("*")):
            os.chown(path, NOBODY, NOBODY)
        nobody = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]

        def articles(*arguments: str) -> subprocess.CompletedProcess[str]:
            command = [*nobody, sys.executable, "-m", "article_search", *arguments]
            return subprocess.run(command, cwd=site, capture_output=True, text=True, timeout=60, check=False)

        if articles("--version").returncode:
            pytest.skip("another user may not run this Python")
        assert articles("index").returncode == 0
        (site / "content" / "archive").chmod(0)
        done = articles("index", "--json")
        report = json.loads(done.stdout)
        assert done.returncode == 2
        assert report["unreadable"] == [{"path": "archive", "reason": "cannot be read: Permission denied"}]
        assert (report["seen"], report["unchanged"], report["removed"], report["rejected"]) == (3, 3, 0, [])
        assert json.loads(articles("search", "albatross", "--json").stdout)["total"] == 3
        (site / "content" / "archive").chmod(0o700)
        assert articles("index").returncode == 0


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
        "unreadable",
        "warnings",
        "seconds",
    }


def test_status_and_its_verification(run: Run, engine: FakeEngine) -> None:
    assert json.loads(run("status", "--json")[1])["articles"] == 5
    code, out, _ = run("status", "--verify")
    assert code == 0
    assert "the index is as it was written" in out
    engine.problems = ("segment.bin: cut short",)
    code, out, err = run("status", "--verify")
    assert code == 2
    assert err == "articles: segment.bin: cut short\n"
    assert json.loads(run("status", "--verify", "--json")[1])["problems"] == ["segment.bin: cut short"]


def test_an_index_run_accounts_for_every_file(site: Path) -> None:
    report = json.loads(program("index", "--json", cwd=site).stdout)
    assert report["seen"] == 4
    assert report["unchanged"] == 2
    assert [entry["path"] for entry in report["left_out"]] == ["draft.md"]
    assert [entry["path"] for entry in report["rejected"]] == ["image.md"]


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


# Presses Ctrl-C when the first file of a new state is opened for writing, by whichever process. A clock may be late.
INTERRUPTED = """
import os, signal, sys
def watch(event, values):
    if event == "open" and str(values[0]).endswith(".cdo") and "w" in str(values[1]):
        try:
            os.close(os.open("interrupted", os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return
        os.killpg(0, signal.SIGINT)  # as a terminal does: parent and workers alike
sys.addaudithook(watch)
signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs the tests may ignore it, as a shell's "&" does
from article_search.__main__ import main
main()
"""


def test_an_interrupted_index_run_changes_nothing(tmp_path: Path) -> None:
    content = tmp_path / "content"
    content.mkdir()
    (content / "a.md").write_text("---\ntitle: First\n---\nThe first state.\n")
    assert program("index", cwd=tmp_path).returncode == 0
    for number in range(1000):
        (content / f"{number}.md").write_text(f"---\ntitle: New {number}\n---\n" + "More words. " * 100)
    command = [sys.executable, "-c", INTERRUPTED, "index"]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, timeout=60, start_new_session=True, check=False
    )
    assert done.returncode == 130
    assert is_one_line(done.stderr)
    assert program("search", "state", cwd=tmp_path).returncode == 0
    assert program("search", "more", cwd=tmp_path).returncode == 1
