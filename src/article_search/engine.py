"""What can one do with a site's articles? ``Engine`` is what the command line, the web and Python users call.

It joins content, queries and a backend and holds no cleverness of its own. Not here: any printing, any HTTP.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, TypeVar

from article_search.answering import documents, likeness
from article_search.answering.hits import hits
from article_search.answering.results import (
    Document,
    Explanation,
    Facet,
    Hit,
    Results,
    Status,
    Suggestion,
    View,
)
from article_search.answering.searching import Request, Rules, Searching
from article_search.answering.words import Words
from article_search.backends.base import Backend, Reader, Vectors
from article_search.errors import OptionError, SettingsError
from article_search.language.days import in_zone
from article_search.limits import LIMITS
from article_search.query import date_words, parser
from article_search.query.search import Search
from article_search.query.tree import EVERY, Node, Range, verbatim
from article_search.settings import Settings
from article_search.settings.paths import check_folders

if TYPE_CHECKING:
    from article_search.answering.lines import Source
    from article_search.reading.report import Language, Report
    from article_search.updating import Update

_NEAR = 3  # texts offered for one that is not there
_NAME_CHARS = 3  # shorter names are in too many others
_TYPOS = 4  # letters more or less
_COMPARED = 20_000  # texts compared letter by letter, which takes about a second

T = TypeVar("T")
Progress = Callable[[int, int], None]  # files done, files to do


class Engine:
    """A searchable site. Safe to share between threads; use it as a context manager or call ``close``."""

    def __init__(self, settings: Settings, backend: Backend | None = None) -> None:
        self.settings = settings
        reranker = likeness.chosen(settings.semantic)
        self._rules = Rules(settings.timezone, settings.meanings(), settings.pinned, reranker)
        self._backend = backend or backend_of(settings)

    def search(self, text: str | Search, **options: Any) -> Results:
        """Answers a query: words with the options of Search by name, ``engine.search("smalling roma", limit=5)``, or a
        Search. Raises TypeError for an option there is not, OptionError for one that cannot be read, IndexStateError
        for the index."""
        started = time.perf_counter()
        request = self._request(Search.of(text, **options))
        return self._asked(lambda reader: Searching(reader, request, self._rules).results(started))

    def _asked(self, act: Callable[[Reader], T]) -> T:
        """What comes of asking the newest commit."""
        with self._backend.reader() as reader:
            return reader.foresee(lambda: act(reader))

    def explain(self, id: str, text: str, *, any: bool = False, expand: bool = False) -> Explanation:
        """How an article comes by its score for a query, as ``search`` with these options would show it, or why it
        is not found. Raises NotFoundError."""
        request = self._request(Search(text, any=any, expand=expand))
        return self._asked(
            lambda reader: Searching(reader, request, self._rules).explanation(documents.number(reader, id))
        )

    def meaning(self, search: Search, now: datetime) -> str:
        """Names what a search asks for at a moment: as long as it is the same, so is the answer of a commit. It changes
        at midnight for "yesterday", at once for "1h". Raises OptionError."""
        request = self._request(search, now)
        aged = f"{now:%Y-%m-%dT%H:%M}" if request.recency else ""  # articles grow old a minute at a time
        return repr((request.since, request.until, request.query.tree, aged))

    def _request(self, search: Search, now: datetime | None = None) -> Request:
        """A search as a backend takes it, at this moment or another. Raises OptionError."""
        now = now or datetime.now(self.settings.timezone)
        search.check(self.settings.page_size)
        span = self.span(search.since, search.until, now)
        query = parser.parse(search.text, now)
        if search.verbatim:
            query = replace(query, tree=verbatim(query.tree))
        return Request(
            query=parser.unfinished(query) if search.typing else query,
            search=search,
            since=span.since,
            until=span.until,
            recency=self.settings.recency if self.settings.recency.weight else None,
            now=now,
            limit=search.limit or self.settings.page_size,
        )

    def span(self, since: str | None, until: str | None, now: datetime | None = None) -> Range:
        """The time that two dates of a search name, at this moment or another. Raises OptionError."""
        now = now or datetime.now(self.settings.timezone)
        first, end = _date_option("since", since, now)[0], _date_option("until", until, now)[1]
        if first and end and first >= end:
            raise OptionError("since", f"since: {since} is later than until: {until}; no day is in both")
        return Range(first, end)

    def document(self, id: str) -> Document:
        """One article as understood. Raises NotFoundError."""
        return self._asked(lambda reader: documents.document(reader, id, self.settings.timezone))

    def view(self, id: str, text: str | Search = "", *, related: int = 5, **options: Any) -> View:
        """One article as a reader opens it who came by a search, which asks for each word in all the forms there are
        and, unless it is ``exact``, as it was meant. Takes no longer than a search. Raises NotFoundError."""
        search = Search.of(text, **options)
        request = self._request(search)

        def viewed(reader: Reader) -> View:
            # First what can be foreseen; which article it is cannot.
            tree = Searching(reader, request, self._rules).meant() if search.text else EVERY
            document = documents.document(reader, id, self.settings.timezone)
            others = self._related(reader, id, related)
            return View(document, documents.paragraphs(reader, document, tree), others)

        return self._asked(viewed)

    def lines(self, text: str | Search, ids: Sequence[str], **options: Any) -> tuple[Source, ...]:
        """In which lines of the files of some articles the words of a search stand, in all the forms there are and,
        unless it is ``exact``, as they were meant. The files are read as they are now, which is waited for. Raises what
        ``search`` does."""
        from article_search.answering import lines  # the reading of files, which a search does without

        request = self._request(Search.of(text, **options))

        def asked(reader: Reader) -> tuple[Node, list[str]]:
            tree = Searching(reader, request, self._rules).meant()
            numbers = [documents.find(reader, id) for id in ids]
            texts = reader.texts([number for number in numbers if number is not None])
            return tree, ["" if number is None else next(texts).language for number in numbers]

        tree, languages = self._asked(asked)
        files, root = self._backend.files(), str(self.settings.content.resolve())
        each = zip(ids, languages, strict=True)
        return tuple(lines.source(root, id, files.get(id), tree, language or None) for id, language in each)

    def related(self, id: str, limit: int = 10) -> tuple[Hit, ...]:
        """Articles on the same story as one, best first, without what says nearly the same. Raises NotFoundError."""
        return self._asked(lambda reader: self._related(reader, id, limit))

    def _related(self, reader: Reader, id: str, limit: int) -> tuple[Hit, ...]:
        from article_search.answering.relating import related  # a search does without

        numbers, scores = related(Words(reader), documents.number(reader, id), min(limit, LIMITS.page_size))
        return hits(reader, numbers, scores, self.settings.timezone)

    def categories(self) -> tuple[Facet, ...]:
        """Categories that articles have, the most frequent first, as far as an answer counts them."""
        return self.search("", limit=1, snippets=False).facets["category"]

    def near_categories(self, name: str) -> tuple[str, ...] | None:
        """Categories spelt like one that no article has, or else the most frequent; None if some article has it."""
        if self.search("", categories=[name], limit=1, snippets=False).total:
            return None
        values = tuple(facet.value for facet in self.categories())
        return _near(name, values) or values[:_NEAR]

    def ids(self, prefix: str = "") -> tuple[str, ...]:
        """The ids that begin so, in order. Raises NoIndexError."""
        files = self._backend.files()
        others = {id for id, state in files.notable().items() if state.fate != "indexed"}
        return tuple(sorted(id for id in files if id.startswith(prefix) and id not in others))

    def near_ids(self, id: str) -> tuple[str, ...]:
        """Ids like one that no article has, the nearest first. Raises NoIndexError."""
        return _near(id, self.ids())

    def why_missing(self, id: str) -> str | None:
        """Why a file that the last run saw is no article to be found; None if that is not so. Raises NoIndexError."""
        state = self._backend.files().get(id)
        if state is None or state.fate == "indexed":
            return None
        where = f"line {state.line}: " if state.line else ""
        return (
            f"{'left out' if state.fate == 'left_out' else 'rejected'}: {where}{state.reason or 'no reason is known'}"
        )

    def suggest(self, prefix: str, limit: int = LIMITS.suggestions) -> tuple[str, ...]:
        """Completions of an unfinished query, best first."""
        return tuple(one.text for one in self.completions(prefix, limit))

    def completions(self, prefix: str, limit: int = LIMITS.suggestions) -> tuple[Suggestion, ...]:
        """The same, each with what it is: a query to ask, or the title of an article."""
        from article_search.answering.suggesting import suggestions  # a search does without

        return self._asked(lambda reader: suggestions(reader, prefix, min(limit, LIMITS.suggestions)))

    def index(
        self, *, full: bool = False, dry_run: bool = False, wait: bool = False, progress: Progress | None = None
    ) -> Report:
        """Brings the index up to date with the content. Raises IndexBusyError when another run is at it and ``wait``
        is false. ``dry_run`` reports what would be done and writes nothing."""
        report = self._update().index(full, dry_run, wait, progress)
        return report if dry_run else replace(report, languages=self._languages())

    def copy_to(self, folder: Path, *, wait: bool = False) -> None:
        """Makes another folder's index the same as this one, at once for all who read it. Raises NoIndexError, and
        IndexBusyError when another run writes that folder and ``wait`` is false."""
        check_folders(self.settings.content, folder)
        self._backend.copy_to(folder, wait)

    def check(self, progress: Progress | None = None) -> Report:
        """Reads all content and reports what is wrong with it; writes nothing, needs no index."""
        return self._update().check(progress)

    def status(self, *, look: bool = True) -> Status:
        """State of the index; unless told to ``look`` at the content, without a word on whether it has changed. Raises
        NoIndexError, and SettingsError when there is no content to look at."""
        summary = self._backend.summary()
        stale = self._update().stale() if look else None
        committed = in_zone(summary.committed, self.settings.timezone)
        return Status(summary.articles, summary.bytes, committed, stale, self._languages())

    def _languages(self) -> tuple[Language, ...]:
        from article_search.language import languages  # which loads the stemmers
        from article_search.reading.report import Language

        with self._backend.reader() as reader:
            found = ((name, reader.in_language(name)) for name in reader.languages)
            return tuple(Language(name, count, name in languages.STEMMED) for name, count in found if count)

    def verify(self) -> tuple[str, ...]:
        """Checks every file of the index; what is wrong, a line each. Raises NoIndexError."""
        return self._backend.verify()

    def commit_id(self) -> str:
        """Names the state that is searched now; changes with each commit. Raises NoIndexError."""
        return self._backend.commit_id()

    def close(self) -> None:
        """Lets go of files and memory."""
        self._backend.close()

    def _update(self) -> Update:
        from article_search.updating import Update  # the reading of articles, which a search does without

        return Update(self.settings, self._backend)

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def backend_of(settings: Settings) -> Backend:
    """The index that settings name. Raises SettingsError if what they ask for is not installed."""
    reranker = likeness.chosen(settings.semantic)
    vectors = reranker.vectors if reranker else None
    if settings.opensearch.hosts:
        return _cluster(settings, vectors)
    from article_search.backends.embedded import EmbeddedBackend

    return EmbeddedBackend(
        settings.index,
        signature=settings.signature(),
        zone=settings.timezone,
        workers=settings.workers,
        memory_mb=settings.memory_mb,
        cache_mb=settings.cache_mb,
        vectors=vectors,
    )


def _cluster(settings: Settings, vectors: Vectors | None) -> Backend:
    """The index in the cluster that settings name."""
    import importlib.util

    if importlib.util.find_spec("opensearchpy") is None:
        raise SettingsError('opensearch in articles.toml needs the extra: pip install "article-search[opensearch]"')
    from article_search.backends.opensearch import OpenSearchBackend

    cluster = settings.opensearch
    return OpenSearchBackend(
        cluster.hosts,
        index=cluster.index,
        shards=cluster.shards,
        replicas=cluster.replicas,
        user=cluster.user,
        password=cluster.password,
        ca_certs=cluster.ca_certs,
        timeout=cluster.timeout,
        signature=settings.signature(),
        zone=settings.timezone,
        workers=settings.workers,
        cache_mb=settings.cache_mb,
        vectors=vectors,
    )


def _near(wanted: str, known: Sequence[str]) -> tuple[str, ...]:
    """The texts that one may have meant: those with its name in them, else those spelt nearly so."""
    import difflib

    wanted = wanted[: LIMITS.query_chars].casefold()
    name = PurePosixPath(wanted).stem
    having = [one for one in known if len(name) >= _NAME_CHARS and name in one.casefold()]
    if having:
        return tuple(sorted(having, key=lambda one: (len(one), one))[:_NEAR])
    like = (one for one in known if abs(len(one) - len(wanted)) <= _TYPOS)
    similar = {one.casefold(): one for one in islice(like, _COMPARED)}
    return tuple(similar[one] for one in difflib.get_close_matches(wanted, similar, _NEAR, 0.65))


def _date_option(option: str, value: str | None, now: datetime) -> tuple[datetime | None, datetime | None]:
    if value is None or not value.strip():
        return None, None
    try:
        return date_words.query_range(value, now)
    except ValueError as error:
        raise OptionError(option, f"{option}: {error}") from None
