"""What does VuePress make of a site's files? (By its version 2; https://vuejs.press/guide/page.html)

Every file is a page, and lies where it does. Not here: VuePress' own settings (settings/recognising).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from article_search.reading import links
from article_search.reading.generators import clocks, own, patterns, slugs
from article_search.reading.generators.description import Generator, Make, Page
from article_search.reading.names import Name

_DATED = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?-(.*)")
_FOLDERS = re.compile(r"(?:.*/)?(\d{4})/(\d{1,2})/(?:(\d{1,2})/)?[^/]*")
_UNFIT = re.compile(r'[\x00-\x1f"#$&*+,:;<=>?[\]^`{|}\x7f]')
_UNDERSCORES = re.compile(r"(^|/)_+(?=[^/]*$)")


def _day(name: Name) -> str | None:
    """The date in the name, or else in the folders; a month's first day where they name none."""
    match = _DATED.fullmatch(name.stem) or _FOLDERS.fullmatch(f"{name.folder}/{name.stem}")
    return f"{match[1]}-{match[2]:0>2}-{match[3] or '1':0>2}" if match else None


def _file_slug(page: Page) -> str:
    match = _DATED.fullmatch(page.name.stem)
    return match[4] if match else page.name.stem


def _raw(page: Page) -> str:
    folder = f"{page.name.folder}/" if page.name.folder else ""
    path = folder if page.name.is_index else f"{folder}{page.name.stem}.html"
    return _UNDERSCORES.sub(r"\1", _UNFIT.sub("_", path))


def _by(code: str) -> Make:
    return lambda page: page.date.strftime(code) if page.date else "00"


TOKENS: Mapping[str, Make] = {
    "year": lambda page: f"{page.date.year:04}" if page.date else "0000",
    "month": _by("%m"),
    "day": _by("%d"),
    "slug": _file_slug,
    "raw": _raw,
}


def _own(page: Page) -> str | None:
    return own.permalink(page) or own.usable(page.text("permalinkpattern"))


def _address(page: Page, generator: Generator) -> str:
    pattern = patterns.of_settings(page)
    if pattern and "permalinkpattern" not in page.metadata:
        return patterns.filled(pattern, page, generator)
    return links.quoted(_raw(page), "/")


VUEPRESS = Generator(
    name="vuepress",
    address=_address,
    own=_own,
    tokens=TOKENS,
    slug=str,
    prose_slug=slugs.letters,
    tidied=lambda address: address.replace("/:", "/"),  # a word it does not know stands for itself
    own_slug=lambda _: "",
    categories=lambda page: slugs.letters(page.categories[0]) if page.categories else "",
    awaits=lambda _: False,
    day=_day,
    clock=clocks.of_site,
    titled_by_heading=True,
    is_index=lambda stem: stem.lower() in ("index", "readme"),
    passed_over=("*.markdown", "*.mdown", "*.mkd", "*.mkdn", "*.mkdown"),
)
