"""However a word's articles are read and kept, whole, one by one or spread out, it scores the same."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from article_search.answering.words import Words
from article_search.backends import cache
from article_search.backends.base import TEXT_FIELDS, Deadline, Leaf
from article_search.backends.embedded import EmbeddedBackend
from article_search.backends.embedded.reading import ranking
from article_search.backends.embedded.reading.evaluating import Evaluation
from article_search.query.tree import And, Form, Forms, Or, Term
from tests.shelf import article, ask, backend_at, commit, made_up, thorough

words = st.lists(
    st.sampled_from("roma smalling small smalls fee united deal dealings the 100,000 nowhere".split()),
    min_size=1,
    max_size=5,
)


def tree_of(words: list[str], any: bool) -> And | Or:
    leaves = tuple(Term(word) for word in dict.fromkeys(words))
    return Or(leaves) if any else And(leaves)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedBackend]:
    """Several segments with deletions."""
    articles = made_up(60, seed=11)
    with closing(backend_at(tmp_path_factory.mktemp("whole"))) as backend:
        commit(backend, articles[:30])
        commit(backend, articles[30:45])
        commit(backend, articles[45:], removed=tuple(each.id for each in articles[5:12]))
        yield backend


@pytest.mark.slow
@thorough
@given(words=words, any=st.booleans())
def test_long_lists_are_looked_up_with_the_same_result(whole: EmbeddedBackend, words: list[str], any: bool) -> None:
    tree = tree_of(words, any)
    expected = ask(whole, tree)
    with pytest.MonkeyPatch.context() as patch, closing(backend_at(whole._folder)) as fresh:  # remembers no word
        patch.setattr(ranking, "_WORTH_PROBING", 1)
        patch.setattr(ranking, "_FEW", 0)
        assert replace(ask(fresh, tree), took_ms=expected.took_ms) == expected


@pytest.mark.slow
@thorough
@given(words=words, any=st.booleans())
def test_frequent_words_are_spread_out_with_the_same_result(
    whole: EmbeddedBackend, words: list[str], any: bool
) -> None:
    tree = tree_of(words, any)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranking, "_FREQUENT", 0)
        with closing(backend_at(whole._folder)) as listed:
            expected = ask(listed, tree)
        patch.setattr(ranking, "_FREQUENT", 10_000)
        patch.setattr(ranking, "_LOOKED_UP", 10_000)
        with closing(backend_at(whole._folder)) as spread:
            for _ in range(2):
                assert replace(ask(spread, tree), took_ms=expected.took_ms) == expected


@pytest.fixture(scope="module")
def forgetful(whole: EmbeddedBackend) -> Iterator[EmbeddedBackend]:
    """The same index with hardly any room to keep what is made of it."""
    with closing(backend_at(whole._folder)) as backend:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(cache, "_ROOM", 1)
            patch.setattr(cache, "_ROOM_EACH", 0)
            ask(backend, tree_of(["roma"], any=False))  # opens it
        yield backend


@pytest.mark.slow
@thorough
@given(words=words, any=st.booleans())
def test_what_is_not_kept_is_made_again_with_the_same_result(
    whole: EmbeddedBackend, forgetful: EmbeddedBackend, words: list[str], any: bool
) -> None:
    tree = tree_of(words, any)
    expected = ask(whole, tree)
    assert replace(ask(forgetful, tree), took_ms=expected.took_ms) == expected


@pytest.mark.parametrize("times", [1, 1.8])
def test_a_word_spread_out_scores_the_same(
    embedded: EmbeddedBackend, monkeypatch: pytest.MonkeyPatch, times: float
) -> None:
    commit(embedded, [article(f"{n}.md", "Gulls", "gulls " * (n % 4)) for n in range(20)])
    commit(embedded, [article(f"x{n}.md", "Harbour", "A gull" if n % 2 else "Boats") for n in range(20)])
    with embedded.reader() as reader:
        leaf = Leaf((Words(reader).stem("gull")[0],))
    snapshot = embedded._snapshot()
    totals, parts = [], []
    for frequent in (0, 10_000):
        monkeypatch.setattr(ranking, "_FREQUENT", frequent)
        monkeypatch.setattr(ranking, "_NEARLY_ALL", 0)
        monkeypatch.setattr(ranking, "_LOOKED_UP", 10_000)
        total = np.zeros(snapshot.size, np.float32)
        word = Evaluation(snapshot, Deadline()).word(leaf)
        for _ in range(2):
            word.add(total, times)
        totals.append(total.tolist())
        parts.append(word.of(np.arange(0, snapshot.size, 3)).tolist())
    assert snapshot.spread.get(leaf) is not None
    assert totals[0] == pytest.approx(totals[1])
    assert parts[0] == parts[1]


def test_what_was_cut_short_for_want_of_time_is_not_remembered(
    embedded: EmbeddedBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(embedded, [article(f"{n}.md", "Gulls" if n % 2 else "Herons") for n in range(20)])
    both = Or((Forms((Form(Term("gulls")), Form(Term("herons")))), Term("boats")))
    in_time = len(TEXT_FIELDS)  # fields of the first form
    with monkeypatch.context() as patch, embedded.reader() as reader:
        calls = itertools.count()

        def late(deadline: Deadline) -> bool:
            deadline.passed = next(calls) >= in_time
            return deadline.passed

        patch.setattr(Deadline, "late", late)
        assert reader.count(Words(reader).plain(both)) == 10
    with embedded.reader() as reader:
        assert reader.count(Words(reader).plain(both)) == 20
