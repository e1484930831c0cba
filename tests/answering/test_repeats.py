"""Articles that say nearly the same are shown as one, whatever the commits they came with."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from article_search.backends.base import Backend
from article_search.query.tree import EVERY, Category, Phrase, Term
from article_search.reading.article import Article
from tests.conftest import NewBackend
from tests.shelf import START, article, ask, commit, prose, related


@pytest.fixture
def backend(new_backend: NewBackend) -> Backend:
    """Three articles that say the same, two that say another thing, one alone."""
    backend = new_backend()
    story, other = prose(1), prose(2)
    commit(
        backend,
        [
            article("a.md", "Harbour story", story),
            article("b.md", "Harbour harbour harbour story", story + " more"),
            article("c.md", "Another title", "first " + story),
            article("d.md", "Other", other),
            article("e.md", "Other again", other),
            article("f.md", "Alone", prose(3)),
        ],
    )
    return backend


def shown(backend: Backend, tree: object = EVERY, **options: object) -> dict[str, int]:
    return {hit.id: hit.similar for hit in ask(backend, tree, **options).hits}  # type: ignore[arg-type]


def test_of_articles_that_say_the_same_the_best_is_shown_and_the_others_counted(backend: Backend) -> None:
    found = ask(backend, Term("harbour"))
    assert {hit.id: hit.similar for hit in found.hits} == {"b.md": 1}
    assert (found.total, found.strict_total, found.repeats) == (1, 1, 1)
    everything = ask(backend, EVERY)
    assert (everything.total, everything.repeats) == (3, 3)
    assert sorted(hit.similar for hit in everything.hits) == [0, 1, 2]


def test_each_is_shown_when_asked_for(backend: Backend) -> None:
    found = ask(backend, EVERY, each=True)
    assert (found.total, found.repeats) == (6, 0)
    assert {hit.similar for hit in found.hits} == {0}


def test_a_page_begins_where_the_one_before_ended(backend: Backend) -> None:
    whole = [hit.id for hit in ask(backend, EVERY).hits]
    assert [ask(backend, EVERY, limit=1, page=page).hits[0].id for page in (1, 2, 3)] == whole
    assert ask(backend, EVERY, limit=1).pages == 3


def test_an_article_written_later_joins_the_group(backend: Backend) -> None:
    commit(backend, [article("g.md", "Later", prose(1) + " and more")])
    assert ask(backend, EVERY).repeats == 4
    commit(backend, [article("h.md", "Later still", prose(3)), article("i.md", "And this", prose(3))])
    assert sorted(shown(backend).values()) == [1, 2, 3]


def test_who_is_taken_out_or_rewritten_leaves_the_group(backend: Backend) -> None:
    commit(backend, [article("e.md", "Rewritten", prose(9))], removed=("a.md",))
    assert sorted(shown(backend).values()) == [0, 0, 0, 1]
    commit(backend, [article("e.md", "As before", prose(2))], removed=("b.md",))
    assert sorted(shown(backend).values()) == [0, 0, 1]


def test_groups_do_not_depend_on_how_the_index_came_about(new_backend: NewBackend) -> None:
    chance = random.Random(5)
    articles = [article(f"{n}.md", f"Title {n}", prose(chance.randrange(12))) for n in range(40)]
    at_once, bit_by_bit = new_backend(), new_backend()
    commit(at_once, articles)
    for start in range(0, 40, 4):  # segments are merged meanwhile
        commit(bit_by_bit, articles[start : start + 4])
    assert shown(at_once) == shown(bit_by_bit)
    assert sum(shown(at_once).values()) == 40 - len({each.body for each in articles})
    assert at_once.verify() == bit_by_bit.verify() == ()


def test_facets_count_what_a_filter_would_find(new_backend: NewBackend) -> None:
    backend = new_backend()
    chance = random.Random(3)
    names = ["Sport", "Travel", "Food"]
    articles = [
        article(f"{n}.md", f"T {n}", prose(chance.randrange(8)), categories=tuple(chance.sample(names, 1 + n % 2)))
        for n in range(30)
    ]
    commit(backend, articles)
    for tree in (EVERY, Term("word7"), Phrase(articles[0].body[:20])):
        for facet in ask(backend, tree).facets["category"]:
            narrowed = ask(backend, tree, categories=(facet.value,))
            assert narrowed.total == facet.count
            assert narrowed.total + narrowed.repeats == ask(backend, tree, categories=(facet.value,), each=True).total
    assert ask(backend, Category("Sport")).total < ask(backend, Category("Sport"), each=True).total


# ---- related articles ----


def dated(id: str, body: str, day: int) -> Article:
    return article(id, f"Title of {id}", body, date=START + timedelta(days=day))


def test_related_articles_are_never_the_same_again_and_each_story_is_there_once(new_backend: NewBackend) -> None:
    backend = new_backend()
    story = " ".join(["whale", "estuary", "rescue"] * 3) + " " + prose(1)
    commit(
        backend,
        [
            dated("story.md", story, 5),
            dated("copy.md", story + " more", 5),
            dated("next.md", "whale estuary rescue " + prose(4), 6),
            dated("next-copy.md", "whale estuary rescue " + prose(4), 7),
            dated("other.md", prose(6), 5),
        ],
    )
    assert [hit.id for hit in related(backend, "story.md", 10) if hit.id != "other.md"] == ["next.md"]
    assert [hit.id for hit in related(backend, "next-copy.md", 10) if hit.id != "other.md"] == ["story.md"]


def test_of_equally_related_articles_the_nearest_in_time_comes_first(new_backend: NewBackend) -> None:
    backend = new_backend()
    days = {"long-before.md": 1, "near.md": 39, "after.md": 48, "story.md": 40}
    commit(backend, [dated(id, f"whale estuary rescue word{day}", day) for id, day in days.items()])
    commit(backend, [article("undated.md", "Title of undated", "whale estuary rescue word9", date=None)])
    assert [hit.id for hit in related(backend, "story.md", 10)][:3] == ["near.md", "after.md", "long-before.md"]
