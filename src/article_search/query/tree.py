"""What does a query ask for? A tree of frozen nodes, and the functions that make one of another.

Words stay as they were typed (only field words are resolved to dates and categories); how a word is cut into terms is
language/text.py's business, how a text becomes a tree parser.py's, how a tree is put into words describing.py's.

A tree is *simplified* when it was built with ``all_of``, ``any_of`` and ``negated``: no And holds an And and no Or an
Or, both have two children or more, no child occurs twice, the dates of an And are one Range, a Not holds no Not. The
order of the words stays. Two questions that differ only in such things have equal trees. Trees of the parser are
simplified, and And and Or nest at most ``LIMITS.query_depth`` deep, so that every walk over one may recurse.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import compress, pairwise
from operator import not_
from typing import Literal, overload

from article_search.language.folding import fold
from article_search.language.segmentation import is_unspaced, parts, spans
from article_search.late import dataclass
from article_search.limits import LIMITS

TextField = Literal["title", "description", "body"]  # None in a node: all three


@dataclass(frozen=True, slots=True)
class Term:
    """One word as typed; in a script without blanks, as many as stand in a row (segmentation.parts)."""

    text: str
    field: TextField | None = None


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words next to each other, as typed between quotes."""

    text: str
    field: TextField | None = None


@dataclass(frozen=True, slots=True)
class Verbatim:
    """A word just as it is written, folded but in no other form; several words, next to each other."""

    text: str
    field: TextField | None = None


@dataclass(frozen=True, slots=True)
class Prefix:
    """All words that begin with ``text`` (without its ``*``). ``after``: what was typed before it in one word of parts,
    whose words are asked for as well; articles where they stand right before it count for more."""

    text: str
    field: TextField | None = None
    after: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write a word. ``weight`` is 1 for what was typed and its equals, less for a guess; ``shown`` forms are
    named when the query is described, others go without saying."""

    node: Term | Phrase
    weight: float = 1.0
    shown: bool = False


@dataclass(frozen=True, slots=True)
class Forms:
    """What the user meant as one word, in several forms, the one typed first.

    Articles that have any of the forms are found. Equals count as one word: as if each article had used one form
    throughout. Forms of less weight score by themselves, times their weight; of such scores an article has the best.
    """

    forms: tuple[Form, ...]

    @property
    def typed(self) -> Term | Phrase:
        """The form that was typed."""
        return self.forms[0].node


@dataclass(frozen=True, slots=True)
class Category:
    """Articles of one category, compared without regard to case or accents."""

    value: str


@dataclass(frozen=True, slots=True)
class Range:
    """Articles with ``since`` <= date < ``until``; both aware, None is open."""

    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class And:
    """All of the children; with none, every article."""

    children: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Or:
    """Any of the children; with none, no article."""

    children: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Not:
    """All articles but those of the child."""

    child: Node


Leaf = Term | Phrase | Verbatim | Prefix
Node = Leaf | Forms | Category | Range | And | Or | Not
_WORDS = (Term, Phrase, Verbatim, Prefix, Forms)  # what an article is found by

EVERY = And()
NOTHING = Or()


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query: ``text`` as typed (without control characters, and no longer than allowed), its ``tree``, and
    ``warnings`` fit to be shown, a line each."""

    text: str
    tree: Node
    warnings: tuple[str, ...] = ()


@overload
def typed_of(word: Term | Phrase | Forms) -> Term | Phrase: ...
@overload
def typed_of(word: Leaf | Forms) -> Leaf: ...
def typed_of(word: Leaf | Forms) -> Leaf:
    """A word as it was typed, whatever forms it has."""
    return word.typed if isinstance(word, Forms) else word


def forms_of(word: Term | Phrase | Forms) -> tuple[Form, ...]:
    """The forms of a word, itself if it has no others."""
    return word.forms if isinstance(word, Forms) else (Form(word),)


