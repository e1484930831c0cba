"""Which program does a person want at the terminal, and when has it ended? By a list of arguments, never by a shell.

Not here: how it gets the terminal (resident/foreground.py), what it is for (paging.py, opening.py).
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from article_search.terminal.resident.foreground import Program


def named(environment: Mapping[str, str], *variables: str) -> list[str] | None:
    """A program with its first arguments, as the first of some variables that is set says; none where it says nothing
    of use. None where none is set."""
    for variable in variables:
        if variable in environment:
            with suppress(ValueError):  # a quote that is not closed
                return shlex.split(environment[variable])
            return []
    return None


def wait_for(program: Program) -> int:
    """The exit code of a program that has the terminal: Ctrl-C is its own affair."""
    while True:
        with suppress(KeyboardInterrupt):
            return program.wait()
