"""What is shown of an article in an answer? Hits, made of what the index keeps of it."""

from __future__ import annotations

from dataclasses import replace

from article_search import query, snippets
from article_search.backends.embedded import schema
from article_search.backends.embedded.snapshot import Snapshot
from article_search.query import Node
from article_search.results import Fragment, Hit

_MOST = 10_000  # hits of a snapshot kept ready, some 2 KB each


def with_snippet(snapshot: Snapshot, number: int, score: float, tree: Node = query.EVERY, similar: int = 0) -> Hit:
    """A hit with the best passage for a tree, and its words marked in the title."""
    hit = plain(snapshot, number, score, tree, similar)
    language = snapshot.language(number)
    return replace(
        hit,
        title_fragments=snippets.marked(hit.title, tree, "title", language),
        snippet=snippets.snippet(snapshot.body(number), hit.description, tree, language=language),
    )


def plain(snapshot: Snapshot, number: int, score: float, _: Node = query.EVERY, similar: int = 0) -> Hit:
    """A hit without either."""
    hit = snapshot.heads.get(number)
    if hit is None:
        if len(snapshot.heads) >= _MOST:
            snapshot.heads.clear()
        head = snapshot.head(number)
        hit = snapshot.heads[number] = Hit(
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
