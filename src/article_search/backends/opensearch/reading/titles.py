"""What are the newest titles, as one run of numbers? Fetched when they are first asked for, and kept for the commit.

Not here: what is made of that (answering/suggesting.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from article_search.backends.base import NO_DATE, Head, Numbers
from article_search.backends.opensearch.cluster import Json
from article_search.backends.opensearch.reading.snapshot import Snapshot
from article_search.language import text

_MOST = 100_000  # titles that are kept, the newest
_PAGE = 10_000  # of one search
_END = -1  # number between two titles
_MARGIN = 16  # places behind the last title, so that words after it need no thought
_COLUMNS = ["title", "language", "date", "order"]


class _Title(NamedTuple):
    document: str
    text: str
    language: str
    newest: tuple[int, int]


class ClusterTitles:
    """The Titles of base.py: of a commit the newest. ``heads`` gives what is shown of some documents."""

    def __init__(self, snapshot: Snapshot, until: float, heads: Callable[[Sequence[str]], list[Head]]) -> None:
        self._titles = list(_newest(snapshot, until))
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


def _newest(snapshot: Snapshot, until: float) -> Iterator[_Title]:
    """The newest titles, a page at a time."""
    after: list[object] | None = None
    left = _MOST
    while left > 0:
        search: Json = {
            "query": {"bool": {"filter": [snapshot.seen]}},
            "size": min(_PAGE, left),
            "sort": [{"date": {"order": "desc", "missing": -(2**62)}}, {"order": "asc"}],
            "docvalue_fields": _COLUMNS,
            "_source": False,
            "track_total_hits": False,
        }
        if after is not None:
            search["search_after"] = after
        (answer,) = snapshot.search([search], until)
        hits = answer["hits"]["hits"]
        for hit in hits:
            fields = hit["fields"]
            date, order = int(fields.get("date", [NO_DATE])[0]), int(fields["order"][0])
            newest = (-date if date != NO_DATE else 2**63), order
            yield _Title(str(hit["_id"]), str(fields.get("title", [""])[0]), str(fields["language"][0]), newest)
        if len(hits) < min(_PAGE, left):
            return
        left -= len(hits)
        after = hits[-1]["sort"]
