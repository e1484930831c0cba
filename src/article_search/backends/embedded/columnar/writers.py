"""What does Whoosh call to write a segment, one document or one posting at a time? For any schema.

What is given is collected in memory and written at the end. Not here: words at native speed (building.py), the merging
of segments (merging.py).
"""

from __future__ import annotations

import itertools
from array import array
from collections.abc import Iterable
from io import BytesIO
from typing import Any

import numpy as np
from whoosh import formats
from whoosh.codec import base
from whoosh.filedb.structfile import StructFile

from article_search.backends.embedded.columnar import arrays, values, vectors
from article_search.backends.embedded.columnar.container import Array
from article_search.backends.embedded.columnar.layout import field_arrays
from article_search.backends.embedded.columnar.packing import packed
from article_search.backends.embedded.columnar.segment_files import DOCUMENTS_EXT, POSTINGS_EXT, write_container


class DocumentsWriter(base.PerDocumentWriter):  # type: ignore[misc]
    """Collects what is kept by document, and writes it when closed."""

    def __init__(self, storage: Any, segment: Any) -> None:
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
        if vector := vectors.packed(items):
            self._put(self._vectors, fieldname, vector)

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

    def __init__(self, storage: Any, segment: Any) -> None:
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
