"""Where words stand together articles rise, but only among the first, and whatever the page."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from article_search import scoring
from article_search.answering import nearness
from article_search.backends.base import Backend
from article_search.query.tree import And, Form, Forms, Node, Or, Phrase, Term
from tests.answering.reference import passage
from tests.shelf import article, ask, commit, made_up

FILLER = "wind over the hills and rain along the coast by night while gulls cry above the empty quays of the town "


def ids(backend: Backend, tree: Node, **options: Any) -> list[str]:
    return [hit.id for hit in ask(backend, tree, **options).hits]


def apart(first: str, second: str) -> str:
    return f"{first} {FILLER * 3} {second} {FILLER}"


def together(first: str, second: str) -> str:
    return f"{FILLER} {first} and {second} {FILLER * 3}"


def test_words_of_one_sentence_come_before_words_far_apart(backend: Backend) -> None:
    articles = [article(f"apart{number}.md", "A title", apart("ferry", "harbour")) for number in range(5)]
    commit(backend, [*articles, article("together.md", "A title", together("ferry", "harbour"))])
    tree = And((Term("ferry"), Term("harbour")))
    assert ids(backend, tree, each=True)[0] == "together.md"
    assert ids(backend, tree, any=True, each=True)[0] == "together.md"


@pytest.mark.parametrize("tree", [Term("ferry"), Or((Phrase("ferry and harbour"), Term("ferry"))), And(())])
def test_one_word_and_phrases_gain_nothing(backend: Backend, tree: Node) -> None:
    commit(backend, [article("together.md", "A title", together("ferry", "harbour"))])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scoring, "NEAR_SHARE", 0.0)
        without = [hit.score for hit in ask(backend, tree).hits]
    assert [hit.score for hit in ask(backend, tree).hits] == without


def test_equal_forms_of_a_word_stand_for_it(backend: Backend) -> None:
    commit(
        backend,
        [
            article("together.md", "A title", together("colour", "harbour")),
            article("other.md", "A title", together("color", "harbour")),
            article("apart.md", "A title", apart("color", "harbour")),
        ],
    )
    forms = Forms((Form(Term("colour")), Form(Term("color"))))
    scores = {hit.id: hit.score for hit in ask(backend, And((forms, Term("harbour"))), each=True).hits}
    assert scores["other.md"] == pytest.approx(scores["together.md"])
    assert scores["apart.md"] < scores["other.md"]


def test_articles_with_all_words_stay_first(backend: Backend) -> None:
    three = And((Term("ferry"), Term("harbour"), Term("tide")))
    commit(
        backend,
        [
            article("all.md", "A title", apart("ferry", "harbour") + apart("", "tide") + FILLER * 20),
            *(article(f"two{number}.md", "Ferry harbour news", together("ferry", "harbour")) for number in range(5)),
        ],
    )
    results = ask(backend, three)
    assert (results.relaxed, results.strict_total, results.hits[0].id) == (True, 1, "all.md")


def test_pages_fit_together_and_only_the_first_articles_rise(backend: Backend) -> None:
    commit(backend, made_up(120))
    tree = And((Term("roma"), Term("fee"), Term("united")))
    whole = ask(backend, tree, any=True, limit=100).hits
    for limit in (7, 50, 60):
        pages = [ask(backend, tree, any=True, limit=limit, page=page).hits for page in range(1, 100 // limit + 1)]
        hits = [hit for page in pages for hit in page]
        assert hits == list(whole[: len(hits)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scoring, "NEAR_SHARE", 0.0)
        plain = ask(backend, tree, any=True, limit=100).hits
    first = nearness.FIRST
    assert {hit.id for hit in whole[:first]} == {hit.id for hit in plain[:first]}
    assert whole[:first] != plain[:first]
    assert whole[first:] == plain[first:]


def test_sorting_by_date_asks_for_no_places(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(backend, made_up(30))
    monkeypatch.delattr(nearness, "bonus")
    assert ids(backend, And((Term("roma"), Term("fee"))), sort="newest")


@pytest.mark.parametrize("seed", range(30))
def test_the_best_passage_is_that_of_brute_force(seed: int) -> None:
    chance = random.Random(seed)
    weights = [chance.uniform(1, 9) for _ in range(chance.randint(2, 6))]
    places = sorted(chance.sample(range(300), chance.randint(1, 60)))
    words = [chance.randrange(len(weights)) for _ in places]
    found = nearness._together(np.asarray(places), np.asarray(words), np.asarray(weights, np.float32))
    named = {str(number): weight for number, weight in enumerate(weights)}
    expected = passage(list(zip(places, map(str, words), strict=True)), named)
    assert found.max() == pytest.approx(expected, abs=1e-4)
