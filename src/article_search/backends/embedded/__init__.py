"""The index in a folder of this machine: a Whoosh index, searched by array. Implements the Backend protocol.

Not here: how articles are read, how answers are shown.
"""

from __future__ import annotations

import contextlib
import math
import os
import pickle
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from article_search import query, snippets, text
from article_search.backends.base import FileState, Summary
from article_search.backends.embedded import indexing, schema, searching, store, unpickling
from article_search.backends.embedded.searching import Evaluation, Found
from article_search.backends.embedded.snapshot import Documents, Mask, Snapshot, Weights, category_key
from article_search.errors import IndexDamagedError, IndexStateError, NotFoundError
from article_search.limits import LIMITS
from article_search.query import And, Node, Or, Prefix, Term
from article_search.results import Document, Facet, Hit, Request, Results

_RELAX_BELOW = 3  # fewer articles than this with all the words, and those with some of them follow
_RELATED_TERMS = 15  # words an article is compared by


@dataclass(slots=True)
class _Open:
    """A snapshot in use: closed when it is not the newest any more and nobody reads it."""

    id: str
    snapshot: Snapshot
    readers: int = 0
    retired: bool = False


class EmbeddedBackend:
    """Searches the newest commit of a folder; a new commit is seen by the next call. Safe to share between threads."""

    def __init__(self, folder: Path, *, signature: str, zone: ZoneInfo, workers: int = 0) -> None:
        unpickling.install()
        self._folder = folder
        self._signature = f"{schema.ANALYSIS} {signature}"
        self._zone = zone
        self._workers = workers
        self._lock = threading.Lock()
        self._open: _Open | None = None

    # State

    def exists(self) -> bool:
        """Whether there is an index to search."""
        return store.generation(self._folder) is not None

    def commit_id(self) -> str:
        """Names the newest commit: its number and the moment it was written."""
        number = store.require_generation(self._folder)
        with contextlib.suppress(FileNotFoundError):
            return f"{number}-{os.stat(self._folder / store.toc_name(number)).st_mtime_ns:x}"
        return self.commit_id()  # replaced this moment

    @contextlib.contextmanager
    def _snapshot(self) -> Iterator[Snapshot]:
        """The newest commit, alone in this thread."""
        current = self._borrow()
        try:
            with current.snapshot.lock, _naming_damage(self._folder):
                yield current.snapshot
        finally:
            with self._lock:
                current.readers -= 1
                self._dispose(current)

    def _borrow(self) -> _Open:
        with self._lock:
            newest = self.commit_id()
            if self._open is None or self._open.id != newest:
                opened = self._open_newest()
                if self._open is not None:
                    self._open.retired = True
                    self._dispose(self._open)
                self._open = opened
            self._open.readers += 1
            return self._open

    def _open_newest(self) -> _Open:
        """Opens the newest commit; a writer may replace it meanwhile, so once more if a file has gone."""
        for attempt in range(10):
            id = self.commit_id()
            try:
                with _naming_damage(self._folder):
                    snapshot = Snapshot(self._folder, int(id.partition("-")[0]), self._zone)
                if snapshot.record.generation == store.generation(self._folder) or attempt == 9:
                    return _Open(id, snapshot)
                snapshot.close()
            except IndexStateError:
                if self.commit_id() == id:
                    raise
        raise IndexDamagedError(f"{self._folder} changes faster than it can be opened; try again")

    @staticmethod
    def _dispose(opened: _Open) -> None:
        if opened.retired and opened.readers == 0:
            opened.snapshot.close()

    def close(self) -> None:
        """Lets go of files and memory."""
        with self._lock:
            if self._open is not None:
                self._open.retired = True
                self._dispose(self._open)
                self._open = None

    def summary(self) -> Summary:
        """Size and age of the index."""
        record = store.read_record(self._folder, store.require_generation(self._folder))
        return Summary(record.articles, store.size(self._folder, record), record.committed)

    def verify(self) -> tuple[str, ...]:
        """Checks every file of the index; what is wrong, a line each."""
        return store.verify(self._folder)

    def files(self) -> dict[str, FileState]:
        """What the newest commit knows of each content file."""
        return store.read_files(self._folder, store.require_generation(self._folder))

    def signature_matches(self) -> bool:
        """Whether the newest commit was made with today's settings and program."""
        record = store.read_record(self._folder, store.require_generation(self._folder))
        return record.signature == self._signature

    def writer(self, wait: bool, full: bool) -> indexing.EmbeddedWriter:
        """The only writer at that moment. Raises IndexBusyError unless told to wait."""
        return indexing.EmbeddedWriter(self._folder, self._signature, wait=wait, full=full, workers=self._workers)

    # Answers

    def search(self, request: Request) -> Results:
        """Answers a request from the newest commit."""
        started = time.perf_counter()
        with self._snapshot() as snapshot:
            return _Search(snapshot, request).results(started)

    def document(self, id: str) -> Document:
        """One article. Raises NotFoundError."""
        with self._snapshot() as snapshot:
            number = _require(snapshot, id)
            stored = snapshot.stored(number)
            return Document(_hit(snapshot, number, 0.0, query.EVERY), stored["body"], tuple(stored["warnings"]))

    def related(self, id: str, limit: int) -> tuple[Hit, ...]:
        """Articles that share an article's most telling words, best first. Raises NotFoundError."""
        with self._snapshot() as snapshot:
            number = _require(snapshot, id)
            found = Evaluation(snapshot).find(Or(_telling_words(snapshot, number)))
            found.mask[number] = False
            documents = np.flatnonzero(found.mask).astype(np.int32)
            order = np.lexsort((snapshot.order[documents], -snapshot.dates[documents], -found.scores[documents]))[
                :limit
            ]
            return tuple(
                _hit(snapshot, int(document), float(found.scores[document]), query.EVERY)
                for document in documents[order]
            )

    def suggest(self, prefix: str, limit: int) -> tuple[str, ...]:
        """Titles that have the words, the last one unfinished; newest first among equals."""
        words = text.words(prefix[: LIMITS.query_chars])[: LIMITS.query_terms]
        if not words:
            return ()
        leaves: tuple[Node, ...] = (*(Term(word, "title") for word in words[:-1]), Prefix(words[-1], "title"))
        with self._snapshot() as snapshot:
            found = Evaluation(snapshot).find(And(leaves))
            documents = np.flatnonzero(found.mask).astype(np.int32)
            order = np.lexsort((snapshot.order[documents], -snapshot.dates[documents], -found.scores[documents]))
            titles: dict[str, str] = {}
            for document in documents[order[: limit * 5]].tolist():
                title = snapshot.stored(document)["title"]
                titles.setdefault(title.casefold(), title)
                if len(titles) == limit:
                    break
            return tuple(titles.values())


