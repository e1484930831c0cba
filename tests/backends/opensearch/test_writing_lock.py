"""One run writes an index on a cluster at a time, and one that has lost its lock asleep is seen no more."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import asdict, replace
from typing import Any

import pytest

from article_search.backends.opensearch import records
from article_search.backends.opensearch.cluster import Cluster
from article_search.backends.opensearch.writing import indices, locking, purging, state
from article_search.backends.opensearch.writing.indexing import OpenSearchWriter
from article_search.backends.opensearch.writing.locking import Holder
from article_search.errors import ArticleSearchError, IndexBusyError, IndexUnavailableError
from tests.backends.opensearch.site import Shelf, Site
from tests.shelf import article


def holder(site: Site) -> Holder:
    found = state.read(site.cluster, site.name, records.LOCK)
    assert found
    return Holder(**found.source)


def writing(site: Site, *ids: str, title: str = "Roma", **options: Any) -> OpenSearchWriter:
    """A run that has written articles, and not committed them."""
    writer = site.writer(**options)
    writer.update(ids, Shelf([article(id, title) for id in ids]), lambda done: None)
    return writer


def expire(site: Site) -> None:
    """Has the lock be one that nobody has renewed."""
    site.change(records.LOCK, lambda lock: {**lock, "expires": 1.0})


def test_a_second_run_is_told_who_writes_and_one_that_waits_gets_its_turn(site: Site) -> None:
    first = writing(site, "a.md")
    with pytest.raises(IndexBusyError, match=rf"another run is writing {site.name} \(process {os.getpid()} .*--wait"):
        site.writer()

    def end() -> None:
        first.commit()
        first.close()

    ended = threading.Timer(1.0, end)
    ended.start()
    second = site.writer(wait=True, cluster=Cluster(site.address))
    ended.join()
    assert second.files().keys() == {"a.md"}
    second.close()
    assert site.titles() == {"a.md": "Roma"}


KILLED = """
import os, signal, sys
from tests.backends.opensearch.site import Shelf, Site
from tests.shelf import article
site = Site(tuple(sys.argv[2].split()))
site.name = sys.argv[1]
writer = site.writer()
writer.update(["b.md", "a.md"], Shelf([article("b.md", "killed"), article("a.md", "killed")]), lambda done: None)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_lock_of_a_killed_process_of_this_machine_is_taken_over_at_once(site: Site) -> None:
    site.commit([article("a.md", "Roma")])
    hosts = " ".join(site.address.hosts)
    done = subprocess.run([sys.executable, "-c", KILLED, site.name, hosts], capture_output=True, timeout=60)
    assert done.returncode == -signal.SIGKILL, done.stderr
    left = holder(site)
    assert (left.run, left.released) == (2, False)
    assert left.expires > time.time()
    site.commit([article("c.md", "Roma")])
    assert site.titles() == {"a.md": "Roma", "c.md": "Roma"}
    assert site.record().aborted == (2,)
    assert site.documents() == 2  # what the killed run had written is gone


def test_the_lock_of_another_machine_is_taken_over_when_it_has_run_out(site: Site) -> None:
    site.commit([article("a.md", "Roma")])
    elsewhere = replace(holder(site), run=2, machine="elsewhere", released=False, clean=False, pid=1)
    site.change(records.LOCK, lambda lock: asdict(replace(elsewhere, expires=time.time() + 100)))
    with pytest.raises(IndexBusyError):
        site.writer()
    expire(site)
    site.commit([article("b.md", "Roma")])
    assert (site.record().generation, site.record().aborted) == (3, (2,))
    assert set(site.titles()) == {"a.md", "b.md"}


@pytest.mark.parametrize("nonsense", [{}, {"run": "x"}, {"run": 2**60, "owner": "", "machine": "", "host": ""}])
def test_a_lock_that_says_nothing_holds_nobody_off(site: Site, nonsense: dict[str, Any]) -> None:
    site.commit([article("a.md", "Roma")])
    site.change(records.LOCK, lambda lock: nonsense)
    site.commit([article("b.md", "Roma")])
    assert set(site.titles()) == {"a.md", "b.md"}


