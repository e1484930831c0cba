"""A codec for Whoosh whose segments are arrays: what Whoosh's writers call, and what its readers read.

A segment has two files, both containers (container.py): ``.cdo``, the documents (lengths, stored fields, columns,
vectors), and ``.cpo``, the postings (fields.py). Nothing of either is pickled. This module serves any schema, one
posting at a time; building.py makes the same files from words at native speed.

"What is stored of my document?" ``stored.<field>.blob`` holds a value a document (values.py), ``.ends`` their ends
(stored.py).
"What is in my column?" ``column.<field>`` is what Whoosh's own column type wrote. A column that ``add_sortable`` of
Whoosh gives to a segment afterwards is a file of its own, by Whoosh, without checksums, until the next merge.
"How long is my field?" ``lengths.<field>``, by document: exact, where Whoosh's codec rounds to 256 sizes.
Not here: scores, queries.
"""

from __future__ import annotations

import functools
import itertools
import struct
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from whoosh import formats
from whoosh.codec import base
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import BufferFile, StructFile
from whoosh.matching import ListMatcher
from whoosh.reading import CorruptIndexError, TermNotFound

from article_search.backends.embedded.columnar import arrays, container, values
from article_search.backends.embedded.columnar.container import Array, Container, ContainerError, View
from article_search.backends.embedded.columnar.fields import FieldReader
from article_search.backends.embedded.columnar.packing import packed
from article_search.backends.embedded.columnar.postings import ColumnarMatcher, ColumnarTermInfo
from article_search.backends.embedded.columnar.stored import StoredReader

DOCUMENTS_EXT = ".cdo"
POSTINGS_EXT = ".cpo"
_BITMAP_COST = 256  # bits by which a bitmap must be smaller than a list to be worth its decoding
_VECTOR_ITEM = struct.Struct("<IfI")  # length of the text, weight, length of the value


class ColumnarCodec(base.Codec):  # type: ignore[misc]
    """``index.writer(codec=ColumnarCodec())`` writes columnar segments; they are read without being told."""

    length_stats = False  # lengths are read with the documents, not copied to the postings

    def per_document_writer(self, storage: Any, segment: ColumnarSegment) -> DocumentsWriter:
        return DocumentsWriter(storage, segment)

    def field_writer(self, storage: Any, segment: ColumnarSegment) -> PostingsWriter:
        return PostingsWriter(storage, segment)

    def terms_reader(self, storage: Any, segment: ColumnarSegment) -> TermsReader:
        return TermsReader(
            open_container(storage, segment, POSTINGS_EXT), lambda: open_container(storage, segment, DOCUMENTS_EXT)
        )

    def per_document_reader(self, storage: Any, segment: ColumnarSegment) -> DocumentsReader:
        return DocumentsReader(open_container(storage, segment, DOCUMENTS_EXT), segment, storage)

    @staticmethod
    def column_filename(segment: ColumnarSegment, fieldname: str) -> str:
        """Where Whoosh's ``add_sortable`` puts a column it adds to a segment."""
        name: str = segment.make_filename(f".{fieldname}.col")
        return name

    def new_segment(self, storage: Any, indexname: str) -> ColumnarSegment:
        return ColumnarSegment(indexname)


class CorruptSegmentError(ContainerError, CorruptIndexError):  # type: ignore[misc]
    """Damage as Whoosh names it."""


class ColumnarSegment(base.Segment):  # type: ignore[misc]
    """What Whoosh's table of contents keeps of a segment: its name, size and deleted documents."""

    def __init__(self, indexname: str, documents: int = 0) -> None:
        super().__init__(indexname)
        self._documents = documents
        self._deleted: set[int] = set()

    def codec(self) -> ColumnarCodec:
        return ColumnarCodec()

    def should_assemble(self) -> bool:
        return False

    def set_doc_count(self, count: int) -> None:
        self._documents = count

    def doc_count_all(self) -> int:
        return self._documents

    def deleted_count(self) -> int:
        return len(self._deleted)

    def deleted_docs(self) -> set[int]:
        return self._deleted

    def is_deleted(self, document: int) -> bool:
        return document in self._deleted

    def delete_document(self, document: int, delete: bool = True) -> None:
        if document >= self._documents:
            raise IndexError(f"document {document} of {self._documents}")
        if delete:
            self._deleted.add(document)
        else:
            self._deleted.discard(document)


