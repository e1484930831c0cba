"""How is our own engine measured? By ``Engine.search``, which is what its users call: with snippets, or without."""

from __future__ import annotations

import contextlib
from collections.abc import Collection
from pathlib import Path
from typing import Any

from article_search.engine import Engine as WholeEngine
from article_search.engine import backend_of
from article_search.settings import Settings
from peers import LIMIT, Answer, Level, Question, Shown
from peers.feed import Source


class Engine:
    """Our engine as a peer."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = Settings(index=folder)
        self._engine: WholeEngine | None = None

    def build(self, source: Source, workers: int) -> int:
        """``Engine.index`` over files; the backend's writer alone over articles made in memory. ``workers`` says
        nothing: ours are one a core."""
        if source.settings:
            with WholeEngine(source.settings) as engine:
                report = engine.index(full=True)
            return report.added
        backend = backend_of(self.settings)
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
        backend = backend_of(self.settings)
        with contextlib.closing(backend.writer(wait=False, full=False)) as writer:
            writer.update(source.ids, source.load, lambda done: None)
            writer.remove(removed)
            writer.commit()

    def open(self) -> None:
        """Opens as the search page does."""
        self._engine = WholeEngine(self.settings)

    def search(self, question: Question, level: Level) -> Answer:
        """The answer; but for ``whole`` without snippets."""
        assert self._engine, "open first"
        any_ = question.kind in ("any", "dates", "prefix")
        text = f'"{question.text}"' if question.kind == "phrase" else question.text
        text = text + "*" if question.kind == "prefix" else text
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
