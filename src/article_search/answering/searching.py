"""What answers a request, and what is told beside the hits? One request over one commit, whatever place it is in.

The tree of the query goes through forms (forms.py), correction (correcting.py) and relaxing; the backend gives the
first articles of what is meant in the end, which are then looked at more closely (leading.py). Not here: which articles
a tree finds, in which order (backends).
"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Literal

import numpy as np

from article_search.answering import adjacent, documents, exclusions, nearness
from article_search.answering.forms import Synonyms, with_forms
from article_search.answering.hits import hits
from article_search.answering.leading import Closer, Ranked
from article_search.answering.likeness import Reranker
from article_search.answering.naming import Naming
from article_search.answering.pins import pins
from article_search.answering.results import Excluded, Explanation, Facet, Results
from article_search.answering.words import TIMED_OUT, Words, counting
from article_search.backends.base import Age, AllOf, Answer, AnyOf, NoneOf, Number, Plain, Question, Reader
from article_search.late import dataclass
from article_search.limits import LIMITS
from article_search.query.describing import describe
from article_search.query.search import Search, last_page
from article_search.query.tree import (
    Node,
    Prefix,
    Query,
    Range,
    Verbatim,
    all_of,
    any_words,
    finished,
    in_rows,
    may_be_several,
    positive_words,
    relaxed,
)
from article_search.settings import Pinned, Recency

if TYPE_CHECKING:
    from article_search.answering.correcting import Correction

_RARE = 2  # articles; a word that so few have may be mistyped, see correcting.py
_SELDOM = 20  # likewise, as far as a hint goes that nothing follows from
_STEPS = 5  # of a score, see leading.Ranked
_RELAX_BELOW = 10  # fewer articles than this with all the words, and those with some of them follow


@dataclass(frozen=True, slots=True)
class Request:
    """A search as it is answered: its words parsed, ``since`` <= date < ``until`` (aware), and how newer articles come
    first among equals at the moment ``now``."""

    query: Query
    search: Search = Search()
    since: datetime | None = None
    until: datetime | None = None
    recency: Recency | None = None
    now: datetime | None = None
    limit: int = 10  # hits on a page


@dataclass(frozen=True, slots=True)
class Rules:
    """What the owner of a site has decided about answers: synonyms, pins, likeness, the time zone of days."""

    zone: tzinfo
    synonyms: Synonyms = ()
    pinned: tuple[Pinned, ...] = ()
    reranker: Reranker | None = None


@dataclass(frozen=True, slots=True)
class _Meant:
    """What is asked of the index in the end: a tree and those whose articles come before others. ``relaxed``: the tree
    asks for some of the words, the first above for all."""

    tree: Plain
    above: tuple[Plain, ...]
    relaxed: bool
    found: int | None = None  # articles, without filters, if that is known


class Searching:
    """One request over one reader."""

    def __init__(self, reader: Reader, request: Request, rules: Rules) -> None:
        self._reader = reader
        self._search = request.search
        self._rules = rules
        self._dates = Range(request.since, request.until) if request.since or request.until else None
        if not request.search.exact:
            request = replace(request, query=exclusions.as_read(request.query, self._finds, rules.zone))
        self._request = request
        self._words = Words(reader, counting(Words(reader), request.query))
        # What is searched for: each word in its other forms, and what was meant where it was mistyped.
        self._tree = with_forms(self._words, request.query.tree, rules.synonyms, exact=request.search.exact)
        self._naming = Naming(self._words, request.query, request.search.typing)
        self._plain = self._naming.found(self._tree)
        self._rows: adjacent.Rows = {}
        self._suggestion: str | None = None
        self._corrected = False
        self._said: dict[Number, Literal["first", "hidden"]] = {}  # by the owner of the site

    def _finds(self, tree: Node, any: bool) -> bool:
        """Whether a tree finds an article within the filters, with all of the words or with any, as they were typed."""
        if any and self._search.strict:
            return False
        words = Words(self._reader)
        tree = with_forms(words, tree, self._rules.synonyms, exact=self._search.exact)
        plain = words.plain(any_words(tree) if any or self._search.any else tree)
        return self._reader.count(plain, self._search.categories, self._dates) > 0

    # What is meant

    def meant(self) -> Node:
        """What is searched for: each word in all the forms there are, and as it was meant."""
        mended = None if self._search.exact else self._mended()
        return mended.tree if mended else self._tree

    def _mended(self, rare: int = _RARE) -> Correction | None:
        """What is meant if words of the query are mistyped, which is then the suggestion. Where no word is so rare,
        this costs nothing: how many articles have a word is remembered for the search."""
        words = (
            word
            for word in positive_words(self._tree)
            if not isinstance(word, Prefix | Verbatim) and not may_be_several(word)
        )
        if not any(self._words.articles(word) <= rare for word in words):
            return None
        from article_search.answering import correcting  # most searches do without

        found = correcting.correction(self._words, self._tree, self._plain, self._request.query.text, rare)
        self._suggestion = found.text if found else None
        return found

    def _asked(self) -> _Meant:
        """What is asked in the end; sets the suggestion, and whether it has found anything. Words that may be several
        come first where their letters stand in a row."""
        asked = self._understood()
        rows = in_rows(self._tree)
        above = () if rows == self._tree else (self._words.plain(rows),)
        if self._naming.called is not None:
            above = (*above, self._naming.called)
        return replace(asked, above=(*asked.above, *above)) if above else asked

    def _understood(self) -> _Meant:
        typed, as_typed = self._tree, self._plain
        mended = None if self._search.exact else self._mended()
        if mended:
            self._tree, self._plain = mended.tree, self._naming.found(mended.tree)
        asked = self._relaxed()
        if mended:
            loosely = self._words.plain(any_words(typed))
            strictly = asked.above[0] if asked.relaxed else asked.tree
            self._corrected = self._gains(strictly, as_typed) or self._gains(asked.tree, loosely)
            if not self._corrected and mended.only_parts(self._request.query.text):
                self._suggestion = None  # it would find the same
            return asked if self._search.any else replace(asked, above=(*asked.above, as_typed))
        if asked.relaxed or not self._finds_any(asked):
            self._mended(_SELDOM)
        return asked

    def _finds_any(self, asked: _Meant) -> bool:
        """Whether any article is found within the filters."""
        if asked.found is not None and not self._search.categories and self._dates is None:
            return asked.found > 0
        return self._reader.count(asked.tree, self._search.categories, self._dates) > 0

    def _gains(self, tree: Plain, over: Plain) -> bool:
        """Whether a tree finds articles, within the filters, that another does not."""
        if tree is over:
            return False
        gained = AllOf((tree, NoneOf(over)))
        return self._reader.count(gained, self._search.categories, self._dates) > 0

    def _relaxed(self) -> _Meant:
        looser = relaxed(self._tree)
        if self._search.any:
            return _Meant(self._loosely(looser) if looser else self._plain, (), False)
        # Whatever the filters: a facet counts what its filter leaves.
        found = self._reader.count(self._plain)
        if looser is None or self._search.strict or found >= _RELAX_BELOW:
            return _Meant(self._plain, (), False, found)
        loose = self._loosely(looser)
        if self._reader.count(loose) <= found:
            return _Meant(self._plain, (), False, found)
        return _Meant(loose, (self._plain,), True)

    def _loosely(self, tree: Node) -> Plain:
        """What finds articles with some of the words; and what is called so, though it may have none."""
        loose = self._words.plain(tree)
        return loose if self._naming.called is None else AnyOf((loose, self._naming.called))

    # What comes first

    def _question(self, asked: _Meant, count: int, about: tuple[Number, ...]) -> Question:
        request = self._request
        first, hidden = self._pinned()
        age = None
        if request.recency is not None and request.now is not None:
            age = Age(request.now.timestamp(), request.recency.half_life, request.recency.weight)
        return Question(
            tree=asked.tree,
            lifts=(*self._naming.lifts(self._tree), *adjacent.lifts(self._words, self._rows)),
            categories=tuple(self._search.categories),
            dates=self._dates,
            above=asked.above,
            first=first,
            hidden=hidden,
            each=self._search.each,
            sort=self._search.sort,
            age=age,
            count=count,
            about=about,
            # Where whole months were chosen the others are counted too; other spans of time count what is in them.
            all_months=all(map(self._begins_month, (request.since, request.until))),
        )

    def _pinned(self) -> tuple[tuple[Number, ...], tuple[Number, ...]]:
        """The articles that the owner has put first for the query, and those that are hidden."""
        pinned = pins(finished(self._request.query.tree), self._rules.pinned, self._words.language)
        if pinned is None:
            return (), ()
        first, hidden = (
            [number for id in ids if (number := documents.find(self._reader, id)) is not None]
            for ids in (pinned.first, pinned.hide)
        )
        # What says the same as a hidden article is hidden with it.
        same = [other for number in hidden for other in self._reader.same(number)]
        hidden = [number for number in dict.fromkeys((*hidden, *same)) if number not in first]
        self._said = dict.fromkeys(hidden, "hidden") | dict.fromkeys(first, "first")  # type: ignore[assignment]
        return tuple(first), tuple(hidden)

    def _begins_month(self, moment: datetime | None) -> bool:
        if moment is None:
            return True
        local = moment.astimezone(self._rules.zone)
        return (local.day, local.hour, local.minute, local.second) == (1, 0, 0, 0)

    def _ranked(self, count: int, about: tuple[Number, ...] = ()) -> tuple[Ranked, _Meant]:
        """Which articles answer, and the first ``count`` in order."""
        asked = self._asked()
        if self._search.sort != "relevance":
            answer = self._reader.answer(self._question(asked, count, about))
            return Ranked(answer, answer.rows, (tuple(each.by_words for each in answer.about),) * _STEPS), asked
        self._rows = adjacent.rows(self._words, self._request.query)
        closer = Closer(nearness.words(self._words, finished(self._tree)), self._rules.reranker, self._search.expand)
        begins = self._naming.called is not None and self._search.typing
        looked_at = max(count, nearness.FIRST) if begins else count
        question = self._question(asked, closer.count(looked_at), about)
        ranked = closer.ranked(self._words, self._request.query, question, looked_at)
        if begins:
            order = self._naming.as_typed_first(ranked.rows.numbers[: nearness.FIRST], question.first)
            order += range(len(order), len(ranked.rows))
            ranked = replace(ranked, rows=ranked.rows.take(np.array(order[:count], np.int64)))
        return ranked, asked

    # What is told

    def results(self, started: float) -> Results:
        """The whole answer."""
        request = self._request
        before = (self._search.page - 1) * request.limit
        ranked, asked = self._ranked(before + request.limit)
        answer, rows = ranked.answer, ranked.rows
        if before:
            rows = rows.take(np.arange(before, len(rows)))
        shown = hits(
            self._reader,
            rows.numbers.tolist(),
            rows.scores.tolist(),
            self._rules.zone,
            self._tree,
            rows.similar.tolist(),
            passages=self._search.snippets,
        )
        late = (TIMED_OUT,) if self._reader.deadline.passed else ()
        facets = self._facets(answer)
        return Results(
            query=request.query.text,
            interpreted=describe(self._tree, self._rules.zone),
            total=answer.total,
            strict_total=answer.above if asked.relaxed else answer.total,
            repeats=answer.matches - answer.total,
            page=self._search.page,
            pages=max(1, min(math.ceil(answer.total / request.limit), last_page(request.limit))),
            took_ms=(time.perf_counter() - started) * 1000,
            relaxed=asked.relaxed,
            suggestion=self._suggestion,
            corrected=self._corrected,
            warnings=(*request.query.warnings, *self._words.warnings, *late),
            hits=shown,
            facets=facets,
            excluded=self._excluded(asked),
        )

    def _excluded(self, asked: _Meant) -> Excluded | None:
        """The exclusions that take away what would have come first."""
        request, words = self._request, exclusions.of_words(self._request.query)
        rest = exclusions.without(request.query, words, self._rules.zone) if words else None
        if rest is None or self._search.sort != "relevance" or self._search.typing:
            return None
        search = replace(self._search, page=1, expand=False)
        ranked = Searching(self._reader, replace(request, query=rest, search=search), self._rules)._ranked(1)[0]
        if not len(ranked.rows) or self._reader.answers(asked.tree, first := int(ranked.rows.numbers[0])):
            return None
        taking = [each for each in words if not self._reader.answers(self._formed(each), first)]
        rest = exclusions.without(request.query, taking, self._rules.zone)
        head = self._reader.heads([first])[0]
        shown = describe(all_of(taking), self._rules.zone)
        return Excluded(shown, rest.text, head.id, head.url, head.title) if taking and rest else None

    def _formed(self, tree: Node) -> Plain:
        return self._words.plain(with_forms(self._words, tree, self._rules.synonyms, exact=self._search.exact))

    def _facets(self, answer: Answer) -> dict[str, tuple[Facet, ...]]:
        """Values that some articles have; where nothing was chosen, not those that all have, which would narrow
        nothing."""
        by_count = sorted(answer.categories, key=lambda pair: (-pair[1], pair[0]))
        by_month = sorted(answer.months, reverse=True)
        return {
            "category": _telling(by_count, None if self._search.categories else answer.total),
            "month": _telling(by_month, None if self._dates else answer.total),
        }

    def explanation(self, number: Number) -> Explanation:
        """How one article comes by its score."""
        from article_search.answering import explaining  # a search does without

        ranked, asked = self._ranked(1, (number,))
        about = ranked.answer.about[0]
        scores = [step[0] for step in ranked.steps]
        # Of an article that is not found the words it has are told all the same.
        some = asked.relaxed or self._search.any or not about.found
        words = explaining.words(self._words, any_words(self._tree) if some else self._tree, number)
        phrases = explaining.rows(self._words, self._rows, number)
        by_title, by_names = self._naming.gains(self._tree, number) if about.found else (0.0, 0.0)
        recency, together, likeness, expansion = (
            after - before if about.found else 0.0 for before, after in itertools.pairwise(scores)
        )
        head = self._reader.heads([number])[0]
        return Explanation(
            id=head.id,
            title=head.title,
            query=describe(self._tree, self._rules.zone),
            found=about.found,
            missing=explaining.missing(self._words, self._tree, number, self._rules.zone),
            repeats=about.found and not about.shown,
            pinned=self._said.get(number),
            words=(*words, *phrases),
            by_title=by_title,
            by_names=by_names,
            recency=recency,
            together=together,
            likeness=likeness,
            expansion=expansion,
            score=scores[-1] if about.found else 0.0,
        )


def _telling(values: Sequence[tuple[str, int]], of: int | None) -> tuple[Facet, ...]:
    return tuple(Facet(value, count) for value, count in values if count != of)[: LIMITS.facet_values]
