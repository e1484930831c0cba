"""Who is asking, whom, and how often may they? The client's address, behind trusted proxies; a token bucket each.

Addresses are kept in memory only and for as long as the client is among the busiest lately. Not here: any logging.
"""

from __future__ import annotations

import ipaddress
import math
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from article_search.settings import Network

_HOPS = 20  # proxies behind one another; a longer header is forged
_CLIENTS = 10_000  # remembered at once, about 2 MB
_SUBNET = 64  # bits of an IPv6 address; one reader has all addresses below
_WITH_PORT = re.compile(r"\[([^\]]*)\](?::[0-9]{1,5})?|([0-9.]+):[0-9]{1,5}")  # some proxies write it, all brackets
_HOST = re.compile(r"(?:\[(?P<ipv6>[0-9A-Fa-f:.]+)\]|(?P<name>[\w.-]{1,254}))(?::(?P<port>[0-9]{0,5}))?", re.ASCII)
_LABEL = 63  # characters of a part of a name
_LAST_PORT = 65_535


def client(environ: dict[str, Any], trusted: Sequence[Network | str]) -> str:
    """The address a request came from; what X-Forwarded-For says counts only as far as trusted proxies wrote it.

    What is no address is returned as "": those who send such are one client.
    """
    peer = environ.get("REMOTE_ADDR") or ""
    if not _is_trusted(peer, trusted):
        return _name(peer)
    hops = [hop.strip() for hop in environ.get("HTTP_X_FORWARDED_FOR", "").split(",")[-_HOPS:]]
    for hop in reversed(hops):
        peer = hop
        if not _is_trusted(hop, trusted):
            break
    return _name(peer)


def peer(address: str, trusted: Sequence[Network | str]) -> str | None:
    """Which client a connection from an address belongs to; None for a trusted proxy's, which belong to many."""
    return None if _is_trusted(address, trusted) else _name(address)


def is_host(text: str) -> bool:
    """Whether a Host header names one: a name of labels, an IPv4 address or an IPv6 one in brackets, and a port."""
    match = _HOST.fullmatch(text)
    if match is None or int(match["port"] or 0) > _LAST_PORT:
        return False
    labels = (match["name"] or "").removesuffix(".").split(".")
    try:
        if match["ipv6"]:
            ipaddress.IPv6Address(match["ipv6"])
        elif labels[-1].isdecimal():  # as URLs have it: no name ends in a number
            ipaddress.IPv4Address(match["name"])
        else:
            return all(0 < len(label) <= _LABEL for label in labels)
    except ValueError:
        return False
    return True


def came_by_tls(environ: dict[str, Any], trusted: Sequence[Network | str]) -> bool:
    """Whether a trusted proxy says that the reader speaks TLS to it."""
    said = environ.get("HTTP_X_FORWARDED_PROTO", "").rpartition(",")[2].strip().lower()
    return said == "https" and _is_trusted(environ.get("REMOTE_ADDR") or "", trusted)


def _is_trusted(address: str, trusted: Sequence[Network | str]) -> bool:
    parsed = _parsed(address)
    if parsed is None:  # a socket file has no address: "", or what the server says instead
        return "unix" in trusted and address in ("", "localhost", "unix")
    return any(parsed in network for network in trusted if not isinstance(network, str))


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    with_port = _WITH_PORT.fullmatch(address)
    try:
        parsed = ipaddress.ip_address((with_port[1] or with_port[2] if with_port else address).partition("%")[0])
    except ValueError:
        return None
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return mapped or parsed


def _name(address: str) -> str:
    parsed = _parsed(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((parsed, _SUBNET), strict=False))
    return str(parsed) if parsed else ""


class Buckets:
    """A token bucket for each client: ``burst`` requests at once, refilled at ``per_minute``.

    Of at most ``clients`` at a time; then the one that was quiet longest is forgotten, which gives it a full bucket.
    Each process of a server has its own.
    """

    def __init__(
        self, per_minute: int, burst: int, clock: Callable[[], float] = time.monotonic, clients: int = _CLIENTS
    ) -> None:
        self._rate = per_minute / 60
        self._burst = burst
        self._clock = clock
        self._clients = clients
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # tokens, at

    def wait(self, client: str) -> int:
        """Takes a token; 0, or after how many seconds there will be one."""
        with self._lock:
            now = self._clock()
            tokens, at = self._buckets.pop(client, (float(self._burst), now))
            tokens = min(self._burst, tokens + (now - at) * self._rate)
            enough = tokens >= 1
            self._buckets[client] = (tokens - enough, now)
            if len(self._buckets) > self._clients:
                self._buckets.popitem(last=False)
            return 0 if enough else math.ceil((1 - tokens) / self._rate)

    def __len__(self) -> int:
        return len(self._buckets)
