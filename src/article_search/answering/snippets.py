"""Which passage of an article shows best why it was found, and which of its words matched? Fragments are the answer.

Matching goes by the analyser of the index (language/text.py), so what is marked is what was found. Not here: markup. A
fragment is data; how a mark looks is decided by the screen that shows it. Once it is ``late`` no more is looked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from article_search.answering.results import Fragment, Snippet
from article_search.language import finding, languages, segmentation, text
from article_search.late import dataclass, pattern
from article_search.limits import LIMITS
from article_search.query.tree import (
    Leaf,
    Node,
    Phrase,
    Prefix,
    Term,
    TextField,
    Verbatim,
    parts_of,
    positive_leaves,
    positive_words,
)

_MOST = 20_000  # matches; where a text has more, those further on are left unmarked
_LOOKED_AT = 200_000  # characters of a body; a passage further on is not worth the wait
_SENTENCE_BEFORE = 0.6  # of the room to spare, at most this much before the first match to begin with its sentence ...
_WORDS_BEFORE = 0.3  # ... or this much to begin with some words of it
_FULL = 0.6  # a snippet this full may end early, with a sentence
_HIRAGANA = pattern("[\u3041-\u3096]+")
_BLANKS = pattern(r"\s+")
_MORE_THAN_A_BLANK = pattern(r"\s\s+|[^\S ]")
_VISIBLE = pattern(r"\S")
_PARAGRAPH_END = pattern(r"\n\n+")
_SENTENCE_END = pattern(
    r"[.!?…\n。！？]"  # first of all, for nothing else is looked at then
    r"(?:(?<=[.!?…])[\"'”’»)\]]*\s+(?![a-z])|(?<=\n)\s*\n\s*|(?<=[。！？])\s*)"
)


Late = Callable[[], bool]


def snippet(
    body: str,
    description: str,
    tree: Node,
    limit: int = LIMITS.snippet_chars,
    language: str = text.ENGLISH,
    late: Late = finding.never,
) -> Snippet:
    """The passage of at most ``limit`` characters that has the most of what was asked for, on one line.

    It is of the body, unless the description has more of the query's words. Where neither has any (the title matched)
    it is the description, or else the body's beginning. A fragment of ``…`` and a blank stands where the text goes on.
    """
    wanted = _wanted(tree, "body", language)
    best = _stretch(body, wanted, limit, late)
    if best.weight < wanted.weight or not best.marks:
        other = _stretch(description, _wanted(tree, "description", language), limit, late)
        if other.weight > best.weight or (not best.marks and description.strip()):
            return _fragments(description, *_around(description, other, limit))
    return _fragments(body, *_around(body, best, limit))


def marked(
    value: str, tree: Node, field: TextField = "title", language: str = text.ENGLISH, late: Late = finding.never
) -> Snippet:
    """The whole of a text on one line, such as a title, with what matched in that field marked."""
    marks = _marks(value, _wanted(tree, field, language), late)
    return _fragments(value, *_stripped(value, 0, len(value)), marks)


def marked_paragraphs(
    body: str, tree: Node, most: int, language: str = text.ENGLISH, late: Late = finding.never
) -> list[Snippet]:
    """Likewise a body, by paragraph; of more than ``most`` the last one has the rest, with line feeds between them."""
    marks = _marks(body, _wanted(tree, "body", language), late)
    found: list[Snippet] = []
    start = first = 0
    while start < len(body):
        end = _PARAGRAPH_END.search(body, start) if len(found) < most - 1 else None
        stop, following = end.span() if end else (len(body), len(body))
        last = first
        while last < len(marks) and marks[last].start < stop:
            last += 1
        if _VISIBLE.search(body, start, stop):
            found.append(tuple(_pieces(body, start, stop, marks[first:last])))
        first = last - 1 if last > first and marks[last - 1].end > stop else last  # it goes on in the next
        start = following
    return found


def spans(
    value: str, tree: Node, field: TextField = "body", language: str = text.ENGLISH, late: Late = finding.never
) -> list[tuple[int, int]]:
    """Where in a text what was asked for in that field stands, in order: ``value[start:end]``."""
    return [(mark.start, mark.end) for mark in _marks(value, _wanted(tree, field, language), late)]


# ---- what is looked for ----

Worth = dict[int, int]  # number of a word of the query -> what it is worth that it matched, in any of its forms


class _Written(NamedTuple):
    """Words to be marked only where they are just as they were written: their terms, and they as they are."""

    terms: tuple[str, ...]
    words: list[str]
    worth: Worth


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What of a query is to be marked in one field: words (as terms), phrases and prefixes, with what each is worth."""

    words: dict[str, Worth]
    phrases: dict[str, dict[tuple[str, ...], Worth]]  # by their first words
    verbatim: dict[str, list[_Written]]  # likewise
    prefixes: dict[str, Worth]
    parts: dict[int, int]  # number of a part -> that of the word that may be several
    terms: frozenset[str]  # of the words and the phrases
    weight: int  # of a passage that has everything
    language: str


