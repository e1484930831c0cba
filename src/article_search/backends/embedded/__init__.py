"""The index in a folder of this machine: a Whoosh index, searched by array. Implements the Backend protocol.

Not here: how articles are read, how answers are shown.
"""

from __future__ import annotations

import contextlib
import itertools
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

from article_search import query, snippets
from article_search.backends.base import Files, Summary
from article_search.backends.embedded import (
    expanding,
    explaining,
    freshness,
    proximity,
    pruning,
    relating,
    reranking,
    schema,
    store,
)
from article_search.backends.embedded.collapsing import Collapsing
from article_search.backends.embedded.columnar.arrays import places
from article_search.backends.embedded.columnar.container import ContainerError
from article_search.backends.embedded.forms import Synonyms, with_forms
from article_search.backends.embedded.pins import pins
from article_search.backends.embedded.reranking import Reranker
from article_search.backends.embedded.searching import Evaluation, Found, repeated
from article_search.backends.embedded.snapshot import Documents, Mask, Snapshot, Weights
from article_search.errors import IndexStateError, NotFoundError
from article_search.limits import LIMITS
from article_search.query import And, Forms, Node, Or, Phrase, Prefix, Term
from article_search.results import (
    Document,
    Explanation,
    Facet,
    Fragment,
    Hit,
    Request,
    Results,
    Sort,
    Suggestion,
)
from article_search.settings import Pinned

if TYPE_CHECKING:
    from article_search.backends.embedded.correcting import Correction
    from article_search.backends.embedded.indexing import EmbeddedWriter

T = TypeVar("T")
Order = Callable[[Documents, int], NDArray[np.int64]]  # where the first so many of some documents are, best first
_CLOCK_TICK = 100_000_000  # nanoseconds; no file system in use has longer ones for folders
_HEADS = 20_000  # hits of a snapshot kept ready, some 2 KB each
_TIER_SCORE = 1e6  # over any sum of scores: articles with all the words before those with some
_RARE = 2  # articles; a word that so few have may be mistyped, see correcting.py
_SELDOM = 20  # likewise, as far as a hint goes that nothing follows from
_RELAX_BELOW = 10  # fewer articles than this with all the words, and those with some of them follow
_NONE: Documents = np.empty(0, np.int64)


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

    def __init__(
        self,
        folder: Path,
        *,
        signature: str,
        zone: ZoneInfo,
        workers: int = 0,
        memory_mb: int = 192,
        synonyms: Synonyms = (),
        pinned: tuple[Pinned, ...] = (),
        reranker: Reranker | None = None,
    ) -> None:
        self._folder = folder
        self._reranker = reranker
        self._signature = reranking.signature(f"{schema.ANALYSIS} {signature}", reranker)
        self._zone = zone
        self._workers = workers
        self._memory_mb = memory_mb
        self._synonyms = synonyms
        self._pinned = pinned
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
        made = self._newest(lambda number: store.read_record(self._folder, number).signature)
        return reranking.suffices(made, self._signature)

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
            model=self._reranker.load if self._reranker else None,
        )

    # Answers

    def search(self, request: Request) -> Results:
        """Answers a request from the newest commit."""
        started = time.perf_counter()
        with _naming_damage(self._folder):
            return _Search(self._snapshot(), request, self._synonyms, self._pinned, self._reranker).results(started)

    def top(self, tree: Node, limit: int, *, any: bool = False) -> tuple[Hit, ...]:
        """The best articles for a tree by its words alone, without total, facets and snippets; stop words count like
        others, and where words stand together nothing rises. Where the tree is of words only, long lists of articles
        are hardly read."""
        with _naming_damage(self._folder):
            snapshot = self._snapshot()
            evaluation = Evaluation(snapshot)
            tree = with_forms(evaluation, tree, self._synonyms)
            if any:
                tree = query.any_words(tree)
            documents, scores = _best(evaluation, tree, limit)
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

    def explain(self, request: Request, id: str) -> Explanation:
        """How an article comes by its score in an answer, or why it is not in it. Raises NotFoundError."""
        with _naming_damage(self._folder):
            snapshot = self._snapshot()
            search = _Search(snapshot, request, self._synonyms, self._pinned, self._reranker)
            return search.explanation(_require(snapshot, id))

    def related(self, id: str, limit: int) -> tuple[Hit, ...]:
        """Articles on the same story as one, best first. Raises NotFoundError."""
        with _naming_damage(self._folder):
            snapshot = self._snapshot()
            number = _require(snapshot, id)
            found = relating.related(snapshot, number, limit)
            return tuple(
                _hit(snapshot, document, score, query.EVERY)
                for document, score in zip(found.documents.tolist(), found.scores.tolist(), strict=True)
            )

    def suggest(self, prefix: str, limit: int) -> tuple[Suggestion, ...]:
        """Completions of an unfinished query, best first."""
        from article_search.backends.embedded import suggesting  # a search does without

        with _naming_damage(self._folder):
            return suggesting.suggestions(self._snapshot(), prefix, limit)


