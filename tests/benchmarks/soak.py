"""Does a server hold out? Two workers under readers, attackers and one who is greedy, while their index is changed,
exchanged, out of disk, and they out of file descriptors: what was wrong, empty or lost, and whether memory is level.

    python tests/benchmarks/soak.py [CONTENT] [--minutes 30] [--steps 30] [--swaps 10] [--cache-mb 16]

The workers are two processes of the installed ``articles serve`` on one index; all is done to a copy of CONTENT. Each
party has its own address of the loopback network. README.md beside this says what is checked and what is tolerated.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import multiprocessing
import os
import queue
import random
import re
import resource
import shutil
import socket
import string
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from pathlib import Path
from statistics import mean, quantiles
from typing import Any
from urllib.parse import quote, urlencode

from peers.running import conditions, print_conditions, table

SAMPLE = Path(__file__).parents[2] / "content"
ARTICLES = Path(sys.executable).with_name("articles")

READERS = 4
GREEDY = 50  # connections
DRIPPING = 60  # connections
ADDRESSES = {"conductor": "127.0.0.10", "greedy": "127.0.0.66", "hostile": "127.0.0.13", "dripping": "127.0.0.14"}

PATIENCE = 15  # seconds for an answer, as the guide's nginx has it
LONGEST = 600  # seconds of a run
VISIBLE = 5  # seconds after a run in which its change must be seen
RECOVERY = 5  # seconds after a shortage in which a reader may still feel it
DESCRIPTORS = 24  # that a worker may have while they are short
LOG_LINES = 100  # of all workers in a step; more is a flood
SHOWN = 20  # faults that are printed
LEVEL = 1.1  # last quarter of memory to the second
JUDGED = 10  # minutes from which on memory says something: before, the caches fill
PROBES = 150  # articles about which there are requests with a known answer
PAGED, MOVED = 10_000, 10  # hits that can be paged to, and how many articles of ours may push others out of them
SENTINEL = "sentinelwordofthesoak"
CUT = "the search took too long"  # how the warning begins
KINDS = ("cut short", "wrong", "empty", "refused")  # of what readers saw; all else is an error

Titles = Sequence[Sequence[str]]  # as words


# ---- what is counted ----


@dataclass
class Tally:
    """What one party saw in a while: kinds of outcome, seconds of good answers, and what was said of faults."""

    party: str
    counts: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def fault(self, kind: str, said: str) -> None:
        self.counts[kind] += 1
        if len(self.faults) < SHOWN:
            self.faults.append(f"{self.party}: {kind}: {said}")


@dataclass(frozen=True)
class Stage:
    """What all parties share: where the workers are, when it is over, and whether there is a shortage just now."""

    ports: tuple[int, ...]
    ended: Event
    shortage: Event
    tallies: multiprocessing.Queue[Tally]


class Party:
    """Threads that ask until the end, each with chances of its own, in a process that hands in what they saw."""

    def __init__(self, stage: Stage, name: str) -> None:
        self.stage, self.name = stage, name
        self._tally = Tally(name)
        self._lock = threading.Lock()

    def run(self, actors: Sequence[Callable[[random.Random], None]]) -> None:
        threads = [threading.Thread(target=self._repeat, args=one, daemon=True) for one in enumerate(actors)]
        for thread in threads:
            thread.start()
        while not self.stage.ended.wait(0.5):
            self._hand_in()
        for thread in threads:
            thread.join(2 * PATIENCE)
        self._hand_in()

    def _repeat(self, number: int, act: Callable[[random.Random], None]) -> None:
        chance = random.Random(f"{self.name} {number}")
        while not self.stage.ended.is_set():
            act(chance)

    def _hand_in(self) -> None:
        with self._lock:
            tally, self._tally = self._tally, Tally(self.name)
        self.stage.tallies.put(tally)

    def tell(self, kind: str, said: str = "", seconds: float | None = None) -> None:
        """Counts an outcome; a fault where something is said of it."""
        with self._lock:
            if said:
                self._tally.fault(kind, said)
            else:
                self._tally.counts[kind] += 1
            if seconds is not None:
                self._tally.seconds.append(seconds)


# ---- readers ----


@dataclass(frozen=True)
class Probe:
    """A request whose answer is known: which article must be in it ("": some), how many it found at first."""

    kind: str  # search, suggest, page or article
    path: str
    id: str
    total: int = 0  # 0: at least one


def get(port: int, path: str, source: str, headers: dict[str, str] | None = None) -> tuple[int, bytes, str]:
    """Status, body and ETag. Raises OSError or HTTPException."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE, source_address=(source, 0))
    try:
        connection.request("GET", path, headers=headers or {})
        response = connection.getresponse()
        return response.status, response.read(), response.getheader("ETag") or ""
    finally:
        connection.close()


