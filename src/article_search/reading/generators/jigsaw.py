"""What does Jigsaw make of a site's files? (By its documentation, version 1; https://jigsaw.tighten.com/docs/collections/)

A folder of the root that begins with an underscore is a collection. In the settings ``urls`` has the paths of
collections. Not here: Jigsaw's own settings (settings/recognising).
"""

from __future__ import annotations

from article_search.reading import links
from article_search.reading.generators import own, patterns, slugs
from article_search.reading.generators.description import Generator, Page


def _slug(text: str) -> str:
    return slugs.alphabets_in_latin(slugs.jigsaw(text))


def _own(page: Page) -> str | None:
    """Of pages only: the address of an item of a collection is that of the collection."""
    return None if page.name.folder.startswith("_") else own.permalink(page)


def _address(page: Page, generator: Generator) -> str:
    pattern = patterns.of_settings(page)
    if pattern:
        return patterns.filled(pattern, page, generator)
    top, *_ = page.name.folders or ("",)
    if top.startswith("_"):
        return links.quoted(f"{_slug(top)}/{_slug(page.name.stem)}", "/")
    parts = page.name.folders if page.name.stem == "index" else (*page.name.folders, page.name.stem)
    return links.quoted("/".join(parts), "/")


def _is_page(page: Page) -> bool:
    if page.name.folder.startswith("_"):
        return not page.name.stem.startswith("_")
    return not page.place.startswith("_") and bool(page.metadata.get("extends"))


JIGSAW = Generator(
    name="jigsaw",
    address=_address,
    own=_own,
    tokens={
        "_title": lambda page: _slug(page.title).replace("-", "_"),
        "_filename": lambda page: _slug(page.name.stem).replace("-", "_"),
    },
    slug=_slug,
    prose_slug=_slug,
    own_slug=lambda _: "",
    categories=lambda page: _slug(page.categories[0]) if page.categories else "",
    special_folders=True,
    is_page=_is_page,
    awaits=lambda _: False,
    passed_over=("/_layouts", "/_partials", "/_components", "/_assets", "/_includes", "/_nav", "/_core"),
)
