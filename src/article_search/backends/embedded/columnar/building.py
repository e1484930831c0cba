"""How do words become a segment at native speed? Word numbers in one long array, sorted by term.

Each distinct word is analysed once and gets a number; a document is a run of numbers. At the end a sort by (term, place
in the array), some terms at a time, yields every posting list of a field. No Python object a posting. The files are
those of segment_files.py. Not here: how text is cut into words, which articles there are.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from itertools import compress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from article_search.arrays import distinct, run_starts
from article_search.backends import sketches
from article_search.backends.embedded.columnar import arrays, unions, values
from article_search.backends.embedded.columnar.codec import ColumnarSegment
from article_search.backends.embedded.columnar.container import Array
from article_search.backends.embedded.columnar.layout import field_arrays
from article_search.backends.embedded.columnar.neighbours import near_arrays
from article_search.backends.embedded.columnar.packing import Packer, fewest_bits
from article_search.backends.embedded.columnar.segment_files import DOCUMENTS_EXT, POSTINGS_EXT, write_container
from article_search.backends.embedded.columnar.unions import Lists
from article_search.backends.embedded.columnar.vocabulary import Numbered, Occurrences, Vocabulary

MAX_DOCUMENTS = 65_536  # of one built segment: their numbers fit 16 bits, in files and in the key that is sorted
_DOCUMENT_BITS = 16
_RUN = 1 << 18  # words sorted, or looked at, at a time
_WORD_BYTES = 11  # memory a word takes while it is written; before that it takes 4
_BATCH = 1 << 16  # bytes of text whose words are looked up at once
_MAX_CHARS = 1 << 25  # of one field of a document; more are not indexed, and so no more than 2**24 words


class SegmentBuilder:
    """Collects documents, and writes them as one segment.

    ``texts`` names, for each text field, the field that tells which plain words a document has (without places).
    ``keywords`` are fields of whole strings, ``numbers`` columns of whole numbers, ``stored`` fields kept as they are;
    of the text field ``sketched`` sketches are kept, by which texts that say nearly the same are found.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        texts: Mapping[str, str],
        keywords: Sequence[str],
        numbers: Sequence[str],
        sketched: str | None = None,
    ) -> None:
        self._vocabulary = vocabulary
        self._texts = texts
        self._sketched = sketched
        self._words = {field: array("I") for field in texts}
        self._lengths = {field: array("I") for field in texts}
        self._waiting: dict[str, list[bytes]] = {field: [] for field in texts}  # texts whose words have no numbers yet
        self._waiting_bytes = dict.fromkeys(texts, 0)
        self._keywords: dict[str, list[list[str]]] = {field: [] for field in keywords}
        self._numbers = {field: array("q") for field in numbers}
        self._stored: dict[str, values.Encoder] = {}
        self._rows: dict[str, bytearray] = {}
        self.documents = 0

    @property
    def size(self) -> int:
        """About how many bytes of memory writing will take."""
        words = sum(map(len, self._words.values()))
        stored = sum(len(encoder.blob) for encoder in self._stored.values())  # is let go of first
        stored += sum(map(len, self._rows.values()))
        return max(_WORD_BYTES * words, 4 * words + stored) + self._vocabulary.size

    def add(
        self,
        texts: Mapping[str, str],
        keywords: Mapping[str, Sequence[str]],
        numbers: Mapping[str, int],
        stored: Mapping[str, object],
        rows: Mapping[str, bytes] | None = None,
    ) -> None:
        """Adds one document: a text a text field, strings of each keyword field, a number a column; ``rows`` are bytes
        that are kept as they are, under each name as many of every document."""
        for field, text in texts.items():
            data = text[:_MAX_CHARS].encode("utf-8", "surrogatepass")
            self._waiting[field].append(data)
            self._waiting_bytes[field] += len(data)
            if self._waiting_bytes[field] >= _BATCH:
                self._number(field)
        for field, strings in self._keywords.items():
            strings.append(list(dict.fromkeys(keywords[field])))
        for field, column in self._numbers.items():
            column.append(numbers[field])
        for field, value in stored.items():
            if field not in self._stored:
                self._stored[field] = values.Encoder()
            self._stored[field].add(value)
        for name, row in (rows or {}).items():
            self._rows.setdefault(name, bytearray()).extend(row)
        self.documents += 1

    def _number(self, field: str) -> None:
        """Finds the words of the texts that wait."""
        words, lengths = self._vocabulary.numbers(self._waiting[field])
        self._words[field].frombytes(words.view(np.uint8).data)
        self._lengths[field].extend(lengths.tolist())
        self._waiting[field].clear()
        self._waiting_bytes[field] = 0

    def write(self, storage: Any, indexname: str) -> ColumnarSegment:
        """Writes the segment's two files and forgets its documents."""
        for field in self._texts:
            self._number(field)
        segment = ColumnarSegment(indexname, self.documents)
        self._write_documents(storage, segment)
        stored = {field: encoder.next() for field, encoder in self._stored.items()}
        self._stored.clear()
        self._write_postings(storage, segment)
        self.__init__(self._vocabulary, self._texts, list(self._keywords), list(self._numbers), self._sketched)  # type: ignore[misc]
        self._stored = stored
        return segment

    def _write_documents(self, storage: Any, segment: ColumnarSegment) -> None:
        contents: dict[str, Array] = {}
        for field, lengths in self._lengths.items():
            contents[f"lengths.{field}"] = arrays.smallest(_of(lengths))
        for field, encoder in self._stored.items():
            encoder.finish()
            contents[f"stored.{field}.blob"] = np.frombuffer(encoder.blob, np.uint8)
            contents[f"stored.{field}.ends"] = arrays.smallest(_of(encoder.ends))
            if encoder.dictionary:
                contents[f"stored.{field}.dictionaries"] = np.frombuffer(encoder.dictionary, np.uint8)
                contents[f"stored.{field}.dictionaryends"] = np.array([len(encoder.dictionary)], np.uint32)
        for field, column in self._numbers.items():
            # As Whoosh's NumericColumn("q") writes them: big-endian.
            contents[f"column.{field}"] = np.frombuffer(_of(column).astype(">i8").tobytes(), np.uint8)
        if self._sketched is not None:
            texts = _of(self._words[self._sketched]), _of(self._lengths[self._sketched])
            rows = sketches.sketched(*texts, self._vocabulary.hashes())
            contents[f"sketch.{self._sketched}"] = rows.view(np.uint8).ravel()
        for name, rows_of_bytes in self._rows.items():
            contents[name] = np.frombuffer(rows_of_bytes, np.uint8)
        write_container(storage, segment, DOCUMENTS_EXT, contents, {"documents": self.documents})

    def _write_postings(self, storage: Any, segment: ColumnarSegment) -> None:
        names: list[str] = []
        groups = {"text": list(self._texts), "words": list(self._texts.values())}
        meta = {"fields": names, "unions": groups}
        write_container(storage, segment, POSTINGS_EXT, self._named(names, groups), meta)

    def _named(self, names: list[str], groups: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, Array]]:
        """All arrays of postings, made field by field, then the unions of some; fills ``names``."""
        listed: dict[str, tuple[list[bytes], Lists]] = {}
        for field, contents in self._fields(listed):
            if len(contents["ends"]):  # Whoosh lists a field only when a term is in it
                names.append(field)
            while contents:
                name, array = contents.popitem()
                yield f"{field}.{name}", array
                del array
        names.sort()
        for group, fields in groups.items():
            each = [listed.pop(field) for field in fields]
            every, places = unions.together([terms for terms, _ in each])
            parts = list(zip(places, [lists for _, lists in each], strict=True))
            yield from unions.union_arrays(group, every, places, unions.holders(len(every), parts, self.documents))

    def _fields(self, listed: dict[str, tuple[list[bytes], Lists]]) -> Iterator[tuple[str, dict[str, Array]]]:
        """The arrays of each field; fills ``listed`` with the lists of the text fields."""
        vocabulary = self._vocabulary
        for field, plain_field in self._texts.items():
            words, lengths = _of(self._words[field]), _of(self._lengths[field])
            occurs = _occurring(words, len(vocabulary.term_numbers))
            numbers = _of(vocabulary.plain_numbers)
            terms, ranks = _ranked(vocabulary.plains, numbers[occurs])
            lists = _plain_words(len(terms), _taken(ranks[numbers], words, np.empty_like(words)), lengths)
            listed[plain_field] = terms, lists
            yield plain_field, near_arrays(terms) | field_arrays(terms, lists.starts, lists.docs, None)
            numbers, further = _of(vocabulary.term_numbers), vocabulary.further
            terms, ranks = _ranked(vocabulary.terms, np.concatenate((numbers[occurs], further.of(occurs))))
            more = further.occurrences(words)
            more = more._replace(terms=ranks[more.terms])
            # The words are not needed any more: their memory is.
            lists, contents = _positioned(terms, _taken(ranks[numbers], words, words), more, lengths)
            listed[field] = terms, lists
            yield field, contents
            del words, contents
            self._words[field] = array("I")
        for field, strings in self._keywords.items():
            yield field, _keyword_arrays(strings)


