from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import frontmatter
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from article_search.errors import ArticleError
from article_search.limits import LIMITS
from article_search.reading import front_matter
from article_search.reading.article import Article, Rules, parse

NOW = datetime(2030, 1, 1, tzinfo=UTC)


def article(source: str | bytes, path: str = "a-file.md") -> Article:
    data = source.encode() if isinstance(source, str) else source
    return parse(data, path, Rules(UTC), NOW)


def header(*lines: str) -> dict[str, object]:
    return front_matter.read("\n".join(("---", *lines, "---", "Text.")).encode()).metadata


def notes(source: str | bytes) -> list[tuple[int | None, str]]:
    data = source.encode() if isinstance(source, str) else source
    return [(note.line, note.message) for note in front_matter.read(data).notes]


# The shared broken headers, each by what its author meant


class Meant(NamedTuple):
    title: str
    date: str | None = None
    categories: tuple[str, ...] = ()
    body: str = "Body text."
    warned: bool = True


CASES = {
    "01-colon-title.md": Meant(
        "Review: QNAP TS-253E-8G Turbo NAS 2-Bay with 2.5GbE and HDMI", "2026-03-19T12:00:00", ("NAS", "QNAP")
    ),
    "03-colon-title-dash.md": Meant(
        "ADR-026 — Sistema SaaS: feature gating, Stripe completo, HMAC interno", "2026-05-30T00:00:00"
    ),
    "05-inner-double-quotes.md": Meant(
        'The "Certainty Tax": Why Big Tech Will Never Use Wine or Darling for CI',
    ),
    "07-leading-bracket.md": Meant(
        "[REVIEW] On the Relationship between Self Attention and Convolutional Layers", None, ("markdown",)
    ),
    "09-percent-list-item.md": Meant("ForEach-Object"),
    "11-template-placeholders.md": Meant("11 template placeholders"),
    "13-date-month-out-of-range.md": Meant("testing"),
    "15-date-feb29-iso.md": Meant("UI绘制流程(中) 布局绘制前奏", None, ("技术之美",)),
    "17-no-space-after-colon.md": Meant("17 no space after colon"),
    "19-no-closing-fence.md": Meant(
        "An analysis of Nobel Prize winners by country and category", body="##Introduction\n\nI found a dataset."
    ),
    "21-one-line-header.md": Meant("Les dotCSS 2015, c'était bien.", "2015-12-14T08:00:20", body="Text"),
    "23-tabs-after-values.md": Meant(
        "RE: 从零开始的 C++ 工程", "2016-09-01T09:21:33", ("showcase", "programming", "C++", "编程"), warned=False
    ),
    "25-hash-tags-null.md": Meant("Defender for Cloud", None, ("cloud", "azure", "security")),
    "27-utf16-le.md": Meant("Mobile responsiveness", body="Text"),
    "29-comment-before-fence.md": Meant("Contact Me", body="Text"),
    "31-binary-tag.md": Meant("Storing Puppet facts in LDAP with Oxford", "2011-12-01T05:17:22"),
    "33-tag-number.md": Meant("Mountain Lion upgrade", None, ("Mountain Lion", "10.8", "os x", "apple"), warned=False),
    "35-date-custom-dashes.md": Meant(
        "Roma increasingly frustrated with Manchester United over deal for £20m-rated defender Chris Smalling",
        "2020-09-15T12:28:00",
        ("latest", "sports"),
        warned=False,
    ),
    "37-date-seconds-and-a-half.md": Meant("x", "2019-04-12T17:31:22"),
    "39-date-broken-offset.md": Meant("x", "2021-02-08T16:30:00"),
    "41-date-us.md": Meant("x", "2019-09-03T00:00:00", warned=False),
    "43-empty-header.md": Meant("Docker Volumes", body="Docker Volumes"),
    "45-smart-quotes.md": Meant("“删除无法访问的代码”重构", warned=False),
    "47-tab-indent.md": Meant("x", None, ("a", "b")),
    "49-apostrophe-single-quotes.md": Meant("It's only a game", "2020-01-01T00:00:00"),
    "51-ampersand-value.md": Meant("&More questions", "2020-01-01T00:00:00"),
    "53-greater-than-value.md": Meant("> 100 dead in quake", "2020-01-01T00:00:00"),
    "55-octal-sexagesimal.md": Meant("12:30:45", None, ("2020-01-01", "1_000")),
    "57-control-char.md": Meant("bell here", body="Text"),
    "59-crlf.md": Meant("ok", "2020-01-01T00:00:00", warned=False),
    "61-dots-close.md": Meant("closed by dots", warned=False),
    "63-ruby-object.md": Meant("x"),
    "65-hour-24.md": Meant("x", "2020-01-02T00:00:00", warned=False),
    "67-deep-nesting.md": Meant("x"),
    "69-non-str-key.md": Meant("x", warned=False),
    "71-merge-key.md": Meant("x"),
    "73-scalar-header.md": Meant("73 scalar header", body="just a sentence\n\nBody text."),
    "75-fence-in-value.md": Meant("line one --- line two", "2020-01-01T00:00:00", warned=False),
}
NOTHING_IN_IT = "77-only-fence.md"


