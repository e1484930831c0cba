"""What does ``articles watch`` do? It brings the index up to date whenever the articles change, until Ctrl-C.

The system tells of changed files (watchfiles); what it cannot tell is looked at once a second: the settings, and
whether the content folder is there. Which of many changes matter is decided loosely: a run that finds nothing new costs
little and says nothing. Not here: the work of a run (updating.py).
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, NoReturn

import click

from article_search.errors import ArticleSearchError, IndexBusyError, SettingsError
from article_search.terminal.output import note, print_lines, progress, screen
from article_search.terminal.site import Site

if TYPE_CHECKING:
    from article_search.reading.report import FileNote, Report
    from article_search.settings import Settings

_EXTRA = 'articles watch needs the extra: pip install "article-search[watch]"'
_STEP = 200  # milliseconds without another change after which those that were seen are one: an editor's saving
_MOST = 2_000  # after which they are, whatever else changes: a generator at work
_POLL = 1_000  # between two looks at settings and folder
_AGAIN = 10  # seconds after which a run that failed is tried again
_ANYWAY = 900  # after which there is a run whatever is told: articles may be due by their date


@click.command()
@click.pass_obj
def watch(site: Site) -> NoReturn:
    """Keep the index up to date while articles change.

    Until Ctrl-C. A line tells of each run that has changed something, and another of each file it rejects.
    """
    from importlib.util import find_spec  # which a search does without

    if find_spec("watchfiles") is None:
        raise ArticleSearchError(_EXTRA)
    watching = _Watching(site)
    while True:
        watching.update()
        watching.wait()


class _State(NamedTuple):
    """What is looked at between two runs: the settings, or why there are none, and what the content folder is to the
    system, if it is there."""

    settings: Settings | str
    folder: tuple[int, int] | None = None


class _Watching:
    """Runs over the content of a site, and what happens between them."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._state = _State("")  # before the last run
        self._watched = self._state  # what the changes are of
        self._changes = _polled()
        self._failure = ""  # of the last run
        self._rejected: set[FileNote] = set()
        self._ended = 0.0
        self._first = True

    def update(self) -> None:
        """One run, and what is to be told of it."""
        self._state = self._look()
        try:
            report = self._run()
        except ArticleSearchError as error:
            if self._first and isinstance(error, SettingsError):
                raise
            if str(error) != self._failure:
                note(f"{error}; waiting until that has changed")
            self._failure = str(error)
        else:
            self._tell(report, recovered=bool(self._failure))
            self._failure = ""
        self._ended = time.monotonic()

    def wait(self) -> None:
        """Until something has changed, or it is time for a run anyway."""
        self._watch()
        patience = _AGAIN if self._failure else _ANYWAY
        while not next(self._changes) and self._look() == self._state and time.monotonic() < self._ended + patience:
            pass

    def _run(self) -> Report:
        try:
            return self._index(wait=False)
        except IndexBusyError:
            note("another run is writing the index; waiting for its end")
            return self._index(wait=True)

    def _index(self, wait: bool) -> Report:
        with self._site.engine() as engine, progress("writing the index") as bar:
            return engine.index(wait=wait, progress=bar)

    # What changes

    def _look(self) -> _State:
        try:
            settings = self._site.settings()
            status = settings.content.stat()
        except SettingsError as error:
            return _State(str(error))
        except OSError:
            return _State(settings)
        return _State(settings, (status.st_dev, status.st_ino))

    def _watch(self) -> None:
        """Has the changes told of the content that there was before the last run."""
        if self._watched != self._state:
            self._watched = settings, folder = self._state
            self._changes = _polled() if isinstance(settings, str) or folder is None else _of_content(settings)

    # What is told

    def _tell(self, report: Report, recovered: bool) -> None:
        lines = [line for line in (summary(report, self._first or recovered),) if line]
        rejected = set(report.rejected)
        lines += [_told(each) for each in report.rejected if each not in self._rejected]
        self._rejected, self._first = rejected, False
        now = time.strftime("%H:%M:%S")
        print_lines(f"{screen().dim(now)}  {line}" for line in lines)


def summary(report: Report, always: bool) -> str:
    """What a run has changed, in a line; nothing where it has changed nothing, unless it is ``always`` told."""
    from article_search.terminal.reports import duration
    from article_search.terminal.screen import clean, counted

    counts = {"added": report.added, "changed": report.changed, "removed": report.removed}
    done = [f"{count:,} {name}" for name, count in counts.items() if count]
    if report.unreadable:
        done.append(f"{len(report.unreadable):,} could not be read now")
    if not done and not always and not report.rebuild_reason:
        return ""
    articles = report.added + report.changed + report.unchanged
    said = f"{', '.join(done) or 'nothing new'}; {counted(articles, 'article', 'articles')}, {duration(report.seconds)}"
    return f"{said}; everything was read again: {clean(report.rebuild_reason)}" if report.rebuild_reason else said


def _told(rejected: FileNote) -> str:
    from article_search.terminal.screen import clean

    place = f"{rejected.path}:{rejected.line}" if rejected.line else rejected.path
    return clean(f"rejected: {place}: {rejected.text}")


def _polled() -> Iterator[object]:
    """Where there is no folder nothing is told of it."""
    while True:
        time.sleep(_POLL / 1000)
        yield ()


def _of_content(settings: Settings) -> Iterator[object]:
    """The changes of the content of a site, a set at a time, which is empty if there was none for a while. The first is
    not: what has changed since the last run and before the folder was watched nobody has told."""
    from watchfiles import watch

    from article_search.reading import generators, walking

    try:
        root = walking.real_root(settings.content)
    except SettingsError:  # it went just now, which is seen by the next look
        yield from _polled()
        return
    try:
        matters = matters_in(root, os.path.realpath(settings.index), generators.named(settings.generator).endings)
        told = watch(
            root,
            watch_filter=lambda _, path: matters(path),
            debounce=_MOST,
            step=_STEP,
            rust_timeout=_POLL,
            yield_on_timeout=True,
            ignore_permission_denied=True,
        )
        yield root, next(told)
        yield from told
    except (OSError, RuntimeError) as error:  # RuntimeError: so the library tells of most
        note(f"the system does not tell what changes in {settings.content}: {error}; looking every {_AGAIN} seconds")
    while True:
        time.sleep(_AGAIN)
        yield (settings.content,)


def matters_in(root: str, index: str, endings: tuple[str, ...]) -> Callable[[str], bool]:
    """Tells of paths below the content root whether their change may change what is indexed. Of what is gone nobody
    knows whether it was a folder."""
    from article_search.reading import walking
    from article_search.reading.ignored import RULES

    def matters(path: str) -> bool:
        if path == root:
            return True
        if f"{path}/".startswith(f"{index}/"):
            return False
        *folders, name = Path(path).relative_to(root).parts
        if name == RULES:
            return not any(map(walking.is_passed_over, folders))
        if any(map(walking.is_passed_over, (*folders, name))):
            return False
        return walking.is_article_name(name, (*walking.EXTENSIONS, *endings)) or not Path(path).is_file()

    return matters
