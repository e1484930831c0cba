"""How does an article come by its score, word by word? The same formula as ranking.py's, with its parts kept apart.

Not here: what the order of an answer adds to words (proximity.py, freshness.py, expanding.py), which the search tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from article_search.answering.results import FieldScore, WordScore
from article_search.backends.embedded import ranking
from article_search.backends.embedded.searching import Evaluation, by_weight, required
from article_search.backends.embedded.snapshot import Mask, Postings
from article_search.query.tree import And, Form, Forms, Node, Or, Phrase, Prefix, Term, describe


def words(evaluation: Evaluation, node: Node, number: int) -> Iterator[WordScore]:
    """The words of a tree that a document scores by; a group it does not answer counts for nothing."""
    match node:
        case And(children) | Or(children):
            if evaluation.find(node).mask[number]:
                for child in required(children, evaluation.snapshot.languages[0]):
                    yield from words(evaluation, child, number)
        case Term() | Phrase() | Forms():
            found = _best(evaluation, node, number)
            if found is not None:
                yield found
        case Prefix(letters, only):
            found = _part(evaluation, describe(node), evaluation.beginnings(letters, only), number)
            if found is not None:
                yield found


def missing(evaluation: Evaluation, tree: Node, number: int) -> tuple[str, ...]:
    """What of a tree a document does not answer, in the words of a query."""
    if evaluation.find(tree).mask[number]:
        return ()
    if isinstance(tree, And):
        return tuple(
            part
            for child in required(tree.children, evaluation.snapshot.languages[0])
            for part in missing(evaluation, child, number)
        )
    return (describe(tree, evaluation.snapshot.zone),)


def _best(evaluation: Evaluation, node: Term | Phrase | Forms, number: int) -> WordScore | None:
    """Of the forms of a word, those that the document scores by."""
    typed = node.typed if isinstance(node, Forms) else node
    forms = node.forms if isinstance(node, Forms) else (Form(node),)
    times, known, found = evaluation.counts(node), 0, []
    for weight, nodes in by_weight(forms):
        fields, exact = evaluation.postings(nodes)
        shown = describe(typed if typed in nodes else nodes[0]) if nodes else ""
        part = _part(evaluation, shown, fields, number, exact, known, weight, times)
        if weight == 1:
            known = len(np.unique(np.concatenate([np.empty(0, np.int32), *(each.documents for _, each in fields)])))
        if part is not None:
            found.append(part)
    return max(found, key=lambda part: part.score, default=None)


def _part(
    evaluation: Evaluation,
    shown: str,
    fields: Sequence[tuple[str, Postings]],
    number: int,
    exact: Mask | None = None,
    known: int = 0,
    share: float = 1.0,
    times: float = 1.0,
) -> WordScore | None:
    """What counts as one word; ``share`` of a guess, ``times`` the query has it. None if the document has it not."""
    snapshot = evaluation.snapshot
    weighed = ranking.weighed(snapshot, fields, known, exact)
    having = []
    for name, postings in fields:
        at = int(np.searchsorted(postings.documents, number))
        if at < len(postings.documents) and postings.documents[at] == number:
            frequency = float(postings.frequencies[at])
            value = frequency * float(ranking.field_weights(snapshot, name)[number])
            having.append((name, frequency, float(snapshot.lengths(name)[number]), value))
    if not having:
        return None
    total = sum(value for *_, value in having)
    factor = share * times
    of_fields = factor * weighed.idf * weighed.burst * (ranking.K1 + 1) * total / (total + ranking.K1)
    lift = factor * weighed.lift if exact is not None and exact[number] else 0.0
    return WordScore(
        word=shown,
        articles=weighed.articles,
        articles_with_form=weighed.exact,
        idf=weighed.idf,
        burst=weighed.burst,
        times=times,
        share=share,
        fields=tuple(
            FieldScore(name, round(frequency), length, of_fields * value / total)
            for name, frequency, length, value in having
        ),
        exact_form=lift,
        score=of_fields + lift,
    )
