"""A run of ``articles index`` killed at any moment leaves the state before or after, and nothing in the way."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from article_search.engine import Engine
from article_search.settings import Settings
from tests.backends.test_durability import needed

KILLS = int(os.environ.get("ARTICLES_KILLS", "10"))  # of each kind
ARTICLES = 400  # enough for worker processes


@dataclass
class Site:
    """A content folder that moves from edition to edition; each article says which it is of."""

    settings: Settings
    edition: int = 0

    def publish(self, numbers: range) -> None:
        """Writes a new edition of some articles."""
        self.edition += 1
        for number in numbers:
            text = f"---\ntitle: Article {number}\ndate: 2020-09-15\n---\nedition{self.edition} " + "some words " * 40
            (self.settings.content / f"{number:03}.md").write_text(text)

    def command(self, *options: str) -> list[str]:
        folders = ["--content", str(self.settings.content), "--index", str(self.settings.index)]
        return [sys.executable, "-m", "article_search", *folders, "index", *options]

    def count(self, edition: int) -> int:
        with Engine(self.settings) as engine:
            return engine.search(f"edition{edition}").total

    def total(self) -> int:
        with Engine(self.settings) as engine:
            return engine.search("").total


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    (folder / "content").mkdir()
    site = Site(Settings(content=folder / "content", index=folder / "index"))
    site.publish(range(ARTICLES))
    subprocess.run(site.command(), check=True, capture_output=True)
    yield site


def killed_run(site: Site, after: float, *options: str) -> bool:
    """Starts a run and kills it after so many seconds; whether it was still running."""
    process = subprocess.Popen(site.command(*options), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(after)
        return False
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
        return True


@pytest.mark.parametrize(
    ("options", "changed"), [((), range(5)), ((), range(350)), (("--full",), range(5))], ids=["few", "many", "full"]
)
def test_the_old_or_the_new_state_answers_and_the_next_run_repairs(
    site: Site, options: tuple[str, ...], changed: range
) -> None:
    site.publish(changed)
    started = time.monotonic()
    subprocess.run(site.command(*options), check=True, capture_output=True)
    duration = time.monotonic() - started
    chance = random.Random(len(changed))
    interrupted = 0
    for _ in range(KILLS):
        before = site.edition
        site.publish(changed)
        interrupted += killed_run(site, chance.uniform(0.3, 1.05) * duration, *options)
        # Either all changed articles are of the old edition, or all of the new.
        assert (site.count(before), site.count(site.edition)) in ((len(changed), 0), (0, len(changed)))
        assert site.total() == ARTICLES
        subprocess.run(site.command(), check=True, capture_output=True, timeout=60)
        assert site.count(site.edition) == len(changed)
        with Engine(site.settings) as engine:
            assert engine.verify() == ()
            assert not engine.status().stale
        assert set(os.listdir(site.settings.index)) == needed(site.settings.index)
    assert interrupted > KILLS / 3


def test_workers_end_with_a_killed_parent(site: Site) -> None:
    site.publish(range(ARTICLES))
    killed_run(site, 0.7)
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and _processes_of(site.settings.content):
        time.sleep(0.1)
    assert _processes_of(site.settings.content) == []


def _processes_of(content: Path) -> list[str]:
    listing = subprocess.run(["ps", "-eo", "args"], check=True, capture_output=True, text=True).stdout
    return [line for line in listing.splitlines() if str(content) in line and "article_search" in line]
