"""Does a columnar segment say what was written, and does it answer as Whoosh's own codec does?

Three layers: the file (container), the stored value (values), and the codec, which is compared with Whoosh's over the
same documents. That Whoosh as a whole works with it: test_whoosh_suite.py.
"""

from __future__ import annotations

import ast
import io
import json
import pickle
import random
import struct
import sys
import tempfile
import zlib
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import whoosh.codec.whoosh3
from hypothesis import example, given, settings
from hypothesis import strategies as st
from whoosh import analysis, fields, formats, index, query
from whoosh.codec.base import OutOfOrderError
from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filestore import FileStorage, RamStorage
from whoosh.query import spans
from whoosh.reading import CorruptIndexError
from whoosh.writing import SegmentWriter

from article_search.backends.embedded import columnar
from article_search.backends.embedded.columnar import ColumnarCodec, arrays, container, layout, values
from article_search.backends.embedded.columnar.container import Container, ContainerError, VersionError
from article_search.backends.embedded.columnar.fields import FieldReader

TYPES = ["|u1", "<u2", "<u4", "<u8", "<i4", "<i8", "<f4", "<f8"]


# ---- the package ----


def test_the_package_needs_nothing_but_whoosh_numpy_and_itself() -> None:
    allowed = {"whoosh", "numpy", *sys.stdlib_module_names} - {"pickle", "marshal", "shelve"}
    folder = Path(columnar.__file__).parent
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                own = name.startswith("article_search.backends.embedded.columnar")
                assert own or name.partition(".")[0] in allowed, f"{path.name} imports {name}"


# ---- the file ----


def written(contents: dict[str, np.ndarray[Any, Any]], meta: dict[str, Any] | None = None) -> bytes:
    """The bytes of a container."""
    file = io.BytesIO()
    container.write(file, contents, meta or {})
    return file.getvalue()


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


def test_a_file_may_be_mapped_or_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "x.cpo"
    path.write_bytes(LONG_FILE)
    with path.open("rb") as file:
        mapped = container.open_file(file, "x.cpo")
    in_memory = container.open_file(io.BytesIO(LONG_FILE), "x.cpo")
    assert mapped.array("long").tolist() == in_memory.array("long").tolist() == LONG.tolist()
    assert mapped.view("blob").bytes(5, 9) == in_memory.view("blob").bytes(5, 9) == BLOB[5:9].tobytes()


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


def test_bytes_that_are_not_there_are_not_read() -> None:
    view = Container(written({"a": np.arange(9, dtype=np.uint8), "b": np.arange(9, dtype=np.uint8)})).view("a")
    assert view.bytes(0, 9) == bytes(range(9))
    for start, stop in ((0, 10), (-1, 2), (5, 4), (64, 70)):
        with pytest.raises(ContainerError):
            view.bytes(start, stop)


# ---- stored values ----

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters(), max_size=300)
    | st.binary(max_size=300)
    | st.datetimes()
    | st.dates()
    | st.times()
    | st.timedeltas()
    | st.decimals(allow_nan=False)
    | st.complex_numbers(allow_nan=False),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(max_size=5) | st.integers() | st.dates(), inner, max_size=4)
        | st.sets(st.integers() | st.text(max_size=5), max_size=4)
        | st.frozensets(st.integers() | st.tuples(st.text(max_size=5)), max_size=4)
    ),
    max_leaves=8,
)


def typed(value: Any) -> Any:
    """A value with the type of everything in it, since 1 == True == 1.0."""
    if isinstance(value, dict):
        return dict, [(typed(key), typed(item)) for key, item in value.items()]
    if isinstance(value, list | tuple):
        return type(value), [typed(item) for item in value]
    return type(value), value


@given(PLAIN)
def test_a_plain_value_comes_back_as_it_was(value: object) -> None:
    data = values.encode(value)
    assert data
    assert typed(values.decode(data)) == typed(value)


def test_text_that_no_file_could_hold_comes_back_too() -> None:
    for value in ("\ud800", ["\udfff x"], {"\ud83d": 1}, "a" * 10_000):
        assert values.decode(values.encode(value)) == value


class Stranger:
    """Not plain data."""


RECURSIVE: list[Any] = []
RECURSIVE.append(RECURSIVE)


