from __future__ import annotations

import os
import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from article_search.errors import ArticleError
from article_search.limits import LIMITS
from article_search.reading.article import Article, Rules, parse

NOW = datetime(2021, 1, 1, tzinfo=UTC)


def read(
    *header: str, body: str = "Text.", path: str = "news/boats.md", zone: str = "UTC", now: datetime = NOW
) -> Article:
    source = "\n".join(("---", *header, "---", body))
    return parse(source.encode(), path, Rules(ZoneInfo(zone)), now)


def titled(*header: str, path: str = "news/boats.md") -> Article:
    return read("title: Boats", *header, path=path)


def messages(article: Article) -> list[tuple[int | None, str]]:
    return [(note.line, note.message) for note in article.warnings]


def test_an_article_of_a_news_site() -> None:
    source = (
        "---\nextends: _layouts.post\nsection: content\nimage: https://example.org/ferry.jpg \n"
        "title: Ferry crews' strike enters its second week \ndescription: No boats since Monday &amp; no talks \n"
        "date: 2020-09-15-12-28-00 \ncategories: [latest, news] \nfeatured: true \n--- \n"
        "No boat has left the harbour.\u00a0\n\n\u00a0Talks are **off**.\n"
    )
    article = parse(source.encode(), "ferry_strike.md", Rules(UTC, "/blog/{filename}"), NOW)
    assert article == Article(
        id="ferry_strike.md",
        url="/blog/ferry_strike",
        title="Ferry crews' strike enters its second week",
        description="No boats since Monday & no talks",
        body="No boat has left the harbour.\n\nTalks are off.",
        date=datetime(2020, 9, 15, 12, 28, tzinfo=UTC),
        categories=("latest", "news"),
        image="https://example.org/ferry.jpg",
        left_out=None,
        due=None,
        warnings=(),
    )


# Title and description


@pytest.mark.parametrize(
    ("body", "path", "title"),
    [
        ("Text.\n\n## Boats *and* ships ##\n\nMore.", "a.md", "Boats and ships"),
        ("# Boats in C#\nText.", "a.md", "Boats in C#"),
        ("# ##\n## Boats\nText.", "a.md", "Boats"),
        ("Boats\n=====\nText.", "a.md", "Boats"),
        ("<h1 class='x'>Boats</h1>\nText.", "a.md", "Boats"),
        ("```\n# no heading\n```\nText.\n\n# Boats", "a.md", "Boats"),
        ("Text.", "news/2020-09-15-two-boats_sail.md", "Two boats sail"),
        ("Text.", "news/two-boats/index.md", "Two boats"),
        ("#nohashtag", "boats.md", "Boats"),
    ],
)
def test_without_a_title_the_first_heading_or_the_file_name_is_one(body: str, path: str, title: str) -> None:
    article = read("layout: post", body=body, path=path)
    assert article.title == title
    assert len(article.warnings) == 1


@pytest.mark.parametrize("body", ["# a" + " " * 9_000 + "b", "# a" + " #" * 4_500 + "b", "<h1" * 40_000])
def test_a_hostile_heading_is_read_in_bounded_time(body: str) -> None:
    started = time.process_time()
    read("layout: post", body=body)
    assert time.process_time() - started < 1


def test_a_file_without_a_header_is_an_article() -> None:
    article = parse(b"# Boats\n\nText.", "a.md", Rules(UTC), NOW)
    assert (article.title, article.body) == ("Boats", "Boats\n\nText.")
    assert len(article.warnings) == 1


def test_a_placeholder_of_a_template_is_no_title() -> None:
    article = read("title: {{ title }}", "date: {{ date }}", "tags: {{ tags }}")
    assert (article.title, article.date, article.categories) == ("Boats", None, ())
    assert [line for line, _ in messages(article)] == [None, 2, 3]


def test_keys_are_read_without_regard_to_case() -> None:
    article = read("Title: Boats", "DATE: 2020-01-01", "Tags: [a]", "Description: D")
    assert (article.title, article.categories, article.description) == ("Boats", ("a",), "D")
    assert article.date == datetime(2020, 1, 1, tzinfo=UTC)


def test_markup_in_title_and_description_is_gone() -> None:
    article = read('title: "Boats &amp; <em>ships</em>\u00a0 again"', "description: '**Two** boats'")
    assert (article.title, article.description) == ("Boats & ships again", "Two boats")


