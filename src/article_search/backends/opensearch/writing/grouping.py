"""Which articles on a cluster say nearly the same, once a run is committed? What is new is compared with what is there.

Articles that are alike, or connected by others that are, have one group. It is called by the order of one of its
articles (schema.group_of); the name stays when others join, and no longer than that article does. Where a group gets
other members, their versions are written anew. Not here: how texts are compared (backends/sketches.py), which of a
group is shown (reading).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from article_search.backends import sketches
from article_search.backends.opensearch import schema
from article_search.backends.opensearch.cluster import Json
from article_search.backends.opensearch.writing.versions import Rewriting, Told, Version, Versions

_ROW = np.dtype([("order", "<i8"), ("sketch", "<u2", (sketches.MINIMA,))])
_BANDS = 32_768  # asked for at once; a cluster takes twice as many
Rows = NDArray[np.void]


def row(document: Json) -> bytes:
    """What is compared of a document, as bytes."""
    return np.array([(document["order"], schema.sketch(document["bands"])[0])], _ROW).tobytes()


def rows(parts: Sequence[bytes], but: Iterable[int]) -> Rows:
    """Rows of the articles of a run, in order, of each the last; without those of some orders."""
    found = np.frombuffer(b"".join(parts), _ROW)[::-1]
    found = found[np.unique(found["order"], return_index=True)[1]]
    without: Rows = found[~np.isin(found["order"], np.fromiter(but, np.int64))]
    return without


class _Member(NamedTuple):
    """An article that may be of a group: its order, and its version if it is not of this run."""

    order: int
    old: Version | None


def of_new(new: Rows, versions: Versions) -> Iterator[Rewriting]:
    """What is to be said of articles where all are new."""
    members = [_Member(order, None) for order in new["order"].tolist()]
    return _of_own(_targets(_components(members, new, set())), versions)


def of_changed(new: Rows, lost: set[int], versions: Versions, run: int) -> Iterator[Rewriting]:
    """What is to be said of articles where some are ``new``, and groups have ``lost`` some."""
    old: dict[int, Version] = {}
    known = new[new["sketch"].any(axis=1)]
    bands = sorted({band for sketch in known["sketch"] for band in schema.bands_of(sketch)})
    for version in versions.having("bands", bands, versions.alive(), bands=True, together=_BANDS):
        old[version.order] = version
    repeating: Json = {"bool": {"filter": [versions.alive(), {"term": {"repeats": True}}]}}
    for version in versions.having("group", sorted(lost), repeating, bands=True):
        old[version.order] = version
    touched = {
        member.old.told.group
        for component in _together(new, old, lost)
        if any(member.old is None for member in component)
        for member in component
        if member.old and member.old.told.repeats
    }
    for version in versions.having("group", sorted(touched - lost), repeating, bands=True):
        old[version.order] = version
    # Of other groups some may be there for a word or two in common; nothing is said of these.
    old = {order: each for order, each in old.items() if not each.told.repeats or each.told.group in touched | lost}
    targets = _targets(_together(new, old, lost))
    yield from _of_own({order: told for order, told in targets.items() if order not in old}, versions)
    for order, version in old.items():
        told = targets[order]
        if told[1:] != version.told[1:]:
            yield Rewriting(version, version.told._replace(died=run), told)


def _together(new: Rows, old: dict[int, Version], lost: set[int]) -> list[list[_Member]]:
    found = np.zeros(len(new) + len(old), _ROW)
    found[: len(new)] = new
    for place, version in enumerate(old.values(), len(new)):
        found[place] = (version.order, schema.sketch(version.bands)[0])
    found = found[np.argsort(found["order"])]
    members = [_Member(order, old.get(order)) for order in found["order"].tolist()]
    return _components(members, found, lost)


def _components(members: list[_Member], found: Rows, lost: set[int]) -> list[list[_Member]]:
    """The members of each group, those in none alone. What was of one group still is, unless it has lost some."""
    joined = _Joined(len(members))
    for one, other in zip(*(places.tolist() for places in sketches.alike(found["sketch"])), strict=True):
        joined.join(one, other)
    firsts: dict[int, int] = {}
    for place, member in enumerate(members):
        if member.old and member.old.told.repeats and member.old.told.group not in lost:
            joined.join(firsts.setdefault(member.old.told.group, place), place)
    components: dict[int, list[_Member]] = {}
    for place, member in enumerate(members):
        components.setdefault(joined.first(place), []).append(member)
    return list(components.values())


def _targets(components: list[list[_Member]]) -> dict[int, Told]:
    """By order of an article, what is to be said of it."""
    found = {}
    for component in components:
        own = {schema.group_of(member.order) for member in component}
        old = {schema.group_of(member.order) for member in component if member.old}
        before = {member.old.told.group for member in component if member.old and member.old.told.repeats}
        told = Told(None, min(before & own or old or own), len(component) > 1)
        found.update({member.order: told for member in component})
    return found


def _of_own(targets: dict[int, Told], versions: Versions) -> Iterator[Rewriting]:
    """Says of new articles that they repeat others."""
    repeating = sorted(order for order, told in targets.items() if told.repeats)
    for version in versions.having("order", repeating, versions.own()):
        if version.told != targets[version.order]:
            yield Rewriting(version, targets[version.order])


class _Joined:
    """Places that belong together, each with another of its set."""

    def __init__(self, size: int) -> None:
        self._before = list(range(size))

    def join(self, one: int, other: int) -> None:
        first, second = sorted((self.first(one), self.first(other)))
        self._before[second] = first

    def first(self, place: int) -> int:
        before = self._before
        while before[place] != place:
            before[place] = before[before[place]]  # the way is shorter for those who come after
            place = before[place]
        return place
