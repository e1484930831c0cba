"""How do several segments become one? By moving whole arrays: where each posting goes is computed, never walked.

Terms are taken some at a time and fields one by one, each written before the next is read, so that memory holds no more
than the new arrays of one field. Documents keep their order, deleted ones are left out, and all numbers behind them
move up. For segments of building.py: text and keyword fields, numeric columns, stored fields. Whoosh's own merge serves
the rest. Not here: which segments to merge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import compress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from article_search.backends.embedded.columnar import arrays, unions
from article_search.backends.embedded.columnar.codec import ColumnarSegment
from article_search.backends.embedded.columnar.container import Array, Container, ContainerError
from article_search.backends.embedded.columnar.fields import FieldReader
from article_search.backends.embedded.columnar.layout import field_arrays
from article_search.backends.embedded.columnar.neighbours import near_arrays
from article_search.backends.embedded.columnar.packing import Packer, common_bits
from article_search.backends.embedded.columnar.segment_files import (
    DOCUMENTS_EXT,
    POSTINGS_EXT,
    open_container,
    write_container,
)
from article_search.backends.embedded.columnar.stored import dictionaries

_RUN = 1 << 20  # postings, or places, moved at a time


@dataclass(frozen=True)
class _Source:
    documents: Container
    postings: Container
    kept: NDArray[np.bool_]  # by document
    numbers: NDArray[np.uint32]  # new number by document, where kept


def merge(storage: Any, indexname: str, segments: list[ColumnarSegment], threads: int = 1) -> ColumnarSegment:
    """Writes the live documents of some segments as one new segment. The old ones stay as they are.

    Fields, and what is kept by document, are made side by side in so many ``threads``: most of it is done by numpy,
    which lets others go on.
    """
    sources = _sources(storage, segments)
    target = ColumnarSegment(indexname, int(sum(source.kept.sum() for source in sources)))
    of_documents = partial(write_container, storage, target, DOCUMENTS_EXT, _documents(sources))
    meta = {"documents": target.doc_count_all()}
    names: list[str] = []
    groups = {name: fields for source in sources for name, fields in unions.fields_of(source.postings).items()}
    of_postings = {"fields": names, "unions": groups}
    if threads < 2:
        of_documents(meta)
        write_container(storage, target, POSTINGS_EXT, _postings(sources, names, groups, map), of_postings)
        return target
    from concurrent.futures import ThreadPoolExecutor  # which a small merge does without

    with ThreadPoolExecutor(threads) as pool:
        documents = pool.submit(of_documents, meta)
        write_container(storage, target, POSTINGS_EXT, _postings(sources, names, groups, pool.map), of_postings)
        documents.result()
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
                (first + np.cumsum(kept) - 1).astype(np.uint32),
            )
        )
        first += int(kept.sum())
    return sources


# ---- what is kept by document ----


def _documents(sources: list[_Source]) -> Iterator[tuple[str, Array | Iterator[Array]]]:
    """The arrays of the file of documents, each made when it is asked for."""
    for name in sorted({name for source in sources for name in source.documents}):
        kind, _, rest = name.partition(".")
        if kind == "lengths":
            parts = [_lengths(source, name)[source.kept] for source in sources]
            yield name, arrays.smallest(arrays.concatenated(parts))
        elif kind == "column":
            yield name, (source.documents.array(name).reshape(-1, 8)[source.kept].ravel() for source in sources)
        elif kind in ("sketch", "meaning"):
            width = _width(sources, name)
            yield name, (_rows(source, name, width)[source.kept].ravel() for source in sources)
        elif kind in ("stored", "vector") and rest.endswith(".blob"):
            yield from _strings(sources, name.removesuffix(".blob"))
        for source in sources:
            source.documents.let_go()


def _lengths(source: _Source, name: str) -> Array:
    return source.documents.array(name) if name in source.documents else np.zeros(len(source.kept), np.uint8)


def _width(sources: list[_Source], name: str) -> int:
    """How many bytes of each document an array has."""
    widths = {
        len(source.documents.view(name)) / len(source.kept)
        for source in sources
        if name in source.documents and len(source.kept)
    }
    if len(widths) > 1 or not all(map(float.is_integer, widths)):
        raise ContainerError(f"{name} has not as many bytes of each document")
    return int(widths.pop()) if widths else 0


def _rows(source: _Source, name: str, width: int) -> Array:
    if name not in source.documents:
        return np.zeros((len(source.kept), width), np.uint8)
    return source.documents.array(name).reshape(len(source.kept), width)


def _strings(sources: list[_Source], name: str) -> Iterator[tuple[str, Array | Iterator[Array]]]:
    """Byte strings of the kept documents, one after the other, where each ends, and their dictionaries."""
    kept_dictionaries: list[bytes] = []
    yield f"{name}.blob", (_blob(source, name, kept_dictionaries) for source in sources)
    sizes = arrays.concatenated(_sizes(source, name)[source.kept] for source in sources)
    yield f"{name}.ends", arrays.smallest(np.cumsum(sizes))
    if kept_dictionaries:
        blob, ends = arrays.joined(kept_dictionaries)
        yield f"{name}.dictionaries", blob
        yield f"{name}.dictionaryends", ends


def _sizes(source: _Source, name: str) -> NDArray[np.int64]:
    if f"{name}.ends" not in source.documents:
        return np.zeros(len(source.kept), np.int64)
    ends = np.append(0, source.documents.array(f"{name}.ends")).astype(np.int64)
    return ends[1:] - ends[:-1]


def _blob(source: _Source, name: str, kept_dictionaries: list[bytes]) -> Array:
    """Byte strings of one segment's kept documents. Those made with a dictionary name it by its new number."""
    if f"{name}.blob" not in source.documents:
        return np.empty(0, np.uint8)
    blob, sizes = source.documents.array(f"{name}.blob"), _sizes(source, name)
    if not source.kept.all():
        blob, sizes = blob[np.repeat(source.kept, sizes)], sizes[source.kept]
    own = dictionaries(source.documents, name.partition(".")[2]) if name.startswith("stored.") else []
    if not own:
        return blob
    begins = (np.cumsum(sizes) - sizes)[sizes > 0]
    begins = begins[blob[begins] == ord("d")]
    low, high = blob[begins + 1], blob[begins + 2]
    used, numbers = np.unique(low + (high.astype(np.uint16) << 8), return_inverse=True)
    for dictionary in (own[number] for number in used.tolist()):  # which segments of one process have in common
        if dictionary not in kept_dictionaries:
            kept_dictionaries.append(dictionary)
    numbers = np.array([kept_dictionaries.index(own[number]) for number in used.tolist()], np.int64)[numbers]
    blob = blob.copy()
    blob[begins + 1], blob[begins + 2] = numbers & 0xFF, numbers >> 8
    return blob


