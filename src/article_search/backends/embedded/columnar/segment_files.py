"""Which files is a segment, and what is in each? Two containers (container.py), and nothing of either is pickled.

``.cdo`` are the documents (lengths, stored fields, columns, vectors), ``.cpo`` the postings (fields.py).

"What is stored of my document?" ``stored.<field>.blob`` holds a value a document (values.py), ``.ends`` their ends
(stored.py).
"What is in my column?" ``column.<field>`` is what Whoosh's own column type wrote. A column that ``add_sortable`` of
Whoosh gives to a segment afterwards is a file of its own, by Whoosh, without checksums, until the next merge.
"How long is my field?" ``lengths.<field>``, by document: exact, where Whoosh's codec rounds to 256 sizes.
"What is my vector?" ``vector.<field>.blob`` and ``.ends``, as of stored values (vectors.py).
Not here: who writes and reads them (writers.py, readers.py; at native speed building.py, merging.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.reading import CorruptIndexError

from article_search.backends.embedded.columnar import container
from article_search.backends.embedded.columnar.container import Array, Container, ContainerError

DOCUMENTS_EXT = ".cdo"
POSTINGS_EXT = ".cpo"


class CorruptSegmentError(ContainerError, CorruptIndexError):  # type: ignore[misc]
    """Damage as Whoosh names it."""


def open_container(storage: Any, segment: Any, extension: str) -> Container:
    """One of a segment's two files."""
    name = segment.make_filename(extension)
    if isinstance(storage, FileStorage):  # mapped by ourselves: Whoosh's mapping is closed while arrays look into it
        return container.open_path(Path(storage.folder, name), CorruptSegmentError, mapped=True)
    file = storage.open_file(name)
    try:
        return container.open_file(file, name, CorruptSegmentError)
    finally:
        file.close()


def write_container(
    storage: Any,
    segment: Any,
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


def column_filename(segment: Any, fieldname: str) -> str:
    """Where Whoosh's ``add_sortable`` puts a column it adds to a segment."""
    name: str = segment.make_filename(f".{fieldname}.col")
    return name