def wrong(probe: Probe, status: int, body: bytes) -> tuple[str, str] | None:
    """What is not as it should be with an answer: the kind of fault, and the fault."""
    if status != 200:
        return f"status {status}", body[:200].decode(errors="replace")
    if probe.kind in ("page", "article"):
        needed = b"</html>", (f"/article/{quote(probe.id)}" if probe.kind == "page" else "<h1").encode()
        if all(one in body for one in needed):
            return None
        return ("cut short", "") if CUT.encode() in body else ("wrong", f"lacks {probe.id}")
    try:
        answer = json.loads(body)
        if answer["version"] != 1 or not isinstance(answer["query"], str):
            return "wrong", "no answer of version 1"
        if probe.kind == "suggest":
            found = [one.get("id") for one in answer["completions"] if one["text"]]
            return None if not probe.id or probe.id in found else ("wrong" if found else "empty", f"lacks {probe.id}")
        total, ids = answer["total"], [hit["id"] for hit in answer["hits"] if hit["title"] and hit["url"]]
        if any(CUT in one for one in answer["warnings"]):
            return "cut short", ""
    except (ValueError, KeyError, TypeError) as error:
        return "wrong", f"{error!r}: {body[:200]!r}"
    if not total or not ids:
        return "empty", f"{total} articles, {len(ids)} hits"
    if probe.total and total != probe.total:
        return "wrong", f"{total} articles, not {probe.total}"
    return None if not probe.id or probe.id in ids else ("wrong", f"lacks {probe.id}")


def read(stage: Stage, probes: Sequence[Probe], titles: Titles) -> None:
    """The readers: they ask what is known, and words of one title, now of this worker, now of that."""
    party = Party(stage, "readers")

    def reader(number: int) -> Callable[[random.Random], None]:
        def act(chance: random.Random) -> None:
            if chance.random() < 0.5:
                probe = chance.choice(probes)
            else:
                words = chance.choice(titles)
                query = " ".join(chance.sample(words, min(len(words), chance.choice((1, 2, 2, 3)))))
                probe = Probe("search", "/api/search?" + urlencode({"q": query}), "")
            short, began = stage.shortage.is_set(), time.monotonic()
            try:
                status, body, _ = get(chance.choice(stage.ports), probe.path, f"127.0.1.{number + 1}")
                fault = wrong(probe, status, body)
            except (OSError, HTTPException) as error:
                fault = ("timeout" if isinstance(error, TimeoutError) else "broken", repr(error))
            seconds = time.monotonic() - began
            if fault is None:
                party.tell("good", seconds=seconds)
            elif fault[0] not in ("wrong", "empty") and (short or stage.shortage.is_set()):
                party.tell("refused")
            elif fault[0] == "cut short":
                party.tell("cut short", seconds=seconds)
            else:
                party.tell(fault[0], f"{probe.path}: {fault[1]} after {seconds:.1f} s")
            stage.ended.wait(chance.uniform(0, 0.1))

        return act

    party.run([reader(number) for number in range(READERS)])


# ---- those who mean harm ----


def be_greedy(stage: Stage, titles: Titles, ids: Sequence[str]) -> None:
    """One client with many connections, all of which ask for the dearest there is."""
    party = Party(stage, "greedy")
    words = sorted({word.lower() for title in titles for word in title})
    beginnings = sorted({word[:2] for word in words})

    def act(chance: random.Random) -> None:
        query = "* ".join(chance.choices(beginnings, k=4)) + "* " + " ".join(chance.choices(words, k=60))
        path = f"/article/{quote(chance.choice(ids))}?" if chance.random() < 0.2 else "/?any=1&limit=100&each=1&"
        try:
            status, _, _ = get(chance.choice(stage.ports), path + urlencode({"q": query}), ADDRESSES["greedy"])
        except (OSError, HTTPException):
            party.tell("broken")
            stage.ended.wait(0.1)
            return
        party.tell(f"status {status}", path if status >= 500 and status != 503 else "")
        if status == 503:
            stage.ended.wait(0.1)

    party.run([act] * GREEDY)


CLOSED, SILENT = 0, 1
OUTCOMES = {CLOSED: "closed", SILENT: "silent"}


def be_hostile(stage: Stage, titles: Titles) -> None:
    """Requests that are long, broken, or no requests, and connections that drip. An answer is none of the server's
    own errors but that it is busy; where a request can have but one answer, it is that."""
    party = Party(stage, "hostile")
    words = [word for title in titles for word in title]

    def act(chance: random.Random) -> None:
        name, data, right = chance.choice(HOSTILE)(chance, words)
        status = answered(chance.choice(stage.ports), data)
        fault = status == SILENT and not stage.shortage.is_set()
        fault |= status not in (SILENT, CLOSED, 503) and (status not in right if right else status >= 500)
        party.tell(OUTCOMES.get(status, f"status {status}"), f"{name}: {data[:200]!r}" if fault else "")
        stage.ended.wait(0.02)

    party.run([act, act, act, lambda chance: drip(stage, chance)])


