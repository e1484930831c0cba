"""What does the user's text ask for? ``parse`` turns it into a tree of frozen nodes.

Words stay as they were typed (only field words are resolved to dates and categories); how a word is cut into terms is
text.py's business, how a tree is answered a backend's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

TextField = Literal["title", "description", "body"]  # None in a node: all three


@dataclass(frozen=True, slots=True)
class Term:
    """One word as typed."""

    text: str
    field: TextField | None = None


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words next to each other, as typed between quotes."""

    text: str
    field: TextField | None = None


@dataclass(frozen=True, slots=True)
class Prefix:
    """All words that begin with ``text`` (without its ``*``)."""

    text: str
    field: TextField | None = None


@dataclass(frozen=True, slots=True)
class Category:
    """Articles of one category, compared without regard to case or accents."""

    value: str


@dataclass(frozen=True, slots=True)
class Range:
    """Articles with ``since`` <= date < ``until``; both aware, None is open."""

    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class And:
    """All of the children; with none, every article."""

    children: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Or:
    """Any of the children; with none, no article."""

    children: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Not:
    """All articles but those of the child."""

    child: Node


Node = Term | Phrase | Prefix | Category | Range | And | Or | Not

EVERY = And()


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query: ``text`` as typed, its ``tree``, and ``warnings`` fit to be shown."""

    text: str
    tree: Node
    warnings: tuple[str, ...] = ()
