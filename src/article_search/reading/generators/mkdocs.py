"""What does MkDocs make of a site's files? (By its version 1.6; https://www.mkdocs.org/user-guide/writing-your-docs/)

Every file is a page, and lies where it does. Not here: MkDocs' own settings (settings/recognising).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from article_search.reading.generators import headings, patterns, slugs
from article_search.reading.generators.description import Generator, Page
from article_search.reading.names import Name

_README = "README"  # is an index where there is none


def _address(page: Page, generator: Generator) -> str:
    pattern = patterns.of_settings(page) or "/{path}/"
    if page.name.stem == _README:
        page = replace(page, name=replace(page.name, stem="index"))  # so the file of the page is called
    return patterns.filled(pattern, page, generator)


def _with_index(ids: Iterable[str]) -> frozenset[str]:
    return frozenset(folder for id in ids for folder, _, name in [id.rpartition("/")] if name.startswith("index."))


def _untitled(name: Name, body: str) -> str | None:
    if headings.begins_with_title(body):
        return None
    if name.is_index and not name.folder:
        return "Home"
    title = ("index" if name.is_index else name.stem).replace("-", " ").replace("_", " ")
    return title.capitalize() if title.islower() else title


MKDOCS = Generator(
    name="mkdocs",
    address=_address,
    own=lambda _: None,
    tokens={},
    slug=str,
    prose_slug=slugs.letters,
    own_slug=lambda _: "",
    categories=lambda page: slugs.letters(page.categories[0]) if page.categories else "",
    is_page=lambda page: page.name.stem != _README or page.name.folder not in page.rules.bundles,
    awaits=lambda _: False,
    unfenced=True,
    untitled=_untitled,
    titled_by_heading=True,
    day=lambda _: None,
    is_index=lambda stem: stem in ("index", _README),
    bundles_of=_with_index,
    language_first=True,
    language_roots=True,
    images_beside_file=True,
    passed_over=("/templates",),
)
