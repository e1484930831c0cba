"""Full-text search for the Markdown articles a static site is made of.

What a program imports: ``Engine`` makes a site of some ``Settings`` searchable, ``Search`` is what it can be asked, and
all errors there are. Not here: the command line (terminal), the application of a server (web, wsgi.py).
"""

# Nothing is imported here: until __main__.py has begun, nobody heeds Ctrl-C.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Any

    from article_search.engine import Engine
    from article_search.errors import (
        ArticleError,
        ArticleSearchError,
        IndexBusyError,
        IndexDamagedError,
        IndexFormatError,
        IndexStateError,
        IndexUnavailableError,
        IndexUnreadableError,
        NoIndexError,
        NotFoundError,
        OptionError,
        SettingsError,
    )
    from article_search.query.search import Search
    from article_search.settings import Settings

# Written here, and read from here by the build: looking it up in the installed metadata costs each search 20 ms.
__version__ = "0.1.0"

__all__ = [
    "ArticleError",
    "ArticleSearchError",
    "Engine",
    "IndexBusyError",
    "IndexDamagedError",
    "IndexFormatError",
    "IndexStateError",
    "IndexUnavailableError",
    "IndexUnreadableError",
    "NoIndexError",
    "NotFoundError",
    "OptionError",
    "Search",
    "Settings",
    "SettingsError",
    "__version__",
]

_HOMES = {"Engine": "engine", "Search": "query.search", "Settings": "settings"}  # all others are errors


def __getattr__(name: str) -> "Any":
    """Imports what is asked for (PEP 562), because every command imports this module and pays for what it imports."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES.get(name, 'errors')}"), name)
