"""One run writes an index at a time, whatever becomes of the lock's file, and of the folder, meanwhile."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from article_search.backends.embedded import EmbeddedBackend
from article_search.backends.embedded.writing.indexing import EmbeddedWriter
from article_search.errors import IndexBusyError
from article_search.query.tree import EVERY
from tests.shelf import Shelf, article, ask, backend_at, commit


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An index of one article."""
    commit(backend_at(tmp_path / "index"), [article("a.md", "Roma")])
    return tmp_path / "index"


@pytest.fixture
def no_locks_of_folders(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on NFS."""
    flock = fcntl.flock

    def files_only(descriptor: int, operation: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        flock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", files_only)


def writing(backend: EmbeddedBackend, id: str) -> EmbeddedWriter:
    """A run that has written an article, and not committed it."""
    writer = backend.writer(wait=False, full=False)
    writer.update([id], Shelf([article(id, "Roma")]), lambda done: None)
    return writer


def found(folder: Path) -> set[str]:
    backend = backend_at(folder)
    assert backend.verify() == ()
    return {hit.id for hit in ask(backend, EVERY).hits}


def removed(folder: Path) -> None:
    (folder / "articles.lock").unlink()


def renamed(folder: Path) -> None:
    (folder / "articles.lock").rename(folder / "articles.lock.old")


def replaced(folder: Path) -> None:
    removed(folder)
    (folder / "articles.lock").touch()


def made_a_folder(folder: Path) -> None:
    removed(folder)
    (folder / "articles.lock").mkdir()


@pytest.mark.parametrize("change", [removed, renamed, replaced, made_a_folder])
def test_who_takes_the_locks_file_away_lets_no_second_run_in(folder: Path, change: Callable[[Path], None]) -> None:
    writer = writing(backend_at(folder), "b.md")
    change(folder)
    with pytest.raises(IndexBusyError, match=r"another run is writing .*--wait"):
        writing(backend_at(folder), "c.md")
    writer.commit()
    writer.close()
    assert found(folder) == {"a.md", "b.md"}
    commit(backend_at(folder), [article("c.md", "Roma")])
    assert found(folder) == {"a.md", "b.md", "c.md"}


@pytest.mark.usefixtures("no_locks_of_folders")
@pytest.mark.parametrize("change", [removed, renamed, replaced])
def test_where_a_second_run_cannot_be_kept_out_the_first_commits_nothing_and_removes_nothing(
    folder: Path, change: Callable[[Path], None]
) -> None:
    first = writing(backend_at(folder), "b.md")
    with pytest.raises(IndexBusyError):
        writing(backend_at(folder), "c.md")
    change(folder)
    second = writing(backend_at(folder), "c.md")
    files = set(os.listdir(folder))
    with pytest.raises(IndexBusyError, match=r"removed, while it was written.*nothing was changed"):
        first.commit()
    first.close()
    assert set(os.listdir(folder)) == files
    second.commit()
    second.close()
    assert found(folder) == {"a.md", "c.md"}


@pytest.mark.parametrize("by_link", [False, True])
def test_a_run_whose_folder_is_exchanged_leaves_the_other_alone(folder: Path, by_link: bool) -> None:
    path = folder
    if by_link:
        path = folder.with_name("link")
        path.symlink_to(folder)
    first = writing(backend_at(path), "b.md")
    if by_link:
        path.unlink()
        path.symlink_to(folder.with_name("other"))
        folder.with_name("other").mkdir()
    else:
        folder.rename(folder.with_name("former"))
        folder.mkdir()
    second = writing(backend_at(path), "c.md")
    with pytest.raises(IndexBusyError, match="was exchanged"):
        first.commit()
    first.close()
    second.commit()
    second.close()
    assert found(path) == {"c.md"}
    assert found(folder if by_link else folder.with_name("former")) == {"a.md"}


def test_a_run_whose_folder_is_gone_says_so(folder: Path) -> None:
    first = writing(backend_at(folder), "b.md")
    folder.rename(folder.with_name("former"))
    with pytest.raises(IndexBusyError, match="was exchanged"):
        first.commit()
    first.close()
    assert not folder.exists()
    assert found(folder.with_name("former")) == {"a.md"}
