"""The rights that the guide lists are enough for all commands, none is idle, and who lacks one is told in a line."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from uuid import uuid4

import pytest

from article_search import Engine
from article_search.backends.opensearch.writing import purging
from article_search.settings import load
from article_search.web import create_app
from tests.opensearch.nodes import AnswerError, Nodes
from tests.opensearch.proxy import OPENSSL, Proxies, Right, User, certificates, proxies, rights

pytestmark = pytest.mark.skipif(not OPENSSL, reason="openssl, which makes the certificates, is not installed")

Certificates = tuple[Path, Path]
SEARCHES = [
    ["search", "harbour"],
    ["search", "harbor", "brigde", "--since", "2020"],
    ["search", '"harbour bridge"', "cab*", "--all"],
    ["suggest", "harb"],
    ["related", "1.md"],
    ["explain", "1.md", "harbour", "bridge"],
    ["show", "1.md"],
    ["status"],
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return certificates(tmp_path_factory.mktemp("authority"))


class Site:
    """A folder of articles whose index is on a cluster behind proxies."""

    def __init__(self, folder: Path, name: str, ca: Path) -> None:
        self.folder, self.name, self.ca = folder, name, ca
        (folder / "content").mkdir(exist_ok=True)
        for number in range(12):
            self.write(number, f"Two cables of it, {number} of {number * 7}.")

    def write(self, number: int, text: str) -> None:
        header = f"---\ntitle: Harbour bridge {number}\ndate: 2020-09-{number + 1:02}\n---\n"
        (self.folder / "content" / f"{number}.md").write_text(header + text)

    def toml(self, hosts: list[str], ca: bool = True) -> None:
        lines = [
            "workers = 1",
            "[opensearch]",
            f"hosts = {json.dumps(hosts)}",
            f'index = "{self.name}"',
            "timeout = 30",
        ]
        (self.folder / "articles.toml").write_text("\n".join([*lines, *([f'ca_certs = "{self.ca}"'] if ca else [])]))

    def run(self, user: str, *arguments: str, password: str = "") -> subprocess.CompletedProcess[str]:
        signed = {
            "ARTICLES_OPENSEARCH_USER": user,
            "ARTICLES_OPENSEARCH_PASSWORD": password or f"{user}'s",
        }
        command = [sys.executable, "-m", "article_search", *arguments]
        environment = {**os.environ, **signed}
        return subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=120, check=False
        )


@pytest.fixture
def site(cluster: Nodes, tmp_path: Path, made: Certificates) -> Iterator[Site]:
    name = f"rights{uuid4().hex[:12]}"
    yield Site(tmp_path, name, made[0])
    with suppress(AnswerError, OSError):
        cluster.ask(f"/{name}-*,{name}.state?expand_wildcards=all", method="DELETE")


Behind = Callable[..., Proxies]


@pytest.fixture
def behind(cluster: Nodes, site: Site, made: Certificates) -> Iterator[Behind]:
    """Puts proxies before the cluster that let the guide's users through; ``without``: rights that they lack."""
    with ExitStack() as stack:

        def start(without: Callable[[Right], bool] = lambda right: False) -> Proxies:
            reader, writer = (tuple(one for one in some if not without(one)) for some in rights(site.name))
            users = {"reader": User("reader's", reader), "writer": User("writer's", (*reader, *writer))}
            started = stack.enter_context(proxies(cluster, users, made[1]))
            site.toml(started.hosts)
            return started

        yield start


def of(request: str) -> Callable[[Right], bool]:
    return lambda right: request in right.requests


def test_the_rights_of_the_guide_are_enough_and_none_is_idle(site: Site, behind: Behind) -> None:
    through = behind()
    reader, writer = rights(site.name)
    assert (done := site.run("writer", "index")).returncode == 0, done.stderr
    site.write(3, "Another text altogether.")
    (site.folder / "content" / "4.md").unlink()
    assert (done := site.run("writer", "index")).returncode == 0, done.stderr
    indexing = {*through.used}
    through.used.clear()
    for arguments in SEARCHES:
        assert (done := site.run("reader", *arguments)).returncode == 0, (arguments, done.stderr)
        assert done.stdout
    assert through.refused == []
    assert through.used == {*reader}
    assert (done := site.run("writer", "index", "--full", "--wait")).returncode == 0, done.stderr
    assert (done := site.run("writer", "index", "--dry-run")).returncode == 0, done.stderr
    assert (done := site.run("writer", "status", "--verify")).returncode == 0, done.stderr
    assert through.refused == []
    # What is older than ten minutes is removed by later runs, which is another test's.
    waits = {right for right in writer if right.requests[0].startswith("DELETE ")}
    assert {*writer} - through.used - indexing == waits


