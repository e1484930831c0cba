"""The API: held to its own OpenAPI document by schemathesis, and to what a reader of that document would expect."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from article_search import web
from article_search.answering.results import Status, hit_json
from article_search.errors import NoIndexError, SettingsError
from article_search.limits import LIMITS
from article_search.settings import QueryLog, Settings, Web
from article_search.web.query_report import report
from article_search.web.state import PARAMETERS
from tests.fake_engine import SAMPLE, FakeEngine, article

ODD_IDS = ["a b.md", "ärger/日本.md", "100%.md", "what?.md", "c#.md", "a+b&c=d.md", "%2F.md", "a//b.md"]
APP = web.create_app(FakeEngine([*SAMPLE, *(article(id, f"Odd {n}") for n, id in enumerate(ODD_IDS))]))
SCHEMA = schemathesis.openapi.from_wsgi("/api/openapi.json", APP)


@pytest.fixture
def client(engine: FakeEngine) -> FlaskClient:
    return web.create_app(engine).test_client()


# The description


@SCHEMA.parametrize()
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_api_does_what_its_description_says(case: Case[Any]) -> None:
    # An empty parameter counts as none, whatever its type: forms send them.
    excluded: list[Any] = [negative_data_rejection]
    if case.path == "/api/search":
        # Date words can be wrong though they are text, and options contradict each other.
        excluded.append(positive_data_acceptance)
    case.call_and_validate(headers={"Accept-Encoding": "identity"}, excluded_checks=excluded)


def test_every_address_of_the_api_is_described() -> None:
    rules = [rule for rule in APP.url_map.iter_rules() if rule.rule.startswith("/api/")]
    document = APP.test_client().get("/api/openapi.json").json
    assert document is not None
    described = {(path, method) for path, methods in document["paths"].items() for method in methods}
    there = {
        (rule.rule.replace("<path:id>", "{id}"), method.lower())
        for rule in rules
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert there - described == {("/api/openapi.json", "get")}
    assert described <= there


def test_the_description_is_of_this_site() -> None:
    engine = FakeEngine(settings=Settings(title="The Gazette", web=Web(address="https://search.example.org")))
    document = web.create_app(engine).test_client().get("/api/openapi.json").json
    assert document is not None
    assert document["openapi"] == "3.1.0"
    assert document["info"]["title"].startswith("The Gazette")
    assert document["servers"] == [{"url": "https://search.example.org"}]


def test_every_parameter_of_a_search_is_described() -> None:
    document = APP.test_client().get("/api/openapi.json").json
    assert document is not None
    described = {one["name"] for one in document["paths"]["/api/search"]["get"]["parameters"]}
    assert described == {*PARAMETERS, "log"}


def test_the_schemas_have_every_key_of_what_is_answered(client: FlaskClient, engine: FakeEngine) -> None:
    document = APP.test_client().get("/api/openapi.json").json
    assert document is not None

    def keys(name: str) -> set[str]:
        return set(document["components"]["schemas"][name]["properties"])

    def answered(url: str) -> set[str]:
        return set(client.get(url).json or ())

    assert keys("Hit") == set(hit_json(engine.search("harbour").hits[0]))
    assert keys("Results") == answered("/api/search?q=harbour")
    assert keys("Suggestions") == answered("/api/suggest?q=the+ha")
    assert keys("Related") == answered("/api/related/2019/library.md")
    assert keys("Status") == answered("/api/status")
    assert keys("Problem") == answered("/api/search?page=x")


# Related articles


@pytest.mark.parametrize("id", ODD_IDS)
def test_articles_related_to_one_of_any_name_are_found(id: str) -> None:
    client = APP.test_client()
    for path in (quote(id), quote(id, safe="")):
        answer = client.get(f"/api/related/{path}")
        assert answer.status_code == 200, path
        assert answer.json is not None
        assert answer.json["id"] == id


def test_related_articles_are_hits_and_as_many_as_asked_for(client: FlaskClient, engine: FakeEngine) -> None:
    answer = client.get("/api/related/2020/harbour-bridge.md?limit=1").json
    (hit,) = engine.related("2020/harbour-bridge.md", 1)
    assert answer == {"version": 1, "id": "2020/harbour-bridge.md", "hits": [json.loads(json.dumps(hit_json(hit)))]}


@pytest.mark.parametrize("limit", ["0", "x", str(LIMITS.page_size + 1)])
def test_more_related_articles_than_allowed_are_refused(client: FlaskClient, limit: str) -> None:
    refused = client.get(f"/api/related/2019/library.md?limit={limit}")
    assert (refused.status_code, refused.json and refused.json["option"]) == (400, "limit")


@pytest.mark.parametrize("id", ["nope", "../../etc/passwd", "%2e%2e/passwd", "a%00b", "%ED%A0%80", "a" * 9999, "/"])
def test_nothing_is_related_to_what_is_no_article(client: FlaskClient, id: str) -> None:
    missing = client.get(f"/api/related/{id}")
    assert (missing.status_code, missing.mimetype) == (404, "application/problem+json")


# Status


def test_the_status_is_that_of_the_index(client: FlaskClient) -> None:
    answer = client.get("/api/status")
    assert answer.json == {
        "version": 1,
        "articles": 5,
        "bytes": 4096,
        "committed": "2020-09-16T08:30:00+00:00",
        "stale": False,
        "languages": [],
    }
    again = client.get("/api/status", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


class Walked(FakeEngine):
    """Counts the walks over its content; ``gate`` keeps them from ending."""

    walks = 0
    gate: threading.Event | None = None
    missing_content = False

    def status(self, *, look: bool = True) -> Status:
        status = super().status(look=look)
        if look:
            self.walks += 1
            if self.missing_content:
                raise SettingsError("there is no content here")
            if self.gate:
                self.gate.wait(60)
            return replace(status, stale=True)
        return status


def test_however_often_it_is_asked_the_content_is_looked_at_once_a_minute_and_commit() -> None:
    engine = Walked()
    client = web.create_app(engine).test_client()
    assert [client.get("/api/status").json["stale"] for _ in range(5)] == [True] * 5  # type: ignore[index]
    assert engine.walks == 1
    engine.commit += 1
    client.get("/api/status")
    assert engine.walks == 2


def test_nobody_waits_for_another_ones_look_at_the_content() -> None:
    engine = Walked()
    engine.gate = threading.Event()
    app = web.create_app(engine)
    first = threading.Thread(target=app.test_client().get, args=("/api/status",))
    first.start()
    while not engine.walks:
        pass
    answer = app.test_client().get("/api/status").json
    engine.gate.set()
    first.join(60)
    assert answer is not None and answer["stale"] is None
    assert engine.walks == 1


def test_an_index_without_its_content_has_a_status() -> None:
    engine = Walked()
    engine.missing_content = True
    answer = web.create_app(engine).test_client().get("/api/status")
    assert (answer.status_code, answer.json and answer.json["stale"]) == (200, None)


# What was opened


OPENED = {"q": "harbour", "id": "2019/library.md", "position": "1"}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[FlaskClient, Path]]:
    """A site with a query log, at http://localhost, whose scripts https://ally.example may use; and the log's path."""
    path = tmp_path / "log.db"
    settings = Settings(query_log=QueryLog(path=path), web=Web(origins=("https://ally.example",)))
    app = web.create_app(FakeEngine(settings=settings))
    yield app.test_client(), path
    web.close_logs(app)


