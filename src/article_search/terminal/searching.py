"""What do ``articles search``, ``show``, ``explain``, ``related`` and ``suggest`` do? They ask the index as it is.

Not here: how answers look (hits.py, articles.py), how they are found (engine.py), which numbers exit codes are
(output.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import click

from article_search.answering.results import as_json, document_json, explanation_json, hit_json, suggestions_json
from article_search.errors import ArticleSearchError, NotFoundError
from article_search.late import pattern
from article_search.limits import LIMITS
from article_search.query.search import OPTIONS, Search
from article_search.terminal import hits
from article_search.terminal.arguments import JSON, WordsCommand, article_id, search_options, text_of
from article_search.terminal.completion import complete_id, complete_words
from article_search.terminal.output import FOUND, NO_HIT, linking_screen, note, print_json, print_lines, screen
from article_search.terminal.screen import clean
from article_search.terminal.showing import HYPERLINKS, NO_PAGER, Showing, showing, showing_options
from article_search.terminal.site import Site

if TYPE_CHECKING:
    from article_search.answering.lines import Source
    from article_search.answering.results import Hit, Results
    from article_search.engine import Engine

_Command = TypeVar("_Command", bound=Callable[..., Any])

_MOST = 10  # articles like one and completions, unless another number is asked for
_LIKE_OPTION = pattern(r"-[A-Za-z]$")


@click.command(cls=WordsCommand)
@click.argument("words", nargs=-1, type=click.UNPROCESSED, shell_complete=complete_words)
@search_options
@showing_options
@click.pass_obj
def search(site: Site, /, words: tuple[str, ...], **options: Any) -> int:
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
    shown = showing(options)
    said = {name: value for name, value in options.items() if value is not None}
    asked = Search(text_of(words), **said)
    if shown.form in ("open", "browse"):
        return _open(site, asked, shown, words)
    if shown.form not in ("hits", "json"):
        from article_search.terminal.listing import Listing

        listing = Listing(site, asked, shown, whole=not said.keys() & {"limit", "page"})
        listing.print(lambda engine, results: _notes(engine, asked, results, words))
        return FOUND if listing.found else NO_HIT
    with site.engine() as engine:
        results = engine.search(asked)
        sources = engine.lines(asked, [hit.id for hit in results.hits]) if shown.lines else ()
        notes = [] if shown.form == "json" else list(_notes(engine, asked, results, words))
        settings = engine.settings
    if shown.form == "json":
        print_json(as_json(results) | ({"hits": _with_lines(results.hits, sources)} if shown.lines else {}))
    else:
        divided = results.relaxed and asked.sort == "relevance"
        screen = linking_screen(shown.hyperlinks, settings.content)
        lines = hits.results_lines(results, screen, asked.limit or settings.page_size, divided)
        print_lines(lines, notes, shown.pager)
    return FOUND if results.hits else NO_HIT


def _with_lines(found: Sequence[Hit], sources: Sequence[Source]) -> list[dict[str, Any]]:
    """Hits as JSON, each with what is to be said of its file."""
    from article_search.answering.lines import source_json

    return [hit_json(hit) | source_json(source) for hit, source in zip(found, sources, strict=True)]


def _open(site: Site, asked: Search, shown: Showing, words: Sequence[str]) -> int:
    """A search for one hit, which is opened."""
    from article_search.terminal import opening

    with site.engine() as engine:
        page, place = divmod(shown.hit - 1, asked.limit or engine.settings.page_size)
        results = engine.search(asked, page=page + 1, snippets=False)
        hit = results.hits[place] if place < len(results.hits) else None
        for one in _notes(engine, asked, results, words):
            note(one)
        if hit and shown.form == "open":
            (source,) = engine.lines(asked, [hit.id])
        settings = engine.settings
    if hit is None:
        if results.total:
            note(f"there is no hit {shown.hit:,}, only {results.total:,}")
        return NO_HIT
    if shown.form == "browse":
        opening.browse(hit, settings)
    elif source.why:
        raise ArticleSearchError(f"{settings.content / hit.id} {source.why}")
    else:
        opening.edit(settings.content / hit.id, source.best)
    return FOUND


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


def _most(what: str, highest: int) -> Callable[[_Command], _Command]:
    """An option for how many."""
    kind = click.IntRange(1, highest)
    return click.option(
        "--limit", type=kind, default=_MOST, show_default=True, metavar="N", help=f"At most so many {what}"
    )


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
@NO_PAGER
@click.pass_obj
def show(site: Site, id: str, as_json_: bool, no_pager: bool) -> int:
    """Show one article as it was understood.

    ID is its path under the content folder, as `articles search` prints it; the path of the file will do.
    """
    with site.engine() as engine, _telling_of(engine, id := article_id(id, engine.settings)):
        document = engine.document(id)
    if as_json_:
        print_json(document_json(document))
    else:
        from article_search.terminal.articles import document_lines

        print_lines(document_lines(document, screen()), pager=not no_pager)
    return FOUND


@click.command(cls=WordsCommand)
@click.argument("id", shell_complete=complete_id)
@click.argument("words", nargs=-1, required=True, type=click.UNPROCESSED)
@click.option("--any", "any_", is_flag=True, help="As search --any.")
@click.option("--expand", is_flag=True, help="As search --expand.")
@JSON
@NO_PAGER
@click.pass_obj
def explain(
    site: Site, id: str, words: tuple[str, ...], any_: bool, expand: bool, as_json_: bool, no_pager: bool
) -> int:
    """Show how an article comes by its score.

    Or why it is not found. ID is as for `articles show`, the WORDS are as for `articles search`.
    """
    with site.engine() as engine, _telling_of(engine, id := article_id(id, engine.settings)):
        explanation = engine.explain(id, text_of(words), any=any_, expand=expand)
    if as_json_:
        print_json(explanation_json(explanation))
    else:
        from article_search.terminal.articles import explanation_lines

        print_lines(explanation_lines(explanation, screen()), pager=not no_pager)
    return FOUND if explanation.found else NO_HIT


@click.command()
@click.argument("id", shell_complete=complete_id)
@_most("articles.", LIMITS.page_size)
@JSON
@HYPERLINKS
@NO_PAGER
@click.pass_obj
def related(site: Site, id: str, limit: int, as_json_: bool, hyperlinks: str, no_pager: bool) -> int:
    """Find articles like one, the most alike first."""
    with site.engine() as engine, _telling_of(engine, id := article_id(id, engine.settings)):
        found = engine.related(id, limit)
    if as_json_:
        print_json({"version": 1, "hits": [hit_json(hit) for hit in found]})
    elif found:
        lines = hits.related_lines(found, linking_screen(hyperlinks, engine.settings.content))
        print_lines(lines, pager=not no_pager)
    else:
        note("no article is like this one")
    return FOUND if found else NO_HIT


@click.command(cls=WordsCommand)
@click.argument("prefix", nargs=-1, required=True, type=click.UNPROCESSED)
@_most("completions.", LIMITS.suggestions)
@JSON
@click.pass_obj
def suggest(site: Site, prefix: tuple[str, ...], limit: int, as_json_: bool) -> int:
    """Complete an unfinished query."""
    with site.engine() as engine:
        suggestions = engine.completions(text_of(prefix), limit)
    if as_json_:
        print_json(suggestions_json(suggestions))
    else:
        print_lines(clean(suggestion.text) for suggestion in suggestions)
    return FOUND if suggestions else NO_HIT
