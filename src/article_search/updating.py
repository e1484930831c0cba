"""How is an index brought up to date with its content? What changed is read, what was read is written, all is counted.

Apart from the engine so that a search does not pay for the reading of articles. Not here: how a file is read
(content.py, article.py), how an index is written (backends).
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime

from article_search import article, content
from article_search.backends.base import Backend, FileState
from article_search.errors import ArticleSearchError, IndexDamagedError, IndexFormatError, IndexStateError
from article_search.report import FileNote, Report
from article_search.settings import Settings

Progress = Callable[[int, int], None]  # files done, files to do


class Update:
    """Runs over the content of one site."""

    def __init__(self, settings: Settings, backend: Backend) -> None:
        self._settings = settings
        self._backend = backend

    def index(self, full: bool, dry_run: bool, wait: bool, progress: Progress | None) -> Report:
        """See ``Engine.index``."""
        started = time.perf_counter()
        if dry_run:
            return self._dry_run(full, started, progress)
        content.check_root(self._settings)  # before the backend makes a folder
        with contextlib.closing(self._backend.writer(wait=wait, full=full)) as writer:
            # Not earlier: what another run has indexed meanwhile would be taken for removed.
            now = datetime.now(UTC)
            found = content.walk(self._settings)
            self._refuse_to_empty(found, full)
            known = writer.files()
            changes = content.changes(found.files, known, now)
            loader = self._loader({id: known[id] for id in changes.to_read if id in known}, now)
            update = writer.update(changes.to_read, loader, _counting(progress, len(changes.to_read)))
            files = {id: known[id] for id in changes.unchanged} | update.files
            gone = {id for id, state in known.items() if state.fate == "indexed" and _fate(files, id) != "indexed"}
            writer.remove(gone)
            report = _report(found, files, known, update.written, started, writer.rebuild_reason)
            if files != known or writer.rebuild_reason or full or not self._backend.exists():
                writer.commit(files)
        return report

    def check(self, progress: Progress | None) -> Report:
        """See ``Engine.check``."""
        started = time.perf_counter()
        now = datetime.now(UTC)
        found = content.walk(self._settings)
        files = self._read(tuple(sorted(found.files)), {}, now, progress)[0]
        return _report(found, files, {}, frozenset(), started, None)

    def stale(self) -> bool:
        """Whether the content has changed since the last commit, or would be read in another way."""
        if not self._backend.signature_matches():
            return True
        found = content.walk(self._settings)
        return content.changes(found.files, self._backend.files(), datetime.now(UTC)).stale

    def _loader(self, known: Mapping[str, FileState], now: datetime) -> content.Loader:
        rules = article.Rules(timezone=self._settings.timezone, url=self._settings.url)
        return content.Loader(str(self._settings.content.resolve()), rules, known, now)

    def _read(
        self, ids: Sequence[str], known: Mapping[str, FileState], now: datetime, progress: Progress | None
    ) -> tuple[dict[str, FileState], frozenset[str]]:
        """Reads files without writing anything: their states, and which hold an article to write."""
        loader, count = self._loader(known, now), _counting(progress, len(ids))
        files, written = {}, set()
        for done, id in enumerate(ids, 1):
            loaded = loader(id)
            files[id] = loaded.state
            if loaded.article is not None:
                written.add(id)
            count(done)
        return files, frozenset(written)

    def _dry_run(self, full: bool, started: float, progress: Progress | None) -> Report:
        now = datetime.now(UTC)
        found = content.walk(self._settings)
        self._refuse_to_empty(found, full)
        known, rebuild_reason = ({}, None) if full else self._built_upon()
        changes = content.changes(found.files, known, now)
        read, written = self._read(
            changes.to_read, {id: known[id] for id in changes.to_read if id in known}, now, progress
        )
        files = {id: known[id] for id in changes.unchanged} | read
        return _report(found, files, known, written, started, rebuild_reason)

    def _built_upon(self) -> tuple[Mapping[str, FileState], str | None]:
        """What the last commit knew, or why the next one will not build upon it."""
        try:
            if not self._backend.exists():
                return {}, None
            if self._backend.signature_matches():
                return self._backend.files(), None
            return {}, "the settings or the program's analysis of text changed since the index was made"
        except IndexDamagedError as error:
            return {}, f"the index is damaged ({str(error).partition(';')[0]})"
        except IndexFormatError:
            return {}, "the index was made by another version of this program"

    def _refuse_to_empty(self, found: content.Content, full: bool) -> None:
        """Raises ArticleSearchError where a run would take out all articles because no file is there: more often the
        folder is the wrong one, or its disk is not mounted."""
        if found.files or full:
            return
        with contextlib.suppress(IndexStateError):  # what is missing or damaged has nothing to lose
            articles = sum(state.fate == "indexed" for state in self._backend.files().values())
            if articles:
                raise ArticleSearchError(
                    f"there are no articles in {self._settings.content}, but {articles:,} in the index"
                    f" {self._settings.index}: is this the right folder, and is its disk there? Nothing was changed;"
                    " --full empties the index"
                )


def _counting(progress: Progress | None, total: int) -> Callable[[int], None]:
    return (lambda done: progress(done, total)) if progress else (lambda done: None)


def _fate(files: Mapping[str, FileState], id: str) -> str | None:
    state = files.get(id)
    return state.fate if state else None


def _report(
    found: content.Content,
    files: Mapping[str, FileState],
    known: Mapping[str, FileState],
    written: Collection[str],
    started: float,
    rebuild_reason: str | None,
) -> Report:
    """Counts of a run: ``files`` are the states now, ``known`` those before, ``written`` the articles written anew."""
    by_fate: dict[str, list[FileNote]] = {"left_out": [], "rejected": [], "indexed": []}
    warnings: list[FileNote] = []
    for id in sorted(files):
        state = files[id]
        by_fate[state.fate].append(FileNote(id, state.line, state.reason or ""))
        warnings.extend(FileNote(id, note.line, note.message) for note in state.warnings)
    before = {id for id, state in known.items() if state.fate == "indexed"}
    changed = len(before.intersection(written))
    return Report(
        seen=found.seen,
        added=len(written) - changed,
        changed=changed,
        unchanged=len(by_fate["indexed"]) - len(written),
        removed=sum(_fate(files, id) != "indexed" for id in before),
        left_out=tuple(by_fate["left_out"]),
        rejected=(*found.rejected, *by_fate["rejected"]),
        warnings=tuple(warnings),
        seconds=time.perf_counter() - started,
        rebuild_reason=rebuild_reason,
    )
