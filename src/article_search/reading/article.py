"""What does one content file say? ``parse`` makes a frozen Article of its bytes.

Not here: where files come from (walking.py, loading.py), how a header is read (header), how text is cut into terms.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import PurePosixPath
from typing import Literal

from article_search.errors import ArticleError
from article_search.language import languages
from article_search.limits import LIMITS
from article_search.reading import addresses, dates
from article_search.reading import header as file_header
from article_search.reading.header.keys import DESCRIPTION_KEYS, TITLE_KEYS
from article_search.reading.markup import inline_text, plain_text
from article_search.reading.report import Note

__all__ = ["Article", "LeftOut", "Note", "Rules", "parse"]

LeftOut = Literal["draft", "unpublished", "future", "expired"]


@dataclass(frozen=True, slots=True)
class Article:
    """One content file, parsed. ``id`` is its path under the content root, with ``/``.

    ``body`` is plain text, paragraphs separated by an empty line. ``date`` is aware, in UTC. ``left_out`` says why an
    article is not to be found (None: it is); ``due`` is when that changes by itself: when a future article becomes
    public, or a public one expires. ``language`` is one of languages.NAMES.
    """

    id: str
    url: str
    title: str
    description: str
    body: str
    date: datetime | None
    categories: tuple[str, ...]
    image: str | None
    left_out: LeftOut | None
    due: datetime | None
    warnings: tuple[Note, ...]
    language: str = languages.DEFAULT


@dataclass(frozen=True, slots=True)
class Rules:
    """What a site decides about its articles: the zone of dates without an offset, the pattern of addresses, and the
    language of articles that name none."""

    timezone: tzinfo
    url: str = addresses.FALLBACK
    language: str = languages.DEFAULT


# Keys in the order they are asked; all in lower case.
_PUBLISHED = ("date", "published", "publishdate", "pubdate", "published_at", "published_date", "created", "posted")
_TOUCHED = ("ms.date", "lastmod", "updated", "last_modified_at", "modified")
_EXPIRY = ("expirydate", "expires", "unpublishdate")
_CATEGORIES = ("categories", "category", "tags", "tag")
_IMAGES = ("image", "thumbnail", "cover", "featured_image", "featuredimage", "og_image", "images")
_LANGUAGES = ("lang", "language", "locale")
_IMAGE_PARTS = ("src", "url", "path", "image", "feature")

_TRUE = frozenset("true yes on y 1".split())
_FALSE = frozenset("false no off n 0".split())
_NOTHING = frozenset(("", "~", "null"))
_PLACEHOLDER = re.compile(r"\s*(?:\{\{.*\}\}|\{%.*%\}|<%.*%>)\s*", re.DOTALL)
_FILE_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?=-|$)")
_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(.*)")
_CLOSING_HASHES = re.compile(r"(?:^|[ \t])#+$")
_HTML_HEADING = re.compile(r"<h[1-3][^<>]*>(.{1,2000}?)</h[1-3]>", re.IGNORECASE | re.DOTALL)
_UNDERLINE = re.compile(r" {0,3}(?:=+|--+)[ \t]*")
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_HEADING_LINES = 200  # lines in which a heading is looked for; one further down titles a section


class _Header:
    """A header with keys without regard to case, and the notes made while its values are understood."""

    def __init__(self, header: file_header.Header) -> None:
        self.values: dict[str, object] = {}
        self.lines: dict[str, int] = {}
        for key, value in header.metadata.items():
            lower = key.lower()
            if lower not in self.values or key == lower:
                self.values[lower] = value
                self.lines[lower] = header.lines.get(key, 1)
        self.notes = list(header.notes)

    def note(self, message: str, key: str | None = None) -> None:
        if len(self.notes) < LIMITS.warnings:
            self.notes.append(Note(message, self.lines.get(key) if key else None))

    def text(self, key: str) -> str:
        """A value as text; a list or mapping gives its first text. A template's placeholder says nothing."""
        value = self.values.get(key)
        if value is None:
            return ""
        if isinstance(value, dict):
            value = list(value.values())
        if isinstance(value, list):
            value = next((item for item in value if isinstance(item, str)), "")
        if not isinstance(value, str) or (value.lower() in _NOTHING and (key != "title" or value in ("", "~"))):
            return ""  # a title may well be "Null"
        if value[:1] in "{<" and _PLACEHOLDER.fullmatch(value):
            self.note(f"{key} is a placeholder of a template, {_shown(value)}; left out", key)
            del self.values[key]
            return ""
        return value.strip()