class _Same:
    """A tree by itself: an answer asks for one and the same thirty times, and to compare trees takes longer."""

    __slots__ = ("tree",)

    def __init__(self, tree: Node) -> None:
        self.tree = tree

    def __hash__(self) -> int:
        return id(self.tree)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.tree is other.tree


def _wanted(tree: Node, field: TextField, language: str) -> _Wanted:
    return _wanted_of(_Same(tree), field, language)


@lru_cache(maxsize=48)  # of the answers in progress, as below, by field
def _wanted_of(same: _Same, field: TextField, language: str) -> _Wanted:
    return _wanted_in(same, field if _has_fields(same) else "body", language)


@lru_cache(maxsize=16)
def _has_fields(same: _Same) -> bool:
    return any(leaf.field for leaf in positive_leaves(same.tree))


@lru_cache(maxsize=16)  # of the answers in progress; of a hostile query one may take a megabyte
def _wanted_in(same: _Same, field: TextField, language: str) -> _Wanted:
    parts, nodes = _words(same.tree)
    words = [_in_terms(word, language) for word in nodes]
    stop_words = languages.stop_words(language)
    only_stop_words = all(term in stop_words for forms in words for _, terms in forms for term in terms)
    wanted = _Wanted({}, {}, {}, {}, parts, frozenset(), 0, language)
    weight = 0
    for number, every in enumerate(words):
        forms = [(leaf, terms) for leaf, terms in every if leaf.field in (None, field)]
        if not only_stop_words:
            forms = [
                (leaf, terms)
                for leaf, terms in forms
                if not (isinstance(leaf, Term) and len(terms) == 1 and terms[0] in stop_words)
            ]
        worth = {number: max((_weight(terms) for _, terms in forms), default=0)}
        weight += worth[number]
        for leaf, terms in forms:
            if isinstance(leaf, Verbatim):
                written = _Written(terms, text.words(leaf.text, language), worth)
                wanted.verbatim.setdefault(terms[0], []).append(written)
            elif isinstance(leaf, Prefix):
                wanted.prefixes.setdefault(text.words(leaf.text, language)[-1], {}).update(worth)
            elif len(terms) > 1:  # covid-19 is found where its two words stand together, like a phrase
                wanted.phrases.setdefault(terms[0], {}).setdefault(terms, {}).update(worth)
            else:
                wanted.words.setdefault(terms[0], {}).update(worth)
    phrases = (phrase for each in wanted.phrases.values() for phrase in each)
    verbatim = (written.terms for each in wanted.verbatim.values() for written in each)
    return replace(wanted, terms=frozenset(wanted.words).union(*phrases, *verbatim), weight=weight)


def _words(tree: Node) -> tuple[dict[int, int], list[Node]]:
    """The words of a query, each that may be several before its parts; and by number of a part that of its word."""
    nodes: list[Node] = []
    parts: dict[int, int] = {}
    for word in positive_words(tree):
        whole = len(nodes)
        nodes.append(word)
        for part in parts_of(word) if isinstance(word, Term) else ():
            parts[len(nodes)] = whole
            nodes.append(part)
    return parts, nodes


def _in_terms(word: Node, language: str) -> list[tuple[Leaf, tuple[str, ...]]]:
    """The forms of a word and their terms."""
    nodes = (node for form in positive_leaves(word) for node in (form, *_before(form)))
    leaves = [(leaf, terms) for leaf in nodes for terms in text.readings(leaf.text, language)]
    return [(leaf, terms) for leaf, terms in leaves if terms]


def _before(leaf: Node) -> tuple[Phrase, ...]:
    """What has to be there besides a beginning within a word of parts."""
    return (Phrase(leaf.after, leaf.field),) if isinstance(leaf, Prefix) and leaf.after else ()


def _weight(terms: tuple[str, ...]) -> int:
    """Long words are rare words, by and large; the index is not asked. Phrases are rarer than their words."""
    weight = sum(1 if term in text.STOP_WORDS else 10 + min(len(term), 10) for term in terms)
    return weight if len(terms) == 1 else 2 * weight


# ---- where it is ----


class _Mark(NamedTuple):
    """Matched words, ``text[start:end]``, and what of the query they satisfy."""

    start: int
    end: int
    worth: Worth


