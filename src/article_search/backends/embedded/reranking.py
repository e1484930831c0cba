"""Which of the first articles is most about what was asked? They are put in order anew by the likeness of vectors.

An article's vector, midway between that of its title and that of its text, is made when it is indexed and kept by
document in the segment's file of documents, 8 bits a number. Of an answer in order of relevance the first ``FIRST``
articles score, beside what they have, the best score among them times the cosine of their vector and the query's, if
that is positive, times a weight: the settings' times n / (n + 10) for a query of n words, since a few words hardly say
what it is about. So these articles stay before all others, and the answer is the same whatever page of it is asked for.
An article without a vector (Whoosh has written it, or it has no text) keeps its score. Not here: the vector of a text
(wordvectors.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from article_search.backends.embedded.searching import Found
from article_search.backends.embedded.snapshot import Documents, Snapshot, Weights
from article_search.query.tree import And, Forms, Prefix, Query, Term, positive_words
from article_search.settings import Semantic

if TYPE_CHECKING:
    from article_search.reading.article import Article

FIRST = 100  # articles of an answer that are put in order anew
_READ = 2_000  # characters of description and text that an article is known by
_SHORT = 10  # words; a query of so many has half the weight
_KIND = "meaning"  # of an array of the file of documents
_MARK = " vectors "


class Model(Protocol):
    """What makes a vector of a text. ``name`` says by which vectors may be compared, ``size`` how many numbers."""

    name: str
    size: int

    def vector(self, text: str) -> NDArray[np.float32]:
        """The direction of a text, of length 1; zeros if there is nothing to go by."""

    def for_many(self) -> Model:
        """The same model, ready for very many texts."""


@dataclass(frozen=True)
class Reranker:
    """Puts the first articles in order anew. ``load`` gives the model, in worker processes too."""

    name: str
    load: Callable[[], Model]
    weight: float

    @cached_property
    def model(self) -> Model:
        """The model, loaded when it is needed first."""
        return self.load()

    def reranked(self, snapshot: Snapshot, query: Query, first: Documents, found: Found) -> Found:
        """An answer with other scores of its first articles."""
        cosines = self.cosines(snapshot, query, first)
        if not cosines.any():
            return found
        scores = found.scores.copy()
        best = scores[first].max()
        scores[first] += np.float32(self.weight_for(query)) * best * np.maximum(cosines, 0)
        return replace(found, scores=scores)

    def weight_for(self, query: Query) -> float:
        """What the likeness to a query counts, 1 being as much as the best score: the less, the fewer words it has."""
        words = len(_asked(query).split())
        return self.weight * words / (words + _SHORT)

    def cosine(self, snapshot: Snapshot, query: Query, document: int) -> float:
        """How alike one article and a query are, -1 to 1; 0 where there is nothing to go by."""
        return float(self.cosines(snapshot, query, np.array([document]))[0])

    def cosines(self, snapshot: Snapshot, query: Query, documents: Documents) -> Weights:
        """The same of some articles."""
        asked = _asked(query)
        if not asked or not len(documents) or not snapshot.has_rows(array_name(self.name)):
            return np.zeros(len(documents), np.float32)
        rows = snapshot.rows(array_name(self.name), documents, self.model.size)
        vectors = rows.view(np.int8).astype(np.float32)
        lengths = np.maximum(np.sqrt(np.einsum("ij,ij->i", vectors, vectors)), 1)
        cosines: Weights = ((vectors @ self.model.vector(asked)) / lengths).astype(np.float32)
        return cosines


def chosen(settings: Semantic) -> Reranker | None:
    """What the settings ask for. Raises SettingsError if it is not installed."""
    if not settings.enabled:
        return None
    from article_search.backends.embedded import wordvectors  # which nobody else pays for

    wordvectors.require()
    return Reranker(wordvectors.NAME, wordvectors.load, settings.weight)


def _asked(query: Query) -> str:
    """What a query says: its text, if it is of plain words; else its words, but for those that must not be there and
    those whose end is not known."""
    children = query.tree.children if isinstance(query.tree, And) else (query.tree,)
    if children and all(
        isinstance(child, Forms) or (isinstance(child, Term) and not child.field) for child in children
    ):
        return query.text
    words = (word.typed if isinstance(word, Forms) else word for word in positive_words(query.tree))
    return " ".join(word.text for word in words if not isinstance(word, Prefix))


# ---- what is kept ----


def array_name(model: str) -> str:
    """The array of vectors that a model has made."""
    return f"{_KIND}.{model}"


def row(model: Model, article: Article) -> bytes:
    """What is kept of an article: its direction only, in steps of 1/127 of the largest number."""
    text = f"{article.description} {article.body[:_READ]}"[:_READ]
    vector = model.vector(article.title) + model.vector(text)
    largest = float(np.abs(vector).max(initial=0))
    data: bytes = np.rint(vector * (127 / largest if largest else 0)).astype(np.int8).tobytes()
    return data


def signature(of_others: str, reranker: Reranker | None) -> str:
    """The signature of an index with vectors or without."""
    return f"{of_others}{_MARK}{reranker.name}" if reranker else of_others


def suffices(made: str, wanted: str) -> bool:
    """Whether an index of one signature does for another: vectors that nobody asks for do no harm."""
    return wanted in (made, made.rpartition(_MARK)[0])
