"""Which words beside its own does a query ask for? Those its first articles share; what has them too ranks higher.

Relevance feedback without a user (RM3: Lavrenko and Croft, "Relevance-based language models", SIGIR 2001; Abdul-Jaleel
and others, UMass at TREC 2004): of the first articles the telling words that at least two of them have, added at a
small weight, so that a bad guess costs little. It changes the order of an answer, not which articles are in it. Not
here: other ways to write a word, synonyms.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from article_search.backends.embedded import ranking
from article_search.backends.embedded.snapshot import Documents, Snapshot, Weights
from article_search.language import languages, text

_ARTICLES = 5  # that are taken for an answer
_WORDS = 30
_LEAST = 2  # articles that must have a word
_READ = 20_000  # characters of an article that are looked at
_SHARE = 0.2  # of the best score is what the words give at most


def gains(snapshot: Snapshot, first: Documents, scores: Weights, documents: Documents) -> Weights:
    """What is added to the scores of some documents, ascending; ``first`` are the best of them in order, ``scores``
    those of all documents."""
    total = np.zeros(len(documents), np.float32)
    having = first[scores[first] > 0]  # what is pinned may have none of the words
    weights = shared(snapshot, having[:_ARTICLES], scores)
    best = max(weights.values(), default=0.0)
    for term, weight in weights.items():
        word = ranking.word(snapshot, term)
        total += word.of(documents) * np.float32(weight / best / word.weight)  # idf is in the weight already
    highest = float(total.max(initial=0))
    return total * np.float32(_SHARE * float(scores[first].max()) / highest) if highest else total


def shared(snapshot: Snapshot, first: Documents, scores: Weights) -> dict[str, float]:
    """The telling words that several articles have, the most telling first, and how much each says of them."""
    language = snapshot.languages[0]
    stop_words = languages.stop_words(language)
    weights: dict[str, float] = {}
    having: Counter[str] = Counter()
    for document in first.tolist():
        terms = Counter(text.terms(_text(snapshot, document), language))
        having.update(terms.keys())
        share = float(scores[document]) / max(1, terms.total())
        for term, count in terms.items():
            weights[term] = weights.get(term, 0.0) + share * count
    several = (term for term in weights if weights[term] > 0 and having[term] >= _LEAST)
    telling = {
        term: weights[term] * word.idf
        for term in several
        if term not in stop_words and (word := ranking.word(snapshot, term)).count
    }
    return {term: telling[term] for term in sorted(telling, key=lambda term: (-telling[term], term))[:_WORDS]}


def _text(snapshot: Snapshot, document: int) -> str:
    head = snapshot.head(document)
    return f"{head['title']}\n{head['description']}\n{snapshot.body(document)[:_READ]}"
