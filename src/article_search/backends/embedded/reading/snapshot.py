"""What does one commit hold of each term, as arrays over all its segments? Postings, places, lengths.

A snapshot never changes and is shared by threads; arrays are views of mapped files, checked page by page as they are
read. What is made of them is kept while there is room. Not here: trees and scores (evaluating.py, ranking.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from article_search.backends import cache
from article_search.backends.base import TEXT_FIELDS
from article_search.backends.cache import Cache
from article_search.backends.embedded import schema
from article_search.backends.embedded.columnar.fields import FieldReader
from article_search.backends.embedded.reading.columns import Columns, Documents, Leaf, Mask
from article_search.limits import LIMITS
from article_search.query.tree import TextField

Weights = NDArray[np.float32]

_FOUND = 100  # bytes of what is known of a term in a segment
_WHOLE_PLACES = 500_000  # more places of a word are not read where those in a few documents are asked for
_SOME_PLACES = 8_000  # of more than these a few are read, unless they are asked for again


class Postings(NamedTuple):
    """Live documents that have a term in a field, ascending, and how often each has it."""

    documents: Documents
    frequencies: NDArray[Any]


_NOTHING = Postings(np.empty(0, np.int32), np.empty(0, np.uint8))


class _Term(NamedTuple):
    """A term in one field of one segment."""

    leaf: Leaf
    reader: FieldReader
    number: int


class _Found(NamedTuple):
    """Where a term is in some fields, segment by segment; and in how many documents it is in any of them, by where the
    segment begins, if that is kept."""

    fields: dict[str, list[_Term]]
    holders: dict[int, int]

    def add(self, leaf: Leaf, group: str, term: bytes) -> None:
        """Looks the term up in one more segment: by its union of the fields, else by each of them."""
        union = leaf.union(group) if group else None
        if union is None:
            numbers = {name: reader.find(term) for name in self.fields if (reader := leaf.field(name))}
        elif (place := union.find(term)) is None:
            return
        else:
            numbers = dict(zip(union.fields, union.numbers(place), strict=True))
            self.holders[leaf.base] = union.holders(place)
        for name, number in numbers.items():
            if number is not None and name in self.fields and (reader := leaf.field(name)) is not None:
                self.fields[name].append(_Term(leaf, reader, number))


# By field the union (columnar/unions.py) in which it is looked up, and the fields that are looked up with it.
_GROUP_OF: dict[str, tuple[str, tuple[str, ...]]] = {
    name: (group, names) for group, names in (("text", TEXT_FIELDS), ("words", schema.WORDS_FIELDS)) for name in names
}


def _marked(leaf: Leaf, terms: Sequence[_Term]) -> int:
    """In how many documents of a segment is one of some terms, counted."""
    having = np.zeros(leaf.size, np.bool_)
    for _, reader, number in terms:
        reader.mark(number, having)
    return int(np.count_nonzero(having))


class Snapshot(Columns):
    """One commit, open for reading. ``room``: bytes of memory for what is made of it, 0 for what fits its size."""

    def __init__(self, folder: Path, number: int, zone: ZoneInfo, room: int = 0) -> None:
        super().__init__(folder, number, zone)
        rooms = cache.rooms(room, self.size)
        self._terms: Cache[tuple[str, str], _Found] = Cache(rooms["terms"])
        self._postings: Cache[tuple[str, str], Postings] = Cache(rooms["postings"])
        self._places: Cache[tuple[str, str], NDArray[Any]] = Cache(rooms["places"])
        self._chosen: Cache[tuple[str, str], bool] = Cache(rooms["terms"] // 16)
        # What answering and ranking make of words; and words scored, for all articles that have them, and by document.
        self.words: Cache[object, Any] = Cache(rooms["words"])
        self.scores: Cache[object, Any] = Cache(rooms["scores"])
        self.spread: Cache[object, Weights] = Cache(rooms["spread"])
        self.heads: Cache[int, Any] = Cache(rooms["heads"])  # what others make of what is shown of a document
        # What is made once, whatever is asked.
        self._text_starts: dict[str, NDArray[Any]] = {}
        self.field_weights: dict[str, Weights] = {}
        self.tallies: dict[object, Any] = {}  # what counting makes of columns
        self.made: dict[object, Any] = {}  # what others make of the words and titles there are

    def language(self, number: int) -> str:
        """The language of a document."""
        for name in self.languages[1:]:
            documents = self.postings("language", name).documents
            at = np.searchsorted(documents, number)
            if at < len(documents) and documents[at] == number:
                return name
        return self.languages[0]

    def number(self, id: str) -> int | None:
        """The document of an id."""
        try:
            documents = self.postings("id", id).documents
        except UnicodeEncodeError:  # a lone surrogate names no file
            return None
        return int(documents[0]) if len(documents) else None

    def counted(self, name: str) -> NDArray[np.int64]:
        """An array of numbers by document; 0 where a segment has none."""
        empty = np.zeros(0, np.int64)
        parts = [
            leaf.documents.array(name).astype(np.int64) if name in leaf.documents else np.zeros(leaf.size, np.int64)
            for leaf in self._leaves
        ]
        return np.concatenate([empty, *parts])

    def lengths(self, name: str) -> Weights:
        """By document, the number of words of a text field over the average of those that have any."""
        counts = self.counted(f"lengths.{name}").astype(np.float32)
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

    def text_postings(self, term: str) -> list[tuple[TextField, Postings]]:
        """The postings of a term in each text field that has it; remembered of titles only, which are read for what
        they name as well."""
        found = [
            (name, self.postings(name, term) if name == "title" else self._read_postings(name, term))
            for name in TEXT_FIELDS
        ]
        return [(name, postings) for name, postings in found if len(postings.documents)]

    def holders(self, names: Sequence[str], term: str) -> int:
        """Number of live documents that have a term in any of some fields: one, or all that are looked up at once."""
        found, count = self._looked_up(names[0], term), 0
        by_leaf: dict[int, list[_Term]] = {}
        for name in names:
            for each in found.fields[name]:
                by_leaf.setdefault(each.leaf.base, []).append(each)
        for base, terms in by_leaf.items():
            leaf = terms[0].leaf
            if len(terms) == 1:
                count += terms[0].reader.frequency(terms[0].number)
            else:
                count += found.holders[base] if base in found.holders else _marked(leaf, terms)
            if len(leaf.deleted):
                having = [reader.ranks_in(number, leaf.deleted)[1] for _, reader, number in terms]
                count -= int(np.count_nonzero(np.logical_or.reduce(having)))
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
        for name in TEXT_FIELDS:
            for leaf, reader, number in self._found(name, term):
                count += reader.occurrences(number)
                if len(leaf.deleted):
                    count -= int(reader.weights_in(number, leaf.deleted).sum(dtype=np.int64))
        return count

    def weights_in(self, name: str, term: str, documents: Documents) -> NDArray[Any]:
        """How often some documents, ascending, have a term in a field."""
        weights = np.zeros(len(documents), np.float32)
        for leaf, reader, number in self._found(name, term):
            first, last = np.searchsorted(documents, (leaf.base, leaf.base + leaf.size)).tolist()
            if first < last:
                weights[first:last] = reader.weights_in(number, documents[first:last] - leaf.base)
        return weights

    def add_weights(self, total: Weights, name: str, term: str, factors: Weights) -> None:
        """Adds to a number of each document how often it has a term in a field, deleted ones too, times a factor."""
        for leaf, reader, number in self._found(name, term):
            there = slice(leaf.base, leaf.base + leaf.size)
            table = reader.table(number)
            if table is not None:
                there = slice(leaf.base, leaf.base + len(table))
                total[there] += table * factors[there]
            else:
                documents = reader.documents(number)
                gains = factors[there].take(documents)
                gains *= reader.weights(*reader.bounds(number))
                total[there][documents] += gains

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
        """Where a term is in a field, segment by segment."""
        return self._looked_up(name, term).fields[name]

    def _looked_up(self, name: str, term: str) -> _Found:
        """Where a term is in a field and in all that are looked up with it; remembered while there is room."""
        group, names = _GROUP_OF.get(name, ("", (name,)))
        key = (names[0], term)
        found = self._terms.get(key)
        if found is None:
            found = _Found({each: [] for each in names}, {})
            for leaf in self._leaves:
                found.add(leaf, group, term.encode())
            self._terms.keep(key, found, _FOUND * sum(map(len, found.fields.values())))
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
            there_are = sum(reader.occurrences(number) for _, reader, number in found)
            if there_are > _WHOLE_PLACES or (there_are > _SOME_PLACES and not self._asked_again(name, term)):
                return self._read_places_in(name, found, documents)
            known = self.places(name, term)
        bounds = known.searchsorted(edges)
        first = bounds[0::2]
        counts = bounds[1::2] - first
        ends = counts.cumsum()
        at = (first - ends + counts).repeat(counts) + np.arange(ends[-1] if len(ends) else 0)
        return known[at].astype(np.int64), counts

    def _asked_again(self, name: str, term: str) -> bool:
        """Whether some places of a term were asked for before, as far as that is remembered."""
        if self._chosen.get((name, term)):
            return True
        self._chosen.keep((name, term), True, 0)
        return False

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

    def common(self, name: str, least: int) -> tuple[str, ...]:
        """The terms of a field that so many live documents have, in order."""
        found: set[bytes] = set()
        for leaf in self._leaves:
            if reader := leaf.field(name):
                # In one of the segments a term has its share of what it has in all.
                frequencies = reader.frequencies()
                numbers = np.flatnonzero(frequencies * self.size >= least * leaf.size)
                found.update(map(reader.term, numbers.tolist()))
        terms = sorted(term.decode() for term in found)
        return tuple(term for term in terms if self.holders((name,), term) >= least)

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
