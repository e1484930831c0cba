"""How is a hit written for programs? By a template such as ``{path}\\t{title}``, one line or one NUL a hit.

Fields have the names of the public JSON, and ``path`` is the file. No value breaks a line or harms a terminal. Not
here: which hits (listing.py).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

from article_search.answering.results import Hit, hit_json
from article_search.errors import ArticleSearchError
from article_search.terminal.screen import HARMFUL, clean

PATH = "path"
FIELDS = (PATH, *(field.name for field in fields(Hit) if field.name != "title_fragments"))
_ESCAPES = {"t": "\t", "n": "\n", "0": "\0", "\\": "\\"}
_SPECIAL = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|\\(.?)|[{}]", re.DOTALL)

Template = tuple[str | tuple[str], ...]  # what stands as it is, and in a tuple the name of a field


def template(text: str) -> Template:
    """A template as pieces. Raises ArticleSearchError for a field or an escape that there is not."""
    return tuple(piece for piece in _pieces(text) if piece)


def ends_itself(template: Template) -> bool:
    """Whether a template says how a record ends, so that no more follows it."""
    last = template[-1] if template else ""
    return isinstance(last, str) and last.endswith(("\n", "\0"))


def _pieces(text: str) -> Iterator[str | tuple[str]]:
    place = 0
    for found in _SPECIAL.finditer(text):
        yield text[place : found.start()]
        place = found.end()
        name, escape = found.groups()
        if name is not None:
            yield (_field(name),)
        elif escape is not None:
            if escape not in _ESCAPES:
                raise ArticleSearchError(rf"--format: \{clean(escape)} is no escape; there are \t, \n, \0 and \\")
            yield _ESCAPES[escape]
        elif len(found[0]) == 2:
            yield found[0][0]
        else:
            raise ArticleSearchError("--format: a brace that is none of a field is written twice, as {{ or }}")
    yield text[place:]


def _field(name: str) -> str:
    if name not in FIELDS:
        from article_search.settings.readers.plain import did_you_mean

        shown = clean(name)[:40]
        hint = did_you_mean(name[:40], FIELDS)
        raise ArticleSearchError(f"--format: there is no field {{{shown}}}{hint}; there are {', '.join(FIELDS)}")
    return name


def record(template: Template, hit: Hit, content: Path, raw: bool) -> bytes | None:
    """A hit by a template, without what ends it. None where the path is needed, has control characters and is not to be
    given ``raw``."""
    values = hit_json(hit)
    pieces = []
    for piece in template:
        if isinstance(piece, str):
            pieces.append(os.fsencode(piece))
        elif piece[0] == PATH:
            path = path_of(hit, content)
            if not raw and is_harmful(path):
                return None
            pieces.append(path)
        else:
            pieces.append(clean(_written(values[piece[0]])).encode())
    return b"".join(pieces)


def path_of(hit: Hit, content: Path) -> bytes:
    """The file of a hit, as the file system spells it."""
    return os.fsencode(content / hit.id)


def is_harmful(path: bytes) -> bool:
    """Whether the name of a file has no place in a list of lines: it has a line break or another control character."""
    return HARMFUL.search(path.decode("utf-8", "replace")) is not None


def _written(value: Any) -> str:
    """A value of the JSON as text."""
    if isinstance(value, list):
        fragments = [one["text"] for one in value if isinstance(one, dict)]
        return "".join(fragments) if fragments else ", ".join(map(str, value))
    return "" if value is None else str(value)
