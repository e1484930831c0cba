"""Only what changed is read, as it is at that moment; nothing hangs, and nothing outside the content root is read."""

from __future__ import annotations

import errno
import os
import pickle
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from article_search.limits import LIMITS
from article_search.reading import article
from article_search.reading.article import Note, Rules
from article_search.reading.files import Files, FileState
from article_search.reading.loading import Loader
from article_search.reading.walking import changes, walk
from tests.reading.written import LONG_AGO, ROMA, write
from tests.unreliable import each_call_failing

NOW = datetime(2020, 9, 20, 12, tzinfo=UTC)
RULES = Rules(timezone=UTC)

needs_permissions = pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")


def loader(root: Path, known: dict[str, FileState] | None = None, now: datetime = NOW) -> Loader:
    return Loader(str(root.resolve()), RULES, known or {}, now)


def test_a_file_is_read_as_an_article(root: Path) -> None:
    write(root / "a.md")
    loaded = loader(root)("a.md")
    assert loaded.article is not None
    assert (loaded.article.id, loaded.article.title) == ("a.md", "Roma wait")
    assert (loaded.state.size, loaded.state.mtime, loaded.state.fate) == (len(ROMA), LONG_AGO, "indexed")
    assert not loaded.state.recheck


def test_a_file_with_the_bytes_known_is_not_parsed_again(root: Path) -> None:
    write(root / "a.md")
    before = replace(loader(root)("a.md").state, warnings=(Note("kept", 3),))
    os.utime(root / "a.md", ns=(LONG_AGO + 1, LONG_AGO + 1))
    loaded = loader(root, {"a.md": before})("a.md")
    assert loaded.article is None
    assert loaded.state == replace(before, mtime=LONG_AGO + 1, mark=loaded.state.mark)


def test_a_file_with_other_bytes_of_the_same_number_is_parsed_again(root: Path) -> None:
    write(root / "a.md")
    before = loader(root)("a.md").state
    write(root / "a.md", ROMA.replace("Roma", "Lazio"[:4]))
    loaded = loader(root, {"a.md": before})("a.md")
    assert loaded.article is not None
    assert loaded.article.title == "Lazi wait"


def test_an_article_of_the_future_is_left_out_until_it_is_due(root: Path) -> None:
    write(root / "a.md")
    early = datetime(2020, 9, 1, tzinfo=UTC)
    due = datetime(2020, 9, 15, tzinfo=UTC).timestamp()
    first = loader(root, now=early)("a.md")
    assert (first.state.fate, first.state.reason, first.state.due, first.article) == ("left_out", "future", due, None)
    assert loader(root, {"a.md": first.state}, now=early)("a.md").state == first.state
    later = loader(root, {"a.md": first.state}, now=NOW)("a.md")
    assert later.article is not None
    assert later.state.fate == "indexed"


def test_a_draft_is_left_out(root: Path) -> None:
    write(root / "a.md", "---\ntitle: Not yet\ndraft: true\n---\nText.\n")
    loaded = loader(root)("a.md")
    assert (loaded.state.fate, loaded.state.reason, loaded.article) == ("left_out", "draft", None)


def test_a_file_nothing_can_be_made_of_is_rejected_with_its_reason(root: Path) -> None:
    write(root / "a.md", b"")
    loaded = loader(root)("a.md")
    assert (loaded.state.fate, loaded.article) == ("rejected", None)
    assert loaded.state.reason
    assert not loaded.state.recheck


@pytest.mark.parametrize("age", [0, 1, -3600])
def test_a_file_younger_than_a_clock_tick_is_looked_at_once_more(root: Path, age: int) -> None:
    write(root / "a.md", mtime=time.time_ns() - age * 10**9)
    young = loader(root)("a.md").state
    assert young.recheck
    os.utime(root / "a.md", ns=(LONG_AGO, LONG_AGO))
    assert not loader(root, {"a.md": young})("a.md").state.recheck


def test_a_rewrite_in_the_same_tick_is_found_by_the_next_run(root: Path) -> None:
    tick = time.time_ns()
    write(root / "a.md", mtime=tick)
    known = {"a.md": loader(root)("a.md").state}
    write(root / "a.md", ROMA.replace("Roma", "Pisa"), mtime=tick)
    found = changes(walk(root, root / "index"), Files(known), NOW)
    assert found.to_read == ("a.md",)
    again = loader(root, known)("a.md").article
    assert again is not None
    assert again.title == "Pisa wait"


