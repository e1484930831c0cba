"""Whose request is next? A client has a share of what is worked on at once, and clients take turns.

``Shares`` refuses what is beyond one's share, under any server. ``Turns`` has it wait in a line of its own, so that who
asks for much makes only himself wait; it needs a server that lets it choose. Not here: who a client is, and how often
one may ask (clients.py), threads and sockets (connections.py).
"""

from __future__ import annotations

import threading
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Shares:
    """Counts what is worked on for each client, who may have so much ``at_once``. Safe to share between threads."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._at_work: Counter[str] = Counter()
        self._lock = threading.Lock()

    def take(self, client: str) -> bool:
        """Begins one more if the client has not its share already; ``give_back`` ends it."""
        with self._lock:
            allowed = self._at_work[client] < self._at_once
            self._at_work[client] += allowed
            return allowed

    def give_back(self, client: str) -> None:
        """Ends one that was begun."""
        with self._lock:
            _less(self._at_work, client)


class Turns(Generic[T]):
    """Lines of what waits, one for each client, of which each may have so many ``at_once``.

    A line longer than ``waiting``, or whose first has waited for more than ``patience`` seconds, does not keep to
    that: its first is let through at once, to be told that it is too much (by Shares). Safe to share between threads.
    """

    def __init__(
        self, at_once: int, waiting: int, patience: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._at_once = at_once
        self._waiting = waiting
        self._patience = patience
        self._clock = clock
        self._lines: OrderedDict[str, deque[tuple[float, T]]] = OrderedDict()  # who is longest without a turn first
        self._at_work: Counter[str] = Counter()
        self._lock = threading.Lock()

    def add(self, client: str, item: T) -> None:
        """Puts something at the end of a client's line."""
        with self._lock:
            self._lines.setdefault(client, deque()).append((self._clock(), item))

    def is_due(self) -> bool:
        """Whether it is somebody's turn."""
        with self._lock:
            return self._due() is not None

    def next(self) -> tuple[str, T]:
        """Takes what is due out of its line, and whose it is; ``done`` ends it. Raises LookupError if nothing is."""
        with self._lock:
            client = self._due()
            if client is None:
                raise LookupError("it is nobody's turn")
            line = self._lines[client]
            _, item = line.popleft()
            self._lines.move_to_end(client)
            if not line:
                del self._lines[client]
            self._at_work[client] += 1
            return client, item

    def done(self, client: str) -> None:
        """Tells that something of a client is worked on no more."""
        with self._lock:
            _less(self._at_work, client)

    def __len__(self) -> int:
        """How much waits."""
        with self._lock:
            return sum(map(len, self._lines.values()))

    def _due(self) -> str | None:
        late = self._clock() - self._patience
        for client, line in self._lines.items():
            if self._at_work[client] < self._at_once or len(line) > self._waiting or line[0][0] < late:
                return client
        return None


def _less(counter: Counter[str], client: str) -> None:
    """One less; who has none left is forgotten."""
    counter[client] -= 1
    if counter[client] <= 0:
        del counter[client]
