"""What does the owner of a site decide, and what holds without a word on it? Frozen values, each with its default.

``Settings.signature`` says which of them shape an index, so that another value has it rebuilt.
Not here: where the values come from (sources.py), which are accepted (readers).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network

    Network = IPv4Network | IPv6Network

UTC = ZoneInfo("UTC")


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
class Settings:
    """What the owner of a site decides; each default is what happens without a line in articles.toml."""

    content: Path = Path("content")
    index: Path = Path("index")
    title: str = "Search"  # heading of the search page
    timezone: ZoneInfo = UTC  # of dates without an offset, and of "today"
    language: str = "english"  # of articles that name none, by its Snowball stemmer
    languages: tuple[str, ...] = ()  # codes that files and folders of the site are named with
    language_folders: tuple[tuple[str, str], ...] = ()  # first folders of languages that are not called by the code
    generator: str = ""  # what makes the site's pages, one of reading.generators.NAMES; "": none whose rules count
    generator_options: tuple[str, ...] = ()  # switches of the generator's own that are on, of generators.OPTIONS
    base_url: str = ""  # where the site begins, such as "https://example.org/docs"
    url: str = "/article/{id}"  # pattern of an article's address; the default is the page `articles serve` has for it
    urls: tuple[tuple[str, str], ...] = ()  # such patterns for single folders
    page_size: int = 10
    workers: int = 0  # processes that read and index; 0: one a core
    memory_mb: int = 192  # what each of them may hold before it writes to disk
    cache_mb: int = 0  # memory a process that searches may keep of what it made of the index; 0: what fits its size
    recency: Recency = Recency(half_life=30, weight=0)  # how much higher newer articles rank: not at all
    defaults: tuple[tuple[str, Mapping[str, object]], ...] = ()  # keys all articles of a folder have; innermost first
    filename_dates: str = ""  # "first", "last" or "never": a date in a name against those of the header
    future: str = ""  # "show" or "hide" articles whose date is to come; "": as the generator does
    exclude: tuple[str, ...] = ()  # glob patterns of files and folders that are no articles, such as "README.md"
    synonyms: tuple[tuple[str, tuple[str, ...]], ...] = ()  # words, and what a search for them finds as well
    synonym_groups: tuple[tuple[str, ...], ...] = ()  # words each of which finds the others
    pinned: tuple[Pinned, ...] = ()
    semantic: Semantic = Semantic()
    web: Web = Web()
    query_log: QueryLog = QueryLog()

    def meanings(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """All synonyms: words, and what a search for them finds as well."""
        groups = [(one, tuple(word for word in group if word != one)) for group in self.synonym_groups for one in group]
        return (*self.synonyms, *groups)

    def signature(self) -> str:
        """The settings that shape indexed articles, as JSON; an index made under another signature is rebuilt."""
        shaping = {"content": str(self.content.resolve()), "timezone": self.timezone.key, "url": self.url}
        shaping |= {"language": self.language, "generator": self.generator, "base_url": self.base_url}
        shaping |= {"urls": json.dumps(self.urls), "languages": " ".join(self.languages)}
        shaping["filename_dates"] = self.filename_dates
        shaping["generator_options"] = " ".join(self.generator_options)
        shaping["language_folders"] = json.dumps(self.language_folders)
        shaping["future"] = self.future
        shaping["defaults"] = json.dumps(self.defaults)
        return json.dumps(shaping, sort_keys=True)
