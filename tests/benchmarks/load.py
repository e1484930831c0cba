"""What does a server bear? Requests a second and their times, alone and while the index is replaced; and its memory.

    python tests/benchmarks/load.py CONTENT INDEX [--workers 2] [--seconds 30] [--swaps 10] [--requests 100000]

Starts gunicorn on a copy of INDEX and has wrk (Debian: wrk) put a mix of searches, completions and pages to it on
loopback. README.md beside this says what each figure means.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from peers.running import conditions, print_conditions, table

from article_search.answering.results import Hit
from article_search.engine import Engine
from article_search.settings import Settings

LUA = Path(__file__).with_name("load.lua")
MIX = {"search": 50, "suggest": 30, "page": 15, "article": 5}  # parts of a hundred
SLICE = 10  # seconds of wrk at a time
WORDS = (1, 2, 2, 3, 3)  # in a query
LOOKS = (1_000, 10_000, 20_000, 50_000)  # requests after which memory is looked at, besides the end
COUNTS = ("failed", "empty", "cut", "broken")

Load = dict[str, Any]  # what load.lua prints


@dataclass
class Server:
    """A gunicorn that runs: where it is, and its processes."""

    port: int
    process: subprocess.Popen[bytes]

    def workers(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def memory(self) -> dict[str, float]:
        """Of all workers together, in MB: what is their own and what they share, and their own alone."""
        sums = {"Pss": 0, "Anonymous": 0}
        for pid in self.workers():
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                name, _, rest = line.partition(":")
                if name in sums:
                    sums[name] += int(rest.split()[0])
        return {name.lower(): kilobytes / 1e3 for name, kilobytes in sums.items()}


@dataclass(frozen=True)
class Run:
    """What wrk is told: whom to ask, what, over how many connections."""

    server: Server
    paths: Path
    connections: int


def main() -> int:
    """Measures and prints; 1 if an answer failed or was empty."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("content", type=Path)
    parser.add_argument("index", type=Path)
    parser.add_argument("--workers", type=int, default=2, help="of gunicorn (2)")
    parser.add_argument("--threads", type=int, default=2, help="of each worker (2)")
    parser.add_argument("--connections", type=int, default=8, help="that ask at once (8)")
    parser.add_argument("--seconds", type=int, default=30, help="of the quiet run (30)")
    parser.add_argument("--swaps", type=int, default=10, help="full builds while requests are answered (10)")
    parser.add_argument("--requests", type=int, default=100_000, help="after which memory is looked at again (100000)")
    parser.add_argument("--different", type=int, default=2000, help="requests of which the mix is made (2000)")
    parser.add_argument("--cache-mb", type=int, default=0, help="as in articles.toml (0: what suits the index)")
    parser.add_argument("--log", action="store_true", help="with an access log and a query log")
    parser.add_argument("--json", type=Path, help="file for the figures")
    parser.add_argument("--work", type=Path, help="folder to work in (the system's)")
    arguments = parser.parse_args()
    if not shutil.which("wrk"):
        parser.error("wrk is not installed (Debian: apt install wrk)")
    found = conditions()
    print_conditions(found)
    with tempfile.TemporaryDirectory(dir=arguments.work, prefix="load-") as name:
        values = measured(arguments, Path(name))
    print()
    print(shown(values))
    if arguments.json:
        arguments.json.write_text(json.dumps({"conditions": found, "values": values}, indent=1))
    return int(any(values[run][count] for run in ("quiet", "swapping") if run in values for count in COUNTS))


