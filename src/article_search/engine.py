"""What can one do with a site's articles? ``Engine`` is what the command line, the web and Python users call.

It joins content, queries and a backend and holds no cleverness of its own. Not here: any printing, any HTTP.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime

from article_search import article, content, dates, query_parser
from article_search.backends.base import Backend, FileState
from article_search.errors import OptionError
from article_search.limits import LIMITS
from article_search.report import FileNote, Report
from article_search.results import SORTS, Document, Hit, Request, Results, Sort, Status
from article_search.settings import Settings

Progress = Callable[[int, int], None]  # files done, files to do


class Engine:
    """A searchable site. Safe to share between threads; use it as a context manager or call ``close``."""

    def __init__(self, settings: Settings, backend: Backend | None = None) -> None:
        self.settings = settings
        self._backend = backend or _embedded(settings)

    def search(
        self,
        text: str,
        *,
        categories: Sequence[str] = (),
        since: str | None = None,
        until: str | None = None,
        sort: Sort = "relevance",
        limit: int | None = None,
        page: int = 1,
        any: bool = False,
    ) -> Results:
        """Answers a query. ``since`` and ``until`` are date words (``2020-09``, ``last-week``); the days they name are
        included. Raises OptionError for an option that cannot be read, IndexStateError for the index."""
        now = datetime.now(self.settings.timezone)
        limit = self.settings.page_size if limit is None else limit
        _check_options(categories, sort, limit, page)
        request = Request(
            query=query_parser.parse(text, now),
            categories=tuple(categories),
            since=_date_option("since", since, now)[0],
            until=_date_option("until", until, now)[1],
            sort=sort,
            limit=limit,
            page=page,
            any=any,
        )
        return self._backend.search(request)

    def document(self, id: str) -> Document:
        """One article as understood. Raises NotFoundError."""
        return self._backend.document(id)

    def related(self, id: str, limit: int = 10) -> tuple[Hit, ...]:
        """Articles like one, best first. Raises NotFoundError."""
        return self._backend.related(id, min(limit, LIMITS.page_size))

    def suggest(self, prefix: str, limit: int = LIMITS.suggestions) -> tuple[str, ...]:
        """Completions of an unfinished query, best first."""
        return self._backend.suggest(prefix, max(0, min(limit, LIMITS.suggestions)))

    def index(
        self, *, full: bool = False, dry_run: bool = False, wait: bool = False, progress: Progress | None = None
    ) -> Report:
        """Brings the index up to date with the content. Raises IndexBusyError when another run is at it and ``wait``
        is false. ``dry_run`` reports what would be done and writes nothing."""
        started = time.perf_counter()
        if dry_run:
            return self._dry_run(full, started, progress)
        content.check_root(self.settings)  # before the backend makes a folder
        with contextlib.closing(self._backend.writer(wait=wait, full=full)) as writer:
            # Not earlier: what another run has indexed meanwhile would be taken for removed.
            now = datetime.now(UTC)
            found = content.walk(self.settings)
            known = writer.files()
            changes = content.changes(found.files, known, now)
            loader = self._loader({id: known[id] for id in changes.to_read if id in known}, now)
            update = writer.update(changes.to_read, loader, _counting(progress, len(changes.to_read)))
            files = {id: known[id] for id in changes.unchanged} | update.files
            gone = {id for id, state in known.items() if state.fate == "indexed" and _fate(files, id) != "indexed"}
            writer.remove(gone)
            report = _report(found, files, known, update.written, started, writer.rebuild_reason)
            if files != known or writer.rebuild_reason or full or not self._backend.exists():
                writer.commit(files)
        return report

    def check(self, progress: Progress | None = None) -> Report:
        """Reads all content and reports what is wrong with it; writes nothing, needs no index."""
        started = time.perf_counter()
        now = datetime.now(UTC)
        found = content.walk(self.settings)
        files = self._read(tuple(sorted(found.files)), {}, now, progress)[0]
        return _report(found, files, {}, frozenset(), started, None)

    def status(self) -> Status:
        """State of the index. Raises NoIndexError."""
        summary = self._backend.summary()
        stale = not self._backend.signature_matches()
        if not stale:
            found = content.walk(self.settings)
            stale = content.changes(found.files, self._backend.files(), datetime.now(UTC)).stale
        return Status(summary.articles, summary.bytes, summary.committed, stale)

    def verify(self) -> tuple[str, ...]:
        """Checks every file of the index; what is wrong, a line each. Raises NoIndexError."""
        return self._backend.verify()

    def commit_id(self) -> str:
        """Names the state that is searched now; changes with each commit. Raises NoIndexError."""
        return self._backend.commit_id()

    def close(self) -> None:
        """Lets go of files and memory."""
        self._backend.close()

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _loader(self, known: Mapping[str, FileState], now: datetime) -> content.Loader:
        rules = article.Rules(timezone=self.settings.timezone, url=self.settings.url)
        return content.Loader(str(self.settings.content.resolve()), rules, known, now)

    def _read(
        self, ids: Sequence[str], known: Mapping[str, FileState], now: datetime, progress: Progress | None
    ) -> tuple[dict[str, FileState], frozenset[str]]:
        """Reads files without writing anything: their states, and which hold an article to write."""
        loader, count = self._loader(known, now), _counting(progress, len(ids))
        files, written = {}, set()
        for done, id in enumerate(ids, 1):
            loaded = loader(id)
            files[id] = loaded.state
            if loaded.article is not None:
                written.add(id)
            count(done)
        return files, frozenset(written)

    def _dry_run(self, full: bool, started: float, progress: Progress | None) -> Report:
        now = datetime.now(UTC)
        found = content.walk(self.settings)
        known: Mapping[str, FileState] = {}
        if not full and self._backend.exists() and self._backend.signature_matches():
            known = self._backend.files()
        changes = content.changes(found.files, known, now)
        read, written = self._read(
            changes.to_read, {id: known[id] for id in changes.to_read if id in known}, now, progress
        )
        files = {id: known[id] for id in changes.unchanged} | read
        return _report(found, files, known, written, started, None)


def _embedded(settings: Settings) -> Backend:
    from article_search.backends.embedded import EmbeddedBackend

    return EmbeddedBackend(
        settings.index, signature=settings.signature(), zone=settings.timezone, workers=settings.workers
    )


def _counting(progress: Progress | None, total: int) -> Callable[[int], None]:
    return (lambda done: progress(done, total)) if progress else (lambda done: None)


def _fate(files: Mapping[str, FileState], id: str) -> str | None:
    state = files.get(id)
    return state.fate if state else None


def _check_options(categories: Collection[str], sort: str, limit: int, page: int) -> None:
    if sort not in SORTS:
        raise OptionError("sort", f"sort must be one of {', '.join(SORTS)}, not {sort[:40]!r}")
    if not 1 <= limit <= LIMITS.page_size:
        raise OptionError("limit", f"limit must be from 1 to {LIMITS.page_size}, not {limit}")
    last = max(1, LIMITS.page_depth // limit)
    if not 1 <= page <= last:
        raise OptionError("page", f"page must be from 1 to {last} with {limit} articles a page, not {page}")
    if len(categories) > LIMITS.filter_values:
        raise OptionError("category", f"at most {LIMITS.filter_values} categories can be chosen at once")


def _date_option(option: str, value: str | None, now: datetime) -> tuple[datetime | None, datetime | None]:
    if value is None or not value.strip():
        return None, None
    try:
        return dates.query_range(value, now)
    except ValueError as error:
        raise OptionError(option, f"{option}: {error}") from None


def _report(
    found: content.Content,
    files: Mapping[str, FileState],
    known: Mapping[str, FileState],
    written: Collection[str],
    started: float,
    rebuild_reason: str | None,
) -> Report:
    """Counts of a run: ``files`` are the states now, ``known`` those before, ``written`` the articles written anew."""
    by_fate: dict[str, list[FileNote]] = {"left_out": [], "rejected": [], "indexed": []}
    warnings: list[FileNote] = []
    for id in sorted(files):
        state = files[id]
        by_fate[state.fate].append(FileNote(id, state.line, state.reason or ""))
        warnings.extend(FileNote(id, note.line, note.message) for note in state.warnings)
    before = {id for id, state in known.items() if state.fate == "indexed"}
    changed = len(before.intersection(written))
    return Report(
        seen=found.seen,
        added=len(written) - changed,
        changed=changed,
        unchanged=len(by_fate["indexed"]) - len(written),
        removed=sum(_fate(files, id) != "indexed" for id in before),
        left_out=tuple(by_fate["left_out"]),
        rejected=(*found.rejected, *by_fate["rejected"]),
        warnings=tuple(warnings),
        seconds=time.perf_counter() - started,
        rebuild_reason=rebuild_reason,
    )
