"""Which site is meant, and how is it opened? What the options before the command name, and the engine of it.

Not here: what is done with it (searching.py, indexing.py, serving.py), the settings themselves (settings).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from article_search.errors import ArticleSearchError, NoIndexError
from article_search.late import dataclass

if TYPE_CHECKING:
    from article_search.engine import Engine
    from article_search.settings import Settings

OpenEngine = Callable[["Settings"], "Engine"]

RUN = "article_search.run"  # in click's context: what runs a command line


@dataclass(frozen=True, slots=True)
class Site:
    """What the options before the command name."""

    open_engine: OpenEngine
    config: Path | None
    content: Path | None
    index: Path | None

    def settings(self) -> Settings:
        """The site's settings. Raises SettingsError."""
        from article_search import settings

        return settings.load(self.config, os.environ, self.content, self.index)

    @contextmanager
    def engine(self) -> Iterator[Engine]:
        """The site's engine, closed at the end. What goes wrong with files is told as of the index."""
        settings = self.settings()
        try:
            with self.open_engine(settings) as engine:
                yield engine
        except NoIndexError:
            raise NoIndexError(_first_run(settings)) from None
        except OSError as error:
            # What has no name is of the index: files of the content are named in the report.
            where = error.filename or f"the index {settings.place}"
            raise ArticleSearchError(f"{where}: {error.strerror or error}") from error


def open_engine(settings: Settings) -> Engine:
    """The engine of a site."""
    from article_search.engine import Engine

    return Engine(settings)


def _first_run(settings: Settings) -> str:
    place = settings.place if settings.opensearch.hosts else f"in {settings.index}"
    if settings.content.is_dir():
        return f"there is no index {place} yet: `articles index` makes one of {settings.content}"
    return (
        f"there is no index {place}, and no folder {settings.content} to make one of:"
        " go to your site's folder, or name its articles: articles --content DIR index"
    )
