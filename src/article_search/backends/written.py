"""What is written of an article in the same way wherever the index is? What its equals are in order of, and how many
words of its title tell.

Not here: all else that is written of it (the schemas of the backends).
"""

from __future__ import annotations

from article_search.digests import blake2b
from article_search.language import text

_MOST = 255  # telling words of a title that are counted


def order_of(id: str) -> int:
    """What equals are in order of at last: it depends on the id only, whatever the commits they came with."""
    return int.from_bytes(blake2b(id.encode(), digest_size=8).digest(), "big", signed=True)


def telling(title: str, language: str) -> int:
    """How many words of a title tell, as far as they are counted."""
    return min(_MOST, text.telling(title, language))
