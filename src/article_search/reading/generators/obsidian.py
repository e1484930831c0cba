"""What becomes of the notes of an Obsidian vault? With a base address what Obsidian Publish makes of them (by its
documentation; https://help.obsidian.md/publish/permalinks); without one they are shown by the search itself.

Not here: Obsidian's own settings (settings/recognising).
"""

from __future__ import annotations

from article_search.reading import links
from article_search.reading.generators import own, patterns, slugs
from article_search.reading.generators.description import Generator, Page
from article_search.reading.names import Name
from article_search.reading.rules import FALLBACK


def _own(page: Page) -> str | None:
    return own.permalink(page) if page.rules.base_url else None


def _address(page: Page, generator: Generator) -> str:
    if pattern := patterns.of_settings(page):
        return patterns.filled(pattern, page, generator)
    if not page.rules.base_url:
        return patterns.filled(FALLBACK, page, generator)
    return links.quoted("/".join((*page.name.folders, page.name.stem)).replace(" ", "+"), "/+")


def _untitled(name: Name, _: str) -> str:
    return name.stem


OBSIDIAN = Generator(
    name="obsidian",
    address=_address,
    own=_own,
    tokens={},
    slug=str,
    prose_slug=slugs.letters,
    own_slug=own.slug,
    categories=lambda page: slugs.letters(page.categories[0]) if page.categories else "",
    is_page=lambda page: page.text("publish").lower() != "false" or not page.rules.base_url,
    awaits=lambda _: False,
    day=lambda _: None,
    untitled=_untitled,
    is_index=lambda _: False,
    images_beside_file=True,
)
