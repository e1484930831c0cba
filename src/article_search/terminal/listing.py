"""What does a search give to programs? Files, a number, records by a template, lines of files: of all pages, and of
what was asked for only.

What a program goes on to do with files, it shall not do to any that nobody named. Not here: how a record is written
(records.py), how hits look to a person (hits.py).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from article_search.limits import LIMITS
from article_search.terminal import hits, records
from article_search.terminal.output import is_terminal, linking_screen, note, print_bytes, print_lines
from article_search.terminal.screen import Screen, clean

if TYPE_CHECKING:
    from article_search.answering.lines import Line, Source
    from article_search.answering.results import Hit, Results
    from article_search.engine import Engine
    from article_search.query.search import Search
    from article_search.terminal.showing import Showing
    from article_search.terminal.site import Site

_NAMED = 3  # files named in a note on several


class Listing:
    """What is asked for a list. ``whole``: all of it, as no page was asked for; ``found``: whether there is anything,
    once it is printed. Raises ArticleSearchError for a template that cannot be read."""

    def __init__(self, site: Site, asked: Search, showing: Showing, whole: bool) -> None:
        self.found = False
        self._site = site
        self._showing = showing
        self._whole = whole and showing.form != "count"
        self._template = records.template(showing.template if showing.form == "format" else f"{{{records.PATH}}}")
        wanted = replace(
            asked,
            strict=asked.strict or not asked.any,
            each=True,
            exact=True,
            snippets=("snippet",) in self._template,
        )
        self._wanted = replace(wanted, limit=LIMITS.page_size) if self._whole else wanted

    def print(self, notes: Callable[[Engine, Results], Iterable[str]]) -> None:
        """Writes the list as it comes; ``notes`` are what is to be said of its first page."""
        # A generator has the engine open: errors of the output are none of the index.
        if self._showing.form == "lines":
            with closing(self._lines(notes)) as lines:
                print_lines(lines, pager=self._showing.pager)
        else:
            with closing(self._records(notes)) as written:
                print_bytes(written)

    def _pages(self, engine: Engine, first: Results) -> Iterator[list[Hit]]:
        """The hits of all pages that can be turned to; each once, though the index may change meanwhile."""
        seen: set[str] = set()
        for page in range(first.page, first.pages + 1 if self._whole else first.page + 1):
            results = first if page == first.page else engine.search(self._wanted, page=page)
            new = [hit for hit in results.hits if hit.id not in seen]
            seen.update(hit.id for hit in new)
            yield new
        if self._whole and len(seen) < first.total:
            note(f"only the first {len(seen):,} of {first.total:,} files are listed; ask for less to have all")

    def _first(self, engine: Engine, notes: Callable[[Engine, Results], Iterable[str]]) -> Results:
        """The answer, or its first page; what is to be said of it is said."""
        first = engine.search(self._wanted)
        self.found = bool(first.hits)
        for one in notes(engine, first):
            note(one)
        return first

    def _records(self, notes: Callable[[Engine, Results], Iterable[str]]) -> Generator[bytes]:
        end = b"\0" if self._showing.nul else b"" if records.ends_itself(self._template) else b"\n"
        raw = end == b"\0" and not is_terminal()
        left_out = 0
        with self._site.engine() as engine:
            first = self._first(engine, notes)
            if self._showing.form == "count":
                yield b"%d\n" % first.total
                return
            content = engine.settings.content
            for page in self._pages(engine, first):
                written = [records.record(self._template, hit, content, raw) for hit in page]
                left_out += written.count(None)
                yield from (record + end for record in written if record is not None)
        if left_out:
            note(f"{left_out} left out: control characters in the name of the file")

    def _lines(self, notes: Callable[[Engine, Results], Iterable[str]]) -> Generator[str]:
        """The lines of the files that the words stand in."""
        others: dict[str, list[str]] = {}
        with self._site.engine() as engine:
            content = engine.settings.content
            screen = linking_screen(self._showing.hyperlinks, content)
            for page in self._pages(engine, self._first(engine, notes)):
                for hit, source in zip(page, engine.lines(self._wanted, [hit.id for hit in page]), strict=True):
                    path = records.path_of(hit, content).decode("utf-8", "replace")
                    yield from (_line(path, hit, line, screen) for line in source.lines)
                    if said := _said(source):
                        others.setdefault(said, []).append(path)
        for said, paths in others.items():
            note(_of_several(paths, said))


def _said(source: Source) -> str:
    """What to say of a file whose lines are not simply those that were asked for."""
    if source.state == "changed":
        return "changed since the index was made: the lines are as they are now"
    return source.why or ("" if source.lines else "none of its lines has the words")


def _of_several(paths: list[str], said: str) -> str:
    named = ", ".join(clean(path) for path in paths[:_NAMED])
    more = f" and {len(paths) - _NAMED:,} more" if len(paths) > _NAMED else ""
    return f"{named}{more}: {said}"


def _line(path: str, hit: Hit, line: Line, screen: Screen) -> str:
    """One line as other programs print those they have found: PATH:LINE:TEXT."""
    text, matches = hits.flat(line.passage)
    place = screen.linked(screen.dim(clean(path)), hit.id)
    return f"{place}:{line.number}:{hits.marked(text, matches, 0, len(text), screen.match)}"
