"""What is a commit on a cluster? One document, whose replacement is the commit; and the names of what belongs to it.

For an index called ``articles`` there are ``articles.state``, with the record, the writer's lock and the manifest, and
``articles-7``, articles written from lock 7 on: each run of a writer has a number of its own, which grows. A version of
an article is ``born`` with the number of its run, and ``died`` with that of the run that replaced it. A record with
generation 9 shows what is born by then and has not died by then, leaving out runs that were ``aborted``: whatever those
write, and whenever, it is never seen. Not here: who may write a record (writing/locking.py), what is in a document
(schema.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from typing import Any, NamedTuple

from article_search.backends.opensearch.cluster import Cluster, Json, MissingError
from article_search.errors import IndexDamagedError, IndexFormatError, NoIndexError

FORMAT = 1  # of records and documents; another program's is not read
RECORD = "commit"  # ids of documents in the state
LOCK = "lock"
_RUN = 2**53  # more runs than there will be


class Link(NamedTuple):
    """A part of the manifest: its documents are ``name`` and a number below ``chunks``."""

    name: str
    files: int
    chunks: int
    fingerprint: str


class Length(NamedTuple):
    """How many words a text field has in all articles together, and how many articles have any."""

    words: int
    articles: int


@dataclass(frozen=True, slots=True)
class Record:
    """A commit. ``index``: where its articles are; empty before the first commit. ``run``: the last that took the lock.
    ``repeats``: articles that say nearly the same as others; ``died``: versions in the index that are seen no more.
    ``lately``: generations before, each with the moment it was replaced; ``left``: indices and links of the manifest
    that were, likewise."""

    seal: str  # names the commit; no other has it
    index: str
    generation: int
    run: int
    aborted: tuple[int, ...]
    signature: str
    committed: float  # epoch seconds
    articles: int
    languages: tuple[tuple[str, int], ...]  # with the articles of each, most first
    lengths: Mapping[str, Length]
    repeats: int
    died: int
    chain: tuple[Link, ...]
    lately: tuple[tuple[int, float], ...] = ()
    left: tuple[tuple[str, float], ...] = ()

    @property
    def moment(self) -> datetime:
        """When it was committed."""
        return datetime.fromtimestamp(self.committed, UTC)

    @property
    def averages(self) -> dict[str, float]:
        """The length of a field where it is not empty."""
        return {name: words / articles if articles else 1.0 for name, (words, articles) in self.lengths.items()}

    def seen(self) -> Json:
        """The query for versions that it shows."""
        return alive(self.generation, self.aborted)


class Read(NamedTuple):
    """A record as it was read, and what tells whether another has been written since."""

    record: Record
    seq_no: int
    term: int


NOTHING = Record("", "", 0, 0, (), "", 0.0, 0, (), {}, 0, 0, ())


def alive(generation: int, aborted: tuple[int, ...]) -> Json:
    """The query for versions that a generation shows."""
    died: Json = {"bool": {"filter": [{"range": {"died": {"lte": generation}}}]}}
    gone: list[Json] = [died]
    if aborted:
        died["bool"]["must_not"] = [{"terms": {"died": list(aborted)}}]
        gone.append({"terms": {"born": list(aborted)}})
    return {"bool": {"filter": [{"range": {"born": {"lte": generation}}}], "must_not": gone}}


def state_of(name: str) -> str:
    """The index that holds the state of one called so."""
    return f"{name}.state"


def index_of(name: str, run: int) -> str:
    """The index of articles that a run makes."""
    return f"{name}-{run}"


def run_of(index: str) -> int:
    """The run that made an index of articles."""
    return int(index.rpartition("-")[2])


def alias_of(index: str) -> str:
    """By what name an index of articles is written: it goes with the index, so that nobody makes it anew by writing."""
    return f"{index}.write"


def read(cluster: Cluster, name: str, until: float | None = None) -> Read | None:
    """The newest record; None where nobody has written one. Raises IndexFormatError, IndexDamagedError."""
    try:
        found = cluster.document(state_of(name), RECORD, until)
    except MissingError:
        return None
    source = found.get("_source")
    return Read(parsed(source, name), int(found["_seq_no"]), int(found["_primary_term"]))


def require(cluster: Cluster, name: str, until: float | None = None) -> Record:
    """The newest commit's record. Raises NoIndexError where there is none."""
    found = read(cluster, name, until)
    if found is None or not found.record.index:
        raise NoIndexError(f"there is no index {name} at {cluster.address.name} yet; run `articles index` to make one")
    return found.record


def written(record: Record) -> Json:
    """A record as a document."""
    return {"format": FORMAT, **asdict(record)}


def parsed(source: Any, name: str) -> Record:
    """What ``written`` gave. Raises IndexFormatError for another program's, IndexDamagedError for what is none."""
    if not isinstance(source, dict) or not isinstance(source.get("format"), int):
        raise _damaged(name)
    if source["format"] != FORMAT:
        raise IndexFormatError(
            f"the index {name} was made by another version of this program; run `articles index --full`"
        )
    try:
        return _record(source, name)
    except (KeyError, TypeError, ValueError):
        raise _damaged(name) from None


def _record(source: Json, name: str) -> Record:
    plain = {each.name: source[each.name] for each in fields(Record)}
    plain["aborted"] = tuple(map(_number, source["aborted"]))
    plain["languages"] = tuple((_text(language), _number(count)) for language, count in source["languages"])
    plain["lengths"] = {_text(key): Length(*map(_number, value)) for key, value in source["lengths"].items()}
    plain["chain"] = tuple(
        Link(_text(link), _number(files), _number(chunks), _text(print_))
        for link, files, chunks, print_ in source["chain"]
    )
    plain["lately"] = tuple((_number(one), float(moment)) for one, moment in source["lately"])
    plain["left"] = tuple((_text(one), float(moment)) for one, moment in source["left"])
    for key in ("generation", "run", "articles", "repeats", "died"):
        _number(source[key])
    for key in ("seal", "index", "signature"):
        _text(source[key])
    plain["committed"] = float(source["committed"])
    if source["index"] and not source["index"].startswith(f"{name}-"):
        raise ValueError("an index of another name")
    return Record(**plain)


def _number(value: object) -> int:
    if type(value) is not int or not 0 <= value < _RUN:
        raise ValueError(f"{value!r} is no number of anything")
    return value


def _text(value: object) -> str:
    if type(value) is not str:
        raise TypeError(f"{value!r} is no text")
    return value


def _damaged(name: str) -> IndexDamagedError:
    return IndexDamagedError(f"the record of the index {name} is not what was written; run `articles index --full`")
