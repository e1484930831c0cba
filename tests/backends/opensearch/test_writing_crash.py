"""A run over a cluster killed at any request leaves the state before or after, and the next run repairs."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest

from article_search.backends.opensearch import records
from article_search.backends.opensearch.writing import purging
from article_search.errors import IndexUnavailableError
from tests.backends.opensearch.site import KilledError, Shelf, Site
from tests.shelf import article, prose


def edition(number: int, *ids: str) -> Shelf:
    # Two of them say the same in each third edition, so that near-copies are found and lost again.
    bodies = {id: prose(1 if number % 3 == 1 and id in ("a.md", "b.md") else hash_of(id)) for id in ids}
    return Shelf([article(id, f"edition {number}", bodies[id]) for id in ids])


def hash_of(id: str) -> int:
    return sum(map(ord, id))


def kills(site: Site, run: Callable[[], None]) -> Iterator[tuple[int, bool]]:
    """A run killed at its first request, before it reaches the cluster and then after, at its second and so on."""
    for step in itertools.count(2):
        number, after = step // 2, step % 2 == 1
        site.cluster.arm(number, after)
        try:
            run()
        except KilledError:
            pass
        else:
            if site.cluster.count < number:
                site.cluster.arm(0)
                return
        site.cluster.arm(0)
        site.bury()
        yield number, after


@pytest.mark.slow
@pytest.mark.parametrize("full", [False, True], ids=["update", "full"])
def test_the_old_or_the_new_state_is_seen_and_the_next_run_repairs(
    site: Site, full: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "KEPT", -1.0)
    ids = ("a.md", "b.md", "c.md")
    number = 0

    def run() -> None:
        shelf = edition(number, *ids)
        writer = site.writer(full=full)
        try:
            writer.update(list(shelf.articles), shelf, lambda done: None)
            if not full:
                writer.remove([f"only{before}.md" for before in range(max(0, number - 3), number)])
                only = edition(number, f"only{number}.md")
                writer.update(list(only.articles), only, lambda done: None)
            writer.commit()
        finally:
            writer.close()

    def repeating(of: int) -> set[frozenset[str]]:
        return {frozenset({"a.md", "b.md"})} if of % 3 == 1 else set()

    def expected(of: int) -> dict[str, str]:
        there = ids if full else (*ids, f"only{of}.md")
        return dict.fromkeys(there, f"edition {of}")

    run()
    committed, number = 0, 1
    requests = 0
    for number_of_request, after in kills(site, run):
        requests = number_of_request
        seen = site.titles()
        of = number if seen == expected(number) else committed
        assert (seen, site.groups()) == (expected(of), repeating(of)), (number_of_request, after)
        assert set(site.writer_files()) == set(seen)
        number += 1
        run()  # repairs, and commits the next
        assert site.titles() == expected(number)
        assert site.groups() == repeating(number)
        assert set(site.writer_files()) == set(expected(number))
        assert site.record().generation == site.record().run
        assert len(site.indices()) <= 2
        committed = number
        number += 1
    assert requests > 20
    monkeypatch.undo()
    left = {link.name for link in site.record().chain} | {each for each, _ in site.record().left}
    assert {each.partition(".")[0] for each in site.state()} - {"commit", "lock"} <= left


@pytest.mark.slow
def test_the_first_build_killed_leaves_no_index(site: Site) -> None:
    def run() -> None:
        site.commit([article("a.md", "Roma"), article("b.md", "Roma")])

    for _ in kills(site, run):
        found = records.read(site.cluster, site.name) if site.has_state() else None
        if found and found.record.index:
            assert set(site.titles()) == {"a.md", "b.md"}
        run()
        assert set(site.titles()) == {"a.md", "b.md"}
        site.empty()


def test_a_commit_whose_answer_is_lost_is_known_to_be_one(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = site.writer()
    writer.update(["a.md"], Shelf([article("a.md", "Roma")]), lambda done: None)
    call = site.cluster.call
    lost = []

    def losing(method: str, path: str, *arguments: object, **options: object) -> object:
        answer = call(method, path, *arguments, **options)  # type: ignore[arg-type]
        if method == "PUT" and "/_doc/commit?" in path:
            lost.append(path)
            raise IndexUnavailableError("no answer")
        return answer

    monkeypatch.setattr(site.cluster, "call", losing)
    writer.commit()
    writer.close()
    assert len(lost) == 1
    assert site.titles() == {"a.md": "Roma"}
