"""An index never replaces the content."""

from __future__ import annotations

from pathlib import Path

import pytest

from article_search.errors import SettingsError
from article_search.settings import load


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize(
    ("content", "index"),
    [("posts", "posts"), ("posts", "posts/../posts"), ("site/posts", "site"), ("posts", "."), ("posts", "link")],
)
def test_an_index_that_would_replace_the_content_is_refused(content: str, index: str) -> None:
    Path("posts").mkdir()
    Path("link").symlink_to("posts")
    with pytest.raises(SettingsError, match="index"):
        load(None, {}, content=Path(content), index=Path(index))


@pytest.mark.usefixtures("site")
def test_an_index_inside_the_content_is_allowed() -> None:
    assert load(None, {}, content=Path(), index=Path("index")).content == Path()


@pytest.mark.usefixtures("site")
def test_folders_with_names_alike_are_not_taken_for_nested() -> None:
    assert load(None, {}, content=Path("index-of-posts"), index=Path("index")).index == Path("index")


@pytest.mark.usefixtures("site")
def test_a_loop_of_links_is_named() -> None:
    Path("loop").symlink_to("loop")
    with pytest.raises(SettingsError, match="content: loop"):
        load(None, {}, content=Path("loop/x"))
