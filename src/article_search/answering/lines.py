"""In which lines of its file do the words of a query stand? The file is read as it is now, and so may be another one.

An index holds what was understood of a file, not its lines: the source is looked through by the matching of snippets
(snippets.py), so that what is found there is what the article was found by. Not here: which articles (searching.py).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from article_search.answering import snippets
from article_search.answering.results import Fragment, Snippet, fragments_json
from article_search.digests import blake2b
from article_search.errors import ArticleError
from article_search.language import languages
from article_search.limits import LIMITS
from article_search.query.tree import Node, TextField
from article_search.reading import access, loading
from article_search.reading.files import FileState
from article_search.reading.header import encoding, fences

_BEFORE = 4  # the part of a passage that stands before its first match: one in so many

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file, counted from 1, or of a long one the passage with the first words that were asked for."""

    number: int
    passage: Snippet


@dataclass(frozen=True, slots=True)
class Source:
    """The file of an article: the very one that was ``indexed``, one that has ``changed`` since, or none that can be
    read, and ``why``. Its ``lines`` are as they are now; the first ``header`` of all are its front matter."""

    id: str
    state: Literal["indexed", "changed", "gone", "unreadable"]
    lines: tuple[Line, ...] = ()
    header: int = 0
    why: str = ""

    @property
    def best(self) -> int:
        """The line to show first: of those below the header, if there are any, the one with the most different words;
        1 where there is none."""
        lines = [line for line in self.lines if line.number > self.header] or self.lines
        return max(lines, key=lambda line: (_words_in(line.passage), -line.number)).number if lines else 1


def source(root: str, id: str, known: FileState | None, tree: Node, language: str | None) -> Source:
    """The file of an article below a content root (a real path), of which the index has ``known`` that much, with the
    lines in which something of a tree stands."""
    try:
        data, _ = loading.read(root, id)
        text, _ = encoding.decoded(data)
    except (FileNotFoundError, NotADirectoryError):
        return Source(id, "gone", why="is gone")
    except OSError as error:
        return Source(id, "unreadable", why=access.why(error))
    except ArticleError as error:
        return Source(id, "unreadable", why=error.reason)
    except ValueError as error:
        return Source(id, "unreadable", why=f"is no article: {error}")
    same = known is not None and known.digest == blake2b(data, digest_size=16).hexdigest()
    header = fences.split(text).body_line - 1
    lines = tuple(lines_of(text, header, tree, language or languages.DEFAULT))
    return Source(id, "indexed" if same else "changed", lines, header)


def lines_of(text: str, header: int, tree: Node, language: str = languages.DEFAULT) -> Iterator[Line]:
    """The lines of a source in which something of a tree stands; so many of them are its header."""
    starts = [0]
    while end := text.find("\n", starts[-1]) + 1:
        starts.append(end)
    starts.append(len(text) + 1)
    by_line: dict[int, list[Span]] = {}
    for start, end in _spans(text, starts[min(header, len(starts) - 2)], tree, language):
        number = bisect_right(starts, start)
        while starts[number - 1] < end:  # a phrase may go on in the next line
            by_line.setdefault(number, []).append((start, end))
            number += 1
    for number, spans in sorted(by_line.items()):
        yield Line(number, _passage(text, starts[number - 1], starts[number] - 1, spans))


def _spans(text: str, body: int, tree: Node, language: str) -> Sequence[Span]:
    """Where what was asked for stands: in the header what may be of title and description, behind it what is of the
    body; only where that is nowhere, as of a title that is a heading, anything anywhere."""
    above = _asked_for(text[:body], tree, ("title", "description"), language)
    below = _asked_for(text[body:], tree, ("body",), language)
    found = [*above, *((start + body, end + body) for start, end in below)]
    return found or _asked_for(text, tree, ("title", "description", "body"), language)


def _asked_for(text: str, tree: Node, fields: Iterable[TextField], language: str) -> list[Span]:
    """Where what was asked for in some fields stands, in order; what overlaps is one."""
    found: list[Span] = []
    for start, end in sorted({span for field in fields for span in snippets.spans(text, tree, field, language)}):
        if found and start < found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((start, end))
    return found


def _passage(text: str, start: int, end: int, spans: Sequence[Span]) -> Snippet:
    """What is shown of the line ``text[start:end]``, with what stands there marked."""
    first, last = _window(text, start, end, spans[0][0])
    pieces = [Fragment("… ")] if first > start else []
    place = first
    for one, other in spans:
        one, other = max(one, place), min(other, last)
        if one < other:
            pieces += [Fragment(text[place:one])] if place < one else []
            pieces.append(Fragment(text[one:other], match=True))
            place = other
    pieces += [Fragment(text[place:last])] if place < last else []
    return (*pieces, Fragment(" …")) if last < end else tuple(pieces)


def _window(text: str, start: int, end: int, match: int) -> Span:
    """Where what is shown of a line starts and ends, between words if there are blanks."""
    most = LIMITS.snippet_chars
    if end - start <= most:
        return start, end
    first = min(max(start, match - most // _BEFORE), end - most)
    first = first if first <= start else text.find(" ", first, max(match, first)) + 1 or first
    last = min(first + most, end)
    return first, last if last == end else max(text.rfind(" ", max(match, first) + 1, last), 0) or last


def _words_in(passage: Snippet) -> int:
    return len({fragment.text.casefold() for fragment in passage if fragment.match})


def source_json(source: Source) -> dict[str, Any]:
    """What the public JSON says of the file of a hit."""
    return {
        "file": source.state,
        "lines": [{"number": line.number, "passage": fragments_json(line.passage)} for line in source.lines],
    }
