"""A cluster for tests of its writer: where ARTICLES_TEST_HOSTS says there is one."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.backends.opensearch.site import Site


@pytest.fixture(scope="session")
def hosts() -> tuple[str, ...]:
    """Where the cluster's nodes are."""
    found = tuple(os.environ.get("ARTICLES_TEST_HOSTS", "").split())
    if not found:
        pytest.skip("ARTICLES_TEST_HOSTS names no cluster")
    return found


@pytest.fixture
def site(hosts: tuple[str, ...]) -> Iterator[Site]:
    """An index of its own, empty, which is gone afterwards."""
    made = Site(hosts)
    try:
        yield made
    finally:
        made.end()