def _marks(value: str, wanted: _Wanted, late: Late) -> list[_Mark]:
    """All that matched, in order; matches that overlap are one mark."""
    if not wanted.weight:
        return []
    tokens = list(islice(finding.find(value, wanted.terms, tuple(wanted.prefixes), wanted.language, late), _MOST))
    marks: list[_Mark] = []
    until = 0
    for start, end, worth in _found(value, tokens, wanted, late):
        if start < until:
            old = marks.pop()
            start, end, worth = old.start, max(until, end), {**old.worth, **worth}
        marks.append(_Mark(start, end, worth))
        until = end
    return _telling(value, marks, wanted) if wanted.parts else marks


def _found(value: str, tokens: list[finding.Match], wanted: _Wanted, late: Late) -> Iterator[tuple[int, int, Worth]]:
    """Every match, in order: where it starts and ends, and what of the query it is."""
    if not (wanted.phrases or wanted.verbatim or wanted.prefixes):
        words = wanted.words
        return ((start, end, words[term]) for term, start, end in tokens)
    found = sorted(islice(_in_tokens(value, tokens, wanted, late), _MOST), key=lambda match: match[:2])
    return ((tokens[first].start, tokens[last].end, worth) for first, last, worth in found)


def _telling(value: str, marks: list[_Mark], wanted: _Wanted) -> list[_Mark]:
    """Marks without scattered parts of words that may be several: where all of such a word stands they say nothing,
    and two letters of Hiragana in a row, which writes endings, say little anywhere."""
    there = {number for mark in marks for number in mark.worth}

    def scattered(mark: _Mark) -> bool:
        (number, *others) = mark.worth
        if others or number not in wanted.parts:
            return False
        return wanted.parts[number] in there or _HIRAGANA.fullmatch(value, mark.start, mark.end) is not None

    kept = [mark for mark in marks if not scattered(mark)]
    return kept or marks


def _in_tokens(
    value: str, tokens: list[finding.Match], wanted: _Wanted, late: Late
) -> Iterator[tuple[int, int, Worth]]:
    """Every match: its first and last token, and what of the query it is."""
    for number, token in enumerate(tokens):
        if late():
            return
        if token.term in wanted.words:
            yield number, number, wanted.words[token.term]
        for written in wanted.verbatim.get(token.term, ()):
            last = _stands_at(value, tokens, number, written.terms)
            if last is not None and text.words(value[token.start : tokens[last].end], wanted.language) == written.words:
                yield number, last, written.worth
        for phrase, worth in wanted.phrases.get(token.term, {}).items():
            last = _stands_at(value, tokens, number, phrase)
            if last is not None:
                yield number, last, worth
        if wanted.prefixes:
            word = text.plain(value[token.start : token.end], wanted.language)
            for prefix, worth in wanted.prefixes.items():
                if word.startswith(prefix):
                    yield number, number, worth


def _stands_at(value: str, tokens: list[finding.Match], number: int, phrase: tuple[str, ...]) -> int | None:
    """Where a phrase ends whose first word is a token: its words follow each other with no other between them."""
    for term in phrase[1:]:
        here = tokens[number]
        number += 1
        while number < len(tokens) and tokens[number].start == here.start:  # what else the same word is
            number += 1
        start = tokens[number].start if number < len(tokens) else -1
        while number < len(tokens) and tokens[number].start == start and tokens[number].term != term:
            number += 1
        if number == len(tokens) or tokens[number].start != start or not _next_to(value, here, tokens[number]):
            return None
    return number


def _next_to(value: str, one: finding.Match, other: finding.Match) -> bool:
    """Whether a token is of the word right after that of another; of letters without blanks pairs overlap."""
    if not one.term.isascii() and segmentation.is_unspaced(one.term) and len(segmentation.letters(one.term)) > 1:
        return one.start < other.start < one.end
    return one.end <= other.start and not segmentation.has_word(value, one.end, other.start)


# ---- which passage ----


class _Stretch(NamedTuple):
    """The marks of a text, of which those from ``first`` to ``last`` are to be shown; ``weight`` says how much of the
    query they have."""

    marks: list[_Mark]
    first: int = 0
    last: int = 0
    weight: int = 0


def _stretch(value: str, wanted: _Wanted, limit: int, late: Late) -> _Stretch:
    """The stretch of a text that has the most of a query."""
    looked_at = value
    if len(value) > _LOOKED_AT:
        looked_at = value[: max(value.rfind(" ", 0, _LOOKED_AT), value.rfind("\n", 0, _LOOKED_AT), 0)]
    marks = _marks(looked_at, wanted, late)
    return _Stretch(marks, *_densest(marks, limit)) if marks else _Stretch([])