def first_opened(site: tuple[FlaskClient, Path]) -> int:
    """How often the first hit of "harbour" was opened."""
    client, path = site
    web.close_logs(client.application)
    return report(path).frequent[0].first_opened


def test_a_hit_that_was_opened_is_kept(site: tuple[FlaskClient, Path]) -> None:
    client, _ = site
    client.get("/?q=harbour")
    answer = client.post("/api/opened", data=OPENED)
    assert (answer.status_code, answer.data, answer.headers["Cache-Control"]) == (204, b"", "no-store")
    assert first_opened(site) == 1


def test_what_nobody_asked_for_cannot_have_been_opened(site: tuple[FlaskClient, Path]) -> None:
    client, _ = site
    client.get("/?q=harbour")
    for _ in range(50):
        client.post("/api/opened", data=OPENED)
        client.post("/api/opened", data=OPENED | {"q": "forged"})
    assert first_opened(site) == 1


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://localhost"}, 204),
        ({"Origin": "https://localhost"}, 204),
        ({"Origin": "https://ally.example"}, 204),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 204),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
def test_only_pages_of_this_site_and_its_list_may_say_what_was_opened(
    site: tuple[FlaskClient, Path], headers: dict[str, str], status: int
) -> None:
    assert site[0].post("/api/opened", data=OPENED, headers=headers).status_code == status


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"position": "0"}, 400),
        ({"position": "x"}, 400),
        ({"position": "9" * 30}, 400),
        ({"id": "nope"}, 404),
        ({"id": "a" * 9_999}, 404),
        ({"id": ""}, 404),
        ({"q": "x" * 100_000}, 413),
        ({"q": "\0\x1b"}, 204),
    ],
)
def test_what_cannot_have_been_opened_is_refused(client: FlaskClient, change: dict[str, str], status: int) -> None:
    assert client.post("/api/opened", data=OPENED | change).status_code == status


