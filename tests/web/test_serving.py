"""The guide to serving, tried: its gunicorn, its nginx before either server, and a system that cannot be written."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from article_search.web.query_report import report

GUIDE = (Path(__file__).parents[2] / "content/guide/serving.md").read_text(encoding="utf-8")
NGINX = shutil.which("nginx") or (shutil.which("nginx", path="/usr/sbin") or "")
needs_nginx = pytest.mark.skipif(not NGINX, reason="nginx is not installed")

Serve = Callable[[Path, int], list[str]]


def block(language: str, start: str) -> str:
    """The block of the guide that begins so."""
    (found,) = [text for text in re.findall(rf"(?ms)^```{language}\n(.*?)^```$", GUIDE) if text.startswith(start)]
    return str(found)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """An indexed site with the guide's settings for a proxy, and both logs."""
    (tmp_path / "content").mkdir()
    for number in range(30):
        text = f"---\ntitle: Harbour bridge {number}\ndate: 2020-09-{number + 1:02}\n---\nTwo cables.\n"
        (tmp_path / "content" / f"{number}.md").write_text(text)
    settings = block("toml", "[web]\naddress") + 'access_log = "access.log"\n[query_log]\npath = "log.db"\n'
    (tmp_path / "articles.toml").write_text(settings)
    command = [sys.executable, "-m", "article_search", "index"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=60)
    return tmp_path


def with_gunicorn(_: Path, port: int) -> list[str]:
    words = shlex.split(block("sh", "gunicorn"))
    return [sys.executable, "-m", *(word.replace(":8000", f":{port}") for word in words)]


def with_waitress(_: Path, port: int) -> list[str]:
    words = shlex.split(block("sh", "articles serve"))[1:]
    return [sys.executable, "-m", "article_search", *(word.replace("8000", str(port)) for word in words)]


