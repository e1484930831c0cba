"""Documents get to a cluster that has too much to do, and what it does not take is said."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from article_search.backends.opensearch.cluster import Address, Cluster, Json
from article_search.backends.opensearch.writing import sending
from article_search.backends.opensearch.writing.sending import Sender
from article_search.errors import ArticleSearchError, IndexBusyError, IndexUnavailableError

Answer = Callable[[int, str], tuple[int, str]]  # by number of the request and key: status, and type of an error


class Bulk(Cluster):
    """A cluster that answers for each document as it is told to."""

    def __init__(self, answer: Answer) -> None:
        self.address = Address(("memory",))
        self.answer = answer
        self.requests: list[list[str]] = []
        self.sizes: list[int] = []
        self.taken: dict[str, Json | None] = {}

    def call(self, method: str, path: str, body: Any = None, *, until: float | None = None) -> Json:
        assert (method, path.partition("?")[0]) == ("POST", "/_bulk")
        assert "require_alias=true" in path
        lines = [json.loads(line) for line in body.decode().split("\n")[:-1]]
        keys, items = [], []
        while lines:
            ((kind, meta),) = lines.pop(0).items()
            document = lines.pop(0) if kind == "index" else None
            keys.append(meta["_id"])
            status, error = self.answer(len(self.requests) + 1, meta["_id"])
            if status < 300:
                self.taken[meta["_id"]] = document
            items.append({kind: {"status": status} | ({"error": {"type": error, "reason": "why"}} if error else {})})
        self.requests.append(keys)
        self.sizes.append(len(body))
        return {"items": items}


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long was waited."""
    waited: list[float] = []
    monkeypatch.setattr(sending.time, "sleep", waited.append)  # type: ignore[attr-defined]
    return waited


def send(cluster: Bulk, *keys: str, text: str = "") -> Sender:
    sender = Sender(cluster, "site-1")
    for key in keys:
        sender.index(key, {"id": f"{key}.md", "text": text})
    sender.flush()
    return sender


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_there_was_no_room_for_is_sent_again_after_longer_pauses(status: int, pauses: list[float]) -> None:
    kind = "rejected_execution_exception"
    cluster = Bulk(lambda number, key: (status, kind) if key != "a" and number < 4 else (201, ""))
    send(cluster, "a", "b", "c")
    assert cluster.requests == [["a", "b", "c"], ["b", "c"], ["b", "c"], ["b", "c"]]
    assert set(cluster.taken) == {"a", "b", "c"}
    assert pauses == sorted(set(pauses))
    assert len(pauses) == 3


def test_a_cluster_that_never_has_room_is_named_with_the_article(pauses: list[float]) -> None:
    cluster = Bulk(lambda number, key: (429, "rejected_execution_exception"))
    with pytest.raises(ArticleSearchError, match=r"^a\.md: OpenSearch at memory has had no room .*why"):
        send(cluster, "a")
    assert sum(pauses) > 200


def test_what_is_refused_is_named_and_a_conflict_is_told() -> None:
    cluster = Bulk(lambda number, key: (400, "mapper_parsing_exception") if key == "b" else (201, ""))
    with pytest.raises(ArticleSearchError, match=r"^b\.md: OpenSearch at memory does not take this article: why"):
        send(cluster, "a", "b")
    conflicting = Bulk(lambda number, key: (409, "version_conflict_engine_exception") if key == "b" else (201, ""))
    assert send(conflicting, "a", "b").conflicts == {"b"}
    with pytest.raises(IndexBusyError, match="site-1 was removed while it was written"):
        send(Bulk(lambda number, key: (404, "index_not_found_exception")), "a")


def test_requests_are_of_some_megabytes_and_texts_any(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "_REQUEST", 10_000)
    cluster = Bulk(lambda number, key: (201, ""))
    send(cluster, *map(str, range(30)), text="\ud800 é\u2028\n" + "x" * 1000)
    assert len(cluster.taken) == 30
    assert max(cluster.sizes) <= 10_000
    assert cluster.taken["7"] == {"id": "7.md", "text": "? é\u2028\n" + "x" * 1000}
    send(cluster, "large", text="x" * 20_000)
    assert "large" in cluster.taken


def test_an_answer_for_fewer_than_were_sent_is_none() -> None:
    class Short(Bulk):
        def call(self, *arguments: Any, **options: Any) -> Json:
            return {"items": super().call(*arguments, **options)["items"][:-1]}

    with pytest.raises(IndexUnavailableError):
        send(Short(lambda number, key: (201, "")), "a", "b")


def test_nothing_is_sent_for_nothing() -> None:
    cluster = Bulk(lambda number, key: (201, ""))
    send(cluster)
    assert cluster.requests == []
