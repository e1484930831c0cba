"""What does Hugo make of a site's files? (By its version 0.168; https://gohugo.io/content-management/urls/)

``_index`` is the page of a section, ``index`` that of a bundle, of which all beside and below it is a part. In the
settings ``urls`` has the patterns of ``permalinks``. What a section's ``cascade`` says of its pages is not known here.
Not here: Hugo's own settings (settings/recognising).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import PurePosixPath

from article_search.reading import links
from article_search.reading.generators import own, patterns, slugs
from article_search.reading.generators.description import Generator, Make, Page

_NO_DATE = datetime(1, 1, 1)


def _slug(page: Page, text: str) -> str:
    """A title or name as part of an address."""
    options = page.rules.generator_options
    return slugs.hugo(text, "disablePathToLower" not in options, "removePathAccents" not in options)


def _part(page: Page, text: str) -> str:
    """A folder or file as part of an address."""
    return _slug(page, text.replace(" ", "-"))


def _date(page: Page) -> datetime:
    return page.date or _NO_DATE


def _filename(page: Page) -> str:
    """The name; where the date is taken from it, what follows."""
    name = page.name.own
    if page.rules.filename_dates and page.name.day and name != page.name.undated:
        name = PurePosixPath(page.name.undated).stem
    return _slug(page, name)


def _slug_or(make: Make) -> Make:
    return lambda page: _own_slug(page) or make(page)


def _own_slug(page: Page) -> str:
    if slug := _slug(page, page.text("slug")):
        return slug
    dated = page.rules.filename_dates and page.name.day and page.name.own != page.name.undated
    return _filename(page) if dated else ""


def _title(page: Page) -> str:
    return _slug(page, page.text("title"))


def _folders(page: Page) -> tuple[str, ...]:
    """The folders a page lies in; that of a bundle is the page itself."""
    return page.name.folders[:-1] if page.name.stem == "index" else page.name.folders


def _sections(page: Page) -> str:
    """The folders that are sections: those of the top, and others by a file ``_index`` in the same language."""
    folders, parts = _folders(page), page.id.split("/")[:-1]
    above = len(parts) - len(page.name.folders)  # the folder of a language
    ending = f".{page.name.language}" if page.is_foreign and not above else ""
    return "/".join(
        _part(page, one)
        for depth, one in enumerate(folders, above + 1)
        if depth == above + 1 or "/".join((*parts[:depth], f"_index{ending}")) in page.rules.bundles
    )


TOKENS: Mapping[str, Make] = {
    "year": lambda page: str(_date(page).year),
    "month": lambda page: f"{_date(page).month:02}",
    "monthname": lambda page: f"{_date(page):%B}".lower(),
    "day": lambda page: f"{_date(page).day:02}",
    "weekday": lambda page: f"{_date(page):%w}",
    "weekdayname": lambda page: f"{_date(page):%A}".lower(),
    "yearday": lambda page: str(_date(page).timetuple().tm_yday),
    "section": lambda page: _part(page, page.name.folders[0]) if page.name.folders else "",
    "sections": _sections,
    "title": _title,
    "slug": _slug_or(_title),
    "filename": _filename,
    "contentbasename": lambda page: _slug(page, page.name.own),
    "slugorfilename": _slug_or(_filename),
    "slugorcontentbasename": _slug_or(lambda page: _slug(page, page.name.own)),
}


def _own(page: Page) -> str | None:
    url = own.usable(page.text("url"))
    if url is None:
        return None
    if "." not in url and not url.endswith("/"):
        url = f"{url}/"
    return url if url.startswith("/") or links.has_scheme(url) else f"{page.language_folder}/{url}"


def _address(page: Page, generator: Generator) -> str:
    is_section = page.name.stem == "_index"
    pattern = None if is_section else patterns.of_settings(page)
    if pattern is None:
        folders = page.name.folders if is_section else (*_folders(page), _own_slug(page) or _name(page))
        address = links.quoted("/".join(_part(page, one) for one in folders), "/")
    else:
        address = patterns.filled(pattern, page, generator)
        if "." in pattern.rpartition("/")[2] and "{" in pattern:
            return address  # a pattern of ours; of Hugo's own each is a folder
    if "uglyURLs" in page.rules.generator_options:
        return f"{address}/index.html" if is_section else f"{address.rstrip('/')}.html"
    return f"{address}/"


def _name(page: Page) -> str:
    """The name of a page in its address; the page of the whole site has none."""
    return page.name.own if page.name.stem != "index" or page.name.folder else ""


def _bundles(ids: Iterable[str]) -> frozenset[str]:
    """The folders of bundles, and the pages of sections without their endings."""
    found = set()
    for id in ids:
        folder, _, name = id.rpartition("/")
        if name.startswith("index."):
            found.add(folder)
        elif name.startswith("_index."):
            found.add(id.rpartition(".")[0])
    return frozenset(found)


def _is_page(page: Page) -> bool:
    parts = page.id.split("/")[:-1]
    if page.name.stem == "index":
        parts = parts[:-1]  # it is the bundle
    inside = any("/".join(parts[:depth]) in page.rules.bundles for depth in range(1, len(parts) + 1))
    return own.is_rendered(page) and not inside


HUGO = Generator(
    name="hugo",
    address=_address,
    own=_own,
    tokens=TOKENS,
    slug=slugs.hugo,
    path_slug=lambda text: slugs.hugo(text.replace(" ", "-")),
    prose_slug=slugs.hugo,
    own_slug=_own_slug,
    categories=lambda page: slugs.hugo(page.categories[0]) if page.categories else "",
    is_page=_is_page,
    day=lambda _: None,
    keeps_zones=True,
    is_index=lambda stem: stem in ("index", "_index"),
    language_in_name=True,
    language_first=True,
    language_roots=True,
    bundles_of=_bundles,
)
