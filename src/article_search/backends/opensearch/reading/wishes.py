"""What is asked of a cluster in one journey? All that is not known yet; what will be asked is found out by rehearsal.

Each journey costs milliseconds, and answering asks one thing after the other. So it is done with guesses for what is
not known: that tells what it will ask, which is asked together, and so on until it gets by without a guess, which is
the performance. What comes of guesses is thrown away. Not here: what the questions are (reader.py, vocabulary.py).
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

from article_search.backends.cache import Cache
from article_search.backends.opensearch.cluster import Json
from article_search.backends.opensearch.reading.snapshot import Snapshot

T = TypeVar("T")
_TOGETHER = 64  # searches of one request
_REHEARSALS = 4  # each finds what depends on the answers to the one before


class Wish(NamedTuple):
    """Something to be known: what it is remembered by, the searches that tell, how their answers are read, and what it
    may well be."""

    key: object
    searches: tuple[Json, ...]
    read: Callable[[Sequence[Json]], Any]
    guess: Any = None


class Unguessed(Exception):  # noqa: N818  (ends a rehearsal, and is no error)
    """What is asked now cannot be guessed, and there were guesses: a rehearsal ends here."""


class Wishes:
    """What one request wants to know. ``until``: the moment by which it must be answered. ``remembered`` and ``made``
    are those of the snapshot; after a guess, others over them."""

    def __init__(self, snapshot: Snapshot, until: float) -> None:
        self._snapshot = snapshot
        self._until = until
        self._noted: dict[object, Wish] | None = None  # what was guessed in a rehearsal; None: there are no guesses
        self._forget()

    def _forget(self) -> None:
        self.remembered: Cache[object, Any] = self._snapshot.words
        self.made: Any = self._snapshot.made

    def known(self, wishes: Sequence[Wish]) -> list[Any]:
        """What some wishes are answered with."""
        known = self._snapshot.known
        found: dict[object, Any] = {}
        unknown: dict[object, Wish] = {}
        for wish in wishes:
            if (one := known.get(wish.key)) is not None:
                found[wish.key] = one[0]
            else:
                unknown[wish.key] = wish
        if self._noted is not None and unknown:
            if not self._noted:
                self.remembered, self.made = _Over(self._snapshot.words), ChainMap({}, self._snapshot.made)
            self._noted.update(unknown)
            return [found.get(wish.key, wish.guess) for wish in wishes]
        for key, value in self._asked(list(unknown.values())):
            found[key] = value
            known.keep(key, (value,))  # which may be None or nothing
        return [found[wish.key] for wish in wishes]

    def _asked(self, wishes: Sequence[Wish]) -> Iterator[tuple[object, Any]]:
        searches = [search for wish in wishes for search in wish.searches]
        answers: list[Json] = []
        for first in range(0, len(searches), _TOGETHER):
            answers += self._snapshot.search(searches[first : first + _TOGETHER], self._until)
        at = 0
        for wish in wishes:
            yield wish.key, wish.read(answers[at : at + len(wish.searches)])
            at += len(wish.searches)

    def search(self, searches: Sequence[Json]) -> list[Json]:
        """The answers to searches that nobody remembers."""
        self.end_rehearsal()
        return self._snapshot.search(searches, self._until)

    def end_rehearsal(self) -> None:
        """From here on nothing is guessed. Raises Unguessed if anything was."""
        if self._noted:
            raise Unguessed
        self._noted = None

    def perform(self, act: Callable[[], T]) -> T:
        """Does something, after as many rehearsals as it takes, but not very many."""
        for _ in range(_REHEARSALS):
            self._noted = {}
            try:
                found = act()
            except Exception:  # guesses may not fit
                if not self._noted:
                    raise
            else:
                if not self._noted:
                    return found
            finally:
                noted, self._noted = self._noted, None
                self._forget()
            self.known(list(noted.values()))
        return act()


class _Over(Cache[object, Any]):
    """What is remembered, and for a while something besides."""

    def __init__(self, under: Cache[object, Any]) -> None:
        super().__init__(under.room)
        self._under = under

    def get(self, key: object) -> Any:
        """What is kept under a key here, or there."""
        found = super().get(key)
        return self._under.get(key) if found is None else found