def _positioned(
    terms: list[bytes], ranks: NDArray[np.uint32], more: Occurrences, lengths: Array
) -> tuple[Lists, dict[str, Array]]:
    """Postings with places of words by their terms' ranks, and more terms at some of the places, in order of documents
    and places."""
    ends = np.cumsum(lengths, dtype=np.int64)
    begins = (ends - lengths).astype(np.uint32)
    documents = np.repeat(np.arange(len(lengths), dtype=np.uint16), lengths)
    longest = int(lengths.max()) if len(lengths) else 0
    over_8, over_12 = (int(np.maximum(lengths.astype(np.int64) - most, 0).sum()) for most in (1 << 8, 1 << 12))
    places = Packer(fewest_bits(max(longest - 1, 0), len(ranks) + len(more.terms), over_8, over_12))
    docs, weights, frequencies, occurrences = [], [], [], []
    for first, keys in _sorted_runs(ranks, more, len(terms)):
        where = keys.astype(np.uint32)  # the lower half: where in the stream of words
        document = documents[where]
        place = where - begins[document]
        keys >>= np.uint64(32)
        keys <<= np.uint64(_DOCUMENT_BITS)
        keys |= document
        starts = run_starts(keys)
        counts = np.diff(np.append(starts, len(keys)))
        docs.append(document[starts])
        weights.append(arrays.smallest(counts))
        places.add(place)
        term = (keys[starts] >> np.uint64(_DOCUMENT_BITS)).astype(np.int64) - first
        frequencies.append(np.bincount(term))
        occurrences.append(np.bincount(term, counts).astype(np.int64))
        del keys, where, document, place, starts, counts, term
    del ranks, documents
    first_postings, first_places = (arrays.begins(each) for each in (frequencies, occurrences))
    lists = Lists(first_postings, arrays.drained(docs))
    contents = field_arrays(terms, first_postings, lists.docs, arrays.drained(weights))
    return lists, contents | places.arrays("positions") | {"places": arrays.smallest(first_places)}


