"""The first articles of an answer are put in order by likeness: by made-up vectors."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from article_search import scoring
from article_search.answering import documents, likeness
from article_search.answering.likeness import Reranker
from article_search.answering.words import Words
from article_search.backends.base import Backend
from article_search.query.parser import parse
from article_search.query.tree import Term
from tests.axes import NEWS, NOW, RERANKER, Axes, ask, cosines, expected_cosine, ids, scores
from tests.conftest import NewBackend
from tests.shelf import article, commit


@pytest.fixture
def backend(new_backend: NewBackend) -> Backend:
    """An index of its own, empty, that keeps vectors."""
    return new_backend(RERANKER.vectors)


def test_the_more_alike_comes_first_where_the_words_say_the_same(backend: Backend) -> None:
    commit(backend, NEWS)
    assert len(set(scores(ask(backend, "sea report", None)).values())) == 1
    assert ids(ask(backend, "sea report"))[0] == "sea.md"
    assert sorted(ids(ask(backend, "sea report"))) == sorted(ids(ask(backend, "sea report", None)))


def test_a_score_grows_by_the_cosine_times_the_best_score_times_the_weight(backend: Backend) -> None:
    commit(backend, NEWS)
    before, after = scores(ask(backend, "sea report", None)), scores(ask(backend, "sea report"))
    weight = 2 / (2 + 10)
    for each in NEWS:
        expected = before[each.id] + weight * max(before.values()) * expected_cosine("sea report", each)
        assert after[each.id] == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize(("words", "weight"), [("sea", 1 / 11), ("a report of the sea", 5 / 15), ("sea -fire", 1 / 11)])
def test_the_likeness_counts_the_less_the_fewer_words_there_are(words: str, weight: float) -> None:
    assert RERANKER.weight_for(parse(words, NOW)) == pytest.approx(weight)
    assert Reranker("axes", Axes, 0.5).weight_for(parse(words, NOW)) == pytest.approx(weight / 2)


def test_no_article_comes_before_one_with_more_of_what_was_asked(backend: Backend) -> None:
    commit(backend, [article("both.md", "", "fire in a ledger"), *(article(f"{n}.md", "", "fire fire") for n in "abc")])
    results = ask(backend, "fire ledger", Reranker("axes", Axes, 2.0))
    assert results.relaxed and results.strict_total == 1
    assert ids(results)[0] == "both.md"


def test_pages_continue_one_another_and_only_the_first_are_put_in_order_anew(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(likeness, "FIRST", 7)
    others = ["tide", "fire", "bank"]
    many = [article(f"{n:02}.md", "", "sea report " + f"{others[n % 3]} " * (1 + n % 4)) for n in range(20)]
    commit(backend, many)
    whole, before = ask(backend, "sea report"), ask(backend, "sea report", None)
    assert ids(whole) != ids(before)
    assert sorted(ids(whole)[:7]) == sorted(ids(before)[:7])
    assert ids(whole)[7:] == ids(before)[7:]
    assert list(scores(whole).values()) == sorted(scores(whole).values(), reverse=True)
    for limit in (3, 7, 8):
        pages = [ask(backend, "sea report", limit=limit, page=page) for page in range(1, 20 // limit + 2)]
        assert [id for page in pages for id in ids(page)] == ids(whole)


def test_other_orders_and_queries_without_words_are_left_alone(backend: Backend) -> None:
    commit(backend, NEWS)
    for words, sort in (("sea", "newest"), ("sea", "oldest"), ("", "relevance"), ("category:sports", "relevance")):
        one, other = ask(backend, words, sort=sort), ask(backend, words, None, sort=sort)
        assert [(hit.id, hit.score) for hit in one.hits] == [(hit.id, hit.score) for hit in other.hits]


def test_words_that_must_not_be_there_and_unfinished_ones_say_nothing(backend: Backend) -> None:
    commit(backend, NEWS)
    assert cosines(backend, "sea -fire") == cosines(backend, "sea")
    assert cosines(backend, "sea fir*") == cosines(backend, "sea")
    assert cosines(backend, "sea title:fire") == cosines(backend, "sea fire") != cosines(backend, "sea")
    assert set(cosines(backend, "-fire").values()) == {0.0}


def test_the_text_of_plain_words_counts_as_typed(backend: Backend) -> None:
    heard: list[str] = []

    class Listening(Axes):
        def vector(self, text: str, telling: Callable[[str], float] | None = None) -> NDArray[np.float32]:
            heard.append(text)
            return super().vector(text, telling)

    commit(backend, NEWS)
    with backend.reader() as reader:
        numbers = np.array(sorted(documents.number(reader, each.id) for each in NEWS[:2]))
        for words in ("Sea, sea and the fire?", '"sea fire" bank -loan', ""):
            Reranker("axes", Listening, 1.0).cosines(Words(reader), parse(words, NOW), numbers)
    assert heard == ["Sea, sea and the fire?", "sea fire bank"]


def test_in_the_vector_of_a_query_words_count_by_how_rare_they_are(backend: Backend) -> None:
    commit(backend, [*NEWS, *(article(f"{n}.md", "Notes", "a fire") for n in range(20))])
    frequent, rare = cosines(backend, "sea fire")["fire.md"], cosines(backend, "sea fire")["sea.md"]
    assert frequent < expected_cosine("sea fire", NEWS[1]) - 0.05
    assert rare > expected_cosine("sea fire", NEWS[2]) + 0.05
    with backend.reader() as reader:
        index = Words(reader)
        both = [scoring.idf(reader.articles, index.articles(Term(word))) for word in ("sea", "fire")]
        assert RERANKER.model.vector("sea fire", lambda word: both[word == "fire"]) == pytest.approx(
            np.array([*both, 0]) / np.linalg.norm(both), abs=1e-6
        )


def test_an_empty_article_has_no_vector_and_does_no_harm(backend: Backend) -> None:
    commit(backend, [article("empty.md"), *NEWS])
    assert cosines(backend, "sea")["empty.md"] == 0


def test_without_vectors_and_by_those_of_another_model_nothing_is_compared(new_backend: NewBackend) -> None:
    without, by_axes = new_backend(), new_backend(RERANKER.vectors)
    for backend in (without, by_axes):
        commit(backend, NEWS)
    assert len(set(scores(ask(without, "sea report")).values())) == 1
    assert len(set(scores(ask(by_axes, "sea report", Reranker("others", Axes, 1.0))).values())) == 1
