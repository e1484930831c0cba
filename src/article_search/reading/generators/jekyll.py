"""What does Jekyll make of a site's files? (By its version 4; https://jekyllrb.com/docs/permalinks/)

A file in a folder ``_posts`` is a post, one in another folder of the root that begins with an underscore a document of
a collection, any other with a header a page. In the settings ``url`` is the pattern of posts, ``urls`` has those of
collections, and pages end as the pattern of posts does. Not here: Jekyll's own settings (settings/recognising).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from article_search.reading.generators import clocks, own, patterns, slugs
from article_search.reading.generators.description import Generator, Make, Page
from article_search.reading.names import Name
from article_search.reading.rules import FALLBACK

# The named styles of permalinks.
STYLES = {
    "date": "/:categories/:year/:month/:day/:title:output_ext",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "ordinal": "/:categories/:year/:y_day/:title:output_ext",
    "weekdate": "/:categories/:year/W:week/:short_day/:title:output_ext",
    "none": "/:categories/:title:output_ext",
}
_SPECIAL = ("_", "#", "~")  # what a name begins with that makes no page
_POST = re.compile(r"\d{2,4}-\d{1,2}-\d{1,2}-.+")


def _place(page: Page) -> tuple[str, ...]:
    """The folder of the collection a file is in, those above it included; nothing for a page."""
    folders = page.name.folders
    if "_posts" in folders:
        return folders[: folders.index("_posts") + 1]
    for folder, _ in page.rules.urls:
        if folder.rpartition("/")[2].startswith("_") and page.place.startswith(f"{folder}/"):
            return tuple(folder.split("/"))
    return folders[:1] if folders and folders[0].startswith("_") else ()


def _collection(page: Page) -> str:
    """The collection a file is in: ``posts``, another, or none for a page."""
    return "".join(_place(page)[-1:]).removeprefix("_")


def _is_of_collection(name: Name) -> bool:
    return any(folder.startswith("_") for folder in name.folders)


def categories_of(page: Page) -> str:
    """All categories, with the folders above ``_posts`` before them, but for the folder of all collections."""
    place = _place(page)
    known = "/".join(place) in dict(page.rules.urls)
    above = place[:-1] if place[-1:] == ("_posts",) and not known else ()
    return "/".join(dict.fromkeys(one.lower() for one in (*above, *_of_defaults(page), *page.categories)))


def _of_defaults(page: Page) -> tuple[str, ...]:
    """The categories of the site's defaults: a list stands beside those of a header, where other keys give way."""
    for folder, keys in page.rules.defaults:
        if f"{page.id}/".startswith(f"{folder}/".lstrip("/")) and isinstance(named := keys.get("categories"), list):
            return tuple(named)
    return ()


def _slugified_categories(page: Page) -> str:
    return "/".join(slugs.letters(one) for one in categories_of(page).split("/"))


def _title(page: Page) -> str:
    return slugs.readable(page.text("slug") or page.name.undated)


def _slug(page: Page) -> str:
    return slugs.letters(page.text("slug") or page.name.undated)


def _path(page: Page) -> str:
    """Of a document of a collection its path in there, of a page its folder."""
    if place := _place(page):
        return "/".join((*page.name.folders[len(place) :], page.name.stem))
    return page.name.folder


TOKENS: Mapping[str, Make] = {
    **patterns.DATES,
    "title": _title,
    "slug": _slug,
    "name": lambda page: slugs.letters(page.name.stem),
    "basename": lambda page: page.name.stem,
    "path": _path,
    "collection": lambda page: _collection(page),
    "categories": categories_of,
    "slugified_categories": _slugified_categories,
    "output_ext": lambda _: ".html",
}


def _address(page: Page, generator: Generator) -> str:
    pattern = patterns.of_settings(page) if page.rules.urls else None
    kind = _collection(page)
    posts = page.rules.url if page.rules.url != FALLBACK else STYLES["date"]
    if pattern is None or pattern == page.rules.url:
        suffix = next((end for end in ("/", ":output_ext") if posts.endswith(end)), "")
        if kind == "posts":
            pattern = posts
        elif kind:
            pattern = f"/:collection/:path{suffix}"
        elif page.name.stem == "index":
            pattern = "/:path/"
        else:
            pattern = f"/:path/:basename{suffix}"
    return patterns.filled(pattern, page, generator)


def _tidied(address: str) -> str:
    return address.replace("..", "/").replace("./", "")


def _is_page(page: Page) -> bool:
    kind = _collection(page)
    if page.name.stem.startswith(_SPECIAL) and page.id not in dict(page.rules.urls):
        return False
    inner = page.name.folders[len(_place(page)) :]
    if any(folder.startswith(_SPECIAL) and folder != "_posts" for folder in inner):
        return False
    return _POST.fullmatch(page.name.stem) is not None if kind == "posts" else page.has_header


def _untitled(name: Name, _: str) -> str | None:
    if not _is_of_collection(name):
        return None
    return " ".join(word.capitalize() for word in name.undated.rstrip(".").split("-"))


JEKYLL = Generator(
    name="jekyll",
    address=_address,
    own=own.permalink,
    tokens=TOKENS,
    slug=slugs.readable,
    prose_slug=slugs.letters,
    own_slug=lambda page: slugs.readable(page.text("slug")),
    categories=categories_of,
    tidied=_tidied,
    special_folders=True,
    is_page=_is_page,
    awaits=lambda page: bool(_collection(page)),
    day=lambda name: name.day if _is_of_collection(name) else None,
    clock=clocks.utc_for_times,
    untitled=_untitled,
    is_index=lambda stem: stem == "index",
    passed_over=(
        *("*.mdown", "/_site", "/_layouts", "/_includes", "/_sass", "/_data", "/_plugins"),
        *("/vendor/bundle", "/vendor/cache", "/vendor/gems", "/vendor/ruby", "/Gemfile*"),
    ),
)
