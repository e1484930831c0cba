"""How does the work of what reads content, queries, settings and requests grow with what came in? The table: a function
and the worst input that is known for it.

It is held by test_growth.py, and measured by benchmarks/growth.py. A line for each kind of fault that was found, and
for each reader one for what it does at its worst all the same. Not here: what the functions make of it.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from article_search.answering import snippets
from article_search.backends.embedded.columnar.neighbours import near_arrays
from article_search.errors import ArticleError, OptionError
from article_search.language import finding, folding, segmentation, text, variants
from article_search.query import date_words, parser
from article_search.query.tree import And, Phrase, Term
from article_search.reading import article, dates, header, local_dates, walking
from article_search.reading.markup import inline_text, plain_text
from article_search.reading.rules import Rules
from article_search.settings.recognising import literals
from article_search.web.state import State

NOW = datetime(2026, 1, 1, tzinfo=UTC)
_TREE = And((Term("x"), Term("us"), Term("obrien"), Phrase("x x x x"), *(Phrase(f"x y{n}") for n in range(40))))


@dataclass(frozen=True, slots=True)
class Growth:
    """What reads an input, and its worst one of about so many characters; ``size`` is the smallest to be tried."""

    name: str
    read: Callable[[str], object]
    worst: Callable[[int], str]
    size: int = 16_000


def _repeated(piece: str) -> Callable[[int], str]:
    return lambda size: piece * (size // len(piece) + 1)


def _halves(first: str, second: str) -> Callable[[int], str]:
    return lambda size: _repeated(first)(size // 2) + _repeated(second)(size // 2)


def _numbers(size: int) -> str:
    return ",".join(str(100 + number * 7 % 900) for number in range(size // 4)) + ",1000"


def _sparse_tables(size: int) -> str:
    """Tables of many columns, of whose rows each has one cell."""
    side = max(2, int((size / 8) ** 0.5))
    table = "|x" * side + "\n" + "|-" * side + "\n" + "x\n" * side + "\n"
    return table * max(1, size // len(table))


def _sparse_table(size: int) -> str:
    return "|x" * (size // 8) + "\n" + "|-" * (size // 8) + "\n" + "x\n" * (size // 4)


def _words_alike(size: int) -> str:
    """Words of nine letters of which many have one half in common."""
    return " ".join(
        f"gulls{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}{chr(0x430 + n // 676)}s" for n in range(size // 10)
    )


def _header(source: str) -> Callable[[str], object]:
    """Reads an input where ``@`` stands in a file."""

    def read(value: str) -> object:
        with contextlib.suppress(ValueError):
            return header.read(source.replace("@", value).encode())
        return None

    return read


def _key(key: str, generator: str = "") -> Callable[[str], object]:
    """Reads an input as the value of a key of a header."""

    def read(value: str) -> object:
        with contextlib.suppress(ArticleError):
            data = json.dumps({"title": "x", key: value}) + "\nbody"
            return article.parse(data.encode(), "blog/a.md", Rules(UTC, generator=generator), NOW)
        return None

    return read


def _body(generator: str = "") -> Callable[[str], object]:
    def read(value: str) -> object:
        data = f"---\ntitle: x\n---\n{value}".encode()
        return article.parse(data, "blog/2020-01-01-a.md", Rules(UTC, generator=generator), NOW)

    return read


def _written_date(language: str) -> Callable[[str], object]:
    def read(value: str) -> object:
        with contextlib.suppress(ValueError):
            return dates.read_written(value, UTC, language)
        return None

    return read


def _date_words(value: str) -> object:
    with contextlib.suppress(ValueError, OptionError):
        return date_words.query_range(value, NOW)
    return None


def _globs(patterns: str) -> object:
    """Tries a path of the same length on patterns for what is excluded."""
    excluded = walking.excluded([patterns])
    return excluded and (excluded("a" * len(patterns)), excluded("a/" * (len(patterns) // 2) + "a"))


def _forget() -> None:
    """So that no word of a text is known from the one before."""
    text.analysers.clear()
    text.folded.clear()


def _terms(language: str) -> Callable[[str], object]:
    def read(value: str) -> object:
        _forget()
        return [*text.all_terms(value, language), text.asked(value, language), text.name_key(value)]

    return read


def _found(value: str) -> object:
    return list(finding.find(value, frozenset(("a", "us", "obrien", "x")), ("b",)))


def _query(value: str) -> object:
    return parser.parse(value, NOW)


def _lines() -> Iterator[Growth]:
    words = {
        "numbers with commas": _numbers,
        "a number of many groups": _repeated("1-"),
        "letters with points": _repeated("a."),
        "letters with points and an accent": _repeated("a." * 5_000 + "é"),
        "apostrophes": _repeated("a'"),
        "accents by themselves": _repeated("a\u0301\u200d"),
        "signs": _repeated("--a("),
        "a run of Chinese": _repeated("中"),
        "a run of Thai, with tones": _repeated("ก\u0e48\u0e33"),
        "a run of Hangul": _repeated("한"),
        "ligatures of many letters": _repeated("\ufdfa"),
        "Hebrew with quotes": _repeated('א"'),
    }
    for name, worst in words.items():
        yield Growth(f"words: {name}", lambda value: list(segmentation.spans(value)), worst)
        yield Growth(f"terms: {name}", _terms("english"), worst)
        yield Growth(f"finding: {name}", _found, worst)
    for language in ("hindi", "persian", "turkish", "vietnamese", "korean", "french"):
        yield Growth(f"terms: {language}", _terms(language), _repeated("l'aé\u200cक한 "))
    yield Growth("categories: ligatures", folding.category_key, _repeated("\ufdfa "))
    yield Growth(
        "keys of words spelt nearly alike",
        lambda value: near_arrays(sorted(map(str.encode, value.split()))),
        _words_alike,
    )
    yield Growth("variants of a word", lambda value: list(variants.variants((value,))), _repeated("a-1'"))
    for name, worst in {
        "one word": _repeated("x "),
        "initials": _repeated("u.s."),
        "no blank": _repeated("x"),
        "blanks between": _repeated("x" + " " * 500),
    }.items():
        yield Growth(f"snippets: {name}", lambda value: snippets.snippet(value, value, _TREE), worst)
        yield Growth(f"marks: {name}", lambda value: snippets.marked(value, _TREE, "body"), worst)
    yield Growth(
        "paragraphs of a page",
        lambda value: snippets.marked_paragraphs(value, _TREE, 5_000),
        _repeated("x\n\n"),
    )
    for name, source, worst in (
        ("YAML: anchors", "---\n@\n---\n", _repeated("title: &\n")),
        ("YAML: anchors that are none", "---\n@\n---\n", _repeated("a: & b\ntitle: *a\n")),
        ("YAML: quotes", "---\ntitle: '@'\n---\n", _repeated("a'a")),
        ("YAML: a list that is refused", "---\ntitle: [\n@\n---\n", _repeated("- a: [\n")),
        ("YAML: the same key", "---\n@\n---\n", _repeated("a:\n")),
        ("TOML: tables", "+++\n@\n+++\n", _repeated("[[a]]\n")),
        ("TOML: parts of a key", "+++\n@=1\n+++\n", _repeated("a.")),
        ("JSON: brackets", '{"title": "x", "a": @}\n', _repeated("[")),
        ("JavaScript: escaped quotes", "---js\n{title: 'x', @}\n---\n", _repeated('\\"')),
        ("JavaScript: texts with expressions", "---js\n{title: 'x', a: @}\n---\n", _repeated("\\`${")),
        ("JavaScript: brackets", "---js\n{title: 'x', a: @}\n---\n", _repeated("{a:[")),
        ("JavaScript: constants", "---js\n@\n---\n", _repeated("const a = x\n")),
        ("without an end", "---\ntitle: x\n@", _repeated("a: b\n")),
        ("without a beginning", "title: x\n@\n---\n", _repeated("a: b\n\n")),
        ("on one line", "--- title: x @", _repeated("title: a ")),
        ("in a comment", "<!--\n---\ntitle: x\n@\n---\n-->\n", _repeated("a: [\n")),
    ):
        yield Growth(f"header, {name}", _header(source), worst)
    yield Growth("text: tables with few filled cells", plain_text, _sparse_tables)
    yield Growth("text: a table with few filled cells", plain_text, _sparse_table)
    yield Growth("text: such tables in a quotation", plain_text, lambda n: re.sub("(?m)^", "> ", _sparse_tables(n)))
    for name, worst in {
        "brackets": _repeated("["),
        "stars": _repeated("a*"),
        "emphasis": _halves("**a ", "*"),
        "tags": _repeated("<a "),
        "ticks": _repeated("`a"),
        "quotations": _repeated("> "),
        "lists": _repeated("- "),
        "entities": _repeated("&#"),
        "template tags": _repeated("{{< a "),
        "containers": _repeated("::: a\n"),
        "links to notes": _repeated("[[a|"),
    }.items():
        yield Growth(f"text: {name}", plain_text, worst)
        yield Growth(f"line: {name}", inline_text, worst)
    for path, generator, piece in (
        ("a.mdx", "", "{`${"),
        ("a.mdx", "", "<A b={"),
        ("a.blade.md", "jigsaw", "@if("),
        ("a.md", "obsidian", "%%a"),
    ):
        yield Growth(
            f"text: {piece} of {path} {generator}",
            lambda value, path=path, generator=generator: plain_text(value, path, generator),  # type: ignore[misc]
            _repeated(piece),
        )
    for generator in ("", "hugo", "obsidian"):
        yield Growth(f"article: headings, {generator or 'any site'}", _body(generator), _repeated("## a\n\n"))
        yield Growth(f"article: titles in HTML, {generator or 'any site'}", _body(generator), _repeated("<h1>"))
    for key in ("title", "description", "date", "categories", "image", "slug", "permalink", "aliases", "timezone"):
        yield Growth(f"article: {key}", _key(key), _repeated("a/: [<&:{ "))
        yield Growth(f"article: {key}, Hugo's", _key(key, "hugo"), _repeated(":a[0]/é"))
    for language in ("", "de", "ja", "th"):
        yield Growth(f"date: {language or 'English'}", _written_date(language), _repeated("5 May 2020, 10:"))
    yield Growth("date: in words of many languages", lambda value: local_dates.with_iso_day(value, ""), _repeated("1 "))
    yield Growth("date words", _date_words, _repeated("last-5-"))
    for name, piece in {
        "words": "a ",
        "brackets": "(a OR ",
        "quotes": '"a ',
        "fields": "title:",
        "minus": "-a ",
    }.items():
        yield Growth(f"query: {name}", _query, _repeated(piece))
    yield Growth("settings of a generator: escaped quotes", literals.read, _repeated("\\'"))
    yield Growth("settings of a generator: brackets", literals.read, _repeated("a:{"))
    for name, worst in {
        "stars": lambda size: f"{_repeated('*a')(size)}b",
        "two stars": lambda size: f"{_repeated('**a')(size)}b",
        "folders": lambda size: f"{_repeated('**/*a')(size)}b",
    }.items():
        yield Growth(f"excluded: {name}", _globs, worst, size=400)
    yield Growth("request: parameters", State.read, _repeated("category=a&q=%C3&"))


TABLE = tuple(_lines())
