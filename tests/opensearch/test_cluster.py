"""The cluster that tests are given is what it says: real nodes, killed, paused and restarted at will, and that end."""

from __future__ import annotations

import functools
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.opensearch.artefacts import NEWEST, VERSION
from tests.opensearch.cluster import Cluster, StartError
from tests.opensearch.fixtures import need
from tests.opensearch.nodes import NEEDED, AnswerError, Nodes

pytestmark = NEEDED
ROOT = Path(__file__).parents[2]


@pytest.fixture
def index(own_cluster: Cluster) -> Iterator[str]:
    """An index of thirty documents on all nodes, each shard on two of them."""
    with index_of_thirty(own_cluster) as name:
        yield name


@contextmanager
def index_of_thirty(nodes: Nodes) -> Iterator[str]:
    name = f"test-cluster-{uuid.uuid4().hex}"
    replicas = 1 if len(nodes.hosts) > 1 else 0
    settings = {"number_of_shards": 3, "number_of_replicas": replicas}
    nodes.ask(f"/{name}", {"settings": {"index": settings}}, method="PUT")
    nodes.wait()
    lines = b"".join(b'{"index":{"_id":"%d"}}\n{"n":%d}\n' % (number, number) for number in range(30))
    assert not nodes.ask(f"/{name}/_bulk?refresh=true", lines)["errors"]
    try:
        yield name
    finally:
        nodes.ask(f"/{name}", method="DELETE")


def found(nodes: Nodes, index: str) -> int:
    """How many of the thirty are found; none of it may be missing."""
    answer = nodes.ask(f"/{index}/_search?size=0&allow_partial_search_results=false", {"track_total_hits": True})
    return int(answer["hits"]["total"]["value"])


def listening(host: str) -> bool:
    """Whether anything has the port: the system still takes connections for a process that is paused."""
    address = urlsplit(host)
    try:
        socket.create_connection((str(address.hostname), int(address.port or 0)), timeout=5).close()
    except ConnectionRefusedError:
        return False
    return True


def ended(hosts: list[str]) -> bool:
    """Waits until nobody listens any more."""
    deadline = time.monotonic() + 60
    while any(map(listening, hosts)):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def test_the_cluster_of_the_session_has_three_nodes_and_is_green(cluster: Nodes) -> None:
    assert len(cluster.hosts) == 3
    assert cluster.wait()["number_of_data_nodes"] == 3
    with index_of_thirty(cluster) as index:
        assert found(cluster, index) == 30
    versions = {Nodes([host]).ask("/")["version"]["number"] for host in cluster.hosts}
    assert versions == {VERSION}


def test_the_newest_version_answers_too(newest: Nodes) -> None:
    assert newest.ask("/")["version"]["number"] == NEWEST
    with index_of_thirty(newest) as index:
        assert found(newest, index) == 30


def test_scripts_and_tokenizers_are_there(cluster: Nodes) -> None:
    tokenizer = {"type": "whitespace", "max_token_length": 30_000}
    tokens = cluster.ask("/_analyze", {"tokenizer": tokenizer, "text": "a " + "b" * 300})["tokens"]
    assert [len(token["token"]) for token in tokens] == [1, 300]
    run = cluster.ask("/_scripts/painless/_execute", {"script": {"source": "return 6 * 7"}})
    assert run == {"result": "42"}


def test_an_index_whose_name_is_misspelt_is_not_made(cluster: Nodes) -> None:
    with pytest.raises(AnswerError, match="no such index") as raised:
        cluster.ask("/test-cluster-typo/_doc/1", {"n": 1}, method="PUT")
    assert raised.value.status == 404


@pytest.mark.parametrize("number", range(3))
def test_a_killed_node_is_missed_and_comes_back_with_nothing_lost(
    own_cluster: Cluster, index: str, number: int
) -> None:
    own_cluster.kill(number)
    assert not listening(own_cluster.hosts[number])
    assert own_cluster.wait("yellow", nodes=2)["status"] == "yellow"
    assert found(own_cluster, index) == 30
    own_cluster.restart(number)
    assert own_cluster.wait()["active_shards_percent_as_number"] == 100
    assert found(own_cluster, index) == 30


def test_with_every_node_killed_nothing_is_lost(own_cluster: Cluster, index: str) -> None:
    for number in range(3):
        own_cluster.kill(number)
    with pytest.raises(ConnectionError, match="no node is running"):
        own_cluster.ask("/")
    own_cluster.heal()
    assert found(own_cluster, index) == 30


def test_a_paused_node_answers_once_it_is_resumed(own_cluster: Cluster, index: str) -> None:
    alone = Nodes([own_cluster.hosts[1]])
    own_cluster.pause(1)
    with pytest.raises(TimeoutError):
        alone.ask("/", seconds=1)
    assert own_cluster.hosts[1] not in own_cluster.reachable()
    own_cluster.resume(1)
    assert alone.ask("/")["name"] == "node1"
    own_cluster.wait()
    assert found(own_cluster, index) == 30


