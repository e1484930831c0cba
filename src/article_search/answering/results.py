"""What is an answer? Plain data, and the public JSON made of it.

Everything here is frozen and knows nothing of Whoosh, HTML or terminals. Not here: how an answer is found
(searching.py) or shown (terminal, web).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from article_search.language.days import iso
from article_search.late import dataclass, pattern

if TYPE_CHECKING:
    from article_search.reading.report import Language

_SYNTAX = pattern(r"[\"():*\-（）：＊－‐‑‒–—―−]|\bOR\b")


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of text, matched by the query or not. A snippet is a tuple of these; joined they give its text."""

    text: str
    match: bool = False


Snippet = tuple[Fragment, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """One article of an answer. ``score`` compares hits of one answer only; ``date`` is aware, None when unknown;
    ``similar`` is how many others that say nearly the same were left out for it."""

    id: str
    url: str
    title: str
    title_fragments: Snippet
    description: str
    date: datetime | None
    categories: tuple[str, ...]
    image: str | None
    score: float
    snippet: Snippet
    similar: int = 0


@dataclass(frozen=True, slots=True)
class Facet:
    """One value one could filter by, and how many hits would remain."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Excluded:
    """``exclusions`` of a query that take away the article which would have come first without them, and the ``query``
    without them."""

    exclusions: str
    query: str
    id: str
    url: str
    title: str


@dataclass(frozen=True, slots=True)
class Results:
    """An answer. ``facets`` has the keys ``category`` (most frequent first) and ``month`` (``YYYY-MM``, newest first).

    ``relaxed``: articles with only some of the words are there too, because few have all of them: ``strict_total`` of
    the ``total``, which come first in order of relevance. When not relaxed the two are equal.
    ``repeats``: so many more answer the query but say nearly the same as one that is counted; facets count like
    ``total``.

    ``corrected``: articles with the words of ``suggestion``, the query put right, are there too, because few or none
    have what was typed; those come first in order of relevance. Otherwise a suggestion is what else could be asked.

    ``excluded``: what would come first by relevance, did a word of the query not leave it out.
    """

    query: str
    interpreted: str
    total: int
    page: int
    pages: int
    took_ms: float
    relaxed: bool
    suggestion: str | None
    warnings: tuple[str, ...]
    hits: tuple[Hit, ...]
    facets: dict[str, tuple[Facet, ...]]
    strict_total: int
    repeats: int = 0
    corrected: bool = False
    excluded: Excluded | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """How an unfinished query may go on: a ``query`` to ask, or the ``title`` of the article ``id`` at ``url``."""

    text: str
    kind: Literal["query", "title"]
    id: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One article as the index understood it: the hit without a query, its text, what was said about its file, and the
    language it was read in."""

    hit: Hit
    body: str
    warnings: tuple[str, ...]
    language: str


@dataclass(frozen=True, slots=True)
class View:
    """One article as a reader opens it: its text by ``paragraphs``, with the words marked that it was found by, and
    articles on the same story. What took too long is left out: marks, or other articles."""

    document: Document
    paragraphs: tuple[Snippet, ...]
    related: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class FieldScore:
    """What one field says of a word: how often it stands there, the field's length over the average, its score."""

    field: str
    frequency: int
    length: float
    score: float


@dataclass(frozen=True, slots=True)
class WordScore:
    """What one word of a query says of an article. ``articles`` have it, ``articles_with_form`` in the very form asked
    for; it weighs ``idf`` times ``burst`` (how often it is repeated where it stands), counts ``times`` (more than one
    where the query repeats it, less where it is a stop word with its neighbour or common beside the rest of a long
    query) and, as a guess, its ``share``;
    ``exact_form`` is what the form adds to the fields."""

    word: str
    articles: int
    articles_with_form: int
    idf: float
    burst: float
    times: float
    share: float
    fields: tuple[FieldScore, ...]
    exact_form: float
    score: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """How an article comes by its score: that of its ``words``, and what its title (``by_title``) and its other names
    (``by_names``) say of the query, its age (``recency``), words that stand
    ``together``, its ``likeness`` to the query by word vectors, and words that the first articles share (``expansion``)
    add to it. An article that is not ``found`` has the score 0; ``missing`` says what of the query it does not answer,
    as it also does where some of the words were enough. ``repeats``: it is not shown, as another says nearly the same.
    ``pinned``: what the owner of the site has said of it for this query."""

    id: str
    title: str
    query: str
    found: bool
    missing: tuple[str, ...]
    repeats: bool
    pinned: Literal["first", "hidden"] | None
    words: tuple[WordScore, ...]
    by_title: float
    by_names: float
    recency: float
    together: float
    likeness: float
    expansion: float
    score: float


@dataclass(frozen=True, slots=True)
class Status:
    """State of an index: ``bytes`` on disk, ``committed`` aware; ``stale`` when the content has changed since, None
    when nobody looked; the languages of articles, that of most first."""

    articles: int
    bytes: int
    committed: datetime
    stale: bool | None
    languages: tuple[Language, ...] = ()


def telling(results: Results) -> bool:
    """Whether the reader learns something from how the query was understood: not when it was taken word by word."""
    plain = " ".join(results.query.casefold().split())
    if " ".join(results.interpreted.casefold().split()) in ("", "()", plain):
        return False
    return bool(results.warnings or _SYNTAX.search(results.query))


def fragments_json(snippet: Snippet) -> list[dict[str, Any]]:
    """Text with its marks as in the public JSON."""
    return [{"text": fragment.text, "match": fragment.match} for fragment in snippet]


def hit_json(hit: Hit) -> dict[str, Any]:
    """A hit with the keys of the public JSON."""
    return {
        "id": hit.id,
        "url": hit.url,
        "title": hit.title,
        "title_fragments": fragments_json(hit.title_fragments),
        "description": hit.description,
        "date": iso(hit.date) if hit.date else None,
        "categories": list(hit.categories),
        "image": hit.image,
        "score": round(hit.score, 4),
        "snippet": fragments_json(hit.snippet),
        "similar": hit.similar,
    }


def suggestions_json(suggestions: Sequence[Suggestion]) -> dict[str, Any]:
    """Completions as texts, and with what they are."""
    return {
        "version": 1,
        "suggestions": [one.text for one in suggestions],
        "completions": [{"text": one.text, "kind": one.kind, "id": one.id, "url": one.url} for one in suggestions],
    }


def document_json(document: Document) -> dict[str, Any]:
    """A document with the keys of a hit, ``body`` and ``warnings``."""
    return {"version": 1, **hit_json(document.hit), "body": document.body, "warnings": list(document.warnings)}


def explanation_json(explanation: Explanation) -> dict[str, Any]:
    """The JSON of ``articles explain``: every field by its name, numbers with four decimals."""

    def rounded(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: rounded(each) for key, each in value.items()}
        if isinstance(value, tuple | list):
            return [rounded(each) for each in value]
        return round(value, 4) if isinstance(value, float) else value

    shown: dict[str, Any] = {"version": 1, **rounded(asdict(explanation))}
    return shown


def status_json(status: Status) -> dict[str, Any]:
    """The JSON of ``articles status``."""
    from article_search.reading.report import languages_json  # which a search does without

    return {
        "version": 1,
        "articles": status.articles,
        "bytes": status.bytes,
        "committed": iso(status.committed),
        "stale": status.stale,
        "languages": languages_json(status.languages),
    }


def as_json(results: Results) -> dict[str, Any]:
    """The public JSON of an answer, version 1: keys are only ever added."""
    return {
        "version": 1,
        "query": results.query,
        "interpreted": results.interpreted,
        "total": results.total,
        "page": results.page,
        "pages": results.pages,
        "took_ms": round(results.took_ms, 2),
        "relaxed": results.relaxed,
        "strict_total": results.strict_total,
        "repeats": results.repeats,
        "suggestion": results.suggestion,
        "corrected": results.corrected,
        "excluded": asdict(results.excluded) if results.excluded else None,
        "warnings": list(results.warnings),
        "hits": [hit_json(hit) for hit in results.hits],
        "facets": {
            name: [{"value": facet.value, "count": facet.count} for facet in facets]
            for name, facets in results.facets.items()
        },
    }
