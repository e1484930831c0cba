"""An answer by brute force: every article is looked at, nothing is indexed. What the engine is compared with."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property

from article_search import scoring
from article_search.backends.base import TEXT_FIELDS
from article_search.language import folding, text
from article_search.query.tree import (
    And,
    Category,
    Form,
    Forms,
    Leaf,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Range,
    Term,
    TextField,
    Verbatim,
)
from article_search.reading.article import Article


def plain(value: str) -> str:
    """A category as compared."""
    return " ".join(folding.fold(word) for word in value.split())


class Reference:
    """Articles, their terms, and the counts BM25F needs."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self.articles = articles
        self.terms = [{field: text.indexed(getattr(article, field)) for field in TEXT_FIELDS} for article in articles]
        self.words = [{field: text.words(getattr(article, field)) for field in TEXT_FIELDS} for article in articles]
        self._counts: dict[tuple[Leaf, int, TextField], int] = {}
        self._mosts: dict[Node, int] = {}
        self._commonness: dict[Node, bool] = {}
        self.average = {}
        for field in TEXT_FIELDS:
            lengths = [len(terms[field]) for terms in self.terms if terms[field]]
            self.average[field] = sum(lengths) / max(1, len(lengths))

    def counts(self, leaf: Leaf, number: int, field: TextField) -> int:
        """How often an article has a leaf in a field."""
        key = (leaf, number, field)
        if key not in self._counts:
            self._counts[key] = self._counted(*key)
        return self._counts[key]

    def _counted(self, leaf: Leaf, number: int, field: TextField) -> int:
        if leaf.field and leaf.field != field:
            return 0
        if isinstance(leaf, Verbatim):
            return int(text.words(leaf.text)[0] in self.words[number][field])
        if isinstance(leaf, Prefix):
            return len({word for word in self.words[number][field] if word.startswith(folding.fold(leaf.text))})
        wanted, terms = text.asked(leaf.text), self.terms[number][field]
        if not wanted:
            return 0
        starts = range(len(terms) - len(wanted) + 1)
        return sum(all(term in terms[start + nth] for nth, term in enumerate(wanted)) for start in starts)

    def found(self, tree: Node, number: int) -> bool:
        """Whether an article is found by a tree: it answers it, or the words of the tree name it."""
        return self.matches(tree, number) or self._is_named(tree, number)

    def score_found(self, tree: Node, number: int) -> float:
        """The score of an article that is found, by its words and by its title."""
        if self.matches(tree, number):
            words = self.score(tree, number)
        else:
            words = sum(self.score(word, number) for word in plain_words(tree))
        covered, telling, told = self._told(plain_words(tree), number)
        return words + float(scoring.titled(told, covered, telling))

    def _is_named(self, tree: Node, number: int) -> bool:
        """Whether the title of an article has no telling word but those of a tree, and half of these at least."""
        words = plain_words(tree)
        children = tree.children if isinstance(tree, And) else (tree,)
        others = (child for child in children if (word := plain_word(child)) is None or word.field is not None)
        covered, telling, _ = self._told(words, number)
        named = isinstance(tree, And) and len(words) > 1 and covered >= max(telling, len(words) / 2)
        return named and all(self.matches(child, number) for child in others)

    def _told(self, words: Sequence[Node], number: int) -> tuple[int, int, float]:
        """How many places of its title some words have, how many telling words it has, and what the words weigh; if
        they name it, as by how few titles have them."""
        having_by_ways: dict[tuple[tuple[str, ...], ...], int] = {}
        for word in words:
            if (having := self._most(word)) and (ways := self._ways(word)):
                having_by_ways[ways] = min(having, having_by_ways.get(ways, having))
        distinct = having_by_ways.items()
        here = [self._here(ways, number) for ways, _ in distinct]
        without = self._without(number)
        telling = max(1, without if without > 0 else text.telling(self.articles[number].title))
        weights = [scoring.idf(len(self.articles), having) for _, having in distinct]
        if sum(here) >= max(telling, len(words) / 2):
            in_titles = (sum(self._here(ways, n) > 0 for n in range(len(self.articles))) for ways, _ in distinct)
            weights = [max(w, scoring.idf(len(self.articles), n)) for w, n in zip(weights, in_titles, strict=True)]
        return sum(here), telling, sum(w for w, places in zip(weights, here, strict=True) if places)

    def _without(self, number: int) -> int:
        """How many telling words a title has that are not common to many."""
        telling = text.telling(self.articles[number].title)
        return telling - sum(not self._common.isdisjoint(of) for of in self.terms[number]["title"])

    def _here(self, ways: tuple[tuple[str, ...], ...], number: int) -> int:
        """How many places of a title one word has by the way that is most of it; several may be of one place."""
        title, most = self.terms[number]["title"], 0
        for way in ways:
            size = sum(term not in self._common for term in way) or (len(way) if self._without(number) <= 0 else 0)
            starts = range(len(title) - len(way) + 1)
            times = sum(all(term in title[at + nth] for nth, term in enumerate(way)) for at in starts)
            most = max(most, size * times)
        return most

    @cached_property
    def _common(self) -> frozenset[str]:
        """The terms of so many titles that they tell nothing there."""
        titles = [{term for of in terms["title"] for term in of} for terms in self.terms]
        counts = Counter(term for terms in titles for term in terms)
        least = scoring.COMMON_IN_TITLES * len(titles) if len(titles) >= scoring.MANY else math.inf
        return frozenset(term for term, count in counts.items() if count >= least) - text.STOP_WORDS

    def _ways(self, word: Node) -> tuple[tuple[str, ...], ...]:
        """The terms in a row by which a word is found in titles, in all its forms."""
        nodes = [form.node for form in word.forms] if isinstance(word, Forms) else [word]
        named = (node for node in nodes if isinstance(node, Term | Phrase) and node.field in (None, "title"))
        return tuple(dict.fromkeys(terms for node in named if (terms := tuple(text.asked(node.text)))))

    def _most(self, word: Node) -> int:
        """How many articles have a word: its equals or, if they are more, forms of one weight."""
        if word not in self._mosts:
            forms = word.forms if isinstance(word, Forms) else (Form(word),)  # type: ignore[arg-type]
            weights = {form.weight for form in forms}
            equals = ([form.node for form in forms if form.weight == weight] for weight in weights)
            self._mosts[word] = max(map(self._having, equals))
        return self._mosts[word]

    def matches(self, node: Node, number: int) -> bool:
        """Whether an article answers a tree."""
        article = self.articles[number]
        match node:
            case And(children):
                return all(self.matches(child, number) for child in self._required(children, learnt=True))
            case Or(children):
                return any(self.matches(child, number) for child in self._required(children))
            case Not(child):
                return not self.matches(child, number)
            case Category(value):
                return plain(value) in {plain(category) for category in article.categories}
            case Range(since, until):
                return within(article.date, since, until)
            case Verbatim() if len(words := text.words(node.text)) > 1:
                each = (self.matches(Verbatim(word, node.field), number) for word in words)
                return self.matches(Phrase(node.text, node.field), number) and all(each)
            case Term() | Phrase() | Verbatim() | Prefix():
                return any(self.counts(node, number, field) for field in TEXT_FIELDS)
            case Forms(forms):
                return any(self.matches(form.node, number) for form in forms)

    def score(self, node: Node, number: int) -> float:
        """BM25F of an article for a tree, 0 where it does not answer it."""
        if not self.matches(node, number) or isinstance(node, Not | Category | Range):
            return 0.0
        if isinstance(node, And | Or):
            children = self._required(node.children, learnt=isinstance(node, And))
            return sum(self.score(child, number) for child in children)
        if isinstance(node, Verbatim) and len(text.words(node.text)) > 1:
            node = Phrase(node.text, node.field)
        if not isinstance(node, Forms):
            return self._score([node], number, 0)
        weights = {1.0} | {form.weight for form in node.forms}
        equals = {weight: [form.node for form in node.forms if form.weight == weight] for weight in weights}
        known = self._having(equals[1.0])
        scores = {weight: self._score(equals[weight], number, 0 if weight == 1 else known) for weight in weights}
        return max(weight * score for weight, score in scores.items())

    def _score(self, leaves: Sequence[Leaf], number: int, known: int) -> float:
        """BM25F of what counts as one word, as if at least so many articles had it."""
        distinct = {
            (type(leaf) in (Prefix, Verbatim), tuple(text.asked(leaf.text)), leaf.field): leaf for leaf in leaves
        }.values()
        frequency = 0.0
        for field in TEXT_FIELDS:
            times = sum(self.counts(leaf, number, field) for leaf in distinct)
            if times:
                length = len(self.terms[number][field]) / self.average[field]
                frequency += times * scoring.field_weight(field, length)
        found = max(known, self._having(leaves))
        exact = [self._has_form(leaves, other) for other in range(len(self.articles))]
        lift = scoring.lift(len(self.articles), found, max(known, sum(exact))) if exact[number] else 0.0
        return float(scoring.saturated(frequency, self._weight(list(distinct), known))) + lift

    def _weight(self, leaves: Sequence[Leaf], known: int = 0) -> float:
        """What a word weighs: how rare it is, and how often it stands where it stands."""
        found = self._having(leaves)
        occurrences = sum(
            self.counts(leaf, other, field)
            for leaf in leaves
            for other in range(len(self.articles))
            for field in TEXT_FIELDS
        )
        return scoring.idf(len(self.articles), max(known, found)) * scoring.burst(found, occurrences)

    def _has_form(self, leaves: Sequence[Leaf], number: int) -> bool:
        """Whether an article has one of some words as asked for, or one of some phrases."""
        return any(
            self.matches(leaf, number)
            if len(text.asked(leaf.text)) > 1
            else any(words[0] in self.words[number][field] for field in TEXT_FIELDS if leaf.field in (None, field))
            for leaf in leaves
            if not isinstance(leaf, Prefix | Verbatim) and (words := text.words(leaf.text))
        )

    def together(self, tree: Node, number: int) -> float:
        """What an article gains by words of a query that stand together."""
        words: dict[str, tuple[set[str], float]] = {}
        for child in tree.children if isinstance(tree, And | Or) else (tree,):
            nodes = [form.node for form in child.forms if form.weight == 1] if isinstance(child, Forms) else [child]
            terms = [
                text.asked(node.text)[0]
                for node in nodes
                if isinstance(node, Term | Phrase) and node.field is None and len(text.asked(node.text)) == 1
            ]
            if terms and terms[0] not in text.STOP_WORDS:
                words.setdefault(terms[0], (set(terms), self._weight([Term(terms[0])])))
        weights = {name: weight for name, (_, weight) in words.items()}
        best = 0.0
        for field in TEXT_FIELDS:
            places = [
                (place, name)
                for place, of in enumerate(self.terms[number][field])
                for term in of
                for name, (terms_of, _) in words.items()
                if term in terms_of
            ]
            if field in scoring.NEAR_FIELDS:
                best = max(best, scoring.nearness(field, passage(places, weights)))
        return best

    def _required(self, children: tuple[Node, ...], learnt: bool = False) -> tuple[Node, ...]:
        """Children without words that have no letter and, unless there is nothing else, those that do not tell, in the
        language or, as is ``learnt``, in these articles."""
        spoken = tuple(child for child in children if (word := plain_word(child)) is None or text.terms(word.text))
        kept = tuple(child for child in spoken if not is_silent(plain_word(child)))
        kept = tuple(child for child in kept if not (learnt and self._is_common(child)))
        return kept if any(not isinstance(child, Not | Category | Range) for child in kept) else spoken

    def _is_common(self, child: Node) -> bool:
        """Whether nearly all articles have a word, and not just few as it was typed."""
        typed = plain_word(child)
        if typed is None or typed.field is not None:
            return False
        if child not in self._commonness:
            forms = child.forms if isinstance(child, Forms) else (Form(typed),)
            having = self._having([form.node for form in forms])
            self._commonness[child] = scoring.is_common(len(self.articles), having, scoring.COMMON) and not any(
                self._lift([form.node for form in forms if form.weight == weight], forms)
                for weight in {form.weight for form in forms}
            )
        return self._commonness[child]

    def _lift(self, leaves: Sequence[Leaf], forms: Sequence[Form]) -> float:
        """What an article gains by forms of one weight as they were typed."""
        equals = [form.node for form in forms if form.weight == 1]
        known = 0 if leaves == equals else self._having(equals)
        exact = sum(self._has_form(leaves, other) for other in range(len(self.articles)))
        return scoring.lift(len(self.articles), max(known, self._having(leaves)), max(known, exact)) if exact else 0.0

    def _having(self, leaves: Sequence[Leaf]) -> int:
        """How many articles have any of some leaves."""
        return sum(any(self.matches(leaf, other) for leaf in leaves) for other in range(len(self.articles)))


