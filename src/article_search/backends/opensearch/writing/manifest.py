"""What did a commit know of each content file? A chain of links: the first tells of all, each later one of changes.

A link is some documents of the state, each of which tells of a run of files in the order of their ids: numbers, ids and
gone ones as bytes, the states that these do not tell as notes (states.py), compressed and in base64. Links that are not
much larger than a new one are joined into it, so that there are few, and a commit's cost follows the change. They are
read when they are asked for, and only if they are what was written. Not here: what the states mean (reading).
"""

from __future__ import annotations

import base64
import json
import struct
import zlib
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TypeVar

import numpy as np

from article_search.backends import states
from article_search.backends.opensearch.cluster import Cluster, Json, MissingError
from article_search.backends.opensearch.records import Link, state_of
from article_search.digests import blake2b
from article_search.errors import IndexDamagedError
from article_search.reading.files import Files, FileState, Stamp

T = TypeVar("T")
_RAW = 5_500_000  # bytes of a part before compression, which may not help: in base64 under 8 MB
_MOST = 4 * _RAW  # bytes a part is expanded to
_HEAD = struct.Struct("<4I")  # files, bytes of ids, files that are gone, bytes of notes
_ROW = 4 * 8 + states.DIGEST
_WRONG = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
    RecursionError,
    zlib.error,
    struct.error,
)


def manifest(cluster: Cluster, name: str, chain: tuple[Link, ...]) -> Files:
    """What a chain tells. Its methods raise IndexDamagedError for what is not as written."""
    return _Manifest(cluster, name, chain) if chain else Files({})


def link_name(run: int) -> str:
    """The link that a run makes."""
    return f"files-{run}"


def documents(link: str, first: int, last: int) -> list[str]:
    """The names of some documents of a link."""
    return [f"{link}.{number}" for number in range(first, last)]


class _Manifest(Files):
    def __init__(self, cluster: Cluster, name: str, chain: tuple[Link, ...]) -> None:
        self._cluster, self._name, self._chain = cluster, name, chain

    @cached_property
    def _parts(self) -> list[_Part]:
        return [part for link in self._chain for part in _read(self._cluster, self._name, link)]

    def __getitem__(self, id: str) -> FileState:
        # Of the parts of one link only one tells of a file.
        said = ((part, number) for part in reversed(self._parts) if (number := part.find(id)) is not None)
        part, number = next(said, (None, 0))
        state = part.state(number) if part else None
        if state is None:
            raise KeyError(id)
        return state

    def __iter__(self) -> Iterator[str]:
        return iter(self._stamps)

    def __len__(self) -> int:
        return len(self._stamps)

    def stamps(self) -> Mapping[str, Stamp]:
        """The stamp of every file."""
        return self._stamps

    @cached_property
    def _stamps(self) -> dict[str, Stamp]:
        return states.together(self._parts, _Part.stamps)

    def addresses(self) -> Mapping[str, int]:
        """A number that stands for the address of every article that is indexed."""
        return {id: address for id, address in states.together(self._parts, _Part.addresses).items() if address}

    def notable(self) -> Mapping[str, FileState]:
        """Every file that has more to say than that it is indexed; others may be among them."""
        return states.together(self._parts, _Part.noted)

    def changes(self) -> dict[str, FileState | None]:
        """All that the links say, by id; None of files that are gone."""
        return {id: state for part in self._parts for id, state in part.states()}


class _Part:
    """One document of a link. Raises one of _WRONG for what is none."""

    def __init__(self, data: bytes) -> None:
        files, ids, gone, notes = _HEAD.unpack_from(data)
        if len(data) != _HEAD.size + files * _ROW + ids + 4 * gone + notes:
            raise ValueError("a part is not as long as it says")
        at = _HEAD.size
        self._numbers = np.frombuffer(data, "<i8", 4 * files, at).reshape(4, files)
        at += 4 * 8 * files
        self._digests = data[at : at + states.DIGEST * files]
        at += states.DIGEST * files
        self.ids = data[at : at + ids].decode("utf-8", "surrogatepass").split("\n")[:-1]
        at += ids
        self._gone = set(np.frombuffer(data, "<u4", gone, at).tolist())
        at += 4 * gone
        said = json.loads(data[at:]).items()
        self._notes = {int(number): states.noted(note) for number, note in said}
        if len(self.ids) != files or any(one >= other for one, other in zip(self.ids, self.ids[1:], strict=False)):
            raise ValueError("a part has other files than it says")
        told = [*self._gone, *self._notes]
        if len(set(told)) != len(told) or any(not 0 <= number < files for number in told):
            raise ValueError("a part tells of files that are not there")

    def find(self, id: str) -> int | None:
        """The number of a file; None when nothing is said of it."""
        number = bisect_left(self.ids, id)
        return number if number < len(self.ids) and self.ids[number] == id else None

    def state(self, number: int) -> FileState | None:
        """What is said of a file; None when it is gone."""
        if number in self._gone:
            return None
        if note := self._notes.get(number):
            return note
        size, mtime, mark, address = self._numbers[:, number].tolist()
        digest = self._digests[number * states.DIGEST : (number + 1) * states.DIGEST]
        return FileState(size, mtime, digest.hex(), "indexed", mark=mark, address=address)

    def states(self) -> Iterator[tuple[str, FileState | None]]:
        """All that is said, by id."""
        return zip(self.ids, map(self.state, range(len(self.ids))), strict=True)

    def stamps(self) -> dict[str, Stamp]:
        """The stamps of the files that are there."""
        size, mtime, mark, _ = self._numbers.tolist()
        stamps = zip(size, mtime, mark, strict=True)
        return states.told(self.ids, stamps, self._notes, self._gone, lambda state: state.stamp)

    def addresses(self) -> dict[str, int]:
        """What stands for the addresses of the files that are there; 0 where there is none."""
        plain = self._numbers[3].tolist()
        return states.told(self.ids, plain, self._notes, self._gone, lambda state: state.address)

    def noted(self) -> dict[str, FileState]:
        """The states of files with a note."""
        return {self.ids[number]: state for number, state in self._notes.items()}


