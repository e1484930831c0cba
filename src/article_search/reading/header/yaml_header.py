"""What does a header say in YAML? All of it as text; None for what is no mapping of keys.

Simple lines, as most headers have no others, are read here in a fraction of the time; the rest by python-frontmatter.
Not here: what its loader makes of YAML's events (yaml_events.py), what YAML refuses (recovery.py).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any

from article_search.reading.header.keys import PROSE_KEYS
from article_search.reading.header.parts import Reading
from article_search.reading.header.quoting import prose_quoted
from article_search.reading.header.yaml_events import Top, from_events, note_misread_title

_NAME = r" *+[A-Za-z0-9][A-Za-z0-9 _./+-]*+"
# A key and a plain or quoted value, or a list of names, that leave a reader of YAML nothing to decide.
_SIMPLE_YAML = re.compile(
    r"(?P<key>[A-Za-z_][A-Za-z0-9_-]{0,60}):"
    r"(?: ++(?:(?P<plain>\w(?:[^:#\t]|:(?=\S)|(?<=\S)#)*+)"
    r"|(?P<quote>[\"'])(?P<quoted>[^\"'\\\t]*+)(?P=quote) *+"
    rf"|\[(?P<names>(?:{_NAME},)*+{_NAME})\] *+)| *+)"
)


def load(lines: list[str], first: int) -> Reading | None:
    """The header by python-frontmatter, after prose that YAML would misread was quoted; None when it is no mapping."""
    if reading := _load_simple(lines, first):
        return reading
    reading = Reading()
    lines = prose_quoted(lines, first, reading)
    _yaml_loader()("\n".join(lines), reading, first)
    return reading if reading.lines else None


def _load_simple(lines: list[str], first: int) -> Reading | None:
    """What YAML makes of a header of simple lines, as most are, in a fraction of the time; None for any other."""
    reading = Reading()
    found: list[tuple[str, object, int]] = []
    for number, line in enumerate(lines, first):
        match = _SIMPLE_YAML.fullmatch(line)
        if match:
            key, plain, quoted, names = match.group("key", "plain", "quoted", "names")
            value: object = quoted or ""
            if plain:
                value = plain = plain.rstrip(" ")
                if key.lower() == "title":
                    note_misread_title(plain, number, reading.note)
            elif names:
                if key.lower() in PROSE_KEYS:
                    return None
                value = [name.strip(" ") for name in names.split(",")]
            found.append((key, value, number))
        elif line.strip(" "):
            return None
    for key, value, number in found:
        reading.put(key, value, number)
    return reading if found else None


@functools.cache
def _yaml_loader() -> Callable[[str, Reading, int], None]:
    """python-frontmatter is imported with the first header: a search has no need of it."""
    from frontmatter.default_handlers import YAMLHandler
    from yaml import CSafeLoader

    class Loader(CSafeLoader):
        """The safe loader in C, with text for every scalar and without recursion.

        It is asked for events only: its own way from there to objects recurses in C, which ends in a crash.
        """

        def get_single_data(self) -> Any:
            return from_events(self.get_event)

    handler = YAMLHandler()

    def load(source: str, reading: Reading, first: int) -> None:
        root = handler.load(source, Loader=Loader)
        if isinstance(root, Top):
            for message, line in root.notes:
                reading.note(message, first + line)
            for key, value, line in root.pairs:
                reading.put(key, value, first + line)

    return load
