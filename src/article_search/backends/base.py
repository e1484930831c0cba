"""What must an index offer? The Backend protocol: everything the engine needs of a place that stores and searches.

A backend gets articles and query trees, never files or the user's raw string; it gives Results, never HTML. What a
backend cannot do it raises by name. Not here: any engine of search.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from article_search.answering.results import Document, Explanation, Hit, Request, Results, Suggestion
from article_search.query.tree import Node
from article_search.reading.files import Files, FileState, Load

if TYPE_CHECKING:  # a search does without the reading of articles
    pass


@dataclass(frozen=True, slots=True)
class Update:
    """Files that were read, by id, and those whose articles were written."""

    files: dict[str, FileState]
    written: frozenset[str]


@dataclass(frozen=True, slots=True)
class Summary:
    """Size of an index: number of articles, bytes on disk, moment of the last commit (aware)."""

    articles: int
    bytes: int
    committed: datetime


class Backend(Protocol):
    """An index one can search, and bring up to date."""

    def exists(self) -> bool:
        """Whether there is an index to search."""

    def commit_id(self) -> str:
        """Names the state that is searched; a new commit has a new name. Raises NoIndexError."""

    def search(self, request: Request) -> Results:
        """Answers a request from the newest commit."""

    def meant(self, request: Request) -> Node:
        """What a request's query asks for: each word in all the forms there are, and as it was meant."""

    def explain(self, request: Request, id: str) -> Explanation:
        """How an article comes by its score in the answer to a request, or why it is not in it. Raises
        NotFoundError."""

    def document(self, id: str) -> Document:
        """One article. Raises NotFoundError."""

    def related(self, id: str, limit: int) -> tuple[Hit, ...]:
        """Articles like one, best first. Raises NotFoundError."""

    def suggest(self, prefix: str, limit: int) -> tuple[Suggestion, ...]:
        """Completions of an unfinished query, best first."""

    def summary(self) -> Summary:
        """Size and age of the index. Raises NoIndexError."""

    def files(self) -> Files:
        """What the newest commit knows of each content file, by id. Raises NoIndexError."""

    def signature_matches(self) -> bool:
        """Whether the newest commit was made with today's settings and program. Raises NoIndexError."""

    def verify(self) -> tuple[str, ...]:
        """Checks every file of the index; what is wrong, a line each."""

    def writer(self, wait: bool, full: bool) -> Writer:
        """The only writer at that moment. Raises IndexBusyError unless told to wait."""

    def close(self) -> None:
        """Lets go of files and memory."""


class Writer(Protocol):
    """Brings an index to a new state. Readers see nothing before ``commit``; closing without one changes nothing."""

    rebuild_reason: str | None  # why everything is read again although nobody asked for it

    def files(self) -> Files:
        """What the last commit knew, by id; empty when everything is read again."""

    def update(self, ids: Sequence[str], load: Load, progress: Callable[[int], None]) -> Update:
        """Loads files in worker processes, one a core. Their articles take the place of any of the same id, those of
        files that are not indexed any more are taken out, and the states of all are remembered.

        ``progress`` is told how many files are done.
        """

    def remove(self, ids: Collection[str]) -> None:
        """Forgets files that are gone, and takes out their articles."""

    def commit(self) -> None:
        """Makes the new state visible. What it costs depends on what has changed, not on how much there is."""

    def close(self) -> None:
        """Ends writing; without a commit before it, as if nothing had happened."""
