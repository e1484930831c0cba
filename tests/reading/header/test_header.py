"""Any bytes are read as their author meant them or refused, in bounded time."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from article_search.errors import ArticleError
from article_search.limits import LIMITS
from article_search.reading import header
from tests.effort import at_most
from tests.reading.header.sources import article, notes

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
    with at_most(3):
        read = article(data)
    assert read.title.startswith("x")
    assert read.body == "Text."


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
    with at_most(1):
        try:
            read = header.read(data)
        except ValueError as error:
            assert str(error)
        else:
            assert 1 <= read.body_line <= data.count(b"\n") + data.count(b"\r") + 2
            assert not any("\ud800" <= char <= "\udfff" or char == "\0" for char in read.body)


@settings(max_examples=300, deadline=None)
@given(st.lists(FRAGMENTS, max_size=40).map(lambda parts: b"---\ntitle: x\n" + b"".join(parts)))
def test_the_lines_of_notes_are_lines_of_the_file(data: bytes) -> None:
    lines = data.replace(b"\r\n", b"\n").count(b"\n") + data.count(b"\r") + data.count(b"\0") + 1
    try:
        read = header.read(data)
    except ValueError:
        return
    assert all(note.line is None or 1 <= note.line <= lines + 1 for note in read.notes)
