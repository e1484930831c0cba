"""What is packed into few bytes comes back: numbers, long lists of documents, values deflated by a dictionary."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh.filedb.filestore import FileStorage

from article_search.backends.embedded.columnar import ColumnarCodec, ColumnarSegment, segment_files, values
from article_search.backends.embedded.columnar.building import SegmentBuilder
from article_search.backends.embedded.columnar.container import Container, write
from article_search.backends.embedded.columnar.merging import merge
from article_search.backends.embedded.columnar.packing import Packed, packed
from article_search.backends.embedded.columnar.vocabulary import Vocabulary


def written(arrays: dict[str, Any]) -> Container:
    file = BytesIO()
    write(file, arrays, {})
    return Container(file.getvalue())


NUMBERS = st.one_of(st.integers(0, 255), st.integers(0, 5000), st.integers(0, 2**32 - 1), st.integers(0, 2**53))


@given(st.lists(NUMBERS, max_size=40), st.integers(1, 30), st.data())
def test_numbers_come_back_in_any_part(some: list[int], often: int, data: st.DataObject) -> None:
    numbers = np.array([*some, *[7, 300, 4095, 4096] * often], np.uint64)
    reader = Packed(written(packed("n", numbers)), "n")
    start = data.draw(st.integers(0, len(numbers)))
    stop = data.draw(st.integers(start, len(numbers)))
    chosen = np.array(sorted(data.draw(st.sets(st.integers(0, len(numbers) - 1)))), np.int64)
    assert len(reader) == len(numbers)
    assert reader.part(start, stop).tolist() == numbers[start:stop].tolist()
    assert reader.chosen(chosen).tolist() == numbers[chosen].tolist()


@pytest.mark.parametrize(("numbers", "bytes_each"), [([1, 2, 255] * 1000, 1), ([3, 900, 4095] * 1000, 1.5)])
def test_numbers_take_no_more_bytes_than_they_need(numbers: list[int], bytes_each: float) -> None:
    arrays = packed("n", np.array([*numbers, 70_000], np.uint64))
    assert sum(array.nbytes for array in arrays.values()) <= bytes_each * len(numbers) + 20


@pytest.mark.parametrize("far", [300, 70_000], ids=["two bytes", "four bytes"])
def test_few_of_many_numbers_are_found_far_apart(far: int) -> None:
    numbers = np.random.default_rng(5).integers(0, 4096, 50_000).astype(np.uint32)
    numbers[::1000] += far
    reader = Packed(written(packed("n", numbers)), "n")
    chosen = np.array([0, 1, 999, 1000, 1001, 30_000, 49_999])
    assert reader.chosen(chosen).tolist() == numbers[chosen].tolist()


def segment(storage: FileStorage, first: int, count: int) -> ColumnarSegment:
    """Documents of which each has "the", two in three have "of", and one in a hundred has "rare"."""
    return filled(new_builder(), first, count).write(storage, "MAIN")


def new_builder() -> SegmentBuilder:
    vocabulary = Vocabulary(str.split, lambda word: ((word,), word))
    return SegmentBuilder(vocabulary, {"text": "text_words"}, ["id"], ["order"])


def filled(builder: SegmentBuilder, first: int, count: int) -> SegmentBuilder:
    for number in range(first, first + count):
        words = ["the", *(["of"] if number % 3 else []), *(["rare"] if number % 100 == 0 else []), "the"]
        stored = {"body": f"The body of document {number}, which is like that of any other document. " * 4}
        builder.add({"text": " ".join(words)}, {"id": [str(number)]}, {"order": number}, stored)
    return builder


def documents(storage: FileStorage, of: ColumnarSegment) -> list[tuple[set[str], str]]:
    """Of each document, the words by which it is found, and its body."""
    terms = ColumnarCodec().terms_reader(storage, of)
    words = {word: set(terms.matcher("text", word.encode(), None).all_ids()) for word in ("the", "of", "rare")}
    plain = {word: set(terms.matcher("text_words", word.encode(), None).all_ids()) for word in words}
    assert plain == words
    reader = ColumnarCodec().per_document_reader(storage, of)
    return [
        ({word for word, found in words.items() if number in found}, reader.stored_fields(number)["body"])
        for number in range(of.doc_count_all())
    ]


def expected(numbers: list[int]) -> list[tuple[set[str], str]]:
    return [
        (
            {"the"} | ({"of"} if number % 3 else set()) | ({"rare"} if number % 100 == 0 else set()),
            f"The body of document {number}, which is like that of any other document. " * 4,
        )
        for number in numbers
    ]


@pytest.mark.parametrize("threads", [1, 3])
def test_long_lists_and_values_of_several_dictionaries_outlive_a_merge(tmp_path: Path, threads: int) -> None:
    storage = FileStorage(str(tmp_path))
    many, few, more = segment(storage, 0, 1500), segment(storage, 1500, 10), segment(storage, 2000, 1100)
    assert documents(storage, many) == expected(list(range(1500)))
    for number in (0, 3, 1499):
        many.delete_document(number)
    merged = merge(storage, "MAIN", [many, few, more], threads)
    container = segment_files.open_container(storage, merged, segment_files.DOCUMENTS_EXT)
    assert len(container.array("stored.body.dictionaryends")) == 2
    kept = [*sorted(set(range(1500)) - {0, 3, 1499}), *range(1500, 1510), *range(2000, 3100)]
    assert documents(storage, merged) == expected(kept)


def test_segments_of_one_builder_have_a_dictionary_in_common(tmp_path: Path) -> None:
    storage = FileStorage(str(tmp_path))
    builder = new_builder()
    parts = [filled(builder, first, 1100).write(storage, "MAIN") for first in (0, 1100)]
    assert documents(storage, parts[1]) == expected(list(range(1100, 2200)))
    merged = merge(storage, "MAIN", parts)
    container = segment_files.open_container(storage, merged, segment_files.DOCUMENTS_EXT)
    assert len(container.array("stored.body.dictionaryends")) == 1
    assert documents(storage, merged) == expected(list(range(2200)))


def test_a_dictionary_no_value_needs_is_dropped(tmp_path: Path) -> None:
    storage = FileStorage(str(tmp_path))
    many, few = segment(storage, 0, 1100), segment(storage, 5000, 5)
    for number in range(1100):
        many.delete_document(number)
    merged = merge(storage, "MAIN", [many, few])
    assert "stored.body.dictionaries" not in segment_files.open_container(storage, merged, segment_files.DOCUMENTS_EXT)
    assert documents(storage, merged) == expected(list(range(5000, 5005)))


@pytest.mark.parametrize("broken", [b"d", b"d\0", b"d\0\0", b"d\1\0abc", b"d\0\0\xff\xff", b"d\0\0\3\0more"])
def test_what_no_dictionary_made_is_refused(broken: bytes) -> None:
    with pytest.raises(ValueError, match="not a stored value"):
        values.decode(broken, [b"a dictionary"])
