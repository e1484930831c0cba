"""What does Nikola make of a site's files? (By its version 8; https://getnikola.com/handbook.html)

In the settings ``urls`` has the folders of POSTS and PAGES, with ``:path`` for the file's place and name in them.
Not here: Nikola's own settings (settings/recognising).
"""

from __future__ import annotations

from article_search.reading import links
from article_search.reading.generators import patterns, slugs
from article_search.reading.generators.description import Generator, Page
from article_search.reading.names import Name

_FOLDERS = (("posts", "/posts/:path/"), ("pages", "/:path/"))


def _place(page: Page) -> tuple[str, str] | None:
    """The folder of the settings a file is in, and its pattern."""
    inside = patterns.setting(page)
    return inside or next((one for one in _FOLDERS if page.id.startswith(f"{one[0]}/")), None)


def _slug(page: Page) -> str:
    slug = page.text("slug")
    return slug if len(slug) <= links.LONGEST and "/" not in slug else ""


def _path(page: Page) -> str:
    folder, _ = _place(page) or ("", "")
    folders = page.name.folders[folder.count("/") + 1 if folder else 0 :]
    name = _slug(page) or slugs.nikola(page.name.stem)
    return "/".join(folders if name == "index" else (*folders, name))


def _address(page: Page, generator: Generator) -> str:
    _, pattern = _place(page) or ("", page.rules.url)
    if page.text("pretty_url").lower() == "false":
        pattern = f"{pattern.rstrip('/')}.html"
    elif (_slug(page) or page.name.stem) == "index":
        pattern = pattern.removesuffix(".html")  # the page of the folder
    return patterns.filled(pattern, page, generator)


def _untitled(name: Name, _: str) -> str:
    return name.stem


NIKOLA = Generator(
    name="nikola",
    address=_address,
    own=lambda _: None,
    tokens={"path": _path},
    slug=slugs.nikola,
    prose_slug=slugs.nikola,
    own_slug=_slug,
    categories=lambda page: slugs.nikola(page.categories[0]) if page.categories else "",
    is_page=lambda page: _place(page) is not None,
    awaits=lambda _: False,
    day=lambda _: None,
    untitled=_untitled,
    unfenced=True,
    language_in_name=True,
    language_first=True,
    passed_over=("/output", "/cache", "/themes", "/plugins", "/files", "/listings", "*.mkdn", "*.mkdown", "*.mkd"),
)
