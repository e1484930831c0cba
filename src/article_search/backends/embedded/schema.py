"""What is written of an article? The Whoosh schema, and the fields of one document.

Each text field comes twice: stemmed with positions, which is searched, and word by word as ``<field>_words``, which
prefixes, completions and spelling go by. Not here: writing (indexing.py), searching (searching.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from whoosh import analysis, columns, fields, formats

from article_search import text
from article_search.article import Article

# Changes when what is written of an article changes, or how its text is cut into terms: an index made by another
# analysis cannot be searched, and is rebuilt.
ANALYSIS = f"schema 1 analyser {text.VERSION}"

TEXT_FIELDS = ("title", "description", "body")
NO_DATE = -(2**63)  # the date column's value of an article without a date
CATEGORY_SEPARATOR = "\x1f"  # cannot occur in a category: articles hold no control characters

_Posting = tuple[bytes, int, float, bytes]


def words_field(field: str) -> str:
    """Name of the field that holds the words of a text field as they are."""
    return f"{field}_words"


def length_field(field: str) -> str:
    """Name of the column with the number of words of a text field; Whoosh's own lengths are rounded to one byte."""
    return f"{field}_length"


class ArticleAnalyzer(analysis.Analyzer):  # type: ignore[misc]
    """The analyser of text.py as Whoosh calls one, for Whoosh's own query parser and highlighter."""

    def __call__(
        self,
        value: str,
        positions: bool = False,
        chars: bool = False,
        start_pos: int = 0,
        start_char: int = 0,
        **_: Any,
    ) -> Iterator[analysis.Token]:
        token = analysis.Token(positions, chars, removestops=True)
        for term, position, start, end in text.tokens(value):
            token.text = token.original = term
            token.boost = 1.0
            token.stopped = False
            token.pos = start_pos + position
            token.startchar, token.endchar = start_char + start, start_char + end
            yield token

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self)

    __hash__ = None  # type: ignore[assignment]


class StemmedText(fields.TEXT):  # type: ignore[misc]
    """A text field whose value may be the list of its terms: analysed once, not per field and per pass."""

    def __init__(self) -> None:
        super().__init__(analyzer=ArticleAnalyzer(), phrase=True)

    def index(self, value: str | list[str], **_: Any) -> Iterator[_Posting]:
        """Postings of one document: (term, frequency, weight, encoded positions)."""
        positions: dict[str, list[int]] = {}
        for position, term in enumerate(text.terms(value) if isinstance(value, str) else value):
            positions.setdefault(term, []).append(position)
        encode = self.format.encode
        for term, places in positions.items():
            yield term.encode(), len(places), float(len(places)), encode(places)


class Words(fields.FieldType):  # type: ignore[misc]
    """Which folded words occur in a document; no frequencies, no positions, no scores."""

    def __init__(self) -> None:
        self.format = formats.Existence()
        self.analyzer = analysis.IDAnalyzer()
        self.scorable = self.stored = self.unique = self.spelling = False
        self.multitoken_query = "default"
        self.vector = self.column_type = None

    def index(self, value: list[str], **_: Any) -> Iterator[_Posting]:
        """Postings of one document."""
        for word in dict.fromkeys(value):
            yield word.encode(), 1, 1.0, b""


def schema() -> fields.Schema:
    """The schema of every index of this version."""
    return fields.Schema(
        id=fields.ID(stored=True, unique=True),
        title=StemmedText(),
        description=StemmedText(),
        body=StemmedText(),
        title_words=Words(),
        description_words=Words(),
        body_words=Words(),
        category=fields.KEYWORD(commas=True, lowercase=True),
        **{length_field(name): fields.COLUMN(columns.NumericColumn("q")) for name in TEXT_FIELDS},
        date=fields.COLUMN(columns.NumericColumn("q", default=NO_DATE)),
        order=fields.COLUMN(columns.NumericColumn("q")),
        categories=fields.COLUMN(columns.VarBytesColumn()),
        article=fields.STORED(),
    )


def document(article: Article) -> dict[str, Any]:
    """The fields of one article, as Whoosh's ``add_document`` takes them."""
    values: dict[str, Any] = {
        "id": article.id,
        "category": ",".join(category.replace(",", " ") for category in article.categories),
        "date": int(article.date.timestamp()) if article.date else NO_DATE,
        "order": int.from_bytes(hashlib.blake2b(article.id.encode(), digest_size=8).digest(), "big", signed=True),
        "categories": CATEGORY_SEPARATOR.join(article.categories).encode(),
        "article": stored(article),
    }
    for field in TEXT_FIELDS:
        terms, words = text.analyse(getattr(article, field))
        values[field] = terms
        values[words_field(field)] = words
        values[length_field(field)] = len(terms)
    return values


def stored(article: Article) -> dict[str, Any]:
    """What is kept of an article to show it: plain types only, so that reading them back runs nothing."""
    return {
        "url": article.url,
        "title": article.title,
        "description": article.description,
        "body": article.body,
        "date": article.date.timestamp() if article.date else None,
        "categories": list(article.categories),
        "image": article.image,
        "warnings": [f"line {note.line}: {note.message}" if note.line else note.message for note in article.warnings],
    }


def moment(timestamp: float | None) -> datetime | None:
    """A stored date as an aware datetime."""
    return None if timestamp is None else datetime.fromtimestamp(timestamp, UTC)


def occurrences(positions: list[list[int]]) -> int:
    """How often words stand next to each other, given the places of each in one text."""
    starts = set(positions[0])
    for offset, places in enumerate(positions[1:], 1):
        starts &= {place - offset for place in places}
        if not starts:
            return 0
    return len(starts)