def test_no_body_however_odd_makes_the_server_fail(client: FlaskClient) -> None:
    for body, kind in [
        (b"\xff\xfe=1", "application/x-www-form-urlencoded"),
        (b"q=%ff&id=%00&position=1", "application/x-www-form-urlencoded; charset=utf-7"),
        (b"--x\r\n", "multipart/form-data; boundary=x"),
        (b"&" * 50_000, "application/x-www-form-urlencoded"),
        (b"{}", "application/json"),
        (b"", ""),
    ]:
        assert client.post("/api/opened", data=body, content_type=kind).status_code in (400, 404, 413), body


# Which queries are kept


def test_a_query_is_kept_when_it_was_submitted_or_meant_and_not_while_it_is_typed(
    site: tuple[FlaskClient, Path],
) -> None:
    client, path = site
    for url in (
        "/?q=storm",
        "/?q=Storm&category=latest",
        "/api/search?q=bridge&log=1",
        "/api/search?q=bri",
        "/api/search?q=brid&log=0",
        "/api/suggest?q=har",
        "/feed.atom?q=feed",
        "/?category=latest",
        "/",
    ):
        assert client.get(url).status_code == 200
    client.get("/?q=guessed", headers={"Sec-Purpose": "prefetch;prerender"})
    web.close_logs(client.application)
    assert [(one.query.lower(), one.asked) for one in report(path).frequent] == [("storm", 2), ("bridge", 1)]


def test_an_answer_to_a_query_that_counts_is_kept_by_nobody(site: tuple[FlaskClient, Path]) -> None:
    answer = site[0].get("/api/search?q=bridge&log=1")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers
    assert answer.json is not None and answer.json["warnings"] == []


def test_whether_a_query_counts_is_said_by_0_or_1(client: FlaskClient) -> None:
    refused = client.get("/api/search?q=a&log=maybe")
    assert (refused.status_code, refused.json and refused.json["option"]) == (400, "log")


# Problems


def test_without_an_index_the_api_has_a_problem(client: FlaskClient, engine: FakeEngine) -> None:
    engine.failure = NoIndexError("/srv/secret")
    for path in ("/api/search", "/api/suggest?q=a", "/api/related/x", "/api/status", "/api/openapi.json"):
        answer = client.get(path)
        assert (answer.status_code, answer.mimetype) == (503, "application/problem+json"), path
        assert answer.json is not None
        assert (answer.json["status"], answer.json["title"]) == (503, "Service Unavailable")
        assert "secret" not in answer.text
