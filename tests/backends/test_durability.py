"""A commit is all or nothing even when the disk fails: each write, sync and rename is made to fail in turn."""

from __future__ import annotations

import builtins
import errno
import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from article_search.backends.embedded import EmbeddedBackend, records, store
from article_search.backends.embedded.columnar import container
from article_search.query.tree import EVERY, Term
from tests.shelf import article, ask, backend_at, commit, made_up

CALLS = ("open", "write", "fsync", "rename", "unlink")


class Disk:
    """Counts what is asked of a folder's files and fails the ``failing``-th with an error of the system."""

    def __init__(self, folder: Path, failing: int | None, error: int) -> None:
        self.folder = str(folder)
        self.failing = failing
        self.error = error
        self.count = 0
        self.failed: str | None = None

    def ask(self, call: str) -> None:
        self.count += 1
        # A disk that is full or broken stays so.
        if self.failing is not None and self.count >= self.failing:
            self.failed = self.failed or call
            raise OSError(self.error, os.strerror(self.error))

    def mine(self, path: object) -> bool:
        return isinstance(path, str | os.PathLike) and os.fspath(path).startswith(self.folder)


class FailingFile(io.FileIO):
    """A file whose writes ask the disk first."""

    disk: Disk

    def write(self, data: Any) -> int:
        self.disk.ask("write")
        return super().write(data)


@pytest.fixture
def fail(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Disk], None]]:
    """Puts a disk in place of the system's calls."""

    def install(disk: Disk) -> None:
        real: dict[str, Any] = {"open": builtins.open, "fsync": os.fsync, "rename": os.rename, "unlink": os.unlink}

        def opened(file: Any, mode: str = "r", *rest: Any, **options: Any) -> Any:
            if not disk.mine(file) or not set(mode) & set("wax+"):
                return real["open"](file, mode, *rest, **options)
            disk.ask("open")
            raw = FailingFile(os.fspath(file), mode.replace("b", ""))
            raw.disk = disk
            # Nearly unbuffered, so that there are many writes to fail.
            return io.BufferedWriter(raw, 512)

        def fsync(descriptor: int) -> None:
            disk.ask("fsync")
            real["fsync"](descriptor)

        def rename(source: Any, target: Any, **options: Any) -> None:
            if disk.mine(target):
                disk.ask("rename")
            real["rename"](source, target, **options)

        def unlink(path: Any, **options: Any) -> None:
            if disk.mine(path):
                disk.ask("unlink")
            real["unlink"](path, **options)

        monkeypatch.setattr(builtins, "open", opened)
        monkeypatch.setattr(io, "open", opened)
        monkeypatch.setattr(os, "fsync", fsync)
        monkeypatch.setattr(os, "rename", rename)
        monkeypatch.setattr(os, "unlink", unlink)

    yield install


def attempt(backend: EmbeddedBackend, disk: Disk, change: Callable[[EmbeddedBackend], None]) -> bool:
    """Whether a change went through; that it did not must have been said by an error of the system."""
    try:
        change(backend)
    except OSError as error:
        assert error.errno == disk.error
        return False
    return True


def one_more(backend: EmbeddedBackend) -> None:
    commit(backend, [article("new.md", "Brand new"), *made_up(5, seed=3)])


def enough_to_merge(backend: EmbeddedBackend) -> None:
    commit(backend, [article("new.md", "Brand new")], removed=("003.md", "004.md"))


def enough_to_join_the_chain(backend: EmbeddedBackend) -> None:
    commit(backend, [article("new.md", "Brand new")], removed=tuple(f"{number:03}.md" for number in range(10, 20)))


def needed(folder: Path) -> set[str]:
    """Names of the files that are part of the newest commit, and of the lock."""
    record = store.read_record(folder, store.require_generation(folder))
    number = record.generation
    return {*record.containers, records.toc_name(number), f"articles_{number}.json", "articles.lock"}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # Whoosh leaves a file open
@pytest.mark.parametrize(
    "error", [pytest.param(errno.ENOSPC, id="full"), pytest.param(errno.EIO, id="broken", marks=pytest.mark.slow)]
)
@pytest.mark.parametrize(("change", "links"), [(one_more, 2), (enough_to_merge, 2), (enough_to_join_the_chain, 1)])
def test_whatever_call_fails_the_state_is_the_one_before_or_after(
    tmp_path: Path,
    fail: Callable[[Disk], None],
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[EmbeddedBackend], None],
    links: int,
    error: int,
) -> None:
    failing, seen = 1, set()
    while True:
        folder = tmp_path / str(failing)
        backend = backend_at(folder)
        for part in range(3):  # three segments, so that a fourth makes them one
            commit(backend, made_up(40, seed=part)[part * 10 : part * 10 + 10])
        before = {hit.id: hit.title for hit in ask(backend, EVERY).hits}
        known = dict(backend.files())
        assert known.keys() == before.keys()
        disk = Disk(folder, failing, error)
        fail(disk)
        done = attempt(backend, disk, change)
        monkeypatch.undo()
        for reader in (backend, backend_at(folder)):  # one that was open, and one that is opened now
            found = {hit.id: hit.title for hit in ask(reader, EVERY).hits}
            assert (found == before) or "new.md" in found, f"neither before nor after call {failing}, {disk.failed}"
            assert not done or "new.md" in found
            assert reader.files().keys() == found.keys()
            assert "new.md" in found or reader.files() == known
        assert backend.verify() == ()
        assert not done or len(store.read_record(folder, store.require_generation(folder)).chain) == links
        # The next commit goes through and leaves no litter.
        change(backend)
        assert ask(backend, Term("brand")).total == 1
        assert set(os.listdir(folder)) == needed(folder)
        assert backend.verify() == ()
        backend.close()
        if disk.failed is None:
            break
        assert len(os.listdir(folder)) <= 3 + 2 * 4 + 2  # of few segments and a short chain
        seen.add(disk.failed)
        failing += 1
    assert seen == set(CALLS)
    assert failing > 20


def test_nothing_is_renamed_before_it_is_synced(
    tmp_path: Path, fail: Callable[[Disk], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = backend_at(tmp_path)
    commit(backend, made_up(5))
    events: list[str] = []

    class Watching(Disk):
        def ask(self, call: str) -> None:
            events.append(call)

    fail(Watching(tmp_path, None, 0))
    one_more(backend)
    monkeypatch.undo()
    commit_at = max(number for number, call in enumerate(events) if call == "rename")
    assert "write" not in events[commit_at:]
    assert events[commit_at - 1] == "fsync"  # the folder, with all names in it
    assert events[commit_at + 1] == "fsync"  # and the new name itself
    assert events[:commit_at].count("fsync") >= 5  # two files of a segment, table of contents, files, record
    backend.close()


def test_a_container_that_was_not_written_whole_is_found_out(tmp_path: Path) -> None:
    backend = backend_at(tmp_path)
    commit(backend, made_up(5))
    for path in tmp_path.glob("MAIN_*"):
        whole = path.read_bytes()
        for length in range(0, len(whole), max(1, len(whole) // 50)):
            with pytest.raises(container.ContainerError):
                container.Container(whole[:length], path.name)
    backend.close()
