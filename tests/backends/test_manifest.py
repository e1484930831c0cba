"""What is known of content files is what was last said of each, however many commits said it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from article_search.backends.embedded import manifest, records
from article_search.backends.embedded.manifest import Manifest, added
from article_search.errors import IndexDamagedError, IndexFormatError
from article_search.reading.files import Files, FileState
from article_search.reading.report import Note

Changes = dict[str, FileState | None]
PLAIN = FileState(1234, 1_500_000_000_123_456_789, "0123456789abcdef" * 2, "indexed")

ids = st.one_of(st.sampled_from(["a.md", "b.md", "b/a.md", "ü.md", "\U0001f600.md"]), st.text("ab/é\ud800", min_size=1))
plain = st.builds(
    lambda size, mtime, digest, mark, address: FileState(
        size, mtime, digest.hex(), "indexed", mark=mark, address=address
    ),
    st.integers(0, 2**40),
    st.integers(-(2**62), 2**62),
    st.binary(min_size=16, max_size=16),
    st.integers(0, 2**63 - 1),
    st.integers(0, 2**63 - 1),
)
odd = st.builds(
    FileState,
    st.integers(0, 2**65),
    st.integers(-(2**65), 2**65),
    st.sampled_from(["", "d", "A" * 32, "0" * 32, "é" * 32]),
    st.sampled_from(["indexed", "left_out", "rejected"]),
    st.none() | st.text(),
    st.none() | st.integers(1, 9),
    st.none() | st.floats(allow_nan=False),
    st.lists(st.builds(Note, st.text(), st.none() | st.integers(1, 9)), max_size=2).map(tuple),
    st.booleans(),
    st.integers(-1, 2**65),
    st.integers(0, 2**65),
    st.none() | st.text(min_size=1),
)
commits = st.lists(st.dictionaries(ids, st.none() | plain | odd, max_size=12), max_size=8)


def numbered(first: int, last: int) -> Changes:
    return {f"{number:06}.md": replace(PLAIN, size=number) for number in range(first, last)}


def chain_of(folder: Path, *said: Changes) -> tuple[records.Link, ...]:
    chain: tuple[records.Link, ...] = ()
    for number, changes in enumerate(said, 1):
        chain = added(folder, chain, number, changes)
    return chain


@settings(deadline=None)
@given(commits)
def test_the_last_word_on_each_file_counts(said: list[Changes]) -> None:
    expected: dict[str, FileState] = {}
    with TemporaryDirectory() as folder:
        chain: tuple[records.Link, ...] = ()
        for number, changes in enumerate(said, 1):
            chain = added(Path(folder), chain, number, changes)
            expected = {id: state for id, state in (expected | changes).items() if state}
            simple, found = Files(expected), Manifest(Path(folder), chain)
            assert {id: found.get(id) for id in (*expected, *changes)} == {
                id: expected.get(id) for id in (*expected, *changes)
            }
            assert dict(found) == expected
            assert found.stamps() == simple.stamps()
            assert found.addresses() == simple.addresses()
            assert {id: state for id, state in found.notable().items() if state.notable} == simple.notable()
            assert all(found[id] == state for id, state in found.notable().items())


def test_one_file_of_many_is_found_without_a_table_of_all(tmp_path: Path) -> None:
    states = numbered(0, 2000)
    found = Manifest(tmp_path, chain_of(tmp_path, states))
    for id in ("000000.md", "000999.md", "001999.md"):
        assert found[id] == states[id]
    for id in ("", "000000.m", "000999.md2", "zzz"):
        assert id not in found
    assert {id: found[id] for id in states} == states  # and with one


def test_a_commit_writes_its_changes_not_all_that_is_known(tmp_path: Path) -> None:
    chain = chain_of(tmp_path, numbered(0, 5000))
    for number in range(2, 40):
        before = chain
        chain = added(tmp_path, chain, number, numbered(number * 10, number * 10 + 10))
        assert chain[0] == before[0]
        assert chain[-1].name == f"articles_{number}.files"
        assert len(chain) <= 6
    assert (tmp_path / chain[0].name).stat().st_size > 10 * (tmp_path / chain[-1].name).stat().st_size


def test_many_changes_are_joined_with_what_was_known_and_files_gone_forgotten(tmp_path: Path) -> None:
    chain = chain_of(tmp_path, numbered(0, 100), dict.fromkeys(numbered(0, 10)), dict.fromkeys(numbered(10, 50)))
    assert [(link.name, link.files) for link in chain] == [("articles_3.files", 50)]
    assert dict(Manifest(tmp_path, chain)) == numbered(50, 100)
    assert added(tmp_path, chain, 4, dict.fromkeys(numbered(50, 100))) == ()


def test_links_of_older_programs_know_neither_marks_nor_addresses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrays = manifest._arrays
    with monkeypatch.context() as patch:
        older = lambda said: {name: each for name, each in arrays(said).items() if name not in ("marks", "addresses")}  # noqa: E731
        patch.setattr(manifest, "_arrays", older)
        chain = chain_of(tmp_path, numbered(0, 20))
    chain = added(tmp_path, chain, 2, {"b.md": replace(PLAIN, mark=7, address=8)})
    found = Manifest(tmp_path, chain)
    assert found["000001.md"] == replace(PLAIN, size=1)
    assert (found.stamps()["000001.md"], found.stamps()["b.md"][2]) == ((1, PLAIN.mtime, 0), 7)
    assert found.addresses() == {"b.md": 8}


def test_nothing_new_makes_no_file(tmp_path: Path) -> None:
    chain = chain_of(tmp_path, numbered(0, 3))
    assert added(tmp_path, chain, 2, {}) == chain
    assert not (tmp_path / "articles_2.files").exists()
    assert dict(Manifest(tmp_path, ())) == {}


def test_each_flipped_bit_is_named_when_it_is_read(tmp_path: Path) -> None:
    said = (numbered(0, 40), {"a.md": replace(PLAIN, fate="rejected", reason="why"), "000001.md": None})
    chain = chain_of(tmp_path, *said)
    assert len(chain) == 2
    for link in chain:
        whole = (tmp_path / link.name).read_bytes()
        for place in range(0, len(whole), 7):
            changed = bytearray(whole)
            changed[place] ^= 1 << place % 8
            (tmp_path / link.name).write_bytes(changed)
            with pytest.raises((IndexDamagedError, IndexFormatError), match=rf"{link.name}.*articles index --full"):
                dict(Manifest(tmp_path, chain))
            with pytest.raises((IndexDamagedError, IndexFormatError), match=link.name):
                added(tmp_path, chain, 3, numbered(0, 20))
        (tmp_path / link.name).write_bytes(whole)
