"""How does a test ask for OpenSearch? By the fixtures ``cluster``, ``own_cluster`` and ``newest``, with nodes.NEEDED.

Where no node can run, whatever asks for one is skipped, and the reason is in the summary. A plugin of pytest's, named
in tests/conftest.py. Not here: how clusters are started and shared.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.opensearch.artefacts import NEWEST, VERSION, NotFetchedError, alone, fetch
from tests.opensearch.cluster import Cluster
from tests.opensearch.nodes import Nodes
from tests.opensearch.sharing import shared


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    """Three nodes for all tests of the session, which leave them whole and use names of their own for indexes."""
    need(VERSION)
    with shared(_of_the_session(tmp_path_factory) / "cluster", 3, VERSION) as nodes:
        yield nodes


@pytest.fixture(scope="session")
def newest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    """One node of the newest version, for all tests of the session."""
    need(NEWEST)
    with shared(_of_the_session(tmp_path_factory) / "newest", 1, NEWEST) as nodes:
        yield nodes


@pytest.fixture(scope="module")
def module_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Three nodes that the tests of a module may kill and pause. One at a time in the session, for memory's sake."""
    need(VERSION)
    with (
        alone(_of_the_session(tmp_path_factory) / "own_cluster.lock"),
        Cluster(tmp_path_factory.mktemp("own_cluster"), 3, VERSION) as nodes,
    ):
        yield nodes


@pytest.fixture
def own_cluster(module_cluster: Cluster) -> Cluster:
    """Those three, whole again, whatever the test before has done to them; its indexes are still there."""
    module_cluster.heal()
    return module_cluster


def need(version: str) -> None:
    """Skips whatever asks where this version cannot run."""
    try:
        fetch(version)
    except NotFetchedError as error:
        pytest.skip(str(error))


def _of_the_session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of the session see: each has one of its own in that of the session."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
