"""What is shown of an article in an answer? Hits, made of what the index keeps of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import tzinfo

from article_search.answering import snippets
from article_search.answering.results import Fragment, Hit
from article_search.backends.base import Head, Number, Reader, Text
from article_search.language import languages
from article_search.language.days import in_zone
from article_search.language.finding import never
from article_search.query.tree import EVERY, Node

_UNREAD = Text("", languages.DEFAULT)


def hits(
    reader: Reader,
    numbers: Sequence[Number],
    scores: Sequence[float],
    zone: tzinfo,
    tree: Node = EVERY,
    similar: Sequence[int] = (),
    passages: bool = True,
) -> tuple[Hit, ...]:
    """Some articles, their dates in the site's ``zone``; with ``passages`` each has the best one for a tree, and its
    words marked in the title; those that are late have the beginning of their description."""
    heads = reader.heads(numbers)
    found = [
        hit(head, zone, score, others)
        for head, score, others in zip(heads, scores, similar or [0] * len(numbers), strict=True)
    ]
    if not passages:
        return tuple(found)
    late, texts = reader.deadline.late, reader.texts(numbers)
    return tuple(with_passage(each, _UNREAD if late() else next(texts), tree, late) for each in found)


def hit(head: Head, zone: tzinfo, score: float = 0.0, similar: int = 0) -> Hit:
    """An article without a passage."""
    return Hit(
        head.id,
        head.url,
        head.title,
        (Fragment(head.title),),
        head.description,
        in_zone(head.date, zone) if head.date else None,
        head.categories,
        head.image,
        score,
        (),
        similar,
    )


def with_passage(hit: Hit, text: Text, tree: Node = EVERY, late: snippets.Late = never) -> Hit:
    """The same with the best passage for a tree, and its words marked in the title."""
    return replace(
        hit,
        title_fragments=snippets.marked(hit.title, tree, "title", text.language, late),
        snippet=snippets.snippet(text.body, hit.description, tree, language=text.language, late=late),
    )
