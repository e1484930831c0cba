"""Which words of a query are mistyped, and what was meant? A tree that asks for that too, and the query put right.

A word is mistyped when no article has it; a word that hardly any article has is taken for mistyped only if the query
finds nothing with it, or consists of it, and a hundred times as many articles have a word one edit away. Of the words
spelt nearly so (spelling.py) those are meant that are likely and stand together with the query's other words. Queries
whose words are known are not looked at any further. Not here: how long a word must be to be corrected (spelling.py),
how its forms are weighed (words.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from itertools import islice, pairwise, product
from math import prod
from typing import NamedTuple

from article_search.answering.spelling import allowed, likeness
from article_search.answering.words import Words
from article_search.backends.base import Plain, Spelt, fields_of
from article_search.backends.base import Word as Asked
from article_search.language import segmentation, text
from article_search.late import dataclass
from article_search.query.tree import (
    And,
    Form,
    Forms,
    Node,
    Or,
    Phrase,
    Term,
    TextField,
    Verbatim,
    all_of,
    any_of,
    begun,
    forms_of,
    may_be_several,
    positive_leaves,
    typed_of,
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

    def only_parts(self, query: str) -> bool:
        """Whether it differs from what was typed in nothing but which words are written in one."""
        return "".join(text.words(self.text)) == "".join(text.words(query))


class _Guess(NamedTuple):
    """What may have been meant, and how likely it is, in comparison with others."""

    text: str  # one word, or several
    likely: float
    articles: int = 0  # that have it as it is, of one word spelt nearly so


Word = Term | Phrase | Forms


def correction(index: Words, tree: Node, plain: Plain, query: str, rare: int) -> Correction | None:
    """How a query is to be corrected; None when its words are known or nothing better is. ``tree`` may have gone
    through more than the parsing of ``query``; ``plain`` is what the index is asked by it. No more articles than
    ``rare`` have a mistyped word; what the query takes just as it is written is none."""
    words = [word for word in _words(tree) if index.articles(word) <= rare]
    written = {one for leaf in positive_leaves(tree) if isinstance(leaf, Verbatim) for one in text.words(leaf.text)}
    words = [word for word in words if not _goes_on(index, tree, word) and written.isdisjoint(_folded(word))]
    if not words or index.reader.deadline.late():
        return None
    found = index.reader.count(plain) > 0
    return _Corrector(index, tree).corrected(words[:_WORDS], query, found)


def _words(node: Node) -> Iterator[Word]:
    """What may be corrected, in order."""
    if isinstance(node, Term | Phrase | Forms):
        if not may_be_several(node):
            yield node
    elif isinstance(node, And | Or):
        for child in node.children:
            yield from _words(child)


def _folded(word: Word) -> list[str]:
    return text.words(typed_of(word).text)


def _goes_on(index: Words, tree: Node, word: Word) -> bool:
    """Whether a word is asked for as a beginning too, and is one."""
    typed = typed_of(word)
    beginning = begun(typed) if isinstance(typed, Term) else None
    if beginning is None or beginning not in positive_leaves(tree):
        return False
    return index.reader.count(index.plain(beginning)) > 0


@dataclass(slots=True)
class _Corrector:
    index: Words
    tree: Node
    misspelt: dict[tuple[str, TextField | None], list[_Guess]] = field(default_factory=dict)

    def corrected(self, words: Sequence[Word], query: str, found: bool) -> Correction | None:
        joined = self._joined(words)
        split = [word for pair in joined for word in pair]
        doubtful = [word for word in words if word not in split and self._is_mistyped(word, found)]
        for word in doubtful:
            for one in [] if self.index.reader.deadline.late() else self._mistyped_words(word):
                self.misspelt[one, typed_of(word).field] = self._near(one, typed_of(word).field, self._least(word))
        meant = {word: guesses for word in doubtful if (guesses := self._meant(word))}
        if not meant and not joined:
            return None
        by: dict[Node, Node] = {word: _with(word, guesses) for word, guesses in meant.items()}
        tree = _replaced(self.tree, by, joined)
        spelt = {typed_of(word).text: guesses[0].text for word, guesses in meant.items()}
        spelt |= {f"{typed_of(one).text} {typed_of(other).text}": word for (one, other), word in joined.items()}
        right = _rewritten(query, spelt)
        # What differs in punctuation, case or accents only finds the same.
        return Correction(tree, right) if text.words(right) != text.words(query) else None

    # Which words

    def _is_mistyped(self, word: Word, found: bool) -> bool:
        """Whether to look for what was meant; ``found``: some article answers the query as typed."""
        count = self.index.articles(word)
        if isinstance(word, Phrase) and (count or len(segmentation.split(word.text)) < 2):
            return False  # a single word between quotes is meant as it stands
        return not count or not found or word == self.tree

    def _mistyped_words(self, word: Word) -> list[str]:
        """The folded words in a word or phrase that may be slips."""
        typed = typed_of(word)
        several = text.words(typed.text, self.index.language)
        if len(several) == 1:
            return several if allowed(several[0]) else []
        slips = [one for one in dict.fromkeys(several) if allowed(one) and self._known(one, typed.field) <= _RARE]
        return slips if len(slips) <= _SLIPS else []

    def _least(self, word: Word) -> int:
        """How many articles must have what is meant instead."""
        return _RATIO * self.index.articles(word)

    # What it may be

    def _near(self, word: str, only: TextField | None, least: int) -> list[_Guess]:
        """Words spelt nearly so, the likeliest first; those of one stem count as one."""
        near = self.index.reader.near(word, 1 if least else allowed(word), only)
        likely = [(likeness(word, one.word, one.edits) * one.frequency**0.5, one.word) for one in near]
        stems: dict[str, _Guess] = {}
        for value, one in sorted(likely, key=lambda pair: (-pair[0], pair[1])):
            if (not least or one[0] == word[0]) and len(stems) < _NEAR:
                stems.setdefault(text.term(one, self.index.language), _Guess(one, value))
        stems.pop(text.term(word, self.index.language), None)
        counts = self.index.reader.counts([_as_it_is(guess.text, only) for guess in stems.values()])
        guesses = zip(stems.values(), counts, strict=True)
        return [guess._replace(articles=n) for guess, (n, _) in guesses if n >= max(1, least)]

    def _known(self, word: str, only: TextField | None) -> int:
        """How many articles have a word in any of its endings."""
        return self.index.articles(Term(word, only))

    # What was meant

    def _meant(self, word: Word) -> list[_Guess]:
        """What a word or phrase may stand for, the likeliest first; the likeliest has ``_WEIGHT``."""
        typed = typed_of(word)
        several = text.words(typed.text, self.index.language)
        if not several:
            return []
        if len(several) > 1:
            found = self._phrases(word, several, typed.field)
        else:
            found = self._in_context(several[0], typed.field, [one for one in self._context if one is not word])
            if not self.index.articles(word):
                found += self._parted(several[0], typed.field)
        found = sorted(found, key=lambda guess: -guess.likely)[:_MEANT]
        weighted = [_Guess(guess.text, _WEIGHT * guess.likely / found[0].likely) for guess in found]
        return [guess for guess in weighted if guess.likely >= _LEAST]

    def _in_context(self, word: str, only: TextField | None, others: Sequence[Word]) -> list[_Guess]:
        """Words spelt nearly so, by how many articles have them together with other words of the query."""
        guesses = self.misspelt.get((word, only), [])
        if not guesses or not others:
            return guesses
        words = [_as_it_is(guess.text, only) for guess in guesses]
        together = self.index.reader.company(words, [self._in_all_forms(other) for other in others], _TOGETHER)
        if together is None:
            return guesses
        return [
            guess._replace(likely=guess.likely * ((near + _APART * guess.articles) / guess.articles) ** 0.5)
            for guess, near in zip(guesses, together, strict=True)
        ]

    def _in_all_forms(self, word: Word) -> Asked:
        """A word of the query in all its forms, and those that may have been meant by it."""
        choices = [choice.word for choice in self.index.leaf(word).choices]
        ways = dict.fromkeys(way for choice in choices for way in choice.ways)
        spelt: dict[Spelt, None] = {}
        typed = typed_of(word)
        for one in text.words(typed.text, self.index.language):
            for guess in self.misspelt.get((one, typed.field), []):
                spelt.update(dict.fromkeys(_as_it_is(guess.text, typed.field).spelt))
        return Asked(tuple(ways), spelt=tuple(spelt))

    @property
    def _context(self) -> list[Word]:
        """The words of the query that say something."""
        return [word for word in _words(self.tree) if not text.is_stop_word(typed_of(word).text, self.index.language)]

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
            if self.index.reader.deadline.late():
                break
            if self.index.articles(Phrase(phrase, only)):
                if phrase == " ".join(several):  # what is likelier than any other way is no slip
                    break
                found.append(_Guess(phrase, _product(way)))
        return found

    # Two words

    def _is_there(self, word: str, only: TextField | None) -> bool:
        """Whether an article has a word as it is: smalling is not small."""
        return self.index.reader.counts([_as_it_is(word, only)])[0].articles > 0

    def _parted(self, word: str, only: TextField | None) -> list[_Guess]:
        """Two words run together: those that stand next to each other in some articles."""
        best: list[_Guess] = []
        for place in range(_PART, len(word) - _PART + 1):
            one, other = word[:place], word[place:]
            pairs = 0 if one in text.STOP_WORDS else self.index.articles(Phrase(f"{one} {other}", only))
            best += [_Guess(f"{one} {other}", 2.0 * pairs**0.5)] if pairs else []
        return best

    def _joined(self, words: Sequence[Word]) -> dict[tuple[Word, Word], str]:
        """Two neighbours, one of them unknown, that are one word which some articles have."""
        found: dict[tuple[Word, Word], str] = {}
        for one, other in _neighbours(self.tree):
            first, second = typed_of(one), typed_of(other)
            if not (isinstance(first, Term) and isinstance(second, Term) and first.field == second.field):
                continue
            both = [one for word in (first, second) for one in text.words(word.text, self.index.language)]
            unknown = any(word in words and not self.index.articles(word) for word in (one, other))
            taken = any(one in pair or other in pair for pair in found)
            if len(both) == 2 and unknown and not taken and self._is_there("".join(both), first.field):
                found[one, other] = "".join(both)
        return found


def _as_it_is(word: str, only: TextField | None) -> Asked:
    return Asked(spelt=tuple(Spelt(name, (word,)) for name in fields_of(only)))


def _product(way: Iterable[_Guess]) -> float:
    return prod(guess.likely for guess in way)


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
    only = typed_of(word).field
    nodes = [Phrase(one, only) if " " in one else Term(one, only) for one in (guess.text for guess in guesses)]
    return Forms(
        (*forms_of(word), *(Form(node, guess.likely, True) for node, guess in zip(nodes, guesses, strict=True)))
    )


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
            first, second = typed_of(child), typed_of(other)
            typed = Phrase(f"{first.text} {second.text}", first.field)
            children.append(_with(typed, [_Guess(word, _WEIGHT)]))
        else:
            children.append(_replaced(child, by, joined))
    return all_of(children)


def _rewritten(query: str, spelt: Mapping[str, str]) -> str:
    """The query as typed with words replaced wherever they stand as whole words, and the punctuation kept."""
    tokens = [(token.start, token.end) for token in text.tokens(query)]
    by = {tuple(segmentation.split(typed)): right for typed, right in spelt.items()}
    out, end, at = [], 0, 0
    while at < len(tokens):
        for size in range(min(len(tokens) - at, max(map(len, by))), 0, -1):
            written = tuple(query[start:stop] for start, stop in tokens[at : at + size])
            if written in by:
                right, places = segmentation.split(by[written]), tokens[at : at + size]
                if len(right) != size:
                    right, places = [by[written]], [(places[0][0], places[-1][1])]
                for (start, stop), word in zip(places, right, strict=True):
                    out += [query[end:start], word]
                    end = stop
                at += size - 1
                break
        at += 1
    return "".join(out) + query[end:]
