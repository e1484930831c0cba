"""What can one do with a site's articles? ``Engine`` is what the command line, the web and Python users call.

It joins content, queries and a backend and holds no cleverness of its own. Not here: any printing, any HTTP.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from article_search.report import Report
from article_search.results import Document, Hit, Results, Sort, Status
from article_search.settings import Settings

Progress = Callable[[int, int], None]  # files done, files to do


class Engine:
    """A searchable site. Safe to share between threads; use it as a context manager or call ``close``."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

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
        raise NotImplementedError

    def document(self, id: str) -> Document:
        """One article as understood. Raises NotFoundError."""
        raise NotImplementedError

    def related(self, id: str, limit: int = 10) -> tuple[Hit, ...]:
        """Articles like one, best first. Raises NotFoundError."""
        raise NotImplementedError

    def suggest(self, prefix: str, limit: int = 10) -> tuple[str, ...]:
        """Completions of an unfinished query, best first."""
        raise NotImplementedError

    def index(
        self, *, full: bool = False, dry_run: bool = False, wait: bool = False, progress: Progress | None = None
    ) -> Report:
        """Brings the index up to date with the content. Raises IndexBusyError when another run is at it and ``wait``
        is false. ``dry_run`` reports what would be done and writes nothing."""
        raise NotImplementedError

    def check(self, progress: Progress | None = None) -> Report:
        """Reads all content and reports what is wrong with it; writes nothing, needs no index."""
        raise NotImplementedError

    def status(self) -> Status:
        """State of the index. Raises NoIndexError."""
        raise NotImplementedError

    def verify(self) -> tuple[str, ...]:
        """Checks every file of the index; what is wrong, a line each."""
        raise NotImplementedError

    def commit_id(self) -> str:
        """Names the state that is searched now; changes with each commit. Raises NoIndexError."""
        raise NotImplementedError

    def close(self) -> None:
        """Lets go of files and memory."""

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