@pytest.mark.parametrize(
    "key", ["description", "summary", "excerpt", "subtitle", "teaser", "seo_description", "meta-description", "seo"]
)
def test_a_description_has_many_names(key: str) -> None:
    value = "{description: Two boats}" if key == "seo" else "Two boats"
    assert titled(f"{key}: {value}").description == "Two boats"


def test_a_title_may_be_any_word_but_a_description_is_more_than_yes_or_nothing() -> None:
    article = read("title: null", "summary: null", "excerpt: true")
    assert (article.title, article.description) == ("null", "")


def test_long_texts_are_cut_with_a_note() -> None:
    article = read(
        "title: " + "Boats " * 1_000,
        "description: " + "word " * 9_000,
        f"categories: [{', '.join(f'c{n}' for n in range(150))}]",
        f"tags: [{'x' * 150}]",
    )
    assert len(article.title) <= LIMITS.title_chars
    assert len(article.description) <= LIMITS.description_chars
    assert len(article.categories) == LIMITS.categories
    assert [line for line, _ in messages(article)] == [2, 3, 4]
    assert titled(f"tags: [{'x' * 150}]").categories == ("x" * LIMITS.category_chars,)


# Dates


@pytest.mark.parametrize(
    "header",
    [
        "date: 2020-09-15 14:30",
        "published: 2020-09-15 14:30",
        "publishDate: 2020-09-15T14:30",
        "pubDate: 2020-09-15T14:30:00Z",
        "created: 2020-09-15 14:30",
        "posted: '2020-09-15 14:30'",
        "ms.date: 2020-09-15 14:30",
        "lastmod: 2020-09-15 14:30",
        "updated: 2020-09-15 16:30 +0200",
    ],
)
def test_a_date_has_many_names(header: str) -> None:
    assert titled(header).date == datetime(2020, 9, 15, 14, 30, tzinfo=UTC)


def test_the_date_of_publication_goes_before_that_of_a_change() -> None:
    article = titled("updated: 2020-12-01", "created: 2020-02-01", "date: 2020-01-01")
    assert article.date == datetime(2020, 1, 1, tzinfo=UTC)


def test_a_file_name_may_hold_the_date() -> None:
    assert titled(path="_posts/2020-9-15-boats.md").date == datetime(2020, 9, 15, tzinfo=UTC)
    assert titled("updated: 2020-12-01", path="2020-09-15-boats.md").date == datetime(2020, 9, 15, tzinfo=UTC)
    assert titled(path="2020-99-15-boats.md").date is None


def test_a_date_without_an_offset_is_one_of_the_zone() -> None:
    article = read("title: x", "date: 2020-09-15 00:30", zone="Europe/Berlin")
    assert article.date == datetime(2020, 9, 14, 22, 30, tzinfo=UTC)


def test_an_unreadable_date_gives_a_note_and_way_to_the_next() -> None:
    article = titled("date: 2020-02-30", "created: 2020-03-01")
    assert article.date == datetime(2020, 3, 1, tzinfo=UTC)
    assert [line for line, _ in messages(article)] == [3]


# What is left out


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("draft: true", "draft"),
        ("draft: yes # for now", "draft"),
        ("status: draft", "draft"),
        ("state: Draft", "draft"),
        ("published: false", "unpublished"),
        ("status: private", "unpublished"),
        ("date: 2021-01-02", "future"),
        ("expiryDate: 2020-12-31", "expired"),
        ("draft: false", None),
        ("published: true", None),
        ("published: 2020-01-01", None),
        ("status: published", None),
        ("date: 2020-12-31", None),
        ("lastmod: 2021-06-01", None),
    ],
)
def test_drafts_and_articles_of_another_time_are_left_out(header: str, reason: str | None) -> None:
    assert titled(header).left_out == reason


def test_toml_says_draft_too() -> None:
    source = b'+++\ntitle = "Boats"\ndraft = true\n+++\nText.'
    assert parse(source, "a.md", Rules(UTC), NOW).left_out == "draft"


def test_a_folder_of_drafts_is_left_out() -> None:
    assert titled(path="blog/_drafts/boats.md").left_out == "draft"
    assert titled(path="blog/_drafts.md").left_out is None


def test_a_future_article_is_due_at_its_date() -> None:
    article = titled("date: 2021-01-02 10:00")
    assert (article.left_out, article.due) == ("future", datetime(2021, 1, 2, 10, tzinfo=UTC))


