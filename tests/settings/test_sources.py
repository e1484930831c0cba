"""Settings come from the nearest source, and a source that cannot be used is named."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from article_search.errors import SettingsError
from article_search.settings import Settings, load


@pytest.mark.usefixtures("site")
def test_without_a_word_anywhere_the_defaults_hold() -> None:
    assert load(None, {}) == Settings()


@pytest.mark.usefixtures("site")
def test_an_option_wins_over_the_environment_and_that_over_articles_toml() -> None:
    Path("articles.toml").write_text('content = "from-file"\nindex = "from-file-too"')
    environment = {"ARTICLES_CONTENT": "from-environment"}
    assert load(None, environment).content == Path("from-environment")
    assert load(None, environment, content=Path("from-option")).content == Path("from-option")
    assert load(None, environment).index == Path("from-file-too")


@pytest.mark.usefixtures("site")
def test_the_environment_names_the_settings_file_unless_an_option_does() -> None:
    Path("a.toml").write_text('title = "A"')
    Path("b.toml").write_text('title = "B"')
    Path("articles.toml").write_text('title = "default"')
    assert load(None, {"ARTICLES_CONFIG": "a.toml"}).title == "A"
    assert load(Path("b.toml"), {"ARTICLES_CONFIG": "a.toml"}).title == "B"


@pytest.mark.usefixtures("site")
def test_empty_environment_variables_do_not_count() -> None:
    assert load(None, {"ARTICLES_CONTENT": "", "ARTICLES_INDEX": "", "ARTICLES_CONFIG": ""}) == Settings()


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize(
    ("option", "environment", "expected"),
    [
        (Path("gone.toml"), {}, "gone.toml (from --config): there is no such file"),
        (None, {"ARTICLES_CONFIG": "gone.toml"}, "gone.toml (from ARTICLES_CONFIG): there is no such file"),
        (Path(), {}, "cannot be read"),
        (Path("a\0b"), {}, "--config: a path cannot hold a NUL"),
        (None, {"ARTICLES_INDEX": "a\0b"}, "ARTICLES_INDEX: a path cannot hold a NUL"),
    ],
)
def test_a_source_that_cannot_be_used_is_named(option: Path | None, environment: dict[str, str], expected: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(option, environment)
    assert expected in str(caught.value)


@pytest.mark.parametrize("code", [errno.EACCES, errno.EIO, errno.ESTALE])
def test_settings_that_cannot_be_looked_at_just_now_are_not_taken_for_none(
    site: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def failing(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    (site / "articles.toml").write_text('url = "/blog/{filename}"\n')
    monkeypatch.setattr(Path, "lstat", failing)
    assert load(None, {}).url == "/blog/{filename}"
    monkeypatch.setattr(Path, "open", failing)
    with pytest.raises(SettingsError, match=f"articles.toml: cannot be read: {os.strerror(code)}"):
        load(None, {})


def test_a_link_to_nothing_is_not_taken_for_no_settings(site: Path) -> None:
    (site / "articles.toml").symlink_to("gone")
    with pytest.raises(SettingsError, match="there is no such file"):
        load(None, {})
