"""How do the hits of a search look in a terminal? Numbered, with what matched, and what one should know beside them.

Not here: options, streams and exit codes (searching.py), HTML (web).
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, tzinfo
from pathlib import Path

from article_search.answering.results import Excluded, Facet, Fragment, Hit, Results, Snippet, telling
from article_search.query.describing import describe
from article_search.query.tree import Range
from article_search.terminal.screen import HARMFUL, Screen, clean, columns, counted, cut_to, line_spans

_SNIPPET_LINES = 2
_FACETS_SHOWN = 8


def hit_lines(number: int, hit: Hit, screen: Screen) -> list[str]:
    """One hit: its number and title, its facts, its snippet."""
    text, matches = flat(hit.title_fragments or (Fragment(hit.title),))
    label = f"{number}. "
    indent = " " * len(label)
    title = []
    for line, (start, end) in enumerate(line_spans(text, screen.width - len(label))):
        marked = _marked(text, matches, start, end, screen.underlined)
        title.append((indent if line else screen.dim(label)) + screen.bold(marked))
    title = title or [screen.dim(label)]
    return [*title, *_meta(hit, screen, indent), *_snippet_lines(hit.snippet, screen, indent)]


def _meta(hit: Hit, screen: Screen, indent: str) -> list[str]:
    """Date, categories and id of a hit. The id is never cut: it is there to be copied."""
    facts = _day(hit.date)
    if hit.categories:
        facts += " · " + ", ".join(clean(category) for category in hit.categories)
    if hit.similar:
        facts += f" · +{hit.similar:,} similar"
    id = clean(hit.id)
    room = screen.width - len(indent)
    if columns(facts) + 3 + columns(id) <= room:
        return [indent + screen.dim(f"{facts} · {id}")]
    return [indent + screen.dim(cut_to(facts, room)), indent + screen.dim(id)]


def _day(date: datetime | None) -> str:
    return date.date().isoformat() if date else "no date"


def flat(snippet: Snippet) -> tuple[str, list[tuple[int, int]]]:
    """A snippet's text on one line, and where its matches are."""
    pieces: list[str] = []
    matches: list[tuple[int, int]] = []
    length = 0
    for fragment in snippet:
        # A blank on each side keeps the white space at a fragment's ends, which clean() would take away.
        piece = clean(f"|{fragment.text}|")[1:-1]
        if fragment.match:
            matches.append((length, length + len(piece)))
        pieces.append(piece)
        length += len(piece)
    return "".join(pieces), matches


def _marked(text: str, matches: Iterable[tuple[int, int]], start: int, end: int, mark: Callable[[str], str]) -> str:
    """``text[start:end]`` with its matches marked."""
    out = []
    for first, last in matches:
        first, last = max(first, start), min(last, end)
        if first < last:
            out += [text[start:first], mark(text[first:last])]
            start = last
    return "".join(out) + text[start:end]


def _snippet_lines(snippet: Snippet, screen: Screen, indent: str) -> list[str]:
    """The lines of a snippet, or those next to each other with the most matches where it has too many."""
    text, matches = flat(snippet)
    spans = line_spans(text, screen.width - len(indent) - 2)  # two columns are kept for the dots of a cut
    first = max(
        range(max(len(spans) - _SNIPPET_LINES, 0) + 1),
        key=lambda place: (_matches_in(matches, spans[place : place + _SNIPPET_LINES]), -place),
    )
    shown = spans[first : first + _SNIPPET_LINES]
    lines = [_marked(text, matches, start, end, screen.match) for start, end in shown]
    if first:
        lines[0] = "…" + lines[0]
    if first + _SNIPPET_LINES < len(spans):
        lines[-1] += "…"
    return [indent + line for line in lines]


def _matches_in(matches: Sequence[tuple[int, int]], spans: Sequence[tuple[int, int]]) -> int:
    return sum(any(start <= first < end for start, end in spans) for first, _ in matches)


