"""How are the terms and postings of a field laid out as arrays? As fields.py reads them.

Not here: values and places of postings (writers.py, building.py).
"""

from __future__ import annotations

import numpy as np

from article_search.backends.embedded.columnar import arrays
from article_search.backends.embedded.columnar.container import Array
from article_search.backends.embedded.columnar.packing import packed

_BITMAP_COST = 256  # bits by which a bitmap must be smaller than a list to be worth its decoding
_TABLED = 4  # a term that one in so many documents has is worth a table
_LEAST = 4096  # documents; of fewer a list is read as fast
_MOST = 255  # of a weight in a table


def field_arrays(terms: list[bytes], starts: Array, docs: Array, weights: Array | None) -> dict[str, Array]:
    """The arrays every field has: terms in order, where the postings of each begin, and the postings; without weights
    all are 1."""
    blob, ends = arrays.joined(terms)
    contents = {"terms": blob, "ends": ends, "starts": arrays.smallest(starts), **_documents(starts, docs)}
    kept = None if weights is None else arrays.weights(weights)
    return contents if kept is None else contents | packed("weights", kept) | _tables(starts, docs, kept)


def _tables(starts: Array, docs: Array, weights: Array) -> dict[str, Array]:
    """The weights of the most frequent terms once more, as a byte a document: what is summed up over nearly all
    documents is read four times as fast as a list."""
    documents = int(docs.max()) + 1 if len(docs) else 0
    if documents < _LEAST or weights.dtype.kind != "u":
        return {}
    bounds = starts.astype(np.int64)
    tables, tabled = [], []
    for term in np.flatnonzero(np.diff(bounds) * _TABLED >= documents).tolist():
        those = slice(bounds[term], bounds[term + 1])
        if int(weights[those].max()) <= _MOST:
            table = np.zeros(documents, np.uint8)
            table[docs[those]] = weights[those]
            tables.append(table)
            tabled.append(term)
    return {"tabled": arrays.smallest(np.asarray(tabled)), "tables": np.concatenate(tables)} if tables else {}


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
