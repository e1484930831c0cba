"""The embedded backend answers as brute force does, whatever the segments, and keeps its promises about commits."""

from __future__ import annotations

import os
import pickle
import random
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from whoosh.index import open_dir
from whoosh.qparser import MultifieldParser

from article_search.answering.results import Request, Results
from article_search.backends.embedded import EmbeddedBackend, hits, proximity, schema, store
from article_search.backends.embedded.collapsing import Collapsing
from article_search.backends.embedded.columnar import building
from article_search.errors import IndexBusyError, IndexDamagedError, IndexFormatError, NoIndexError, NotFoundError
from article_search.query.tree import (
    EVERY,
    And,
    Category,
    Form,
    Forms,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Query,
    Range,
    Term,
)
from article_search.reading.article import Article
from article_search.reading.files import FileState, Loaded
from tests.answering.reference import Reference, plain, within

ZONE = ZoneInfo("Europe/London")
START = datetime(2020, 8, 30, 12, tzinfo=UTC)
WORDS = "the of roma smalling small fee fees united deal club transfer goal season Müller’s 100,000 centre-back".split()
RARE = {9: "Dealings", 13: "smalls"}  # forms of frequent words, in every so many articles
CATEGORIES = ("sports", "latest", "US News", "health")


def article(id: str, title: str = "", body: str = "", description: str = "", **values: Any) -> Article:
    given: dict[str, Any] = {"url": f"/{id}", "date": START, "categories": ("sports",), "image": None}
    given |= {"left_out": None, "due": None}
    return Article(id=id, title=title, description=description, body=body, warnings=(), **(given | values))


def rare(number: int, field: str) -> list[str]:
    return [word for every, word in RARE.items() if number % every == 4 and (number % 2 == 0) == (field == "title")]


def made_up(count: int, seed: int = 1) -> list[Article]:
    chance = random.Random(seed)
    return [
        article(
            f"{number:03}.md",
            title=" ".join(chance.choices(WORDS, k=chance.randint(1, 5)) + rare(number, "title")),
            description=" ".join(chance.choices(WORDS, k=chance.randint(0, 6))),
            body=" ".join(chance.choices(WORDS, k=chance.randint(0, 60)) + rare(number, "body")),
            date=None if number % 11 == 0 else START + timedelta(hours=13 * chance.randint(0, 100)),
            categories=tuple(chance.sample(CATEGORIES, k=chance.randint(0, 3))),
        )
        for number in range(count)
    ]


class Shelf:
    """Articles as a Loader gives them; can be sent to worker processes."""

    def __init__(self, articles: list[Article]) -> None:
        self.articles = {each.id: each for each in articles}

    def __call__(self, id: str) -> Loaded:
        return Loaded(FileState(1, 1, id, "indexed"), self.articles[id])


def backend_at(folder: Path, workers: int = 1) -> EmbeddedBackend:
    return EmbeddedBackend(folder, signature="test", zone=ZONE, workers=workers)


def commit(
    backend: EmbeddedBackend, articles: list[Article], removed: tuple[str, ...] = (), full: bool = False
) -> None:
    writer = backend.writer(wait=False, full=full)
    try:
        writer.update([each.id for each in articles], Shelf(articles), lambda done: None)
        writer.remove(removed)
        writer.commit()
    finally:
        writer.close()


def ask(backend: EmbeddedBackend, tree: Node, **options: Any) -> Results:
    return backend.search(Request(query=Query("as typed", tree), **({"limit": 100} | options)))


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[EmbeddedBackend, Reference]]:
    """Ninety articles in four segments, some rewritten, some removed."""
    backend = backend_at(tmp_path_factory.mktemp("shelf"))
    articles = made_up(90)
    commit(backend, articles[:50])
    commit(backend, articles[50:70])
    rewritten = [article(each.id, "rewritten roma", each.body) for each in articles[40:44]]
    commit(backend, articles[70:] + rewritten)
    commit(backend, made_up(3, seed=9)[:0], removed=tuple(each.id for each in articles[10:20]))
    now = {each.id: each for each in [*articles[:10], *articles[20:], *rewritten]}
    yield backend, Reference(list(now.values()))
    backend.close()


