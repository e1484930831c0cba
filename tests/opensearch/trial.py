"""What is asked while nodes and runs are killed? A site in editions, each with answers that are known beforehand.

An edition is a change of some hundred files. Its answers are those of the index in a folder, of the same content, and
so is what a reader sees of it all: a state of the cluster is one of them or it is mixed. The commands are the installed
ones. Not here: what befalls the cluster and the runs (test_failures.py, benchmarks/failures.py).
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from article_search.answering.results import Results
from article_search.answering.words import TIMED_OUT
from article_search.backends.opensearch import records
from article_search.backends.opensearch.cluster import Address, Cluster, Json
from article_search.engine import Engine
from article_search.errors import IndexUnavailableError
from article_search.settings import OpenSearch, Settings, load
from tests.opensearch.nodes import AnswerError, Nodes

ARTICLES = Path(sys.executable).with_name("articles")
WORDS = ("trialamber", "trialbirch", "trialcedar", "trialdamson")  # one an edition
EXTRA = 5  # articles that only one edition has
NAME = "trial"
_LONGEST = 300  # seconds of a command
_TRIES = 60  # of a question that must be answered, on a machine that may have much else to do
_SYLLABLES = "ba den fol gri har jun kel lor mis nor pel rud sav tol vem wis".split()


class Question(NamedTuple):
    """A search with its options."""

    text: str
    options: tuple[tuple[str, Any], ...] = ()


class Answer(NamedTuple):
    """What must be the same wherever the index is."""

    total: int
    strict_total: int
    repeats: int
    relaxed: bool
    ids: tuple[str, ...]
    facets: tuple[tuple[str, tuple[tuple[str, int], ...]], ...]


@dataclass(frozen=True)
class State:
    """All that a reader sees: the articles there are, each with the word of its edition or "", and answers."""

    articles: dict[str, str]
    answers: tuple[Answer, ...]


class Ended(NamedTuple):
    """How a command did."""

    code: int
    out: str
    err: str

    @property
    def told_once(self) -> bool:
        """Whether it has failed with 2 and one line."""
        return self.code == 2 and self.err.count("\n") == 1

    @property
    def counts(self) -> tuple[int, int, int]:
        """Added, changed and removed, as ``articles index --json`` has counted."""
        told = json.loads(self.out)
        return told["added"], told["changed"], told["removed"]


class Trial:
    """A site whose index is on a cluster, in editions; the first is there but not indexed."""

    def __init__(
        self,
        folder: Path,
        nodes: Nodes,
        content: Path | None = None,
        *,
        files: int = 2000,
        changed: int = 300,
        questions: int = 40,
        timeout: float = 1.0,
        seed: int = 1,
    ) -> None:
        self.nodes, self.content = nodes, folder / "content"
        self.config = folder / "articles.toml"
        self.edition = 0
        if content:
            shutil.copytree(content, self.content)
        else:
            make_up(self.content, files, seed)
        hosts = ", ".join(f'"{host}"' for host in nodes.hosts)
        self.config.write_text(
            f'content = "content"\nworkers = 2\n\n[opensearch]\nhosts = [{hosts}]\nindex = "{NAME}"\nshards = 3\n'
            f"timeout = {timeout}\n"
        )
        self.engine = Engine(self.settings())
        self._cluster = Cluster(Address(tuple(nodes.hosts), timeout=10.0))
        self._texts: dict[Path, bytes] = {}
        self._begin(folder / "index", changed, questions, seed)

    def _begin(self, index: Path, changed: int, questions: int, seed: int) -> None:
        """Finds out what is right in each edition."""
        with Engine(replace(self.settings(), opensearch=OpenSearch(), index=index)) as engine:
            engine.index()
            ids = engine.ids()
            chosen = random.Random(seed).sample(ids, min(changed, len(ids)))
            self._texts = {self.content / id: (self.content / id).read_bytes() for id in chosen}
            self.questions = asked(engine, questions, seed)
            states = []
            for edition, word in enumerate(WORDS):
                self.edit(edition)
                engine.index()
                articles = dict.fromkeys(engine.ids(), "") | dict.fromkeys(chosen, word)
                articles |= {f"trial-{edition}-{number}.md": word for number in range(EXTRA)}
                states.append(State(articles, self._answers(engine, self.questions)))
        self.states = tuple(states)
        self.edit(0)

    @staticmethod
    def _answers(engine: Engine, questions: Sequence[Question]) -> tuple[Answer, ...]:
        return tuple(answer_of(patiently(engine, *question)) for question in questions)

    def settings(self) -> Settings:
        """Those of the site."""
        return load(config=self.config, environment={})

    def close(self) -> None:
        """Lets go of connections."""
        self.engine.close()
        self._cluster.close()

    # ---- editions ----

    @property
    def whole(self) -> tuple[int, int, int]:
        """What a run must count that takes the index from one edition to another."""
        return EXTRA, len(self._texts), EXTRA

    def state(self, edition: int) -> State:
        """What a reader must see of an edition."""
        return self.states[edition % len(WORDS)]

    def edit(self, edition: int) -> None:
        """Has the content be that of an edition; each fifth one is as the first."""
        self.edition = edition
        kind = edition % len(WORDS)
        for path, text in self._texts.items():
            path.write_bytes(text + f"\n\n{WORDS[kind]}\n".encode())
        for other in range(len(WORDS)):
            for number in range(EXTRA):
                path = self.content / f"trial-{other}-{number}.md"
                if other == kind:
                    path.write_text(f"---\ntitle: {WORDS[kind]} {number}\ndate: 2020-01-01\n---\nOnly now.\n")
                else:
                    path.unlink(missing_ok=True)

    # ---- what is seen ----

    def seen(self, questions: int = 0) -> State:
        """All that a reader sees now on the cluster, with the answers to the first questions."""
        record = records.require(self._cluster, NAME)
        body: Json = {"size": 10_000, "query": record.seen(), "docvalue_fields": ["id"]}
        hits = self._cluster.search(record.index, [body])[0]["hits"]["hits"]
        articles = {}
        for hit in hits:
            id, text = hit["fields"]["id"][0], hit["_source"]["article"]["title"] + hit["_source"]["article"]["body"]
            assert id not in articles, f"{id} is seen twice"
            articles[id] = "+".join(word for word in WORDS if word in text)
        return State(articles, self._answers(self.engine, self.questions[:questions]))

    def edition_seen(self, *editions: int, questions: int = 6) -> int | None:
        """Which of these is seen; None of something between."""
        seen = self.seen(questions)
        for edition in editions:
            expected = self.state(edition)
            if seen == State(expected.articles, expected.answers[:questions]):
                return edition
        return None

    # ---- commands ----

    def start(self, *command: str) -> subprocess.Popen[str]:
        """``articles`` in a process group of its own."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("ARTICLES_")}
        return subprocess.Popen(
            [str(ARTICLES), "--config", str(self.config), *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
            start_new_session=True,
        )

    def run(self, *command: str) -> Ended:
        """``articles`` from its beginning to its end."""
        return end_of(self.start(*command))

    def verified(self) -> str:
        """What ``articles status --verify`` finds wrong; empty if nothing."""
        done = self.run("status", "--verify")
        return f"{done.err}{done.out}" if done.code or done.err else ""

    # ---- the lock ----

    def lock(self) -> dict[str, Any]:
        """What the lock says; its ``run`` is 0 where there is none."""
        try:
            found: dict[str, Any] = self.nodes.ask(f"/{NAME}.state/_doc/lock")["_source"]
        except AnswerError:
            return {"run": 0, "released": True}
        return found

    def expire(self) -> None:
        """Has the lock be one that has run out, without the wait for it."""
        self.nodes.ask(f"/{NAME}.state/_doc/lock?refresh=true", self.lock() | {"expires": 1.0}, method="PUT")

    @contextmanager
    def asleep(self, *command: str, moment: float = 0.0) -> Iterator[subprocess.Popen[str]]:
        """A run that was paused some seconds after it took the lock, with its workers; killed at the end."""
        before = self.lock()["run"]
        process = self.start(*command)
        try:
            while process.poll() is None and self.lock()["run"] == before:
                time.sleep(0.02)
            time.sleep(moment)
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGSTOP)
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


