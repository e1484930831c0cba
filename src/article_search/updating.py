"""How is an index brought up to date with its content? What changed is read, what was read is written, all is counted.

Apart from the engine so that a search does not pay for the reading of articles. Not here: how a file is read
(reading), how an index is written (backends).
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from operator import itemgetter

from article_search.backends.base import Backend
from article_search.backends.base import Update as UpdatedFiles
from article_search.errors import ArticleSearchError, IndexDamagedError, IndexFormatError, IndexStateError
from article_search.reading import generators, walking
from article_search.reading.files import Files, FileState
from article_search.reading.loading import Loader
from article_search.reading.report import FileNote, Report
from article_search.reading.walking import Changes, Content
from article_search.settings import Settings

Progress = Callable[[int, int], None]  # files done, files to do
_NOTHING = Files({})


class Update:
    """Runs over the content of one site."""

    def __init__(self, settings: Settings, backend: Backend) -> None:
        self._settings = settings
        self._backend = backend

    def index(self, full: bool, dry_run: bool, wait: bool, progress: Progress | None) -> Report:
        """See ``Engine.index``."""
        started = time.perf_counter()
        run = self._dry_run if dry_run else self._run
        try:
            report = run(full, wait, progress)
        except IndexDamagedError as error:  # found on the way; nothing is built upon what is damaged
            if full:
                raise
            reason = f"the index is damaged ({str(error).partition(';')[0]})"
            report = replace(run(True, wait, progress), rebuild_reason=reason)
        return replace(report, seconds=time.perf_counter() - started)

    def _run(self, full: bool, wait: bool, progress: Progress | None) -> Report:
        walking.real_root(self._settings.content)  # before the backend makes a folder
        with contextlib.closing(self._backend.writer(wait=wait, full=full)) as writer:
            # Not earlier: what another run has indexed meanwhile would be taken for removed.
            now = datetime.now(UTC)
            found = self._walk()
            self._refuse_to_empty(found, full)
            known = writer.files()
            changes = walking.changes(found.files, known, now)
            before = _states(known, changes)
            update = UpdatedFiles({}, frozenset())
            if changes.to_read:
                count = _counting(progress, len(changes.to_read))
                update = writer.update(changes.to_read, self._loader(before, now, found), count)
            writer.remove(changes.removed)
            report = _report(found, known, before, update, writer.rebuild_reason)
            altered = any(update.files.get(id) != before.get(id) for id in before.keys() | update.files.keys())
            if altered or writer.rebuild_reason or full or not self._backend.exists():
                writer.commit()
        return report

    def _dry_run(self, full: bool, wait: bool, progress: Progress | None) -> Report:
        now = datetime.now(UTC)
        found = self._walk()
        self._refuse_to_empty(found, full)
        known, rebuild_reason = (_NOTHING, None) if full else self._built_upon()
        changes = walking.changes(found.files, known, now)
        before = _states(known, changes)
        return _report(found, known, before, self._read(found, changes.to_read, before, now, progress), rebuild_reason)

    def check(self, progress: Progress | None) -> Report:
        """See ``Engine.check``."""
        started = time.perf_counter()
        now = datetime.now(UTC)
        found = self._walk()
        files = self._read(found, tuple(sorted(found.files)), {}, now, progress).files
        report = _report(found, _NOTHING, {}, UpdatedFiles(files, frozenset()), None)
        return replace(report, seconds=time.perf_counter() - started)

    def stale(self) -> bool:
        """Whether the content has changed since the last commit, or would be read in another way."""
        if not self._backend.signature_matches():
            return True
        found = self._walk()
        return walking.changes(found.files, self._backend.files(), datetime.now(UTC)).stale

    def _walk(self) -> Content:
        settings = self._settings
        generator = generators.named(settings.generator)
        excluded = (*settings.exclude, *generator.passed_over)
        return walking.walk(settings.content, settings.index, excluded, generator.endings)

    def _loader(self, known: Mapping[str, FileState], now: datetime, found: Content) -> Loader:
        from article_search.reading.article import Rules  # which a run with nothing to read does without

        settings = self._settings
        rules = Rules(
            timezone=settings.timezone,
            url=settings.url,
            language=settings.language,
            generator=settings.generator,
            base_url=settings.base_url,
            generator_options=settings.generator_options,
            language_folders=settings.language_folders,
            urls=settings.urls,
            defaults=settings.defaults,
            filename_dates=settings.filename_dates,
            future=settings.future,
            root=settings.content.resolve().name if settings.content.resolve().name.startswith("_") else "",
            bundles=generators.named(settings.generator).bundles_of(found.files),
            languages=settings.languages,
        )
        return Loader(str(settings.content.resolve()), rules, known, now)

    def _read(
        self,
        found: Content,
        ids: Sequence[str],
        known: Mapping[str, FileState],
        now: datetime,
        progress: Progress | None,
    ) -> UpdatedFiles:
        """Reads files without writing anything."""
        loader, count = self._loader(known, now, found), _counting(progress, len(ids))
        files, written = {}, set()
        for done, id in enumerate(ids, 1):
            loaded = loader(id)
            files[id] = loaded.state
            if loaded.article is not None:
                written.add(id)
            count(done)
        return UpdatedFiles(files, frozenset(written))

    def _built_upon(self) -> tuple[Files, str | None]:
        """What the last commit knew, or why the next one will not build upon it. Raises IndexDamagedError."""
        try:
            if not self._backend.exists():
                return _NOTHING, None
            if self._backend.signature_matches():
                return self._backend.files(), None
            return _NOTHING, "the settings or the program's analysis of text changed since the index was made"
        except IndexFormatError:
            return _NOTHING, "the index was made by another version of this program"

    def _refuse_to_empty(self, found: Content, full: bool) -> None:
        """Raises ArticleSearchError where a run would take out all articles because no file is there: more often the
        folder is the wrong one, or its disk is not mounted."""
        if found.files or full:
            return
        with contextlib.suppress(IndexStateError):  # what is missing or damaged has nothing to lose
            known = self._backend.files()
            articles = len(known) - sum(state.fate != "indexed" for state in known.notable().values())
            if articles:
                raise ArticleSearchError(
                    f"there are no articles in {self._settings.content}, but {articles:,} in the index"
                    f" {self._settings.index}: is this the right folder, and is its disk there? Nothing was changed;"
                    " --full empties the index"
                )


def _counting(progress: Progress | None, total: int) -> Callable[[int], None]:
    return (lambda done: progress(done, total)) if progress else (lambda done: None)


def _states(known: Files, changes: Changes) -> dict[str, FileState]:
    """What is known of the files that change or may have changed."""
    return {id: state for id in (*changes.to_read, *changes.removed) if (state := known.get(id))}


def _report(
    found: Content,
    known: Files,
    before: Mapping[str, FileState],
    update: UpdatedFiles,
    rebuild_reason: str | None,
) -> Report:
    """Counts of a run, without its time; ``before`` has the states of the files that were read or are gone."""
    states = {id: state for id, state in known.notable().items() if id not in before}
    states |= {id: state for id, state in update.files.items() if state.notable}
    by_fate: dict[str, list[FileNote]] = {"left_out": [], "rejected": [], "indexed": []}
    warnings: list[FileNote] = []
    for id, state in sorted(states.items(), key=itemgetter(0)):
        by_fate[state.fate].append(FileNote(id, state.line, state.reason or ""))
        warnings.extend(FileNote(id, note.line, note.message) for note in state.warnings)
    left_out, rejected = by_fate["left_out"], by_fate["rejected"]
    indexed_before = {id for id, state in before.items() if state.fate == "indexed"}
    indexed = {id for id, state in update.files.items() if state.fate == "indexed"}
    changed = len(indexed_before & update.written)
    return Report(
        seen=found.seen,
        added=len(update.written) - changed,
        changed=changed,
        unchanged=len(found.files) - len(left_out) - len(rejected) - len(update.written),
        removed=len(indexed_before - indexed),
        left_out=tuple(left_out),
        rejected=(*found.rejected, *rejected),
        warnings=tuple(warnings),
        rebuild_reason=rebuild_reason,
    )
