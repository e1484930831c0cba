"""Which words beside its own does a query ask for? Those its first articles share; what has them too ranks higher.

Relevance feedback without a user (RM3: Lavrenko and Croft, "Relevance-based language models", SIGIR 2001; Abdul-Jaleel
and others, UMass at TREC 2004): of the first articles the telling words that at least two of them have, added at a
small weight, so that a bad guess costs little. It changes the order of an answer, not which articles are in it. Not
here: other ways to write a word, synonyms.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from article_search.answering.words import Words
from article_search.backends.base import Extra, Number
from article_search.language import languages, text

_ARTICLES = 5  # that are taken for an answer
_WORDS = 30
_LEAST = 2  # articles that must have a word
_READ = 20_000  # characters of an article that are looked at
_SHARE = 0.2  # of the best score is what the words give at most


def gained(index: Words, first: Sequence[Number], scores: Sequence[float]) -> Extra | None:
    """What the articles of an answer score by besides; ``first`` are the best of them in order, with their scores."""
    having = [(number, score) for number, score in zip(first, scores, strict=True) if score > 0]  # a pin may have none
    telling = shared(index, *zip(*having[:_ARTICLES], strict=True)) if having else {}
    best = max(telling.values(), default=0.0)
    words = []
    for term, weight in telling.items():
        weighed = index.stem(term).weighed
        words.append((weighed, weight / best / weighed.weight))  # idf is in the weight already
    return Extra(tuple(words), _SHARE * max(scores)) if words else None


def shared(index: Words, first: Sequence[Number], scores: Sequence[float]) -> dict[str, float]:
    """The telling words that several articles have, the most telling first, and how much each says of them."""
    stop_words = languages.stop_words(index.language)
    weights: dict[str, float] = {}
    having: Counter[str] = Counter()
    for head, body, score in zip(
        index.reader.heads(first), (each.body for each in index.reader.texts(first)), scores, strict=True
    ):
        terms = Counter(text.terms(f"{head.title}\n{head.description}\n{body[:_READ]}", index.language))
        having.update(terms.keys())
        share = score / max(1, terms.total())
        for term, count in terms.items():
            weights[term] = weights.get(term, 0.0) + share * count
    several = [term for term in weights if weights[term] > 0 and having[term] >= _LEAST and term not in stop_words]
    index.learn(several)
    telling = {term: weights[term] * idf for term in several if (idf := index.idf(term)) is not None}
    return {term: telling[term] for term in sorted(telling, key=lambda term: (-telling[term], term))[:_WORDS]}
