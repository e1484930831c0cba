"""Whatever is typed, sent or asked, there is an answer: no traceback, no error of the server, bounded work."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from article_search.engine import Engine
from article_search.settings import Settings
from article_search.terminal.cli import run
from article_search.web import create_app
from tests.effort import at_most

EXAMPLES = int(os.environ.get("ARTICLES_HOSTILE_QUERIES", "300"))
WORDS = "roma smalling fee united the of club deal transfer season covid-19 £20million 100,000 c++ naïve".split()

HOSTILE = [
    "(" * 3000 + "roma" + ")" * 3000,
    "((" * 1500,
    '"' * 999,
    "*a*",
    "a*",
    "*",
    "r* s* f* u* t* o* c* d*",
    "[a TO z]",
    "title:[a TO z}",
    "a:b:c:d",
    "category:",
    "date:2020-13-45",
    "date:9999-12-31..0001-01-01",
    "date:..",
    "since:tomorrow until:yesterday",
    "-" * 500,
    "- -- --- NOT NOT OR AND OR",
    "OR OR OR",
    "-roma",
    "-(roma OR fee) -united",
    "\x00\x01\x1b[31mroma\x7f",
    "\ud800 roma \udfff",
    "‮roma‬",
    "😀" * 700,
    "ﷺ" * 300,
    "İstanbul ß ﬁ Å",
    "a" * 100_000,
    " ".join(f"{word}{number}" for number in range(700) for word in WORDS),
    " ".join(WORDS * 400),
    " OR ".join(WORDS * 60),
    '"' + " ".join(WORDS * 30) + '"',
    "%00%0a%27",
    "'; DROP TABLE articles; --",
    "<script>alert(1)</script>",
    "{{7*7}} ${7*7} %(x)s {0.__class__}",
]

pieces = st.one_of(
    st.sampled_from([*WORDS, '"', "(", ")", "-", "OR", "AND", "NOT", "*", ":", "..", "title:", "category:", "date:"]),
    st.sampled_from(
        ["since:", "until:", "2020-09-15", "last-week", "sports", "~", "^2", "[", "]", "{", "}", "|", "\\"]
    ),
    st.text(max_size=8),
)
queries = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(max_size=60),
    st.lists(pieces, max_size=14).map(" ".join),
    st.lists(pieces, max_size=14).map("".join),
)
many = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
Test = TypeVar("Test", bound=Callable[..., None])


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("site")
    chance = random.Random(1)
    (folder / "content").mkdir()
    for number in range(60):
        body = " ".join(chance.choices(WORDS, k=80))
        header = f"title: {' '.join(chance.choices(WORDS, k=4))}\ndate: 2020-09-{number % 28 + 1:02}\ntags: [sports]"
        (folder / "content" / f"{number}.md").write_text(f"---\n{header}\n---\n{body}\n", encoding="utf-8")
    with Engine(Settings(content=folder / "content", index=folder / "index")) as engine:
        engine.index()
        yield engine


@pytest.fixture(scope="module")
def app(engine: Engine) -> Flask:
    return create_app(engine)


def with_hostile_examples(function: Test) -> Test:
    """A test of queries that sees each of the hostile ones, whatever chance brings."""
    for query in HOSTILE:
        function = example(query=query)(function)
    return function


@with_hostile_examples
@many
@given(query=queries)
def test_the_engine_answers_any_query(engine: Engine, query: str) -> None:
    with at_most(5):  # twice the time limit of a search, which nothing may outrun
        results = engine.search(query)
    assert results.total >= len(results.hits) > 0 or results.total == 0
    assert len(results.warnings) <= 6


@pytest.mark.slow
@with_hostile_examples
@many
@given(query=queries)
def test_page_and_api_never_fail(app: Flask, query: str) -> None:
    client = app.test_client()
    sendable = query.encode("utf-8", "surrogateescape" if _escapes(query) else "replace")
    for path in ("/", "/api/search", "/api/suggest"):
        response = client.get(path, query_string={"q": sendable})
        assert response.status_code in (200, 400, 414), path  # 414: longer than any server takes
        assert b"Traceback" not in response.data


@pytest.mark.slow
@with_hostile_examples
@many
@given(query=queries)
def test_the_command_line_never_fails(engine: Engine, capsys: pytest.CaptureFixture[str], query: str) -> None:
    # What a shell hands over of such bytes: no NUL, and what is not UTF-8 escaped.
    words = query.replace("\x00", " ").encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape").split()
    status = run([*_folders(engine), "search", "--", *words])
    said = capsys.readouterr()
    assert status in ((0, 1) if words else (0, 1, 2)), said.err
    assert "Traceback" not in said.err
    assert "\x1b" not in said.out + said.err


def _folders(engine: Engine) -> list[str]:
    return ["--content", str(engine.settings.content), "--index", str(engine.settings.index)]


def _escapes(query: str) -> bool:
    return all(not "\ud800" <= char <= "\udfff" or "\udc80" <= char <= "\udcff" for char in query)


def test_the_installed_command_takes_bytes_that_are_not_text(engine: Engine) -> None:
    command = [os.fsencode(sys.executable), b"-m", b"article_search"]
    folders = [b"--content", bytes(engine.settings.content), b"--index", bytes(engine.settings.index)]
    for words in ([b"roma\xff\xfe"], [b"\xed\xa0\x80", b"fee"], [b"-\xff"], [b"r\xc3"]):
        done = subprocess.run([*command, *folders, b"search", *words], capture_output=True, check=False)
        assert done.returncode in (0, 1), done.stderr
        assert b"Traceback" not in done.stderr


def test_options_that_cannot_be_read_are_errors_in_one_line(
    engine: Engine, app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    for option, value in (("--since", "banana"), ("--page", "99999999999"), ("--limit", "0"), ("--sort", "best")):
        assert run([*_folders(engine), "search", "roma", option, value]) == 2
        said = capsys.readouterr()
        assert said.err.count("\n") == 1
        assert said.out == ""
        response = app.test_client().get("/api/search", query_string={"q": "roma", option[2:]: value})
        assert response.status_code == 400
        assert response.get_json()["option"] == option[2:]


def test_paths_cannot_leave_the_index(app: Flask, tmp_path: Path) -> None:
    for id in ("../../etc/passwd", "%2e%2e/%2e%2e/etc/passwd", "..\\..\\x", "\x00", "a" * 5000):
        assert app.test_client().get(f"/article/{id}").status_code in (404, 400, 414)