def answered(port: int, data: bytes) -> int:
    """The status of the answer to some bytes, CLOSED without one, or SILENT."""
    try:
        with socket.create_connection(("127.0.0.1", port), PATIENCE, (ADDRESSES["hostile"], 0)) as connection:
            with suppress(ConnectionError):  # it need not hear all of it
                connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            head = connection.recv(200)
    except TimeoutError:
        return SILENT
    except OSError:
        return CLOSED
    match = re.match(rb"HTTP/1\.[01] ([0-9]{3})", head)
    return int(match[1]) if match else CLOSED


def drip(stage: Stage, chance: random.Random) -> None:
    """Keeps many connections at each worker that send a byte now and then, for as long as they are borne."""
    connections: list[tuple[int, socket.socket]] = []
    while not stage.ended.wait(1):
        for port in stage.ports:
            for _ in range(DRIPPING // len(stage.ports) - sum(one == port for one, _ in connections)):
                with suppress(OSError):
                    made = socket.create_connection(("127.0.0.1", port), 1, (ADDRESSES["dripping"], 0))
                    connections.append((port, made))
                    made.sendall(b"GET /?q=")
        for one in list(connections):
            try:
                one[1].sendall(chance.choice(string.ascii_lowercase).encode())
            except OSError:
                one[1].close()
                connections.remove(one)
    for _, connection in connections:
        connection.close()


Hostile = tuple[str, bytes, tuple[int, ...]]  # what it is called, its bytes, what may be answered (none: see above)


def _asking(path: str, *headers: str, method: str = "GET", host: str = "localhost") -> bytes:
    lines = (f"{method} {path} HTTP/1.1", f"Host: {host}", "Connection: close", *headers)
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "surrogateescape")


def _noise(chance: random.Random, length: int) -> str:
    return "".join(chance.choices(string.ascii_letters + string.digits, k=length))


def _long(chance: random.Random, words: Sequence[str]) -> Hostile:
    query = " ".join(chance.choices([*words, "(", '"', "-", "title:", "OR", "*", _noise(chance, 300)], k=400))
    return "long query", _asking("/api/search?" + urlencode({"q": query})), ()


def _too_long(chance: random.Random, words: Sequence[str]) -> Hostile:
    return "address too long", _asking("/?q=" + _noise(chance, 70_000)), (414,)


def _header(chance: random.Random, words: Sequence[str]) -> Hostile:
    return "headers too large", _asking("/", f"X-{_noise(chance, 8)}: {_noise(chance, 200_000)}"), (431,)


def _binary(chance: random.Random, words: Sequence[str]) -> Hostile:
    return "binary", chance.randbytes(chance.randint(1, 5_000)) + b"\r\n\r\n", ()


def _escaped(chance: random.Random, words: Sequence[str]) -> Hostile:
    data = "".join(f"%{byte:02x}" for byte in chance.randbytes(300))
    kind = chance.choice(("/api/search?q=", "/api/suggest?q=", "/?q=", "/article/", "/api/related/", "/feed.atom?q="))
    return "escaped bytes", _asking(kind + data), ()


def _options(chance: random.Random, words: Sequence[str]) -> Hostile:
    values = ("9" * 500, "-1", "1e9", "\x00", "NaN", "0x10", _noise(chance, 5_000), "9999-99-99", "١٢", "' OR 1=1 --")
    names = ("q", "page", "limit", "since", "until", "category", "sort", "any", "each", "exact", _noise(chance, 9))
    parameters = [(chance.choice(names), chance.choice(values)) for _ in range(chance.choice((3, 300)))]
    path = chance.choice(("/", "/api/search", "/api/suggest", "/feed.atom"))
    return "options", _asking(path + "?" + urlencode(parameters)[:60_000]), ()


def _host(chance: random.Random, words: Sequence[str]) -> Hostile:
    host = chance.choice(("a b", "evil.example/../", "[::1", "a:99999999", "<script>", "x@y", "a" * 300, "1.2.3.4.5"))
    return "wrong Host", _asking(f"/?q={_noise(chance, 6)}", host=host), (400,)


def _method(chance: random.Random, words: Sequence[str]) -> Hostile:
    return "method", _asking("/api/search", method=chance.choice(("BREW", "TRACE", "DELETE", "PUT", "CONNECT"))), (405,)


def _missing(chance: random.Random, words: Sequence[str]) -> Hostile:
    path = chance.choice(("/article/", "/api/related/", "/static/", "/article/../../")) + _noise(chance, 2_000)
    return "what is not there", _asking(path), (404,)


