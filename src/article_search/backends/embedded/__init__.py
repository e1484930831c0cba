"""The index in a folder of this machine: a Whoosh index, searched by array. Implements the Backend protocol.

Not here: how articles are read, how answers are shown.
"""

from __future__ import annotations

import contextlib
import math
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from article_search import query, snippets, text
from article_search.backends.base import Files, Summary
from article_search.backends.embedded import pruning, ranking, schema, spelling, store
from article_search.backends.embedded.columnar.container import ContainerError
from article_search.backends.embedded.searching import Evaluation, Found
from article_search.backends.embedded.snapshot import Documents, Mask, Snapshot, Weights
from article_search.errors import IndexStateError, NotFoundError
from article_search.limits import LIMITS
from article_search.query import And, Node, Or, Prefix, Term
from article_search.results import Document, Facet, Fragment, Hit, Request, Results, Sort

if TYPE_CHECKING:
    from article_search.backends.embedded.indexing import EmbeddedWriter

T = TypeVar("T")
_CLOCK_TICK = 100_000_000  # nanoseconds; no file system in use has longer ones for folders
_HEADS = 20_000  # hits of a snapshot kept ready, some 2 KB each
_TIER_SCORE = 1e6  # over any sum of scores: articles with all the words before those with some
_RELAX_BELOW = 3  # fewer articles than this with all the words, and those with some of them follow
_CORRECTIONS = 3  # words of one query that are corrected
_RELATED_TERMS = 15  # words an article is compared by


class _Look(NamedTuple):
    """When a folder was looked into, and when it had last changed (both in nanoseconds)."""

    at: int
    changed: int

    @classmethod
    def now(cls, folder: Path) -> _Look:
        return cls(time.time_ns(), _changed(folder))


@dataclass(slots=True)
class _Open:
    """The snapshot of a commit, and when the folder was last looked into for a newer one."""

    id: str
    snapshot: Snapshot
    looked: _Look

    def unchanged(self, folder: Path) -> bool:
        """Whether there cannot be a newer commit: nothing in the folder has changed since a look, which was not so
        soon after the change before it that another could have the same time."""
        return _changed(folder) == self.looked.changed and self.looked.at - self.looked.changed > _CLOCK_TICK


def _changed(folder: Path) -> int:
    try:
        return folder.stat().st_mtime_ns
    except OSError:
        return -1


