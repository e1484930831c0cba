"""Where on the site does an article live, and may a URL found in content be linked at all?

The address comes from the article's own ``permalink``, ``url`` or ``slug``, or from the pattern of articles.toml.
Not here: the routes of the search page (web).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from pathlib import PurePosixPath
from urllib.parse import quote

from article_search.reading.markup import inline_text

FALLBACK = "/article/{id}"  # the page `articles serve` has for every article

_FIELD = re.compile(r"\{([^{}]*)\}")
_DATE_FORMAT = re.compile(r"(?:%[YymdjHMS]|[\w./-])+")
_NAMING = ("filename", "slug", "path", "id", "title")  # fields that tell one article from another
_FIELDS = (*_NAMING, "category", "year", "month", "day", "date")

_PLACEHOLDER = re.compile(r":([a-z_]+)")
# Jekyll's named permalink styles.
_STYLES = {
    "date": "/:categories/:year/:month/:day/:title.html",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "ordinal": "/:categories/:year/:y_day/:title.html",
    "none": "/:categories/:title.html",
}

_DATE_PREFIX = re.compile(r"\d{4}-\d{1,2}-\d{1,2}-(?=.)")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_ABSOLUTE = re.compile(r"https?://[^\s/?#]", re.IGNORECASE)
_UNLINKABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\\\ud800-\udfff]")
_LONGEST = 2_000  # characters; what every browser and server takes
_RESERVED = "/:?#[]@!$&'()*+,;=%~"


def check_pattern(pattern: str) -> None:
    """Raises ValueError, with a text that says what would be valid, when no address can be made of ``pattern``."""
    valid = ", ".join(f"{{{name}}}" for name in _FIELDS) + " and {date:%Y/%m/%d}"
    for field in _FIELD.findall(pattern):
        name, colon, date_format = field.partition(":")
        if name not in _FIELDS or (colon and (name != "date" or not _DATE_FORMAT.fullmatch(date_format))):
            raise ValueError(f"{{{field}}} is not a field of an address; the fields are {valid}")
    literal = _FIELD.sub("x", pattern)
    if "{" in literal or "}" in literal:
        raise ValueError(f"a brace has no partner in {pattern!r}; the fields of an address are {valid}")
    if not is_safe(literal) or not (literal.startswith("/") or _ABSOLUTE.match(literal)):
        raise ValueError(f"an address begins with / or https://, and {pattern!r} does not make one")
    if not any(field in _NAMING for field in _FIELD.findall(pattern)):
        raise ValueError(f"{pattern!r} is the same address for every article; use one of the fields {valid}")


def is_safe(url: str) -> bool:
    """Whether a URL may be linked: http(s) with a host, or relative to the site."""
    if not url or url != url.strip() or len(url) > _LONGEST or _UNLINKABLE.search(url):
        return False
    if _SCHEME.match(url):
        return _ABSOLUTE.match(url) is not None
    return not url.startswith("//")


def linkable(url: str) -> str | None:
    """A URL found in content, with blanks and letters beyond ASCII percent-encoded; None when it must not be linked."""
    url = url.strip()
    return quote(url, safe=_RESERVED) if is_safe(url) else None


def slugify(text: str) -> str:
    """Lower-case letters and digits of any script, joined by hyphens."""
    return re.sub(r"[\W_]+", "-", text.lower()).strip("-")


def stem_slug(path: str) -> str:
    """The file name without its ending and Jekyll's date; the folder's name for an index file."""
    pure = PurePosixPath(path)
    stem = pure.stem
    if stem.strip("_").lower() == "index" and pure.parent.name:
        stem = pure.parent.name
    return _DATE_PREFIX.sub("", stem, count=1)


def article_url(
    pattern: str,
    *,
    id: str,
    metadata: Mapping[str, object],
    date: datetime | None,
    categories: Sequence[str],
    zone: tzinfo,
) -> str:
    """The address of an article: absolute path or http(s) URL, percent-encoded.

    ``metadata`` has lower-case keys; ``permalink`` and ``url`` win over ``pattern``, ``slug`` over the file name.
    What an article has no value for falls out of its address. ``pattern`` has passed :func:`check_pattern`.
    """
    local = _local(date, zone)
    for key in ("permalink", "url"):
        value = metadata.get(key)
        if isinstance(value, str) and (own := _own_address(value, id, metadata, local, categories)):
            return own
    address = _FIELD.sub(lambda match: _fill(match[1], id, metadata, local, categories), pattern)
    address = re.sub(r"(?<!:)/{2,}", "/", address)
    return address if is_safe(address) else FALLBACK.format(id=_quoted(id, "/"))


def _local(date: datetime | None, zone: tzinfo) -> datetime | None:
    if date is None:
        return None
    try:
        return date.astimezone(zone)
    except OverflowError:  # the first or last day of the calendar
        return date.astimezone(UTC)


def _fill(
    field: str, id: str, metadata: Mapping[str, object], local: datetime | None, categories: Sequence[str]
) -> str:
    name, _, date_format = field.partition(":")
    if name == "date":
        return _quoted(local.strftime(date_format or "%Y-%m-%d"), "/") if local else ""
    if name in ("year", "month", "day"):
        return f"{getattr(local, name):0{4 if name == 'year' else 2}}" if local else ""
    if name == "category":
        return _quoted(slugify(categories[0])) if categories else ""
    return _name(name, id, metadata)


def _name(kind: str, id: str, metadata: Mapping[str, object]) -> str:
    """What tells an article from another in its address, one of _NAMING."""
    if kind == "id":
        return _quoted(id, "/")
    pure = PurePosixPath(id)
    if kind == "path":
        return _quoted(str(pure.with_suffix("")) if pure.name else id, "/")
    if own_slug := _own_slug(metadata):
        return own_slug
    slug = ""
    if kind == "title":
        title = metadata.get("title")
        slug = slugify(inline_text(title)) if isinstance(title, str) else ""
    if kind in ("title", "slug"):
        slug = slug or slugify(stem_slug(id))
    return _quoted(slug or pure.stem)


def _own_slug(metadata: Mapping[str, object]) -> str:
    slug = metadata.get("slug")
    if not isinstance(slug, str) or len(slug) > _LONGEST or "{{" in slug or _UNLINKABLE.search(slug):
        return ""
    parts = (part.strip() for part in slug.split("/"))
    return "/".join(_quoted(part) for part in parts if part.strip("."))


def _own_address(
    value: str, id: str, metadata: Mapping[str, object], local: datetime | None, categories: Sequence[str]
) -> str | None:
    """A ``permalink`` or ``url`` with Jekyll's placeholders filled; None when it is none that may be linked."""
    address = _STYLES.get(value.strip(), value.strip())
    if address.lower() in ("", "true", "false") or "{{" in address or len(address) > _LONGEST:
        return None
    if address.startswith("//") or _SCHEME.match(address):
        return linkable(address)
    fields = _jekyll_fields(id, metadata, local, categories)
    address = _PLACEHOLDER.sub(lambda match: fields.get(match[1], match[0]), address)
    return linkable(re.sub(r"/{2,}", "/", "/" + address))


def _jekyll_fields(
    id: str, metadata: Mapping[str, object], local: datetime | None, categories: Sequence[str]
) -> dict[str, str]:
    slug = _name("slug", id, metadata)
    fields = {
        "title": slug,
        "slug": slug,
        "name": slug,
        "basename": slug,
        "categories": "/".join(_quoted(slugify(category)) for category in categories),
    }
    for name, code in (
        ("year", "%Y"),
        ("short_year", "%y"),
        ("month", "%m"),
        ("day", "%d"),
        ("y_day", "%j"),
        ("hour", "%H"),
        ("minute", "%M"),
        ("second", "%S"),
    ):
        fields[name] = local.strftime(code) if local else ""
    fields |= {"i_month": fields["month"].lstrip("0"), "i_day": fields["day"].lstrip("0")}
    return fields


def _quoted(text: str, safe: str = "") -> str:
    try:
        return quote(text, safe=safe, errors="surrogateescape")  # a file name may be no Unicode
    except UnicodeEncodeError:
        return quote(text, safe=safe, errors="replace")
