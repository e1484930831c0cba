"""What do the exclusions of a query take away? Words after a minus may be meant as they stand there.

``git commit -m``: an exclusion that leaves nothing of what is found without it is read as words. One that takes away
what would have come first is said, with the query without it. Exclusions of categories and dates, or within groups,
are meant. Not here: what is an exclusion at all (query/parser.py), how articles are found (searching.py).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import tzinfo

from article_search.language import segmentation
from article_search.language.folding import fold
from article_search.query.describing import describe
from article_search.query.tree import And, Node, Not, Query, all_of, positive_leaves

Finds = Callable[[Node, bool], bool]  # whether a tree finds anything; by any of its words?


def of_words(query: Query) -> tuple[Not, ...]:
    """The exclusions of a query that are of words, but not of those it asks for as well, be it in a phrase."""
    children = query.tree.children if isinstance(query.tree, And) else ()
    excluded = [child for child in children if isinstance(child, Not)]
    asked = _words(query.tree) if excluded else set()  # most exclude nothing
    return tuple(child for child in excluded if not _words(child.child) <= asked)


def _words(tree: Node) -> set[str]:
    return {fold(word) for leaf in positive_leaves(tree) for word in segmentation.split(leaf.text)}


def as_read(query: Query, finds: Finds, zone: tzinfo) -> Query:
    """The query; with its exclusions as words, and a warning of it, if these leave nothing of what has all of the other
    words, or any of them where none has all."""
    excluded = of_words(query)
    rest = without(query, excluded, zone) if excluded else None
    if rest is None or finds(query.tree, False):
        return query
    if not finds(rest.tree, False) and (finds(query.tree, True) or not finds(rest.tree, True)):
        return query
    children = query.tree.children if isinstance(query.tree, And) else ()
    tree = all_of(child.child if isinstance(child, Not) and child in excluded else child for child in children)
    warning = f"{describe(all_of(excluded), zone)} leaves nothing to be found. It was read as plain words."
    return replace(query, tree=tree, warnings=(*query.warnings, warning))


def without(query: Query, excluded: Collection[Not], zone: tzinfo) -> Query | None:
    """The query without some exclusions; None if there is no word in it but those."""
    children = query.tree.children if isinstance(query.tree, And) else ()
    tree = all_of(child for child in children if child not in excluded)
    return Query(describe(tree, zone), tree) if positive_leaves(tree) else None
