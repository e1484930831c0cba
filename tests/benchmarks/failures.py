"""What do readers and runs notice when nodes and runs are killed, paused and woken? Every answer and every state of a
cluster of three nodes is compared with what the index in a folder says: nothing may be partial, mixed or lost.

    python tests/benchmarks/failures.py [--content DIR] [--parts nodes,pauses,runs,together,woken] [--json FILE]

The nodes are its own, on free ports of loopback; runs are processes of the installed ``articles index``. README.md
beside this says what is done and what counts as a fault. Not here: the site and its readers
(tests/opensearch/trial.py).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from peers.running import Clock, conditions, percentile, print_conditions, table

sys.path.insert(0, str(Path(__file__).parents[2]))

from article_search.limits import LIMITS
from tests.opensearch.cluster import Cluster
from tests.opensearch.trial import Clients, Ended, Trial, end_of

JVM = ("-XX:TieredStopAtLevel=4",)  # as a node that stays up has it
LATE = 1.0  # seconds more than promised that an answer may take on a machine with much to do
FULL_EACH = 5  # of so many runs that are killed one is a full build
GREEN = 300  # seconds that a cluster may take to be whole again
SHOWN = 20  # faults that are printed


@dataclass
class Found:
    """What the program writes down: rows of tables by part, and faults."""

    clock: Clock = field(default_factory=Clock)
    phases: list[dict[str, Any]] = field(default_factory=list)  # of readers
    runs: list[dict[str, Any]] = field(default_factory=list)  # of what befell runs
    faults: list[str] = field(default_factory=list)

    def say(self, row: dict[str, Any]) -> None:
        self.clock.say(", ".join(f"{name} {value}" for name, value in row.items()))


class Play:
    """The site on its cluster, and what is done to both."""

    def __init__(self, arguments: argparse.Namespace, cluster: Cluster, trial: Trial, found: Found) -> None:
        self.arguments, self.cluster, self.trial, self.found = arguments, cluster, trial, found
        self.chance = random.Random(arguments.seed)
        self.allowed = LIMITS.search_seconds + arguments.timeout + LATE  # seconds of an answer
        self.edition = 0  # that was committed last
        self.seconds = {"update": 0.0, "full": 0.0}  # that a run takes

    def fault(self, said: str) -> None:
        """Writes down what must not be."""
        self.found.faults.append(said)
        self.found.clock.say(f"FAULT {said[:2000]}")

    # ---- the first build ----

    def begin(self) -> None:
        """Builds the index, and finds out how long runs take."""
        self.timed("full", "index", "--json")
        self.expect(0, "the first build", questions=12)
        self.trial.edit(1)
        self.timed("update", "index", "--json")
        self.edition = 1
        self.expect(1, "the first update", questions=12)

    def timed(self, kind: str, *command: str) -> Ended:
        """Runs a command that must do, and remembers how long it took."""
        began = time.monotonic()
        done = self.trial.run(*command)
        if done.code:
            raise SystemExit(f"articles {' '.join(command)} ended with {done.code}: {done.err}")
        self.seconds[kind] = time.monotonic() - began
        self.found.say({kind: f"{self.seconds[kind]:.1f} s"})
        return done

    def expect(self, edition: int, after: str, questions: int = 6) -> None:
        """A fault unless the cluster shows this edition, and verifies."""
        if self.trial.edition_seen(edition, questions=questions) is None:
            self.fault(f"after {after} edition {edition} is not what is seen")
        for wrong in self.trial.engine.verify():
            self.fault(f"after {after}: {wrong}")

    # ---- readers, while nodes are killed and paused ----

    @contextmanager
    def phase(self, clients: Clients, name: str, runs: Runs | None = None) -> Iterator[dict[str, Any]]:
        """What readers see meanwhile; the row may be added to."""
        tally, before = clients.enter(name), Counter(runs.outcomes if runs else ())
        row: dict[str, Any] = {"phase": name}
        began = time.monotonic()
        yield row
        clients.enter(f"after {name}")
        time.sleep(self.allowed)  # what was asked in it is answered by then
        row |= {"seconds": round(time.monotonic() - began)}
        row |= {kind: tally.counts[kind] for kind in ("right", "refused", "cut short", "wrong")}
        seconds = sorted(tally.seconds) or [0.0]
        row |= {"p50 s": round(percentile(seconds, 0.5), 3), "p99 s": round(percentile(seconds, 0.99), 3)}
        row["slowest s"] = round(seconds[-1], 2)
        if runs:
            row |= {f"runs {kind}": count for kind, count in sorted((runs.outcomes - before).items())}
        self.found.phases.append(row)
        self.found.say(row)
        for said in tally.faults[:SHOWN]:
            self.fault(f"{name}: {said}")
        if seconds[-1] > self.allowed:
            self.fault(f"{name}: an answer took {seconds[-1]:.1f} s, more than {self.allowed:.1f}")

    def nodes(self) -> None:
        """Kills each node while readers ask and runs go on, and starts it again."""
        with Clients(self.trial, self.arguments.clients) as clients:
            with Runs(self, clients) as runs:
                with self.phase(clients, "all nodes", runs):
                    time.sleep(self.arguments.calm)
                for number in range(len(self.cluster.hosts)):
                    with self.phase(clients, f"node {number} killed", runs):
                        self.cluster.kill(number)
                        time.sleep(self.arguments.dead)
                    with self.phase(clients, f"node {number} back", runs) as row:
                        began = time.monotonic()
                        self.cluster.restart(number)
                        self.cluster.wait(seconds=GREEN)
                        row["to green s"] = round(time.monotonic() - began, 1)
            self.edition = clients.done
        self.expect(self.edition, "all nodes were killed in turn", questions=12)

    def pauses(self) -> None:
        """Pauses each node for a while, with its connections open."""
        with Clients(self.trial, self.arguments.clients) as clients:
            with self.phase(clients, "all nodes, no runs"):
                time.sleep(self.arguments.calm)
            for number in range(len(self.cluster.hosts)):
                with self.phase(clients, f"node {number} paused"):
                    self.cluster.pause(number)
                    time.sleep(self.arguments.pause)
                with self.phase(clients, f"node {number} resumed") as row:
                    began = time.monotonic()
                    self.cluster.resume(number)
                    self.cluster.wait(seconds=GREEN)
                    row["to green s"] = round(time.monotonic() - began, 1)
        self.expect(self.edition, "all nodes were paused in turn")

    # ---- runs ----

    def runs(self) -> None:
        """Kills runs at moments of chance, and has each repaired by another."""
        for moment in range(self.arguments.moments):
            full = moment % FULL_EACH == FULL_EACH - 1
            self.trial.edit(self.edition + 1)
            row = self.killed("full" if full else "update")
            seen = self.trial.edition_seen(self.edition, self.edition + 1)
            row["seen"] = {None: "MIXED", self.edition: "old", self.edition + 1: "new"}[seen]
            began = time.monotonic()
            done = self.trial.run("index", "--json")
            row["repaired s"] = round(time.monotonic() - began, 1)
            expected = (0, 0, 0) if seen == self.edition + 1 else self.trial.whole
            if seen == self.edition:
                self.seconds["update"] = row["repaired s"]  # the machine may be busier or less so by now
            if seen is None:
                self.fault(f"{row}: what is seen is of no edition")
            if done.code or done.counts != expected:
                self.fault(f"{row}: the next run: {done}; it must count {expected}")
            self.edition += 1
            self.expect(self.edition, f"the repair of {row}", questions=4)
            self.found.runs.append(row)
            self.found.say(row)

    def killed(self, kind: str) -> dict[str, Any]:
        """A run that is killed, alone of its processes, and what is known of it."""
        before = self.trial.lock()["run"]
        moment = self.chance.uniform(0.3, self.seconds[kind])
        process = self.trial.start("index", *["--full"] * (kind == "full"))
        time.sleep(moment)
        os.kill(process.pid, signal.SIGKILL)
        ended = end_of(process)
        row: dict[str, Any] = {"what": f"{kind} killed", "after s": round(moment, 1)}
        lock = self.trial.lock()
        row["had"] = "ended" if ended.code >= 0 else "the lock" if lock["run"] > before else "begun"
        if row["had"] == "ended":
            self.seconds[kind] = max(0.6, moment * 0.8)
        return row

    def together(self) -> None:
        """Starts two runs at once."""
        for kind, options in (("update", ()), ("full", ("--full",))):
            for second in ((), ("--wait",)):
                self.trial.edit(self.edition + 1)
                processes = [self.trial.start("index", *options), self.trial.start("index", *second)]
                one, two = map(end_of, processes)
                row = {"what": f"{kind} and a second{' with --wait' if second else ''}", "codes": (one.code, two.code)}
                good = [
                    ended.code == 0 or (ended.told_once and "another run is writing" in ended.err)
                    for ended in (one, two)
                ]
                if not all(good) or (one.code and two.code) or (second and two.code):
                    self.fault(f"{row}: {one} {two}")
                self.edition += 1
                self.expect(self.edition, str(row))
                self.found.runs.append(row)
                self.found.say(row)

    def woken(self) -> None:
        """Pauses a run past the expiry of its lock, and wakes it while another writes, or after it."""
        for kind, options in (("update", ()), ("full", ("--full",))):
            for when in ("after", "while"):
                for share in (0.4, 0.2, 0.0):  # of the time it takes; a run that has ended by then proves nothing
                    self.trial.edit(self.edition + 1)
                    moment = self.chance.uniform(0, share * self.seconds[kind])
                    with self.trial.asleep("index", *options, moment=moment) as sleeper:
                        is_asleep = sleeper.poll() is None
                        row = self._overtaken(sleeper, f"{kind} woken {when}", when == "while") if is_asleep else {}
                    self.edition += 1
                    if is_asleep:
                        self.expect(self.edition, str(row))
                        self.found.runs.append(row)
                        self.found.say(row)
                        break

    def _overtaken(self, sleeper: Any, what: str, at_once: bool) -> dict[str, Any]:
        """Has another run come, and the first wake when that one has begun or ended."""
        began, holder = time.monotonic(), self.trial.lock()["run"]
        other = self.trial.start("index", "--json", "--wait")
        if at_once:
            self._until_taken(holder)
        second = None if at_once else end_of(other)
        asleep = time.monotonic() - began
        os.killpg(sleeper.pid, signal.SIGCONT)
        ended, second = end_of(sleeper), second or end_of(other)
        row = {"what": what, "code": ended.code, "said": ended.err.strip()[:60], "asleep s": round(asleep)}
        if not ended.told_once:
            self.fault(f"{row}: {ended}")
        if second.code or second.counts != self.trial.whole:
            self.fault(f"{row}: the other run: {second}")
        return row

    def _until_taken(self, before: int) -> None:
        """Waits until a later run has the lock."""
        end = time.monotonic() + GREEN
        while self.trial.lock()["run"] <= before and time.monotonic() < end:
            time.sleep(0.05)


class Runs:
    """Runs one after the other, each of another edition, from ``with`` to its end; what failed is tried again."""

    def __init__(self, play: Play, clients: Clients) -> None:
        self._play, self._clients = play, clients
        self.outcomes: Counter[str] = Counter()  # done, failed
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._go_on)

    def __enter__(self) -> Runs:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _go_on(self) -> None:
        while not self._end.is_set():
            edition = self._clients.done + 1
            self._clients.begun = edition
            self._play.trial.edit(edition)
            failed = 0
            while (done := self._play.trial.run("index", "--json")).code:
                failed += 1
                self.outcomes["failed"] += 1
                self._play.found.clock.say(f"a run ended with {done.code}: {done.err.strip()}")
                if not done.told_once or failed > 20:
                    self._play.fault(f"a run ended so: {done}")
                    return
                time.sleep(1)
            self.outcomes["done"] += 1
            whole = self._play.trial.whole
            if done.counts != whole and not (failed and done.counts == (0, 0, 0)):
                self._play.fault(f"a run counted {done.counts}, not {whole}")
            self._clients.done = edition


# ---- from the beginning to the end ----

PARTS: dict[str, Callable[[Play], None]] = {
    "nodes": Play.nodes,
    "pauses": Play.pauses,
    "runs": Play.runs,
    "together": Play.together,
    "woken": Play.woken,
}


def main() -> int:
    """Plays and prints; 1 if anything was wrong, mixed or lost."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--content", type=Path, help="folder of articles (made-up ones)")
    parser.add_argument("--files", type=int, default=2000, help="made up (2000)")
    parser.add_argument("--changed", type=int, default=300, help="files that a run finds changed (300)")
    parser.add_argument("--parts", default=",".join(PARTS), help="of the play (all)")
    parser.add_argument("--timeout", type=float, default=1.0, help="as in articles.toml (1.0)")
    parser.add_argument("--clients", type=int, default=4, help="who ask without pause (4)")
    parser.add_argument("--calm", type=float, default=15, help="seconds with all nodes (15)")
    parser.add_argument("--dead", type=float, default=20, help="seconds that a node stays killed (20)")
    parser.add_argument("--pause", type=float, default=60, help="seconds that a node is paused (60)")
    parser.add_argument("--moments", type=int, default=30, help="at which runs are killed (30)")
    parser.add_argument("--seed", type=int, default=1, help="of all chance (1)")
    parser.add_argument("--json", type=Path, help="file for the figures")
    parser.add_argument("--work", type=Path, help="folder to work in (the system's)")
    arguments = parser.parse_args()
    parts = arguments.parts.split(",")
    if unknown := set(parts) - PARTS.keys():
        parser.error(f"no part is called {', '.join(sorted(unknown))}")
    conditioned = conditions()
    print_conditions(conditioned)
    found = played(arguments, parts)
    print(f"load average at the end {', '.join(f'{one:.2f}' for one in os.getloadavg())}\n")
    print(shown(found))
    if arguments.json:
        values = {"phases": found.phases, "runs": found.runs, "faults": found.faults}
        arguments.json.write_text(json.dumps({"conditions": conditioned, "values": values}, indent=1))
    return int(bool(found.faults))