words = st.builds(
    Term, st.sampled_from([*WORDS, *RARE.values(), "nowhere", "…"]), st.sampled_from([None, None, "title", "body"])
)
phrases = st.builds(
    Phrase,
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join),
    st.sampled_from([None, "description"]),
)
forms = st.builds(Form, st.one_of(words, phrases), st.sampled_from([1.0, 1.0, 0.5, 0.3]))
leaves = st.one_of(
    words,
    phrases,
    st.builds(Prefix, st.sampled_from(["sm", "fee", "mu", "roma", "10", "zz"]), st.sampled_from([None, "title"])),
    st.builds(Category, st.sampled_from([*CATEGORIES, "us NEWS", "none"])),
    st.builds(
        lambda start, days: Range(START + timedelta(days=start), START + timedelta(days=start + days)),
        st.integers(-5, 60),
        st.integers(0, 30),
    ),
)


def of_leaves(leaves: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, max_size=4).map(lambda children: And(tuple(children))),
            st.lists(inner, max_size=4).map(lambda children: Or(tuple(children))),
            inner.map(Not),
        ),
        max_leaves=6,
    )


trees = of_leaves(leaves)  # as the parser gives them
trees_with_forms = of_leaves(leaves | st.lists(forms, min_size=1, max_size=4).map(lambda forms: Forms(tuple(forms))))
thorough = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def every_article_is_looked_at() -> Iterator[None]:
    """For words that stand together: which articles are among the first depends on the last digit of a score."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(proximity, "FIRST", 1000)
        yield


@pytest.mark.usefixtures("every_article_is_looked_at")
@thorough
@given(tree=trees_with_forms)
def test_articles_and_scores_are_those_of_brute_force(shelf: tuple[EmbeddedBackend, Reference], tree: Node) -> None:
    backend, reference = shelf
    results = ask(backend, tree, strict=True)
    expected = {
        reference.articles[number].id: reference.score(tree, number) + reference.together(tree, number)
        for number in range(len(reference.articles))
        if reference.matches(tree, number)
    }
    assert {hit.id: pytest.approx(hit.score, rel=1e-4, abs=1e-6) for hit in results.hits} == expected


@thorough
@given(
    tree=trees_with_forms,
    categories=st.lists(st.sampled_from(CATEGORIES), max_size=2),
    since=st.none() | st.integers(0, 40).map(lambda days: START + timedelta(days=days)),
)
def test_totals_and_facets_are_those_of_brute_force(
    shelf: tuple[EmbeddedBackend, Reference], tree: Node, categories: list[str], since: datetime | None
) -> None:
    backend, reference = shelf
    results = ask(backend, tree, categories=tuple(categories), since=since)
    if results.relaxed:
        return
    found = [reference.articles[n] for n in range(len(reference.articles)) if reference.matches(tree, n)]
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


def test_whoosh_itself_opens_the_index_and_finds_the_same_articles(
    shelf: tuple[EmbeddedBackend, Reference],
) -> None:
    backend, _ = shelf
    index = open_dir(str(backend._folder))
    with index.searcher() as searcher:
        parser = MultifieldParser(["title", "description", "body"], index.schema)
        for words in ("roma", "smalling fees", '"transfer goal"', "muller"):
            found = {hit["id"] for hit in searcher.search(parser.parse(words), limit=None)}
            leaves = (Phrase("transfer goal"),) if words[0] == '"' else tuple(Term(word) for word in words.split())
            assert found == {hit.id for hit in ask(backend, And(leaves)).hits}, words
    index.close()


@pytest.mark.parametrize("sort", ["newest", "oldest"])
def test_sorting_by_date_puts_the_undated_last_and_is_stable(
    shelf: tuple[EmbeddedBackend, Reference], sort: Any
) -> None:
    backend, _ = shelf
    hits = ask(backend, EVERY, sort=sort).hits
    dates = [hit.date for hit in hits if hit.date]
    assert dates == sorted(dates, reverse=sort == "newest")
    assert all(hit.date is None for hit in hits[len(dates) :])
    assert [hit.id for page in (1, 2, 3, 4) for hit in ask(backend, EVERY, sort=sort, limit=25, page=page).hits] == [
        hit.id for hit in hits
    ]


def test_order_does_not_depend_on_how_the_index_came_about(tmp_path: Path) -> None:
    articles = [article(f"{number}.md", "same title", "same body") for number in range(20)]
    orders = []
    for name, parts in (("one", [articles]), ("many", [articles[15:], articles[:7], articles[7:15]])):
        backend = backend_at(tmp_path / name)
        for part in parts:
            commit(backend, part)
        orders.append([hit.id for hit in ask(backend, Term("same")).hits])
        backend.close()
    assert orders[0] == orders[1]


def test_few_articles_with_all_words_are_followed_by_those_with_some(backend: EmbeddedBackend) -> None:
    commit(
        backend,
        [
            article("both.md", "Roma wait", "They wait for a fee. " + "Words that only make it long. " * 50),
            article("one.md", "Roma Roma Roma", "Roma roma roma"),
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


def test_enough_articles_with_all_words_stay_alone(backend: EmbeddedBackend) -> None:
    commit(backend, [article(f"{n}.md", "Roma fee") for n in range(10)] + [article("x.md", "Roma")])
    results = ask(backend, And((Term("roma"), Term("fee"))))
    assert (results.relaxed, results.total) == (False, 10)


def test_any_word_is_enough_when_asked_for(backend: EmbeddedBackend) -> None:
    commit(backend, [article("a.md", "Roma"), article("b.md", "fee"), article("c.md", "rain")])
    results = ask(backend, And((Term("roma"), Term("fee"))), any=True)
    assert ({hit.id for hit in results.hits}, results.relaxed) == ({"a.md", "b.md"}, False)


def test_stop_words_are_not_insisted_on_but_count_in_phrases(backend: EmbeddedBackend) -> None:
    commit(backend, [article(f"{n}.md", "Return of Roma") for n in range(3)] + [article("x.md", "Roma return")])
    assert ask(backend, And((Term("the"), Term("roma")))).total == 4
    assert ask(backend, Phrase("return of roma")).total == 3
    assert ask(backend, Term("of")).total == 3


def test_a_title_counts_more_than_a_description_and_that_more_than_a_body(backend: EmbeddedBackend) -> None:
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


def test_a_word_nobody_wrote_is_answered_with_a_suggestion(backend: EmbeddedBackend) -> None:
    commit(backend, [article("a.md", "Smalling", "Smalling wants to leave"), article("b.md", "Rain", "It rains")])
    results = backend.search(Request(query=Query("smaling leaves", And((Term("smaling"), Term("leaves"))))))
    assert results.suggestion == "smalling leaves"


def test_completions_are_titles_that_have_the_words(backend: EmbeddedBackend) -> None:
    commit(backend, [article("a.md", "Roma want Smalling"), article("b.md", "A small rise"), article("c.md", "Rain")])
    assert [one.text for one in backend.suggest("roma smal", 10)] == ["Roma want Smalling"]
    assert {one.text for one in backend.suggest("SMAL", 10)} == {"Roma want Smalling", "A small rise"}
    assert backend.suggest(" … ", 10) == ()


def test_related_articles_share_telling_words_and_never_are_the_article_itself(backend: EmbeddedBackend) -> None:
    story = "Smalling waits while Roma and United haggle over the fee for the defender"
    filler = [article(f"f{n}.md", "Weather report", "Sun and rain and wind over the hills") for n in range(10)]
    commit(backend, [article("a.md", "Smalling waits", story), article("b.md", "Roma haggle", story), *filler])
    related = backend.related("a.md", 5)
    assert related[0].id == "b.md"
    assert "a.md" not in {hit.id for hit in related}
    with pytest.raises(NotFoundError):
        backend.related("nowhere.md", 5)


def test_a_document_comes_back_as_it_was_understood(backend: EmbeddedBackend) -> None:
    commit(backend, [article("a b/ü.md", "Title", "One.\n\nTwo.", "About", image="/i.png")])
    document = backend.document("a b/ü.md")
    assert (document.hit.title, document.body, document.hit.image) == ("Title", "One.\n\nTwo.", "/i.png")
    assert document.hit.date == START
    with pytest.raises(NotFoundError, match=r"b\.md"):
        backend.document("b.md")
    with pytest.raises(NotFoundError):
        backend.document("\ud800.md")


def test_a_prefix_of_too_many_words_says_that_it_was_cut(backend: EmbeddedBackend) -> None:
    commit(backend, [article("a.md", " ".join(f"word{number}" for number in range(250)), "word249")])
    assert ask(backend, Prefix("word1")).warnings == ()
    results = ask(backend, Prefix("word"))
    assert results.total == 1
    assert "over 200 words begin with word" in results.warnings[0]


def test_dates_are_told_in_the_time_zone_of_the_site(backend: EmbeddedBackend) -> None:
    commit(backend, [article("a.md", "Roma")])
    day = Range(datetime(2020, 9, 15, tzinfo=ZONE), datetime(2020, 9, 16, tzinfo=ZONE))
    assert ask(backend, day).interpreted == "date:2020-09-15"


def test_without_an_index_the_user_is_told_what_to_do(backend: EmbeddedBackend) -> None:
    for call in (lambda: ask(backend, EVERY), backend.summary, backend.commit_id, lambda: backend.suggest("a", 3)):
        with pytest.raises(NoIndexError, match="articles index"):
            call()


def test_an_empty_index_answers(backend: EmbeddedBackend) -> None:
    commit(backend, [])
    assert ask(backend, And((Term("roma"), Prefix("fe")))).total == 0
    assert ask(backend, EVERY).total == 0
    assert backend.suggest("ro", 5) == ()


def test_a_new_commit_is_seen_by_the_next_search_and_names_itself(backend: EmbeddedBackend) -> None:
    commit(backend, [article("a.md", "Roma")])
    before = backend.commit_id()
    assert ask(backend, Term("roma")).total == 1
    commit(backend, [article("b.md", "Roma")])
    assert backend.commit_id() != before
    assert ask(backend, Term("roma")).total == 2


def test_a_commit_that_lands_while_the_one_before_is_opened_is_seen_by_the_next_search(
    backend: EmbeddedBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(backend, [article("a.md", "Roma")])
    real, reader = store.require_generation, backend_at(backend._folder)
    calls = 0

    def interrupted(folder: Path) -> int:
        nonlocal calls
        number, calls = real(folder), calls + 1
        if calls == 2:  # the first asks for the name of the commit, the second opens it
            with monkeypatch.context() as patch:
                patch.setattr(store, "clean", lambda folder, record: None)  # the writer has not got that far
                commit(backend_at(backend._folder), [article("b.md", "Roma")])
        return number

    monkeypatch.setattr(store, "require_generation", interrupted)
    ask(reader, Term("roma"))
    assert calls >= 2
    assert ask(reader, Term("roma")).total == 2
    reader.close()


def test_nothing_changes_without_a_commit(backend: EmbeddedBackend) -> None:
    commit(backend, [article("a.md", "Roma")])
    listing = sorted(os.listdir(backend._folder))
    writer = backend.writer(wait=False, full=False)
    writer.update(["b.md"], Shelf([article("b.md", "Roma")]), lambda done: None)
    writer.remove(["a.md"])
    writer.close()
    assert ask(backend, Term("roma")).total == 1
    assert sorted(os.listdir(backend._folder)) == listing


def test_a_second_writer_is_told_or_waits(backend: EmbeddedBackend, tmp_path: Path) -> None:
    writer = backend.writer(wait=False, full=False)
    other = backend_at(backend._folder)
    with pytest.raises(IndexBusyError, match="--wait"):
        other.writer(wait=False, full=False)
    threading.Timer(0.3, writer.close).start()
    other.writer(wait=True, full=False).close()
    other.close()


def test_workers_build_what_one_process_builds(tmp_path: Path) -> None:
    articles = made_up(400, seed=4)
    answers = []
    for workers in (1, 2):
        backend = backend_at(tmp_path / str(workers), workers)
        commit(backend, articles)
        commit(backend, articles[:350])  # all of them rewritten, by workers again
        results = ask(backend, And((Term("roma"), Term("fee"))))
        answers.append((results.total, [(hit.id, pytest.approx(hit.score)) for hit in results.hits], results.facets))
        assert backend.summary().articles == 400
        assert backend.verify() == ()
        backend.close()
    assert answers[0] == answers[1]


def test_a_merged_segment_is_no_larger_than_one_that_can_be_built() -> None:
    assert store.MAX_DOCUMENTS == building.MAX_DOCUMENTS


def test_many_small_commits_are_merged_and_lose_nothing(backend: EmbeddedBackend) -> None:
    articles = made_up(30, seed=6)
    for each in articles:
        commit(backend, [each])
    segments = [name for name in os.listdir(backend._folder) if name.startswith("MAIN_")]
    assert len(segments) < 2 * 8
    assert ask(backend, EVERY).total == 30
    assert backend.verify() == ()


def test_a_full_rebuild_replaces_everything_in_one_commit(backend: EmbeddedBackend) -> None:
    commit(backend, made_up(20))
    ask(backend, EVERY)
    commit(backend, [article("only.md", "Only")], full=True)
    assert [hit.id for hit in ask(backend, EVERY).hits] == ["only.md"]
    assert len([name for name in os.listdir(backend._folder) if name.startswith("MAIN_")]) == 2


def test_another_signature_asks_for_a_rebuild_and_says_why(backend: EmbeddedBackend) -> None:
    commit(backend, [article("a.md", "Roma")])
    changed = EmbeddedBackend(backend._folder, signature="other", zone=ZONE)
    writer = changed.writer(wait=False, full=False)
    assert writer.rebuild_reason and "changed" in writer.rebuild_reason
    assert writer.files() == {}
    writer.close()
    changed.close()
    assert ask(backend, Term("roma")).total == 1


def test_what_older_commits_wrote_stays_as_long_as_it_is_needed_and_counts(backend: EmbeddedBackend) -> None:
    commit(backend, made_up(30))
    commit(backend, [article("new.md", "Roma")], removed=("003.md",))
    names = sorted(os.listdir(backend._folder))
    assert {"articles_1.files", "articles_2.files"} <= set(names)
    assert backend.summary().bytes == sum((backend._folder / name).stat().st_size for name in names)
    changed = EmbeddedBackend(backend._folder, signature="other", zone=ZONE)
    changed.writer(wait=False, full=False).close()  # would make all anew, and does not
    changed.close()
    assert sorted(os.listdir(backend._folder)) == names
    assert len(backend.files()) == backend.summary().articles == 30
    commit(backend, made_up(5), full=True)
    assert not {"articles_1.files", "articles_2.files"} & set(os.listdir(backend._folder))


def test_an_index_of_another_analysis_is_not_searched_but_rebuilt(
    backend: EmbeddedBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(backend, [article("a.md", "Roma")])
    monkeypatch.setattr(schema, "ANALYSIS", "schema 999")
    later = backend_at(backend._folder)
    with pytest.raises(IndexFormatError, match="articles index"):
        ask(later, EVERY)
    writer = later.writer(wait=False, full=False)
    assert writer.rebuild_reason
    writer.close()
    later.close()


def test_damage_is_named_by_search_or_verify_and_mended_by_the_next_run(backend: EmbeddedBackend) -> None:
    commit(backend, [article("a.md", "Roma", "body " * 50)])
    for name in sorted(os.listdir(backend._folder)):
        if name == "articles.lock":
            continue
        path = backend._folder / name
        good = path.read_bytes()
        path.write_bytes(good[:-3] + bytes([good[-3] ^ 1]) + good[-2:])
        assert any(name in line for line in backend.verify()), name
        path.write_bytes(good)
    assert backend.verify() == ()
    (backend._folder / "articles_1.json").write_bytes(b"not a record")
    fresh = backend_at(backend._folder)
    with pytest.raises(IndexDamagedError, match="articles index --full"):
        ask(fresh, EVERY)
    writer = fresh.writer(wait=False, full=False)
    assert writer.rebuild_reason and "damaged" in writer.rebuild_reason
    writer.close()
    fresh.close()


class Exploit:
    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, ("touch executed",)


def test_opening_a_doctored_index_runs_nothing(
    backend: EmbeddedBackend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    commit(backend, [article("a.md", "Roma")])
    # Whoosh reads pickles in its table of contents; ours is never looked into.
    (backend._folder / store.toc_name(1)).write_bytes(pickle.dumps(Exploit()))
    fresh = backend_at(backend._folder)
    assert ask(fresh, Term("roma")).total == 1
    commit(fresh, [article("b.md", "Roma")])
    assert ask(fresh, Term("roma")).total == 2
    assert not (tmp_path / "executed").exists()
    fresh.close()


@thorough
@given(data=st.data())
def test_a_flipped_bit_is_named_or_does_no_harm(
    shelf: tuple[EmbeddedBackend, Reference], tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    backend, _ = shelf
    whole = {entry.name: Path(entry).read_bytes() for entry in os.scandir(backend._folder) if entry.name.count(".")}
    name = data.draw(st.sampled_from(sorted(name for name in whole if not name.endswith(".lock"))))
    place = data.draw(st.integers(0, len(whole[name]) * 8 - 1))
    cut = data.draw(st.booleans())
    changed = bytearray(whole[name])
    changed[place // 8] ^= 1 << place % 8
    folder = tmp_path_factory.mktemp("damaged")
    for other, content in whole.items():
        (folder / other).write_bytes(content)
    (folder / name).write_bytes(changed[: place // 8] if cut else changed)
    damaged = backend_at(folder)
    try:
        assert any(name in line for line in damaged.verify()), name
        tree = Or((Term("roma"), Phrase("small fee"), Prefix("uni"), Category("sports")))
        try:
            found = ask(damaged, tree)
        except (IndexDamagedError, IndexFormatError) as error:
            assert "articles index --full" in str(error)
        else:
            good = ask(backend, tree)
            assert (found.hits, found.facets, found.total) == (good.hits, good.facets, good.total)
    finally:
        damaged.close()


def test_threads_search_while_commits_replace_each_other(backend: EmbeddedBackend) -> None:
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


@pytest.mark.parametrize("part", ["with_snippet", "counts"])
def test_the_time_an_answer_takes_is_that_of_all_of_it(
    backend: EmbeddedBackend, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    commit(backend, [article("a.md", "Ferry"), article("b.md", "Ferry")])
    where = hits if part == "with_snippet" else Collapsing
    at_once = getattr(where, part)

    def slowly(*arguments: Any) -> Any:
        time.sleep(0.02)
        return at_once(*arguments)

    monkeypatch.setattr(where, part, slowly)
    assert ask(backend, Term("ferry")).took_ms >= 40  # two hits, and two facets
