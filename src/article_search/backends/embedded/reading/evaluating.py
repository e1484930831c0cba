"""Which articles answer a plain tree, and how well? Trees are answered by array: one mask and one score a document.

Not here: where postings come from (snapshot.py), the score of one word (ranking.py), in which order they are shown
(ordering.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from article_search import scoring
from article_search.arrays import common, distinct
from article_search.backends.base import (
    TEXT_FIELDS,
    AllOf,
    AnyOf,
    ByTitle,
    Called,
    Counts,
    Deadline,
    Leaf,
    Named,
    NoneOf,
    Plain,
    Times,
    Titled,
    Weighed,
    Word,
    fields_of,
)
from article_search.backends.embedded import schema
from article_search.backends.embedded.reading import naming, ranking
from article_search.backends.embedded.reading.columns import Documents, Mask
from article_search.backends.embedded.reading.snapshot import Postings, Snapshot, Weights
from article_search.late import dataclass
from article_search.query.tree import Category, Range, TextField

_NOTHING = Postings(np.empty(0, np.int32), np.empty(0, np.float32))
_MANY = 100_000  # documents have a word, and its places are not read where those in a few do
_NONE: Documents = np.empty(0, np.int32)
_PLAIN = 300  # bytes of a word that is one term, beside its leaf


@dataclass(frozen=True, slots=True)
class Found:
    """An answer as arrays over all documents. ``scores`` are 0 where ``mask`` is false."""

    mask: Mask
    scores: Weights


class Having(NamedTuple):
    """Live documents that have a word, ascending; its weighted frequency in each; which have it in a form that was
    asked for; and how often all of them have it."""

    documents: Documents
    frequencies: Weights
    formed: Mask
    occurrences: int


class _Known(NamedTuple):
    """What a tree found, and the tree, so that no other takes its place in memory."""

    tree: Plain
    mask: Mask
    scores: Weights | None


class Evaluation:
    """Trees over one snapshot, for one request: what one has found is known when it is asked for again. After the
    deadline words count as without any article."""

    def __init__(self, snapshot: Snapshot, deadline: Deadline) -> None:
        self._snapshot = snapshot
        self._deadline = deadline
        self._known: dict[int, _Known] = {}  # by identity of the tree, which costs less than its hash
        self._having: dict[Word, Having] = {}
        self._documents: dict[Word, Documents] = {}
        self._titles: dict[int, tuple[Titled, naming.InTitles]] = {}  # likewise

    # Trees

    def mask(self, tree: Plain) -> Mask:
        """Which articles answer a tree; not to be written to."""
        known = self._known.get(id(tree))
        if known is None:
            found = self._live(tree)
            known = self._known[id(tree)] = _Known(tree, found.mask, found.scores)
        return known.mask

    def take(self, tree: Plain) -> Found:
        """The articles that answer a tree, and their scores, which are the caller's to change."""
        known = self._known.get(id(tree))
        found = self._live(tree) if known is None or known.scores is None else Found(known.mask, known.scores)
        self._known[id(tree)] = _Known(tree, found.mask, None)
        return found

    def _live(self, tree: Plain) -> Found:
        found = self._find(tree)
        return Found(found.mask & self._snapshot.live, found.scores)

    def _find(self, node: Plain) -> Found:
        match node:
            case Leaf() | Times():
                return self._all_words([node])
            case AllOf(children):
                return self._all(children)
            case AnyOf(children):
                return self._any(children)
            case Named():
                return self._named(node)
            case ByTitle(titled):
                found = self.in_titles(titled)
                return self._scored_so(found.documents, found.scores())
            case Called():
                return self._scored_so(naming.called(self._snapshot, node), node.score)
            case NoneOf(child):
                return Found(~self._find(child).mask, self._zeros())
            case Category(value):
                return Found(self._snapshot.in_category(value), self._zeros())
            case Range(since, until):
                return Found(self._snapshot.between(since, until), self._zeros())

    def _again(self, tree: Plain) -> Found:
        """What a tree finds that may have been asked already; not to be written to."""
        known = self._known.get(id(tree))
        return self._find(tree) if known is None or known.scores is None else Found(known.mask, known.scores)

    def _all(self, children: tuple[Plain, ...]) -> Found:
        words, others = _parted(children)
        found = self._all_words(words) if words else Found(np.ones(self._snapshot.size, np.bool_), self._zeros())
        for child in others:
            if not found.mask.any():
                break
            more = self._again(child)
            mask = found.mask & more.mask
            found = Found(mask, np.where(mask, found.scores + more.scores, np.float32(0)))
        return found

    def _all_words(self, nodes: Sequence[Leaf | Times]) -> Found:
        words = []
        for node in nodes:
            words.append(self._timed(node))
            if not words[-1][0].count:  # whatever the others are
                break
        documents, scores = ranking.all_words(words)
        mask, total = np.zeros(self._snapshot.size, np.bool_), self._zeros()
        mask[documents] = True
        total[documents] = scores
        return Found(mask, total)

    def _any(self, children: tuple[Plain, ...]) -> Found:
        words, others = _parted(children)
        scores = self._zeros()
        for node in words:
            word, times = self._timed(node)
            word.add(scores, times)
        mask = scores > 0
        for child in others:
            found = self._find(child)
            mask |= found.mask
            scores += found.scores
        return Found(mask, scores)

    def _scored_so(self, documents: Documents, scores: Weights | float) -> Found:
        mask, total = np.zeros(self._snapshot.size, np.bool_), self._zeros()
        mask[documents], total[documents] = True, scores
        return Found(mask, total)

    def _named(self, node: Named) -> Found:
        found = self._find(node.tree)
        named = self.in_titles(node.titled).named()
        named = named[~found.mask[named]]
        if len(named):
            found.mask[named] = True
            found.scores[named] = sum(self._in_some(word, named) for word in node.words)
        return found

    def lift(self, tree: Plain, scores: Weights, mask: Mask) -> None:
        """Adds to the scores of some articles what they score for a tree."""
        if isinstance(tree, ByTitle):
            titles = self.in_titles(tree.titled)
            documents, gains = titles.documents, titles.scores()
        elif isinstance(tree, Leaf | Times):
            word, times = self._timed(tree)
            documents, gains = word.all()
            gains = gains if times == 1 else gains * np.float32(times)
        else:
            found = self._find(tree)
            documents = found.mask.nonzero()[0]
            gains = found.scores[documents]
        answers = mask[documents]
        scores[documents[answers]] += gains[answers]

    def _in_some(self, node: Plain, documents: Documents) -> Weights:
        """What some articles score for a tree, 0 where they do not answer it."""
        if not isinstance(node, Leaf | Times):
            return self._again(node).scores[documents]
        word, times = self._timed(node)
        return word.of(documents) * np.float32(times) if word.count else np.zeros(len(documents), np.float32)

    def in_titles(self, titled: Titled) -> naming.InTitles:
        """Where words stand in titles."""
        known = self._titles.get(id(titled))
        if known is None:
            known = self._titles[id(titled)] = titled, naming.in_titles(self._snapshot, titled, self._ways)
        return known[1]

    def _ways(self, name: TextField, word: Word) -> list[tuple[Postings, tuple[str, ...]]]:
        """The postings of a word in a field by its ways, and the terms of each way."""
        ways = [(self._way(name, terms), terms) for terms, only in word.ways if name in fields_of(only)]
        return ways + [(self._spelt(name, words), words[:1]) for only, words in word.spelt if only == name]

    def _timed(self, node: Leaf | Times) -> tuple[ranking.Scorer, float]:
        return (self.word(node.leaf), node.times) if isinstance(node, Times) else (self.word(node), 1.0)

    def _zeros(self) -> Weights:
        return np.zeros(self._snapshot.size, np.float32)

    # Words

    def word(self, leaf: Leaf) -> ranking.Scorer:
        """What counts as one word, scored; remembered by the snapshot."""
        plain: ranking.Word | None = self._snapshot.words.get(leaf)
        if plain is not None:
            return plain
        listed: ranking.Listed | None = self._snapshot.scores.get(leaf)
        if listed is not None:
            return listed
        weighed = leaf.choices[0] if len(leaf.choices) == 1 else None
        if weighed and weighed.share == 1 and weighed.word.term and (not weighed.lift or _form(weighed.word)):
            term, form = weighed.word.term, _form(weighed.word) if weighed.lift else ""
            count = self.counts(weighed.word).articles if weighed.articles is None else weighed.articles
            plain = ranking.Word(self._snapshot, leaf, term, form, count, weighed.weight, weighed.lift)
            self._snapshot.words.keep(leaf, plain, _PLAIN)
            return plain
        found = ranking.NOTHING
        for choice in leaf.choices:
            scored = self._scored(choice)
            first = choice.share == 1 and not len(found.documents)
            found = scored if first else ranking.better(found, scored, choice.share)
        listed = ranking.Listed(self._snapshot, leaf, found)
        if not self._deadline.passed:
            listed.keep()
        return listed

    def _scored(self, weighed: Weighed) -> ranking.Scored:
        having = self.having(weighed.word)
        if not len(having.documents):
            return ranking.NOTHING
        scores = scoring.saturated(having.frequencies.copy(), weighed.weight)
        if weighed.lift:
            scores[having.formed] += np.float32(weighed.lift)
        return ranking.Scored(having.documents, scores)

    def counts(self, word: Word) -> Counts:
        """How many articles have a word."""
        snapshot = self._snapshot
        if term := word.term:
            return Counts(snapshot.holders(TEXT_FIELDS, term), snapshot.occurrences(term))
        if not word.ways and all(len(words) == 1 for _, words in word.spelt):
            lists = [snapshot.postings(schema.words_field(name), words[0]) for name, words in word.spelt]
            return Counts(len(self.documents(word)), sum(len(each.documents) for each in lists))
        having = self.having(word)
        return Counts(len(having.documents), having.occurrences)

    def with_form(self, word: Word, enough: int | None) -> int:
        """How many articles have a word in a form that was asked for, or ``enough``."""
        form = _form(word) if enough is not None and word.term else ""
        if not form:
            return int(np.count_nonzero(self.having(word).formed))
        surely = self._snapshot.holders_at_least(schema.WORDS_FIELDS, form)
        # It is enough, with nearly all words.
        return surely if enough and surely >= enough else self._snapshot.holders(schema.WORDS_FIELDS, form)

    def having(self, word: Word) -> Having:
        """The articles that have a word; known when it is asked for again, with its forms or without."""
        found = self._having.get(word)
        if found is None:
            found = self._having[word] = self._having[Word(word.ways, (), word.spelt)] = self._read(word)
        return found

    def documents(self, word: Word) -> Documents:
        """Live documents that have a word, ascending."""
        found = self._documents.get(word)
        if found is None:
            snapshot = self._snapshot
            parts = [self._way(name, terms).documents for terms, only in word.ways for name in fields_of(only)]
            for name, words in word.spelt:
                parts += [snapshot.postings(schema.words_field(name), one).documents for one in words]
            found = self._documents[word] = _union(parts)
        return found

    def fields(self, word: Word) -> tuple[list[tuple[TextField, Postings]], Mask]:
        """By field the articles that have a word, where frequencies add up; and which have it in a form that was asked
        for."""
        snapshot = self._snapshot
        fields: dict[TextField, list[Postings]] = {}
        exact = np.zeros(snapshot.size, np.bool_)
        for terms, only in word.ways:
            for name in fields_of(only):
                if not self._deadline.late():
                    postings = self._way(name, terms)
                    fields.setdefault(name, []).append(postings)
                    if len(terms) > 1:  # a phrase was asked for as it stands there
                        exact[postings.documents] = True
        for form, only in word.forms:
            exact |= snapshot.having([schema.words_field(name) for name in fields_of(only)], form)
        for name, words in word.spelt:
            postings = self._spelt(name, words)
            if len(postings.documents):
                fields.setdefault(name, []).append(postings)
        return [(name, ranking.united(snapshot.size, each)) for name, each in fields.items()], exact

    def _read(self, word: Word) -> Having:
        fields, exact = self.fields(word)
        fields = [(name, postings) for name, postings in fields if len(postings.documents)]
        documents, frequencies = ranking.added_up(self._snapshot, fields)
        occurrences = sum(int(postings.frequencies.sum(dtype=np.int64)) for _, postings in fields)
        return Having(documents, frequencies, exact[documents], occurrences)

    def _way(self, name: TextField, terms: tuple[str, ...]) -> Postings:
        if not terms:
            return _NOTHING
        return self._adjacent(name, terms) if len(terms) > 1 else self._snapshot.postings(name, terms[0])

    def _spelt(self, name: TextField, words: Sequence[str]) -> Postings:
        """The articles with any of some words as they are, and how many of these each has."""
        field = schema.words_field(name)
        documents = [self._snapshot.postings(field, word).documents for word in words if not self._deadline.late()]
        if not documents:
            return _NOTHING
        counts = np.bincount(np.concatenate(documents), minlength=self._snapshot.size)
        return Postings(np.flatnonzero(counts).astype(np.int32), counts[counts > 0].astype(np.float32))

    def _adjacent(self, name: TextField, terms: tuple[str, ...]) -> Postings:
        """Which documents have some terms next to each other in a field, and how often."""
        snapshot = self._snapshot
        having = [snapshot.holders((name,), term) for term in terms]
        # The rarest first: of frequent words only the places beside it matter.
        first, *others = sorted(range(len(terms)), key=having.__getitem__)
        if not having[first]:
            return _NOTHING
        found = snapshot.places(name, terms[first]) - first  # where the phrase would begin
        for number in others:
            found = common(self._places(name, terms[number], having[number], found), found + number) - number
            if not len(found) or self._deadline.late():
                return _NOTHING
        holders = np.searchsorted(snapshot.text_starts(name), found, side="right") - 1
        documents = distinct(holders)
        counts = np.diff(np.append(np.searchsorted(holders, documents), len(holders)))
        if snapshot.has_deletions:
            live = snapshot.live[documents]
            documents, counts = documents[live], counts[live]
        return Postings(documents.astype(np.int32), counts.astype(np.float32))

    def _places(self, name: TextField, term: str, having: int, near: NDArray[Any]) -> NDArray[Any]:
        """Where a term stands in a field, in the documents of some places at least; so many have it in all."""
        snapshot = self._snapshot
        if having < max(_MANY, 4 * len(near)):
            return snapshot.places(name, term)
        holders = distinct(np.searchsorted(snapshot.text_starts(name), near, side="right") - 1)
        return snapshot.places_in(name, (term,), holders)[0][0]


def _parted(children: tuple[Plain, ...]) -> tuple[list[Leaf | Times], list[Plain]]:
    """Words, and what is none."""
    words: list[Leaf | Times] = []
    others: list[Plain] = []
    for child in children:
        if isinstance(child, Leaf | Times):
            words.append(child)
        else:
            others.append(child)
    return words, others


def _form(word: Word) -> str:
    """The form that is asked for, if it is one and in any field."""
    return word.forms[0][0] if len(word.forms) == 1 and word.forms[0][1] is None else ""


def _union(lists: Sequence[Documents]) -> Documents:
    """All documents of some lists, ascending."""
    having = [documents for documents in lists if len(documents)] or [_NONE]
    return having[0] if len(having) == 1 else distinct(np.sort(np.concatenate(having)))
