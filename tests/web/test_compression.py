"""Answers compressed: the same to whoever unpacks them, and kept as well as others."""

from __future__ import annotations

import gzip

import brotli
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from article_search import web
from tests.fake_engine import FakeEngine

APP = web.create_app(FakeEngine())
UNPACK = {"br": brotli.decompress, "gzip": gzip.decompress}
URLS = [
    "/?q=harbour",
    "/article/2019/library.md",
    "/nope",
    "/static/style.css",
    "/api/search?q=harbour",
    "/api/openapi.json",
    "/feed.atom?q=harbour",
    "/opensearch.xml",
]


@pytest.fixture
def client() -> FlaskClient:
    return APP.test_client()


@pytest.mark.parametrize("url", URLS)
@pytest.mark.parametrize("encoding", UNPACK)
def test_an_answer_unpacks_to_what_it_is(client: FlaskClient, url: str, encoding: str) -> None:
    with client.get(url) as plain, client.get(url, headers={"Accept-Encoding": encoding}) as packed:
        assert "Content-Encoding" not in plain.headers
        assert packed.headers["Content-Encoding"] == encoding
        assert packed.status_code == plain.status_code
        assert len(packed.data) == int(packed.headers["Content-Length"]) < len(plain.data)
        assert UNPACK[encoding](packed.data) == plain.data
        for answer in (plain, packed):
            assert "Accept-Encoding" in answer.headers["Vary"]


@pytest.mark.parametrize("url", [url for url in URLS if url != "/nope"])
def test_a_compressed_answer_is_known_by_its_tag_however_it_is_asked_for(client: FlaskClient, url: str) -> None:
    with client.get(url, headers={"Accept-Encoding": "br"}) as packed:
        tag = packed.headers["ETag"]
    assert tag.startswith('W/"')
    for encoding in ("br", "gzip", "identity"):
        with client.get(url, headers={"Accept-Encoding": encoding, "If-None-Match": tag}) as again:
            assert (again.status_code, again.data) == (304, b"")
            assert "Accept-Encoding" in again.headers["Vary"]
            assert "Content-Encoding" not in again.headers


@pytest.mark.parametrize(
    ("accepted", "used"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0.5, gzip", "gzip"),
        ("br;q=0, gzip;q=0.1", "gzip"),
        ("*", "br"),
        ("gzip;q=0", None),
        ("identity", None),
        ("deflate", None),
        ("", None),
        (";;;,,=", None),
    ],
)
def test_the_client_has_a_say(client: FlaskClient, accepted: str, used: str | None) -> None:
    answer = client.get("/?q=harbour", headers={"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding") == used


@given(st.text(st.characters(codec="latin-1", exclude_characters="\r\n"), max_size=40))
def test_no_wish_of_a_client_makes_the_server_fail(accepted: str) -> None:
    answer = APP.test_client().get("/robots.txt", headers={"Accept-Encoding": accepted})
    assert answer.status_code == 200


def test_what_is_small_stays_as_it_is(client: FlaskClient) -> None:
    assert "Content-Encoding" not in client.get("/healthz", headers={"Accept-Encoding": "br"}).headers


def test_a_head_is_that_of_the_answer(client: FlaskClient) -> None:
    headers = {"Accept-Encoding": "gzip"}
    head, got = client.head("/?q=harbour", headers=headers), client.get("/?q=harbour", headers=headers)
    assert head.data == b""
    for name in ("Content-Encoding", "Content-Length", "ETag", "Vary"):
        assert head.headers[name] == got.headers[name]


def test_a_part_of_a_file_is_a_part_of_what_it_is(client: FlaskClient) -> None:
    headers = {"Accept-Encoding": "br", "Range": "bytes=0-9"}
    with client.get("/static/style.css", headers=headers) as part, client.get("/static/style.css") as whole:
        assert part.status_code == 206
        assert part.data == whole.data[:10]