def open_container(storage: Any, segment: ColumnarSegment, extension: str) -> Container:
    """One of a segment's two files."""
    name = segment.make_filename(extension)
    if isinstance(storage, FileStorage):  # mapped by ourselves: Whoosh's mapping is closed while arrays look into it
        with Path(storage.folder, name).open("rb") as file:
            return container.open_file(file, name, CorruptSegmentError)
    file = storage.open_file(name)
    try:
        return container.open_file(file, name, CorruptSegmentError)
    finally:
        file.close()


def write_container(
    storage: Any,
    segment: ColumnarSegment,
    extension: str,
    contents: Mapping[str, Array] | Iterable[tuple[str, Array | Iterator[Array]]],
    meta: dict[str, Any],
) -> None:
    """Writes one of a segment's two files, see ``container.write``."""
    file = segment.create_file(storage, extension)
    try:
        container.write(file, contents, meta)
    finally:
        file.close()


# ---- writing, one posting at a time ----


class DocumentsWriter(base.PerDocumentWriter):  # type: ignore[misc]
    """Collects what is kept by document, and writes it when closed."""

    def __init__(self, storage: Any, segment: ColumnarSegment) -> None:
        self._storage = storage
        self._segment = segment
        self._count = 0
        self._in_document = False
        self._lengths: dict[str, array[int]] = {}
        self._stored: dict[str, list[bytes]] = {}
        self._vectors: dict[str, list[bytes]] = {}
        self._columns: dict[str, tuple[Any, BytesIO]] = {}
        self._column_values: list[tuple[str, Any]] = []  # of the present document
        self.is_closed = False

    def start_doc(self, docnum: int) -> None:
        if self._in_document or docnum != self._count:
            raise ValueError(f"document {docnum} was begun out of order")
        self._count += 1
        self._in_document = True

    def add_field(self, fieldname: str, fieldobj: Any, value: Any, length: int | None) -> None:
        if value is not None:
            self._put(self._stored, fieldname, values.encode(value))
        if length:
            lengths = self._lengths.setdefault(fieldname, array("Q"))
            lengths.extend([0] * (self._count - len(lengths)))
            lengths[self._count - 1] = length

    def add_vector_items(self, fieldname: str, fieldobj: Any, items: Iterable[tuple[Any, float, bytes]]) -> None:
        packed = []
        for text, weight, value in items:
            text = text.encode() if isinstance(text, str) else bytes(text)
            packed.append(_VECTOR_ITEM.pack(len(text), weight, len(value)) + text + value)
        if packed:
            self._put(self._vectors, fieldname, b"".join(packed))

    def _put(self, lists: dict[str, list[bytes]], fieldname: str, value: bytes) -> None:
        parts = lists.setdefault(fieldname, [])
        parts.extend([b""] * (self._count - len(parts)))
        parts[self._count - 1] = value

    def add_column_value(self, fieldname: str, columnobj: Any, value: Any) -> None:
        if fieldname not in self._columns:
            buffer = BytesIO()
            self._columns[fieldname] = (columnobj.writer(StructFile(buffer)), buffer)
        self._column_values.append((fieldname, value))

    def finish_doc(self) -> None:
        for field, value in self._column_values:
            self._columns[field][0].add(self._count - 1, value)
        self._column_values.clear()
        self._in_document = False

    def cancel_doc(self) -> None:
        self._count -= 1
        for lists in (self._lengths, self._stored, self._vectors):
            for parts in lists.values():
                del parts[self._count :]
        self._column_values.clear()
        self._in_document = False

    def close(self) -> None:
        contents: dict[str, Array] = {}
        for field, lengths in self._lengths.items():
            lengths.extend([0] * (self._count - len(lengths)))
            contents[f"lengths.{field}"] = arrays.smallest(_view(lengths))
        for kind, lists in (("stored", self._stored), ("vector", self._vectors)):
            for field, parts in lists.items():
                parts.extend([b""] * (self._count - len(parts)))
                contents[f"{kind}.{field}.blob"], contents[f"{kind}.{field}.ends"] = arrays.joined(parts)
        for field, (writer, buffer) in self._columns.items():
            writer.finish(self._count)
            contents[f"column.{field}"] = np.frombuffer(buffer.getvalue(), np.uint8)
        write_container(self._storage, self._segment, DOCUMENTS_EXT, contents, {"documents": self._count})
        self.is_closed = True


