"""What does one commit hold, as arrays? Postings, lengths, dates and categories of all segments, read out of Whoosh.

A snapshot never changes; documents are numbered 0..n-1 over all segments, deleted ones included. Postings are read when
asked for and kept while there is room. Not here: queries and scores (searching.py).
"""

from __future__ import annotations

import contextlib
import threading
from collections import OrderedDict
from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from whoosh.columns import EmptyColumnReader
from whoosh.index import open_dir
from whoosh.reading import TermNotFound

from article_search.backends.embedded import schema, store
from article_search.errors import IndexFormatError
from article_search.text import fold

Documents = NDArray[np.int32]  # sorted document numbers
Weights = NDArray[np.float32]
Mask = NDArray[np.bool_]

_CACHED_POSTINGS = 4_000_000  # postings kept in memory, 8 bytes each
_NOTHING: tuple[Documents, Weights] = (np.empty(0, np.int32), np.empty(0, np.float32))


class Snapshot:
    """One commit, open for reading. Whoosh's readers seek in shared files: hold ``lock`` around any use."""

    def __init__(self, folder: Path, number: int, zone: ZoneInfo) -> None:
        self.record = store.read_record(folder, number)
        store.check_file(folder, store.toc_name(number), self.record)
        if not self.record.signature.startswith(schema.ANALYSIS + " "):
            raise IndexFormatError(
                f"{folder} was made by a version of this program that reads text in another way; run `articles index`"
            )
        self.lock = threading.Lock()
        self.zone = zone
        self._reader = open_dir(str(folder)).reader()
        self._leaves: list[tuple[Any, int]] = [
            (reader, offset) for reader, offset in self._reader.leaf_readers() if reader.doc_count_all()
        ]
        self.size: int = self._reader.doc_count_all()
        self._cache: OrderedDict[tuple[str, str], tuple[Documents, Weights]] = OrderedDict()
        self._cached = 0

    def close(self) -> None:
        """Lets go of the files."""
        self._reader.close()

    # Documents

    @cached_property
    def live(self) -> Mask:
        """Which documents are not deleted."""
        live = np.ones(self.size, np.bool_)
        for reader, offset in self._leaves:
            deleted = list(reader.segment().deleted_docs())
            live[np.asarray(deleted, np.int64) + offset] = False
        return live

    @cached_property
    def dates(self) -> NDArray[np.int64]:
        """Date of each document in epoch seconds, ``schema.NO_DATE`` when unknown."""
        return self._column("date")

    @cached_property
    def order(self) -> NDArray[np.int64]:
        """A number of each document that depends on its id only: equals stay in order from commit to commit."""
        return self._column("order")

    @cached_property
    def months(self) -> tuple[NDArray[np.int32], list[str]]:
        """Ordinal of each document's month in the site's time zone (-1 without a date), and the months' names."""
        known = self.dates != schema.NO_DATE
        ordinals = np.full(self.size, -1, np.int32)
        if not known.any():
            return ordinals, []
        starts, names = _month_starts(int(self.dates[known].min()), int(self.dates[known].max()), self.zone)
        ordinals[known] = np.searchsorted(starts, self.dates[known], side="right") - 1
        return ordinals, names

    @cached_property
    def categories(self) -> tuple[NDArray[np.int32], NDArray[np.int32], list[str]]:
        """Pairs (document, ordinal) as two arrays, and each category's name in its most frequent spelling."""
        documents, keys = [], []
        spellings: dict[str, dict[str, int]] = {}
        for reader, offset in self._leaves:
            for number, value in enumerate(reader.column_reader("categories"), offset):
                for name in value.decode().split(schema.CATEGORY_SEPARATOR) if value else ():
                    key = category_key(name)
                    forms = spellings.setdefault(key, {})
                    forms[name] = forms.get(name, 0) + 1
                    documents.append(number)
                    keys.append(key)
        ordinals = {key: ordinal for ordinal, key in enumerate(spellings)}
        names = [min(forms, key=lambda name: (-forms[name], name)) for forms in spellings.values()]
        return np.asarray(documents, np.int32), np.asarray([ordinals[key] for key in keys], np.int32), names

    @cached_property
    def category_ordinals(self) -> dict[str, int]:
        """Ordinal of each category by its folded name."""
        return {category_key(name): ordinal for ordinal, name in enumerate(self.categories[2])}

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

    def stored(self, number: int) -> dict[str, Any]:
        """What is kept of a document, see ``schema.stored``, with its ``id``."""
        fields = self._reader.stored_fields(number)
        return {"id": fields["id"], **fields["article"]}

    def number(self, id: str) -> int | None:
        """The document of an id."""
        try:
            documents, _ = self.postings("id", id)
        except UnicodeEncodeError:  # a lone surrogate names no file
            return None
        return int(documents[0]) if len(documents) else None

    # Terms

    @cached_property
    def lengths(self) -> dict[str, Weights]:
        """Per text field, the number of words of each document over the average of those that have any."""
        lengths = {}
        for field in schema.TEXT_FIELDS:
            values = self._column(schema.length_field(field)).astype(np.float32)
            used = values[self.live & (values > 0)]
            lengths[field] = values / (used.mean() if len(used) else 1)
        return lengths

    def postings(self, field: str, term: str) -> tuple[Documents, Weights]:
        """Live documents that have a term in a field, ascending, and how often each has it."""
        key = (field, term)
        found = self._cache.get(key)
        if found is None:
            found = self._read_postings(field, term)
            self._cache[key] = found
            self._cached += len(found[0])
            while self._cached > _CACHED_POSTINGS and len(self._cache) > 1:
                _, (documents, _) = self._cache.popitem(last=False)
                self._cached -= len(documents)
        else:
            self._cache.move_to_end(key)
        return found

    def _read_postings(self, field: str, term: str) -> tuple[Documents, Weights]:
        documents: list[NDArray[np.int64]] = []
        weights: list[Weights] = []
        for matcher, offset in self._matchers(field, term):
            ids, tfs = _drain(matcher)
            documents.append(ids + offset)
            weights.append(tfs)
        if not documents:
            return _NOTHING
        all_documents, all_weights = np.concatenate(documents), np.concatenate(weights)
        live = self.live[all_documents]
        return all_documents[live].astype(np.int32), all_weights[live]

    def _matchers(self, field: str, term: str) -> Iterator[tuple[Any, int]]:
        for reader, offset in self._leaves:
            with contextlib.suppress(TermNotFound):
                # The codec's own matcher: SegmentReader.postings would filter deleted documents one by one.
                yield reader._terms.matcher(field, term.encode(), reader.schema[field].format), offset

    def frequency(self, term: str) -> int:
        """Number of articles whose body has a term."""
        return len(self.postings("body", term)[0])

    def positions(self, field: str, term: str, documents: Documents) -> dict[int, list[int]]:
        """Places of a term in a field of each of the documents, which all must have it."""
        places: dict[int, list[int]] = {}
        for matcher, offset in self._matchers(field, term):
            end = offset + matcher_size(self._leaves, offset)
            for number in documents[np.searchsorted(documents, offset) : np.searchsorted(documents, end)].tolist():
                matcher.skip_to(number - offset)
                places[number] = matcher.value_as("positions")
        return places

    def expand(self, field: str, prefix: str) -> list[str]:
        """Words of a field that begin with a prefix, the most frequent first."""
        counts: dict[str, int] = {}
        for reader, _ in self._leaves:
            for word in reader.expand_prefix(schema.words_field(field), prefix):
                name = word.decode()
                counts[name] = counts.get(name, 0) + reader.doc_frequency(schema.words_field(field), word)
        return sorted(counts, key=lambda name: (-counts[name], name))

    def similar_words(self, word: str, distance: int) -> list[str]:
        """Words of the articles within an edit distance, the first letter as given, most frequent first."""
        counts: dict[str, int] = {}
        field = schema.words_field("body")
        for reader, _ in self._leaves:
            for found in reader.terms_within(field, word, distance, prefix=1):
                counts[found] = counts.get(found, 0) + reader.doc_frequency(field, found)
        return sorted(counts, key=lambda name: (-counts[name], name))

    def _column(self, name: str) -> NDArray[np.int64]:
        parts = [_numbers(reader.column_reader(name, translate=False)) for reader, _ in self._leaves]
        return np.concatenate(parts) if parts else np.empty(0, np.int64)