def _posted(chance: random.Random, words: Sequence[str]) -> Hostile:
    length = chance.choice(("-1", "99999999999999999999", "4, 5", "x", "500000"))
    head = _asking("/api/opened", f"Content-Length: {length}", method="POST")
    return "posted", head + chance.randbytes(20_000), ()


def _chunked(chance: random.Random, words: Sequence[str]) -> Hostile:
    head = _asking("/api/opened", "Transfer-Encoding: chunked", method="POST")
    return "chunked", head + chance.choice((b"zz\r\n", b"FFFFFFFFFFFFFFFF\r\n", b"5\r\nab")), ()


def _unfinished(chance: random.Random, words: Sequence[str]) -> Hostile:
    data = _asking("/api/search?q=" + chance.choice(words).encode().hex(), *["X-A: b"] * 50)
    return "unfinished", data[: chance.randint(1, len(data) - 3)], ()


def _many(chance: random.Random, words: Sequence[str]) -> Hostile:
    one = f"GET /api/suggest?q={_noise(chance, 5)} HTTP/1.1\r\nHost: localhost\r\n\r\n"
    return "pipelined", one.encode() * 100, ()


HOSTILE: tuple[Callable[[random.Random, Sequence[str]], Hostile], ...] = (
    _long, _too_long, _header, _binary, _escaped, _options, _host, _method, _missing, _posted, _chunked, _unfinished,
    _many,
)  # fmt: skip


# ---- the site ----


class Worker:
    """One process of ``articles serve``."""

    def __init__(self, environment: dict[str, str], log: Path, on_exit: ExitStack) -> None:
        self._log = log
        with log.open("wb") as errors:
            self.process = subprocess.Popen(
                [str(ARTICLES), "serve", "--port", "0"], env=environment, stdout=subprocess.PIPE, stderr=errors
            )
        on_exit.callback(self.stop)
        assert self.process.stdout
        match = re.search(rb":([0-9]+)/", self.process.stdout.readline())
        if not match:
            raise SystemExit(f"articles serve does not start: {log.read_text()}")
        self.port = int(match[1])

    def memory(self) -> tuple[float, float]:
        """Resident, and of that its own, in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        sizes = [re.search(rf"^{name}:\s+([0-9]+)", status, re.M) for name in ("VmRSS", "RssAnon")]
        resident, own = (int(size[1]) / 1024 if size else 0.0 for size in sizes)
        return resident, own

    def allow(self, descriptors: int) -> None:
        """Sets how many file descriptors it may have."""
        hard = resource.prlimit(self.process.pid, resource.RLIMIT_NOFILE)[1]
        resource.prlimit(self.process.pid, resource.RLIMIT_NOFILE, (descriptors, hard))

    def logged(self) -> list[str]:
        """The lines of its log."""
        return self._log.read_text(errors="replace").splitlines()

    def stop(self) -> int:
        """Tells it to end; what it ended with."""
        self.process.terminate()
        try:
            return self.process.wait(2 * PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


class Site:
    """A copy of some content, with its index on a disk that can be full."""

    def __init__(self, content: Path, folder: Path, cache_mb: int, on_exit: ExitStack) -> None:
        self.content, self.disk, self._spare = folder / "content", folder / "disk", folder / "spare"
        self.index = self.disk / "index"  # a link to the folder that is the index just now
        self._ballast = self.disk / "ballast"
        self._swaps = 0
        shutil.copytree(content, self.content)
        self.disk.mkdir()
        config = folder / "articles.toml"
        log = f'[query_log]\npath = "{self.disk}/queries.db"\n'  # it may not get in anybody's way when the disk is full
        config.write_text(f"cache_mb = {cache_mb}\n{log}")
        self.environment = os.environ | {
            "MALLOC_ARENA_MAX": "1",  # as the guide to serving has it
            "MALLOC_TRIM_THRESHOLD_": "131072",
            "ARTICLES_CONFIG": str(config),
            "ARTICLES_CONTENT": str(self.content),
            "ARTICLES_INDEX": str(self.index),
        }
        self.change("sentinel", SENTINEL)
        first = self.run("index", index=self._spare)
        if first.returncode:
            raise SystemExit(f"articles index failed: {first.stderr}")
        size = sum(path.stat().st_size for path in self._spare.iterdir())
        self._is_mounted = os.geteuid() == 0 and mounted(self.disk, 4 * size + 64 * 2**20)
        if self._is_mounted:
            on_exit.callback(subprocess.run, ["umount", "--lazy", str(self.disk)], check=True)
        shutil.copytree(self._spare, self.disk / "live-0")
        self.index.symlink_to("live-0")

    def run(
        self, *command: str, index: Path | None = None, before: Sequence[str] = ()
    ) -> subprocess.CompletedProcess[str]:
        """Runs ``articles``."""
        environment = self.environment | ({"ARTICLES_INDEX": str(index)} if index else {})
        command = (*before, str(ARTICLES), *command)
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=LONGEST)

    def change(self, name: str, word: str | None) -> None:
        """Writes an article of one word, or with None removes it."""
        path = self.content / f"soak-{name}.md"
        if word is None:
            path.unlink()
        else:
            path.write_text(f"---\ntitle: {word}\ndate: 2020-01-01\n---\n{word}\n")

    def swap(self) -> list[str]:
        """Brings another index of the same content up to date, copies it beside, and puts it in the place of this one,
        which is then removed: by turning the link, or by exchanging folders. Returns what went wrong."""
        done = self.run("index", index=self._spare)
        if done.returncode:
            return [f"articles index of another folder ended with {done.returncode}: {done.stderr}"]
        self._swaps += 1
        live, beside = self.index.resolve(), self.disk / f"live-{self._swaps}"
        shutil.copytree(self._spare, beside)
        if self._swaps % 2:
            turned = self.disk / "turned"
            turned.symlink_to(beside.name)
            turned.replace(self.index)
            shutil.rmtree(live)
        else:
            exchange(live, beside)
            shutil.rmtree(beside)
        return []

    @contextmanager
    def full(self) -> Iterator[Sequence[str]]:
        """The disk is full meanwhile. Yields what to put before a command that is to feel it."""
        if not self._is_mounted:
            yield ("prlimit", "--fsize=1")
            return
        self.fill()
        try:
            yield ()
        finally:
            self._ballast.unlink()

    def fill(self) -> None:
        """Leaves no room on the disk, if it is ours."""
        if not self._is_mounted:
            return
        with suppress(OSError), self._ballast.open("ab", buffering=0) as file:
            while True:
                file.write(bytes(2**16) if shutil.disk_usage(self.disk).free >= 2**16 else bytes(1))


def mounted(folder: Path, size: int) -> bool:
    """Mounts a disk of some bytes, in memory; whether that may be done here."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    return subprocess.run(command, capture_output=True).returncode == 0


