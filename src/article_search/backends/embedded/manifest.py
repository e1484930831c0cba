"""What did a commit know of each content file? A chain of files: the first tells of all, each later one of changes.

A commit writes what it has learnt to ``articles_N.files`` and adds that to the chain, which is part of its record
(store.py). Links before it that are not much larger are joined into it, so that there are few of them, each file's
state is rewritten a logarithmic number of times, and a commit's cost follows the change. A link is a container
(columnar/container.py) of arrays with an item a file, in the order of the ids:

"Which files?" ``ids`` are their ids in UTF-8, each followed by a line feed, which no id has; ``ends`` is where each
ends. ``gone`` has the numbers of those that are there no more.
"What is my state?" ``sizes``, ``mtimes``, ``marks``, ``addresses`` and ``digests`` (16 bytes each) tell it of files
that are indexed and of which there is no more to say, as nearly all are. The others have a note, the whole state:
``notes`` is JSON, notes by number. Links of older programs have neither marks nor addresses.

Not here: what the states mean (reading).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import numpy as np

from article_search.backends import states
from article_search.backends.embedded import records, store
from article_search.backends.embedded.columnar import container
from article_search.backends.embedded.columnar.arrays import joined, smallest
from article_search.reading.files import Files, FileState, Stamp

T = TypeVar("T")
_LOOKUPS = 64  # one in so many files looked up one by one costs as much as a table of all


class Manifest(Files):
    """The chain of a commit, open for reading. Every method raises IndexDamagedError for what is not as written."""

    def __init__(self, folder: Path, chain: tuple[records.Link, ...]) -> None:
        self._folder = folder
        with store.understood(folder):
            self._links = [_Link(folder, link) for link in chain]

    def __getitem__(self, id: str) -> FileState:
        state = self._checked(lambda: self._state(id))
        if state is None:
            raise KeyError(id)
        return state

    def _state(self, id: str) -> FileState | None:
        for link in reversed(self._links):
            number = link.find(id)
            if number is not None:
                return link.state(number)
        return None

    def __iter__(self) -> Iterator[str]:
        return iter(self.stamps())

    def __len__(self) -> int:
        return len(self.stamps())

    def stamps(self) -> Mapping[str, Stamp]:
        """The stamp of every file."""
        return self._stamps

    @cached_property
    def _stamps(self) -> dict[str, Stamp]:
        return self._checked(lambda: states.together(self._links, _Link.stamps))

    def addresses(self) -> Mapping[str, int]:
        """A number that stands for the address of every article that is indexed."""
        found = self._checked(lambda: states.together(self._links, _Link.addresses))
        return {id: address for id, address in found.items() if address}

    def notable(self) -> Mapping[str, FileState]:
        """Every file that has more to say than that it is indexed; others may be among them."""
        return self._checked(lambda: states.together(self._links, _Link.noted))

    def changes(self) -> dict[str, FileState | None]:
        """All that the links say, by id; None of files that are gone."""
        return self._checked(lambda: {id: state for link in self._links for id, state in link.states()})

    def _checked(self, read: Callable[[], T]) -> T:
        with store.understood(self._folder):
            return read()


class _Link:
    """One file of a chain."""

    def __init__(self, folder: Path, link: records.Link) -> None:
        self._file = file = store.open_container(folder, link.name, link.fingerprint)
        self._blob, self._ends = file.view("ids"), file.view("ends")
        self._size, self._mtime, self._digest = file.view("sizes"), file.view("mtimes"), file.view("digests")
        self._mark, self._address = (file.view(name) if name in file else None for name in ("marks", "addresses"))
        self._lookups = 0
        of_files = [self._ends, self._size, self._mtime, *filter(None, (self._mark, self._address))]
        if {link.files} != set(map(len, of_files)) or len(self._digest) != states.DIGEST * link.files:
            raise container.ContainerError(f"{file.name} does not tell of {link.files} files")

    @cached_property
    def ids(self) -> list[str]:
        """All ids, in order."""
        return self._blob.whole().tobytes().decode("utf-8", "surrogatepass").split("\n")[:-1]

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return dict(zip(self.ids, range(len(self.ids)), strict=True))

    @cached_property
    def _gone(self) -> set[int]:
        return set(self._file.array("gone").tolist())

    @cached_property
    def _notes(self) -> dict[int, FileState]:
        notes = json.loads(self._file.array("notes").tobytes())
        return {int(number): states.noted(note) for number, note in notes.items()}

    def find(self, id: str) -> int | None:
        """The number of a file; None when this link says nothing of it."""
        self._lookups += 1
        if self._lookups * _LOOKUPS > len(self._ends):
            return self._numbers.get(id)
        wanted = id.encode("utf-8", "surrogatepass")
        low, high = 0, len(self._ends)
        while low < high:
            middle = (low + high) // 2
            if self._id(middle) < wanted:
                low = middle + 1
            else:
                high = middle
        return low if low < len(self._ends) and self._id(low) == wanted else None

    def _id(self, number: int) -> bytes:
        start = self._ends.item(number - 1) if number else 0
        return self._blob.bytes(start, self._ends.item(number) - 1)

    def state(self, number: int) -> FileState | None:
        """What is said of a file; None when it is gone."""
        if number in self._gone:
            return None
        note = self._notes.get(number)
        if note:
            return note
        digest = self._digest.bytes(number * states.DIGEST, (number + 1) * states.DIGEST)
        return FileState(
            self._size.item(number),
            self._mtime.item(number),
            digest.hex(),
            "indexed",
            mark=self._mark.item(number) if self._mark else 0,
            address=self._address.item(number) if self._address else 0,
        )

    def states(self) -> Iterator[tuple[str, FileState | None]]:
        """All that is said, by id."""
        return zip(self.ids, map(self.state, range(len(self.ids))), strict=True)

    def stamps(self) -> dict[str, Stamp]:
        """The stamps of the files that are there."""
        stamps = zip(
            self._size.whole().tolist(), self._mtime.whole().tolist(), self._numbers_of(self._mark), strict=True
        )
        return states.told(self.ids, stamps, self._notes, self._gone, lambda state: state.stamp)

    def addresses(self) -> dict[str, int]:
        """What stands for the addresses of the files that are there; 0 where there is none."""
        plain = self._numbers_of(self._address)
        return states.told(self.ids, plain, self._notes, self._gone, lambda state: state.address)

    def _numbers_of(self, view: container.View | None) -> list[int]:
        return view.whole().tolist() if view else [0] * len(self.ids)

    def noted(self) -> dict[str, FileState]:
        """The states of files with a note."""
        return {self.ids[number]: state for number, state in self._notes.items()}


def added(
    folder: Path, chain: tuple[records.Link, ...], number: int, changes: Mapping[str, FileState | None]
) -> tuple[records.Link, ...]:
    """The chain after commit ``number``, its new link on disk; None stands for a file that is gone. Raises
    IndexDamagedError."""
    kept, changes = states.joined(chain, changes, lambda link: Manifest(folder, (link,)).changes())
    if not changes:
        return kept
    name = f"articles_{number}.files"
    with (folder / name).open("wb") as file:
        container.write(file, _arrays(changes), {})
    return (*kept, records.Link(name, len(changes), store.fingerprint_and_sync(folder / name)))


def _arrays(changes: Mapping[str, FileState | None]) -> dict[str, container.Array]:
    ids = sorted(changes)
    said = [changes[id] for id in ids]
    notes = {number: states.note(state) for number, state in enumerate(said) if state and not states.is_plain(state)}
    plain = [state if state and number not in notes else None for number, state in enumerate(said)]
    blob, ends = joined([id.encode("utf-8", "surrogatepass") + b"\n" for id in ids])
    digests = "".join([state.digest if state else "00" * states.DIGEST for state in plain])
    return {
        "ids": blob,
        "ends": ends,
        "gone": smallest(np.flatnonzero([state is None for state in said])),
        "sizes": smallest(np.asarray([state.size if state else 0 for state in plain], np.uint64)),
        "mtimes": np.asarray([state.mtime if state else 0 for state in plain], np.int64),
        "marks": np.asarray([state.mark if state else 0 for state in plain], np.int64),
        "addresses": np.asarray([state.address if state else 0 for state in plain], np.int64),
        "digests": np.frombuffer(bytes.fromhex(digests), np.uint8),
        "notes": np.frombuffer(json.dumps(notes, separators=(",", ":")).encode(), np.uint8),
    }
