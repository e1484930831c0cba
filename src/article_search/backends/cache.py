"""What is kept in memory of what was made of an index? What was asked for lately, within a bound of bytes.

Not here: what is made, and how much memory it takes.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

# Hundredths of all room by what is kept; each has its own, or what is cheap to make would drive out what is not.
SHARES = {"scores": 25, "spread": 12, "places": 25, "postings": 21, "heads": 10, "terms": 5, "words": 2}
_ROOM = 128 * 2**20  # bytes; what a few hundred different queries in use want of some 25,000 articles
_ROOM_EACH = 768  # and by document, where there are many: it stays small beside the index
_ENTRY = 500  # bytes of a key, a small value and what holds them, about


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

    def keep(self, key: K, value: V, bytes: int = 0) -> None:
        """Keeps a value that takes so many bytes, besides what every value takes."""
        bytes += _ENTRY
        with self._lock:
            before = self._kept.pop(key, None)
            self._kept[key] = (value, bytes)
            self.taken += bytes if before is None else bytes - before[1]
            while self.taken > self.room and len(self._kept) > 1:
                self.taken -= self._kept.popitem(last=False)[1][1]
