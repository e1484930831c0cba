"""Which other forms of the words of a query does the index have? A tree becomes one with Forms in place of words.

The proposals are those of language/variants.py and the owner's synonyms. A variant of which the index lacks a word
changes nothing. Not here: how forms are weighed (words.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import groupby, takewhile
from typing import NamedTuple

from article_search.answering.words import Words
from article_search.backends.base import fields_of
from article_search.language import segmentation, text
from article_search.language.variants import Variant, names, partings, variants
from article_search.late import pattern
from article_search.query.tree import (
    And,
    Form,
    Forms,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Term,
    TextField,
    any_of,
    begun,
    begun_word,
    may_be_several,
)

_MOST = 16  # forms of one word
_GROUPED = pattern(r"\d{1,3}(?:,\d{3})*,\d{1,2}")  # thousands that are still typed
_UNSIGNED = 0.5  # what env counts for .env, where articles have that
_PARTED = 0.8  # what two words count for one that may be meant as it stands
_ABBREVIATED = pattern(r"(?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{7,}", re.IGNORECASE)
_RARE = 5_000  # one article of so many, or
_FEW = 2  # this few, and a word is rare

Synonyms = tuple[tuple[str, tuple[str, ...]], ...]  # words, and what means the same


class _Known(NamedTuple):
    """Words in all forms; and the synonyms they are by, so that no others take their place in memory."""

    nodes: tuple[Node, ...]
    synonyms: Synonyms


def with_forms(words: Words, tree: Node, synonyms: Synonyms, exact: bool = False) -> Node:
    """The tree with each word in all forms the index has; ``exact``: as it was typed, or spelt otherwise, but not what
    may have been meant."""
    match tree:
        case And(children):
            return And(tuple(_children(words, children, synonyms, exact)))
        case Or(children):  # words on both sides of it do not stand next to each other
            found = tuple(with_forms(words, child, synonyms, exact) for child in children)
            return Or((*found, *_begun_otherwise(words, children, exact)))
        case Not(child):
            return Not(with_forms(words, child, synonyms, exact))
        case Term() if may_be_several(tree):  # its parts find it in other forms
            return any_of((tree, *_same(words, tree, synonyms)))
        case Term():
            return _row(words, (tree,), synonyms, exact)[0]
        case Phrase():
            return _phrase(words, tree, synonyms)
    return tree


def _children(words: Words, children: Sequence[Node], synonyms: Synonyms, exact: bool) -> list[Node]:
    last = children[-1] if children else None
    if isinstance(last, Or) and (word := begun_word(last)) is not None:  # it stands next to those before
        *others, whole = _children(words, (*children[:-1], word), synonyms, exact)
        going_on = any_of((whole, *last.children[1:], *_begun_otherwise(words, last.children, exact)))
        return _begun_in_one(words, [*others, going_on], [*children[:-1], word])
    found: list[Node] = []
    for _, group in groupby(children, key=_of_row):
        row = tuple(group)
        terms = tuple(child for child in row if isinstance(child, Term) and not may_be_several(child))
        if terms:
            found += _row(words, terms, synonyms, exact)
        else:
            found += (with_forms(words, child, synonyms, exact) for child in row)
    return found


def _begun_otherwise(words: Words, children: Sequence[Node], exact: bool) -> tuple[Node, ...]:
    """Other ways to write the word that is still typed, if the last of some children is its beginning: in one or apart,
    where hardly an article has it as it is written, and as two words that are run together, where none has."""
    word = children[-2] if len(children) > 1 else None
    if not isinstance(word, Term) or children[-1] != begun(word):
        return ()
    pieces = segmentation.split(word.text)
    in_digits = all(map(str.isdigit, pieces))
    others = ["".join(pieces)] if in_digits and _GROUPED.fullmatch(word.text) else []
    found = _articles(words, children[-1])
    if found <= _rare(words):
        others += [each.text for each in variants((word.text,), words.language) if each.weight == 1]
        others += ["".join(pieces)] if in_digits else []
    ways = [way for text in others if (way := begun(Term(text, word.field))) is not None]
    if not found and not exact and len(pieces) == 1:
        ways += _begun_together(words, word)
    return tuple(way for way in dict.fromkeys(ways) if _articles(words, way))


def _begun_together(words: Words, word: Term) -> list[Prefix]:
    """The one way to take a word that is still typed for two of which most articles have the beginning in a row."""
    ways = []
    for one, other in partings(word.text):
        if words.reader.deadline.late():
            break
        if not text.is_stop_word(one, words.language) and words.articles(Term(one, word.field)):
            way = Prefix(other, word.field, f"{one} ")
            if count := words.reader.count(words.leaf(way)):
                ways.append((count, way))
    return [max(ways, key=lambda pair: pair[0])[1]] if ways else []


def _begun_in_one(words: Words, found: list[Node], typed: Sequence[Node]) -> list[Node]:
    """The children of an And, the last of which is still typed, with the last two as one word besides where hardly an
    article has both."""
    one, word = typed[-2:] if len(typed) > 1 else (None, None)
    if not isinstance(one, Term) or not isinstance(word, Term) or one.field != word.field:
        return found
    forms = [each.text for each in variants((one.text, word.text), words.language) if each.first < each.last]
    ways = [way for each in forms if isinstance(way := begun(Term(each, word.field)), Prefix) and not way.after]
    ways = [way for way in dict.fromkeys(ways) if _articles(words, way)]
    if not ways or _articles(words, And(tuple(found[-2:]))) > _rare(words):
        return found
    return [*found[:-2], Or((And(tuple(found[-2:])), *ways))]


def _articles(words: Words, node: Node) -> int:
    return words.reader.count(words.plain(node))


def _rare(words: Words) -> int:
    """How many articles have a word at most that is rare."""
    return max(_FEW, words.reader.articles // _RARE)


def _of_row(child: Node) -> tuple[object, ...]:
    """What is the same of words that stand next to each other."""
    return type(child), getattr(child, "field", None), may_be_several(child)


def _row(words: Words, row: tuple[Term, ...], synonyms: Synonyms, exact: bool) -> tuple[Node, ...]:
    """Words that stand next to each other in the query, in all forms the index has; remembered."""
    reader = words.reader
    key = (row, exact, id(synonyms))  # there may be thousands, and engines of several over one index
    known: _Known | None = reader.remembered.get(key)
    if known is None:
        known = _Known(tuple(_Row(words, row).forms(synonyms, exact)), synonyms)
        if not reader.deadline.passed:
            reader.remembered.keep(key, known)
    return known.nodes


def _phrase(words: Words, phrase: Phrase, synonyms: Synonyms) -> Phrase | Forms:
    """A phrase is taken at its word, but for what the owner of the site says of it, and signs around it."""
    forms = [Form(node, shown=True) for node in _same(words, phrase, synonyms)]
    if (bare := segmentation.bare(phrase.text)) != phrase.text:
        forms.append(Form(Phrase(bare, phrase.field), _UNSIGNED if words.articles(phrase) else 1.0))
    return Forms((Form(phrase), *forms)) if forms else phrase


def _same(words: Words, word: Term | Phrase, synonyms: Synonyms) -> tuple[Term | Phrase, ...]:
    """What the owner of the site says is the same as a word or phrase."""
    meant = _by_terms(synonyms, words.language).get(tuple(text.asked(word.text, words.language)), ())
    return tuple(_node(each, word.field) for each in meant)


@lru_cache(maxsize=8)
def _by_terms(synonyms: Synonyms, language: str) -> dict[tuple[str, ...], tuple[str, ...]]:
    """What means the same, by the terms of what was typed."""
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    for words, meant in synonyms:
        terms = tuple(text.asked(words, language))
        found[terms] = found.get(terms, ()) + meant
    return found


def _node(written: str, field: TextField | None) -> Term | Phrase:
    return Term(written, field) if len(segmentation.split(written)) == 1 else Phrase(written, field)


class _Row:
    """Words of one field, next to each other in the query."""

    def __init__(self, words: Words, row: tuple[Term, ...]) -> None:
        self._index = words
        self._language = words.language
        self._row = row
        self._words = [segmentation.bare(term.text) for term in row]
        self._terms = [tuple(text.asked(term.text, self._language)) for term in row]
        self._field = row[0].field
        # By word: forms by their terms, each once.
        self._forms = [{terms: Form(term)} for term, terms in zip(row, self._terms, strict=True)]

    def forms(self, synonyms: Synonyms, exact: bool) -> list[Node]:
        """Each word, or its forms where it has several; ``exact``: none of those that are only guessed."""
        for variant in self._meant(_by_terms(synonyms, self._language)):
            self._add(variant, shown=True)
        shares = [self._unsigned(number) for number in range(len(self._row))]
        for variant in variants(self._words, self._language):
            if self._is_there(variant.text):
                share = min(shares[variant.first : variant.last + 1])
                self._add(variant._replace(weight=share * variant.weight))
        for name in names(self._words):
            for variant in takewhile(lambda each: self._begins(each.text), name):
                if self._has(variant.text):
                    self._add(variant)
        for number in [] if exact else range(len(self._row)):
            self._part(number)
            self._abbreviated(number)
        return [
            Forms(tuple(forms.values())[:_MOST]) if len(forms) > 1 else term
            for term, forms in zip(self._row, self._forms, strict=True)
        ]

    def _unsigned(self, number: int) -> float:
        """Adds a word without its signs, if it has some; what it counts then. A sign that no article has tells
        nothing."""
        typed, word = self._row[number].text, self._words[number]
        share = _UNSIGNED if word != typed and self._has(typed) else 1.0
        if word != typed:
            self._add(Variant(number, number, word, share))
        return share

    def _add(self, variant: Variant, shown: bool = False) -> None:
        node = _node(variant.text, self._field)
        terms = tuple(text.asked(variant.text, self._language))
        for number in range(variant.first, variant.last + 1):
            self._forms[number].setdefault(terms, Form(node, variant.weight, shown))

    def _is_there(self, written: str) -> bool:
        """Whether an article has a word, or all of some words next to each other."""
        words = segmentation.split(written)
        return all(map(self._has, words)) and (words == [written] or self._has(written))

    def _has(self, written: str) -> bool:
        return self._count(written) > 0

    def _count(self, written: str) -> int:
        """How many articles have a word, or some words next to each other."""
        return self._index.articles(_node(written, self._field))

    def _meant(self, synonyms: Mapping[tuple[str, ...], tuple[str, ...]]) -> list[Variant]:
        """What the owner of the site says is the same."""
        longest = max(map(len, synonyms), default=0)
        found = []
        for first in range(len(self._row)):
            terms: tuple[str, ...] = ()
            for last in range(first, len(self._row)):
                terms += self._terms[last]
                if len(terms) > longest:
                    break
                found += [Variant(first, last, each) for each in synonyms.get(terms, ())]
        return found

    def _part(self, number: int) -> None:
        """A rare word that is two words next to each other elsewhere, in one of its ways at most."""
        if len(self._terms[number]) != 1 or self._index.reader.deadline.late():
            return
        if self._count(self._words[number]) > _rare(self._index):
            return
        best, most = "", 0
        for one, other in partings(self._words[number]):
            if self._may_stand(one) and self._may_stand(other):
                apart = f"{one} {other}"
                found = self._count(apart)
                best, most = (apart, found) if found > most else (best, most)
        if best:
            self._add(Variant(number, number, best, _PARTED), shown=True)

    def _begins(self, start: str) -> list[str]:
        """Words of articles that begin so, one of each field: sooner known than how many have one."""
        word = text.plain(start, self._language)
        return [one for name in fields_of(self._field) for one in self._index.reader.beginning(word, name, 1)]

    def _abbreviated(self, number: int) -> None:
        """Of a long number in hexadecimal, as commits have, the beginning may be typed."""
        word = self._words[number]
        if _ABBREVIATED.fullmatch(word) and not self._has(word):
            for whole in self._begins(word):
                self._add(Variant(number, number, whole, _PARTED), shown=True)

    def _may_stand(self, part: str) -> bool:
        return not text.is_stop_word(part, self._language) and self._has(part)
