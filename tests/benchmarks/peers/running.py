"""How are processes started, asked and watched, and on what machine? What compare_peers.py and scale.py share.

Memory is read from /proc, so this needs Linux. Not here: what is measured.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parents[1]
_PAGE = os.sysconf("SC_PAGE_SIZE")
_EVERY = 0.02  # seconds between two looks at memory
_SHARED_EVERY = 10  # looks between two at shared memory, which take longer


class Running:
    """A peer in its own process. Close it, or use it as a context manager."""

    def __init__(self, name: str, folder: Path) -> None:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [str(_HERE), *_python_path()]))}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "peers.process", name, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=environment,
        )

    def ask(self, do: str, **command: Any) -> Any:
        """Sends a command and waits for its answer."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps({"do": do, **command}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the process ended while it was to {do}; what it said is above")
        return json.loads(line)

    def watched(self, do: str, **command: Any) -> Any:
        """``ask``, with the peak memory of the process and its children in bytes: ``rss`` (the sum of each process's
        own count, so that what they share counts several times) and ``pss`` (shared memory divided among them)."""
        with _watch(self._process.pid) as peak:
            answer = self.ask(do, **command)
        return {**answer, **peak}

    def memory(self) -> int:
        """Bytes of memory that the process has now, files mapped into it among them."""
        return _rss(self._process.pid)

    def close(self) -> None:
        """Ends the process."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _python_path() -> list[str]:
    return [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]


# ---- memory ----


@contextlib.contextmanager
def _watch(pid: int) -> Iterator[dict[str, int]]:
    peak = {"rss": 0, "pss": 0}
    done = threading.Event()

    def look() -> None:
        looks = 0
        while True:
            tree = list(_tree(pid))
            peak["rss"] = max(peak["rss"], sum(map(_rss, tree)))
            if looks % _SHARED_EVERY == 0:
                peak["pss"] = max(peak["pss"], sum(map(_pss, tree)))
            looks += 1
            if done.wait(_EVERY):
                return

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield peak
    finally:
        done.set()
        thread.join()


def _tree(pid: int) -> Iterator[int]:
    """A process and its children, and theirs."""
    yield pid
    with contextlib.suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):
            with contextlib.suppress(OSError):
                for child in Path(f"/proc/{pid}/task/{task}/children").read_text().split():
                    yield from _tree(int(child))


def _rss(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0  # it has ended


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


# ---- what to compare ----


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * round(share * 100) // 100) - 1)]


def size(folder: Path) -> int:
    """Bytes of all files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def conditions() -> dict[str, Any]:
    """The machine, the versions, the moment, and how busy it is with other things."""
    names = ("article-search", "whoosh3", "numpy", "PyStemmer", "tantivy")
    import sqlite3

    versions = {"sqlite": sqlite3.sqlite_version}
    for name in names:
        with contextlib.suppress(PackageNotFoundError):
            versions[name] = version(name)
    with contextlib.suppress(ImportError):
        import xapian

        versions["xapian"] = xapian.version_string()
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": len(os.sched_getaffinity(0)),
        "processor": _processor(),
        "memory_bytes": os.sysconf("SC_PHYS_PAGES") * _PAGE,
        "system": platform.platform(),
        "python": platform.python_version(),
        "versions": versions,
        "load_average": os.getloadavg(),
    }


def _processor() -> str:
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()


def print_conditions(found: dict[str, Any]) -> None:
    """``conditions``, in three lines."""
    versions = ", ".join(f"{name} {number}" for name, number in found["versions"].items())
    print(f"{found['date']}; {found['cores']} cores, {found['processor']}, {found['memory_bytes'] / 2**30:.1f} GiB")
    print(f"{found['system']}; Python {found['python']}, {versions}")
    load = ", ".join(f"{number:.2f}" for number in found["load_average"])
    busy = " -- BUSY: these figures are not worth much" if found["load_average"][0] > 0.5 else ""
    print(f"load average before the start {load}{busy}", flush=True)


class Clock:
    """Tells on standard error what is being done, with the time since the start."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    def say(self, what: str) -> None:
        """One line."""
        print(f"{time.monotonic() - self._started:7.1f} s  {what}", file=sys.stderr, flush=True)


def table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """Columns side by side, all but the first to the right."""
    widths = [max(len(line[column]) for line in (head, *lines)) for column in range(len(head))]
    rows = []
    for line in (head, ["-" * width for width in widths], *lines):
        cells = [cell.rjust(width) for cell, width in zip(line, widths, strict=True)]
        rows.append("  ".join([line[0].ljust(widths[0]), *cells[1:]]))
    return "\n".join(rows)
