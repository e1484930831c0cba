"""A cluster's failures are said in one line that tells what to do, and no part of an answer is taken for all of it.

What a node says is made up here; what real ones do when they are killed is in tests/opensearch.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from article_search.backends.base import AllOf, Question, Reader
from article_search.backends.opensearch import OpenSearchBackend, records
from article_search.backends.opensearch.cluster import Address, Cluster, ConflictError, MissingError
from article_search.errors import ArticleSearchError, IndexUnavailableError
from article_search.query.tree import Category
from tests.shelf import ZONE

pytest.importorskip("opensearchpy")

INFO = {"version": {"distribution": "opensearch", "number": "2.19.6"}}
WHOLE = {"responses": [{"timed_out": False, "_shards": {"total": 3, "successful": 3, "skipped": 0, "failed": 0}}]}
Say = Callable[[str], tuple[int, Any]]


@contextmanager
def node(say: Say) -> Iterator[str]:
    """A node that answers a path with a status and JSON, or with bytes as they are."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, answer = say(self.path)
            data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_POST = do_PUT = do_GET  # noqa: N815 (as http.server calls them)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # who hung up has been told
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def cluster(*says: Say, timeout: float = 5.0, **options: Any) -> Iterator[Cluster]:
    """A cluster of made-up nodes."""
    from contextlib import ExitStack, closing

    with ExitStack() as stack:
        hosts = tuple(stack.enter_context(node(say)) for say in says)
        yield stack.enter_context(closing(Cluster(Address(hosts, timeout=timeout, **options))))


def after_info(status: int, answer: Any) -> Say:
    return lambda path: (200, INFO) if path == "/" else (status, answer)


def soon() -> float:
    return time.monotonic() + 20


def failed(kind: str, reason: str = "why") -> dict[str, Any]:
    return {"error": {"type": kind, "reason": reason, "root_cause": [{"type": kind, "reason": reason}]}}


@pytest.mark.parametrize(
    ("status", "answer", "told"),
    [
        (401, b"Unauthorized", "ARTICLES_OPENSEARCH_USER"),
        (403, failed("security_exception", "no permissions for [indices:data/read/search]"), "no permissions for"),
        (400, failed("illegal_argument_exception", "of that kind"), "of that kind"),
        (200, b"<html>a proxy", "does not answer as OpenSearch does"),
        (200, b"[1]", "does not answer as OpenSearch does"),
    ],
)
def test_what_another_try_would_not_change_is_said_at_once(status: int, answer: Any, told: str) -> None:
    asked: list[str] = []

    def say(path: str) -> tuple[int, Any]:
        asked.append(path)
        return after_info(status, answer)(path)

    with cluster(say) as one, pytest.raises(IndexUnavailableError, match="127") as raised:
        one.call("GET", "/articles.state/_doc/commit", until=soon())
    assert told in str(raised.value)
    assert "\n" not in str(raised.value)
    assert asked == ["/", "/articles.state/_doc/commit"]


def test_a_page_in_place_of_an_answer_is_told_in_one_line() -> None:
    page = b"<html>\n<head>\n<title>Error</title>"
    with cluster(after_info(501, page)) as one, pytest.raises(IndexUnavailableError, match="with 501") as raised:
        one.call("GET", "/articles.state/_doc/commit", until=soon())
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("info", "told"),
    [
        ({"version": {"distribution": "opensearch", "number": "2.18.0"}}, "needs 2.19 or newer"),
        ({"version": {"distribution": "opensearch", "number": "4.0.0"}}, "before 4"),
        ({"version": {"number": "8.11.0"}}, "is not OpenSearch"),
        ({"version": {"distribution": "opensearch", "number": "new"}}, "is not OpenSearch"),
        ({"version": "2.19"}, "is not OpenSearch"),
        ({}, "is not OpenSearch"),
    ],
)
def test_another_program_or_version_is_said(info: Any, told: str) -> None:
    with cluster(lambda path: (200, info)) as one, pytest.raises(IndexUnavailableError, match=told):
        one.call("GET", "/articles.state/_doc/commit", until=soon())


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_what_another_try_may_change_is_asked_again(status: int) -> None:
    answers = iter([(status, failed("busy_exception")), (200, {"found": True})])

    def say(path: str) -> tuple[int, Any]:
        return (200, INFO) if path == "/" else next(answers)

    with cluster(say) as one:
        assert one.call("GET", "/articles.state/_doc/commit", until=soon()) == {"found": True}


def test_a_silent_node_is_left_for_another() -> None:
    hanging = threading.Event()

    def silent(path: str) -> tuple[int, Any]:
        hanging.wait(30)
        return 200, INFO

    try:
        with cluster(silent, after_info(200, {"found": True}), timeout=0.3) as one:
            for _ in range(6):
                assert one.call("GET", "/articles.state/_doc/commit", until=soon()) == {"found": True}
    finally:
        hanging.set()


def test_time_that_is_up_is_said() -> None:
    hanging = threading.Event()

    def silent(path: str) -> tuple[int, Any]:
        hanging.wait(30)
        return 200, INFO

    try:
        with cluster(silent, timeout=0.2) as one, pytest.raises(IndexUnavailableError, match="try again"):
            one.call("GET", "/articles.state/_doc/commit", until=time.monotonic() + 0.5)
    finally:
        hanging.set()


