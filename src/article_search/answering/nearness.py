"""Do the words of a query stand together in an article? Of the first articles of an answer, those where they do rank
higher: words of one sentence are about one thing.

For each article the place is looked for where, within some words of text, the most telling words of the query are
found; what they weigh, but for the heaviest, is added to its score (a passage as evidence: Callan, "Passage-level
evidence in document retrieval", SIGIR 1994; distance as evidence: Tao and Zhai, SIGIR 2007). In titles they count more.
One pass over the places of the words in those articles. Not here: the formula (scoring.py), the score of a word.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from article_search import scoring
from article_search.answering.words import Words
from article_search.arrays import run_starts
from article_search.backends.base import Numbers, Reader
from article_search.language import languages, text
from article_search.query.tree import And, Forms, Node, Or, Phrase, Term, TextField, parts_of

FIRST = 50  # articles of an answer that are looked at, whatever the page
_FIELDS: tuple[TextField, ...] = ("title", "body")
_FAR = 1 << 40
_MOST = 10_000_000  # places times words that are looked at, which takes a tenth of a second


class Near(NamedTuple):
    """One word of a query: the terms it is found by, and what it weighs."""

    terms: tuple[str, ...]
    weight: float


def words(index: Words, tree: Node) -> list[Near]:
    """The words of a query that may stand together: not stop words, and none that is a phrase or in a group."""
    found: dict[str, Near] = {}
    for child in _words(tree):
        nodes = [form.node for form in child.forms if form.weight == 1] if isinstance(child, Forms) else [child]
        terms = dict.fromkeys(term for node in nodes if (term := _term(node, index.language)) is not None)
        if terms and (first := next(iter(terms))) not in languages.stop_words(index.language):
            found.setdefault(first, Near(tuple(terms), index.stem(first).weighed.weight))
    return list(found.values())


def _words(tree: Node) -> Iterator[Node]:
    """The words of a query, of those that may be several the parts."""
    for child in tree.children if isinstance(tree, And | Or) else (tree,):
        if isinstance(child, Term) and (parts := parts_of(child)):
            yield from parts
        else:
            yield child


def _term(node: Node, language: str) -> str | None:
    """The term of a node, if that is one word in any field."""
    terms = text.asked(node.text, language) if isinstance(node, Term | Phrase) and node.field is None else []
    return terms[0] if len(terms) == 1 else None


def bonus(reader: Reader, words: Sequence[Near], numbers: Numbers) -> NDArray[np.float32]:
    """What is added to the scores of some articles, which are in ascending order."""
    best = np.zeros(len(numbers), np.float32)
    if len(words) < 2:
        return best
    weights = np.asarray([word.weight for word in words], np.float32)
    for name in _FIELDS:
        found = _places(reader, name, words, numbers)
        if found is not None:
            places, word, article = found
            others = _together(places, word, weights)
            firsts = run_starts(article)
            which = article[firsts]
            best[which] = np.maximum(best[which], scoring.nearness(name, np.maximum.reduceat(others, firsts)))
    return best


def _together(places: NDArray[np.int64], word: NDArray[np.int64], weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """By occurrence of a word, in order, what the words weigh that stand within reach before it, with its own, but for
    the heaviest of them."""
    weighed, heaviest = np.zeros(len(places), np.float32), np.zeros(len(places), np.float32)
    for number, weight in enumerate(weights):
        last = np.maximum.accumulate(np.where(word == number, places, -_FAR))
        near = (places - last < scoring.NEAR_WITHIN) * weight
        weighed += near
        np.maximum(heaviest, near, out=heaviest)
    return weighed - heaviest


def _places(
    reader: Reader, name: TextField, words: Sequence[Near], numbers: Numbers
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]] | None:
    """Where words stand in some articles, in order: the place, which word, and in which of the articles."""
    terms = [(number, term) for number, word in enumerate(words) for term in word.terms]
    each = reader.places(name, [term for _, term in terms], numbers)
    found = [(number, *places) for (number, _), places in zip(terms, each, strict=True) if len(places.places)]
    # Those of a term that stands everywhere tell least where words stand together.
    found.sort(key=lambda one: len(one[1]))
    while len(found) > 1 and sum(len(places) for _, places, _ in found) * len(words) > _MOST:
        found.pop()
    if len(found) < 2:
        return None
    places = np.concatenate([places for _, places, _ in found])
    word = np.repeat([number for number, _, _ in found], [len(places) for _, places, _ in found])
    article = np.repeat(
        np.tile(np.arange(len(numbers)), len(found)), np.concatenate([counts for _, _, counts in found])
    )
    order = np.argsort(places, kind="stable")
    return places[order], word[order], article[order]
