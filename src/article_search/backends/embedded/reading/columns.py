"""What does one commit hold of each document? Columns over all its segments as one, and what is stored.

Documents are numbered 0..n-1 over all segments, deleted ones included. Not here: postings (snapshot.py).
"""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from article_search.arrays import distinct, run_starts
from article_search.backends.base import NO_DATE, Head
from article_search.backends.embedded import repeats, schema, store
from article_search.backends.embedded.columnar.container import Container, ContainerError
from article_search.backends.embedded.columnar.fields import FieldReader
from article_search.backends.embedded.columnar.stored import StoredReader
from article_search.backends.embedded.columnar.unions import Union, fields_of
from article_search.errors import IndexFormatError
from article_search.language import languages
from article_search.language.folding import category_key
from article_search.late import dataclass

Documents = NDArray[Any]  # sorted document numbers; those of postings are int32
Mask = NDArray[np.bool_]

_COPIED = 256 * 2**20  # bytes of an index of which what is read is kept as a copy; of larger ones files are mapped


@dataclass(slots=True)
class Leaf:
    """One segment; its documents begin at ``base``, and some are ``deleted``, counted from there."""

    documents: Container
    postings: Container
    base: int
    size: int
    deleted: NDArray[np.int64]
    fields: dict[str, FieldReader | None] = field(default_factory=dict)
    unions: dict[str, Union | None] = field(default_factory=dict)
    stored: dict[str, StoredReader] = field(default_factory=dict)

    def field(self, name: str) -> FieldReader | None:
        """The inverted index of a field, None when nothing is in it."""
        if name not in self.fields:
            there = f"{name}.ends" in self.postings
            self.fields[name] = FieldReader(self.postings, name) if there else None
        return self.fields[name]

    def union(self, name: str) -> Union | None:
        """What is known of terms in any of some fields, None where that is not kept."""
        if name not in self.unions:
            there = name in fields_of(self.postings)
            self.unions[name] = Union(self.postings, name) if there else None
        return self.unions[name]


