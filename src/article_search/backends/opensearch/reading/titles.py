"""What are the newest titles that have some words, as one run of numbers? Fetched for those who ask.

All titles of an index may be more than one wants to fetch, so it is those that can be an answer: first with the words
as they are and, where these are few, with words spelt nearly so. Not here: what is made of them (answering).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from article_search.backends.base import NO_DATE, Head, Numbers
from article_search.backends.opensearch.cluster import Json
from article_search.backends.opensearch.reading import vocabulary
from article_search.backends.opensearch.reading.queries import any_of
from article_search.backends.opensearch.reading.wishes import Wishes
from article_search.language import text
from article_search.language.variants import partings

_MOST = 1_000  # titles that are fetched, the newest
_FEW = 20  # titles; where there are fewer, words may be mistyped
_LONG = 8  # letters from which on there may be two edits
_BEGINNINGS = 12  # words spelt nearly as the last one begins
_END = -1  # number between two titles
_MARGIN = 16  # places behind the last title, so that words after it need no thought
_COLUMNS = ["title", "language", "date", "order"]


class _Title(NamedTuple):
    document: str
    text: str
    language: str
    newest: tuple[int, int]


class ClusterTitles:
    """The Titles of base.py: some. ``heads`` gives what is shown of some documents."""

    def __init__(self, hits: Sequence[Json], heads: Callable[[Sequence[str]], list[Head]]) -> None:
        self._titles = list(map(_title, hits))
        self._heads = heads
        self._known: dict[int, Head] = {}
        self.size = len(self._titles)
        self.numbers: dict[str, int] = {}
        self._having: dict[str, list[int]] = {}
        self._words: dict[str, list[int]] = {}
        run: list[int] = []
        starts: list[int] = []
        for number, title in enumerate(self._titles):
            starts.append(len(run))
            in_a_row = text.indexed(title.text, title.language)
            run += (self._number(max(of, key=text.plainness)) for of in in_a_row)
            run.append(_END)
            for term in {term for of in in_a_row for term in of}:
                self._having.setdefault(term, []).append(number)
            for word in set(text.words(title.text, title.language)):
                self._words.setdefault(word, []).append(number)
        self._starts = starts
        ends = [*starts[1:], len(run)]
        lengths = np.array(ends, np.int64) - np.array(starts, np.int64)
        self.run = np.array([*run, *[_END] * _MARGIN], np.int32)
        holder = np.repeat(np.arange(self.size, dtype=np.int32), lengths)
        self.holder = np.concatenate([holder, np.full(_MARGIN, -1, np.int32)])

    def _number(self, term: str) -> int:
        return self.numbers.setdefault(term, len(self.numbers))

    def with_terms(self, terms: Collection[str]) -> NDArray[np.bool_]:
        """By title, whether it has any of some terms."""
        return self._those(self._having, terms)

    def with_words(self, words: Collection[str]) -> NDArray[np.bool_]:
        """By title, whether it has any of some words as they are, folded."""
        return self._those(self._words, words)

    def _those(self, having: dict[str, list[int]], names: Collection[str]) -> NDArray[np.bool_]:
        mask = np.zeros(self.size, np.bool_)
        for name in names:
            mask[having.get(name, [])] = True
        return mask

    def beginning(self, start: str, most: int) -> tuple[list[str], NDArray[np.bool_]]:
        """The most frequent words that begin so; and by title, whether it has any that does."""
        counts = Counter({word: len(titles) for word, titles in self._words.items() if word.startswith(start)})
        words = sorted(counts, key=lambda word: (-counts[word], word))
        return words[:most], self.with_words(words)

    def newest(self, titles: Numbers, count: int) -> list[int]:
        """The first of some titles by date."""
        first = sorted(titles.tolist(), key=lambda title: self._titles[title].newest)[:count]
        unknown = [title for title in first if title not in self._known]
        if unknown:  # they are about to be shown: asked for together
            heads = self._heads([self._titles[title].document for title in unknown])
            self._known |= dict(zip(unknown, heads, strict=True))
        return first

    def place(self, title: int) -> int:
        """Where a title begins."""
        return self._starts[title]

    def text(self, title: int) -> str:
        """A title as it is written."""
        return self._titles[title].text

    def head(self, title: int) -> Head:
        """What is shown of the article with a title."""
        if title not in self._known:
            (self._known[title],) = self._heads([self._titles[title].document])
        return self._known[title]


def _title(hit: Json) -> _Title:
    fields = hit["fields"]
    date, order = int(fields.get("date", [NO_DATE])[0]), int(fields["order"][0])
    newest = (-date if date != NO_DATE else 2**63), order
    return _Title(str(hit["_id"]), str(fields.get("title", [""])[0]), str(fields["language"][0]), newest)


def hits(wishes: Wishes, seen: Json, words: Sequence[str], language: str) -> list[Json]:
    """The newest titles that have some words, the last of which may go on; or words spelt nearly so."""
    asked = [_as_they_are(words, language)]
    (answer,) = wishes.search([_search(seen, asked)])
    found: list[Json] = answer["hits"]["hits"]
    if len(found) < _FEW and words:
        nearly = [*_nearly(wishes, seen, words, language), *_parted(words, language)]
        (answer,) = wishes.search([_search(seen, [*asked, *nearly])])
        found = answer["hits"]["hits"]
    return found


def _search(seen: Json, queries: Sequence[Json]) -> Json:
    """The newest titles of those that the first of some queries finds, then of the others."""
    each = [
        {"constant_score": {"filter": query, "boost": float(len(queries) - at)}} for at, query in enumerate(queries)
    ]
    return {
        "query": {"bool": {"must": [{"dis_max": {"queries": each}}], "filter": [seen]}},
        "size": _MOST,
        "sort": [{"_score": "desc"}, {"date": {"order": "desc", "missing": "_last"}}, {"order": "asc"}],
        "docvalue_fields": _COLUMNS,
        "_source": False,
        "track_total_hits": False,
    }


def _as_they_are(words: Sequence[str], language: str) -> Json:
    """Titles that have all telling words, in any ending, and the last as a beginning."""
    telling = [word for word in words[:-1] if not text.is_stop_word(word, language)]
    kept = [_ending(word, language) for word in telling]
    if words:
        kept.append({"prefix": {"title_words": words[-1]}})
    return {"bool": {"filter": kept}}


def _ending(word: str, language: str) -> Json:
    return {"term": {"title_t": text.term(word, language)}}


def _nearly(wishes: Wishes, seen: Json, words: Sequence[str], language: str) -> Iterator[Json]:
    """The same with words spelt nearly so."""
    kept = []
    for word in words[:-1]:
        if not text.is_stop_word(word, language):
            near = (
                vocabulary.near(wishes, seen, word, 2 if len(word) >= _LONG else 1, "title") if word.isalpha() else []
            )
            terms = {text.term(one.word, language) for one in near}
            kept.append({"terms": {"title_t": sorted({text.term(word, language), *terms})}})
    near = vocabulary.near_beginning(wishes, seen, words[-1], 1, "title")
    near.sort(key=lambda one: -one.frequency)
    begun = {"terms": {"title_words": [one.word for one in near[:_BEGINNINGS]]}}
    yield {"bool": {"filter": [*kept, any_of([begun, {"prefix": {"title_words": words[-1]}}])]}}


def _parted(words: Sequence[str], language: str) -> Iterator[Json]:
    """The same with the last word taken for two run together."""
    for one, other in partings(words[-1]):
        yield _as_they_are([*words[:-1], one, other], language)
