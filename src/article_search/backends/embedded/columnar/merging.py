"""How do several segments become one? By moving whole arrays: where each posting goes is computed, never walked.

Documents keep their order, deleted ones are left out, and all numbers behind them move up. For segments of building.py:
text and keyword fields, numeric columns, stored fields. Whoosh's own merge serves the rest. Not here: which segments to
merge.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import merge as merged
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from article_search.backends.embedded.columnar import arrays
from article_search.backends.embedded.columnar.codec import (
    DOCUMENTS_EXT,
    POSTINGS_EXT,
    ColumnarSegment,
    field_arrays,
    open_container,
    write_container,
)
from article_search.backends.embedded.columnar.container import Array, Container


@dataclass(frozen=True)
class _Source:
    documents: Container
    postings: Container
    kept: NDArray[np.bool_]  # by document
    numbers: NDArray[np.int64]  # new number by document, where kept


def merge(storage: Any, indexname: str, segments: list[ColumnarSegment]) -> ColumnarSegment:
    """Writes the live documents of some segments as one new segment. The old ones stay as they are."""
    sources = _sources(storage, segments)
    target = ColumnarSegment(indexname, int(sum(source.kept.sum() for source in sources)))
    fields = sorted({name[:-5] for source in sources for name in source.postings if name.endswith(".ends")})
    contents: dict[str, Array] = {}
    for field in fields:
        contents |= {f"{field}.{name}": values for name, values in _field(sources, field).items()}
    names = [field for field in fields if len(contents[f"{field}.ends"])]
    write_container(storage, target, POSTINGS_EXT, contents, {"fields": names})
    write_container(storage, target, DOCUMENTS_EXT, _documents(sources), {"documents": target.doc_count_all()})
    return target


def _sources(storage: Any, segments: list[ColumnarSegment]) -> list[_Source]:
    sources, first = [], 0
    for segment in segments:
        kept = np.ones(segment.doc_count_all(), np.bool_)
        kept[np.fromiter(segment.deleted_docs(), np.int64)] = False
        sources.append(
            _Source(
                open_container(storage, segment, DOCUMENTS_EXT),
                open_container(storage, segment, POSTINGS_EXT),
                kept,
                first + np.cumsum(kept) - 1,
            )
        )
        first += int(kept.sum())
    return sources


# ---- what is kept by document ----


def _documents(sources: list[_Source]) -> dict[str, Array]:
    names = sorted({name for source in sources for name in source.documents})
    contents: dict[str, Array] = {}
    for name in names:
        kind, _, rest = name.partition(".")
        if kind == "lengths":
            parts = [_lengths(source, name)[source.kept] for source in sources]
            contents[name] = arrays.smallest(arrays.concatenated(parts))
        elif kind == "column":
            parts = [source.documents.array(name).reshape(-1, 8)[source.kept].ravel() for source in sources]
            contents[name] = arrays.concatenated(parts)
        elif kind in ("stored", "vector") and rest.endswith(".blob"):
            blobs, ends = _blobs(sources, name.removesuffix(".blob"))
            contents[name], contents[name.removesuffix("blob") + "ends"] = blobs, ends
    return contents


def _lengths(source: _Source, name: str) -> Array:
    return source.documents.array(name) if name in source.documents else np.zeros(len(source.kept), np.uint8)


def _blobs(sources: list[_Source], name: str) -> tuple[Array, Array]:
    """Byte strings of the kept documents, one after the other, and where each ends."""
    blobs, sizes = [], []
    for source in sources:
        if f"{name}.blob" not in source.documents:
            sizes.append(np.zeros(int(source.kept.sum()), np.int64))
            continue
        blob, ends = source.documents.array(f"{name}.blob"), source.documents.array(f"{name}.ends").astype(np.int64)
        size = np.diff(ends, prepend=np.int64(0)).astype(np.int64)
        blobs.append(blob if source.kept.all() else blob[np.repeat(source.kept, size)])
        sizes.append(size[source.kept])
    return arrays.concatenated(blobs), arrays.smallest(np.cumsum(arrays.concatenated(sizes)))


# ---- postings ----


@dataclass(frozen=True)
class _Part:
    """One segment's share of a field: of each kept posting its term (by number in the merged field), document, weight
    and, where the field has places, all places one after the other."""

    terms: NDArray[np.int64]
    docs: NDArray[np.int64]
    weights: Array
    positions: Array | None


def _field(sources: list[_Source], field: str) -> dict[str, Array]:
    having = [source for source in sources if f"{field}.ends" in source.postings]
    terms, numbers = _union([_terms(source, field) for source in having])
    parts = [_part(source, field, number) for source, number in zip(having, numbers, strict=True)]
    counts = [np.bincount(part.terms, minlength=len(terms)) for part in parts]
    targets = _targets(counts, parts)
    total = sum(len(part.docs) for part in parts)
    docs, weights = np.empty(total, np.uint32), np.empty(total, np.float32)
    for part, target in zip(parts, targets, strict=True):
        docs[target] = part.docs
        weights[target] = part.weights
    frequency = np.sum(counts, axis=0) if counts else np.empty(0, np.int64)
    used = frequency > 0
    starts = np.append(0, np.cumsum(frequency[used]))
    kept_terms = [term for term, is_used in zip(terms, used.tolist(), strict=True) if is_used]
    contents = field_arrays(kept_terms, starts, docs, weights.astype(np.float64))
    if any(part.positions is not None for part in parts):
        contents |= _positions(parts, targets, weights, starts)
    return contents


def _terms(source: _Source, field: str) -> list[bytes]:
    blob = source.postings.array(f"{field}.terms").tobytes()
    ends = source.postings.array(f"{field}.ends").tolist()
    return [blob[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def _union(lists: list[list[bytes]]) -> tuple[list[bytes], list[NDArray[np.int64]]]:
    """All terms in order, and the place among them of each list's terms."""
    union = [term for term, _ in groupby(merged(*lists))]
    place = {term: number for number, term in enumerate(union)}
    return union, [np.fromiter(map(place.__getitem__, terms), np.int64, len(terms)) for terms in lists]


