"""Work has a bound in what came in: nothing that reads content, queries, settings or requests takes time that grows
much faster than its input; and what is remembered of hostile queries stays within the settings' bound."""

from __future__ import annotations

import random
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from article_search.engine import Engine
from article_search.errors import NotFoundError
from article_search.language import text
from article_search.settings import Settings
from tests.effort import at_most, grows_evenly
from tests.growth import TABLE, Growth

LETTERS = "abcdefghijklmnopqrstuvwxyzéüßжщкאב中文日本ก한\U00010330\U00010331"
SHAPES = ("{0}", "{0} {1} {2} {3}", '"{0} {1}"', "{0}*", "title:{0} OR {1}", "{0}-{1} -{2}", ".{0} {1}(", "{0}" * 20)


@pytest.mark.parametrize("one", TABLE, ids=[one.name for one in TABLE])
def test_work_grows_with_what_came_in(one: Growth) -> None:
    grows_evenly(one.read, one.worst, one.size)


# ---- memory ----


def hostile(number: int) -> str:
    """A query that nobody has asked before."""
    chance = random.Random(number)
    words = ("".join(chance.choices(LETTERS, k=chance.choice((3, 8, 30)))) for _ in range(4))
    return chance.choice(SHAPES).format(*words)


def ask(engine: Engine, numbers: range) -> None:
    for number in numbers:
        query = hostile(number)
        engine.search(query, limit=1)
        if number % 4 == 0:
            engine.suggest(query)
            with pytest.raises(NotFoundError):
                engine.document(query * 20)


@contextmanager
def small_engine(folder: Path, cache_mb: int) -> Iterator[Engine]:
    content = folder / "content"
    content.mkdir()
    for number in range(20):
        (content / f"{number}.md").write_text(f"---\ntitle: Gulls {number}\n---\nA ferry {number} and its gulls.\n")
    with Engine(Settings(content=content, index=folder / "index", cache_mb=cache_mb, workers=1)) as engine:
        engine.index()
        yield engine


def assert_level(engine: Engine, asked: int) -> None:
    """Twice as many different questions leave no more in memory."""
    ask(engine, range(1))
    tracemalloc.start()
    try:
        ask(engine, range(1, asked))
        before = tracemalloc.get_traced_memory()[0]
        ask(engine, range(asked, 2 * asked))
        after = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert after < before + engine.settings.cache_mb * 2**20 // 2
    assert after < 3 * engine.settings.cache_mb * 2**20


def test_memory_is_level_whatever_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "_REMEMBERED", 2**16)
    with small_engine(tmp_path, cache_mb=1) as engine:
        assert_level(engine, 60)


@pytest.mark.slow
def test_memory_is_level_after_very_many_questions(tmp_path: Path) -> None:
    with small_engine(tmp_path, cache_mb=16) as engine:
        before = resident()
        ask(engine, range(1_500))
        halfway = resident()
        ask(engine, range(1_500, 3_000))
        assert resident() < halfway + 8
        assert resident() < before + 16 + 32, "what is kept of the index, and words"


def resident() -> int:
    """Megabytes of this process, without mapped files."""
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("RssAnon")) // 1024


# ---- whole answers ----


def test_a_dear_search_is_answered_in_the_time_there_is(tmp_path: Path) -> None:
    content = tmp_path / "content"
    content.mkdir()
    for number in range(24):
        (content / f"{number}.md").write_text(f"---\ntitle: X{number}\n---\n{'x ' * 100_000}u{number}\n")
    (content / "long.md").write_text("---\ntitle: Long\n---\n" + "x\n\n" * 300_000)
    with Engine(Settings(content=content, index=tmp_path / "index", workers=1)) as engine:
        engine.index()
        row = " ".join(["x"] * 8)
        for query in ("x", f'"{row}"', f'x "{row}" ' + " ".join(f'"x y{n}"' for n in range(20))):
            with at_most(3):
                engine.search(query, each=True, limit=100)
        with at_most(3):
            view = engine.view("long.md", f'"{row}"')
        assert len(view.paragraphs) == 5_000
        assert "".join(piece.text for paragraph in view.paragraphs for piece in paragraph).count("x") == 300_000