def test_a_publish_date_in_the_future_holds_back_an_article_of_the_past() -> None:
    article = titled("date: 2020-01-01", "publishDate: 2021-02-01")
    assert article.date == datetime(2020, 1, 1, tzinfo=UTC)
    assert (article.left_out, article.due) == ("future", datetime(2021, 2, 1, tzinfo=UTC))


def test_an_article_that_will_expire_is_due_then() -> None:
    article = titled("date: 2020-01-01", "expiryDate: 2021-06-01")
    assert (article.left_out, article.due) == (None, datetime(2021, 6, 1, tzinfo=UTC))


def test_an_article_is_published_at_its_very_date() -> None:
    date = datetime(2020, 6, 1, tzinfo=UTC)
    assert read("title: x", "date: 2020-06-01", now=date).left_out is None
    assert read("title: x", "date: 2020-06-01", now=date - timedelta(seconds=1)).left_out == "future"


# Categories


@pytest.mark.parametrize(
    ("header", "categories"),
    [
        ("categories: [latest, sports]", ("latest", "sports")),
        ("categories:\n  - latest\n  - sports", ("latest", "sports")),
        ("categories:\n- latest\n- sports", ("latest", "sports")),
        ("categories: latest, sports", ("latest", "sports")),
        ("categories: latest sports", ("latest", "sports")),
        ("category: World news", ("World news",)),
        ("tags: World news, boats,", ("World news", "boats")),
        ("tags: #cloud #azure", ("cloud", "azure")),
        ("tags: [C#, '#boats', C++]", ("C#", "boats", "C++")),
        ("tags: [[Sea, Boats], [Land]]", ("Sea", "Boats", "Land")),
        ("tags: [10.8, 010, 2020-01-01, no, 1_000]", ("10.8", "010", "2020-01-01", "no", "1_000")),
        ("tags: [boats, null, ~, '', ferries]", ("boats", "ferries")),
        ("tags: [Boats, boats, BOATS, Ferries]", ("Boats", "Ferries")),
        ("tags:\n  - C++: an introduction\n  - boats", ("C++: an introduction", "boats")),
        ("tags:\n  - name: boats\n    slug: b", ("boats",)),
        ("tags: 数据，数学", ("数据", "数学")),
        ("tags: [snake_case, R&D, Q&amp;A, ' two  words ']", ("snake_case", "R&D", "Q&A", "two words")),
        ("tags: null", ()),
        ("tags:", ()),
        ("tags: []", ()),
        ("category: a\ncategories: [b]\ntags: [c, A]", ("b", "a", "c")),
    ],
)
def test_categories_of_any_shape_are_read(header: str, categories: tuple[str, ...]) -> None:
    assert titled(*header.split("\n")).categories == categories


def test_shared_lists_are_walked_in_bounded_time() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}, *a{n - 1}, y]" for n in range(1, 12)]
    started = time.process_time()
    assert titled(*lines, "tags: *a11").categories[0] == "x"
    assert time.process_time() - started < 1


# Image and address


@pytest.mark.parametrize(
    ("header", "image"),
    [
        ("image: https://example.org/a.jpg", "https://example.org/a.jpg"),
        ("thumbnail: /a b.jpg", "/a%20b.jpg"),
        ("cover: img/a.jpg", "img/a.jpg"),
        ("featured_image: /a.jpg", "/a.jpg"),
        ("og_image: /a.jpg", "/a.jpg"),
        ("images: [/a.jpg, /b.jpg]", "/a.jpg"),
        ("image: {src: /a.jpg, alt: x}", "/a.jpg"),
        ("cover: {image: {url: /a.jpg}}", "/a.jpg"),
        ("image: false\nthumbnail: /a.jpg", "/a.jpg"),
        ("image: javascript:alert(1)", None),
        ("image: //evil.example/a.jpg", None),
        ("image:", None),
    ],
)
def test_an_image_is_an_address_that_may_be_linked(header: str, image: str | None) -> None:
    assert titled(*header.split("\n")).image == image


def test_an_image_that_may_not_be_linked_is_noted() -> None:
    assert [line for line, _ in messages(titled("image: data:image/png;base64,xx"))] == [3]


def test_the_address_follows_the_pattern_of_the_site() -> None:
    source = b"---\ntitle: Boats\ndate: 2020-09-15\ncategories: [World news]\n---\n"
    rules = Rules(UTC, "/{category}/{date:%Y/%m}/{slug}/")
    assert parse(source, "two boats.md", rules, NOW).url == "/world-news/2020/09/two-boats/"


