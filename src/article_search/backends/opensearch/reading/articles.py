"""What is stored of some articles? Numbers for one reader, and what is shown and read of each, fetched when needed.

Where terms stand in a text is found in the text itself, by the analysis it was indexed by. Not here: which articles
answer (asking.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from article_search.backends.base import NO_DATE, Head, Number, Numbers, Places, Text
from article_search.backends.cache import measured
from article_search.backends.opensearch import schema
from article_search.backends.opensearch.cluster import Json
from article_search.backends.opensearch.reading.snapshot import Snapshot
from article_search.language import text
from article_search.limits import LIMITS
from article_search.query.tree import TextField

COLUMNS = ["date", "order", "group", "repeats"]  # what a hit must have
_AT_ONCE = 500  # documents of one request
_HEAD = 400  # bytes of what is shown of an article beside its texts


class Version(NamedTuple):
    """A version of an article: its document, date, order, and group, -1 where it repeats no other."""

    document: str
    date: int
    order: int
    group: int


class Articles:
    """The articles that one request has met."""

    def __init__(self, snapshot: Snapshot, until: float) -> None:
        self._snapshot = snapshot
        self._until = until
        self._versions: list[Version] = []
        self._numbers: dict[str, Number] = {}
        self._sources: dict[str, Json] = {}  # of hits that came with what is shown of them

    def met(self, hit: Json) -> Number:
        """The number of a hit."""
        number = self._numbers.get(str(hit["_id"]))
        if number is None:
            number = self.known(version(hit))
        if "_source" in hit:
            self._sources[str(hit["_id"])] = hit["_source"]
        return number

    def known(self, version: Version) -> Number:
        """The number of a version."""
        number = self._numbers.setdefault(version.document, len(self._versions))
        if number == len(self._versions):
            self._versions.append(version)
        return number

    def version(self, number: Number) -> Version:
        """What is known of an article."""
        return self._versions[number]

    def documents(self, numbers: Iterable[Number]) -> list[str]:
        """The documents of some articles."""
        return [self._versions[number].document for number in numbers]

    def heads(self, numbers: Sequence[Number]) -> list[Head]:
        """What is shown of some articles."""
        return [head for head, _ in self._shown(numbers)]

    def _shown(self, numbers: Sequence[Number]) -> list[tuple[Head, str]]:
        """The same, and the language each was read in."""
        documents = self.documents(numbers)
        heads = self._snapshot.heads
        found = {one: known for one in documents if (known := heads.get(one)) is not None}
        for one, source in self._fetched([one for one in documents if one not in found], schema.HEAD):
            found[one] = head, _ = schema.head(source), schema.language(source)
            texts = (head.id, head.url, head.title, head.description, head.image, *head.categories, *head.warnings)
            heads.keep(one, found[one], _HEAD + measured(*texts))
        return [found[one] for one in documents]

    def texts(self, numbers: Sequence[Number]) -> Iterator[Text]:
        """The texts of some articles, one after the other; some at a time are fetched."""
        documents = self.documents(numbers)
        for first in range(0, len(documents), _AT_ONCE):
            some = documents[first : first + _AT_ONCE]
            found = self._bodies(some)
            yield from (found[one] for one in some)

    def _bodies(self, documents: Sequence[str]) -> dict[str, Text]:
        bodies = self._snapshot.bodies
        found = {one: known for one in documents if (known := bodies.get(one)) is not None}
        for one, source in self._fetched([one for one in documents if one not in found], schema.BODY):
            found[one] = schema.body(source)
            bodies.keep(one, found[one])
        return found

    def vectors(self, size: int, numbers: Numbers) -> NDArray[np.int8]:
        """What was kept of some articles for likeness, a row each."""
        documents = self.documents(numbers.tolist())
        kept = dict(self._fetched(documents, ("article.vector",)))
        rows = b"".join(schema.vector(kept[one], size) for one in documents)
        return np.frombuffer(rows, np.int8).reshape(-1, size)

    def _fetched(self, documents: Sequence[str], parts: Sequence[str]) -> Iterator[tuple[str, Json]]:
        """Parts of some documents, those first that came with their hits."""
        wanted = list(dict.fromkeys(documents))
        if parts == schema.HEAD:
            for one in [one for one in wanted if one in self._sources]:
                yield one, self._sources[one]
            wanted = [one for one in wanted if one not in self._sources]
        for first in range(0, len(wanted), _AT_ONCE):
            some = wanted[first : first + _AT_ONCE]
            yield from zip(some, self._snapshot.documents(some, parts, self._until), strict=True)

    def places(self, field: TextField, terms: Sequence[str], numbers: Numbers) -> list[Places]:
        """Where each of some terms stands in a field of some articles."""
        wanted: dict[str, list[int]] = {term: [] for term in terms}
        counts = {term: np.zeros(len(numbers), np.int64) for term in terms}
        start = 0
        for nth, (value, language) in enumerate(self._values(field, numbers)):
            in_a_row = text.indexed(value, language)
            for place, of in enumerate(in_a_row, start):
                for term in of:
                    if term in wanted:
                        wanted[term].append(place)
                        counts[term][nth] += 1
            start += len(in_a_row) + LIMITS.query_terms
        return [Places(np.array(wanted[term], np.int64), counts[term]) for term in terms]

    def _values(self, field: TextField, numbers: Numbers) -> Iterator[tuple[str, str]]:
        """The text of a field of each, and its language."""
        some: list[Number] = numbers.tolist()
        if field == "body":
            yield from self.texts(some)
        else:
            yield from ((getattr(head, field), language) for head, language in self._shown(some))


def version(hit: Json) -> Version:
    """The version that a hit is of."""
    fields = hit["fields"]
    date = fields.get("date", [NO_DATE])[0]
    group = fields["group"][0] if fields["repeats"][0] else -1
    return Version(str(hit["_id"]), int(date), int(fields["order"][0]), int(group))
