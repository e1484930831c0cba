"""Whose word on the client counts, and how often a client may ask."""

from __future__ import annotations

import ipaddress

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from article_search import web
from article_search.settings import Settings, Web
from article_search.web.clients import Buckets, came_by_tls, client, is_host
from tests.fake_engine import FakeEngine

Proxy = ipaddress.IPv4Network | ipaddress.IPv6Network | str
PROXIES: tuple[Proxy, ...] = (
    ipaddress.ip_network("127.0.0.1"),
    ipaddress.ip_network("10.0.0.0/8"),
    ipaddress.ip_network("fd00::/8"),
)


def seen(peer: str | None, forwarded: str | None = None, trusted: tuple[Proxy, ...] = PROXIES) -> str:
    environ = {"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": forwarded}
    return client({name: value for name, value in environ.items() if value is not None}, trusted)


@pytest.mark.parametrize(
    ("peer", "forwarded", "who"),
    [
        ("203.0.113.9", None, "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # no proxy of ours: its word counts nothing
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "1.2.3.4, 198.51.100.1", "198.51.100.1"),  # what stands before was sent by the client
        ("127.0.0.1", "1.2.3.4, 198.51.100.1, 10.1.2.3", "198.51.100.1"),
        ("127.0.0.1", "10.0.0.1, 10.0.0.2", "10.0.0.1"),
        ("127.0.0.1", None, ""),
        ("127.0.0.1", "nonsense", ""),
        ("127.0.0.1", "198.51.100.1, nonsense", ""),
        ("127.0.0.1", "1.1.1.1," * 5_000 + "198.51.100.1", "198.51.100.1"),
        ("::ffff:127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("fd00::1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", None, "2001:db8:1:2::/64"),
        ("fe80::1%eth0", None, "fe80::/64"),
        ("127.0.0.1", "198.51.100.1:40312", "198.51.100.1"),
        ("127.0.0.1", "1.2.3.4:1, 198.51.100.1:40312, 10.1.2.3:8080", "198.51.100.1"),
        ("127.0.0.1", "[2001:db8:1:2::9]:443", "2001:db8:1:2::/64"),
        ("127.0.0.1", "[2001:db8:1:2::9]", "2001:db8:1:2::/64"),
        ("127.0.0.1", "198.51.100.1, [fd00::5]:443", "198.51.100.1"),
        ("127.0.0.1", "[::ffff:198.51.100.1]:80", "198.51.100.1"),
        ("127.0.0.1", "2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("127.0.0.1", "198.51.100.1:", ""),
        ("127.0.0.1", "198.51.100.1:port", ""),
        ("127.0.0.1", "[198.51.100.1:80", ""),
        (None, "198.51.100.1", ""),
    ],
)
def test_a_client_is_who_the_last_proxy_that_is_trusted_saw(peer: str | None, forwarded: str | None, who: str) -> None:
    assert seen(peer, forwarded) == who


@pytest.mark.parametrize("peer", ["", "localhost", None])
def test_a_proxy_by_a_socket_file_can_be_trusted(peer: str | None) -> None:
    assert seen(peer, "198.51.100.1", ("unix",)) == "198.51.100.1"
    assert seen(peer, "198.51.100.1") == ""


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_header_makes_it_fail(peer: str, forwarded: str) -> None:
    assert isinstance(seen(peer, forwarded, (*PROXIES, "unix")), str)


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost:8000",
        "search.example.org",
        "search.example.org.",
        "SEARCH.example.org:443",
        "xn--bcher-kva.example",
        "a_service:8000",
        "192.0.2.1",
        "192.0.2.1:80",
        "[::1]",
        "[2001:db8::1]:8000",
        "[::ffff:192.0.2.1]:80",
        "host:",
    ],
)
def test_a_host_is_one(host: str) -> None:
    assert is_host(host)


NO_HOSTS = [
    *("", " ", "a b", "a/b", "a?b", "a#b", "a@b", "user:pw@a", "http://a", "a,b", "a, a", '"><script>', "\xe4.example"),
    *(":80", "a:b", "a:-1", "a:65536", "x:99999", "a:80:80", "a..b", ".", "..", ".a", "x" * 64, "a." * 200),
    *("[", "[]", "[::1", "::1", "[::1]80", "[::1]:99999", "[1.2.3.4]", "[::g]", "[::1%eth0]", "a[::1]"),
    *(
        "1.2.3",
        "1.2.3.4.5",
        "256.1.1.1",
        "1.2.3.400",
        "a.1",
        "a\n",
        "a\t",
        "a\x00",
        "*",
        "a*",
        "%61",
        "a;b",
        "a\\b",
        "<a>",
    ),
]


