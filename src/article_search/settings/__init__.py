"""How is this site set up? articles.toml, environment and options become one frozen ``Settings``.

    site, values     what the owner of a site decides, and what holds without a word on it
    sources          where each value comes from: ``load``
    finding          which articles.toml is the site's, where none is named
    paths            which paths and folders will do
    recognising      which generator makes the site, and what do its own settings say?
    checking         will what a program says in Python do?
    file, readers    what articles.toml says; only a site that has one pays for them

Not here: caps on hostile input (limits.py), options of one command (terminal), whether the content root is there
(reading says so when it is walked).
"""

from typing import TYPE_CHECKING

from article_search.settings.site import Settings
from article_search.settings.sources import load
from article_search.settings.values import OpenSearch, Pinned, QueryLog, Recency, Semantic, Terminal, Web

if TYPE_CHECKING:
    from article_search.settings.values import Network as Network

__all__ = ["OpenSearch", "Pinned", "QueryLog", "Recency", "Semantic", "Settings", "Terminal", "Web", "load"]