@pytest.mark.parametrize(
    "answer",
    [
        {"timed_out": True, "_shards": {"total": 3, "successful": 3, "failed": 0}},
        {"timed_out": False, "_shards": {"total": 3, "successful": 2, "skipped": 0, "failed": 1}},
        {"timed_out": False, "_shards": {"total": 3, "successful": 2, "skipped": 0, "failed": 0}},
        {"timed_out": False, "hits": {"total": {"value": 0}}},
        {**failed("search_phase_execution_exception", "all shards failed"), "status": 503},
    ],
)
def test_a_part_of_an_answer_is_none(answer: Any) -> None:
    with (
        cluster(after_info(200, {"responses": [answer]})) as one,
        pytest.raises(IndexUnavailableError, match=r"shards|too long"),
    ):
        one.search("articles-1", [{"size": 0}], time.monotonic() + 2)


def test_one_whole_answer_after_a_part_of_one_will_do() -> None:
    part = {"responses": [{"timed_out": False, "_shards": {"total": 3, "successful": 2, "failed": 1}}]}
    answers = iter([(200, part), (200, WHOLE)])

    def say(path: str) -> tuple[int, Any]:
        return (200, INFO) if path == "/" else next(answers)

    with cluster(say) as one:
        assert one.search("articles-1", [{"size": 0}], soon()) == WHOLE["responses"]


def test_what_is_not_there_and_what_others_wrote_first_is_told_apart() -> None:
    gone = {"responses": [{**failed("index_not_found_exception"), "status": 404}]}
    with cluster(after_info(200, gone)) as one, pytest.raises(MissingError):
        one.search("articles-1", [{"size": 0}], soon())
    with cluster(after_info(404, {"found": False})) as one, pytest.raises(MissingError):
        one.document("articles.state", "commit")
    with cluster(after_info(409, failed("version_conflict_engine_exception"))) as one, pytest.raises(ConflictError):
        one.call("PUT", "/articles.state/_doc/commit", {})


def test_the_password_is_in_no_message() -> None:
    address = Address(("http://127.0.0.1:1",), "reader", "secret")
    assert "secret" not in repr(address)
    with (
        cluster(after_info(401, b""), user="reader", password="secret") as one,
        pytest.raises(IndexUnavailableError, match="the user reader") as raised,
    ):
        one.call("GET", "/articles.state/_doc/commit", until=soon())
    assert "secret" not in str(raised.value)


def test_a_right_that_lacks_for_a_part_of_a_request_is_said_as_one() -> None:
    denied = failed("security_exception", "no permissions for [indices:data/read/search]")
    with (
        cluster(after_info(200, {"responses": [{**denied, "status": 403}]})) as one,
        pytest.raises(IndexUnavailableError, match="refuses requests without a user") as raised,
    ):
        one.search("articles-1", [{"size": 0}], soon())
    assert "see that it is up" not in str(raised.value)
    with (
        cluster(after_info(200, {"docs": [{"_id": "x", **denied}]})) as one,
        pytest.raises(IndexUnavailableError, match="the rights that the guide lists"),
    ):
        one.documents("articles-1", ["x"], ["article.title"], soon())


def test_a_file_of_certificates_that_is_missing_is_named(tmp_path: Any) -> None:
    with pytest.raises(ArticleSearchError, match="no file"):
        Cluster(Address(("https://127.0.0.1:1",), ca_certs=tmp_path / "ca.pem"))


COMMIT = records.written(replace(records.NOTHING, seal="seal", index="articles-1", generation=1, run=1, articles=1))


def asking(act: Callable[[Reader], object]) -> Callable[[OpenSearchBackend], object]:
    def asked(backend: OpenSearchBackend) -> object:
        with backend.reader() as reader:
            return act(reader)

    return asked


@pytest.mark.parametrize("hits", [None, [], {}, {"total": 1}, {"hits": 7}, {"total": {"value": "x"}, "hits": [{}]}])
@pytest.mark.parametrize(
    "ask",
    [
        asking(lambda reader: reader.answer(Question(AllOf()))),
        asking(lambda reader: reader.count(Category("sports"))),
        asking(lambda reader: reader.names(["roma"])),
        asking(lambda reader: reader.beginning("ro", "title", 3)),
        asking(lambda reader: reader.near("roma", 1, "title")),
        asking(lambda reader: reader.titles(["roma"]).size),
        OpenSearchBackend.summary,
        OpenSearchBackend.verify,
        lambda backend: backend.writer(wait=False, full=False),
    ],
)
def test_an_answer_without_what_was_asked_for_is_an_error_that_says_so(
    ask: Callable[[OpenSearchBackend], object], hits: Any
) -> None:
    def say(path: str) -> tuple[int, Any]:
        if path.endswith("_doc/commit"):
            return 200, {"found": True, "_source": COMMIT, "_seq_no": 1, "_primary_term": 1}
        answer = {**WHOLE["responses"][0], "hits": hits}
        return 200, INFO if path == "/" else {**answer, "responses": [answer] * path.count("_msearch")}

    with node(say) as host, closing(backend_of(host)) as backend, pytest.raises(IndexUnavailableError, match="127"):
        ask(backend)


def test_what_goes_wrong_with_an_answer_afterwards_is_no_fault_of_the_cluster() -> None:
    def say(path: str) -> tuple[int, Any]:
        return 200, INFO if path == "/" else {"found": True, "_source": COMMIT, "_seq_no": 1, "_primary_term": 1}

    with node(say) as host, closing(backend_of(host)) as backend, pytest.raises(KeyError), backend.reader():
        raise KeyError("of another")


def backend_of(host: str) -> OpenSearchBackend:
    return OpenSearchBackend([host], index="articles", signature="test", zone=ZONE)