@pytest.mark.parametrize("finds_out", [True, False])
@pytest.mark.parametrize("asleep", ["before marks", "after marks"])
def test_nothing_is_ever_seen_of_a_run_that_wakes_without_its_lock(
    site: Site, asleep: str, finds_out: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.commit([article(id, "first") for id in ("a.md", "b.md", "c.md", "d.md")])
    stalled = writing(site, "a.md", "e.md", title="stalled")
    stalled.remove(["b.md"])
    if asleep == "after marks":
        stalled._mark()
    expire(site)
    site.commit([article("c.md", "second"), article("a.md", "second")])
    expected = {"a.md": "second", "b.md": "first", "c.md": "second", "d.md": "first"}
    assert site.titles() == expected
    # It does not know yet, and goes on; or it never gets to know, and only the record holds it off.
    if not finds_out:
        monkeypatch.setattr(stalled._lock, "renew", lambda: None)
        monkeypatch.setattr(stalled, "_require", lambda articles: None)
    stalled.update(["f.md"], Shelf([article("f.md", "stalled")]), lambda done: None)
    with pytest.raises(IndexBusyError, match="nothing was changed"):
        stalled.commit()
    stalled.close()
    assert holder(site).run == 3  # not its own to let go
    assert site.titles() == expected
    site.commit([article("d.md", "third")])
    assert site.titles() == expected | {"d.md": "third"}
    monkeypatch.setattr(purging, "KEPT", -1.0)
    site.commit([])
    assert site.documents() == 4
    assert site.titles() == expected | {"d.md": "third"}


def test_a_run_that_wakes_does_not_bring_a_removed_index_back(site: Site) -> None:
    site.commit([article("a.md", "first")])
    stalled = writing(site, "b.md", title="stalled", full=True)
    expire(site)
    site.commit([article("c.md", "second")])
    assert site.indices() == [f"{site.name}-1"]
    with pytest.raises(IndexBusyError, match="was removed while it was written"):
        stalled.update(["d.md"], Shelf([article("d.md", "stalled")]), lambda done: None)
    stalled.close()
    assert site.indices() == [f"{site.name}-1"]
    assert site.titles() == {"a.md": "first", "c.md": "second"}


def test_a_run_that_was_silent_goes_on_unless_another_has_begun(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    first = writing(site, "a.md")
    now = time.time()
    with monkeypatch.context() as patch:
        patch.setattr(time, "time", lambda: now + 31)
        first._lock.check()
        assert holder(site).expires == now + 61
        site.change(records.LOCK, lambda lock: {**lock, "owner": "another"})
        first._lock.check()  # it was heard of only now
        patch.setattr(time, "time", lambda: now + 62)
        with pytest.raises(IndexBusyError, match="was silent for so long"):
            first._lock.check()
    with pytest.raises(IndexBusyError, match="was silent for so long"):
        first.commit()
    first.close()
    assert (holder(site).owner, holder(site).released) == ("another", False)


def test_a_lock_is_renewed_in_time(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locking, "_RENEWED", 0.02)
    writer = site.writer()
    before = holder(site).expires
    for _ in range(500):
        if holder(site).expires > before:
            break
        time.sleep(0.01)
    assert holder(site).expires > before
    writer.close()
    released = holder(site)
    assert (released.released, released.clean) == (True, True)


def test_a_renewal_whose_answer_is_lost_does_not_lose_the_lock(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = site.writer()
    call = site.cluster.call
    with monkeypatch.context() as patch:

        def losing(method: str, path: str, body: Any = None, *, until: float | None = None) -> Any:
            if method == "PUT":
                call(method, path, body, until=until)
            raise IndexUnavailableError("no answer")

        patch.setattr(site.cluster, "call", losing)
        with pytest.raises(IndexUnavailableError):
            writer._lock.renew()
    before = holder(site).expires
    writer._lock.sure()
    assert holder(site).expires > before
    writer.commit()
    writer.close()
    assert (holder(site).released, site.titles()) == (True, {})


def test_runs_at_once_take_turns_and_lose_nothing(site: Site) -> None:
    errors: list[ArticleSearchError] = []

    def run(number: int) -> None:
        other = Site(site.address.hosts)
        other.name = site.name
        try:
            for edition in range(3):
                cluster = Cluster(site.address)
                other.commit([article(f"{number}-{edition}.md", "Roma")], wait=True, cluster=cluster)
                cluster.close()
        except ArticleSearchError as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert set(site.titles()) == {f"{number}-{edition}.md" for number in range(3) for edition in range(3)}
    assert site.record().aborted == ()


def test_runs_that_were_aborted_are_forgotten_when_nothing_is_left_of_them(site: Site) -> None:
    site.commit([article("a.md", "Roma")])
    ended = tuple(range(1000, 1100))
    site.change(records.RECORD, lambda record: {**record, "aborted": list(ended), "run": 1100, "generation": 1})
    site.change(records.LOCK, lambda lock: {**lock, "run": 1100})
    site.commit([article("b.md", "Roma")])
    assert site.record().aborted == ended[-64:]
    assert site.record().generation == 1101


def test_a_run_that_slept_since_it_took_the_lock_removes_nothing_of_a_later_one(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.commit([article("a.md", "Roma")])
    looked = indices.named

    def slept(cluster: Cluster, name: str) -> list[str]:
        monkeypatch.setattr(indices, "named", looked)
        expire(site)
        site.commit([article("a.md", "Lazio")], full=True, cluster=Cluster(site.address))
        return looked(cluster, name)

    monkeypatch.setattr(indices, "named", slept)
    site.writer().close()
    assert site.titles() == {"a.md": "Lazio"}
