"""Does a page that names no title take it from its text? Only from a heading at its very beginning, for some.

Not here: which heading that is (metadata/titles.py).
"""

from __future__ import annotations

import re

_FIRST = re.compile(r"\s*+(?:#[ \t]+\S|[^\n]{1,1000}\n=+[ \t]*(?:\n|\Z))")


def begins_with_title(body: str) -> bool:
    """Whether a text begins with a heading of the first level."""
    return _FIRST.match(body) is not None
