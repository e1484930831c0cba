"""What is stored of my document? The values of a field, one a document, in a segment's file of documents.

``stored.<field>.blob`` holds them one after the other (values.py), ``.ends`` where each ends; an empty one is none.
``.dictionaries`` and ``.dictionaryends`` hold in the same way the dictionaries some values were made with, if any.
Not here: writing (writers.py, building.py, merging.py).
"""

from __future__ import annotations

from functools import cached_property, partial
from typing import Any

from article_search.backends.embedded.columnar import values
from article_search.backends.embedded.columnar.container import Container


class StoredReader:
    """The stored values of one field by document."""

    def __init__(self, documents: Container, field: str) -> None:
        self._blob = documents.view(f"stored.{field}.blob")
        self._ends = documents.view(f"stored.{field}.ends")
        self._read_dictionaries = partial(dictionaries, documents, field)

    @cached_property
    def _dictionaries(self) -> list[bytes]:
        return self._read_dictionaries()

    def has(self, document: int) -> bool:
        """Whether anything is stored of a document."""
        return self._ends.item(document) > (self._ends.item(document - 1) if document else 0)  # type: ignore[no-any-return]

    def value(self, document: int) -> Any:
        """What is stored of a document, None for nothing. Raises ValueError for what was never written."""
        ends = self._ends
        data = self._blob.bytes(ends.item(document - 1) if document else 0, ends.item(document))
        if not data:
            return None
        return values.decode(data, self._dictionaries if data[:1] == b"d" else ())


def dictionaries(documents: Container, field: str) -> list[bytes]:
    """The dictionaries by which a field's stored values were made, by number."""
    if f"stored.{field}.dictionaries" not in documents:
        return []
    blob = documents.array(f"stored.{field}.dictionaries").tobytes()
    ends = documents.array(f"stored.{field}.dictionaryends").tolist()
    return [blob[start:end] for start, end in zip([0, *ends], ends, strict=False)]