def ask(port: int, path: str, **headers: str) -> tuple[int, str, dict[str, str]]:
    """Status, body and headers of an answer to a reader, who has an address that no proxy has."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60, source_address=("127.0.0.2", 0))
    try:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        return response.status, response.read().decode(), {name.lower(): value for name, value in response.getheaders()}
    finally:
        connection.close()


@contextmanager
def running(command: list[str], port: int, **more: object) -> Iterator[subprocess.Popen[str]]:
    """A server, from when it answers; ended at the end."""
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **more)  # type: ignore[call-overload]
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                ask(port, "/robots.txt")
                break
            except OSError:
                assert process.poll() is None and time.monotonic() < deadline, process.communicate(timeout=60)
                time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=60)


@pytest.mark.parametrize("serve", [with_gunicorn, with_waitress])
def test_a_server_started_by_the_guide_answers_and_ends_well(site: Path, serve: Serve) -> None:
    port = free_port()
    with running(serve(site, port), port, cwd=site) as server:
        status, text, _ = ask(port, "/api/search?q=harbour&log=1")
        assert (status, json.loads(text)["total"]) == (200, 30)
        assert ask(port, "/healthz")[0] == 200
        server.terminate()
        assert server.wait(60) == 0
    assert report(site / "log.db").asked == 1
    lines = [json.loads(line) for line in (site / "access.log").read_text().splitlines()]
    assert {line["path"] for line in lines} == {"/robots.txt", "/api/search", "/healthz"}


@pytest.mark.slow
def test_gunicorn_goes_on_answering_while_its_workers_are_replaced_and_the_index_is(site: Path) -> None:
    port = free_port()
    with running(with_gunicorn(site, port), port, cwd=site) as server:
        build = [sys.executable, "-m", "article_search", "index", "--full"]
        for number in range(3):
            building = subprocess.Popen(build, cwd=site, stdout=subprocess.DEVNULL)
            if number == 1:
                server.send_signal(signal.SIGHUP)
            while building.poll() is None:
                status, text, _ = ask(port, "/api/search?q=harbour")
                assert (status, json.loads(text)["total"]) == (200, 30)
            assert building.returncode == 0


def test_gunicorn_ends_when_the_settings_cannot_be_read(site: Path) -> None:
    (site / "articles.toml").write_text("[web]\nport = 1\n")
    done = subprocess.run(with_gunicorn(site, free_port()), cwd=site, capture_output=True, text=True, timeout=60)
    assert done.returncode != 0
    assert "'port' is no setting" in done.stderr
    assert done.stderr.count("is no setting") <= 2, "no worker is started again"


# nginx


def nginx_config(folder: Path, port: int, upstream: int) -> Path:
    server = block("nginx", "server {").replace("listen 80;", f"listen 127.0.0.1:{port};")
    server = server.replace("127.0.0.1:8000", f"127.0.0.1:{upstream}")
    paths = "".join(
        f"{name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;\n" if os.geteuid() == 0 else ""
    config = folder / "nginx.conf"
    config.write_text(
        f"{user}daemon off;\npid {folder}/nginx.pid;\nerror_log {folder}/error.log;\nevents {{}}\n"
        f"http {{\naccess_log off;\n{paths}{server}}}\n"
    )
    return config


@needs_nginx
@pytest.mark.parametrize("serve", [with_gunicorn, with_waitress])
def test_behind_the_guides_nginx_readers_are_who_they_are(site: Path, serve: Serve) -> None:
    settings = (site / "articles.toml").read_text()
    (site / "articles.toml").write_text(settings.replace("[web]", "[web]\nrequests_per_minute = 1\nburst = 8"))
    port, upstream = free_port(), free_port()
    config = nginx_config(site, port, upstream)
    server = serve(site, upstream)
    nginx = [NGINX, "-p", str(site), "-c", str(config), "-e", str(site / "error.log")]
    with running(server, upstream, cwd=site), running(nginx, port):
        assert "https://search.example.org/?q={searchTerms}" in ask(port, "/opensearch.xml")[1]
        status, text, headers = ask(port, "/api/search?q=harbour")
        assert (status, json.loads(text)["total"]) == (200, 30)
        assert ask(port, "/api/search?q=harbour", **{"If-None-Match": headers["etag"]})[0] == 304
        assert ask(port, "/api/search?q=" + "word+" * 1_200)[0] == 200, "a long address passes"
        seen = [ask(port, "/robots.txt", **{"X-Forwarded-For": f"198.51.100.{n}"})[0] for n in range(20)]
        # Each of two workers lets eight through.
        assert seen.count(429) >= 4, "a reader does not become another by saying so"


# A system that cannot be written


UNWRITABLE = """
set -e
mount --make-rprivate /
mount --bind / / && mount -o remount,bind,ro /
mount -t tmpfs tmpfs /dev/shm
cd {folder}
exec {nobody} "$@"
"""
NOBODY = "setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs --bounding-set=-all"


def can_unshare() -> bool:
    if os.name != "posix" or os.geteuid() != 0 or not (shutil.which("unshare") and shutil.which("setpriv")):
        return False
    return subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode == 0


@pytest.fixture
def nobody() -> None:
    """Skips where this Python, or what it imports, is for its owner only, as pyenv's in root's home is."""
    command = [*shlex.split(NOBODY), sys.executable, "-c", "import article_search.web, gunicorn, waitress"]
    done = subprocess.run(command, cwd="/", capture_output=True, text=True, timeout=60)
    if done.returncode:
        pytest.skip(f"another user may not run this Python: {done.stderr.strip()[-200:]}")


@pytest.mark.skipif(not can_unshare(), reason="only root can mount a read-only system here")
@pytest.mark.usefixtures("nobody")
@pytest.mark.parametrize("serve", [with_gunicorn, with_waitress])
def test_a_read_only_system_and_a_user_without_rights_suffice(
    site: Path, serve: Serve, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (site / "articles.toml").write_text('title = "The Gazette"\n')
    for folder in (site, *site.parents):
        if folder.name.startswith(("pytest-", "popen-")) or folder.is_relative_to(tmp_path_factory.getbasetemp()):
            folder.chmod(folder.stat().st_mode | 0o055)
    port = free_port()
    command = serve(site, port) + (["--worker-tmp-dir", "/dev/shm"] if serve is with_gunicorn else [])
    script = UNWRITABLE.format(folder=shlex.quote(str(site)), nobody=NOBODY)
    fenced = ["unshare", "-m", "sh", "-c", script, "sh", *command]
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "HOME": "/nonexistent"}
    with running(fenced, port, env=environment):
        status, text, _ = ask(port, "/?q=harbour")
        assert status == 200
        assert "30 articles" in text
        assert ask(port, "/api/status")[0] == 200


def test_the_unit_of_systemd_is_one(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if not program:
        pytest.skip("systemd-analyze is not installed")
    unit = tmp_path / "article-search.service"
    unit.write_text(block("ini", "[Unit]").replace("/srv/gazette/.venv/bin/gunicorn", shutil.which("true") or ""))
    done = subprocess.run([program, "verify", str(unit)], capture_output=True, text=True, timeout=60)
    complaints = [line for line in done.stderr.splitlines() if "article-search" in line]
    assert not complaints