class _Search:
    """One request over one snapshot."""

    def __init__(self, snapshot: Snapshot, request: Request) -> None:
        self.snapshot = snapshot
        self.request = request
        self.evaluation = Evaluation(snapshot)

    def results(self, started: float) -> Results:
        """The whole answer."""
        request, snapshot = self.request, self.snapshot
        categories, dates = self._filters()
        everything, tier, relaxed = self._found(categories & dates)
        chosen = everything.mask & categories & dates
        documents = self._ordered(chosen, everything.scores, tier)
        total = len(documents)
        pages = max(1, math.ceil(min(total, LIMITS.page_depth) / request.limit))
        first = (request.page - 1) * request.limit
        hits = tuple(
            _hit(snapshot, int(document), float(everything.scores[document]), request.query.tree)
            for document in documents[first : first + request.limit]
        )
        return Results(
            query=request.query.text,
            interpreted=query.describe(request.query.tree, snapshot.zone),
            total=total,
            page=request.page,
            pages=pages,
            took_ms=(time.perf_counter() - started) * 1000,
            relaxed=relaxed,
            suggestion=self._suggestion() if total == 0 or relaxed else None,
            warnings=(*request.query.warnings, *self.evaluation.warnings),
            hits=hits,
            facets={
                "category": self._category_facet(everything.mask & dates),
                "month": self._month_facet(everything.mask & categories),
            },
        )

    def _filters(self) -> tuple[Mask, Mask]:
        """The request's own filters: categories, and dates."""
        request, snapshot = self.request, self.snapshot
        categories = np.full(snapshot.size, not request.categories)
        for name in request.categories:
            categories |= snapshot.in_category(name)
        if request.since is None and request.until is None:
            return categories, np.ones(snapshot.size, np.bool_)
        return categories, snapshot.between(request.since, request.until)

    def _found(self, filters: Mask) -> tuple[Found, Mask, bool]:
        """Articles that answer the query before filters, those of them that answer it strictly, and whether relaxed."""
        tree = self.request.query.tree
        looser = query.relaxed(tree)
        if self.request.any:
            found = self.evaluation.find(looser or tree)
            return found, found.mask, False
        strict = self.evaluation.find(tree)
        if looser is None or np.count_nonzero(strict.mask & filters) >= _RELAX_BELOW:
            return strict, strict.mask, False
        loose = self.evaluation.find(looser)
        more = np.count_nonzero(loose.mask & filters) > np.count_nonzero(strict.mask & filters)
        return (loose, strict.mask, True) if more else (strict, strict.mask, False)

    def _ordered(self, mask: Mask, scores: Weights, tier: Mask) -> Documents:
        """Document numbers in the order asked for; ties go to the newer, then to a fixed order."""
        documents = np.flatnonzero(mask).astype(np.int32)
        dates = self.snapshot.dates[documents]
        undated = dates == schema.NO_DATE
        fixed = self.snapshot.order[documents]
        match self.request.sort:
            case "newest":
                keys: tuple[NDArray[Any], ...] = (fixed, -dates, undated)
            case "oldest":
                keys = (fixed, dates, undated)
            case _:
                keys = (fixed, -dates, undated, -scores[documents], ~tier[documents])
        return documents[np.lexsort(keys)]

    def _category_facet(self, mask: Mask) -> tuple[Facet, ...]:
        documents, ordinals, names = self.snapshot.categories
        counts = np.bincount(ordinals[mask[documents]], minlength=len(names))
        chosen = {category_key(name) for name in self.request.categories}
        facets = _facets(names, counts, int(np.count_nonzero(mask)), chosen)
        return tuple(sorted(facets, key=lambda facet: (-facet.count, facet.value)))[: LIMITS.facet_values]

    def _month_facet(self, mask: Mask) -> tuple[Facet, ...]:
        ordinals, names = self.snapshot.months
        counts = np.bincount(ordinals[mask & (ordinals >= 0)], minlength=len(names))
        filtered = self.request.since is not None or self.request.until is not None
        facets = _facets(names, counts, int(np.count_nonzero(mask)), set(names) if filtered else set())
        return tuple(sorted(facets, key=lambda facet: facet.value, reverse=True))[: LIMITS.facet_values]

    def _suggestion(self) -> str | None:
        """The query with words no article has replaced by the likeliest word that some have."""
        snapshot = self.snapshot
        suggestion = self.request.query.text
        for leaf in query.positive_leaves(self.request.query.tree):
            if not isinstance(leaf, Term) or self.evaluation.timed_out:
                continue
            for word in text.words(leaf.text):
                unknown = not any(len(snapshot.postings(name, text.term(word))[0]) for name in schema.TEXT_FIELDS)
                if unknown and 4 <= len(word) <= 30:
                    similar = snapshot.similar_words(word, 1) or (
                        snapshot.similar_words(word, 2) if len(word) > 7 else []
                    )
                    if similar:
                        suggestion = _replaced(suggestion, leaf.text, similar[0])
        return suggestion if suggestion != self.request.query.text else None


