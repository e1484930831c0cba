"""The access log: one line of JSON an answer, and nothing of the reader in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from article_search import web
from article_search.errors import SettingsError
from article_search.settings import Settings, Web
from tests.fake_engine import FakeEngine

MakeApp = Callable[[Path], Flask]


@pytest.fixture
def app_with_log() -> Iterator[MakeApp]:
    """Makes an application whose access log is in a file."""
    with ExitStack() as stack:

        def make(file: Path) -> Flask:
            app = web.create_app(FakeEngine(settings=Settings(web=Web(access_log=file))))
            stack.callback(web.close_logs, app)
            return app

        yield make


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_a_line_says_what_was_answered_and_how_long_it_took(app_with_log: MakeApp, tmp_path: Path) -> None:
    file = tmp_path / "access.log"
    answer = app_with_log(file).test_client().get("/?q=harbour")
    answer.close()
    (line,) = lines(file)
    assert line.keys() == {"time", "method", "path", "status", "bytes", "ms", "search_ms"}
    assert (line["method"], line["path"], line["status"]) == ("GET", "/", 200)
    assert line["bytes"] == len(answer.data)
    assert datetime.now(UTC) - datetime.fromisoformat(line["time"]) < timedelta(minutes=1)
    assert line["search_ms"] >= 0 and 0 < line["ms"] < 60_000


def test_a_line_has_nothing_of_the_reader(app_with_log: MakeApp, tmp_path: Path) -> None:
    file = tmp_path / "access.log"
    headers = {"User-Agent": "A-Browser", "Referer": "https://elsewhere.example", "X-Forwarded-For": "203.0.113.9"}
    app_with_log(file).test_client().get("/?q=harbour", headers=headers).close()
    written = file.read_text()
    for private in ("harbour", "Browser", "elsewhere", "203.0.113", "127.0.0.1"):
        assert private not in written


def test_every_answer_has_its_line(app_with_log: MakeApp, tmp_path: Path) -> None:
    file = tmp_path / "access.log"
    client = app_with_log(file).test_client()
    for url in ("/nope", "/api/search?page=x", "/static/style.css", "/article/nope"):
        client.get(url).close()
    client.post("/").close()
    client.head("/?q=harbour").close()
    assert [(line["status"], line["search_ms"] is None) for line in lines(file)] == [
        (404, True),
        (400, True),
        (200, True),
        (404, True),
        (405, True),
        (200, False),
    ]


@pytest.mark.parametrize("path", ["/a%0a{%22status%22:200}", "/%1b[31m", "/%ff%fe", "/日本", "/" + "x" * 5_000])
def test_no_path_forges_a_line(app_with_log: MakeApp, tmp_path: Path, path: str) -> None:
    file = tmp_path / "access.log"
    app_with_log(file).test_client().get(path).close()
    (line,) = lines(file)
    assert line["status"] == 404
    assert len(line["path"]) <= 500
    assert file.read_text().isascii() and "\x1b" not in file.read_text()


def test_a_log_that_was_moved_away_is_begun_anew(app_with_log: MakeApp, tmp_path: Path) -> None:
    file = tmp_path / "access.log"
    client = app_with_log(file).test_client()
    client.get("/robots.txt").close()
    file.rename(tmp_path / "access.log.1")
    client.get("/nope").close()
    assert [line["status"] for line in lines(file)] == [404]


def test_it_can_go_to_standard_error() -> None:
    program = (
        "from pathlib import Path; from article_search import web; from article_search.settings import Settings, Web;"
        "from tests.fake_engine import FakeEngine;"
        "app = web.create_app(FakeEngine(settings=Settings(web=Web(access_log=Path('-')))));"
        "app.test_client().get('/robots.txt').close()"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, timeout=60)
    assert json.loads(done.stderr)["path"] == "/robots.txt"


def test_a_log_that_cannot_be_written_is_told_of_at_the_start(app_with_log: MakeApp, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"access_log: .*nowhere.* cannot be written: No such file"):
        app_with_log(tmp_path / "nowhere" / "access.log")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")  # noqa: PTH110
def test_a_full_disk_costs_no_answer(app_with_log: MakeApp, capfd: pytest.CaptureFixture[str]) -> None:
    answer = app_with_log(Path("/dev/full")).test_client().get("/robots.txt")
    answer.close()
    assert answer.status_code == 200
    assert capfd.readouterr().err == ""
