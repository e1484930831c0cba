"""The engine joins content, queries and a backend; what one run of it does bears another beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from article_search.engine import Engine
from article_search.errors import SettingsError
from article_search.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "content").mkdir()
    return Settings(content=tmp_path / "content", index=tmp_path / "index", workers=1)


def write(settings: Settings, name: str) -> None:
    (settings.content / name).write_text("---\ntitle: Roma wait\n---\nUnited ask for a fee.\n")


def test_what_another_run_has_indexed_while_one_waited_is_not_removed(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(settings, "a.md")
    with Engine(settings) as engine, Engine(settings) as other:
        backend = engine._backend
        make_writer = backend.writer

        def writer(wait: bool, full: bool) -> object:
            write(settings, "b.md")  # while this run waits for its turn, a file is written, and another run takes it
            assert other.index().added == 2
            return make_writer(wait, full)

        monkeypatch.setattr(backend, "writer", writer)
        report = engine.index(wait=True)
        assert (report.seen, report.removed) == (2, 0)
        assert engine.search("roma").total == 2


def test_without_content_no_folder_is_made_for_an_index(settings: Settings) -> None:
    settings.content.rmdir()
    with Engine(settings) as engine, pytest.raises(SettingsError, match="no content folder"):
        engine.index()
    assert not settings.index.exists()
