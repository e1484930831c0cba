"""What answers a request, in which order, and what is told beside the hits? One request over one snapshot.

Not here: which articles a tree finds (searching.py), how they are ordered (ordering.py), what changes scores that words
alone give (freshness.py, proximity.py, reranking.py, expanding.py).
"""

from __future__ import annotations

import itertools
import math
import time
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from article_search.answering.results import Explanation, Facet, Hit, Request, Results
from article_search.backends.embedded import freshness, hits, ordering, proximity, pruning, reranking
from article_search.backends.embedded.collapsing import Collapsing
from article_search.backends.embedded.forms import Synonyms, with_forms
from article_search.backends.embedded.ordering import Ordering
from article_search.backends.embedded.pins import pins
from article_search.backends.embedded.reranking import Reranker
from article_search.backends.embedded.searching import WORDS, Evaluation, Found, repeated
from article_search.backends.embedded.snapshot import Documents, Mask, Snapshot, Weights
from article_search.limits import LIMITS
from article_search.query.tree import And, Node, Or, Prefix, any_words, describe, finished, positive_words, relaxed
from article_search.settings import Pinned

if TYPE_CHECKING:
    from article_search.backends.embedded.correcting import Correction

_RARE = 2  # articles; a word that so few have may be mistyped, see correcting.py
_SELDOM = 20  # likewise, as far as a hint goes that nothing follows from
_RELAX_BELOW = 10  # fewer articles than this with all the words, and those with some of them follow
_NONE: Documents = np.empty(0, np.int64)


class _Answer(NamedTuple):
    """``found`` before filters; ``tier`` is 0 for articles that do not have all of the words, more for those that come
    before others that do. None: all are alike."""

    found: Found
    tier: NDArray[np.int8] | None
    relaxed: bool


@dataclass(frozen=True, slots=True)
class _Ranked:
    """What answers a request, and in which order."""

    everything: Found  # what answers before filters
    tier: NDArray[np.int8] | None  # what answers strictly is above what does not
    relaxed: bool
    categories: Mask | None  # the filters, where there are any
    dates: Mask | None
    chosen: Mask  # what answers, and passes the filters
    collapsing: Collapsing
    shown: Documents  # of those, what repeats no better one; ascending
    first: Documents  # of those, the first in order, as many as were asked for
    similar: list[int]  # how many were left out for each of these


