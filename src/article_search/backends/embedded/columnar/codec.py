"""What does Whoosh ask for writers and readers of segments that are arrays, and what does it keep of each segment?

Serves any schema, one posting at a time; building.py makes the same files from words at native speed. Not here: what is
in the files (segment_files.py), queries.
"""

from __future__ import annotations

from typing import Any

from whoosh.codec import base

from article_search.backends.embedded.columnar import segment_files
from article_search.backends.embedded.columnar.readers import DocumentsReader, TermsReader
from article_search.backends.embedded.columnar.segment_files import DOCUMENTS_EXT, POSTINGS_EXT, open_container
from article_search.backends.embedded.columnar.writers import DocumentsWriter, PostingsWriter


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

    column_filename = staticmethod(segment_files.column_filename)

    def new_segment(self, storage: Any, indexname: str) -> ColumnarSegment:
        return ColumnarSegment(indexname)


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
