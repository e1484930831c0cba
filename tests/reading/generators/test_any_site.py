"""Where no generator is named, addresses, dates and titles follow what most generators have in common."""

from __future__ import annotations

from typing import Any

import pytest

from tests.reading.generators.sites import read


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("data_types.md", "/notes/data_types/"),  # Hugo's own rule for names
        ("release-1.4.md", "/notes/release-1.4/"),
        ("What Is New.md", "/notes/what-is-new/"),
        ("C++ & C#.md", "/notes/c%2B%2B-c%23/"),
        ("Été_à-la.mer.md", "/notes/%C3%A9t%C3%A9_%C3%A0-la.mer/"),
        ("हिन्दी.md", "/notes/%E0%A4%B9%E0%A4%BF%E0%A4%A8%E0%A5%8D%E0%A4%A6%E0%A5%80/"),
        ("2020-01-02-walk.md", "/notes/walk/"),
        ("walks/2020-01-02-hill/index.md", "/notes/hill/"),
        ("_posts/2020-01-02-Hill_Top-v1.2.md", "/notes/Hill_Top-v1.2/"),  # Jekyll's
    ],
)
def test_a_slug_keeps_what_generators_keep(path: str, url: str) -> None:
    assert read(path, "title: x", url="/notes/{slug}/").url == url


@pytest.mark.parametrize(
    ("path", "header", "url"),
    [
        ("_posts/2020-03-04-a.md", "categories: [Big News, Ferries]", "/big%20news/ferries/2020/03/04/a.html"),
        ("_posts/2020-03-04-a.md", "tags: [odds]", "/2020/03/04/a.html"),
        ("_posts/2020-03-04-a.md", "category: Ferries", "/ferries/2020/03/04/a.html"),
        ("boats/old/_posts/2020-03-04-a.md", "title: x", "/boats/old/2020/03/04/a.html"),
        ("boats/_posts/2020-03-04-a.md", "categories: [Boats, News]", "/boats/news/2020/03/04/a.html"),
        ("boats/2020-03-04-a.md", "categories: [Big News, Ferries]", "/big-news/2020/03/04/a.html"),
        ("boats/2020-03-04-a.md", "tags: [odds]", "/2020/03/04/a.html"),
    ],
)
def test_categories_of_posts_are_those_of_jekyll(path: str, header: str, url: str) -> None:
    assert read(path, header, url="/{category}/{date:%Y/%m/%d}/{slug}.html").url == url


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("index.md", "/"),
        ("_index.md", "/"),
        ("walks/index.md", "/walks/"),
        ("walks/_index.md", "/walks/"),
        ("walks/hill/index.md", "/walks/hill/"),
        ("walks/Hill_Top.md", "/walks/Hill_Top/"),
        ("indexes.md", "/indexes/"),
    ],
)
def test_the_page_of_a_folder_has_its_address(path: str, url: str) -> None:
    assert read(path, "title: x", url="/{path}/").url == url
    assert read(path, "title: x", url="/{path}").url == (url.rstrip("/") or "/")


def test_a_page_of_a_folder_is_a_file_where_all_are() -> None:
    assert read("walks/index.md", "title: x", url="/{path}.html").url == "/walks/index.html"


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("posts/2021-07-01-fair/index.md", "2021-07-01"),
        ("posts/2021-7-1-fair/index.md", "2021-07-01"),
        ("posts/2021-07-01/index.md", "2021-07-01"),
        ("posts/2021-07-01-fair.md", "2021-07-01"),
        ("posts/2021-07-01-fair/_index.fr.md", "2021-07-01"),
        ("posts/2021-07-01-fair/gallery.md", None),
        ("posts/2021-13-01-fair/index.md", None),
    ],
)
def test_a_file_has_the_date_of_its_name_or_of_the_folder_it_is_the_page_of(path: str, day: str | None) -> None:
    found = read(path, "title: x").date
    assert (found and f"{found:%Y-%m-%d}") == day


@pytest.mark.parametrize(
    ("path", "url", "title", "language"),
    [
        ("boats/index.fr.md", "/fr/boats/", "Boats", "french"),
        ("boats/index.md", "/boats/", "Boats", "english"),
        ("boats/index.en.md", "/boats/", "Boats", "english"),
        ("old_boats.pt-br.md", "/pt-br/old_boats/", "Old boats", "portuguese"),
        ("boats.v2.md", "/boats.v2/", "Boats.v2", "english"),
        ("boats.xx.md", "/boats.xx/", "Boats.xx", "english"),
        ("fr/boats.md", "/boats/", "Boats", "english"),  # a folder may be called anything
    ],
)
def test_a_file_may_be_named_with_its_language(path: str, url: str, title: str, language: str) -> None:
    found = read(path, "layout: x", url="/{slug}/")
    assert (found.url, found.title, found.language) == (url, title, language)


