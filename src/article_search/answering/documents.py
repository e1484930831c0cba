"""What is one article, by its id? Its number to a reader, or the article as the index understood it."""

from __future__ import annotations

import unicodedata
from datetime import tzinfo

from article_search.answering.hits import with_passage
from article_search.answering.results import Document, Snippet
from article_search.answering.snippets import marked_paragraphs
from article_search.backends.base import Number, Reader
from article_search.errors import NotFoundError
from article_search.query.tree import Node

_PARAGRAPHS = 5_000  # of a page; many more are data, and cost the server and the browser seconds


def find(reader: Reader, id: str) -> Number | None:
    """What names an article to a reader; None where there is none.

    A file system may spell accents otherwise than who typed the id: composed (NFC) or not (NFD).
    """
    spellings = (id,) if id.isascii() else (id, unicodedata.normalize("NFC", id), unicodedata.normalize("NFD", id))
    return next((found for one in spellings if (found := reader.number(one)) is not None), None)


def number(reader: Reader, id: str) -> Number:
    """What names an article to a reader. Raises NotFoundError."""
    found = find(reader, id)
    if found is None:
        raise NotFoundError(f"there is no article {id}; ids are paths below the content folder, as in a search result")
    return found


def document(reader: Reader, id: str, zone: tzinfo) -> Document:
    """One article, its date in the site's ``zone``. Raises NotFoundError."""
    found = number(reader, id)
    (head,), (text,) = reader.heads([found]), reader.texts([found])
    return Document(with_passage(head, zone, text), text.body, head.warnings, text.language)


def paragraphs(reader: Reader, document: Document, tree: Node) -> tuple[Snippet, ...]:
    """The text of an article by paragraph, with the words of a tree marked; very many are left together at its end."""
    found = marked_paragraphs(document.body, tree, _PARAGRAPHS, document.language, reader.deadline.late)
    return tuple(found)