def _part(source: _Source, field: str, numbers: NDArray[np.int64]) -> _Part:
    postings = source.postings
    starts = postings.array(f"{field}.starts").astype(np.int64)
    frequency = starts[1:] - starts[:-1]
    docs = postings.array(f"{field}.docs")
    name = f"{field}.weights"
    weights = postings.array(name) if name in postings else np.ones(len(docs), np.uint8)
    name = f"{field}.positions"
    positions = postings.array(name) if name in postings else None
    terms = np.repeat(numbers, frequency)
    kept = source.kept[docs]
    if not kept.all():
        if positions is not None:
            positions = positions[np.repeat(kept, weights.astype(np.int64))]
        terms, docs, weights = terms[kept], docs[kept], weights[kept]
    return _Part(terms, source.numbers[docs], weights, positions)


def _targets(counts: list[NDArray[np.int64]], parts: list[_Part]) -> list[NDArray[np.int64]]:
    """Where each posting of each part goes: behind those of its term from earlier parts."""
    if not parts:
        return []
    begins = np.cumsum(np.sum(counts, axis=0)) - np.sum(counts, axis=0)
    targets = []
    for count, part in zip(counts, parts, strict=True):
        own = np.cumsum(count) - count  # where each term begins in the part
        targets.append(np.arange(len(part.terms)) + (begins - own)[part.terms])
        begins = begins + count
    return targets


def _positions(
    parts: list[_Part], targets: list[NDArray[np.int64]], weights: NDArray[np.float32], starts: NDArray[np.int64]
) -> dict[str, Array]:
    """Places of all postings in their new order, and where those of each term begin."""
    counts = weights.astype(np.int64)
    begins = np.append(0, np.cumsum(counts))
    largest = max(
        (int(part.positions.max()) for part in parts if part.positions is not None and len(part.positions)), default=0
    )
    positions = np.empty(int(begins[-1]), np.min_scalar_type(largest))
    for part, target in zip(parts, targets, strict=True):
        if part.positions is not None:
            count = part.weights.astype(np.int64)
            own = np.cumsum(count) - count
            positions[np.arange(len(part.positions)) + np.repeat(begins[target] - own, count)] = part.positions
    return {"positions": positions, "places": arrays.smallest(begins[starts])}
