"""A small engine in memory with made-up articles, so that tests of the CLI and the web need no index.

It matches words as they stand and knows no ranking worth the name. Not for tests of searching itself.
"""

from __future__ import annotations

import calendar
import difflib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any

from article_search.answering import snippets
from article_search.answering.results import (
    Document,
    Facet,
    Fragment,
    Hit,
    Results,
    Snippet,
    Status,
    Suggestion,
    View,
)
from article_search.engine import Engine, Progress
from article_search.errors import NotFoundError, OptionError
from article_search.language.days import in_zone
from article_search.limits import LIMITS
from article_search.query import parser
from article_search.query.search import Search, Sort, last_page
from article_search.query.tree import Range
from article_search.reading.article import Article, Note
from article_search.reading.report import FileNote, Report
from article_search.settings import Settings

_WORD = re.compile(r"\w+")
_DAY = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?$")


def article(
    id: str,
    title: str = "A title",
    body: str = "Some text.",
    *,
    url: str | None = None,
    description: str = "",
    date: str | None = None,
    categories: Sequence[str] = (),
    image: str | None = None,
    warnings: Sequence[str] = (),
) -> Article:
    """An article of a few words; ``date`` is ``YYYY-MM-DD``, midnight UTC."""
    return Article(
        id=id,
        url=f"/article/{id}" if url is None else url,
        title=title,
        description=description,
        body=body,
        date=datetime.fromisoformat(date).replace(tzinfo=UTC) if date else None,
        categories=tuple(categories),
        image=image,
        left_out=None,
        due=None,
        warnings=tuple(Note(warning) for warning in warnings),
    )


SAMPLE = (
    article(
        "2020/harbour-bridge.md",
        "Harbour bridge reopens after storm repairs",
        "The harbour bridge reopened on Tuesday. Engineers replaced two cables.\n\nTraffic was light all morning.",
        description="Two cables were replaced after the storm.",
        date="2020-09-15",
        categories=["latest", "transport"],
        image="/images/bridge.jpg",
    ),
    article(
        "2020/harbour-festival.md",
        "Festival returns to the harbour",
        "Thousands walked along the harbour. The storm of last week was forgotten.",
        date="2020-09-02",
        categories=["latest", "culture"],
    ),
    article(
        "2020/goalkeeper.md",
        "Goalkeeper signs for another season",
        "The goalkeeper, 31, signed until June. The club paid no fee.",
        date="2020-08-20",
        categories=["latest", "sports"],
    ),
    article(
        "2019/library.md",
        "Old library opens its doors at night",
        "Readers may stay until midnight. The library sits above the harbour.",
        url="/news/library",
        date="2019-11-30",
        categories=["culture"],
        warnings=["title: an unquoted colon was read as text"],
    ),
    article("undated.md", "Notes without a date", "Nobody knows when this was written.", categories=["latest"]),
)


FERRIES = tuple(
    article(
        f"ferry/{n:02}.md",
        f"Ferry number {n} leaves the island",
        f"The ferry leaves at {n} o'clock.",
        date=f"2018-{n % 12 + 1:02}-10",
        categories=["travel", "island" if n % 3 else "sea"],
    )
    for n in range(25)
)

HOSTILE = article(
    "<img src=x onerror=alert(1)>.md",
    "<script>alert('title')</script> \"'><b>harbour",
    "harbour </p><script>alert('body')</script>\n\n\"><svg onload=alert(2)> \x00\x1b[31m end",
    url="javascript:alert('url')",
    description='"><script>alert("description")</script>',
    date="2020-01-01",
    categories=['"><script>alert("category")</script>', "' onclick='alert(3)"],
    image="javascript:alert('image')",
)


