"""How does the process begin that answers from memory, for who does not wait for it, and how does it end?

Not here: what it does (hosting.py), who wants it (serving.py, and articles.toml by site.py).
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from article_search.terminal.resident import listening, where

if TYPE_CHECKING:
    from article_search.terminal.site import Site

_END = 5.0  # seconds for it to end


def begin(site: Site, minutes: int) -> None:
    """Starts it on its own, to end after so many minutes without a question; not if there is one."""
    nothing = os.open(os.devnull, os.O_RDWR)
    _spawn(site, ["--minutes", str(minutes), "--background"], nothing)
    os.close(nothing)


@contextlib.contextmanager
def beside(site: Site) -> Iterator[None]:
    """It is there meanwhile, and ends with this process, however that ends."""
    watched, held = os.pipe()
    _spawn(site, ["--beside"], watched)
    os.close(watched)
    try:
        yield
    finally:
        os.close(held)


def end() -> int | None:
    """Ends it; the number of the process that has ended, None if there was none."""
    path = where.socket_path()
    pid = path and listening.other(path)
    if not path or not pid:
        return None
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + _END
    while listening.other(path) == pid and time.monotonic() < deadline:
        time.sleep(0.01)
    return pid


def _spawn(site: Site, arguments: Sequence[str], stdin: int) -> None:
    """Starts the process in a session of its own, with nothing to read but that file."""
    options = {"--config": site.config, "--content": site.content, "--index": site.index}
    said = [text for name, value in options.items() if value is not None for text in (name, str(value))]
    # -P: not what lies in the working directory. The interpreter's other options as they are here.
    flags = [*subprocess._args_from_interpreter_flags(), "-P"]  # type: ignore[attr-defined]
    command = [sys.executable, *flags, "-m", __name__.partition(".")[0], *said, "resident", *arguments]
    files = [
        (os.POSIX_SPAWN_DUP2, stdin, 0),
        *((os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_WRONLY, 0) for number in (1, 2)),
    ]
    os.posix_spawn(sys.executable, command, os.environ, file_actions=files, setsid=True)
