"""Bytes of any encoding become text on clean lines."""

from __future__ import annotations

import pytest

from article_search.reading import header
from tests.reading.header.sources import keys_of


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-16-le", "utf-32"])
def test_other_encodings_are_read(encoding: str) -> None:
    read = header.read("---\ntitle: Fähre\n---\nText.".encode(encoding))
    assert (read.metadata, read.body) == ({"title": "Fähre"}, "Text.")
    assert len(read.notes) == (encoding != "utf-8-sig")


def test_windows_1252_is_read_where_utf8_fails_and_only_there() -> None:
    read = header.read("---\ntitle: Fähre\n---\n".encode() + b"The ferry \x96 \x80 5\n")
    assert (read.metadata, read.body) == ({"title": "Fähre"}, "The ferry – € 5\n")
    assert [note.line for note in read.notes] == [4]


def test_nul_and_control_characters_are_dropped() -> None:
    read = header.read(b"---\ntitle: bo\x00at \x1b[31mred\n---\nT\x07ext.")
    assert (read.metadata, read.body) == ({"title": "boat [31mred"}, "Text.")
    assert [note.line for note in read.notes] == [2]


def test_characters_that_end_a_line_for_yaml_only_are_blanks() -> None:
    assert keys_of("title: a\u2028layout: b") == {"title": "a layout: b"}


@pytest.mark.parametrize("data", [b"", b"\n \n", b"\xef\xbb\xbf", b"---\n", b"---\n---\n", b"\xff\xfe"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="empty"):
        header.read(data)


@pytest.mark.parametrize(
    "data", [b"\x89PNG\r\n\x1a\n0000", b"%PDF-1.4\n%", bytes(range(256)) * 9, b"PK\x03\x04" + b"a" * 99]
)
def test_binary_data_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="binary"):
        header.read(data)