# ---- postings ----


@dataclass(frozen=True)
class _Part:
    """One segment's share of some terms of a field: of each kept posting its term (counted from the first of them),
    document, weight and, where the field has places, all places one after the other."""

    terms: NDArray[np.int32]
    docs: Array
    weights: Array
    places: Array | None


def _postings(
    sources: list[_Source],
    names: list[str],
    groups: Mapping[str, Sequence[str]],
    over: Callable[..., Iterable[tuple[list[bytes], dict[str, Array]]]],
) -> Iterator[tuple[str, Array]]:
    """The arrays of the file of postings, made field by field by ``over``, which maps a function; adds the fields that
    have terms to ``names``."""
    terms: dict[str, list[bytes]] = {}
    found = sorted({name[:-5] for source in sources for name in source.postings if name.endswith(".ends")})
    for field, (terms[field], contents) in zip(found, over(partial(_field, sources), found), strict=True):
        if len(contents["ends"]):
            names.append(field)
        for name in list(contents):
            yield f"{field}.{name}", contents.pop(name)
    for group, fields in groups.items():
        every, places = unions.together([terms.get(field, []) for field in fields])
        yield from unions.union_arrays(group, every, places, _holders(sources, group, fields, every))


def _holders(sources: list[_Source], group: str, fields: Sequence[str], terms: list[bytes]) -> NDArray[np.int64]:
    """How many kept documents have each of the terms that are left in some fields. Those of a segment that loses none
    are known."""
    total = np.zeros(len(terms), np.int64)
    place = {term: number for number, term in enumerate(terms)}
    for source in sources:
        readers = [FieldReader(source.postings, field) for field in fields if f"{field}.ends" in source.postings]
        if group in unions.fields_of(source.postings) and source.kept.all():
            union = unions.Union(source.postings, group)
            own, counts = list(union.terms()), union.all_holders()
        else:
            own, places = unions.together([list(reader.terms()) for reader in readers])
            parts = list(zip(places, readers, strict=True))
            counts = unions.holders(len(own), parts, len(source.kept), source.kept)
        left = counts > 0
        total[unions.places(place, list(compress(own, left.tolist())))] += counts[left]
        source.postings.let_go()
    return total