@pytest.mark.parametrize(
    "value",
    [object(), Stranger(), Stranger, len, lambda: 0, [Stranger()], {"a": (Stranger(),)}, range(3), np.float64(1),
     np.arange(3), Path(), RECURSIVE, 10**5_000],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_what_is_not_plain_data_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="cannot be stored"):
        values.encode(value)


RAN: list[str] = []


class Bomb:
    """Says so when it is unpickled."""

    def __reduce__(self) -> Any:
        return RAN.append, ("ran",)


PLAIN_TYPES = (type(None), bool, int, float, str, bytes, list, tuple, dict, set, frozenset, datetime, date, time,
               timedelta, Decimal, complex)  # fmt: skip
BOMBS = [pickle.dumps(Bomb(), protocol) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)]


@given(st.binary(max_size=60), st.sampled_from([b"", b"s", b"b", b"j", b"z"]))
@example(BOMBS[0], b"")
@example(BOMBS[4], b"j")
@example(b"[" * 100_000, b"j")
@example(b"[" + b"9" * 5_000 + b"]", b"j")
@example(b'{"type":"os.system","of":"x"}', b"j")
@example(b'{"type":"decimal","of":"x"}', b"j")
@example(b'{"type":"timedelta","of":[1e99,0,0]}', b"j")
@example(b'{"type":"set","of":[[]]}', b"j")
def test_hostile_bytes_are_plain_data_or_an_error(data: bytes, kind: bytes) -> None:
    try:
        value = values.decode(kind + data)
    except ValueError:
        return
    assert isinstance(value, PLAIN_TYPES)


def test_a_pickle_among_stored_values_is_not_run() -> None:
    for bomb in BOMBS:
        for data in (bomb, b"j" + bomb, b"z" + zlib.compress(bomb), b"z" + zlib.compress(b"j" + bomb)):
            with pytest.raises(ValueError, match="not a stored value"):
                values.decode(data)
        assert values.decode(b"b" + bomb) == bomb
    assert RAN == []


# ---- arrays ----


@given(st.lists(st.floats(0, 1e6, width=32) | st.integers(0, 2**40).map(float)))
def test_weights_keep_their_value_in_the_smallest_type(drawn: list[float]) -> None:
    kept = arrays.weights(np.array(drawn, np.float64))
    if kept is None:
        assert set(drawn) <= {1.0}
    elif kept.dtype.kind == "u":
        assert kept.tolist() == drawn
        assert kept.dtype == np.min_scalar_type(int(max(drawn)))
    else:
        assert kept.tolist() == np.array(drawn, np.float32).tolist()
        assert any(weight % 1 for weight in drawn)


# ---- one field ----

TERMS = sorted({random.Random(n).randbytes(n % 6) for n in range(3_000)})
FIELD = layout.field_arrays(TERMS, np.arange(len(TERMS) + 1), np.zeros(len(TERMS)), np.ones(len(TERMS)))
FIELD_FILE = written({f"f.{name}": array for name, array in FIELD.items()})


@given(st.binary(max_size=7) | st.sampled_from(TERMS))
@example(b"")
@example(b"\xff" * 9)
def test_a_term_is_found_where_a_sorted_list_has_it(term: bytes) -> None:
    field = FieldReader(Container(FIELD_FILE), "f")
    for _ in range(2):  # the second time by what the first has seen
        number = bisect_left(TERMS, term)
        assert field.closest(term) == number
        assert field.find(term) == (number if term in TERMS else None)


@given(st.integers(0, len(TERMS)))
def test_terms_are_listed_from_any_of_them_on(start: int) -> None:
    assert list(FieldReader(Container(FIELD_FILE), "f").terms(start)) == TERMS[start:]


