"""Whatever is sent to it, the server answers: a fuzz run over every address, method and header, of hostile articles.

ARTICLES_FUZZ_REQUESTS says how many requests (a few hundred by default), ARTICLES_FUZZ_SEED which.
"""

from __future__ import annotations

import io
import json
import os
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, quote_from_bytes, unquote_to_bytes
from xml.etree import ElementTree

import pytest
from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from article_search import web
from article_search.engine import Engine
from article_search.settings import QueryLog, Settings, Web
from tests.conftest import write
from tests.fake_engine import article
from tests.web.html_page import Page
from tests.web.test_hostile import HOSTILE

REQUESTS = int(os.environ.get("ARTICLES_FUZZ_REQUESTS", "600"))
SEED = int(os.environ.get("ARTICLES_FUZZ_SEED", "20250601"))
SCRIPT = (
    "</title></script>]]>--><script>alert(1)</script><img src=x onerror=alert(2)>"
    "\"'&amp;{{7*191}}${7*191}\x1b[31m\x07\u202e"
)
ARTICLES = [
    article(
        f"{number}/{name}.md",
        f"{SCRIPT} Title roma {number}",
        f"{SCRIPT}\n\nBody harbour {number}\n\n<script>alert(3)</script>\n\n[x](javascript:alert(4))",
        description=f"{SCRIPT} description",
        date=f"2020-09-{number % 28 + 1:02}" if number % 3 else None,
        categories=[SCRIPT, "sports"],
        image=image,
        url=url,
    )
    for number, (name, image, url) in enumerate(
        [
            ("plain", "https://example.org/a.jpg", None),
            ("a b", "javascript:alert(5)", "javascript:alert(6)"),
            ("<img src=x onerror=alert(7)>", '"><script>alert(8)</script>', "//evil.example/x"),
            ("日本 ärger", "data:text/html,<script>alert(9)</script>", "https://example.org/'onclick='alert(10)"),
            ("100%?#&=+;", "x\x00y", "/blog/]]></id>"),
            ("..", "", "\tjavascript:alert(11)"),
        ]
        * 5
    )
]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("hostile")
    settings = Settings(
        content=folder / "content",
        index=folder / "index",
        title="</title><script>alert(0)</script>",
        web=Web(origins=("https://ally.example",), access_log=folder / "access.log"),
        query_log=QueryLog(path=folder / "log.db"),
    )
    for number, one in enumerate(ARTICLES):
        write(one if "/" not in one.id.partition("/")[2] else article(f"{number}.md"), settings.content)
    with Engine(settings) as engine:
        report = engine.index()
        assert report.added > 20
        app = web.create_app(engine)
        yield app
        web.close_logs(app)


# What an article says runs nowhere


def texts_of(app: Flask, url: str) -> Any:
    answer = app.test_client().get(url)
    assert answer.status_code == 200, url
    return answer


def ids(app: Flask) -> list[str]:
    return [hit["id"] for hit in texts_of(app, "/api/search?q=roma&limit=100").json["hits"]]


def test_nothing_of_an_article_becomes_markup_of_a_page(app: Flask) -> None:
    for url in ["/", "/?q=roma", "/?q=harbour&sort=newest", *(f"/article/{quote(id)}?q=roma" for id in ids(app))]:
        text = texts_of(app, url).text
        page = Page(text)
        assert not [one for one in page.all("script") if one.text.strip() or "src" not in one.attributes], url
        for element in page.elements:
            assert not [name for name in element.attributes if name.startswith("on") or name == "style"]
            for name in ("href", "src", "action"):
                assert not element.attributes.get(name, "").strip().lower().startswith(("javascript", "data", "//"))
        assert "1337" not in text


def test_the_api_gives_texts_as_json_that_no_browser_takes_for_a_page(app: Flask) -> None:
    for url in ["/api/search?q=roma", "/api/suggest?q=title", "/suggest.json?q=title", "/api/status"]:
        answer = texts_of(app, url)
        assert answer.mimetype.endswith("json")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        json.loads(answer.text)
        assert "\x1b" not in answer.text and "\x07" not in answer.text


@pytest.mark.parametrize("url", ["/feed.atom?q=roma&limit=100", "/opensearch.xml"])
def test_feed_and_description_are_xml_without_foreign_elements(app: Flask, url: str) -> None:
    made = ElementTree.fromstring(texts_of(app, url).data)
    spaces = {element.tag.partition("}")[0] for element in made.iter()}
    assert len(spaces) == 1
    for element in made.iter():
        for name, value in element.attrib.items():
            assert name not in ("href", "template") or value.startswith(("http://", "https://"))


# Fuzz

