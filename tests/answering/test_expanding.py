"""Words that the first articles share change the order of an answer, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from article_search.answering import expanding
from article_search.answering.words import TIMED_OUT, Words
from article_search.backends.base import Backend
from article_search.query.tree import And, Not, Or, Term
from tests.conftest import NewBackend
from tests.shelf import article, ask, commit, made_up

FERRY, HARBOUR = Term("ferry"), Term("harbour")


@pytest.fixture
def backend(new_backend: NewBackend) -> Backend:
    backend = new_backend()
    first = [article(f"{n}.md", "Ferry ferry", f"The ferry crossed the sound in a gale, number {n}") for n in range(4)]
    others = [
        article(
            "gale.md", "A report", "Gale over the sound; one ferry came late, the rest of it stayed in for the night"
        ),
        article(
            "menu.md", "A menu", "Soup for lunch and bread; one ferry came late, the rest of it stayed in for the day"
        ),
        article("never.md", "A gale", "Gale over the sound"),
    ]
    filler = [article(f"filler{n}.md", "A filler", f"Apples and pears, number {n}, and rain") for n in range(30)]
    commit(backend, [*first, *others, *filler])
    return backend


def test_what_was_found_is_kept_when_time_is_up_before_words_are_added(
    backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(backend, [article(f"{n}.md", "Ferry fare", "Sound and gale. " * (n + 1)) for n in range(4)])
    tree = And((Term("ferry"), Term("fare")))
    plain = ask(backend, tree, each=True)
    gained = expanding.gained

    def late(index: Words, *first: Any) -> Any:
        extra = gained(index, *first)
        index.reader.deadline.at = 0
        return extra

    monkeypatch.setattr(expanding, "gained", late)
    found = ask(backend, tree, each=True, expand=True)
    assert [(hit.id, hit.score) for hit in found.hits] == [(hit.id, hit.score) for hit in plain.hits]
    assert TIMED_OUT in found.warnings


def test_articles_that_have_what_the_first_share_rise(backend: Backend) -> None:
    plain, expanded = (
        {hit.id: hit.score for hit in ask(backend, FERRY, expand=on, each=True).hits} for on in (False, True)
    )
    assert expanded.keys() == plain.keys()
    assert expanded["gale.md"] - plain["gale.md"] > 1.5 * (expanded["menu.md"] - plain["menu.md"])


def test_only_telling_words_of_several_articles_are_taken(backend: Backend) -> None:
    hits = ask(backend, FERRY, each=True).hits[:3]
    with backend.reader() as reader:
        numbers = [number for hit in hits if (number := reader.number(hit.id)) is not None]
        shared = expanding.shared(Words(reader), numbers, [1.0] * len(numbers))
    assert {"ferri", "gale", "sound"} <= shared.keys()
    assert not {"the", "in", "0", "1", "2", "3"} & shared.keys()
    assert max(shared.values()) == shared["ferri"]


@pytest.mark.parametrize("tree", [And(()), Term("nowhere"), Not(FERRY), Or((FERRY, HARBOUR)), And((FERRY, HARBOUR))])
def test_what_is_found_does_not_change(backend: Backend, tree: And | Or | Not | Term) -> None:
    plain, expanded = (ask(backend, tree, expand=on) for on in (False, True))
    assert {hit.id for hit in expanded.hits} == {hit.id for hit in plain.hits}
    assert (expanded.total, expanded.strict_total, expanded.facets) == (plain.total, plain.strict_total, plain.facets)


def test_pages_fit_together_and_tiers_are_kept(backend: Backend) -> None:
    commit(backend, made_up(80))
    tree = And((Term("roma"), Term("smalls")))
    whole = ask(backend, tree, expand=True)
    pages = [ask(backend, tree, expand=True, limit=10, page=page).hits for page in range(1, 8)]
    assert [hit for page in pages for hit in page] == list(whole.hits[:70])
    strict = {hit.id for hit in ask(backend, tree, strict=True).hits}
    assert {hit.id for hit in whole.hits[: whole.strict_total]} == strict
