"""How does a commit become what readers see? Its record and Whoosh's table of contents, which is renamed into place.

Files of segments and of the chain are on disk before. Not here: what is in them (indexing.py, copying.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from article_search.backends.embedded import records, schema, store

if TYPE_CHECKING:
    from whoosh.filedb.filestore import FileStorage

    from article_search.backends.embedded.columnar import ColumnarSegment


def publish(folder: Path, record: records.Record, check: Callable[[], None]) -> None:
    """Makes a commit visible. Checksums of a record are made here; ``check`` raises unless the lock still holds."""
    number = record.generation
    pending = _write_toc(folder, record)
    store.sync(pending)
    record = replace(record, checksums={records.toc_name(number): store.checksum(pending)})
    store.write_record(folder, record)
    store.sync(folder)
    check()
    pending.rename(folder / records.toc_name(number))
    store.sync(folder)
    store.clean(folder, record)


def _write_toc(folder: Path, record: records.Record) -> Path:
    """Writes Whoosh's table of contents of a commit under a name nobody looks at; returns its path."""
    from whoosh.index import TOC

    segments = [for_whoosh(segment.name, segment.documents, segment.deleted) for segment in record.segments]
    TOC(schema.whoosh_schema(), segments, record.generation).write(storage(folder), records.PENDING)
    return folder / f"_{records.PENDING}_{record.generation}.toc"


def for_whoosh(name: str, documents: int, deleted: Iterable[int]) -> ColumnarSegment:
    """A segment as Whoosh knows it."""
    from article_search.backends.embedded.columnar import ColumnarSegment

    segment = ColumnarSegment(records.NAME, documents)
    segment.segid = name.partition("_")[2]
    segment.deleted_docs().update(deleted)
    return segment


def storage(folder: Path) -> FileStorage:
    """A folder as Whoosh knows it."""
    from whoosh.filedb.filestore import FileStorage  # Whoosh, which a run with nothing to do does without

    return FileStorage(str(folder))
