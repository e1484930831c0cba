"""Of what parts are settings that have several? Frozen values, each with its default.

Not here: the settings as a whole (site.py), what is accepted of each (readers).
"""

from __future__ import annotations

from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

from article_search.late import dataclass

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network

    Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Pinned:
    """What comes first for a query, and what is not shown: ids of articles."""

    query: str
    first: tuple[str, ...]
    hide: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Semantic:
    """The first articles of an answer in order of their likeness to the query; needs the extra ``semantic``."""

    enabled: bool = False
    weight: float = 1.5  # of the likeness beside the words


@dataclass(frozen=True, slots=True)
class Recency:
    """How the age of an article counts: from 1 + ``weight`` times its score when new, to 1 - ``weight`` times in the
    end; after ``half_life`` days the score itself."""

    half_life: float
    weight: float


@dataclass(frozen=True, slots=True)
class Web:
    """What the owner decides about serving: the table ``[web]`` of articles.toml."""

    address: str = ""  # of the search page in public, such as "https://search.example.org"; "": as it was asked for
    origins: tuple[str, ...] = ()  # sites whose scripts may use the API and embed the search box
    proxies: tuple[Network | str, ...] = ()  # whose word on the client counts; "unix": any that comes by a socket file
    requests_per_minute: int = 0  # one client may send, on average; 0: as many as it likes
    burst: int = 60  # requests it may send at once
    access_log: Path | None = None  # file, "-" for standard error; None: no log


@dataclass(frozen=True, slots=True)
class QueryLog:
    """What is kept of the queries asked: the table ``[query_log]`` of articles.toml."""

    path: Path | None = None  # an SQLite database; None: nothing is kept
    days: int = 90
    megabytes: int = 64  # the oldest go first when it is full


@dataclass(frozen=True, slots=True)
class Terminal:
    """What the owner decides about searches in a terminal: the table ``[terminal]`` of articles.toml."""

    resident_minutes: int = 0  # a process stays in memory, and answers, until so long nobody has asked; 0: none does


@dataclass(frozen=True, slots=True)
class OpenSearch:
    """The cluster that the index is in, if it is in one: the table ``[opensearch]`` of articles.toml, and who signs in,
    by the environment."""

    hosts: tuple[str, ...] = ()  # such as "https://localhost:9200"; none: the index is in a folder
    index: str = "articles"  # what all names in the cluster begin with
    shards: int = 1
    replicas: int = 1  # copies of each shard, beside it
    ca_certs: Path | None = None  # whose certificates are believed; None: those that the system believes
    timeout: float = 1.0  # seconds that a single try may take
    user: str | None = None
    password: str | None = field(default=None, repr=False)  # so that no log and no traceback shows it
