"""Fair to others: real servers, on which one client takes whatever it can get while another asks."""

from __future__ import annotations

import json
import os
import resource
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path

import pytest

from article_search import web
from article_search.limits import LIMITS
from article_search.web import connections
from tests.fake_engine import FakeEngine
from tests.web.test_serving import free_port, running, with_gunicorn

ROOT = Path(__file__).parents[2]

# An application whose searches for "slow" end when a file is there.
HELD = """
import sys, time
from ipaddress import ip_network
from pathlib import Path
sys.path.insert(0, {root!r})
from article_search.query.search import Search
from article_search.settings import Settings, Web
from article_search.web import create_app
from tests.fake_engine import FakeEngine
class Held(FakeEngine):
    def search(self, text, **options):
        if Search.of(text).text == "slow":
            with open({begun!r}, "a") as file:
                file.write("x")
            while not Path({release!r}).exists():
                time.sleep(0.01)
        return super().search(text, **options)
engine = Held(settings=Settings(web=Web(proxies=({proxies}))))
app = create_app(engine)
"""
SERVE = (
    "import held, sys; from article_search.web.server import serve; serve(held.engine, '127.0.0.1', int(sys.argv[1]))"
)
PROXY = 'ip_network("127.0.0.1"),'

Command = Callable[[Path, int], list[str]]


def by_itself(_: Path, port: int) -> list[str]:
    return [sys.executable, "-c", SERVE, str(port)]


def by_gunicorn(folder: Path, port: int) -> list[str]:
    return [word.replace("article_search.wsgi:app", "held:app") for word in with_gunicorn(folder, port)]


class Site:
    """A server that runs, whose slow searches end when it is told to."""

    def __init__(self, folder: Path, port: int, process: subprocess.Popen[str]) -> None:
        self.port, self.process = port, process
        self._folder = folder

    @property
    def begun(self) -> int:
        """How many slow searches have begun."""
        with suppress(FileNotFoundError):
            return len((self._folder / "begun").read_text())
        return 0

    def release(self) -> None:
        (self._folder / "release").touch()

    def ask(self, words: str, client: str, source: str = "127.0.0.1", timeout: float = 60) -> tuple[int, str | None]:
        """Status and Retry-After of an answer."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=timeout, source_address=(source, 0))
        with closing(connection):
            connection.request("GET", f"/api/search?q={words}", headers={"X-Forwarded-For": client})
            answer = connection.getresponse()
            answer.read()
            return answer.status, answer.getheader("Retry-After")

    def cpu(self) -> float:
        """Seconds of processor time it has taken."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def served(folder: Path, command: Command, proxies: str = PROXY, files: int = 0) -> Iterator[Site]:
    paths = {name: str(folder / name) for name in ("begun", "release")}
    (folder / "held.py").write_text(HELD.format(root=str(ROOT), proxies=proxies, **paths))
    port = free_port()
    more = {"env": os.environ | {"PYTHONPATH": str(folder)}, "cwd": folder}
    if files:
        more["preexec_fn"] = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    with running(command(folder, port), port, **more) as process:
        site = Site(folder, port, process)
        try:
            yield site
        finally:
            site.release()


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("command", [by_itself, by_gunicorn])
def test_fifty_searches_of_one_client_keep_no_other_from_an_answer(tmp_path: Path, command: Command) -> None:
    with served(tmp_path, command) as site:
        seen: list[tuple[int, str | None]] = []
        greedy = [threading.Thread(target=lambda: seen.append(site.ask("slow", "192.0.2.1"))) for _ in range(50)]
        for one in greedy:
            one.start()
        # Two processes of gunicorn have three of them each, or one has none yet.
        until(lambda: site.begun >= LIMITS.client_requests and len(seen) >= 15)
        assert set(seen) == {(503, str(LIMITS.retry_seconds))}, "who waits in vain is told so"
        for number in range(20):  # while the others are worked on and wait
            assert site.ask("harbour", f"198.51.100.{number}")[0] == 200
        assert site.begun <= 2 * LIMITS.client_requests
        site.release()
        for one in greedy:
            one.join(60)
        assert Counter(status for status, _ in seen).keys() == {200, 503}
        assert len(seen) == 50
        assert site.ask("slow", "192.0.2.1")[0] == 200


def test_readers_behind_one_proxy_are_many_clients(tmp_path: Path) -> None:
    with served(tmp_path, by_itself) as site:
        seen: list[int] = []
        readers = [
            threading.Thread(target=lambda who=who: seen.append(site.ask("slow", who)[0]))
            for who in (f"198.51.100.{number}" for number in range(8))
        ]
        for one in readers:
            one.start()
        until(lambda: site.begun == 8)  # of eight threads
        site.release()
        for one in readers:
            one.join(60)
        assert seen == [200] * 8


