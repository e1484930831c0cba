"""What does one content file say? ``parse`` makes a frozen Article of its bytes.

Not here: where files come from (content.py), how a header is read (front_matter.py), how text is cut into terms.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

LeftOut = Literal["draft", "unpublished", "future", "expired"]


@dataclass(frozen=True, slots=True)
class Note:
    """Something said about a file: a recovery, a doubt. ``line`` counts from 1, None for the whole file."""

    message: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """One content file, parsed. ``id`` is its path under the content root, with ``/``.

    ``body`` is plain text, paragraphs separated by an empty line. ``date`` is aware, in UTC. ``left_out`` says why an
    article is not to be found (None: it is); ``due`` is when a future article becomes public.
    """

    id: str
    url: str
    title: str
    description: str
    body: str
    date: datetime | None
    categories: tuple[str, ...]
    image: str | None
    left_out: LeftOut | None
    due: datetime | None
    warnings: tuple[Note, ...]