def test_languages_that_are_named_are_the_only_ones() -> None:
    rules: dict[str, Any] = {"url": "/{slug}/", "languages": ("it", "de")}
    assert read("boats.it.md", "title: x", **rules).url == "/boats/"
    assert read("boats.de.md", "title: x", **rules).url == "/de/boats/"
    assert read("boats.fr.md", "title: x", **rules).url == "/boats.fr/"
    assert read("de/boats.md", "title: x", **rules).language == "german"
    assert read("fr/boats.md", "title: x", **rules).language == "english"


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("permalink: false", "no page"),
        ("build: {render: never}", "no page"),
        ("_build: {render: false}", "no page"),
        ("search: false", "hidden"),
        ("search: {exclude: true}", "hidden"),
        ("search_exclude: true", "hidden"),
        ("unlisted: true", "hidden"),
        ("permalink: true", None),
        ("build: {render: always}", None),
        ("search: true", None),
        ("search: {boost: 2}", None),
        ("unlisted: false", None),
    ],
)
def test_what_has_no_page_or_asks_not_to_be_found_is_left_out(header: str, reason: str | None) -> None:
    assert read("a.md", "title: x", header).left_out == reason


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        (("date: 2031-12-20", "publishDate: 2020-01-10"), None),
        (("date: 2031-12-20", "pubDate: 2020-01-10"), None),
        (("date: 2031-12-20", "published_at: 2020-01-10"), None),
        (("date: 2031-12-20", "published: true"), "future"),
        (("date: 2020-01-01", "publishDate: 2031-01-10"), "future"),
        (("date: 2031-12-20", "publishDate: soon"), "future"),
        (("date: 2031-12-20", "created: 2020-01-01"), "future"),
    ],
)
def test_an_article_waits_for_its_publication_not_for_the_day_it_is_about(
    headers: tuple[str, ...], reason: str | None
) -> None:
    assert read("a.md", "title: x", *headers).left_out == reason


@pytest.mark.parametrize(
    ("base", "header", "url"),
    [
        ("https://a.example/museum/{slug}/", "permalink: /about/", "https://a.example/museum/about/"),
        ("https://a.example/museum/{slug}/", "permalink: about", "https://a.example/museum/about"),
        ("https://a.example/{slug}/", "url: /about/", "https://a.example/about/"),
        ("https://a.example:8080/x/y/p-{slug}", "permalink: /about/", "https://a.example:8080/x/y/about/"),
        ("https://a.example/museum/{slug}/", "permalink: https://b.example/c", "https://b.example/c"),
        ("https://a.example/museum/{slug}/", "permalink: //b.example/c", "https://a.example/museum/file/"),
        ("/museum/{slug}/", "permalink: /about/", "/about/"),
    ],
)
def test_an_address_an_article_gives_itself_is_on_the_host_of_the_others(base: str, header: str, url: str) -> None:
    assert read("file.md", "title: x", header, url=base).url == url


def test_a_site_may_begin_anywhere() -> None:
    rules: dict[str, Any] = {"url": "/{slug}/", "base_url": "https://a.example/museum"}
    assert read("file.md", "title: x", **rules).url == "https://a.example/museum/file/"
    assert read("file.md", "title: x", "permalink: /about/", **rules).url == "https://a.example/museum/about/"
    assert read("file.fr.md", "title: x", **rules).url == "https://a.example/museum/fr/file/"
    assert read("file.md", "title: x", "image: /a.jpg", **rules).image == "https://a.example/museum/a.jpg"
    assert read("file.md", "title: x", "image: /museum/a.jpg", **rules).image == "https://a.example/museum/a.jpg"


@pytest.mark.parametrize(
    ("path", "written", "image"),
    [
        ("walks/hill/index.md", "top.jpg", "/walks/hill/top.jpg"),
        ("walks/hill/index.md", "./img/top.jpg", "/walks/hill/img/top.jpg"),
        ("walks/hill/index.md", "../top.jpg", "/walks/top.jpg"),
        ("walks/hill/index.md", "../../../../top.jpg", "/top.jpg"),
        ("walks/hill/index.md", "/top.jpg", "/top.jpg"),
        ("walks/hill.md", "./top.jpg", "/walks/top.jpg"),
        ("walks/hill.md", "img/top.jpg", "img/top.jpg"),  # of the site, as most themes have it
        ("walks/hill/index.md", "https://b.example/top.jpg", "https://b.example/top.jpg"),
    ],
)
def test_an_image_beside_its_article_is_beside_its_page(path: str, written: str, image: str) -> None:
    assert read(path, "title: x", f"image: {written}", url="/{path}/").image == image


def test_a_template_language_is_no_part_of_a_name() -> None:
    found = read("_posts/harbour-walk.blade.md", "section: content", url="/blog/{filename}")
    assert (found.url, found.title) == ("/blog/harbour-walk", "Harbour walk")


def test_a_folder_may_have_a_pattern_and_keys_of_its_own() -> None:
    rules: dict[str, Any] = {
        "url": "/{slug}/",
        "urls": (("walks/old", "/old/:year/:title/"), ("walks", "/w/{slug}/")),
        "defaults": (("walks/old", {"category": "Walks", "date": "2001-02-03"}), ("walks", {"category": "Others"})),
    }
    assert read("a.md", "title: x", **rules).url == "/a/"
    assert read("walks/a.md", "title: x", **rules).url == "/w/a/"
    old = read("walks/old/a.md", "title: x", **rules)
    assert (old.url, old.categories) == ("/old/2001/a/", ("Walks",))
    assert read("walks/old/a.md", "category: Own", **rules).categories == ("Own",)
    assert read("walksold.md", "title: x", **rules).url == "/walksold/"


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("# Tides {#tides}", "Tides"),
        ("# Tides {: .wide #tides }", "Tides"),
        ("# Tides {/*tides*/}", "Tides"),
        ("# Sets {1, 2}", "Sets {1, 2}"),
    ],
)
def test_the_name_of_a_heading_is_no_part_of_a_title(heading: str, title: str) -> None:
    assert read("a.md", "layout: x", body=f"{heading}\n\nText.").title == title


@pytest.mark.parametrize("name", ["a.md", "a.MD", "a.markdown", "a.mdown", "a.mkd", "a.mkdn", "a.mkdown"])
def test_every_usual_ending_of_markdown_is_one_of_an_article(name: str) -> None:
    from article_search.reading.walking import is_article_name

    assert is_article_name(name)
    assert not is_article_name("a.mdx")
