"""What does one content file say? ``parse`` makes a frozen Article of its bytes.

Not here: where files come from (walking.py, loading.py), how a header is read (header), what its keys mean (metadata),
how text is cut into terms (language).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from article_search.errors import ArticleError
from article_search.language import languages
from article_search.reading import addresses, header
from article_search.reading.markup import plain_text
from article_search.reading.metadata import categories, images, publication, titles
from article_search.reading.metadata.publication import LeftOut
from article_search.reading.metadata.values import Values, clean
from article_search.reading.report import Note

__all__ = ["Article", "LeftOut", "Note", "Rules", "parse"]

_LANGUAGES = ("lang", "language", "locale")  # keys in the order they are asked


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


def parse(data: bytes, path: str, rules: Rules, now: datetime) -> Article:
    """Reads one content file. ``path`` is its path under the content root, with ``/``; ``now`` is aware.

    Raises ArticleError if nothing can be made of it; whatever else is wrong with it becomes a warning.
    """
    try:
        parts = header.read(data)
    except ValueError as error:
        raise ArticleError(path, str(error)) from None
    values = Values(parts)
    values.language = _tag(values) or rules.language
    title = titles.title(values, parts.body, path)
    description = titles.description(values)
    date, published = publication.date(values, path, rules.timezone)
    names = categories.categories(values)
    image = images.image(values)
    left_out, due = publication.left_out(values, path, published, rules.timezone, now)
    url = addresses.article_url(
        rules.url,
        id=path,
        metadata={**values.by_key, "title": title},
        date=date,
        categories=names,
        zone=rules.timezone,
    )
    body = clean(plain_text(parts.body, path))
    notes = tuple(sorted(values.notes, key=lambda note: note.line or 0))
    language = _language(values, rules.language)
    return Article(path, url, title, description, body, date, names, image, left_out, due, notes, language)


def _language(values: Values, default: str) -> str:
    """The language an article names, if it is one we know."""
    tag = _tag(values)
    return (tag and languages.known(tag)) or default


def _tag(values: Values) -> str | None:
    """What an article says of its language."""
    return next((tag for key in _LANGUAGES if (tag := values.by_key.get(key)) and isinstance(tag, str)), None)