def all_of(nodes: Iterable[Node]) -> Node:
    """What all of some simplified trees ask for, simplified; of none, EVERY."""
    children: list[Node] = []
    for node in nodes:
        children.extend(node.children if isinstance(node, And) else (node,))
    children = _one_range(list(dict.fromkeys(children)))
    return children[0] if len(children) == 1 else And(tuple(children))


def any_of(nodes: Iterable[Node]) -> Node:
    """What any of some simplified trees asks for, simplified; of none, no article."""
    children: list[Node] = []
    for node in nodes:
        children.extend(node.children if isinstance(node, Or) else (node,))
    children = list(dict.fromkeys(children))
    return children[0] if len(children) == 1 else Or(tuple(children))


def negated(node: Node) -> Node:
    """What a simplified tree does not ask for, simplified."""
    return node.child if isinstance(node, Not) else Not(node)


def _one_range(children: list[Node]) -> list[Node]:
    """Children of an And with their ranges made one, where the first stood. Ranges without a common moment stay."""
    ranges = [child for child in children if isinstance(child, Range)]
    if len(ranges) < 2:
        return children
    since = max((each.since for each in ranges if each.since), default=None)
    until = min((each.until for each in ranges if each.until), default=None)
    if since and until and since >= until:
        return children
    common = Range(since, until)
    return list(dict.fromkeys(common if isinstance(child, Range) else child for child in children))


def positive_leaves(tree: Node) -> tuple[Leaf, ...]:
    """The words (in all their forms), phrases and prefixes an article may be found by, each once, in order."""
    leaves: dict[Leaf, None] = {}
    for word in _positive(tree):
        leaves.update(dict.fromkeys(form.node for form in word.forms) if isinstance(word, Forms) else {word: None})
    return tuple(leaves)


def positive_words(tree: Node) -> tuple[Leaf | Forms, ...]:
    """Likewise, with the forms of a word together."""
    return tuple(dict.fromkeys(_positive(tree)))


def _positive(node: Node) -> Iterator[Leaf | Forms]:
    if isinstance(node, _WORDS):
        yield node
    elif isinstance(node, And | Or):
        for child in node.children:
            yield from _positive(child)


def categories(tree: Node) -> tuple[str, ...]:
    """The categories an article may be found by, each once, in order."""
    if isinstance(tree, Category):
        return (tree.value,)
    children = tree.children if isinstance(tree, And | Or) else ()
    return tuple(dict.fromkeys(value for child in children for value in categories(child)))


def any_words(tree: Node) -> Node:
    """The same question asking for any of its words, parts of words, phrases, prefixes and groups of these instead of
    all of them.

    Categories, dates and exclusions stay required.
    """
    if isinstance(tree, Term) and may_be_several(tree):
        return Or(parts_of(tree))
    if isinstance(tree, Or):
        return any_of(map(any_words, tree.children))
    if not isinstance(tree, And):
        return tree
    needed = [_needs_words(child) for child in tree.children]
    if sum(needed) < 2:
        return all_of(map(any_words, tree.children))
    wanted = any_of(map(_in_parts, compress(tree.children, needed)))
    return wanted if all(needed) else all_of([wanted, *compress(tree.children, map(not_, needed))])


def parts_of(word: Term) -> tuple[Term, ...]:
    """The parts by which a word is found that may be several; none for one that is not."""
    return tuple(Term(part, word.field) for part in parts(word.text))


def may_be_several(word: Node) -> bool:
    """Whether a word may be several."""
    return isinstance(word, Term) and bool(parts(word.text))


def in_rows(tree: Node) -> Node:
    """The same question with words that may be several taken for one: their letters stand in a row."""
    if isinstance(tree, Term):
        return Phrase(tree.text, tree.field) if may_be_several(tree) else tree
    if isinstance(tree, And | Or):
        return type(tree)(tuple(map(in_rows, tree.children)))
    return left_out(tree) if isinstance(tree, Not) else tree