def _read(cluster: Cluster, name: str, link: Link) -> list[_Part]:
    """A link's parts. Raises IndexDamagedError."""
    parts: list[_Part] = []
    seen = blake2b(digest_size=16)
    for id in documents(link.name, 0, link.chunks):
        try:
            source = cluster.document(state_of(name), id)["_source"]
        except MissingError:
            raise _damaged(name, id, "is missing") from None
        try:
            data = base64.b64decode(source["data"], validate=True)
            seen.update(data)
            parts.append(_Part(_expanded(data)))
        except _WRONG:
            raise _damaged(name, id, "is not what was written") from None
    if seen.hexdigest() != link.fingerprint or sum(len(part.ids) for part in parts) != link.files:
        raise _damaged(name, link.name, "is not what was written")
    return parts


def _expanded(data: bytes) -> bytes:
    expanding = zlib.decompressobj()
    found = expanding.decompress(data, _MOST)
    if not expanding.eof or expanding.unused_data:
        raise ValueError("a part is longer than any that is written, or cut short")
    return found


def _damaged(name: str, id: str, what: str) -> IndexDamagedError:
    return IndexDamagedError(
        f"{id} of {state_of(name)}, which tells of content files, {what}; run `articles index --full`"
    )


# ---- writing ----


def added(
    cluster: Cluster, name: str, chain: tuple[Link, ...], run: int, changes: Mapping[str, FileState | None]
) -> tuple[Link, ...]:
    """The chain after a run, its new link written; None stands for a file that is gone. Raises IndexDamagedError."""
    kept, changes = states.joined(chain, changes, lambda link: _Manifest(cluster, name, (link,)).changes())
    if not changes:
        return kept
    link, seen = link_name(run), blake2b(digest_size=16)
    number = 0
    for number, data in enumerate(_parts(changes)):
        seen.update(data)
        source: Json = {"data": base64.b64encode(data).decode()}
        cluster.call("PUT", f"/{state_of(name)}/_doc/{link}.{number}", source)
    return (*kept, Link(link, len(changes), number + 1, seen.hexdigest()))


def _parts(changes: Mapping[str, FileState | None]) -> Iterator[bytes]:
    """States as documents, each of a length that a cluster takes."""
    run: list[tuple[bytes, FileState | None, bytes]] = []
    size = 0
    for id in sorted(changes):
        state = changes[id]
        note = b"" if state is None or states.is_plain(state) else _json(states.note(state))
        row = id.encode("utf-8", "surrogatepass") + b"\n", state, note
        length = _ROW + len(row[0]) + len(note) + 20
        if run and size + length > _RAW:
            yield zlib.compress(_packed(run))
            run, size = [], 0
        run.append(row)
        size += length
    yield zlib.compress(_packed(run))


def _packed(run: list[tuple[bytes, FileState | None, bytes]]) -> bytes:
    plain = [state if state and not note else None for _, state, note in run]
    gone = np.flatnonzero([state is None for _, state, _ in run]).astype("<u4").tobytes()
    ids = b"".join([id for id, _, _ in run])
    notes = b"{%b}" % b",".join([b'"%d":%b' % (number, note) for number, (_, _, note) in enumerate(run) if note])
    rows = [(state.size, state.mtime, state.mark, state.address) if state else (0, 0, 0, 0) for state in plain]
    digests = "".join([state.digest if state else "00" * states.DIGEST for state in plain])
    numbers = np.asarray(rows, "<i8").T.tobytes()
    head = _HEAD.pack(len(run), len(ids), len(gone) // 4, len(notes))
    return b"".join((head, numbers, bytes.fromhex(digests), ids, gone, notes))


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
