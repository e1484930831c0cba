"""What any backend must do: its answers are those of brute force, its commits whole. Each test runs on every backend.

Answers are asked for as ``Engine`` does; primitives only where no answer would show a fault.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from article_search.answering import adjacent, exclusions, hits, nearness
from article_search.answering.searching import Searching
from article_search.backends.base import Backend
from article_search.errors import IndexBusyError, NoIndexError, NotFoundError
from article_search.query.tree import EVERY, And, Node, Phrase, Prefix, Query, Range, Term
from article_search.reading.article import Article
from tests.answering.reference import Reference, plain, within
from tests.conftest import NewBackend
from tests.shelf import (
    CATEGORIES,
    START,
    ZONE,
    Shelf,
    article,
    ask,
    asked,
    commit,
    document,
    made_up,
    related,
    search,
    stock,
    suggest,
    thorough,
    trees_with_forms,
)


@pytest.fixture(scope="module")
def shelf(new_backend: NewBackend) -> tuple[Backend, Reference]:
    backend = new_backend()
    return backend, Reference(stock(backend))


@pytest.fixture(scope="module")
def every_article_is_looked_at() -> Iterator[None]:
    """For words that stand together: which articles are among the first depends on the last digit of a score."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nearness, "FIRST", 1000)
        yield


