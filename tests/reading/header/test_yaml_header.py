"""YAML is read as python-frontmatter reads it, but for words: every one stays text."""

from __future__ import annotations

import frontmatter
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from article_search.reading import header
from tests.reading.header.sources import keys_of, notes


def test_a_plain_header_is_read_without_a_note() -> None:
    data = b"---\ntitle: Ferry strike enters second week \ncategories: [news, travel] \n--- \nNo boats.\n"
    read = header.read(data)
    assert read.metadata == {"title": "Ferry strike enters second week", "categories": ["news", "travel"]}
    assert (read.body, read.body_line, read.notes) == ("No boats.\n", 5, ())


def test_lines_of_keys_are_those_of_the_file() -> None:
    read = header.read(b"\n---\n# comment\ntitle: x\n\ntags:\n - a\n---\n")
    assert read.lines == {"title": 4, "tags": 6}


KEYS = st.sampled_from(["title", "description", "layout", "author", "image", "x"]) | st.from_regex(
    r"[a-z][a-z_]{3,9}", fullmatch=True
).filter(lambda key: key not in {"true", "false", "null", "yes"})
# Words that no reader of YAML takes for anything but text.
WORDS = st.from_regex(r"[^\W\d_]{3,10}( [^\W\d_]{3,10}|, [a-z]{3}|-[a-z]{3}|'s|\.){0,6}", fullmatch=True).filter(
    lambda text: text.lower() not in {"true", "false", "null", "yes", "off"}
)
LISTS = st.lists(WORDS.map(lambda text: text.replace(",", "")), min_size=1, max_size=4)
LIST_KEYS = st.sampled_from(["categories", "tags", "aliases", "authors"])
PLAIN = st.tuples(st.dictionaries(KEYS, WORDS, min_size=1, max_size=6), st.dictionaries(LIST_KEYS, LISTS)).map(
    lambda pair: {**pair[0], **pair[1]}
)


def written(value: str | list[str], style: int) -> str:
    if isinstance(value, str):
        return (
            f' "{value}"' if style == 1 else f" '{value.replace(chr(39), chr(39) * 2)}'" if style == 2 else f" {value}"
        )
    if style == 1:
        return "".join(f"\n  - {item}" for item in value)
    return f" [{', '.join(value)}]"


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(
    metadata=PLAIN,
    style=st.integers(0, 2),
    ending=st.sampled_from(["\n", "\r\n", " \n", "\r"]),
    body=st.from_regex(r"([A-Z][a-z]{2,9}\.\n){0,5}", fullmatch=True),
)
def test_plain_headers_are_read_as_python_frontmatter_reads_them(
    metadata: dict[str, str | list[str]], style: int, ending: str, body: str
) -> None:
    lines = ["---", *(f"{key}:{written(value, style)}" for key, value in metadata.items()), "---", body]
    source = ending.join(lines)
    expected, content = frontmatter.parse(source.replace("\r\n", "\n").replace("\r", "\n"))
    read = header.read(source.encode())
    assert read.metadata == expected == metadata
    assert read.body.strip() == content
    assert read.notes == ()


NEARLY_SIMPLE = st.builds(
    "{}:{}{}".format,
    st.sampled_from(["title", "Title", "tags", "categories", "x", "_k", "a-b", "null", "description", "1x", "<<"]),
    st.sampled_from([" ", "", "  "]),
    st.text(st.sampled_from("aZ9:# -_.,/[]{}'\"&*!|>%@`?~=\\\t\xa0éß“+<$(日"), max_size=14)
    | st.text(st.sampled_from("aZ9 -_./+,:#'\""), max_size=10).map("[{}]".format)
    | st.sampled_from(["true", "12", "2020-01-01", "null", "1.5", "~", "12:30:45", "a#b", "'a' # b", "http://x/?q#r"]),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(NEARLY_SIMPLE | st.sampled_from(["", " ", "- a", "  - b"]), min_size=1, max_size=4))
def test_simple_lines_mean_what_they_mean_beside_those_that_take_a_reader_of_yaml(lines: list[str]) -> None:
    alone = header.read("\n".join(["---", "layout: post", *lines, "---", "Text"]).encode())
    beside = header.read("\n".join(["---", "layout: post", *lines, "# a comment", "---", "Text"]).encode())
    assert (alone.metadata, alone.notes, alone.lines) == (beside.metadata, beside.notes, beside.lines)


