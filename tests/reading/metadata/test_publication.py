"""An article has the date of its publication, and is found when it is its time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from article_search.reading.article import Rules, parse
from tests.reading.metadata.sources import NOW, messages, read, titled


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
