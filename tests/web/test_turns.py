"""Whose request is next: shares of what is worked on, and lines."""

from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from article_search import web
from article_search.limits import LIMITS
from article_search.query.search import Search
from article_search.settings import Settings, Web
from article_search.web.turns import Shares, Turns
from tests.fake_engine import FakeEngine


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def lines(at_once: int = 2, waiting: int = 10, patience: float = 5) -> tuple[Turns[int], Clock]:
    clock = Clock()
    return Turns(at_once, waiting, patience, clock), clock


def taken(turns: Turns[int]) -> list[tuple[str, int]]:
    found = []
    while turns.is_due():
        found.append(turns.next())
    return found


def test_clients_take_turns_and_each_has_its_share() -> None:
    turns, _ = lines()
    for number in range(5):
        turns.add("greedy", number)
    turns.add("other", 7)
    assert taken(turns) == [("greedy", 0), ("other", 7), ("greedy", 1)]
    assert len(turns) == 3
    turns.add("late", 9)
    assert taken(turns) == [("late", 9)]
    turns.done("greedy")
    assert taken(turns) == [("greedy", 2)]


def test_who_has_waited_too_long_or_in_too_long_a_line_is_let_through_to_be_told() -> None:
    turns, clock = lines(at_once=1, waiting=2)
    for number in range(4):
        turns.add("greedy", number)
    assert taken(turns) == [("greedy", 0), ("greedy", 1)], "of four, two may wait"
    clock.now = 6
    assert taken(turns) == [("greedy", 2), ("greedy", 3)]
    with pytest.raises(LookupError):
        turns.next()


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.booleans())))
def test_nothing_is_lost_and_nobody_has_more_than_a_share(steps: list[tuple[str, bool]]) -> None:
    turns, _ = lines(at_once=2, waiting=1_000)
    added, working, served = 0, dict.fromkeys("abcd", 0), 0
    for client, ends in steps:
        if ends and working[client]:
            working[client] -= 1
            turns.done(client)
        else:
            turns.add(client, added)
            added += 1
        for whose, _number in taken(turns):
            working[whose] += 1
            served += 1
        assert max(working.values()) <= 2
        assert served + len(turns) == added
    for _ in range(added):
        for whose, count in working.items():
            for _ in range(count):
                turns.done(whose)
        working = dict.fromkeys("abcd", 0)
        for whose, _number in taken(turns):
            working[whose] += 1
            served += 1
    assert (served, len(turns)) == (added, 0)


@given(st.lists(st.tuples(st.sampled_from("ab"), st.booleans())))
def test_a_share_is_what_was_begun_and_not_ended(steps: list[tuple[str, bool]]) -> None:
    shares, begun = Shares(3), dict.fromkeys("ab", 0)
    for client, ends in steps:
        if not ends:
            assert shares.take(client) == (begun[client] < 3)
            begun[client] = min(3, begun[client] + 1)
        elif begun[client]:
            shares.give_back(client)
            begun[client] -= 1


# In the application, under whatever server


class Asking(FakeEngine):
    """While it searches for "slow", others ask; their statuses are kept."""

    app: Flask

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings=settings)
        self.depth = 0
        self.seen: list[tuple[int, str | None, str]] = []

    def search(self, text: str | Search, **options: object) -> object:  # type: ignore[override]
        if Search.of(text, **options).text == "slow":
            self.depth += 1
            for client in ("192.0.2.1", "198.51.100.7"):
                words = "slow" if client == "192.0.2.1" and self.depth < 10 else "harbour"
                answer = self.app.test_client().get(f"/api/search?q={words}", headers={"X-Forwarded-For": client})
                self.seen.append((answer.status_code, answer.headers.get("Retry-After"), client))
        return super().search(text, **options)


def test_what_is_beyond_a_clients_share_is_told_when_to_come_back_and_others_are_answered() -> None:
    from ipaddress import ip_network

    engine = Asking(Settings(web=Web(proxies=(ip_network("127.0.0.1"),))))
    engine.app = web.create_app(engine)
    client = engine.app.test_client()
    assert client.get("/?q=slow", headers={"X-Forwarded-For": "192.0.2.1"}).status_code == 200
    assert engine.depth == LIMITS.client_requests
    assert {status for status, _, who in engine.seen if who == "198.51.100.7"} == {200}
    told = [(status, after) for status, after, who in engine.seen if status != 200]
    assert told == [(503, str(LIMITS.retry_seconds))]
    engine.seen.clear()
    assert client.get("/?q=slow", headers={"X-Forwarded-For": "192.0.2.1"}).status_code == 200, "shares are given back"


def test_a_failure_gives_the_share_back() -> None:
    engine = FakeEngine()
    client = web.create_app(engine).test_client()
    engine.failure = RuntimeError("broken")
    assert {client.get("/?q=a").status_code for _ in range(20)} == {500}
    assert {client.get("/nowhere").status_code for _ in range(20)} == {404}
    assert {client.post("/").status_code for _ in range(20)} == {405}
    engine.failure = None
    assert client.get("/?q=a").status_code == 200


def test_a_system_without_file_descriptors_is_told_of_in_one_line(caplog: pytest.LogCaptureFixture) -> None:
    import errno

    engine = FakeEngine()
    engine.failure = OSError(errno.EMFILE, "Too many open files")
    answer = web.create_app(engine).test_client().get("/api/search?q=a")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, str(LIMITS.retry_seconds))
    (record,) = caplog.records
    assert (record.exc_info, "Too many open files" in record.getMessage()) == (None, True)
