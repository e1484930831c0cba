"""What the folder promises beside the contract: it is a Whoosh index, its commits are whole, its damage is named."""

from __future__ import annotations

import errno
import os
import pickle
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh.index import open_dir
from whoosh.qparser import MultifieldParser

from article_search.backends.embedded import EmbeddedBackend, records, schema, store
from article_search.backends.embedded.columnar import building, merging, vocabulary
from article_search.backends.embedded.columnar.container import Container
from article_search.backends.embedded.records import Segment
from article_search.errors import IndexBusyError, IndexDamagedError, IndexFormatError
from article_search.query.tree import EVERY, And, Category, Or, Phrase, Prefix, Term
from tests.shelf import ZONE, Shelf, article, ask, backend_at, commit, made_up, stock, thorough


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedBackend]:
    with closing(backend_at(tmp_path_factory.mktemp("shelf"))) as backend:
        stock(backend)
        yield backend


def test_whoosh_itself_opens_the_index_and_finds_the_same_articles(shelf: EmbeddedBackend) -> None:
    index = open_dir(str(shelf._folder))
    with index.searcher() as searcher:
        parser = MultifieldParser(["title", "description", "body"], index.schema)
        for words in ("roma", "smalling fees", '"transfer goal"', "muller"):
            found = {hit["id"] for hit in searcher.search(parser.parse(words), limit=None)}
            leaves = (Phrase("transfer goal"),) if words[0] == '"' else tuple(Term(word) for word in words.split())
            assert found == {hit.id for hit in ask(shelf, And(leaves)).hits}, words
    index.close()