def passage(places: Sequence[tuple[int, str]], weights: Mapping[str, float]) -> float:
    """The most that words weigh which stand within so many words of text, without the heaviest of them."""
    best = 0.0
    for end, _ in places:
        near = [weights[name] for name in {name for place, name in places if end - scoring.NEAR_WITHIN < place <= end}]
        best = max(best, sum(near) - max(near))
    return best


def edits(one: str, other: str) -> int:
    """Edits from one word to another (insert, delete, replace, swap neighbours), by the textbook's table."""
    table = [[i + j if i * j == 0 else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            table[i][j] = min(
                table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (one[i - 1] != other[j - 1])
            )
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
    return table[-1][-1]


def within(moment: datetime | None, since: datetime | None, until: datetime | None) -> bool:
    """Whether a date lies in a half-open range."""
    if moment is None:
        return False
    return (since is None or moment >= since) and (until is None or moment < until)


def plain_word(node: Node) -> Term | None:
    """The word that was typed, if a node is one."""
    typed = node.typed if isinstance(node, Forms) else node
    return typed if isinstance(typed, Term) else None


def plain_words(tree: Node) -> list[Node]:
    """The words of a tree that may stand in titles and tell."""
    children = tree.children if isinstance(tree, And | Or) else (tree,)
    words = ((child, word) for child in children if (word := plain_word(child)) is not None and word.field is None)
    return [child for child, word in words if text.terms(word.text) and text.tells(word.text)]


def is_silent(word: Term | None) -> bool:
    """Whether a query does not insist on a word, whatever articles there are."""
    return word is not None and word.field is None and not text.tells(word.text)