@pytest.fixture
def cases() -> Path:
    folder = Path(os.environ.get("ARTICLES_SHARED", "")) / "front-matter-cases"
    if not os.environ.get("ARTICLES_SHARED") or not folder.is_dir():
        pytest.skip("ARTICLES_SHARED names no folder with front-matter-cases")
    return folder


@pytest.mark.corpus
@pytest.mark.parametrize("name", CASES)
def test_a_broken_header_is_read_as_its_author_meant_it(cases: Path, name: str) -> None:
    read = article((cases / name).read_bytes(), name)
    date = read.date.replace(tzinfo=None).isoformat() if read.date else None
    assert Meant(read.title, date, read.categories, read.body, bool(read.warnings)) == CASES[name]


@pytest.mark.corpus
def test_a_lone_fence_is_rejected(cases: Path) -> None:
    with pytest.raises(ArticleError, match="empty"):
        article((cases / NOTHING_IN_IT).read_bytes())


@pytest.mark.corpus
def test_the_table_names_every_shared_header(cases: Path) -> None:
    assert {*CASES, NOTHING_IN_IT} == {path.name for path in cases.iterdir()}


# Plain headers


def test_a_plain_header_is_read_without_a_note() -> None:
    data = b"---\ntitle: Ferry strike enters second week \ncategories: [news, travel] \n--- \nNo boats.\n"
    read = front_matter.read(data)
    assert read.metadata == {"title": "Ferry strike enters second week", "categories": ["news", "travel"]}
    assert (read.body, read.body_line, read.notes) == ("No boats.\n", 5, ())


def test_lines_of_keys_are_those_of_the_file() -> None:
    read = front_matter.read(b"\n---\n# comment\ntitle: x\n\ntags:\n - a\n---\n")
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
    read = front_matter.read(source.encode())
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
    alone = front_matter.read("\n".join(["---", "layout: post", *lines, "---", "Text"]).encode())
    beside = front_matter.read("\n".join(["---", "layout: post", *lines, "# a comment", "---", "Text"]).encode())
    assert (alone.metadata, alone.notes, alone.lines) == (beside.metadata, beside.notes, beside.lines)


# Values YAML would misread


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("Interview: the ferry captain", "Interview: the ferry captain"),
        ("What we know so far:", "What we know so far:"),
        ("Is the #SaveTheFerry march too late?", "Is the #SaveTheFerry march too late?"),
        ("#SaveTheFerry", "#SaveTheFerry"),
        ("[Opinion] Boats are fine", "[Opinion] Boats are fine"),
        ("[Opinion]", "[Opinion]"),
        ("{Draft} Boats", "{Draft} Boats"),
        ("> 40 boats in port", "> 40 boats in port"),
        ("& then there were boats", "& then there were boats"),
        ("&Then there were boats", "&Then there were boats"),
        ("*Boats* and more", "*Boats* and more"),
        ("!important news", "!important news"),
        ("% of boats", "% of boats"),
        ("@harbour tells all", "@harbour tells all"),
        ("`boats` in code", "`boats` in code"),
        ("| a pipe", "| a pipe"),
        ("- a dash", "- a dash"),
        ('"Boats" are back', '"Boats" are back'),
        ('"Boats" and "ships"', '"Boats" and "ships"'),
        ('"The "fast" boats: a test"', 'The "fast" boats: a test'),
        ("'The harbour's boats'", "The harbour's boats"),
        ("'Tis the season: boats", "'Tis the season: boats"),
    ],
)
def test_a_title_is_kept_as_written_and_a_note_says_so(value: str, meant: str) -> None:
    source = f"---\nlayout: post\ntitle: {value}\ndate: 2020-01-01\n---\nText."
    read = front_matter.read(source.encode())
    assert read.metadata == {"layout": "post", "title": meant, "date": "2020-01-01"}
    assert [note.line for note in read.notes] == [3]