def _plain_words(terms: int, ranks: NDArray[np.uint32], lengths: Array) -> Lists:
    """Which plain words each document has."""
    documents = np.repeat(np.arange(len(lengths), dtype=np.uint16), lengths)
    docs, frequencies = [], []
    # So many ranks that rank and document fit 32 bits, which are sorted in half the time of 64.
    for first, (where,) in _runs((ranks,), terms, 1 << (32 - _DOCUMENT_BITS)):
        keys = ranks[where]
        keys -= np.uint32(first)
        keys <<= np.uint32(_DOCUMENT_BITS)
        keys |= documents[where]
        del where
        keys.sort()
        keys = distinct(keys)
        docs.append(keys.astype(np.uint16))
        keys >>= np.uint32(_DOCUMENT_BITS)
        frequencies.append(np.bincount(keys))
        del keys
    return Lists(arrays.begins(frequencies), arrays.drained(docs))


def _sorted_runs(ranks: NDArray[np.uint32], more: Occurrences, terms: int) -> Iterator[tuple[int, NDArray[np.uint64]]]:
    """The words in order of (rank, place in the stream), as keys of 32 bits each; some ranks at a time, with the first
    of them. Sorting all at once would take memory for all at once, and is no faster."""
    for first, (where, further) in _runs((ranks, more.terms), terms, terms):
        keys = np.empty(len(where) + len(further), np.uint64)
        for part, stream, places in ((slice(len(where)), ranks, where), (slice(len(where), None), more.terms, further)):
            keys[part] = stream[places]
        keys <<= np.uint64(32)
        keys[: len(where)] |= where
        keys[len(where) :] |= more.where[further]
        del where, further
        keys.sort()
        yield first, keys


