"""What lies in an index folder, and is it what was written? Commit records, checksums.

Each commit N has a record, ``articles_N.json``: format, signature, moment, segments with their deleted documents, the
chain of files that tell what is known of each content file (manifest.py), and the fingerprint of each; so has the file
of which articles repeat others (repeats.py). All is complete
and on disk before Whoosh's table of contents for N is renamed into place, which is the commit. Readers of ours need the
record only, Whoosh the table of contents. Not here: what is in a segment (columnar) and in a link of the chain, and
who may write (writing/locking.py).
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import re
from array import array
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from article_search.backends.embedded.columnar import container
from article_search.digests import blake2b
from article_search.errors import IndexDamagedError, IndexFormatError, NoIndexError

FORMAT = 4  # of the folder as a whole; another number cannot be read
NAME = "MAIN"  # Whoosh's default name of an index, so that whoosh.index.open_dir finds it
MAX_DOCUMENTS = 65_536  # of one segment: their numbers fit 16 bits
SEGMENT_FILES = (".cdo", ".cpo")
_TOC = re.compile(rf"_{NAME}_(\d+)\.toc")
_RECORD = re.compile(r"articles_(\d+)\.(?:json|repeats)")
_LINK = re.compile(r"articles_(\d+)\.files")
_SEGMENT = re.compile(rf"({NAME}_[0-9a-z]+)\.\w+")
_SEAL = 32  # characters of the checksum at the start of a record


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment of a commit: its files' common name, its size, and its deleted documents, ascending."""

    name: str
    documents: int
    deleted: array[int]
    fingerprints: tuple[int, int]  # of SEGMENT_FILES


@dataclass(frozen=True, slots=True)
class Link:
    """One file of what is known of the content files (manifest.py): its name, and of how many files it tells."""

    name: str
    files: int
    fingerprint: int


@dataclass(frozen=True, slots=True)
class Record:
    """What a commit says of itself. ``signature`` names the analysis and settings it was made by."""

    generation: int
    signature: str
    committed: datetime
    segments: tuple[Segment, ...]
    chain: tuple[Link, ...]  # oldest first
    repeats: int | None  # fingerprint of the file that tells which articles repeat others, None where none does
    checksums: dict[str, str]  # of the other files of the commit

    @property
    def articles(self) -> int:
        """Number of articles that can be found."""
        return sum(segment.documents - len(segment.deleted) for segment in self.segments)

    @property
    def containers(self) -> dict[str, int]:
        """Fingerprint of each file of segments and chain, by name."""
        found = {link.name: link.fingerprint for link in self.chain}
        for segment in self.segments:
            names = (segment.name + extension for extension in SEGMENT_FILES)
            found.update(zip(names, segment.fingerprints, strict=True))
        if self.repeats is not None:
            found[repeats_name(self.generation)] = self.repeats
        return found


def repeats_name(generation: int) -> str:
    """Name of the file of a commit that tells which articles repeat others (repeats.py)."""
    return f"articles_{generation}.repeats"


def toc_name(generation: int) -> str:
    """Name of Whoosh's table of contents of a commit."""
    return f"_{NAME}_{generation}.toc"


def generation(folder: Path) -> int | None:
    """Number of the newest commit, None when there is none."""
    try:
        with os.scandir(folder) as entries:
            found = [int(match[1]) for entry in entries if (match := _TOC.fullmatch(entry.name))]
    except (FileNotFoundError, NotADirectoryError):
        return None
    return max(found, default=None)


def require_generation(folder: Path) -> int:
    """Number of the newest commit; raises NoIndexError."""
    newest = generation(folder)
    if newest is None:
        raise NoIndexError(f"there is no index in {folder}; run `articles index` to make one")
    return newest


def commit_id(folder: Path, number: int) -> str:
    """Names a commit: its number and the checksum that its record begins with, which takes in the moment it was made
    and all its files. Of one without a record, which cannot be opened, the number."""
    try:
        # Should it be no file but a pipe, nobody is waited for.
        descriptor = os.open(folder / f"articles_{number}.json", os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return f"{number}-"
    try:
        return f"{number}-{os.read(descriptor, _SEAL).decode('ascii', 'replace')}"
    except IsADirectoryError:
        return f"{number}-"
    finally:
        os.close(descriptor)


def checksum(path: Path) -> str:
    """BLAKE2b of a file, 128 bits, in hexadecimal."""
    import hashlib  # which a search does without

    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: blake2b(digest_size=16)).hexdigest()


def damaged(folder: Path, what: str) -> IndexDamagedError:
    """The error of a damaged index, with what to do."""
    return IndexDamagedError(f"{folder}: {what}; run `articles index --full` to make the index again")


# ---- records ----


def write_sealed(path: Path, data: object) -> None:
    """JSON under a first line with its own checksum, on disk when this returns."""
    body = json.dumps(data, ensure_ascii=True, separators=(",", ":")).encode()
    with path.open("wb") as file:
        file.write(blake2b(body, digest_size=16).hexdigest().encode() + b"\n" + body)
        file.flush()
        os.fsync(file.fileno())


def _read_sealed(folder: Path, name: str) -> Any:
    try:
        digest, _, body = (folder / name).read_bytes().partition(b"\n")
    except FileNotFoundError:
        raise damaged(folder, f"{name} is missing") from None
    if blake2b(body, digest_size=16).hexdigest().encode() != digest:
        raise damaged(folder, f"{name} is not what was written")
    return json.loads(body)


