"""Of very many titles the folder keeps the newest."""

from __future__ import annotations

from datetime import timedelta

import pytest

from article_search.backends.embedded import EmbeddedBackend
from article_search.backends.embedded.reading import titles
from tests.shelf import START, article, commit, suggest


def test_of_very_many_titles_the_newest_are_counted(embedded: EmbeddedBackend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(titles, "_PLACES", 8)
    old = [article(f"old{n}.md", f"Roma lose {n}", date=START) for n in range(3)]
    new = [article(f"new{n}.md", f"Roma win {n}", date=START + timedelta(days=1)) for n in range(2)]
    commit(embedded, [*old, *new, article("undated.md", "Roma draw", date=None)])
    assert [one.text for one in suggest(embedded, "roma", 10) if one.kind == "query"] == ["roma win"]
    assert len([one for one in suggest(embedded, "roma l", 10) if one.kind == "title"]) == 3
