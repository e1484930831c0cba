"""A container gives back what was written, or names what was damaged, whoever wrote it."""

from __future__ import annotations

import io
import json
import struct
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from article_search.backends.embedded.columnar import container
from article_search.backends.embedded.columnar.container import PAGE, Container, ContainerError, VersionError
from tests.backends.columnar.written import written

TYPES = ["|u1", "<u2", "<u4", "<u8", "<i4", "<i8", "<f4", "<f8"]


def doctored(data: bytes, directory: object) -> bytes:
    """A container whose directory was replaced by one who knows the format: checksum and places are right."""
    place, _, _, pages, end = struct.unpack("<QQIIQ", data[-32:])
    text = json.dumps(directory).encode()
    trailer = data[end:place] + text
    return data[:end] + trailer + struct.pack("<QQIIQ", place, len(text), zlib.crc32(trailer), pages, end)


ARRAYS = st.dictionaries(
    st.text(max_size=8),
    st.tuples(st.sampled_from(TYPES), st.binary(max_size=200)).map(
        lambda drawn: np.frombuffer(drawn[1][: len(drawn[1]) // 8 * 8], drawn[0])
    ),
    max_size=5,
)
SMALL: dict[str, np.ndarray[Any, Any]] = {
    "numbers": np.arange(40, dtype=np.uint16),
    "none": np.empty(0, np.uint8),
    "weights": np.linspace(0, 1, 9, dtype=np.float32),
}
META = {"documents": 40}


@given(ARRAYS, st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5), max_size=3))
def test_a_container_gives_back_what_was_written(contents: dict[str, Any], meta: dict[str, Any]) -> None:
    read = Container(written(contents, meta))
    read.check()
    assert read.meta == meta
    assert list(read) == list(contents)
    for name, expected in contents.items():
        found = read.array(name)
        assert found.dtype == expected.dtype and found.tobytes() == expected.tobytes()
        view = read.view(name)
        assert len(view) == len(expected)
        assert [np.array(view.item(i), expected.dtype).tobytes() for i in range(len(view))] == [
            item.tobytes() for item in expected
        ]


@given(st.data())
def test_any_part_of_an_array_that_spans_pages_is_what_was_written(data: st.DataObject) -> None:
    start, stop = sorted(data.draw(st.tuples(*[st.integers(0, len(LONG))] * 2)))
    view = Container(LONG_FILE).view("long")
    assert view.part(start, stop).tolist() == LONG[start:stop].tolist()
    assert view.numbers(start, stop)[start:stop].tolist() == LONG[start:stop].tolist()
    blob = Container(LONG_FILE).view("blob")
    assert blob.bytes(start, stop) == BLOB[start:stop].tobytes()


LONG = np.random.default_rng(3).integers(0, 2**32, 150_000, np.uint32)
BLOB = np.random.default_rng(4).integers(0, 256, 200_000, np.uint8)
LONG_FILE = written({"long": LONG, "blob": BLOB})


def test_a_file_may_be_copied_mapped_or_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "x.cpo"
    path.write_bytes(LONG_FILE)
    copied, mapped = container.open_path(path), container.open_path(path, mapped=True)
    in_memory = container.open_file(io.BytesIO(LONG_FILE), "x.cpo")
    for opened in (copied, mapped, in_memory):
        assert opened.array("long").tolist() == LONG.tolist()
        assert opened.view("blob").bytes(5, 9) == BLOB[5:9].tobytes()
        opened.check()


def served(data: bytes) -> dict[str, list[Any]]:
    """All arrays of a file, by the readers that check only what they touch."""
    read = Container(data)
    return {name: read.array(name).tolist() for name in SMALL} | {"meta": [read.meta]}


def test_each_flipped_bit_of_a_small_file_is_detected_and_never_served() -> None:
    data = written(SMALL, META)
    right = served(data)
    for place in range(len(data)):
        for bit in range(8):
            wrong = bytearray(data)
            wrong[place] ^= 1 << bit
            with pytest.raises(ContainerError):
                Container(bytes(wrong)).check()
            with suppress(ContainerError):
                assert served(bytes(wrong)) == right, f"bit {bit} of byte {place}"


@pytest.mark.parametrize("value", [0, 255])
def test_each_overwritten_byte_of_a_small_file_is_detected(value: int) -> None:
    data = written(SMALL, META)
    for place, byte in enumerate(data):
        if byte != value:
            with pytest.raises(ContainerError):
                Container(data[:place] + bytes([value]) + data[place + 1 :]).check()


def test_a_file_cut_short_or_grown_is_detected_when_it_is_opened() -> None:
    data = written(SMALL, META)
    for length in range(len(data)):
        with pytest.raises(ContainerError):
            Container(data[:length])
    for more in (b"\0", b"\0" * 4096, data):
        with pytest.raises(ContainerError):
            Container(data + more)


READS = st.tuples(
    st.sampled_from(["part", "numbers", "bytes", "item"]), st.integers(0, 149_998), st.integers(1, 150_000)
)


