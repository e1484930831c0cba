"""What does Zola make of a site's files? (By its documentation, 0.22; https://www.getzola.org/documentation/content/page/)

Not here: Zola's own settings (settings/recognising).
"""

from __future__ import annotations

import re

from article_search.reading import links
from article_search.reading.generators import own, patterns, slugs
from article_search.reading.generators.description import Generator, Page
from article_search.reading.names import Name

_DATED = re.compile(r"\d{4}-\d{2}-\d{2}(?:T[\d:.+Z-]+)? ?[-_](?=.)")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?=T| ?[-_].|$)")


def _name(page: Page) -> str:
    return slugs.latin_words(_DATED.sub("", page.name.own.replace(" -", "-"), count=1))


def _day(name: Name) -> str | None:
    match = _DAY.match(name.own)
    return match[0] if match else None


def _own(page: Page) -> str | None:
    path = own.usable(page.text("path"))
    return f"{page.language_folder}/{path.strip('/')}/" if path else None


def _address(page: Page, generator: Generator) -> str:
    if pattern := patterns.of_settings(page):
        return patterns.filled(pattern, page, generator)
    folders = page.name.folders
    if page.name.stem == "_index":
        parts = folders
    else:
        folders = folders[:-1] if page.name.stem == "index" else folders
        parts = (*folders, _slug(page) or (_name(page) if page.name.own != "index" else ""))
    return links.quoted("/".join(parts) + "/", "/")


def _slug(page: Page) -> str:
    return slugs.latin_words(page.text("slug"))


ZOLA = Generator(
    name="zola",
    address=_address,
    own=_own,
    tokens={},
    slug=slugs.latin_words,
    prose_slug=slugs.latin_words,
    own_slug=_slug,
    categories=lambda page: slugs.latin_words(page.categories[0]) if page.categories else "",
    is_page=lambda page: page.text("render").lower() != "false",
    awaits=lambda _: False,
    is_index=lambda stem: stem in ("index", "_index"),
    day=_day,
    language_in_name=True,
    language_first=True,
    passed_over=("*.markdown", "*.mdown", "*.mkd", "*.mkdn", "*.mkdown"),
)
