"""What is kept in memory of what was made of an index? What was asked for lately, within a bound of bytes.

What comes from queries and articles counts at its true size: a word may have one letter or two thousand, a query many
forms. Not here: what is made.
"""

from __future__ import annotations

import sys
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import cache
from operator import attrgetter
from typing import Any, Generic, NamedTuple, TypeVar

K = TypeVar("K")
V = TypeVar("V")

# Hundredths of all room by what is kept; each has its own, or what is cheap to make would drive out what is not.
SHARES = {"scores": 24, "spread": 11, "places": 24, "postings": 19, "heads": 8, "terms": 7, "words": 7}
_ROOM = 128 * 2**20  # bytes; what a few hundred different queries in use want of some 25,000 articles
_ROOM_EACH = 768  # and by document, where there are many: it stays small beside the index
_NUMBER = 28  # bytes of one
_DICT = 100  # bytes of what holds the parts of a thing without slots
_ENTRY = 250  # bytes of what holds a key and its value, about


def rooms(room: int, documents: int) -> dict[str, int]:
    """Bytes by what is kept, of ``room`` for all, or of what fits an index of so many documents where that is 0."""
    room = room or max(_ROOM, _ROOM_EACH * documents)
    return {name: room * share // 100 for name, share in SHARES.items()}


class Cache(Generic[K, V]):
    """Values, while there is ``room`` for them in bytes; then the least recently used goes. The last one stays."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.taken = 0
        self._kept: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: K) -> V | None:
        """What is kept under a key."""
        found = self._kept.get(key)
        if found is None:
            return None
        try:  # noqa: SIM105 (contextlib.suppress would take as long as all the rest)
            self._kept.move_to_end(key)
        except KeyError:  # another thread has just let go of it
            pass
        return found[0]

    def keep(self, key: K, value: V, bytes: int | None = None) -> None:
        """Keeps a value that takes so many bytes, or what it is measured to take, besides its key."""
        bytes = _ENTRY + (measured(key, value) if bytes is None else measured(key) + bytes)
        with self._lock:
            before = self._kept.pop(key, None)
            self._kept[key] = (value, bytes)
            self.taken += bytes if before is None else bytes - before[1]
            while self.taken > self.room and len(self._kept) > 1:
                self.taken -= self._kept.popitem(last=False)[1][1]


def measured(*things: Any) -> int:
    """The bytes of texts and numbers, and of what holds them: tuples, lists, sets and dataclasses. What is of any other
    type is taken for something that others have as well."""
    total, left = 0, list(things)
    while left:
        one = left.pop()
        kind: type = type(one)
        if kind is str:
            total += _size(one)
        elif kind is float or kind is int:
            total += _NUMBER
        elif (parts := _parts(kind)) is not None:
            total += _size(one) + parts.held
            left.extend(parts.of(one) if parts.of else one)
    return total


_size = sys.getsizeof


class _Parts(NamedTuple):
    """What gives the parts of a thing, None where it is a collection itself; and the bytes of what holds them."""

    of: Callable[[Any], tuple[Any, ...]] | None
    held: int = 0


@cache
def _parts(kind: type) -> _Parts | None:
    """How the parts of a thing of some type are found; None if that does not count."""
    if issubclass(kind, tuple | list | frozenset | set):
        return _Parts(None)
    if is_dataclass(kind):
        names = [field.name for field in fields(kind)]
        several = attrgetter(*names, *names[:1])  # of one name it would give no tuple
        return _Parts(lambda one: several(one)[: len(names)], 0 if hasattr(kind, "__slots__") else _DICT)
    return None
