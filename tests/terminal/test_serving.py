"""Serving hands over to the web."""

from __future__ import annotations

import pytest

from tests.fake_engine import FakeEngine
from tests.terminal.conftest import Run


def test_serve_hands_the_engine_to_the_server(run: Run, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[object] = []
    monkeypatch.setattr("article_search.web.server.serve", lambda *arguments: served.extend(arguments))
    assert run("serve", "--port", "8123")[0] == 0
    assert served == [engine, "127.0.0.1", 8123]
