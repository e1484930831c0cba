"""How is an index brought up to date with its content? What changed is read, what was read is written, all is counted.

Apart from the engine so that a search does not pay for the reading of articles. Not here: how a file is read
(reading), how an index is written (backends).
"""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from operator import itemgetter

from article_search.backends.base import Backend
from article_search.backends.base import Update as UpdatedFiles
from article_search.errors import (
    ArticleSearchError,
    IndexDamagedError,
    IndexFormatError,
    IndexStateError,
    IndexUnavailableError,
)
from article_search.reading import access, generators, walking
from article_search.reading.files import Files, FileState
from article_search.reading.loading import Loader
from article_search.reading.report import FileNote, Report
from article_search.reading.walking import Changes, Content
from article_search.settings import Settings

Progress = Callable[[int, int], None]  # files done, files to do
_NOTHING = Files({})
_NAMED = 3  # files of the same address that are named with one of them


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
            known = writer.files()
            anew = full or writer.rebuild_reason is not None
            found = self._walk(self._last() if anew else known)
            self._refuse_to_empty(found, full)
            self._refuse_to_lose(anew, found.unreadable)
            changes = walking.changes(found, known, now)
            before = _states(known, changes)
            update = UpdatedFiles({}, frozenset())
            if changes.to_read:
                count = _counting(progress, len(changes.to_read))
                update = writer.update(changes.to_read, self._loader(before, now, found), count)
            self._refuse_to_lose(anew, _unreadable(update))
            writer.remove(changes.removed)
            report = _report(found, known, changes, before, update, writer.rebuild_reason)
            altered = any(update.files.get(id) != before.get(id) for id in before.keys() | update.files.keys())
            if altered or writer.rebuild_reason or full or not self._backend.exists():
                writer.commit()
        return report

    def _dry_run(self, full: bool, wait: bool, progress: Progress | None) -> Report:
        now = datetime.now(UTC)
        known, rebuild_reason = (_NOTHING, None) if full else self._built_upon()
        anew = full or rebuild_reason is not None
        found = self._walk(self._last() if anew else known)
        self._refuse_to_empty(found, full)
        self._refuse_to_lose(anew, found.unreadable)
        changes = walking.changes(found, known, now)
        before = _states(known, changes)
        update = self._read(found, changes.to_read, before, now, progress)
        self._refuse_to_lose(anew, _unreadable(update))
        return _report(found, known, changes, before, update, rebuild_reason)

    def check(self, progress: Progress | None) -> Report:
        """See ``Engine.check``."""
        started = time.perf_counter()
        now = datetime.now(UTC)
        found = self._walk(_NOTHING)
        files = self._read(found, tuple(sorted(found.files)), {}, now, progress).files
        nothing = Changes((), (), stale=False)
        report = _report(found, _NOTHING, nothing, {}, UpdatedFiles(files, frozenset()), None)
        return replace(report, seconds=time.perf_counter() - started)

    def stale(self) -> bool:
        """Whether the content has changed since the last commit, or would be read in another way."""
        if not self._backend.signature_matches():
            return True
        known = self._backend.files()
        return walking.changes(self._walk(known), known, datetime.now(UTC)).stale

    def _walk(self, known: Files) -> Content:
        settings = self._settings
        generator = generators.named(settings.generator)
        excluded = (*settings.exclude, *generator.passed_over)
        return walking.walk(settings.content, settings.index, excluded, generator.endings, known)

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
        if found.files or found.unreadable or full:
            return
        if articles := len(self._indexed()):
            raise ArticleSearchError(
                f"there are no articles in {self._settings.content}, but {articles:,} in the index"
                f" {self._settings.place}: is this the right folder, and is its disk there? Nothing was changed;"
                " --full empties the index"
            )

    def _refuse_to_lose(self, anew: bool, unreadable: Mapping[str, str]) -> None:
        """Raises ArticleSearchError where an index made anew would be without articles that cannot be read just now."""
        lost = [id for id in self._indexed() if walking.lies_in(id, unreadable)] if anew and unreadable else []
        if lost:
            place, why = next((place, why) for place, why in unreadable.items() if walking.lies_in(lost[0], (place,)))
            raise ArticleSearchError(
                f"{access.printable(place) or self._settings.content} {why}: an index made anew would lose"
                f" {len(lost):,} of the articles there are. Nothing was changed; see that it can be read, or exclude"
                " it in articles.toml"
            )

    def _indexed(self) -> list[str]:
        """The ids in the newest commit, in order; none of an index that is missing or damaged."""
        known = self._last()
        others = {id for id, state in known.notable().items() if state.fate != "indexed"}
        return sorted(known.keys() - others)

    def _last(self) -> Files:
        """What the newest commit knew; nothing of an index that is missing or damaged. Raises
        IndexUnavailableError, for what cannot be asked just now is there all the same."""
        try:
            known = self._backend.files()
            known.stamps(), known.notable()  # damage is found when they are read
            return known
        except IndexUnavailableError:
            raise
        except IndexStateError:
            return _NOTHING


def _counting(progress: Progress | None, total: int) -> Callable[[int], None]:
    return (lambda done: progress(done, total)) if progress else (lambda done: None)


def _unreadable(update: UpdatedFiles) -> dict[str, str]:
    """Why some of the files that were to be read could not be."""
    return {id: state.unreadable for id, state in update.files.items() if state.unreadable}


def _states(known: Files, changes: Changes) -> dict[str, FileState]:
    """What is known of the files that change or may have changed."""
    return {id: state for id in (*changes.to_read, *changes.removed) if (state := known.get(id))}


def _report(
    found: Content,
    known: Files,
    changes: Changes,
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
    warnings.extend(_sharing(known, changes, update))
    left_out, rejected = by_fate["left_out"], by_fate["rejected"]
    indexed_before = {id for id, state in before.items() if state.fate == "indexed"}
    indexed = {id for id, state in update.files.items() if state.fate == "indexed"}
    changed = len(indexed_before & update.written)
    unreadable = found.unreadable | _unreadable(update)
    return Report(
        seen=found.seen + len(changes.kept),
        added=len(update.written) - changed,
        changed=changed,
        unchanged=len(found.files) + len(changes.kept) - len(left_out) - len(rejected) - len(update.written),
        removed=len(indexed_before - indexed),
        left_out=tuple(sorted((*found.left_out, *left_out), key=lambda note: note.path)),
        rejected=(*found.rejected, *rejected),
        unreadable=tuple(FileNote(access.printable(id) or ".", None, why) for id, why in sorted(unreadable.items())),
        warnings=tuple(sorted(warnings, key=lambda note: note.path)),
        rebuild_reason=rebuild_reason,
    )


def _sharing(known: Files, changes: Changes, update: UpdatedFiles) -> Iterator[FileNote]:
    """A note for each article that has the address of another: of the two, readers can be led to one."""
    addresses = dict(known.addresses())
    for id in (*changes.removed, *update.files):
        addresses.pop(id, None)
    addresses |= {id: state.address for id, state in update.files.items() if state.fate == "indexed" and state.address}
    counts = Counter(addresses.values())
    if len(counts) == len(addresses):
        return
    groups: dict[int, list[str]] = {}
    for id in sorted(id for id, address in addresses.items() if counts[address] > 1):
        groups.setdefault(addresses[id], []).append(id)
    for group in groups.values():
        for id in group:
            others = [other for other in group[: _NAMED + 1] if other != id][:_NAMED]
            more = len(group) - 1 - len(others)
            rest = f" and {more:,} more" if more else ""
            yield FileNote(id, None, f"has the same address as {', '.join(others)}{rest}")
