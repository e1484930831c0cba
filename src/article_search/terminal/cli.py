"""What does ``articles …`` do? Each command reads its options, calls the engine and prints the answer.

``run(arguments)`` is the whole program: it gives the exit code 0 (found or done), 1 (no hit) or 2 (error, told in one
line on standard error). Modules that one command needs are imported by that command, because every terminal search
pays for what is imported here. Not here: how an answer looks (printers.py), any searching or indexing (engine.py).
"""

from __future__ import annotations

import gc
import io
import os
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from article_search import __version__
from article_search.answering.results import (
    SORTS,
    as_json,
    document_json,
    explanation_json,
    hit_json,
    status_json,
    suggestions_json,
)
from article_search.errors import ArticleSearchError, NoIndexError, NotFoundError, SettingsError
from article_search.limits import LIMITS
from article_search.terminal import printers

if TYPE_CHECKING:
    from article_search.answering.results import Hit, Results, Sort
    from article_search.engine import Engine
    from article_search.settings import Settings

FOUND, NO_HIT, ERROR, INTERRUPTED = 0, 1, 2, 130

_CATEGORY_FIELDS = ("category", "cat", "tag")
_UNFINISHED = re.compile(r"[^\s\"'(-]*$")  # the last word without signs before it
_LIKE_OPTION = re.compile(r"-[A-Za-z]$")
_QUERIES = 10_000  # in a list of a report; more are for those who read the database themselves
_COMPLETIONS = 100  # ids offered by the shell; more are of no help

OpenEngine = Callable[["Settings"], "Engine"]


