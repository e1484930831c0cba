"""The process that answers from memory, and terminals that ask it or would."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

# The program, which leaves a file where it has not been answered from memory: where it has imported click itself.
PROGRAM = """
import atexit, os, sys
@atexit.register
def tell():
    if "click" in sys.modules:
        open(os.environ["ALONE"], "w").close()
from article_search.terminal.resident import asking
asking._PATIENCE = float(os.environ.get("PATIENCE", asking._PATIENCE))
from article_search.__main__ import main
main()
"""
WAIT = 60  # seconds, for what is done in less; no test measures time


class Outcome(NamedTuple):
    """What a command has given, without the time it took."""

    code: int
    out: bytes
    err: bytes
    alone: bool  # it was not answered from memory


class Home:
    """A session of a user: where the socket is."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.alone = folder / "alone"

    def environment(self, more: dict[str, str] | None = None) -> dict[str, str]:
        """The environment of a command."""
        own = {"XDG_RUNTIME_DIR": str(self.folder), "ALONE": str(self.alone)}
        return {**os.environ, **own, "PATIENCE": str(WAIT), **(more or {})}  # a busy machine is no fault

    def run(self, site: Path, arguments: Sequence[str | bytes], **environment: str) -> Outcome:
        """A command whose output goes to pipes."""
        self.alone.unlink(missing_ok=True)
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, *arguments],
            cwd=site,
            env=self.environment(environment),
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=WAIT,
            check=False,
        )
        return Outcome(done.returncode, timeless(done.stdout), done.stderr, self.alone.exists())

    def on_terminal(self, site: Path, arguments: Sequence[str], columns: int, **environment: str) -> Outcome:
        """A command on a terminal of that width."""
        self.alone.unlink(missing_ok=True)
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *arguments],
            cwd=site,
            env=self.environment({"TERM": "xterm", "PAGER": "cat", **environment}),  # nothing waits for a key
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            preexec_fn=lambda: os.login_tty(theirs),  # as a shell is given its terminal
        )
        os.close(theirs)
        shown = bytearray()
        with contextlib.suppress(OSError):  # how a terminal says that nobody has it open any more
            while piece := os.read(ours, 2**16):
                shown += piece
        os.close(ours)
        return Outcome(process.wait(WAIT), timeless(bytes(shown)), b"", self.alone.exists())

    def socket(self) -> Path:
        """Where the program asks."""
        asked = "from article_search.terminal.resident import where; print(where.socket_path())"
        done = subprocess.run(
            [sys.executable, "-c", asked], env=self.environment(), capture_output=True, text=True, check=True
        )
        return Path(done.stdout.strip())

    @contextlib.contextmanager
    def resident(self, site: Path, *options: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
        """The process, listening."""
        with begun([sys.executable, "-m", "article_search", *options, "resident"], site, self, environment) as process:
            yield process


@contextlib.contextmanager
def begun(
    command: Sequence[str], folder: Path, home: Home, environment: dict[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A process that has said that it has begun; it is ended afterwards."""
    process: Any = subprocess.Popen(
        command, cwd=folder, env=home.environment(environment), stdout=subprocess.PIPE, stdin=subprocess.DEVNULL
    )
    with process:
        try:
            assert process.stdout.readline(), "it has ended"
            yield process
        finally:
            process.terminate()


@contextlib.contextmanager
def new_home() -> Iterator[Home]:
    """A session of its own, in a folder of a short name: that of a socket may have no long one."""
    folder = Path(tempfile.mkdtemp(prefix="as-"))
    try:
        yield Home(folder)
    finally:
        shutil.rmtree(folder)


def timeless(answer: bytes) -> bytes:
    """An answer without what differs from one time to the next: how long it took."""
    return re.sub(rb"\(\d+ ms\)|\"took_ms\": [\d.]+", b"TIME", answer)


def children(pid: int) -> set[int]:
    """The processes that one has started and that have not ended."""
    return {int(number) for number in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}