@pytest.mark.parametrize(
    "value", ["12:30:45", "2020", "yes", "010", "null", "1_000", "2020-09-15", "0x1F", "true", ".5", "No"]
)
def test_a_title_is_text_whatever_yaml_makes_of_it(value: str) -> None:
    read = front_matter.read(f"---\ntitle: {value}\n---\n".encode())
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
    read = front_matter.read(f"---\ntitle: {value}\nlayout: post\n---\n".encode())
    assert read.metadata == {"title": meant, "layout": "post"}
    assert read.notes == ()


def test_a_title_that_yaml_cuts_at_a_comment_is_noted() -> None:
    read = front_matter.read(b"---\ntitle: Boats # shorter than 60 characters\n---\n")
    assert read.metadata == {"title": "Boats"}
    assert [note.line for note in read.notes] == [2]


def test_a_comment_after_any_other_value_is_one() -> None:
    read = front_matter.read(b"---\ndate: 2020-01-01 # UTC\ndescription: short # one line\n---\n")
    assert read.metadata == {"date": "2020-01-01", "description": "short"}
    assert read.notes == ()


def test_hash_tags_are_no_comment() -> None:
    assert header("tags: #boats #sea") == {"tags": "#boats #sea"}


def test_an_anchor_with_an_alias_is_one() -> None:
    assert header("title: &name Boats", "headline: *name") == {"title": "Boats", "headline": "Boats"}


def test_every_plain_value_stays_text() -> None:
    metadata = header("a: 010", "b: 2020-02-30", "c: [1_000, 10.8, no]", "d: {e: 1.50}", "f: 12:30")
    assert metadata == {"a": "010", "b": "2020-02-30", "c": ["1_000", "10.8", "no"], "d": {"e": "1.50"}, "f": "12:30"}


def test_a_placeholder_of_a_template_stays_one() -> None:
    assert header("title: {{ title }}", "date: {{ date }}") == {"title": "{{ title }}", "date": "{{ date }}"}


# Keys


def test_keys_without_a_blank_after_the_colon_are_read() -> None:
    source = "---\nlayout:post\ntitle:Boats\n---\nText."
    assert front_matter.read(source.encode()).metadata == {"layout": "post", "title": "Boats"}
    assert [line for line, _ in notes(source)] == [2, 3]


def test_of_a_key_given_twice_the_last_counts() -> None:
    source = "---\ntitle: Boats\nlayout: post\ntitle: Ships\n---\n"
    assert front_matter.read(source.encode()).metadata["title"] == "Ships"
    assert [line for line, _ in notes(source)] == [4]


def test_of_a_key_given_twice_an_empty_one_does_not_count() -> None:
    assert header("title: Boats", "title:")["title"] == "Boats"


def test_a_key_given_twice_with_one_value_is_no_matter() -> None:
    assert notes("---\ntitle: Boats\ntitle: Boats\n---\n") == []


def test_keys_that_are_no_text_to_yaml_are_text() -> None:
    assert header("2020: year", "true: yes", "null: none") == {"2020": "year", "true": "yes", "null": "none"}


def test_a_key_that_is_a_list_is_left_out() -> None:
    source = "---\n? [a, b]\n: value\ntitle: x\n---\n"
    assert front_matter.read(source.encode()).metadata == {"title": "x"}
    assert len(notes(source)) == 1


def test_keys_may_have_blanks() -> None:
    assert header("online version: 2", "title: x", "aliases:", "  - %") == {
        "online version": "2",
        "title": "x",
        "aliases": ["%"],
    }


def test_a_merge_key_merges() -> None:
    assert header("base: &base {author: Ann, layout: post}", "<<: *base", "layout: page") == {
        "base": {"author": "Ann", "layout": "post"},
        "author": "Ann",
        "layout": "page",
    }


def test_what_cannot_be_merged_is_left_out() -> None:
    assert header("title: x", "<<: nothing") == {"title": "x"}


def test_unknown_tags_are_ignored_and_noted() -> None:
    source = "---\nmeta: !ruby/object:Hash\n  a: !foo b\ntitle: x\n---\n"
    assert front_matter.read(source.encode()).metadata == {"meta": {"a": "b"}, "title": "x"}
    assert [line for line, _ in notes(source)] == [2, 3]


# One bad value


