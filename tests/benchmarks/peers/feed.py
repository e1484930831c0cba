"""How do articles reach an engine? The same files, read and parsed by the same code, in worker processes or in place.

Pipes hold a few kilobytes, so a slow engine is not swamped by articles that wait for it. Not here: our own engine,
which reads in workers itself.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any, NamedTuple

from article_search.reading import article, walking
from article_search.reading.files import Load
from article_search.reading.loading import Loader
from article_search.settings import Settings

_CHUNK = 32  # articles a worker takes and sends at a time


@dataclass(frozen=True)
class Source:
    """Articles to index: their ids, and ``load``, which can be sent to worker processes.

    ``settings`` are those of the files they lie in, None when they are made up in memory.
    """

    ids: Sequence[str]
    load: Load
    settings: Settings | None = None


class Row(NamedTuple):
    """One article as plain values, quick to send between processes. ``date`` in epoch seconds, UTC."""

    id: str
    url: str
    title: str
    description: str
    body: str
    date: int | None
    month: str  # YYYY-MM, empty without a date
    categories: tuple[str, ...]
    image: str


def files(settings: Settings, ids: Sequence[str] | None = None) -> Source:
    """The files of a content root, all of them or those named."""
    found = walking.walk(settings.content, settings.index, settings.exclude).files if ids is None else ids
    rules = article.Rules(timezone=settings.timezone, url=settings.url)
    loader = Loader(str(settings.content.resolve()), rules, {}, datetime.now(UTC))
    return Source(sorted(found), loader, settings)


def settings(content: Path, index: Path) -> Settings:
    """The settings of every run here: the defaults."""
    return Settings(content=content, index=index)


def rows(source: Source, workers: int) -> Iterator[Row]:
    """The articles to be found, in no particular order. Call before starting threads: workers are forked."""
    if not workers:
        return (row for id in source.ids if (row := _row(source.load, id)))
    context = multiprocessing.get_context("fork")
    taken = context.Value("q", 0)
    connections, processes = [], []
    for _ in range(workers):
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_work, args=(source, taken, theirs), daemon=True)
        process.start()
        theirs.close()
        connections.append(ours)
        processes.append(process)
    return _received(connections, processes)


def _received(connections: list[Any], processes: list[Any]) -> Iterator[Row]:
    while connections:
        ready: Any
        for ready in wait(connections):
            try:
                yield from ready.recv()
            except EOFError:
                connections.remove(ready)
    for process in processes:
        process.join()
        if process.exitcode:
            raise RuntimeError("a process that parses has failed")


def _work(source: Source, taken: Any, connection: Any) -> None:
    while True:
        with taken.get_lock():
            start = taken.value
            taken.value = start + _CHUNK
        if start >= len(source.ids):
            return
        loaded = (_row(source.load, id) for id in source.ids[start : start + _CHUNK])
        connection.send([row for row in loaded if row])


def _row(load: Load, id: str) -> Row | None:
    found = load(id).article
    if found is None:
        return None
    return Row(
        found.id,
        found.url,
        found.title,
        found.description,
        found.body,
        int(found.date.timestamp()) if found.date else None,
        found.date.astimezone(UTC).strftime("%Y-%m") if found.date else "",
        found.categories,
        found.image or "",
    )
