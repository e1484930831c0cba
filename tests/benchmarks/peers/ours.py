"""How is our own engine measured? As its command line uses it, and once more without what surrounds the ten hits.

``top`` is ``EmbeddedBackend.top`` where the backend has it; until then every level is the whole of ``Engine.search``.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path
from typing import Any

from article_search.backends.embedded import EmbeddedBackend
from article_search.engine import Engine as WholeEngine
from article_search.engine import _embedded  # so that the backend is set up as the engine does it
from article_search.query import parser
from article_search.settings import Settings
from peers import LIMIT, Answer, Level, Question, Shown
from peers.feed import Source


class Engine:
    """Our engine as a peer."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = Settings(index=folder)
        self._top: Callable[..., Any] | None = None
        self._engine: WholeEngine | None = None

    @staticmethod
    def has_top() -> bool:
        """Whether ``top`` is measured as such."""
        return hasattr(EmbeddedBackend, "top")

    def build(self, source: Source, workers: int) -> int:
        """``Engine.index`` over files; the backend's writer alone over articles made in memory. ``workers`` says
        nothing: ours are one a core."""
        if source.settings:
            with WholeEngine(source.settings) as engine:
                report = engine.index(full=True)
            return report.added
        backend = _embedded(self.settings)
        with contextlib.closing(backend.writer(wait=False, full=True)) as writer:
            update = writer.update(source.ids, source.load, lambda done: None)
            writer.commit()
        return len(update.written)

    def update(self, source: Source, removed: Collection[str]) -> None:
        """Over files nothing is said of what changed: ours looks for it itself."""
        if source.settings:
            with WholeEngine(source.settings) as engine:
                engine.index()
            return
        backend = _embedded(self.settings)
        with contextlib.closing(backend.writer(wait=False, full=False)) as writer:
            writer.update(source.ids, source.load, lambda done: None)
            writer.remove(removed)
            writer.commit()

    def open(self) -> None:
        """Opens as the search page does."""
        backend = _embedded(self.settings)
        self._engine = WholeEngine(self.settings, backend)
        self._top = getattr(backend, "top", None)

    def search(self, question: Question, level: Level) -> Answer:
        """The answer; ``facets`` is ``whole`` without snippets."""
        assert self._engine, "open first"
        any_ = question.kind in ("any", "dates", "prefix")
        text = f'"{question.text}"' if question.kind == "phrase" else question.text
        text = text + "*" if question.kind == "prefix" else text
        if level == "top" and self._top is not None:
            dated = f"{text} date:{question.since}..{question.until}" if question.since else text
            tree = parser.parse(dated, datetime.now(self.settings.timezone)).tree
            return Answer(_shown(self._top(tree, LIMIT, any=any_)), None)
        results = self._engine.search(
            text,
            any=any_,
            limit=LIMIT,
            since=question.since or None,
            until=question.until or None,
            snippets=level == "whole",
        )
        return Answer(_shown(results.hits), results.total)


def _shown(hits: Collection[Any]) -> list[Shown]:
    return [Shown(hit.url, hit.title, hit.description, hit.date.timestamp() if hit.date else None) for hit in hits]