# Connections


def opened(site: Site, count: int, first: bytes = b"") -> list[socket.socket]:
    made = []
    for _ in range(count):
        made.append(socket.create_connection(("127.0.0.1", site.port), timeout=60))
        made[-1].sendall(first)
    return made


@contextmanager
def dripping(sockets: list[socket.socket]) -> Iterator[None]:
    """Sends a byte on each, over and over."""
    ended = threading.Event()

    def drip() -> None:
        while not ended.wait(0.05):
            for one in sockets:
                with suppress(OSError):
                    one.send(b"a")

    thread = threading.Thread(target=drip)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(60)
        for one in sockets:
            one.close()


@pytest.mark.parametrize("proxies", ["", PROXY])
@pytest.mark.parametrize(
    "first",
    [b"", b"GET / HTTP/1.1\r\nX-Slow: ", b"POST /api/opened HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n"],
)
def test_connections_that_drip_shut_nobody_out(tmp_path: Path, proxies: str, first: bytes) -> None:
    with served(tmp_path, by_itself, proxies) as site, dripping(opened(site, LIMITS.connections + 50, first)):
        for source in ("127.0.0.1", "127.0.0.2"):  # whoever it is, also one at the same address
            for _ in range(10):
                assert site.ask("harbour", "198.51.100.1", source)[0] == 200


def alive(sockets: list[socket.socket]) -> int:
    """On how many an answer still comes."""
    found = 0
    for one in sockets:
        with suppress(OSError):
            one.sendall(b"GET /robots.txt HTTP/1.1\r\nHost: a\r\n\r\n")
            found += one.recv(1 << 16).startswith(b"HTTP/1.1 200")
    return found


def test_a_proxys_connections_are_not_one_clients(tmp_path: Path) -> None:
    count = LIMITS.client_connections + 20
    for proxies, left in (("", LIMITS.client_connections), (PROXY, count)):
        folder = tmp_path / str(left)
        folder.mkdir()
        with served(folder, by_itself, proxies) as site, ExitStack() as stack:
            sockets = [stack.enter_context(one) for one in opened(site, count)]
            assert site.ask("harbour", "198.51.100.1", "127.0.0.2")[0] == 200  # they have been taken by now
            assert alive(sockets) == left


def test_with_fewer_file_descriptors_than_connections_it_neither_spins_nor_floods_its_log(tmp_path: Path) -> None:
    with served(tmp_path, by_itself, files=64) as site, dripping(opened(site, 300, b"GET /")):
        for _ in range(5):
            assert site.ask("harbour", "198.51.100.1")[0] == 200
        # Fewer than it has already, as a limit may be set at any time.
        resource.prlimit(site.process.pid, resource.RLIMIT_NOFILE, (20, 64))
        more = opened(site, 50)
        before = site.cpu()
        time.sleep(2)
        assert site.cpu() - before < 1
        resource.prlimit(site.process.pid, resource.RLIMIT_NOFILE, (64, 64))
        for one in more:
            one.close()
        assert site.ask("harbour", "198.51.100.1")[0] == 200
        site.process.terminate()
        _, said = site.process.communicate(timeout=60)
    assert len(said.splitlines()) < 20, said


@contextmanager
def in_this_process() -> Iterator[int]:
    sock = socket.create_server(("127.0.0.1", 0))
    server = connections.fair_server(web.create_app(FakeEngine()), sock, (), threads=2)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield sock.getsockname()[1]
    finally:
        server.task_dispatcher.shutdown()
        server._map.clear()  # which ends its loop
        server.pull_trigger()
        thread.join(60)
        for channel in [*server.active_channels.values()]:
            channel.handle_close()
        server.close()


@pytest.mark.parametrize("drop", [b"a", b"\r\n"])
def test_a_request_that_does_not_come_to_its_end_is_ended(drop: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "_SILENCE", 1)
    monkeypatch.setattr(connections, "_TIDYING", 0.2)
    with in_this_process() as port, socket.create_connection(("127.0.0.1", port)) as one:
        one.settimeout(0.05)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                one.sendall(drop)
                if not one.recv(100):
                    return
            except TimeoutError:
                continue
            except OSError:
                return
        raise AssertionError("it was never ended")


def test_a_connection_is_kept_from_one_request_to_the_next() -> None:
    with in_this_process() as port, closing(HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        for _ in range(20):
            connection.request("GET", "/api/search?q=harbour")
            kept = connection.sock
            assert json.loads(connection.getresponse().read())["total"]
            assert connection.sock is kept
