"""Feeds and the description for browsers: valid, stable, and harmless whatever an article says."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit
from xml.etree import ElementTree as Tree
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import settings as fewer
from hypothesis import strategies as st

from article_search import web
from article_search.settings import Settings, Web
from tests.fake_engine import SAMPLE, FakeEngine, article
from tests.web.html_page import Page

ATOM = "{http://www.w3.org/2005/Atom}"
OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
SITE = Settings(title="The Gazette", web=Web(address="https://search.example.org"))
HOSTILE_TEXT = (
    "]]></title><script xmlns='http://www.w3.org/1999/xhtml'>alert(1)</script>&amp;&bogus; \x00\x0b\x1b\ud800￾"
)
HOSTILE = article(
    "<x y='\"&\x01>.md",
    f"{HOSTILE_TEXT} harbour",
    f"harbour {HOSTILE_TEXT}",
    url="javascript:alert(1)",
    description=HOSTILE_TEXT,
    date="2021-01-01",
    categories=[HOSTILE_TEXT],
    image="javascript:alert(1)",
)


def client_of(*articles: Any, settings: Settings = SITE) -> FlaskClient:
    return web.create_app(FakeEngine(articles or SAMPLE, settings)).test_client()


def feed(client: FlaskClient, url: str = "/feed.atom?q=harbour") -> Tree.Element:
    answer = client.get(url)
    assert (answer.status_code, answer.mimetype) == (200, "application/atom+xml"), answer.text
    made = Tree.fromstring(answer.data)
    check_atom(made)
    return made


def one(element: Tree.Element, name: str) -> Tree.Element:
    (found,) = element.findall(f"{ATOM}{name}")
    return found


def texts(made: Tree.Element, name: str) -> list[str | None]:
    return [one(entry, name).text for entry in made.findall(f"{ATOM}entry")]


def link(element: Tree.Element, relation: str) -> str:
    (found,) = [one.attrib["href"] for one in element.findall(f"{ATOM}link") if one.attrib["rel"] == relation]
    return found


def check_atom(made: Tree.Element) -> None:
    """What RFC 4287 demands of a feed."""
    assert made.tag == f"{ATOM}feed"
    assert all(element.tag.startswith(ATOM) for element in made.iter())
    assert one(one(made, "author"), "name").text
    for part in (made, *made.findall(f"{ATOM}entry")):
        identity = one(part, "id").text or ""
        assert re.fullmatch(r"(?:https?|tag):[!-~]+", identity), "an IRI without blanks"
        assert one(part, "title").text is not None
        moment = one(part, "updated").text or ""
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)", moment)
        datetime.fromisoformat(moment)
        for element in part.findall(f"{ATOM}link"):
            assert re.match(r"https?://[^/]", element.attrib["href"])
        assert sum(one.attrib["rel"] == "alternate" for one in part.findall(f"{ATOM}link")) == 1
    ids = texts(made, "id")
    assert len(set(ids)) == len(ids)


# Atom


def test_a_feed_has_the_articles_of_a_search_the_newest_first() -> None:
    made = feed(client_of())
    assert texts(made, "title") == [
        "Harbour bridge reopens after storm repairs",
        "Festival returns to the harbour",
        "Old library opens its doors at night",
    ]
    assert one(made, "title").text == "harbour – The Gazette"
    assert one(made, "updated").text == "2020-09-15T00:00:00Z", "of the newest"
    first = made.findall(f"{ATOM}entry")[0]
    assert one(first, "summary").text == "Two cables were replaced after the storm."
    assert [element.attrib["term"] for element in first.findall(f"{ATOM}category")] == ["latest", "transport"]
    assert one(first, "published").text == one(first, "updated").text == "2020-09-15T00:00:00Z"


def test_filters_and_order_of_the_search_page_hold_for_its_feed() -> None:
    made = feed(client_of(), "/feed.atom?q=harbour&category=culture&sort=oldest")
    assert texts(made, "title") == ["Old library opens its doors at night", "Festival returns to the harbour"]
    refused = client_of().get("/feed.atom?since=banana")
    assert (refused.status_code, refused.mimetype) == (400, "text/html")


def test_articles_lead_to_where_they_are_read() -> None:
    absolute = article("2020/x.md", "Harbour x", url="https://www.example.org/x", date="2020-10-01")
    entries = feed(client_of(*SAMPLE, absolute)).findall(f"{ATOM}entry")
    assert [link(entry, "alternate") for entry in entries] == [
        "https://www.example.org/x",
        "https://search.example.org/article/2020/harbour-bridge.md",
        "https://search.example.org/article/2020/harbour-festival.md",
        "https://search.example.org/news/library",
    ]


def test_an_id_is_of_the_article_and_not_of_the_moment_or_the_question() -> None:
    absolute = article("2020/x.md", "Harbour x", url="https://www.example.org/x", date="2020-10-01")
    client = client_of(*SAMPLE, absolute)
    ids = texts(feed(client), "id")
    assert ids[:2] == ["https://www.example.org/x", "tag:search.example.org,2025:2020/harbour-bridge.md"]
    assert set(texts(feed(client, "/feed.atom?q=harbour+storm"), "id")) <= set(ids)


def test_an_article_without_a_date_never_looks_new() -> None:
    undated = feed(client_of(), "/feed.atom?q=nobody")
    assert texts(undated, "updated") == ["1970-01-01T00:00:00Z"]
    assert not undated.findall(f"{ATOM}entry/{ATOM}published")
    assert one(undated, "updated").text == "2020-09-16T08:30:00Z", "when the index was last committed"


def test_days_are_those_of_the_site() -> None:
    made = feed(client_of(settings=replace(SITE, timezone=ZoneInfo("Europe/London"))))
    assert one(made, "updated").text == "2020-09-15T01:00:00+01:00"


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_edges_of_the_calendar_are_dates_too(day: str) -> None:
    assert texts(feed(client_of(article("a.md", "Harbour", date=day))), "updated") == [f"{day}T00:00:00Z"]


def test_a_feed_without_articles_is_a_feed() -> None:
    assert feed(client_of(), "/feed.atom?q=zeppelin").findall(f"{ATOM}entry") == []


def test_pages_of_a_feed_lead_to_one_another() -> None:
    client = client_of(*(article(f"{n}.md", "Harbour", date="2020-01-01") for n in range(25)))
    first = feed(client)
    second = feed(client, after_host(link(first, "next")))
    assert link(second, "self").endswith("page=2")
    assert after_host(link(second, "previous")) == "/feed.atom?q=harbour"
    assert one(first, "id").text == one(second, "id").text


def after_host(url: str) -> str:
    return url.removeprefix("https://search.example.org")


def test_nothing_of_an_article_becomes_markup_of_the_feed() -> None:
    made = feed(client_of(HOSTILE))
    (entry,) = made.findall(f"{ATOM}entry")
    assert "<script" in (one(entry, "title").text or ""), "as text"
    assert re.fullmatch(r'https://search\.example\.org/article/[^\s<>"]+', link(entry, "alternate"))
    assert "javascript:" not in Tree.tostring(made, "unicode")


@fewer(deadline=None, max_examples=150)
@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=20), st.text(st.characters(), max_size=30))
def test_a_feed_of_any_texts_is_valid(title: str, body: str, category: str, query: str) -> None:
    one = article("a.md", title, body, description=body, categories=[category] if category else [])
    client = client_of(one)
    feed(client, "/feed.atom")
    feed(client, f"/feed.atom?q={quote(query, errors='surrogatepass')}")


def test_a_feed_says_when_nothing_has_changed() -> None:
    client = client_of()
    answer = client.get("/feed.atom?q=harbour")
    again = client.get("/feed.atom?q=harbour", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_the_results_page_leads_to_its_feed() -> None:
    client = client_of()
    shown = Page(client.get("/?q=harbour&category=culture&sort=relevance&page=1").text)
    href = shown.one("link", type="application/atom+xml").attributes["href"]
    assert parse_qs(urlsplit(href).query) == {"q": ["harbour"], "category": ["culture"]}
    assert len(feed(client, href).findall(f"{ATOM}entry")) == 2
    assert shown.link("Follow this search as a feed (Atom)") == href


# OpenSearch


def described(settings: Settings = SITE) -> Tree.Element:
    client = client_of(settings=settings)
    page = Page(client.get("/").text)
    href = page.one("link", rel="search").attributes["href"]
    answer = client.get(href)
    assert (answer.status_code, answer.mimetype) == (200, "application/opensearchdescription+xml")
    return Tree.fromstring(answer.data)


def test_a_browser_is_told_how_to_search_and_to_complete() -> None:
    made = described()
    assert made.tag == f"{OPENSEARCH}OpenSearchDescription"
    assert made.findtext(f"{OPENSEARCH}ShortName") == "The Gazette"
    urls = {element.attrib["type"]: element.attrib["template"] for element in made.findall(f"{OPENSEARCH}Url")}
    assert urls["text/html"] == "https://search.example.org/?q={searchTerms}"
    client = client_of()
    answer = client.get(after_host(urls["application/x-suggestions+json"]).replace("{searchTerms}", "the+ha"))
    assert answer.mimetype == "application/x-suggestions+json"
    assert answer.json == ["the ha", ["the harbour"]]
    atom = after_host(urls["application/atom+xml"]).replace("{searchTerms}", "harbour").replace("{startPage?}", "1")
    assert len(feed(client, atom).findall(f"{ATOM}entry")) == 3
    assert client.get(after_host(urls["application/opensearchdescription+xml"])).status_code == 200


@pytest.mark.parametrize("title", ["x" * 200, '</ShortName><script>"&', "日" * 30])
def test_a_title_of_any_kind_fits_the_description(title: str) -> None:
    made = described(Settings(title=title))
    assert 0 < len(made.findtext(f"{OPENSEARCH}ShortName") or "") <= 16
    assert len(made.findtext(f"{OPENSEARCH}LongName") or "") <= 48
    assert len(made.findtext(f"{OPENSEARCH}Description") or "") <= 1024
    assert all(element.tag.startswith(OPENSEARCH) for element in made.iter())


def test_without_an_address_of_its_own_the_one_asked_for_is_named() -> None:
    client = client_of(settings=Settings())
    shown = client.get("/opensearch.xml", headers={"Host": "here.example:8080"}).text
    assert "http://here.example:8080/?q={searchTerms}" in shown


@pytest.mark.parametrize("host", ["evil.example/x", "a b", '"><script>', "x" * 5_000, "ä"])
def test_a_host_that_is_none_makes_no_server_fail(host: str) -> None:
    client = client_of(settings=Settings())
    for url in ("/opensearch.xml", "/feed.atom?q=harbour", "/api/openapi.json", "/"):
        answer = client.get(url, environ_overrides={"HTTP_HOST": host.encode().decode("latin-1")})
        assert answer.status_code in (200, 400), url
        assert "<script>" not in answer.text
