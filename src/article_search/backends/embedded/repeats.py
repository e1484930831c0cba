"""Which articles say nearly the same, commit by commit? Copies, and reports printed twice with small changes.

Each article carries a sketch of its body (backends/sketches.py). A commit compares what is new with all there is, and
notes in ``articles_N.repeats`` which documents are of one group. The name of a group is that of one of its articles, a
number that depends on its id only; it stays when others join. Not here: which of
a group a search shows (reading/collapsing.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from article_search.arrays import distinct, members
from article_search.backends.embedded import records, store
from article_search.backends.embedded.columnar import arrays, container
from article_search.backends.embedded.columnar.container import Container, ContainerError
from article_search.late import dataclass

if TYPE_CHECKING:
    from article_search.backends import sketches

SKETCH = "sketch.body"  # an array of a segment's file of documents


@dataclass(frozen=True, slots=True)
class Groups:
    """Documents that repeat others, ascending, and the group of each."""

    documents: NDArray[np.int64]
    names: NDArray[np.int64]

    def of(self, first: int, last: int) -> Groups:
        """Those of some documents, counted from the first of them."""
        start, stop = np.searchsorted(self.documents, (first, last)).tolist()
        return Groups(self.documents[start:stop] - first, self.names[start:stop])


NONE = Groups(np.empty(0, np.int64), np.empty(0, np.int64))


@dataclass(frozen=True, slots=True)
class Part:
    """One segment of a commit, by document: sketches, names of groups, whether it is live; which documents repeated
    others before, None where all are new."""

    sketches: sketches.Sketches
    names: NDArray[np.int64]
    live: NDArray[np.bool_]
    repeating: NDArray[np.int64] | None

    @classmethod
    def read(cls, documents: Container, deleted: Iterable[int], known: Groups | None) -> Part:
        """From a segment's file of documents and what the commit before knew, None of a new segment. One that Whoosh
        wrote has no sketches."""
        from article_search.backends import sketches  # which a search does without

        names = documents.array("column.order").view(">i8").astype(np.int64)
        live = np.ones(len(names), np.bool_)
        live[np.fromiter(deleted, np.int64)] = False
        if SKETCH in documents:
            found = documents.array(SKETCH).view("<u2").reshape(-1, sketches.MINIMA)
        else:
            found = np.zeros((len(names), sketches.MINIMA), np.uint16)
        if known is not None:
            names[known.documents] = known.names
        return cls(found, names, live, None if known is None else known.documents)


def read(folder: Path, record: records.Record) -> Groups:
    """What a commit noted. Raises IndexDamagedError."""
    if record.repeats is None:
        return NONE
    file = store.open_container(folder, records.repeats_name(record.generation), record.repeats)
    with store.understood(folder):
        found = Groups(file.array("documents").astype(np.int64), file.array("names"))
        documents, size = found.documents, sum(segment.documents for segment in record.segments)
        if len(documents) != len(found.names) or (documents[:-1] >= documents[1:]).any() or (documents >= size).any():
            raise ContainerError(f"{file.name} does not tell of documents that are there")
        return found


def write(folder: Path, generation: int, groups: Groups) -> int | None:
    """Notes the groups of a commit, on disk when this returns; gives the file's fingerprint, None if there are none."""
    if not len(groups.documents):
        return None
    path = folder / records.repeats_name(generation)
    with path.open("wb") as file:
        container.write(file, {"documents": arrays.smallest(groups.documents), "names": groups.names}, {})
    return store.fingerprint_and_sync(path)


def grouped(parts: Sequence[Part]) -> Groups:
    """The groups of a commit, documents counted over all parts. Of what is old nothing is copied: a commit may bring
    little to very much."""
    if not parts:
        return NONE
    from article_search.backends import sketches  # which a search does without

    firsts = np.cumsum([0, *(len(part.names) for part in parts[:-1])]).tolist()
    names = np.concatenate([part.names for part in parts])
    live = np.concatenate([part.live for part in parts])
    is_new = np.concatenate([np.full(len(part.names), part.repeating is None) for part in parts])
    new = np.flatnonzero(is_new & live)
    fresh = np.concatenate(
        [np.empty((0, sketches.MINIMA), np.uint16)]
        + [part.sketches[part.live] for part in parts if part.repeating is None]
    )
    joined = _Joined()
    left, right = sketches.alike(fresh)
    for one, other in zip(new[left].tolist(), new[right].tolist(), strict=True):
        joined.join(one, other)
    in_groups = [np.empty(0, np.int64)]
    for first, part in zip(firsts, parts, strict=True):
        if part.repeating is None:
            continue
        left, right = sketches.alike_between(fresh, part.sketches)
        left, right = left[part.live[right]], right[part.live[right]]
        for one, name in zip(new[left].tolist(), part.names[right].tolist(), strict=True):
            joined.adopt(one, name)
        in_groups += [first + right, first + part.repeating]
    new_names = {document: joined.name(document, names) for document in list(joined)}
    names[list(new_names)] = list(new_names.values())
    in_groups.append(np.fromiter(new_names, np.int64, len(new_names)))
    documents = distinct(np.sort(np.concatenate(in_groups)))
    documents = documents[live[documents]]
    ordered = np.sort(names[documents])
    several = distinct(ordered[1:][ordered[1:] == ordered[:-1]])
    documents = documents[members(several, names[documents])]
    return Groups(documents, names[documents])


class _Joined(dict[int, int]):
    """Documents that are alike, each with another of its set; by the first of a set, the name of the group it is of."""

    def __init__(self) -> None:
        super().__init__()
        self._names: dict[int, int] = {}

    def join(self, one: int, other: int) -> None:
        first, second = sorted((self._first(one), self._first(other)))
        self[second] = first

    def adopt(self, document: int, name: int) -> None:
        """Puts a set into a group there was before: of several into the one whose name is the smallest."""
        first = self._first(document)
        self._names[first] = min(name, self._names.get(first, name))

    def name(self, document: int, names: NDArray[np.int64]) -> int:
        """The group of a document: that of its set, or else named for the first document of the set."""
        first = self._first(document)
        return self._names.get(first, int(names[first]))

    def _first(self, document: int) -> int:
        before = self.setdefault(document, document)
        while before != document:
            self[document] = self[before]  # the way is shorter for those who come after
            document, before = before, self[before]
        return document
