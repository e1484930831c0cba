"""In how many documents is a term, whatever the field? The terms of several fields as one dictionary.

A search asks for a word in all text fields: here one look-up tells how many documents have it and its number in each
of the fields. ``union:<name>:terms`` and ``:ends`` are the terms in order (terms.py), ``:holders`` the number of
documents by term. ``:fields`` has a row of bits a field, a bit a term: whether the field has it; its number there is
how many bits are set before, which ``:ranks`` counts for every 512th term. Which fields they are is in the file's meta,
``unions``.
Not here: postings (fields.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from article_search.arrays import distinct, members
from article_search.backends.embedded.columnar import arrays
from article_search.backends.embedded.columnar.container import Array, Container, ContainerError
from article_search.backends.embedded.columnar.terms import Terms

_BLOCK = 64  # bytes of bits whose sum is kept
_RUN = 1 << 20  # postings looked at at a time

Places = NDArray[np.int32]  # of a field's terms among those of all its fields, ascending


class Listed(Protocol):
    """The lists of a field whose terms are given beside it."""

    def frequencies(self) -> NDArray[np.int64]:
        """How many documents each term has."""

    def documents_of(self, first: int, last: int) -> tuple[Array, NDArray[np.int64]]:
        """The documents of some terms, list after list, and how many each list has."""


class Lists(NamedTuple):
    """Lists in memory: where each begins, and the documents of all."""

    starts: NDArray[np.int64]
    docs: Array

    def frequencies(self) -> NDArray[np.int64]:
        return np.diff(self.starts)

    def documents_of(self, first: int, last: int) -> tuple[Array, NDArray[np.int64]]:
        starts = self.starts[first : last + 1]
        return self.docs[starts[0] : starts[-1]], np.diff(starts)


class Union(Terms):
    """Reads such a dictionary."""

    def __init__(self, container: Container, name: str) -> None:
        super().__init__(container.view(_key(name, "terms")), container.view(_key(name, "ends")))
        self.fields: tuple[str, ...] = tuple(fields_of(container)[name])
        self._holders = container.view(_key(name, "holders"))
        self._bits = container.view(_key(name, "fields"))
        self._ranks = container.view(_key(name, "ranks"))
        self._width = -(-self.count // 8)
        blocks = -(-self._width // _BLOCK)
        sizes = len(self._holders), len(self._bits), len(self._ranks)
        if sizes != (self.count, self._width * len(self.fields), blocks * len(self.fields)):
            raise ContainerError(f"{container.name}: its dictionary of {name} is not what was written")
        self._blocks = blocks

    def holders(self, number: int) -> int:
        """How many documents have a term."""
        return int(self._holders.item(number))

    def numbers(self, number: int) -> list[int | None]:
        """The number of a term in each field, None where a field has it not."""
        return [self._number_in(place, number) for place in range(len(self.fields))]

    def _number_in(self, field: int, number: int) -> int | None:
        byte = number >> 3
        block = byte // _BLOCK
        row = field * self._width
        bits = int.from_bytes(self._bits.bytes(row + block * _BLOCK, row + byte + 1)) >> (7 - (number & 7))
        if not bits & 1:
            return None
        return int(self._ranks.item(field * self._blocks + block)) + bits.bit_count() - 1

    def all_holders(self) -> NDArray[np.int64]:
        """The same of all terms."""
        return self._holders.whole().astype(np.int64)


def fields_of(container: Container) -> Mapping[str, Sequence[str]]:
    """The fields of each union that a file has. Raises ContainerError."""
    found = container.meta.get("unions", {})
    if not isinstance(found, dict) or not all(isinstance(each, list) for each in found.values()):
        raise ContainerError(f"{container.name}: its directory cannot be read")
    return found


def union_arrays(
    name: str, terms: Sequence[bytes], fields: Sequence[Places], holders: NDArray[Any]
) -> Iterator[tuple[str, Array]]:
    """The arrays of a union: its terms in order, the places among them of each field's, and how many documents have
    each."""
    blob, ends = arrays.joined(terms)
    yield _key(name, "terms"), blob
    yield _key(name, "ends"), ends
    yield _key(name, "holders"), arrays.smallest(holders)
    width = -(-len(terms) // 8)
    blocks = -(-width // _BLOCK)
    bits = np.zeros((len(fields), blocks * _BLOCK), np.uint8)
    for row, numbers in zip(bits, fields, strict=True):
        there = np.zeros(8 * blocks * _BLOCK, np.bool_)
        there[numbers] = True
        row[:] = np.packbits(there)
    sums = np.bitwise_count(bits).reshape(len(fields), blocks, _BLOCK).sum(axis=2, dtype=np.int64)
    yield _key(name, "fields"), bits[:, :width].ravel()
    yield _key(name, "ranks"), arrays.smallest((np.cumsum(sums, axis=1) - sums).ravel())


def together(lists: Sequence[Sequence[bytes]]) -> tuple[list[bytes], list[Places]]:
    """All terms in order, and the place among them of each list's terms."""
    every = list(dict.fromkeys(sorted(chain.from_iterable(lists))))  # sorting finds the lists in order, and merges them
    place = {term: number for number, term in enumerate(every)}
    return every, [places(place, terms) for terms in lists]


def places(place: Mapping[bytes, int], terms: Collection[bytes]) -> Places:
    """The place of each of some terms, which all have one."""
    return np.fromiter(map(place.__getitem__, terms), np.int32, len(terms))


def holders(
    count: int,
    fields: Sequence[tuple[Places, Listed]],
    documents: int,
    kept: NDArray[np.bool_] | None = None,
) -> NDArray[np.int64]:
    """How many of so many documents have each of ``count`` terms in any of some fields, those that are ``kept`` alone
    where that is told. ``fields`` gives where a field's terms are among all, and its lists."""
    found = np.zeros(count, np.int64)
    costs = np.zeros(count, np.int64)
    for numbers, lists in fields:
        costs[numbers] += lists.frequencies()
    for first, last in arrays.runs(costs, _RUN):
        keys = [_keys(numbers, lists, first, last, documents, kept) for numbers, lists in fields]
        found[first:last] = _counted(keys, last - first, documents)
    return found


def _keys(
    numbers: Places, lists: Listed, first: int, last: int, documents: int, kept: NDArray[np.bool_] | None
) -> NDArray[np.int64]:
    """A number of each posting of some terms, by term and document, ascending."""
    begin, end = np.searchsorted(numbers, (first, last)).tolist()
    docs, frequency = lists.documents_of(begin, end)
    keys = np.repeat((numbers[begin:end] - first).astype(np.int64) * documents, frequency)
    keys += docs
    return keys if kept is None else keys[kept[docs]]


def _counted(keys: Sequence[NDArray[np.int64]], count: int, documents: int) -> NDArray[np.int64]:
    """How many different keys there are by term."""
    longest = max(range(len(keys)), key=lambda place: len(keys[place]))
    others = np.concatenate([*(each for place, each in enumerate(keys) if place != longest), np.empty(0, np.int64)])
    others.sort(kind="stable")
    more = distinct(others)
    more = more[~members(keys[longest], more)]
    counts = np.bincount(keys[longest] // max(documents, 1), minlength=count)
    return counts + np.bincount(more // max(documents, 1), minlength=count)


def _key(name: str, array: str) -> str:
    return f"union:{name}:{array}"
