"""What holds where no generator is named: what most have in common, and what a path gives away.

Not here: a generator whose rules are known.
"""

from __future__ import annotations

from dataclasses import replace

from article_search.reading.generators import jekyll, own, patterns, slugs
from article_search.reading.generators.description import Generator, Page


def _address(page: Page, generator: Generator) -> str:
    return patterns.filled(patterns.of_settings(page) or page.rules.url, page, generator)


def _own(page: Page) -> str | None:
    value = own.address(page)
    return jekyll.STYLES.get(value, value) if value else None


def _first_category(page: Page) -> str:
    return slugs.letters(page.categories[0]) if page.categories else ""


ANY = Generator(
    name="",
    address=_address,
    own=_own,
    tokens=jekyll.TOKENS,
    slug=slugs.hugo,
    prose_slug=slugs.letters,
    own_slug=own.slug,
    categories=_first_category,
    is_page=own.has_page,
    language_in_name=True,
    language_in_folder=False,
    language_first=True,
)

# Files in a folder _posts are Jekyll's, or are treated as if they were.
POSTS = replace(ANY, slug=slugs.readable, categories=jekyll.categories_of)
