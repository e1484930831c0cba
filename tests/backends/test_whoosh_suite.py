"""Does Whoosh work with our codec as its default? Its own tests say, all but those that cannot apply.

The tests come from the source distribution of the installed version, fetched once by pip; nothing of them is kept here.
Not for what our codec does beyond Whoosh's: columnar/test_codec.py.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from importlib.metadata import version
from pathlib import Path
from xml.etree import ElementTree

import pytest

pytestmark = pytest.mark.slow

NOT_APPLICABLE = {
    "test_bump_version_script": "runs scripts/, which the source distribution lacks",
    "test_example_acronyms": "imports examples/, which the source distribution lacks",
    "test_example_parallel_indexing": "imports examples/, which the source distribution lacks",
    "test_example_parallel_search": "imports examples/, which the source distribution lacks",
    "test_example_rag_retriever": "imports examples/, which the source distribution lacks",
    "test_example_signed_numbers": "imports examples/, which the source distribution lacks",
    "test_examples_runnable": "runs examples/, which the source distribution lacks",
    "test_site_version_sync": "reads demo/, which the source distribution lacks",
    "test_codecs.test_corrupt_postings_block_raises_clear_error": (
        "overwrites a block of a .pst file of Whoosh's codec; ours are checked in columnar/test_codec.py"
    ),
    "test_codecs.test_tiny_blocks_stored_uncompressed_round_trip": (
        "watches when Whoosh's codec calls zlib for a block of postings; ours has no such blocks"
    ),
}
"""Modules or tests that fail for a reason that has nothing to do with a codec's task. All of a module's tests fail."""

PLUGINS = Path(__file__).parent / "whoosh_suite"


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unpacked source distribution of the installed Whoosh."""
    name = f"whoosh3-{version('whoosh3')}"
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "article-search-tests"
    archive = cache / f"{name}.tar.gz"
    if not archive.exists():
        fetch = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-binary", ":all:", "--dest", str(cache)]
        try:
            done = subprocess.run([*fetch, name.replace("-", "==")], capture_output=True, text=True, timeout=120)
        except subprocess.TimeoutExpired:
            pytest.skip("Whoosh's source distribution could not be fetched in two minutes")
        if done.returncode or not archive.exists():
            pytest.skip(f"Whoosh's source distribution could not be fetched: {done.stderr.strip()[-300:]}")
    folder = tmp_path_factory.mktemp("whoosh")
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    return folder / name


def run(source: Path, *tests: str) -> dict[str, str]:
    """Runs Whoosh's tests; how each ended: "passed", "skipped", "failure" or "error", by module and name."""
    report = source / "report.xml"
    scratch = source / "tmp"
    scratch.mkdir(exist_ok=True)
    path = os.pathsep.join([str(PLUGINS), *filter(None, [os.environ.get("PYTHONPATH")])])
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "exact_lengths", "-W", "ignore"]
    done = subprocess.run(
        [*command, "-o", "addopts=", f"--junitxml={report}", *tests],
        cwd=source,
        env={**os.environ, "PYTHONPATH": path, "TMPDIR": str(scratch), "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode in (0, 1), done.stdout[-2000:] + done.stderr[-2000:]
    outcomes = {}
    for case in ElementTree.parse(report).iter("testcase"):
        name = f"{case.get('classname', '').removeprefix('tests.')}.{case.get('name')}"
        ends = [child.tag for child in case if child.tag in ("failure", "error", "skipped")]
        outcomes[name] = ends[0] if ends else "passed"
    return outcomes


@pytest.fixture(scope="module")
def outcomes(source: Path) -> dict[str, str]:
    return run(source, "tests")


def entry(test: str) -> str | None:
    """The entry of NOT_APPLICABLE that a test belongs to."""
    return next((name for name in (test, test.partition(".")[0]) if name in NOT_APPLICABLE), None)


def test_every_test_that_applies_passes(source: Path, outcomes: dict[str, str]) -> None:
    failed = [test for test, outcome in outcomes.items() if outcome in ("failure", "error") and not entry(test)]
    if 0 < len(failed) < 4:  # some wait for other processes against the clock, and a busy machine is late
        again = run(source, *("tests/{}.py::{}".format(*test.split(".", 1)) for test in failed))
        failed = [test for test in failed if again.get(test) != "passed"]
    assert failed == []


def test_most_tests_apply(outcomes: dict[str, str]) -> None:
    assert sum(outcome == "passed" for outcome in outcomes.values()) > 850
    assert sum(outcome == "skipped" for outcome in outcomes.values()) < 10  # they need packages Whoosh can do without


@pytest.mark.parametrize("name", NOT_APPLICABLE)
def test_what_is_not_applicable_is_there_and_fails(name: str, outcomes: dict[str, str]) -> None:
    ends = {outcome for test, outcome in outcomes.items() if entry(test) == name}
    assert ends and ends <= {"failure", "error"}
