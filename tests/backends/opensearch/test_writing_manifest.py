"""What is known of content files of a cluster is what was last said of each; what was altered is named."""

from __future__ import annotations

import base64
import contextlib
import json
import zlib
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from article_search.backends.opensearch.cluster import Address, Cluster, Json, MissingError
from article_search.backends.opensearch.records import Link
from article_search.backends.opensearch.writing import manifest
from article_search.digests import blake2b
from article_search.errors import IndexDamagedError
from article_search.reading.files import Files, FileState
from tests.backends.test_manifest import PLAIN, Changes, commits, numbered

Chain = tuple[Link, ...]


class Documents(Cluster):
    """A cluster of documents in memory, by id."""

    def __init__(self) -> None:
        self.address = Address(("memory",))
        self.written: dict[str, Json] = {}

    def call(self, method: str, path: str, body: Any = None, *, until: float | None = None) -> Json:
        index, _, id = path.strip("/").split("/")
        assert index == "site.state"
        if method == "PUT":
            self.written[id] = json.loads(json.dumps(body))
            return {}
        if id not in self.written:
            raise MissingError(id)
        return {"found": True, "_source": self.written[id]}


def chain_of(cluster: Cluster, *said: Changes) -> Chain:
    chain: Chain = ()
    for number, changes in enumerate(said, 1):
        chain = manifest.added(cluster, "site", chain, number, changes)
    return chain


def known(cluster: Cluster, chain: Chain) -> Files:
    return manifest.manifest(cluster, "site", chain)


@settings(deadline=None)
@given(commits, st.sampled_from([1, 300, manifest._RAW]))
def test_the_last_word_on_each_file_counts(said: list[Changes], size: int) -> None:
    expected: dict[str, FileState] = {}
    cluster = Documents()
    chain: Chain = ()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest, "_RAW", size)
        for number, changes in enumerate(said, 1):
            chain = manifest.added(cluster, "site", chain, number, changes)
            expected = {id: state for id, state in (expected | changes).items() if state}
            simple, found = Files(expected), known(cluster, chain)
            assert {id: found.get(id) for id in changes} == {id: expected.get(id) for id in changes}
            assert dict(found) == expected
            assert found.stamps() == simple.stamps()
            assert found.addresses() == simple.addresses()
            assert {id: state for id, state in found.notable().items() if state.notable} == simple.notable()
            assert all(found[id] == state for id, state in found.notable().items())


def test_a_run_writes_its_changes_not_all_that_is_known() -> None:
    cluster = Documents()
    chain = chain_of(cluster, numbered(0, 5000))
    for number in range(2, 40):
        before = chain
        chain = manifest.added(cluster, "site", chain, number, numbered(number * 10, number * 10 + 10))
        assert chain[0] == before[0]
        assert chain[-1].name == f"files-{number}"
        assert len(chain) <= 6
    assert manifest.added(cluster, "site", chain, 40, {}) == chain
    assert manifest.added(cluster, "site", chain[:1], 40, dict.fromkeys(numbered(0, 5000))) == ()


def test_documents_are_of_a_size_that_a_cluster_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifest, "_RAW", 20_000)
    cluster = Documents()
    chain = chain_of(cluster, numbered(0, 2000))
    assert chain[0].chunks == len(cluster.written) > 5
    assert max(len(json.dumps(each)) for each in cluster.written.values()) < 20_000 * 4 / 3
    assert dict(known(cluster, chain)) == numbered(0, 2000)


def test_what_is_missing_or_altered_is_named() -> None:
    cluster = Documents()
    noted = {"a.md": replace(PLAIN, fate="rejected", reason="why"), "000001.md": None}
    chain = chain_of(cluster, numbered(0, 40), noted)
    assert len(chain) == 2
    for id, whole in list(cluster.written.items()):
        data = base64.b64decode(whole["data"])
        for place in range(0, len(data), 5):
            changed = bytearray(data)
            changed[place] ^= 1 << place % 8
            cluster.written[id] = {"data": base64.b64encode(bytes(changed)).decode()}
            refused(cluster, chain, id)
        for nonsense in ({}, {"data": None}, {"data": "é"}, {"data": [1]}, None, {"data": whole["data"][:-4]}):
            cluster.written[id] = nonsense  # type: ignore[assignment]
            refused(cluster, chain, id)
        del cluster.written[id]
        refused(cluster, chain, id)
        cluster.written[id] = whole
    refused(cluster, (chain[0]._replace(files=39), chain[1]), "files-1")
    refused(cluster, (chain[0]._replace(chunks=0), chain[1]), "files-1")


def refused(cluster: Documents, chain: Chain, id: str) -> None:
    with pytest.raises(IndexDamagedError, match=rf"{id.partition('.')[0]}.* of site\.state.* `articles index --full`"):
        dict(known(cluster, chain))


def forged(data: bytes) -> tuple[Documents, Chain]:
    """A part whose fingerprint is right, whatever is in it."""
    cluster = Documents()
    packed = zlib.compress(data)
    cluster.written["files-1.0"] = {"data": base64.b64encode(packed).decode()}
    return cluster, (Link("files-1", 2, 1, blake2b(packed, digest_size=16).hexdigest()),)


@given(st.binary(max_size=200) | st.builds(bytes.__add__, st.just(manifest._HEAD.pack(2, 4, 0, 2)), st.binary()))
def test_whatever_a_part_says_it_is_read_or_named(data: bytes) -> None:
    cluster, chain = forged(data)
    with contextlib.suppress(IndexDamagedError):
        read_all(known(cluster, chain))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["0", "1", "2", "x"]), inner),
    max_leaves=10,
)


@given(json_values)
def test_whatever_notes_say_they_are_read_or_named(notes: Any) -> None:
    said = json.dumps(notes).encode()
    rows = bytes(2 * manifest._ROW)
    cluster, chain = forged(manifest._HEAD.pack(2, 4, 0, len(said)) + rows + b"a\nb\n" + said)
    with contextlib.suppress(IndexDamagedError):
        read_all(known(cluster, chain))


def read_all(files: Files) -> None:
    dict(files), files.stamps(), files.addresses(), files.notable()


def test_a_part_that_expands_without_end_is_not_expanded() -> None:
    cluster, chain = forged(bytes(manifest._MOST + 1))
    with pytest.raises(IndexDamagedError):
        read_all(known(cluster, chain))