def end_of(process: subprocess.Popen[str]) -> Ended:
    """Waits for the end of a command."""
    try:
        out, err = process.communicate(timeout=_LONGEST)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise
    return Ended(process.returncode, out, err)


# ---- clients ----


@dataclass
class Tally:
    """What clients saw in a while."""

    counts: Counter[str] = field(default_factory=Counter)  # right, refused, cut short, wrong
    seconds: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


class Clients:
    """Readers who ask without pause, each with an engine of its own, from ``with`` to its end.

    An answer is right if it is the one of an edition that may have been seen while it was made: from ``done``, the last
    that was committed for sure, to ``begun``, the last that a run was started with.
    """

    def __init__(self, trial: Trial, count: int = 4) -> None:
        self._trial = trial
        self.done = self.begun = trial.edition
        self.tallies: dict[str, Tally] = {}
        self._guard = threading.Lock()
        self._end = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(number,)) for number in range(count)]

    def __enter__(self) -> Self:
        self.enter("at first")
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._end.set()
        for thread in self._threads:
            thread.join()

    def enter(self, phase: str) -> Tally:
        """From now on what is asked counts for this."""
        self.tally = self.tallies.setdefault(phase, Tally())
        return self.tally

    def _ask(self, number: int) -> None:
        chance = random.Random(number)
        with Engine(self._trial.settings()) as engine:
            while not self._end.is_set():
                place = chance.randrange(len(self._trial.questions))
                tally, first, began = self.tally, self.done, time.monotonic()
                outcome, said = self._outcome(engine, place, first)
                with self._guard:
                    tally.counts[outcome] += 1
                    tally.seconds.append(time.monotonic() - began)
                    tally.faults += [f"{self._trial.questions[place]}: {said}"] * bool(said)

    def _outcome(self, engine: Engine, place: int, first: int) -> tuple[str, str]:
        question = self._trial.questions[place]
        try:
            found = engine.search(question.text, **dict(question.options))
        except IndexUnavailableError:
            return "refused", ""
        except Exception as error:  # none but that may come
            return "wrong", repr(error)
        if TIMED_OUT in found.warnings:
            return "cut short", ""
        answer = answer_of(found)
        allowed = [self._trial.state(edition).answers[place] for edition in range(first, self.begun + 1)]
        if answer in allowed:
            return "right", ""
        return "wrong", f"{answer} is none of {allowed}"


