"""What can go wrong, as one tree: every error a user of this package may have to handle.

    ArticleSearchError          its text is one line that says what to do
    ├── SettingsError           articles.toml, an environment variable or an option cannot be used
    ├── OptionError             the value of one search option (a date, a sort order, a page) cannot be read
    ├── ArticleError            a file cannot be taken as an article; has path, line and reason
    ├── NotFoundError           no article has that id
    └── IndexStateError             anything about the generated index
        ├── NoIndexError        there is no index yet
        ├── IndexBusyError      another process is writing the index
        ├── IndexFormatError    the index was written by another version of the program
        ├── IndexDamagedError   a file of the index is missing, cut short or changed
        ├── IndexUnreadableError  the folder or a file of it cannot be read just now
        └── IndexUnavailableError  its cluster cannot answer just now

Not here: the words of a query. They never raise; what cannot be read is searched as plain words, with a warning.
"""

from __future__ import annotations


class ArticleSearchError(Exception):
    """Base of all errors of this package. ``str(error)`` is fit to be shown to the user as it is."""


class SettingsError(ArticleSearchError):
    """A setting cannot be used; the text names the setting and where it came from."""


class OptionError(ArticleSearchError):
    """The value of a search option cannot be read.

    ``option`` is the ``parameter`` it has in :data:`article_search.query.search.OPTIONS`, such as ``since``.
    """

    def __init__(self, option: str, message: str) -> None:
        super().__init__(message)
        self.option = option


class ArticleError(ArticleSearchError):
    """Nothing can be made of a content file. ``line`` counts from 1; None when the whole file is meant."""

    def __init__(self, path: str, reason: str, line: int | None = None) -> None:
        super().__init__(f"{path}:{line}: {reason}" if line else f"{path}: {reason}")
        self.path = path
        self.reason = reason
        self.line = line

    def __reduce__(self) -> tuple[type[ArticleError], tuple[str, str, int | None]]:
        # Worker processes send this error to their parent.
        return type(self), (self.path, self.reason, self.line)


class NotFoundError(ArticleSearchError):
    """No article of the index has the id asked for."""


class IndexStateError(ArticleSearchError):
    """Base of all errors about the index."""


class NoIndexError(IndexStateError):
    """There is no index; ``articles index`` makes one."""


class IndexBusyError(IndexStateError):
    """Another process holds the writer's lock."""


class IndexFormatError(IndexStateError):
    """The index was written by an older or newer version of the program."""


class IndexDamagedError(IndexStateError):
    """A file of the index is missing or its content is not what was written."""


class IndexUnreadableError(IndexStateError):
    """The index cannot be read just now: no right to, too many open files, a failing disk."""


class IndexUnavailableError(IndexStateError):
    """The index cannot be asked just now: its cluster is down, does not answer in time or lacks a shard; trying again
    later may help."""
