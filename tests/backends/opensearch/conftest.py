"""The cluster for tests of its writer: that of the session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.backends.opensearch.site import Site
from tests.opensearch.nodes import Nodes


@pytest.fixture(scope="session")
def hosts(cluster: Nodes) -> tuple[str, ...]:
    """Where the cluster's nodes are."""
    return tuple(cluster.hosts)


@pytest.fixture
def site(hosts: tuple[str, ...]) -> Iterator[Site]:
    """An index of its own, empty, which is gone afterwards."""
    made = Site(hosts)
    try:
        yield made
    finally:
        made.end()