def parse(data: bytes, path: str, rules: Rules, now: datetime) -> Article:
    """Reads one content file. ``path`` is its path under the content root, with ``/``; ``now`` is aware.

    Raises ArticleError if nothing can be made of it; whatever else is wrong with it becomes a warning.
    """
    try:
        parts = file_header.read(data)
    except ValueError as error:
        raise ArticleError(path, str(error)) from None
    header = _Header(parts)
    title = _title(header, parts.body, path)
    description = _description(header)
    date, publication = _date(header, path, rules.timezone)
    categories = _categories(header)
    image = _image(header)
    left_out, due = _left_out(header, path, publication, rules.timezone, now)
    url = addresses.article_url(
        rules.url,
        id=path,
        metadata={**header.values, "title": title},
        date=date,
        categories=categories,
        zone=rules.timezone,
    )
    body = _clean(plain_text(parts.body))
    notes = tuple(sorted(header.notes, key=lambda note: note.line or 0))
    language = _language(header, rules.language)
    return Article(path, url, title, description, body, date, categories, image, left_out, due, notes, language)


# Title and description


def _title(header: _Header, body: str, path: str) -> str:
    for key in TITLE_KEYS:
        title = _one_line(header.text(key))
        if title:
            return _cut(header, title, LIMITS.title_chars, key)
    title = _one_line(_first_heading(body))
    if title:
        header.note(f"no title; the first heading was taken: {_shown(title)}")
        return _cut(header, title, LIMITS.title_chars, None)
    title = _one_line(re.sub(r"[-_\s]+", " ", addresses.stem_slug(path))) or path
    title = _clean(title[:1].upper() + title[1:])
    header.note(f"no title; the file name was taken: {_shown(title)}")
    return _cut(header, title, LIMITS.title_chars, None)


def _first_heading(body: str) -> str:
    """The first heading of a Markdown source, outside fenced code; empty if there is none near its start."""
    start = body[: LIMITS.header_bytes]
    fence = ""
    before = ""
    for line in start.split("\n", _HEADING_LINES)[:_HEADING_LINES]:
        marker = line.lstrip()[:3]
        if marker in ("```", "~~~"):
            fence = "" if fence == marker else fence or marker
        elif not fence:
            heading = _HEADING.fullmatch(line[: LIMITS.description_chars])
            if heading and (title := _CLOSING_HASHES.sub("", heading[1].rstrip()).rstrip()):
                return title
            if before and _UNDERLINE.fullmatch(line) and not before.startswith(("-", ">", "|")):
                return before
        before = line.strip() if not fence else ""
    html = _HTML_HEADING.search(start)
    return html[1] if html else ""


def _description(header: _Header) -> str:
    for key in DESCRIPTION_KEYS:
        text = _one_line(header.text(key))
        if text and text.lower() not in ("true", "false"):
            return _cut(header, text, LIMITS.description_chars, key)
    seo = header.values.get("seo")
    nested = seo.get("description") if isinstance(seo, dict) else None
    return _cut(header, _one_line(nested), LIMITS.description_chars, "seo") if isinstance(nested, str) else ""


def _one_line(text: str) -> str:
    return _clean(inline_text(text)) if text else ""


def _cut(header: _Header, text: str, limit: int, key: str | None) -> str:
    if len(text) <= limit:
        return text
    header.note(f"{key or 'the title'} is over {limit:,} characters long; the rest was cut off", key)
    return text[:limit].rstrip()


def _clean(text: str) -> str:
    """No control characters but line ends, no lone surrogates: escapes and entities can bring them back."""
    if text.replace("\n", "").isprintable():
        return text
    text = _CONTROL.sub(lambda match: " " if match[0].isspace() else "", text)
    return _SURROGATE.sub("\ufffd", text)


# Dates


def _date(header: _Header, path: str, zone: tzinfo) -> tuple[datetime | None, datetime | None]:
    """An article's date, and the moment it is published, which is another if a key of its own says so."""
    published = next(_moments(header, _PUBLISHED, zone), None)
    if published is None:
        published = _date_of_file(header, path, zone)
    date = published or next(_moments(header, _TOUCHED, zone), None)
    scheduled = next(_moments(header, ("publishdate",), zone, quiet=True), None)
    return date, max((moment for moment in (published, scheduled) if moment), default=None)


def _moments(header: _Header, keys: Iterable[str], zone: tzinfo, quiet: bool = False) -> Iterator[datetime]:
    """The dates under these keys, those that can be read; the others give a note each."""
    for key in keys:
        text = header.text(key)
        if not text or (key == "published" and text.lower() in _TRUE | _FALSE):
            continue
        try:
            written = dates.read_written(text, zone)
        except ValueError as error:
            if not quiet:
                header.note(f"{key}: {_clean(str(error))}; left out", key)
        else:
            if written.note and not quiet:
                header.note(f"{key}: {_clean(written.note)}", key)
            yield written.moment


def _date_of_file(header: _Header, path: str, zone: tzinfo) -> datetime | None:
    match = _FILE_DATE.match(PurePosixPath(path).name)
    if not match:
        return None
    try:
        return dates.parse_written(f"{match[1]}-{match[2]:0>2}-{match[3]:0>2}", zone)
    except ValueError:
        return None  # a number that only looks like a date


