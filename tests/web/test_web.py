from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit
from urllib.robotparser import RobotFileParser
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from article_search import web
from article_search.answering.results import Results, as_json
from article_search.engine import Engine
from article_search.errors import (
    IndexBusyError,
    IndexDamagedError,
    IndexFormatError,
    IndexUnavailableError,
    NoIndexError,
)
from article_search.limits import LIMITS
from article_search.query.search import Search
from article_search.settings import Recency, Settings
from article_search.web import answers
from tests.conftest import write
from tests.fake_engine import HOSTILE, SAMPLE, FakeEngine, article
from tests.web.html_page import Page

MANY = [article(f"{n:02}.md", f"Harbour news {n}", date="2020-09-15", categories=["even"][n % 2 :]) for n in range(45)]


@pytest.fixture
def client(engine: FakeEngine) -> FlaskClient:
    return web.create_app(engine).test_client()


def client_of(engine: FakeEngine) -> FlaskClient:
    return web.create_app(engine).test_client()


def page(client: FlaskClient, url: str, status: int = 200) -> Page:
    response = client.get(url)
    assert response.status_code == status, response.text
    assert response.mimetype == "text/html"
    return Page(response.text)


def asked(href: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(href).query)


# The front page


def test_the_front_page_says_how_much_there_is_and_offers_categories_and_the_newest_articles(
    client: FlaskClient,
) -> None:
    front = page(client, "/")
    assert front.one("h1").text == "Search"
    assert front.one("input", id="q").attributes["placeholder"] == "Search 5 articles"
    assert asked(front.link("culture 2")) == {"category": ["culture"]}
    assert [heading.text for heading in front.all("h3")][:2] == [
        "Harbour bridge reopens after storm repairs",
        "Festival returns to the harbour",
    ]
    assert asked(front.link("All articles")) == {"sort": ["newest"]}


def test_the_front_page_of_an_empty_site_says_what_to_do() -> None:
    assert "There are no articles yet" in page(client_of(FakeEngine([])), "/").text


def test_the_title_is_the_sites() -> None:
    site = client_of(FakeEngine(settings=Settings(title="Harbour & Courier")))
    assert page(site, "/").one("title").text == "Harbour & Courier"
    assert page(site, "/?q=storm").one("title").text == "storm – Harbour & Courier"


# Answers


def test_an_answer_shows_each_hit_with_its_matches_marked(client: FlaskClient) -> None:
    answer = page(client, "/?q=bridge+reopened")
    assert " ".join(answer.one("h1").text.split()) == "1 article for “bridge reopened”"
    assert answer.marks == ["bridge", "bridge", "reopened"]
    assert answer.one("time").attributes["datetime"] == "2020-09-15T00:00:00+00:00"
    assert answer.one("time").text == "15 September 2020"
    image = answer.one("img").attributes
    assert image["src"] == "/images/bridge.jpg"
    assert (image["loading"], image["alt"], image["referrerpolicy"]) == ("lazy", "", "no-referrer")


def test_dates_are_those_of_the_sites_time_zone() -> None:
    west = FakeEngine(settings=Settings(timezone=ZoneInfo("America/New_York")))
    assert page(client_of(west), "/?q=bridge").one("time").text == "14 September 2020"


def test_a_date_at_the_edge_of_the_calendar_is_shown() -> None:
    west = FakeEngine([article("a.md", date="0001-01-01")], Settings(timezone=ZoneInfo("America/New_York")))
    assert page(client_of(west), "/?q=title").one("time").text == "1 January 1"


def test_a_title_leads_to_the_sites_own_page_or_else_to_ours_which_knows_the_way_back(client: FlaskClient) -> None:
    answer = page(client, "/?q=harbour&category=culture")
    assert answer.link("Old library opens its doors at night") == "/news/library"
    here = answer.link("Festival returns to the harbour")
    assert urlsplit(here).path == "/article/2020/harbour-festival.md"
    back = page(client, here).link("← Back to the results for “harbour”")
    assert asked(back) == {"q": ["harbour"], "category": ["culture"]}


def test_choosing_a_category_keeps_the_counts_of_the_others(client: FlaskClient) -> None:
    before = page(client, "/?q=harbour")
    after = page(client, before.link("culture 2"))
    assert len(after.all("article")) == 2
    assert asked(after.link("transport 1")) == {"q": ["harbour"], "category": ["culture", "transport"]}
    assert "culture" not in after.one("nav", aria_label="Category").text
    assert asked(after.link("Remove the filter culture ×")) == {"q": ["harbour"]}


def test_filters_in_force_can_be_taken_away_one_by_one_or_together(client: FlaskClient) -> None:
    answer = page(client, "/?q=harbour&category=culture&since=2020-09-01&until=2020-09-30")
    assert asked(answer.link("Remove the filter September 2020 ×")) == {"q": ["harbour"], "category": ["culture"]}
    assert asked(answer.link("Remove all")) == {"q": ["harbour"]}


