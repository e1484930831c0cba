"""Folders that were built or fetched are left out, and named; folders of articles never are by mistake."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from article_search.errors import SettingsError
from article_search.reading.walking import Content, walk
from tests.effort import at_most
from tests.reading.written import write
from tests.unreliable import Unreliable, each_call_failing


def listed(root: Path, *exclude: str) -> Content:
    found = walk(root, root / "index", exclude)
    assert found.seen == len(found.files) + len(found.left_out) + len(found.rejected)
    return found


def left_out(root: Path, *exclude: str) -> dict[str, str]:
    return {note.path: note.text for note in listed(root, *exclude).left_out}


def ignore(folder: Path, *lines: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".gitignore").write_text("\n".join(lines) + "\n")


@pytest.fixture
def site(root: Path) -> Path:
    for id in ("a.md", "vendor/gem/README.md", "docs/vendor/b.md", "docs/tmp/c.md", "public/d.md", "_site/e.md"):
        write(root / id)
    return root


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["vendor/"], ["docs/vendor/", "vendor/"]),
        (["vendor"], ["docs/vendor/", "vendor/"]),
        (["/vendor"], ["vendor/"]),
        (["docs/vendor"], ["docs/vendor/"]),
        (["docs/*/"], ["docs/tmp/", "docs/vendor/"]),
        (["**/tmp/", "# a comment", "", "pub*/ "], ["docs/tmp/", "public/"]),
        (["/*/", "!/docs/", "docs/vendor/", "!vendor/"], []),
        (["docs/*/", "!docs/tmp/"], ["docs/vendor/"]),
        (["[!.]*", "vendor/"], []),
        (["*.md", "a.md", "*", "**", "/*", "/**/", "*/"], []),
        (["[", "\\", "!", "\x00", "vendor/"], ["docs/vendor/", "vendor/"]),
    ],
)
def test_folders_that_git_ignores_are_left_out_by_name(site: Path, lines: list[str], expected: list[str]) -> None:
    ignore(site, *lines)
    found = left_out(site)
    assert found.pop("_site/") == "built by a site generator"
    assert found == dict.fromkeys(expected, "ignored by git")
    assert "a.md" in listed(site).files
    assert not any(id.startswith(tuple(expected)) for id in listed(site).files)


def test_the_rules_of_a_folder_count_before_those_above_it(site: Path) -> None:
    ignore(site, "vendor/", "tmp/")
    ignore(site / "docs", "!vendor/", "/extra/")
    write(site / "docs" / "extra" / "x.md")
    write(site / "extra" / "y.md")
    assert list(left_out(site)) == ["_site/", "docs/extra/", "docs/tmp/", "vendor/"]


def test_rules_above_the_content_root_count_as_far_as_its_repository_goes(tmp_path: Path) -> None:
    site = tmp_path / "home" / "site" / "src" / "content"
    for id in ("a.md", "built/b.md", "vendor/c.md", "old/d.md"):
        write(site / id)
    ignore(tmp_path / "home", "old/")
    ignore(tmp_path / "home" / "site", "/src/content/built/", "vendor/")
    assert list(left_out(site)) == []  # without a repository, one folder up is looked at
    (tmp_path / "home" / "site" / ".git").mkdir()
    assert list(left_out(site)) == ["built/", "vendor/"]


@pytest.mark.parametrize(
    "line", ["content/", "*", "/site", "site/", "/*", "site/content/", "/site/content/*", "site/content/*/"]
)
def test_rules_that_ignore_the_content_root_itself_say_nothing_of_what_is_in_it(tmp_path: Path, line: str) -> None:
    site = tmp_path / "site" / "content"
    write(site / "sub" / "a.md")
    (tmp_path / ".git").mkdir()
    ignore(tmp_path, line, "sub/")
    found = listed(site)
    if line in ("*", "/*"):  # says nothing, and the rule after it holds
        assert list(left_out(site)) == ["sub/"]
    else:
        assert (list(found.files), found.left_out) == (["sub/a.md"], ())


def test_a_folder_on_purpose_ignored_by_git_can_be_kept(site: Path) -> None:
    ignore(site, "vendor/", "public/")
    assert list(left_out(site, "!public", "!_site/")) == ["docs/vendor/", "vendor/"]
    assert "public/d.md" in listed(site, "!public").files


def test_an_exception_holds_for_what_is_excluded_as_well(site: Path) -> None:
    assert sorted(listed(site, "docs/**", "!docs/vendor/**").files) == ["a.md", "public/d.md", "vendor/gem/README.md"]
    kept = listed(site, "**/vendor", "!docs/vendor", "!/a.md", "*.md").files
    assert list(kept) == ["a.md"]


def test_hostile_rules_are_read_in_bounded_time(site: Path) -> None:
    write(site / ("a" * 250) / "x.md")
    for lines in (["*a" * 100 + "b"] * 500, ["a" * 60_000], ["[" * 60_000], ["**/" * 20_000], ["!\n" * 30_000]):
        ignore(site, *lines)
        with at_most(3):
            listed(site)


@pytest.mark.parametrize("kind", ["folder", "FIFO", "device", "link to nothing", "loop"])
def test_what_is_no_file_has_no_rules_and_is_not_waited_for(site: Path, kind: str) -> None:
    rules = site / ".gitignore"
    if kind == "folder":
        rules.mkdir()
    elif kind == "FIFO":
        os.mkfifo(rules)
    else:
        rules.symlink_to({"device": "/dev/zero", "link to nothing": "nowhere", "loop": ".gitignore"}[kind])
    assert list(left_out(site)) == ["_site/"]


@pytest.mark.parametrize("call", ["open", "fstat"])
def test_of_a_folder_whose_rules_cannot_be_read_just_now_nothing_is_taken_or_taken_out(site: Path, call: str) -> None:
    ignore(site / "docs", "vendor/")
    seen = False
    for unreliable, found in each_call_failing(site / "docs", errno.EIO, lambda: listed(site)):
        if unreliable.failed == f"{site}/docs/.gitignore" and unreliable.call == call:
            assert found.unreadable == {"docs": "its .gitignore cannot be read: Input/output error"}
            assert not any(id.startswith("docs/") for id in found.files)
            seen = True
    assert seen


def test_rules_above_the_content_root_that_cannot_be_read_end_the_run(tmp_path: Path, root: Path) -> None:
    write(root / "a.md")
    ignore(tmp_path, "vendor/")
    for number in (1, 2):
        with pytest.MonkeyPatch.context() as monkeypatch:
            Unreliable(tmp_path / ".gitignore", number, errno.EIO).install(monkeypatch)
            with pytest.raises(
                SettingsError, match=r"gitignore.* cannot be read: Input/output error; it may say which"
            ):
                listed(root)
