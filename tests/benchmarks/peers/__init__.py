"""What must an engine offer to be measured beside the others? The Peer protocol, and the questions put to each.

A module a peer, named in ``MODULES``; each has a class ``Engine`` with these methods. Not here: measuring
(compare_peers.py, scale.py), parsing of articles (feed.py).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, NamedTuple, Protocol

from peers.feed import Source

Kind = Literal["any", "all", "phrase", "prefix", "dates"]
Level = Literal["facets", "whole"]

# name -> its module, and the library it cannot do without
MODULES = {
    "ours": ("peers.ours", "article_search"),
    "tantivy": ("peers.tantivy_peer", "tantivy"),
    "fts5": ("peers.fts5", "sqlite3"),
    "whoosh": ("peers.stock_whoosh", "whoosh"),
    "xapian": ("peers.xapian_peer", "xapian"),
}

WEIGHTS = {"title": 4.0, "description": 2.0, "body": 1.0}  # of the fields, for every engine
LIMIT = 10  # hits of every answer
FACET_VALUES = 100  # values of a facet, as ours gives
_EPOCH = date(1970, 1, 1)


class Question(NamedTuple):
    """One query: ``text`` is folded words of ASCII letters and digits, so that no two analysers split it differently.

    ``dates`` asks for any of the words within the days ``since`` to ``until`` (``YYYY-MM-DD``, included); ``prefix``
    for words beginning with the one given.
    """

    kind: Kind
    text: str
    since: str = ""
    until: str = ""

    def seconds(self) -> tuple[int, int] | None:
        """The days as epoch seconds, the end excluded."""
        if not self.since:
            return None
        first, last = date.fromisoformat(self.since), date.fromisoformat(self.until)
        return (first - _EPOCH).days * 86400, ((last - _EPOCH).days + 1) * 86400


class Shown(NamedTuple):
    """The stored fields a list of results shows; all of them are read for every hit. ``date`` in epoch seconds."""

    url: str
    title: str
    description: str
    date: float | None


class Answer(NamedTuple):
    """Facets and snippets are made, and not handed on: nobody compares them."""

    hits: list[Shown]
    total: int


class Peer(Protocol):
    """One engine over one folder, in a process of its own.

    Levels of an answer: ``facets`` is the ten best with their stored fields, the total and the counts by category and
    month; ``whole`` adds a snippet of the body with the words marked for each hit.
    """

    def __init__(self, folder: Path) -> None: ...

    def build(self, source: Source, workers: int) -> int:
        """A new index in an empty folder, durable when this returns; number of articles. ``workers`` parse beside
        this process, none if 0."""

    def update(self, source: Source, removed: Collection[str]) -> None:
        """Writes the articles of ``source`` over those of the same id and takes out ``removed``."""

    def open(self) -> None:
        """Makes ready to search what was built."""

    def search(self, question: Question, level: Level) -> Answer:
        """The answer. Parsing of the text is part of it."""


def missing(name: str) -> str | None:
    """The library that keeps a peer from being measured here, if one does."""
    library = MODULES[name][1]
    return None if find_spec(library) else library