def test_a_new_query_in_the_form_keeps_the_filters(client: FlaskClient) -> None:
    answer = page(client, "/?q=harbour&category=culture&category=sports&since=2020-01-02&sort=oldest&any=1&page=1")
    fields = [one.attributes for one in answer.all("input") if "name" in one.attributes]
    sent = [(one["name"], one["value"]) for one in fields if one["type"] != "checkbox" or "checked" in one]
    assert sorted(sent) == [
        ("any", "1"),
        ("category", "culture"),
        ("category", "sports"),
        ("q", "harbour"),
        ("since", "2020-01-02"),
        ("sort", "oldest"),
        ("until", ""),
    ]
    assert all(one.get("form", "search") == "search" for one in fields)


@pytest.mark.parametrize(("value", "kind"), [("2020-09-15", "date"), ("last-week", "text"), ("2020-02-30", "text")])
def test_a_date_that_a_browsers_date_field_would_lose_is_kept_as_text(value: str, kind: str) -> None:
    class Lenient(FakeEngine):
        def search(self, text: str | Search, **options: Any) -> Results:
            return super().search(Search.of(text).text)

    field = page(client_of(Lenient()), f"/?q=a&since={value}").one("input", id="since").attributes
    assert (field["value"], field["type"]) == (value, kind)


def test_the_order_can_be_changed(client: FlaskClient) -> None:
    answer = page(client, "/?q=harbour&page=1")
    oldest = page(client, answer.link("Oldest"))
    assert oldest.one("a", aria_current="true").text == "Oldest"
    assert oldest.all("h2")[-3].text == "Old library opens its doors at night"


def test_without_words_the_newest_come_first(client: FlaskClient) -> None:
    answer = page(client, "/?category=culture")
    assert [one.text for one in answer.all("time")] == ["2 September 2020", "30 November 2019"]


def test_pages_are_turned_by_links() -> None:
    site = client_of(FakeEngine(MANY))
    second = page(site, page(site, "/?q=harbour").link("Next page →"))
    assert second.one("a", aria_current="page").text == "Page 2"
    assert asked(second.one("a", rel="prev").attributes["href"]) == {"q": ["harbour"]}
    assert asked(second.one("link", rel="next").attributes["href"]) == {"q": ["harbour"], "page": ["3"]}
    last = page(site, second.link("Page 5"))
    assert len(last.all("article")) == 5
    assert not last.all("a", rel="next")


def test_a_page_that_is_not_there_leads_to_the_last_one() -> None:
    site = client_of(FakeEngine(MANY))
    beyond = page(site, "/?q=harbour&page=99")
    assert asked(beyond.link("Go to the last page, 5")) == {"q": ["harbour"], "page": ["5"]}


def test_a_misspelt_word_is_answered_with_the_right_one(client: FlaskClient) -> None:
    assert asked(page(client, "/?q=harbor&since=2019").link("harbour")) == {"q": ["harbour"], "since": ["2019"]}


def test_when_nothing_is_found_links_offer_a_wider_search(client: FlaskClient) -> None:
    answer = page(client, "/?q=goalkeeper&category=culture&since=2020-01-01")
    assert "Nothing found" in answer.one("h1").text
    wider = page(client, answer.link("Remove the filter “culture”"))
    assert [one.text for one in wider.all("mark")] == ["Goalkeeper", "goalkeeper"]


def test_an_answer_with_some_of_the_words_says_where_they_begin(engine: FakeEngine) -> None:
    engine.relax_below = 3
    site = client_of(engine)
    answer = page(site, "/?q=harbour+storm+cables&category=latest")
    assert answer.one("h1").text.split() == "1 article for “harbour storm cables”".split()
    assert "Also shown: 1 with some of the words." in answer.text
    headings = [one.text for one in answer.all("h2")]
    assert headings[-3:] == [
        "Harbour bridge reopens after storm repairs",
        "With some of the words",
        "Festival returns to the harbour",
    ]
    strict = page(site, answer.link("Show only the one with all"))
    assert len(strict.all("article")) == 1
    assert "With some of the words" not in strict.text
    assert asked(strict.link("Remove the filter all of the words ×")) == {
        "q": ["harbour storm cables"],
        "category": ["latest"],
    }


def test_by_date_articles_with_all_and_with_some_of_the_words_are_mixed(engine: FakeEngine) -> None:
    engine.relax_below = 3
    answer = page(client_of(engine), "/?q=harbour+storm+cables&sort=oldest")
    assert answer.one("h1").text.split() == "1 article for “harbour storm cables”".split()
    assert "Also shown: 2 with some of the words." in answer.text
    assert "With some of the words" not in answer.text


def test_when_no_article_has_all_the_words_the_page_says_so(client: FlaskClient) -> None:
    answer = page(client, "/?q=goalkeeper+bridge")
    assert answer.one("h1").text.split() == "2 articles with some of “goalkeeper bridge”".split()
    assert "No article has all of the words." in answer.text
    assert "With some of the words" in [one.text for one in answer.all("h2")]
    assert "Nothing found" in page(client, "/?q=goalkeeper+bridge&strict=yes").text