@pytest.mark.parametrize("counted", [True, False])
@pytest.mark.parametrize("share", [0.001, 0.05, 0.5, 1.0])
def test_some_documents_are_looked_up_in_short_lists_and_in_long_ones(share: float, counted: bool) -> None:
    chance = np.random.default_rng(int(share * 1000))
    lists = [np.flatnonzero(chance.random(5000) < part).astype(np.uint64) for part in (0.01, share, 0.3)]
    docs = np.concatenate(lists)
    weights = chance.integers(1, 300, len(docs)) if counted else np.ones(len(docs))
    starts = np.append(0, np.cumsum([len(each) for each in lists]))
    one = layout.field_arrays([b"a", b"b", b"c"], starts, docs, weights)
    field = FieldReader(Container(written({f"f.{name}": array for name, array in one.items()})), "f")
    expected = np.zeros(5010)
    expected[lists[1].astype(np.int64)] = weights[starts[1] : starts[2]]
    having = np.zeros(5010, np.bool_)
    field.mark(1, having)
    assert having.tolist() == (expected > 0).tolist()
    for number in (0, 1, 30, 5010):
        asked = np.sort(chance.choice(5010, number, replace=False)).astype(np.int32)
        assert field.weights_in(1, asked).tolist() == expected[asked].tolist()


def test_one_lookup_in_a_large_field_reads_few_pages_of_it() -> None:
    terms = [b"%012d" % number for number in range(100_000)]
    one = layout.field_arrays(terms, np.arange(100_001), np.zeros(100_000), np.ones(100_000))
    data = bytearray(written({f"f.{name}": array for name, array in one.items()}))
    read = []
    for page in range(0, len(data) - container.PAGE, container.PAGE):
        data[page + 100] ^= 1
        try:
            assert FieldReader(Container(bytes(data)), "f").find(terms[77_777]) == 77_777
            read.append(False)
        except ContainerError:
            read.append(True)
        data[page + 100] ^= 1
    assert 0 < sum(read) < len(read) / 2


POSITIONS = formats.Positions()


@pytest.mark.parametrize(
    ("weight", "value", "numbers"),
    [
        (3.0, POSITIONS.encode([0, 4, 4]), True),
        (2.0, POSITIONS.encode([4, 1]), False),  # what searches them expects them ascending
        (1.5, POSITIONS.encode([4, 5]), False),  # a boost: the weight does not tell how many there are
        (1.0, b"test", False),
        (1.0, POSITIONS.encode([4]) + b" and more", False),
        (1.0, b"", False),
    ],
)
def test_a_value_comes_back_as_it_came(weight: float, value: bytes, numbers: bool) -> None:
    storage, codec = RamStorage(), ColumnarCodec()
    segment = codec.new_segment(storage, "x")
    writer = codec.field_writer(storage, segment)
    writer.start_field("f", fields.TEXT())
    writer.start_term(b"a")
    writer.add(0, weight, value, 9)
    writer.finish_term()
    writer.finish_field()
    writer.close()
    reader = codec.terms_reader(storage, segment)
    field = reader.field("f")
    assert field and field.has_positions() == numbers
    assert reader.matcher("f", b"a", POSITIONS).value() == value
    info = reader.term_info("f", b"a")
    assert (info.weight(), info.min_length(), info.max_length()) == (weight, 9, 9)


def test_terms_and_fields_out_of_order_are_refused() -> None:
    storage = RamStorage()
    codec = ColumnarCodec()
    writer = codec.field_writer(storage, codec.new_segment(storage, "x"))
    writer.start_field("a", fields.ID())
    writer.start_term(b"b")
    writer.add(0, 1.0, b"", 1)
    writer.finish_term()
    for term in (b"a", b"b"):
        with pytest.raises(OutOfOrderError):
            writer.start_term(term)
    writer.finish_field()
    with pytest.raises(OutOfOrderError):
        writer.start_field("a", fields.ID())


# ---- the codec beside Whoosh's own ----


