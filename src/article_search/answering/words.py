"""What is a word of a query to an index? Its terms, and what they weigh: the tree of a query becomes a plain one.

Not here: which other forms a word has (forms.py), the formulas (scoring.py), which articles answer (backends).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from article_search import scoring
from article_search.backends.base import (
    AllOf,
    AnyOf,
    Counts,
    Leaf,
    NoneOf,
    Plain,
    Reader,
    Spelt,
    Times,
    Way,
    Weighed,
    Word,
    fields_of,
)
from article_search.language import languages, segmentation, text
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
    Verbatim,
    apart,
    forms_of,
    left_out,
    may_be_several,
    parts_of,
    positive_words,
)

TIMED_OUT = "the search took too long and was cut short; ask for fewer or rarer words"
_STEM = 600  # bytes of what is known of a term beside the term
_GOING_ON = 20  # words that may follow in a word of parts, the most frequent; each is looked for as a phrase


class Known(NamedTuple):
    """What is known of a word: the leaf that asks for it, how many articles have it, and what the user should know."""

    leaf: Leaf
    articles: int
    warning: str | None = None


class Stem(NamedTuple):
    """A term in any field by itself: what it weighs, and how many articles have it."""

    weighed: Weighed
    counts: Counts


class Words:
    """Words of a query over one reader; what they are to it is remembered. ``times``: by term, what it counts where
    that is not once. ``warnings`` say what of the answer is left out, each once."""

    def __init__(self, reader: Reader, times: Mapping[str, float] | None = None) -> None:
        self.reader = reader
        self.language = reader.languages[0]
        self.warnings: dict[str, None] = {}
        self._times = times or {}

    def plain(self, tree: Node) -> Plain:
        """A tree with its words weighed, without those that say nothing."""
        match tree:
            case Term() if parts := parts_of(tree):
                return AllOf(tuple(map(self.leaf, parts)))
            case Prefix(after=before) if before:
                return self._in_parts(tree)
            case Verbatim():
                return self._verbatim(tree)
            case Term() | Phrase() | Forms() | Prefix():  # most are
                leaf = self.leaf(tree)
                return Times(leaf, self.times(tree)) if self._times else leaf
            case And(children):
                return AllOf(tuple(self.plain(child) for child in self.required(children)))
            case Or(children):
                return AnyOf(tuple(self.plain(child) for child in self.required(children, learnt=False)))
            case Not():
                return NoneOf(self.plain(left_out(tree).child))
            case Category() | Range():
                return tree

    def _verbatim(self, node: Verbatim) -> Plain:
        """Words just as they are written. An index knows of stems where they stand and of words as they are in which
        articles: several must stand in a row in some form, and score so, and each must be there as it is."""
        words = segmentation.split(node.text)
        if len(words) == 1:
            return self.leaf(node)
        spelt = [word for word in dict.fromkeys(words) if not segmentation.is_unspaced(word)]
        there = (NoneOf(NoneOf(self.leaf(Verbatim(word, node.field)))) for word in spelt)  # which scores nothing
        return AllOf((self.leaf(Phrase(node.text, node.field)), *there))

    def _in_parts(self, node: Prefix) -> Plain:
        """A word of parts that goes on: what is before its beginning must be there too, and scores where they are one
        word."""
        as_one = self.leaf(node)
        found = self.plain(apart(node))
        return AnyOf((found, as_one)) if as_one.choices[0].word.ways else found

    def leaf(self, node: Term | Phrase | Verbatim | Prefix | Forms) -> Leaf:
        """What asks for a word."""
        known = self._known(node)
        if known.warning:
            self.warnings[known.warning] = None
        return known.leaf

    def articles(self, node: Term | Phrase | Forms) -> int:
        """How many articles have a word in any of its forms."""
        known = self.reader.remembered.get(node)
        if isinstance(known, Known):
            return known.articles
        if isinstance(node, Term) and (term := Word(self._ways([node])).term):
            return self.stem(term).counts.articles  # of what may be asked for, or may not, no more is worked out
        return self._known(node).articles

    def required(self, children: Sequence[Node], learnt: bool = True) -> tuple[Node, ...]:
        """Children without what says nothing: words without a letter and, beside other words, those that do not tell,
        in the language or, as is ``learnt`` from the index, on this site."""
        said = [child for child in children if (word := _plain_word(child)) is None or text.terms(word.text)]
        kept = [child for child in said if self._tells(child, learnt)]
        asked = any(isinstance(child, Term | Phrase | Verbatim | Prefix | Forms | Or | And) for child in kept)
        return tuple(kept if asked else said)

    def _tells(self, node: Node, learnt: bool) -> bool:
        """Whether a query insists on a node. It does not on stop words and question words of the language, nor on what
        nearly every article of the site has, unless few have it as it was typed."""
        word = _plain_word(node)
        if word is None or word.field is not None:
            return True
        if not text.tells(word.text, self.language):
            return False
        if (
            not learnt
            or self.reader.articles < scoring.MANY
            or not isinstance(node, Term | Forms)
            or may_be_several(node)
        ):
            return True
        if not scoring.is_common(self.reader.articles, self.articles(node), scoring.COMMON):
            return True
        return any(choice.lift for choice in self.leaf(node).choices)

    @property
    def common_in_titles(self) -> tuple[str, ...]:
        """Terms that stand in so many titles of the site that they tell nothing there."""
        key = "common in titles"
        found: tuple[str, ...] | None = self.reader.made.get(key)
        if found is None:
            many = self.reader.articles >= scoring.MANY
            found = self.reader.common("title", scoring.COMMON_IN_TITLES) if many else ()
            stop_words = languages.stop_words(self.language)
            found = self.reader.made[key] = tuple(term for term in found if term not in stop_words)
        return found

    def times(self, node: Node) -> float:
        """How often what is one word counts."""
        term = one_term(node, self.language) if self._times else None
        return self._times.get(term, 1.0) if term is not None else 1.0

    def word(self, nodes: Sequence[Term | Phrase]) -> Word:
        """What counts as one word, in terms and forms."""
        forms = dict.fromkeys(
            (form[0], node.field)
            for node in nodes
            for language in self.reader.languages
            if len(form := text.words(node.text, language)) == 1
        )
        return Word(self._ways(nodes), tuple(forms))

    def _ways(self, nodes: Sequence[Term | Phrase]) -> tuple[Way, ...]:
        return tuple(dict.fromkeys(Way(terms, node.field) for node in nodes for terms in self._readings(node) if terms))

    def beginnings(self, node: Prefix) -> tuple[Word, str | None]:
        """All words of one beginning, which count as one, and what the user should know; within a word of parts, the
        most frequent of them right behind what is before."""
        if node.after:
            return self._ways_on(node), None
        spelt, warning = [], None
        for name in fields_of(node.field):
            words = self.reader.beginning(text.plain(node.text, self.language), name, LIMITS.prefix_terms + 1)
            if len(words) > LIMITS.prefix_terms:
                warning = (
                    f"over {LIMITS.prefix_terms} words begin with {node.text}; only the most frequent were searched"
                )
            if words:
                spelt.append(Spelt(name, tuple(words[: LIMITS.prefix_terms])))
        return Word(spelt=tuple(spelt)), warning

    def as_it_is(self, node: Verbatim) -> Word:
        """One word just as it is written; a name that in small letters is another word, by its capitals."""
        ways: dict[Way, None] = {}
        words: dict[str, None] = {}
        for language in self.reader.languages:
            for (term, *_), plain in text.analysed(node.text, language):
                if term.isupper():
                    ways[Way((term,), node.field)] = None
                else:
                    words[plain] = None
        names = fields_of(node.field) if words else ()
        return Word(tuple(ways), spelt=tuple(Spelt(name, tuple(words)) for name in names))

    def _ways_on(self, node: Prefix) -> Word:
        start = text.plain(node.text, self.language)
        found = {name: self.reader.beginning(start, name, _GOING_ON) for name in fields_of(node.field)}
        words = dict.fromkeys(word for words in found.values() for word in words)
        return Word(self._ways([Phrase(node.after + word, node.field) for word in words]))

    def stem(self, term: str) -> Stem:
        """A term in any field by itself."""
        known: Stem | None = self.reader.remembered.get((Stem, term))
        return self._stems([term])[0] if known is None else known

    def learn(self, terms: Iterable[str]) -> None:
        """Asks for several terms at once that are looked at one by one afterwards."""
        self._stems([term for term in terms if self.reader.remembered.get((Stem, term)) is None])

    def _stems(self, terms: Sequence[str]) -> list[Stem]:
        words = [Word((Way((term,)),)) for term in terms]
        counted = zip(words, self.reader.counts(words), strict=True)
        found = [Stem(weighed(word, counts, self.reader.articles), counts) for word, counts in counted]
        if not self.reader.deadline.passed:
            for term, known in zip(terms, found, strict=True):
                self.reader.remembered.keep((Stem, term), known, _STEM)
        return found

    def idf(self, term: str) -> float | None:
        """How rare a term is; None where no article has it."""
        articles = self.stem(term).counts.articles
        return scoring.idf(self.reader.articles, articles) if articles else None

    def _counted(self, word: Word) -> tuple[Counts, int]:
        """How many articles have a word, and how many in a form asked for, as far as something depends on it."""
        counts = self.stem(word.term).counts if word.term else self.reader.counts([word])[0]
        if not counts.articles or not (word.forms or any(len(way.terms) > 1 for way in word.ways)):
            return counts, 0
        return counts, self.reader.with_form(word, -(-counts.articles // scoring.RARER))

    def _known(self, node: Term | Phrase | Verbatim | Prefix | Forms) -> Known:
        known = self.reader.remembered.get(node)
        if isinstance(known, Known):
            return known
        if isinstance(node, Prefix | Verbatim):
            word, warning = self.beginnings(node) if isinstance(node, Prefix) else (self.as_it_is(node), None)
            (counts,) = self.reader.counts([word])
            known = Known(Leaf((weighed(word, counts, self.reader.articles),)), counts.articles, warning)
        else:
            known = self._of_forms(forms_of(node))
        if not self.reader.deadline.passed:
            self.reader.remembered.keep(node, known)
        return known

    def _of_forms(self, forms: Sequence[Form]) -> Known:
        choices: list[Weighed] = []
        equals = articles = 0
        for share, nodes in by_weight(forms):
            if nodes:
                word = self.word(nodes)
                counts, with_form = self._counted(word)
                # A guess tells no more than what it stands for, however rare.
                choices.append(weighed(word, counts, self.reader.articles, with_form, equals, share))
                articles = counts.articles
                equals = articles if share == 1 else equals
        leaf = Leaf(tuple(choices))
        return Known(leaf, articles if len(choices) == 1 else self.reader.count(leaf))

    def _readings(self, node: Term | Phrase) -> tuple[tuple[str, ...], ...]:
        """The terms of a word or phrase, one after the other, in each language articles are in."""
        languages = self.reader.languages
        if len(languages) == 1:
            return tuple(text.readings(node.text, *languages))
        return tuple(dict.fromkeys(r for name in languages for r in text.readings(node.text, name)))


def weighed(
    word: Word, counts: Counts, articles: int, with_form: int = 0, known: int = 0, share: float = 1.0
) -> Weighed:
    """What a word tells, of so many articles in all, that so many have in a form asked for; as if at least ``known``
    had it."""
    having = max(known, counts.articles)
    weight = scoring.idf(articles, having) * burst(word, counts)
    lift = scoring.lift(articles, having, max(known, with_form)) if with_form else 0.0
    # Without a lift the form does not matter: one leaf for all forms of a stem.
    return Weighed(word if lift else Word(word.ways, (), word.spelt), weight, lift, share, counts.articles)


def burst(word: Word, counts: Counts) -> float:
    """How often a word stands where it stands, as scoring.py has it; letters in a row are no word that would tell by
    that."""
    is_run = any(segmentation.is_unspaced(way.terms[0]) for way in word.ways)
    return 1.0 if is_run else scoring.burst(counts.articles, counts.occurrences)


def by_weight(forms: Sequence[Form]) -> list[tuple[float, list[Term | Phrase]]]:
    """The forms that count alike: first the typed one and its equals, of weight 1, if any; then guesses."""
    found: dict[float, list[Term | Phrase]] = {1.0: []}
    for form in forms:
        found.setdefault(form.weight, []).append(form.node)
    return list(found.items())


def counting(index: Words, asked: Query) -> dict[str, float]:
    """By term, how often it counts where that is not once: what a query has several times counts more, what is common
    beside the rest of a long query less. ``index`` is asked for the idf of its words."""
    times = repeated(asked, index.language)
    terms = {term for word in positive_words(asked.tree) if (term := one_term(word, index.language)) is not None}
    terms -= languages.stop_words(index.language)
    if len(terms) <= scoring.LONG:
        return times
    idfs = {term: idf for term in terms if (idf := index.idf(term)) is not None}
    highest = max(idfs.values(), default=0.0)
    for term, idf in idfs.items():
        times[term] = times.get(term, 1.0) * scoring.emphasis(idf, highest, len(idfs))
    return times


def repeated(asked: Query, language: str) -> dict[str, float]:
    """By term, how often it counts where a query has it several times. The tree has each word once; two words of one
    term (city, cities) share it."""
    typed = Counter(text.terms(asked.text, language))
    if not typed or max(typed.values()) == 1:
        return {}
    leaves = Counter(term for word in positive_words(asked.tree) if (term := one_term(word, language)) is not None)
    return {term: scoring.repeated(n) / leaves[term] for term, n in typed.items() if n > 1 and leaves[term]}


def one_term(node: Node, language: str) -> str | None:
    """The term of a word in any field."""
    word = _plain_word(node)
    terms = text.asked(word.text, language) if word is not None and word.field is None else []
    return terms[0] if len(terms) == 1 else None


def _plain_word(node: Node) -> Term | None:
    """The word a node is, as typed."""
    typed = node.typed if isinstance(node, Forms) else node
    return typed if isinstance(typed, Term) else None
