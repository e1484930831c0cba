"""What lies in an index folder, and is it what was written? Its files and their checksums.

Each commit N has a record, ``articles_N.json`` (records.py), which has the fingerprint of each file: of segments, of
the chain that tells what is known of each content file (manifest.py), of which articles repeat others (repeats.py). All
is complete and on disk before Whoosh's table of contents for N is renamed into place, which is the commit. Readers of
ours need the record only, Whoosh the table of contents. Whatever else is found in the place of a file raises an
IndexStateError. Not here: what is in a segment (columnar) and in a link of the chain, who may write
(writing/locking.py).
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from article_search.backends.embedded import records
from article_search.backends.embedded.columnar import container
from article_search.backends.embedded.records import (
    LINK,
    NAME,
    PENDING,
    SEGMENT_FILES,
    TOC,
    Record,
    Segment,
    record_name,
)
from article_search.digests import blake2b
from article_search.errors import (
    IndexDamagedError,
    IndexFormatError,
    IndexStateError,
    IndexUnreadableError,
    NoIndexError,
)
from article_search.late import pattern

FORMAT = 4  # of the folder as a whole; another number cannot be read
_RECORD = pattern(r"articles_([0-9]+)\.(?:json|repeats)")
_SEGMENT = pattern(rf"({NAME}_[0-9a-z]+)\.\w+")
_SEAL = 32  # characters of the checksum at the start of a record


def generation(folder: Path) -> int | None:
    """Number of the newest commit, None when there is none. Raises IndexUnreadableError."""
    found = _listed(folder)
    # A folder that another took the place of, and that was emptied while it was listed, says nothing of the other.
    return max(found or _listed(folder), default=None)


def _listed(folder: Path) -> list[int]:
    """Numbers of all commits."""
    try:
        with os.scandir(folder) as entries:
            return [int(match[1]) for entry in entries if (match := TOC.fullmatch(entry.name))]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise unreadable(folder, error) from error


def require_generation(folder: Path) -> int:
    """Number of the newest commit; raises NoIndexError."""
    newest = generation(folder)
    if newest is None:
        raise NoIndexError(f"there is no index in {folder}; run `articles index` to make one")
    return newest


def commit_id(folder: Path, number: int) -> str:
    """Names a commit: its number and the checksum that its record begins with, which takes in the moment it was made
    and all its files. Of one without a record, which cannot be opened, the number."""
    name = record_name(number)
    try:
        with os.fdopen(container.open_regular(folder / name), "rb", buffering=0) as file:
            return f"{number}-{file.read(_SEAL).decode('ascii', 'replace')}"
    except (FileNotFoundError, container.ContainerError):
        return f"{number}-"
    except OSError as error:
        raise unreadable(folder, error, name) from error


def checksum(path: Path) -> str:
    """BLAKE2b of a file, 128 bits, in hexadecimal."""
    import hashlib  # which a search does without

    with os.fdopen(container.open_regular(path), "rb") as file:
        return hashlib.file_digest(file, lambda: blake2b(digest_size=16)).hexdigest()


def damaged(folder: Path, what: str) -> IndexDamagedError:
    """The error of a damaged index, with what to do."""
    return IndexDamagedError(f"{folder}: {what}; run `articles index --full` to make the index again")


def unreadable(folder: Path, error: OSError, name: str = "") -> IndexUnreadableError:
    """The error of an index, or a file of it, that cannot be read now."""
    return IndexUnreadableError(
        f"{folder}: {name or 'the folder'} cannot be read: {error.strerror or error}; see to that, or run"
        " `articles index --full` to make the index again"
    )


# ---- records ----


def write_sealed(path: Path, data: object) -> None:
    """JSON under a first line with its own checksum, on disk when this returns."""
    body = json.dumps(data, ensure_ascii=True, separators=(",", ":")).encode()
    with path.open("wb") as file:
        file.write(blake2b(body, digest_size=16).hexdigest().encode() + b"\n" + body)
        file.flush()
        os.fsync(file.fileno())


def _read_sealed(folder: Path, name: str) -> Any:
    digest, _, body = _bytes(folder, name).partition(b"\n")
    if blake2b(body, digest_size=16).hexdigest().encode() != digest:
        raise damaged(folder, f"{name} is not what was written")
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise damaged(folder, f"{name} cannot be understood") from None


def _bytes(folder: Path, name: str) -> bytes:
    with _named(folder, name), os.fdopen(container.open_regular(folder / name), "rb") as file:
        return file.read()


@contextlib.contextmanager
def _named(folder: Path, name: str) -> Iterator[None]:
    """What goes wrong with a file, as the errors of the index."""
    try:
        yield
    except FileNotFoundError:
        raise damaged(folder, f"{name} is missing") from None
    except container.VersionError as error:
        raise IndexFormatError(f"{folder}: {error}; run `articles index --full`") from None
    except container.ContainerError as error:
        raise damaged(folder, str(error)) from None
    except OSError as error:
        raise unreadable(folder, error, name) from None


def read_record(folder: Path, number: int) -> Record:
    """The record of a commit. Raises IndexDamagedError, or IndexFormatError for another version's."""
    name = record_name(number)
    data = _read_sealed(folder, name)
    version = data.get("format") if isinstance(data, dict) else None
    if type(version) is not int:
        raise damaged(folder, f"{name} is no record of a commit")
    if version != FORMAT:
        age = "a newer" if version > FORMAT else "an older"
        raise IndexFormatError(f"{folder} was made by {age} version of this program; run `articles index --full`")
    try:
        return records.of_json(data, number)
    except ValueError as error:
        raise damaged(folder, f"{name} is not as this program writes it: {error}") from None


