"""What is on the screen of the interactive search? Lines of styled pieces, made of an answer and a view, for panes of
some size.

Everything here is a function of what it is given. No control character of an article gets into a line. Not here: where
the lines come from (session.py), how they are drawn (keys.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from article_search.answering.results import Hit, Results, Snippet, View
from article_search.terminal.hits import flat
from article_search.terminal.screen import clean, counted, cut_to, line_spans

Line = list[tuple[str, str]]  # pieces of a line: a style, and text

TITLE, MATCH, CHOSEN = "bold", "bold underline", "reverse"
_HEAD = 2  # rows: what is typed, and what was found
_BESIDE = 100  # columns from which on there is room beside the list
_BELOW = 9  # rows from which on there is room below it
_FOOT = 8  # rows of a screen that has one for the keys
_NARROWEST = 4  # columns that text is wrapped to at least
_READ = 20_000  # characters of an article that are shown before, and after, its first match
KEYS = "↑↓ choose · Enter opens · PgUp PgDn read · Esc leaves · articles --help"


@dataclass(frozen=True, slots=True)
class Panes:
    """Sizes of what is on a screen, in columns and rows: the list, and the look into what is chosen, which is beside it
    or below, or, without rows, nowhere."""

    hits_width: int
    hits_height: int
    view_width: int
    view_height: int
    beside: bool
    foot: bool

    @classmethod
    def of(cls, columns: int, rows: int) -> Panes:
        """What fits a screen of some size."""
        foot = rows >= _FOOT
        body = max(rows - _HEAD - foot, 1)
        if columns >= _BESIDE:
            hits = columns * 2 // 5
            return cls(hits, body, columns - hits - 1, body, True, foot)
        if body < _BELOW:
            return cls(columns, body, 0, 0, False, foot)
        hits = body * 2 // 5
        return cls(columns, hits, columns, body - hits - 1, False, foot)

    @property
    def hit_rows(self) -> int:
        """Rows of one hit."""
        return 2 if self.hits_height >= 6 else 1

    @property
    def hits_shown(self) -> int:
        """Hits that the list has room for."""
        return max(self.hits_height // self.hit_rows, 1)


def hit_lines(hits: Sequence[Hit], first: int, chosen: int, panes: Panes) -> list[Line]:
    """The list of hits from the first that is shown on. The one that is chosen has a mark before it, for screens
    without reversed text."""
    lines: list[Line] = []
    width = panes.hits_width - 2
    for number, hit in enumerate(hits[first : first + panes.hits_shown], first):
        mark, style = ("> ", CHOSEN) if number == chosen else ("  ", TITLE)
        title = cut_to(clean(hit.title) or clean(hit.id), width)
        lines.append([("", mark), (style, title)])
        if panes.hit_rows > 1:
            lines.append([("", "  " + cut_to(_facts(hit), width))])
    return lines


def _facts(hit: Hit) -> str:
    day = hit.date.date().isoformat() if hit.date else "no date"
    return " · ".join([day, *map(clean, hit.categories), clean(hit.id)])


def view_lines(view: View, width: int) -> tuple[list[Line], int]:
    """An article as lines of so many columns, with its matches marked, and the first line of its text that has one; of
    a long one what is around that."""
    width = max(width, _NARROWEST)
    text, matches = flat(view.document.hit.title_fragments)
    lines = _wrapped(text, matches, width, TITLE) + _wrapped(_facts(view.document.hit), (), width)
    first = 0
    for text, matches in _around_first_match(view.paragraphs):
        lines.append([])
        found = _wrapped(text, matches, width)
        if not first:
            first = next((n for n, line in enumerate(found, len(lines)) if _has_match(line)), 0)
        lines += found
    return lines, first


Flat = tuple[str, list[tuple[int, int]]]  # a paragraph, and where its matches are


def _around_first_match(paragraphs: Sequence[Snippet]) -> Iterator[Flat]:
    """The paragraphs around the first that has a match."""
    place = next((n for n, one in enumerate(paragraphs) if any(fragment.match for fragment in one)), 0)
    yield from reversed(list(_read(reversed(paragraphs[:place]))))
    yield from _read(paragraphs[place:])


def _read(paragraphs: Iterable[Snippet]) -> Iterator[Flat]:
    """As many paragraphs as anybody reads."""
    chars = 0
    for paragraph in paragraphs:
        text, matches = _part(flat(paragraph))
        yield text, matches
        chars += len(text)
        if chars > _READ:
            return


def _part(paragraph: Flat) -> Flat:
    """Of a very long paragraph what is around its first match."""
    text, matches = paragraph
    start = max(matches[0][0] - _READ // 2, 0) if matches else 0
    return text[start : start + _READ], [(first - start, last - start) for first, last in matches]


def _has_match(line: Line) -> bool:
    return any(style == MATCH for style, _ in line)


def _wrapped(text: str, matches: Sequence[tuple[int, int]], width: int, style: str = "") -> list[Line]:
    return [_marked(text, matches, start, end, style) for start, end in line_spans(text, width)]


def _marked(text: str, matches: Iterable[tuple[int, int]], start: int, end: int, style: str) -> Line:
    """``text[start:end]`` with its matches marked."""
    line: Line = []
    for first, last in matches:
        first, last = max(first, start), min(last, end)
        if first < last:
            line += [(style, text[start:first]), (MATCH, text[first:last])]
            start = last
    return [(one, piece) for one, piece in (*line, (style, text[start:end])) if piece]


def status(results: Results | None, failure: str, width: int) -> str:
    """What was found, in one line, and the most important of what there is to say about it."""
    if failure:
        return cut_to(clean(failure), width)
    if results is None:
        return ""
    found = counted(results.total, "article", "articles") if results.total else "no article"
    if results.relaxed and results.total:
        found += f", {results.strict_total or 'none'} with all of the words"
    says = [found]
    if results.corrected and results.suggestion:
        says.append(f"showing results for: {results.suggestion}")
    elif results.suggestion:
        says.append(f"did you mean: {results.suggestion}")
    says += results.warnings[:1]
    return cut_to(clean(" · ".join(says)), width)