def _left_out(
    header: _Header, path: str, publication: datetime | None, zone: tzinfo, now: datetime
) -> tuple[LeftOut | None, datetime | None]:
    """Why an article is not to be found, and when that changes by itself."""
    state = header.text("status").lower() or header.text("state").lower()
    if header.text("draft").lower() in _TRUE or state == "draft" or "_drafts" in path.split("/")[:-1]:
        return "draft", None
    if header.text("published").lower() in _FALSE or state in ("unpublished", "private"):
        return "unpublished", None
    expiry = next(_moments(header, _EXPIRY, zone), None)
    if expiry is not None and expiry <= now:
        return "expired", None
    if publication is not None and publication > now:
        return "future", publication
    return None, expiry


# Categories and image


def _categories(header: _Header) -> tuple[str, ...]:
    """Categories and tags in order, each once; case does not tell two apart."""
    found: dict[str, str] = {}
    values = dict(header.values)
    taxonomies = values.get("taxonomies")  # where Zola keeps them
    if isinstance(taxonomies, dict):
        values = {**taxonomies, **values}
    for key in _CATEGORIES:
        for name in _names(values.get(key), key):
            name = _one_line(name) if not name.isalnum() else name
            if len(name) > LIMITS.category_chars:
                header.note(f"a name in {key} is over {LIMITS.category_chars} characters long; cut off", key)
                name = name[: LIMITS.category_chars].rstrip()
            if not name or name.casefold() in found:
                continue
            if len(found) >= LIMITS.categories:
                header.note(f"over {LIMITS.categories} categories; the rest was left off", key)
                return tuple(found.values())
            found[name.casefold()] = name
    return tuple(found.values())


def _names(value: object, key: str) -> Iterator[str]:
    """The single names in a value of any shape. Shared and nested lists are walked for a bounded time."""
    if isinstance(value, str):
        value = _split(value, key)
    waiting = [value]
    for _ in range(LIMITS.categories * 100):
        if not waiting:
            return
        item = waiting.pop()
        if isinstance(item, list):
            waiting.extend(reversed(item[: LIMITS.categories * 10]))
        elif isinstance(item, dict):
            waiting.append(_name_of(item))
        elif isinstance(item, str):
            name = item.strip()
            name = name.lstrip("#") if name[1:] else name
            if name.lower() not in _NOTHING and not _PLACEHOLDER.fullmatch(name):
                yield name


def _name_of(item: dict[str, object]) -> object:
    """The name in a mapping; of ``C++: an introduction``, a pair only to YAML, the whole."""
    for key in ("name", "title", "label", "slug"):
        if isinstance(item.get(key), str):
            return item[key]
    if len(item) == 1:
        ((key, value),) = item.items()
        return f"{key}: {value}" if isinstance(value, str) and value else [key, value]
    return list(item)


def _split(text: str, key: str) -> list[object]:
    """Names separated by commas, or by hash signs or blanks if there are none; ``category`` holds one name."""
    if _PLACEHOLDER.fullmatch(text):
        return []
    for separators in (r"[,，、]", r";"):
        if re.search(separators, text):
            return list(re.split(separators, text))
    if text.lstrip().startswith("#"):
        return [name for name in re.split(r"(?:^|\s)#", text) if name]
    return list(text.split()) if key in ("categories", "tags") else [text]


def _language(header: _Header, default: str) -> str:
    """The language an article names, if it is one we know."""
    for key in _LANGUAGES:
        if (tag := header.values.get(key)) and isinstance(tag, str):
            return languages.known(tag) or default
    return default


def _image(header: _Header) -> str | None:
    for key in _IMAGES:
        text = _image_text(header.values.get(key))
        if not text or text.lower() in _NOTHING | _TRUE | _FALSE or _PLACEHOLDER.fullmatch(text):
            continue
        url = addresses.linkable(text)
        if url is not None:
            return url
        header.note(f"{key} is no address that may be linked, {_shown(text)}; left out", key)
    return None


def _image_text(value: object) -> str:
    """The address in a value: text, the first of a list, or a mapping with src, url or path."""
    for _ in range(4):  # images: [{src: {url: x}}] is as deep as any theme goes
        if isinstance(value, list):
            value = value[0] if value else None
        elif isinstance(value, dict):
            folded = {key.lower(): part for key, part in value.items()}
            value = next((folded[part] for part in _IMAGE_PARTS if folded.get(part)), None)
        else:
            break
    return value.strip() if isinstance(value, str) else ""


def _shown(text: str) -> str:
    """A piece of content inside a message, short and on one line."""
    text = _clean(" ".join(text.split()))
    return repr(text if len(text) <= 60 else text[:57] + "...")
