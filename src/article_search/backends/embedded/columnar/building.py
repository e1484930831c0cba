"""How do words become a segment at native speed? Word numbers in one long array, sorted once.

Each distinct word is analysed once and gets a number; a document is a run of numbers. At the end one sort by (term,
document, position) yields every posting list of a field. No Python object a posting. The files are those of codec.py.
Not here: how text is cut into words, which articles there are.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from article_search.backends.embedded.columnar import arrays, values
from article_search.backends.embedded.columnar.codec import (
    DOCUMENTS_EXT,
    POSTINGS_EXT,
    ColumnarSegment,
    field_arrays,
    write_container,
)
from article_search.backends.embedded.columnar.container import Array

MAX_DOCUMENTS = 65_536  # of one built segment: their numbers fit 16 bits, in files and in the key that is sorted
_DOCUMENT_BITS = 16
_POSITION_BITS = 24
MAX_WORDS = 1 << _POSITION_BITS  # of one field of a document; more are not indexed


class Vocabulary(dict[str, int]):
    """Word as written -> its number. Analyses each distinct word once: what it is indexed as, and its plain form."""

    def __init__(self, analyse: Callable[[str], tuple[str, str]]) -> None:
        super().__init__()
        self._analyse = analyse  # a word as written to its term and its plain form
        self.terms = _Numbered()
        self.plains = _Numbered()
        self.term_numbers = array("I")  # by word number
        self.plain_numbers = array("I")

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self)
        term, plain = self._analyse(word)
        self.term_numbers.append(self.terms[term])
        self.plain_numbers.append(self.plains[plain])
        return number


class _Numbered(dict[str, int]):
    """String -> number in order of appearance."""

    def __missing__(self, string: str) -> int:
        number = self[string] = len(self)
        return number


class SegmentBuilder:
    """Collects documents, and writes them as one segment.

    ``texts`` names, for each text field, the field that tells which plain words a document has (without places).
    ``keywords`` are fields of whole strings, ``numbers`` columns of whole numbers, ``stored`` fields kept as they are.
    """

    def __init__(
        self, vocabulary: Vocabulary, texts: Mapping[str, str], keywords: Sequence[str], numbers: Sequence[str]
    ) -> None:
        self._vocabulary = vocabulary
        self._texts = texts
        self._words = {field: array("I") for field in texts}
        self._lengths = {field: array("I") for field in texts}
        self._keywords: dict[str, list[list[str]]] = {field: [] for field in keywords}
        self._numbers = {field: array("q") for field in numbers}
        self._stored: dict[str, list[bytes]] = {}
        self._stored_bytes = 0
        self.documents = 0

    @property
    def size(self) -> int:
        """About how many bytes of memory writing will take."""
        words = sum(map(len, self._words.values()))
        return self._stored_bytes + 28 * words

    def add(
        self,
        texts: Mapping[str, Sequence[str]],
        keywords: Mapping[str, Sequence[str]],
        numbers: Mapping[str, int],
        stored: Mapping[str, object],
    ) -> None:
        """Adds one document: words of each text field, strings of each keyword field, a number a column."""
        number_of = self._vocabulary.__getitem__
        for field, words in texts.items():
            self._words[field].extend(map(number_of, words[:MAX_WORDS]))
            self._lengths[field].append(min(len(words), MAX_WORDS))
        for field, strings in self._keywords.items():
            strings.append(list(dict.fromkeys(keywords[field])))
        for field, column in self._numbers.items():
            column.append(numbers[field])
        for field, value in stored.items():
            data = values.encode(value)
            self._stored_bytes += len(data)
            self._stored.setdefault(field, []).append(data)
        self.documents += 1

    def write(self, storage: Any, indexname: str) -> ColumnarSegment:
        """Writes the segment's two files and forgets its documents."""
        segment = ColumnarSegment(indexname, self.documents)
        self._write_postings(storage, segment)
        self._write_documents(storage, segment)
        self.__init__(self._vocabulary, self._texts, list(self._keywords), list(self._numbers))  # type: ignore[misc]
        return segment

    def _write_documents(self, storage: Any, segment: ColumnarSegment) -> None:
        contents: dict[str, Array] = {}
        for field, lengths in self._lengths.items():
            contents[f"lengths.{field}"] = arrays.smallest(_of(lengths))
        for field, parts in self._stored.items():
            contents[f"stored.{field}.blob"], contents[f"stored.{field}.ends"] = arrays.joined(parts)
        for field, column in self._numbers.items():
            # As Whoosh's NumericColumn("q") writes them: big-endian.
            contents[f"column.{field}"] = np.frombuffer(_of(column).astype(">i8").tobytes(), np.uint8)
        write_container(storage, segment, DOCUMENTS_EXT, contents, {"documents": self.documents})

    def _write_postings(self, storage: Any, segment: ColumnarSegment) -> None:
        fields: dict[str, dict[str, Array]] = {}
        for field, plain_field in self._texts.items():
            words, lengths = _of(self._words[field]), _of(self._lengths[field])
            fields[plain_field] = self._plain_words(words, lengths)
            fields[field] = self._positioned(words, lengths)
            self._words[field] = array("I")
        for field, strings in self._keywords.items():
            fields[field] = _keyword_arrays(strings)
        contents = {f"{field}.{name}": fields[field][name] for field in sorted(fields) for name in fields[field]}
        # Whoosh lists a field only when a term is in it.
        names = [field for field in sorted(fields) if len(fields[field]["ends"])]
        write_container(storage, segment, POSTINGS_EXT, contents, {"fields": names})

    def _positioned(self, words: Array, lengths: Array) -> dict[str, Array]:
        """Postings with places, by one sort of (term, document, position)."""
        terms, ranks = _ranked(self._vocabulary.terms, _of(self._vocabulary.term_numbers)[words])
        keys = ranks.astype(np.uint64)
        keys <<= np.uint64(_DOCUMENT_BITS + _POSITION_BITS)
        ends = np.cumsum(lengths, dtype=np.int64)
        places = np.arange(len(words), dtype=np.uint64) - np.repeat((ends - lengths).astype(np.uint64), lengths)
        places |= np.repeat(np.arange(len(lengths), dtype=np.uint64) << np.uint64(_POSITION_BITS), lengths)
        keys |= places
        del places, ranks
        keys.sort()
        positions = arrays.smallest(keys & np.uint64(MAX_WORDS - 1))
        keys >>= np.uint64(_POSITION_BITS)
        firsts = _run_starts(keys)
        postings = keys[firsts]
        del keys
        counts = np.diff(np.append(firsts, len(words)))
        starts = np.searchsorted(postings, np.arange(len(terms) + 1, dtype=np.uint64) << np.uint64(_DOCUMENT_BITS))
        docs = postings & np.uint64((1 << _DOCUMENT_BITS) - 1)
        contents = field_arrays(terms, starts, docs, counts.astype(np.float64))
        bounds = np.append(firsts, len(words))
        return contents | {"positions": positions, "places": arrays.smallest(bounds[starts])}

    def _plain_words(self, words: Array, lengths: Array) -> dict[str, Array]:
        """Which plain words each document has."""
        terms, ranks = _ranked(self._vocabulary.plains, _of(self._vocabulary.plain_numbers)[words])
        keys = ranks.astype(np.uint64)
        keys <<= np.uint64(_DOCUMENT_BITS)
        keys |= np.repeat(np.arange(len(lengths), dtype=np.uint64), lengths)
        return _pairs(terms, keys)


