"""How does a long answer come to a pager? As in git: ``$ARTICLES_PAGER``, ``$PAGER`` or less.

Not here: when an answer is long (output.py).
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable
from contextlib import suppress

from article_search.terminal import programs
from article_search.terminal.resident import foreground


def page(lines: Iterable[str]) -> bool:
    """Shows lines by the pager until its user has seen enough. False where there is none, with no line taken."""
    command = programs.named(os.environ, "ARTICLES_PAGER", "PAGER")
    if command is None and shutil.which("less"):
        command = ["less"]
    if not command or command == ["cat"]:
        return False
    # What is shorter than the screen after all ends less at once, colours are let through, and what was read stays.
    environment = {"LESS": "FRX", "LV": "-c", **os.environ}
    sys.stdout.flush()
    try:
        process = foreground.start(command, environment, reads=True)
    except (OSError, ValueError):
        return False
    try:
        _feed(process, lines)
    finally:
        programs.wait_for(process)
    return True


def _feed(process: foreground.Program, lines: Iterable[str]) -> None:
    """Writes to a pager, which may end, or be told to read no more, at any time."""
    pipe = process.stdin
    assert pipe is not None  # noqa: S101 (it was asked for)
    encoding, errors = sys.stdout.encoding, sys.stdout.errors or "replace"
    try:
        for line in lines:
            pipe.write(f"{line}\n".encode(encoding, errors))
            pipe.flush()
    except (BrokenPipeError, KeyboardInterrupt):
        pass
    finally:
        with suppress(OSError):
            pipe.close()
