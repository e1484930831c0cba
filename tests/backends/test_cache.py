"""What is kept in memory: what was asked for lately, within a bound of bytes."""

from __future__ import annotations

import gc
import threading
import tracemalloc
from collections.abc import Callable

import pytest

from article_search.backends import cache
from article_search.backends.base import Counts, Head, Leaf, Way, Weighed, Word
from article_search.backends.cache import Cache, measured
from article_search.query.tree import Form, Forms, Node, Phrase, Term


@pytest.fixture(autouse=True)
def nothing_beside_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_ENTRY", 0)
    monkeypatch.setattr(cache, "measured", lambda *_: 0)


def test_the_least_recently_used_goes_when_there_is_no_more_room() -> None:
    kept: Cache[str, str] = Cache(400)
    kept.keep("first", "a", 100)
    kept.keep("second", "b", 100)
    assert kept.get("first") == "a"
    kept.keep("third", "c", 250)
    assert [kept.get(key) for key in ("first", "second", "third")] == ["a", None, "c"]
    assert kept.taken == 350


def test_what_is_larger_than_all_the_room_is_kept_alone() -> None:
    kept: Cache[str, str] = Cache(400)
    kept.keep("small", "a", 100)
    kept.keep("more than there is room for", "b", 9999)
    assert kept.get("more than there is room for") == "b"
    assert kept.get("small") is None


def test_a_value_that_is_replaced_counts_once() -> None:
    kept: Cache[str, str] = Cache(400)
    for times in range(1, 20):
        kept.keep("same", str(times), 100 + times)
        assert (kept.get("same"), kept.taken) == (str(times), 100 + times)


def test_threads_that_keep_and_get_at_once_lose_count_of_nothing() -> None:
    kept: Cache[int, int] = Cache(50)

    def work(first: int) -> None:
        for number in range(2000):
            key = (first + number) % 97
            found = kept.get(key)
            assert found in (None, key)
            kept.keep(key, key, 1)

    threads = [threading.Thread(target=work, args=(first,)) for first in range(0, 97, 13)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert kept.taken == sum(kept.get(key) is not None for key in range(97)) <= 50


def test_the_shares_are_of_all_the_room_there_is() -> None:
    assert sum(cache.SHARES.values()) == 100
    assert sum(cache.rooms(64_000_000, 10**9).values()) == 64_000_000
    small, large = cache.rooms(0, 100), cache.rooms(0, 1_000_000)
    assert small["scores"] < large["scores"]


# ---- what things take ----


def leaf(word: str) -> Leaf:
    return Leaf((Weighed(Word((Way((word,)),), ((word, None),)), float(len(word)), 1.5, 1.0, len(word) + 1_000),))


def forms(word: str) -> Node:
    return Forms(tuple(Form(Phrase(f"{word} {number}"), number / 7) for number in range(16)))


KINDS: dict[str, Callable[[str], tuple[object, object]]] = {
    "a word that no article has": lambda word: (("title", word), []),
    "the address of no article": lambda word: (("id", word * 500), ()),
    "the address of no article in Gothic letters": lambda word: (("id", f"{word}\U00010330" * 500), ()),
    "a term": lambda word: ((str, word), (leaf(word).choices[0], Counts(len(word) + 1_000, len(word) + 2_000))),
    "a word": lambda word: (Term(word), (leaf(word), len(word) + 1_000, None)),
    "a word in forms": lambda word: (forms(word), (leaf(word), 1_000, f"{word} is too much")),
    "what is shown": lambda word: (
        int(word, 36),
        Head(word, word * 9, word * 9, word * 900, None, (word,) * 9, None, ()),
    ),
}


@pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)
def test_what_is_kept_counts_as_much_as_it_takes(
    make: Callable[[str], tuple[object, object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    kept: Cache[object, object] = Cache(2**30)
    gc.collect()
    tracemalloc.start()
    try:
        for number in range(500):
            kept.keep(*make(f"w{number}"))
        taken = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert 0.8 * taken < kept.taken < 2 * taken


def test_what_others_have_as_well_does_not_count() -> None:
    class Other:
        pass

    assert measured((Other(), None, True, int)) == measured((None,) * 4)