def _replaced(sentence: str, word: str, by: str) -> str:
    start = sentence.find(word)
    return sentence if start < 0 else sentence[:start] + by + sentence[start + len(word) :]


def _facets(names: list[str], counts: NDArray[np.int64], of: int, chosen: set[str]) -> list[Facet]:
    """Values that would narrow the answer: those that not every article has, and those chosen already."""
    return [
        Facet(name, int(count))
        for name, count in zip(names, counts, strict=True)
        if count > 0 and (count < of or category_key(name) in chosen)
    ]


def _require(snapshot: Snapshot, id: str) -> int:
    number = snapshot.number(id)
    if number is None:
        raise NotFoundError(f"there is no article {id}; ids are paths below the content folder, as in a search result")
    return number


def _hit(snapshot: Snapshot, number: int, score: float, tree: Node) -> Hit:
    stored = snapshot.stored(number)
    return Hit(
        id=stored["id"],
        url=stored["url"],
        title=stored["title"],
        title_fragments=snippets.marked(stored["title"], tree, "title"),
        description=stored["description"],
        date=schema.moment(stored["date"]),
        categories=tuple(stored["categories"]),
        image=stored["image"],
        score=score,
        snippet=snippets.snippet(stored["body"], stored["description"], tree),
    )


def _telling_words(snapshot: Snapshot, number: int) -> tuple[Term, ...]:
    """The words by which an article differs most from others: frequent in it, rare elsewhere."""
    stored = snapshot.stored(number)
    weights: dict[str, float] = {}
    written: dict[str, str] = {}
    for name, weight in searching.FIELD_WEIGHTS.items():
        for word in text.words(stored[name])[:2000]:
            term = text.term(word)
            weights[term] = weights.get(term, 0.0) + weight
            written.setdefault(term, word)
    frequent = sorted(weights, key=lambda term: -weights[term])[: _RELATED_TERMS * 6]
    articles = snapshot.record.articles
    telling = {
        term: searching.idf(articles, snapshot.frequency(term)) * (1 + math.log(weights[term]))
        for term in frequent
        if term not in text.STOP_WORDS and snapshot.frequency(term) > 1
    }
    best = sorted(telling, key=lambda term: (-telling[term], term))[:_RELATED_TERMS]
    return tuple(Term(written[term]) for term in best)


@contextlib.contextmanager
def _naming_damage(folder: Path) -> Iterator[None]:
    """Whoosh stumbles over a damaged file in many ways; the user is told one."""
    try:
        yield
    except (IndexStateError, NotFoundError):
        raise
    except Exception as error:
        wrong = store.verify(folder)
        if wrong:
            raise IndexDamagedError(wrong[0]) from error
        if isinstance(error, pickle.UnpicklingError):
            raise IndexDamagedError(
                f"{folder}: {error}; someone changed the index by hand, delete it and run `articles index`"
            ) from error
        raise
