"""What is written of an article? The Whoosh schema, and one article as the fields of it.

Each text field comes twice: stemmed with places, which is searched, and word by word as ``<field>_words``, which
prefixes, completions and spelling go by. What is written by another program or under other settings has another
signature, and is written anew. Not here: writing (writing), searching (reading), which settings count
(settings/values.py).
"""

from __future__ import annotations

import json
import re
import string
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from article_search.backends import signatures
from article_search.backends.base import NO_DATE, TEXT_FIELDS, Head
from article_search.backends.written import order_of, telling
from article_search.language import languages, segmentation, text
from article_search.late import pattern

if TYPE_CHECKING:
    from whoosh import analysis, fields

    from article_search.backends.base import Vectors
    from article_search.backends.embedded.columnar.building import SegmentBuilder
    from article_search.reading.article import Article

# Changes when what is written of an article changes, or how its text is cut into terms: an index made by another
# analysis cannot be searched, and is rebuilt.
ANALYSIS = f"schema 5 analyser {text.VERSION}"

KEYWORD_FIELDS = ("id", "category", "language", "called", "named")  # searched as a whole
NUMBER_FIELDS = ("date", "order")
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))  # json.dumps would make one a call


def words_field(field: str) -> str:
    """Name of the field that holds the words of a text field as they are."""
    return f"{field}_words"


WORDS_FIELDS = tuple(map(words_field, TEXT_FIELDS))


def whoosh_schema() -> fields.Schema:
    """The schema by which Whoosh reads an index. Imports Whoosh, which a search does without."""
    from whoosh import columns, fields, formats

    def text_field(name: str) -> fields.FieldType:
        return fields.TEXT(analyzer=article_analyzer(), phrase=True, stored=name != "description")

    def words() -> fields.FieldType:
        field = fields.ID()
        field.format = formats.Existence()
        return field

    return fields.Schema(
        id=fields.ID(unique=True, stored=True),
        category=fields.ID(),
        language=fields.ID(),
        called=fields.ID(),
        named=fields.ID(),
        date=fields.COLUMN(columns.NumericColumn("q", default=NO_DATE)),
        order=fields.COLUMN(columns.NumericColumn("q")),
        article=fields.STORED(),
        **{name: text_field(name) for name in TEXT_FIELDS},
        **{words_field(name): words() for name in TEXT_FIELDS},
    )


def article_analyzer() -> analysis.Analyzer:
    """The analyser of language/text.py for Whoosh's own query parser and highlighter."""
    from article_search.backends.embedded.whoosh_analysis import ArticleAnalyzer

    return ArticleAnalyzer()


def add(builder: SegmentBuilder, article: Article, language: str, rows: Mapping[str, bytes]) -> None:
    """Adds an article to a segment that is being built, most of whose articles are in a language, and rows that are
    kept of it beside its text."""
    texts: dict[str, str] = {name: getattr(article, name) for name in TEXT_FIELDS}
    if article.language != language:
        texts = {name: _labelled(value, article.language) for name, value in texts.items()}
    called, named = text.name_keys(article.title, article.names)
    builder.add(
        texts=texts,
        keywords={
            "id": [article.id],
            "category": article.categories,
            "language": [article.language],
            "called": called,
            "named": named,
        },
        numbers={
            "date": int(article.date.timestamp()) if article.date else NO_DATE,
            "order": order_of(article.id),
        },
        stored={"id": article.id, "title": article.title, "body": article.body, "article": _head(article)},
        # As lengths of fields are kept: how many words of the title tell.
        rows={**rows, "lengths.telling": bytes((telling(article.title, article.language),))},
    )


# Words of another language than most have a label in front: a vocabulary knows nothing of languages.
_LABEL = "\ue000"  # of no meaning in Unicode, and so in no word
_LABELLED = pattern(f"{_LABEL}([a-z]+){_LABEL}(.+)", re.DOTALL)
# Nor is a word with a label cut at its signs.
_UNCUT = str.maketrans({sign: chr(0xE100 + ord(sign)) for sign in string.punctuation})
_CUT = str.maketrans({0xE100 + ord(sign): sign for sign in string.punctuation})


def _labelled(value: str, language: str) -> str:
    return " ".join(f"{_LABEL}{language}{_LABEL}{word.translate(_UNCUT)}" for word in segmentation.pieces(value))


def _label_and_word(piece: str) -> tuple[str, str] | None:
    """The language in the label of a piece of text, and the word it is before; None if there is none."""
    found = _LABELLED.fullmatch(piece) if piece.startswith(_LABEL) else None
    return (found[1], found[2].translate(_CUT)) if found else None


def split(piece: str) -> list[str]:
    """The words of a piece of text, labelled or not, each with all that it is indexed by."""
    if piece.isascii() and piece.isalnum():  # as most are
        return [piece]
    labelled = _label_and_word(piece)
    whole = labelled and languages.known(labelled[0]) and segmentation.is_piece(labelled[1])
    return [piece] if whole else segmentation.pieces(piece)


def analyse(word: str, language: str) -> text.Analysed:
    """What a word is indexed as, in the language of its label or else in that of most."""
    labelled = _label_and_word(word)
    return text.analysers[labelled[0]].of(labelled[1]) if labelled else text.analysers[language].of(word)


def _head(article: Article) -> str:
    """What is shown of an article in a list of hits but for id and title, and what was said of its file, as JSON."""
    warnings = [note.told for note in article.warnings]
    date = article.date.timestamp() if article.date else None
    head = [article.url, article.description, date, article.categories, article.image]
    return _JSON.encode([*head, warnings])


def read_head(data: str, id: str, title: str) -> Head:
    """What was stored by ``_head``, and id and title, which are stored by themselves."""
    url, description, date, categories, image, warnings = json.loads(data)
    moment = None if date is None else datetime.fromtimestamp(date, UTC)
    return Head(id, url, title, description, moment, tuple(categories), image, tuple(warnings))


# ---- vectors ----


def vectors_name(model: str) -> str:
    """The array of the file of documents that holds what was kept for likeness."""
    return f"meaning.{model}"


def signature(of_settings: str, vectors: Vectors | None) -> str:
    """What an index is made by: this schema, settings, and vectors or none."""
    return signatures.signature(f"{ANALYSIS} {of_settings}", vectors)
