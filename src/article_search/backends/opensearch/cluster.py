"""How is a cluster spoken to? Requests as JSON with a time limit, tried on other nodes, and whole answers or an error.

The one door to opensearchpy. A node that is silent is left alone for some seconds; what another node may answer is
asked again, while there is time. An answer of some shards is none. Not here: what is asked (reading, writing).
"""

from __future__ import annotations

import json
import logging
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar
from urllib.parse import quote, urlsplit

from article_search.backends.blame import raised_in
from article_search.errors import ArticleSearchError, IndexUnavailableError

P = ParamSpec("P")
T = TypeVar("T")
Json = dict[str, Any]

_OLDEST, _NEXT = (2, 19), (4, 0)  # versions: those from the first on and before the second were tried or promise to do
_AGAIN = {429, 500, 502, 503, 504}  # another node, or the same a moment later, may answer
_PAUSE = 0.05  # seconds before a node is asked again that had no time
_LONGEST_PAUSE = 2.0  # seconds; a writer's pauses grow, so that a cluster with too much to do gets done with it
_LEFT_ALONE = 5.0  # seconds, a node that did not answer
_PATIENT = 120.0  # seconds that one request of a writer may take
_ONE_TRY = 30.0  # seconds of them for one node, which may be silent for ever
_FIRST = 10.0  # seconds that a cluster may take to be there at all: who has mistyped a host need not wait for long
_HOPELESS = 401, 403


class MissingError(Exception):
    """What was asked for is not there: an index, or a document."""


class ConflictError(Exception):
    """Another has written first."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a cluster is, and who asks. ``hosts`` are like ``https://localhost:9200``; ``timeout``: seconds that one
    node may take for one answer."""

    hosts: tuple[str, ...]
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    ca_certs: Path | None = None
    timeout: float = 1.0

    @property
    def name(self) -> str:
        """What a message calls it."""
        return ", ".join(self.hosts)


_NOT_UNDERSTOOD = (LookupError, TypeError, ValueError, AttributeError, OverflowError)