def left_out(tree: Not) -> Not:
    """What is not to be found, with the letters of scripts without blanks in a row: who leaves out a word does not mean
    all that has its parts. A Korean word is left out by its parts, as it is found: endings hang at it."""

    def in_a_row(node: Node) -> Node:
        if isinstance(node, Term):
            return Phrase(node.text, node.field) if may_be_several(node) and is_unspaced(node.text) else node
        return type(node)(tuple(map(in_a_row, node.children))) if isinstance(node, And | Or) else node

    return Not(in_a_row(tree.child))


QUOTES = '"“”„‟«»＂「」『』'  # what is between any two of them is a phrase
_WITHOUT_QUOTES = str.maketrans(dict.fromkeys(QUOTES, " "))


def verbatim(tree: Node) -> Node:
    """The same question with its words and phrases just as they are written. Beginnings of words stay such."""
    if isinstance(tree, Term | Phrase):
        return Verbatim(as_written(tree.text), tree.field)
    if isinstance(tree, And | Or):
        return (all_of if isinstance(tree, And) else any_of)(map(verbatim, tree.children))
    return negated(verbatim(tree.child)) if isinstance(tree, Not) else tree


def as_written(text: str) -> str:
    """A text from its first word to its last: what a Verbatim has of it. Signs around words are no part of them, nor
    are those that would end what is written between quotes."""
    text = " ".join(text.translate(_WITHOUT_QUOTES).split())
    found = list(spans(text))
    return text[found[0].start : found[-1].end] if found else ""


def _in_parts(node: Node) -> Node:
    return any_words(node) if isinstance(node, Term) else node


def _needs_words(node: Node) -> bool:
    """Whether every article found has a word of the tree."""
    if isinstance(node, _WORDS):
        return True
    if isinstance(node, And):
        return any(map(_needs_words, node.children))
    if isinstance(node, Or):
        return all(map(_needs_words, node.children))
    return False


def begun(word: Term) -> Prefix | Phrase | None:
    """What finds all that a word may become which is still typed; None for one that says no more than it does now.

    Of a word of parts (``urls.PathUn``) the last goes on and the others are finished. Where that is too short to tell,
    the others have to do.
    """
    found = list(spans(word.text))
    if not found or found[-1].end < len(word.text) or is_unspaced(word.text[found[-1].start]):
        return None
    start = found[-1].start
    if len(fold(word.text[start:])) >= LIMITS.prefix_chars:
        return Prefix(word.text[start:], word.field, word.text[:start] if len(found) > 1 else "")
    return Phrase(word.text[found[0].start : found[-2].end], word.field) if len(found) > 1 else None


def apart(beginning: Prefix) -> Node:
    """The words of a beginning within a word of parts, wherever they stand."""
    if not beginning.after:
        return beginning
    return And((Phrase(beginning.after, beginning.field), replace(beginning, after="")))


def begun_word(tree: Node) -> Term | Forms | None:
    """The word of a tree that is nothing else, but may go on: an Or of the word, its beginning, and perhaps other ways
    to write that."""
    word, start = tree.children[:2] if isinstance(tree, Or) and len(tree.children) > 1 else (None, None)
    return word if isinstance(word, Term | Forms) and start is not None and _begins(start, word) else None


def _begins(start: Node, word: Node) -> bool:
    """Whether a node is what finds all that the word before it may become."""
    typed = typed_of(word) if isinstance(word, Term | Forms) else None
    return isinstance(typed, Term) and start == begun(typed)


def finished(tree: Node) -> Node:
    """The tree of a query whose last word may go on (see parser.unfinished) as if that word were finished."""
    if isinstance(tree, Or):
        pairs = enumerate(pairwise(tree.children), 1)
        end = next((place for place, (word, start) in pairs if _begins(start, word)), len(tree.children))
        return any_of(map(finished, tree.children[:end])) if tree.children else tree
    return And(tuple(map(finished, tree.children))) if isinstance(tree, And) else tree


def relaxed(tree: Node) -> Node | None:
    """``any_words`` of the tree; None when that would be the same question."""
    loose = any_words(tree)
    return None if loose == tree else loose
