"""Every article has a title, and a description if it says anything of itself."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from article_search.limits import LIMITS
from article_search.reading.article import Rules, parse
from tests.effort import at_most
from tests.reading.metadata.sources import NOW, messages, read, titled


@pytest.mark.parametrize(
    ("body", "path", "title"),
    [
        ("Text.\n\n## Boats *and* ships ##\n\nMore.", "a.md", "Boats and ships"),
        ("# Boats in C#\nText.", "a.md", "Boats in C#"),
        ("# ##\n## Boats\nText.", "a.md", "Boats"),
        ("Boats\n=====\nText.", "a.md", "Boats"),
        ("<h1 class='x'>Boats</h1>\nText.", "a.md", "Boats"),
        ("```\n# no heading\n```\nText.\n\n# Boats", "a.md", "Boats"),
        ("# Boats {#boats .lead}", "a.md", "Boats"),
        ("# Boats {/*boats*/} #", "a.mdx", "Boats"),
        ("Boats {: #boats}\n=====", "a.md", "Boats"),
        ("Text.", "news/2020-09-15-two-boats_sail.md", "Two boats sail"),
        ("Text.", "news/two-boats/index.md", "Two boats"),
        ("#nohashtag", "boats.md", "Boats"),
    ],
)
def test_without_a_title_the_first_heading_or_the_file_name_is_one(body: str, path: str, title: str) -> None:
    article = read("layout: post", body=body, path=path)
    assert article.title == title
    assert len(article.warnings) == 1


@pytest.mark.parametrize(
    ("generator", "warned"),
    [("", True), ("hugo", True), ("jekyll", True), ("docusaurus", False), ("mkdocs", False), ("vuepress", False)],
)
def test_a_heading_as_the_title_is_worth_a_warning_only_where_titles_stand_elsewhere(
    generator: str, warned: bool
) -> None:
    source = b"---\nlayout: post\n---\n# Boats\n\nText."
    article = parse(source, "docs/a.md", Rules(UTC, generator=generator), NOW)
    assert article.title == "Boats"
    assert bool(article.warnings) == warned


@pytest.mark.parametrize("body", ["# a" + " " * 9_000 + "b", "# a" + " #" * 4_500 + "b", "<h1" * 40_000])
def test_a_hostile_heading_is_read_in_bounded_time(body: str) -> None:
    with at_most(1):
        read("layout: post", body=body)


def test_a_file_without_a_header_is_an_article() -> None:
    article = parse(b"# Boats\n\nText.", "a.md", Rules(UTC), NOW)
    assert (article.title, article.body) == ("Boats", "Boats\n\nText.")
    assert len(article.warnings) == 1


def test_a_placeholder_of_a_template_is_no_title() -> None:
    article = read("title: {{ title }}", "date: {{ date }}", "tags: {{ tags }}")
    assert (article.title, article.date, article.categories) == ("Boats", None, ())
    assert [line for line, _ in messages(article)] == [None, 2, 3]


def test_keys_are_read_without_regard_to_case() -> None:
    article = read("Title: Boats", "DATE: 2020-01-01", "Tags: [a]", "Description: D")
    assert (article.title, article.categories, article.description) == ("Boats", ("a",), "D")
    assert article.date == datetime(2020, 1, 1, tzinfo=UTC)


def test_markup_in_title_and_description_is_gone() -> None:
    article = read('title: "Boats &amp; <em>ships</em>\u00a0 again"', "description: '**Two** boats'")
    assert (article.title, article.description) == ("Boats & ships again", "Two boats")


@pytest.mark.parametrize(
    "key", ["description", "summary", "excerpt", "subtitle", "teaser", "seo_description", "meta-description", "seo"]
)
def test_a_description_has_many_names(key: str) -> None:
    value = "{description: Two boats}" if key == "seo" else "Two boats"
    assert titled(f"{key}: {value}").description == "Two boats"


def test_a_title_may_be_any_word_but_a_description_is_more_than_yes_or_nothing() -> None:
    article = read("title: null", "summary: null", "excerpt: true")
    assert (article.title, article.description) == ("null", "")


def test_long_texts_are_cut_with_a_note() -> None:
    article = read(
        "title: " + "Boats " * 1_000,
        "description: " + "word " * 9_000,
        f"categories: [{', '.join(f'c{n}' for n in range(150))}]",
        f"tags: [{'x' * 150}]",
    )
    assert len(article.title) <= LIMITS.title_chars
    assert len(article.description) <= LIMITS.description_chars
    assert len(article.categories) == LIMITS.categories
    assert [line for line, _ in messages(article)] == [2, 3, 4]
    assert titled(f"tags: [{'x' * 150}]").categories == ("x" * LIMITS.category_chars,)
