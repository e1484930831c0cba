"""What lies in an index folder, and is it what was written? Commit records, checksums, the writer's lock.

Beside Whoosh's own files, each commit N has two of ours: ``articles_N.json``, its record (format, signature, moment,
checksum of every file), and ``articles_N.files``, what is known of each content file. Both are complete before Whoosh's
table of contents for N is renamed into place, which is the commit. Not here: postings, documents.
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
from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter
from pathlib import Path
from typing import Any

from article_search.article import Note
from article_search.backends.base import FileState
from article_search.errors import IndexBusyError, IndexDamagedError, IndexFormatError, NoIndexError

FORMAT = 1  # of the folder as a whole; another number cannot be read
_TOC = re.compile(r"_MAIN_(\d+)\.toc")
_OURS = re.compile(r"articles_(\d+)\.(?:json|files)")
_LOCK = "articles.lock"


_NAMES = [field.name for field in fields(FileState) if field.name != "warnings"]
_VALUES = attrgetter(*_NAMES)


@dataclass(frozen=True, slots=True)
class Record:
    """What a commit says of itself. ``signature`` names analyser, schema and settings it was made by."""

    generation: int
    signature: str
    committed: datetime
    articles: int
    checksums: dict[str, str]


def toc_name(generation: int) -> str:
    """Name of Whoosh's table of contents of a commit."""
    return f"_MAIN_{generation}.toc"


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


def _damaged(folder: Path, name: str, what: str) -> IndexDamagedError:
    return IndexDamagedError(f"{folder / name}: {what}; run `articles index --full` to make the index again")


def _sealed(data: object) -> bytes:
    """JSON under a first line with its own checksum."""
    body = json.dumps(data, ensure_ascii=True, separators=(",", ":")).encode()
    return hashlib.blake2b(body, digest_size=16).hexdigest().encode() + b"\n" + body


def _unsealed(folder: Path, name: str) -> Any:
    try:
        digest, _, body = (folder / name).read_bytes().partition(b"\n")
    except FileNotFoundError:
        raise _damaged(folder, name, "is missing") from None
    if hashlib.blake2b(body, digest_size=16).hexdigest().encode() != digest:
        raise _damaged(folder, name, "is not what was written")
    return json.loads(body)


def read_record(folder: Path, number: int) -> Record:
    """The record of a commit. Raises IndexDamagedError, or IndexFormatError for another version's."""
    data = _unsealed(folder, f"articles_{number}.json")
    if data.get("format") != FORMAT:
        age = "a newer" if data.get("format", 0) > FORMAT else "an older"
        raise IndexFormatError(f"{folder} was made by {age} version of this program; run `articles index --full`")
    return Record(
        number, data["signature"], datetime.fromisoformat(data["committed"]), data["articles"], data["checksums"]
    )


def write_record(folder: Path, record: Record) -> None:
    """Writes a record under its final name; it counts once the table of contents is in place."""
    data = {
        "format": FORMAT,
        "signature": record.signature,
        "committed": record.committed.isoformat(),
        "articles": record.articles,
        "checksums": record.checksums,
    }
    (folder / f"articles_{record.generation}.json").write_bytes(_sealed(data))


def read_files(folder: Path, number: int) -> dict[str, FileState]:
    """What a commit knew of each content file, by id. Raises IndexDamagedError."""
    return {
        id: FileState(**dict(zip(_NAMES, values, strict=True)), warnings=tuple(Note(*note) for note in notes))
        for id, (*values, notes) in _unsealed(folder, f"articles_{number}.files").items()
    }


def write_files(folder: Path, number: int, files: Mapping[str, FileState]) -> str:
    """Writes what is known of each content file; returns the file's name."""
    name = f"articles_{number}.files"
    rows = {
        id: [*_VALUES(state), [[note.message, note.line] for note in state.warnings]] for id, state in files.items()
    }
    (folder / name).write_bytes(_sealed(rows))
    return name


def check_file(folder: Path, name: str, record: Record) -> None:
    """Compares a file with its checksum; raises IndexDamagedError."""
    try:
        found = checksum(folder / name)
    except FileNotFoundError:
        raise _damaged(folder, name, "is missing") from None
    if found != record.checksums.get(name):
        raise _damaged(folder, name, "is not what was written")


def verify(folder: Path) -> tuple[str, ...]:
    """Checks every file of the newest commit; what is wrong, a line each."""
    try:
        record = read_record(folder, require_generation(folder))
    except (IndexDamagedError, IndexFormatError) as error:
        return (str(error),)
    wrong = []
    for name in sorted(record.checksums):
        try:
            check_file(folder, name, record)
        except (IndexDamagedError, OSError) as error:
            wrong.append(str(error))
    return tuple(wrong)


def size(folder: Path, record: Record) -> int:
    """Bytes on disk of a commit."""
    names = [*record.checksums, f"articles_{record.generation}.json"]
    return sum((folder / name).stat().st_size for name in names)


def clean(folder: Path, keep: int | None) -> None:
    """Removes records of commits other than ``keep``."""
    for entry in list(os.scandir(folder)):
        match = _OURS.fullmatch(entry.name)
        if match and int(match[1]) != keep:
            with contextlib.suppress(FileNotFoundError):
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
