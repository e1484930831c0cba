"""What is shown of an article in an answer? Hits, made of what the index keeps of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from article_search.answering import snippets
from article_search.answering.results import Fragment, Hit, Snippet
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
    each = list(zip(heads, scores, similar or [0] * len(numbers), strict=True))
    if not passages:
        return tuple(hit(head, zone, score, others) for head, score, others in each)
    late, texts = reader.deadline.late, reader.texts(numbers)
    return tuple(
        with_passage(head, zone, _UNREAD if late() else next(texts), tree, late, score, others)
        for head, score, others in each
    )


def hit(
    head: Head,
    zone: tzinfo,
    score: float = 0.0,
    similar: int = 0,
    title: Snippet | None = None,
    snippet: Snippet = (),
) -> Hit:
    """An article as it is shown; where no ``title`` with its marks is given, as it stands."""
    return Hit(
        head.id,
        head.url,
        head.title,
        (Fragment(head.title),) if title is None else title,
        head.description,
        in_zone(head.date, zone) if head.date else None,
        head.categories,
        head.image,
        score,
        snippet,
        similar,
    )


def with_passage(
    head: Head,
    zone: tzinfo,
    text: Text,
    tree: Node = EVERY,
    late: snippets.Late = never,
    score: float = 0.0,
    similar: int = 0,
) -> Hit:
    """The same with the best passage for a tree, and its words marked in the title."""
    title = snippets.marked(head.title, tree, "title", text.language, late)
    passage = snippets.snippet(text.body, head.description, tree, language=text.language, late=late)
    return hit(head, zone, score, similar, title, passage)
