"""What has been typed, found and chosen? The state of the interactive search, whatever draws it.

What is typed is asked as a search whose last word may go on, and what is chosen is looked into, each in a thread: the
newest answer that is there is shown. Not here: how it looks (looks.py), the keys (keys.py).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from article_search.answering.results import Hit, Results
from article_search.errors import ArticleSearchError, NotFoundError
from article_search.query.search import Search
from article_search.terminal.interactive import looks
from article_search.terminal.interactive.asking import Newest
from article_search.terminal.interactive.looks import Line, Panes

if TYPE_CHECKING:
    from article_search.engine import Engine

_HITS = 50
_ABOVE = 3  # of so many rows one is above the first match that is shown


class _Look(NamedTuple):
    """A look into an article: its id, what was searched for, and how many columns there are."""

    id: str
    text: str
    width: int


class _Seen(NamedTuple):
    """What is seen there, and from which line on."""

    lines: list[Line]
    first: int


class Session:
    """An interactive search. In any thread ``changed`` is called when something else is to be seen, ``opened`` with the
    hit that was chosen in the end, and ``failed`` with what no user can do anything about. Use it as a context
    manager."""

    def __init__(
        self,
        engine: Engine,
        changed: Callable[[], None],
        opened: Callable[[Hit], None],
        failed: Callable[[Exception], None],
    ) -> None:
        self._engine = engine
        self._changed = changed
        self._opened = opened
        self._failed = failed
        self._lock = threading.RLock()
        self._unanswered: str | None = None  # what was typed last, until it is answered
        self._opens = False  # the first hit of that, as soon as it is there
        self._results: Results | None = None
        self._failure = ""
        self._first = self._chosen = 0  # numbers of hits: at the top, and with the mark
        self._panes = Panes.of(80, 24)
        self._look: _Look | None = None
        self._seen = _Seen([], 0)
        self._searches: Newest[str, Results] = Newest(self._found, self._has_found)
        self._looks: Newest[_Look, _Seen] = Newest(self._looked, self._has_looked)

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self._searches.close()
        self._looks.close()

    # What is done

    def typed(self, text: str) -> None:
        """Searches for what now stands in the field."""
        with self._lock:
            self._unanswered, self._opens = text, False
        self._searches.ask(text)

    def open(self) -> None:
        """Opens the hit with the mark; who types and goes on at once means the first of what was typed."""
        with self._lock:
            self._opens = self._unanswered is not None
            hit = None if self._opens else self.chosen
        if hit is not None:
            self._opened(hit)

    def move(self, hits: int) -> None:
        """Chooses a hit further on, or before."""
        with self._lock:
            if self._results is not None:
                self._chosen = min(max(self._chosen + hits, 0), max(len(self._results.hits) - 1, 0))
            self._settle()

    def page(self) -> int:
        """How many hits are seen at once."""
        return self._panes.hits_shown

    def read_on(self, pages: int) -> None:
        """Goes on in the article that is looked into, or back."""
        with self._lock:
            last = max(len(self._seen.lines) - self._panes.view_height, 0)
            step = pages * max(self._panes.view_height - 1, 1)
            self._seen = self._seen._replace(first=min(max(self._seen.first + step, 0), last))

    def resized(self, panes: Panes) -> None:
        """The screen has these sizes now."""
        with self._lock:
            if panes != self._panes:
                self._panes = panes
                self._settle()

    # What is seen

    @property
    def chosen(self) -> Hit | None:
        """The hit with the mark."""
        with self._lock:
            hits = self._results.hits if self._results is not None else ()
            return hits[self._chosen] if hits else None

    def status(self, width: int) -> str:
        """What was found."""
        with self._lock:
            return looks.status(self._results, self._failure, width)

    def hit_lines(self) -> list[Line]:
        """The list."""
        with self._lock:
            hits = self._results.hits if self._results is not None else ()
            return looks.hit_lines(hits, self._first, self._chosen, self._panes)

    def view_lines(self) -> list[Line]:
        """What is seen of the article that is chosen."""
        with self._lock:
            return self._seen.lines[self._seen.first : self._seen.first + self._panes.view_height]

    # In threads

    def _found(self, text: str) -> Results:
        return self._engine.search(Search(text, limit=_HITS, typing=True, snippets=False))

    def _has_found(self, text: str, found: Results | Exception) -> None:
        with self._lock:
            self._failure = self._told(found) if isinstance(found, Exception) else ""
            self._results = None if isinstance(found, Exception) else found
            self._first = self._chosen = 0
            self._settle()
            opens = self._opens and text == self._unanswered
            if text == self._unanswered:
                self._unanswered, self._opens = None, False
        self._changed()
        if opens:
            self.open()

    def _looked(self, look: _Look) -> _Seen:
        view = self._engine.view(look.id, Search(look.text, typing=True), related=0)
        return _Seen(*looks.view_lines(view, look.width))

    def _has_looked(self, look: _Look, seen: _Seen | Exception) -> None:
        if isinstance(seen, NotFoundError):  # the index has changed
            seen = _Seen([], 0)
        if isinstance(seen, Exception):
            self._failure, seen = self._told(seen), _Seen([], 0)
        with self._lock:
            if look == self._look:
                first = max(seen.first - self._panes.view_height // _ABOVE, 0) if seen.first else 0
                self._seen = seen._replace(first=first)
        self._changed()

    def _told(self, error: Exception) -> str:
        """What the user is told of an error; any but those of the index and its files is a fault of the program."""
        if not isinstance(error, ArticleSearchError | OSError):
            self._failed(error)
        return str(error)

    def _settle(self) -> None:
        """Sees to it that the hit that is chosen is on the screen, and that it is looked into."""
        shown = self._panes.hits_shown
        self._first = min(max(self._first, self._chosen - shown + 1), self._chosen)
        hit = self.chosen
        text = self._results.query if self._results is not None else ""
        look = _Look(hit.id, text, self._panes.view_width) if hit is not None and self._panes.view_height else None
        if look == self._look:
            return
        self._look = look
        if look is None:
            self._seen = _Seen([], 0)
        else:
            self._looks.ask(look)
