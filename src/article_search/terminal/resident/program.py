"""Has the program changed on disk since it was read?

Not here: what tells programs apart that run at the same time (where.py).
"""

from __future__ import annotations

import os
import sys

_PACKAGE = __name__.partition(".")[0]

State = tuple[int, int, int]


def files() -> dict[str, State | None]:
    """The files that this program was read from, and the first one of each library: what they are now."""
    found = {
        file
        for name, module in list(sys.modules.items())
        if (name.startswith(_PACKAGE) or "." not in name) and (file := getattr(module, "__file__", None))
    }
    return {file: _state(file) for file in found}


def changed(known: dict[str, State | None]) -> bool:
    """Whether another program stands where this one was read from."""
    return any(_state(file) != state for file, state in known.items())


def _state(file: str) -> State | None:
    try:
        found = os.stat(file)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
