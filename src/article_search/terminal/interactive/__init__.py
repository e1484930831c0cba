"""What does ``articles`` do without a command? In a terminal it searches as one types, with a look into what is found.

Where that cannot be, because a stream is no terminal, the extra is not installed or there is no index, it says how the
program is used. Not here: what is on the screen (looks.py), what is asked while keys are pressed (asking.py), the keys
(keys.py).
"""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from article_search.errors import NoIndexError
from article_search.terminal import interrupts
from article_search.terminal.output import ERROR, FOUND, note

if TYPE_CHECKING:
    from article_search.terminal.site import Site

_EXTRA = 'to search as you type, install the extra: pip install "article-search[interactive]"'
LEFT = interrupts.CODE  # exit code where nothing was chosen, by Esc or Ctrl-C, as fzf has it


def run(site: Site) -> int | None:
    """Searches as one types, until an article is opened or the search is left: the exit code. None where it cannot be
    done, which is told if a terminal could have it."""
    if not _in_terminal():
        return None
    if importlib.util.find_spec("prompt_toolkit") is None:
        note(_EXTRA)
        return None
    from article_search.terminal.interactive import keys

    try:
        with site.engine() as engine:
            engine.commit_id()  # rather than at the first key
            hit = keys.choose(engine)
            content = engine.settings.content
    except NoIndexError as error:
        note(str(error))
        return None
    return LEFT if hit is None else _open(content, hit.id)


def _in_terminal() -> bool:
    streams = (sys.stdin, sys.stdout)
    return all(stream is not None and stream.isatty() for stream in streams) and os.environ.get("TERM") != "dumb"


def _open(content: Path, id: str) -> int:
    """Opens an article's file in the editor that the environment names; without one, says where it is."""
    from article_search.terminal.interactive import opening
    from article_search.terminal.screen import clean

    path = content / id
    if editor := opening.editor(os.environ):
        opening.edit(editor, path)
    elif clean(str(path)) == str(path):
        print_path(path)
    else:
        note(f"control characters in the name of the file: {clean(str(path))}")
        return ERROR
    return FOUND


def print_path(path: Path) -> None:
    """Writes where a file is, as the file system spells it."""
    import click

    click.echo(os.fsencode(path))
