"""Which documents say nearly the same? A text as a few numbers that are alike as its shingles are.

A shingle is four words in a row; two texts are as alike as the share of shingles they have in common (Jaccard). Of each
text 32 minima over hashes of its shingles are kept, each of which two texts share with just that probability (MinHash:
Broder, "On the resemblance and containment of documents", SEQUENCES 1997); 16 bits of each will do. Texts that share
two neighbouring minima are compared by all. Not here: whose article it is, what becomes of those that repeat another.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from article_search.arrays import distinct, run_starts

Array = NDArray[Any]
Sketches = NDArray[np.uint16]  # (documents, MINIMA); all zero where a text is too short to tell
Pairs = tuple[NDArray[np.int64], NDArray[np.int64]]

MINIMA = 32
_SHINGLE = 4  # words
_SAMPLE = 3  # of the hash of a shingle's first word: one in four begins one
_LEAST = 8  # shingles sampled; a text of some 30 words
_ALIKE = 26  # of the minima: a Jaccard of about 0.8
_RUN = 1 << 20  # words looked at at a time
_COMPARED = 16  # texts of one band that each is compared with
# Odd, and drawn once: sketches are kept.
_MULTIPLIERS = np.array(
    (
        "3379637893 2953535461 1816121169 1681982465 1077917523 1109984575 1332989127 101735433 "
        "1253769377 965907331 1398476537 3890360515 3191299907 2335478297 1386037465 1843463117 "
        "991392225 1216829179 920822383 1704042239 4106467703 512319353 1304061119 2029768989 "
        "1363800315 4222522301 2976527903 835682699 2984913263 67401385 956261455 3757616789"
    ).split()
).astype(np.uint32)


def hashes(words: Iterable[str]) -> NDArray[np.uint64]:
    """A number for each word that is the same in every process and index."""
    each = [zlib.crc32(data := word.encode("utf-8", "replace")) << 32 | zlib.adler32(data) for word in words]
    return _mixed(np.asarray(each, np.uint64))


def sketched(words: Array, lengths: Array, word_hashes: NDArray[np.uint64]) -> Sketches:
    """The sketches of some texts: the numbers of their words one text after the other, how many each has, and the hash
    of each word by its number."""
    found = np.zeros((len(lengths), MINIMA), np.uint16)
    ends = np.cumsum(lengths, dtype=np.int64)
    begins = (word_hashes & np.uint64(_SAMPLE)) == 0
    first = 0
    while first < len(lengths):  # so many at a time that all about them stays near the processor
        start = int(ends[first] - lengths[first])
        last = max(first + 1, int(np.searchsorted(ends, start + _RUN, side="right")))
        _sketch(found[first:last], words[start : ends[last - 1]], lengths[first:last], word_hashes, begins)
        first = last
    return found


def _sketch(
    found: Sketches, words: Array, lengths: Array, word_hashes: NDArray[np.uint64], begins: NDArray[np.bool_]
) -> None:
    ends = np.cumsum(lengths, dtype=np.int64)
    at = np.flatnonzero(begins[words])
    documents = np.repeat(np.arange(len(lengths), dtype=np.uint32), lengths)[at]
    fits = at + _SHINGLE <= ends[documents]
    at, documents = at[fits], documents[fits]
    enough = np.bincount(documents, minlength=len(lengths)) >= _LEAST
    at, documents = at[enough[documents]], documents[enough[documents]]
    if not len(at):
        return
    shingles = word_hashes[words[at]]
    for place in range(1, _SHINGLE):
        shingles *= np.uint64(0x100000001B3)
        shingles ^= word_hashes[words[at + place]]
    narrow = (_mixed(shingles) >> np.uint64(32)).astype(np.uint32)
    firsts = run_starts(documents)
    owners = documents[firsts]
    for number, multiplier in enumerate(_MULTIPLIERS):
        found[owners, number] = np.minimum.reduceat(narrow * multiplier, firsts).astype(np.uint16)


def _mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Each bit of the result depends on every bit of the number (the finaliser of MurmurHash3)."""
    numbers = (numbers ^ (numbers >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
    numbers = (numbers ^ (numbers >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
    return numbers ^ (numbers >> np.uint64(33))


def alike(sketches: Sketches) -> Pairs:
    """Pairs of texts that say nearly the same, smaller number first, whatever order they are in. Of very many copies
    each is paired with some others, so that all are connected; not with all."""
    known = np.flatnonzero(sketches.any(axis=1))
    bands = _bands(sketches[known])
    ones, others = [], []
    for band in range(bands.shape[1]):
        order = np.argsort(bands[:, band], kind="stable")
        keys = bands[order, band]
        for away in range(1, _COMPARED + 1):
            same = np.flatnonzero(keys[away:] == keys[:-away])
            if not len(same):
                break
            ones.append(order[same])
            others.append(order[same + away])
    return _confirmed(sketches, sketches, known[_joined(ones)], known[_joined(others)])


def alike_between(new: Sketches, old: Sketches) -> Pairs:
    """For texts of ``new`` that say nearly the same as some of ``old``: pairs of both. What is old is only skimmed."""
    known = np.flatnonzero(new.any(axis=1))
    if not len(known):
        return known, known
    new_bands, old_bands = _bands(new[known]), _bands(old)
    ones, others = [], []
    for band in range(new_bands.shape[1]):
        order = np.argsort(new_bands[:, band], kind="stable")
        keys = new_bands[order, band]
        is_there = np.zeros(1 << 16, np.bool_)  # by the lower half of a key: most of the old go at once
        is_there[keys & np.uint32(0xFFFF)] = True
        maybe = np.flatnonzero(is_there[old_bands[:, band] & np.uint32(0xFFFF)])
        wanted = old_bands[maybe, band]
        first = np.searchsorted(keys, wanted)
        last = np.searchsorted(keys, wanted, side="right")
        counts = last - first
        others.append(np.repeat(maybe, counts))
        starts = np.cumsum(counts) - counts
        ones.append(order[np.repeat(first - starts, counts) + np.arange(int(counts.sum()))])
    return _confirmed(new, old, known[_joined(ones)], _joined(others))


def _bands(sketches: Sketches) -> NDArray[np.uint32]:
    """Each two neighbouring minima as one number, by which texts are found that are worth comparing."""
    return np.ascontiguousarray(sketches).view(np.uint32)


def _joined(parts: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    return np.concatenate(parts) if parts else np.empty(0, np.int64)


def _confirmed(one: Sketches, other: Sketches, left: NDArray[np.int64], right: NDArray[np.int64]) -> Pairs:
    """Of some pairs those that are alike, each once."""
    pairs = distinct(np.sort((left << 32) | right))
    left, right = pairs >> 32, pairs & 0xFFFFFFFF
    good = np.count_nonzero(one[left] == other[right], axis=1) >= _ALIKE
    return left[good], right[good]
