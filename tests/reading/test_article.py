"""One content file becomes an Article, whatever it holds, or is rejected by name."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from article_search.errors import ArticleError
from article_search.limits import LIMITS
from article_search.reading.article import Article, Rules, parse
from tests.effort import at_most
from tests.reading.metadata.sources import NOW, read


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
        names=("ferry_strike",),
    )


def test_the_address_follows_the_pattern_of_the_site() -> None:
    source = b"---\ntitle: Boats\ndate: 2020-09-15\ncategories: [World news]\n---\n"
    rules = Rules(UTC, "/{category}/{date:%Y/%m}/{slug}/")
    assert parse(source, "two boats.md", rules, NOW).url == "/world-news/2020/09/two-boats/"


def test_the_title_found_in_the_text_names_the_address_too() -> None:
    assert parse(b"# Two boats\n", "a.md", Rules(UTC, "/{title}"), NOW).url == "/two-boats"


def test_the_ending_of_a_file_tells_its_syntax() -> None:
    data = b"@if ($boats)\nBoats sail.\n@endif"
    assert parse(data, "a.blade.md", Rules(UTC), NOW).body == "Boats sail."
    assert parse(data, "a.md", Rules(UTC), NOW).body == "@if ($boats) Boats sail. @endif"


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
    try:
        with at_most(1):
            article = parse(data, "a/b.md", Rules(ZoneInfo(zone)), NOW)
    except ArticleError:
        return
    fields = [article.title, article.description, article.url, article.image or "", *article.categories, article.body]
    fields += [note.message for note in article.warnings]
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]", "".join(fields))
    assert article.title
    assert len(article.warnings) <= LIMITS.warnings
    assert article.date is None or article.date.tzinfo is UTC


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
        ("lang: tlh", "tlh"),
        ("lang: he-IL", "he"),
        ("lang: xx", "italian"),
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
