"""How is this site set up? articles.toml, environment and options become one frozen Settings.

Not here: caps on hostile input (limits.py), options of one command (cli.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the owner of a site decides; each default is what happens without a line in articles.toml."""

    content: Path = Path("content")
    index: Path = Path("index")
    title: str = "Search"  # heading of the search page
    timezone: ZoneInfo = UTC  # of dates without an offset, and of "today"
    url: str = "/article/{id}"  # pattern of an article's address; the default is the page `articles serve` has for it
    page_size: int = 10
    workers: int = 0  # processes that read and index; 0: one a core
