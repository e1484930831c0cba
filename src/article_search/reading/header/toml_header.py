"""What does a header say in TOML? All of it as text. Not here: what tomllib refuses (recovery.py)."""

from __future__ import annotations

from article_search.reading.header.keys import TOML_KEY
from article_search.reading.header.parts import Reading, as_text

_TOML_DOTS = 200  # dots in a line; tomllib takes quadratic time and memory for a key of many parts


def load(lines: list[str], first: int) -> Reading:
    """A whole header. Raises ValueError for one that is no TOML."""
    import tomllib

    if any(line.count(".") > _TOML_DOTS for line in lines):
        raise ValueError("a key of too many parts")
    source = "\n".join(lines)
    found = tomllib.loads(source, parse_float=str)
    reading = Reading()
    places: dict[str, int] = {}
    for number, line in enumerate(lines):
        match = TOML_KEY.match(line)
        if match:
            places.setdefault(match["key"], first + number)
    for key, value in found.items():
        reading.put(key, as_text(value), places.get(key, first))
    return reading
