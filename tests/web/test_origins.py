"""Scripts of other sites: those on the list may read the API and load the search box, no other may."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from werkzeug import Response

from article_search import web
from article_search.settings import Settings, Web
from tests.fake_engine import FakeEngine

ALLY, STRANGER = "https://www.example.org", "https://evil.example"
SHARED = ["/api/search?q=harbour", "/api/suggest?q=ha", "/api/related/2019/library.md", "/api/status"]
SHARED += ["/api/openapi.json", "/api/nope", "/api/search?page=x"]


@pytest.fixture
def client() -> FlaskClient:
    return web.create_app(FakeEngine(settings=Settings(web=Web(origins=(ALLY,))))).test_client()


def permissions(answer: Response) -> list[str]:
    """The headers with which an answer may be read elsewhere."""
    return [name for name, _ in answer.headers if name.startswith("Access-Control")]


@pytest.mark.parametrize("url", SHARED)
def test_a_site_on_the_list_may_read_the_answer(client: FlaskClient, url: str) -> None:
    with client.get(url, headers={"Origin": ALLY}) as answer:
        assert answer.headers["Access-Control-Allow-Origin"] == ALLY
        assert "Retry-After" in answer.headers["Access-Control-Expose-Headers"]
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize(
    "origin", [STRANGER, "null", "*", ALLY + ".evil.example", ALLY + "/", "http://www.example.org"]
)
@pytest.mark.parametrize("url", SHARED)
def test_another_site_may_not(client: FlaskClient, url: str, origin: str) -> None:
    with client.get(url, headers={"Origin": origin}) as answer:
        assert not permissions(answer)


@pytest.mark.parametrize("url", SHARED)
def test_no_cache_gives_one_sites_answer_to_another(client: FlaskClient, url: str) -> None:
    for headers in ({}, {"Origin": ALLY}, {"Origin": STRANGER}):
        with client.get(url, headers=headers) as answer:
            assert "Origin" in answer.headers["Vary"]


def test_a_tag_is_good_for_a_site_on_the_list(client: FlaskClient) -> None:
    tag = client.get(SHARED[0]).headers["ETag"]
    again = client.get(SHARED[0], headers={"Origin": ALLY, "If-None-Match": tag})
    assert (again.status_code, again.headers["Access-Control-Allow-Origin"]) == (304, ALLY)


@pytest.mark.parametrize("url", ["/", "/?q=harbour", "/article/2019/library.md", "/feed.atom", "/robots.txt"])
def test_pages_are_for_their_own_site(client: FlaskClient, url: str) -> None:
    answer = client.get(url, headers={"Origin": ALLY})
    assert not permissions(answer)


@pytest.mark.parametrize("url", ["/api/search", "/api/opened", "/api/related/x/y.md"])
def test_a_browser_that_asks_first_is_told_what_it_may(client: FlaskClient, url: str) -> None:
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    told = client.options(url, headers={"Origin": ALLY} | asked)
    assert told.status_code == 200
    assert told.headers["Access-Control-Allow-Origin"] == ALLY
    assert "GET" in told.headers["Access-Control-Allow-Methods"]
    assert told.headers["Access-Control-Allow-Headers"] == "Content-Type"
    assert int(told.headers["Access-Control-Max-Age"]) > 0
    refused = client.options(url, headers={"Origin": STRANGER} | asked)
    assert not permissions(refused)


def test_without_a_list_nothing_is_shared() -> None:
    client = web.create_app(FakeEngine()).test_client()
    answer = client.get("/api/search", headers={"Origin": ALLY})
    assert not permissions(answer)


@pytest.mark.parametrize("url", ["/search-box.js", "/static/search-box.js", "/static/search-box.css"])
def test_the_files_of_the_search_box_are_for_any_page(client: FlaskClient, url: str) -> None:
    for origin in (ALLY, STRANGER):
        with client.get(url, headers={"Origin": origin}) as answer:
            assert answer.status_code in (200, 302)
            assert answer.headers["Access-Control-Allow-Origin"] == "*"
            assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
            assert "Origin" not in answer.headers.get("Vary", "")
