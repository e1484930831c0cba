"""Articles on a cluster that say nearly the same have one group, whichever runs they came with."""

from __future__ import annotations

import random
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from article_search.backends.opensearch import schema
from article_search.backends.written import order_of
from article_search.reading.article import Article
from tests.backends.opensearch.site import Site
from tests.dictionary_backend import DictionaryBackend
from tests.shelf import ZONE, article, commit, prose

IDS = [f"{letter}.md" for letter in "abcdefghij"]
TEXTS = 4


def text(seed: int, changes: int = 0) -> str:
    words = prose(seed, 300).split()
    chance = random.Random(f"{seed} {changes}")
    for _ in range(changes):
        words[chance.randrange(len(words))] = f"word{chance.randrange(2000)}"
    return " ".join(words)


def copies(*ids: str, seed: int = 1, changes: int = 0) -> list[Article]:
    return [article(id, "a title", text(seed, changes)) for id in ids]


def names(site: Site) -> dict[str, int]:
    return {id: each["group"] for id, each in site.seen().items()}


def own(id: str) -> int:
    return schema.group_of(order_of(id))


def test_copies_of_a_full_build_are_grouped_and_named_for_one_of_them(site: Site) -> None:
    site.commit(
        copies("a.md", "b.md") + copies("c.md", changes=4) + copies("d.md", "e.md", seed=2) + copies("f.md", seed=3)
    )
    assert site.groups() == {frozenset({"a.md", "b.md", "c.md"}), frozenset({"d.md", "e.md"})}
    found = names(site)
    assert found["a.md"] == min(map(own, ("a.md", "b.md", "c.md")))
    assert found["f.md"] == own("f.md")
    assert site.record().repeats == 5


def test_a_groups_name_stays_when_others_join(site: Site) -> None:
    site.commit(copies("x.md") + copies("y.md", seed=2))
    for id in ("a.md", "b.md", "c.md", "d.md"):
        site.commit(copies(id))
        assert names(site)[id] == own("x.md")
    assert site.groups() == {frozenset({"x.md", "a.md", "b.md", "c.md", "d.md"})}
    # Only the article that got its first copy is written again by these runs.
    assert {id: each["born"] for id, each in site.seen().items()} == {
        "x.md": 2,
        "y.md": 1,
        "a.md": 2,
        "b.md": 3,
        "c.md": 4,
        "d.md": 5,
    }


def test_who_is_left_alone_repeats_nothing_and_who_leaves_takes_his_name_along(site: Site) -> None:
    site.commit(copies("x.md"))
    site.commit(copies("a.md", "b.md"))
    assert set(names(site).values()) == {own("x.md")}
    site.commit(copies("x.md", seed=2))
    assert site.groups() == {frozenset({"a.md", "b.md"})}
    assert names(site)["x.md"] == own("x.md")
    assert names(site)["a.md"] in (own("a.md"), own("b.md"))
    site.commit([], removed=["a.md"])
    assert site.groups() == set()
    assert names(site) == {"x.md": own("x.md"), "b.md": own("b.md")}
    assert site.record().repeats == 0


def test_two_groups_become_one_and_come_apart_again(site: Site) -> None:
    between = text(1).split()
    far = " ".join([*between[:264], *text(9).split()[264:]])
    middle = " ".join([*between[:282], *text(9).split()[282:]])
    one, other = (
        [article(id, "", text(1)) for id in ("a.md", "b.md")],
        [article(id, "", far) for id in ("c.md", "d.md")],
    )
    bridge = article("e.md", "", middle)
    dictionary = DictionaryBackend(signature="test", zone=ZONE)
    for articles, removed in ((one + other, ()), ([bridge], ()), ([], ("e.md",))):
        commit(dictionary, articles, removed)
        site.commit(articles, removed)
        assert site.groups() == partition(dictionary)


def partition(dictionary: DictionaryBackend) -> set[frozenset[str]]:
    with dictionary.reader() as reader:
        found = set()
        for number in range(reader.articles):
            same = reader.same(number)
            if same:
                found.add(frozenset(head.id for head in reader.heads(same)))
    return found


edits = st.lists(
    st.tuples(st.sampled_from(IDS), st.none() | st.tuples(st.integers(1, TEXTS), st.sampled_from([0, 0, 3]))),
    min_size=1,
    max_size=6,
)


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(st.lists(edits, min_size=1, max_size=4), st.integers(1, 3))
def test_groups_are_those_of_the_dictionary(hosts: tuple[str, ...], commits: list[list[tuple]], shards: int) -> None:  # type: ignore[type-arg]
    site = Site(hosts)
    dictionary = DictionaryBackend(signature="test", zone=ZONE)
    try:
        with closing(dictionary):
            for said in commits:
                last = dict(said)
                articles = [article(id, "", text(*of)) for id, of in last.items() if of]
                removed = tuple(id for id, of in last.items() if not of)
                commit(dictionary, articles, removed)
                site.commit(articles, removed, shards=shards)
                assert site.groups() == partition(dictionary)
                assert set(names(site).values()) <= set(map(own, names(site)))
    finally:
        site.end()


def test_groups_do_not_depend_on_shards_or_workers(site: Site, hosts: tuple[str, ...]) -> None:
    articles = [article(f"{number:03}.md", "", text(number % 90, 3 * (number % 2))) for number in range(220)]
    site.commit(articles, shards=3, workers=2)
    other = Site(hosts)
    try:
        other.commit(articles[::-1], shards=1)
        assert names(site) == names(other)
        assert site.groups() == other.groups()
        assert len(site.groups()) == 90
    finally:
        other.end()