def test_what_the_writer_removes_when_its_time_has_come_is_among_the_rights(
    site: Site, behind: Behind, monkeypatch: pytest.MonkeyPatch
) -> None:
    through = behind()
    monkeypatch.chdir(site.folder)
    monkeypatch.setattr(purging, "KEPT", -1.0)
    signed = {"ARTICLES_OPENSEARCH_USER": "writer", "ARTICLES_OPENSEARCH_PASSWORD": "writer's"}
    with Engine(load(None, signed)) as engine:
        for number in range(4):
            site.write(number, "Another text.")
            engine.index(full=number == 2)
    assert through.refused == []
    _, writer = rights(site.name)
    assert {right for right in writer if right.requests[0].startswith("DELETE ")} <= through.used


def test_the_page_and_the_api_ask_for_no_other_right(
    site: Site, behind: Behind, monkeypatch: pytest.MonkeyPatch
) -> None:
    through = behind()
    assert (done := site.run("writer", "index")).returncode == 0, done.stderr
    monkeypatch.chdir(site.folder)
    signed = {"ARTICLES_OPENSEARCH_USER": "reader", "ARTICLES_OPENSEARCH_PASSWORD": "reader's"}
    with Engine(load(None, signed)) as engine:
        client = create_app(engine).test_client()
        for path in ("/", "/?q=harbour", "/article/1.md", "/api/search?q=harbor", "/api/suggest?q=har", "/api/status"):
            assert client.get(path).status_code == 200, path
        assert client.get("/api/related/1.md").status_code == 200
        assert client.get("/feed.atom?q=harbour").status_code == 200
    assert through.refused == []


def test_the_roles_of_the_guide_are_the_rights_of_its_tables() -> None:
    guide = (Path(__file__).parents[2] / "content/guide/opensearch.md").read_text(encoding="utf-8")
    roles = [json.loads(block) for block in re.findall(r"(?ms)^```json\n(.*?)^```$", guide)]
    roles = [role for role in roles if "cluster_permissions" in role]
    reader, writer = rights()
    assert len(reader) >= 5
    assert len(writer) >= 10
    for role, listed in zip(roles, (reader, (*reader, *writer)), strict=True):
        assert role["cluster_permissions"] == sorted({one for right in listed for one in right.in_cluster})
        on: dict[str, set[str]] = {}
        for right in listed:
            for pattern, actions in right.on_indices:
                on.setdefault(pattern, set()).update(actions)
        given = {each["index_patterns"][0]: each["allowed_actions"] for each in role["index_permissions"]}
        assert given == {pattern: sorted(actions) for pattern, actions in on.items()}


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    """What a command says that fails."""
    assert done.returncode == 2, done.stdout
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


def test_a_wrong_password_is_said(site: Site, behind: Behind) -> None:
    behind()
    for arguments in (["search", "harbour"], ["index"], ["status"]):
        said = one_line(site.run("reader", *arguments, password="wrong"))
        assert "refuses the user reader" in said
        assert "ARTICLES_OPENSEARCH_PASSWORD" in said
        assert "wrong" not in said


@pytest.mark.parametrize("request_", ["GET /", "GET /NAME.state/_doc/…", "POST /_msearch", "POST /NAME-N/_mget"])
def test_a_right_that_is_missing_is_said(request_: str, site: Site, behind: Behind) -> None:
    behind()
    assert (done := site.run("writer", "index")).returncode == 0, done.stderr
    wanted = request_.replace("NAME", site.name)
    lacking = behind(of(wanted))
    said = one_line(site.run("reader", "search", "harbour"))
    assert "refuses the user reader" in said
    assert "no permissions for" in said
    assert "the rights that the guide lists" in said
    assert lacking.refused


@pytest.mark.parametrize("request_", ["PUT /NAME-N", "POST /_bulk", "POST /NAME-N/_refresh"])
def test_a_right_that_a_run_lacks_is_said(request_: str, site: Site, behind: Behind) -> None:
    wanted = request_.replace("NAME", site.name)
    lacking = behind(of(wanted))
    said = one_line(site.run("writer", "index"))
    assert "refuses the user writer" in said
    assert "the rights that the guide lists" in said
    assert lacking.refused


def test_an_authority_that_is_not_known_is_said(site: Site, behind: Behind, tmp_path: Path) -> None:
    through = behind()
    site.toml(through.hosts, ca=False)
    said = one_line(site.run("reader", "search", "harbour"))
    assert "is not believed" in said
    assert "ca_certs" in said
    (tmp_path / "other").mkdir()
    site.ca = certificates(tmp_path / "other")[0]
    site.toml(through.hosts)
    assert f"ca_certs in articles.toml ({site.ca})" in one_line(site.run("reader", "search", "harbour"))


def test_a_password_is_not_sent_without_tls(site: Site) -> None:
    site.toml(["http://a.example:9200"], ca=False)
    said = one_line(site.run("reader", "search", "harbour"))
    assert "http://a.example:9200 would send the password unencrypted; write https://" in said
