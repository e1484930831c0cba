"""Which words of a query should stand next to each other? Stop words, and what was typed beside them.

A query does not insist on stop words (words.py), but with them it says more than without: *will smith* is not any
Smith, *vitamin a* not any vitamin. So what was typed in a row is asked for as a phrase too, which lifts the articles
that have it and finds no others. In a short query each stop word is taken with the word beside it likewise, for a
fraction of that: *will smith oscars*. In a longer one stop words are grammar. (Phrases beside words: Metzler and Croft,
"A Markov random field model for term dependencies", SIGIR 2005.) Not here: telling words that stand near each other
(nearness.py), phrases between quotes (words.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise

from article_search.answering.words import Words
from article_search.backends.base import Plain, Times
from article_search.language import segmentation, text
from article_search.query.tree import And, Phrase, Query, Term, finished, may_be_several

_SHORT = 4  # words of a query in which there may be pairs
_PAIR = 0.15  # what a pair counts

Rows = Mapping[Phrase, float]  # phrases that are not insisted on, and how often each counts


def rows(index: Words, query: Query) -> Rows:
    """What of a query some article has as it was typed, stop words and all; pairs only of what none has."""
    wanted: dict[Phrase, float] = {}
    for row in _in_a_row(query, index.language):
        if len(row) > 1 and _stop_words(row, index.language):
            if index.articles(whole := _phrase(row)):
                wanted[whole] = 1.0
            elif len(row) <= _SHORT:
                pairs = (_phrase(pair) for pair in pairwise(row) if _stop_words(pair, index.language) == 1)
                wanted |= {pair: _PAIR for pair in pairs if index.articles(pair)}
    return wanted


def lifts(index: Words, rows: Rows) -> tuple[Plain, ...]:
    """What adds the scores of phrases."""
    return tuple(Times(index.leaf(phrase), times) for phrase, times in rows.items())


def _in_a_row(query: Query, language: str) -> Iterator[Sequence[Term]]:
    """Words of one field that were typed one after the other; of a query that is nothing but words all of them, as its
    tree has each once, but *to be or not to be* some twice."""
    tree = finished(query.tree)
    children = tree.children if isinstance(tree, And) else (tree,)
    plain = [child for child in children if isinstance(child, Term)]
    if not _stop_words(plain, language) or any(map(may_be_several, plain)):
        return  # most have none
    typed = segmentation.split(query.text)
    folded = {word for child in plain for word in text.words(child.text) if child.field is None}
    if len(plain) == len(children) and {text.folded[word] for word in typed} == folded:
        yield list(map(Term, typed))
        return
    for _, group in groupby(children, key=lambda child: (type(child), getattr(child, "field", None))):
        yield [child for child in group if isinstance(child, Term)]


def _stop_words(row: Sequence[Term], language: str) -> int:
    return sum(text.is_stop_word(word.text, language) for word in row)


def _phrase(row: Sequence[Term]) -> Phrase:
    return Phrase(" ".join(word.text for word in row), row[0].field)
