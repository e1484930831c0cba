"""What do ``articles search``, ``show``, ``explain``, ``related`` and ``suggest`` do? They ask the index as it is.

Not here: how answers look (hits.py, articles.py), how they are found (engine.py), which numbers exit codes are
(output.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from article_search.answering.results import as_json, document_json, explanation_json, hit_json, suggestions_json
from article_search.errors import NotFoundError
from article_search.limits import LIMITS
from article_search.query.search import OPTIONS, Search
from article_search.terminal import hits
from article_search.terminal.arguments import JSON, WordsCommand, article_id, search_options, text_of
from article_search.terminal.completion import complete_id, complete_words
from article_search.terminal.output import FOUND, NO_HIT, note, print_json, print_lines, screen
from article_search.terminal.screen import clean
from article_search.terminal.site import Site

if TYPE_CHECKING:
    from article_search.answering.results import Hit, Results
    from article_search.engine import Engine

_LIKE_OPTION = re.compile(r"-[A-Za-z]$")


@click.command(cls=WordsCommand)
@click.argument("words", nargs=-1, type=click.UNPROCESSED, shell_complete=complete_words)
@search_options
@JSON
@click.option(
    "--paths", "paths", is_flag=True, help="Print only the files, one a line: all that have all of the words."
)
@click.pass_obj
def search(site: Site, /, words: tuple[str, ...], as_json_: bool, paths: bool, **options: Any) -> int:
    """Find articles that have all of the WORDS.

    \b
    smalling -roma            not with this word
    smalling OR roma          either
    '"serie a"'               next to each other (quoted for the shell)
    '(roma OR inter) fee'     a group
    photo*                    words that begin so
    '=smalling'               the word just as it is written (quoted for zsh)
    title:roma category:sports date:2020-09 date:last-week

    Words need no quoting; -word is a word to leave out. What stands after -- is words, whatever it looks like:
    articles search -- git commit --no-verify
    """
    if as_json_ and paths:
        raise click.UsageError("--json and --paths exclude one another.")
    said = {name: value for name, value in options.items() if value is not None}
    asked = Search(text_of(words), **said)
    whole = paths and not said.keys() & {"limit", "page"}
    wanted = _for_programs(asked, whole) if paths else asked
    with site.engine() as engine:
        results = engine.search(wanted)
        found = _all_hits(engine, wanted, results) if whole else results.hits
        notes = [] if as_json_ else list(_notes(engine, asked, results, words))
        settings = engine.settings
    for one in notes:
        note(one)
    if as_json_:
        print_json(as_json(results))
    elif paths:
        _print_paths(found, settings.content)
        if whole and len(found) < results.total:
            note(f"only the first {len(found):,} of {results.total:,} files are listed; ask for less to have all")
    else:
        divided = results.relaxed and asked.sort == "relevance"
        print_lines(hits.results_lines(results, screen(), asked.limit or settings.page_size, divided))
    return FOUND if results.hits else NO_HIT


def _for_programs(asked: Search, whole: bool) -> Search:
    """What is asked for a list of files: every one, but what a program goes on to do, it shall not do to files that
    nobody named. ``whole``: no page of them was asked for."""
    wanted = replace(asked, strict=asked.strict or not asked.any, each=True, exact=True, snippets=False)
    return replace(wanted, limit=LIMITS.page_size) if whole else wanted


def _all_hits(engine: Engine, wanted: Search, first: Results) -> tuple[Hit, ...]:
    """The hits of all pages that can be turned to; each once, though the index may change meanwhile."""
    found = {hit.id: hit for hit in first.hits}
    for page in range(2, first.pages + 1):
        found |= {hit.id: hit for hit in engine.search(wanted, page=page).hits}
    return tuple(found.values())


def _print_paths(found: Sequence[Hit], content: Path) -> None:
    paths = hits.paths(found, content)
    for path in paths:
        click.echo(path)
    if len(paths) < len(found):
        note(f"{len(found) - len(paths)} left out: control characters in the name of the file")


def _notes(engine: Engine, asked: Search, results: Results, words: Sequence[str]) -> Iterator[str]:
    """What to say beside the hits, and where there are none, what may be the reason."""
    for word in words[:-1]:
        if _LIKE_OPTION.match(word) and word in results.interpreted.split():
            yield f"{word} leaves out articles with the word {word[1:]}; options have two dashes, as in --limit 5"
    yield from hits.notes(results, [one.flag for one in OPTIONS if one.narrows and getattr(asked, one.field)])
    if not results.total:
        yield from _reasons(engine, asked)


def _reasons(engine: Engine, asked: Search) -> Iterator[str]:
    from article_search.query import parser
    from article_search.query.tree import categories

    tree = parser.parse(asked.text, datetime.now(engine.settings.timezone)).tree
    for name in dict.fromkeys((*asked.categories, *categories(tree))):
        near = engine.near_categories(name)
        if near is not None:
            yield hits.no_such_category(name, near)
    if asked.since or asked.until:
        yield hits.dates_meant(engine.span(asked.since, asked.until), engine.settings.timezone)


@contextmanager
def _telling_of(engine: Engine, id: str) -> Iterator[None]:
    """Says of an article that is not there why not, or which one may be meant."""
    try:
        yield
    except NotFoundError as error:
        if why := engine.why_missing(id):
            raise NotFoundError(f"{id} was {why}") from None
        if near := engine.near_ids(id):
            raise NotFoundError(f"there is no article {id[:200]}; did you mean {' or '.join(near)}?") from None
        raise error


@click.command()
@click.argument("id", shell_complete=complete_id)
@JSON
@click.pass_obj
def show(site: Site, id: str, as_json_: bool) -> int:
    """Show one article as it was understood.

    ID is its path under the content folder, as `articles search` prints it; the path of the file will do.
    """
    with site.engine() as engine, _telling_of(engine, id := article_id(id, engine.settings)):
        document = engine.document(id)
    if as_json_:
        print_json(document_json(document))
    else:
        from article_search.terminal.articles import document_lines

        print_lines(document_lines(document, screen()))
    return FOUND


@click.command(cls=WordsCommand)
@click.argument("id", shell_complete=complete_id)
@click.argument("words", nargs=-1, required=True, type=click.UNPROCESSED)
@click.option("--any", "any_", is_flag=True, help="As search --any.")
@click.option("--expand", is_flag=True, help="As search --expand.")
@JSON
@click.pass_obj
def explain(site: Site, id: str, words: tuple[str, ...], any_: bool, expand: bool, as_json_: bool) -> int:
    """Show how an article comes by its score.

    Or why it is not found. ID is as for `articles show`, the WORDS are as for `articles search`.
    """
    with site.engine() as engine, _telling_of(engine, id := article_id(id, engine.settings)):
        explanation = engine.explain(id, text_of(words), any=any_, expand=expand)
    if as_json_:
        print_json(explanation_json(explanation))
    else:
        from article_search.terminal.articles import explanation_lines

        print_lines(explanation_lines(explanation, screen()))
    return FOUND if explanation.found else NO_HIT


@click.command()
@click.argument("id", shell_complete=complete_id)
@JSON
@click.pass_obj
def related(site: Site, id: str, as_json_: bool) -> int:
    """Find articles like one, the most alike first."""
    with site.engine() as engine, _telling_of(engine, id := article_id(id, engine.settings)):
        found = engine.related(id)
    if as_json_:
        print_json({"version": 1, "hits": [hit_json(hit) for hit in found]})
    elif found:
        print_lines(hits.related_lines(found, screen()))
    else:
        note("no article is like this one")
    return FOUND if found else NO_HIT


@click.command(cls=WordsCommand)
@click.argument("prefix", nargs=-1, required=True, type=click.UNPROCESSED)
@JSON
@click.pass_obj
def suggest(site: Site, prefix: tuple[str, ...], as_json_: bool) -> int:
    """Complete an unfinished query."""
    with site.engine() as engine:
        suggestions = engine.completions(text_of(prefix))
    if as_json_:
        print_json(suggestions_json(suggestions))
    else:
        print_lines(clean(suggestion.text) for suggestion in suggestions)
    return FOUND if suggestions else NO_HIT