class PostingsWriter(base.FieldWriter):  # type: ignore[misc]
    """Collects postings field by field, and writes them when closed."""

    def __init__(self, storage: Any, segment: ColumnarSegment) -> None:
        self._storage = storage
        self._segment = segment
        self._contents: dict[str, Array] = {}
        self._fields: list[str] = []
        self.is_closed = False

    def start_field(self, fieldname: str, fieldobj: Any) -> None:
        if fieldname in self._fields:
            raise base.OutOfOrderError(f"the postings of field {fieldname!r} have ended")
        self._field = fieldname
        self._format = fieldobj.format
        self._terms: list[bytes] = []
        self._starts = array("Q", [0])
        self._docs = array("Q")
        self._weights = array("d")
        self._values: list[bytes] = []
        self._lengths = array("Q")

    def start_term(self, text: bytes) -> None:
        if self._terms and text <= self._terms[-1]:
            raise base.OutOfOrderError(f"term {text!r} of field {self._field!r} came after {self._terms[-1]!r}")
        self._terms.append(text)

    def add(self, docnum: int, weight: float, vbytes: bytes, length: int | None) -> None:
        self._docs.append(docnum)
        self._weights.append(weight)
        self._values.append(vbytes)
        self._lengths.append(length or 0)

    def finish_term(self) -> None:
        self._starts.append(len(self._docs))

    def finish_field(self) -> None:
        contents = field_arrays(self._terms, _view(self._starts), _view(self._docs), _view(self._weights))
        contents |= self._value_arrays() | self._length_arrays()
        self._contents |= {f"{self._field}.{name}": values for name, values in contents.items()}
        self._fields.append(self._field)

    def _value_arrays(self) -> dict[str, Array]:
        """Places as numbers where they are all there is to a value, else the values as they came."""
        if not any(self._values):
            return {}
        places = self._places()
        if places is None:
            blob, ends = arrays.joined(self._values)
            return {"values": blob, "valueends": ends}
        before = np.concatenate(([0], np.cumsum(_view(self._weights), dtype=np.float64))).astype(np.uint64)
        return {
            **packed("positions", np.fromiter(itertools.chain.from_iterable(places), np.uint64)),
            "places": arrays.smallest(before[_view(self._starts).astype(np.int64)]),
        }

    def _places(self) -> list[list[int]] | None:
        """Places of each posting, ascending and as many as its weight; None when that is not so of all."""
        if type(self._format) is not formats.Positions:
            return None
        found = []
        for value, weight in zip(self._values, self._weights, strict=True):
            try:
                places = self._format.decode_positions(value)
                exact = self._format.encode(places) == value
            except Exception:  # a value that is not of this format breaks the decoder in any way
                return None
            if not exact or len(places) != weight or places != sorted(places) or min(places, default=0) < 0:
                return None
            found.append(places)
        return found

    def _length_arrays(self) -> dict[str, Array]:
        """Shortest and longest of each term, where lengths were given."""
        lengths = _view(self._lengths)
        if not lengths.any():
            return {}
        firsts = _view(self._starts)[:-1].astype(np.int64)
        known = np.where(lengths, lengths, lengths.max())
        longest = np.maximum.reduceat(lengths, firsts)
        shortest = np.minimum(np.minimum.reduceat(known, firsts), longest)
        return {"shortest": arrays.smallest(shortest), "longest": arrays.smallest(longest)}

    def close(self) -> None:
        write_container(self._storage, self._segment, POSTINGS_EXT, self._contents, {"fields": self._fields})
        self.is_closed = True


def _view(numbers: array[Any]) -> Array:
    return np.frombuffer(numbers, numbers.typecode) if len(numbers) else np.empty(0, numbers.typecode)


def field_arrays(terms: list[bytes], starts: Array, docs: Array, weights: Array | None) -> dict[str, Array]:
    """The arrays every field has: terms in order, where the postings of each begin, and the postings; without weights
    all are 1."""
    blob, ends = arrays.joined(terms)
    contents = {"terms": blob, "ends": ends, "starts": arrays.smallest(starts), **_documents(starts, docs)}
    kept = None if weights is None else arrays.weights(weights)
    return contents if kept is None else contents | packed("weights", kept)