def measured(arguments: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """The figures of all runs."""
    index = folder / "index"
    shutil.copytree(arguments.index, index)
    paths = folder / "paths"
    config = folder / "articles.toml"
    logs = f'[web]\naccess_log = "{folder}/access.log"\n[query_log]\npath = "{folder}/log.db"\n'
    config.write_text(f"cache_mb = {arguments.cache_mb}\n" + (logs if arguments.log else ""))
    environment = os.environ | {
        "MALLOC_ARENA_MAX": "1",  # as the guide to serving has it
        "MALLOC_TRIM_THRESHOLD_": "131072",
        "ARTICLES_CONFIG": str(config),
        "ARTICLES_CONTENT": str(arguments.content.resolve()),
        "ARTICLES_INDEX": str(index),
    }
    values: dict[str, Any] = {}
    with started(1, 1, environment) as server:  # another, as this one remembers what it was asked
        paths.write_text("\n".join(answered(server, requests(arguments.content, index, arguments.different))))
    with started(arguments.workers, arguments.threads, environment) as server:
        run = Run(server, paths, arguments.connections)
        values["memory"] = []
        done = 0
        for look in (*(one for one in LOOKS if one < arguments.requests), arguments.requests):
            while done < look:
                done += load(run, 1 if done < LOOKS[0] else SLICE)["requests"]
            values["memory"].append({"requests": done, **server.memory()})
        values["quiet"] = load(run, arguments.seconds)
        if arguments.swaps:
            values["swapping"] = swapping(run, environment, arguments.swaps)
            done += values["quiet"]["requests"] + values["swapping"]["requests"]
            values["memory"].append({"requests": done, **server.memory()})
    return values


@contextmanager
def started(workers: int, threads: int, environment: dict[str, str]) -> Iterator[Server]:
    """A gunicorn with this many workers, until it has been told to stop and has ended well."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "article_search.wsgi:app", "--bind", f"127.0.0.1:{port}"]
    command += [
        "--workers",
        str(workers),
        "--worker-class",
        "gthread",
        "--threads",
        str(threads),
        "--log-level",
        "warning",
    ]
    process = subprocess.Popen(command, env=environment)
    try:
        deadline = time.monotonic() + 60
        while get(port, "/healthz")[0] != 200:
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit("gunicorn does not answer")
            time.sleep(0.1)
        yield Server(port, process)
    finally:
        process.terminate()
        code = process.wait(60)
    if code:
        raise SystemExit(f"gunicorn ended with {code}")


def get(port: int, path: str) -> tuple[int, bytes]:
    """Status and body of an answer; 0 if there is none."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read()
    except OSError:
        return 0, b""
    finally:
        connection.close()


def requests(content: Path, index: Path, different: int) -> list[str]:
    """Addresses of a mix of requests, of words in the titles of articles all over the index."""
    chance = random.Random(5)
    with Engine(Settings(content=content.resolve(), index=index)) as engine:
        pages = (engine.search("", sort="newest", limit=100, page=page, snippets=False) for page in range(1, 101))
        hits = [hit for page in pages for hit in page.hits]
    hits = [hit for hit in hits if len(hit.title.split()) > 3]
    kinds = chance.choices(list(MIX), list(MIX.values()), k=different)
    return [address(kind, chance.choice(hits), chance) for kind in kinds]


def address(kind: str, hit: Hit, chance: random.Random) -> str:
    """One request of this kind, about an article."""
    words = [word.strip("\"'():-*,.?!") for word in hit.title.split()]
    words = [word for word in words if word.isalnum()] or ["the"]
    query = " ".join(chance.sample(words, min(len(words), chance.choice(WORDS))))
    if kind == "article":
        return f"/article/{quote(hit.id)}"
    if kind == "suggest":
        return "/api/suggest?" + urlencode({"q": query[: chance.randint(3, 12)]})
    parameters = {"q": query}
    if chance.random() < 0.2 and hit.categories:
        parameters["category"] = hit.categories[0]
    if chance.random() < 0.1:
        parameters["sort"] = "newest"
    return ("/?" if kind == "page" else "/api/search?") + urlencode(parameters)


def answered(server: Server, addresses: Sequence[str]) -> list[str]:
    """Those that are answered with something, so that an empty answer later is a fault."""
    kept = []
    for path in dict.fromkeys(addresses):
        status, body = get(server.port, path)
        if status != 200:
            raise SystemExit(f"{path}: {status}")
        if not any(empty in body for empty in (b'"hits": []', b'"suggestions": []', b"Nothing found")):
            kept.append(path)
    return kept


def load(run: Run, seconds: int) -> Load:
    """What wrk measures in this time."""
    command = ["wrk", "-t", "1", "-c", str(run.connections), "-d", f"{seconds}s", "--timeout", "10s", "-s", str(LUA)]
    command += [f"http://127.0.0.1:{run.server.port}", "--", str(run.paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = [line for line in done.stdout.splitlines() if line.startswith("LOAD ")]
    if not lines:
        raise SystemExit(done.stdout + done.stderr)
    sys.stderr.writelines(f"{line}\n" for line in done.stdout.splitlines() if line.startswith("FIRST "))
    return dict(json.loads(lines[0].removeprefix("LOAD ")))


def swapping(run: Run, environment: dict[str, str], swaps: int) -> Load:
    """What is measured while the index is built anew and replaced this often. The times are of the worst slice."""
    ended = threading.Event()
    seconds: list[float] = []

    def build() -> None:
        for _ in range(swaps):
            began = time.monotonic()
            subprocess.run(
                [sys.executable, "-m", "article_search", "index", "--full", "--json"],
                env=environment,
                check=True,
                stdout=subprocess.DEVNULL,
            )
            seconds.append(time.monotonic() - began)
        ended.set()

    builder = threading.Thread(target=build)
    builder.start()
    slices = []
    while builder.is_alive():
        slices.append(load(run, SLICE))
    builder.join()
    if not ended.is_set():
        raise SystemExit("a build failed")
    sums = {name: sum(one[name] for one in slices) for name in ("requests", "seconds", "bytes", *COUNTS)}
    slices.sort(key=lambda one: one["p50_ms"])
    middle = slices[len(slices) // 2]
    return sums | {
        "p50_ms": middle["p50_ms"],
        "p99_ms": sorted(one["p99_ms"] for one in slices)[len(slices) // 2],
        "worst_ms": max(one["worst_ms"] for one in slices),
        "swaps": swaps,
        "build_s": sum(seconds) / len(seconds),
    }


def shown(values: dict[str, Any]) -> str:
    """The figures as tables."""
    runs = [name for name in ("quiet", "swapping") if name in values]
    rows = []
    for name in runs:
        one = values[name]
        rate = one["requests"] / one["seconds"]
        figures = [f"{rate:.0f}", f"{one['p50_ms']:.1f}", f"{one['p99_ms']:.1f}", f"{one['worst_ms']:.0f}"]
        rows.append([name, *figures, f"{one['requests']:,}", *(str(one[count]) for count in COUNTS)])
    heads = ["run", "requests/s", "p50, ms", "p99, ms", "worst, ms", "requests", *COUNTS]
    memories = [
        [f"{one['requests']:,} requests", f"{one['pss']:.1f}", f"{one['anonymous']:.1f}"] for one in values["memory"]
    ]
    return table(heads, rows) + "\n\n" + table(["memory after", "PSS, MB", "own, MB"], memories)


if __name__ == "__main__":
    sys.exit(main())
