"""JavaScript in a header is read as far as its values are written out, and never run."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from article_search.reading import header
from tests.effort import at_most

OBJECT = """---js
{
  // a comment, with a "quote
  title: "Harbour: it's open",
  'date': new Date("2020-09-15"), /* another } */
  tags: ["sea", 'boats', `ports`,],
  permalink: '/harbour/',
  draft: false,
  weight: 3,
  nothing: null,
  nav: { title: "Nav", deep: { er: {order: 1}} },
  currentDate: function() { return new Date().toLocaleString("en, }"); },
  eleventyComputed: { title: (data) => `${data.title}!`, },
  render(data) { return /[,"}]/.test(data); },
  ...shared,
  description: "The \\u0048arbour" + name,
  lang: "en",
}
---
Text.
"""


def test_an_object_is_read_as_far_as_it_is_written_out() -> None:
    read = header.read(OBJECT.encode())
    assert read.metadata == {
        "title": "Harbour: it's open",
        "date": "2020-09-15",
        "tags": ["sea", "boats", "ports"],
        "permalink": "/harbour/",
        "draft": "false",
        "weight": "3",
        "nothing": "",
        "nav": {"title": "Nav", "deep": {"er": {"order": "1"}}},
        "lang": "en",
    }
    assert (read.body, read.body_line) == ("Text.\n", 20)
    assert read.lines["title"] == 4
    assert [(note.line, note.message) for note in read.notes] == [
        (line, f"'{name}' is worked out by JavaScript, which is not run; left out")
        for line, name in (
            (12, "currentDate"),
            (13, "eleventyComputed"),
            (14, "render"),
            (15, "...shared"),
            (16, "description"),
        )
    ]


@pytest.mark.parametrize(
    "source",
    [
        'const title = "A title";\nexport const tags = ["a", "b"]\nlet made = Date.now();\n',
        '{ title: "A title", tags: ["a", "b"], made: Date.now() }\n',
        'module.exports = {title: `A title`, "tags": [\'a\', "b"], made() { }};\n',
        "export default {\n  title: 'A title', tags: ['a', 'b'], made: () => ({ a: [1, 2] }) }\n",
        '({\n  made: async () => { await x; },\n  title: "A \\x74itle",\n  tags: [ /* no */ "a", "b" ]\n})\n',
    ],
)
@pytest.mark.parametrize("fence", ["---js", "--- javascript"])
def test_objects_and_constants_are_read_whatever_is_around_them(source: str, fence: str) -> None:
    read = header.read(f"{fence}\n{source}---\nText.".encode())
    assert (read.metadata, read.body) == ({"title": "A title", "tags": ["a", "b"]}, "Text.")
    assert ["'made' is worked out" in note.message for note in read.notes] == [True]


@pytest.mark.parametrize("source", ["return build(page);", "build()", "import x from 'y';", "{", ""])
def test_a_header_without_a_plain_value_leaves_the_body(source: str) -> None:
    read = header.read(f"---js\n{source}\n---\nText.".encode())
    assert (read.metadata, read.body) == ({}, "Text.")
    assert ["not run" in note.message for note in read.notes] == [True]


def test_javascript_without_an_end_is_text() -> None:
    read = header.read(b"---js\n{ title: 'x' }\nText.")
    assert (read.metadata, read.body) == ({}, "---js\n{ title: 'x' }\nText.")
    assert len(read.notes) == 1


@pytest.mark.parametrize(
    "source",
    [
        '---json5\n{title: "A title", tags: ["a", "b",],}\n---\nText.',
        ';;;\n{"title": "A title", "tags": ["a", "b"]}\n;;;\nText.',
        ';;;\n"title": "A title",\n"tags": ["a", "b"]\n;;;\nText.',
        '"title": "A title",\n"tags": ["a", "b"]\n;;;\nText.',
    ],
)
def test_relatives_of_json_are_read(source: str) -> None:
    read = header.read(source.encode())
    assert (read.metadata, read.body, read.notes) == ({"title": "A title", "tags": ["a", "b"]}, "Text.", ())
    assert source.split("\n")[read.body_line - 1] == "Text."


@pytest.mark.parametrize(
    "piece",
    [
        "[",
        "{a:",
        "{a:[",
        "'",
        "`",
        "/",
        "/*",
        "a: (",
        "\\",
        "new Date(",
        "const x = [\n",
        "{[",
        "a,",
        "...",
        "//",
        "${",
        "/* ",
        "a'",
        "a:'\n,",
        "=/[",
        "{a:[[",
        "const x = {a:\n",
        "const x = `\n",
        "const x = /* \n",
    ],
)
def test_hostile_javascript_is_read_in_bounded_time(piece: str) -> None:
    with at_most(3):
        for start in ("", "{"):
            header.read(f"---js\n{start}{piece * (120_000 // len(piece))}\n---\nText.".encode())


PIECES = st.sampled_from(
    [
        "{",
        "}",
        "[",
        "]",
        "(",
        ")",
        "'",
        '"',
        "`",
        ",",
        ":",
        "a",
        "title",
        "1",
        "/",
        "\\",
        "\n",
        "new Date(",
        "...",
        "=>",
        "const a =",
        "//",
        "/*",
        "*/",
        "${",
    ]
)


@given(st.lists(PIECES | st.text(max_size=3), max_size=25).map("".join))
def test_any_javascript_is_read_or_noted(source: str) -> None:
    read = header.read(f"---js\n{source}\n---\nText.".encode("utf-8", "replace"))
    assert read.body.endswith("Text.")