def test_the_title_found_in_the_text_names_the_address_too() -> None:
    assert parse(b"# Two boats\n", "a.md", Rules(UTC, "/{title}"), NOW).url == "/two-boats"


# Anything at all


@pytest.mark.parametrize(("data", "reason"), [(b"", "empty"), (b"\x89PNG\r\n\x1a\n", "binary"), (b"---\n", "empty")])
def test_what_is_no_text_is_rejected_by_name(data: bytes, reason: str) -> None:
    with pytest.raises(ArticleError, match=reason) as caught:
        parse(data, "news/x.md", Rules(UTC), NOW)
    assert caught.value.path == "news/x.md"


def test_escapes_and_entities_bring_back_no_control_characters() -> None:
    article = read(
        'title: "bo\\u0007at\\x1b[31m"',
        'description: "a&#7;b&#xD800;c\\u009b"',
        'tags: ["x\\u0000y"]',
        body="T&#7;ext\u0085 &#27;[31m",
    )
    everything = "".join((article.title, article.description, article.body, *article.categories))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]", everything)
    assert article.title == "boat[31m"


FRAGMENTS = st.sampled_from(
    "--- +++ title: date: tags: image: permalink: draft: expiryDate: [ ] { } : # & * ! | > ' \" % - 2020-01-01"
    " 9999-12-31 0001-01-01 99999999999 {{ &#xD800; \\ud800 javascript: true ~ <!-- <b> ``` \n \n \n".split(" ")
) | st.text(max_size=5)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(FRAGMENTS, max_size=50).map(" ".join), st.sampled_from(["UTC", "Pacific/Kiritimati", "America/New_York"])
)
def test_any_text_is_an_article_of_clean_text_or_rejected(text: str, zone: str) -> None:
    data = ("---\n" + text).encode("utf-8", "surrogatepass")
    started = time.process_time()
    try:
        article = parse(data, "a/b.md", Rules(ZoneInfo(zone)), NOW)
    except ArticleError:
        return
    assert time.process_time() - started < 1
    fields = [article.title, article.description, article.url, article.image or "", *article.categories, article.body]
    fields += [note.message for note in article.warnings]
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]", "".join(fields))
    assert article.title
    assert len(article.warnings) <= LIMITS.warnings
    assert article.date is None or article.date.tzinfo is UTC


# The reference corpus


@pytest.fixture
def corpora() -> Path:
    folder = Path(os.environ.get("ARTICLES_CORPORA", ""))
    if not os.environ.get("ARTICLES_CORPORA") or not (folder / "_posts").is_dir():
        pytest.skip("ARTICLES_CORPORA names no folder with _posts")
    return folder


@pytest.mark.corpus
def test_the_title_that_yaml_cuts_is_whole(corpora: Path) -> None:
    (path,) = (corpora / "_posts").glob("*metoo_mulan*")
    article = parse(path.read_bytes(), path.name, Rules(UTC), datetime(2030, 1, 1, tzinfo=UTC))
    assert article.title.startswith("Is #MeToo Mulan worth")
    assert article.title.endswith("remake")


@pytest.mark.corpus
def test_a_news_archive_gives_few_warnings(corpora: Path) -> None:
    now = datetime(2030, 1, 1, tzinfo=UTC)
    names = sorted(os.listdir(corpora / "_posts"))[::50]
    articles = [parse((corpora / "_posts" / name).read_bytes(), name, Rules(UTC), now) for name in names]
    assert all(article.title and article.date and article.categories and article.image for article in articles)
    assert sum(bool(article.warnings) for article in articles) <= len(names) // 100


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("lang: de", "german"),
        ("language: Portuguese", "portuguese"),
        ("lang: pt-BR", "portuguese"),
        ("locale: fr_CA", "french"),
        ("lang: tlh", "italian"),
        ("lang: [de]", "italian"),
        ("lang:", "italian"),
        ("language: python", "italian"),
        ("title: Boats", "italian"),
    ],
)
def test_an_article_is_in_the_language_it_names_or_in_that_of_the_site(header: str, language: str) -> None:
    parsed = parse(f"---\n{header}\n---\nText.".encode(), "a.md", Rules(UTC, language="italian"), NOW)
    assert parsed.language == language
    assert not [note for note in parsed.warnings if "lang" in note.message]