def main() -> None:
    """The command ``articles``."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str], open_engine: OpenEngine | None = None) -> int:
    """Runs one command line (without the program's name) and gives its exit code. Raises nothing.

    ``open_engine`` makes the engine of some settings; the default opens the real one.
    """
    if sys.stdout is None:  # articles … >&-
        return _fail("cannot write the answer: standard output is closed; >/dev/null throws it away")
    try:
        _forgive_unencodable()
        code = _invoke(arguments, open_engine or _open_engine)
        sys.stdout.flush()
        return code
    except (KeyboardInterrupt, click.Abort):
        return _fail("interrupted; nothing is lost, the same command can be run again", INTERRUPTED)
    except click.ClickException as error:
        return _fail(_usage(error))
    except ArticleSearchError as error:
        return _fail(str(error))
    except OSError as error:  # of the output: _Site.engine tells of all others
        _abandon_output()
        if isinstance(error, BrokenPipeError):
            return FOUND  # the reader of a pipe has seen enough
        return _fail(f"cannot write the answer: {error.strerror or error}")
    except Exception as error:
        if os.environ.get("ARTICLES_TRACEBACK"):
            raise
        return _fail(
            f"this is a fault of the program, please report it: {type(error).__name__}: {error}"
            " (ARTICLES_TRACEBACK=1 shows where)"
        )


def _invoke(arguments: Sequence[str], open_engine: OpenEngine) -> int:
    if os.environ.get("_ARTICLES_COMPLETE"):
        cli.main([], prog_name="articles", obj=open_engine)
    try:
        with cli.make_context("articles", list(arguments), obj=open_engine) as context:
            return int(cli.invoke(context) or FOUND)
    except click.exceptions.Exit as ended:  # --help, --version
        return ended.exit_code


def _fail(message: str, code: int = ERROR) -> int:
    _note(message)
    return code


def _note(message: str) -> None:
    with suppress(OSError):  # without standard error there is nobody to tell
        for line in printers.message_lines(f"articles: {message}", _screen(sys.stderr)):
            click.echo(line, err=True)


def _usage(error: click.ClickException) -> str:
    """Click's message, with where to read on."""
    message = error.format_message()
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is None:
        return message
    if isinstance(error, click.NoSuchOption) and error.option_name in _option_names(cli.params):
        return f"{error.option_name} goes before the command: articles {error.option_name} … {context.info_name}"
    return f"{message if message.endswith('?') else message.rstrip('.') + '.'} See: {context.command_path} --help"


def _forgive_unencodable() -> None:
    """An output that cannot show a letter gets a question mark, not a traceback."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def _abandon_output() -> None:
    """Lets nothing be written at exit to an output that takes nothing."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


# What all commands share


@dataclass(frozen=True, slots=True)
class _Site:
    """What the options before the command name."""

    open_engine: OpenEngine
    config: Path | None
    content: Path | None
    index: Path | None

    def settings(self) -> Settings:
        from article_search import settings

        return settings.load(self.config, os.environ, self.content, self.index)

    @contextmanager
    def engine(self) -> Iterator[Engine]:
        settings = self.settings()
        try:
            with self.open_engine(settings) as engine:
                yield engine
        except NoIndexError:
            raise NoIndexError(_first_run(settings)) from None
        except OSError as error:
            # Of what has no name: files of the content are named in the report, so it is a file of the index.
            where = error.filename or f"a file in {settings.index}"
            raise ArticleSearchError(f"{where}: {error.strerror or error}") from error


def _open_engine(settings: Settings) -> Engine:
    from article_search.engine import Engine

    return Engine(settings)


def _first_run(settings: Settings) -> str:
    if settings.content.is_dir():
        return f"there is no index in {settings.index} yet: `articles index` makes one of {settings.content}"
    return (
        f"there is no index in {settings.index}, and no folder {settings.content} to make one of:"
        " go to your site's folder, or name its articles: articles --content DIR index"
    )


def _screen(stream: TextIO | None = None) -> printers.Screen:
    return printers.Screen.of(_columns(), _is_terminal(stream or sys.stdout), os.environ)


def _columns() -> int:
    return shutil.get_terminal_size((80, 24)).columns


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty()  # None: closed by who called the program


def _print(lines: Iterable[str]) -> None:
    # color=True: the printers have decided on colour already.
    text = "\n".join(lines)
    if text:
        click.echo(text, color=True)


def _print_json(data: dict[str, Any]) -> None:
    click.echo(printers.json_text(data))


def _print_paths(hits: Sequence[Hit], content: Path) -> None:
    paths = printers.paths(hits, content)
    for path in paths:
        click.echo(path)
    if len(paths) < len(hits):
        _note(f"{len(hits) - len(paths)} left out: control characters in the name of the file")


@contextmanager
def _progress(finishing: str | None = None) -> Iterator[printers.ProgressBar | None]:
    """A progress bar while something runs, if somebody can see it; ``finishing`` follows on the reading of files."""
    if not _is_terminal(sys.stderr) or os.environ.get("TERM") == "dumb":
        yield None
        return
    bar = printers.ProgressBar(sys.stderr, _columns(), time.monotonic, finishing)
    try:
        yield bar
    finally:
        bar.close()


def _option_names(parameters: Iterable[click.Parameter]) -> set[str]:
    return {name for parameter in parameters if isinstance(parameter, click.Option) for name in parameter.opts}


class _Group(click.Group):
    """The program. Who leaves ``search`` out is told."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            if args[0].startswith("-"):
                raise
            hint = f"To search for it: articles search {' '.join(args)[:200]}."
            raise click.UsageError(f"{error.format_message()} {hint}", ctx) from None


class _WordsCommand(click.Command):
    """A command whose words need no quoting: ``-word`` is a word, not an option. ``--…`` is always an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        takes_value = _option_names(
            one for one in self.params if isinstance(one, click.Option) and not one.is_flag and not one.count
        )
        options: list[str] = []
        words: list[str] = []
        rest = iter(args)
        for arg in rest:
            if arg == "--":
                words += rest
            elif arg in ctx.help_option_names or arg.startswith("--"):
                options.append(arg)
                if arg in takes_value:
                    value = next(rest, None)
                    if value is None and not ctx.resilient_parsing:
                        raise click.BadOptionUsage(arg, f"Option {arg!r} requires an argument.", ctx)
                    options += [] if value is None else [value]
            else:
                words.append(arg)
        if ctx.resilient_parsing and options and options[-1] in takes_value:
            options.pop()  # the shell is completing its value
        return super().parse_args(ctx, [*options, "--", *words])


def _text(words: Sequence[str]) -> str:
    """The words as one text. Bytes of the command line that are no UTF-8 become U+FFFD, which is no letter."""
    return os.fsencode(" ".join(words)).decode("utf-8", "replace")


# Completion by the shell: from the index, and none when anything is wrong

Complete = Callable[[click.Context, click.Parameter, str], list[str]]


def _completing(complete: Callable[[Engine, Sequence[str], str], Iterable[str]]) -> Complete:
    """What click calls to complete a value, of a function of the engine, the words before and the unfinished one."""

    def completed(context: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
        try:
            group = context.find_root().params
            site = _Site(context.find_root().obj or _open_engine, group["config"], group["content"], group["index"])
            with site.engine() as engine:
                return list(complete(engine, context.params.get("words") or (), incomplete))
        except Exception:
            return []

    return completed


@_completing
def _complete_words(engine: Engine, before: Sequence[str], incomplete: str) -> Iterable[str]:
    """The last word of what may be several in quotes: a category after its field, else a word of titles."""
    start = len(incomplete) - len(_UNFINISHED.search(incomplete)[0])  # type: ignore[index]  # it matches any text
    done, word = incomplete[:start], incomplete[start:]
    # bash takes the colon for a word of its own.
    named = [*before[-2:], ":"] if word == ":" else list(before[-2:])
    if not done and named[-1:] == [":"] and named[-2].casefold() in _CATEGORY_FIELDS:
        return _categories(engine, word.removeprefix(":"))
    field, colon, value = word.rpartition(":")
    if colon and field.casefold() in _CATEGORY_FIELDS:
        return [f"{done}{field}:{category}" for category in _categories(engine, value)]
    return [f"{done}{field}{colon}{one}" for one in _words(engine, done, value)]


def _words(engine: Engine, before: str, start: str) -> Iterable[str]:
    from article_search.language import text

    if not start:
        return []
    titles = engine.suggest(f"{before} {start}") or engine.suggest(start)
    words = (word.casefold() for title in titles for word in text.words(title))
    return dict.fromkeys(word for word in words if word.startswith(start.casefold()))


def _categories(engine: Engine, start: str) -> list[str]:
    values = (facet.value for facet in engine.categories())
    return [value for value in values if value.casefold().startswith(start.casefold())]


@_completing
def _complete_category(engine: Engine, _: Sequence[str], incomplete: str) -> Iterable[str]:
    return _categories(engine, incomplete)


@_completing
def _complete_id(engine: Engine, _: Sequence[str], incomplete: str) -> Iterable[str]:
    """Ids, or paths of files, that begin so; where they are many, the folders they are in."""
    content = f"{engine.settings.content}/"
    folder = content if incomplete.startswith(content) else ""
    start = incomplete.removeprefix(folder)
    ids = engine.ids(start)
    if len(ids) > _COMPLETIONS:
        ids = tuple(dict.fromkeys(id[: id.find("/", len(start)) + 1] or id for id in ids))
    return [folder + id for id in ids[:_COMPLETIONS]]


_JSON = click.option("--json", "as_json_", is_flag=True, help="Print JSON.")
_PATH = click.Path(path_type=Path)
_SETTINGS: dict[str, Any] = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(cls=_Group, context_settings=_SETTINGS, invoke_without_command=True)
@click.option("--content", type=_PATH, metavar="DIR", help="The articles.  [./content, or ARTICLES_CONTENT]")
@click.option("--index", type=_PATH, metavar="DIR", help="Where the index is.  [./index, or ARTICLES_INDEX]")
@click.option(
    "--config", type=_PATH, metavar="FILE", help="Settings of the site.  [./articles.toml, or ARTICLES_CONFIG]"
)
@click.version_option(__version__, message="articles %(version)s")
@click.pass_context
def cli(context: click.Context, content: Path | None, index: Path | None, config: Path | None) -> None:
    """Full-text search for the Markdown articles a static site is made of.

    \b
    articles index                        read the articles
    articles search smalling roma fee     find some

    Exit codes: 0 found or done, 1 no hit, 2 error.
    """
    context.obj = _Site(context.obj or _open_engine, config, content, index)
    if context.invoked_subcommand is None:
        click.echo(context.get_help(), err=True)
        context.exit(ERROR)


@cli.command()
@click.option("--full", is_flag=True, help="Read everything again, into a new index that then replaces this one.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and write nothing.")
@click.option("--strict", is_flag=True, help="Exit with 2 if any file was rejected.")
@click.option("--wait", is_flag=True, help="If another run is at it, wait for its end.")
@_JSON
@click.pass_obj
def index(site: _Site, full: bool, dry_run: bool, strict: bool, wait: bool, as_json_: bool) -> int:
    """Bring the index up to date with the articles."""
    with site.engine() as engine, _progress(None if dry_run else "writing the index") as progress:
        report = engine.index(full=full, dry_run=dry_run, wait=wait, progress=progress)
    if as_json_:
        from article_search.reading.report import index_json

        _print_json(index_json(report))
    else:
        _print(printers.index_lines(report, _screen(), dry_run))
    return ERROR if strict and report.rejected else FOUND


@cli.command(cls=_WordsCommand)
@click.argument("words", nargs=-1, type=click.UNPROCESSED, shell_complete=_complete_words)
@click.option(
    "--category",
    "categories",
    multiple=True,
    metavar="C",
    shell_complete=_complete_category,
    help="Only of this category; repeat for more.",
)
@click.option("--since", metavar="DATE", help="Not before: 2020, 2020-09, 2020-09-15, yesterday, last-week, …")
@click.option("--until", metavar="DATE", help="Not after; the day, month or year named is included.")
@click.option(
    "--sort",
    type=click.Choice(SORTS, case_sensitive=False),
    default="relevance",
    show_default=True,
    help="What comes first.",
)
@click.option("--limit", type=click.IntRange(1, LIMITS.page_size), metavar="N", help="Hits on a page.")
@click.option("--page", type=click.IntRange(1), metavar="N", help="Which page of hits.  [default: 1]")
@click.option("--any", "any_", is_flag=True, help="Articles with any of the words, not all.")
@click.option("--strict", is_flag=True, help="Only articles with all of the words, however few.")
@click.option("--all", "each", is_flag=True, help="Also articles that say nearly the same as a better one.")
@click.option("--exact", is_flag=True, help="The words as typed, without correction of slips.")
@click.option("--expand", is_flag=True, help="First what has other words, too, that the first articles share.")
@_JSON
@click.option(
    "--paths", "paths", is_flag=True, help="Print only the files, one a line: all that have all of the words."
)
@click.pass_obj
def search(
    site: _Site,
    words: tuple[str, ...],
    categories: tuple[str, ...],
    since: str | None,
    until: str | None,
    sort: Sort,
    limit: int | None,
    page: int | None,
    any_: bool,
    strict: bool,
    each: bool,
    exact: bool,
    expand: bool,
    as_json_: bool,
    paths: bool,
) -> int:
    """Find articles that have all of the WORDS.

    \b
    smalling -roma            not with this word
    smalling OR roma          either
    '"serie a"'               next to each other (quoted for the shell)
    '(roma OR inter) fee'     a group
    photo*                    words that begin so
    title:roma category:sports date:2020-09 date:last-week

    Words need no quoting; -word is a word to leave out. What stands after -- is words, whatever it looks like.
    """
    if as_json_ and paths:
        raise click.UsageError("--json and --paths exclude one another.")
    asked = _Asked(
        text=_text(words),
        categories=tuple(_text([category]) for category in categories),
        since=since and _text([since]),
        until=until and _text([until]),
        sort=sort,
        any=any_,
        strict=strict or (paths and not any_),
        each=each or paths,  # a program is told of every file
        exact=exact or paths,  # what a program goes on to do, it shall not do to files that nobody named
        expand=expand,
    )
    whole = paths and limit is None and page is None
    with site.engine() as engine:
        results = asked.answer(engine, LIMITS.page_size if whole else limit, page or 1, snippets=not paths)
        settings = engine.settings
        hits = _all_hits(engine, asked, results) if whole else results.hits
        notes = [] if as_json_ else _notes(engine, asked, results, words, strict)
    for note in notes:
        _note(note)
    if as_json_:
        _print_json(as_json(results))
    elif paths:
        _print_paths(hits, settings.content)
        if whole and len(hits) < results.total:
            _note(f"only the first {len(hits):,} of {results.total:,} files are listed; ask for less to have all")
    else:
        divided = results.relaxed and sort == "relevance"
        _print(printers.results_lines(results, _screen(), limit or settings.page_size, divided))
    return FOUND if results.hits else NO_HIT


@dataclass(frozen=True, slots=True)
class _Asked:
    """A search as the engine takes it, but for the page."""

    text: str
    categories: tuple[str, ...]
    since: str | None
    until: str | None
    sort: Sort
    any: bool
    strict: bool
    each: bool
    exact: bool
    expand: bool

    def answer(self, engine: Engine, limit: int | None, page: int, snippets: bool = True) -> Results:
        return engine.search(
            self.text,
            categories=self.categories,
            since=self.since,
            until=self.until,
            sort=self.sort,
            limit=limit,
            page=page,
            any=self.any,
            strict=self.strict,
            each=self.each,
            exact=self.exact,
            expand=self.expand,
            snippets=snippets,
        )


def _all_hits(engine: Engine, asked: _Asked, first: Results) -> tuple[Hit, ...]:
    """The hits of all pages that can be turned to; each once, though the index may change meanwhile."""
    hits = {hit.id: hit for hit in first.hits}
    for page in range(2, min(first.pages, LIMITS.page_depth // LIMITS.page_size) + 1):
        hits |= {hit.id: hit for hit in asked.answer(engine, LIMITS.page_size, page, snippets=False).hits}
    return tuple(hits.values())


def _notes(engine: Engine, asked: _Asked, results: Results, words: Sequence[str], strict: bool) -> Iterator[str]:
    """What to say beside the hits, and where there are none, what may be the reason."""
    for word in words[:-1]:
        if _LIKE_OPTION.match(word):
            yield f"{word} leaves out articles with the word {word[1:]}; options have two dashes, as in --limit 5"
    options = {"--category": asked.categories, "--since": asked.since, "--until": asked.until, "--strict": strict}
    yield from printers.notes(results, [name for name, value in options.items() if value])
    if not results.total:
        yield from _reasons(engine, asked)


def _reasons(engine: Engine, asked: _Asked) -> Iterator[str]:
    from article_search.query import parser
    from article_search.query.tree import categories

    tree = parser.parse(asked.text, datetime.now(engine.settings.timezone)).tree
    for name in dict.fromkeys((*asked.categories, *categories(tree))):
        near = engine.near_categories(name)
        if near is not None:
            yield printers.no_such_category(name, near)
    if asked.since or asked.until:
        yield printers.dates_meant(engine.span(asked.since, asked.until), engine.settings.timezone)


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


@cli.command()
@click.argument("id", shell_complete=_complete_id)
@_JSON
@click.pass_obj
def show(site: _Site, id: str, as_json_: bool) -> int:
    """Show one article as it was understood.

    ID is its path under the content folder, as `articles search` prints it; the path of the file will do.
    """
    with site.engine() as engine, _telling_of(engine, id := _id(id, engine.settings)):
        document = engine.document(id)
    if as_json_:
        _print_json(document_json(document))
    else:
        _print(printers.document_lines(document, _screen()))
    return FOUND


@cli.command(cls=_WordsCommand)
@click.argument("id", shell_complete=_complete_id)
@click.argument("words", nargs=-1, required=True, type=click.UNPROCESSED)
@click.option("--any", "any_", is_flag=True, help="As search --any.")
@click.option("--expand", is_flag=True, help="As search --expand.")
@_JSON
@click.pass_obj
def explain(site: _Site, id: str, words: tuple[str, ...], any_: bool, expand: bool, as_json_: bool) -> int:
    """Show how an article comes by its score.

    Or why it is not found. ID is as for `articles show`, the WORDS are as for `articles search`.
    """
    with site.engine() as engine, _telling_of(engine, id := _id(id, engine.settings)):
        explanation = engine.explain(id, _text(words), any=any_, expand=expand)
    if as_json_:
        _print_json(explanation_json(explanation))
    else:
        _print(printers.explanation_lines(explanation, _screen()))
    return FOUND if explanation.found else NO_HIT


@cli.command()
@click.argument("id", shell_complete=_complete_id)
@_JSON
@click.pass_obj
def related(site: _Site, id: str, as_json_: bool) -> int:
    """Find articles like one, the most alike first."""
    with site.engine() as engine, _telling_of(engine, id := _id(id, engine.settings)):
        hits = engine.related(id)
    if as_json_:
        _print_json({"version": 1, "hits": [hit_json(hit) for hit in hits]})
    elif hits:
        _print(printers.related_lines(hits, _screen()))
    else:
        _note("no article is like this one")
    return FOUND if hits else NO_HIT


def _id(text: str, settings: Settings) -> str:
    """The id meant: itself, or the path of a file in the content folder."""
    path, content = (Path(os.path.abspath(one)) for one in (text, settings.content))  # noqa: PTH100 (keeps symlinks)
    return _text([path.relative_to(content).as_posix() if path.is_relative_to(content) else text])


@cli.command(cls=_WordsCommand)
@click.argument("prefix", nargs=-1, required=True, type=click.UNPROCESSED)
@_JSON
@click.pass_obj
def suggest(site: _Site, prefix: tuple[str, ...], as_json_: bool) -> int:
    """Complete an unfinished query."""
    with site.engine() as engine:
        suggestions = engine.completions(_text(prefix))
    if as_json_:
        _print_json(suggestions_json(suggestions))
    else:
        _print(printers.clean(suggestion.text) for suggestion in suggestions)
    return FOUND if suggestions else NO_HIT


@cli.command()
@_JSON
@click.pass_obj
def check(site: _Site, as_json_: bool) -> int:
    """Say what is wrong with the articles.

    All of them are read; nothing is indexed.
    """
    with site.engine() as engine, _progress() as progress:
        report = engine.check(progress)
    if as_json_:
        from article_search.reading.report import check_json

        _print_json(check_json(report))
    else:
        _print(printers.check_lines(report, _screen()))
    return FOUND


@cli.command()
@click.option("--verify", is_flag=True, help="Check every file of the index; exit with 2 if one is damaged.")
@_JSON
@click.pass_obj
def status(site: _Site, verify: bool, as_json_: bool) -> int:
    """Say how large and how old the index is.

    And whether the articles have changed since.
    """
    with site.engine() as engine:
        # First: an index that is damaged may have no status.
        problems = engine.verify() if verify else ()
        for problem in problems:
            _note(problem)
        state = engine.status()
        settings = engine.settings
    if as_json_:
        _print_json(status_json(state) | ({"problems": list(problems)} if verify else {}))
    else:
        _print(printers.status_lines(state, settings.index, settings.content, _screen()))
        if verify and not problems:
            _print(["every file of the index is as it was written"])
    return ERROR if problems else FOUND


@cli.command()
@click.option("--since", metavar="DATE", help="Not before: 2020, 2020-09, 2020-09-15, yesterday, last-week, …")
@click.option("--limit", type=click.IntRange(1, _QUERIES), default=10, show_default=True, help="Queries in each list.")
@_JSON
@click.option("--csv", "as_csv_", is_flag=True, help="Print CSV, for a spreadsheet.")
@click.pass_obj
def queries(site: _Site, since: str | None, limit: int, as_json_: bool, as_csv_: bool) -> int:
    """Say what readers of the search page looked for.

    The most frequent queries, those without a hit, the slowest, and those whose first hit nobody opened, as far as the
    server keeps a query log (query_log in articles.toml).
    """
    if as_json_ and as_csv_:
        raise click.UsageError("--json and --csv exclude one another.")
    from article_search.web import query_report

    with site.engine() as engine:
        first = engine.span(since and _text([since]), None).since
        path = engine.settings.query_log.path
    if path is None:
        raise SettingsError(
            "no query log is kept: name its file in articles.toml, in the table query_log, as path, and restart the"
            " server"
        )
    report = query_report.report(path, first.timestamp() if first else 0.0, limit)
    if as_json_:
        _print_json(query_report.report_json(report))
    elif as_csv_:
        click.echo(query_report.report_csv(report), nl=False)
    else:
        _print(printers.queries_lines(report, _screen()))
    return FOUND if report.asked else NO_HIT


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Port to listen on; 0: a free one."
)
@click.pass_obj
def serve(site: _Site, host: str, port: int) -> int:
    """Serve the search page and the HTTP API."""
    with site.engine() as engine:
        from article_search.web import server

        gc.set_threshold(700, 10, 10)  # sooner than __main__.py says: outdated snapshots are garbage, and large
        server.serve(engine, host, port)
    return FOUND