def test_a_bad_value_harms_no_other() -> None:
    source = "---\ntitle: Boats\ncategories: [sea, land\ntags:\n  - a\n  - %b\nauthor: 'Ann\n---\nText."
    read = front_matter.read(source.encode())
    assert read.metadata == {"title": "Boats", "categories": ["sea", "land"], "tags": ["a", "%b"], "author": "'Ann"}
    assert [note.line for note in read.notes] == [3, 4, 7]
    assert read.body == "Text."


def test_a_list_indented_with_tabs_is_read() -> None:
    assert header("title: x", "tags:", "\t- a", "\t- b", "image:", "\tsrc: /b.png") == {
        "title": "x",
        "tags": ["a", "b"],
        "image": {"src": "/b.png"},
    }


def test_a_value_goes_on_without_an_indent() -> None:
    read = header("title: x", "description: The first line", "and the second one", "layout: post")
    assert read == {"title": "x", "description": "The first line and the second one", "layout": "post"}


def test_an_indent_before_a_known_key_is_a_slip() -> None:
    assert header("layout: post", " title: Boats", "author: Ann") == {
        "layout": "post",
        "title": "Boats",
        "author": "Ann",
    }


# Fences


@pytest.mark.parametrize(
    "source",
    [
        "---\ntitle: x\n---\nText.",
        "---\ntitle: x\n--- \t\nText.",
        "--- \t\ntitle: x\n---\nText.",
        "----\ntitle: x\n-----\nText.",
        "---\ntitle: x\n...\nText.",
        "\n\n---\ntitle: x\n---\nText.",
        "---yaml\ntitle: x\n---\nText.",
        "<!-- a comment -->\n---\ntitle: x\n---\nText.",
        '---json\n{"title": "x"}\n---\nText.',
        '{\n  "title": "x"\n}\nText.',
        '+++\ntitle = "x"\n+++\nText.',
        '---toml\ntitle = "x"\n---\nText.',
    ],
)
def test_a_header_in_any_kind_of_fence_is_read_without_a_note(source: str) -> None:
    read = front_matter.read(source.encode())
    assert (read.metadata, read.body, read.notes) == ({"title": "x"}, "Text.", ())
    assert source.split("\n")[read.body_line - 1] == "Text."


@pytest.mark.parametrize(
    "source",
    [
        "---\ntitle: x\n\nText.",
        "---\ntitle: x\nText.",
        "---\ntitle: x\n\n## Text.",
        "---\ntitle: x\n\nText.\n\n---\nafter the rule",
        "---\ntitle: x\n\n- Text.",
        "---\ntitle: x\n ---\nText.",
        "<!-- ---\ntitle: x\n--- -->\nText.",
        "--- title: x\n\nText.",
        "--- title: x ---\nText.",
        "title: x\n---\nText.",
        "+++\ntitle = x\n\nText.",
        '{\n  "title": "x",\n}\nText.',
    ],
)
def test_a_header_in_a_broken_fence_is_read_with_a_note(source: str) -> None:
    read = front_matter.read(source.encode())
    assert read.metadata == {"title": "x"}
    assert read.body.split("\n---")[0].strip().lstrip("#- ") == "Text."
    assert len(read.notes) >= 1
    assert source.split("\n")[read.body_line - 1 :] == read.body.split("\n")


def test_a_comment_around_header_and_text_hides_the_text_only() -> None:
    read = front_matter.read(b"<!-- ---\ntitle: x\n---\n\nHidden. -->\nText.")
    assert (read.metadata, read.body, read.body_line) == ({"title": "x"}, "<!-- \nHidden. -->\nText.", 4)


def test_keys_on_the_line_of_the_fence_are_told_apart() -> None:
    read = front_matter.read(b"--- layout: post title: Boats: a tale author: Ann\ndate: '2020-01-01'\n\nText")
    assert read.metadata == {"layout": "post", "title": "Boats: a tale", "author": "Ann", "date": "2020-01-01"}
    assert read.body.strip() == "Text"


@pytest.mark.parametrize(
    "source",
    [
        "---\n\nA page that begins with a rule.",
        "No header at all.",
        "Note: no header at all.\n\nText.",
        "{{ template }}\n\nText.",
        '{ "no json\n\nText.',
        "<!-- only a comment -->\nText.",
    ],
)
def test_text_that_is_no_header_stays_text(source: str) -> None:
    read = front_matter.read(source.encode())
    assert (read.metadata, read.body, read.body_line) == ({}, source, 1)