def test_what_a_test_leaves_killed_and_paused_is_healed(own_cluster: Cluster, index: str) -> None:
    own_cluster.kill(0)
    own_cluster.pause(2)
    own_cluster.heal()
    assert len(own_cluster.reachable()) == 3
    assert found(own_cluster, index) == 30


def test_a_wait_in_vain_says_what_was_seen(cluster: Nodes) -> None:
    with pytest.raises(TimeoutError, match=r"not green with 4 nodes in 1 seconds; last seen: .*: \w+ with 3 nodes"):
        cluster.wait(nodes=4, seconds=1)


def test_settings_are_those_of_the_test_and_nothing_outlives_it(tmp_path: Path) -> None:
    need(VERSION)
    settings = {"cluster.fault_detection.leader_check.interval": "2s"}
    with Cluster(tmp_path, nodes=2, settings=settings) as nodes:
        told = nodes.ask("/_nodes/settings?flat_settings=true")["nodes"].values()
        assert [one["settings"].items() >= settings.items() for one in told] == [True, True]
        assert (tmp_path / "node1" / "data" / "nodes").is_dir()
        nodes.pause(1)
    assert not any(map(listening, nodes.hosts))
    assert not list(tmp_path.glob("node*/data"))


def test_a_node_that_does_not_start_is_an_error_with_the_end_of_its_log(tmp_path: Path) -> None:
    need(VERSION)
    with (
        pytest.raises(StartError, match=r"node 0 ended by itself(?s:.*)unknown setting \[no\.such\.setting\]"),
        Cluster(tmp_path, nodes=1, settings={"no.such.setting": "1"}),
    ):
        pass


# ---- processes ----


class User:
    """A process that uses nodes until it is told to end; it has said which."""

    def __init__(self, program: str, *arguments: str | Path) -> None:
        code = f"import sys\nfrom pathlib import Path\n{program}"
        self.process = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", code, *arguments],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    @functools.cached_property
    def hosts(self) -> list[str]:
        """Waits until they are ready, so two that are made one after the other start at once."""
        assert self.process.stdout
        return self.process.stdout.readline().split()

    def __enter__(self) -> User:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def tell(self) -> None:
        """Lets it go on to its end."""
        assert self.process.stdin
        self.process.stdin.write("\n")
        self.process.stdin.flush()


OWNER = """
from tests.opensearch.cluster import Cluster
with Cluster(Path(sys.argv[1]), nodes=2) as nodes:
    nodes.pause(1)
    print(*nodes.hosts, flush=True)
    sys.stdin.readline()
"""
SHARER = """
from tests.opensearch.sharing import shared
with shared(Path(sys.argv[1]), nodes=1) as nodes:
    print(*nodes.hosts, flush=True)
    sys.stdin.readline()
    print(nodes.ask("/")["name"], flush=True)
"""


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nodes_end_with_the_process_that_uses_them_however_it_ends(tmp_path: Path, end: signal.Signals) -> None:
    """One of them is paused, and so does nothing about it itself."""
    need(VERSION)
    with User(OWNER, tmp_path) as owner:
        assert all(map(listening, owner.hosts)) and len(owner.hosts) == 2
        owner.process.send_signal(end)
        owner.process.communicate(timeout=60)
        assert ended(owner.hosts)


def test_the_one_who_started_a_shared_cluster_waits_for_the_last_one_who_uses_it(tmp_path: Path) -> None:
    need(VERSION)
    with User(SHARER, tmp_path) as first:
        assert first.hosts
        with User(SHARER, tmp_path) as second:
            assert first.hosts == second.hosts
            first.tell()
            assert first.process.stdout and first.process.stdout.readline() == "node0\n"  # and so is at its end
            with pytest.raises(subprocess.TimeoutExpired):
                first.process.wait(timeout=1)
            second.tell()
            assert second.process.communicate(timeout=60)[0] == "node0\n"
            assert first.process.wait(timeout=60) == second.process.returncode == 0
            assert not any(map(listening, first.hosts))


def test_of_two_who_come_at_once_one_starts_the_cluster(tmp_path: Path) -> None:
    need(VERSION)
    with User(SHARER, tmp_path) as first, User(SHARER, tmp_path) as second:
        assert first.hosts == second.hosts != []
        for user in (first, second):
            user.tell()
        answers = [user.process.communicate(timeout=60)[0] for user in (first, second)]
        assert answers == ["node0\n", "node0\n"]


def test_another_is_started_where_the_one_who_had_done_it_was_killed(tmp_path: Path) -> None:
    need(VERSION)
    with User(SHARER, tmp_path) as first:
        assert first.hosts
        first.process.kill()
        first.process.wait()
        assert ended(first.hosts)
        with User(SHARER, tmp_path) as second:
            assert second.hosts != first.hosts
            second.tell()
            assert second.process.communicate(timeout=60)[0] == "node0\n"
