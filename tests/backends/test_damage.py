"""Whatever lies in an index folder instead of what was written is named, never waited for, and mended by a full run."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from article_search.backends.embedded import EmbeddedBackend, records, store
from article_search.backends.embedded.columnar import container
from article_search.backends.embedded.reading import columns
from article_search.errors import IndexDamagedError, IndexStateError, IndexUnreadableError
from article_search.query.tree import EVERY, Term
from tests.shelf import article, ask, backend_at, commit, made_up, prose

ARTICLES = [*made_up(12), article("twin.md", "Twin", prose(3)), article("twins.md", "Twin", prose(3))]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of two segments, with articles that were taken out and some that repeat others."""
    folder = tmp_path_factory.mktemp("index")
    backend = backend_at(folder)
    commit(backend, ARTICLES)
    commit(backend, [article("a.md", "Lighthouse")], removed=("003.md",))
    return folder


@pytest.fixture
def index(written: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(written, tmp_path / "index"))


def use(folder: Path) -> None:
    """Asks all there is of an index: every answer must be right, or an error of the index."""
    backend = backend_at(folder)
    assert ask(backend, EVERY, limit=100, each=True).total == len(ARTICLES)
    assert ask(backend, Term("lighthouse")).total == 1
    backend.summary()
    assert len(dict(backend.files())) == len(ARTICLES)


def is_named(folder: Path) -> bool:
    """Whether something is said, in one line; else all answers are right."""
    try:
        use(folder)
    except IndexStateError as error:
        assert str(error).isprintable()
        assert "articles index" in str(error)
        return True
    return bool(backend_at(folder).verify())


def mend(folder: Path) -> None:
    commit(backend_at(folder), [article("new.md", "New")], full=True)
    assert ask(backend_at(folder), EVERY).total == 1
    assert backend_at(folder).verify() == ()


# ---- something else in the place of a file ----


def folder_in_its_place(path: Path) -> None:
    path.mkdir()
    (path / "inside").touch()


def loop(path: Path) -> None:
    path.symlink_to(path.name)


