"""What does one content file say? ``parse`` makes a frozen Article of its bytes.

Not here: where files come from (walking.py, loading.py), how a header is read (header), what its keys mean (metadata),
how text is cut into terms (language).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from article_search.errors import ArticleError
from article_search.language import languages
from article_search.reading import addresses, generators, header, names
from article_search.reading.generators.description import Generator, Page
from article_search.reading.header import unfenced
from article_search.reading.markup import plain_text
from article_search.reading.metadata import aliases, categories, images, publication, titles
from article_search.reading.metadata.publication import LeftOut
from article_search.reading.metadata.values import Values, clean
from article_search.reading.names import Name
from article_search.reading.report import Note
from article_search.reading.rules import Rules

__all__ = ["Article", "LeftOut", "Note", "Rules", "parse"]

_LANGUAGES = ("lang", "language", "locale")  # keys in the order they are asked


@dataclass(frozen=True, slots=True)
class Article:
    """One content file, parsed. ``id`` is its path under the content root, with ``/``.

    ``body`` is plain text, paragraphs separated by an empty line. ``date`` is aware, in UTC. ``left_out`` says why an
    article is not to be found (None: it is); ``due`` is when that changes by itself: when a future article becomes
    public, or a public one expires. ``language`` is as languages.known has it. ``names``: what else it is called, its
    headings among them.
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
    names: tuple[str, ...] = ()


def parse(data: bytes, path: str, rules: Rules, now: datetime) -> Article:
    """Reads one content file. ``path`` is its path under the content root, with ``/``; ``now`` is aware.

    Raises ArticleError if nothing can be made of it; whatever else is wrong with it becomes a warning.
    """
    place = f"{rules.root}/{path}" if rules.root else path
    generator = generators.of_file(rules.generator, place)
    try:
        parts = header.read(data)
    except ValueError as error:
        raise ArticleError(path, str(error)) from None
    if generator.unfenced:
        parts = unfenced.read(parts)
    values = Values(parts)
    for folder, keys in rules.defaults:
        if f"{path}/".startswith(f"{folder}/".lstrip("/")):
            values.complete(keys)
    name = _name(place if generator.special_folders else path, generator, rules)
    values.language = _tag(values) or name.language or rules.language
    title = titles.title(values, parts.body, name, generator.untitled(name, parts.body), generator.titled_by_heading)
    description = titles.description(values)

    def clock(written: str) -> tuple[str, tzinfo]:
        return generator.clock(written, rules.timezone)

    day = name.day if rules.filename_dates else generator.day(name)
    date, published = publication.date(values, day, clock, rules.filename_dates)
    all_names, of_categories = categories.categories(values)
    page = Page(
        id=path,
        place=place,
        name=name,
        metadata=values.by_key,
        title=title,
        date=date and _local(date, _zone(values) or rules.timezone if generator.keeps_zones else rules.timezone),
        categories=all_names[:of_categories],
        has_header=parts.body_line > 1,
        rules=rules,
    )
    waits = rules.future == "hide" if rules.future else generator.awaits(page)
    left_out, due = publication.left_out(
        values, path, published if waits else None, clock, now, generator.is_page(page)
    )
    url = addresses.article_url(page, generator)
    image = images.image(values, *addresses.beside(page, url, generator))
    image = image and addresses.on_site(image, page)
    body = clean(plain_text(parts.body, path, rules.generator))
    notes = tuple(sorted(values.notes, key=lambda note: note.line or 0))
    language = _language(values, name, rules.language)
    others = aliases.aliases(values, parts.body, name, url)
    return Article(path, url, title, description, body, date, all_names, image, left_out, due, notes, language, others)


def _name(path: str, generator: Generator, rules: Rules) -> Name:
    named = bool(rules.languages or rules.language_folders)
    return names.take_apart(
        path,
        rules.languages,
        generator.is_index,
        language_in_name=generator.language_in_name or (named and generator.language_first),
        language_in_folder=generator.language_in_folder or named,
        language_roots=generator.language_roots and named,
        folders=rules.language_folders,
    )


def _zone(values: Values) -> tzinfo | None:
    """The zone an article's date is written in."""
    try:
        return datetime.fromisoformat(values.text("date")).tzinfo
    except ValueError:
        return None


def _local(date: datetime, zone: tzinfo) -> datetime:
    """A moment in a zone."""
    try:
        return date.astimezone(zone)
    except OverflowError:  # the first or last day of the calendar
        return date.astimezone(UTC)


def _language(values: Values, name: Name, default: str) -> str:
    """The language an article names, or its path, if it is one we know."""
    tag = _tag(values) or name.language
    return (tag and languages.known(tag)) or default


def _tag(values: Values) -> str | None:
    """What an article says of its language."""
    return next((tag for key in _LANGUAGES if (tag := values.by_key.get(key)) and isinstance(tag, str)), None)