def _runs(
    streams: Sequence[NDArray[np.uint32]], terms: int, most: int
) -> Iterator[tuple[int, list[NDArray[np.uint32]]]]:
    """Where in some streams the words of some ranks are, ``most`` ranks at a time, with the first of them."""
    if not any(map(len, streams)):
        return
    ends = [np.append(np.cumsum(_counted(ranks, terms)), 0) for ranks in streams]  # the last is before the first
    counts: NDArray[np.int64] = np.sum(ends, axis=0)
    first = 0
    while first < terms:
        last = max(first + 1, int(np.searchsorted(counts[:-1], counts[first - 1] + _RUN, side="right")))
        last = min(last, first + most)
        yield (
            first,
            [
                _within(ranks, first, last, int(end[last - 1] - end[first - 1]))
                for ranks, end in zip(streams, ends, strict=True)
            ],
        )
        first = last


def _counted(ranks: NDArray[np.uint32], terms: int) -> NDArray[np.int64]:
    counts = np.zeros(terms, np.int64)
    for start, stop in _pieces(ranks):
        counts += np.bincount(ranks[start:stop], minlength=terms)
    return counts


def _within(ranks: NDArray[np.uint32], first: int, last: int, count: int) -> NDArray[np.uint32]:
    """Where ranks from the first to before the last are, so many of them."""
    where = np.empty(count, np.uint32)
    found = 0
    for start, stop in _pieces(ranks) if count else ():
        # Ranks before the first wrap around and become large.
        places = np.flatnonzero(ranks[start:stop] - np.uint32(first) < np.uint32(last - first))
        where[found : found + len(places)] = places + start
        found += len(places)
    return where


def _keyword_arrays(strings: list[list[str]]) -> dict[str, Array]:
    numbered = Numbered()
    numbers = np.fromiter((numbered[string] for each in strings for string in each), np.uint32)
    terms, rank = _ranked(numbered, numbers)
    ranks = rank[numbers]
    documents = np.repeat(np.arange(len(strings), dtype=np.uint64), [len(each) for each in strings])
    return _pairs(terms, (ranks.astype(np.uint64) << np.uint64(_DOCUMENT_BITS)) | documents)


def _pairs(terms: list[bytes], keys: NDArray[np.uint64]) -> dict[str, Array]:
    """Postings without weights from (rank of a term, document) pairs, which may repeat."""
    keys.sort()
    keys = keys[run_starts(keys)]
    starts = np.searchsorted(keys, np.arange(len(terms) + 1, dtype=np.uint64) << np.uint64(_DOCUMENT_BITS))
    return field_arrays(terms, starts, (keys & np.uint64((1 << _DOCUMENT_BITS) - 1)).astype(np.uint16), None)


def _occurring(words: Array, count: int) -> NDArray[np.bool_]:
    """Which of so many words occur."""
    occurs = np.zeros(count, np.bool_)
    for start, stop in _pieces(words):
        occurs[words[start:stop]] = True
    return occurs


def _ranked(numbered: Numbered, occurring: Array) -> tuple[list[bytes], NDArray[np.uint32]]:
    """The strings whose numbers occur, as bytes in order, and by number the rank among them."""
    occurs = np.zeros(len(numbered), np.bool_)
    occurs[occurring] = True
    strings, numbers = numbered.in_order()
    chosen = occurs[numbers]
    rank = np.zeros(len(numbered), np.uint32)
    rank[numbers[chosen]] = np.arange(np.count_nonzero(chosen), dtype=np.uint32)
    return [string.encode() for string in compress(strings, chosen.tolist())], rank


def _taken(ranks: NDArray[np.uint32], words: Array, into: Array) -> NDArray[np.uint32]:
    """The rank of each word."""
    for start, stop in _pieces(words):
        into[start:stop] = ranks[words[start:stop]]
    return into


def _pieces(numbers: Array) -> Iterator[tuple[int, int]]:
    """Stretches of a long array: numpy makes indices of other types into ones twice or four times as large."""
    return ((start, min(start + _RUN, len(numbers))) for start in range(0, len(numbers), _RUN))


def _of(numbers: array[Any]) -> Array:
    """A view of an array of numbers."""
    return np.frombuffer(numbers, numbers.typecode) if len(numbers) else np.empty(0, numbers.typecode)