class _Answer(NamedTuple):
    """``found`` before filters; ``tier`` is 0 for articles that do not have all of the words, more for those that come
    before others that do."""

    found: Found
    tier: NDArray[np.int8]
    relaxed: bool


@dataclass(frozen=True, slots=True)
class _Ranked:
    """What answers a request, and in which order: ``order`` tells where the first of some documents are."""

    everything: Found  # what answers before filters
    tier: NDArray[np.int8]  # what answers strictly is above what does not
    relaxed: bool
    categories: Mask
    dates: Mask
    chosen: Mask  # what answers, and passes the filters
    collapsing: Collapsing
    shown: Documents  # of those, what repeats no better one; ascending
    similar: dict[int, int]  # how many were left out for each
    order: Order


class _Search:
    """One request over one snapshot."""

    def __init__(
        self,
        snapshot: Snapshot,
        request: Request,
        synonyms: Synonyms,
        pinned: tuple[Pinned, ...],
        reranker: Reranker | None,
    ) -> None:
        self.snapshot = snapshot
        self.reranker = reranker
        self.request = request
        self.evaluation = Evaluation(snapshot, times=repeated(request.query, snapshot.languages[0]))
        # What is searched for: each word in its other forms, and what was meant where it was mistyped.
        self.tree = with_forms(self.evaluation, request.query.tree, synonyms, exact=request.exact)
        self.pins = pins(query.finished(request.query.tree), pinned, snapshot.languages[0])
        self.suggestion: str | None = None
        self.corrected = False
        self._watched: int | None = None  # a document whose score is asked after each step
        self._scores: list[float] = []

    def results(self, started: float) -> Results:
        """The whole answer."""
        request, snapshot = self.request, self.snapshot
        ranked = self._ranked()
        everything, chosen, collapsing = ranked.everything, ranked.chosen, ranked.collapsing
        total = len(ranked.shown)
        pages = max(1, min(math.ceil(total / request.limit), LIMITS.page_depth // request.limit))
        first = (request.page - 1) * request.limit
        documents = ranked.shown[ranked.order(ranked.shown, first + request.limit)[first:]]
        make = _hit if request.snippets else _hit_without_snippet
        hits = tuple(
            make(snapshot, document, score, self.tree, ranked.similar.get(document, 0))
            for document, score in zip(documents.tolist(), everything.scores[documents].tolist(), strict=True)
        )
        facets = {
            "category": self._category_facet(everything.mask & ranked.dates, collapsing),
            "month": self._month_facet(everything.mask & ranked.categories, chosen, collapsing),
        }
        return Results(
            query=request.query.text,
            interpreted=query.describe(self.tree, snapshot.zone),
            total=total,
            strict_total=collapsing.count(chosen & (ranked.tier > 0)),
            repeats=int(np.count_nonzero(chosen)) - total,
            page=request.page,
            pages=pages,
            took_ms=(time.perf_counter() - started) * 1000,
            relaxed=ranked.relaxed,
            suggestion=self.suggestion,
            corrected=self.corrected,
            warnings=(*request.query.warnings, *self.evaluation.warnings),
            hits=hits,
            facets=facets,
        )

    def _ranked(self) -> _Ranked:
        """Which articles answer, which of them are shown, and in which order."""
        request, snapshot = self.request, self.snapshot
        categories, dates = self._filters()
        everything, tier, relaxed = self._found(categories & dates)
        pinned = self._pin(everything.mask, tier)
        chosen = everything.mask & categories & dates
        collapsing = Collapsing(snapshot, request.each)

        def order(documents: Documents, count: int) -> NDArray[np.int64]:
            return _order(snapshot, documents, everything.scores, count, tier, request.sort, pinned)

        mask, similar = collapsing.best(chosen, lambda documents: order(documents, len(documents)))
        shown = np.flatnonzero(mask)
        if request.sort == "relevance" and len(shown) and not self.evaluation.late():
            self._rescore(shown, everything, order)
        return _Ranked(everything, tier, relaxed, categories, dates, chosen, collapsing, shown, similar, order)

    def _pin(self, mask: Mask, tier: NDArray[np.int8]) -> Documents:
        """Lets the articles that come first into an answer, and hidden ones out of it; gives the first in order."""
        if self.pins is None:
            return _NONE
        numbers = [[self.snapshot.number(id) for id in ids] for ids in (self.pins.first, self.pins.hide)]
        first, hidden = (np.array([each for each in some if each is not None], np.int64) for some in numbers)
        # What says the same as a hidden article is hidden with it.
        hidden = np.concatenate([hidden, *map(self.snapshot.same, hidden.tolist())])
        hidden = hidden[~np.isin(hidden, first)]
        mask[first], mask[hidden] = True, False
        tier[first], tier[hidden] = 1, 0
        return first

    def _filters(self) -> tuple[Mask, Mask]:
        """The request's own filters: categories, and dates."""
        request, snapshot = self.request, self.snapshot
        categories = np.full(snapshot.size, not request.categories)
        for name in request.categories:
            categories |= snapshot.in_category(name)
        if request.since is None and request.until is None:
            return categories, np.ones(snapshot.size, np.bool_)
        return categories, snapshot.between(request.since, request.until)

    def _found(self, filters: Mask) -> _Answer:
        """What answers the query before filters; sets what was asked for in the end, and the suggestion."""
        typed, mended = self.tree, None
        if not self.request.exact and (mended := self._mended()):
            self.tree = mended.tree
        answer = self._answer()
        if mended:
            as_typed, loosely = self.evaluation.find(typed).mask, self.evaluation.find(query.any_words(typed)).mask
            gained = (answer.found.mask & ~loosely) | (answer.tier.astype(np.bool_) & ~as_typed)
            self.corrected = bool((gained & filters).any())
            return answer if self.request.any else answer._replace(tier=answer.tier + as_typed)
        if answer.relaxed or not (answer.found.mask & filters).any():
            self._mended(_SELDOM)
        return answer

    def _mended(self, rare: int = _RARE) -> Correction | None:
        """What is meant if words of the query are mistyped, which is then the suggestion. Where no word is so rare,
        this costs nothing: how many articles have a word is remembered for the search."""
        words = (word for word in query.positive_words(self.tree) if not isinstance(word, Prefix))
        if not any(self.evaluation.word(word).count <= rare for word in words):
            return None
        from article_search.backends.embedded import correcting  # most searches do without

        found = correcting.correction(self.evaluation, self.tree, self.request.query.text, rare)
        self.suggestion = found.text if found else None
        return found

    def _answer(self) -> _Answer:
        looser = query.relaxed(self.tree)
        if self.request.any:
            found = self.evaluation.find(looser or self.tree)
            return _Answer(found, found.mask.astype(np.int8), False)
        strict = self.evaluation.find(self.tree)
        tier = strict.mask.astype(np.int8)
        # Whatever the filters: a facet counts what its filter leaves.
        if looser is None or self.request.strict or np.count_nonzero(strict.mask) >= _RELAX_BELOW:
            return _Answer(strict, tier, False)
        loose = self.evaluation.find(looser)
        more = np.count_nonzero(loose.mask) > np.count_nonzero(strict.mask)
        return _Answer(loose, tier, True) if more else _Answer(strict, tier, False)

    def _rescore(self, documents: Documents, found: Found, order: Order) -> None:
        """Changes the scores of some documents, ascending, to what their words alone do not tell: their age, words
        that stand together, what they are about, words that the first of them share."""
        request, snapshot, scores = self.request, self.snapshot, found.scores
        self._look(scores)
        if request.recency is not None and request.now is not None:
            scores[documents] *= freshness.factors(snapshot, documents, request.recency, request.now)
        self._look(scores)
        words = proximity.words(snapshot, query.finished(self.tree))
        if len(words) > 1:
            first = np.sort(documents[order(documents, proximity.FIRST)])
            scores[first] += proximity.bonus(snapshot, words, first)
        self._look(scores)
        if self.reranker is not None:
            first = documents[order(documents, reranking.FIRST)]
            scores[first] = self.reranker.reranked(snapshot, request.query, first, found).scores[first]
        self._look(scores)
        if request.expand:
            first = documents[order(documents, proximity.FIRST)]
            scores[documents] += expanding.gains(snapshot, first, scores, documents)
        self._look(scores)

    def _look(self, scores: Weights) -> None:
        if self._watched is not None:
            self._scores.append(float(scores[self._watched]))

    def explanation(self, number: int) -> Explanation:
        """How one document comes by its score."""
        self._watched = number
        ranked = self._ranked()
        found = bool(ranked.chosen[number])
        scores = self._scores or [float(ranked.everything.scores[number])] * 5
        # Of an article that is not found the words it has are told all the same.
        asked = query.any_words(self.tree) if ranked.relaxed or self.request.any or not found else self.tree
        recency, together, likeness, expansion = (after - before for before, after in itertools.pairwise(scores))
        head = self.snapshot.head(number)
        return Explanation(
            id=head["id"],
            title=head["title"],
            query=query.describe(self.tree, self.snapshot.zone),
            found=found,
            missing=explaining.missing(self.evaluation, self.tree, number),
            repeats=found and number not in ranked.shown,
            words=tuple(explaining.words(self.evaluation, asked, number)),
            recency=recency if found else 0.0,
            together=together if found else 0.0,
            likeness=likeness if found else 0.0,
            expansion=expansion if found else 0.0,
            score=scores[-1] if found else 0.0,
        )

    def _category_facet(self, mask: Mask, collapsing: Collapsing) -> tuple[Facet, ...]:
        documents, ordinals, names = self.snapshot.categories
        counts = collapsing.counts(mask, documents, ordinals, len(names))
        facets = _facets(names, counts, None if self.request.categories else collapsing.count(mask))
        return tuple(sorted(facets, key=lambda facet: (-facet.count, facet.value)))[: LIMITS.facet_values]

    def _month_facet(self, of_all_dates: Mask, of_chosen_dates: Mask, collapsing: Collapsing) -> tuple[Facet, ...]:
        """Where whole months were chosen the others are counted too; other spans of time count what is in them."""
        since, until = self.request.since, self.request.until
        filtered = since is not None or until is not None
        mask = of_all_dates if all(map(self._begins_month, (since, until))) else of_chosen_dates
        documents, ordinals, names = self.snapshot.months
        counts = collapsing.counts(mask, documents, ordinals, len(names))
        facets = _facets(names, counts, None if filtered else collapsing.count(mask))
        return tuple(sorted(facets, key=lambda facet: facet.value, reverse=True))[: LIMITS.facet_values]

    def _begins_month(self, moment: datetime | None) -> bool:
        if moment is None:
            return True
        local = moment.astimezone(self.snapshot.zone)
        return (local.day, local.hour, local.minute, local.second) == (1, 0, 0, 0)


def _best(evaluation: Evaluation, tree: Node, limit: int) -> tuple[Documents, Weights]:
    """The best articles of a tree in order, and their scores."""
    children = tree.children if isinstance(tree, And | Or) else (tree,)
    snapshot = evaluation.snapshot
    if children and all(isinstance(child, Term | Phrase | Forms) for child in children):
        words = [evaluation.word(child) for child in children if isinstance(child, Term | Phrase | Forms)]
        if isinstance(tree, Or):
            documents, scores = pruning.any_words(words, snapshot.size, limit)
        else:
            documents, scores = pruning.all_words(words)
    else:
        found = evaluation.find(tree)
        documents = np.flatnonzero(found.mask)
        scores = found.scores[documents]
    best = _first(snapshot, documents, -scores, limit)
    return documents[best], scores[best]


def _facets(names: list[str], counts: NDArray[np.int64], of: int | None) -> list[Facet]:
    """Values that some articles have; not those that all ``of`` them have, which would narrow nothing."""
    return [Facet(name, int(count)) for name, count in zip(names, counts, strict=True) if count and count != of]


def _ordered(snapshot: Snapshot, mask: Mask, scores: Weights, count: int) -> Documents:
    """The ``count`` best documents in order of their scores."""
    documents = np.flatnonzero(mask)
    return documents[_order(snapshot, documents, scores, count)]


def _order(
    snapshot: Snapshot,
    documents: Documents,
    scores: Weights,
    count: int,
    tier: NDArray[np.int8] | None = None,
    sort: Sort = "relevance",
    pinned: Documents = _NONE,
) -> NDArray[np.int64]:
    """Where the first ``count`` of some documents in the order asked for are; ties go to the newer, then to a fixed
    order, undated ones last. By relevance, those that are pinned come first."""
    dates = snapshot.dates[documents]
    if sort == "oldest":
        first = np.where(dates == schema.NO_DATE, np.iinfo(np.int64).max, dates)
    elif sort == "newest":
        first = _newest_first(dates)
    else:
        first = -scores[documents].astype(np.float64)
        if tier is not None:
            first -= tier[documents] * _TIER_SCORE
        if len(pinned):
            by_document = np.argsort(pinned)
            at = places(pinned[by_document], documents)
            is_pinned = pinned[by_document][at] == documents
            first[is_pinned] = by_document[at[is_pinned]] - 10 * _TIER_SCORE
    return _first(snapshot, documents, first, count)


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


def _hit(snapshot: Snapshot, number: int, score: float, tree: Node, similar: int = 0) -> Hit:
    hit = _hit_without_snippet(snapshot, number, score, tree, similar)
    language = snapshot.language(number)
    return replace(
        hit,
        title_fragments=snippets.marked(hit.title, tree, "title", language),
        snippet=snippets.snippet(snapshot.body(number), hit.description, tree, language=language),
    )


def _hit_without_snippet(snapshot: Snapshot, number: int, score: float, _: Node = query.EVERY, similar: int = 0) -> Hit:
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
    # As dataclasses.replace, in a third of its time: ten of these are a good part of a search.
    return Hit(
        hit.id,
        hit.url,
        hit.title,
        hit.title_fragments,
        hit.description,
        hit.date,
        hit.categories,
        hit.image,
        score,
        hit.snippet,
        similar,
    )


@contextlib.contextmanager
def _naming_damage(folder: Path) -> Iterator[None]:
    """A page that is not what was written is found when it is read; the user is told what to do."""
    try:
        yield
    except ContainerError as error:
        raise store.damaged(folder, str(error)) from None