@pytest.mark.parametrize("inside", ["just a sentence", "- a\n- list", "\nA page between rules.\n", "# a comment"])
def test_what_has_no_keys_is_text_and_noted(inside: str) -> None:
    read = front_matter.read(f"---\n{inside}\n---\nText.".encode())
    assert (read.metadata, read.body, read.body_line) == ({}, f"{inside}\n\nText.", 2)
    assert len(read.notes) == 1


def test_an_empty_header_is_one() -> None:
    read = front_matter.read(b"---\n---\n\n## Boats\n")
    assert (read.metadata, read.body) == ({}, "\n## Boats\n")


# TOML


def test_toml_values_become_text() -> None:
    source = (
        '+++\ntitle = "Boats: a history"\ndate = 2020-09-15T12:28:00Z\ndraft = false\ntags = ["a", 10.80]\n+++\nText.'
    )
    assert front_matter.read(source.encode()).metadata == {
        "title": "Boats: a history",
        "date": "2020-09-15T12:28:00+00:00",
        "draft": "false",
        "tags": ["a", "10.80"],
    }


def test_bad_toml_is_read_line_by_line() -> None:
    source = '+++\ntitle = Boats\ndate = 2020-13-45\ntags = ["a", b]\ndraft = true\n+++\nText.'
    read = front_matter.read(source.encode())
    assert read.metadata == {"title": "Boats", "date": "2020-13-45", "tags": ["a", "b"], "draft": "true"}
    assert [note.line for note in read.notes] == [2, 3, 4]


# Bytes


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-16-le", "utf-32"])
def test_other_encodings_are_read(encoding: str) -> None:
    read = front_matter.read("---\ntitle: Fähre\n---\nText.".encode(encoding))
    assert (read.metadata, read.body) == ({"title": "Fähre"}, "Text.")
    assert len(read.notes) == (encoding != "utf-8-sig")


def test_windows_1252_is_read_where_utf8_fails_and_only_there() -> None:
    read = front_matter.read("---\ntitle: Fähre\n---\n".encode() + b"The ferry \x96 \x80 5\n")
    assert (read.metadata, read.body) == ({"title": "Fähre"}, "The ferry – € 5\n")
    assert [note.line for note in read.notes] == [4]


def test_nul_and_control_characters_are_dropped() -> None:
    read = front_matter.read(b"---\ntitle: bo\x00at \x1b[31mred\n---\nT\x07ext.")
    assert (read.metadata, read.body) == ({"title": "boat [31mred"}, "Text.")
    assert [note.line for note in read.notes] == [2]


def test_characters_that_end_a_line_for_yaml_only_are_blanks() -> None:
    assert header("title: a\u2028layout: b") == {"title": "a layout: b"}


@pytest.mark.parametrize("data", [b"", b"\n \n", b"\xef\xbb\xbf", b"---\n", b"---\n---\n", b"\xff\xfe"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="empty"):
        front_matter.read(data)


@pytest.mark.parametrize(
    "data", [b"\x89PNG\r\n\x1a\n0000", b"%PDF-1.4\n%", bytes(range(256)) * 9, b"PK\x03\x04" + b"a" * 99]
)
def test_binary_data_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="binary"):
        front_matter.read(data)


# Hostile headers


def nested(opening: str, closing: str = "") -> Callable[[], bytes]:
    return lambda: f"---\ntitle: x\nc: {opening * 100_000}{closing * 100_000}\n---\nText.".encode()


