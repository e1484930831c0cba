"""How is an id written as a path of the system, and back? Names of files are UTF-8, whatever the locale is.

Python reads names by the locale's encoding: in another one than UTF-8 each user who runs the program would give the
articles other ids. Not here: what a name may hold (access.py) and what it says (names.py).
"""

from __future__ import annotations

import os
import sys

_BY_LOCALE = sys.getfilesystemencoding() != "utf-8"
_ERRORS = "surrogateescape"  # a name may be no UTF-8, and still has to be told of


def id_of(name: str) -> str:
    """A name, or a path relative to the content root, as part of an id."""
    return os.fsencode(name).decode("utf-8", _ERRORS) if _BY_LOCALE and not name.isascii() else name


def path_of(root: str, id: str) -> str:
    """The path of an id, to be given to the system; ``root`` is such a path itself."""
    name = os.fsdecode(id.encode("utf-8", _ERRORS)) if _BY_LOCALE and not id.isascii() else id
    return f"{root}/{name}"
