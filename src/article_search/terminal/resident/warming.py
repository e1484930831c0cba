"""What does the process hold open, so that a question finds it so? The newest commits of the sites asked last.

Children find them as they were at the fork; each looks itself at its settings and at the commit there is now, and opens
what is not here. Not here: what a question means.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import pickle
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

from article_search.limits import LIMITS
from article_search.terminal.site import OpenEngine, open_engine

if TYPE_CHECKING:
    from article_search.engine import Engine
    from article_search.settings import Settings

_SITES = 4  # held open; each takes some memory, and few people search more at a time
_QUESTIONS = 2  # asked of a commit, to have it read what most others need
_WORD, _UNKNOWN, _BEGINNING = 5, "qx", 3  # letters of a title's first word, and what no word has after them
_REPORT = 60_000  # bytes; more would wait in the pipe for who reads it only at the end

# What the commands import when they need it.
_MODULES = (
    "article_search.answering.relating",
    "article_search.answering.suggesting",
    "article_search.backends.embedded",
    "article_search.backends.embedded.manifest",
    "article_search.engine",
    "article_search.settings.file",
    "article_search.terminal.articles",
)


class _Site(NamedTuple):
    """A site that is held open: settings count from a working directory, as their paths may."""

    place: str
    settings: Settings
    engine: Engine
    commit: str
    words: str  # of a title


class Sites:
    """The sites held open. Used by the process for what it holds, and by a child for one question."""

    def __init__(self) -> None:
        self._sites: list[_Site] = []  # the latest last
        self._asked: tuple[str, Settings] | None = None  # in a child: the site of the question
        for library in ("OPENBLAS", "OMP", "MKL"):  # a process with threads is not one to fork
            os.environ[f"{library}_NUM_THREADS"] = "1"
        for module in _MODULES:
            importlib.import_module(module)

    def opened(self, settings: Settings) -> Engine:
        """In a child: the engine of the site asked."""
        self._asked = (str(Path.cwd()), settings)
        site = self._find(*self._asked)
        return site.engine if site else open_engine(settings)

    def rehearse(self, run: Callable[[Sequence[str], OpenEngine], object]) -> None:
        """In a child, before its question: answers another one, to nobody, so that its memory is its own by then."""
        if not self._sites:
            return
        site = self._sites[-1]
        open_as_ever = cast("Engine", contextlib.nullcontext(site.engine))  # and not closed at the end
        with open(os.devnull, "w") as nobody, contextlib.suppress(OSError):  # noqa: PTH123
            sys.stdout = sys.stderr = nobody
            os.chdir(site.place)
            run(["search", "--", site.words], lambda _: open_as_ever)

    def report(self) -> bytes:
        """In a child, after its question: what would have been worth holding open; nothing if it was."""
        if self._asked is None:
            return b""
        site = self._find(*self._asked)
        with contextlib.suppress(Exception):  # a site that cannot be opened has been told of
            if site and site.engine.commit_id() == site.commit:
                return b""
            report = pickle.dumps(self._asked)
            return report if len(report) <= _REPORT else b""
        return b""

    def heed(self, report: bytes) -> None:
        """Opens what a child, whose word counts, has reported."""
        if report:
            self.hold(*pickle.loads(report))  # noqa: S301 (of a child of this very process)

    def hold(self, place: str, settings: Settings) -> None:
        """Opens a site at its newest commit, if that goes well."""
        if settings.opensearch.hosts:
            return  # its connections are not for several processes
        site = self._find(place, settings)
        if site:
            self._sites.remove(site)
        with contextlib.suppress(Exception):
            os.chdir(place)
            engine = site.engine if site else open_engine(settings)
            words = _warm(engine)
            self._sites.append(_Site(place, settings, engine, engine.commit_id(), words))
        os.chdir("/")
        for old in self._sites[:-_SITES]:
            old.engine.close()
        del self._sites[:-_SITES]
        gc.unfreeze()  # what was held open, and is not any more
        gc.collect()
        gc.freeze()  # children copy no page to look for garbage in it

    def _find(self, place: str, settings: Settings) -> _Site | None:
        return next((site for site in self._sites if (site.place, site.settings) == (place, settings)), None)


def _warm(engine: Engine) -> str:
    """Asks what makes a commit read what most questions need: words that there are, one that there is not, and how
    the first of them begins. Gives such words."""
    title = ""
    for hit in engine.search("", limit=_QUESTIONS).hits:
        title = hit.title[: LIMITS.query_chars]
        engine.search(title)
        engine.search(f"{title[:_WORD]}{_UNKNOWN}")
        engine.completions(title[:_BEGINNING])
    return title