def _numbers(column: Any) -> NDArray[np.int64]:
    """A numeric column of one segment: eight bytes a document, big-endian; what is missing at the end is default."""
    values = np.full(column._doccount, column._default, np.int64)
    if not isinstance(column, EmptyColumnReader):
        data = column._dbfile.get(column._basepos, 8 * column._count)
        values[: column._count] = np.frombuffer(data, ">i8")
    return values


def category_key(name: str) -> str:
    """What makes two spellings of a category one."""
    return " ".join(fold(word) for word in name.split())


def matcher_size(leaves: list[tuple[Any, int]], offset: int) -> int:
    """Number of documents of the segment that begins at ``offset``."""
    return next(int(reader.doc_count_all()) for reader, start in leaves if start == offset)


def _drain(matcher: Any) -> tuple[NDArray[np.int64], Weights]:
    """All postings of a Whoosh matcher, block by block where its codec has blocks."""
    ids: list[int] = []
    weights: list[float] = []
    if hasattr(matcher, "_next_block"):
        while not matcher._atend:
            matcher._read_ids()
            matcher._read_weights()
            ids.extend(matcher._ids)
            weights.extend(matcher._weights)
            matcher._next_block()
    else:
        while matcher.is_active():
            ids.append(matcher.id())
            weights.append(matcher.weight())
            matcher.next()
    return np.asarray(ids, np.int64), np.asarray(weights, np.float32)


def _month_starts(first: int, last: int, zone: ZoneInfo) -> tuple[NDArray[np.int64], list[str]]:
    """Beginning of each month from that of ``first`` to that of ``last`` in epoch seconds, and the months' names."""
    begin = datetime.fromtimestamp(first, zone)
    end = datetime.fromtimestamp(last, zone)
    months = range(begin.year * 12 + begin.month - 1, end.year * 12 + end.month)
    starts = [int(datetime(month // 12, month % 12 + 1, 1, tzinfo=zone).timestamp()) for month in months]
    return np.asarray(starts, np.int64), [f"{month // 12:04}-{month % 12 + 1:02}" for month in months]
