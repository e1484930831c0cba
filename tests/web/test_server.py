"""The server of ``articles serve``: listening, and stopping when told to."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from article_search.errors import SettingsError
from article_search.web import server
from article_search.web.query_report import report
from tests.fake_engine import FakeEngine

ROOT = Path(__file__).parents[2]


SERVER = """
import sys, time
sys.path.insert(0, sys.argv[1])
from article_search.query.search import Search
from article_search.web.server import serve
from tests.fake_engine import FakeEngine
class Slow(FakeEngine):
    def search(self, text, **options):
        if Search.of(text).text == "slow":
            print("searching", flush=True)
            time.sleep(1)
        return super().search(text, **options)
with Slow() as engine:
    serve(engine, sys.argv[2], 0)
print("stopped", flush=True)
"""


def started(host: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", SERVER, str(ROOT), host]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def first_address(server: subprocess.Popen[str]) -> tuple[str, int]:
    assert server.stdout
    line = server.stdout.readline()
    address = urlsplit(next(word for word in line.split() if word.startswith("http")))
    assert address.hostname and address.port
    return address.hostname, address.port


@pytest.mark.parametrize("signal_", [signal.SIGTERM, signal.SIGINT])
def test_a_server_told_to_stop_finishes_what_it_is_at(signal_: signal.Signals) -> None:
    with started("127.0.0.1") as server:
        connection = HTTPConnection(*first_address(server), timeout=60)
        connection.request("GET", "/?q=slow")
        assert server.stdout and server.stdout.readline() == "searching\n"
        server.send_signal(signal_)
        response = connection.getresponse()
        assert response.status == 200
        assert b"</html>" in response.read()
        connection.close()
        assert server.wait(60) == 0
        assert server.stdout.read() == "stopped\n"
        assert server.stderr and server.stderr.read() == ""


LOGGED = """
import ipaddress, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from article_search.web.server import serve
from article_search.settings import QueryLog, Settings, Web
from tests.fake_engine import FakeEngine
web = Web(access_log=Path("-"), proxies=(ipaddress.ip_network("127.0.0.1"),), requests_per_minute=1, burst=1)
with FakeEngine(settings=Settings(web=web, query_log=QueryLog(path=Path(sys.argv[2])))) as engine:
    serve(engine, "127.0.0.1", 0)
"""


def test_a_server_writes_its_logs_before_it_ends_and_believes_its_proxy(tmp_path: Path) -> None:
    log = tmp_path / "log.db"
    command = [sys.executable, "-c", LOGGED, str(ROOT), str(log)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        connection = HTTPConnection(*first_address(server), timeout=60)
        seen = []
        for client in ("198.51.100.1", "198.51.100.1", "198.51.100.2"):
            connection.request("GET", "/?q=harbour", headers={"X-Forwarded-For": client})
            response = connection.getresponse()
            response.read()
            seen.append(response.status)
        connection.close()
        server.terminate()
        assert server.wait(60) == 0
        assert seen == [200, 429, 200]
        assert server.stderr
        assert [json.loads(line)["status"] for line in server.stderr] == seen
    assert report(log).asked == 2


def has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


@pytest.mark.skipif(not has_ipv6(), reason="no IPv6 here")
@pytest.mark.parametrize("host", ["::1", "[::1]"])
def test_an_ipv6_address_may_have_its_brackets(host: str) -> None:
    with started(host) as server:
        connection = HTTPConnection(*first_address(server), timeout=60)
        connection.request("GET", "/healthz")
        response = connection.getresponse()
        assert response.status == 200
        assert response.getheader("Server") is None
        response.read()
        connection.close()
        server.terminate()
        assert server.wait(60) == 0


@pytest.mark.parametrize("host", ["127.0.0.1", "no.such.host.invalid", "x" * 300, "192.0.2.1"])
def test_an_address_that_cannot_be_listened_on_is_named(engine: FakeEngine, host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=f"cannot listen on {host} port {port}: .*--port") as caught:
            server.serve(engine, host, port)
        assert str(caught.value).count(host) == 1
