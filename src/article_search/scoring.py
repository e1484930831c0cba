"""How much does a word tell of an article? The formulas, as pure functions of a few numbers.

The score of words is BM25F (Robertson, Zaragoza and Taylor, "Simple BM25 extension to multiple weighted fields", CIKM
2004): the frequencies of a word in the fields are weighted, normalised by length and added up before they are
saturated. A word weighs by how rare it is, by how often it is repeated where it stands and, in articles that have the
very form that was asked for, by how much rarer that is than its stem.

A number may be an array of numbers where it says so. Every backend, ``explain`` and the reference of the tests go by
these. Not here: where the numbers come from (backends), which words are asked for (answering).
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

FIELD_WEIGHTS: dict[str, float] = {"title": 4.0, "description": 2.0, "body": 1.0}
FIELD_B: dict[str, float] = {"title": 0.3, "description": 0.5, "body": 0.75}  # how much length counts, 0 to 1
K1 = 1.2  # how soon repetition of a word stops to count
K3 = 8.0  # likewise in the query
LONG = 4  # words of a query; of more, common ones tell less than rare ones do anyway
RARE_FIRST = 0.5  # how much less, as an exponent, in the end
RARER = 3  # times as many articles must have a stem as have the form asked for, or that tells no more
NEAR_FIELDS = {"title": 1.1, "body": 1.0}  # where words may stand together, and how much it counts there
NEAR_WITHIN = 25  # words from the first to the last of them; about a sentence
NEAR_SHARE = 0.2  # of what they weigh that counts
TITLED = 4.0  # what a title that is named counts, times what its words weigh
COMMON = 0.8  # of the articles have a word, and it tells nothing
COMMON_IN_TITLES = 0.3  # likewise of the titles
MANY = 20  # articles at least, or nothing is learnt of what their words tell
DAY = 86_400.0  # seconds
_LEAST_LIFT = math.log(RARER)  # so that there is no step


def idf(articles: int, frequency: int) -> float:
    """Inverse document frequency as Lucene has it: ln(1 + (N - n + 0.5) / (n + 0.5)), never negative."""
    return math.log1p((articles - frequency + 0.5) / (frequency + 0.5))


def burst(frequency: int, occurrences: int) -> float:
    """How often a word stands where it stands, as a factor of its weight: ``occurrences`` in ``frequency`` articles.

    A word that is repeated where it stands is what those articles are about; one that stands everywhere once is not.
    Up to twice an article this is the normalisation B of Amati and van Rijsbergen, (F + 1) / n ("Probabilistic models
    of information retrieval based on measuring the divergence from randomness", TOIS 20(4), 2002), nearly; from there
    on it grows with the logarithm, or words that fill a few long articles would drown all others.
    """
    return 1 + math.log2((occurrences + 1) / frequency) if frequency else 1.0


def lift(articles: int, frequency: int, exact: int) -> float:
    """What an article scores beside its BM25F when it has the very form that was asked for: what that tells beyond the
    stem, the difference of their idf, of ``frequency`` articles that have the stem and ``exact`` that have the form.
    Much for a name whose stem is a common word, nothing where many articles that have the stem have it in this form.
    Once is enough, as that is how often names stand in articles."""
    if not exact or exact * RARER >= frequency:
        return 0.0
    return max(0.0, (K1 + 1) * (idf(articles, exact) - idf(articles, frequency) - _LEAST_LIFT))


def field_weight(field: str, length: Any) -> Any:
    """What a frequency in a field counts whose ``length`` over the average, one or an array, is that: the longer the
    field, the less."""
    b = FIELD_B[field]
    return FIELD_WEIGHTS[field] / (length * b + (1 - b))


def saturated(frequency: Any, weight: float) -> Any:
    """A weighted, normalised frequency to a score between 0 and (K1 + 1) weight. Overwrites an array it is given."""
    lower = frequency + K1
    frequency *= (K1 + 1) * weight
    frequency /= lower
    return frequency


def repeated(times: int) -> float:
    """How often a word counts that a query has so many times: the next time says less than the first. 9 n / (8 + n)
    (Robertson and Walker, Okapi at TREC-3, with k3 = 8)."""
    return (K3 + 1) * times / (K3 + times)


def emphasis(idf: float, highest: float, words: int) -> float:
    """What a word counts in a query of so many telling words, of which the rarest has the ``highest`` idf.

    A long question is sentences, and most of its words only hold together the few that it is about (Bendersky and
    Croft, "Discovering key concepts in verbose queries", SIGIR 2008): the rare ones. In a short one all were chosen."""
    return (idf / highest) ** (RARE_FIRST * max(0.0, 1 - LONG / words)) if idf > 0 else 1.0


def nearness(field: str, others: Any) -> Any:
    """What words add to a score that stand together in a field, of what they weigh in all but for the heaviest of them:
    ``others``, one or an array."""
    return others * NEAR_FIELDS[field] * (NEAR_SHARE * (K1 + 1))


def titled(told: Any, covered: Any, telling: Any) -> Any:
    """What a title adds to a score, or titles, in arrays: what the words of the query that stand in it weigh, ``told``,
    by the share of its ``telling`` words that they are, ``covered``, squared. A title of which a query has all words is
    what was named, however often other articles have them; one of which it has a word among ten hardly is.

    By BM25F alone a title is but more occurrences of a word. Weight and square are those of an experiment with a plain
    BM25F on four sites and five judged collections, where 4 and 2 put titles first and cost the collections nothing;
    see the guide to ranking for what they give here. (Coverage of the query as evidence is old, as in Lucene's
    coordination factor; a title that is named is covered itself.)
    """
    share = np.minimum(covered / telling, 1.0)
    return told * (TITLED * share * share)


def is_common(articles: int, having: int, share: float) -> bool:
    """Whether such a share of so many articles has a word that it tells nothing on this site."""
    return articles >= MANY and having >= share * articles


def recency(days: Any, half_life: float, weight: float) -> Any:
    """What a score is multiplied by at an age of so many days, one or an array: 1 + weight when new, 1 after a
    half-life, 1 - weight in the end."""
    return 1 + weight * (2 * 0.5 ** (days / half_life) - 1)


def closeness(apart: Any, half_life: float, share: float) -> Any:
    """What a score is multiplied by for two moments so far apart, one or an array: 1 for the same moment, and in the
    end 1 - share. Half of the share is gone after a half-life."""
    return 1 - share + share * 0.5 ** (apart / half_life)