def _documents(starts: Array, docs: Array) -> dict[str, Array]:
    """Lists of documents, the long ones as a bit a document."""
    if not len(docs):
        return {"docs": arrays.smallest(docs)}
    documents = int(docs.max()) + 1
    docs = arrays.smallest(docs)
    bounds = starts.astype(np.int64)
    frequency = np.diff(bounds)
    is_dense = frequency * (8 * docs.itemsize) > documents + _BITMAP_COST
    if not is_dense.any():
        return {"docs": docs}
    bitmaps = []
    for term in np.flatnonzero(is_dense).tolist():
        bits = np.zeros(documents, np.bool_)
        bits[docs[bounds[term] : bounds[term + 1]]] = True
        if np.count_nonzero(bits) == frequency[term]:
            bitmaps.append(np.packbits(bits))
        else:  # a document twice in a list, which none of ours has
            is_dense[term] = False
    sparse = docs[np.repeat(~is_dense, frequency)]
    dense = arrays.smallest(np.flatnonzero(is_dense))
    return {"docs": sparse, "dense": dense, "bitmaps": arrays.concatenated(bitmaps)} if len(dense) else {"docs": docs}


# ---- reading ----


class DocumentsReader(base.PerDocumentReader):  # type: ignore[misc]
    """What is kept by document."""

    def __init__(self, documents: Container, segment: ColumnarSegment, storage: Any = None) -> None:
        self.container = documents
        self._segment = segment
        self._storage = storage
        self._count = documents.meta["documents"]
        names = [name[7:-5] for name in documents if name.startswith("stored.") and name.endswith(".blob")]
        self._stored = {name: StoredReader(documents, name) for name in names}
        self._parts: dict[tuple[str, str], tuple[View, View]] = {}
        self._lengths: dict[str, Array] = {}

    def doc_count(self) -> int:
        return int(self._count) - self._segment.deleted_count()

    def doc_count_all(self) -> int:
        return int(self._count)

    def has_deletions(self) -> bool:
        return bool(self._segment.has_deletions())

    def is_deleted(self, docnum: int) -> bool:
        return self._segment.is_deleted(docnum)

    def deleted_docs(self) -> set[int]:
        return self._segment.deleted_docs()

    def supports_columns(self) -> bool:
        return True

    def has_column(self, fieldname: str) -> bool:
        return f"column.{fieldname}" in self.container or self._has_added(fieldname)

    def _has_added(self, fieldname: str) -> bool:
        name = ColumnarCodec.column_filename(self._segment, fieldname)
        return self._storage is not None and bool(self._storage.file_exists(name))

    def list_columns(self) -> list[str]:
        return [name[7:] for name in self.container if name.startswith("column.")]

    def column_reader(self, fieldname: str, column: Any) -> Any:
        name = f"column.{fieldname}"
        data = self.container.array(name).data if name in self.container else self._added(fieldname)
        return column.reader(BufferFile(data), 0, len(data), self._count)

    def _added(self, fieldname: str) -> memoryview:
        file = self._storage.open_file(ColumnarCodec.column_filename(self._segment, fieldname))
        try:
            return memoryview(bytes(file.read()))
        finally:
            file.close()

    def lengths(self, fieldname: str) -> Array:
        """Length of a field by document; empty when no document has any."""
        found = self._lengths.get(fieldname)
        if found is None:
            name = f"lengths.{fieldname}"
            found = self.container.array(name) if name in self.container else np.empty(0, np.uint8)
            self._lengths[fieldname] = found
        return found

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        lengths = self.lengths(fieldname)
        return int(lengths[docnum]) if len(lengths) else default

    def doc_field_length_reader(self, fieldname: str, default: int = 0) -> Callable[[int], int]:
        lengths = self.lengths(fieldname)
        return lengths.data.__getitem__ if len(lengths) else lambda docnum: default

    def field_length(self, fieldname: str) -> int:
        return int(self.lengths(fieldname).sum(dtype=np.int64))

    def min_field_length(self, fieldname: str) -> int:
        lengths = self.lengths(fieldname)
        return int(lengths.min()) if len(lengths) else 0

    def max_field_length(self, fieldname: str) -> int:
        lengths = self.lengths(fieldname)
        return int(lengths.max()) if len(lengths) else 0

    def has_vector(self, docnum: int, fieldname: str) -> bool:
        return f"vector.{fieldname}.blob" in self.container and bool(self._part("vector", fieldname, docnum))

    def vector(self, docnum: int, fieldname: str, format_: Any) -> ListMatcher:
        data = self._part("vector", fieldname, docnum)
        if not data:
            raise KeyError(f"field {fieldname!r} has no vector in document {docnum}")
        texts, weights, payloads = [], [], []
        place = 0
        while place < len(data):
            text, weight, value = _VECTOR_ITEM.unpack_from(data, place)
            place += _VECTOR_ITEM.size
            texts.append(data[place : place + text].decode())
            weights.append(weight)
            payloads.append(data[place + text : place + text + value])
            place += text + value
        return ListMatcher(texts, weights, payloads, format_)

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        found = {}
        for field, reader in self._stored.items():
            if reader.has(docnum):
                found[field] = reader.value(docnum)
        return found

    def stored(self, docnum: int, field: str) -> Any:
        """One stored field of a document, None when it has none."""
        reader = self._stored.get(field)
        return reader.value(docnum) if reader else None

    def _part(self, kind: str, field: str, docnum: int) -> bytes:
        try:
            blob, ends = self._parts[kind, field]
        except KeyError:
            name = f"{kind}.{field}."
            blob, ends = self.container.view(name + "blob"), self.container.view(name + "ends")
            self._parts[kind, field] = blob, ends
        return blob.bytes(ends.item(docnum - 1) if docnum else 0, ends.item(docnum))