def write_record(folder: Path, written: Record) -> None:
    """Writes a record under its final name; it counts once the table of contents is in place."""
    write_sealed(folder / record_name(written.generation), {"format": FORMAT, **records.as_json(written)})


# ---- checks ----


def open_segment(
    folder: Path, segment: Segment, *, mapped: bool = False
) -> tuple[container.Container, container.Container]:
    """A segment's two files, open for reading. Raises IndexStateError."""
    documents, postings = (
        open_container(folder, segment.name + extension, fingerprint, mapped=mapped)
        for extension, fingerprint in zip(SEGMENT_FILES, segment.fingerprints, strict=True)
    )
    if documents.meta.get("documents") != segment.documents:
        raise damaged(folder, f"{documents.name} has not as many documents as the commit says")
    return documents, postings


def open_container(folder: Path, name: str, fingerprint: int, *, mapped: bool = False) -> container.Container:
    """A file of a segment or of the chain, which must be the very one that was committed. Raises IndexStateError."""
    with _named(folder, name):
        found = container.open_path(folder / name, mapped=mapped)
    if found.fingerprint != fingerprint:
        raise damaged(folder, f"{name} is not the file that was committed")
    return found


@contextlib.contextmanager
def understood(folder: Path) -> Iterator[None]:
    """Names what files hold that were opened and turn out to be other than what is written."""
    try:
        yield
    except container.ContainerError as error:
        raise damaged(folder, str(error)) from None
    except (LookupError, ValueError, TypeError, AttributeError, ArithmeticError, RecursionError, OSError) as error:
        raise damaged(folder, f"a file does not hold what it should ({type(error).__name__}: {error})") from error


def verify(folder: Path) -> tuple[str, ...]:
    """Checks every file of the newest commit; what is wrong, a line each."""
    try:
        record = read_record(folder, require_generation(folder))
    except (IndexDamagedError, IndexFormatError, IndexUnreadableError) as error:
        return (str(error),)
    wrong = []
    for name, fingerprint in record.containers.items():
        try:
            open_container(folder, name, fingerprint).check()
        except container.ContainerError as error:
            wrong.append(str(damaged(folder, str(error))))
        except IndexStateError as error:
            wrong.append(str(error))
    for name in sorted(record.checksums):
        try:
            check_file(folder, name, record)
        except IndexStateError as error:
            wrong.append(str(error))
    if not wrong:
        try:
            for segment in record.segments:
                open_segment(folder, segment)
        except IndexStateError as error:
            wrong.append(str(error))
    return tuple(wrong)


def check_file(folder: Path, name: str, record: Record) -> None:
    """Compares a file that is no container with its checksum; raises IndexDamagedError."""
    with _named(folder, name):
        found = checksum(folder / name)
    if found != record.checksums.get(name):
        raise damaged(folder, f"{name} is not what was written")


def size(folder: Path, record: Record) -> int:
    """Bytes on disk of a commit."""
    total = 0
    for name in (*record.containers, *record.checksums, record_name(record.generation)):
        with _named(folder, name):
            total += (folder / name).stat().st_size
    return total


# ---- the folder ----


def fingerprint_and_sync(path: Path) -> int:
    """Has a new container written to disk, and tells what it is known by."""
    sync(path)
    return container.open_path(path, mapped=True).fingerprint


def make(folder: Path) -> None:
    """Makes the folder of an index and those it lies in, where they are missing; their names are on disk when this
    returns."""
    missing = itertools.takewhile(lambda each: not each.exists(), (folder, *folder.parents))
    for each in reversed(list(missing)):
        each.mkdir(exist_ok=True)
        with contextlib.suppress(PermissionError):  # a folder one may write in need not be one to read
            sync(each.parent)


def regain(folder: Path) -> None:
    """Gives the rights to the folder of an index back to its owner, who wants it made again."""
    mode = stat.S_IMODE(folder.stat().st_mode)
    if mode & stat.S_IRWXU != stat.S_IRWXU:
        with contextlib.suppress(OSError):
            folder.chmod(mode | stat.S_IRWXU)


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
    import shutil  # which only a run that writes needs

    newest = record.generation if record else generation(folder)
    for entry in list(os.scandir(folder)):
        if _is_stale(entry.name, newest, record):
            with contextlib.suppress(OSError):  # the next run tries again
                if entry.is_dir(follow_symlinks=False):
                    shutil.rmtree(entry.path)
                else:
                    Path(entry.path).unlink()


def _is_stale(name: str, newest: int | None, record: Record | None) -> bool:
    numbered = TOC.fullmatch(name) or _RECORD.fullmatch(name)
    if numbered:
        return int(numbered[1]) != newest
    if link := LINK.fullmatch(name):
        # An older commit may have written a link of the chain.
        return name not in record.containers if record else newest is None or int(link[1]) > newest
    if segment := _SEGMENT.fullmatch(name):
        return record is not None and segment[1] not in {segment.name for segment in record.segments}
    return name.startswith(f"_{PENDING}_")