@pytest.mark.parametrize("host", NO_HOSTS)
def test_what_is_no_host_is_refused_wherever_one_asks(host: str) -> None:
    assert not is_host(host)
    client = web.create_app(FakeEngine()).test_client()
    for url in (
        "/",
        "/?q=a",
        "/healthz",
        "/static/style.css",
        "/robots.txt",
        "/api/search?q=a",
        "/nope",
        "/search-box.js",
    ):
        answer = client.get(url, environ_overrides={"HTTP_HOST": host})
        assert (answer.status_code, answer.text) == (400, "The Host header is no host.\n"), url


@given(st.text(max_size=40))
def test_any_text_is_a_host_or_is_not(text: str) -> None:
    assert is_host(text) in (True, False)


def test_only_a_trusted_proxy_can_say_that_the_reader_speaks_tls() -> None:
    assert came_by_tls({"REMOTE_ADDR": "10.1.1.1", "HTTP_X_FORWARDED_PROTO": "https"}, PROXIES)
    assert not came_by_tls({"REMOTE_ADDR": "10.1.1.1", "HTTP_X_FORWARDED_PROTO": "https, http"}, PROXIES)
    assert not came_by_tls({"REMOTE_ADDR": "203.0.113.9", "HTTP_X_FORWARDED_PROTO": "https"}, PROXIES)
    assert not came_by_tls({"REMOTE_ADDR": "10.1.1.1"}, PROXIES)


# Buckets


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_client_may_ask_in_a_burst_and_then_as_fast_as_its_bucket_fills() -> None:
    clock = Clock()
    buckets = Buckets(per_minute=60, burst=3, clock=clock)
    assert [buckets.wait("a") for _ in range(4)] == [0, 0, 0, 1]
    assert buckets.wait("b") == 0, "others are not its concern"
    clock.now = 0.9
    assert buckets.wait("a") == 1
    clock.now = 1.0
    assert [buckets.wait("a") for _ in range(2)] == [0, 1]
    clock.now = 1_000.0
    assert [buckets.wait("a") for _ in range(4)] == [0, 0, 0, 1]


def test_being_refused_costs_nothing() -> None:
    clock = Clock()
    buckets = Buckets(per_minute=6, burst=1, clock=clock)
    buckets.wait("a")
    for _ in range(100):
        assert buckets.wait("a") == 10
    clock.now = 10.0
    assert buckets.wait("a") == 0


def test_a_million_clients_take_no_more_memory_than_a_few_thousand() -> None:
    buckets = Buckets(per_minute=60, burst=1, clients=100)
    for number in range(10_000):
        buckets.wait(str(number))
    assert len(buckets) == 100
    assert buckets.wait("9999") > 0, "the latest are remembered"


def site() -> Flask:
    settings = Settings(web=Web(requests_per_minute=1, burst=2, proxies=PROXIES))
    return web.create_app(FakeEngine(settings=settings))


def test_who_asks_too_often_is_told_when_to_come_back() -> None:
    client = site().test_client()
    assert [client.get("/?q=a").status_code for _ in range(3)] == [200, 200, 429]
    page, api = client.get("/?q=a"), client.get("/api/search?q=a")
    assert (page.mimetype, api.mimetype) == ("text/html", "application/problem+json")
    for refused in (page, api):
        assert refused.status_code == 429
        assert 30 < int(refused.headers["Retry-After"]) <= 60
        assert refused.headers["Cache-Control"] == "no-store"
    for url in ("/static/style.css", "/healthz"):
        with client.get(url) as answer:
            assert answer.status_code == 200, "the page is drawn and the watchman is answered all the same"


def test_behind_a_proxy_each_reader_is_counted_alone_and_cannot_pass_for_another() -> None:
    client = site().test_client()

    def status(forwarded: str) -> int:
        return client.get("/?q=a", headers={"X-Forwarded-For": forwarded}).status_code

    assert [status("198.51.100.1") for _ in range(3)] == [200, 200, 429]
    assert status("198.51.100.2") == 200
    assert status("192.0.2.7, 198.51.100.1") == 429


def test_without_a_limit_one_may_ask_as_often_as_one_likes() -> None:
    client = web.create_app(FakeEngine()).test_client()
    assert {client.get("/robots.txt").status_code for _ in range(500)} == {200}


def test_behind_a_proxy_that_speaks_tls_addresses_say_so() -> None:
    client = site().test_client()
    shown = client.get("/opensearch.xml", headers={"X-Forwarded-Proto": "https"}).text
    assert "https://localhost/?q={searchTerms}" in shown and "http://localhost" not in shown