class TermsReader(base.TermsReader):  # type: ignore[misc]
    """The fields of a segment, by name."""

    def __init__(self, postings: Container, open_documents: Callable[[], Container]) -> None:
        self.postings = postings
        self._open_documents = open_documents
        self._documents: Container | None = None
        self._readers: dict[str, FieldReader] = {}

    def field(self, fieldname: str) -> FieldReader | None:
        """A field's inverted index, None when nothing is indexed in it."""
        reader = self._readers.get(fieldname)
        if reader is None and f"{fieldname}.ends" in self.postings:
            lengths = functools.partial(self._lengths, fieldname)
            reader = self._readers[fieldname] = FieldReader(self.postings, fieldname, lengths)
        return reader

    def _lengths(self, fieldname: str) -> Array:
        if self._documents is None:
            self._documents = self._open_documents()
        name = f"lengths.{fieldname}"
        return self._documents.array(name) if name in self._documents else np.empty(0, np.uint8)

    def _find(self, fieldname: str, text: bytes) -> tuple[FieldReader, int]:
        reader = self.field(fieldname)
        number = reader.find(text) if reader else None
        if reader is None or number is None:
            raise TermNotFound(f"No term {fieldname}:{text!r}")
        return reader, number

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        reader = self.field(term[0])
        return reader is not None and reader.find(term[1]) is not None

    def indexed_field_names(self) -> list[str]:
        return list(self.postings.meta["fields"])

    def cursor(self, fieldname: str, fieldobj: Any) -> FieldCursor:
        return FieldCursor(self.field(fieldname), fieldobj)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        names = self.indexed_field_names()
        return self.terms_from(names[0], b"") if names else iter(())

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        names = self.indexed_field_names()
        if fieldname not in names:
            return
        for name in names[names.index(fieldname) :]:
            if reader := self.field(name):
                for text in reader.terms(reader.closest(prefix) if name == fieldname else 0):
                    yield name, text

    def items(self) -> Iterator[tuple[tuple[str, bytes], ColumnarTermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], ColumnarTermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> ColumnarTermInfo:
        return ColumnarTermInfo(*self._find(fieldname, text))

    def frequency(self, fieldname: str, text: bytes) -> float:
        return self.term_info(fieldname, text).weight() if (fieldname, text) in self else 0

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        reader = self.field(fieldname)
        number = reader.find(text) if reader else None
        return reader.frequency(number) if reader and number is not None else 0

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> ColumnarMatcher:
        reader, number = self._find(fieldname, text)
        return ColumnarMatcher(reader, number, format_, scorer, (fieldname, text))


class FieldCursor(base.FieldCursor):  # type: ignore[misc]
    """Walks the terms of a field in order."""

    def __init__(self, field: FieldReader | None, fieldobj: Any) -> None:
        self._field = field
        self._fieldobj = fieldobj
        self._number = 0

    def first(self) -> str | None:
        self._number = 0
        return self.text()

    def find(self, term: str | bytes) -> str | None:
        wanted = term if isinstance(term, bytes) else self._fieldobj.to_bytes(term)
        self._number = self._field.closest(wanted) if self._field else 0
        return self.text()

    def next(self) -> str | None:
        self._number += 1
        return self.text()

    def is_valid(self) -> bool:
        return self._field is not None and self._number < self._field.count

    def text(self) -> str | None:
        if self._field is None or not self.is_valid():
            return None
        text: str = self._fieldobj.from_bytes(self._field.term(self._number))
        return text

    def term_info(self) -> ColumnarTermInfo | None:
        return ColumnarTermInfo(self._field, self._number) if self._field and self.is_valid() else None
