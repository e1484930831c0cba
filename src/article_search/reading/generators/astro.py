"""What does Astro make of a site's files? (By its version 5; https://docs.astro.build/en/guides/content-collections/)

Files in ``pages`` are pages, those in a folder of ``content`` entries of a collection; which pages these are made into
is up to a program: mostly one below the collection's name. In the settings ``urls`` has others, with ``:id`` for the
entry and ``:page`` for a page. Not here: Astro's own settings (settings/recognising).
"""

from __future__ import annotations

from article_search.reading import links
from article_search.reading.generators import clocks, own, patterns, slugs
from article_search.reading.generators.description import Generator, Page

_PAGES, _CONTENT = "pages", "content"


def _id(page: Page) -> str:
    """What an entry is called within its collection."""
    if slug := own.slug(page):
        return slug
    folders = page.name.folders[2:] if page.name.folders[:1] == (_CONTENT,) else page.name.folders
    is_folder = page.name.stem == "index" and folders
    return "/".join(map(slugs.github, folders if is_folder else (*folders, page.name.stem)))


def _page(page: Page) -> str:
    folders = page.name.folders[1:]
    return "/".join(folders if page.name.is_index else (*folders, page.name.stem))


def _address(page: Page, generator: Generator) -> str:
    pattern = patterns.of_settings(page)
    if pattern and page.id.rpartition(".")[0] != f"{_PAGES}/index":  # the first page is a folder in any case
        return patterns.filled(pattern, page, generator)
    if page.name.folders[:1] == (_PAGES,):
        return links.quoted(f"{_page(page)}/", "/")
    collection = page.name.folders[1:2] if page.name.folders[:1] == (_CONTENT,) else ()
    return links.quoted("/".join((*collection, _id(page))) + "/", "/")


def _is_page(page: Page) -> bool:
    top, depth = page.name.folders[:1], len(page.name.folders)
    if top == (_PAGES,):
        return not any(part.startswith("_") for part in (*page.name.folders, page.name.stem))
    return page.id.endswith((".md", ".mdx")) and (top != (_CONTENT,) or depth > 1)


ASTRO = Generator(
    name="astro",
    address=_address,
    own=lambda _: None,
    tokens={"id": _id, "slug": _id, "page": _page},
    slug=slugs.github,
    path_slug=slugs.github,
    prose_slug=slugs.github,
    own_slug=own.slug,
    categories=lambda page: slugs.github(page.categories[0]) if page.categories else "",
    is_page=_is_page,
    awaits=lambda _: False,
    day=lambda _: None,
    clock=clocks.utc,
    is_index=lambda stem: stem == "index",
    endings=(".mdx",),
    passed_over=("/components", "/layouts", "/assets", "/styles"),
)