def read_record(folder: Path, number: int) -> Record:
    """The record of a commit. Raises IndexDamagedError, or IndexFormatError for another version's."""
    data = _read_sealed(folder, f"articles_{number}.json")
    if data.get("format") != FORMAT:
        age = "a newer" if data.get("format", 0) > FORMAT else "an older"
        raise IndexFormatError(f"{folder} was made by {age} version of this program; run `articles index --full`")
    if data["generation"] != number:
        raise damaged(folder, f"articles_{number}.json is the record of another commit")
    segments = tuple(
        Segment(each["name"], each["documents"], _numbers(each["deleted"]), tuple(each["fingerprints"]))
        for each in data["segments"]
    )
    committed = datetime.fromisoformat(data["committed"])
    chain = tuple(Link(*link) for link in data["chain"])
    return Record(number, data["signature"], committed, segments, chain, data["repeats"], data["checksums"])


def write_record(folder: Path, record: Record) -> None:
    """Writes a record under its final name; it counts once the table of contents is in place."""
    segments = [
        {
            "name": segment.name,
            "documents": segment.documents,
            "deleted": _text(segment.deleted),
            "fingerprints": segment.fingerprints,
        }
        for segment in record.segments
    ]
    data = {
        "format": FORMAT,
        "generation": record.generation,
        "signature": record.signature,
        "committed": record.committed.isoformat(),
        "segments": segments,
        "chain": [[link.name, link.files, link.fingerprint] for link in record.chain],
        "repeats": record.repeats,
        "checksums": record.checksums,
    }
    write_sealed(folder / f"articles_{record.generation}.json", data)


def _text(numbers: array[int]) -> str:
    """Document numbers as text: two bytes each, in Base64, a fraction of what they take as JSON."""
    return base64.b64encode(np.asarray(numbers, "<u2").tobytes()).decode()


def _numbers(text: str) -> array[int]:
    return array("H", np.frombuffer(base64.b64decode(text), "<u2").tolist())


# ---- checks ----


def open_segment(folder: Path, segment: Segment) -> tuple[container.Container, container.Container]:
    """A segment's two files, open for reading. Raises IndexDamagedError and IndexFormatError."""
    documents, postings = (
        open_container(folder, segment.name + extension, fingerprint)
        for extension, fingerprint in zip(SEGMENT_FILES, segment.fingerprints, strict=True)
    )
    return documents, postings


def open_container(folder: Path, name: str, fingerprint: int) -> container.Container:
    """A file of a segment or of the chain, which must be the very one that was committed."""
    try:
        with (folder / name).open("rb") as file:
            found = container.open_file(file, name)
    except FileNotFoundError:
        raise damaged(folder, f"{name} is missing") from None
    except container.VersionError as error:
        raise IndexFormatError(f"{folder}: {error}; run `articles index --full`") from None
    except container.ContainerError as error:
        raise damaged(folder, str(error)) from None
    if found.fingerprint != fingerprint:
        raise damaged(folder, f"{name} is not the file that was committed")
    return found


def verify(folder: Path) -> tuple[str, ...]:
    """Checks every file of the newest commit; what is wrong, a line each."""
    try:
        record = read_record(folder, require_generation(folder))
    except (IndexDamagedError, IndexFormatError) as error:
        return (str(error),)
    wrong = []
    for name, fingerprint in record.containers.items():
        try:
            open_container(folder, name, fingerprint).check()
        except container.ContainerError as error:
            wrong.append(str(damaged(folder, str(error))))
        except (IndexDamagedError, IndexFormatError, OSError) as error:
            wrong.append(str(error))
    for name in sorted(record.checksums):
        try:
            check_file(folder, name, record)
        except (IndexDamagedError, OSError) as error:
            wrong.append(str(error))
    return tuple(wrong)


def check_file(folder: Path, name: str, record: Record) -> None:
    """Compares a file that is no container with its checksum; raises IndexDamagedError."""
    try:
        found = checksum(folder / name)
    except FileNotFoundError:
        raise damaged(folder, f"{name} is missing") from None
    if found != record.checksums.get(name):
        raise damaged(folder, f"{name} is not what was written")


def size(folder: Path, record: Record) -> int:
    """Bytes on disk of a commit."""
    names = [*record.containers, *record.checksums, f"articles_{record.generation}.json"]
    return sum((folder / name).stat().st_size for name in names)


# ---- the folder ----


def fingerprint_and_sync(path: Path) -> int:
    """Has a new container written to disk, and tells what it is known by."""
    sync(path)
    with path.open("rb") as file:
        return container.open_file(file, path.name).fingerprint


def sync(path: Path) -> None:
    """Has the system write a file, or the names in a folder, to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def clean(folder: Path, record: Record | None) -> None:
    """Removes all files of ours and of Whoosh's that are not part of a commit: those of older ones, and what killed
    runs have left. With None nothing is known to be needed, and only what has no commit goes."""
    newest = record.generation if record else generation(folder)
    for entry in list(os.scandir(folder)):
        if _is_stale(entry.name, newest, record):
            with contextlib.suppress(OSError):  # the next run tries again
                Path(entry.path).unlink()


def _is_stale(name: str, newest: int | None, record: Record | None) -> bool:
    numbered = _TOC.fullmatch(name) or _RECORD.fullmatch(name)
    if numbered:
        return int(numbered[1]) != newest
    if link := _LINK.fullmatch(name):
        # An older commit may have written a link of the chain.
        return name not in record.containers if record else newest is None or int(link[1]) > newest
    if segment := _SEGMENT.fullmatch(name):
        return record is not None and segment[1] not in {segment.name for segment in record.segments}
    return name.startswith("_PENDING_")
