"""How is another program run for the person at the terminal: a pager, an editor?

By a list of arguments, never by a shell. Not here: which program (paging.py, opening.py).
"""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress


def named(environment: Mapping[str, str], *variables: str) -> list[str] | None:
    """A program with its first arguments, as the first of some variables that is set says; none where it says nothing
    of use. None where none is set."""
    for variable in variables:
        if variable in environment:
            with suppress(ValueError):  # a quote that is not closed
                return shlex.split(environment[variable])
            return []
    return None


def start(command: Sequence[str], environment: Mapping[str, str], reads: bool = False) -> subprocess.Popen[bytes]:
    """Starts a program at the terminal, or one that ``reads`` what is written to its ``stdin``. Raises OSError if it
    cannot be started, ValueError for an argument with a NUL."""
    stdin = subprocess.PIPE if reads else None
    return subprocess.Popen(command, stdin=stdin, env=dict(environment))  # noqa: S603 (the user's own)


def wait_for(process: subprocess.Popen[bytes]) -> int:
    """The exit code of a program that has the terminal: Ctrl-C is its own affair."""
    while True:
        with suppress(KeyboardInterrupt):
            return process.wait()
