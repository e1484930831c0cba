from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from article_search.reading import addresses, generators, links, names
from article_search.reading.generators import patterns
from article_search.reading.generators.description import Page
from article_search.reading.rules import Rules

DATE = datetime(2020, 9, 15, 23, 30, tzinfo=UTC)


def address(
    pattern: str,
    id: str = "news/2020-09-15-Ferry_strike.md",
    metadata: dict[str, object] | None = None,
    date: datetime | None = DATE,
    categories: tuple[str, ...] = ("World News", "boats"),
    zone: str = "UTC",
) -> str:
    patterns.check(pattern)
    generator = generators.of_file("", id)
    page = Page(
        id=id,
        place=id,
        name=names.take_apart(id),
        metadata=metadata or {},
        title=str((metadata or {}).get("title", "")),
        date=date and date.astimezone(ZoneInfo(zone)),
        categories=categories,
        has_header=True,
        rules=Rules(ZoneInfo(zone), pattern),
    )
    return addresses.article_url(page, generator)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("/blog/{filename}", "/blog/2020-09-15-Ferry_strike"),
        ("/{slug}/", "/ferry_strike/"),
        ("/{path}.html", "/news/2020-09-15-Ferry_strike.html"),
        ("/article/{id}", "/article/news/2020-09-15-Ferry_strike.md"),
        ("/{category}/{slug}", "/world-news/ferry_strike"),
        ("/{date:%Y/%m/%d}/{slug}", "/2020/09/15/ferry_strike"),
        ("/{date}/{slug}", "/2020-09-15/ferry_strike"),
        ("/{year}/{month}/{day}/{slug}", "/2020/09/15/ferry_strike"),
        ("https://example.org/{slug}", "https://example.org/ferry_strike"),
    ],
)
def test_a_pattern_is_filled(pattern: str, expected: str) -> None:
    assert address(pattern) == expected


def test_the_title_gives_a_slug() -> None:
    assert address("/{title}", metadata={"title": "Ferries: *what* now?"}) == "/ferries-what-now"


def test_without_a_title_the_file_name_does() -> None:
    assert address("/{title}") == "/ferry_strike"


def test_an_index_file_is_named_after_its_folder() -> None:
    assert address("/{slug}", id="posts/2020-01-01-boats/index.md") == "/boats"


def test_dates_are_those_of_the_zone() -> None:
    assert address("/{date:%Y/%m/%d}/{slug}", zone="Europe/Berlin") == "/2020/09/16/ferry_strike"


def test_what_an_article_lacks_falls_out() -> None:
    assert address("/{category}/{date:%Y/%m}/{slug}", date=None, categories=()) == "/ferry_strike"


def test_blanks_and_letters_beyond_ascii_are_percent_encoded() -> None:
    assert address("/{filename}", id="Fähre & Boot?.md") == "/F%C3%A4hre%20%26%20Boot%3F"
    assert address("/{id}", id="a b/c#d.md") == "/a%20b/c%23d.md"


def test_a_file_name_that_is_no_unicode_has_an_address() -> None:
    assert address("/{id}", id="a\udcff.md") == "/a%FF.md"
    assert address("/{id}", id="a\ud800.md") == "/a%3F.md"


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ({"permalink": "/about/"}, "/about/"),
        ({"permalink": "about"}, "/about"),
        ({"url": "/2020/boats/"}, "/2020/boats/"),
        ({"url": "https://example.org/boats"}, "https://example.org/boats"),
        ({"permalink": "/a/", "url": "/b/"}, "/a/"),
        ({"slug": "two-boats"}, "/blog/two-boats"),
        ({"slug": "código"}, "/blog/c%C3%B3digo"),
        ({"permalink": "/:year/:month/:day/:title/"}, "/2020/09/15/Ferry_strike/"),
        ({"permalink": "/:categories/:title.html", "slug": "own"}, "/world%20news/boats/own.html"),
        ({"permalink": "/:i_month/:short_year/:unknown"}, "/9/20/:unknown"),
        ({"permalink": "pretty"}, "/world%20news/boats/2020/09/15/Ferry_strike/"),
        ({"permalink": ":title"}, "/Ferry_strike"),
    ],
)
def test_an_article_may_give_its_own_address(metadata: dict[str, object], expected: str) -> None:
    assert address("/blog/{filename}", metadata=metadata) == expected