def test_of_any_and_all_the_form_offers_the_one_in_force(client: FlaskClient) -> None:
    def ticked(url: str) -> list[tuple[str, bool]]:
        boxes = [one.attributes for one in page(client, url).all("input", type="checkbox") if "name" in one.attributes]
        return [(box["name"], "checked" in box) for box in boxes]

    assert ticked("/?q=harbour") == ticked("/?q=harbour&any=0&strict=no") == [("any", False)]
    assert ticked("/?q=harbour&any=on") == [("any", True)]
    assert ticked("/?q=harbour&strict=1") == [("strict", True)]


def test_a_category_that_no_article_has_is_told_of_with_those_near_it(client: FlaskClient) -> None:
    answer = page(client, "/?q=goalkeeper&category=sprots&since=2020-08")
    assert "There is no category “sprots”" in answer.text
    assert "The dates were read as since:2020-08-01" in answer.text
    assert asked(answer.link("sports")) == {"q": ["goalkeeper"], "category": ["sports"], "since": ["2020-08"]}
    assert "no category" not in page(client, "/?q=goalkeeper&category=culture").text


def test_near_copies_are_told_of_and_shown_when_asked_for(engine: FakeEngine) -> None:
    engine.copies = {"2020/harbour-festival.md": "2020/harbour-bridge.md"}
    site = client_of(engine)
    answer = page(site, "/?q=storm&sort=newest")
    assert "1 article" in answer.one("h1").text
    assert "1 near-copy not shown" in answer.text
    assert asked(answer.link("Show it")) == asked(answer.link("+1 similar"))
    each = page(site, answer.link("Show it"))
    assert "2 articles" in each.one("h1").text
    assert "not shown" not in each.text
    assert asked(each.link("Remove the filter near-copies too ×")) == {"q": ["storm"], "sort": ["newest"]}


def test_months_are_bars_that_lead_to_their_articles(client: FlaskClient) -> None:
    answer = page(client, "/?q=harbour")
    bars = [one.attributes for one in answer.all("a") if "data-count" in one.attributes]
    assert [(bar["data-text"], bar["data-count"]) for bar in bars] == [("November 2019", "1"), ("September 2020", "2")]
    chart = answer.one("nav", aria_label="When")
    assert "September 2020" in chart.text, "heard as well as seen"
    assert len(page(client, bars[1]["href"]).all("article")) == 2
    assert len([one for one in answer.all("rect") if one.attributes["height"] == "100"]) == 1


def test_warnings_and_what_was_understood_are_shown(client: FlaskClient) -> None:
    answer = page(client, '/?q="harbour+storm')
    assert "A quote is not closed" in answer.text
    assert "Understood as harbour storm" in answer.text
    assert "Understood as" not in page(client, '/?q="harbour+storm&typing=1').text
    assert "Understood" not in page(client, "/?q=harbour+storm").text


def test_a_hit_without_any_text_still_has_a_link() -> None:
    site = client_of(FakeEngine([article("untitled.md", title="", body="")]))
    assert page(site, "/?sort=newest").link("untitled.md").startswith("/article/untitled.md")


# Options that cannot be read


BAD_OPTIONS = [
    ("since", "yesteryear"),
    ("until", "2020-13"),
    ("sort", "best"),
    ("limit", "0"),
    ("limit", "1000000"),
    ("page", "x"),
    ("page", "-1"),
    ("page", "10000"),
    ("any", "perhaps"),
    ("strict", "2"),
    ("each", "maybe"),
    ("exact", "2"),
    ("typing", "x"),
    ("expand", "more"),
]


@pytest.mark.parametrize(("option", "value"), BAD_OPTIONS)
def test_the_api_refuses_an_option_by_name(client: FlaskClient, option: str, value: str) -> None:
    response = client.get("/api/search", query_string={"q": "harbour", option: value})
    assert response.status_code == 400
    assert response.json is not None
    assert response.mimetype == "application/problem+json"
    assert response.json.keys() == {"type", "title", "status", "detail", "option"}
    assert (response.json["title"], response.json["status"]) == ("Bad Request", 400)
    assert response.json["option"] == option


@pytest.mark.parametrize(("option", "value"), BAD_OPTIONS)
def test_the_page_says_which_option_is_wrong_and_offers_a_search_without_it(
    client: FlaskClient, option: str, value: str
) -> None:
    refused = page(client, f"/?q=harbour&category=culture&{option}={value}", 400)
    assert asked(refused.link("Search without it")) == {"q": ["harbour"], "category": ["culture"]}
    if option in ("since", "until"):
        field = refused.one("input", id=option).attributes
        assert (field["aria-invalid"], field["value"]) == ("true", value)
        assert value in refused.one("p", id=field["aria-describedby"]).text
        assert refused.text.count(value) == 1
    else:
        assert option in refused.one("p", role="alert").text


