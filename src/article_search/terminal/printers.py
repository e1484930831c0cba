"""How does an answer look in a terminal or a pipe? Each printer turns plain data into lines of text.

The text, JSON and path printers are siblings: the command line chooses one. Whatever comes from content is made
harmless here: no control character of an article or a file name reaches the terminal. Not here: options, streams and
exit codes (cli.py), HTML (web.py).
"""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from article_search.answering.results import (
    Document,
    Explanation,
    Facet,
    Fragment,
    Hit,
    Results,
    Snippet,
    Status,
    telling,
)
from article_search.query.describing import describe
from article_search.query.tree import Range

if TYPE_CHECKING:  # a search does without the database and the report of a build
    from article_search.reading.report import FileNote, Report
    from article_search.web.query_report import Queried, QueryReport

_NARROWEST, _WIDEST = 40, 100  # columns; longer lines of prose are hard to read
_SNIPPET_LINES = 2
_NOTES_SHOWN = 20
_FACETS_SHOWN = 8

# C0 and C1 controls, lone surrogates, and what reorders or breaks the text after it.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_HARMFUL = re.compile(f"{_CONTROL.pattern}|{_REORDERING.pattern}")
_UNSAFE_IN_JSON = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")

# A line may break before and after each of these characters, but not before the marks that close them.
_WIDE = "\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\U00020000-\U0003fffd"
_UNIT = re.compile(rf"[{_WIDE}][、。，．！？」』）】]*|[^\s{_WIDE}]+")


@dataclass(frozen=True, slots=True)
class Screen:
    """What is written to: its ``width`` in columns, whether it shows colour, and whether long messages are wrapped for
    a person to read or kept on one line for a program."""

    width: int = 80
    colour: bool = False
    wraps: bool = False

    @classmethod
    def of(cls, columns: int, is_terminal: bool, environment: Mapping[str, str]) -> Screen:
        """Colour is for terminals; ``NO_COLOR`` takes it away, ``FORCE_COLOR`` (not ``0``) gives it to a pipe too."""
        colour = is_terminal and environment.get("TERM") != "dumb"
        if environment.get("FORCE_COLOR", "0") not in ("", "0"):
            colour = True
        if environment.get("NO_COLOR"):
            colour = False
        return cls(min(max(columns, _NARROWEST), _WIDEST), colour, is_terminal)

    def bold(self, text: str) -> str:
        return self._styled(1, 22, text)

    def dim(self, text: str) -> str:
        return self._styled(2, 22, text)

    def underlined(self, text: str) -> str:
        return self._styled(4, 24, text)

    def match(self, text: str) -> str:
        # Bold and underlined can be told apart on every colour scheme.
        return self.bold(self.underlined(text))

    def _styled(self, on: int, off: int, text: str) -> str:
        return f"\x1b[{on}m{text}\x1b[{off}m" if self.colour and text else text


# Text that is safe and fits


def clean(text: str) -> str:
    """The text on one line, fit for a terminal: blanks for white space, U+FFFD for any other control character."""
    return _REORDERING.sub("", _CONTROL.sub("\ufffd", " ".join(text.split())))


def columns(text: str) -> int:
    """How many columns of a terminal a text takes: two for a wide character of East Asia, none for a combining one."""
    if text.isascii():
        return len(text)
    return sum(_char_columns(char) for char in text)