def test_what_took_a_files_place_since_the_walk_is_rejected_and_nothing_hangs(root: Path, tmp_path: Path) -> None:
    write(tmp_path / "secret.md")
    os.mkfifo(root / "fifo.md")
    (root / "out.md").symlink_to("../secret.md")
    (root / "folder").symlink_to("..")
    (root / "folder.md").mkdir()
    load = loader(root)
    expected = {
        "fifo.md": "is a FIFO, not a file",
        "out.md": "is a link that leaves the content root",
        "folder/secret.md": "is a link that leaves the content root",
        "folder.md": "is a folder, not a file",
        "gone.md": "vanished before it was read",
        "../secret.md": "is a link that leaves the content root",
    }
    for id, reason in expected.items():
        found = load(id).state
        assert (found.fate, found.reason, found.recheck) == ("rejected", reason, True), id


@needs_permissions
def test_an_unreadable_file_is_rejected_and_tried_again(root: Path) -> None:
    write(root / "a.md").chmod(0)
    found = loader(root)("a.md").state
    assert (found.reason, found.recheck) == ("cannot be read: Permission denied", True)


def test_a_file_that_grew_over_the_cap_is_rejected(root: Path) -> None:
    with (root / "big.md").open("wb") as file:
        file.truncate(LIMITS.file_bytes + 1)
    assert "8,388,609 bytes" in str(loader(root)("big.md").state.reason)


@pytest.mark.parametrize("code", [errno.EIO, errno.ESTALE, errno.EMFILE, errno.ENOMEM, errno.ENOENT])
def test_whatever_fails_of_a_file_that_is_known_it_stays_as_it_was(root: Path, code: int) -> None:
    write(root / "a.md")
    before = loader(root)("a.md").state
    write(root / "a.md", ROMA.replace("Roma", "Pisa"))
    kept = 0
    known = {"a.md": before}
    for _, loaded in each_call_failing(root, code, lambda: loader(root, known)("a.md"), lasting=True):
        if loaded.article is None:
            assert replace(loaded.state, unreadable=None, recheck=before.recheck) == before
            assert loaded.state.recheck and loaded.state.unreadable
            kept += 1
    assert kept >= 4  # open, read, and what is asked before and after


@pytest.mark.parametrize("error", [OSError(errno.EMFILE, "Too many open files"), ImportError("tables")])
def test_what_the_parser_cannot_load_just_now_is_not_the_files_fault(
    root: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def broken(*_: object) -> None:
        raise error

    write(root / "a.md")
    before = loader(root)("a.md").state
    write(root / "a.md", ROMA.replace("Roma", "Pisa"))
    monkeypatch.setattr(article, "parse", broken)
    load = loader(root, {"a.md": before})
    if isinstance(error, ImportError):
        with pytest.raises(ImportError):
            load("a.md")
    else:
        assert load("a.md").state == replace(before, unreadable="cannot be read: Too many open files", recheck=True)


def changing(monkeypatch: pytest.MonkeyPatch, file: Path, times: int) -> None:
    """Lets a file grow that many times between its being opened and being read."""
    fstat, left = os.fstat, [times]

    def growing(handle: int) -> os.stat_result:
        status = fstat(handle)
        if left[0]:
            left[0] -= 1
            with file.open("ab") as stream:
                stream.write(b"more\n")
        return status

    monkeypatch.setattr(os, "fstat", growing)


def test_a_file_that_changes_while_it_is_read_is_read_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changing(monkeypatch, write(root / "a.md"), times=1)
    loaded = loader(root)("a.md")
    assert loaded.article is not None
    assert loaded.article.body.endswith("more")
    assert loaded.state.size == len(ROMA) + len("more\n")


def test_a_file_that_keeps_changing_is_rejected_until_the_next_run(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changing(monkeypatch, write(root / "a.md"), times=100)
    found = loader(root)("a.md").state
    assert found.reason == "cannot be read: it kept changing; the next run tries again"
    assert found.recheck


def test_a_fault_of_the_parser_rejects_one_file_and_names_itself(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RecursionError("too\ndeep")

    write(root / "a.md")
    monkeypatch.setattr(article, "parse", broken)
    found = loader(root)("a.md").state
    assert (found.fate, found.reason) == ("rejected", r"internal error: RecursionError: too\ndeep")


@pytest.mark.parametrize("error", [MemoryError, KeyboardInterrupt])
def test_what_concerns_the_whole_run_is_not_taken_for_a_fault_of_one_file(
    root: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    def failing(*_: object) -> None:
        raise error

    write(root / "a.md")
    monkeypatch.setattr(article, "parse", failing)
    with pytest.raises(error):
        loader(root)("a.md")


def test_a_loader_can_be_sent_to_another_process(root: Path) -> None:
    write(root / "a.md")
    load = loader(root, {"b.md": FileState(1, 1, "d", "indexed")})
    assert pickle.loads(pickle.dumps(load))("a.md") == load("a.md")
