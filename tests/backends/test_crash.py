"""A run of ``articles index`` killed at any moment leaves the state before or after, and nothing in the way."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

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


# Counts the steps of a run once it has the index's lock, which are calls and returns of functions, and kills it at one
# of them. A clock would not do: how far a run is by then depends on the machine. What workers do is not counted.
COUNTED = """
import os, signal, sys
steps, last = 0, int(sys.argv.pop(1))
def step(frame, event, argument):
    global steps
    steps += 1
    if steps == last:
        os.kill(os.getpid(), signal.SIGKILL)
def begin(event, arguments):
    if event == "open" and not steps and str(arguments[0]).endswith("articles.lock"):
        sys.setprofile(step)
sys.addaudithook(begin)
os.register_at_fork(after_in_child=lambda: sys.setprofile(None))
from article_search.__main__ import main
try:
    main()
finally:
    sys.setprofile(None)
    print("steps:", steps)
"""


def steps_of_run(site: Site, *options: str) -> int:
    """How many steps a whole run takes."""
    done = subprocess.run(counted(site, 0, *options), check=True, capture_output=True, text=True)
    return int(done.stdout.split("steps:")[1])


def killed_run(site: Site, step: int, *options: str) -> bool:
    """A run that is killed at a step; false if it took fewer."""
    done = subprocess.run(counted(site, step, *options), capture_output=True)
    assert done.returncode in (0, -signal.SIGKILL)
    return done.returncode != 0


def counted(site: Site, step: int, *options: str) -> list[str]:
    return [sys.executable, "-c", COUNTED, str(step), *site.command(*options)[3:]]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "changed"), [((), range(5)), ((), range(350)), (("--full",), range(5))], ids=["few", "many", "full"]
)
def test_the_old_or_the_new_state_answers_and_the_next_run_repairs(
    site: Site, options: tuple[str, ...], changed: range
) -> None:
    site.publish(changed)
    steps = steps_of_run(site, *options)
    chance = random.Random(len(changed))
    interrupted = 0
    for _ in range(KILLS):
        before = site.edition
        site.publish(changed)
        share = 1 - chance.random() ** 3  # most near the end, where the new state takes the old one's place
        interrupted += killed_run(site, 1 + int(share * steps), *options)
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


ORPHANS = """
import os, signal, time
from article_search.backends.workers import context, messages
def work(send):
    send("at work")
    time.sleep(3600)
with messages(context(), [work, work], [os.open(os.devnull, os.O_RDONLY)]) as received:
    print(next(received), next(received), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_workers_end_with_a_killed_parent() -> None:
    # The output ends when the last of them has ended, who have it from their parent.
    done = subprocess.run([sys.executable, "-c", ORPHANS], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.returncode) == ("at work at work\n", -signal.SIGKILL)
