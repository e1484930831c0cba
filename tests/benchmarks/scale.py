"""How does the cost grow with the number of articles? Ours and tantivy over made-up articles, from 10,000 to a million.

    python tests/benchmarks/scale.py [--sizes 10000,100000,300000,1000000] [--json FILE]

Prints a table, and for each figure a plot of how it grows. Up to ``--files-up-to`` articles are written as files and
indexed as a user would; more of them are made in the processes that parse, so that nobody needs a million files.
README.md beside this says what each figure means.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from peers import Kind, Level, made, missing, questions
from peers.asking import Times, put
from peers.running import Clock, Running, conditions, print_conditions, size, table

ENGINES = ("ours", "tantivy")
PARSERS = 2  # processes that parse for tantivy
CHANGED = 100  # articles of one update
SAMPLE = 2000  # articles that queries are drawn from
SETTLE = 2.2  # seconds after which a file written counts as written
LEVELS: dict[Level, str] = {"facets": "total, facets", "whole": "whole answer"}
PLOTTED = (
    "build, s",
    "update, s",
    "size, MB",
    "any, whole answer, first: p50, ms",
    "all, whole answer, first: p95, ms",
)

Values = dict[str, dict[str, dict[int, float]]]  # figure -> engine -> number of articles -> value


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sizes", default="10000,100000,300000,1000000", help="numbers of articles, with commas")
    parser.add_argument("--files-up-to", type=int, default=100_000, help="up to here articles are files (100000)")
    parser.add_argument("--queries", type=int, default=200, help="questions of each kind (200)")
    parser.add_argument("--rounds", type=int, default=3, help="times that every question is put again, warm (3)")
    parser.add_argument("--json", type=Path, help="file for the figures")
    parser.add_argument("--work", type=Path, help="folder to work in, on the disk to be measured (the system's)")
    arguments = parser.parse_args()
    sizes = sorted({int(number) for number in arguments.sizes.split(",")})
    engines = [name for name in ENGINES if not missing(name)]
    found = conditions()
    print_conditions(found)
    values: Values = defaultdict(lambda: defaultdict(dict))
    clock = Clock()
    for number in sizes:
        with tempfile.TemporaryDirectory(dir=arguments.work, prefix="scale-") as folder:
            in_files = number <= arguments.files_up_to
            _Size(number, in_files, Path(folder), engines, values, clock).measure(arguments.queries, arguments.rounds)
    print()
    print(shown(values, sizes, engines, arguments.files_up_to))
    for figure in PLOTTED:
        print()
        print(plot(figure, values[figure]))
    if arguments.json:
        report = {"conditions": found, "files_up_to": arguments.files_up_to, "values": values}
        arguments.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


class _Size:
    """The measurements at one number of articles."""

    def __init__(
        self, number: int, in_files: bool, folder: Path, engines: list[str], values: Values, clock: Clock
    ) -> None:
        self.number, self.in_files, self.folder, self.engines = number, in_files, folder, engines
        self.values, self.clock = values, clock
        self.content = folder / "content"

    def measure(self, asked: int, rounds: int) -> None:
        """Everything; the updates last, for they leave more segments behind."""
        self._add("making one, ms", "ours", making(min(500, self.number)) * 1000)
        if self.in_files:
            self._say("writing files")
            made.write(range(self.number), self.content)
            time.sleep(SETTLE)
        for engine in self.engines:
            self._build(engine)
        self._ask(asked, rounds)
        changed = random.Random(3).sample(range(self.number), min(CHANGED, self.number))
        if self.in_files:
            made.write(changed, self.content, version=1)
            time.sleep(SETTLE)
        for engine in self.engines:
            self._update(engine, sorted(changed))

    def _say(self, what: str) -> None:
        self.clock.say(f"{self.number:,} articles: {what}")

    def _add(self, figure: str, engine: str, value: float) -> None:
        self.values[figure][engine][self.number] = value

    def _build(self, engine: str) -> None:
        self._say(f"building {engine}")
        source: dict[str, Any] = {"size": self.number, "version": 0}
        if self.in_files:
            source = {"content": str(self.content)}
        with Running(engine, self.folder / engine) as running:
            done = running.watched("build", workers=PARSERS, **source)
        if done["result"] != self.number:
            raise RuntimeError(f"{engine} took {done['result']} of {self.number} articles")
        self._add("build, s", engine, done["seconds"])
        self._add("build CPU, s", engine, done["cpu"])
        self._add("peak RSS, MB", engine, done["rss"] / 1e6)
        self._add("peak PSS, MB", engine, done["pss"] / 1e6)
        self._add("size, MB", engine, size(self.folder / engine) / 1e6)

    def _update(self, engine: str, changed: Sequence[int]) -> None:
        self._say(f"updating {engine}")
        source: dict[str, Any] = {"numbers": list(changed), "version": 1}
        if self.in_files:
            source = {"content": str(self.content), "ids": [made.id(number) for number in changed]}
        with Running(engine, self.folder / engine) as running:
            done = running.ask("update", **source)
        self._add("update, s", engine, done["seconds"])

    def _ask(self, count: int, rounds: int) -> None:
        """Any of the words of some questions, then all of those of others, so that each is new; for whole answers to
        the same process, whose memory is then looked at."""
        numbers = random.Random(4).sample(range(self.number), min(SAMPLE, self.number))
        articles = [article for number in numbers if (article := made.MadeLoader()(made.id(number)).article)]
        drawn = questions.draw(articles, 2 * count)
        asked = [*drawn["any"][:count], *drawn["all"][count:]]
        warm_up = questions.warm_up(articles, asked)
        folders = {engine: self.folder / engine for engine in self.engines}
        for level in LEVELS:
            self._say(f"questions, {LEVELS[level]}")
            for engine, times in put(folders, asked, level, warm_up, rounds).items():
                self._add_times(engine, level, [question.kind for question in asked], times)
                if level == "whole":
                    self._add("memory after questions, MB", engine, times.memory / 1e6)

    def _add_times(self, engine: str, level: Level, kinds: list[Kind], times: Times) -> None:
        for kind in ("any", "all"):
            those = [place for place, each in enumerate(kinds) if each == kind]
            first, warm = ([values[place] for place in those if values] for values in (times.first, times.warm))
            for end, value in Times(first, warm).figures().items():
                if "p99" not in end:
                    self._add(f"{kind}, {LEVELS[level]}, {end}", engine, value)


def making(count: int) -> float:
    """Seconds it takes to make one article, which is part of every build from memory."""
    made.markdown(0)  # the vocabulary is made once
    started = time.perf_counter()
    for number in range(count):
        made.markdown(number)
    return (time.perf_counter() - started) / count


# ---- showing ----


def shown(values: Values, sizes: Sequence[int], engines: Sequence[str], files_up_to: int) -> str:
    """A line a figure and engine, a column a number of articles."""
    lines = [
        [figure, engine, *(_short(values[figure][engine].get(number)) for number in sizes)]
        for figure in values
        for engine in engines
        if values[figure][engine]
    ]
    heads = [f"{number:,}{'' if number <= files_up_to else ' *'}" for number in sizes]
    note = "\n* made in memory, not read from files" if sizes[-1] > files_up_to else ""
    return table(["", "", *heads], lines) + note


def _short(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def plot(figure: str, series: Mapping[str, Mapping[int, float]], width: int = 64, height: int = 14) -> str:
    """Both axes logarithmic, so that a cost in proportion to the articles rises one decade a decade. Marks are the
    engines' first letters, ``#`` where they meet."""
    points = {engine: {x: y for x, y in line.items() if y > 0} for engine, line in series.items()}
    every = [(x, y) for line in points.values() for x, y in line.items()]
    if not every:
        return f"{figure}: nothing to plot"
    across = _axis([x for x, _ in every], width)
    up = _axis([y for _, y in every], height)
    cells = [[" "] * width for _ in range(height)]
    for engine, line in points.items():
        for x, y in line.items():
            row, column = height - 1 - up(y), across(x)
            cells[row][column] = engine[0] if cells[row][column] in (" ", engine[0]) else "#"
    labels = [""] * height
    labels[0], labels[-1] = _short(max(y for _, y in every)), _short(min(y for _, y in every))
    body = [f"{label:>8} |{''.join(row).rstrip()}" for label, row in zip(labels, cells, strict=True)]
    first, last = f"{min(x for x, _ in every):,}", f"{max(x for x, _ in every):,}"
    foot = f"{'':8} +{'-' * width}\n{'':10}{first}{last:>{width - len(first)}}"
    names = ", ".join(f"{engine[0]} = {engine}" for engine in points)
    return "\n".join([f"{figure} ({names}), by number of articles", *body, foot])


def _axis(values: Sequence[float], cells: int) -> Any:
    """A function that gives the cell of a value."""
    low, high = math.log(min(values)), math.log(max(values))
    span = (high - low) or 1.0
    return lambda value: round((math.log(value) - low) / span * (cells - 1))


if __name__ == "__main__":
    main()
