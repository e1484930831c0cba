"""Settings come from the nearest source, and a source that cannot be used is named."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from article_search.errors import SettingsError
from article_search.settings import OpenSearch, Settings, load


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
    with monkeypatch.context() as patched:
        patched.setattr(os, "lstat", failing)
        assert load(None, {}).url == "/blog/{filename}"
    monkeypatch.setattr(Path, "open", failing)
    with pytest.raises(SettingsError, match=f"articles.toml: cannot be read: {os.strerror(code)}"):
        load(None, {})


def test_a_link_to_nothing_is_not_taken_for_no_settings(site: Path) -> None:
    (site / "articles.toml").symlink_to("gone")
    with pytest.raises(SettingsError, match="there is no such file"):
        load(None, {})


# A cluster


HOST = "https://search.example:9200"
SIGNED_IN = {"ARTICLES_OPENSEARCH_USER": "ann", "ARTICLES_OPENSEARCH_PASSWORD": "s3cret"}


def of_cluster(site: Path, environment: dict[str, str], host: str = HOST, index: Path | None = None) -> Settings:
    (site / "articles.toml").write_text(f'[opensearch]\nhosts = ["{host}"]\n')
    return load(None, environment, index=index)


def test_who_signs_in_to_a_cluster_is_said_by_the_environment(site: Path) -> None:
    assert of_cluster(site, {}).opensearch == OpenSearch(hosts=(HOST,))
    signed_in = of_cluster(site, SIGNED_IN)
    assert signed_in.opensearch == OpenSearch(hosts=(HOST,), user="ann", password="s3cret")
    assert "s3cret" not in repr(signed_in)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"ARTICLES_OPENSEARCH_USER": "ann"}, "_USER is set, but ARTICLES_OPENSEARCH_PASSWORD is not; set both"),
        ({"ARTICLES_OPENSEARCH_PASSWORD": "s3cret"}, "_PASSWORD is set, but ARTICLES_OPENSEARCH_USER is not; set both"),
        (SIGNED_IN | {"ARTICLES_OPENSEARCH_USER": ""}, "_PASSWORD is set, but ARTICLES_OPENSEARCH_USER is not"),
        (
            SIGNED_IN | {"ARTICLES_OPENSEARCH_USER": "a:b"},
            "ARTICLES_OPENSEARCH_USER: a user's name cannot hold a colon",
        ),
        (SIGNED_IN | {"ARTICLES_OPENSEARCH_PASSWORD": "s3cret\n"}, "_PASSWORD must be one line of text"),
        (SIGNED_IN | {"ARTICLES_OPENSEARCH_PASSWORD": "s3cret\udcff"}, "_PASSWORD must be one line of text"),
    ],
)
def test_a_user_or_password_that_will_not_do_is_named_and_not_repeated(
    site: Path, environment: dict[str, str], expected: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        of_cluster(site, environment)
    assert expected in str(caught.value)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("host", ["http://localhost:9200", "http://127.0.0.1:9200", "http://[::1]:9200"])
def test_a_password_may_go_unencrypted_to_this_machine(site: Path, host: str) -> None:
    assert of_cluster(site, SIGNED_IN, host).opensearch.password == "s3cret"


@pytest.mark.parametrize(
    "host", ["http://search.example:9200", "http://192.0.2.1:9200", "http://localhost.example:9200"]
)
def test_a_password_never_goes_unencrypted_to_another(site: Path, host: str) -> None:
    assert of_cluster(site, {}, host).opensearch.hosts == (host,)
    with pytest.raises(SettingsError, match=f"hosts: {host} would send the password unencrypted"):
        of_cluster(site, SIGNED_IN, host)


def test_who_names_a_folder_for_the_index_means_it_and_not_the_cluster(site: Path) -> None:
    assert of_cluster(site, {"ARTICLES_INDEX": "elsewhere"}).opensearch == OpenSearch()
    assert of_cluster(site, SIGNED_IN, index=Path("elsewhere")).opensearch == OpenSearch()
    lacking = {"ARTICLES_OPENSEARCH_USER": "ann"}
    assert of_cluster(site, lacking, index=Path("elsewhere")).index == Path("elsewhere")


def test_without_a_cluster_it_does_not_matter_who_would_sign_in(site: Path) -> None:
    lacking = {"ARTICLES_OPENSEARCH_USER": "ann"}
    assert load(None, lacking) == Settings()
    (site / "articles.toml").write_text("[opensearch]\nshards = 2\n")
    assert load(None, lacking).opensearch == OpenSearch(shards=2)
