"""An index is copied into another folder as its next commit: at once, whole, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from article_search.backends.embedded import EmbeddedBackend, store
from article_search.backends.embedded.writing import committing
from article_search.errors import ArticleSearchError, IndexBusyError, IndexDamagedError, NoIndexError
from article_search.query.tree import EVERY, Term
from tests.shelf import article, ask, backend_at, commit, made_up


@pytest.fixture
def source(tmp_path: Path) -> EmbeddedBackend:
    backend = backend_at(tmp_path / "source")
    commit(backend, made_up(30))
    commit(backend, [article("a.md", "Lighthouse")], removed=("003.md",))
    return backend


def ids(backend: EmbeddedBackend) -> set[str]:
    return {hit.id for hit in ask(backend, EVERY, limit=100, each=True).hits}


def test_a_copy_is_the_same_index(tmp_path: Path, source: EmbeddedBackend) -> None:
    source.copy_to(tmp_path / "new" / "copy", wait=False)
    copy = backend_at(tmp_path / "new" / "copy")
    assert ids(copy) == ids(source)
    assert dict(copy.files()) == dict(source.files())
    assert copy.summary().committed == source.summary().committed
    assert copy.verify() == ()
    commit(copy, [article("b.md", "Harbour")])
    assert ids(copy) == ids(source) | {"b.md"}


def test_a_copy_takes_the_place_of_what_readers_have_open(tmp_path: Path, source: EmbeddedBackend) -> None:
    copy = backend_at(tmp_path / "copy")
    commit(copy, [article("old.md", "Old")])
    commit(copy, [article("older.md", "Older")])
    before = copy.commit_id()
    with copy.reader() as reader:
        source.copy_to(tmp_path / "copy", wait=False)
        assert reader.articles == 2
    assert ids(copy) == ids(source)
    assert copy.commit_id() != before
    names = {path.name for path in (tmp_path / "copy").iterdir()}
    commit(source, [article("c.md", "Castle")])
    source.copy_to(tmp_path / "copy", wait=False)
    assert ids(copy) == ids(source)
    assert {name for name in names if name.endswith(".cdo")} <= {path.name for path in (tmp_path / "copy").iterdir()}


def test_what_is_damaged_is_not_copied(tmp_path: Path, source: EmbeddedBackend) -> None:
    source.copy_to(tmp_path / "copy", wait=False)
    before = ids(source)
    commit(source, [article("c.md", "Castle")])
    (file,) = (file for file in (tmp_path / "source").glob("*.cpo") if not (tmp_path / "copy" / file.name).exists())
    data = bytearray(file.read_bytes())
    data[64] ^= 1
    file.write_bytes(data)
    with pytest.raises(IndexDamagedError, match="source: "):
        source.copy_to(tmp_path / "copy", wait=False)
    copy = backend_at(tmp_path / "copy")
    assert copy.verify() == ()
    assert ids(copy) == before


def test_a_target_that_is_damaged_is_made_good(tmp_path: Path, source: EmbeddedBackend) -> None:
    source.copy_to(tmp_path / "copy", wait=False)
    for file in (tmp_path / "copy").glob("[Ma]*[!k]"):
        file.unlink()
        file.mkdir()
        (file / "inside").touch()
    source.copy_to(tmp_path / "copy", wait=False)
    assert ids(backend_at(tmp_path / "copy")) == ids(source)
    assert backend_at(tmp_path / "copy").verify() == ()


def test_a_commit_that_lands_meanwhile_is_copied(
    tmp_path: Path, source: EmbeddedBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = store.read_record
    landed: list[int] = []

    def read_late(folder: Path, number: int) -> object:
        record = read(folder, number)
        if not landed:
            landed.append(number)
            commit(source, [article("late.md", "Late")], full=True)
        return record

    monkeypatch.setattr(store, "read_record", read_late)
    source.copy_to(tmp_path / "copy", wait=False)
    assert ids(backend_at(tmp_path / "copy")) == {"late.md"}


def test_a_copy_that_fails_leaves_what_was_there(
    tmp_path: Path, source: EmbeddedBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = backend_at(tmp_path / "copy")
    commit(copy, [article("old.md", "Old")])

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as failing:
        failing.setattr(committing, "publish", full)
        with pytest.raises(OSError, match="No space"):
            source.copy_to(tmp_path / "copy", wait=False)
    assert ids(copy) == {"old.md"}
    source.copy_to(tmp_path / "copy", wait=False)
    assert ask(copy, Term("lighthouse")).total == 1


def test_the_index_itself_and_a_folder_that_is_written_are_refused(tmp_path: Path, source: EmbeddedBackend) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "source")
    for same in (tmp_path / "source", tmp_path / "link"):
        with pytest.raises(ArticleSearchError, match="itself"):
            source.copy_to(same, wait=False)
    writer = backend_at(tmp_path / "copy").writer(wait=False, full=False)
    with pytest.raises(IndexBusyError):
        source.copy_to(tmp_path / "copy", wait=False)
    writer.close()
    with pytest.raises(NoIndexError):
        backend_at(tmp_path / "none").copy_to(tmp_path / "copy", wait=False)
