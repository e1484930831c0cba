"""Which of the first articles is most about what was asked? They are put in order anew by the likeness of vectors.

An article's vector, midway between that of its title and that of its text, is made when it is indexed and kept, 8 bits
a number. Of an answer in order of relevance the first ``FIRST`` articles score, beside what they have, the best score
among them times the cosine of their vector and the query's, if that is positive, times a weight: the settings' times
n / (n + 10) for a query of n words, since a few words hardly say what it is about. In the query's vector each word
counts by how rare it is. So these articles stay before all
others, and the answer is the same whatever page of it is asked for.
An article without a vector (Whoosh has written it, or it has no text) keeps its score. Not here: the vector of a text
(language/vectors.py).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from article_search import scoring
from article_search.answering.words import Words
from article_search.backends.base import Numbers
from article_search.language import text
from article_search.late import dataclass
from article_search.query.tree import And, Forms, Prefix, Query, Term, positive_words, typed_of
from article_search.settings import Semantic

if TYPE_CHECKING:
    from article_search.reading.article import Article

FIRST = 100  # articles of an answer that are put in order anew
_READ = 2_000  # characters of description and text that an article is known by
_SHORT = 10  # words; a query of so many has half the weight


class Model(Protocol):
    """What makes a vector of a text. ``name`` says by which vectors may be compared, ``size`` how many numbers."""

    name: str
    size: int

    def vector(self, text: str, telling: Callable[[str], float] | None = None) -> NDArray[np.float32]:
        """The direction of a text, of length 1; zeros if there is nothing to go by. ``telling`` says what each word, as
        it stands between blanks, counts; otherwise all count the same."""

    def for_many(self) -> Model:
        """The same model, ready for very many texts."""


@dataclass(frozen=True, slots=True)
class ArticleVectors:
    """What is kept of articles, by the model that ``model`` gives; ``backends.base.Vectors``."""

    name: str
    model: Callable[[], Model]

    def load(self) -> Callable[[Article], bytes]:
        """Makes them."""
        return partial(row, self.model().for_many())


@dataclass(frozen=True)
class Reranker:
    """Puts the first articles in order anew. ``load`` gives the model."""

    name: str
    load: Callable[[], Model]
    weight: float

    @property
    def vectors(self) -> ArticleVectors:
        """What it needs to be kept of articles."""
        return ArticleVectors(self.name, self.load)

    @cached_property
    def model(self) -> Model:
        """The model, loaded when it is needed first."""
        return self.load()

    def gains(self, index: Words, query: Query, numbers: Numbers, best: float) -> NDArray[np.float32]:
        """What is added to the scores of some articles, of which the best is that."""
        cosines = np.maximum(self.cosines(index, query, numbers), 0)
        gains: NDArray[np.float32] = np.float32(self.weight_for(query)) * np.float32(best) * cosines
        return gains

    def weight_for(self, query: Query) -> float:
        """What the likeness to a query counts, 1 being as much as the best score: the less, the fewer words it has."""
        words = len(_asked(query).split())
        return self.weight * words / (words + _SHORT)

    def cosines(self, index: Words, query: Query, numbers: Numbers) -> NDArray[np.float32]:
        """How alike some articles and a query are, -1 to 1; 0 where there is nothing to go by."""
        asked = _asked(query)
        rows = index.reader.vectors(self.name, self.model.size, numbers) if asked and len(numbers) else None
        if rows is None:
            return np.zeros(len(numbers), np.float32)
        vectors = rows.astype(np.float32)
        lengths = np.maximum(np.sqrt(np.einsum("ij,ij->i", vectors, vectors)), 1)
        direction = self.model.vector(asked, partial(_telling, index))
        cosines: NDArray[np.float32] = ((vectors @ direction) / lengths).astype(np.float32)
        return cosines


def chosen(settings: Semantic) -> Reranker | None:
    """What the settings ask for. Raises SettingsError if it is not installed."""
    if not settings.enabled:
        return None
    from article_search.language import vectors  # which nobody else pays for

    vectors.require()
    return Reranker(vectors.NAME, vectors.load, settings.weight)


def _asked(query: Query) -> str:
    """What a query says: its text, if it is of plain words; else its words, but for those that must not be there and
    those whose end is not known."""
    children = query.tree.children if isinstance(query.tree, And) else (query.tree,)
    if children and all(
        isinstance(child, Forms) or (isinstance(child, Term) and not child.field) for child in children
    ):
        return query.text
    words = map(typed_of, positive_words(query.tree))
    return " ".join(word.text for word in words if not isinstance(word, Prefix))


def _telling(index: Words, word: str) -> float:
    """What a word of a query counts in its direction: its idf, as in the mean of vectors that Arora, Liang and Ma weigh
    by how rare words are ("A simple but tough-to-beat baseline for sentence embeddings", ICLR 2017)."""
    idfs = (index.idf(term) for term in text.terms(word, index.language))
    rarest = scoring.idf(index.reader.articles, 0)  # what no article has
    return max((rarest if idf is None else idf for idf in idfs), default=0.0)


def row(model: Model, article: Article) -> bytes:
    """What is kept of an article: its direction only, in steps of 1/127 of the largest number."""
    read = f"{article.description} {article.body[:_READ]}"[:_READ]
    vector = model.vector(article.title) + model.vector(read)
    largest = float(np.abs(vector).max(initial=0))
    data: bytes = np.rint(vector * (127 / largest if largest else 0)).astype(np.int8).tobytes()
    return data