def test_a_commit_that_lands_while_the_one_before_is_opened_is_seen_by_the_next_search(
    embedded: EmbeddedBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(embedded, [article("a.md", "Roma")])
    real, reader = store.require_generation, backend_at(embedded._folder)
    calls = 0

    def interrupted(folder: Path) -> int:
        nonlocal calls
        number, calls = real(folder), calls + 1
        if calls == 1:  # as it is opened
            with monkeypatch.context() as patch:
                patch.setattr(store, "clean", lambda folder, record: None)  # the writer has not got that far
                commit(backend_at(embedded._folder), [article("b.md", "Roma")])
        return number

    monkeypatch.setattr(store, "require_generation", interrupted)
    ask(reader, Term("roma"))
    assert calls >= 1
    assert ask(reader, Term("roma")).total == 2
    reader.close()


def indexed(folder: Path, word: str) -> Path:
    """An index of one article, whose files and folder have the time of every other, as images give them."""
    with closing(backend_at(folder)) as backend:
        commit(backend, [article("a.md", word)])
    dated(folder)
    return folder


def dated(folder: Path) -> None:
    for path in (*folder.iterdir(), folder):
        os.utime(path, (1, 1))


def turned(place: Path, to: Path) -> None:
    """Has a link lead to another folder, as one does who deploys."""
    fresh = place.with_name("fresh")
    fresh.symlink_to(to)
    fresh.rename(place)


def exchanged(place: Path, by: Path) -> None:
    """Puts another folder in the place of one."""
    place.rename(place.with_name("before"))
    by.rename(place)


def emptied_and_copied(place: Path, by: Path) -> None:
    """Makes a folder anew; file systems like to give it the number of the one before."""
    shutil.rmtree(place)
    shutil.copytree(by, place)
    dated(place)


def overwritten(place: Path, by: Path) -> None:
    """Writes files into the same folder, where some of them have the names of those before."""
    for path in by.iterdir():
        shutil.copy(path, place / path.name)
    dated(place)


@pytest.mark.parametrize("deploy", [turned, exchanged, emptied_and_copied, overwritten])
def test_another_index_in_the_place_of_one_that_is_served_is_seen(tmp_path: Path, deploy: Callable[..., None]) -> None:
    old, new = indexed(tmp_path / "old", "Roma"), indexed(tmp_path / "new", "Lazio")
    place = tmp_path / "index"
    if deploy is turned:
        place.symlink_to(old)
    else:
        old.rename(place)
    with closing(backend_at(place)) as backend:
        assert ask(backend, Term("roma")).total == 1
        assert ask(backend, Term("roma")).total == 1
        before = backend.commit_id()
        deploy(place, new)
        assert (ask(backend, Term("roma")).total, ask(backend, Term("lazio")).total) == (0, 1)
        assert backend.commit_id() != before


def test_the_name_of_a_commit_is_that_of_its_copies(tmp_path: Path) -> None:
    shutil.copytree(indexed(tmp_path / "index", "Roma"), tmp_path / "copy")
    one, other = (backend_at(tmp_path / name).commit_id() for name in ("index", "copy"))
    assert one == other


def test_an_index_that_is_exchanged_while_it_is_opened_is_no_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = indexed(tmp_path / "old", "Roma"), indexed(tmp_path / "new", "Lazio")
    (tmp_path / "index").symlink_to(old)
    real = store.open_segment

    def late(folder: Path, segment: Segment, *, mapped: bool = False) -> tuple[Container, Container]:
        monkeypatch.setattr(store, "open_segment", real)
        turned(folder, new)
        return real(folder, segment, mapped=mapped)

    monkeypatch.setattr(store, "open_segment", late)
    with closing(backend_at(tmp_path / "index")) as backend:
        assert ask(backend, Term("lazio")).total == 1


def test_an_index_that_is_exchanged_and_removed_while_it_is_listed_is_not_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = indexed(tmp_path / "old", "Roma"), indexed(tmp_path / "new", "Lazio")
    (tmp_path / "index").symlink_to(old)
    real = os.scandir

    def late(folder: Path) -> Iterator[os.DirEntry[str]]:
        monkeypatch.setattr(os, "scandir", real)
        listing = real(folder)
        turned(folder, new)
        shutil.rmtree(old)
        return listing

    with closing(backend_at(tmp_path / "index")) as backend:
        assert ask(backend, Term("roma")).total == 1
        monkeypatch.setattr(os, "scandir", late)
        assert ask(backend, Term("lazio")).total == 1


def test_what_is_open_answers_while_there_are_no_file_descriptors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def short(*_: object, **__: object) -> int:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    with closing(backend_at(indexed(tmp_path / "index", "Roma"))) as backend:
        before = backend.commit_id()
        assert ask(backend, Term("roma")).total == 1
        with monkeypatch.context() as patch:
            patch.setattr(os, "scandir", short)
            patch.setattr(os, "open", short)
            assert (ask(backend, Term("roma")).total, backend.commit_id()) == (1, before)
        commit(backend_at(tmp_path / "index"), [article("b.md", "Roma")])
        assert ask(backend, Term("roma")).total == 2


def test_nothing_is_left_behind_without_a_commit(embedded: EmbeddedBackend) -> None:
    commit(embedded, [article("a.md", "Roma")])
    listing = sorted(os.listdir(embedded._folder))
    writer = embedded.writer(wait=False, full=False)
    writer.update(["b.md"], Shelf([article("b.md", "Roma")]), lambda done: None)
    writer.remove(["a.md"])
    writer.close()
    assert sorted(os.listdir(embedded._folder)) == listing


def test_a_second_writer_of_the_folder_is_told_or_waits(embedded: EmbeddedBackend) -> None:
    writer = embedded.writer(wait=False, full=False)
    other = backend_at(embedded._folder)
    with pytest.raises(IndexBusyError, match="--wait"):
        other.writer(wait=False, full=False)
    threading.Timer(0.3, writer.close).start()
    other.writer(wait=True, full=False).close()
    other.close()


def test_workers_build_what_one_process_builds(tmp_path: Path) -> None:
    articles = made_up(400, seed=4)
    answers = []
    for workers in (1, 2):
        backend = backend_at(tmp_path / str(workers), workers)
        commit(backend, articles)
        commit(backend, articles[:350])  # all of them rewritten, by workers again
        results = ask(backend, And((Term("roma"), Term("fee"))))
        answers.append((results.total, [(hit.id, pytest.approx(hit.score)) for hit in results.hits], results.facets))
        assert backend.summary().articles == 400
        assert backend.verify() == ()
        backend.close()
    assert answers[0] == answers[1]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_build_in_several_steps_ends_in_one_segment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    monkeypatch.setattr(vocabulary, "_WORD_BYTES", 2**24)  # so that there is hardly room for a word, ...
    monkeypatch.setattr(building, "_BATCH", 1000)  # ... which is looked at when so many bytes of text wait
    steps = []
    merge = merging.merge

    def counted(storage: Any, indexname: str, segments: list[Any], threads: int = 1) -> Any:
        steps.append(len(segments))
        return merge(storage, indexname, segments, threads)

    monkeypatch.setattr(merging, "merge", counted)
    articles = made_up(300, seed=4)
    with closing(backend_at(tmp_path, workers)) as backend:
        commit(backend, articles)
        assert steps and steps[0] > 1
        assert len([name for name in os.listdir(tmp_path) if name.endswith(".cdo")]) == 1
        assert ask(backend, EVERY).total == 300
        assert backend.verify() == ()


def test_a_merged_segment_is_no_larger_than_one_that_can_be_built() -> None:
    assert records.MAX_DOCUMENTS == building.MAX_DOCUMENTS


def test_many_small_commits_are_merged_and_lose_nothing(embedded: EmbeddedBackend) -> None:
    articles = made_up(30, seed=6)
    for each in articles:
        commit(embedded, [each])
    segments = [name for name in os.listdir(embedded._folder) if name.startswith("MAIN_")]
    assert len(segments) < 2 * 8
    assert ask(embedded, EVERY).total == 30
    assert embedded.verify() == ()


def test_a_full_rebuild_leaves_one_segment(embedded: EmbeddedBackend) -> None:
    commit(embedded, made_up(20))
    ask(embedded, EVERY)
    commit(embedded, [article("only.md", "Only")], full=True)
    assert len([name for name in os.listdir(embedded._folder) if name.startswith("MAIN_")]) == 2


def test_another_signature_asks_for_a_rebuild_and_says_why(embedded: EmbeddedBackend) -> None:
    commit(embedded, [article("a.md", "Roma")])
    changed = EmbeddedBackend(embedded._folder, signature="other", zone=ZONE)
    writer = changed.writer(wait=False, full=False)
    assert writer.rebuild_reason and "changed" in writer.rebuild_reason
    assert writer.files() == {}
    writer.close()
    changed.close()
    assert ask(embedded, Term("roma")).total == 1


def test_what_older_commits_wrote_stays_as_long_as_it_is_needed_and_counts(embedded: EmbeddedBackend) -> None:
    commit(embedded, made_up(30))
    commit(embedded, [article("new.md", "Roma")], removed=("003.md",))
    names = sorted(os.listdir(embedded._folder))
    assert {"articles_1.files", "articles_2.files"} <= set(names)
    assert embedded.summary().bytes == sum((embedded._folder / name).stat().st_size for name in names)
    changed = EmbeddedBackend(embedded._folder, signature="other", zone=ZONE)
    changed.writer(wait=False, full=False).close()  # would make all anew, and does not
    changed.close()
    assert sorted(os.listdir(embedded._folder)) == names
    assert len(embedded.files()) == embedded.summary().articles == 30
    commit(embedded, made_up(5), full=True)
    assert not {"articles_1.files", "articles_2.files"} & set(os.listdir(embedded._folder))


def test_an_index_of_another_analysis_is_not_searched_but_rebuilt(
    embedded: EmbeddedBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(embedded, [article("a.md", "Roma")])
    monkeypatch.setattr(schema, "ANALYSIS", "schema 999")
    later = backend_at(embedded._folder)
    with pytest.raises(IndexFormatError, match="articles index"):
        ask(later, EVERY)
    writer = later.writer(wait=False, full=False)
    assert writer.rebuild_reason
    writer.close()
    later.close()


def test_damage_is_named_by_search_or_verify_and_mended_by_the_next_run(embedded: EmbeddedBackend) -> None:
    commit(embedded, [article("a.md", "Roma", "body " * 50)])
    for name in sorted(os.listdir(embedded._folder)):
        if name == "articles.lock":
            continue
        path = embedded._folder / name
        good = path.read_bytes()
        path.write_bytes(good[:-3] + bytes([good[-3] ^ 1]) + good[-2:])
        assert any(name in line for line in embedded.verify()), name
        path.write_bytes(good)
    assert embedded.verify() == ()
    (embedded._folder / "articles_1.json").write_bytes(b"not a record")
    fresh = backend_at(embedded._folder)
    with pytest.raises(IndexDamagedError, match="articles index --full"):
        ask(fresh, EVERY)
    writer = fresh.writer(wait=False, full=False)
    assert writer.rebuild_reason and "damaged" in writer.rebuild_reason
    writer.close()
    fresh.close()


class Exploit:
    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, ("touch executed",)


def test_opening_a_doctored_index_runs_nothing(
    embedded: EmbeddedBackend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    commit(embedded, [article("a.md", "Roma")])
    # Whoosh reads pickles in its table of contents; ours is never looked into.
    (embedded._folder / records.toc_name(1)).write_bytes(pickle.dumps(Exploit()))
    fresh = backend_at(embedded._folder)
    assert ask(fresh, Term("roma")).total == 1
    commit(fresh, [article("b.md", "Roma")])
    assert ask(fresh, Term("roma")).total == 2
    assert not (tmp_path / "executed").exists()
    fresh.close()


@thorough
@given(data=st.data())
def test_a_flipped_bit_is_named_or_does_no_harm(
    shelf: EmbeddedBackend, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    whole = {entry.name: Path(entry).read_bytes() for entry in os.scandir(shelf._folder) if entry.name.count(".")}
    name = data.draw(st.sampled_from(sorted(name for name in whole if not name.endswith(".lock"))))
    place = data.draw(st.integers(0, len(whole[name]) * 8 - 1))
    cut = data.draw(st.booleans())
    changed = bytearray(whole[name])
    changed[place // 8] ^= 1 << place % 8
    folder = tmp_path_factory.mktemp("damaged")
    for other, content in whole.items():
        (folder / other).write_bytes(content)
    (folder / name).write_bytes(changed[: place // 8] if cut else changed)
    damaged = backend_at(folder)
    try:
        assert any(name in line for line in damaged.verify()), name
        tree = Or((Term("roma"), Phrase("small fee"), Prefix("uni"), Category("sports")))
        try:
            found = ask(damaged, tree)
        except (IndexDamagedError, IndexFormatError) as error:
            assert "articles index --full" in str(error)
        else:
            good = ask(shelf, tree)
            assert (found.hits, found.facets, found.total) == (good.hits, good.facets, good.total)
    finally:
        damaged.close()