HOSTILE: dict[str, Callable[[], bytes]] = {
    "100,000 brackets": nested("[", "]"),
    "100,000 open brackets": nested("["),
    "100,000 braces": nested("{"),
    "brackets that quotes seem to close": lambda: b"---\ntitle: x\nc: " + b'[ "]", ' * 18_000 + b"\n---\nText.",
    "under the cap of bytes": lambda: b"---\ntitle: x\nc: " + b"[" * 60_000 + b"]" * 60_000 + b"\n---\nText.",
    "nested lists": lambda: b"---\ntitle: x\nc:\n" + b"- " * 60_000 + b"\n---\nText.",
    "nested mappings": lambda: b"---\ntitle: x\n" + b"".join(b" " * n + b"a:\n" for n in range(480)) + b"---\nText.",
    "10 MB of keys": lambda: b"---\ntitle: x\n" + b"key: value\n" * 900_000 + b"---\nText.",
    "10 MB of one value": lambda: b"---\ntitle: x\nc: " + b"y" * 10_000_000 + b"\n---\nText.",
    "a billion laughs": lambda: (
        b"---\ntitle: x\na: &a [x, x, x, x, x, x, x, x, x]\n"
        + b"".join(b"%c: &%c [%s]\n" % (n, n, b", ".join([b"*%c" % (n - 1)] * 9)) for n in range(98, 107))
        + b"tags: *j\n---\nText."
    ),
    "laughs under the cap of aliases": lambda: (
        b"---\ntitle: x\na: &a [x, x, x, x, x, x, x, x, x]\n"
        + b"".join(b"%c: &%c [%s]\n" % (n, n, b", ".join([b"*%c" % (n - 1)] * 5)) for n in range(98, 107))
        + b"tags: *j\n---\nText."
    ),
    "a list within itself": lambda: b"---\ntitle: x\ntags: &a [*a, b]\n---\nText.",
    "many bad values": lambda: b"---\ntitle: x\n" + b"a:[\n" * 30_000 + b"---\nText.",
    "many bad titles": lambda: b"---\n" + b"title: &x y\n" * 9_000 + b"title: x\n---\nText.",
    "TOML brackets": lambda: b"+++\ntitle = 'x'\nc = " + b"[" * 60_000 + b"\n+++\nText.",
    "a TOML key of 60,000 parts": lambda: b"+++\ntitle = 'x'\n" + b"a." * 60_000 + b"a = 1\n+++\nText.",
    "a long title with a colon": lambda: b"---\ntitle: x:" + b"y" * 120_000 + b"\n---\nText.",
    "blanks in a key": lambda: b"---\ntitle: x\na" + b" " * 120_000 + b"b\n---\nText.",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_header_is_read_in_bounded_time(name: str) -> None:
    data = HOSTILE[name]()
    started = time.process_time()
    read = article(data)
    assert time.process_time() - started < 3
    assert read.title.startswith("x")
    assert read.body == "Text."


@pytest.mark.parametrize(
    "start", ["---", "-" * 2_000_000, "<!--" * 500_000, "<!-- ---\n" + "a\n---\n" * 300_000, "\n" * 2_000_000]
)
@pytest.mark.parametrize("end", [" " * 2_000_000 + "x", "x"])
def test_a_hostile_fence_is_read_in_bounded_time(start: str, end: str) -> None:
    started = time.process_time()
    front_matter.read((start + end).encode())
    assert time.process_time() - started < 3


def test_json_of_any_depth_is_text() -> None:
    source = '{"a":' + "[" * 100_000
    assert front_matter.read(source.encode()).body == source


def test_notes_are_capped() -> None:
    assert len(notes("---\n" + "layout:x\n" * 100 + "---\n")) <= LIMITS.warnings


FRAGMENTS = st.sampled_from(
    '--- +++ ... title: title:x tags: date: [ ] { } : # & * ! | > \' " % @ - ? << { " " } = <!-- --> \n \n\n \r\n \r \t'
    " \x00 \x85 \ufeff é 2020-01-01 {{ true ~".split(" ")
).map(str.encode) | st.binary(max_size=6)


@settings(max_examples=300, deadline=None)
@given(st.lists(FRAGMENTS, max_size=60).map(b"".join) | st.binary(max_size=300))
@example(b"---\n? \n---\nx")
@example(b'---\ntitle: "\\ud800"\n---\n')
@example(b"---\n- a: b\n---\n")
@example(b"---\n!!map [a]\n---\n")
@example(b"---\n%YAML 9.9\n---\n")
@example(b"+++\na = [[[\n+++\n")
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    started = time.process_time()
    try:
        read = front_matter.read(data)
    except ValueError as error:
        assert str(error)
    else:
        assert 1 <= read.body_line <= data.count(b"\n") + data.count(b"\r") + 2
        assert not any("\ud800" <= char <= "\udfff" or char == "\0" for char in read.body)
    assert time.process_time() - started < 1


@settings(max_examples=300, deadline=None)
@given(st.lists(FRAGMENTS, max_size=40).map(lambda parts: b"---\ntitle: x\n" + b"".join(parts)))
def test_the_lines_of_notes_are_lines_of_the_file(data: bytes) -> None:
    lines = data.replace(b"\r\n", b"\n").count(b"\n") + data.count(b"\r") + data.count(b"\0") + 1
    try:
        read = front_matter.read(data)
    except ValueError:
        return
    assert all(note.line is None or 1 <= note.line <= lines + 1 for note in read.notes)
