"""Articles that say nearly the same: found by sketches (sketches.py), grouped by commits (repeats.py), shown as one."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from article_search.backends import sketches
from article_search.backends.embedded import EmbeddedBackend
from article_search.query.tree import EVERY, Category, Phrase, Term
from article_search.reading.article import Article
from tests.backends.test_embedded import START, article, ask, backend_at, commit

WORDS = [f"word{number}" for number in range(2000)]
HASHES = sketches.hashes(WORDS)


def text(seed: int, length: int = 300) -> list[int]:
    return random.Random(seed).choices(range(len(WORDS)), k=length)


def changed(words: list[int], changes: int, seed: int = 0) -> list[int]:
    chance = random.Random(seed)
    words = list(words)
    for _ in range(changes):
        words[chance.randrange(len(words))] = chance.randrange(len(WORDS))
    return words


def sketched(*texts: list[int]) -> sketches.Sketches:
    numbers = np.asarray([word for words in texts for word in words], np.uint32)
    return sketches.sketched(numbers, np.asarray([len(words) for words in texts], np.uint32), HASHES)


def pairs(found: sketches.Pairs) -> set[tuple[int, int]]:
    return set(zip(found[0].tolist(), found[1].tolist(), strict=True))


def prose(seed: int, length: int = 120) -> str:
    return " ".join(WORDS[word] for word in text(seed, length))


# ---- sketches ----


def test_the_hash_of_a_word_is_the_same_everywhere() -> None:
    assert sketches.hashes(["harbour", "hafen"]).tolist() == sketches.hashes(["hafen", "harbour"])[::-1].tolist()
    assert int(sketches.hashes(["harbour"])[0]) == 2757013601874957438


def test_as_many_minima_agree_as_shingles_are_shared() -> None:
    for changes in (0, 2, 5, 10, 30, 80):
        likeness, estimate = [], []
        for seed in range(25):
            one, other = text(seed, 600), changed(text(seed, 600), changes, seed)
            shingles = [{tuple(words[at : at + 4]) for at in range(597)} for words in (one, other)]
            likeness.append(len(shingles[0] & shingles[1]) / len(shingles[0] | shingles[1]))
            rows = sketched(one, other)
            estimate.append(float((rows[0] == rows[1]).mean()))
        assert sum(estimate) / 25 == pytest.approx(sum(likeness) / 25, abs=0.08)


def test_copies_and_near_copies_are_alike_and_others_are_not() -> None:
    first = text(1)
    rows = sketched(first, text(2), first, changed(first, 4), changed(first, 200), [])
    found = pairs(sketches.alike(rows))
    assert {one for pair in found for one in pair} == {0, 2, 3}
    assert pairs(sketches.alike_between(rows[2:], rows[:2])) == {(0, 0), (1, 0)}


def test_texts_too_short_to_tell_are_like_nothing() -> None:
    rows = sketched([1, 2, 3], [1, 2, 3], [], text(1, 12), text(1, 12))
    assert not rows.any()
    assert pairs(sketches.alike(rows)) == set()


def test_what_a_text_stands_beside_does_not_matter() -> None:
    texts = [text(seed, 10 + 37 * seed) for seed in range(12)]
    together = sketched(*texts)
    for number, words in enumerate(texts):
        assert sketched(words).tolist() == [together[number].tolist()]


# ---- commits and searches ----


@pytest.fixture
def backend(tmp_path: Path) -> EmbeddedBackend:
    """Three articles that say the same, two that say another thing, one alone."""
    backend = backend_at(tmp_path)
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


def shown(backend: EmbeddedBackend, tree: object = EVERY, **options: object) -> dict[str, int]:
    return {hit.id: hit.similar for hit in ask(backend, tree, **options).hits}  # type: ignore[arg-type]


def test_of_articles_that_say_the_same_the_best_is_shown_and_the_others_counted(backend: EmbeddedBackend) -> None:
    found = ask(backend, Term("harbour"))
    assert {hit.id: hit.similar for hit in found.hits} == {"b.md": 1}
    assert (found.total, found.strict_total, found.repeats) == (1, 1, 1)
    everything = ask(backend, EVERY)
    assert (everything.total, everything.repeats) == (3, 3)
    assert sorted(hit.similar for hit in everything.hits) == [0, 1, 2]


def test_each_is_shown_when_asked_for(backend: EmbeddedBackend) -> None:
    found = ask(backend, EVERY, each=True)
    assert (found.total, found.repeats) == (6, 0)
    assert {hit.similar for hit in found.hits} == {0}


def test_a_page_begins_where_the_one_before_ended(backend: EmbeddedBackend) -> None:
    whole = [hit.id for hit in ask(backend, EVERY).hits]
    assert [ask(backend, EVERY, limit=1, page=page).hits[0].id for page in (1, 2, 3)] == whole
    assert ask(backend, EVERY, limit=1).pages == 3


def test_an_article_written_later_joins_the_group(backend: EmbeddedBackend) -> None:
    commit(backend, [article("g.md", "Later", prose(1) + " and more")])
    assert ask(backend, EVERY).repeats == 4
    commit(backend, [article("h.md", "Later still", prose(3)), article("i.md", "And this", prose(3))])
    assert sorted(shown(backend).values()) == [1, 2, 3]


def test_who_is_taken_out_or_rewritten_leaves_the_group(backend: EmbeddedBackend) -> None:
    commit(backend, [article("e.md", "Rewritten", prose(9))], removed=("a.md",))
    assert sorted(shown(backend).values()) == [0, 0, 0, 1]
    commit(backend, [article("e.md", "As before", prose(2))], removed=("b.md",))
    assert sorted(shown(backend).values()) == [0, 0, 1]


def test_groups_do_not_depend_on_how_the_index_came_about(tmp_path: Path) -> None:
    chance = random.Random(5)
    articles = [article(f"{n}.md", f"Title {n}", prose(chance.randrange(12))) for n in range(40)]
    at_once, bit_by_bit = backend_at(tmp_path / "one"), backend_at(tmp_path / "many")
    commit(at_once, articles)
    for start in range(0, 40, 4):  # segments are merged meanwhile
        commit(bit_by_bit, articles[start : start + 4])
    assert shown(at_once) == shown(bit_by_bit)
    assert sum(shown(at_once).values()) == 40 - len({each.body for each in articles})
    assert at_once.verify() == bit_by_bit.verify() == ()


def test_facets_count_what_a_filter_would_find(tmp_path: Path) -> None:
    backend = backend_at(tmp_path)
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


def test_related_articles_are_never_the_same_again_and_each_story_is_there_once(tmp_path: Path) -> None:
    backend = backend_at(tmp_path)
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
    assert [hit.id for hit in backend.related("story.md", 10) if hit.id != "other.md"] == ["next.md"]
    assert [hit.id for hit in backend.related("next-copy.md", 10) if hit.id != "other.md"] == ["story.md"]


def test_of_equally_related_articles_the_nearest_in_time_comes_first(tmp_path: Path) -> None:
    backend = backend_at(tmp_path)
    days = {"long-before.md": 1, "near.md": 39, "after.md": 48, "story.md": 40}
    commit(backend, [dated(id, f"whale estuary rescue word{day}", day) for id, day in days.items()])
    commit(backend, [article("undated.md", "Title of undated", "whale estuary rescue word9", date=None)])
    assert [hit.id for hit in backend.related("story.md", 10)][:3] == ["near.md", "after.md", "long-before.md"]