# The API


def test_the_api_answers_with_the_public_json(client: FlaskClient, engine: FakeEngine) -> None:
    response = client.get("/api/search?q=harbour&category=culture&since=2020&until=2020&sort=oldest&limit=1&any=1")
    expected = engine.search("harbour", categories=["culture"], since="2020", until="2020", sort="oldest", limit=1)
    assert response.json == json.loads(json.dumps(as_json(expected)))
    assert list(json.loads(response.text)) == list(as_json(expected)), "in the documented order"


@pytest.mark.parametrize("value", ["1", "true", "yes", "On"])
def test_any_and_all_are_said_in_several_ways(client: FlaskClient, value: str) -> None:
    def total(parameters: str) -> int:
        answer = client.get(f"/api/search?q=bridge+goalkeeper+harbour&{parameters}").json
        assert answer is not None
        return int(answer["total"])

    assert total(f"any={value}") == 4
    assert total(f"strict={value}") == 0
    assert client.get(f"/api/search?any={value}&strict={value}").status_code == 400


def test_parameters_that_mean_nothing_are_passed_over_with_a_warning(client: FlaskClient) -> None:
    answer = client.get("/api/search?q=harbour&colour=red&Page=2").json
    assert answer is not None
    assert answer["total"] == 3
    assert [warning.split(";")[0] for warning in answer["warnings"]] == [
        "colour is no parameter",
        "Page is no parameter",
    ]
    many = client.get("/api/search?" + "&".join(f"p{n}=1" for n in range(999))).json
    assert many is not None and len(many["warnings"]) == LIMITS.query_warnings


def test_an_address_that_the_api_has_not_names_those_it_has(client: FlaskClient) -> None:
    missing = client.get("/api/nope")
    assert (missing.status_code, missing.mimetype) == (404, "application/problem+json")
    assert missing.json is not None
    assert "/api/openapi.json" in missing.json["detail"]
    assert "/api/openapi.json" not in client.get("/nope").text


def test_completions_are_as_many_as_asked_for(client: FlaskClient) -> None:
    answer = client.get("/api/suggest?q=the+ha&limit=1").json
    completion = {"text": "the harbour", "kind": "query", "id": None, "url": None}
    assert answer == {"version": 1, "query": "the ha", "suggestions": ["the harbour"], "completions": [completion]}
    empty = {"version": 1, "query": "", "suggestions": [], "completions": []}
    assert client.get("/api/suggest").json == empty


def test_a_mistyped_query_says_what_is_shown_and_links_to_what_was_typed(engine: FakeEngine) -> None:
    engine.corrections["harbuor"] = "harbour"
    client = client_of(engine)
    answer = page(client, "/?q=harbuor&category=culture")
    assert "Showing results for harbour. Search only for harbuor" in answer.text
    assert "for “harbour”" in answer.one("h1").text
    assert asked(answer.link("harbour")) == {"q": ["harbour"], "category": ["culture"]}
    assert asked(answer.link("harbuor")) == {"q": ["harbuor"], "category": ["culture"], "exact": ["1"]}
    as_typed = page(client, "/?q=harbuor&exact=1")
    assert "Nothing found" in as_typed.text
    assert "Did you mean harbour" in as_typed.text
    assert client.get("/api/search?q=harbuor").json["corrected"]  # type: ignore[index]


@pytest.mark.parametrize("limit", ["0", "x", str(LIMITS.suggestions + 1)])
def test_more_completions_than_allowed_are_refused(client: FlaskClient, limit: str) -> None:
    response = client.get(f"/api/suggest?q=a&limit={limit}")
    assert (response.status_code, response.json and response.json["option"]) == (400, "limit")


# Articles


def test_an_article_is_shown_with_its_text_and_the_words_that_led_there(client: FlaskClient) -> None:
    shown = page(client, "/article/2020/harbour-bridge.md?q=cable")
    assert shown.one("h1").text == "Harbour bridge reopens after storm repairs"
    assert "Traffic was light all morning." in [one.text for one in shown.all("p")]
    assert shown.marks == ["cables"]
    assert shown.link("Festival returns to the harbour") == "/article/2020/harbour-festival.md?q=cable"


def test_an_article_with_a_page_of_its_own_links_to_it(client: FlaskClient) -> None:
    shown = page(client, "/article/2019/library.md")
    assert (
        shown.link("Read it on the site →") == shown.one("link", rel="canonical").attributes["href"] == "/news/library"
    )
    assert "Read it" not in page(client, "/article/2020/harbour-bridge.md").text


@pytest.mark.parametrize(
    "id", ["a b.md", "ärger/日本.md", "100%.md", "what?.md", "c#.md", "a+b&c=d.md", "%2F.md", "..md", "q\"u'o<te>.md"]
)
def test_an_article_of_any_name_is_found_by_its_link(id: str) -> None:
    site = client_of(FakeEngine([article(id, "A title", url="/article/" + quote(id))]))
    assert page(site, page(site, "/?q=title").link("A title")).one("h1").text == "A title"