def _keyword_arrays(strings: list[list[str]]) -> dict[str, Array]:
    numbered = _Numbered()
    numbers = np.fromiter((numbered[string] for each in strings for string in each), np.uint32)
    terms, ranks = _ranked(numbered, numbers)
    documents = np.repeat(np.arange(len(strings), dtype=np.uint64), [len(each) for each in strings])
    return _pairs(terms, (ranks.astype(np.uint64) << np.uint64(_DOCUMENT_BITS)) | documents)


def _pairs(terms: list[bytes], keys: NDArray[np.uint64]) -> dict[str, Array]:
    """Postings without weights from (rank of a term, document) pairs, which may repeat."""
    keys.sort()
    keys = keys[_run_starts(keys)]
    starts = np.searchsorted(keys, np.arange(len(terms) + 1, dtype=np.uint64) << np.uint64(_DOCUMENT_BITS))
    return field_arrays(terms, starts, keys & np.uint64((1 << _DOCUMENT_BITS) - 1), np.ones(len(keys)))


def _ranked(numbered: Mapping[str, int], numbers: Array) -> tuple[list[bytes], Array]:
    """The strings that occur, as bytes in order, and the rank of each number's string among them."""
    occurs = np.zeros(len(numbered), np.bool_)
    occurs[numbers] = True
    chosen = [(string.encode(), number) for string, number in numbered.items() if occurs[number]]
    chosen.sort()
    rank = np.empty(len(numbered), np.uint32)
    rank[[number for _, number in chosen]] = np.arange(len(chosen), dtype=np.uint32)
    return [string for string, _ in chosen], rank[numbers]


def _run_starts(keys: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Where each run of equal keys begins."""
    if not len(keys):
        return np.empty(0, np.int64)
    return np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))


def _of(numbers: array[Any]) -> Array:
    """A view of an array of numbers."""
    return np.frombuffer(numbers, numbers.typecode) if len(numbers) else np.empty(0, numbers.typecode)
