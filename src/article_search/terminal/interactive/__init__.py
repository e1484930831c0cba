"""What does ``articles`` do without a command? In a terminal it searches as one types, with a look into what is found.

Where that cannot be, because a stream is no terminal, the extra is not installed or there is no index, it says how the
program is used. Not here: what is on the screen (looks.py), what is asked while keys are pressed (asking.py), the keys
(keys.py).
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from article_search.errors import NoIndexError
from article_search.terminal import interrupts
from article_search.terminal.output import ERROR, FOUND, note
from article_search.terminal.screen import HARMFUL

if TYPE_CHECKING:
    from article_search.terminal.site import Site

_EXTRA = 'to search as you type, install the extra: pip install "article-search[interactive]"'
LEFT = interrupts.CODE  # exit code where nothing was chosen, by Esc or Ctrl-C, as fzf has it


def run(site: Site, usage: Callable[[], None]) -> int:
    """Searches as one types, until an article is opened or the search is left. Where that cannot be done, says by
    ``usage`` how the program is called and, to whom it could help, what is missing. Gives the exit code."""
    missing = ""
    if _in_terminal():
        if importlib.util.find_spec("prompt_toolkit") is None:
            missing = _EXTRA
        else:
            try:
                return _searched(site)
            except NoIndexError as error:
                missing = str(error)
    usage()
    if missing:
        note(missing)
    return ERROR


def _searched(site: Site) -> int:
    from article_search.terminal.interactive import keys

    with site.engine() as engine:
        engine.commit_id()  # rather than at the first key
        hit = keys.choose(engine)
        content = engine.settings.content
    return LEFT if hit is None else _open(content, hit.id)


def _in_terminal() -> bool:
    streams = (sys.stdin, sys.stdout)
    return all(stream is not None and stream.isatty() for stream in streams) and os.environ.get("TERM") != "dumb"


def _open(content: Path, id: str) -> int:
    """Opens an article's file in the editor that the environment names; without one, says where it is."""
    from article_search.terminal import opening, programs

    path = content / id
    if programs.named(os.environ, "VISUAL", "EDITOR"):
        opening.edit(path, 1)
    elif HARMFUL.search(str(path)):
        note(f"control characters in the name of the file: {path}")
        return ERROR
    else:
        click.echo(os.fsencode(path))
    return FOUND