def _field(sources: list[_Source], field: str) -> tuple[list[bytes], dict[str, Array]]:
    having = [source for source in sources if f"{field}.ends" in source.postings]
    readers = [FieldReader(source.postings, field) for source in having]
    terms, numbers = unions.together([list(reader.terms()) for reader in readers])
    costs = np.zeros(len(terms), np.int64)
    for reader, number in zip(readers, numbers, strict=True):
        costs[number] += reader.costs()
    positions = [packed for reader in readers if (packed := reader.packed_positions()) is not None]
    places = Packer(common_bits(positions))
    frequencies, docs, weights, occurrences = [], [], [], []
    for first, last in arrays.runs(costs, _RUN):
        parts = []
        for source, reader, number in zip(having, readers, numbers, strict=True):
            begin, end = np.searchsorted(number, (first, last)).tolist()
            parts.append(_part(source, reader, number[begin:end] - first, begin, end))
        counts = [np.bincount(part.terms, minlength=last - first) for part in parts]
        targets = _targets(counts, parts)
        frequencies.append(np.sum(counts, axis=0))
        docs.append(_moved([part.docs for part in parts], targets))
        weights.append(_moved([part.weights for part in parts], targets))
        if any(part.places is not None for part in parts):
            places.add(_moved_places(parts, targets, weights[-1]))
            each = (np.bincount(part.terms, part.weights, minlength=last - first) for part in parts)
            occurrences.append(np.sum(list(each), axis=0).astype(np.int64))
        del parts, targets
        for source in sources:
            source.postings.let_go()
    frequency = arrays.concatenated(frequencies).astype(np.int64)
    used = frequency > 0
    starts = np.append(0, np.cumsum(frequency[used]))
    kept_terms = [term for term, is_used in zip(terms, used.tolist(), strict=True) if is_used]
    contents = field_arrays(kept_terms, starts, arrays.drained(docs), arrays.drained(weights))
    if positions:
        contents |= places.arrays("positions")
        contents["places"] = arrays.smallest(np.append(0, np.cumsum(arrays.concatenated(occurrences)[used])))
    if any(f"{field}.near" in source.postings for source in sources):
        contents |= near_arrays(kept_terms)
    return kept_terms, contents


def _part(source: _Source, reader: FieldReader, numbers: NDArray[np.int32], begin: int, end: int) -> _Part:
    docs, frequency = reader.documents_of(begin, end)
    weights = reader.weights(reader.bounds(begin)[0], reader.bounds(end - 1)[1]) if begin < end else docs
    places = reader.places_of(begin, end) if reader.has_positions() else None
    terms = np.repeat(numbers, frequency)
    kept = source.kept[docs]
    if not kept.all():
        if places is not None:
            places = places[np.repeat(kept, weights.astype(np.int32))]
        terms, docs, weights = terms[kept], docs[kept], weights[kept]
    return _Part(terms, source.numbers[docs], weights, places)


def _targets(counts: list[NDArray[np.int64]], parts: list[_Part]) -> list[NDArray[np.int64]]:
    """Where each posting of each part goes: behind those of its term from earlier parts."""
    if not parts:
        return []
    total = np.sum(counts, axis=0)
    begins = np.cumsum(total) - total
    targets = []
    for count, part in zip(counts, parts, strict=True):
        own = np.cumsum(count) - count  # where each term begins in the part
        targets.append(np.arange(len(part.terms)) + (begins - own)[part.terms])
        begins = begins + count
    return targets


def _moved(parts: list[Array], targets: list[NDArray[np.int64]]) -> Array:
    moved = np.empty(sum(map(len, parts)), np.result_type(*parts))
    for part, target in zip(parts, targets, strict=True):
        moved[target] = part
    return arrays.smallest(moved) if moved.dtype.kind == "u" else moved


def _moved_places(parts: list[_Part], targets: list[NDArray[np.int64]], weights: Array) -> Array:
    """Places of all postings in their new order."""
    begins = np.append(0, np.cumsum(weights, dtype=np.int64))
    kinds = [part.places for part in parts if part.places is not None]
    moved = np.empty(int(begins[-1]), np.result_type(*kinds))
    for part, target in zip(parts, targets, strict=True):
        if part.places is not None:
            count = part.weights.astype(np.int64)
            own = np.cumsum(count) - count
            moved[np.arange(len(part.places)) + np.repeat(begins[target] - own, count)] = part.places
    return arrays.smallest(moved)