def socket_file(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # names of sockets are short
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(here)


PLACED: dict[str, Callable[[Path], object]] = {
    "nothing": lambda path: None,
    "folder": folder_in_its_place,
    "pipe": os.mkfifo,
    "loop": loop,
    "link to nothing": lambda path: path.symlink_to("nowhere"),
    "device": lambda path: path.symlink_to("/dev/zero"),
    "socket": socket_file,
    "empty": Path.touch,
    "short": lambda path: path.write_bytes(b"WhooshColumnar"),
}


@pytest.mark.parametrize("place", PLACED)
@pytest.mark.parametrize("pattern", ["articles_*.json", "articles_*.files", "articles_*.repeats", "*.cdo", "*.cpo"])
def test_what_is_no_file_is_named_and_made_good(index: Path, pattern: str, place: str) -> None:
    path = sorted(index.glob(pattern))[-1]
    path.unlink()
    PLACED[place](path)
    assert is_named(index)
    mend(index)


@pytest.mark.parametrize("place", PLACED)
def test_whooshs_table_of_contents_is_checked_by_who_asks(index: Path, place: str) -> None:
    path = index / records.toc_name(2)
    path.unlink()
    PLACED[place](path)
    if place not in ("nothing", "loop", "link to nothing"):
        assert any(path.name in line for line in backend_at(index).verify())
    mend(index)


# ---- a folder that cannot be read ----


@pytest.mark.parametrize("code", [errno.EACCES, errno.EIO, errno.EMFILE, errno.ESTALE])
def test_a_folder_or_record_that_cannot_be_read_now_is_named_and_nothing_is_lost(
    index: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def fail(*_: object, **__: object) -> Any:
        raise OSError(code, os.strerror(code))

    backend = backend_at(index)
    with monkeypatch.context() as failing:
        failing.setattr(os, "scandir", fail)
        for call in (backend.exists, backend.commit_id, backend.summary, backend.files, backend.verify):
            with pytest.raises(IndexUnreadableError, match=os.strerror(code)):
                call()
    with monkeypatch.context() as failing:
        failing.setattr(container, "open_regular", fail)
        with pytest.raises(IndexUnreadableError, match=os.strerror(code)):
            ask(backend, EVERY)
        with pytest.raises(IndexUnreadableError, match=os.strerror(code)):
            backend.writer(wait=False, full=False)
    use(index)


def test_a_full_run_gives_the_rights_to_the_folder_back(index: Path) -> None:
    index.chmod(0)
    mend(index)
    assert index.stat().st_mode & 0o700 == 0o700


def test_new_parents_of_a_folder_are_synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        synced.append(os.fstat(descriptor).st_ino)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    folder = tmp_path / "a" / "b" / "index"
    commit(backend_at(folder), [article("a.md", "A")])
    assert {tmp_path.stat().st_ino, *(parent.stat().st_ino for parent in (*folder.parents[:2], folder))} <= set(synced)


# ---- a record of another shape, with the right checksum ----


def sealed(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=16).hexdigest().encode() + b"\n" + data


def places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each value in some JSON."""
    yield path
    if isinstance(data, dict | list):
        for key in data if isinstance(data, dict) else range(len(data)):
            yield from places(data[key], (*path, key))


def changed(data: Any, path: tuple[Any, ...], value: Any) -> Any:
    """The same with another value at one place; no value there for None of them."""
    if not path:
        return value
    data = json.loads(json.dumps(data))
    at = data
    for key in path[:-1]:
        at = at[key]
    if value is LEFT_OUT:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return data


LEFT_OUT = object()
ANOTHER = [LEFT_OUT, None, True, -1, 0, 7, 2**70, 1.5, float("nan"), "", "x", "../../etc/passwd", "//8=", [], {}, [[]]]


def fits(place: tuple[Any, ...], value: Any) -> bool:
    """Whether a commit might say that."""
    if not place or place[0] == "signature":
        return bool(place) and isinstance(value, str)
    taken_out = value is LEFT_OUT and len(place) == 2 and type(place[-1]) is int
    return taken_out or (place[-1], value) in (("chain", []), ("segments", []), ("deleted", ""), ("repeats", None))


def test_a_record_of_another_shape_is_named(index: Path) -> None:
    path = index / records.record_name(2)
    data = json.loads(path.read_bytes().partition(b"\n")[2])
    for place in places(data):
        for value in ANOTHER:
            if not place and value is LEFT_OUT:
                continue
            other = changed(data, place, value)
            path.write_bytes(sealed(json.dumps(other).encode()))
            if fits(place, value) or other == data:
                continue
            assert is_named(index), (place, value)
    mend(index)


@pytest.mark.parametrize("body", [b"", b"[", b"[" * 100_000, b"nul", b"\xff", b"1" * 10_000, b'{"format": 1e999}'])
def test_a_record_that_is_no_json_is_named(index: Path, body: bytes) -> None:
    (index / records.record_name(2)).write_bytes(sealed(body))
    assert is_named(index)
    mend(index)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_record_with_a_right_checksum_is_right_or_named(index: Path, data: st.DataObject) -> None:
    path = index / records.record_name(2)
    record = json.loads((index / "record").read_bytes()) if (index / "record").exists() else None
    if record is None:
        record = json.loads(path.read_bytes().partition(b"\n")[2])
        (index / "record").write_text(json.dumps(record))
    place = data.draw(st.sampled_from(list(places(record))))
    path.write_bytes(sealed(json.dumps(changed(record, place, data.draw(JSON))).encode()))
    try:
        use(index)
    except IndexStateError as error:
        assert str(error).isprintable()


# ---- containers of another shape, with right checksums and fingerprints ----


def rewritten(folder: Path, name: str, change: Callable[[dict[str, Any], dict[str, Any]], None]) -> None:
    """Changes arrays and meta of a file, and makes the record one of the changed file."""
    path = folder / name
    file = container.open_path(path)
    arrays, meta = {each: file.array(each).copy() for each in file}, dict(file.meta)
    change(arrays, meta)
    with path.open("wb") as out:
        container.write(out, arrays, meta)
    fingerprint = container.open_path(path).fingerprint
    record = folder / records.record_name(2)
    text = record.read_bytes().partition(b"\n")[2]
    record.write_bytes(sealed(text.replace(str(file.fingerprint).encode(), str(fingerprint).encode())))


def names_of(folder: Path) -> list[tuple[str, str]]:
    found = sorted(path.name for suffix in ("cdo", "cpo", "files", "repeats") for path in folder.glob(f"*.{suffix}"))
    return [(name, array) for name in found for array in container.open_path(folder / name)]


CHANGES: dict[str, Callable[[Any], Any]] = {
    "missing": lambda array: None,
    "empty": lambda array: array[:0],
    "shorter": lambda array: array[: len(array) // 2],
    "highest": lambda array: np.full(len(array), np.iinfo(array.dtype).max if array.dtype.kind in "iu" else 1e30),
    "lowest": lambda array: array * 0,
    "reversed": lambda array: array[::-1],
}


@pytest.mark.parametrize("change", CHANGES)
def test_an_array_of_another_shape_is_an_error_of_the_index_or_does_no_harm(index: Path, change: str) -> None:
    kept = index.parent / "kept"
    shutil.copytree(index, kept)

    def apply(arrays: dict[str, Any], name: str) -> None:
        array = CHANGES[change](arrays[name])
        if array is None:
            del arrays[name]
        else:
            arrays[name] = array.astype(arrays[name].dtype)

    for name, array in names_of(kept):
        shutil.rmtree(index)
        shutil.copytree(kept, index)
        rewritten(index, name, lambda arrays, _, array=array: apply(arrays, array))  # type: ignore[misc]
        backend = backend_at(index)
        for part in (partial(ask, backend, EVERY), partial(ask, backend, Term("lighthouse")), backend.files):
            try:
                part()
            except IndexStateError as error:
                assert str(error).isprintable(), (name, array)
    mend(index)


def test_another_number_of_documents_is_named(index: Path) -> None:
    name = sorted(index.glob("*.cdo"))[0].name
    rewritten(index, name, lambda _, meta: meta.update(documents=1_000))
    with pytest.raises(IndexDamagedError, match="documents"):
        use(index)
    mend(index)


# ---- files that are cut short while they are served ----


@pytest.mark.parametrize("copied", [True, False])
@pytest.mark.parametrize("size", [0, 100, 5_000])
def test_a_file_cut_short_while_it_is_open_is_named(
    index: Path, monkeypatch: pytest.MonkeyPatch, copied: bool, size: int
) -> None:
    if not copied:
        monkeypatch.setattr(columns, "_COPIED", 0)
    backend = backend_at(index)
    assert ask(backend, Term("lighthouse")).total == 1
    for path in (*index.glob("*.cdo"), *index.glob("*.cpo")):
        os.truncate(path, size)
    for query in (Term("lighthouse"), EVERY, Term("smalling")):
        with pytest.raises(IndexDamagedError, match="cut short"):
            ask(backend, query)
    mend(index)


def test_what_was_read_stays_as_it_was_whatever_becomes_of_the_file(index: Path) -> None:
    backend: EmbeddedBackend = backend_at(index)
    before = [hit.id for hit in ask(backend, Term("smalling"), limit=100).hits]
    for path in (*index.glob("*.cdo"), *index.glob("*.cpo")):
        with path.open("r+b") as file:
            file.write(b"\xff" * path.stat().st_size)
    assert [hit.id for hit in ask(backend, Term("smalling"), limit=100).hits] == before
    assert store.verify(index)
