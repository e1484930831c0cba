"""Which versions of articles are there, and how is one written again with another word about it?

Of a document only the article is kept (schema.py), so that whatever is said of a version is made anew with it: and
written only over what was read, or else it is read again. Not here: why a version dies or is of another group
(indexing.py, grouping.py).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from article_search.backends.opensearch import records, schema
from article_search.backends.opensearch.cluster import Cluster, Json
from article_search.backends.opensearch.writing.sending import Sender
from article_search.errors import IndexBusyError, IndexDamagedError

PAGE = 1000  # versions asked for at once
_TOGETHER = 100  # articles read at once
_WORDS = 500_000  # in these together
_TRIES = 5
_FIELDS = ("id", "born", "died", "order", "group", "repeats", "body_length")


class Told(NamedTuple):
    """What is said of a version besides its article."""

    died: int | None
    group: int
    repeats: bool


class Version(NamedTuple):
    """A document of an article as a search found it."""

    key: str
    seq_no: int
    term: int
    id: str
    born: int
    order: int
    words: int
    told: Told
    bands: tuple[str, ...] = ()


class Rewriting(NamedTuple):
    """A version, what will be said of it, and what another is told that takes its place."""

    version: Version
    told: Told
    successor: Told | None = None


class Versions:
    """The versions in an index, for the run of a number, in spite of those that were ``aborted``. ``check`` raises
    unless it still has the lock."""

    def __init__(
        self,
        cluster: Cluster,
        index: str,
        run: int,
        aborted: tuple[int, ...],
        zone: ZoneInfo,
        check: Callable[[], None],
    ) -> None:
        self._cluster = cluster
        self._index = index
        self._run = run
        self._aborted = frozenset(aborted)
        self._zone = zone
        self._check = check

    def refresh(self) -> None:
        """Has searches see whatever was written."""
        shards = self._cluster.call("POST", f"/{self._index}/_refresh")["_shards"]
        if shards.get("failed"):
            raise self._cluster.unavailable(f"{shards['failed']} of {shards['total']} shards were not refreshed")

    def found(self, query: Json, bands: bool = False) -> Iterator[Version]:
        """The versions that answer a query, as they were when it was last refreshed."""
        fields = [*_FIELDS, "bands"] if bands else list(_FIELDS)
        body: Json = {
            "size": PAGE,
            "query": query,
            "_source": False,
            "track_total_hits": False,
            "seq_no_primary_term": True,
            "docvalue_fields": fields,
            "sort": ["order", "born"],
        }
        while True:
            hits = self._cluster.search(self._index, [body])[0]["hits"]["hits"]
            yield from map(_version, hits)
            if len(hits) < PAGE:
                return
            body["search_after"] = hits[-1]["sort"]

    def alive(self) -> Json:
        """The query for versions of earlier runs that this one leaves alive."""
        seen = records.alive(self._run, tuple(self._aborted))
        return {"bool": {"filter": [seen, {"range": {"born": {"lt": self._run}}}]}}

    def own(self) -> Json:
        """The query for what this run has written anew."""
        return {"term": {"born": self._run}}

    def having(
        self, field: str, values: Sequence[Any], also: Json, bands: bool = False, together: int = PAGE
    ) -> Iterator[Version]:
        """The versions that have one of some values in a field, and answer a query."""
        for start in range(0, len(values), together):
            terms = {"terms": {field: list(values[start : start + together])}}
            yield from self.found({"bool": {"filter": [terms, also]}}, bands)

    def rewrite(self, rewritings: Iterable[Rewriting]) -> None:
        """Says something else of some versions. Raises IndexBusyError where another run has said something."""
        left = iter(rewritings)
        while some := list(islice(left, PAGE)):
            self._check()
            if not all(self._is_ours(each.version, each) for each in some):
                raise self._taken()
            for _ in range(_TRIES):
                some = self._written(some)
                if not some:
                    break
                self.refresh()
                some = self._read_again(some)
            if some:
                raise self._taken()

    def _is_ours(self, version: Version, rewriting: Rewriting) -> bool:
        """Whether no later run has said when a version died: this one may have lost its lock without knowing."""
        return version.told.died in (None, rewriting.told.died) or version.told.died in self._aborted

    def _written(self, rewritings: list[Rewriting]) -> list[Rewriting]:
        """Writes some; gives those in whose place there was something else."""
        sender = Sender(self._cluster, self._index)
        for some in _batches(rewritings):
            for each, article in zip(some, self._articles([each.version for each in some]), strict=True):
                if each.successor:
                    made = self._document(article, self._run, each.successor)
                    sender.index(schema.document_id(each.version.id, self._run), made, **first(self._run))
                version = each.version
                document = self._document(article, version.born, each.told)
                sender.index(version.key, document, if_seq_no=version.seq_no, if_primary_term=version.term)
        sender.flush()
        return [each for each in rewritings if each.version.key in sender.conflicts]

    def _document(self, article: Json, born: int, told: Told) -> Json:
        return schema.document(article, self._zone, born, told.died, told.group, told.repeats)

    def _articles(self, versions: list[Version]) -> list[Json]:
        """What is kept of some articles."""
        query = json.dumps({"ids": [version.key for version in versions]})
        found = self._cluster.call("POST", f"/{self._index}/_mget", query)["docs"]
        if any("error" in each for each in found):
            raise self._cluster.unavailable("some articles cannot be read")
        if not all(each.get("found") for each in found):
            raise self._taken()
        try:
            articles = [each["_source"]["article"] for each in found]
            for article, version in zip(articles, versions, strict=True):
                if article["id"] != version.id:
                    raise ValueError("another article")
        except (KeyError, TypeError, ValueError):
            raise IndexDamagedError(
                f"articles in {self._index} are not what was written; run `articles index --full`"
            ) from None
        return articles

    def _read_again(self, rewritings: list[Rewriting]) -> list[Rewriting]:
        """Those that are still to be written, as they are now."""
        wanted = {each.version.key: each for each in rewritings}
        now = {version.key: version for version in self.found({"ids": {"values": list(wanted)}})}
        left = []
        for key, each in wanted.items():
            version = now.get(key)
            if version is None or not self._is_ours(version, each):
                raise self._taken()
            if version.told != each.told:  # else the answer to a first try was lost
                left.append(each._replace(version=version))
        return left

    def remove(self, versions: Iterable[Version]) -> None:
        """Removes versions, unless they have changed."""
        sender = Sender(self._cluster, self._index)
        for version in versions:
            sender.delete(version.key, version.id, if_seq_no=version.seq_no, if_primary_term=version.term)
        sender.flush()

    def _taken(self) -> IndexBusyError:
        return IndexBusyError(
            f"another run has written {self._index} meanwhile; nothing was changed. Run `articles index` again"
        )


def first(step: int) -> Json:
    """What a document is told that is written for the first time by a step of a run: a request that comes late, after
    its repetition, changes nothing."""
    return {"version": step, "version_type": "external"}


def _version(hit: Json) -> Version:
    fields = hit["fields"]

    def value(name: str) -> Any:
        return fields[name][0] if name in fields else None

    told = Told(value("died"), value("group"), bool(value("repeats")))
    bands = tuple(fields.get("bands", ()))
    return Version(
        hit["_id"],
        hit["_seq_no"],
        hit["_primary_term"],
        value("id"),
        value("born"),
        value("order"),
        value("body_length") or 0,
        told,
        bands,
    )


def _batches(rewritings: list[Rewriting]) -> Iterator[list[Rewriting]]:
    """A few at a time, so that there is memory for their texts."""
    some: list[Rewriting] = []
    words = 0
    for each in rewritings:
        if some and (len(some) >= _TOGETHER or words + each.version.words > _WORDS):
            yield some
            some, words = [], 0
        some.append(each)
        words += each.version.words
    if some:
        yield some
