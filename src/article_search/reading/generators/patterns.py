"""What does a pattern of addresses mean, and what stands for ``{slug}`` and ``:year`` in the address of a page?

A pattern has our fields in braces, and the words with a colon before them that generators write in their own settings.
Not here: which pattern counts for a page (addresses.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from article_search.reading import links
from article_search.reading.rules import FALLBACK

if TYPE_CHECKING:
    from article_search.reading.generators.description import Generator, Make, Page

_SHOWN = 100  # characters of a pattern a message repeats
FOREIGN = ":lang"  # behind a folder: its pattern is for pages in another language than the site's
_FIELD = re.compile(r"\{([^{}]*)\}")
_DATE_FORMAT = re.compile(r"(?:%[YymdjHMS]|[\w./-])+")
_NAMING = ("filename", "slug", "path", "id", "title")  # fields that tell one article from another
_FIELDS = (*_NAMING, "category", "year", "month", "day", "date")
_TOKEN = re.compile(r":([A-Za-z_]+)(?:\[([^\[\]]{1,20})\])?")
_NAMING_TOKENS = frozenset(
    "title slug name basename path post_title filename contentbasename slugorfilename slugorcontentbasename dated_name"
    " abbrlink id hash raw doc numbered_doc post page bare_doc bare_numbered_doc bare_post bare_page"
    " _title _filename".split()
)


def check(pattern: str) -> None:
    """Raises ValueError, with a text that says what would be valid, when no address can be made of ``pattern``."""
    valid = ", ".join(f"{{{name}}}" for name in _FIELDS) + " and {date:%Y/%m/%d}"
    for field in _FIELD.findall(pattern):
        name, colon, date_format = field.partition(":")
        if name not in _FIELDS or (colon and (name != "date" or not _DATE_FORMAT.fullmatch(date_format))):
            raise ValueError(f"{{{_short(field)}}} is not a field of an address; the fields are {valid}")
    literal = _FIELD.sub("x", pattern)
    if "{" in literal or "}" in literal:
        raise ValueError(f"a brace has no partner in {_short(pattern)!r}; the fields of an address are {valid}")
    if not links.is_safe(literal) or not links.is_absolute(literal):
        raise ValueError(f"an address begins with / or https://, and {_short(pattern)!r} does not make one")
    tokens = {match[1] for match in _TOKEN.finditer(literal)}
    if not (any(field in _NAMING for field in _FIELD.findall(pattern)) or tokens & _NAMING_TOKENS):
        raise ValueError(f"{_short(pattern)!r} is the same address for every article; use one of the fields {valid}")


def _short(text: str) -> str:
    """A piece of a pattern inside a message."""
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def base_of(pattern: str) -> str:
    """Where a site begins by a pattern of its addresses: what stands before the first field, if that names a host."""
    if not links.is_of_web(pattern):
        return ""
    literal = _TOKEN.split(_FIELD.split(pattern)[0].partition("://")[2])[0]
    return pattern[: pattern.index(literal)] + literal.rpartition("/")[0]


def filled(pattern: str, page: Page, generator: Generator) -> str:
    """The address by a pattern that has passed ``check``, percent-encoded. What a page has no value for falls out."""
    address = _FIELD.sub(
        lambda match: links.quoted(_field(match[1], match.end(), pattern, page, generator), "/"), pattern
    )
    return without_tokens(address, page, generator.tokens)


def without_tokens(address: str, page: Page, tokens: Mapping[str, Make]) -> str:
    """An address with its words of the kind ``:year`` filled."""

    def value(match: re.Match[str]) -> str:
        name, rest = match[1], ""
        while name not in tokens and name.endswith("_"):  # /:year_:month
            name, rest = name[:-1], f"_{rest}"
        if name not in tokens:
            return match[0]
        made = tokens[name](page)
        if match[2]:
            made = _slice(made, match[2])
        return links.quoted(made, "/") + rest

    return _TOKEN.sub(value, address)


def _slice(path: str, which: str) -> str:
    """Some of the parts of a path, as Hugo writes it: ``1``, ``last`` or ``1:``."""
    parts = path.split("/")
    low, colon, high = which.replace("last", str(len(parts) - 1)).partition(":")
    try:
        if not colon:
            return parts[int(low)]
        return "/".join(
            parts[int(low or 0) : int(high) + 1 if "last" in which.partition(":")[2] else int(high or len(parts))]
        )
    except (ValueError, IndexError):
        return ""


def of_settings(page: Page) -> str | None:
    """The pattern that the settings have for a page: of the innermost folder that has one, else that of all."""
    if inside := setting(page):
        return inside[1]
    return page.rules.url if page.rules.url != FALLBACK else None


def setting(page: Page) -> tuple[str, str] | None:
    """The innermost folder of the settings a file is in, and its pattern."""
    for key, pattern in page.rules.urls:
        folder, foreign, _ = key.partition(FOREIGN)
        folder = folder.rstrip("/")
        inside = not folder or f"{page.id}/".startswith(f"{folder}/") or page.place.startswith(f"{folder}/")
        if inside and (page.is_foreign or not foreign):
            return folder, pattern
    return None


def _field(field: str, end: int, pattern: str, page: Page, generator: Generator) -> str:
    name, _, date_format = field.partition(":")
    date = page.date
    if name == "date":
        return date.strftime(date_format or "%Y-%m-%d") if date else ""
    if name in ("year", "month", "day"):
        return f"{getattr(date, name):0{4 if name == 'year' else 2}}" if date else ""
    if name == "category":
        return generator.categories(page)
    if name == "id":
        return page.id
    if name == "path":
        return path(page, generator, as_folder=pattern[end : end + 1] in ("", "/"))
    return naming(name, page, generator)


def path(page: Page, generator: Generator, as_folder: bool) -> str:
    """Folders and name; the folders alone for the page of a folder, where the address is one."""
    parts = page.name.folders
    if not (page.name.is_index and as_folder):
        parts = (*parts, page.name.stem)
    return "/".join(generator.path_slug(part) or part for part in parts)


def naming(kind: str, page: Page, generator: Generator) -> str:
    """What tells an article from another in its address: its ``filename``, ``slug`` or ``title``."""
    if own := generator.own_slug(page):
        return own
    slug = generator.prose_slug(page.title) if kind == "title" else ""
    if kind in ("title", "slug"):
        slug = slug or generator.slug(page.name.undated)
    return slug or page.name.stem


def _by(code: str) -> Make:
    return lambda page: page.date.strftime(code) if page.date else ""


def _date(make: Callable[[datetime], object]) -> Make:
    return lambda page: str(make(page.date)) if page.date else ""


# Words for parts of a date; those that several generators have mean the same in all.
DATES: Mapping[str, Make] = {
    "year": _date(lambda date: f"{date.year:04}"),
    "month": _by("%m"),
    "day": _by("%d"),
    "hour": _by("%H"),
    "minute": _by("%M"),
    "second": _by("%S"),
    "short_year": _by("%y"),
    "i_month": _date(lambda date: date.month),
    "i_day": _date(lambda date: date.day),
    "short_month": _by("%b"),
    "long_month": _by("%B"),
    "short_day": _by("%a"),
    "long_day": _by("%A"),
    "w_year": _by("%G"),
    "week": _by("%V"),
    "w_day": _by("%u"),
    "y_day": _by("%j"),
    "monthname": _by("%B"),
    "weekday": _by("%w"),
    "weekdayname": _by("%A"),
    "yearday": _date(lambda date: date.timetuple().tm_yday),
}
