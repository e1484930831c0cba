"""Which words of a query are mistyped, and what was meant? A tree that asks for that too, and the query put right.

A word is mistyped when no article has it; a word that hardly any article has is taken for mistyped only if the query
finds nothing with it, or consists of it, and a hundred times as many articles have a word one edit away. Of the words
spelt nearly so (spelling.py) those are meant that are likely and stand together with the query's other words. Queries
whose words are known are not looked at any further. Not here: how the forms of a word are scored (searching.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise, product
from typing import NamedTuple

import numpy as np

from article_search.backends.embedded import ranking, schema
from article_search.backends.embedded.columnar.arrays import distinct
from article_search.backends.embedded.searching import Evaluation
from article_search.backends.embedded.snapshot import Documents, Weights
from article_search.backends.embedded.spelling import Vocabulary, allowed, likeness
from article_search.language import text
from article_search.query.tree import (
    And,
    Form,
    Forms,
    Node,
    Or,
    Phrase,
    Prefix,
    Term,
    TextField,
    all_of,
    any_of,
    positive_leaves,
)

_RARE = 2  # articles; a word that so few have may be a slip of theirs, or a name
_RATIO = 100  # a rare word is a slip if so many times as many articles have a word one edit away
_WORDS = 8  # words of one query that are corrected
_NEAR = 24  # words spelt nearly so that are looked at, the likeliest
_MEANT = 3  # of which so many are searched for at most
_LEAST = 0.2  # and none of a weight less than this
_WEIGHT = 0.9  # of the likeliest
_APART = 0.002  # what an article counts that has a likely word but none of the others
_TOGETHER = 4  # power by which an article counts that has only some of the query's other words
_SLIPS = 3  # words of one phrase that are corrected
_CHOICES = 8  # for each of them
_WAYS = 64  # to put a phrase right that are tried
_PART = 3  # letters of each of two words that were run together


@dataclass(frozen=True, slots=True)
class Correction:
    """``tree`` asks for what was typed and what was meant; ``text`` is the query with what was meant most likely."""

    tree: Node
    text: str


class _Guess(NamedTuple):
    """What may have been meant, and how likely it is, in comparison with others."""

    text: str  # one word, or several
    likely: float


Word = Term | Phrase | Forms
_NONE = np.empty(0, np.int32)


def correction(evaluation: Evaluation, tree: Node, query: str, rare: int) -> Correction | None:
    """How a query is to be corrected; None when its words are known or nothing better is. ``tree`` may have gone
    through more than the parsing of ``query``. No more articles than ``rare`` have a mistyped word."""
    words = [word for word in _words(tree) if _count(evaluation, word) <= rare]
    words = [word for word in words if not _goes_on(evaluation, tree, word)]
    if not words or evaluation.late():
        return None
    return _Corrector(evaluation, tree).corrected(words[:_WORDS], query)


def _words(node: Node) -> Iterator[Word]:
    """What may be corrected, in order."""
    if isinstance(node, Term | Phrase | Forms):
        yield node
    elif isinstance(node, And | Or):
        for child in node.children:
            yield from _words(child)


def _goes_on(evaluation: Evaluation, tree: Node, word: Word) -> bool:
    """Whether a word is asked for as a beginning too, and is one."""
    typed = _typed(word)
    if Prefix(typed.text, typed.field) not in positive_leaves(tree):
        return False
    names = (typed.field,) if typed.field else schema.TEXT_FIELDS
    return any(evaluation.snapshot.expand(name, text.fold(typed.text)) for name in names)


def _typed(word: Word) -> Term | Phrase:
    return word.typed if isinstance(word, Forms) else word


def _count(evaluation: Evaluation, word: Word) -> int:
    """How many articles have a word. Costs nothing that a search does not pay anyway, for it is remembered."""
    return evaluation.word(word).count


@dataclass(slots=True)
class _Corrector:
    evaluation: Evaluation
    tree: Node
    misspelt: dict[tuple[str, TextField | None], list[_Guess]] = field(default_factory=dict)
    documents: dict[tuple[str, TextField | None], Documents] = field(default_factory=dict)

    def corrected(self, words: Sequence[Word], query: str) -> Correction | None:
        found = self.evaluation.find(self.tree).mask.any()
        joined = self._joined(words)
        split = [word for pair in joined for word in pair]
        doubtful = [word for word in words if word not in split and self._is_mistyped(word, bool(found))]
        for word in doubtful:
            for one in [] if self.evaluation.late() else self._mistyped_words(word):
                self.misspelt[one, _typed(word).field] = self._near(one, _typed(word).field, self._least(word))
        meant = {word: guesses for word in doubtful if (guesses := self._meant(word))}
        if not meant and not joined:
            return None
        by: dict[Node, Node] = {word: _with(word, guesses) for word, guesses in meant.items()}
        tree = _replaced(self.tree, by, joined)
        spelt = {_typed(word).text: guesses[0].text for word, guesses in meant.items()}
        spelt |= {f"{_typed(one).text} {_typed(other).text}": word for (one, other), word in joined.items()}
        return Correction(tree, _rewritten(query, spelt))

    # Which words

    def _is_mistyped(self, word: Word, found: bool) -> bool:
        """Whether to look for what was meant; ``found``: some article answers the query as typed."""
        count = _count(self.evaluation, word)
        if isinstance(word, Phrase) and (count or len(text.split(word.text)) < 2):
            return False  # a single word between quotes is meant as it stands
        return not count or not found or word == self.tree

    def _mistyped_words(self, word: Word) -> list[str]:
        """The folded words in a word or phrase that may be slips."""
        typed = _typed(word)
        several = text.words(typed.text)
        if len(several) == 1:
            return several if allowed(several[0]) else []
        slips = [one for one in dict.fromkeys(several) if allowed(one) and self._known(one, typed.field) <= _RARE]
        return slips if len(slips) <= _SLIPS else []

    def _least(self, word: Word) -> int:
        """How many articles must have what is meant instead."""
        return _RATIO * _count(self.evaluation, word)

    # What it may be

    def _near(self, word: str, only: TextField | None, least: int) -> list[_Guess]:
        """Words spelt nearly so, the likeliest first; those of one stem count as one."""
        near = self._vocabulary(only).within(word, 1 if least else allowed(word))
        likely = [(likeness(word, one.word, one.edits) * one.frequency**0.5, one.word) for one in near]
        stems: dict[str, _Guess] = {}
        for value, one in sorted(likely, key=lambda pair: (-pair[0], pair[1])):
            if (not least or one[0] == word[0]) and len(stems) < _NEAR:
                stems.setdefault(text.term(one), _Guess(one, value))
        stems.pop(text.term(word), None)
        return [guess for guess in stems.values() if len(self._documents(guess.text, only)) >= max(1, least)]

    def _vocabulary(self, only: TextField | None) -> Vocabulary:
        snapshot = self.evaluation.snapshot
        found: Vocabulary | None = snapshot.vocabularies.get(only)
        if found is None:
            names = map(schema.words_field, (only,) if only else schema.TEXT_FIELDS)
            found = Vocabulary([reader for name in names for reader in snapshot.readers(name)])
            snapshot.vocabularies[only] = found
        return found

    def _known(self, word: str, only: TextField | None) -> int:
        """How many articles have a word in any of its endings."""
        return _count(self.evaluation, Term(word, only))

    def _documents(self, word: str, only: TextField | None) -> Documents:
        """Articles that have a word as it is: smalling is not small."""
        found = self.documents.get((word, only))
        if found is None:
            names = (only,) if only else schema.TEXT_FIELDS
            postings = [self.evaluation.snapshot.postings(schema.words_field(name), word) for name in names]
            found = self.documents[word, only] = _union([each.documents for each in postings])
        return found

    # What was meant

    def _meant(self, word: Word) -> list[_Guess]:
        """What a word or phrase may stand for, the likeliest first; the likeliest has ``_WEIGHT``."""
        typed = _typed(word)
        several = text.words(typed.text)
        if not several:
            return []
        if len(several) > 1:
            found = self._phrases(word, several, typed.field)
        else:
            found = self._in_context(several[0], typed.field, [one for one in self._context if one is not word])
            if not _count(self.evaluation, word):
                found += self._parted(several[0], typed.field)
        found = sorted(found, key=lambda guess: -guess.likely)[:_MEANT]
        weighted = [_Guess(one, _WEIGHT * likely / found[0].likely) for one, likely in found]
        return [guess for guess in weighted if guess.likely >= _LEAST]

    def _in_context(self, word: str, only: TextField | None, others: Sequence[Word]) -> list[_Guess]:
        """Words spelt nearly so, by how many articles have them together with other words of the query."""
        guesses = self.misspelt.get((word, only), [])
        together = self._together(others)
        if together is None or not guesses:
            return guesses
        likely = []
        for one, before in guesses:
            documents = self._documents(one, only)
            apart = _APART * len(documents)
            share = (float(together[documents].sum()) + apart) / len(documents)
            likely.append(_Guess(one, before * share**0.5))
        return likely

    def _together(self, others: Sequence[Word]) -> Weights | None:
        """By document, how much of some other words it has, 0 to 1, strongly in favour of all; None without any."""
        size = self.evaluation.snapshot.size
        articles = max(1, self.evaluation.snapshot.record.articles)
        total, most = np.zeros(size, np.float32), 0.0
        for word in others:
            documents = self._holders(word)
            if len(documents):
                weight = ranking.idf(articles, len(documents))
                total[documents] += np.float32(weight)
                most += weight
        return (total / np.float32(most)) ** _TOGETHER if most else None

    def _holders(self, word: Word) -> Documents:
        """Articles that have a word of the query, or one that may have been meant by it."""
        typed = _typed(word)
        parts = [self.evaluation.word(word).all().documents]
        for one in text.words(typed.text):
            guesses = self.misspelt.get((one, typed.field), [])
            parts += [self._documents(guess.text, typed.field) for guess in guesses]
        return _union(parts)

    @property
    def _context(self) -> list[Word]:
        """The words of the query that say something."""
        return [word for word in _words(self.tree) if not text.is_stop_word(_typed(word).text)]

    def _phrases(self, word: Word, several: Sequence[str], only: TextField | None) -> list[_Guess]:
        """The ways to put a phrase right of which an article has one."""
        slips = [one for one in dict.fromkeys(several) if (one, only) in self.misspelt]
        if not slips:
            return []
        choices = []
        for slip in slips:
            rest = [Term(one, only) for one in several if one != slip and not text.is_stop_word(one)]
            guesses = self._in_context(slip, only, rest)
            if known := self._known(slip, only):  # rare, but perhaps no slip at all
                guesses = [_Guess(slip, float(known)), *guesses]
            choices.append(sorted(guesses, key=lambda guess: -guess.likely)[:_CHOICES])
        ways = sorted(product(*choices), key=lambda way: -_product(way))
        found = []
        for way in islice(ways, _WAYS):
            right = dict(zip(slips, (guess.text for guess in way), strict=True))
            phrase = " ".join(right.get(one, one) for one in several)
            if self.evaluation.late():
                break
            if _count(self.evaluation, Phrase(phrase, only)):
                found.append(_Guess(phrase, _product(way)))
        return found

    # Two words

    def _parted(self, word: str, only: TextField | None) -> list[_Guess]:
        """Two words run together: those that stand next to each other in some articles."""
        best: list[_Guess] = []
        for place in range(_PART, len(word) - _PART + 1):
            one, other = word[:place], word[place:]
            pairs = 0 if one in text.STOP_WORDS else _count(self.evaluation, Phrase(f"{one} {other}", only))
            best += [_Guess(f"{one} {other}", 2.0 * pairs**0.5)] if pairs else []
        return best

    def _joined(self, words: Sequence[Word]) -> dict[tuple[Word, Word], str]:
        """Two neighbours, one of them unknown, that are one word which some articles have."""
        found: dict[tuple[Word, Word], str] = {}
        for one, other in _neighbours(self.tree):
            first, second = _typed(one), _typed(other)
            if not (isinstance(first, Term) and isinstance(second, Term) and first.field == second.field):
                continue
            both = text.words(first.text) + text.words(second.text)
            unknown = any(word in words and not _count(self.evaluation, word) for word in (one, other))
            taken = any(one in pair or other in pair for pair in found)
            if len(both) == 2 and unknown and not taken and len(self._documents("".join(both), first.field)):
                found[one, other] = "".join(both)
        return found


def _union(lists: Sequence[Documents]) -> Documents:
    """All documents of some lists, ascending."""
    having = [documents for documents in lists if len(documents)] or [_NONE]
    return having[0] if len(having) == 1 else distinct(np.sort(np.concatenate(having)))


def _product(way: Iterable[_Guess]) -> float:
    return float(np.prod([guess.likely for guess in way]))


def _neighbours(node: Node) -> Iterator[tuple[Word, Word]]:
    """Words that were typed one after the other."""
    if isinstance(node, And | Or):
        if isinstance(node, And):
            for one, other in pairwise(node.children):
                if isinstance(one, Term | Phrase | Forms) and isinstance(other, Term | Phrase | Forms):
                    yield one, other
        for child in node.children:
            yield from _neighbours(child)


def _with(word: Word, guesses: Sequence[_Guess]) -> Forms:
    """A word in the forms it has, and in those it may stand for."""
    forms = word.forms if isinstance(word, Forms) else (Form(word),)
    only = _typed(word).field
    nodes = [Phrase(one, only) if " " in one else Term(one, only) for one, _ in guesses]
    return Forms((*forms, *(Form(node, guess.likely, True) for node, guess in zip(nodes, guesses, strict=True))))


def _replaced(node: Node, by: Mapping[Node, Node], joined: Mapping[tuple[Word, Word], str]) -> Node:
    """A tree with some words replaced, and some pairs of words by one."""
    if node in by:
        return by[node]
    if isinstance(node, Or):
        return any_of(_replaced(child, by, joined) for child in node.children)
    if not isinstance(node, And):
        return node
    firsts = {one: (other, word) for (one, other), word in joined.items()}
    children: list[Node] = []
    rest = iter(node.children)
    for child in rest:
        if isinstance(child, Term | Forms) and child in firsts:
            other, word = firsts[child]
            next(rest)
            first, second = _typed(child), _typed(other)
            typed = Phrase(f"{first.text} {second.text}", first.field)
            children.append(_with(typed, [_Guess(word, _WEIGHT)]))
        else:
            children.append(_replaced(child, by, joined))
    return all_of(children)


def _rewritten(query: str, spelt: Mapping[str, str]) -> str:
    """The query as typed with words replaced wherever they stand as whole words."""
    tokens = [(token.start, token.end) for token in text.tokens(query)]
    by = {tuple(text.split(typed)): right for typed, right in spelt.items()}
    out, end, at = [], 0, 0
    while at < len(tokens):
        for size in range(min(len(tokens) - at, max(map(len, by))), 0, -1):
            written = tuple(query[start:stop] for start, stop in tokens[at : at + size])
            if written in by:
                out += [query[end : tokens[at][0]], by[written]]
                end = tokens[at + size - 1][1]
                at += size - 1
                break
        at += 1
    return "".join(out) + query[end:]
