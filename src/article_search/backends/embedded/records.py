"""What does a commit say of itself, and as what JSON? And is what a file says of the shape that was written?

A checksum tells that a file is what somebody wrote, not that it was this program. Not here: the file (store.py).
"""

from __future__ import annotations

import base64
import re
from array import array
from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np

from article_search.late import dataclass, pattern

T = TypeVar("T")
NAME = "MAIN"  # Whoosh's default name of an index, so that whoosh.index.open_dir finds it
MAX_DOCUMENTS = 65_536  # of one segment: their numbers fit 16 bits
SEGMENT_FILES = (".cdo", ".cpo")
PENDING = "PENDING"  # in the place of that, of files that are no part of a commit yet
TOC = pattern(rf"_{NAME}_(0|[1-9][0-9]*)\.toc")
LINK = pattern(r"articles_(0|[1-9][0-9]*)\.files")
_SEGMENT = pattern(rf"{NAME}_[0-9a-z]+")
_DIGEST = pattern(r"[0-9a-f]{32}")
_FINGERPRINTS = 2**32 - 1  # the highest
_FILES = 2**53 - 1  # likewise, of a link: what JSON can say


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


def record_name(generation: int) -> str:
    """Name of the file that a record is."""
    return f"articles_{generation}.json"


# ---- as JSON ----


def as_json(record: Record) -> dict[str, Any]:
    """A record as JSON."""
    segments = [
        {
            "name": segment.name,
            "documents": segment.documents,
            "deleted": _text(segment.deleted),
            "fingerprints": segment.fingerprints,
        }
        for segment in record.segments
    ]
    return {
        "generation": record.generation,
        "signature": record.signature,
        "committed": record.committed.isoformat(),
        "segments": segments,
        "chain": [[link.name, link.files, link.fingerprint] for link in record.chain],
        "repeats": record.repeats,
        "checksums": record.checksums,
    }


def of_json(data: dict[str, Any], generation: int) -> Record:
    """The record of a commit. Raises ValueError, which says what is wrong, for anything that ``as_json`` never gave."""
    _field(data, "generation", lambda found: _whole(found, generation, generation))
    segments = _field(data, "segments", lambda found: tuple(map(_segment, _a(list, found))))
    chain = _field(data, "chain", lambda found: tuple(_link(link, generation) for link in _a(list, found)))
    for names in ([segment.name for segment in segments], [link.name for link in chain]):
        if len(set(names)) < len(names):
            raise ValueError("a file is named twice")
    record = Record(
        generation=generation,
        signature=_field(data, "signature", lambda found: _a(str, found)),
        committed=_field(data, "committed", _moment),
        segments=segments,
        chain=chain,
        repeats=_field(data, "repeats", lambda found: None if found is None else _whole(found, 0, _FINGERPRINTS)),
        checksums=_field(data, "checksums", lambda found: _checksums(found, generation)),
    )
    if sum(link.files for link in chain) < record.articles:
        raise ValueError("it knows of fewer files than articles")
    return record


def _field(data: dict[str, Any], key: str, read: Callable[[Any], T]) -> T:
    try:
        return read(data[key])
    except KeyError:
        raise ValueError(f"{key} is missing") from None
    except (ValueError, TypeError, OverflowError):
        raise ValueError(f"{key} cannot be understood") from None


def _a(kind: type[T], value: Any) -> T:
    if type(value) is not kind:
        raise ValueError(value)
    return value


def _matching(pattern: re.Pattern[str], value: Any) -> str:
    if not pattern.fullmatch(_a(str, value)):
        raise ValueError(value)
    return str(value)


def _whole(value: Any, least: int, most: int) -> int:
    if not least <= _a(int, value) <= most:
        raise ValueError(value)
    return int(value)


def _moment(value: Any) -> datetime:
    found = datetime.fromisoformat(_a(str, value))
    if found.tzinfo is None or not 1970 <= found.year < 9999:  # which any time zone can show
        raise ValueError(value)
    return found


def _segment(value: Any) -> Segment:
    data = _a(dict, value)
    documents = _field(data, "documents", lambda found: _whole(found, 0, MAX_DOCUMENTS))
    first, second = _field(data, "fingerprints", lambda found: (_fingerprint(each) for each in _a(list, found)))
    return Segment(
        name=_field(data, "name", lambda found: _matching(_SEGMENT, found)),
        documents=documents,
        deleted=_field(data, "deleted", lambda found: _numbers(_a(str, found), documents)),
        fingerprints=(first, second),
    )


def _fingerprint(value: Any) -> int:
    return _whole(value, 0, _FINGERPRINTS)


def _link(value: Any, generation: int) -> Link:
    name, files, fingerprint = _a(list, value)
    if int(_matching(LINK, name)[len("articles_") : -len(".files")]) > generation:
        raise ValueError(name)
    return Link(name, _whole(files, 0, _FILES), _fingerprint(fingerprint))


def _checksums(value: Any, generation: int) -> dict[str, str]:
    found = {_matching(TOC, name): _matching(_DIGEST, digest) for name, digest in _a(dict, value).items()}
    if toc_name(generation) not in found:
        raise ValueError(value)
    return found


def _text(numbers: array[int]) -> str:
    """Document numbers as text: two bytes each, in Base64, a fraction of what they take as JSON."""
    return base64.b64encode(np.asarray(numbers, "<u2").tobytes()).decode()


def _numbers(text: str, documents: int) -> array[int]:
    found = array("H", np.frombuffer(base64.b64decode(text, validate=True), "<u2").tolist())
    if any(one >= other for one, other in pairwise(found)) or (found and found[-1] >= documents):
        raise ValueError(text)
    return found
