"""What a word weighs: the form asked for above its stem, repetition where it stands, repetition in the query."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from article_search.answering.results import Request
from article_search.backends.embedded import EmbeddedBackend, ranking
from article_search.backends.embedded.ranking import FIELD_B
from article_search.backends.embedded.searching import Evaluation, repeated
from article_search.query.parser import parse
from article_search.query.tree import Form, Forms, Node, Or, Term
from tests.backends.test_embedded import START, article, ask, backend_at, commit

FILLER = "rain along the coast by night"


def names(backend: EmbeddedBackend) -> None:
    """One article with the name once, at the end of a long text, and many that are about something small."""
    small = [article(f"{n}.md", "Small small things", "small " * (5 + n % 7), "A small step") for n in range(40)]
    commit(backend, [*small, article("name.md", "A defender", f"{FILLER} " * 60 + "says Smalling")])


def test_a_name_does_not_drown_in_a_common_word(backend: EmbeddedBackend) -> None:
    names(backend)
    asked: list[Node] = [Term("Smalling"), Or((Term("smalling"), Term("coastline")))]
    asked += [Forms((Form(Term("smallling")), Form(Term("smalling"), 0.5)))]
    for tree in asked:
        results = ask(backend, tree)
        assert results.hits[0].id == "name.md"
        assert results.total == len({hit.id for hit in results.hits})
    assert [hit.id for hit in backend.top(Term("Smalling"), 1)] == ["name.md"]


def test_a_name_in_one_field_is_told_from_its_stem_there(backend: EmbeddedBackend) -> None:
    small = [article(f"{n}.md", f"Small small small {n}") for n in range(20)]
    commit(backend, [*small, article("name.md", "What Smalling told a paper after the match on a rainy night in May")])
    assert ask(backend, Term("smalling", "title")).hits[0].id == "name.md"


def test_equal_forms_are_as_good_as_the_one_typed(backend: EmbeddedBackend) -> None:
    stems = [article(f"{n}.md", "Small", "small") for n in range(30)]
    commit(backend, [*stems, article("a.md", "The smalling of it"), article("b.md", "The smalls of it")])
    tree = Forms((Form(Term("smalling")), Form(Term("smalls"))))
    scores = {hit.id: hit.score for hit in ask(backend, tree, each=True).hits}
    assert scores["a.md"] == scores["b.md"]


def test_nearly_all_words_weigh_what_their_stem_does(backend: EmbeddedBackend) -> None:
    commit(backend, [article(f"{n}.md", ["Run", "Running", "Runs"][n % 3]) for n in range(9)])
    scores = [[hit.score for hit in ask(backend, Term(word)).hits] for word in ("run", "running", "runs")]
    assert len({round(score, 6) for each in scores for score in each}) == 1


def test_what_a_form_tells_begins_at_nothing_and_grows_with_its_rarity() -> None:
    lifts = [ranking.lift(10_000, 3000, exact) for exact in (0, 3000, 1000, 999, 300, 30, 3)]
    assert lifts[:3] == [0, 0, 0]
    assert 0 < lifts[3] < 0.01
    assert lifts[3:] == sorted(lifts[3:])


def test_words_repeated_where_they_stand_weigh_more_than_equally_rare_ones(backend: EmbeddedBackend) -> None:
    about = [article(f"a{n}.md", "", f"otters otters otters otters {FILLER}") for n in range(3)]
    beside = [article(f"b{n}.md", "", f"besides {FILLER} {FILLER} {FILLER}") for n in range(3)]
    commit(backend, [*about, *beside])
    snapshot = backend._snapshot()
    otters, besides = ranking.word(snapshot, "otter"), ranking.word(snapshot, "besid")
    assert otters.count == besides.count == 3
    assert otters.idf == besides.idf
    assert otters.weight > 2 * besides.weight


def test_deleted_articles_count_for_nothing(tmp_path: Path) -> None:
    """What is left weighs as if the rest had never been."""
    articles = [article(f"{n}.md", "Small" if n % 3 else "Smalling", "small " * (n % 5)) for n in range(30)]
    gone = [article(f"x{n}.md", "Small smalling", "smalling small " * 9) for n in range(10)]
    scores = []
    for name, all in (("with", [*articles, *gone]), ("without", articles)):
        backend = backend_at(tmp_path / name)
        commit(backend, all)
        commit(backend, [], removed=tuple(each.id for each in all if each.id.startswith("x")))
        scores.append({hit.id: round(hit.score, 4) for hit in ask(backend, Term("smalling"), each=True).hits})
        backend.close()
    assert scores[0] == scores[1]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("gulls and harbour", {}),
        ("gulls harbour gulls", {"gull": 1.8}),
        ("gull harbour gulls", {"gull": 0.9}),
        ("gulls gulls gulls", {"gull": 27 / 11}),
        ("", {}),
    ],
)
def test_a_word_typed_again_counts_more_but_less_each_time(typed: str, expected: dict[str, float]) -> None:
    assert repeated(parse(typed, START), "english") == pytest.approx(expected)


def test_a_word_typed_twice_scores_nearly_twice(backend: EmbeddedBackend) -> None:
    commit(backend, [article("a.md", "Gulls"), article("b.md", "Harbour")])
    queries = [Request(query=parse(typed, START), any=True) for typed in ("gulls harbour", "gulls harbour gulls")]
    once, twice = (backend.search(each).hits for each in queries)
    scores = [{hit.id: hit.score for hit in hits} for hits in (once, twice)]
    assert scores[1]["a.md"] == pytest.approx(1.8 * scores[0]["a.md"])
    assert scores[1]["b.md"] == scores[0]["b.md"]


@pytest.mark.parametrize("times", [1, 1.8])
def test_a_word_spread_out_scores_the_same(
    backend: EmbeddedBackend, monkeypatch: pytest.MonkeyPatch, times: float
) -> None:
    commit(backend, [article(f"{n}.md", "Gulls", "gulls " * (n % 4)) for n in range(20)])
    commit(backend, [article(f"x{n}.md", "Harbour", "A gull" if n % 2 else "Boats") for n in range(20)])
    snapshot = backend._snapshot()
    totals, parts = [], []
    for frequent in (0, 10_000):
        monkeypatch.setattr(ranking, "_FREQUENT", frequent)
        monkeypatch.setattr(ranking, "_LOOKED_UP", 10_000)
        total = np.zeros(snapshot.size, np.float32)
        word = ranking.word(snapshot, "gull")
        for _ in range(2):
            word.add(total, times)
        totals.append(total.tolist())
        parts.append(word.of(np.arange(0, snapshot.size, 3)).tolist())
    assert snapshot.spread.get(("gull", "")) is not None
    assert totals[0] == pytest.approx(totals[1])
    assert parts[0] == parts[1]


def test_what_was_cut_short_for_want_of_time_is_not_remembered(
    backend: EmbeddedBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(backend, [article(f"{n}.md", "Gulls" if n % 2 else "Herons") for n in range(20)])
    birds = Forms((Form(Term("gulls")), Form(Term("herons"))))
    both = Or((birds, Term("boats")))
    monkeypatch.setattr(ranking, "_LOOKED_UP", 10_000)
    in_time = len(FIELD_B)  # fields of the first form
    with monkeypatch.context() as patch:
        calls = itertools.count()
        patch.setattr(Evaluation, "late", lambda self: next(calls) >= in_time)
        patch.setattr(Evaluation, "timed_out", property(lambda self: True))
        assert Evaluation(backend._snapshot()).find(both).mask.sum() == 10
    assert Evaluation(backend._snapshot()).find(both).mask.sum() == 20


def test_none_of_the_best_are_none(backend: EmbeddedBackend) -> None:
    commit(backend, [article("a.md", "Gulls"), article("b.md", "Harbour")])
    assert backend.top(Or((Term("gulls"), Term("harbour"))), 0) == ()


def test_the_best_of_many_words_are_those_with_most_of_them(backend: EmbeddedBackend) -> None:
    words = [f"word{n}" for n in range(30)]
    commit(backend, [article(f"{n:02}.md", "", " ".join(words[: n + 1])) for n in range(30)])
    hits = backend.top(Or(tuple(map(Term, words))), 3)
    assert [hit.id for hit in hits] == ["29.md", "28.md", "27.md"]
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
