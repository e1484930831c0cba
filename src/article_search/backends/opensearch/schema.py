"""What is written of an article? Its mapping, and one version of an article as a document of it.

Our own terms go into fields ``<field>_t``, words as they are into ``<field>_words``: the cluster analyses nothing. What
is kept to be shown, and to be written from again, is ``article``; the rest is made of it. Not here: which version is
seen (records.py), how documents are sent (writing).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np

from article_search.backends import signatures, sketches
from article_search.backends.base import TEXT_FIELDS, Head, Text
from article_search.backends.opensearch.cluster import Json
from article_search.backends.written import order_of, telling
from article_search.digests import blake2b
from article_search.language import folding, text

if TYPE_CHECKING:
    from article_search.backends.base import Vectors
    from article_search.reading.article import Article

# Changes when what is written of an article changes, or how its text is cut into terms.
ANALYSIS = f"opensearch 1 analyser {text.VERSION}"

HEAD = tuple(
    f"article.{name}"
    for name in ("id", "url", "title", "description", "date", "categories", "image", "warnings", "language")
)
BODY = ("article.body", "article.language")
_BESIDE = "\ue000"  # between terms of one place; no term has it
_LONGEST = 30_000  # characters of all terms of one place
_POSITIVE = 2**63 - 1


def signature(of_settings: str, zone: ZoneInfo, shards: int, vectors: Vectors | None) -> str:
    """What an index is made by: this schema, settings, the zone of months, and vectors or none."""
    return signatures.signature(f"{ANALYSIS} {zone.key} shards {shards} {of_settings}", vectors)


def settings(shards: int, replicas: int) -> Json:
    """Settings of an index of articles. Nothing is refreshed but by a commit."""
    return {
        "number_of_shards": shards,
        "number_of_replicas": replicas,
        "refresh_interval": "-1",
        "analysis": {
            "tokenizer": {"places": {"type": "whitespace", "max_token_length": _LONGEST}},
            "filter": {
                "terms": {"type": "pattern_capture", "preserve_original": False, "patterns": [f"([^{_BESIDE}]+)"]}
            },
            "analyzer": {
                "places": {"type": "custom", "tokenizer": "places", "filter": ["terms"]},
                "terms": {"type": "custom", "tokenizer": "places"},
            },
        },
        # A term scores how often it stands there: the formula is ours, and so are its numbers.
        "similarity": {"frequency": {"type": "scripted", "script": {"source": "return doc.freq * query.boost;"}}},
    }


def mapping() -> Json:
    """Fields of an index of articles."""
    keyword, shown = {"type": "keyword"}, {"type": "keyword", "index": False}
    searched = {"type": "keyword", "doc_values": False}
    counted = {"type": "integer", "index": False}
    terms = {
        "type": "text",
        "analyzer": "places",
        "search_analyzer": "terms",
        "similarity": "frequency",
        "norms": False,
    }
    properties: Json = {
        "article": {"type": "object", "enabled": False},
        "id": keyword,
        "digest": shown,
        "born": {"type": "long"},
        "died": {"type": "long"},
        "date": {"type": "long"},
        "order": {"type": "long"},
        "month": keyword,
        "category": shown,
        "category_key": keyword,
        "language": keyword,
        "called": searched,
        "named": keyword,
        "title": shown,
        "title_terms": keyword,
        "telling": counted,
        "group": {"type": "long"},
        "repeats": {"type": "boolean"},
        "bands": keyword,
    }
    for name in TEXT_FIELDS:
        properties |= {f"{name}_t": terms, f"{name}_words": keyword, f"{name}_length": counted}
    return {"dynamic": "strict", "_source": {"includes": ["article"]}, "properties": properties}


def group_of(order: int) -> int:
    """The name of a group by one of its articles."""
    return order & _POSITIVE


def document_id(id: str, run: int) -> str:
    """The name of a version of an article."""
    return blake2b(f"{id}\n{run}".encode(), digest_size=16).hexdigest()


def kept(article: Article, vector: bytes | None) -> Json:
    """What is kept of an article, of which the rest of a document is made."""
    made: Json = {
        "id": article.id,
        "url": article.url,
        "title": article.title,
        "description": article.description,
        "body": article.body,
        "language": article.language,
        "date": article.date.timestamp() if article.date else None,
        "categories": list(article.categories),
        "image": article.image,
        "warnings": [note.told for note in article.warnings],
        "named": text.name_keys(article.title, article.names)[1],
    }
    return made | ({"vector": base64.b85encode(vector).decode()} if vector is not None else {})


def digest(of: Json) -> str:
    """By what it is seen later that what is kept of an article is what was written."""
    return blake2b(json.dumps(of, sort_keys=True).encode(), digest_size=16).hexdigest()


def document(
    of: Json, zone: ZoneInfo, born: int, died: int | None = None, group: int | None = None, repeats: bool = False
) -> Json:
    """A version of an article, made of what is kept of it."""
    language, id = of["language"], of["id"]
    called = text.name_key(of["title"])
    date, order = of["date"], order_of(id)
    made: Json = {
        "article": of,
        "id": id,
        "digest": digest(of),
        "born": born,
        "order": order,
        "category": of["categories"],
        "category_key": sorted({folding.category_key(name) for name in of["categories"]}),
        "language": language,
        "called": [called] if called else [],
        "named": of["named"],
        "title": of["title"],
        "telling": telling(of["title"], language),
        "group": group_of(order) if group is None else group,
        "repeats": repeats,
    }
    if died is not None:
        made["died"] = died
    if date is not None:
        made |= {"date": int(date), "month": _month(int(date), zone)}
    # Each text is cut into words once, which takes most of the time.
    words = {name: text.analysed(of[name], language) for name in TEXT_FIELDS}
    for name, in_a_row in words.items():
        made |= _searched(name, in_a_row)
    made["title_terms"] = sorted({term for word in words["title"] for term in word.terms})
    made["bands"] = bands([word.plain for word in words["body"]])
    return made


def _month(date: int, zone: ZoneInfo) -> str:
    """The month of a moment where the site is; in UTC where that would be before the year 1 or after 9999."""
    try:
        moment = datetime.fromtimestamp(date, zone)
    except (OverflowError, ValueError):
        moment = datetime.fromtimestamp(date, UTC)
    return f"{moment.year:04}-{moment.month:02}"


def _searched(name: str, words: Sequence[text.Analysed]) -> Json:
    return {
        f"{name}_t": " ".join([_BESIDE.join(word.terms) for word in words]),
        f"{name}_words": sorted({word.plain for word in words}),
        f"{name}_length": len(words),
    }


# ---- near-copies ----


def bands(words: Sequence[str]) -> list[str]:
    """The sketch of a text, two neighbouring minima a word; none of a text that is too short to tell."""
    numbers = {word: number for number, word in enumerate(dict.fromkeys(words))}
    in_a_row = np.array([numbers[word] for word in words], np.int64)
    sketch = sketches.sketched(in_a_row, np.array([len(words)]), sketches.hashes(numbers))[0]
    return bands_of(sketch) if sketch.any() else []


def bands_of(sketch: sketches.Sketches) -> list[str]:
    """The bands that a sketch has, which is not all zero."""
    values = np.ascontiguousarray(sketch).view(np.uint32).tolist()
    return [f"{number:02}:{value:08x}" for number, value in enumerate(values)]


def sketch(bands: Sequence[str]) -> sketches.Sketches:
    """The sketch that some bands are of; all zero of none. Raises ValueError for what is none."""
    if not bands:
        return np.zeros((1, sketches.MINIMA), np.uint16)
    values = [int(each[3:], 16) for each in sorted(bands)]
    return np.array(values, np.uint32).view(np.uint16).reshape(1, sketches.MINIMA)


# ---- what is shown ----


def head(source: Json) -> Head:
    """What is shown of an article, of its parts HEAD."""
    of = source["article"]
    date = of.get("date")
    return Head(
        of["id"],
        of["url"],
        of["title"],
        of["description"],
        None if date is None else datetime.fromtimestamp(date, UTC),
        tuple(of["categories"]),
        of.get("image"),
        tuple(of["warnings"]),
    )


def body(source: Json) -> Text:
    """The text of an article, of its parts BODY."""
    return Text(source["article"]["body"], language(source))


def language(source: Json) -> str:
    """The language an article was read in, of its parts HEAD or BODY."""
    return str(source["article"]["language"])


def vector(source: Json, size: int) -> bytes:
    """What was kept of an article for likeness; zeros where nothing was."""
    kept: Any = source.get("article", {}).get("vector")
    return base64.b85decode(kept) if kept else bytes(size)
