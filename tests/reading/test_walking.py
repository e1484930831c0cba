"""Every file under the content root is taken or rejected by name, and what changed is told without opening one."""

from __future__ import annotations

import errno
import os
import socket
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from article_search.errors import SettingsError
from article_search.limits import LIMITS
from article_search.reading import walking
from article_search.reading.files import Files, FileState, Stamp
from article_search.reading.walking import Changes, Content, changes, walk
from tests.reading.written import LONG_AGO, write
from tests.unreliable import END, Unreliable, each_call_failing

NOW = datetime(2020, 9, 20, 12, tzinfo=UTC)


def listed(root: Path, exclude: Iterable[str] = (), known: Iterable[str] = ()) -> Content:
    return walk(root, root / "index", tuple(exclude), expected=known)


def listed_or_refused(root: Path, known: Iterable[str] = ()) -> Content | SettingsError:
    try:
        return listed(root, known=known)
    except SettingsError as error:
        return error


def ids(root: Path, exclude: Iterable[str] = ()) -> list[str]:
    return sorted(listed(root, exclude).files)


def reasons(root: Path) -> dict[str, str]:
    return {note.path: note.text for note in listed(root).rejected}


# ---- what is there ----


def test_articles_are_known_by_their_extension_in_any_case(root: Path) -> None:
    for name in ("a.md", "b.MD", "c.markdown", "d.mdown", "e.mkd", "with blanks.md", "d.blade.md"):
        write(root / name)
    for name in ("a.png", "md", "a.md.bak", "a.mdx", "style.css"):
        write(root / name)
    assert ids(root) == ["a.md", "b.MD", "c.markdown", "d.blade.md", "d.mdown", "e.mkd", "with blanks.md"]
    assert reasons(root) == {}


def test_an_id_is_the_path_under_the_content_root(root: Path) -> None:
    write(root / "2020" / "09" / "Müller trifft.md")
    write(root / "folder.md" / "x.md")
    assert ids(root) == ["2020/09/Müller trifft.md", "folder.md/x.md"]


def test_size_and_time_of_a_file_are_told(root: Path) -> None:
    write(root / "a.md", "12345", mtime=LONG_AGO + 7)
    assert listed(root).files["a.md"][:2] == (5, LONG_AGO + 7)


def test_drafts_are_read_but_hidden_files_packages_and_the_index_are_passed_over(root: Path) -> None:
    for path in ("_drafts/a.md", ".git/b.md", ".c.md", ".md", "node_modules/x/README.md", "index/d.md"):
        write(root / path)
    assert ids(root) == ["_drafts/a.md"]
    assert listed(root).seen == 1


def test_a_content_root_may_itself_be_a_link(root: Path, tmp_path: Path) -> None:
    write(root / "a.md")
    (tmp_path / "link").symlink_to(root)
    assert ids(tmp_path / "link") == ["a.md"]


@pytest.mark.parametrize(
    ("pattern", "left"),
    [
        ("README.md", ["a.md", "docs/a.md", "docs/deep/b.md"]),
        ("docs", ["README.md", "a.md"]),
        ("docs/", ["README.md", "a.md"]),
        ("docs/**", ["README.md", "a.md"]),
        ("/docs/a.md", ["README.md", "a.md", "docs/README.md", "docs/deep/b.md"]),
        ("docs/*.md", ["README.md", "a.md", "docs/deep/b.md"]),
        ("**/b.md", ["README.md", "a.md", "docs/README.md", "docs/a.md"]),
        ("docs/**/b.md", ["README.md", "a.md", "docs/README.md", "docs/a.md"]),
        ("?.md", ["README.md", "docs/README.md"]),
        ("/a.md", ["README.md", "docs/README.md", "docs/a.md", "docs/deep/b.md"]),
        ("[a.md", ["README.md", "a.md", "docs/README.md", "docs/a.md", "docs/deep/b.md"]),
    ],
)
def test_excluded_files_and_folders_are_passed_over(root: Path, pattern: str, left: list[str]) -> None:
    for path in ("README.md", "a.md", "docs/README.md", "docs/a.md", "docs/deep/b.md"):
        write(root / path)
    assert ids(root, [pattern]) == left


@pytest.mark.parametrize("pattern", ["Überblick", "été/*.md", "한글.md", "**/가방*", "Ångström?.md"])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_pattern_names_what_it_shows_however_accents_are_composed(
    root: Path, pattern: str, form: Literal["NFC", "NFD"]
) -> None:
    for path in ("Überblick/a.md", "été/b.md", "한글.md", "x/가방2.md", "Ångström1.md", "Uberblick.md"):
        write(root / unicodedata.normalize("NFD" if form == "NFC" else "NFC", path))
    assert len(ids(root)) == 6
    assert len(ids(root, [unicodedata.normalize(form, pattern)])) == 5


