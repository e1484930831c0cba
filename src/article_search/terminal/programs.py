"""How is another program run for the person at the terminal: a pager, an editor?

By a list of arguments, never by a shell. Not here: which program (paging.py, opening.py).
"""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Mapping
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


def wait_for(process: subprocess.Popen[bytes]) -> int:
    """The exit code of a program that has the terminal: Ctrl-C is its own affair."""
    while True:
        with suppress(KeyboardInterrupt):
            return process.wait()
