"""What is shown of an article in an answer? Hits, made of what the index keeps of it."""

from __future__ import annotations

from dataclasses import replace

from article_search.answering import snippets
from article_search.answering.results import Fragment, Hit
from article_search.backends.embedded import schema
from article_search.backends.embedded.snapshot import Snapshot
from article_search.query.tree import EVERY, Node

_HIT = 1_500  # bytes of a hit, about


def with_snippet(snapshot: Snapshot, number: int, score: float, tree: Node = EVERY, similar: int = 0) -> Hit:
    """A hit with the best passage for a tree, and its words marked in the title."""
    hit = plain(snapshot, number, score, tree, similar)
    language = snapshot.language(number)
    return replace(
        hit,
        title_fragments=snippets.marked(hit.title, tree, "title", language),
        snippet=snippets.snippet(snapshot.body(number), hit.description, tree, language=language),
    )


def plain(snapshot: Snapshot, number: int, score: float, _: Node = EVERY, similar: int = 0) -> Hit:
    """A hit without either."""
    hit: Hit | None = snapshot.heads.get(number)
    if hit is None:
        head = snapshot.head(number)
        hit = Hit(
            id=head["id"],
            url=head["url"],
            title=head["title"],
            title_fragments=(Fragment(head["title"]),),
            description=head["description"],
            date=schema.moment(head["date"]),
            categories=tuple(head["categories"]),
            image=head["image"],
            score=0.0,
            snippet=(),
        )
        snapshot.heads.keep(number, hit, _HIT)
    # As dataclasses.replace, in a third of its time: ten of these are a good part of a search.
    return Hit(
        hit.id,
        hit.url,
        hit.title,
        hit.title_fragments,
        hit.description,
        hit.date,
        hit.categories,
        hit.image,
        score,
        hit.snippet,
        similar,
    )