def _char_columns(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _cut_to(text: str, width: int) -> str:
    """The text, its end replaced by … where it is wider than the columns there are."""
    if columns(text) <= width:
        return text
    used = 1
    for place, char in enumerate(text):
        used += _char_columns(char)
        if used > width:
            return text[:place].rstrip() + "…"
    return text


def _units(text: str, width: int) -> Iterator[tuple[int, int]]:
    """Where the pieces of a text are that a line must not break, none wider than a line."""
    for match in _UNIT.finditer(text):
        start, used = match.start(), 0
        if match.end() - start <= width // 2:
            yield match.span()
            continue
        for place in range(start, match.end()):
            used += _char_columns(text[place])
            if used > width:
                yield start, place
                start, used = place, _char_columns(text[place])
        yield start, match.end()


def _lines(text: str, width: int) -> list[tuple[int, int]]:
    """Where the lines of a text start and end when it is wrapped."""
    lines: list[tuple[int, int]] = []
    used = 0
    for start, end in _units(text, width):
        size = columns(text[start:end])
        gap = columns(text[lines[-1][1] : start]) if lines else 0
        if lines and used + gap + size <= width:
            lines[-1] = lines[-1][0], end
            used += gap + size
        else:
            lines.append((start, end))
            used = size
    return lines


def wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """A text of one paragraph as lines of at most ``width`` columns."""
    text = clean(text)
    return [indent + text[start:end] for start, end in _lines(text, width - len(indent))]


def message_lines(text: str, screen: Screen, indent: str = "") -> list[str]:
    """A message of one line, or of several for a person, those after the first further indented."""
    if not screen.wraps:
        return [indent + clean(text)]
    lines = wrapped(text, screen.width, indent + "  ")
    return [indent + line.removeprefix(indent + "  ") if not number else line for number, line in enumerate(lines)]


def _flat(snippet: Snippet) -> tuple[str, list[tuple[int, int]]]:
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
    text, matches = _flat(snippet)
    spans = _lines(text, screen.width - len(indent) - 2)  # two columns are kept for the dots of a cut
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


# Searching


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _day(date: datetime | None) -> str:
    return f"{date:%Y-%m-%d}" if date else "no date"


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
    return [indent + screen.dim(_cut_to(facts, room)), indent + screen.dim(id)]


def hit_lines(number: int, hit: Hit, screen: Screen) -> list[str]:
    """One hit: its number and title, its facts, its snippet."""
    text, matches = _flat(hit.title_fragments or (Fragment(hit.title),))
    label = f"{number}. "
    indent = " " * len(label)
    title = []
    for line, (start, end) in enumerate(_lines(text, screen.width - len(label))):
        marked = _marked(text, matches, start, end, screen.underlined)
        title.append((indent if line else screen.dim(label)) + screen.bold(marked))
    title = title or [screen.dim(label)]
    return [*title, *_meta(hit, screen, indent), *_snippet_lines(hit.snippet, screen, indent)]


def _facet_line(name: str, facets: Sequence[Facet], screen: Screen) -> str:
    """As many values with their counts as fit into one line."""
    line = f"{name:<8}"
    for number, facet in enumerate(facets):
        piece = (" · " if number else "  ") + f"{clean(facet.value)} {facet.count:,}"
        if number == _FACETS_SHOWN or columns(line + piece) > screen.width - 2:
            return line + " …"
        line += piece
    return line


def results_lines(results: Results, screen: Screen, page_size: int, divided: bool = False) -> list[str]:
    """An answer as text. Notes about it (:func:`notes`) are not part of it.

    ``divided``: a line tells articles with all of the words, which come first, from those with some.
    """
    if not results.total:
        return []
    headline = f"{_count(results.total, 'article', 'articles')} ({results.took_ms:.0f} ms)"
    if results.relaxed:
        headline += f", {results.strict_total or 'none'} with all of the words"
    if results.pages > 1:
        headline += f", page {results.page:,} of {results.pages:,}"
    if results.repeats:
        headline += f", {_count(results.repeats, 'near-copy', 'near-copies')} not shown (--all shows them)"
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


def notes(results: Results, options: Sequence[str] = ()) -> list[str]:
    """What the person asking should know beside the hits, a line each.

    ``options`` are those of the command line that leave articles out, such as ``--since``.
    """
    lines = [clean(warning) for warning in results.warnings]
    if telling(results):
        lines.append(f"understood as: {_cut_to(clean(results.interpreted), 200)}")
    if results.relaxed and results.total:
        having = "no article has" if not results.strict_total else f"only {_count(results.strict_total, 'has', 'have')}"
        lines.append(f"{having} all of these words; those with some of them are here too (--strict leaves them out)")
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
    query = _cut_to(clean(results.query), 200)
    found = f"no article found for: {query}" if query else "no article found"
    if options:
        return f"{found}; try without {' or '.join(options)}"
    if results.suggestion or results.interpreted in ("", "()"):
        return found
    return f"{found}; try another word" if len(results.query.split()) == 1 else f"{found}; try fewer or other words"


def no_such_category(name: str, near: Sequence[str]) -> str:
    """What to say of a category that no article has, and of those one may mean."""
    others = f"; others are: {', '.join(map(clean, near))}" if near else ""
    return f"there is no category {_cut_to(clean(name), 100)}{others}"


def dates_meant(span: Range, zone: tzinfo) -> str:
    """Which days the options for dates name."""
    return f"the dates were read as {describe(span, zone)}"


def paths(hits: Iterable[Hit], content: Path) -> list[bytes]:
    """The files of the hits, as the file system spells them.

    One whose name has a line break or another control character has no place in a list of lines, and is left out.
    """
    encoded = [os.fsencode(content / hit.id) for hit in hits]
    return [path for path in encoded if not _HARMFUL.search(path.decode("utf-8", "replace"))]


def related_lines(hits: Sequence[Hit], screen: Screen) -> list[str]:
    """Articles without a query."""
    lines: list[str] = []
    for number, hit in enumerate(hits, 1):
        lines += [*hit_lines(number, hit, screen), ""]
    return lines[:-1]


def explanation_lines(explanation: Explanation, screen: Screen) -> list[str]:
    """How an article comes by its score: a line a word and a field, then what its order adds, then the sum."""
    missing = ", ".join(map(clean, explanation.missing))
    lines = [screen.bold(line) for line in wrapped(explanation.title, screen.width)]
    lines += [f"{screen.dim('query')}  {clean(explanation.query)}", ""]
    for word in explanation.words:
        weight = f"idf {word.idf:.2f} × burst {word.burst:.2f}"
        weight += f" × {word.times:.2f} for repetition" if word.times != 1 else ""
        weight += f" × {word.share:.2f} as a guess" if word.share != 1 else ""
        lines.append(f"{word.score:9.4f}  {clean(word.word)}: in {word.articles:,} articles, {weight}")
        lines += [
            screen.dim(
                f"{field.score:13.4f}  {field.field}: {field.frequency:,} ×, {field.length:.2f} × the average length"
            )
            for field in word.fields
        ]
        if word.exact_form:
            form = f"in the form asked for, as {word.articles_with_form:,} articles have it"
            lines.append(screen.dim(f"{word.exact_form:13.4f}  {form}"))
    if explanation.found:
        extras = {
            "age": explanation.recency,
            "words that stand together": explanation.together,
            "likeness to the query by word vectors": explanation.likeness,
            "words that the first articles share": explanation.expansion,
        }
        lines += [f"{value:9.4f}  {name}" for name, value in extras.items() if value]
        lines.append(screen.bold(f"{explanation.score:9.4f}  score"))
    verdict = "found with some of the words" if explanation.found else "not found"
    if missing:
        lines += ["", *wrapped(f"{verdict}; it does not answer: {missing}", screen.width)]
    if explanation.repeats:
        lines += ["", "not shown: another article says nearly the same"]
    if explanation.pinned:
        said = "comes first, whatever its score" if explanation.pinned == "first" else "is not shown"
        lines += ["", f"pinned in the settings: for this query it {said}"]
    return lines


def document_lines(document: Document, screen: Screen) -> list[str]:
    """One article as it was understood."""
    hit = document.hit
    facts = {
        "id": hit.id,
        "url": hit.url,
        "date": hit.date.isoformat() if hit.date else "none",
        "categories": ", ".join(hit.categories) or "none",
        "image": hit.image or "none",
    }
    lines = [screen.bold(line) for line in wrapped(hit.title, screen.width)]
    lines += [f"{screen.dim(f'{name:<10}')}  {clean(value)}" for name, value in facts.items()]
    for warning in document.warnings:
        lines += wrapped(f"warning: {warning}", screen.width)
    if hit.description:
        lines += ["", *wrapped(hit.description, screen.width)]
    for paragraph in document.body.split("\n\n"):
        if paragraph.strip():
            lines += ["", *wrapped(paragraph, screen.width)]
    return lines


# Indexing


def _note(note: FileNote) -> str:
    place = f"{note.path}:{note.line}" if note.line else note.path
    return clean(f"{place}: {note.text}")


def _table(rows: Sequence[tuple[str, int, str]]) -> list[str]:
    numbers = [f"{number:,}" for _, number, _ in rows]
    width = max(map(len, numbers))
    return [
        f"  {label:<14}{number:>{width}}  {remark}".rstrip()
        for (label, _, remark), number in zip(rows, numbers, strict=True)
    ]


def _left_out(report: Report) -> str:
    counts: dict[str, int] = {}
    for note in report.left_out:
        counts[note.text] = counts.get(note.text, 0) + 1
    return ", ".join(f"{clean(reason)} {count:,}" for reason, count in sorted(counts.items(), key=lambda one: -one[1]))


def _notes_lines(heading: str, notes: Sequence[FileNote], screen: Screen, shown: int | None, rest: str) -> list[str]:
    """A heading and notes about files; the ``rest`` says where those are that are not shown."""
    if not notes:
        return []
    lines = ["", screen.bold(f"{heading}:")]
    for note in notes[:shown]:
        lines += message_lines(_note(note), screen, "  ")
    if shown is not None and len(notes) > shown:
        lines.append(f"  … and {len(notes) - shown:,} more: {rest}")
    return lines


def _left_out_lines(report: Report, screen: Screen, command: str) -> list[str]:
    heading = f"{_count(len(report.left_out), 'file', 'files')} left out"
    return _notes_lines(heading, report.left_out, screen, _NOTES_SHOWN, f"`articles {command} --json` names all")


def _rejected_lines(report: Report, screen: Screen) -> list[str]:
    heading = f"{_count(len(report.rejected), 'file', 'files')} rejected"
    return _notes_lines(heading, report.rejected, screen, None, "")


def _warning_lines(report: Report, screen: Screen, shown: int | None) -> list[str]:
    heading = _count(len(report.warnings), "warning", "warnings")
    return _notes_lines(heading, report.warnings, screen, shown, "`articles check` shows all")


def index_lines(report: Report, screen: Screen, dry_run: bool = False) -> list[str]:
    """What a run of ``index`` did, in counts that add up, and every file rejected."""
    lines = []
    if report.rebuild_reason:
        done = "would be" if dry_run else "was"
        lines += message_lines(f"everything {done} read again: {report.rebuild_reason}", screen)
    if dry_run:
        lines.append("dry run: nothing was written")
    lines += _table(
        [
            ("added", report.added, ""),
            ("changed", report.changed, ""),
            ("unchanged", report.unchanged, ""),
            ("left out", len(report.left_out), _left_out(report)),
            ("rejected", len(report.rejected), ""),
            ("files seen", report.seen, f"in {duration(report.seconds)}"),
            ("removed", report.removed, ""),
        ]
    )
    lines += _left_out_lines(report, screen, "index")
    return [*lines, *_rejected_lines(report, screen), *_warning_lines(report, screen, _NOTES_SHOWN)]


def check_lines(report: Report, screen: Screen) -> list[str]:
    """What is wrong with the content: all of it."""
    left_out, rejected = len(report.left_out), len(report.rejected)
    lines = _table(
        [
            ("fit to index", report.seen - left_out - rejected, ""),
            ("left out", left_out, _left_out(report)),
            ("rejected", rejected, ""),
            ("files seen", report.seen, f"in {duration(report.seconds)}"),
        ]
    )
    lines += _left_out_lines(report, screen, "check")
    return [*lines, *_rejected_lines(report, screen), *_warning_lines(report, screen, None)]


def status_lines(status: Status, index: Path, content: Path, screen: Screen) -> list[str]:
    """The state of an index."""
    facts = {
        "index": str(index),
        "articles": f"{status.articles:,}",
        "size": size(status.bytes),
        "committed": status.committed.isoformat(" ", "seconds"),
        "content": str(content),
        "state": "out of date: run `articles index`" if status.stale else "up to date",
    }
    return [f"{screen.dim(f'{name:<9}')}  {clean(value)}" for name, value in facts.items()]


_QUERY_LISTS = {
    "frequent": "Most frequent",
    "without_hits": "Without a hit",
    "slow": "Slowest",
    "first_unopened": "First hit never opened",
}


def queries_lines(report: QueryReport, screen: Screen) -> list[str]:
    """What readers looked for, list by list."""
    lines = [f"{_count(report.asked, 'query', 'queries')}, {_count(report.opened, 'hit', 'hits')} opened"]
    for name, queries in report.lists().items():
        if queries:
            lines += ["", screen.bold(_QUERY_LISTS[name])]
            lines += [line for one in queries for line in _queried_lines(one, screen)]
    return lines


def _queried_lines(one: Queried, screen: Screen) -> list[str]:
    counts = f"{_count(one.total, 'article', 'articles')}, {one.mean_ms:.1f} ms, at most {one.worst_ms:.1f} ms"
    opened = f"opened {one.opened:,}, the first hit {one.first_opened:,}" if one.opened else "nothing opened"
    indent = " " * 9
    first, *rest = wrapped(one.query, screen.width, indent) or [indent]
    return [f"{one.asked:>7,}  {first.removeprefix(indent)}", *rest, screen.dim(f"{indent}{counts}; {opened}")]


def size(number: int) -> str:
    """Bytes in the unit a person would choose (powers of ten)."""
    value = float(number)
    for unit in ("bytes", "kB", "MB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "bytes" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} GB"


def duration(seconds: float) -> str:
    """Seconds as a person would say them: ``0.4 s``, ``12 s``, ``2:05 min``."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02} min" if minutes < 60 else f"{minutes // 60}:{minutes % 60:02}:{rest:02} h"


def finishing_line(total: int, doing: str, width: int) -> str:
    """What is still done when all files are read."""
    return _cut_to(f"{_count(total, 'file', 'files')} read, {doing} …", width - 1)


def progress_line(done: int, total: int, elapsed: float, width: int) -> str:
    """How far a run is, how fast it goes and how long it will take."""
    share = done / total if total else 1.0
    text = f" {share:>4.0%}  {done:,} of {total:,} files"
    if done and elapsed > 0:
        rate = done / elapsed
        text += f"  {rate:,.0f} files/s"
        if done < total:
            text += f"  {duration((total - done) / rate)} left"
    bar = min(width - 1 - len(text), 30)
    if bar < 10:
        return text[: width - 1]
    filled = round(bar * share)
    return "█" * filled + "░" * (bar - filled) + text


class ProgressBar:
    """A line of a terminal that is drawn over and over: called with the files done and the files to do.

    ``finishing`` says what takes its time when all files are done.
    """

    def __init__(self, stream: TextIO, width: int, clock: Callable[[], float], finishing: str | None = None) -> None:
        self._stream = stream
        self._width = width
        self._clock = clock
        self._finishing = finishing
        self._started = clock()
        self._drawn = float("-inf")

    def __call__(self, done: int, total: int) -> None:
        now = self._clock()
        if now - self._drawn < 0.1 and done < total:
            return
        self._drawn = now
        line = progress_line(done, total, now - self._started, self._width)
        if self._finishing and done >= total:
            line = finishing_line(total, self._finishing, self._width)
        self._stream.write("\r" + line + "\x1b[K")
        self._stream.flush()

    def close(self) -> None:
        """Takes the line away."""
        if self._drawn > float("-inf"):
            self._stream.write("\r\x1b[K")
            self._stream.flush()


# For programs


def json_text(data: Mapping[str, Any]) -> str:
    """JSON on one line. Letters stay readable; what could harm a terminal is escaped, which any JSON reader undoes."""
    text = json.dumps(data, ensure_ascii=False)
    return _UNSAFE_IN_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
