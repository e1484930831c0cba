"""How does this engine compare with others over the same articles? One table, each figure beside the peers'.

    python tests/benchmarks/compare_peers.py CONTENT [--rounds N] [--queries N] [--engines a,b] [--json FILE]

CONTENT is only read: everything happens in copies of it. README.md beside this says what each figure means, and where
the comparison is not fair. Takes as long as the slowest engine: name the engines to be quicker.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from peers import LIMIT, MODULES, Kind, Level, Question, missing, questions
from peers.asking import Times, put, turned
from peers.feed import files, settings
from peers.running import Clock, Running, conditions, print_conditions, size, table

from article_search.reading.article import Article

PARSERS = 2  # processes that parse for a peer, as many as ours has on two cores
ONCE = {"whoosh"}  # too slow for several builds and rounds, and for snippets: seconds a question
ADDED, CHANGED, REMOVED = 100, 50, 20  # of an incremental update
SAMPLE = 3000  # articles that queries are drawn from
SETTLE = 2.2  # seconds after which a file written counts as written, see loading.py

ASKED: tuple[tuple[str, Kind, Level], ...] = (
    ("any word, total, facets", "any", "facets"),
    ("all words, total, facets", "all", "facets"),
    ("phrase, total, facets", "phrase", "facets"),
    ("prefix, total, facets", "prefix", "facets"),
    ("any word, dates, total, facets", "dates", "facets"),
    ("any word, whole answer", "any", "whole"),
    ("all words, whole answer", "all", "whole"),
    ("phrase, whole answer", "phrase", "whole"),
    ("prefix, whole answer", "prefix", "whole"),
    ("any word, dates, whole answer", "dates", "whole"),
)


@dataclass
class Figures:
    """What was measured: figure -> engine -> value in the unit its name gives, and every single measurement."""

    values: dict[str, dict[str, float]] = field(default_factory=lambda: defaultdict(dict))
    raw: dict[str, dict[str, list[float]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))

    def add(self, figure: str, engine: str, value: float) -> None:
        """One more measurement of a figure; the median counts."""
        self.raw[figure][engine].append(value)
        self.values[figure][engine] = statistics.median(self.raw[figure][engine])


def main() -> None:
    """Measures and prints."""
    arguments = read_arguments()
    found = conditions()
    print_conditions(found)
    engines = chosen(arguments.engines)
    with tempfile.TemporaryDirectory(dir=arguments.work, prefix="compare-peers-") as folder:
        run = Run(Path(folder), engines, arguments)
        try:
            run.all()
        except KeyboardInterrupt:
            run.notes.append("ended before all was measured")
    print()
    print(shown(run.figures, engines))
    print()
    for line in run.notes:
        print(line)
    found["load_average_after"] = os.getloadavg()
    if arguments.json:
        report = {"conditions": found, "engines": engines, "notes": run.notes, "counts": run.counts}
        report |= {"values": run.figures.values, "measurements": run.figures.raw}
        arguments.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def read_arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("content", type=Path, help="folder of Markdown files; only read")
    parser.add_argument("--rounds", type=int, default=5, help="times that every question is put again, warm (5)")
    parser.add_argument("--queries", type=int, default=300, help="questions of each kind (300)")
    parser.add_argument("--engines", default=",".join(MODULES), help=f"which of {', '.join(MODULES)}; ours always is")
    parser.add_argument("--builds", type=int, default=3, help="full builds of each engine but the slowest (3)")
    parser.add_argument("--updates", type=int, default=3, help="incremental updates of each engine (3)")
    parser.add_argument("--cold", type=int, default=15, help="cold searches of each program (15)")
    parser.add_argument("--json", type=Path, help="file for every single measurement")
    parser.add_argument("--work", type=Path, help="folder to work in, on the disk to be measured (the system's)")
    return parser.parse_args()


def chosen(names: str) -> list[str]:
    """The engines to measure, ours first; what is not installed is passed over by name."""
    wanted = [name for name in MODULES if name == "ours" or name in names.split(",")]
    if unknown := set(filter(None, names.split(","))) - MODULES.keys():
        sys.exit(f"no engine is called {', '.join(sorted(unknown))}; there are {', '.join(MODULES)}")
    for name in wanted:
        if library := missing(name):
            print(f"{name} is left out: {library} is not installed", flush=True)
    return [name for name in wanted if not missing(name)]


class Run:
    """One comparison, in a folder of its own."""

    def __init__(self, folder: Path, engines: list[str], arguments: argparse.Namespace) -> None:
        self.folder, self.engines, self.arguments = folder, engines, arguments
        self.content = folder / "content"
        self.figures = Figures()
        self.notes: list[str] = []
        self.counts: dict[str, Any] = {}
        self.clock = Clock()

    def all(self) -> None:
        """Everything, in an order in which nothing spoils what comes after it."""
        self.clock.say("copying the content, which also brings it into the system's cache")
        shutil.copytree(self.arguments.content, self.content)
        articles = self._sample()
        self._builds()
        self._nothing_to_do()
        asked = questions.draw(articles, self.arguments.queries)
        self._queries(asked, questions.warm_up(articles, asked["any"]))
        self._cold(questions.draw(articles, self.arguments.cold)["all"])
        self._updates()

    def index(self, engine: str) -> Path:
        """Where an engine has its index."""
        return self.folder / engine

    def _sample(self) -> list[Article]:
        source = files(settings(self.content, self.index("ours")))
        ids = random.Random(1).sample(source.ids, min(SAMPLE, len(source.ids)))
        return [article for id in ids if (article := source.load(id).article)]

    # Building

    def _builds(self) -> None:
        for number in range(self.arguments.builds):
            for engine in self.engines:
                if number == 0 or engine not in ONCE:
                    self._build(engine, PARSERS)
            if "tantivy" in self.engines:
                self._build_alone("tantivy")
        for engine in self.engines:
            self.figures.add("index size, MB", engine, size(self.index(engine)) / 1e6)
        self._best_pipeline("tantivy")

    def _build(self, engine: str, workers: int) -> None:
        self.clock.say(f"building {engine}")
        shutil.rmtree(self.index(engine), ignore_errors=True)
        with Running(engine, self.index(engine)) as running:
            done = running.watched("build", content=str(self.content), workers=workers)
        self.counts.setdefault("articles", {})[engine] = done["result"]
        self._add_build("full build", engine, done)

    def _build_alone(self, engine: str) -> None:
        """The variant without processes that parse, built beside and thrown away."""
        self.clock.say(f"building {engine}, parsing in its own process")
        folder = self.folder / "alone"
        with Running(engine, folder) as running:
            done = running.watched("build", content=str(self.content), workers=0)
        shutil.rmtree(folder)
        self._add_build("full build, one process parses", engine, done)

    def _add_build(self, what: str, engine: str, done: dict[str, Any]) -> None:
        add = self.figures.add
        add(f"{what}: wall, s", engine, done["seconds"])
        add(f"{what}: CPU, s", engine, done["cpu"])
        add(f"{what}: peak RSS, MB", engine, done["rss"] / 1e6)
        add(f"{what}: peak PSS, MB", engine, done["pss"] / 1e6)

    def _best_pipeline(self, engine: str) -> None:
        """A note when a peer is better off parsing in its own process, for a reader to compare with that."""
        walls = [self.figures.values[f"{what}: wall, s"] for what in ("full build", "full build, one process parses")]
        if engine in self.engines and walls[1][engine] < walls[0][engine]:
            ratio = walls[0]["ours"] / walls[1][engine]
            self.notes.append(
                f"{engine} builds faster when its own process parses; against that ours takes {ratio:.2f}x the time"
            )

    def _nothing_to_do(self) -> None:
        for _ in range(max(3, self.arguments.updates)):
            with Running("ours", self.index("ours")) as running:
                done = running.ask("update", content=str(self.content), ids=[])
            self.figures.add("nothing to do: wall, s", "ours", done["seconds"])
            self.figures.add("nothing to do, whole command: wall, s", "ours", self._command("index"))

    def _command(self, *arguments: str) -> float:
        """Seconds of the installed command, from its start to its end."""
        script = Path(sys.executable).with_name("articles")
        command = [str(script)] if script.exists() else [sys.executable, "-m", "article_search"]
        folders = ["--content", str(self.content), "--index", str(self.index("ours"))]
        return seconds_of([*command, *folders, *arguments])

    # Asking

    def _queries(self, asked: dict[Kind, list[Question]], warm_up: list[Question]) -> None:
        self._agreement(asked)
        for figure, kind, level in ASKED:
            if asked[kind]:
                self.clock.say(figure)
                once = ONCE if self.arguments.rounds or level == "whole" else set()
                folders = {name: self.index(name) for name in self.engines if name not in once}
                self._add_times(figure, put(folders, asked[kind], level, warm_up, self.arguments.rounds))
                slow = {name: self.index(name) for name in self.engines if name in once and level != "whole"}
                if slow:
                    self._add_times(figure, put(slow, asked[kind], level, warm_up, 0))

    def _add_times(self, figure: str, found: dict[str, Times]) -> None:
        for name, times in found.items():
            for end, value in times.figures().items():
                self.figures.values[f"{figure}, {end}"][name] = value
            self.figures.raw[f"{figure}, first: each question, ms"][name] = times.first
            self.figures.raw[f"{figure}, warm: each question's median, ms"][name] = times.warm

    def _agreement(self, asked: dict[Kind, list[Question]]) -> None:
        """Whether all answer the same question: how many articles are found, and how many of the ten are ours too.

        Only where every engine finds ten: ours goes on with some of the words when too few articles have all.
        """
        self.clock.say("comparing answers")
        for kind in asked:
            answers = {}
            for name in self.engines:
                with Running(name, self.index(name)) as running:
                    running.ask("open")
                    answers[name] = running.ask("search", questions=asked[kind], level="facets", show=True)
            totals = list(zip(*(found["totals"] for found in answers.values()), strict=True))
            enough = [place for place, each in enumerate(totals) if min(each) >= LIMIT]
            self.counts.setdefault("questions with ten hits in every engine", {})[kind] = len(enough)
            for name, found in answers.items() if enough else ():
                total = statistics.median(found["totals"][place] for place in enough)
                shared = (overlap(answers["ours"]["urls"][place], found["urls"][place]) for place in enough)
                self.figures.add(f"{kind}: articles found, median", name, total)
                self.figures.add(f"{kind}: of ours' top 10, share", name, statistics.fmean(shared))

    def _cold(self, asked: Sequence[Question]) -> None:
        """Whole processes, from nothing to an answer on a pipe."""
        self.clock.say("cold searches")
        index = str(self.index("tantivy"))
        for question in asked:
            self.figures.add("cold search: wall, s", "ours", self._command("search", *question.text.split()))
            if "tantivy" in self.engines:
                from peers.tantivy_peer import COLD

                taken = seconds_of([sys.executable, "-c", COLD, index, question.text])
                self.figures.add("cold search: wall, s", "tantivy", taken)
            self.figures.add("cold Python that does nothing: wall, s", "ours", seconds_of([sys.executable, "-c", ""]))

    # Updating

    def _updates(self) -> None:
        chance = random.Random(2)
        for number in range(self.arguments.updates):
            written, removed = change(self.content, number, chance)
            time.sleep(SETTLE)
            for engine in turned(self.engines, number):
                self.clock.say(f"updating {engine}")
                with Running(engine, self.index(engine)) as running:
                    done = running.watched("update", content=str(self.content), ids=written, removed=removed)
                self.figures.add("update: wall, s", engine, done["seconds"])
                self.figures.add("update: CPU, s", engine, done["cpu"])
                self.figures.add("update: peak RSS, MB", engine, done["rss"] / 1e6)
        for engine in self.engines if self.arguments.updates else ():
            self.figures.add("index size after updates, MB", engine, size(self.index(engine)) / 1e6)


def change(content: Path, number: int, chance: random.Random) -> tuple[list[str], list[str]]:
    """Adds, changes and removes files; the ids of those to read, and of those gone. What is added are copies of
    others, under names of their own and with a word no other article has."""
    ids = [path.relative_to(content).as_posix() for path in sorted(content.rglob("*.md"))]
    picked = chance.sample(ids, min(len(ids), ADDED + CHANGED + REMOVED))
    # A handful of articles is shared out in the same proportion.
    ends = [len(picked) * part // (ADDED + CHANGED + REMOVED) for part in (ADDED, ADDED + CHANGED)]
    copied, changed, removed = picked[: ends[0]], picked[ends[0] : ends[1]], picked[ends[1] :]
    added = []
    for place, id in enumerate(copied):
        added.append(f"added-{number}/{place}.md")
        _write(content / added[-1], (content / id).read_bytes() + f"\n\nAdded{number}x{place} too.\n".encode())
    for place, id in enumerate(changed):
        _write(content / id, (content / id).read_bytes() + f"\n\nChanged{number}x{place} too.\n".encode())
    for id in removed:
        (content / id).unlink()
    return sorted([*added, *changed]), sorted(removed)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)


def overlap(ours: Sequence[str], theirs: Sequence[str]) -> float:
    """The share of our hits that are theirs too."""
    return len(set(ours) & set(theirs)) / len(set(ours))


def seconds_of(command: Sequence[str]) -> float:
    """Wall time of a command; that a search finds nothing is no failure."""
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True)
    seconds = time.perf_counter() - started
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{' '.join(command[:4])} ... failed: {done.stderr}")
    return seconds


def shown(figures: Figures, engines: Sequence[str]) -> str:
    """The table. Brackets: ours divided by the peer's, so that under 1 ours is the smaller."""
    lines = []
    for figure, values in figures.values.items():
        cells = [cell(values, engine, "found" not in figure and "share" not in figure) for engine in engines]
        lines.append([figure, *cells])
    return f"{table(['(ours / peer in brackets)', *engines], lines)}"


def cell(values: dict[str, float], engine: str, with_ratio: bool) -> str:
    """One value, and the ratio of ours to it."""
    if engine not in values:
        return "–"
    value = values[engine]
    text = f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"
    if engine == "ours" or not with_ratio or not value or "ours" not in values:
        return text
    return f"{text} ({values['ours'] / value:.2f}x)"


if __name__ == "__main__":
    main()