class EmbeddedBackend:
    """Searches the newest commit of a folder; a new commit is seen by the next call. Safe to share between threads."""

    def __init__(self, folder: Path, *, signature: str, zone: ZoneInfo, workers: int = 0, memory_mb: int = 192) -> None:
        self._folder = folder
        self._signature = f"{schema.ANALYSIS} {signature}"
        self._zone = zone
        self._workers = workers
        self._memory_mb = memory_mb
        self._lock = threading.Lock()
        self._open: _Open | None = None

    # State

    def exists(self) -> bool:
        """Whether there is an index to search."""
        return store.generation(self._folder) is not None

    def commit_id(self) -> str:
        """Names the newest commit: its number and the moment it was written."""
        return self._newest(self._id)

    def _id(self, number: int) -> str:
        return f"{number}-{(self._folder / store.toc_name(number)).stat().st_mtime_ns:x}"

    def _newest(self, read: Callable[[int], T]) -> T:
        """What is read of the newest commit; once more when a writer has replaced it meanwhile."""
        while True:
            number = store.require_generation(self._folder)
            try:
                return read(number)
            except (IndexStateError, OSError):
                if store.generation(self._folder) == number:
                    raise

    def _snapshot(self) -> Snapshot:
        """The newest commit. One that is in use lives on until its last reader has done."""
        current = self._open
        if current is not None and current.unchanged(self._folder):
            return current.snapshot
        with self._lock:
            looked = _Look.now(self._folder)
            newest = self.commit_id()
            if self._open is None or self._open.id != newest:
                self._open = self._newest(lambda number: _Open(self._id(number), self._opened(number), looked))
            else:
                self._open.looked = looked
            return self._open.snapshot

    def _opened(self, number: int) -> Snapshot:
        return Snapshot(self._folder, number, self._zone)

    def close(self) -> None:
        """Lets go of files and memory."""
        self._open = None

    def summary(self) -> Summary:
        """Size and age of the index."""
        return self._newest(self._summary)

    def _summary(self, number: int) -> Summary:
        record = store.read_record(self._folder, number)
        return Summary(record.articles, store.size(self._folder, record), record.committed)

    def verify(self) -> tuple[str, ...]:
        """Checks every file of the index; what is wrong, a line each."""
        while True:
            number = store.require_generation(self._folder)
            wrong = store.verify(self._folder)
            if not wrong or store.generation(self._folder) == number:
                return wrong

    def files(self) -> Files:
        """What the newest commit knows of each content file."""
        from article_search.backends.embedded.manifest import Manifest  # which a search does without

        return self._newest(lambda number: Manifest(self._folder, store.read_record(self._folder, number).chain))

    def signature_matches(self) -> bool:
        """Whether the newest commit was made with today's settings and program."""
        return self._newest(lambda number: store.read_record(self._folder, number).signature) == self._signature

    def writer(self, wait: bool, full: bool) -> EmbeddedWriter:
        """The only writer at that moment. Raises IndexBusyError unless told to wait."""
        from article_search.backends.embedded.indexing import EmbeddedWriter  # Whoosh, which a search does without

        return EmbeddedWriter(
            self._folder,
            self._signature,
            wait=wait,
            full=full,
            workers=self._workers,
            memory_mb=self._memory_mb,
        )

    # Answers

    def search(self, request: Request) -> Results:
        """Answers a request from the newest commit."""
        started = time.perf_counter()
        with _naming_damage(self._folder):
            return _Search(self._snapshot(), request).results(started)

    def top(self, tree: Node, limit: int, *, any: bool = False) -> tuple[Hit, ...]:
        """The best articles for a tree, without total, facets and snippets; stop words count like others. Where the
        tree is of words only, long lists of articles are hardly read."""
        with _naming_damage(self._folder):
            snapshot = self._snapshot()
            if any:
                tree = query.any_words(tree)
            documents, scores = _best(snapshot, tree, limit)
            return tuple(
                _hit_without_snippet(snapshot, document, score)
                for document, score in zip(documents.tolist(), scores.tolist(), strict=True)
            )

    def document(self, id: str) -> Document:
        """One article. Raises NotFoundError."""
        with _naming_damage(self._folder):
            snapshot = self._snapshot()
            number = _require(snapshot, id)
            hit = _hit(snapshot, number, 0.0, query.EVERY)
            return Document(hit, snapshot.body(number), tuple(snapshot.head(number)["warnings"]))

    def related(self, id: str, limit: int) -> tuple[Hit, ...]:
        """Articles that share an article's most telling words, best first. Raises NotFoundError."""
        with _naming_damage(self._folder):
            snapshot = self._snapshot()
            number = _require(snapshot, id)
            found = Evaluation(snapshot).find(Or(_telling_words(snapshot, number)))
            found.mask[number] = False
            best = _ordered(snapshot, found.mask, found.scores, limit).tolist()
            return tuple(_hit(snapshot, document, float(found.scores[document]), query.EVERY) for document in best)

    def suggest(self, prefix: str, limit: int) -> tuple[str, ...]:
        """Titles that have the words, the last one unfinished; newest first among equals."""
        words = text.words(prefix[: LIMITS.query_chars])[: LIMITS.query_terms]
        if not words:
            return ()
        leaves: tuple[Node, ...] = (*(Term(word, "title") for word in words[:-1]), Prefix(words[-1], "title"))
        with _naming_damage(self._folder):
            snapshot = self._snapshot()
            found = Evaluation(snapshot).find(And(leaves))
            titles: dict[str, str] = {}
            for document in _ordered(snapshot, found.mask, found.scores, limit * 5).tolist():
                title = snapshot.head(document)["title"]
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
        total = int(np.count_nonzero(chosen))
        pages = max(1, min(math.ceil(total / request.limit), LIMITS.page_depth // request.limit))
        first = (request.page - 1) * request.limit
        documents = _ordered(snapshot, chosen, everything.scores, first + request.limit, tier, request.sort)
        shown = documents[first:]
        make = _hit if request.snippets else _hit_without_snippet
        hits = tuple(
            make(snapshot, document, score, request.query.tree)
            for document, score in zip(shown.tolist(), everything.scores[shown].tolist(), strict=True)
        )
        facets = {
            "category": self._category_facet(everything.mask & dates),
            "month": self._month_facet(everything.mask & categories, everything.mask & categories & dates),
        }
        suggestion = self._suggestion() if total == 0 or relaxed else None
        return Results(
            query=request.query.text,
            interpreted=query.describe(request.query.tree, snapshot.zone),
            total=total,
            strict_total=int(np.count_nonzero(chosen & tier)),
            page=request.page,
            pages=pages,
            took_ms=(time.perf_counter() - started) * 1000,
            relaxed=relaxed,
            suggestion=suggestion,
            warnings=(*request.query.warnings, *self.evaluation.warnings),
            hits=hits,
            facets=facets,
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
        if looser is None or self.request.strict or np.count_nonzero(strict.mask & filters) >= _RELAX_BELOW:
            return strict, strict.mask, False
        loose = self.evaluation.find(looser)
        more = np.count_nonzero(loose.mask & filters) > np.count_nonzero(strict.mask & filters)
        return (loose, strict.mask, True) if more else (strict, strict.mask, False)

    def _category_facet(self, mask: Mask) -> tuple[Facet, ...]:
        documents, ordinals, names = self.snapshot.categories
        counts = np.bincount(ordinals[mask[documents]], minlength=len(names))
        facets = _facets(names, counts, None if self.request.categories else int(np.count_nonzero(mask)))
        return tuple(sorted(facets, key=lambda facet: (-facet.count, facet.value)))[: LIMITS.facet_values]

    def _month_facet(self, of_all_dates: Mask, of_chosen_dates: Mask) -> tuple[Facet, ...]:
        """Where whole months were chosen the others are counted too; other spans of time count what is in them."""
        since, until = self.request.since, self.request.until
        filtered = since is not None or until is not None
        mask = of_all_dates if all(map(self._begins_month, (since, until))) else of_chosen_dates
        ordinals, names = self.snapshot.months
        counts = np.bincount(ordinals[mask & (ordinals >= 0)], minlength=len(names))
        facets = _facets(names, counts, None if filtered else int(np.count_nonzero(mask)))
        return tuple(sorted(facets, key=lambda facet: facet.value, reverse=True))[: LIMITS.facet_values]

    def _begins_month(self, moment: datetime | None) -> bool:
        if moment is None:
            return True
        local = moment.astimezone(self.snapshot.zone)
        return (local.day, local.hour, local.minute, local.second) == (1, 0, 0, 0)

    def _suggestion(self) -> str | None:
        """The query with words no article has replaced by the likeliest word that some have."""
        suggestion, corrected = self.request.query.text, 0
        for leaf in query.positive_leaves(self.request.query.tree):
            if isinstance(leaf, Term) and len(text.words(leaf.text)) == 1 and corrected < _CORRECTIONS:
                better = self._likely(text.words(leaf.text)[0])
                if better is not None:
                    suggestion = _replaced(suggestion, leaf.text, better)
                    corrected += 1
        return suggestion if corrected else None

    def _likely(self, word: str) -> str | None:
        """The word most articles have within an edit or two of one that none has."""
        snapshot = self.snapshot
        if not 4 <= len(word) <= 30 or self.evaluation.late():
            return None
        if any(len(snapshot.postings(name, text.term(word)).documents) for name in schema.TEXT_FIELDS):
            return None
        edits = 2 if len(word) > 7 else 1
        near = (other for other in snapshot.expand("body", word[0]) if abs(len(other) - len(word)) <= edits)
        return spelling.likely(word, near, edits)


def _replaced(sentence: str, word: str, by: str) -> str:
    start = sentence.find(word)
    return sentence if start < 0 else sentence[:start] + by + sentence[start + len(word) :]


def _best(snapshot: Snapshot, tree: Node, limit: int) -> tuple[Documents, Weights]:
    """The best articles of a tree in order, and their scores."""
    children = tree.children if isinstance(tree, And | Or) else (tree,)
    terms = [text.terms(child.text) for child in children if isinstance(child, Term) and child.field is None]
    if len(terms) == len(children) > 0 and all(len(each) == 1 for each in terms):
        words = [ranking.word(snapshot, term) for (term,) in terms]
        if isinstance(tree, Or):
            documents, scores = pruning.any_words(words, snapshot.size, limit)
        else:
            documents, scores = pruning.all_words(words)
    else:
        found = Evaluation(snapshot).find(tree)
        documents = np.flatnonzero(found.mask)
        scores = found.scores[documents]
    best = _first(snapshot, documents, -scores, limit)
    return documents[best], scores[best]


def _facets(names: list[str], counts: NDArray[np.int64], of: int | None) -> list[Facet]:
    """Values that some articles have; not those that all ``of`` them have, which would narrow nothing."""
    return [Facet(name, int(count)) for name, count in zip(names, counts, strict=True) if count and count != of]


def _ordered(
    snapshot: Snapshot, mask: Mask, scores: Weights, count: int, tier: Mask | None = None, sort: Sort = "relevance"
) -> Documents:
    """The first ``count`` documents in the order asked for; ties go to the newer, then to a fixed order, undated ones
    last."""
    documents = np.flatnonzero(mask)
    dates = snapshot.dates[documents]
    if sort == "oldest":
        first = np.where(dates == schema.NO_DATE, np.iinfo(np.int64).max, dates)
    elif sort == "newest":
        first = _newest_first(dates)
    else:
        first = -scores[documents].astype(np.float64)
        if tier is not None:
            first -= np.where(tier[documents], _TIER_SCORE, 0.0)
    return documents[_first(snapshot, documents, first, count)]


def _first(snapshot: Snapshot, documents: Documents, key: NDArray[Any], count: int) -> NDArray[np.int64]:
    """Where the ``count`` documents with the smallest keys are, in order; see ``_ordered`` for ties."""
    kept = np.arange(len(documents))
    if len(documents) > count:
        kept = np.flatnonzero(key <= np.partition(key, count - 1)[count - 1])
    documents = documents[kept]
    order = np.lexsort((snapshot.order[documents], _newest_first(snapshot.dates[documents]), key[kept]))
    return kept[order[:count]]


def _newest_first(dates: NDArray[np.int64]) -> NDArray[np.int64]:
    """A key that sorts dates from new to old, unknown ones last."""
    return np.where(dates == schema.NO_DATE, np.iinfo(np.int64).max, -dates)


def _require(snapshot: Snapshot, id: str) -> int:
    number = snapshot.number(id)
    if number is None:
        raise NotFoundError(f"there is no article {id}; ids are paths below the content folder, as in a search result")
    return number


def _hit(snapshot: Snapshot, number: int, score: float, tree: Node) -> Hit:
    hit = _hit_without_snippet(snapshot, number, score)
    return replace(
        hit,
        title_fragments=snippets.marked(hit.title, tree, "title"),
        snippet=snippets.snippet(snapshot.body(number), hit.description, tree),
    )


def _hit_without_snippet(snapshot: Snapshot, number: int, score: float, _: Node = query.EVERY) -> Hit:
    hit = snapshot.heads.get(number)
    if hit is None:
        if len(snapshot.heads) >= _HEADS:
            snapshot.heads.clear()
        head = snapshot.head(number)
        hit = snapshot.heads[number] = Hit(
            id=head["id"],
            url=head["url"],
            title=head["title"],
            title_fragments=(Fragment(head["title"]),),
            description=head["description"],
            date=schema.moment(head["date"]),
            categories=tuple(head["categories"]),
            image=head["image"],
            score=0.0,
            snippet=(),
        )
    return replace(hit, score=score)


def _telling_words(snapshot: Snapshot, number: int) -> tuple[Term, ...]:
    """The words by which an article differs most from others: frequent in it, rare elsewhere."""
    weights: dict[str, float] = {}
    written: dict[str, str] = {}
    fields = {**snapshot.head(number), "body": snapshot.body(number)}
    for name, weight in ranking.FIELD_WEIGHTS.items():
        for word in text.words(fields[name])[:2000]:
            term = text.term(word)
            weights[term] = weights.get(term, 0.0) + weight
            written.setdefault(term, word)
    frequent = sorted(weights, key=lambda term: -weights[term])[: _RELATED_TERMS * 6]
    articles = snapshot.record.articles
    telling = {
        term: ranking.idf(articles, snapshot.frequency(term)) * (1 + math.log(weights[term]))
        for term in frequent
        if term not in text.STOP_WORDS and snapshot.frequency(term) > 1
    }
    best = sorted(telling, key=lambda term: (-telling[term], term))[:_RELATED_TERMS]
    return tuple(Term(written[term]) for term in best)


@contextlib.contextmanager
def _naming_damage(folder: Path) -> Iterator[None]:
    """A page that is not what was written is found when it is read; the user is told what to do."""
    try:
        yield
    except ContainerError as error:
        raise store.damaged(folder, str(error)) from None