@pytest.fixture(scope="module", autouse=True)
def exact_lengths() -> Iterator[None]:
    """Whoosh's codec keeps lengths in a byte, rounded; here as they are, up to 255 words, so that scores agree."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(whoosh.codec.whoosh3, "length_to_byte", lambda length: min(length or 0, 255))
        patch.setattr(whoosh.codec.whoosh3, "byte_to_length", int)
        yield


WORDS = "alfa bravo bravado charlie delta delta's echo foxtrot golf golfer hotel india zürich 東京 x1 10".split()
BOOSTED = analysis.RegexTokenizer(r"\S+") | analysis.DelimitedAttributeFilter(default=1.0, type=float)
FIELDS: dict[str, Any] = {
    "plain": fields.TEXT(stored=True),
    "vectors": fields.TEXT(vector=formats.Positions()),
    "counted": fields.TEXT(phrase=False, vector=formats.Frequency(), stored=True),
    "chars": fields.TEXT(chars=True),
    "heavy": fields.TEXT(field_boost=2.5),
    "posboosts": fields.FieldType(format=formats.PositionBoosts(), analyzer=BOOSTED, scorable=True),
    "charboosts": fields.FieldType(format=formats.CharacterBoosts(), analyzer=BOOSTED, scorable=True),
    "tags": fields.KEYWORD(commas=True, scorable=True, stored=True, sortable=True),
    "name": fields.ID(stored=True, sortable=True),
    "number": fields.NUMERIC(sortable=True, stored=True),
    "real": fields.NUMERIC(float, stored=True),
    "moment": fields.DATETIME(sortable=True),
    "flag": fields.BOOLEAN(stored=True),
    "grams": fields.NGRAMWORDS(minsize=2, maxsize=3),
    "kept": fields.STORED(),
}
TEXTS = ["plain", "vectors", "counted", "chars", "heavy"]
SENTENCES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=25).map(" ".join)
BOOSTED_WORDS = st.tuples(st.sampled_from(WORDS), st.sampled_from(["", "^2", "^0.5"])).map("".join)
CONTENTS: dict[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys([*TEXTS, "grams"], SENTENCES),
    "posboosts": st.lists(BOOSTED_WORDS, min_size=1, max_size=9).map(" ".join),
    "charboosts": st.lists(BOOSTED_WORDS, min_size=1, max_size=9).map(" ".join),
    "tags": st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(",".join),
    "name": st.sampled_from(WORDS),
    "number": st.integers(-50, 50),
    "real": st.floats(-9, 9, width=32),
    "moment": st.datetimes(datetime(2019, 1, 1), datetime(2021, 1, 1)),
    "flag": st.booleans(),
    "kept": st.none() | st.text(max_size=5) | st.lists(st.integers(), max_size=3),
}


@dataclass(frozen=True)
class Commit:
    """Documents by key, which replace those of the same key; keys to delete; how to merge."""

    documents: dict[str, dict[str, Any]]
    deleted: list[str]
    merge: dict[str, bool]


@st.composite
def histories(draw: st.DrawFn) -> tuple[fields.Schema, list[Commit]]:
    """A schema, and the commits of an index."""
    names = draw(st.lists(st.sampled_from(list(FIELDS)), min_size=3, max_size=8, unique=True))
    schema = fields.Schema(key=fields.ID(unique=True, stored=True), **{name: FIELDS[name] for name in names})
    keys = st.sampled_from("abcdefghijkl")
    document = st.fixed_dictionaries({}, optional={name: CONTENTS[name] for name in names})
    merge = st.sampled_from([{"merge": False}, {"merge": False}, {}, {"optimize": True}])
    commit = st.builds(Commit, st.dictionaries(keys, document, max_size=6), st.lists(keys, max_size=2), merge)
    return schema, draw(st.lists(commit, min_size=1, max_size=4))


def write(ix: Any, codec: Any, commits: list[Commit]) -> Any:
    """Applies commits by Whoosh's writer; gives the index."""
    for commit in commits:
        writer = SegmentWriter(ix, codec=codec)
        for key in commit.deleted:
            writer.delete_by_term("key", key)
        for key, document in commit.documents.items():
            writer.update_document(key=key, **document)
        writer.commit(**commit.merge)
    return ix


def everything(reader: Any) -> dict[str, Any]:
    """What a reader says of its documents, terms and postings."""
    documents = sorted(reader.all_doc_ids())
    found: dict[str, Any] = {
        "documents": documents,
        "counts": (reader.doc_count(), reader.doc_count_all(), reader.has_deletions()),
        "stored": [reader.stored_fields(document) for document in documents],
        "terms": list(reader.all_terms()),
    }
    for name, field in reader.schema.items():
        lengths = [reader.doc_field_length(document, name) or 0 for document in documents]
        found[f"lengths {name}"] = (lengths, reader.field_length(name))
        for number, (leaf, _) in enumerate(reader.leaf_readers()):
            # By segment, as it is kept: Whoosh fails where one segment lacks the column, and where there is no moment.
            if field.column_type and leaf.has_column(name):
                column = leaf.column_reader(name, translate=False)
                found[f"column {name} of segment {number}"] = [column[document] for document in leaf.all_doc_ids()]
        if field.vector:
            has = [document for document in documents if reader.has_vector(document, name)]
            found[f"vectors {name}"] = {document: postings(reader.vector(document, name)) for document in has}
    for name, text in reader.all_terms():
        term = reader.schema[name].from_bytes(text) if name in TEXTS else text
        info = reader.term_info(name, term)
        found[f"term {name} {text!r}"] = (
            postings(reader.postings(name, term)),
            reader.doc_frequency(name, term),
            reader.frequency(name, term),
            (info.weight(), info.doc_frequency(), info.max_weight(), info.min_id(), info.max_id()),
            (info.min_length() or 0, info.max_length()),
        )
    return found