@pytest.mark.parametrize(
    "value",
    [
        "javascript:alert(1)",
        "//evil.example",
        "/\\evil.example",
        "",
        "{{ url }}",
        "false",
        ["a"],
        "/a\nb",
        "/" + "x" * 9_000,
    ],
)
def test_an_address_that_may_not_be_linked_is_passed_over(value: object) -> None:
    assert address("/{slug}", metadata={"permalink": value}) == "/ferry_strike"


@pytest.mark.parametrize("value", ["../../etc", "/", "..", "{{ slug }}", "a\\b", ["a"], ""])
def test_a_slug_cannot_leave_its_folder(value: object) -> None:
    made = address("/blog/{slug}", metadata={"slug": value})
    assert re.fullmatch(r"/blog/[\w-]+", made)


@pytest.mark.parametrize(
    "pattern",
    [
        "/{filename.__class__}",
        "/{slug!r}",
        "/{slug:>10}",
        "/{0}",
        "/{}",
        "/{nonsense}",
        "/{date:%Y{slug}}",
        "/{slug",
        "/slug}",
        "/{date:%c}/{slug}",
        "/blog/",
        "/{category}/{date:%Y}",
        "{slug}",
        "javascript:{slug}",
        "//evil.example/{slug}",
        "ftp://example.org/{slug}",
        "",
    ],
)
def test_a_pattern_of_no_use_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="address"):
        patterns.check(pattern)


def test_a_refusal_names_the_fields_there_are() -> None:
    with pytest.raises(ValueError, match=re.escape("{filename}, {slug}, {path}, {id}, {title}, {category}")):
        patterns.check("/{name}")


@pytest.mark.parametrize("pattern", ["/{%s}", "/%s", "%s", "/{%s"])
def test_what_is_wrong_with_a_long_pattern_is_said_in_short(pattern: str) -> None:
    with pytest.raises(ValueError, match="address") as error:
        patterns.check(pattern % ("x" * 10_000))
    assert len(str(error.value)) < 400


@pytest.mark.parametrize(
    "url", ["/x", "/", "x/y", "x.png", "../x", "https://example.org", "HTTP://example.org/a?b#c", "/a:b"]
)
def test_addresses_of_the_web_and_the_site_are_safe(url: str) -> None:
    assert links.is_safe(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        " ",
        "//evil.example",
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        " javascript:alert(1)",
        "java\tscript:alert(1)",
        "\x01javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "mailto:a@example.org",
        "https:evil",
        "https://",
        "http:///x",
        "https://[web]/",
        "https://[",
        "https://a℀b/",
        "https://:80",
        "/\\evil.example",
        "\\\\evil.example",
        "/x\n",
        "/x\x85",
        "/\ud800",
        "/" + "x" * 9_000,
    ],
)
def test_other_addresses_are_not(url: str) -> None:
    assert not links.is_safe(url)


def test_an_unsafe_address_is_not_linkable() -> None:
    assert links.linkable(" javascript:alert(1)") is None
    assert links.linkable("//evil.example") is None


def test_a_linkable_address_is_percent_encoded_once() -> None:
    assert links.linkable(" /a b/ü%20.png ") == "/a%20b/%C3%BC%20.png"


@given(
    st.text(max_size=40).filter(bool),
    st.dictionaries(st.sampled_from(["permalink", "url", "slug", "title"]), st.text(max_size=30)),
    st.lists(st.text(min_size=1, max_size=9), max_size=2).map(tuple),
    st.none() | st.datetimes(timezones=st.just(UTC)),
    st.sampled_from(
        ["/{slug}", "/blog/{filename}", "/{path}/", "/{category}/{date:%Y/%m/%d}/{title}", "/article/{id}"]
    ),
)
def test_every_address_is_safe_and_plain_ascii(
    id: str, metadata: dict[str, object], categories: tuple[str, ...], date: datetime | None, pattern: str
) -> None:
    made = address(pattern, id, metadata, date, categories, "Asia/Tokyo")
    assert made.isascii()
    assert links.is_safe(made)
    assert made.startswith(("/", "http"))
