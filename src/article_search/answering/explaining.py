"""How does an article come by its score, word by word? The formulas of scoring.py, with their parts kept apart.

Not here: what the order of an answer adds to words, which the search tells (searching.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import tzinfo

from article_search import scoring
from article_search.answering.adjacent import Rows
from article_search.answering.results import FieldScore, WordScore
from article_search.answering.words import Words, burst, by_weight, weighed
from article_search.backends.base import Counts, Number, Word
from article_search.language import segmentation
from article_search.query.describing import describe
from article_search.query.tree import (
    And,
    Forms,
    Node,
    Or,
    Phrase,
    Prefix,
    Term,
    Verbatim,
    apart,
    forms_of,
    may_be_several,
    parts_of,
    typed_of,
)


def words(index: Words, node: Node, number: Number) -> Iterator[WordScore]:
    """The words of a tree that an article scores by; a group it does not answer counts for nothing."""
    match node:
        case And(children) | Or(children):
            if index.reader.answers(index.plain(node), number):
                for child in index.required(children, learnt=isinstance(node, And)):
                    yield from words(index, child, number)
        case Term() if may_be_several(node):
            yield from filter(None, (_best(index, part, number) for part in parts_of(node)))
        case Term() | Phrase() | Forms():
            found = _best(index, node, number)
            if found is not None:
                yield found
        case Verbatim() if len(segmentation.split(node.text)) > 1:
            found = _best(index, Phrase(node.text, node.field), number)
            if found is not None and index.reader.answers(index.plain(node), number):
                yield replace(found, word=describe(node))
        case Verbatim() | Prefix():
            if isinstance(node, Prefix) and node.after:
                yield from words(index, apart(node), number)
            word = index.beginnings(node)[0] if isinstance(node, Prefix) else index.as_it_is(node)
            found = _part(index, describe(node), word, index.reader.counts([word])[0], number)
            if found is not None:
                yield found


def rows(index: Words, rows: Rows, number: Number) -> Iterator[WordScore]:
    """Phrases that an article scores by although they are not insisted on."""
    for phrase, times in rows.items():
        found = _best(index, phrase, number, times)
        if found is not None:
            yield found


def missing(index: Words, tree: Node, number: Number, zone: tzinfo) -> tuple[str, ...]:
    """What of a tree an article does not answer, in the words of a query."""
    if index.reader.answers(index.plain(tree), number):
        return ()
    if isinstance(tree, And):
        return tuple(part for child in index.required(tree.children) for part in missing(index, child, number, zone))
    return (describe(tree, zone),)


def _best(index: Words, node: Term | Phrase | Forms, number: Number, times: float = 1.0) -> WordScore | None:
    """Of the forms of a word, those that the article scores by; ``times`` besides how often the query has it."""
    typed = typed_of(node)
    known, found = 0, []
    for share, nodes in by_weight(forms_of(node)):
        if nodes:
            word = index.word(nodes)
            shown = describe(typed if typed in nodes else nodes[0])
            (counts,) = index.reader.counts([word])
            part = _part(index, shown, word, counts, number, known, share, times * index.times(node))
            if share == 1:
                known = counts.articles
            if part is not None:
                found.append(part)
    return max(found, key=lambda part: part.score, default=None)


def _part(
    index: Words,
    shown: str,
    word: Word,
    counts: Counts,
    number: Number,
    known: int = 0,
    share: float = 1.0,
    times: float = 1.0,
) -> WordScore | None:
    """What counts as one word; ``share`` of a guess, ``times`` the query has it. None if the article has it not."""
    reader = index.reader
    inside = reader.inside(word, number)
    if not inside:
        return None
    with_form = reader.with_form(word)
    telling = weighed(word, counts, reader.articles, with_form, known)
    values = [field.frequency * scoring.field_weight(field.field, field.length) for field in inside]
    factor, total = share * times, sum(values)
    of_fields = factor * scoring.saturated(total, telling.weight)
    lift = factor * telling.lift if telling.lift and reader.has_form(word, number) else 0.0
    return WordScore(
        word=shown,
        articles=counts.articles,
        articles_with_form=with_form,
        idf=scoring.idf(reader.articles, max(known, counts.articles)),
        burst=burst(word, counts),
        times=times,
        share=share,
        fields=tuple(
            FieldScore(field.field, round(field.frequency), field.length, of_fields * value / total)
            for field, value in zip(inside, values, strict=True)
        ),
        exact_form=lift,
        score=of_fields + lift,
    )
