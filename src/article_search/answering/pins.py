"""What has the owner of a site put first for a query, and what hidden? Pins by the terms of a query.

Not here: how articles are ordered (backends), what pins may be (settings).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from article_search.language import text
from article_search.query.tree import And, Node, Phrase, Term
from article_search.settings import Pinned


def pins(tree: Node, pinned: tuple[Pinned, ...], language: str) -> Pinned | None:
    """The pins of a query of words or phrases and nothing else; order and stop words do not matter."""
    if not pinned:
        return None
    children = tree.children if isinstance(tree, And) else (tree,)
    words = [child.text for child in children if isinstance(child, Term | Phrase) and child.field is None]
    return _by_terms(pinned, language).get(_key(words, language)) if len(words) == len(children) > 0 else None


@lru_cache(maxsize=8)
def _by_terms(pinned: tuple[Pinned, ...], language: str) -> dict[tuple[str, ...], Pinned]:
    return {_key((each.query,), language): each for each in pinned}


def _key(words: Iterable[str], language: str) -> tuple[str, ...]:
    terms = sorted(term for word in words for term in text.asked(word, language))
    return tuple(term for term in terms if not text.is_stop_word(term, language)) or tuple(terms)
