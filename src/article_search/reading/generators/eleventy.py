"""What does Eleventy make of a site's files? (By its version 3; https://www.11ty.dev/docs/permalinks/)

A page lies where its file does. In the settings ``defaults`` has what the data files of folders say. Templates in a
``permalink`` are filled with what addresses are mostly made of; one that asks for more gives way to the path.
Not here: Eleventy's own settings (settings/recognising).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from article_search.reading import links
from article_search.reading.generators import clocks, own, patterns, slugs, templates
from article_search.reading.generators.description import Generator, Make, Page
from article_search.reading.names import Name

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _file_slug(page: Page) -> str:
    return "" if page.name.is_index and not page.name.folder else page.name.undated


def _path_stem(page: Page) -> str:
    stem = page.name.stem if page.name.is_index else page.name.undated
    return "/" + "/".join((*page.name.folders, stem))


def _year(page: Page) -> str:
    return f"{page.date:%Y}" if page.date else ""


_VALUES: Mapping[str, Make] = {
    "page.fileSlug": _file_slug,
    "page.filePathStem": _path_stem,
    "page.outputFileExtension": lambda _: "html",
    "page.date": lambda page: page.date.isoformat() if page.date else "",
    "page.date.getFullYear()": _year,
    "page.date.getUTCFullYear()": _year,
}


def _own(page: Page) -> str | None:
    value = page.text("permalink")
    if value.lower() in ("", "true", "false") or len(value) > links.LONGEST:
        return None
    return templates.filled(value, page, _VALUES)


def _address(page: Page, generator: Generator) -> str:
    if pattern := patterns.of_settings(page):
        return patterns.filled(pattern, page, generator)
    folders, stem = page.name.folders, page.name.stem
    is_folder = page.name.is_index or stem == (folders[-1] if folders else "")
    return links.quoted("/".join(folders if is_folder else (*folders, stem)) + "/", "/")


def _day(name: Name) -> str | None:
    """The first date in the path."""
    match = _DAY.search(f"{name.folder}/{name.stem}")
    return match[0] if match else None


ELEVENTY = Generator(
    name="eleventy",
    address=_address,
    own=_own,
    tokens={},
    slug=str,
    prose_slug=slugs.ascii_words,
    own_slug=own.slug,
    categories=lambda page: slugs.ascii_words(page.categories[0]) if page.categories else "",
    tidied=lambda address: address.removesuffix("index.html") if address.endswith("/index.html") else address,
    is_page=own.has_page,
    awaits=lambda _: False,
    day=_day,
    clock=clocks.utc,
    passed_over=("_includes", "_layouts", "_data", "/_site"),
)