def postings(matcher: Any) -> list[Any]:
    """Every posting, with its value in every way the format knows."""
    kinds = ["frequency", "weight", "positions", "characters", "position_boosts", "character_boosts"]
    found = []
    while matcher.is_active():
        known = [matcher.value_as(kind) for kind in kinds if matcher.supports(kind)]
        found.append((matcher.id(), matcher.weight(), known))
        matcher.next()
    return found


@st.composite
def queries(draw: st.DrawFn, names: frozenset[str]) -> query.Query:
    """A query of any of Whoosh's kinds over some fields."""
    words = draw(st.lists(st.sampled_from(WORDS), min_size=2, max_size=3))
    start, end = words[0][0], words[0][-1]
    leaves: list[query.Query] = [query.Every()]
    alone: list[query.Query] = [query.NullQuery]  # Whoosh cannot put these into others
    for name in names.intersection([*TEXTS, "tags", "name"]):
        term = query.Term(name, words[0])
        leaves += [
            term,
            query.Term(name, words[1], boost=2.0),
            query.Prefix(name, words[0][:2]),
            query.Wildcard(name, f"{start}*{end}"),
            query.Wildcard(name, f"?*{end}"),
            query.Regex(name, "[a-d].*a"),
            query.FuzzyTerm(name, words[0][:-1] + "x", maxdist=2, prefixlength=1),
            query.TermRange(name, *sorted(words[:2])),
            query.Every(name),
            query.ConstantScoreQuery(term, 3.0),
            query.DisjunctionMax([term, query.Term(name, words[1])]),
        ]
    for name in names.intersection(["plain", "vectors", "chars", "heavy"]):
        term, other = query.Term(name, words[0]), query.Term(name, words[1])
        leaves.append(query.Phrase(name, words, slop=draw(st.integers(1, 4))))
        alone += [
            spans.SpanNear(term, other, slop=2, ordered=False),
            spans.SpanFirst(term, limit=1),
            spans.SpanOr([term, other]),
        ]
    if "number" in names:
        leaves.append(query.NumericRange("number", -20, draw(st.integers(-10, 30))))
    if "moment" in names:
        leaves.append(query.DateRange("moment", datetime(2019, 5, 1), datetime(2020, 3, 1)))
    leaf = st.sampled_from(leaves)
    return draw(
        leaf
        | st.sampled_from(alone)
        | st.lists(leaf, min_size=2, max_size=3).map(query.And)
        | st.lists(leaf, min_size=2, max_size=3).map(query.Or)
        | st.builds(query.AndNot, leaf, leaf)
        | st.builds(query.AndMaybe, leaf, leaf)
    )


def answers(ix: Any, asked: list[query.Query]) -> list[Any]:
    """Key and score of all hits of each query, and the scores of the best three."""
    with ix.searcher() as searcher:
        return [
            (
                {hit["key"]: hit.score for hit in searcher.search(one, limit=None)},
                [hit.score for hit in searcher.search(one, limit=3)],
            )
            for one in asked
        ]


def assert_same_answers(ours: list[Any], theirs: list[Any], asked: list[query.Query]) -> None:
    for (our_scores, our_best), (their_scores, their_best), one in zip(ours, theirs, asked, strict=True):
        assert our_scores == pytest.approx(their_scores, rel=1e-5), one
        assert our_best == pytest.approx(their_best, rel=1e-5), one