def results_lines(results: Results, screen: Screen, page_size: int, divided: bool = False) -> list[str]:
    """An answer as text. Notes about it (:func:`notes`) are not part of it.

    ``divided``: a line tells articles with all of the words, which come first, from those with some.
    """
    if not results.total:
        return []
    headline = f"{counted(results.total, 'article', 'articles')} ({results.took_ms:.0f} ms)"
    if results.relaxed:
        headline += f", {results.strict_total or 'none'} with all of the words"
    if results.pages > 1:
        headline += f", page {results.page:,} of {results.pages:,}"
    if results.repeats:
        headline += f", {counted(results.repeats, 'near-copy', 'near-copies')} not shown (--all shows them)"
    lines = [screen.dim(headline), ""]
    first = (results.page - 1) * page_size + 1
    for number, hit in enumerate(results.hits, first):
        if divided and number == max(first, results.strict_total + 1):
            lines += [screen.dim("── with some of the words ".ljust(screen.width, "─")), ""]
        lines += [*hit_lines(number, hit, screen), ""]
    lines += [screen.dim(_facet_line(name, facets, screen)) for name, facets in results.facets.items() if facets]
    if results.page < results.pages:
        lines.append(screen.dim(f"next: --page {results.page + 1}"))
    return lines if lines[-1] else lines[:-1]


def _facet_line(name: str, facets: Sequence[Facet], screen: Screen) -> str:
    """As many values with their counts as fit into one line."""
    line = f"{name:<8}"
    for number, facet in enumerate(facets):
        piece = (" · " if number else "  ") + f"{clean(facet.value)} {facet.count:,}"
        if number == _FACETS_SHOWN or columns(line + piece) > screen.width - 2:
            return line + " …"
        line += piece
    return line


def notes(results: Results, options: Sequence[str] = ()) -> list[str]:
    """What the person asking should know beside the hits, a line each.

    ``options`` are those of the command line that leave articles out, such as ``--since``.
    """
    lines = [clean(warning) for warning in results.warnings]
    if telling(results):
        lines.append(f"understood as: {cut_to(clean(results.interpreted), 200)}")
    if results.relaxed and results.total:
        having = (
            "no article has" if not results.strict_total else f"only {counted(results.strict_total, 'has', 'have')}"
        )
        lines.append(f"{having} all of these words; those with some of them are here too (--strict leaves them out)")
    if results.excluded:
        lines.append(_left_out(results.excluded))
    if not results.total:
        lines.append(_nothing_found(results, options))
    elif not results.hits:
        lines.append(f"there is no page {results.page:,}; the last is page {results.pages:,}: --page {results.pages}")
    if results.corrected:
        lines.append(
            f"showing results for: {clean(results.suggestion or '')} (--exact searches for what was typed only)"
        )
    elif results.suggestion:
        lines.append(f"did you mean: {clean(results.suggestion)}")
    return lines


def _nothing_found(results: Results, options: Sequence[str]) -> str:
    query = cut_to(clean(results.query), 200)
    found = f"no article found for: {query}" if query else "no article found"
    if options:
        return f"{found}; try without {' or '.join(options)}"
    if results.suggestion or results.interpreted in ("", "()"):
        return found
    return f"{found}; try another word" if len(results.query.split()) == 1 else f"{found}; try fewer or other words"


def _left_out(excluded: Excluded) -> str:
    """What an exclusion has taken away, and the command without it."""
    again = shlex.join(["articles", "search", clean(excluded.query)])
    return f"{clean(excluded.exclusions)} leaves out what would come first, {clean(excluded.id)}; with it: {again}"


def no_such_category(name: str, near: Sequence[str]) -> str:
    """What to say of a category that no article has, and of those one may mean."""
    others = f"; others are: {', '.join(map(clean, near))}" if near else ""
    return f"there is no category {cut_to(clean(name), 100)}{others}"


def dates_meant(span: Range, zone: tzinfo) -> str:
    """Which days the options for dates name."""
    return f"the dates were read as {describe(span, zone)}"


def paths(hits: Iterable[Hit], content: Path) -> list[bytes]:
    """The files of the hits, as the file system spells them.

    One whose name has a line break or another control character has no place in a list of lines, and is left out.
    """
    encoded = [os.fsencode(content / hit.id) for hit in hits]
    return [path for path in encoded if not HARMFUL.search(path.decode("utf-8", "replace"))]


def related_lines(hits: Sequence[Hit], screen: Screen) -> list[str]:
    """Articles without a query."""
    lines: list[str] = []
    for number, hit in enumerate(hits, 1):
        lines += [*hit_lines(number, hit, screen), ""]
    return lines[:-1]