@pytest.mark.parametrize("path", ["nope", "../../etc/passwd", "%2e%2e/%2e%2e/passwd", "a%00b", "%ED%A0%80", "a" * 9999])
def test_what_is_no_article_gets_a_page_with_a_search_field(client: FlaskClient, path: str) -> None:
    missing = page(client, f"/article/{path}", 404)
    assert missing.one("input", id="q")


# What is hostile


HOSTILE_QUERY = quote('harbour "><script>alert(4)</script>{{ 1001 * 7 }}')


@pytest.mark.parametrize(
    "url",
    [
        "/",
        "/?q=harbour",
        f"/?q={HOSTILE_QUERY}",
        f"/?q=nothing&category={HOSTILE_QUERY}&since=2020",
        f"/?q=harbour&since={HOSTILE_QUERY}",
        f"/?q=harbour&sort={HOSTILE_QUERY}",
        f"/article/{quote(HOSTILE.id)}?q={HOSTILE_QUERY}",
        f"/article/{HOSTILE_QUERY}",
    ],
)
def test_nothing_from_outside_becomes_markup(url: str) -> None:
    site = client_of(FakeEngine([HOSTILE, *SAMPLE], Settings(title="</title><script>alert(0)</script>")))
    response = site.get(url)
    shown = Page(response.text)
    assert [one.attributes.keys() for one in shown.all("script")] == [{"type", "src"}]
    assert shown.one("script").text == ""
    assert not shown.all("style")
    for element in shown.elements:
        assert not [name for name in element.attributes if name.startswith("on") or name == "style"]
        for name in ("href", "src", "action"):
            assert not element.attributes.get(name, "").lower().startswith(("javascript", "data", "//"))
    assert "7007" not in response.text


def test_an_article_without_a_safe_address_is_shown_here() -> None:
    site = client_of(FakeEngine([HOSTILE]))
    answer = page(site, "/?q=harbour")
    assert answer.all("h2")[-1].text == HOSTILE.title
    [link] = [one.attributes["href"] for one in answer.all("a") if one.text == HOSTILE.title]
    assert page(site, link).one("h1").text == HOSTILE.title
    assert not answer.all("img")


APP = web.create_app(FakeEngine([HOSTILE, *SAMPLE]))
PATHS = st.sampled_from(["/", "/api/search", "/api/suggest", "/article/", "/static/", "/healthz"])
NAMES = st.sampled_from(
    ["q", "category", "since", "until", "sort", "limit", "page", "any", "strict", "each", "expand", "x"]
)
TRICKY = ["harbour", "newest", "2020-09", "1", "0", "-1", "9" * 30, "1e9", "\0", "\ud800", "٣", '"' * 99, "(" * 999]
VALUES = st.one_of(st.text(st.characters(), max_size=60), st.sampled_from(TRICKY))


@settings(deadline=None, max_examples=200)
@given(PATHS, st.text(st.characters(), max_size=20), st.lists(st.tuples(NAMES, VALUES), max_size=8))
def test_no_parameters_make_the_server_fail(path: str, rest: str, parameters: list[tuple[str, str]]) -> None:
    def escaped(text: str) -> str:
        return quote(text, safe="", errors="surrogatepass")

    tail = escaped(rest) if path.endswith("/") and path != "/" else ""
    query = "&".join(f"{name}={escaped(value)}" for name, value in parameters)
    with APP.test_client() as client, client.get(f"{path}{tail}?{query}") as response:
        assert response.status_code in (200, 308, 400, 404)
        if response.status_code == 400:
            assert {name for name, _ in parameters} & {option for option, _ in BAD_OPTIONS}


@settings(deadline=None, max_examples=100)
@given(st.sampled_from(["/", "/api/search"]), st.binary(max_size=80))
def test_no_bytes_in_a_query_string_make_the_server_fail(path: str, raw: bytes) -> None:
    with APP.test_client() as client:
        response = client.get(path, environ_overrides={"QUERY_STRING": raw.decode("latin-1")})
        assert response.status_code in (200, 400)


def test_thousands_of_parameters_are_taken_for_the_few_that_count(client: FlaskClient) -> None:
    answer = page(client, "/?" + "&".join(f"category=c{number}" for number in range(3000)) + "&q=harbour", 400)
    assert answer.one("input", id="q").attributes["value"] == "harbour"
    assert f"at most {LIMITS.filter_values} categories" in answer.one("p", role="alert").text


def test_a_query_over_the_limit_is_cut_before_it_is_searched(client: FlaskClient, engine: FakeEngine) -> None:
    page(client, "/?q=" + "word+" * 5_000)
    assert len(engine.searched[-1]) == LIMITS.query_chars + 1


