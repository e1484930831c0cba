"""A cluster for tests of its writer: where ARTICLES_TEST_HOSTS says there is one."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.backends.opensearch.site import Site


@pytest.fixture
def site() -> Iterator[Site]:
    """An index of its own, empty, which is gone afterwards."""
    hosts = os.environ.get("ARTICLES_TEST_HOSTS", "").split()
    if not hosts:
        pytest.skip("ARTICLES_TEST_HOSTS names no cluster")
    made = Site(tuple(hosts))
    try:
        yield made
    finally:
        made.end()