class Answering:
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
        self.pins = pins(finished(request.query.tree), pinned, snapshot.languages[0])
        self.suggestion: str | None = None
        self.corrected = False
        self._said: dict[int, Literal["first", "hidden"]] = {}  # by the owner of the site, of documents
        self._watched: int | None = None  # a document whose score is asked after each step
        self._scores: list[float] = []

    def meant(self) -> Node:
        """What is searched for: each word in all the forms there are, and as it was meant."""
        mended = None if self.request.exact else self._mended()
        return mended.tree if mended else self.tree

    def results(self, started: float) -> Results:
        """The whole answer."""
        request, snapshot = self.request, self.snapshot
        before = (request.page - 1) * request.limit
        ranked = self._ranked(before + request.limit)
        chosen, collapsing = ranked.chosen, ranked.collapsing
        total = len(ranked.shown)
        documents = ranked.first[before:]
        make = hits.with_snippet if request.snippets else hits.plain
        scores = ranked.everything.scores[documents].tolist()
        shown = tuple(
            make(snapshot, document, score, self.tree, similar)
            for document, score, similar in zip(documents.tolist(), scores, ranked.similar[before:], strict=True)
        )
        facets = {"category": self._category_facet(ranked), "month": self._month_facet(ranked)}
        return Results(
            query=request.query.text,
            interpreted=describe(self.tree, snapshot.zone),
            total=total,
            strict_total=total if ranked.tier is None else collapsing.count(chosen & (ranked.tier > 0)),
            repeats=int(np.count_nonzero(chosen)) - total,
            page=request.page,
            pages=max(1, min(math.ceil(total / request.limit), LIMITS.page_depth // request.limit)),
            took_ms=(time.perf_counter() - started) * 1000,
            relaxed=ranked.relaxed,
            suggestion=self.suggestion,
            corrected=self.corrected,
            warnings=(*request.query.warnings, *self.evaluation.warnings),
            hits=shown,
            facets=facets,
        )

    def _ranked(self, count: int) -> _Ranked:
        """Which articles answer, which of them are shown, and the first ``count`` in order."""
        request, snapshot = self.request, self.snapshot
        categories, dates = self._filters()
        everything, tier, relaxed = self._found(categories, dates)
        pinned = self._pin(everything.mask, tier)
        chosen = _within(everything.mask, categories, dates)
        collapsing = Collapsing(snapshot, request.each)
        ordered = Ordering(snapshot, everything.scores, tier, request.sort, pinned)
        mask, members = collapsing.best(chosen, ordered.key)
        shown = candidates = mask.nonzero()[0]
        if request.sort == "relevance" and len(shown) and not self.evaluation.late():
            candidates = self._rescore(shown, everything, ordered, count)
        first = ordered.first(candidates, count)
        similar = collapsing.others(members, first)
        return _Ranked(everything, tier, relaxed, categories, dates, chosen, collapsing, shown, first, similar)

    def _pin(self, mask: Mask, tier: NDArray[np.int8] | None) -> Documents:
        """Lets the articles that come first into an answer, and hidden ones out of it; gives the first in order."""
        if self.pins is None:
            return _NONE
        numbers = [[self.snapshot.number(id) for id in ids] for ids in (self.pins.first, self.pins.hide)]
        first, hidden = (np.array([each for each in some if each is not None], np.int64) for some in numbers)
        # What says the same as a hidden article is hidden with it.
        hidden = np.concatenate([hidden, *map(self.snapshot.same, hidden.tolist())])
        hidden = hidden[~np.isin(hidden, first)]
        self._said = dict.fromkeys(hidden.tolist(), "hidden") | dict.fromkeys(first.tolist(), "first")
        mask[first], mask[hidden] = True, False
        if tier is not None:
            tier[first], tier[hidden] = 1, 0
        return first

    def _filters(self) -> tuple[Mask | None, Mask | None]:
        """The request's own filters: categories, and dates."""
        request, snapshot = self.request, self.snapshot
        categories = dates = None
        if request.categories:
            categories = np.zeros(snapshot.size, np.bool_)
            for name in request.categories:
                categories |= snapshot.in_category(name)
        if request.since is not None or request.until is not None:
            dates = snapshot.between(request.since, request.until)
        return categories, dates

    def _found(self, *filters: Mask | None) -> _Answer:
        """What answers the query before filters; sets what was asked for in the end, and the suggestion."""
        typed, mended = self.tree, None
        if not self.request.exact and (mended := self._mended()):
            self.tree = mended.tree
        answer = self._answer()
        if mended:
            as_typed, loosely = self.evaluation.find(typed).mask, self.evaluation.find(any_words(typed)).mask
            tier = answer.found.mask.astype(np.int8) if answer.tier is None else answer.tier
            gained = (answer.found.mask & ~loosely) | (tier.astype(np.bool_) & ~as_typed)
            self.corrected = bool(_within(gained, *filters).any())
            return answer if self.request.any else answer._replace(tier=tier + as_typed)
        if answer.relaxed or not _within(answer.found.mask, *filters).any():
            self._mended(_SELDOM)
        return answer

    def _mended(self, rare: int = _RARE) -> Correction | None:
        """What is meant if words of the query are mistyped, which is then the suggestion. Where no word is so rare,
        this costs nothing: how many articles have a word is remembered for the search."""
        words = (word for word in positive_words(self.tree) if not isinstance(word, Prefix))
        if not any(self.evaluation.word(word).count <= rare for word in words):
            return None
        from article_search.backends.embedded import correcting  # most searches do without

        found = correcting.correction(self.evaluation, self.tree, self.request.query.text, rare)
        self.suggestion = found.text if found else None
        return found

    def _answer(self) -> _Answer:
        looser = relaxed(self.tree)
        if self.request.any:
            return _Answer(self.evaluation.find(looser or self.tree), None, False)
        strict = self.evaluation.find(self.tree)
        # Whatever the filters: a facet counts what its filter leaves.
        if looser is None or self.request.strict or np.count_nonzero(strict.mask) >= _RELAX_BELOW:
            return _Answer(strict, None, False)
        loose = self.evaluation.find(looser)
        if np.count_nonzero(loose.mask) <= np.count_nonzero(strict.mask):
            return _Answer(strict, None, False)
        return _Answer(loose, strict.mask.astype(np.int8), True)

    def _rescore(self, documents: Documents, found: Found, ordered: Ordering, count: int) -> Documents:
        """Changes the scores of some documents, ascending, to what their words alone do not tell: their age, words
        that stand together, what they are about, words that the first of them share. Gives those among which the first
        ``count`` then are: what stands together and what articles are about only lifts some of the first."""
        request, snapshot, scores = self.request, self.snapshot, found.scores
        self._look(scores)
        if request.recency is not None and request.now is not None:
            scores[documents] *= freshness.factors(snapshot, documents, request.recency, request.now)
        self._look(scores)
        leading = ordered.first(documents, max(proximity.FIRST, reranking.FIRST if self.reranker else 0, count))
        words = proximity.words(snapshot, finished(self.tree))
        if len(words) > 1:
            first = np.sort(leading[: proximity.FIRST])
            scores[first] += proximity.bonus(snapshot, words, first)
        self._look(scores)
        if self.reranker is not None:
            first = ordered.first(leading, reranking.FIRST)
            scores[first] = self.reranker.reranked(snapshot, request.query, first, found).scores[first]
        self._look(scores)
        if request.expand:
            from article_search.backends.embedded import expanding  # most searches do without

            scores[documents] += expanding.gains(snapshot, ordered.first(leading, proximity.FIRST), scores, documents)
            leading = documents
        self._look(scores)
        return leading

    def _look(self, scores: Weights) -> None:
        if self._watched is not None:
            self._scores.append(float(scores[self._watched]))

    def explanation(self, number: int) -> Explanation:
        """How one document comes by its score."""
        from article_search.backends.embedded import explaining  # a search does without

        self._watched = number
        ranked = self._ranked(1)
        found = bool(ranked.chosen[number])
        scores = self._scores or [float(ranked.everything.scores[number])] * 5
        # Of an article that is not found the words it has are told all the same.
        asked = any_words(self.tree) if ranked.relaxed or self.request.any or not found else self.tree
        recency, together, likeness, expansion = (after - before for before, after in itertools.pairwise(scores))
        head = self.snapshot.head(number)
        return Explanation(
            id=head["id"],
            title=head["title"],
            query=describe(self.tree, self.snapshot.zone),
            found=found,
            missing=explaining.missing(self.evaluation, self.tree, number),
            repeats=found and number not in ranked.shown,
            pinned=self._said.get(number),
            words=tuple(explaining.words(self.evaluation, asked, number)),
            recency=recency if found else 0.0,
            together=together if found else 0.0,
            likeness=likeness if found else 0.0,
            expansion=expansion if found else 0.0,
            score=scores[-1] if found else 0.0,
        )

    def _category_facet(self, ranked: _Ranked) -> tuple[Facet, ...]:
        mask = _within(ranked.everything.mask, ranked.dates)
        counts = ranked.collapsing.counts("category", mask)
        facets = _facets(self.snapshot.categories[2], counts, None if self.request.categories else len(ranked.shown))
        return tuple(sorted(facets, key=lambda facet: (-facet.count, facet.value)))[: LIMITS.facet_values]

    def _month_facet(self, ranked: _Ranked) -> tuple[Facet, ...]:
        """Where whole months were chosen the others are counted too; other spans of time count what is in them."""
        since, until = self.request.since, self.request.until
        filtered = since is not None or until is not None
        of_all_dates = all(map(self._begins_month, (since, until)))
        mask = _within(ranked.everything.mask, ranked.categories) if of_all_dates else ranked.chosen
        counts = ranked.collapsing.counts("month", mask)
        facets = _facets(self.snapshot.months[2], counts, None if filtered else len(ranked.shown))
        return tuple(sorted(facets, key=lambda facet: facet.value, reverse=True))[: LIMITS.facet_values]

    def _begins_month(self, moment: datetime | None) -> bool:
        if moment is None:
            return True
        local = moment.astimezone(self.snapshot.zone)
        return (local.day, local.hour, local.minute, local.second) == (1, 0, 0, 0)


def top(snapshot: Snapshot, tree: Node, limit: int, synonyms: Synonyms, any: bool) -> tuple[Hit, ...]:
    """The best articles for a tree by its words alone."""
    if limit < 1:
        return ()
    evaluation = Evaluation(snapshot)
    tree = with_forms(evaluation, tree, synonyms)
    if any:
        tree = any_words(tree)
    children = tree.children if isinstance(tree, And | Or) else (tree,)
    words = [evaluation.word(child) for child in children if isinstance(child, WORDS)]
    if words and len(words) == len(children):
        documents, scores = (
            pruning.any_words(words, snapshot.size, limit) if isinstance(tree, Or) else pruning.all_words(words)
        )
    else:
        found = evaluation.find(tree)
        documents = found.mask.nonzero()[0]
        scores = found.scores[documents]
    best = ordering.first(snapshot, documents, -scores, limit)
    return tuple(
        hits.plain(snapshot, document, score)
        for document, score in zip(documents[best].tolist(), scores[best].tolist(), strict=True)
    )


def _within(mask: Mask, *filters: Mask | None) -> Mask:
    for each in filters:
        mask = mask if each is None else mask & each
    return mask


def _facets(names: list[str], counts: NDArray[np.int64], of: int | None) -> list[Facet]:
    """Values that some articles have; not those that all ``of`` them have, which would narrow nothing."""
    return [Facet(name, count) for name, count in zip(names, counts.tolist(), strict=True) if count and count != of]
