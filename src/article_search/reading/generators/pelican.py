"""What does Pelican make of a site's files? (By its version 4; https://docs.getpelican.com/en/latest/settings.html)

Files in a folder ``pages`` are pages, all others articles. In the settings ``url`` is ARTICLE_URL, ``urls`` has
PAGE_URL for its folder; with ``:lang`` behind the folder those of pages in another language than the site's.
Not here: Pelican's own settings (settings/recognising).
"""

from __future__ import annotations

from collections.abc import Mapping

from article_search.reading import links
from article_search.reading.generators import patterns, slugs
from article_search.reading.generators.description import Generator, Make, Page

_MISCELLANY = "misc"


def _is_static(page: Page) -> bool:
    """Whether a file is a page rather than an article, which need a date."""
    inside = patterns.setting(page)
    return bool(inside and inside[0]) or page.name.folders[:1] == ("pages",)


def _slug(page: Page) -> str:
    return page.text("slug") or slugs.pelican(page.text("title"))


def _category(page: Page) -> str:
    folder = page.name.folders[-1] if page.name.folders else _MISCELLANY
    return slugs.pelican(page.categories[0] if page.categories else page.text("default_category") or folder)


def _of_dated_name(page: Page) -> str:
    """The slug, or what follows the date in the name."""
    return page.text("slug") or (page.name.undated if page.name.day else _slug(page))


TOKENS: Mapping[str, Make] = {
    "slug": _slug,
    "basename": lambda page: page.text("slug") or slugs.pelican(page.name.stem),
    "dated_name": _of_dated_name,
    "category": _category,
    "lang": lambda page: page.language,
    "author": lambda page: slugs.pelican(page.text("author") or page.text("authors")),
}


def _own(page: Page) -> str | None:
    if "url" not in page.metadata:
        return None
    value = page.text("url")
    return f"/{value}" if len(value) <= links.LONGEST and not links.has_scheme(value) else None


def _address(page: Page, generator: Generator) -> str:
    default = "/:slug" if not page.is_foreign else "/:slug-:lang"
    default = f"/pages{default}.html" if _is_static(page) else f"{default}.html"
    pattern = patterns.of_settings(page)
    if pattern == page.rules.url and (_is_static(page) or page.is_foreign):
        pattern = None
    return patterns.filled(pattern or default, page, generator)


def _is_page(page: Page) -> bool:
    has_date = page.date is not None or _is_static(page)
    return bool(page.text("title")) and has_date and page.text("status").lower() != "skip"


PELICAN = Generator(
    name="pelican",
    address=_address,
    own=_own,
    tokens=TOKENS,
    slug=slugs.pelican,
    prose_slug=slugs.pelican,
    own_slug=_slug,
    categories=_category,
    is_page=_is_page,
    awaits=lambda _: False,
    unfenced=True,
    keeps_zones=True,
    passed_over=("*.mkdn", "*.mkdown"),
)