@pytest.fixture(scope="module")
def as_it_is_written() -> Iterator[None]:
    """Trees mean what they say: stop words beside others and exclusions that leave nothing have tests of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(adjacent, "rows", lambda index, query: {})
        patch.setattr(exclusions, "as_read", lambda query, finds, zone: query)
        yield


@pytest.mark.usefixtures("every_article_is_looked_at", "as_it_is_written")
@thorough
@given(tree=trees_with_forms)
def test_articles_and_scores_are_those_of_brute_force(shelf: tuple[Backend, Reference], tree: Node) -> None:
    backend, reference = shelf
    results = ask(backend, tree, strict=True)
    expected = {
        reference.articles[number].id: reference.score_found(tree, number) + reference.together(tree, number)
        for number in range(len(reference.articles))
        if reference.found(tree, number)
    }
    assert {hit.id: pytest.approx(hit.score, rel=1e-4, abs=1e-6) for hit in results.hits} == expected


@pytest.mark.usefixtures("as_it_is_written")
@thorough
@given(
    tree=trees_with_forms,
    categories=st.lists(st.sampled_from(CATEGORIES), max_size=2),
    since=st.none() | st.integers(0, 40).map(lambda days: START + timedelta(days=days)),
)
def test_totals_and_facets_are_those_of_brute_force(
    shelf: tuple[Backend, Reference], tree: Node, categories: list[str], since: datetime | None
) -> None:
    backend, reference = shelf
    results = ask(backend, tree, categories=tuple(categories), since=since)
    if results.relaxed:
        return
    found = [reference.articles[n] for n in range(len(reference.articles)) if reference.found(tree, n)]
    chosen = {plain(category) for category in categories}

    def in_category(each: Article) -> bool:
        return not chosen or any(plain(category) in chosen for category in each.categories)

    def in_time(each: Article) -> bool:
        return since is None or within(each.date, since, None)

    assert results.total == sum(in_category(each) and in_time(each) for each in found)
    in_dates = [each for each in found if in_time(each)]
    expected = {
        value: count
        for value in CATEGORIES
        if (count := sum(value in each.categories for each in in_dates)) and (count < len(in_dates) or chosen)
    }
    assert {facet.value: facet.count for facet in results.facets["category"]} == expected
    # The span asked for does not begin with a month, so months are counted within it.
    base = [each for each in found if in_category(each) and in_time(each)]
    dated = [each.date.astimezone(ZONE).strftime("%Y-%m") for each in base if each.date]
    months = {month: dated.count(month) for month in dated}
    assert {facet.value: facet.count for facet in results.facets["month"]} == {
        month: count for month, count in months.items() if count < len(base) or since is not None
    }


@pytest.mark.parametrize("sort", ["newest", "oldest"])
def test_sorting_by_date_puts_the_undated_last_and_is_stable(shelf: tuple[Backend, Reference], sort: Any) -> None:
    backend, _ = shelf
    hits = ask(backend, EVERY, sort=sort).hits
    dates = [hit.date for hit in hits if hit.date]
    assert dates == sorted(dates, reverse=sort == "newest")
    assert all(hit.date is None for hit in hits[len(dates) :])
    assert [hit.id for page in (1, 2, 3, 4) for hit in ask(backend, EVERY, sort=sort, limit=25, page=page).hits] == [
        hit.id for hit in hits
    ]


def test_order_does_not_depend_on_how_the_index_came_about(new_backend: NewBackend) -> None:
    articles = [article(f"{number}.md", "same title", "same body") for number in range(20)]
    orders = []
    for parts in ([articles], [articles[15:], articles[:7], articles[7:15]]):
        backend = new_backend()
        for part in parts:
            commit(backend, part)
        orders.append([hit.id for hit in ask(backend, Term("same")).hits])
    assert orders[0] == orders[1]


def test_few_articles_with_all_words_are_followed_by_those_with_some(backend: Backend) -> None:
    commit(
        backend,
        [
            article("both.md", "Roma wait", "They wait for a fee. " + "Words that only make it long. " * 50),
            article("one.md", "Roma Roma Roma today", "Roma roma roma"),
            article("other.md", "Entrance fee", "A fee"),
            article("none.md", "Gardening", "Roses"),
        ],
    )
    results = ask(backend, And((Term("roma"), Term("fee"))))
    assert results.relaxed
    assert results.hits[0].id == "both.md"
    assert {hit.id for hit in results.hits} == {"both.md", "one.md", "other.md"}
    assert (results.total, results.strict_total) == (3, 1)
    results = ask(backend, And((Term("roma"), Term("fee"))), strict=True)
    assert ([hit.id for hit in results.hits], results.relaxed, results.strict_total) == (["both.md"], False, 1)


def test_enough_articles_with_all_words_stay_alone(backend: Backend) -> None:
    commit(backend, [article(f"{n}.md", "Roma fee") for n in range(10)] + [article("x.md", "Roma today")])
    results = ask(backend, And((Term("roma"), Term("fee"))))
    assert (results.relaxed, results.total) == (False, 10)


def test_any_word_is_enough_when_asked_for(backend: Backend) -> None:
    commit(backend, [article("a.md", "Roma"), article("b.md", "fee"), article("c.md", "rain")])
    results = ask(backend, And((Term("roma"), Term("fee"))), any=True)
    assert ({hit.id for hit in results.hits}, results.relaxed) == ({"a.md", "b.md"}, False)


def test_stop_words_are_not_insisted_on_but_count_in_phrases(backend: Backend) -> None:
    commit(backend, [article(f"{n}.md", "Return of Roma") for n in range(3)] + [article("x.md", "Roma return")])
    assert ask(backend, And((Term("the"), Term("roma")))).total == 4
    assert ask(backend, Phrase("return of roma")).total == 3
    assert ask(backend, Term("of")).total == 3


def test_a_title_counts_more_than_a_description_and_that_more_than_a_body(backend: Backend) -> None:
    other = "words of another kind"
    commit(
        backend,
        [
            article("body.md", other, f"{other} fee", other),
            article("title.md", f"{other} fee", other, other),
            article("description.md", other, other, f"{other} fee"),
        ],
    )
    assert [hit.id for hit in ask(backend, Term("fee")).hits] == ["title.md", "description.md", "body.md"]


def test_a_word_nobody_wrote_is_answered_with_a_suggestion(backend: Backend) -> None:
    commit(backend, [article("a.md", "Smalling", "Smalling wants to leave"), article("b.md", "Rain", "It rains")])
    results = search(backend, asked(Query("smaling leaves", And((Term("smaling"), Term("leaves"))))))
    assert results.suggestion == "smalling leaves"


def test_completions_are_titles_that_have_the_words(backend: Backend) -> None:
    commit(backend, [article("a.md", "Roma want Smalling"), article("b.md", "A small rise"), article("c.md", "Rain")])
    assert [one.text for one in suggest(backend, "roma smal", 10)] == ["Roma want Smalling"]
    assert {one.text for one in suggest(backend, "SMAL", 10)} == {"Roma want Smalling", "A small rise"}
    assert suggest(backend, " … ", 10) == ()


def test_related_articles_share_telling_words_and_never_are_the_article_itself(backend: Backend) -> None:
    story = "Smalling waits while Roma and United haggle over the fee for the defender"
    filler = [article(f"f{n}.md", "Weather report", "Sun and rain and wind over the hills") for n in range(10)]
    commit(backend, [article("a.md", "Smalling waits", story), article("b.md", "Roma haggle", story), *filler])
    found = related(backend, "a.md", 5)
    assert found[0].id == "b.md"
    assert "a.md" not in {hit.id for hit in found}
    with pytest.raises(NotFoundError):
        related(backend, "nowhere.md", 5)


def test_a_document_comes_back_as_it_was_understood(backend: Backend) -> None:
    commit(backend, [article("a b/ü.md", "Title", "One.\n\nTwo.", "About", image="/i.png")])
    found = document(backend, "a b/ü.md")
    assert (found.hit.title, found.body, found.hit.image) == ("Title", "One.\n\nTwo.", "/i.png")
    assert (found.hit.date, found.language) == (START, "english")
    with pytest.raises(NotFoundError, match=r"b\.md"):
        document(backend, "b.md")
    with pytest.raises(NotFoundError):
        document(backend, "\ud800.md")


def test_a_prefix_of_too_many_words_says_that_it_was_cut(backend: Backend) -> None:
    commit(backend, [article("a.md", " ".join(f"word{number}" for number in range(250)), "word249")])
    assert ask(backend, Prefix("word1")).warnings == ()
    results = ask(backend, Prefix("word"))
    assert results.total == 1
    assert "over 200 words begin with word" in results.warnings[0]


def test_dates_are_told_in_the_time_zone_of_the_site(backend: Backend) -> None:
    commit(backend, [article("a.md", "Roma")])
    day = Range(datetime(2020, 9, 15, tzinfo=ZONE), datetime(2020, 9, 16, tzinfo=ZONE))
    assert ask(backend, day).interpreted == "date:2020-09-15"


def test_without_an_index_the_user_is_told_what_to_do(backend: Backend) -> None:
    for call in (lambda: ask(backend, EVERY), backend.summary, backend.commit_id, lambda: suggest(backend, "a", 3)):
        with pytest.raises(NoIndexError, match="articles index"):
            call()


def test_an_empty_index_answers(backend: Backend) -> None:
    commit(backend, [])
    assert ask(backend, And((Term("roma"), Prefix("fe")))).total == 0
    assert ask(backend, EVERY).total == 0
    assert suggest(backend, "ro", 5) == ()


def test_a_new_commit_is_seen_by_the_next_search_and_names_itself(backend: Backend) -> None:
    commit(backend, [article("a.md", "Roma")])
    before = backend.commit_id()
    assert ask(backend, Term("roma")).total == 1
    commit(backend, [article("b.md", "Roma")])
    assert backend.commit_id() != before
    assert ask(backend, Term("roma")).total == 2


def test_commits_of_two_indexes_have_two_names(new_backend: NewBackend) -> None:
    one, other = new_backend(), new_backend()
    commit(one, [article("a.md", "Roma")])
    commit(other, [article("a.md", "Lazio")])
    assert one.commit_id() != other.commit_id()


def test_nothing_changes_without_a_commit(backend: Backend) -> None:
    commit(backend, [article("a.md", "Roma")])
    before = backend.commit_id()
    writer = backend.writer(wait=False, full=False)
    writer.update(["b.md"], Shelf([article("b.md", "Roma")]), lambda done: None)
    writer.remove(["a.md"])
    writer.close()
    assert [hit.id for hit in ask(backend, Term("roma")).hits] == ["a.md"]
    assert (backend.commit_id(), list(backend.files())) == (before, ["a.md"])


def test_a_second_writer_is_told_or_waits(backend: Backend) -> None:
    writer = backend.writer(wait=False, full=False)
    with pytest.raises(IndexBusyError, match="--wait"):
        backend.writer(wait=False, full=False)
    threading.Timer(0.3, writer.close).start()
    backend.writer(wait=True, full=False).close()


def test_a_full_rebuild_replaces_everything_in_one_commit(backend: Backend) -> None:
    commit(backend, made_up(20))
    ask(backend, EVERY)
    commit(backend, [article("only.md", "Only")], full=True)
    assert [hit.id for hit in ask(backend, EVERY).hits] == ["only.md"]
    assert list(backend.files()) == ["only.md"]


def test_threads_search_while_commits_replace_each_other(backend: Backend) -> None:
    commit(backend, made_up(20))
    failures: list[BaseException] = []
    stop = threading.Event()

    def search() -> None:
        while not stop.is_set():
            try:
                assert ask(backend, EVERY).total == 20
            except BaseException as error:
                failures.append(error)
                return

    threads = [threading.Thread(target=search) for _ in range(4)]
    for thread in threads:
        thread.start()
    for seed in range(8):
        commit(backend, made_up(20, seed), full=seed % 2 == 0)
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []


@pytest.mark.parametrize(("where", "part"), [(hits, "with_passage"), (Searching, "_ranked")])
def test_the_time_an_answer_takes_is_that_of_all_of_it(
    backend: Backend, monkeypatch: pytest.MonkeyPatch, where: Any, part: str
) -> None:
    commit(backend, [article("a.md", "Ferry")])
    at_once = getattr(where, part)

    def slowly(*arguments: Any) -> Any:
        time.sleep(0.02)
        return at_once(*arguments)

    monkeypatch.setattr(where, part, slowly)
    assert ask(backend, Term("ferry")).took_ms >= 20
