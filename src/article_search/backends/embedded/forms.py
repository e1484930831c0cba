"""Which other forms of the words of a query does the index have? A tree becomes one with Forms in place of words.

The proposals are those of variants.py and the owner's synonyms. A variant of which the index lacks a word changes
nothing. Not here: how forms are found and scored (searching.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from article_search import text
from article_search.backends.embedded import ranking
from article_search.backends.embedded.searching import Evaluation
from article_search.query import And, Form, Forms, Node, Not, Or, Phrase, Term, TextField
from article_search.variants import Variant, partings, variants

_MOST = 16  # forms of one word
_RARE = 1_000  # one article of so many, or
_FEW = 2  # this few, and a word is rare

Synonyms = Mapping[tuple[str, ...], tuple[str, ...]]  # terms of some words -> texts that mean the same


def with_forms(evaluation: Evaluation, tree: Node, synonyms: Synonyms) -> Node:
    """The tree with each word in all forms the index has."""
    match tree:
        case And(children) | Or(children):
            return type(tree)(tuple(_children(evaluation, children, synonyms)))
        case Not(child):
            return Not(with_forms(evaluation, child, synonyms))
        case Term():
            return _row(evaluation, (tree,), synonyms)[0]
        case Phrase():
            return _phrase(tree, synonyms)
    return tree


def _children(evaluation: Evaluation, children: Sequence[Node], synonyms: Synonyms) -> list[Node]:
    found: list[Node] = []
    for _, group in groupby(children, key=lambda child: (type(child), getattr(child, "field", None))):
        row = tuple(group)
        terms = tuple(child for child in row if isinstance(child, Term))
        found += _row(evaluation, terms, synonyms) if terms else (with_forms(evaluation, c, synonyms) for c in row)
    return found


def _row(evaluation: Evaluation, row: tuple[Term, ...], synonyms: Synonyms) -> tuple[Node, ...]:
    """Words that stand next to each other in the query, in all forms the index has; remembered by the snapshot."""
    remembered = evaluation.snapshot.words
    known: tuple[Node, ...] | None = remembered.get(row)
    if known is None:
        known = tuple(_Row(evaluation, row).forms(synonyms))
        if not evaluation.timed_out:
            remembered.keep(row, known)
    return known


def _phrase(phrase: Phrase, synonyms: Synonyms) -> Phrase | Forms:
    """A phrase is taken at its word, but for what its owner says of it."""
    meant = synonyms.get(tuple(text.terms(phrase.text)), ())
    forms = tuple(Form(_node(each, phrase.field), shown=True) for each in meant)
    return Forms((Form(phrase), *forms)) if forms else phrase


def _node(written: str, field: TextField | None) -> Term | Phrase:
    return Term(written, field) if len(text.split(written)) == 1 else Phrase(written, field)


class _Row:
    """Words of one field, next to each other in the query."""

    def __init__(self, evaluation: Evaluation, row: tuple[Term, ...]) -> None:
        self._evaluation = evaluation
        self._snapshot = evaluation.snapshot
        self._row = row
        self._words = [term.text for term in row]
        self._terms = [tuple(text.terms(word)) for word in self._words]
        self._field = row[0].field
        # By word: forms by their terms, each once.
        self._forms = [{terms: Form(term)} for term, terms in zip(row, self._terms, strict=True)]

    def forms(self, synonyms: Synonyms) -> list[Node]:
        """Each word, or its forms where it has several."""
        for variant in self._meant(synonyms):
            self._add(variant, shown=True)
        for variant in variants(self._words):
            if self._is_there(variant.text):
                self._add(variant)
        for number in range(len(self._row)):
            self._part(number)
        return [
            Forms(tuple(forms.values())[:_MOST]) if len(forms) > 1 else term
            for term, forms in zip(self._row, self._forms, strict=True)
        ]

    def _add(self, variant: Variant, shown: bool = False) -> None:
        node = _node(variant.text, self._field)
        terms = tuple(text.terms(variant.text))
        for number in range(variant.first, variant.last + 1):
            self._forms[number].setdefault(terms, Form(node, variant.weight, shown))

    def _is_there(self, written: str) -> bool:
        """Whether an article has a word, or all of some words next to each other."""
        terms = text.terms(written)
        if not all(map(self._has, terms)):
            return False
        return len(terms) == 1 or self._together(written) > 0

    def _together(self, written: str) -> int:
        """How many articles have some words next to each other."""
        return self._evaluation.word(Phrase(written, self._field)).count

    def _has(self, term: str) -> bool:
        """Whether an article has a term."""
        if self._field is None:
            return ranking.word(self._snapshot, term).count > 0
        return len(self._snapshot.postings(self._field, term).documents) > 0

    def _meant(self, synonyms: Synonyms) -> list[Variant]:
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
        if len(self._terms[number]) != 1 or self._evaluation.late():
            return
        articles = self._snapshot.record.articles
        rare = ranking.word(self._snapshot, *self._terms[number]).count <= max(_FEW, articles // _RARE)
        if not rare:
            return
        best, most = "", 0
        for one, other in partings(self._words[number]):
            if self._may_stand(one) and self._may_stand(other):
                apart = f"{one} {other}"
                found = self._together(apart)
                best, most = (apart, found) if found > most else (best, most)
        if best:
            self._add(Variant(number, number, best))

    def _may_stand(self, part: str) -> bool:
        return not text.is_stop_word(part) and self._has(text.term(part))
