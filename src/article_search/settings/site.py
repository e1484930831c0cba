"""What does the owner of a site decide, and what holds without a word on it? One frozen value, with its defaults.

``Settings.signature`` says which of them shape an index, so that another value has it rebuilt.
Not here: where the values come from (sources.py), which are accepted (checking.py, readers).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from article_search.late import dataclass
from article_search.settings.paths import check_folders
from article_search.settings.values import OpenSearch, Pinned, QueryLog, Recency, Semantic, Terminal, Web

UTC = ZoneInfo("UTC")


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
    memory_mb: int = 48  # what each of them may hold before it writes to disk
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
    terminal: Terminal = Terminal()
    opensearch: OpenSearch = OpenSearch()

    def __post_init__(self) -> None:
        """Raises SettingsError for a value that articles.toml could not have."""
        given = [field.name for field in fields(self) if getattr(self, field.name) is not field.default]
        if given:
            from article_search.settings.checking import checked  # which a search without settings does without

            for name in given:
                object.__setattr__(self, name, checked(name, getattr(self, name)))
            check_folders(self.content, self.index)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Settings:
        """Settings of values that readers gave. Raises SettingsError for folders that will not do."""
        settings = cls()
        for name, value in values.items():
            object.__setattr__(settings, name, value)
        check_folders(settings.content, settings.index)
        return settings

    @property
    def place(self) -> str:
        """What follows the words "the index" in a message: the folder, or where in which cluster."""
        if not self.opensearch.hosts:
            return str(self.index)
        first, *others = self.opensearch.hosts
        return f"{self.opensearch.index} at {first}" + (f" and {len(others)} more" if others else "")

    def meanings(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """All synonyms: words, and what a search for them finds as well."""
        groups = [(one, tuple(word for word in group if word != one)) for group in self.synonym_groups for one in group]
        return (*self.synonyms, *groups)

    def signature(self) -> str:
        """The settings that shape indexed articles, as JSON; an index made under another signature is rebuilt."""
        shaping = {"timezone": self.timezone.key, "url": self.url}
        if not self.opensearch.hosts:  # any machine may bring a cluster up to date, wherever it has the content
            shaping["content"] = str(self.content.resolve())
        shaping |= {"language": self.language, "generator": self.generator, "base_url": self.base_url}
        shaping |= {"urls": json.dumps(self.urls), "languages": " ".join(self.languages)}
        shaping["filename_dates"] = self.filename_dates
        shaping["generator_options"] = " ".join(self.generator_options)
        shaping["language_folders"] = json.dumps(self.language_folders)
        shaping["future"] = self.future
        shaping["defaults"] = json.dumps(self.defaults)
        return json.dumps(shaping, sort_keys=True)