@given(st.integers(0, len(LONG_FILE) - 1), st.integers(1, 255), st.lists(READS, min_size=1, max_size=9))
@example(64 + 4 * 77_777, 1, [("item", 77_777, 1)])
@example(64 + 4 * 150_000 + 70_000, 1, [("bytes", 0, 1), ("bytes", 149_998, 1), ("bytes", 0, 149_999)])
def test_damage_is_never_served(place: int, change: int, reads: list[tuple[str, int, int]]) -> None:
    wrong = bytearray(LONG_FILE)
    wrong[place] ^= change
    try:
        read = Container(bytes(wrong), "x.cpo")
    except ContainerError:
        return
    long, blob = read.view("long"), read.view("blob")
    for kind, start, length in reads:
        stop = min(start + length, len(LONG))
        with suppress(ContainerError):
            if kind == "part":
                assert long.part(start, stop).tolist() == LONG[start:stop].tolist()
            elif kind == "numbers":
                assert long.numbers(start, stop)[start:stop].tolist() == LONG[start:stop].tolist()
            elif kind == "bytes":
                assert blob.bytes(start, stop) == BLOB[start:stop].tobytes()
            else:
                assert long.item(start) == LONG[start]
    page = place // container.PAGE * container.PAGE
    with pytest.raises(ContainerError, match=f"x.cpo: bytes {page} to "):
        read.check()


def test_damage_is_met_only_where_it_lies() -> None:
    wrong = bytearray(LONG_FILE)
    wrong[300_000] ^= 1
    long = Container(bytes(wrong)).view("long")
    assert long.part(0, 50_000).tolist() == LONG[:50_000].tolist()
    with pytest.raises(ContainerError):
        long.part(50_000, 100_000)
    assert long.part(100_000, 150_000).tolist() == LONG[100_000:].tolist()


@pytest.mark.parametrize(("version", "age"), [(0, "an older"), (container.VERSION + 1, "a newer")])
def test_a_file_of_another_version_says_so(version: int, age: str) -> None:
    data = written(SMALL, META)
    other = data[:14] + struct.pack("<H", version) + data[16:]
    with pytest.raises(VersionError, match=f"x.cpo has {age} version of the format"):
        Container(other, "x.cpo")


def test_a_file_of_something_else_is_named_as_such() -> None:
    with pytest.raises(ContainerError, match=r"x\.cpo is not a columnar segment"):
        Container(b"W3Bl" * 40, "x.cpo")


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=4)
    | st.sampled_from([*TYPES, "|O", "<U4"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=8,
)


@given(JSON | st.fixed_dictionaries({"meta": JSON, "arrays": st.dictionaries(st.text(max_size=3), JSON)}))
def test_a_directory_that_lies_gives_an_error_by_name(directory: object) -> None:
    try:
        read = Container(doctored(written(SMALL, META), directory))
        for name in read:
            read.array(name)
    except ContainerError:
        pass


@pytest.mark.parametrize(
    "place",
    [
        ["|O", 64, 1],
        ["<U1", 64, 1],
        ["<u4", 64, -1],
        ["<u4", -64, 4],
        ["<u4", 64, 2**62],
        ["<u4", 65, 1],
        ["<u4", 64],
        5,
    ],
    ids=str,
)
def test_an_array_that_cannot_be_where_the_directory_says_is_not_read(place: object) -> None:
    read = Container(doctored(written(SMALL, META), {"meta": {}, "arrays": {"a": place}}))
    with pytest.raises(ContainerError, match="directory cannot be read"):
        read.array("a")


@given(st.lists(st.integers(0, 99_999), max_size=20), st.booleans())
def test_items_in_any_order_are_those_that_were_written(indices: list[int], damaged: bool) -> None:
    numbers = np.arange(100_000, dtype=np.uint32)
    data = bytearray(written({"before": np.zeros(5, np.uint8), "numbers": numbers}))
    place = data.index(numbers[70_000:70_002].tobytes())
    data[place] ^= damaged
    view = Container(bytes(data)).view("numbers")
    page = place // PAGE
    at = place - 4 * 70_000  # where the array begins
    if damaged and any((at + 4 * index) // PAGE == page for index in indices):
        with pytest.raises(ContainerError):
            view.chosen(np.array(indices, np.int64))
    else:
        assert view.chosen(np.array(indices, np.int64)).tolist() == indices


@pytest.mark.parametrize("index", [-1, 3, 2**40])
def test_items_that_are_not_there_are_not_read(index: int) -> None:
    with pytest.raises(ContainerError):
        Container(written({"a": np.arange(3, dtype=np.uint8)})).view("a").chosen(np.array([0, index]))


def test_bytes_that_are_not_there_are_not_read() -> None:
    view = Container(written({"a": np.arange(9, dtype=np.uint8), "b": np.arange(9, dtype=np.uint8)})).view("a")
    assert view.bytes(0, 9) == bytes(range(9))
    for start, stop in ((0, 10), (-1, 2), (5, 4), (64, 70)):
        with pytest.raises(ContainerError):
            view.bytes(start, stop)
