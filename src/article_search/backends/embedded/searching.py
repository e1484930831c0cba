"""Which articles answer a query, and how well? Trees are answered by array: one mask and one score a document.

Any tree can be answered so; where only the best few articles for some words are asked for, pruning.py is faster. Not
here: where postings come from (snapshot.py), the score of a word (ranking.py), snippets, the words of an answer.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from article_search.backends.embedded import pruning, ranking, schema
from article_search.backends.embedded.columnar.arrays import common, distinct
from article_search.backends.embedded.snapshot import Documents, Mask, Postings, Snapshot, Weights
from article_search.language import text
from article_search.limits import LIMITS
from article_search.query.tree import (
    And,
    Category,
    Form,
    Forms,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Query,
    Range,
    Term,
    TextField,
    positive_words,
)

_K3 = 8.0  # how soon repetition of a word in the query stops to count
WORDS = (Term, Phrase, Forms)  # nodes that score by themselves, see Evaluation.word
_NOTHING = Postings(np.empty(0, np.int32), np.empty(0, np.float32))
_TIMED_OUT = "the search took too long and was cut short; ask for fewer or rarer words"


@dataclass(frozen=True, slots=True)
class Found:
    """An answer as arrays over all documents. ``scores`` are 0 where ``mask`` is false."""

    mask: Mask
    scores: Weights


@dataclass(slots=True)
class Evaluation:
    """One tree's way over one snapshot. After ``deadline`` (monotonic seconds) leaves count as without any article.

    ``warnings`` say what of the answer is left out, each once.
    """

    snapshot: Snapshot
    deadline: float = field(default_factory=lambda: time.monotonic() + LIMITS.search_seconds)
    warnings: dict[str, None] = field(default_factory=dict)
    times: Mapping[str, float] = field(default_factory=dict)  # by term, what it counts where that is not once

    def find(self, node: Node) -> Found:
        """The articles that answer a tree."""
        found = self._find(node)
        return Found(found.mask & self.snapshot.live, found.scores)

    def _find(self, node: Node) -> Found:
        match node:
            case And(children):
                return self._all(children)
            case Or(children):
                return self._any(children)
            case Not(child):
                return Found(~self._find(child).mask, self._zeros())
            case Category(value):
                return Found(self.snapshot.in_category(value), self._zeros())
            case Range(since, until):
                return Found(self.snapshot.between(since, until), self._zeros())
            case Term() | Phrase() | Forms():
                return self._all_words([node])
            case Prefix(letters, only):
                return self._spread(*ranking.scored(self.snapshot, self.beginnings(letters, only)))

    def _all(self, children: tuple[Node, ...]) -> Found:
        nodes, others = self._parted(children)
        found = self._all_words(nodes) if nodes else Found(np.ones(self.snapshot.size, np.bool_), self._zeros())
        for child in others:
            if not found.mask.any():
                break
            more = self._find(child)
            mask = found.mask & more.mask
            found = Found(mask, np.where(mask, found.scores + more.scores, np.float32(0)))
        return found

    def _all_words(self, nodes: Sequence[Term | Phrase | Forms]) -> Found:
        words = []
        for node in nodes:
            words.append(self.word(node))
            if not words[-1].count:  # whatever the others are
                break
        return self._spread(*pruning.all_words(words, list(map(self.counts, nodes[: len(words)]))))

    def _any(self, children: tuple[Node, ...]) -> Found:
        words, others = self._parted(children)
        scores = self._zeros()
        for word in words:
            self.word(word).add(scores, self.counts(word))
        mask = scores > 0
        for child in others:
            found = self._find(child)
            mask |= found.mask
            scores += found.scores
        return Found(mask, scores)

    def _parted(self, children: tuple[Node, ...]) -> tuple[list[Term | Phrase | Forms], list[Node]]:
        """What counts of some children: words, and what is none."""
        words: list[Term | Phrase | Forms] = []
        others: list[Node] = []
        for child in required(children, self.snapshot.languages[0]):
            if isinstance(child, WORDS):
                words.append(child)
            else:
                others.append(child)
        return words, others

    def beginnings(self, letters: str, only: TextField | None) -> list[tuple[str, Postings]]:
        """By field, the articles with words of one beginning, all of which count as one word."""
        folded = text.fold(letters)
        fields = []
        for name in _fields(only):
            words = self.snapshot.expand(name, folded)
            if len(words) > LIMITS.prefix_terms:
                self.warnings[
                    f"over {LIMITS.prefix_terms} words begin with {letters}; only the most frequent were searched"
                ] = None
            documents = [
                self.snapshot.postings(schema.words_field(name), word)[0]
                for word in words[: LIMITS.prefix_terms]
                if not self.late()
            ]
            if documents:
                counts = np.bincount(np.concatenate(documents), minlength=self.snapshot.size)
                fields.append(
                    (name, Postings(np.flatnonzero(counts).astype(np.int32), counts[counts > 0].astype(np.float32)))
                )
        return fields

    def word(self, node: Term | Phrase | Forms) -> ranking.Word | ranking.Listed:
        """A word, or a phrase, or any form of one; what is no plain word is remembered by the snapshot."""
        plain: ranking.Word | None = self.snapshot.words.get(node)
        if plain is not None:
            return plain
        if isinstance(node, Term) and node.field is None:
            readings, form = self._readings(node), text.words(node.text)
            if len(readings) == 1 and len(readings[0]) == 1:
                plain = ranking.word(self.snapshot, *readings[0], form[0] if len(form) == 1 else "")
                self.snapshot.words.keep(node, plain)
                return plain
        known: ranking.Listed | None = self.snapshot.scores.get(node)
        if known is None:
            found = self._forms(node.forms) if isinstance(node, Forms) else self._equals([node])
            known = ranking.Listed.of_scored(self.snapshot, node, found)
            if not self.timed_out:
                known.keep()
        return known

    def counts(self, node: Term | Phrase | Forms) -> float:
        """How often what is one word counts."""
        term = _one_term(node, self.snapshot.languages[0]) if self.times else None
        return self.times.get(term, 1.0) if term is not None else 1.0

    def _forms(self, forms: tuple[Form, ...]) -> ranking.Scored:
        (_, equals), *guesses = by_weight(forms)
        found = self._equals(equals)
        known = len(found.documents)
        for weight, nodes in guesses:  # a guess tells no more than what it stands for, however rare
            found = ranking.better(found, self._equals(nodes, known), weight)
        return found

    def _equals(self, nodes: Sequence[Term | Phrase], known: int = 0) -> ranking.Scored:
        """What counts as one word. ``known``: as if at least so many articles had it."""
        fields, exact = self.postings(nodes)
        return ranking.scored(self.snapshot, fields, known, exact)

    def postings(self, nodes: Sequence[Term | Phrase]) -> tuple[list[tuple[str, Postings]], Mask]:
        """Of what counts as one word, the articles that have it by field, where frequencies add up, and which have it
        in a form that was asked for."""
        fields: dict[str, list[Postings]] = {}
        exact = np.zeros(self.snapshot.size, np.bool_)
        sequences = dict.fromkeys((terms, node.field) for node in nodes for terms in self._readings(node))
        for terms, only in sequences:
            for name in _fields(only):
                if terms and not self.late():
                    postings = self._adjacent(name, terms) if len(terms) > 1 else self.snapshot.postings(name, *terms)
                    fields.setdefault(name, []).append(postings)
                    if len(terms) > 1:  # a phrase was asked for as it stands there
                        exact[postings.documents] = True
        for form, only in dict.fromkeys((tuple(text.words(node.text)), node.field) for node in nodes):
            if len(form) == 1:
                exact |= self.snapshot.having([schema.words_field(name) for name in _fields(only)], *form)
        return [(name, ranking.united(self.snapshot.size, each)) for name, each in fields.items()], exact

    def _readings(self, node: Term | Phrase) -> tuple[tuple[str, ...], ...]:
        """The terms of a word or phrase, one after the other, in each language articles are in."""
        if len(self.snapshot.languages) == 1:
            return tuple(text.readings(node.text, *self.snapshot.languages))
        return tuple(dict.fromkeys(r for name in self.snapshot.languages for r in text.readings(node.text, name)))

    def _adjacent(self, name: str, terms: tuple[str, ...]) -> Postings:
        """Which documents have some terms next to each other in a field, and how often."""
        snapshot = self.snapshot
        if not all(len(snapshot.postings(name, term).documents) for term in terms):
            return _NOTHING
        places = [snapshot.places(name, term) for term in terms]
        # The fewest places first; those of frequent words are looked up beside them.
        first, *others = sorted(range(len(terms)), key=lambda number: len(places[number]))
        found = places[first] - first  # where the phrase would begin
        for number in others:
            found = common(places[number], found + number) - number
            if not len(found) or self.late():
                return _NOTHING
        holders = np.searchsorted(snapshot.text_starts(name), found, side="right") - 1
        documents = distinct(holders)
        counts = np.diff(np.append(np.searchsorted(holders, documents), len(holders)))
        if snapshot.has_deletions:
            live = snapshot.live[documents]
            documents, counts = documents[live], counts[live]
        return Postings(documents.astype(np.int32), counts.astype(np.float32))

    def _spread(self, documents: Documents, scores: Weights) -> Found:
        mask, total = np.zeros(self.snapshot.size, np.bool_), self._zeros()
        mask[documents] = True
        total[documents] = scores
        return Found(mask, total)

    def _zeros(self) -> Weights:
        return np.zeros(self.snapshot.size, np.float32)

    @property
    def timed_out(self) -> bool:
        """Whether the answer is incomplete for want of time."""
        return _TIMED_OUT in self.warnings

    def late(self) -> bool:
        """Whether time is up; notes it."""
        if time.monotonic() > self.deadline:
            self.warnings[_TIMED_OUT] = None
        return self.timed_out


def _fields(only: TextField | None) -> tuple[str, ...]:
    return (only,) if only else schema.TEXT_FIELDS


def by_weight(forms: Sequence[Form]) -> list[tuple[float, list[Term | Phrase]]]:
    """The forms that count alike: first the typed one and its equals, of weight 1, if any; then guesses."""
    found: dict[float, list[Term | Phrase]] = {1.0: []}
    for form in forms:
        found.setdefault(form.weight, []).append(form.node)
    return list(found.items())


def required(children: tuple[Node, ...], language: str) -> tuple[Node, ...]:
    """Children without what says nothing: words without a letter and, beside other words, stop words of a language."""
    telling = tuple(child for child in children if (word := _plain_word(child)) is None or text.terms(word.text))
    kept = tuple(
        child
        for child in telling
        if not ((word := _plain_word(child)) and word.field is None and text.is_stop_word(word.text, language))
    )
    return kept if any(isinstance(child, Term | Phrase | Prefix | Forms | Or | And) for child in kept) else telling


def repeated(asked: Query, language: str) -> dict[str, float]:
    """By term, how often it counts where a query has it several times: the next time says less than the first.

    The tree has each word once. 9 n / (8 + n) for n times (Robertson and Walker, Okapi at TREC-3, with k3 = 8); two
    words of one term (city, cities) share it.
    """
    typed = Counter(text.terms(asked.text, language))
    if not typed or max(typed.values()) == 1:
        return {}
    leaves = Counter(term for word in positive_words(asked.tree) if (term := _one_term(word, language)) is not None)
    return {
        term: (_K3 + 1) * times / (_K3 + times) / leaves[term]
        for term, times in typed.items()
        if times > 1 and leaves[term]
    }


def _one_term(node: Node, language: str) -> str | None:
    """The term of a word in any field."""
    word = _plain_word(node)
    terms = text.terms(word.text, language) if word is not None and word.field is None else []
    return terms[0] if len(terms) == 1 else None


def _plain_word(node: Node) -> Term | None:
    """The word a node is, as typed."""
    typed = node.typed if isinstance(node, Forms) else node
    return typed if isinstance(typed, Term) else None
