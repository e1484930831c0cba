"""How is a file opened in an editor? By a list of arguments, never by a shell.

Not here: which file (keys.py).
"""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

from article_search.errors import ArticleSearchError


def editor(environment: Mapping[str, str]) -> list[str]:
    """The command that ``VISUAL`` or ``EDITOR`` names, in words; empty where none does. Raises ArticleSearchError."""
    for name in ("VISUAL", "EDITOR"):
        try:
            if words := shlex.split(environment.get(name, "")):
                return words
        except ValueError as error:
            raise ArticleSearchError(f"{name} cannot be read: {error}") from None
    return []


def edit(editor: list[str], path: Path) -> None:
    """Opens a file, until the editor ends. Raises ArticleSearchError."""
    # From the root on, no name of a file is an option.
    file = os.path.abspath(path)  # noqa: PTH100 (keeps symlinks)
    try:
        process = subprocess.Popen([*editor, file])  # noqa: S603 (the user's own)
    except (OSError, ValueError) as error:  # ValueError: a NUL
        why = error.strerror if isinstance(error, OSError) else error
        raise ArticleSearchError(f"the editor {editor[0]} cannot be run: {why}; set VISUAL or EDITOR") from None
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is the editor's, which was started with it
    try:
        code = process.wait()
    finally:
        signal.signal(signal.SIGINT, before)
    if code:
        raise ArticleSearchError(f"the editor {editor[0]} ended with the code {code}")
