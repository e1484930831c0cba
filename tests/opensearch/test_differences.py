"""What is said to differ on a cluster does, and the guide says it too."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from tests.opensearch.backend import PatientBackend
from tests.opensearch.differences import DIFFERENCES, Difference
from tests.opensearch.nodes import NEEDED, Nodes
from tests.shelf import backend_at, commit

GUIDE = Path(__file__).parents[2] / "content" / "guide" / "opensearch.md"


@pytest.mark.parametrize("one", [pytest.param(one, marks=NEEDED, id=one.what) for one in DIFFERENCES])
def test_what_is_said_to_differ_does(one: Difference, cluster: Nodes, tmp_path: Path) -> None:
    with PatientBackend(cluster) as on_cluster, closing(backend_at(tmp_path / "index")) as in_folder:
        for backend in (on_cluster, in_folder):
            commit(backend, one.articles)
        assert one.told(on_cluster) != one.told(in_folder), "it is the same now: take it off the table"


@pytest.mark.parametrize("one", DIFFERENCES, ids=lambda one: one.what)
def test_the_guide_says_what_differs_and_why(one: Difference) -> None:
    assert f"| {one.what} | {one.why} |" in GUIDE.read_text(encoding="utf-8")
