"""What does a query name? Articles are asked for by name, with ordinary words around it.

An article is found by all the telling words of a query, or when the query names it: each telling word of its title is
one of the query. Its title adds to its score by the share of it that the query has (scoring.titled); other names that
stand in the query in a row add less, as rare as they are. A title that is the whole query comes before all others.
Not here: which words tell (words.py), how titles are looked into (backends).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence

from article_search import scoring
from article_search.answering.words import Words
from article_search.backends.base import (
    AllOf,
    AnyOf,
    ByTitle,
    Called,
    Leaf,
    Named,
    Number,
    Numbers,
    Plain,
    Spelt,
    Times,
    Titled,
    Way,
    Word,
)
from article_search.language import segmentation, text
from article_search.query.tree import (
    And,
    Category,
    Forms,
    Node,
    Not,
    Or,
    Query,
    Range,
    Term,
    begun_word,
    finished,
    may_be_several,
    parts_of,
    typed_of,
)

_OF_TITLES = (None, "title")  # fields that ask for what stands in titles
_MOST_OF = 0.5  # of the telling words of a query must be those of a title that it names
_OTHER = 1.0  # what another name counts, of which a title counts scoring.TITLED
_WORDS = 12  # of a query that are looked at for other names, the first
_LONGEST = 5  # words of another name
_SHORTEST = 3  # letters of one


class Naming:
    """What one query names in one index. ``typing``: its last word may go on, and so may a title."""

    def __init__(self, index: Words, query: Query, typing: bool) -> None:
        self._index = index
        self._known: dict[tuple[Node, ...], Titled] = {}
        tree = finished(query.tree)
        children = tree.children if isinstance(tree, And | Or) else (tree,)
        row = [child for child in children if isinstance(child, Term) and child.field is None]
        others = [child for child in children if child not in row]
        words = " ".join(word.text for word in row) if others else query.text
        self._typed = segmentation.split(words)
        self._start = _folded(query.text)
        whole = isinstance(tree, And | Term) and all(isinstance(child, Not | Category | Range) for child in others)
        self.called = self._called(text.name_key(words), typing) if whole else None

    def _called(self, key: str, typing: bool) -> Called | None:
        asked = Called(key, "beginning" if typing else "title")
        return asked if key and self._index.reader.count(asked) else None

    def found(self, tree: Node) -> Plain:
        """What finds the articles that have all the telling words of a tree, and those it names."""
        index, children = self._index, tree.children if isinstance(tree, And) else (tree,)
        required = index.required(children) if isinstance(tree, And) else children
        words = self._telling(children)
        # A word is often both insisted on and one that may name an article: it is looked up once.
        each = {child: index.plain(child) for child in dict.fromkeys((*required, *words))}
        plain = tuple(each[child] for child in required if _is_plain(child))
        others = tuple(each[child] for child in required if not _is_plain(child))
        found: Plain = AllOf(plain) if len(plain) != 1 else plain[0]
        if len(words) > 1 or any(map(may_be_several, words)):
            found = Named(found, tuple(each[word] for word in words), self._titled(words))
        if self.called is not None and plain:
            found = AnyOf((found, self.called))
        return AllOf((found, *others)) if others else found

    def lifts(self, tree: Node) -> tuple[Plain, ...]:
        """What of their names adds to the scores of articles that a tree finds."""
        children = tree.children if isinstance(tree, And | Or) else (tree,)
        titled = self._titled(self._telling(children))
        return (*((ByTitle(titled),) if titled.words else ()), *self._others())

    def gains(self, tree: Node, number: Number) -> tuple[float, float]:
        """What its title adds to the score of an article that a tree finds, and what its other names add."""
        title = names = 0.0
        for lift in self.lifts(tree):
            if isinstance(lift, ByTitle):
                found = self._index.reader.in_title(lift.titled, number)
                title += float(scoring.titled(*found)) if found else 0.0
            elif isinstance(lift, Called) and self._index.reader.answers(lift, number):
                names += lift.score
        return title, names

    def as_typed_first(self, numbers: Numbers, pinned: Collection[Number]) -> list[int]:
        """The places of some articles, those first that are pinned, then those whose titles begin just as was typed:
        their keys know neither blanks nor signs."""
        heads = self._index.reader.heads(numbers.tolist())
        begins = [
            number in pinned or _folded(head.title).startswith(self._start)
            for number, head in zip(numbers.tolist(), heads, strict=True)
        ]
        return sorted(range(len(heads)), key=lambda place: not begins[place])

    def _telling(self, children: Sequence[Node]) -> list[Node]:
        """The words of a query by which a title may be named."""
        language = self._index.language
        words = ((child, _word(child)) for child in children if _is_plain(child))
        return [child for child, word in words if text.terms(word, language) and text.tells(word, language)]

    def _titled(self, words: Sequence[Node]) -> Titled:
        key = tuple(words)
        known = self._known.get(key)  # asked for what is found and for what lifts it, and looked up once
        if known is None:
            found: dict[Word, float] = {}
            for node in words:
                for word, articles in self._as_words(node):
                    if articles:
                        weight = scoring.idf(self._index.reader.articles, articles) * self._index.times(node)
                        found[word] = max(weight, found.get(word, 0.0))  # two words may be one in titles
            least = math.ceil(_MOST_OF * len(words))  # in a long question many a short title stands by chance
            known = self._known[key] = Titled(tuple(found.items()), self._index.common_in_titles, least)
        return known

    def _as_words(self, node: Node) -> Iterator[tuple[Word, int]]:
        """A word of the query as it may stand in a title, and how many articles have it; of letters without blanks the
        parts."""
        if isinstance(node, Term) and may_be_several(node):
            parts = parts_of(node) if segmentation.is_unspaced(node.text) else (node,)
            for part in parts:
                word = self._index.word([part])
                yield word, self._index.reader.counts([word])[0].articles
        else:
            leaves = list(_leaves(self._index.plain(node)))
            ways: dict[Way, None] = {}
            spelt: dict[Spelt, None] = {}
            for leaf in leaves:
                for choice in leaf.choices:
                    ways.update(dict.fromkeys(way for way in choice.word.ways if way.field in _OF_TITLES))
                    spelt.update(dict.fromkeys(each for each in choice.word.spelt if each.field in _OF_TITLES))
            articles = (choice.articles or 0 for leaf in leaves for choice in leaf.choices)
            if ways or spelt:
                yield Word(tuple(ways), (), tuple(spelt)), max(articles, default=0)

    def _others(self) -> Iterator[Called]:
        """Other names that stand in the query."""
        words, reader, language = self._typed[:_WORDS], self._index.reader, self._index.language
        tells = [text.tells(word, language) for word in words]
        keys = [text.name_key(word) for word in words]
        rows: dict[str, list[str]] = {}
        for first in range(len(words)):
            for last in range(first, min(first + _LONGEST, len(words))):
                if tells[first] and tells[last]:
                    key = "".join(keys[first : last + 1])
                    if _SHORTEST <= len(key) <= text.NAME_CHARS:
                        rows.setdefault(key, words[first : last + 1])
        for (key, row), articles in zip(rows.items(), reader.names(list(rows)), strict=True):
            if articles:
                rare = scoring.idf(reader.articles, articles)  # a heading may stand in every article
                told = sum(self._index.idf(text.term(word, language)) or 0.0 for word in row)
                yield Called(key, "other", _OTHER * min(rare, told))


def _folded(written: str) -> str:
    return " ".join(written.casefold().split())


def _word(node: Node) -> str:
    """The text of a plain word."""
    word = begun_word(node) or node
    return typed_of(word).text if isinstance(word, Term | Forms) else ""


def _is_plain(node: Node) -> bool:
    """Whether a node is a word in any field, finished or not."""
    word = begun_word(node) or node
    typed = typed_of(word) if isinstance(word, Term | Forms) else None
    return isinstance(typed, Term) and typed.field is None


def _leaves(plain: Plain) -> Iterator[Leaf]:
    match plain:
        case Leaf():
            yield plain
        case Times(leaf, _):
            yield leaf
        case AnyOf(children) | AllOf(children):
            for child in children:
                yield from _leaves(child)
