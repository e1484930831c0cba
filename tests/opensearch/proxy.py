"""What stands before a cluster whose users have only the rights that the guide lists? A proxy with TLS and passwords.

A node of the tests has no security plugin, so a proxy plays it: one before each node, which lets through only what a
row of the guide's tables names, for an index that the row names too, and answers as the plugin does. Not here: whether
the plugin checks an action by that name, which only its own source tells.
"""

from __future__ import annotations

import base64
import json
import re
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from fnmatch import fnmatchcase
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from tests.opensearch.nodes import Nodes

OPENSSL = shutil.which("openssl")
_GUIDE = Path(__file__).parents[2] / "content" / "guide" / "opensearch.md"
_CONFIG = """
[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[node]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = IP:127.0.0.1
authorityKeyIdentifier = keyid
"""


class Right(NamedTuple):
    """A row of the guide's tables: requests, and what they need in the cluster and, by pattern, on indices."""

    requests: tuple[str, ...]
    in_cluster: tuple[str, ...]
    on_indices: tuple[tuple[str, tuple[str, ...]], ...]

    def allows(self, method: str, path: str, indices: Sequence[str]) -> bool:
        """Whether a request is one of the row's, for indices that it names."""
        if not any(_pattern(request).fullmatch(f"{method} {path}") for request in self.requests):
            return False
        return all(any(fnmatchcase(each, pattern) for pattern, _ in self.on_indices) for each in indices)


def rights(name: str = "articles") -> tuple[tuple[Right, ...], tuple[Right, ...]]:
    """What the guide lists for who only searches, and for who indexes besides; for an index called so."""
    section = _GUIDE.read_text(encoding="utf-8").split("\n## Rights and TLS\n")[1].split("\n## ")[0]
    reader, writer = (
        tuple(_right(line.replace("articles", name)) for line in table.splitlines()[2:])
        for table in re.findall(r"(?m)^\| request \|.*\n(?:\|.*\n)+", section)
    )
    return reader, writer


def _right(line: str) -> Right:
    requests, in_cluster, on_indices = line.strip().removeprefix("|").removesuffix("|").split("|")
    parts = (part.partition(": ") for part in on_indices.split(";") if part.strip())
    on = tuple((_codes(names), _codes(actions)) for names, _, actions in parts)
    return Right(_codes(requests), _codes(in_cluster), tuple((name, does) for names, does in on for name in names))


def _codes(cell: str) -> tuple[str, ...]:
    return tuple(re.findall(r"`([^`]+)`", cell))


def _pattern(request: str) -> re.Pattern[str]:
    return re.compile(re.escape(request).replace("…", ".+").replace(r"\-N", "-[0-9]+"))