# ---- questions and content ----


def answer_of(found: Results) -> Answer:
    """What is compared of an answer."""
    facets = tuple((name, tuple((one.value, one.count) for one in found.facets[name])) for name in sorted(found.facets))
    ids = tuple(hit.id for hit in found.hits)
    return Answer(found.total, found.strict_total, found.repeats, found.relaxed, ids, facets)


def patiently(engine: Engine, text: str, options: Sequence[tuple[str, Any]] = ()) -> Results:
    """The whole answer to a question, asked again where there was none."""
    for left in reversed(range(_TRIES)):
        try:
            found = engine.search(text, **dict(options))
        except IndexUnavailableError:
            if not left:
                raise
            time.sleep(0.5)
            continue
        if TIMED_OUT not in found.warnings:
            return found
    raise TimeoutError(f"{text} was cut short again and again")


def asked(engine: Engine, count: int, seed: int) -> tuple[Question, ...]:
    """Questions of all kinds made of titles, and one for each edition."""
    chance = random.Random(seed)
    hits = engine.search("", sort="newest", limit=100, each=True).hits
    titles = [words for hit in hits if len(words := re.findall(r"[A-Za-z]{4,}", hit.title)) > 1]
    categories = [hit.categories[0] for hit in hits if hit.categories]
    made = [Question(word, (("exact", True), ("strict", True))) for word in WORDS]
    while len(made) < count:
        words = chance.choice(titles)
        one, two = chance.sample(words, 2)
        made += [
            Question(one),
            Question(f"{one} {two}"),
            Question(f"{one} {two}", (("any", True),)),
            Question(f'"{words[0]} {words[1]}"'),
            Question(f"{one[:3]}*", (("sort", "newest"),)),
            Question(one, (("categories", [chance.choice(categories)]),) if categories else ()),
            Question(f"{one} -{two}", (("page", 2),)),
        ]
    return tuple(made[: max(count, len(WORDS))])


def make_up(folder: Path, files: int, seed: int) -> None:
    """Articles of made-up words, few of them in most articles and most in few."""
    folder.mkdir()
    chance = random.Random(seed)
    words = sorted({"".join(chance.choices(_SYLLABLES, k=chance.choice((2, 2, 3)))) for _ in range(3000)})
    chance.shuffle(words)
    weights = [1 / (place + 10) for place in range(len(words))]
    for number in range(files):
        title = " ".join(chance.choices(words, weights, k=4)).capitalize()
        day = f"{2018 + number % 7}-{1 + number % 12:02}-{1 + number % 28:02}"
        header = f"title: {title}\ndate: {day}\ncategories: [{('north', 'south', 'east')[number % 3]}]"
        body = "\n\n".join(" ".join(chance.choices(words, weights, k=40)).capitalize() + "." for _ in range(3))
        (folder / f"article-{number:05}.md").write_text(f"---\n{header}\n---\n{body}\n")
