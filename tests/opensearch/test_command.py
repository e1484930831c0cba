"""The installed command on a cluster: every command, its exit codes, the server, and the way back to the folder."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import HTTPError
from uuid import uuid4

import pytest

from tests.opensearch.nodes import NEEDED, AnswerError, Nodes

pytestmark = NEEDED
_INSTALLED = Path(sys.executable).parent / "articles"
COMMAND = [str(_INSTALLED)] if _INSTALLED.exists() else [sys.executable, "-m", "article_search"]
SAMPLE = Path(__file__).parents[2] / "content"
ROMA = "roma_and_united_still_apart_on_fee_for_smalling_with_serie_a_days_away.md"
DEAD = ["http://127.0.0.1:1", "http://127.0.0.1:2"]  # ports of services that nobody runs


def run(site: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ARTICLES_")}
    return subprocess.run(
        [*COMMAND, *arguments], cwd=site, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def found(site: Path, *arguments: str) -> str:
    """What a command finds. A busy machine may use up the time of a search, which is not what these tests are about."""
    for _ in range(6):
        done = run(site, *arguments)
        if done.returncode == 0:
            break
    assert done.returncode == 0, done.stderr
    return done.stdout


def settle(site: Path, hosts: Sequence[str], name: str) -> None:
    lines = ["workers = 1", "[opensearch]", f"hosts = {json.dumps(list(hosts))}", f'index = "{name}"', "timeout = 20"]
    (site / "articles.toml").write_text("\n".join(lines))


@pytest.fixture(scope="module")
def name(cluster: Nodes) -> Iterator[str]:
    """What the index is called."""
    name = f"command{uuid4().hex[:12]}"
    yield name
    with suppress(AnswerError, OSError):
        cluster.ask(f"/{name}-*,{name}.state?expand_wildcards=all", method="DELETE")


@pytest.fixture(scope="module")
def site(cluster: Nodes, name: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample articles, and their index on the cluster."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(SAMPLE, folder / "content")
    settle(folder, cluster.hosts, name)
    assert (before := run(folder, "search", "roma")).returncode == 2
    assert f"there is no index {name} at" in before.stderr
    assert "`articles index` makes one" in before.stderr
    done = run(folder, "index")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def dead(tmp_path: Path) -> Path:
    """A site whose cluster is away."""
    (tmp_path / "content").mkdir()
    settle(tmp_path, DEAD, "articles")
    return tmp_path


def test_a_search_finds_or_does_not_or_fails(site: Path) -> None:
    assert "Roma and United still apart on fee for Smalling" in found(site, "search", "Smalling", "Roma", "fee")
    assert json.loads(found(site, "search", "smaling", "--json"))["hits"][0]["id"] == ROMA
    assert ROMA in found(site, "search", "fee", "--paths")
    nothing = run(site, "search", "xylophonist")
    assert nothing.returncode == 1
    assert "no article found for: xylophonist" in nothing.stderr
    assert run(site, "search", "roma", "--since", "nonsense").returncode == 2


def test_articles_are_shown_explained_related_and_suggested(site: Path) -> None:
    assert "Smalling" in found(site, "show", ROMA)
    assert "smalling" in found(site, "explain", ROMA, "smalling", "fee").lower()
    assert ".md" in found(site, "related", ROMA)
    assert "smalling" in found(site, "suggest", "smal").lower()
    for arguments in (["show", "none.md"], ["explain", "none.md", "x"], ["related", "none.md"]):
        missing = run(site, *arguments)
        assert missing.returncode == 2, arguments
        assert missing.stderr.count("\n") == 1, missing.stderr


def test_status_says_which_index_it_is_and_that_it_is_whole(site: Path, name: str, cluster: Nodes) -> None:
    told = run(site, "status")
    assert told.returncode == 0
    assert re.search(rf"index +{name} at {cluster.hosts[0]} and {len(cluster.hosts) - 1} more\n", told.stdout)
    assert "up to date" in told.stdout
    whole = run(site, "status", "--verify")
    assert whole.returncode == 0, whole.stderr
    assert whole.stdout.endswith("\nthe index is as it was written\n")
    assert json.loads(run(site, "status", "--verify", "--json").stdout)["problems"] == []


def test_a_run_takes_in_what_has_changed_and_check_reads_it(site: Path) -> None:
    assert run(site, "check").returncode == 0
    new = site / "content" / "new.md"
    new.write_text("---\ntitle: A quartz metronome\n---\nIt ticks.\n")
    try:
        assert json.loads(run(site, "index", "--dry-run", "--json").stdout)["added"] == 1
        assert run(site, "search", "metronome").returncode == 1
        assert json.loads(run(site, "index", "--json").stdout)["added"] == 1
        assert "quartz" in found(site, "search", "metronome")
    finally:
        new.unlink()
    again = json.loads(run(site, "index", "--full", "--wait", "--json").stdout)
    assert again["added"] == again["seen"] - len(again["left_out"]) > 10
    assert run(site, "search", "metronome").returncode == 1


def test_a_folder_that_is_named_is_meant_and_has_the_same_answers(site: Path) -> None:
    missing = run(site, "--index", "folder", "search", "roma")
    assert missing.returncode == 2
    assert "folder" in missing.stderr
    assert run(site, "--index", "folder", "index").returncode == 0
    assert "folder" in run(site, "--index", "folder", "status").stdout
    for question in (["roma", "fee"], ["roma", "-tomato"], ['"serie a"'], ["index", "--all"], ["swan*"]):
        there, here = (found(site, *where, "search", *question, "--paths") for where in ([], ["--index", "folder"]))
        assert there == here, question


def test_a_copy_of_a_cluster_is_refused_in_a_line(site: Path) -> None:
    refused = run(site, "index", "--to", "copy")
    assert refused.returncode == 2
    assert refused.stderr.count("\n") == 1
    assert "in no folder" in refused.stderr
    assert not (site / "copy").exists()


def test_a_cluster_that_is_away_is_said_in_a_line(dead: Path) -> None:
    for arguments in (["search", "roma"], ["index"]):
        said = run(dead, *arguments)
        assert said.returncode == 2, arguments
        assert said.stderr.count("\n") == 1, said.stderr
        assert "see that it is up and green" in said.stderr
        assert said.stdout == ""


@contextmanager
def serving(site: Path) -> Iterator[str]:
    """The address that `articles serve` answers at."""
    server = subprocess.Popen(
        [*COMMAND, "serve", "--port", "0"], cwd=site, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert server.stdout
        (address,) = re.findall(r"http://\S+/", server.stdout.readline())
        yield address
    finally:
        server.send_signal(signal.SIGINT)
        server.communicate(timeout=60)


def get(url: str) -> tuple[int, str, str | None]:
    """Status, text, and after how long to try again."""
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            return answer.status, answer.read().decode(), None
    except HTTPError as error:
        with error:
            return error.code, error.read().decode(), error.headers["Retry-After"]


def test_the_page_and_the_api_answer(site: Path) -> None:
    with serving(site) as address:
        assert "Roma and United" in get(f"{address}?q=smalling")[1]
        assert json.loads(get(f"{address}api/search?q=smalling")[1])["hits"][0]["id"] == ROMA
        assert json.loads(get(f"{address}api/suggest?q=smal")[1])["completions"]
        assert json.loads(get(f"{address}api/status")[1])["articles"]
        assert get(f"{address}article/{ROMA}")[0] == 200
        assert get(f"{address}article/none.md")[0] == 404


def test_a_cluster_that_is_away_is_503_and_no_empty_answer(dead: Path) -> None:
    with serving(dead) as address:
        for path in ("?q=roma", "api/search?q=roma", "api/suggest?q=ro", f"article/{ROMA}", "feed.atom?q=roma"):
            status, text, again = get(address + path)
            assert (status, path) == (503, path)
            assert again
            assert "127.0.0.1:1" not in text