@settings(max_examples=80, deadline=None)
@given(histories(), st.booleans(), st.data())
def test_the_codec_says_and_answers_what_that_of_whoosh_does(
    history: tuple[fields.Schema, list[Commit]], on_disk: bool, data: st.DataObject
) -> None:
    schema, commits = history
    asked = data.draw(st.lists(queries(frozenset(schema.names())), min_size=5, max_size=10))
    with tempfile.TemporaryDirectory() as folder:
        storage = FileStorage(folder) if on_disk else RamStorage()
        ours = write(storage.create_index(schema), ColumnarCodec(), commits)
        theirs = write(RamStorage().create_index(schema), W3Codec(), commits)
        with ours.reader() as our_reader, theirs.reader() as their_reader:
            assert everything(our_reader) == everything(their_reader)
        assert_same_answers(answers(ours, asked), answers(theirs, asked), asked)


def many_documents() -> list[Commit]:
    """Enough documents that posting lists have several blocks, some words in nearly all and some in few."""
    rng = random.Random(7)
    words = [f"w{number}" for number in range(300)]
    odds = [1 / (rank + 1) for rank in range(len(words))]
    commits = []
    for first in (0, 300, 600):
        documents = {
            str(first + number): {"plain": " ".join(rng.choices(words, odds, k=rng.randint(5, 60)))}
            for number in range(900 if first == 600 else 300)
        }
        commits.append(Commit(documents, [str(rng.randrange(first))] if first else [], {"merge": False}))
    return commits


@pytest.fixture(scope="module")
def large() -> tuple[Any, Any]:
    """The same three segments by our codec and by Whoosh's."""
    schema = fields.Schema(key=fields.ID(unique=True, stored=True), plain=fields.TEXT)
    commits = many_documents()
    ours, theirs = (write(RamStorage().create_index(schema), codec, commits) for codec in (ColumnarCodec(), W3Codec()))
    return ours, theirs


def test_long_posting_lists_give_the_same_answers(large: tuple[Any, Any]) -> None:
    rng = random.Random(8)
    asked: list[query.Query] = []
    for _ in range(60):
        terms = [query.Term("plain", f"w{min(int(rng.expovariate(0.05)), 299)}") for _ in range(rng.randint(1, 4))]
        asked.append(rng.choice([query.Or, query.And, query.DisjunctionMax])(terms))
        asked.append(query.Phrase("plain", [term.text for term in terms], slop=rng.randint(1, 3)))
    asked += [query.Term("plain", f"w{number}") for number in range(30)]
    asked += [query.Prefix("plain", "w1"), query.Wildcard("plain", "w?5"), query.FuzzyTerm("plain", "w12")]
    ours, theirs = large
    found = answers(theirs, asked)
    assert_same_answers(answers(ours, asked), found, asked)
    assert sum(bool(scores) for scores, _ in found) > 60


def test_spelling_suggestions_are_the_same(large: tuple[Any, Any]) -> None:
    with large[0].searcher() as ours, large[1].searcher() as theirs:
        for word in ("w", "w9", "x12", "w1234", "v1o"):
            assert ours.suggest("plain", word) == theirs.suggest("plain", word)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_matcher_moves_as_that_of_whoosh_does(large: tuple[Any, Any], data: st.DataObject) -> None:
    word = data.draw(st.sampled_from(["w0", "w1", "w7", "w40", "w250"]))
    ours, theirs = (ix.reader().leaf_readers()[2][0].postings("plain", word) for ix in large)
    for step in data.draw(st.lists(st.none() | st.integers(1, 200), max_size=30)):
        if not theirs.is_active():
            break
        if step is None:
            ours.next()
            theirs.next()
        else:
            target = theirs.id() + step
            ours.skip_to(target)
            theirs.skip_to(target)
        assert ours.is_active() == theirs.is_active()
        if theirs.is_active():
            assert (ours.id(), ours.weight()) == (theirs.id(), theirs.weight())
            assert ours.value_as("positions") == theirs.value_as("positions")
            assert ours.copy().id() == ours.id()
            assert (ours.block_min_id(), ours.block_max_id()) == (theirs.block_min_id(), theirs.block_max_id())
            assert ours.block_max_weight() == theirs.block_max_weight()
            assert ours.block_min_length() == theirs.block_min_length()


