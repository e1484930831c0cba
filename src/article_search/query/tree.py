"""What does a query ask for? A tree of frozen nodes, and the functions that make one of another or put it into words.

Words stay as they were typed (only field words are resolved to dates and categories); how a word is cut into terms is
text.py's business, how a text becomes a tree query_parser.py's, how a tree is answered a backend's.

A tree is *simplified* when it was built with ``all_of``, ``any_of`` and ``negated``: no And holds an And and no Or an
Or, both have two children or more, no child occurs twice, the dates of an And are one Range, a Not holds no Not. The
order of the words stays. Two questions that differ only in such things have equal trees. Trees of the parser are
simplified, and And and Or nest at most ``LIMITS.query_depth`` deep, so that every walk over one may recurse.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import compress
from operator import not_
from typing import Literal

TextField = Literal["title", "description", "body"]  # None in a node: all three


@dataclass(frozen=True, slots=True)
class Term:
    """One word as typed."""

    text: str
    field: TextField | None = None


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words next to each other, as typed between quotes."""

    text: str
    field: TextField | None = None


@dataclass(frozen=True, slots=True)
class Prefix:
    """All words that begin with ``text`` (without its ``*``)."""

    text: str
    field: TextField | None = None


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


Node = Term | Phrase | Prefix | Forms | Category | Range | And | Or | Not
_WORDS = (Term, Phrase, Prefix, Forms)  # what an article is found by

EVERY = And()
NOTHING = Or()


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query: ``text`` as typed (without control characters, and no longer than allowed), its ``tree``, and
    ``warnings`` fit to be shown, a line each."""

    text: str
    tree: Node
    warnings: tuple[str, ...] = ()


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


def positive_leaves(tree: Node) -> tuple[Term | Phrase | Prefix, ...]:
    """The words (in all their forms), phrases and prefixes an article may be found by, each once, in order."""
    leaves: dict[Term | Phrase | Prefix, None] = {}
    for word in _positive(tree):
        leaves.update(dict.fromkeys(form.node for form in word.forms) if isinstance(word, Forms) else {word: None})
    return tuple(leaves)


def positive_words(tree: Node) -> tuple[Term | Phrase | Prefix | Forms, ...]:
    """Likewise, with the forms of a word together."""
    return tuple(dict.fromkeys(_positive(tree)))


def _positive(node: Node) -> Iterator[Term | Phrase | Prefix | Forms]:
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
    """The same question asking for any of its words, phrases, prefixes and groups of these instead of all of them.

    Categories, dates and exclusions stay required.
    """
    if isinstance(tree, Or):
        return any_of(map(any_words, tree.children))
    if not isinstance(tree, And):
        return tree
    needed = [_needs_words(child) for child in tree.children]
    if sum(needed) < 2:
        return all_of(map(any_words, tree.children))
    wanted = any_of(compress(tree.children, needed))
    return wanted if all(needed) else all_of([wanted, *compress(tree.children, map(not_, needed))])


def _needs_words(node: Node) -> bool:
    """Whether every article found has a word of the tree."""
    if isinstance(node, _WORDS):
        return True
    if isinstance(node, And):
        return any(map(_needs_words, node.children))
    if isinstance(node, Or):
        return all(map(_needs_words, node.children))
    return False


def finished(tree: Node) -> Node:
    """The tree of a query whose last word may go on (see query_parser.unfinished) as if that word were finished."""
    if isinstance(tree, Or) and len(tree.children) == 2:
        word, start = tree.children
        if isinstance(word, Term) and start == Prefix(word.text, word.field):
            return word
    if isinstance(tree, And | Or):
        return type(tree)(tuple(map(finished, tree.children)))
    return tree


def relaxed(tree: Node) -> Node | None:
    """``any_words`` of the tree; None when that would be the same question."""
    loose = any_words(tree)
    return None if loose == tree else loose


# A category that needs no quotes.
_PLAIN = re.compile(r"(?!(?:AND|OR|NOT)$)\w+(?:[-.&/]\w+)*")


def describe(tree: Node, zone: tzinfo = UTC) -> str:
    """The tree as a query in canonical form, every group in brackets; whole days are those of ``zone``.

    Parsed again in that zone it gives an equal tree, if the tree is one the parser gave and the text, which may be
    longer than what was typed, is still within the limits.
    """

    def operand(node: Node) -> str:
        text = describe(node, zone)
        is_group = isinstance(node, And | Or) or (isinstance(node, Range) and " " in text)
        is_group = is_group or (isinstance(node, Forms) and len(_shown(node)) > 1)
        return f"({text})" if is_group else text

    match tree:
        case Term(text, field):
            return _with_field(field, text)
        case Phrase(text, field):
            return _with_field(field, f'"{text}"')
        case Prefix(text, field):
            return _with_field(field, text + "*")
        case Forms():
            return " OR ".join(map(operand, _shown(tree)))
        case Category(value):
            return _with_field("category", value if _PLAIN.fullmatch(value) else f'"{value}"')
        case Range(since, until):
            return _describe_range(since, until, zone)
        case And(children):
            return " ".join(map(operand, children))
        case Or(()):
            return "()"
        case Or(children):
            return " OR ".join(map(operand, children))
        case Not(child):
            return "-" + operand(child)


def _shown(forms: Forms) -> tuple[Term | Phrase, ...]:
    """The form typed, and those to be named beside it."""
    return (forms.typed, *(form.node for form in forms.forms[1:] if form.shown))


def _with_field(field: str | None, text: str) -> str:
    return f"{field}:{text}" if field else text


def _describe_range(since: datetime | None, until: datetime | None, zone: tzinfo) -> str:
    """Whole years, months and days by their names, other moments in full."""
    first, end = _day_from(since, zone), _day_from(until, zone)
    if first and end and first < end:
        return f"date:{_describe_days(first, end - timedelta(days=1))}"
    parts = []
    if since:
        parts.append(f"since:{first or _moment(since)}")
    if until and end and end > date.min:
        parts.append(f"until:{end - timedelta(days=1)}")
    elif until:
        parts.append(f"before:{_moment(until)}")
    return " ".join(parts)


def _day_from(moment: datetime | None, zone: tzinfo) -> date | None:
    """The day that begins at a moment, if one does."""
    try:
        local = moment.astimezone(zone) if moment else None
    except OverflowError:  # the first or last hours of the calendar
        return None
    return local.date() if local and local.time() == time() and not local.fold else None


def _describe_days(first: date, last: date) -> str:
    if first == last:
        return first.isoformat()
    end = last + timedelta(days=1)
    months = (end.year - first.year) * 12 + end.month - first.month
    if first.day == end.day == 1 and (months == 1 or (months == 12 and first.month == 1)):
        return first.isoformat()[: 7 if months == 1 else 4]
    return f"{first}..{last}"


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
