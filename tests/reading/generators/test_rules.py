"""Rules of single generators that their sample sites do not show, or that hold by their documentation only.

What the generators themselves make of whole sites is in tests/generators.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from article_search.reading import generators, links
from tests.effort import at_most
from tests.reading.generators.sites import read

BASE = "https://a.example/b"


@pytest.mark.parametrize(
    ("generator", "path", "headers", "url"),
    [
        ("hugo", "posts/Some_Post.v2.md", (), "/posts/some_post.v2/"),
        ("hugo", "posts/trip/index.md", ("slug: Other Trip",), "/posts/other-trip/"),
        ("hugo", "posts/_index.md", (), "/posts/"),
        ("hugo", "index.md", (), "/"),
        ("hugo", "posts/a.fr.md", ("url: b/",), "/fr/b/"),
        ("hugo", "posts/a.fr.md", ("url: /b",), "/b/"),
        ("hugo", "posts/a.md", ("permalink: /b/",), "/posts/a/"),  # not Hugo's word
        ("jekyll", "_posts/2020-01-02-A_b.md", ("categories: [C d]",), "/c%20d/2020/01/02/A_b.html"),
        ("jekyll", "_posts/2020-01-02-a.md", ("permalink: /:year/W:week/:short_day/:slug/",), "/2020/W01/Thu/a/"),
        ("jekyll", "About_Us.md", ("title: x",), "/About_Us.html"),
        ("jekyll", "_recipes/x/soup.md", ("title: x",), "/recipes/x/soup.html"),
        ("eleventy", "notes/2020-01-02-a.md", (), "/notes/2020-01-02-a/"),
        ("eleventy", "notes/a.md", ("permalink: '/{{ title | slugify }}.html'", "title: A & B"), "/a-and-b.html"),
        (
            "eleventy",
            "notes/a.md",
            ("permalink: '/{{ page.date | date: \"%Y/%m\" }}/x/'", "date: 2020-01-02"),
            "/2020/01/x/",
        ),
        ("eleventy", "notes/a.md", ("permalink: '/{{ secret.key | shell }}/'",), "/notes/a/"),
        ("eleventy", "notes/a.md", ("permalink: '{% if x %}/y/{% endif %}'",), "/notes/a/"),
        ("jigsaw", "_posts/First_Boat.md", ("extends: x",), "/posts/first-boat"),
        ("jigsaw", "_posts/first.blade.md", ("extends: x",), "/posts/first"),
        ("jigsaw", "about/index.md", ("extends: x",), "/about"),
        ("jigsaw", "about.md", ("extends: x", "permalink: who/we.html"), "/who/we.html"),
        ("hexo", "_posts/a b/C.md", ("date: 2020-01-02",), "/2020/01/02/a%20b/C/"),
        ("hexo", "about/index.md", (), "/about/"),
        ("mkdocs", "guide/README.md", (), "/guide/"),
        ("mkdocs", "guide/A_b.md", ("permalink: /x/", "slug: y"), "/guide/A_b/"),
        ("pelican", "news/a.md", ("title: Grüße & Küsse", "date: 2020-01-02"), "/grusse-kusse.html"),
        ("pelican", "news/a.md", ("title: X", "date: 2020-01-02", "lang: fr"), "/x-fr.html"),
        ("pelican", "pages/a.md", ("title: X y",), "/pages/x-y.html"),
        ("zola", "blog/2020-01-02-Der_Weg.md", (), "/blog/der-weg/"),
        ("zola", "blog/2020-01-02-weg/index.md", (), "/blog/weg/"),
        ("zola", "blog/_index.fr.md", (), "/fr/blog/"),
        ("zola", "blog/a.md", ("path: own/Way",), "/own/Way/"),
        ("nikola", "posts/a/Über_uns.md", (), "/posts/a/uber_uns/"),
        ("nikola", "pages/about.md", ("pretty_url: False",), "/about.html"),
        ("vuepress", "guide/README.md", (), "/guide/"),
        ("vuepress", "guide/a.b.md", (), "/guide/a.b.html"),
        ("vuepress", "2020-01-02-a.md", ("permalinkPattern: /:year/:slug",), "/2020/a"),
        ("docusaurus", "docs/01-Intro/02-a.md", (), "/docs/Intro/a"),
        ("docusaurus", "docs/a.md", ("slug: /",), "/docs/"),
        ("docusaurus", "docs/x/y.md", ("slug: ../z",), "/docs/z"),
        ("docusaurus", "docs/x/y.md", ("slug: ../../../../z",), "/docs/z"),
        ("docusaurus", "blog/2020-01-02-a/index.mdx", (), "/blog/2020/01/02/a"),
        ("docusaurus", "src/pages/x/index.md", (), "/x/"),
        ("astro", "pages/A_b/c.md", (), "/A_b/c/"),
        ("astro", "content/blog/A b/index.md", (), "/blog/a-b/"),
        ("astro", "content/blog/a.mdx", ("slug: x/y",), "/blog/x/y/"),
    ],
)
def test_an_address(generator: str, path: str, headers: tuple[str, ...], url: str) -> None:
    headers = headers or ("layout: x",)
    assert read(path, *headers, generator=generator).url == url
    assert read(path, *headers, generator=generator, base_url=BASE).url == f"{BASE}{url}"


@pytest.mark.parametrize(
    ("generator", "url"),
    [
        ("", "/blog/A_b.c/"),
        ("jekyll", "/2020/01/02/A_b.c.html"),
        ("jigsaw", "/posts/2020-01-02-a-b.c"),
        ("hexo", "/2020/01/02/2020-01-02-A_b.c/"),
    ],
)
def test_the_content_folder_itself_may_be_that_of_posts(generator: str, url: str) -> None:
    rules = {} if generator else {"url": "/blog/{slug}/"}
    header = ("date: 2020-01-02", "extends: x")
    assert read("2020-01-02-A_b.c.md", *header, generator=generator, root="_posts", **rules).url == url


def test_a_note_of_a_vault_is_shown_by_the_search_unless_it_is_published() -> None:
    assert read("A b/C.md", generator="obsidian").url == "/article/A%20b/C.md"
    assert read("A b/C.md", generator="obsidian", base_url=BASE).url == f"{BASE}/A+b/C"
    assert read("C.md", "publish: false", generator="obsidian").left_out is None
    assert read("C.md", "publish: false", generator="obsidian", base_url=BASE).left_out == "no page"


@pytest.mark.parametrize(
    ("generator", "path", "headers", "reason"),
    [
        ("jekyll", "about.md", (), "no page"),
        ("jekyll", "_posts/about.md", ("title: x",), "no page"),
        ("jekyll", "_posts/2020-01-02-about.md", (), None),
        ("jekyll", "_posts/2020-01-02-about.md", ("permalink: false",), None),
        ("jekyll", "_drafts/about.md", ("title: x",), "draft"),
        ("jekyll", "_posts/2030-01-02-about.md", (), "future"),
        ("jekyll", "about.md", ("date: 2030-01-02",), None),
        ("hugo", "a.md", ("headless: true",), "no page"),
        ("hugo", "a.md", ("date: 2030-01-02",), "future"),
        ("hugo", "2030-01-02-a.md", (), None),
        ("eleventy", "a.md", ("permalink: false",), "no page"),
        ("eleventy", "a.md", ("date: 2030-01-02",), None),
        ("hexo", "_posts/a.md", ("published: false",), "unpublished"),
        ("hexo", "_x/a.md", ("title: x",), "no page"),
        ("pelican", "a.md", ("title: x",), "no page"),  # without a date
        ("pelican", "2020-01-02-a.md", ("title: x",), None),
        ("pelican", "a.md", ("title: x", "date: 2020-01-01", "status: skip"), "no page"),
        ("zola", "a.md", ("render: false",), "no page"),
        ("docusaurus", "docs/_a.md", (), "no page"),
        ("docusaurus", "README.md", (), None),
        ("docusaurus", "docs/a.md", ("unlisted: true",), "hidden"),
        ("astro", "pages/_a.md", (), "no page"),
        ("astro", "content/a.md", (), "no page"),
        ("jigsaw", "a.md", ("title: x",), "no page"),  # without a template
        ("nikola", "notes/a.md", ("title: x",), "no page"),
    ],
)
def test_what_becomes_a_page(generator: str, path: str, headers: tuple[str, ...], reason: str | None) -> None:
    assert read(path, *headers, generator=generator).left_out == reason


def test_files_beside_the_index_of_a_bundle_are_part_of_it() -> None:
    bundles = generators.named("hugo").bundles_of(["trip/index.md", "trip/notes.md", "trip/a/b.md", "other/c.md"])
    rules: dict[str, Any] = {"generator": "hugo", "bundles": bundles}
    found = {
        path: read(path, "title: x", **rules).left_out
        for path in ("trip/index.md", "trip/notes.md", "trip/a/b.md", "other/c.md")
    }
    assert found == {"trip/index.md": None, "trip/notes.md": "no page", "trip/a/b.md": "no page", "other/c.md": None}


@pytest.mark.parametrize(
    ("generator", "written", "read_as"),
    [
        ("", "2020-01-02 23:30:00", "2020-01-02T22:30:00+00:00"),
        ("jekyll", "2020-01-02 23:30:00", "2020-01-02T23:30:00+00:00"),
        ("jekyll", "2020-01-02", "2020-01-01T23:00:00+00:00"),
        ("eleventy", "2020-01-02", "2020-01-02T00:00:00+00:00"),
        ("hexo", "2020-01-02T23:30:00Z", "2020-01-02T22:30:00+00:00"),
        ("hugo", "2020-01-02T23:30:00", "2020-01-02T22:30:00+00:00"),
    ],
)
def test_a_date_is_the_moment_it_is_to_the_generator(generator: str, written: str, read_as: str) -> None:
    from zoneinfo import ZoneInfo

    found = read("_posts/2020-01-01-a.md", f"date: {written}", generator=generator, timezone=ZoneInfo("Europe/Oslo"))
    assert found.date is not None
    assert found.date.isoformat() == read_as


@pytest.mark.parametrize(
    ("generator", "path", "body", "title"),
    [
        ("jekyll", "_posts/2020-01-02-a-walk.md", "# Heading", "A Walk"),
        ("jekyll", "a-walk.md", "# Heading", "Heading"),
        ("mkdocs", "a-walk.md", "# Heading", "Heading"),
        ("mkdocs", "a-walk.md", "Text.\n\n# Heading", "A walk"),
        ("mkdocs", "index.md", "Text.", "Home"),
        ("docusaurus", "docs/01-a-walk.md", "Text.", "a-walk"),
        ("obsidian", "A walk.md", "# Heading", "A walk"),
        ("hugo", "a-walk.md", "# Heading", "Heading"),
    ],
)
def test_a_page_without_a_title_is_called(generator: str, path: str, body: str, title: str) -> None:
    assert read(path, "layout: x", body=body, generator=generator).title == title


@pytest.mark.parametrize("generator", generators.NAMES)
def test_a_pattern_of_the_settings_counts(generator: str) -> None:
    path = {"jigsaw": "_a/2020-01-02-x.md", "jekyll": "_a/2020-01-02-x.md"}.get(generator, "a/2020-01-02-x.md")
    folder = path.partition("/")[0]
    found = read(path, "title: X", "date: 2020-01-02", generator=generator, urls=((folder, "/p/{year}/{filename}/"),))
    assert found.url.startswith("/p/2020/")


@pytest.mark.parametrize("generator", ["", *generators.NAMES])
@given(
    st.lists(st.text(alphabet="aB_-.:{}é 1/日\\", min_size=1, max_size=8), min_size=1, max_size=4).map("/".join),
    st.dictionaries(
        st.sampled_from(["permalink", "url", "slug", "path", "title", "lang", "id", "date", "categories"]),
        st.text(alphabet="aB_-.:{}|é 1/日%#?'", max_size=20),
        max_size=3,
    ),
)
def test_every_address_is_safe_and_plain_ascii(generator: str, path: str, metadata: dict[str, str]) -> None:
    header = [f"{key}: '{value.replace(chr(39), '')}'" for key, value in metadata.items()]
    for base in ("", BASE):
        url = read(f"{path}.md", *header, body="x", generator=generator, base_url=base).url
        assert url.isascii()
        assert links.is_safe(url)
        assert links.is_absolute(url)


@pytest.mark.parametrize("name", generators.NAMES)
def test_every_generator_is_described(name: str) -> None:
    assert generators.named(name).name == name


@pytest.mark.parametrize("generator", ["mkdocs", "docusaurus", "pelican", "nikola"])
@pytest.mark.parametrize("piece", [" ", "\n", "# ", "=", "a\n=", "<!--\n", ".. a: ", "a: b\n", "{#a", "{: .a "])
def test_a_long_text_takes_time_by_its_length(generator: str, piece: str) -> None:
    body = piece * (200_000 // len(piece)) + "x"
    with at_most(10):
        read("docs/a.md", "layout: x", body=body, generator=generator)
        read("docs/a.md", body=body, generator=generator)


def test_a_long_heading_takes_time_by_its_length() -> None:
    for piece in ("{#", "{: ", " ", "{/*"):
        with at_most(10):
            read("a.md", "layout: x", body="# a" + piece * 5_000)