PATHS = [
    "/", "/api/search", "/api/suggest", "/api/status", "/api/opened", "/api/openapi.json", "/api/related/", "/article/",
    "/feed.atom", "/opensearch.xml", "/suggest.json", "/healthz", "/robots.txt", "/static/", "/static/style.css",
    "/search-box.js", "/api/", "/api",
]  # fmt: skip
NAMES = [
    "q", "category", "since", "until", "sort", "any", "strict", "each", "exact", "verbatim", "typing", "expand",
    "limit", "page", "log", "id", "position",
]  # fmt: skip
VALUES = [
    *HOSTILE, "roma", "harbour", "sports", "newest", "1", "0", "-1", "99", "10000", "9" * 400, "1e9", "٣", "true", "",
    "2020-09", "last-week", "2020-09-01..2020-09-15", SCRIPT, "../../etc/passwd", "1/plain.md", "\u0000", "\U0010ffff",
]  # fmt: skip
HEADERS = {
    "Accept-Encoding": ["gzip", "br", "gzip;q=0", "*;q=0.1", "br;q=9", ";;", "identity"],
    "If-None-Match": ["*", 'W/"x"', '"', "W/" + '"x",' * 500],
    "If-Modified-Since": ["yesterday", "Tue, 15 Sep 2020 12:00:00 GMT"],
    "Range": ["bytes=0-1", "bytes=-1", "bytes=9-1", "bytes=0-0,5-9", "x"],
    "Origin": ["https://ally.example", "https://evil.example", "null", ""],
    "Access-Control-Request-Method": ["GET", "DELETE", "\x7f"],
    "Host": ["localhost", "evil.example", "a b", "[::1]:80", "x:99999", "\xe4.example", ""],
    "X-Forwarded-For": ["1.2.3.4", "x" * 5_000, ","],
    "X-Forwarded-Proto": ["https", "javascript"],
    "Content-Type": ["application/x-www-form-urlencoded", "application/json", "multipart/form-data", "x/y; charset=x"],
    "Content-Length": ["5", "-1", "x", "99999999999"],
    "Sec-Fetch-Site": ["cross-site", "same-origin", "x"],
    "Sec-Purpose": ["prefetch", "x"],
    "Cookie": ["a=b", "\xff"],
}


def piece(chance: random.Random) -> str:
    """A text as part of an address, well encoded or not."""
    kind = chance.random()
    if kind < 0.6:
        return quote(chance.choice(VALUES)[:3_000], safe="", errors="surrogatepass")
    if kind < 0.8:
        return quote_from_bytes(chance.randbytes(chance.randint(0, 12)))
    return "".join(chance.choice("%&=;/?#+.:@2F0aA~ü\x00\xff") for _ in range(chance.randint(0, 12)))


def request(chance: random.Random) -> dict[str, Any]:
    """One request, as the environment of WSGI."""
    path = chance.choice(PATHS)
    if path.endswith("/") or chance.random() < 0.1:
        path += piece(chance)
    parameters = [f"{chance.choice(NAMES)}={piece(chance)}" for _ in range(chance.randint(0, 5))]
    if chance.random() < 0.1:
        parameters.append(piece(chance))
    method = chance.choices(["GET", "HEAD", "POST", "OPTIONS", "PUT", "TRACE", "\x7f"], [80, 4, 10, 3, 1, 1, 1])[0]
    body = "&".join(f"{chance.choice(NAMES)}={piece(chance)}" for _ in range(4)) if method == "POST" else ""
    data = body.encode("latin-1", "replace")
    environ = EnvironBuilder("/", method=method, input_stream=io.BytesIO(data)).get_environ()
    environ["PATH_INFO"] = unquote_to_bytes(path).decode("latin-1")
    environ["QUERY_STRING"] = "&".join(parameters).encode("utf-8", "surrogatepass").decode("latin-1")
    environ["REMOTE_ADDR"] = chance.choice(["127.0.0.1", "203.0.113.9", "::1", "", "x"])
    environ["CONTENT_LENGTH"] = str(len(data)) if data else ""
    environ["CONTENT_TYPE"] = "application/x-www-form-urlencoded" if data else ""
    for name in chance.sample(list(HEADERS), chance.randint(0, 4)):
        key = name.upper().replace("-", "_")
        environ[key if key.startswith("CONTENT_") else f"HTTP_{key}"] = chance.choice(HEADERS[name])
    return environ


def test_no_request_is_answered_with_an_error_of_the_server(app: Flask) -> None:
    chance = random.Random(SEED)
    statuses: Counter[int] = Counter()
    for number in range(REQUESTS):
        sent = request(chance)
        pieces, status, headers = run_wsgi_app(app, sent, buffered=True)
        body = b"".join(pieces)
        code = int(status[:3])
        assert code < 500, (number, sent)
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "Content-Security-Policy" in headers
        assert b"Traceback" not in body
        if headers.get("Content-Type", "").endswith("json") and "Content-Encoding" not in headers and body:
            json.loads(body)
        statuses[code] += 1
    print(dict(statuses))  # noqa: T201 (with -s)
    assert statuses[200] > REQUESTS / 4, "most of it was not refused at the door"
    assert {304, 400, 404, 405} & statuses.keys()