class FakeEngine(Engine):
    """``articles`` in memory. Set ``failure`` to make every call raise it, ``report`` and ``problems`` to what
    ``index``/``check`` and ``verify`` shall answer, ``missing`` to why files are no articles, ``corrections`` to
    how queries are put right; ``searched`` records the
    queries asked."""

    def __init__(self, articles: Iterable[Article] = SAMPLE, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self.articles = list(articles)
        self.failure: Exception | None = None
        self.report: Report | None = None
        self.problems: tuple[str, ...] = ()
        self.missing: dict[str, str] = {}
        self.corrections: dict[str, str] = {}
        self.titles = False  # among the completions
        self.relax_below = 1  # articles with all the words
        self.copies: dict[str, str] = {}  # id of a near-copy -> id of what it repeats
        self.searched: list[str] = []
        self.commit = 1
        self.closed = False

    def search(self, text: str | Search, **options: Any) -> Results:
        self._fail()
        search = Search.of(text, **options)
        text = search.text
        self.searched.append(text)
        search.check(self.settings.page_size)
        misspelt = None if search.exact else self.corrections.get(text)
        span = self.span(search.since, search.until)
        first, end = span.since, span.until
        dated = [
            one
            for one in self.articles
            if (first is None or (one.date is not None and one.date >= first))
            and (end is None or (one.date is not None and one.date < end))
        ]
        wanted, unwanted = _read(misspelt or text)
        found = [one for one in dated if _matches(one, wanted, unwanted, search.any)]
        strictly = found
        if len(found) < self.relax_below and not search.any and not search.strict:
            found = [one for one in dated if _matches(one, wanted, unwanted, True)]
        chosen = [one for one in found if not search.categories or set(search.categories) & set(one.categories)]
        repeated = Counter(self.copies[one.id] for one in chosen if one.id in self.copies)
        if not search.each:
            chosen = [one for one in chosen if one.id not in self.copies]
        having_all = [one for one in chosen if one in strictly]
        ordered = _sorted(chosen, wanted, search.sort)
        if search.sort == "relevance":
            ordered.sort(key=lambda one: one not in strictly)
        limit = search.limit or self.settings.page_size
        start = (search.page - 1) * limit
        return Results(
            query=text,
            interpreted=" ".join([*sorted(wanted), *(f"-{word}" for word in sorted(unwanted))]),
            total=len(chosen),
            page=search.page,
            pages=min(ceil(len(chosen) / limit), last_page(limit)),
            took_ms=1.25,
            relaxed=len(having_all) < len(chosen),
            suggestion=misspelt or (None if found else self._spelling(text)),
            corrected=misspelt is not None,
            warnings=("A quote is not closed; its words were searched for.",) if text.count('"') % 2 else (),
            hits=tuple(
                replace(self._hit(one, wanted), similar=0 if search.each else repeated[one.id])
                for one in ordered[start : start + limit]
            ),
            facets={"category": _category_facet(found), "month": _month_facet(chosen)},
            strict_total=len(having_all),
            repeats=0 if search.each else repeated.total(),
        )

    def span(self, since: str | None, until: str | None, now: datetime | None = None) -> Range:
        first = _day("since", since)[0] if since else None
        end = _day("until", until)[1] if until else None
        if first and end and first >= end:
            raise OptionError("since", f"since: {since} is later than until: {until}; no day is in both")
        return Range(first, end)

    def ids(self, prefix: str = "") -> tuple[str, ...]:
        self._fail()
        return tuple(sorted(one.id for one in self.articles if one.id.startswith(prefix)))

    def why_missing(self, id: str) -> str | None:
        self._fail()
        return self.missing.get(id)

    def document(self, id: str) -> Document:
        self._fail()
        one = self._article(id)
        return Document(self._hit(one, frozenset()), one.body, tuple(note.message for note in one.warnings), "english")

    def view(self, id: str, text: str | Search = "", *, related: int = 5, **options: Any) -> View:
        document = self.document(id)
        tree = parser.parse(Search.of(text, **options).text, datetime.now(self.settings.timezone)).tree
        paragraphs = snippets.marked_paragraphs(document.body, tree, LIMITS.page_depth)
        return View(document, tuple(paragraphs), self.related(id, related))

    def related(self, id: str, limit: int = 10) -> tuple[Hit, ...]:
        self._fail()
        words = _words(self._article(id).title)
        others = [one for one in self.articles if one.id != id and words & _words(_text(one))]
        return tuple(self._hit(one, frozenset()) for one in others[:limit])

    def completions(self, prefix: str, limit: int = 10) -> tuple[Suggestion, ...]:
        self._fail()
        head, _, last = prefix.rpartition(" ")
        completions = sorted(word for word in self._vocabulary() if last and word.startswith(last.lower()))
        queries = [Suggestion(f"{head} {word}".strip(), "query") for word in completions]
        begun = [one for one in self.articles if self.titles and last and one.title.lower().startswith(last.lower())]
        titles = [Suggestion(one.title, "title", one.id, one.url) for one in begun]
        return tuple([*queries, *titles][:limit])

    def index(
        self, *, full: bool = False, dry_run: bool = False, wait: bool = False, progress: Progress | None = None
    ) -> Report:
        self._fail()
        return self._run(progress, added=len(self.articles))

    def _hit(self, one: Article, wanted: frozenset[str]) -> Hit:
        return Hit(
            id=one.id,
            url=one.url,
            title=one.title,
            title_fragments=_fragments(one.title, wanted),
            description=one.description,
            date=in_zone(one.date, self.settings.timezone) if one.date else None,
            categories=one.categories,
            image=one.image,
            score=_score(one, wanted),
            snippet=_fragments(one.body.replace("\n\n", " ")[: LIMITS.snippet_chars], wanted),
        )

    def check(self, progress: Progress | None = None) -> Report:
        self._fail()
        return self._run(progress, unchanged=len(self.articles))

    def status(self, *, look: bool = True) -> Status:
        self._fail()
        committed = datetime(2020, 9, 16, 8, 30, tzinfo=UTC)
        return Status(len(self.articles), 4096, committed, False if look else None)

    def verify(self) -> tuple[str, ...]:
        self._fail()
        return self.problems

    def commit_id(self) -> str:
        self._fail()
        return f"commit-{self.commit}"

    def close(self) -> None:
        self.closed = True

    def _fail(self) -> None:
        if self.failure is not None:
            raise self.failure

    def _article(self, id: str) -> Article:
        for one in self.articles:
            if one.id == id:
                return one
        raise NotFoundError(f"no article has the id {id!r}; search for it instead")

    def _run(self, progress: Progress | None, added: int = 0, unchanged: int = 0) -> Report:
        for done in range(len(self.articles) + 1):
            if progress:
                progress(done, len(self.articles))
        if self.report is not None:
            return self.report
        warnings = tuple(FileNote(one.id, note.line, note.message) for one in self.articles for note in one.warnings)
        report = Report(seen=len(self.articles), added=added, unchanged=unchanged, seconds=0.5)
        return replace(report, warnings=warnings)

    def _vocabulary(self) -> set[str]:
        return {word for one in self.articles for word in _words(_text(one))}

    def _spelling(self, text: str) -> str | None:
        vocabulary = sorted(self._vocabulary())
        words = [(difflib.get_close_matches(word, vocabulary, 1) or [word])[0] for word in text.lower().split()[:20]]
        better = " ".join(words)
        return better if better != text.lower() else None


def _day(option: str, text: str) -> tuple[datetime, datetime]:
    """The first moment a date word names, and the first after it."""
    match = _DAY.match(text)
    try:
        if not match:
            raise ValueError
        year, month, day = (int(part) if part else None for part in match.groups())
        start = datetime(year or 0, month or 1, day or 1, tzinfo=UTC)
        last = datetime(year or 0, month or 12, day or calendar.monthrange(year or 0, month or 12)[1], tzinfo=UTC)
        return start, last + timedelta(days=1)
    except (ValueError, OverflowError):
        raise OptionError(option, f"{option}: {text[:40]!r} is not a date; write it like 2020-09-15") from None


def _text(one: Article) -> str:
    return f"{one.title} {one.description} {one.body}"


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.lower()))