def _around(value: str, stretch: _Stretch, limit: int) -> tuple[int, int, list[_Mark]]:
    """The passage ``value[start:end]`` around a stretch, and its marks."""
    marks, first, last, _ = stretch
    if not marks:
        return *_extent(value, 0, 0, limit), []
    start, end = _extent(value, marks[first].start, marks[last].end, limit)
    # The words around the densest stretch may hold further matches.
    shown = [mark for mark in marks if start <= mark.start and (mark.end <= end or mark is marks[first])]
    return start, end, shown


def _densest(marks: list[_Mark], limit: int) -> tuple[int, int, int]:
    """First and last mark of the stretch within ``limit`` that has the most of the query, then the most matches, and
    the weight of what it has. One pass: a window is moved over the marks, with a count for everything in it."""
    best_weight = most = -1
    answer = (0, 0)
    counts: dict[int, int] = {}
    weight = first = 0
    begin = marks[0].start
    for last, (_, end, worths) in enumerate(marks):
        for what, worth in worths.items():
            counts[what] = count = counts.get(what, 0) + 1
            if count == 1:
                weight += worth
        while end - begin > limit and first < last:
            for what, worth in marks[first].worth.items():
                counts[what] = count = counts[what] - 1
                if not count:
                    weight -= worth
            first += 1
            begin = marks[first].start
        if weight > best_weight or (weight == best_weight and last - first > most):
            best_weight, most, answer = weight, last - first, (first, last)
    return *answer, best_weight


def _extent(value: str, first: int, last: int, limit: int) -> tuple[int, int]:
    """Where a snippet around ``value[first:last]`` starts and ends: with sentences if possible, else between words."""
    start = _start(value, first, last, limit)
    end = min(start + limit, len(value))
    if end < len(value):
        end = _end(value, start, max(last, start), end)
    return _stripped(value, start, end)


def _start(value: str, first: int, last: int, limit: int) -> int:
    spare = max(limit - (last - first), 0)
    at_the_end = max(len(value) - limit, 0)  # from here on the rest can be shown
    if first >= at_the_end and spare:
        low = max(at_the_end, first - spare)
        sentences = _sentence_starts(value, low, first)
        return sentences[0] if sentences else _word_start(value, low, first)
    low = max(first - int(spare * _SENTENCE_BEFORE), 0)
    sentences = _sentence_starts(value, low, first)
    return sentences[-1] if sentences else _word_start(value, max(first - int(spare * _WORDS_BEFORE), 0), first)


def _sentence_starts(value: str, low: int, high: int) -> list[int]:
    """Where sentences start in ``value[low:high + 1]``."""
    starts = [0] if low == 0 else []
    return starts + [match.end() for match in _SENTENCE_END.finditer(value, low, high) if match.end() <= high]


def _word_start(value: str, low: int, high: int) -> int:
    """Where the first whole word of ``value[low:high]`` starts."""
    blank = _BLANKS.search(value, low, high)
    start = blank.end() if blank else low
    while start < high and not value.isascii() and segmentation.within_letter(value, start):
        start += 1
    return start


def _end(value: str, start: int, last: int, high: int) -> int:
    """Where a snippet ends that may go up to ``high`` and should have all up to ``last``."""
    low = max(last, start + int((high - start) * _FULL))
    sentences = [match.end() for match in _SENTENCE_END.finditer(value, low, high)]
    if sentences:
        return sentences[-1]
    for end in range(high, last - 1, -1):
        if value[end].isspace() and value[start:end].strip():  # a long first word is cut rather than left out
            return end
    while high > last and not value.isascii() and segmentation.within_letter(value, high):
        high -= 1
    return high


def _stripped(value: str, start: int, end: int) -> tuple[int, int]:
    """An extent without the blanks at its ends."""
    shown = value[start:end]
    start += len(shown) - len(shown.lstrip())
    return start, max(start, start + len(shown.strip()))


# ---- as fragments ----


def _fragments(value: str, start: int, end: int, marks: Sequence[_Mark]) -> Snippet:
    """``value[start:end]`` on one line."""
    found = list(_pieces(value, start, end, marks))
    shown = value[start:end]
    if " ".join(shown.split()) != shown:
        found = [Fragment(_MORE_THAN_A_BLANK.sub(" ", fragment.text), fragment.match) for fragment in found]
    if start and _VISIBLE.search(value, 0, start):
        found.insert(0, Fragment("… "))
    if end < len(value) and _VISIBLE.search(value, end):
        found.append(Fragment(" …"))
    return tuple(found)


def _pieces(value: str, start: int, end: int, marks: Sequence[_Mark]) -> Iterator[Fragment]:
    """What is marked of ``value[start:end]``, and what is not; marks may reach beyond it."""
    for mark in marks:
        first, last = max(mark.start, start), min(mark.end, end)
        if first > start:
            yield Fragment(value[start:first])
        if first < last:
            yield Fragment(value[first:last], match=True)
        start = last
    if start < end:
        yield Fragment(value[start:end])
