"""articles.toml is read whole, or what is wrong with it is named with its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from article_search.errors import SettingsError
from article_search.limits import LIMITS
from article_search.settings import load
from tests.settings.complaints import complaint


def test_paths_of_articles_toml_start_at_its_folder(site: Path) -> None:
    (site / "deep").mkdir()
    (site / "deep" / "own.toml").write_text(
        'content = "posts"\nindex = "../index"\nweb = { access_log = "a.log" }\nquery_log = { path = "q.db" }'
        '\n[opensearch]\nca_certs = "ca.pem"'
    )
    settings = load(Path("deep/own.toml"), {})
    assert settings.web.access_log == Path("deep/a.log")
    assert settings.query_log.path == Path("deep/q.db")
    assert settings.opensearch.ca_certs == Path("deep/ca.pem")
    assert settings.content.resolve() == site / "deep" / "posts"
    assert settings.index.resolve() == site / "index"


@pytest.mark.usefixtures("site")
def test_a_byte_order_mark_is_no_part_of_the_first_key() -> None:
    Path("articles.toml").write_bytes(b'\xef\xbb\xbftitle = "News"')
    assert load(None, {}).title == "News"


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        ('tittle = "News"', ["articles.toml", "'tittle'", "did you mean title?", "page_size"]),
        ('TimeZone = "UTC"', ["'TimeZone'", "did you mean timezone?"]),
        ("xyzzy = 1", ["'xyzzy' is no setting;", "content, index, title"]),
        ('[site]\ntitle = "x"', ["'site' is no setting"]),
        ('title = "News"\nurl\n', ["articles.toml", "not valid TOML", "line 2"]),
        ("page_size = " + "9" * 5_000, ["not valid TOML"]),
        ("exclude = " + "[" * 100_000, ["not valid TOML"]),
        (b'title = "News"\nurl = "\xff"', ["articles.toml:2", "not UTF-8"]),
        ("#" * (LIMITS.settings_bytes + 1), ["articles.toml", "over 1,048,576 bytes"]),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_file_that_cannot_be_used_is_named_with_what_is_wrong(toml: str | bytes, expected: list[str]) -> None:
    said = complaint(toml)
    assert [part for part in expected if part not in said] == []


@pytest.mark.usefixtures("site")
@given(st.text() | st.from_regex(r"(content|index|timezone|url|workers|exclude) = .*"))
def test_whatever_the_file_says_it_is_read_or_named(toml: str) -> None:
    Path("articles.toml").write_text(toml, encoding="utf-8", errors="replace")
    try:
        load(None, {})
    except SettingsError as error:
        assert "articles.toml" in str(error) or "content" in str(error)
