"""What does a site's generator make of its files? A module for each, with its rules for addresses, drafts and names.

    description        what there is to say of a generator, and of a page
    patterns, slugs    what a pattern of addresses means; how names are written in addresses
    own                what an article says of its own address
    any_site           what holds where no generator is named

Not here: which generator a site has (settings), how its settings are found (settings/recognising).
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # who only wants the names does without the rules
    from article_search.reading.generators.description import Generator

__all__ = ["NAMES", "OPTIONS", "named", "of_file"]

# Switches of a generator's own that change addresses, by the names they have there.
OPTIONS = ("defaultContentLanguageInSubdir", "disablePathToLower", "removePathAccents", "uglyURLs")
NAMES = (
    "astro",
    "docusaurus",
    "eleventy",
    "hexo",
    "hugo",
    "jekyll",
    "jigsaw",
    "mkdocs",
    "nikola",
    "obsidian",
    "pelican",
    "vuepress",
    "zola",
)


@cache
def named(name: str) -> Generator:
    """The rules of a generator, one of NAMES, or those of any site for an empty name."""
    if not name:
        from article_search.reading.generators import any_site

        return any_site.ANY
    generator: Generator = getattr(import_module(f"{__name__}.{name}"), name.upper())
    return generator


def of_file(name: str, path: str) -> Generator:
    """The rules for one file: those of the generator named, or what its path gives away."""
    if not name and "/_posts/" in f"/{path}":
        from article_search.reading.generators import any_site

        return any_site.POSTS
    return named(name)
