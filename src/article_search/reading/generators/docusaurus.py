"""What does Docusaurus make of a site's files? (By its version 3; https://docusaurus.io/docs/create-doc)

Files in ``docs`` are documents, in ``blog`` posts, in ``src/pages`` pages; others are none. In the settings ``urls``
has other folders, with what stands for the file: ``:doc``, ``:numbered_doc`` where numbers before names are kept,
``:post`` or ``:page``; with ``bare_`` before it the same without a slash at its end. Not here: Docusaurus' own settings
(settings/recognising).
"""

from __future__ import annotations

import posixpath
import re

from article_search.reading.generators import clocks, headings, own, patterns, slugs
from article_search.reading.generators.description import Generator, Make, Page
from article_search.reading.names import Name

_FOLDERS = (("docs", "/docs/:doc"), ("blog", "/blog/:post"), ("src/pages", "/:page"))
_NUMBERED = re.compile(r"\d+\s*[-_.]+\s*(?=[^-_.\s])")
_NO_NUMBER = re.compile(r"\d+[-_.]\d+")  # a date or a version
_DATED = re.compile(r"(?P<folder>.*?)(?P<date>\d{4}[-/]\d{1,2}[-/]\d{1,2})[-/]?(?P<text>[^/]*(?:/[^/]*)*)")


def _place(page: Page) -> tuple[str, str] | None:
    """The folder of the settings a file is in, and its pattern."""
    inside = patterns.setting(page)
    if inside and inside[0]:
        return inside
    return next((one for one in _FOLDERS if page.id.startswith(f"{one[0]}/")), None)


def _within(page: Page) -> tuple[str, ...]:
    """The folders below that of the settings."""
    folder, _ = _place(page) or ("", "")
    return page.name.folders[folder.count("/") + 1 if folder else 0 :]


def _unnumbered(name: str) -> str:
    return name if _NO_NUMBER.match(name) else _NUMBERED.sub("", name, count=1)


def _slug(page: Page) -> str | None:
    return own.usable(page.text("slug"))


def _doc(page: Page) -> str:
    return _document(page, tuple(map(_unnumbered, _within(page))), _unnumbered(page.name.stem))


def _document(page: Page, folders: tuple[str, ...], stem: str) -> str:
    folder = "/" + "".join(f"{one}/" for one in folders)
    if slug := _slug(page):
        joined = posixpath.normpath(posixpath.join(folder, slug))
        return f"{joined}/" if slug.endswith("/") and joined != "/" else joined
    if stem.lower() in ("index", "readme") or stem.lower() == (folders[-1].lower() if folders else ""):
        return folder
    return folder + (page.text("id") or stem)


def _numbered_doc(page: Page) -> str:
    """The same where numbers before names are kept."""
    return _document(page, _within(page), page.name.stem)


def _post(page: Page) -> str:
    if slug := _slug(page):
        return slug
    path = "/".join((*_within(page), page.name.stem))
    match = _DATED.fullmatch(path)
    if not match:
        return path.removesuffix("/index")
    text = match["text"].removesuffix("/index").removesuffix("index" if match["text"] == "index" else "")
    day = "/".join(match["date"].replace("-", "/").split("/"))
    return f"{day}/{match['folder']}{text}"


def _page(page: Page) -> str:
    if slug := _slug(page):
        return slug
    folders = _within(page)
    return "/".join((*folders, "" if page.name.stem == "index" else page.name.stem))


def _bare(make: Make) -> Make:
    return lambda page: make(page).rstrip("/")


_TOKENS: dict[str, Make] = {"doc": _doc, "numbered_doc": _numbered_doc, "post": _post, "page": _page}


def _address(page: Page, generator: Generator) -> str:
    _, pattern = _place(page) or ("", patterns.of_settings(page) or "/:doc")
    return patterns.filled(pattern, page, generator)


def _is_page(page: Page) -> bool:
    hidden = any(part.startswith("_") for part in (*page.name.folders, page.name.stem))
    return page.id.endswith((".md", ".mdx")) and not hidden and (_place(page) is not None or not page.rules.urls)


def _day(name: Name) -> str | None:
    """The date in the path of a post."""
    if name.folders[:1] == ("docs",):
        return None
    match = _DATED.fullmatch(f"{name.folder}/{name.stem}")
    if not match:
        return None
    year, month, day = match["date"].replace("-", "/").split("/")
    return f"{year}-{month:0>2}-{day:0>2}"


def _untitled(name: Name, body: str) -> str | None:
    if headings.begins_with_title(body):
        return None
    match = _DATED.fullmatch(name.own)
    return match["text"] if match and match["text"] else _unnumbered(name.stem)


DOCUSAURUS = Generator(
    name="docusaurus",
    address=_address,
    own=lambda _: None,
    tokens=_TOKENS | {f"bare_{name}": _bare(make) for name, make in _TOKENS.items()},
    slug=str,
    prose_slug=slugs.letters,
    own_slug=own.slug,
    categories=lambda page: slugs.letters(page.categories[0]) if page.categories else "",
    is_page=_is_page,
    awaits=lambda _: False,
    day=_day,
    clock=clocks.utc,
    untitled=_untitled,
    titled_by_heading=True,
    endings=(".mdx",),
    passed_over=("/build", "/static", "/node_modules"),
)
