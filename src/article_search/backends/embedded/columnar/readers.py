"""What does Whoosh call to read a segment: its documents, its terms and their postings?

Not here: the inverted index itself (fields.py), the walk over the postings of a term (postings.py), scores.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from whoosh.codec import base
from whoosh.filedb.structfile import BufferFile
from whoosh.matching import ListMatcher
from whoosh.reading import TermNotFound

from article_search.backends.embedded.columnar import vectors
from article_search.backends.embedded.columnar.container import Array, Container, View
from article_search.backends.embedded.columnar.fields import FieldReader
from article_search.backends.embedded.columnar.postings import ColumnarMatcher, ColumnarTermInfo
from article_search.backends.embedded.columnar.segment_files import column_filename
from article_search.backends.embedded.columnar.stored import StoredReader


class DocumentsReader(base.PerDocumentReader):  # type: ignore[misc]
    """What is kept by document."""

    def __init__(self, documents: Container, segment: Any, storage: Any = None) -> None:
        self.container = documents
        self._segment = segment
        self._storage = storage
        self._count = documents.meta["documents"]
        names = [name[7:-5] for name in documents if name.startswith("stored.") and name.endswith(".blob")]
        self._stored = {name: StoredReader(documents, name) for name in names}
        self._parts: dict[tuple[str, str], tuple[View, View]] = {}
        self._lengths: dict[str, Array] = {}

    def doc_count(self) -> int:
        return int(self._count - self._segment.deleted_count())

    def doc_count_all(self) -> int:
        return int(self._count)

    def has_deletions(self) -> bool:
        return bool(self._segment.has_deletions())

    def is_deleted(self, docnum: int) -> bool:
        return bool(self._segment.is_deleted(docnum))

    def deleted_docs(self) -> set[int]:
        deleted: set[int] = self._segment.deleted_docs()
        return deleted

    def supports_columns(self) -> bool:
        return True

    def has_column(self, fieldname: str) -> bool:
        return f"column.{fieldname}" in self.container or self._has_added(fieldname)

    def _has_added(self, fieldname: str) -> bool:
        name = column_filename(self._segment, fieldname)
        return self._storage is not None and bool(self._storage.file_exists(name))

    def list_columns(self) -> list[str]:
        return [name[7:] for name in self.container if name.startswith("column.")]

    def column_reader(self, fieldname: str, column: Any) -> Any:
        name = f"column.{fieldname}"
        data = self.container.array(name).data if name in self.container else self._added(fieldname)
        return column.reader(BufferFile(data), 0, len(data), self._count)

    def _added(self, fieldname: str) -> memoryview:
        file = self._storage.open_file(column_filename(self._segment, fieldname))
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
        return ListMatcher(*vectors.unpacked(data), format_)

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
