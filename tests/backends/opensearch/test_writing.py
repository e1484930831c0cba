"""What a run writes to a cluster is seen by its commit, all of it and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from article_search.backends.opensearch import records, schema
from article_search.backends.opensearch.writing import purging
from article_search.errors import ArticleSearchError, IndexDamagedError
from article_search.reading.files import FileState
from tests.backends.opensearch.site import Shelf, Site, same
from tests.shelf import ZONE, article, made_up, prose


def test_articles_are_seen_as_they_were_written_last(site: Site) -> None:
    articles = made_up(90)
    site.commit(articles[:50])
    assert set(site.titles()) == {each.id for each in articles[:50]}
    site.commit([article(each.id, "rewritten roma", each.body) for each in articles[40:45]] + articles[60:])
    site.commit([], removed=[each.id for each in articles[10:20]])
    expected = {each.id: each.title for each in [*articles[:10], *articles[20:50], *articles[60:]]}
    expected |= {each.id: "rewritten roma" for each in articles[40:45]}
    assert site.titles() == expected
    record = site.record()
    assert (record.articles, record.generation, record.index) == (70, 3, f"{site.name}-1")
    assert record.languages == (("english", 70),)
    assert [link for link in site.state() if link.startswith("files-3")]


def test_the_record_says_how_long_fields_are(site: Site) -> None:
    site.commit([article("a.md", "Roma", "one two three"), article("b.md", "", "four five")])
    assert site.record().averages == {"title": 1.0, "description": 1.0, "body": 2.5}
    site.commit([article("b.md", "Two words", "")])
    assert site.record().averages == {"title": 1.5, "description": 1.0, "body": 3.0}
    assert site.record().died == 1


def test_a_version_that_died_says_what_it_said(site: Site) -> None:
    one = article("a.md", "Roma", prose(1), categories=("Sports", "News"))
    site.commit([one])
    (before,) = documents(site)
    site.commit([article("a.md", "Lazio", prose(2))])
    after = {each["fields"]["born"][0]: each for each in documents(site)}
    assert after[1]["fields"].pop("died") == [2]
    assert after[1] == before
    assert after[2]["_source"]["article"]["title"] == "Lazio"


def documents(site: Site) -> list[Any]:
    fields = ["id", "born", "died", "date", "order", "month", "category_key", "title_words", "body_length", "bands"]
    body = {"query": {"match_all": {}}, "docvalue_fields": fields, "sort": ["order", "born"]}
    found = site.cluster.search(site.record().index, [body])[0]["hits"]["hits"]
    return [{key: hit[key] for key in ("_id", "fields", "_source")} for hit in found]


def test_what_is_written_twice_or_taken_back_by_one_run_is_seen_once_or_never(site: Site) -> None:
    site.commit([article("a.md", "first"), article("d.md", "first")])
    shelf = Shelf([article(id, "second") for id in ("a.md", "b.md", "c.md", "d.md")])
    with_a_third = Shelf([article("b.md", "third"), article("c.md", "third")])
    writer = site.writer()
    writer.update(["a.md", "b.md", "c.md", "d.md"], shelf, lambda done: None)
    writer.update(["b.md"], with_a_third, lambda done: None)
    writer.remove(["c.md", "a.md"])
    hidden = FileState(1, 1, "", "left_out", "it is a draft")
    writer.update(["d.md"], Shelf([], {"d.md": hidden}), lambda done: None)
    writer.commit()
    writer.close()
    assert site.titles() == {"b.md": "third"}
    assert dict(site.writer_files()) == {"b.md": FileState(1, 1, "b.md", "indexed"), "d.md": hidden}
    site.commit([article("c.md", "fourth")])
    assert site.titles() == {"b.md": "third", "c.md": "fourth"}


def test_taken_back_and_written_again_by_one_run(site: Site) -> None:
    writer = site.writer()
    for title in ("first", "second"):
        writer.update(["a.md"], Shelf([article("a.md", title)]), lambda done: None)
        writer.remove(["a.md"])
    writer.update(["a.md"], Shelf([article("a.md", "third")]), lambda done: None)
    writer.commit()
    writer.close()
    assert site.titles() == {"a.md": "third"}


def test_files_without_an_article_are_known_and_progress_is_told(site: Site) -> None:
    states = {"x.md": FileState(3, 4, "", "rejected", "no header", 1), "y.md": FileState(3, 4, "", "left_out", "draft")}
    writer, done = site.writer(), list[int]()
    update = writer.update(["a.md", "x.md", "y.md"], Shelf([article("a.md", "Roma")], states), done.append)
    assert (set(update.files), set(update.written), done) == ({"a.md", "x.md", "y.md"}, {"a.md"}, [1, 2, 3])
    writer.commit()
    writer.close()
    assert dict(site.writer_files()) == states | {"a.md": FileState(1, 1, "a.md", "indexed")}
    site.commit([], removed=["a.md", "x.md", "\udcff.md"])
    assert (site.titles(), set(site.writer_files())) == ({}, {"y.md"})


def test_many_files_are_written_by_workers(site: Site) -> None:
    articles = made_up(260)
    done: list[int] = []
    shelf = Shelf(articles)
    writer = site.writer(workers=2, cluster=None)
    update = writer.update(list(shelf.articles), shelf, done.append)
    assert (len(update.written), done[-1]) == (260, 260)
    writer.commit()
    writer.close()
    assert site.titles() == {each.id: each.title for each in articles}


def test_what_a_worker_cannot_write_is_said(site: Site) -> None:
    ids = [f"{number}.md" for number in range(300)]
    writer = site.writer(workers=2)
    with pytest.raises(ArticleSearchError, match="cannot be read"):
        writer.update(ids, FAILING, lambda done: None)
    writer.close()
    assert site.indices() == []


class Failing(Shelf):
    """Can be sent to worker processes, and gives nothing."""

    def __call__(self, id: str) -> Any:
        raise ArticleSearchError("it cannot be read")


FAILING = Failing([])


def test_closing_without_a_commit_changes_nothing(site: Site) -> None:
    site.commit([article("a.md", "Roma"), article("b.md", "Lazio")])
    before = site.record()
    writer = site.writer()
    writer.update(["a.md"], Shelf([article("a.md", "Milan")]), lambda done: None)
    writer.remove(["b.md"])
    writer.close()
    assert site.titles() == {"a.md": "Roma", "b.md": "Lazio"}
    assert same(before, site.record())
    assert site.record().aborted == (2,)
    site.writer().close()  # and nothing was written by this one
    assert site.record().aborted == (2,)
    full = site.writer(full=True)
    full.update(["c.md"], Shelf([article("c.md", "Milan")]), lambda done: None)
    full.close()
    assert site.titles() == {"a.md": "Roma", "b.md": "Lazio"}
    assert site.indices() == [before.index]


def test_a_full_build_takes_the_place_of_the_index_and_leaves_it_to_its_readers(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.commit([article("a.md", "Roma"), article("b.md", "Roma")])
    site.commit([article("c.md", "Roma")], full=True)
    assert site.titles() == {"c.md": "Roma"}
    assert site.indices() == [f"{site.name}-1", f"{site.name}-2"]
    assert [each for each, _ in site.record().left] == ["files-1", f"{site.name}-1"]
    site.commit([article("d.md", "Roma")])
    assert site.indices() == [f"{site.name}-1", f"{site.name}-2"]
    monkeypatch.setattr(purging, "KEPT", -1.0)
    site.commit([article("e.md", "Roma")])
    assert site.indices() == [f"{site.name}-2"]
    assert set(site.titles()) == {"c.md", "d.md", "e.md"}


def test_an_index_of_another_that_is_called_like_ours_stays(site: Site) -> None:
    other = f"{site.name}-77"
    site.cluster.call("PUT", f"/{other}", {"settings": {"number_of_replicas": 0}})
    try:
        site.commit([article("a.md", "Roma")])
        site.commit([article("a.md", "Roma")], full=True)
        assert other in site.cluster.call("GET", f"/{other}")
    finally:
        site.cluster.call("DELETE", f"/{other}")


def test_versions_that_nobody_sees_are_removed_in_time(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        site.commit([article("a.md", f"edition {number}"), article(f"{number}.md", "Roma")])
    assert site.documents() == 6
    assert any(each.startswith("files-1.") for each in site.state())
    monkeypatch.setattr(purging, "KEPT", -1.0)
    site.commit([article("b.md", "Roma")])
    assert site.documents() == 5
    assert site.titles() == {"a.md": "edition 2", "b.md": "Roma", **{f"{number}.md": "Roma" for number in range(3)}}
    site.commit([article("b.md", "Lazio")])
    assert site.documents() == 5
    known = {link.name for link in site.record().chain} | {each for each, _ in site.record().left}
    assert {each.partition(".")[0] for each in site.state()} == known | {"commit", "lock"}


def test_generations_are_remembered_for_ten_minutes_and_one_more() -> None:
    def replaced(record: records.Record, number: int, now: float) -> records.Record:
        lately = purging.lately(record, now)
        return records.Record(**{**vars_of(record), "generation": number, "lately": lately})

    record = replaced_from_nothing = records.Record(**{**vars_of(records.NOTHING), "generation": 1})
    assert purging._oldest(replaced_from_nothing, 1e9) == 0
    for number, moment in ((2, 1000.0), (3, 1500.0), (5, 2000.0), (6, 2500.0)):
        record = replaced(record, number, moment)
    assert record.lately == ((2, 1500.0), (3, 2000.0), (5, 2500.0))
    assert [purging._oldest(record, now) for now in (2050.0, 2150.0, 2650.0, 3150.0)] == [0, 3, 5, 6]


def vars_of(record: records.Record) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__dataclass_fields__}


@pytest.mark.parametrize(
    ("befall", "reason"),
    [
        (lambda site: site.change("commit", lambda record: {**record, "generation": -1}), "the index is damaged"),
        (
            lambda site: site.change("commit", lambda record: {**record, "format": 99}),
            "another version of this program",
        ),
        (lambda site: site.change("files-1.0", lambda part: {"data": "AAAA"}), "the index is damaged (files-1.0 "),
        (lambda site: site.cluster.call("DELETE", f"/{site.name}-1"), "the index is damaged"),
    ],
    ids=["record", "format", "manifest", "articles"],
)
def test_what_is_damaged_is_built_anew_and_the_reason_said(
    site: Site, befall: Callable[[Site], None], reason: str
) -> None:
    site.commit([article("a.md", "Roma"), article("b.md", "Roma")])
    befall(site)
    writer = site.writer()
    assert reason in (writer.rebuild_reason or "")
    assert dict(writer.files()) == {}
    writer.update(["b.md"], Shelf([article("b.md", "Lazio")]), lambda done: None)
    writer.commit()
    writer.close()
    assert site.titles() == {"b.md": "Lazio"}
    site.commit([article("a.md", "Roma")])
    assert site.titles() == {"a.md": "Roma", "b.md": "Lazio"}


def test_other_settings_build_anew(site: Site) -> None:
    made = schema.signature("settings", ZONE, 2, None)
    site.commit([article("a.md", "Roma")], signature=made)
    same = site.writer(signature=made)
    assert same.rebuild_reason is None
    same.close()
    other = site.writer(signature=schema.signature("others", ZONE, 2, None))
    assert other.rebuild_reason == "the settings or the program's analysis of text changed since the index was made"
    other.close()


def test_articles_that_are_lost_are_noticed_before_a_commit(site: Site) -> None:
    site.commit([article("a.md", "Roma"), article("b.md", "Roma")])
    index = site.record().index
    site.cluster.call("DELETE", f"/{index}/_doc/{schema.document_id('b.md', 1)}?refresh=true")
    writer = site.writer()
    writer.update(["c.md"], Shelf([article("c.md", "Roma")]), lambda done: None)
    with pytest.raises(IndexDamagedError, match=r"has 2 articles, and 3 files .* run `articles index --full`"):
        writer.commit()
    writer.close()
    assert site.record().generation == 1


@pytest.mark.parametrize("full", [False, True])
def test_a_run_that_is_interrupted_leaves_nothing(site: Site, full: bool) -> None:
    class Interrupted(Shelf):
        def __call__(self, id: str) -> Any:
            if id == "z.md":
                raise KeyboardInterrupt
            return super().__call__(id)

    site.commit([article("a.md", "Roma")])
    with pytest.raises(KeyboardInterrupt):
        writer = site.writer(full=full)
        try:
            writer.update(["b.md", "z.md"], Interrupted([article("b.md", "Roma")]), lambda done: None)
        finally:
            writer.close()
    assert site.titles() == {"a.md": "Roma"}
    assert site.indices() == [f"{site.name}-1"]
    site.commit([article("c.md", "Roma")])
    assert set(site.titles()) == {"a.md", "c.md"}
