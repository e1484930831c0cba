"""Nodes and runs that are killed, paused and woken: an answer is whole or an error, a state is the old or the new one.

The same at length, with figures: benchmarks/failures.py. Here and there readers, while nodes fail, may be told that
there is no answer; how often is no matter of a test, on a machine with much else to do.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from article_search.errors import IndexUnavailableError
from article_search.web import create_app
from tests.opensearch.cluster import Cluster
from tests.opensearch.nodes import NEEDED
from tests.opensearch.trial import WORDS, Clients, Ended, Trial, end_of

pytestmark = NEEDED
_TRIES = 60  # until something is answered, while the cluster finds out


@pytest.fixture(scope="module")
def indexed(module_cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    """A site with an index, and as many changes an edition as are worth worker processes."""
    folder = tmp_path_factory.mktemp("trial")
    with closing(Trial(folder, module_cluster, files=230, changed=210, questions=11, timeout=3.0)) as trial:
        assert trial.run("index").code == 0
        yield trial


@pytest.fixture
def trial(indexed: Trial, own_cluster: Cluster) -> Trial:
    """That, on three nodes that are well, showing the edition of its files."""
    if indexed.edition_seen(indexed.edition) is None:
        assert indexed.run("index").code == 0  # a test has left a run undone
    return indexed


def run_at_last(trial: Trial) -> Ended:
    """A run, tried again where it says that the cluster cannot answer."""
    for _ in range(_TRIES):
        if (done := trial.run("index", "--json")).code == 0:
            break
        assert done.told_once, done
    return done


def assert_whole(trial: Trial) -> None:
    """What is seen is the edition of the files, every article of it as it was written."""
    assert trial.edition_seen(trial.edition) == trial.edition
    assert trial.verified() == ""


def until_answered(clients: Clients) -> None:
    """Waits until a reader has been answered from now on, be it in part, and told so, for want of time."""
    tally = clients.enter("from now on")
    before = tally.counts.total() - tally.counts["refused"]
    end = time.monotonic() + 120
    while tally.counts.total() - tally.counts["refused"] == before:
        assert time.monotonic() < end, tally.counts
        time.sleep(0.05)


@pytest.mark.parametrize("number", [0, 2])
def test_a_killed_node_makes_no_answer_wrong_and_no_run_half_done(
    trial: Trial, own_cluster: Cluster, number: int
) -> None:
    with Clients(trial, 2) as clients:
        until_answered(clients)
        trial.edit(trial.edition + 1)
        clients.begun = trial.edition
        running = trial.start("index", "--json")
        time.sleep(0.5)
        own_cluster.kill(number)
        first = end_of(running)
        done = run_at_last(trial) if first.code else first
        assert first.code == 0 or first.told_once, first
        assert done.counts == trial.whole or (first.code and done.counts == (0, 0, 0))
        clients.done = trial.edition
        until_answered(clients)  # by the two that are left
        own_cluster.restart(number)
        own_cluster.wait(seconds=300)
        until_answered(clients)
    assert [said for tally in clients.tallies.values() for said in tally.faults] == []
    assert_whole(trial)


def test_a_node_that_is_silent_is_not_waited_for(trial: Trial, own_cluster: Cluster) -> None:
    own_cluster.pause(1)
    with Clients(trial, 2) as clients:
        until_answered(clients)
        until_answered(clients)
    own_cluster.resume(1)
    # All that was asked has come to an end while the node was silent.
    assert [said for tally in clients.tallies.values() for said in tally.faults] == []


@pytest.mark.parametrize("full", [False, True], ids=["update", "full"])
def test_a_run_that_is_killed_leaves_the_old_state_or_the_new_one(trial: Trial, full: bool) -> None:
    trial.edit(trial.edition + 1)
    began = time.monotonic()
    assert trial.run("index", *["--full"] * full).code == 0
    usual = time.monotonic() - began
    chance = random.Random(7)
    for _ in range(2 if full else 4):
        old = trial.edition
        trial.edit(old + 1)
        process = trial.start("index", *["--full"] * full)
        time.sleep(chance.uniform(0.3, 0.9) * usual)
        os.kill(process.pid, signal.SIGKILL)  # alone: its workers have to notice
        end_of(process)
        seen = trial.edition_seen(old, old + 1)
        assert seen is not None
        done = trial.run("index", "--json")
        assert (done.code, done.counts) == (0, trial.whole if seen == old else (0, 0, 0)), done
        assert trial.edition_seen(old + 1) == old + 1
    assert_whole(trial)


@pytest.mark.parametrize("full", [False, True], ids=["update", "full"])
def test_a_run_that_wakes_after_its_lock_has_run_out_changes_nothing(trial: Trial, full: bool) -> None:
    trial.edit(trial.edition + 1)
    with trial.asleep("index", *["--full"] * full) as sleeper:
        assert sleeper.poll() is None
        trial.expire()
        other = trial.run("index", "--json")
        assert (other.code, other.counts) == (0, trial.whole), other
        os.killpg(sleeper.pid, signal.SIGCONT)
        ended = end_of(sleeper)
    assert ended.told_once, ended
    assert "nothing was changed" in ended.err
    assert_whole(trial)


def test_of_two_runs_at_once_one_is_refused_or_waits(trial: Trial) -> None:
    for option in ([], ["--wait"]):
        trial.edit(trial.edition + 1)
        with trial.asleep("index", "--full") as first:
            second = trial.start("index", *option)
            refused = end_of(second) if not option else None
            os.killpg(first.pid, signal.SIGCONT)
            assert end_of(first).code == 0
            if refused:
                assert refused.told_once, refused
                assert "another run is writing trial" in refused.err
            else:
                assert end_of(second).code == 0
        assert_whole(trial)


def test_without_two_of_three_nodes_it_says_so(trial: Trial, own_cluster: Cluster) -> None:
    own_cluster.kill(0)
    own_cluster.kill(1)
    with pytest.raises(IndexUnavailableError, match=r"cannot answer now.*; see that it is up and green"):
        trial.engine.search(WORDS[0])
    with create_app(trial.engine).test_client() as browser:
        for path in ("/api/search?q=roma", "/?q=roma"):
            answer = browser.get(path)
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2"), path
            assert WORDS[0] not in answer.text
    done = trial.run("search", "roma")
    assert done.told_once, done
    assert done.out == ""
    assert "cannot answer now" in done.err
    own_cluster.heal()
    assert_whole(trial)
