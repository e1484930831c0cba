"""The nearest articles.toml is the site's, unless somebody else has put it there."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from article_search.errors import SettingsError
from article_search.settings import Settings, load


@pytest.fixture
def deep(site: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, some folders below that of a site."""
    folder = site / "content" / "2020" / "09"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


def test_settings_of_a_folder_above_hold_and_paths_start_there(site: Path, deep: Path) -> None:
    (site / "articles.toml").write_text('title = "Above"\nindex = "var/index"\n')
    found = load(None, {})
    assert found.title == "Above"
    assert (found.content, found.index) == (Path("../../../content"), Path("../../../var/index"))
    assert found.content.resolve() == site / "content"


def test_the_nearest_counts(site: Path, deep: Path) -> None:
    (site / "articles.toml").write_text('title = "Above"\n')
    (deep.parent / "articles.toml").write_text('title = "Nearer"\n')
    assert load(None, {}).title == "Nearer"
    (deep / "articles.toml").write_text('title = "Here"\n')
    assert load(None, {}).title == "Here"
    assert load(None, {}).content == Path("content")


def test_what_is_named_wins_over_what_is_found_above(site: Path, deep: Path) -> None:
    (site / "articles.toml").write_text('title = "Above"\n')
    (deep / "own.toml").write_text('title = "Named"\n')
    assert load(Path("own.toml"), {}) == load(None, {"ARTICLES_CONFIG": "own.toml"})
    assert load(Path("own.toml"), {}).title == "Named"
    assert load(None, {"ARTICLES_CONTENT": "posts"}, index=Path("x")).content == Path("posts")


def test_nothing_is_looked_for_above_the_users_home(site: Path, deep: Path) -> None:
    (site / "articles.toml").write_text('title = "Above"\n')
    assert load(None, {"HOME": str(site)}).title == "Above"
    for home in (site / "content", deep):
        assert load(None, {"HOME": str(home)}) == Settings()


def test_a_mistake_in_a_file_above_names_it(site: Path, deep: Path) -> None:
    (site / "articles.toml").write_text("tittle = 1\n")
    with pytest.raises(SettingsError, match=r"^\.\./\.\./\.\./articles\.toml: 'tittle' is no setting"):
        load(None, {})


def owned(monkeypatch: pytest.MonkeyPatch, user: int, owner: Callable[[str], int]) -> None:
    """Lets this be another user's process, and each file who owns it."""

    def like(true: os.stat_result, uid: int) -> os.stat_result:
        return os.stat_result([*true[:4], uid, *true[5:10]])

    lstat, stat = os.lstat, os.stat
    monkeypatch.setattr(os, "geteuid", lambda: user)
    monkeypatch.setattr(os, "lstat", lambda file, **more: like(lstat(file, **more), owner("entry")))
    monkeypatch.setattr(os, "stat", lambda file, **more: like(stat(file, **more), owner("target")))


@pytest.mark.parametrize(
    ("user", "entry", "target", "environment", "trusted"),
    [
        (1000, 1000, 1000, {}, True),
        (1000, 0, 0, {}, True),
        (1000, 1001, 1001, {}, False),
        (1000, 1001, 1000, {}, False),  # somebody's link to a file of the user
        (1000, 1000, 1001, {}, False),
        (0, 1000, 1000, {}, False),
        (0, 1000, 1000, {"SUDO_UID": "1000"}, True),
        (0, 1000, 1000, {"SUDO_UID": "1001"}, False),
        (1000, 1001, 1001, {"SUDO_UID": "1001"}, False),
    ],
)
def test_a_file_above_that_another_user_has_put_there_is_not_read(
    site: Path,
    deep: Path,
    monkeypatch: pytest.MonkeyPatch,
    user: int,
    entry: int,
    target: int,
    environment: dict[str, str],
    trusted: bool,
) -> None:
    (site / "articles.toml").write_text('title = "Above"\n')
    with monkeypatch.context() as patched:
        owned(patched, user, lambda which: entry if which == "entry" else target)
        if trusted:
            assert load(None, environment).title == "Above"
            return
        with pytest.raises(SettingsError, match="belongs to another user and was not read") as caught:
            load(None, environment)
    assert str(site / "articles.toml") in str(caught.value)
    assert load(site / "articles.toml", {}).title == "Above"


def test_a_file_of_another_user_in_the_working_directory_is_read(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (site / "articles.toml").write_text('title = "Here"\n')
    with monkeypatch.context() as patched:
        owned(patched, 1000, lambda _: 1001)
        assert load(None, {}).title == "Here"


def test_a_folder_above_that_is_closed_to_us_is_passed_over(deep: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lstat = os.lstat

    def closed(file: str) -> os.stat_result:
        if str(file).startswith(".."):
            raise PermissionError(13, "Permission denied")
        return lstat(file)

    with monkeypatch.context() as patched:
        patched.setattr(os, "lstat", closed)
        assert load(None, {}) == Settings()
