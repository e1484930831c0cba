"""What lies in an index folder, and is it what was written? Commit records, checksums, the writer's lock.

Each commit N has a record, ``articles_N.json``: format, signature, moment, segments with their deleted documents and
the fingerprint of each file; what is known of each content file is in ``articles_N.files``. Both are complete and on
disk before Whoosh's table of contents for N is renamed into place, which is the commit. Readers of ours need the record
only, Whoosh the table of contents. Not here: what is in a segment (columnar).
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from operator import attrgetter
from pathlib import Path
from typing import Any

from article_search.backends.base import FileState
from article_search.backends.embedded.columnar import container
from article_search.errors import IndexBusyError, IndexDamagedError, IndexFormatError, NoIndexError
from article_search.report import Note

FORMAT = 2  # of the folder as a whole; another number cannot be read
NAME = "MAIN"  # Whoosh's default name of an index, so that whoosh.index.open_dir finds it
MAX_DOCUMENTS = 65_536  # of one segment: their numbers fit 16 bits
SEGMENT_FILES = (".cdo", ".cpo")
_TOC = re.compile(rf"_{NAME}_(\d+)\.toc")
_OURS = re.compile(r"articles_(\d+)\.(?:json|files)")
_SEGMENT = re.compile(rf"({NAME}_[0-9a-z]+)\.\w+")
_LOCK = "articles.lock"


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment of a commit: its files' common name, its size, and its deleted documents, ascending."""

    name: str
    documents: int
    deleted: tuple[int, ...]
    fingerprints: tuple[int, int]  # of SEGMENT_FILES


@dataclass(frozen=True, slots=True)
class Record:
    """What a commit says of itself. ``signature`` names the analysis and settings it was made by."""

    generation: int
    signature: str
    committed: datetime
    segments: tuple[Segment, ...]
    checksums: dict[str, str]  # of the other files of the commit

    @property
    def articles(self) -> int:
        """Number of articles that can be found."""
        return sum(segment.documents - len(segment.deleted) for segment in self.segments)


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


def checksum(path: Path) -> str:
    """BLAKE2b of a file, 128 bits, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def damaged(folder: Path, what: str) -> IndexDamagedError:
    """The error of a damaged index, with what to do."""
    return IndexDamagedError(f"{folder}: {what}; run `articles index --full` to make the index again")


# ---- records ----


def write_sealed(path: Path, data: object) -> None:
    """JSON under a first line with its own checksum, on disk when this returns."""
    body = json.dumps(data, ensure_ascii=True, separators=(",", ":")).encode()
    with path.open("wb") as file:
        file.write(hashlib.blake2b(body, digest_size=16).hexdigest().encode() + b"\n" + body)
        file.flush()
        os.fsync(file.fileno())


def _read_sealed(folder: Path, name: str) -> Any:
    try:
        digest, _, body = (folder / name).read_bytes().partition(b"\n")
    except FileNotFoundError:
        raise damaged(folder, f"{name} is missing") from None
    if hashlib.blake2b(body, digest_size=16).hexdigest().encode() != digest:
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
        Segment(each["name"], each["documents"], tuple(each["deleted"]), tuple(each["fingerprints"]))
        for each in data["segments"]
    )
    committed = datetime.fromisoformat(data["committed"])
    return Record(number, data["signature"], committed, segments, data["checksums"])


def write_record(folder: Path, record: Record) -> None:
    """Writes a record under its final name; it counts once the table of contents is in place."""
    data = {"format": FORMAT, **asdict(record), "committed": record.committed.isoformat()}
    write_sealed(folder / f"articles_{record.generation}.json", data)


_FIELDS = [field.name for field in fields(FileState)]
_VALUES = attrgetter(*_FIELDS)
_WARNINGS = _FIELDS.index("warnings")


def read_files(folder: Path, number: int) -> dict[str, FileState]:
    """What a commit knew of each content file, by id. Raises IndexDamagedError."""
    return {id: _state(row) for id, row in _read_sealed(folder, f"articles_{number}.files").items()}


def _state(row: list[Any]) -> FileState:
    row[_WARNINGS] = tuple(Note(*note) for note in row[_WARNINGS]) if row[_WARNINGS] else ()
    return FileState(*row)


def _row(state: FileState) -> list[Any]:
    row = list(_VALUES(state))
    row[_WARNINGS] = [[note.message, note.line] for note in state.warnings] if state.warnings else 0
    return row


def write_files(folder: Path, number: int, files: Mapping[str, FileState]) -> str:
    """Writes what is known of each content file; returns the file's name."""
    name = f"articles_{number}.files"
    write_sealed(folder / name, {id: _row(state) for id, state in files.items()})
    return name


# ---- checks ----


def open_segment(folder: Path, segment: Segment) -> tuple[container.Container, container.Container]:
    """A segment's two files, open for reading. Raises IndexDamagedError and IndexFormatError."""
    documents, postings = (
        open_container(folder, segment.name + extension, fingerprint)
        for extension, fingerprint in zip(SEGMENT_FILES, segment.fingerprints, strict=True)
    )
    return documents, postings


def open_container(folder: Path, name: str, fingerprint: int) -> container.Container:
    """A file of a segment, which must be the very one that was committed."""
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
    for segment in record.segments:
        for extension, fingerprint in zip(SEGMENT_FILES, segment.fingerprints, strict=True):
            try:
                open_container(folder, segment.name + extension, fingerprint).check()
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
    """Compares a file that is no segment's with its checksum; raises IndexDamagedError."""
    try:
        found = checksum(folder / name)
    except FileNotFoundError:
        raise damaged(folder, f"{name} is missing") from None
    if found != record.checksums.get(name):
        raise damaged(folder, f"{name} is not what was written")


def size(folder: Path, record: Record) -> int:
    """Bytes on disk of a commit."""
    names = [segment.name + extension for segment in record.segments for extension in SEGMENT_FILES]
    names += [*record.checksums, f"articles_{record.generation}.json"]
    return sum((folder / name).stat().st_size for name in names)


# ---- the folder ----


def fingerprint_and_sync(path: Path) -> int:
    """Has a new file of a segment written to disk, and tells what it is known by."""
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
    newest = generation(folder)
    number = record.generation if record else newest
    segments = {segment.name for segment in record.segments} if record else None
    for entry in list(os.scandir(folder)):
        name = entry.name
        toc, ours, segment = _TOC.fullmatch(name), _OURS.fullmatch(name), _SEGMENT.fullmatch(name)
        stale = (
            name.startswith("_PENDING_")
            or (toc and int(toc[1]) != number)
            or (ours and int(ours[1]) != number)
            or (segment and segments is not None and segment[1] not in segments)
        )
        if stale:
            with contextlib.suppress(OSError):  # the next run tries again
                Path(entry.path).unlink()


@contextlib.contextmanager
def locked(folder: Path, wait: bool) -> Iterator[int]:
    """Holds the writer's lock and gives its file descriptor. The system lets go of it when the process ends, however
    it ends; the file stays. Raises IndexBusyError when another process has it and ``wait`` is false."""
    descriptor = os.open(folder / _LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not wait:
                raise IndexBusyError(f"another run is writing {folder}; try again later, or use --wait") from None
            while True:
                time.sleep(0.1)
                with contextlib.suppress(BlockingIOError):
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
        yield descriptor
    finally:
        os.close(descriptor)