@pytest.mark.parametrize(("path", "kind"), [("/", "text/html"), ("/api/search", "application/problem+json")])
def test_an_address_without_end_is_refused(client: FlaskClient, engine: FakeEngine, path: str, kind: str) -> None:
    response = client.get(f"{path}?q=" + "x" * 100_000)
    assert (response.status_code, response.mimetype) == (414, kind)
    assert not engine.searched


# Headers


EVERYWHERE = ["/", "/?q=harbour", "/?page=x", "/article/2019/library.md", "/article/nope", "/nope", "/robots.txt"]
EVERYWHERE += ["/api/search?q=a", "/api/search?page=x", "/api/suggest", "/healthz", "/static/style.css", "/static/nope"]


@pytest.mark.parametrize("url", EVERYWHERE)
def test_every_answer_is_fenced_in(client: FlaskClient, url: str) -> None:
    with client.get(url) as response:
        policy = dict(part.strip().split(" ", 1) for part in response.headers["Content-Security-Policy"].split(";"))
        assert policy["default-src"] == "'none'"
        assert policy["style-src"] == "'self'"
        assert policy["base-uri"] == policy["frame-ancestors"] == "'none'"
        assert policy["script-src"] == policy["connect-src"] == "'self'"
        assert policy["require-trusted-types-for"] == "'script'"
        assert policy["trusted-types"] == "'none'"
        assert "unsafe" not in str(policy)
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "same-origin"
        assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "Permissions-Policy" in response.headers
        assert "Set-Cookie" not in response.headers
        assert "Cache-Control" in response.headers