class Columns:
    """The documents of a commit. Raises IndexStateError when it cannot be read."""

    def __init__(self, folder: Path, number: int, zone: ZoneInfo) -> None:
        self.record = store.read_record(folder, number)
        self._folder = folder
        if not self.record.signature.startswith(schema.ANALYSIS + " "):
            raise IndexFormatError(
                f"{folder} was made by a version of this program that reads text in another way; run `articles index`"
            )
        self.zone = zone
        self._leaves: list[Leaf] = []
        self.size = 0
        mapped = store.size(folder, self.record) > _COPIED
        for segment in self.record.segments:
            files = store.open_segment(folder, segment, mapped=mapped)
            deleted = np.asarray(sorted(segment.deleted), np.int64)
            self._leaves.append(Leaf(*files, self.size, segment.documents, deleted))
            self.size += segment.documents
        self.has_deletions = any(segment.deleted for segment in self.record.segments)

    def check_sizes(self) -> None:
        """Raises ContainerError where a file was cut short since it was opened."""
        for leaf in self._leaves:
            leaf.documents.check_size()
            leaf.postings.check_size()

    @cached_property
    def live(self) -> Mask:
        """Which documents are not deleted."""
        live = np.ones(self.size, np.bool_)
        for leaf in self._leaves:
            live[leaf.deleted + leaf.base] = False
        return live

    @cached_property
    def dates(self) -> NDArray[np.int64]:
        """Date of each document in epoch seconds, ``NO_DATE`` when unknown."""
        return self._column("date")

    @cached_property
    def newest_first(self) -> NDArray[np.int64]:
        """What sorts documents from new to old, those without a date last."""
        return np.where(self.dates == NO_DATE, np.iinfo(np.int64).max, -self.dates)

    @cached_property
    def order(self) -> NDArray[np.int64]:
        """A number of each document that depends on its id only: equals stay in order from commit to commit."""
        return self._column("order")

    @cached_property
    def months(self) -> tuple[NDArray[np.int64], NDArray[np.int64], list[str]]:
        """Pairs (document, ordinal of its month in the site's time zone) as two arrays, and the months' names."""
        known = np.flatnonzero(self.dates != NO_DATE)
        dates = self.dates[known]
        if not len(known):
            return known, dates, []
        starts, names = _month_starts(int(dates.min()), int(dates.max()), self.zone)
        return known, np.searchsorted(starts, dates, side="right") - 1, names

    @cached_property
    def categories(self) -> tuple[NDArray[np.int64], NDArray[np.int64], list[str]]:
        """Pairs (document, ordinal) as two arrays, and each category's name in its most frequent spelling."""
        documents, spelled = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
        numbers: dict[str, int] = {}
        for leaf in self._leaves:
            reader = leaf.field("category")
            if reader is not None:
                docs, frequency = reader.all_documents()
                mine = [numbers.setdefault(term.decode(), len(numbers)) for term in reader.terms()]
                documents.append(docs.astype(np.int64) + leaf.base)
                spelled.append(np.repeat(np.asarray(mine, np.int64), frequency))
        every, spelling = np.concatenate(documents), np.concatenate(spelled)
        counts = np.bincount(spelling[self.live[every]], minlength=len(numbers))
        names: dict[str, str] = {}
        for name in sorted(numbers, key=lambda name: (-counts[numbers[name]], name)):
            names.setdefault(category_key(name), name)
        ordinals = {key: ordinal for ordinal, key in enumerate(names)}
        by_spelling = np.asarray([ordinals[category_key(name)] for name in numbers], np.int64)
        if not len(every):
            return every, spelling, []
        # An article may have a category in two spellings.
        pairs = distinct(np.sort(every * len(names) + by_spelling[spelling]))
        return pairs // len(names), pairs % len(names), list(names.values())

    @cached_property
    def category_ordinals(self) -> dict[str, int]:
        """Ordinal of each category by its folded name."""
        return {category_key(name): ordinal for ordinal, name in enumerate(self.categories[2])}

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages articles are in, that of most first; English where there are none."""
        counts: dict[str, int] = {}
        for leaf in self._leaves:
            if reader := leaf.field("language"):
                for number, name in enumerate(reader.terms()):
                    counts[name.decode()] = counts.get(name.decode(), 0) + reader.frequency(number)
        return tuple(sorted(counts, key=lambda name: (-counts[name], name))) or (languages.DEFAULT,)

    @cached_property
    def repeats(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Live documents that say nearly the same as others, ascending, and the ordinal of each one's group."""
        groups = repeats.read(self._folder, self.record)
        return groups.documents, np.unique(groups.names, return_inverse=True)[1]

    @cached_property
    def grouped(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """The documents that repeat others by group, of each the newest first; the ordinal of each one's group; and
        where each group begins."""
        documents, groups = self.repeats
        order = np.lexsort((self.order[documents], self.newest_first[documents], groups))
        return documents[order], groups[order], run_starts(groups[order])

    @cached_property
    def group_of(self) -> NDArray[np.int32]:
        """By document, the ordinal of its group, -1 where it repeats no other."""
        groups = np.full(self.size, -1, np.int32)
        groups[self.repeats[0]] = self.repeats[1]
        return groups

    def same(self, number: int) -> Documents:
        """The live documents that say nearly the same as one, itself among them; none where it repeats no other."""
        documents, groups = self.repeats
        same: Documents = documents[groups == self.group_of[number]]
        return same

    def in_category(self, name: str) -> Mask:
        """Which documents are of a category, compared without case and accents."""
        mask = np.zeros(self.size, np.bool_)
        ordinal = self.category_ordinals.get(category_key(name))
        if ordinal is not None:
            documents, ordinals, _ = self.categories
            mask[documents[ordinals == ordinal]] = True
        return mask

    def between(self, since: datetime | None, until: datetime | None) -> Mask:
        """Which documents have a date with ``since`` <= date < ``until``."""
        mask = self.dates != NO_DATE
        if since is not None:
            mask &= self.dates >= since.timestamp()
        if until is not None:
            mask &= self.dates < until.timestamp()
        return mask  # type: ignore[no-any-return]

    def head(self, number: int) -> Head:
        """What is shown of a document in a list."""
        return schema.read_head(*(self._stored(name, number) for name in ("article", "id", "title")))

    def title(self, number: int) -> str:
        """The title of a document."""
        return self._stored("title", number)

    def body(self, number: int) -> str:
        """The text of a document as it was understood."""
        return self._stored("body", number)

    def _stored(self, name: str, number: int) -> str:
        leaf = next(leaf for leaf in reversed(self._leaves) if leaf.base <= number)
        reader = leaf.stored.get(name)
        if reader is None:
            reader = leaf.stored[name] = StoredReader(leaf.documents, name)
        value = reader.value(number - leaf.base)
        if not isinstance(value, str):
            raise ContainerError(f"{leaf.documents.name} has no {name} of document {number - leaf.base}")
        return value

    def has_rows(self, name: str) -> bool:
        """Whether any segment has an array of rows, one a document."""
        return any(name in leaf.documents for leaf in self._leaves)

    def rows(self, name: str, documents: Documents, width: int) -> NDArray[np.uint8]:
        """The rows of some documents, so many bytes each; zeros where a segment has none."""
        found = np.zeros((len(documents), width), np.uint8)
        for leaf in self._leaves:
            if name not in leaf.documents:
                continue
            rows = leaf.documents.view(name)
            if len(rows) != leaf.size * width:
                raise ContainerError(f"{leaf.documents.name}: {name} has not {width} bytes of each document")
            for place in np.flatnonzero((leaf.base <= documents) & (documents < leaf.base + leaf.size)).tolist():
                start = (int(documents[place]) - leaf.base) * width
                found[place] = rows.part(start, start + width)
        return found

    def _column(self, name: str) -> NDArray[np.int64]:
        parts = [leaf.documents.array(f"column.{name}").view(">i8").astype(np.int64) for leaf in self._leaves]
        return np.concatenate(parts) if parts else np.empty(0, np.int64)


def _month_starts(first: int, last: int, zone: ZoneInfo) -> tuple[NDArray[np.int64], list[str]]:
    """Beginning of each month from that of ``first`` to that of ``last`` in epoch seconds, and the months' names."""
    begin = datetime.fromtimestamp(first, zone)
    end = datetime.fromtimestamp(last, zone)
    months = range(begin.year * 12 + begin.month - 1, end.year * 12 + end.month)
    starts = [int(datetime(month // 12, month % 12 + 1, 1, tzinfo=zone).timestamp()) for month in months]
    return np.asarray(starts, np.int64), [f"{month // 12:04}-{month % 12 + 1:02}" for month in months]