@pytest.mark.parametrize(
    "value", ["12:30:45", "2020", "yes", "010", "null", "1_000", "2020-09-15", "0x1F", "true", ".5", "No"]
)
def test_a_title_is_text_whatever_yaml_makes_of_it(value: str) -> None:
    read = header.read(f"---\ntitle: {value}\n---\n".encode())
    assert read.metadata["title"] == value
    assert [note.line for note in read.notes] == [2]


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ('"Boats: a history"', "Boats: a history"),
        ('"Say \\"boat\\""', 'Say "boat"'),
        ("'It''s a boat'", "It's a boat"),
        ('"2020"', "2020"),
        ("10:45am ferry is late", "10:45am ferry is late"),
        ("C# for sailors", "C# for sailors"),
        ("https://example.org/boats", "https://example.org/boats"),
        ('"Boats" # a comment', "Boats"),
        ("|\n  Boats\n  again", "Boats\nagain\n"),
        (">-\n  Boats\n  again", "Boats again"),
        ("Boats\n  again", "Boats again"),
        ("!!str 2020", "2020"),
        ("!!binary Qm9hdHM=", "Boats"),
    ],
)
def test_what_yaml_reads_well_gives_no_note(value: str, meant: str) -> None:
    read = header.read(f"---\ntitle: {value}\nlayout: post\n---\n".encode())
    assert read.metadata == {"title": meant, "layout": "post"}
    assert read.notes == ()


def test_every_plain_value_stays_text() -> None:
    metadata = keys_of("a: 010", "b: 2020-02-30", "c: [1_000, 10.8, no]", "d: {e: 1.50}", "f: 12:30")
    assert metadata == {"a": "010", "b": "2020-02-30", "c": ["1_000", "10.8", "no"], "d": {"e": "1.50"}, "f": "12:30"}


def test_keys_without_a_blank_after_the_colon_are_read() -> None:
    source = "---\nlayout:post\ntitle:Boats\n---\nText."
    assert header.read(source.encode()).metadata == {"layout": "post", "title": "Boats"}
    assert [line for line, _ in notes(source)] == [2, 3]


def test_of_a_key_given_twice_the_last_counts() -> None:
    source = "---\ntitle: Boats\nlayout: post\ntitle: Ships\n---\n"
    assert header.read(source.encode()).metadata["title"] == "Ships"
    assert [line for line, _ in notes(source)] == [4]


def test_of_a_key_given_twice_an_empty_one_does_not_count() -> None:
    assert keys_of("title: Boats", "title:")["title"] == "Boats"


def test_a_key_given_twice_with_one_value_is_no_matter() -> None:
    assert notes("---\ntitle: Boats\ntitle: Boats\n---\n") == []


def test_keys_that_are_no_text_to_yaml_are_text() -> None:
    assert keys_of("2020: year", "true: yes", "null: none") == {"2020": "year", "true": "yes", "null": "none"}


def test_a_key_that_is_a_list_is_left_out() -> None:
    source = "---\n? [a, b]\n: value\ntitle: x\n---\n"
    assert header.read(source.encode()).metadata == {"title": "x"}
    assert len(notes(source)) == 1


def test_keys_may_have_blanks() -> None:
    assert keys_of("online version: 2", "title: x", "aliases:", "  - %") == {
        "online version": "2",
        "title": "x",
        "aliases": ["%"],
    }


def test_a_merge_key_merges() -> None:
    assert keys_of("base: &base {author: Ann, layout: post}", "<<: *base", "layout: page") == {
        "base": {"author": "Ann", "layout": "post"},
        "author": "Ann",
        "layout": "page",
    }


def test_what_cannot_be_merged_is_left_out() -> None:
    assert keys_of("title: x", "<<: nothing") == {"title": "x"}


def test_unknown_tags_are_ignored_and_noted() -> None:
    source = "---\nmeta: !ruby/object:Hash\n  a: !foo b\ntitle: x\n---\n"
    assert header.read(source.encode()).metadata == {"meta": {"a": "b"}, "title": "x"}
    assert [line for line, _ in notes(source)] == [2, 3]