@pytest.mark.parametrize("url", ["/", "/?q=harbour", "/article/2019/library.md", "/?page=x", "/nope"])
def test_every_page_can_be_used_by_ear_and_keyboard(client: FlaskClient, url: str) -> None:
    shown = Page(client.get(url).text)
    assert shown.one("html").attributes["lang"] == "en"
    assert shown.one("title").text
    assert len(shown.all("h1")) == len(shown.all("main")) == 1
    assert shown.one("form", role="search")
    assert shown.one("a", class_="skip").attributes["href"] == "#" + shown.one("main").attributes["id"]
    ids = [element.attributes["id"] for element in shown.elements if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    labelled = {label.attributes.get("for") for label in shown.all("label")}
    for field in shown.all("input"):
        if field.attributes["type"] != "hidden" and field.attributes.get("name") not in ("any", "strict"):
            assert field.attributes["id"] in labelled
    assert all("alt" in image.attributes for image in shown.all("img"))
    navigations = [one.attributes["aria-label"] for one in shown.all("nav")]
    assert len(navigations) == len(set(navigations))
    assert all(one.text.strip() for one in shown.all("a"))


# Caching


CACHED = ["/", "/?q=harbour", "/api/search?q=harbour", "/api/suggest?q=ha", "/article/2019/library.md"]


@pytest.mark.parametrize("url", CACHED)
def test_what_has_not_changed_is_not_searched_again(client: FlaskClient, engine: FakeEngine, url: str) -> None:
    first = client.get(url)
    assert first.headers["Cache-Control"] == "no-cache"
    assert first.headers["ETag"].startswith('W/"')
    engine.searched.clear()
    again = client.get(url, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data, engine.searched) == (304, b"", [])
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("url", CACHED)
def test_a_new_commit_is_seen_at_once(client: FlaskClient, engine: FakeEngine, url: str) -> None:
    tag = client.get(url).headers["ETag"]
    engine.commit += 1
    assert client.get(url, headers={"If-None-Match": tag}).status_code == 200


def test_the_tag_of_one_address_is_not_that_of_another(client: FlaskClient) -> None:
    urls = [*CACHED, "/?q=Harbour", "/?q=harbour&page=1", "/?category=a&category=b", "/?category=b&category=a"]
    assert len({client.get(url).headers["ETag"] for url in urls}) == len(urls)


def test_other_settings_make_other_pages(client: FlaskClient) -> None:
    other = client_of(FakeEngine(settings=Settings(title="Another")))
    assert other.get("/?q=a").headers["ETag"] != client.get("/?q=a").headers["ETag"]


@pytest.fixture
def indexed(tmp_path: Path) -> Iterator[FlaskClient]:
    """Of an engine that knows all words of time."""
    for one in SAMPLE:
        write(one, tmp_path / "content")
    with Engine(Settings(content=tmp_path / "content", index=tmp_path / "index")) as engine:
        engine.index()
        yield web.create_app(engine).test_client()


def later(monkeypatch: pytest.MonkeyPatch, **more: int) -> None:
    class Later(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Later:
            return cls.fromtimestamp((datetime.now(tz) + timedelta(**more)).timestamp(), tz)

    monkeypatch.setattr(answers, "datetime", Later)


def test_an_answer_is_good_for_one_day_of_the_sites_time_zone(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    tag = client.get("/?q=date:yesterday").headers["ETag"]

    later(monkeypatch, days=1)
    assert client.get("/?q=date:yesterday", headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("path", ["/?", "/api/search?", "/feed.atom?"])
@pytest.mark.parametrize(
    "words",
    [
        "q=harbour&since=1h",
        "q=harbour&until=2-hours",
        "q=date:last-3h+harbour",
        "q=harbour+-date:1h",
        "q=date:2h..",
        "since=48h",
    ],
)
def test_what_moves_with_the_clock_is_asked_anew(
    path: str, words: str, monkeypatch: pytest.MonkeyPatch, indexed: FlaskClient
) -> None:
    first = indexed.get(path + words)
    later(monkeypatch, seconds=1)
    assert indexed.get(path + words, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


@pytest.mark.parametrize("words", ["since=yesterday", "q=date:last-7-days", "until=today", "q=-date:this-year"])
def test_what_moves_at_midnight_is_good_until_then(
    words: str, monkeypatch: pytest.MonkeyPatch, indexed: FlaskClient
) -> None:
    tag = indexed.get("/api/search?" + words).headers["ETag"]
    assert indexed.get("/api/search?" + words, headers={"If-None-Match": tag}).status_code == 304
    later(monkeypatch, days=400)
    assert indexed.get("/api/search?" + words, headers={"If-None-Match": tag}).status_code == 200


def test_where_age_counts_an_answer_is_good_for_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of(FakeEngine(settings=Settings(recency=Recency(half_life=1, weight=0.5))))
    tag = client.get("/?q=harbour").headers["ETag"]
    later(monkeypatch, minutes=1)
    assert client.get("/?q=harbour", headers={"If-None-Match": tag}).status_code == 200


def test_an_answer_made_while_the_index_changed_is_asked_for_again(
    client: FlaskClient, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = engine.search

    def meanwhile(text: str | Search, **options: Any) -> Results:
        engine.commit = 2
        return search(text, **options)

    monkeypatch.setattr(engine, "search", meanwhile)
    tag = client.get("/?q=harbour").headers["ETag"]
    for engine.commit in (1, 2):
        assert client.get("/?q=harbour", headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("tag", ["*", '"other"', 'W/"other"', "nonsense", "W/"])
def test_a_tag_that_is_not_ours_gets_the_whole_answer(client: FlaskClient, tag: str) -> None:
    assert client.get("/?q=harbour", headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("url", ["/?page=x", "/article/nope", "/nope", "/api/search?sort=x"])
def test_failures_are_not_kept(client: FlaskClient, url: str) -> None:
    response = client.get(url)
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers


def test_only_the_head_is_sent_when_only_the_head_is_asked_for(client: FlaskClient) -> None:
    head = client.head("/?q=harbour")
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", client.get("/?q=harbour").headers["ETag"])


def test_static_files_are_kept_for_ever_under_the_address_of_their_content(client: FlaskClient) -> None:
    shown = page(client, "/")
    for link in [shown.one("link", rel="stylesheet"), shown.one("link", rel="icon"), shown.one("script")]:
        url = link.attributes.get("href") or link.attributes["src"]
        with client.get(url) as current, client.get(url + "0") as stale, client.get(url.split("?")[0]) as bare:
            assert current.headers["Cache-Control"] == "public, max-age=31536000, immutable"
            assert stale.headers["Cache-Control"] == bare.headers["Cache-Control"] == "no-cache"


def test_the_scripts_stay_small_and_make_no_markup() -> None:
    scripts = sorted((web.web_files() / "static").glob("*.js"))
    assert sum(len(gzip.compress(path.read_bytes())) for path in scripts) < 15_000
    for path in scripts:
        assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|Function\(", path.read_text())


def test_the_style_sheet_stays_small_and_on_this_site() -> None:
    css = (web.web_files() / "static" / "style.css").read_text()
    assert len(css) < 19_000
    assert "url(" not in css and "@import" not in css


# When things go wrong


STATE_ERRORS = [NoIndexError, IndexBusyError, IndexFormatError, IndexDamagedError, IndexUnavailableError]


@pytest.mark.parametrize("error", STATE_ERRORS)
@pytest.mark.parametrize("url", ["/", "/?q=a", "/article/2019/library.md", "/api/search", "/api/suggest?q=a"])
def test_without_a_usable_index_the_answer_says_so_and_keeps_the_servers_paths_to_itself(
    client: FlaskClient, engine: FakeEngine, url: str, error: type[Exception]
) -> None:
    engine.failure = error("/srv/secret/index is not there")
    response = client.get(url)
    assert response.status_code == 503
    assert response.is_json == url.startswith("/api/")
    assert "secret" not in response.text
    if error is NoIndexError:
        assert "articles index" in response.text


def test_an_index_that_appears_is_served_without_a_restart(client: FlaskClient, engine: FakeEngine) -> None:
    engine.failure = NoIndexError("no index")
    assert client.get("/?q=harbour").status_code == 503
    engine.failure = None
    assert client.get("/?q=harbour").status_code == 200


@pytest.mark.parametrize("url", ["/", "/?q=a", "/article/2019/library.md", "/api/search", "/api/suggest?q=a"])
def test_an_unexpected_error_is_logged_and_not_shown(
    client: FlaskClient, engine: FakeEngine, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    engine.failure = ZeroDivisionError("a secret")
    response = client.get(url)
    assert response.status_code == 500
    assert response.is_json == url.startswith("/api/")
    assert "secret" not in response.text and "Traceback" not in response.text
    assert "a secret" in caplog.text


@pytest.mark.parametrize("url", ["/", "/api/search", "/article/x", "/healthz", "/robots.txt"])
def test_nothing_can_be_posted(client: FlaskClient, url: str) -> None:
    response = client.post(url)
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
    assert response.is_json == url.startswith("/api/")


def test_a_body_is_refused(client: FlaskClient) -> None:
    assert client.get("/", data=b"x" * 2_000).status_code == 413


def test_health_is_that_of_a_real_search(client: FlaskClient, engine: FakeEngine) -> None:
    healthy = client.get("/healthz")
    assert (healthy.status_code, healthy.json) == (200, {"status": "ok", "articles": 5})
    assert healthy.headers["Cache-Control"] == "no-store"
    assert engine.searched


@pytest.mark.parametrize("error", [NoIndexError("x"), IndexDamagedError("x"), ZeroDivisionError("x")])
def test_a_search_that_fails_is_bad_health(client: FlaskClient, engine: FakeEngine, error: Exception) -> None:
    engine.failure = error
    response = client.get("/healthz")
    assert (response.status_code, response.json) == (503, {"status": "error"})


@pytest.mark.parametrize("url", ["/healthz", "/", "/api/search", "/article/x"])
def test_a_missing_index_is_logged_in_one_line(
    client: FlaskClient, engine: FakeEngine, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    engine.failure = NoIndexError("there is no index in /srv/index")
    assert client.get(url).status_code == 503
    [record] = caplog.records
    assert "there is no index in /srv/index" in record.message
    assert not record.exc_info


UNAVAILABLE = IndexUnavailableError("the index articles at https://node.secret:9200 does not answer")
OF_THE_INDEX = ["/", "/?q=a", "/article/2019/library.md", "/feed.atom?q=a", "/suggest.json?q=a", "/api/search?q=a"]
OF_THE_INDEX += ["/api/suggest?q=a", "/api/related/2019/library.md", "/api/status"]


def assert_unavailable(response: TestResponse) -> None:
    """It says so in one calm line, when to come again, and is kept by nobody."""
    assert response.status_code == 503
    assert response.headers["Retry-After"] == str(LIMITS.retry_seconds)
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers
    assert "secret" not in response.text
    assert "The search is not available just now" in response.text
    if response.request.path.startswith("/api/"):
        assert response.mimetype == "application/problem+json"
        assert response.json is not None and response.json["status"] == 503


@pytest.mark.parametrize("url", OF_THE_INDEX)
def test_an_index_that_cannot_be_asked_just_now_is_said_with_when_to_come_again(
    client: FlaskClient, engine: FakeEngine, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    known = client.get(url)
    engine.failure = UNAVAILABLE
    assert_unavailable(client.get(url))
    assert_unavailable(client.get(url, headers={"If-None-Match": known.headers["ETag"]}))
    assert {record.message for record in caplog.records} == {f"the index cannot be asked: {UNAVAILABLE}"}
    engine.failure = None
    assert client.get(url).status_code == 200


@pytest.mark.parametrize("url", OF_THE_INDEX)
def test_an_answer_in_whose_making_the_index_is_lost_is_none(
    client: FlaskClient, engine: FakeEngine, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0
    status = client.get(url).status_code

    def commit_id(_: FakeEngine) -> str:
        nonlocal asked
        asked += 1
        if asked > 1:
            raise UNAVAILABLE
        return "commit-1"

    monkeypatch.setattr(FakeEngine, "commit_id", commit_id)
    if url == "/api/status":  # which looks once
        assert client.get(url).status_code == status
    assert_unavailable(client.get(url))


def test_an_index_that_cannot_be_asked_is_bad_health(client: FlaskClient, engine: FakeEngine) -> None:
    engine.failure = UNAVAILABLE
    response = client.get("/healthz")
    assert (response.status_code, response.json) == (503, {"status": "error"})
    assert response.headers["Cache-Control"] == "no-store"
    assert client.get("/robots.txt").status_code == 200


def test_robots_are_kept_from_answers_only(client: FlaskClient) -> None:
    rules = RobotFileParser()
    rules.parse(client.get("/robots.txt").text.splitlines())
    assert rules.can_fetch("*", "/article/a.md")
    assert not rules.can_fetch("*", "/?q=harbour") and not rules.can_fetch("*", "/api/search?q=a")
    assert page(client, "/?q=harbour").one("meta", name="robots").attributes["content"] == "noindex"