@pytest.mark.parametrize("word", ["w0", "w1", "w3", "w8", "w40"])
def test_only_blocks_that_are_not_good_enough_are_skipped(large: tuple[Any, Any], word: str) -> None:
    with large[0].searcher() as searcher:
        leaf, _ = searcher.leaf_searchers()[2]
        assert not leaf.reader().has_deletions()
        matcher = query.Term("plain", word).matcher(leaf, leaf.context())
        blocks = []
        while matcher.is_active():
            blocks.append((matcher.id(), matcher.block_quality()))
            matcher.skip_to(matcher.block_max_id() + 1)
        for number, (first, quality) in enumerate(blocks):
            matcher.reset()
            matcher.skip_to(first)
            better = next((n for n in range(number, len(blocks)) if blocks[n][1] > quality), len(blocks))
            assert matcher.skip_to_quality(quality) == better - number
            assert (matcher.id() if matcher.is_active() else None) == (blocks[better : better + 1] or [(None, 0)])[0][0]


# ---- the codec by itself ----


def test_a_document_that_is_refused_leaves_nothing_behind() -> None:
    schema = fields.Schema(a=fields.TEXT(stored=True, vector=True, sortable=True), number=fields.NUMERIC)
    ix = RamStorage().create_index(schema)
    with SegmentWriter(ix, codec=ColumnarCodec()) as writer:
        writer.add_document(a="first", number=1)
        with pytest.raises(ValueError, match="many"):
            writer.add_document(a="second", number="many")
        writer.add_document(number=3)
    with ix.reader() as reader:
        assert reader.doc_count() == 2
        assert list(reader.all_stored_fields()) == [{"a": "first"}, {}]
        assert reader.doc_field_length(1, "a") == 0
        assert not reader.has_vector(1, "a")
        assert reader.column_reader("a")[1] == ""


def test_lengths_are_exact_however_long() -> None:
    ix = RamStorage().create_index(fields.Schema(a=fields.KEYWORD(scorable=True)))
    lengths = [1, 11, 127, 128, 300, 70_000]
    with SegmentWriter(ix, codec=ColumnarCodec()) as writer:
        for length in lengths:
            writer.add_document(a="w " * length)
    with ix.reader() as reader:
        assert [reader.doc_field_length(document, "a") for document in range(6)] == lengths
        assert reader.field_length("a") == sum(lengths)
        assert (reader.min_field_length("a"), reader.max_field_length("a")) == (1, 70_000)
        info = reader.term_info("a", "w")
        assert (info.weight(), info.min_length(), info.max_length()) == (sum(lengths), 1, 70_000)


@pytest.mark.parametrize("extension", [".cdo", ".cpo"])
def test_whoosh_names_a_damaged_file_and_serves_nothing_of_it(tmp_path: Path, extension: str) -> None:
    ix = index.create_in(tmp_path, fields.Schema(key=fields.ID(stored=True), plain=fields.TEXT(stored=True)))
    with SegmentWriter(ix, codec=ColumnarCodec()) as writer:
        for number in range(50):
            writer.add_document(key=str(number), plain=f"alfa w{number}")
    (path,) = tmp_path.glob(f"*{extension}")
    data = bytearray(path.read_bytes())
    for place in range(0, len(data), 37):
        data[place] ^= 16
        path.write_bytes(data)
        data[place] ^= 16
        with pytest.raises(CorruptIndexError, match=path.name), ix.searcher() as searcher:
            assert [hit["plain"] for hit in searcher.search(query.Term("plain", "alfa"), limit=None)] == []


def test_a_segment_in_use_outlives_its_files(tmp_path: Path) -> None:
    ix = index.create_in(tmp_path, fields.Schema(key=fields.ID(stored=True, unique=True)))
    for key in "ab":
        with SegmentWriter(ix, codec=ColumnarCodec()) as writer:
            writer.add_document(key=key)
            writer.merge = False
    with ix.searcher() as before:
        with SegmentWriter(ix, codec=ColumnarCodec()) as writer:
            writer.delete_by_term("key", "a")
            writer.optimize = True
        assert sorted(hit["key"] for hit in before.search(query.Every())) == ["a", "b"]
    with ix.searcher() as after:
        assert [hit["key"] for hit in after.search(query.Every())] == ["b"]
