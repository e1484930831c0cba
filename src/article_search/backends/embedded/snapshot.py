"""What does one commit hold, as arrays? Postings, lengths, dates and categories of all its segments as one.

Documents are numbered 0..n-1 over all segments, deleted ones included. A snapshot never changes and is shared by
threads; arrays are views of mapped files, checked page by page as they are read. Not here: queries and scores
(searching.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from article_search.backends.embedded import cache, repeats, schema, store
from article_search.backends.embedded.cache import Cache
from article_search.backends.embedded.columnar.arrays import distinct, run_starts
from article_search.backends.embedded.columnar.container import Container, ContainerError
from article_search.backends.embedded.columnar.fields import FieldReader
from article_search.backends.embedded.columnar.stored import StoredReader
from article_search.errors import IndexFormatError
from article_search.language import languages
from article_search.language.text import fold
from article_search.limits import LIMITS

Documents = NDArray[Any]  # sorted document numbers; those of postings are int32
Weights = NDArray[np.float32]
Mask = NDArray[np.bool_]

_WHOLE_PLACES = 500_000  # more places of a word are not read where those in a few documents are asked for


class Postings(NamedTuple):
    """Live documents that have a term in a field, ascending, and how often each has it."""

    documents: Documents
    frequencies: NDArray[Any]


_NOTHING = Postings(np.empty(0, np.int32), np.empty(0, np.uint8))


@dataclass(slots=True)
class _Leaf:
    """One segment; its documents begin at ``base``."""

    documents: Container
    postings: Container
    base: int
    size: int
    fields: dict[str, FieldReader | None] = field(default_factory=dict)
    stored: dict[str, StoredReader] = field(default_factory=dict)

    def field(self, name: str) -> FieldReader | None:
        """The inverted index of a field, None when nothing is in it."""
        if name not in self.fields:
            there = f"{name}.ends" in self.postings
            self.fields[name] = FieldReader(self.postings, name) if there else None
        return self.fields[name]


class _Term(NamedTuple):
    """A term in one field of one segment."""

    leaf: _Leaf
    reader: FieldReader
    number: int


class Snapshot:
    """One commit, open for reading. ``room``: bytes of memory for what is made of it, 0 for what fits its size."""

    def __init__(self, folder: Path, number: int, zone: ZoneInfo, room: int = 0) -> None:
        self.record = store.read_record(folder, number)
        self._folder = folder
        if not self.record.signature.startswith(schema.ANALYSIS + " "):
            raise IndexFormatError(
                f"{folder} was made by a version of this program that reads text in another way; run `articles index`"
            )
        self.zone = zone
        self._leaves: list[_Leaf] = []
        self.size = 0
        for segment in self.record.segments:
            self._leaves.append(_Leaf(*store.open_segment(folder, segment), self.size, segment.documents))
            self.size += segment.documents
        self.has_deletions = any(segment.deleted for segment in self.record.segments)
        rooms = cache.rooms(room, self.size)
        self._terms: Cache[tuple[str, str], list[_Term]] = Cache(rooms["terms"])
        self._postings: Cache[tuple[str, str], Postings] = Cache(rooms["postings"])
        self._places: Cache[tuple[str, str], NDArray[Any]] = Cache(rooms["places"])
        # What ranking makes of postings: by term, for all articles that have it, and by document.
        self.words: Cache[object, Any] = Cache(rooms["words"])
        self.scores: Cache[object, Any] = Cache(rooms["scores"])
        self.spread: Cache[object, Weights] = Cache(rooms["spread"])
        self.heads: Cache[int, Any] = Cache(rooms["heads"])  # what others make of what is shown of a document
        # What is made once, whatever is asked.
        self._text_starts: dict[str, NDArray[Any]] = {}
        self.field_weights: dict[str, Weights] = {}
        self.tallies: dict[object, Any] = {}  # what counting makes of columns
        self.vocabularies: dict[object, Any] = {}  # what correcting makes of the words there are

    # Documents

    @cached_property
    def live(self) -> Mask:
        """Which documents are not deleted."""
        live = np.ones(self.size, np.bool_)
        for leaf, segment in zip(self._leaves, self.record.segments, strict=True):
            live[np.asarray(segment.deleted, np.int64) + leaf.base] = False
        return live

    @cached_property
    def dates(self) -> NDArray[np.int64]:
        """Date of each document in epoch seconds, ``schema.NO_DATE`` when unknown."""
        return self._column("date")

    @cached_property
    def newest_first(self) -> NDArray[np.int64]:
        """What sorts documents from new to old, those without a date last."""
        return np.where(self.dates == schema.NO_DATE, np.iinfo(np.int64).max, -self.dates)

    @cached_property
    def order(self) -> NDArray[np.int64]:
        """A number of each document that depends on its id only: equals stay in order from commit to commit."""
        return self._column("order")

    @cached_property
    def months(self) -> tuple[NDArray[np.int64], NDArray[np.int64], list[str]]:
        """Pairs (document, ordinal of its month in the site's time zone) as two arrays, and the months' names."""
        known = np.flatnonzero(self.dates != schema.NO_DATE)
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

    def language(self, number: int) -> str:
        """The language of a document."""
        for name in self.languages[1:]:
            documents = self.postings("language", name).documents
            at = np.searchsorted(documents, number)
            if at < len(documents) and documents[at] == number:
                return name
        return self.languages[0]

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
        mask = self.dates != schema.NO_DATE
        if since is not None:
            mask &= self.dates >= since.timestamp()
        if until is not None:
            mask &= self.dates < until.timestamp()
        return mask  # type: ignore[no-any-return]

    def head(self, number: int) -> dict[str, Any]:
        """What is shown of a document in a list, see ``schema.read_head``."""
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
        value: str = reader.value(number - leaf.base)
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

    def number(self, id: str) -> int | None:
        """The document of an id."""
        try:
            documents = self.postings("id", id).documents
        except UnicodeEncodeError:  # a lone surrogate names no file
            return None
        return int(documents[0]) if len(documents) else None

    def _column(self, name: str) -> NDArray[np.int64]:
        parts = [leaf.documents.array(f"column.{name}").view(">i8").astype(np.int64) for leaf in self._leaves]
        return np.concatenate(parts) if parts else np.empty(0, np.int64)

    # Terms

    def lengths(self, name: str) -> Weights:
        """By document, the number of words of a text field over the average of those that have any."""
        parts = [leaf.documents.array(f"lengths.{name}").astype(np.float32) for leaf in self._leaves]
        counts = np.concatenate(parts) if parts else np.empty(0, np.float32)
        used = counts[self.live & (counts > 0)]
        average = used.mean(dtype=np.float64) if len(used) else 1
        return (counts / average).astype(np.float32, copy=False)

    def postings(self, name: str, term: str) -> Postings:
        """The postings of a term in a field, remembered while there is room."""
        key = (name, term)
        found = self._postings.get(key)
        if found is None:
            found = self._read_postings(name, term)
            self._postings.keep(key, found, found.documents.nbytes + found.frequencies.nbytes)
        return found

    def text_postings(self, term: str) -> list[tuple[str, Postings]]:
        """The postings of a term in each text field that has it; not remembered."""
        found = [(name, self._read_postings(name, term)) for name in schema.TEXT_FIELDS]
        return [(name, postings) for name, postings in found if len(postings.documents)]

    def holders(self, names: Sequence[str], term: str) -> int:
        """Number of live documents that have a term in any of some fields."""
        count = 0
        by_leaf: dict[int, list[_Term]] = {}
        for name in names:
            for found in self._found(name, term):
                by_leaf.setdefault(found.leaf.base, []).append(found)
        for base, terms in by_leaf.items():
            if len(terms) == 1 and not self.has_deletions:
                count += terms[0].reader.frequency(terms[0].number)
                continue
            having = np.zeros(terms[0].leaf.size, np.bool_)
            for _, reader, number in terms:
                reader.mark(number, having)
            if self.has_deletions:
                having &= self.live[base : base + len(having)]
            count += int(np.count_nonzero(having))
        return count

    def holders_at_least(self, names: Sequence[str], term: str) -> int:
        """A number that ``holders`` is not below, without a look at the documents; 0 where that is not known."""
        if self.has_deletions:
            return 0
        return max(sum(reader.frequency(number) for _, reader, number in self._found(name, term)) for name in names)

    def having(self, names: Sequence[str], term: str) -> Mask:
        """Which documents have a term in any of some fields, deleted ones among them."""
        mask = np.zeros(self.size, np.bool_)
        for name in names:
            for leaf, reader, number in self._found(name, term):
                reader.mark(number, mask[leaf.base : leaf.base + leaf.size])
        return mask

    def occurrences(self, term: str) -> int:
        """How often live documents have a term in their text fields, all together."""
        count = 0
        for name in schema.TEXT_FIELDS:
            for leaf, reader, number in self._found(name, term):
                if not self.has_deletions:
                    count += reader.occurrences(number)
                    continue
                live = self.live[reader.documents(number).astype(np.int64) + leaf.base]
                count += int(reader.weights(*reader.bounds(number))[live].sum(dtype=np.int64))
        return count

    def weights_in(self, name: str, term: str, documents: Documents) -> NDArray[Any]:
        """How often some documents, ascending, have a term in a field."""
        weights = np.zeros(len(documents), np.float32)
        for leaf, reader, number in self._found(name, term):
            first, last = np.searchsorted(documents, (leaf.base, leaf.base + leaf.size)).tolist()
            if first < last:
                weights[first:last] = reader.weights_in(number, documents[first:last] - leaf.base)
        return weights

    def _read_postings(self, name: str, term: str) -> Postings:
        parts = [
            (leaf, reader.documents(number), reader.weights(*reader.bounds(number)))
            for leaf, reader, number in self._found(name, term)
        ]
        if not parts:
            return _NOTHING
        documents = np.concatenate([documents.astype(np.int32) + np.int32(leaf.base) for leaf, documents, _ in parts])
        weights = np.concatenate([weights for _, _, weights in parts]) if len(parts) > 1 else parts[0][2]
        if self.has_deletions:
            live = self.live[documents]
            documents, weights = documents[live], weights[live]
        return Postings(documents, weights)

    def _found(self, name: str, term: str) -> list[_Term]:
        """Where a term is, segment by segment."""
        key = (name, term)
        found = self._terms.get(key)
        if found is None:
            encoded = term.encode()
            places = ((leaf, reader) for leaf in self._leaves if (reader := leaf.field(name)))
            numbers = ((leaf, reader, reader.find(encoded)) for leaf, reader in places)
            found = [_Term(leaf, reader, number) for leaf, reader, number in numbers if number is not None]
            self._terms.keep(key, found)
        return found

    def text_starts(self, name: str) -> NDArray[Any]:
        """Where each document's text of a field begins if all are written one after the other, with gaps that no
        phrase can bridge; and, last, where the next one would."""
        found = self._text_starts.get(name)
        if found is None:
            parts = [leaf.documents.array(f"lengths.{name}") for leaf in self._leaves]
            lengths = np.concatenate([np.zeros(1, np.int64), *parts]).astype(np.int64)
            lengths[1:] += LIMITS.query_terms
            starts = np.cumsum(lengths)
            small = np.int32 if starts[-1] < 2**31 - LIMITS.query_terms else np.int64
            found = self._text_starts[name] = starts.astype(small)
        return found

    def places(self, name: str, term: str) -> NDArray[Any]:
        """Where a term stands in a field of all documents, deleted ones too, ascending, as ``text_starts`` counts;
        remembered while there is room."""
        found = self._places.get((name, term))
        if found is None:
            found = self._read_places(name, term)
            self._places.keep((name, term), found, found.nbytes)
        return found

    def places_in(
        self, name: str, terms: Sequence[str], documents: Documents
    ) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Where each of some terms stands in a field of some documents, ascending, as ``text_starts`` counts, and how
        often in each. A long list is not read whole."""
        starts = self.text_starts(name)
        edges = np.empty(2 * len(documents), starts.dtype)
        edges[0::2] = starts[documents]
        edges[1::2] = starts[documents + 1]
        return [self._places_in(name, term, documents, edges) for term in terms]

    def _places_in(
        self, name: str, term: str, documents: Documents, edges: NDArray[Any]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        known = self._places.get((name, term))
        if known is None:
            found = self._found(name, term)
            if sum(reader.occurrences(number) for _, reader, number in found) > _WHOLE_PLACES:
                return self._read_places_in(name, found, documents)
            known = self.places(name, term)
        bounds = known.searchsorted(edges)
        first = bounds[0::2]
        counts = bounds[1::2] - first
        ends = counts.cumsum()
        at = (first - ends + counts).repeat(counts) + np.arange(ends[-1] if len(ends) else 0)
        return known[at].astype(np.int64), counts

    def _read_places_in(
        self, name: str, found: list[_Term], documents: Documents
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        starts = self.text_starts(name)
        places, counts = [np.empty(0, np.int64)], np.zeros(len(documents), np.int64)
        for leaf, reader, number in found:
            first, last = np.searchsorted(documents, (leaf.base, leaf.base + leaf.size)).tolist()
            at, is_there = reader.ranks_in(number, documents[first:last] - leaf.base)
            there = np.flatnonzero(is_there)
            positions, each = reader.positions(number, at[there])
            counts[first + there] = each
            places.append(np.repeat(starts[documents[first + there]].astype(np.int64), each) + positions)
        return np.concatenate(places), counts

    def _read_places(self, name: str, term: str) -> NDArray[Any]:
        starts = self.text_starts(name)
        parts = [np.empty(0, starts.dtype)]
        for leaf, reader, number in self._found(name, term):
            documents = reader.documents(number)
            positions, counts = reader.positions(number, np.arange(len(documents)))
            where = np.repeat(starts[leaf.base :][documents], counts)
            where += positions
            parts.append(where)
        return parts[-1] if len(parts) == 2 else np.concatenate(parts)

    def readers(self, name: str) -> list[FieldReader]:
        """The inverted index of a field, segment by segment."""
        return [reader for leaf in self._leaves if (reader := leaf.field(name))]

    def segments(self, name: str) -> list[tuple[FieldReader | None, NDArray[Any]]]:
        """The inverted index of a text field and the number of words of each document, segment by segment."""
        return [(leaf.field(name), leaf.documents.array(f"lengths.{name}")) for leaf in self._leaves]

    def expand(self, name: str, prefix: str) -> list[str]:
        """Words of a field that begin with a prefix, the most frequent first."""
        counts: dict[str, int] = {}
        start = prefix.encode()
        for leaf in self._leaves:
            reader = leaf.field(schema.words_field(name))
            if reader is None:
                continue
            number = reader.closest(start)
            while number < reader.count and (word := reader.term(number)).startswith(start):
                counts[word.decode()] = counts.get(word.decode(), 0) + reader.frequency(number)
                number += 1
        return sorted(counts, key=lambda word: (-counts[word], word))

    def beginning(self, name: str, start: str, most: int) -> tuple[list[str], list[Documents]]:
        """The most frequent terms of a field that begin so, and the documents of all that do, with repetitions."""
        counts: dict[str, int] = {}
        documents = []
        for leaf in self._leaves:
            reader = leaf.field(name)
            if reader is not None:
                first, last = reader.closest(start.encode()), reader.closest(start.encode() + b"\xff")
                found, frequency = reader.documents_of(first, last)
                documents.append(found.astype(np.int64) + leaf.base)
                for number in np.argsort(-frequency, kind="stable")[:most].tolist():
                    term = reader.term(first + number).decode()
                    counts[term] = counts.get(term, 0) + int(frequency[number])
        return sorted(counts, key=lambda term: (-counts[term], term))[:most], documents


def category_key(name: str) -> str:
    """What makes two spellings of a category one."""
    return " ".join(filter(None, map(fold, name.split()))) or name.casefold()


def _month_starts(first: int, last: int, zone: ZoneInfo) -> tuple[NDArray[np.int64], list[str]]:
    """Beginning of each month from that of ``first`` to that of ``last`` in epoch seconds, and the months' names."""
    begin = datetime.fromtimestamp(first, zone)
    end = datetime.fromtimestamp(last, zone)
    months = range(begin.year * 12 + begin.month - 1, end.year * 12 + end.month)
    starts = [int(datetime(month // 12, month % 12 + 1, 1, tzinfo=zone).timestamp()) for month in months]
    return np.asarray(starts, np.int64), [f"{month // 12:04}-{month % 12 + 1:02}" for month in months]