def played(arguments: argparse.Namespace, parts: list[str]) -> Found:
    """All that was seen; what was until then, after Ctrl-C."""
    found = Found()
    folder = Path(tempfile.mkdtemp(dir=arguments.work, prefix="failures-"))
    try:
        site = folder / "site"
        site.mkdir()
        options = {name: getattr(arguments, name) for name in ("files", "changed", "timeout")}
        with (
            Cluster(folder / "nodes", 3, jvm=JVM) as cluster,
            closing(Trial(site, cluster, arguments.content, **options)) as trial,
        ):
            play = Play(arguments, cluster, trial, found)
            play.begin()
            for part in parts:
                PARTS[part](play)
            if wrong := trial.verified():
                play.fault(f"at the end: articles status --verify: {wrong}")
    except KeyboardInterrupt:
        found.faults.append("interrupted")
    finally:
        shutil.rmtree(folder)
    return found


def shown(found: Found) -> str:
    """The figures as tables, and the faults."""
    parts = []
    for rows in (found.phases, found.runs):
        heads = list(dict.fromkeys(name for row in rows for name in row))
        if rows:
            parts += [table(heads, [[str(row.get(name, "")) for name in heads] for row in rows]), ""]
    killed = Counter(f"{row['what']}, {row['seen']} state seen" for row in found.runs if "seen" in row)
    parts += [f"{what}: {count}" for what, count in sorted(killed.items())]
    parts += [f"{len(found.faults)} faults", *(said[:500] for said in found.faults[:SHOWN])]
    return "\n".join(parts)


if __name__ == "__main__":
    sys.exit(main())
