"""What does Hexo make of a site's files? (By its version 8; https://hexo.io/docs/permalinks)

A file in ``_posts`` is a post, any other a page that lies where its file does. In the settings ``url`` is the permalink
of posts, and ``urls`` has the folders with an underscore that are included. Not here: Hexo's own settings
(settings/recognising).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from article_search.reading import links
from article_search.reading.generators import clocks, own, patterns, slugs
from article_search.reading.generators.description import Generator, Make, Page

_PERMALINK = "/:year/:month/:day/:title/"
_UNCATEGORISED = "uncategorized"


def _is_post(page: Page) -> bool:
    return page.name.folders[:1] == ("_posts",)


def _name(page: Page) -> str:
    return page.name.undated if page.rules.filename_dates else page.name.stem


def _title(page: Page) -> str:
    """The path of a post."""
    return "/".join((*page.name.folders[1:], _name(page)))


def _category(page: Page) -> str:
    """The last of its categories, in those it is in."""
    written = page.metadata.get("categories")
    last = written[-1] if isinstance(written, list) and any(isinstance(one, list) for one in written) else None
    names = [last] if isinstance(last, str) else [one for one in last or page.categories if isinstance(one, str)]
    return "/".join(map(slugs.hexo, names or [page.text("default_category") or _UNCATEGORISED]))


def _timestamp(page: Page) -> str:
    return str(int(page.date.timestamp())) if page.date else ""


def _hash(page: Page) -> str:
    return hashlib.sha1(
        f"{_title(page)}{_timestamp(page)}".encode("utf-8", "replace"), usedforsecurity=False
    ).hexdigest()[:12]


TOKENS: Mapping[str, Make] = {
    **patterns.DATES,
    "title": _title,
    "name": _name,
    "post_title": lambda page: slugs.hexo(page.text("title")).lower(),
    "category": _category,
    "lang": lambda page: page.text("lang"),
    "abbrlink": lambda page: page.text("abbrlink"),
    "id": lambda page: page.text("id"),
    "timestamp": _timestamp,
    "hash": _hash,
}


def _address(page: Page, generator: Generator) -> str:
    if _is_post(page):
        return patterns.filled(patterns.of_settings(page) or _PERMALINK, page, generator)
    if page.name.is_index:
        return links.quoted(f"{page.name.folder}/", "/")
    _, pattern = patterns.setting(page) or ("", "/{path}.html")
    return patterns.filled(pattern, page, generator)


def _is_page(page: Page) -> bool:
    if any(f"{page.place}/".startswith(f"{folder}/") for folder, _ in page.rules.urls if folder not in ("", "_posts")):
        return True
    parts = (*page.name.folders, page.name.stem)
    return not any(part.startswith("_") for part in (parts[1:] if _is_post(page) else parts))


HEXO = Generator(
    name="hexo",
    address=_address,
    own=own.permalink,
    tokens=TOKENS,
    slug=str,
    prose_slug=slugs.hexo,
    own_slug=lambda _: "",
    categories=_category,
    special_folders=True,
    is_page=_is_page,
    awaits=lambda _: False,
    day=lambda _: None,
    clock=clocks.moved_from_utc,
)