class Cluster:
    """A cluster's nodes. Safe to share between threads, not between processes."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._transport = _transport(address)
        self._checked = False

    def search(self, index: str, searches: Sequence[Json], until: float | None = None) -> list[Json]:
        """The whole answers to some searches, which are asked together. Raises MissingError for an index that is gone,
        and IndexUnavailableError."""
        end = time.monotonic() + _PATIENT if until is None else until
        head = json.dumps({"index": index, "allow_partial_search_results": False})
        lines = "".join(f"{head}\n{json.dumps(each)}\n" for each in searches)
        reason = ""
        while True:
            try:
                answers = self.call("POST", "/_msearch", lines, until=until)["responses"]
            except IndexUnavailableError as error:  # with no time left for another try
                raise (self.unavailable(reason) if reason else error) from None
            wrong = [why for each in answers if (why := _incomplete(each))]
            if not wrong and len(answers) == len(searches):
                return list(answers)
            status, reason = wrong[0] if wrong else (500, "fewer answers than questions")
            if status == 404:
                raise MissingError(reason)
            if status in _HOPELESS:
                raise self.denied(reason)
            if status not in _AGAIN or time.monotonic() + _PAUSE > end:
                raise self.unavailable(reason)
            time.sleep(_PAUSE)

    def document(self, index: str, id: str, until: float | None = None) -> Json:
        """A document as it was written last, whether it can be searched yet or not. Raises MissingError."""
        found = self.call("GET", f"/{index}/_doc/{quote(id, safe='')}", until=until)
        if not found.get("found"):
            raise MissingError(id)
        return found

    def documents(self, index: str, ids: Sequence[str], parts: Sequence[str], until: float | None = None) -> list[Json]:
        """Some parts of the sources of some documents. Raises MissingError if one is not there."""
        path = f"/{index}/_mget?_source_includes={quote(','.join(parts))}"
        docs = self.call("POST", path, json.dumps({"ids": list(ids)}), until=until)["docs"]
        for each in docs:
            if "error" in each:
                if _status(each["error"]) == 404:
                    raise MissingError(each["_id"])
                raise (self.denied if is_denial(each["error"]) else self.unavailable)(_reason(each))
            if not each.get("found"):
                raise MissingError(each["_id"])
        return [each["_source"] for each in docs]

    def size(self, index: str) -> int:
        """How many bytes an index has, copies aside. Raises MissingError."""
        found = self.call("GET", f"/{index}/_stats/store")
        return int(found["_all"]["primaries"]["store"]["size_in_bytes"])

    def call(
        self, method: str, path: str, body: str | bytes | Json | None = None, *, until: float | None = None
    ) -> Json:
        """What a node answers to a request, by a moment of the monotonic clock or, None, with a writer's patience.
        Raises MissingError, ConflictError and IndexUnavailableError, which says what to do."""
        if not self._checked:
            self._check(time.monotonic() + _FIRST if until is None else until)
            self._checked = True
        return self._call(method, path, body, until)

    def _call(self, method: str, path: str, body: str | bytes | Json | None, until: float | None) -> Json:
        from opensearchpy.exceptions import ConnectionError as Unreached
        from opensearchpy.exceptions import TransportError

        data = _encoded(body)
        headers = {"content-type": "application/x-ndjson" if path.startswith(_LINES) else "application/json"}
        end = time.monotonic() + _PATIENT if until is None else until
        longest = _ONE_TRY if until is None else self.address.timeout
        pause, failed = _PAUSE, ""
        while True:
            left = end - time.monotonic()
            if left <= 0:
                raise self.unavailable(failed or "there was no time left to ask it")
            seconds = min(left, longest)
            connection = self._transport.get_connection()
            try:
                answer = connection.perform_request(method, path, None, data, timeout=seconds, headers=headers)[2]
                self._transport.connection_pool.mark_live(connection)
                return self._read(answer)
            except Unreached as error:
                if why := _unbelieved(error):
                    raise self._unknown_authority(why) from None
                self._transport.connection_pool.mark_dead(connection)
                failed = _unreached(error)
            except TransportError as error:
                if error.status_code not in _AGAIN:
                    raise self._refused(error) from None
                failed = _reason(error.info if isinstance(error.info, dict) else {}) or str(error.status_code)
            time.sleep(max(0.0, min(pause, end - time.monotonic())))
            pause = min(2 * pause, _LONGEST_PAUSE) if until is None else pause

    def _read(self, answer: str) -> Json:
        try:
            found = json.loads(answer)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise self.unavailable("it does not answer as OpenSearch does")
        return found

    def _refused(self, error: Any) -> Exception:
        """What a status that no other node would change means."""
        reason = _reason(error.info if isinstance(error.info, dict) else {}) or str(error.error)
        if error.status_code == 404:
            return MissingError(reason)
        if error.status_code == 409:
            return ConflictError(reason)
        if error.status_code in _HOPELESS:
            return self.denied(reason)
        return self.unavailable(f"it refuses a request with {error.status_code}: {reason}")

    def denied(self, reason: str) -> IndexUnavailableError:
        """The error that says that whoever asks may not, and what to do."""
        who = f"the user {self.address.user}" if self.address.user else "requests without a user"
        reason = " ".join(reason.split())[:300]
        return IndexUnavailableError(
            f"OpenSearch at {self.address.name} refuses {who} ({reason}); see ARTICLES_OPENSEARCH_USER and"
            " ARTICLES_OPENSEARCH_PASSWORD, and the rights that the guide lists"
        )

    def _unknown_authority(self, why: str) -> IndexUnavailableError:
        known = f"ca_certs in articles.toml ({self.address.ca_certs}) does not vouch for it"
        unknown = "name the certificates of its authority in articles.toml, as ca_certs"
        return IndexUnavailableError(
            f"the certificate of OpenSearch at {self.address.name} is not believed ({why});"
            f" {known if self.address.ca_certs else unknown}"
        )

    def unavailable(self, why: str) -> IndexUnavailableError:
        """The error that says that the cluster has not answered, and what to do."""
        why = " ".join(why.split())[:300]
        return IndexUnavailableError(
            f"OpenSearch at {self.address.name} cannot answer now: {why}; see that it is up and green, then try again"
        )

    @contextmanager
    def understood(self) -> Iterator[None]:
        """Where answers are read: raises IndexUnavailableError for one that has not what was asked for. Nothing else
        looks whether each part of an answer is there, and of its kind."""
        try:
            yield
        except _NOT_UNDERSTOOD as error:
            if not raised_in(error, __name__.rpartition(".")[0]):
                raise
            raise self.unavailable(
                f"it does not answer as OpenSearch does ({type(error).__name__}: {error})"
            ) from error

    def _check(self, until: float) -> None:
        """Raises IndexUnavailableError unless it is OpenSearch of a version that will do."""
        version = self._call("GET", "/", None, until).get("version")
        version = version if isinstance(version, dict) else {}
        number = str(version.get("number", ""))
        parts = tuple(int(part) for part in number.split("-")[0].split(".")[:2] if part.isdigit())
        if version.get("distribution") != "opensearch" or len(parts) != 2:
            raise IndexUnavailableError(
                f"what answers at {self.address.name} is not OpenSearch; see hosts in articles.toml"
            )
        if not _OLDEST <= parts < _NEXT:
            raise IndexUnavailableError(
                f"OpenSearch at {self.address.name} is version {number}; this program needs 2.19 or newer, before 4"
            )

    def close(self) -> None:
        """Lets go of connections."""
        self._transport.close()


_LINES = ("/_msearch", "/_bulk")  # requests of several lines


class _Asks(Protocol):
    """What asks a cluster."""

    @property
    def _cluster(self) -> Cluster: ...


A = TypeVar("A", bound=_Asks)


def understanding(method: Callable[Concatenate[A, P], T]) -> Callable[Concatenate[A, P], T]:
    """A method that reads answers of its cluster (Cluster.understood)."""

    @wraps(method)
    def understood(self: A, /, *args: P.args, **kwargs: P.kwargs) -> T:
        with self._cluster.understood():
            return method(self, *args, **kwargs)

    return understood


def _transport(address: Address) -> Any:
    from opensearchpy import Transport

    # Nodes that are left alone are told to the user where it matters, not line by line.
    logging.getLogger("opensearch").addHandler(logging.NullHandler())
    hosts = [_host(url) for url in address.hosts]
    options: dict[str, Any] = {"timeout": address.timeout, "dead_timeout": _LEFT_ALONE, "timeout_cutoff": 0}
    if address.user is not None:
        options["http_auth"] = (address.user, address.password or "")
    if address.ca_certs is not None:
        if not address.ca_certs.is_file():
            raise ArticleSearchError(f"ca_certs: there is no file {address.ca_certs}")
        options["ca_certs"] = str(address.ca_certs)
    return Transport(hosts, pool_maxsize=16, **options)


def _host(url: str) -> Json:
    parts = urlsplit(url)
    return {"host": parts.hostname, "port": parts.port, "use_ssl": parts.scheme == "https"}


def _encoded(body: str | bytes | Json | None) -> bytes | None:
    if body is None or isinstance(body, bytes):
        return body
    text = body if isinstance(body, str) else json.dumps(body)
    return text.encode("utf-8", "surrogatepass")


def _unreached(error: Any) -> str:
    cause = error.info if isinstance(error.info, Exception) else error
    return f"no answer ({type(cause).__name__})"


def _unbelieved(error: Any) -> str:
    """Why a certificate is not believed, which no other try would change; empty if that is not what is wrong."""
    seen: Any = error.info if isinstance(error.info, Exception) else error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            return str(seen.verify_message)
        seen = next((one for one in (*seen.args, seen.__cause__) if isinstance(one, Exception)), None)
    return ""


def is_denial(error: Any) -> bool:
    """Whether what is said of a part of a request is that whoever asks has not the right."""
    return isinstance(error, dict) and error.get("type") == "security_exception"


def _incomplete(answer: Mapping[str, Any]) -> tuple[int, str] | None:
    """The status and the reason of a search that was not answered by all shards in time; None if it was."""
    if "error" in answer:
        return int(answer.get("status") or _status(answer["error"])), _reason(answer)
    shards = answer.get("_shards", {})
    if answer.get("timed_out"):
        return 503, "a search took too long"
    if not shards.get("total"):
        return 503, "it is not said which shards have answered"
    if shards.get("failed") or shards.get("successful", 0) + shards.get("skipped", 0) < shards.get("total", 0):
        return 503, f"{shards.get('failed')} of {shards.get('total')} shards did not answer"
    return None


def _status(error: Any) -> int:
    kind = error.get("type", "") if isinstance(error, dict) else ""
    return 404 if kind == "index_not_found_exception" else 500


def _reason(answer: Mapping[str, Any]) -> str:
    """What an answer says of its failure, in one line."""
    error = answer.get("error", "")
    if not isinstance(error, dict):
        return " ".join(str(error).split())
    causes: Iterable[Any] = (*(error.get("root_cause") or ()), error.get("caused_by"), error)
    told = (" ".join(str(each.get("reason")).split()) for each in causes if isinstance(each, dict))
    return next((each for each in told if each not in ("", "None")), str(error.get("type", "")))