def test_a_missing_content_root_is_named_with_what_to_do(root: Path) -> None:
    with pytest.raises(SettingsError, match=r"no content folder .*gone; make it, or name another with --content"):
        walk(root / "gone", root / "index")


def test_a_file_as_content_root_is_refused(root: Path) -> None:
    with pytest.raises(SettingsError, match=r"a\.md is a file; name the folder"):
        walk(write(root / "a.md"), root / "index")


def test_a_loop_of_links_as_content_root_is_refused(root: Path) -> None:
    (root / "loop").symlink_to("loop")
    with pytest.raises(SettingsError, match="loop of links"):
        walk(root / "loop", root / "index")


def test_more_files_than_anyone_means_to_search_are_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walking, "LIMITS", replace(LIMITS, content_files=3))
    for number in range(4):
        write(root / f"{number}.png")
    with pytest.raises(SettingsError, match="over 3 files"):
        listed(root)


# ---- what is rejected ----


def test_whatever_is_not_a_file_is_rejected_without_being_opened(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(root / "fifo.md")
    monkeypatch.chdir(root)  # a socket's path has at most 107 bytes
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.md")
        (root / "device.md").symlink_to("/dev/null")
        assert reasons(root) == {
            "fifo.md": "is a FIFO, not a file",
            "socket.md": "is a socket, not a file",
            "device.md": "is a link that leaves the content root",
        }
        assert listed(root).seen == 3


def test_links_are_followed_to_files_within_the_content_root_only(root: Path, tmp_path: Path) -> None:
    write(root / "a.md")
    write(tmp_path / "secret.md")
    write(tmp_path / "content-evil" / "b.md")
    (root / "folder").mkdir()
    targets = {
        "good.md": "a.md",
        "out.md": "../secret.md",
        "evil.md": "../content-evil/b.md",
        "absolute.md": str(tmp_path / "secret.md"),
        "gone.md": "nowhere.md",
        "loop.md": "loop.md",
        "to-folder.md": "folder",
        "folder/up": "..",
        "outside": "../content-evil",
        "dangling": "../nowhere",
        "logo.png": "../nowhere.png",
    }
    for name, target in targets.items():
        (root / name).symlink_to(target)
    assert ids(root) == ["a.md", "good.md"]
    assert reasons(root) == {
        "out.md": "is a link that leaves the content root",
        "evil.md": "is a link that leaves the content root",
        "absolute.md": "is a link that leaves the content root",
        "gone.md": "is a link to nothing",
        "loop.md": "is a loop of links",
        "to-folder.md": "is a link to a folder; those are not followed",
        "folder/up": "is a link to a folder; those are not followed",
        "outside": "is a link that leaves the content root",
        "dangling": "is a link to nothing",
    }


def test_a_link_tells_size_and_time_of_its_target(root: Path) -> None:
    write(root / "a.md", "12345")
    (root / "link.md").symlink_to("a.md")
    files = listed(root).files
    assert files["link.md"] == files["a.md"]
    assert files["link.md"][:2] == (5, LONG_AGO)


def test_names_unfit_for_an_id_are_rejected_and_shown_as_escapes(root: Path) -> None:
    write(Path(os.fsdecode(os.fsencode(root) + b"/caf\xe9.md")))
    write(root / "two\nlines.md")
    write(root / "red\x1b[31m" / "x.md")
    write(Path(os.fsdecode(os.fsencode(root) + b"/caf\xe9.png")))
    assert ids(root) == []
    assert reasons(root) == {
        r"caf\udce9.md": "its name is not UTF-8",
        r"two\nlines.md": "its name holds a control character",
        r"red\x1b[31m": "its name holds a control character",
    }


def test_a_file_over_the_size_cap_is_rejected(root: Path) -> None:
    with (root / "big.md").open("wb") as file:
        file.truncate(LIMITS.file_bytes + 1)
    write(root / "most.md", b"x" * LIMITS.file_bytes)
    assert ids(root) == ["most.md"]
    assert reasons(root) == {"big.md": "has 8,388,609 bytes; articles have at most 8,388,608"}


def test_folders_too_deep_are_rejected(root: Path) -> None:
    deepest = root.joinpath(*["d"] * LIMITS.content_depth)
    write(deepest / "a.md")
    write(deepest / "d" / "b.md")
    assert len(ids(root)) == 1
    assert list(reasons(root).values()) == ["lies over 64 folders deep"]


# ---- what cannot be looked at just now ----


SITE = ("a.md", "b.md", "deep/c.md", "deep/er/d.md", "link.md", "z.md")


def known_of(root: Path) -> Files:
    for id in SITE:
        if id != "link.md":
            write(root / id)
    (root / "link.md").symlink_to("deep/c.md")
    return Files({id: FileState(*stamp[:2], "d", "indexed", mark=stamp[2]) for id, stamp in listed(root).files.items()})


@pytest.mark.parametrize("code", [errno.EACCES, errno.EIO, errno.ESTALE, errno.EMFILE])
def test_whichever_call_fails_for_a_moment_no_article_is_taken_for_gone(root: Path, code: int) -> None:
    known = known_of(root)
    number, unreadable = 1, set[str]()
    for unreliable, content in each_call_failing(root, code, lambda: listed_or_refused(root)):
        number = unreliable.number + 1
        if isinstance(content, SettingsError):  # of the root itself, before anything is done
            assert os.strerror(code) in str(content)
            continue
        found = changes(content, known, NOW)
        assert found.removed == (), content.unreadable
        assert found.stale is False
        assert {*content.files, *found.kept} == set(SITE)
        said = f"cannot be read: {os.strerror(code)}"
        assert set(content.unreadable.values()) <= {said, f"its .gitignore {said}"}
        assert bool(found.kept) <= bool(content.unreadable)
        assert content.rejected == ()
        unreadable |= content.unreadable.keys()
    assert number > 15
    assert unreadable > {"", "deep", "deep/er"}


def test_what_is_gone_is_told_from_what_cannot_be_looked_at(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = known_of(root)
    (root / "a.md").unlink()
    scandir = os.scandir

    def failing(path: str) -> object:
        if path.endswith("er"):
            raise OSError(errno.EIO, "Input/output error")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", failing)
    content = listed(root)
    assert (content.unreadable, content.rejected) == ({"deep/er": "cannot be read: Input/output error"}, ())
    found = changes(content, known, NOW)
    assert (found.removed, found.kept) == (("a.md",), ("deep/er/d.md",))


@pytest.mark.parametrize("code", [END, errno.ENOENT])
def test_what_a_list_lacks_is_looked_for_before_it_is_taken_for_gone(root: Path, code: int) -> None:
    known = known_of(root)
    (root / "z.md").unlink()
    unreadable = set[str]()
    for unreliable, content in each_call_failing(root, code, lambda: listed_or_refused(root, known)):
        if isinstance(content, SettingsError):
            continue
        found = changes(content, known, NOW)
        # A link whose file is not there is rejected by name; it may be back with the next run.
        assert set(found.removed) <= {"z.md", *(note.path for note in content.rejected)}, unreliable.failed
        assert {note.path for note in content.rejected} <= {"link.md"}
        assert {*content.files, *found.kept, *found.removed} == set(SITE), unreliable.failed
        assert found.kept == () or content.unreadable
        unreadable |= content.unreadable.keys()
    assert unreadable >= {"", "deep", "deep/er"}
    content = listed(root, known=known)
    assert (changes(content, known, NOW).removed, content.unreadable) == (("z.md",), {})


def test_a_list_that_ends_early_is_named_with_what_it_lacks(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = known_of(root)
    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: Listed(scandir(path), () if path == f"{root}/deep" else None))
    said = "was not listed to its end: c.md is in it, and was not told of"
    assert listed(root, known=known).unreadable == {"deep": said}
    assert listed(root).unreadable == {}  # nothing tells


class Listed:
    """Of a folder's entries those with some names; None: all."""

    def __init__(self, entries: Any, names: tuple[str, ...] | None) -> None:
        self.entries, self.names = entries, names
        self.close = entries.close

    def __enter__(self) -> Iterator[os.DirEntry[str]]:
        return (entry for entry in self.entries if self.names is None or entry.name in self.names)

    def __exit__(self, *_: object) -> None:
        self.close()


def test_what_is_no_article_any_more_is_gone_although_its_name_is_there(root: Path, tmp_path: Path) -> None:
    ids = (
        "a.md",
        "b.md/x.md",
        "c/x.md",
        "d/x.md",
        "e/x.md",
        "f/x.md",
        "g/x.md",
        "h.txt",
        "index/x.md",
        "node_modules/x.md",
    )
    known = Files({id: state() for id in ids})
    write(root / "a.md" / "x.md")  # a folder by now
    write(root / "b.md")  # a file by now
    (root / "c").symlink_to(tmp_path)
    (root / "d.x").symlink_to("gone")
    (root / "d").write_text("a file of no interest")
    write(root / "e" / "x.md" / "y.md")
    write(root / "f" / "x.md")
    (root / ".gitignore").write_text("f/\n!other/\n")
    write(root / "g" / "x.md")
    for id in ids[7:]:
        write(root / id)
    content = listed(root, ["g"], known)
    assert (content.unreadable, changes(content, known, NOW).removed) == ({}, ids)


@pytest.mark.parametrize(("before", "after"), [("a.md", "A.md"), ("\u00e9.md", "e\u0301.md"), ("b/x.md", "B/x.md")])
def test_a_name_in_other_case_is_another_although_some_file_systems_find_the_file_by_it(
    root: Path, monkeypatch: pytest.MonkeyPatch, before: str, after: str
) -> None:
    write(root / after)
    known, lstat = Files({before: state()}), os.lstat
    monkeypatch.setattr(os, "lstat", lambda path: lstat(path.replace(before.split("/")[0], after.split("/")[0])))
    content = listed(root, known=known)
    assert (list(content.files), content.unreadable) == ([after], {})
    assert changes(content, known, NOW).removed == (before,)


@pytest.mark.parametrize("exchange", ["away", "other"])
def test_a_content_root_that_is_exchanged_while_it_is_listed_is_not_believed(
    root: Path, monkeypatch: pytest.MonkeyPatch, exchange: str
) -> None:
    write(root / "deep" / "a.md")
    scandir = os.scandir

    def exchanging(path: str) -> Any:
        if path.endswith("deep"):
            root.rename(root.with_name("former"))
            if exchange == "other":
                root.mkdir()
        return scandir(path)

    monkeypatch.setattr(os, "scandir", exchanging)
    with pytest.raises(SettingsError, match="no content folder" if exchange == "away" else "exchanged while"):
        listed(root, known=Files({"deep/a.md": state()}))


def test_an_article_by_a_generators_ending_is_not_rejected_because_it_cannot_be_looked_at(root: Path) -> None:
    write(root / "a.mdx")
    for number in range(1, 20):
        with pytest.MonkeyPatch.context() as monkeypatch:
            (unreliable := Unreliable(root, number, errno.EIO)).install(monkeypatch)
            try:
                content = walk(root, root / "index", endings=(".mdx",))
            except SettingsError:
                continue
        assert content.rejected == ()
        assert bool(content.files) != bool(content.unreadable) or unreliable.call == "stat"


# ---- what changed ----


def state(size: int = 1, mtime: int = 1, mark: int = 1, digest: str = "d", due: float | None = None) -> FileState:
    return FileState(size, mtime, digest, "indexed", due=due, mark=mark)


def content(files: dict[str, Stamp]) -> Content:
    return Content(files, ())


def test_nothing_is_read_when_its_stamp_is_as_before() -> None:
    assert changes(content({"a": (1, 1, 1)}), Files({"a": state()}), NOW) == Changes((), (), stale=False)


@pytest.mark.parametrize("file", [(2, 1, 1), (1, 2, 1), (1, 0, 1), (1, 1, 2)])
def test_a_file_of_another_size_time_or_mark_is_read(file: Stamp) -> None:
    assert changes(content({"a": file}), Files({"a": state()}), NOW) == Changes(("a",), (), stale=True)


def test_new_files_are_read_and_missing_ones_removed() -> None:
    found = changes(content({"new": (1, 1, 1)}), Files({"gone": replace(state(), recheck=True)}), NOW)
    assert found == Changes(("new",), ("gone",), stale=True)


def test_an_article_is_read_again_at_the_moment_it_is_due() -> None:
    known = Files({"a": state(due=NOW.timestamp())})
    assert changes(content({"a": (1, 1, 1)}), known, NOW - timedelta(seconds=1)) == Changes((), (), stale=False)
    assert changes(content({"a": (1, 1, 1)}), known, NOW) == Changes(("a",), (), stale=True)


def test_a_file_to_be_looked_at_again_does_not_make_the_index_stale() -> None:
    known = Files({"a": replace(state(), recheck=True)})
    assert changes(content({"a": (1, 1, 1)}), known, NOW) == Changes(("a",), (), stale=False)


IDS = st.sampled_from("abcdef")
STAMPS = st.tuples(*[st.integers(0, 2)] * 3)


@given(st.dictionaries(IDS, STAMPS), st.dictionaries(IDS, STAMPS))
def test_what_differs_is_read_and_what_is_missing_removed(files: dict[str, Stamp], old: dict[str, Stamp]) -> None:
    found = changes(content(files), Files({id: state(*stamp) for id, stamp in old.items()}), NOW)
    assert found.to_read == tuple(sorted(id for id in files if files[id] != old.get(id)))
    assert found.removed == tuple(sorted(old.keys() - files.keys()))
    assert found.stale == (files != old)


@pytest.mark.corpus
def test_the_reference_corpus_is_listed_whole() -> None:
    folder = Path(os.environ.get("ARTICLES_CORPORA", "")) / "_posts"
    if not os.environ.get("ARTICLES_CORPORA") or not folder.is_dir():
        pytest.skip("ARTICLES_CORPORA names no folder with _posts")
    found = walk(folder, folder / "index")
    assert (len(found.files), found.rejected) == (24_833, ())
    assert sum(" " in id for id in found.files) == 679
