"""What is an index made by? A program's way to write it, settings, and what is kept of articles for likeness.

An index made by anything else is built anew. Not here: what each backend writes (their schemas), which settings count
(settings/site.py).
"""

from __future__ import annotations

from article_search.backends.base import Vectors

_VECTORS = " vectors "


def signature(made_by: str, vectors: Vectors | None) -> str:
    """Names what an index is made by, with vectors or none."""
    return f"{made_by}{_VECTORS}{vectors.name}" if vectors else made_by


def suffices(made: str, wanted: str) -> bool:
    """Whether an index of one signature does for another: vectors that nobody asks for do no harm."""
    return wanted in (made, made.rpartition(_VECTORS)[0])


def has_vectors(made: str, model: str) -> bool:
    """Whether an index has vectors by a model."""
    return made.rpartition(_VECTORS)[2] == model