def exchange(one: Path, other: Path) -> None:
    """Exchanges two folders in one step (Linux)."""
    here, at_once = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.renameat2(here, os.fsencode(one), here, os.fsencode(other), at_once):
        raise OSError(ctypes.get_errno(), "cannot exchange folders", str(one))


# ---- the play ----


@dataclass(frozen=True)
class Change:
    """Of the content: the word that is no longer found, the one that is, and what a run must count."""

    gone: str | None
    here: str | None
    counts: dict[str, int]


class Conductor:
    """Has all happen in its time, and writes down each step in ``rows``."""

    def __init__(self, site: Site, workers: Sequence[Worker], stage: Stage) -> None:
        self._site, self._workers, self._stage = site, workers, stage
        self.rows: list[dict[str, Any]] = []
        self.faults: list[str] = []
        self._changes = 0
        self._last = Change(None, None, {})
        self._articles = int(articles_of(workers[0].port))
        self._seen: list[float] = []  # seconds until a change was
        self._known: dict[tuple[int, str], tuple[str, int]] = {}  # ETag and total, of a worker's answer on a word
        self._logged = [0] * len(workers)  # lines, read so far

    def step(self, seconds: float, swap: bool, short_of: str) -> None:
        """A step of the play: a change and a run, perhaps an exchange, perhaps a shortage of ``disk`` or
        ``descriptors`` until the step ends; then a run that must go well."""
        began = time.monotonic()
        memory: list[list[tuple[float, float]]] = []

        def rest() -> None:
            memory.append([worker.memory() for worker in self._workers])
            while (left := began + seconds - time.monotonic()) > 0:
                time.sleep(min(left, seconds / 10))
                memory.append([worker.memory() for worker in self._workers])

        if short_of == "disk":
            change = self._changed()
            with self._site.full() as before:
                if self._try(change, before):
                    change = Change(change.gone, change.here, dict.fromkeys(change.counts, 0))
                rest()
            self._run(change)
        elif short_of == "descriptors":
            change = self._changed()
            with self._few_descriptors():
                self._run(change, is_seen=False)
                rest()
            self._see(change.here, change.gone)
            time.sleep(min(RECOVERY, seconds))
            self._stage.shortage.clear()
        else:
            self._run(self._changed())
        if swap:
            self.faults += self._site.swap()
            self._see(self._last.here, self._last.gone)
        rest()
        for worker in self._workers:
            if (articles := articles_of(worker.port)) != self._articles:
                self.faults.append(f"there are {articles} articles, not {self._articles}")
        self._write_down(" ".join(["swap"] * swap + [short_of]).strip(), memory)

    def _changed(self) -> Change:
        """Changes the content: an article comes, becomes another and goes, by turns."""
        name, turn = str(self._changes // 3), self._changes % 3
        letters = "".join(string.ascii_lowercase[int(digit)] for digit in str(self._changes))
        word = None if turn == 2 else f"soakword{letters}"
        self._site.change(name, word)
        self._changes += 1
        self._articles += (1, 0, -1)[turn]
        counts = dict.fromkeys(("added", "changed", "removed"), 0) | {("added", "changed", "removed")[turn]: 1}
        self._last = Change(self._last.here, word, counts)
        return self._last

    def _run(self, change: Change, is_seen: bool = True) -> None:
        done = self._site.run("index", "--json")
        if done.returncode or done.stderr:
            self.faults.append(f"articles index ended with {done.returncode}: {done.stderr}")
        elif (counts := {key: json.loads(done.stdout)[key] for key in change.counts}) != change.counts:
            self.faults.append(f"articles index counted {counts}, not {change.counts}")
        elif is_seen:
            self._see(change.here, change.gone)

    def _try(self, change: Change, before: Sequence[str]) -> bool:
        """Runs on a full disk: one line, 2, and what was answered before still is. A small one may have made itself
        room by clearing up, and is done then; returns whether."""
        is_done = False
        for command in (("index",), ("index", "--full")):
            self._site.fill()
            done = self._site.run(*command, before=before)
            if done.returncode == 0 and "--full" not in command:
                is_done = True
            elif done.returncode != 2 or done.stderr.count("\n") != 1:
                said = f"articles {' '.join(command)} ended with {done.returncode}: {done.stderr or done.stdout}"
                self.faults.append(f"with the disk full, {said}")
            self._see(*((change.here, change.gone) if is_done else (change.gone, change.here)))
        return is_done

    def _see(self, here: str | None, gone: str | None) -> None:
        """Waits until all workers find one word and no longer another."""
        began = time.monotonic()
        for worker in self._workers:
            for word, total in ((here, 1), (gone, 0)):
                while word and (found := self._total(worker, word)) != total:
                    if time.monotonic() - began > VISIBLE:
                        self.faults.append(f"{word} is in {found} articles, not {total}, {VISIBLE} s after the change")
                        return
                    time.sleep(0.05)
        self._seen.append(time.monotonic() - began)

    def _total(self, worker: Worker, word: str) -> int | str:
        """In how many articles a word is, asked as by one who still has the answer before."""
        path = "/api/search?" + urlencode({"q": word, "exact": 1, "strict": 1})
        etag, total = self._known.get((worker.port, word), ("", 0))
        try:
            status, body, now = get(worker.port, path, ADDRESSES["conductor"], {"If-None-Match": etag} if etag else {})
        except (OSError, HTTPException) as error:
            return repr(error)
        if status == 200:
            total = int(json.loads(body)["total"])
            self._known[worker.port, word] = now, total
        return total if status in (200, 304) else f"status {status}"

    @contextmanager
    def _few_descriptors(self) -> Iterator[None]:
        """Lets workers have fewer file descriptors than connections; the shortage is felt for some time after it."""
        before = resource.getrlimit(resource.RLIMIT_NOFILE)[0]  # they have ours
        self._stage.shortage.set()
        for worker in self._workers:
            worker.allow(DESCRIPTORS)
        try:
            yield
        finally:
            for worker in self._workers:
                worker.allow(before)

    def end(self, parties: Sequence[BaseProcess]) -> None:
        """Ends the play; what the parties still have to say goes with the last step."""
        self._stage.ended.set()
        until = time.monotonic() + 4 * PATIENCE
        while any(party.is_alive() for party in parties) and time.monotonic() < until:
            self._take()
            time.sleep(0.1)
        self._take()
        for party in parties:
            if party.is_alive():
                party.kill()
            if party.exitcode:
                self.faults.append(f"{party.name} ended with {party.exitcode}")

    def _take(self) -> tuple[dict[str, Counter[str]], list[float]]:
        """What parties handed in since: how often which outcome of each, and readers' seconds."""
        counts: dict[str, Counter[str]] = {}
        seconds: list[float] = []
        with suppress(queue.Empty):
            while True:
                tally = self._stage.tallies.get_nowait()
                counts.setdefault(tally.party, Counter()).update(tally.counts)
                seconds += tally.seconds
                self.faults += tally.faults
        return counts, seconds

    def _write_down(self, what: str, memory: Sequence[Sequence[tuple[float, float]]]) -> None:
        counts, seconds = self._take()
        cuts = quantiles(seconds, n=20, method="inclusive") if len(seconds) > 1 else [0.0] * 19
        logs = [worker.logged() for worker in self._workers]
        lines = [line for log, read in zip(logs, self._logged, strict=True) for line in log[read:]]
        self.faults += ["logged: a traceback"] * any("Traceback" in line for line in lines)
        row: dict[str, Any] = {
            "step": len(self.rows) + 1,
            "what": what,
            "counts": {party: dict(count) for party, count in counts.items()},
            "p50_ms": 1e3 * cuts[9],
            "p95_ms": 1e3 * cuts[18],
            "seen_s": max(self._seen, default=0.0),
            "rss_mb": [mean(look[number][0] for look in memory) for number in range(len(self._workers))],
            "own_mb": [mean(look[number][1] for look in memory) for number in range(len(self._workers))],
            "logged": len(lines),
            "log": list(dict.fromkeys(lines))[:SHOWN],
        }
        if len(lines) > LOG_LINES:
            self.faults.append(f"{len(lines)} lines were logged in step {row['step']}, the last: {lines[-1]}")
        if not counts.get("readers", Counter())["good"]:
            self.faults.append(f"no reader was answered in step {row['step']}")
        self._logged, self._seen = [len(log) for log in logs], []
        self.rows.append(row)
        print(json.dumps(row), file=sys.stderr, flush=True)


def articles_of(port: int) -> int | str:
    """How many articles a worker says it has."""
    try:
        status, body, _ = get(port, "/healthz", ADDRESSES["conductor"])
    except (OSError, HTTPException) as error:
        return repr(error)
    return int(json.loads(body)["articles"]) if status == 200 else f"status {status}"


# ---- what is asked for ----


def json_of(port: int, path: str, **parameters: str | int) -> dict[str, Any]:
    """An answer of the API that there must be."""
    status, body, _ = get(port, f"{path}?{urlencode(parameters)}", ADDRESSES["conductor"])
    if status != 200:
        raise SystemExit(f"{path} {parameters}: {status} {body!r}")
    return dict(json.loads(body))


def listed(port: int) -> list[dict[str, Any]]:
    """All hits there are, as far as can be paged, the newest first."""
    hits: list[dict[str, Any]] = []
    page = pages = 1
    while page <= min(pages, 100):
        answer = json_of(port, "/api/search", q="", sort="newest", limit=100, page=page)
        hits, page, pages = hits + answer["hits"], page + 1, answer["pages"]
    return hits


def probes_of(port: int, hits: Sequence[dict[str, Any]]) -> list[Probe]:
    """Requests on some articles that find them now, so that another answer later is a fault."""
    probes = []
    for hit in random.Random(7).sample(hits, min(len(hits), PROBES)):
        id, title = hit["id"], hit["title"]
        asked = "?" + urlencode({"q": title[:200]})
        found = json_of(port, "/api/search", q=title[:200])
        probes.append(Probe("article", f"/article/{quote(id)}", id))
        if id in [one["id"] for one in found["hits"]] and not found["warnings"]:
            probes += [Probe("search", "/api/search" + asked, id, found["total"]), Probe("page", "/" + asked, id)]
        begun = title[:12].strip()
        completions = json_of(port, "/api/suggest", q=begun)["completions"]
        if id in [one.get("id") for one in completions]:
            probes.append(Probe("suggest", "/api/suggest?" + urlencode({"q": begun}), id))
    if (sentinel := json_of(port, "/api/search", q=SENTINEL))["total"] != 1:
        raise SystemExit(f"{SENTINEL} is in {sentinel['total']} articles")
    id = sentinel["hits"][0]["id"]
    known = Probe("search", "/api/search?" + urlencode({"q": SENTINEL}), id, 1)
    return [*probes, *[known] * max(1, len(probes) // 20)]


# ---- from the beginning to the end ----


def main() -> int:
    """Plays and prints; 1 if anything was wrong, empty or lost, or memory not level."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("content", type=Path, nargs="?", default=SAMPLE, help="folder of articles (the sample)")
    parser.add_argument("--minutes", type=float, default=30, help="it lasts at the least (30)")
    parser.add_argument("--steps", type=int, default=30, help="into which that is cut, each with a run (30)")
    parser.add_argument("--swaps", type=int, default=10, help="of the index for another (10)")
    parser.add_argument("--workers", type=int, default=2, help="processes of articles serve (2)")
    parser.add_argument("--cache-mb", type=int, default=16, help="as in articles.toml (16)")
    parser.add_argument("--json", type=Path, help="file for the figures")
    parser.add_argument("--work", type=Path, help="folder to work in (the system's)")
    arguments = parser.parse_args()
    if arguments.steps < 4 or arguments.swaps > arguments.steps - 2:
        parser.error("there must be four steps, and two more than swaps")
    found = conditions()
    print_conditions(found)
    with tempfile.TemporaryDirectory(dir=arguments.work, prefix="soak-") as name, ExitStack() as on_exit:
        values = played(arguments, Path(name), on_exit)
    print()
    print(shown(values["steps"]))
    for number, ratio in enumerate(values["growth"], 1):
        print(f"memory of worker {number}, last quarter to second: {ratio:.2f}")
    if arguments.minutes < JUDGED:
        print(f"under {JUDGED} minutes caches may still fill: growth of memory is no fault")
    if values["faults"]:
        print(f"\n{len(values['faults'])} faults:")
        print("\n".join(values["faults"][:SHOWN]))
    else:
        print("no faults")
    if arguments.json:
        arguments.json.write_text(json.dumps({"conditions": found, "values": values}, indent=1))
    return int(bool(values["faults"]))


def played(arguments: argparse.Namespace, folder: Path, on_exit: ExitStack) -> dict[str, Any]:
    """The steps, the growth of memory of each worker, and all faults."""
    site = Site(arguments.content, folder, arguments.cache_mb, on_exit)
    workers = [Worker(site.environment, folder / f"worker-{n}.log", on_exit) for n in range(arguments.workers)]
    hits = listed(workers[0].port)
    titles = [words for hit in hits if (words := re.findall(r"[A-Za-z]{5,}", hit["title"]))]
    probes = probes_of(workers[0].port, hits)
    processes = multiprocessing.get_context("spawn")  # forking would have them hold one another's connections
    ports = tuple(worker.port for worker in workers)
    stage = Stage(ports, processes.Event(), processes.Event(), processes.Queue())
    conductor = Conductor(site, workers, stage)
    parties = [
        processes.Process(target=read, args=(stage, probes, titles)),
        processes.Process(target=be_greedy, args=(stage, titles, [hit["id"] for hit in hits])),
        processes.Process(target=be_hostile, args=(stage, titles)),
    ]
    steps = arguments.steps
    short = {steps // 3: "disk", 2 * steps // 3: "descriptors"}
    free = [step for step in range(steps) if step not in short]
    swaps = {free[(2 * n + 1) * len(free) // (2 * arguments.swaps)] for n in range(arguments.swaps)}
    try:
        for party in parties:
            party.start()
        for step in range(steps):
            conductor.step(60 * arguments.minutes / steps, step in swaps, short.get(step, ""))
    finally:
        conductor.end(parties)
    faults = conductor.faults
    kept = {hit["id"] for hit in listed(workers[0].port)}
    faults += [f"{hit['id']} is lost" for hit in hits[: PAGED - MOVED] if hit["id"] not in kept]
    faults += [f"articles serve ended with {code}" for worker in workers if (code := worker.stop())]
    verified = site.run("status", "--verify")
    faults += [f"articles status --verify: {verified.stdout}{verified.stderr}"] * bool(verified.returncode)
    growth = [grown(conductor.rows, number) for number in range(len(workers))]
    if arguments.minutes >= JUDGED:
        faults += [f"memory of worker {n} grew {ratio:.2f} times" for n, ratio in enumerate(growth, 1) if ratio > LEVEL]
    return {"steps": conductor.rows, "growth": growth, "faults": faults}


def grown(rows: Sequence[dict[str, Any]], number: int) -> float:
    """What a worker has resident in the last quarter of the steps, divided by what it had in the second."""
    resident = [row["rss_mb"][number] for row in rows]
    quarter = len(resident) // 4
    before = mean(resident[quarter : 2 * quarter])
    return float(mean(resident[-quarter:]) / before) if before else 0.0  # 0: it had died


def shown(rows: Sequence[dict[str, Any]]) -> str:
    """The steps as a table."""
    heads = ["step", "what", "good", "p50, ms", "p95, ms", "cut short", "wrong", "empty", "errors", "refused", "greedy"]
    heads += ["503", "hostile", "seen, s", "logged", "RSS, MB", "own, MB"]
    lines = []
    for row in rows:
        readers, greedy, hostile = (Counter(row["counts"].get(one, {})) for one in ("readers", "greedy", "hostile"))
        errors = readers.total() - sum(readers[kind] for kind in ("good", *KINDS))
        line = [row["step"], row["what"], readers["good"], f"{row['p50_ms']:.0f}", f"{row['p95_ms']:.0f}"]
        line += [readers["cut short"], readers["wrong"], readers["empty"], errors, readers["refused"]]
        line += [greedy["status 200"], greedy["status 503"], hostile.total(), f"{row['seen_s']:.2f}", row["logged"]]
        line += [" + ".join(f"{one:.0f}" for one in row[memory]) for memory in ("rss_mb", "own_mb")]
        lines.append([str(one) for one in line])
    return table(heads, lines)


if __name__ == "__main__":
    sys.exit(main())