def certificates(folder: Path) -> tuple[Path, Path]:
    """The certificate of an authority made for the test, and with its key that of a node, which it vouches for."""
    config = folder / "openssl.cnf"
    config.write_text(_CONFIG)
    ca, ca_key, node, key, request = (
        folder / each for each in ("ca.pem", "ca.key", "node.pem", "node.key", "node.csr")
    )
    new = ("req", "-config", config, "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    _openssl(*new, "-x509", "-subj", "/CN=tests", "-extensions", "authority", "-keyout", ca_key, "-out", ca)
    _openssl(*new, "-subj", "/CN=node", "-keyout", key, "-out", request)
    signed = ("x509", "-req", "-in", request, "-CA", ca, "-CAkey", ca_key, "-CAcreateserial", "-out", node)
    _openssl(*signed, "-extfile", config, "-extensions", "node")
    node.write_text(node.read_text() + key.read_text())
    return ca, node


def _openssl(*arguments: str | Path) -> None:
    assert OPENSSL
    subprocess.run([OPENSSL, *arguments], check=True, capture_output=True, timeout=60)


class User(NamedTuple):
    """Who may ask, and what."""

    password: str
    rights: tuple[Right, ...]


class Proxies(Nodes):
    """Proxies before the nodes of a cluster, by their addresses. ``used``: rights that were made use of; ``refused``:
    what was asked without one."""

    def __init__(self, behind: Nodes, users: Mapping[str, User], certificate: Path) -> None:
        self.users, self.used, self.refused = users, set[Right](), list[str]()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self._servers = [_server(self, host, context) for host in behind.hosts]
        super().__init__(f"https://127.0.0.1:{server.server_address[1]}" for server in self._servers)
        self._threads = [threading.Thread(target=each.serve_forever, args=(0.05,)) for each in self._servers]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        for server, thread in zip(self._servers, self._threads, strict=True):
            server.shutdown()
            thread.join()
            server.server_close()

    def verdict(self, signed: str, method: str, path: str, body: bytes) -> tuple[int, Any] | None:
        """What a request is answered that may not pass; None for one that may."""
        name, user = self._user(signed)
        if user is None:
            return 401, "Unauthorized"
        indices = list(_indices(path, body))
        for right in user.rights:
            if right.allows(method, path, indices):
                self.used.add(right)
                return None
        self.refused.append(f"{name}: {method} {path} {' '.join(dict.fromkeys(indices))}")
        error = _denial(name, method, path)
        if path == "/_msearch":  # the plugin judges each search by itself
            return 200, {"responses": [{"error": error, "status": 403} for _ in indices]}
        return 403, {"error": error, "status": 403}

    def _user(self, signed: str) -> tuple[str, User | None]:
        try:
            name, _, password = base64.b64decode(signed.removeprefix("Basic ")).decode().partition(":")
        except ValueError:
            return "", None
        user = self.users.get(name)
        return name, user if user and user.password == password else None


def _denial(name: str, method: str, path: str) -> dict[str, Any]:
    reason = f"no permissions for [{method} {path}] and User [name={name}, backend_roles=[], requestedTenant=null]"
    cause = {"type": "security_exception", "reason": reason}
    return {"root_cause": [cause], **cause}


def _indices(path: str, body: bytes) -> Iterator[str]:
    """Which indices a request is about: that of its path, and those that its lines name."""
    first = path.split("/")[1]
    if first and not first.startswith("_"):
        yield first
    if path == "/_msearch":
        yield from (json.loads(line)["index"] for line in body.splitlines()[::2])
    if path == "/_bulk":
        for line in body.splitlines():
            head = json.loads(line)
            if len(head) == 1 and (what := next(iter(head))) in ("index", "create", "update", "delete"):
                yield head[what]["_index"]


def _server(proxies: Proxies, host: str, context: ssl.SSLContext) -> ThreadingHTTPServer:
    """The proxy before one node."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 60
        disable_nagle_algorithm = True  # else each answer waits for the client to say that it has its head

        def setup(self) -> None:
            self.request = context.wrap_socket(self.request, server_side=True)  # here, as it waits for the client
            super().setup()

        def finish(self) -> None:
            super().finish()
            self.request.close()

        def _pass(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path = unquote(urlsplit(self.path).path)
            status, answer = self._answer(path, body)
            self.send_response(status)
            self.send_header("Content-Type", "application/json" if answer[:1] == b"{" else "text/plain")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def _answer(self, path: str, body: bytes) -> tuple[int, bytes]:
            verdict = proxies.verdict(self.headers.get("Authorization", ""), self.command, path, body)
            if verdict is None:
                return _forwarded(host, self.command, self.path, body, self.headers.get("Content-Type"))
            status, said = verdict
            return status, said.encode() if isinstance(said, str) else json.dumps(said).encode()

        do_GET = do_POST = do_PUT = do_DELETE = _pass  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            pass  # who does not believe the certificate goes away

    return Server(("127.0.0.1", 0), Handler)


def _forwarded(host: str, method: str, path: str, body: bytes, kind: str | None) -> tuple[int, bytes]:
    address = urlsplit(host)
    connection = HTTPConnection(str(address.hostname), int(address.port or 0), timeout=60)
    try:
        connection.request(method, path, body or None, {"Content-Type": kind} if kind and body else {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@contextmanager
def proxies(behind: Nodes, users: Mapping[str, User], certificate: Path) -> Iterator[Proxies]:
    """Proxies for the length of a ``with``."""
    made = Proxies(behind, users, certificate)
    try:
        yield made
    finally:
        made.close()