def _read(text: str) -> tuple[frozenset[str], frozenset[str]]:
    pieces = text[: LIMITS.query_chars].split()
    unwanted = {word for piece in pieces if piece.startswith("-") for word in _words(piece)}
    wanted = {word for piece in pieces if not piece.startswith("-") for word in _words(piece)}
    return frozenset(wanted), frozenset(unwanted)


def _matches(one: Article, wanted: frozenset[str], unwanted: frozenset[str], any: bool) -> bool:
    has = _words(_text(one))
    return not (unwanted & has) and (not wanted or (bool(wanted & has) if any else wanted <= has))


def _score(one: Article, wanted: frozenset[str]) -> float:
    return 2.0 * len(wanted & _words(one.title)) + len(wanted & _words(one.body))


def _sorted(articles: list[Article], wanted: frozenset[str], sort: Sort) -> list[Article]:
    def time(one: Article) -> float:
        return one.date.timestamp() if one.date else float("-inf")

    if sort == "oldest":
        return sorted(articles, key=lambda one: (one.date is None, time(one)))
    newest = sorted(articles, key=lambda one: -time(one))
    return newest if sort == "newest" else sorted(newest, key=lambda one: -_score(one, wanted))


def _fragments(text: str, wanted: frozenset[str]) -> Snippet:
    def pieces() -> Iterator[Fragment]:
        end = 0
        for match in _WORD.finditer(text):
            if match[0].lower() in wanted:
                if match.start() > end:
                    yield Fragment(text[end : match.start()])
                yield Fragment(match[0], True)
                end = match.end()
        if end < len(text):
            yield Fragment(text[end:])

    return tuple(pieces())


def _category_facet(found: list[Article]) -> tuple[Facet, ...]:
    counts = Counter(category for one in found for category in one.categories)
    # A value that every hit has filters nothing.
    useful = [Facet(value, count) for value, count in counts.items() if count < len(found)]
    return tuple(sorted(useful, key=lambda facet: (-facet.count, facet.value)))


def _month_facet(found: list[Article]) -> tuple[Facet, ...]:
    counts = Counter(f"{one.date:%Y-%m}" for one in found if one.date)
    return tuple(Facet(month, counts[month]) for month in sorted(counts, reverse=True))
