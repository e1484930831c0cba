"""How are questions put to the engines? Each first to one that has just been opened, then again.

Most questions of readers are new. So an engine is opened in a process of its own, answers a warm-up of other words,
which a server has had as well, and is asked each question once: that is ``first``. Then all are put again, some times:
``warm``. Engines take turns every some questions, another one first in each round. Not here: which questions.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from peers import Level, Question
from peers.running import Running, percentile

BATCH = 50  # questions an engine answers before it is the next one's turn
SHARES = (0.50, 0.95, 0.99)


@dataclass
class Times:
    """Milliseconds of each question: of its first time, and the median of all later ones; ``memory`` of the process in
    bytes after the first round."""

    first: list[float] = field(default_factory=list)
    warm: list[float] = field(default_factory=list)
    memory: int = 0

    def figures(self) -> dict[str, float]:
        """Percentiles over questions, each by the end of its name."""
        found: dict[str, float] = {}
        for name, values in (("first", self.first), ("warm", self.warm)):
            if values:
                found |= {f"{name}: p{share * 100:.0f}, ms": percentile(values, share) for share in SHARES}
        return found


def put(
    folders: Mapping[str, Path], asked: Sequence[Question], level: Level, warm_up: Sequence[Question], rounds: int
) -> dict[str, Times]:
    """Puts questions to engines by name, each over its folder: once, and in so many rounds more."""
    with ExitStack() as stack:
        running = {name: stack.enter_context(Running(name, folder)) for name, folder in folders.items()}
        for each in running.values():
            each.ask("open")
            each.ask("search", questions=warm_up, level="whole")
        found = {name: Times() for name in running}
        later: dict[str, list[list[float]]] = {name: [[] for _ in asked] for name in running}
        for number in range(rounds + 1):
            for start in range(0, len(asked), BATCH):
                batch = asked[start : start + BATCH]
                for name in turned(list(running), number):
                    seconds = running[name].ask("search", questions=batch, level=level)["seconds"]
                    if not number:
                        found[name].first += [each * 1000 for each in seconds]
                    for place, taken in enumerate(seconds if number else (), start):
                        later[name][place].append(taken * 1000)
            if not number:
                for name, each in running.items():
                    found[name].memory = each.memory()
        for name, times in found.items():
            times.warm = [statistics.median(each) for each in later[name]] if rounds else []
    return found


def turned(names: list[str], by: int) -> list[str]:
    """The names, beginning with another one each round."""
    by %= len(names)
    return names[by:] + names[:by]
