"""What does ``articles …`` do? Each command reads its options, calls the engine and prints the answer.

``run(arguments)`` is the whole program: it gives the exit code 0 (found or done), 1 (no hit) or 2 (error, told in one
line on standard error). Modules that one command needs are imported by that command, because every terminal search
pays for what is imported here. Not here: how an answer looks (terminal.py), any searching or indexing (engine.py).
"""

from __future__ import annotations

import io
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from article_search import __version__, terminal
from article_search.errors import ArticleSearchError, NoIndexError
from article_search.limits import LIMITS
from article_search.report import check_json, index_json
from article_search.results import SORTS, as_json, document_json, hit_json, status_json

if TYPE_CHECKING:
    from article_search.engine import Engine
    from article_search.results import Hit, Sort
    from article_search.settings import Settings

FOUND, NO_HIT, ERROR, INTERRUPTED = 0, 1, 2, 130

OpenEngine = Callable[["Settings"], "Engine"]


def main() -> None:
    """The command ``articles``."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str], open_engine: OpenEngine | None = None) -> int:
    """Runs one command line (without the program's name) and gives its exit code. Raises nothing.

    ``open_engine`` makes the engine of some settings; the default opens the real one.
    """
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
        click.echo(f"articles: {terminal.clean(message)}", err=True)


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
            where = f"{error.filename}: " if error.filename else ""
            raise ArticleSearchError(f"{where}{error.strerror or error}") from error


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


def _screen() -> terminal.Screen:
    return terminal.Screen.of(shutil.get_terminal_size((80, 24)).columns, sys.stdout.isatty(), os.environ)


def _print(lines: Iterable[str]) -> None:
    # color=True: the printers have decided on colour already.
    text = "\n".join(lines)
    if text:
        click.echo(text, color=True)


def _print_json(data: dict[str, Any]) -> None:
    click.echo(terminal.json_text(data))


def _print_paths(hits: Sequence[Hit], content: Path) -> None:
    paths = terminal.paths(hits, content)
    for path in paths:
        click.echo(path)
    if len(paths) < len(hits):
        _note(f"{len(hits) - len(paths)} left out: control characters in the name of the file")


@contextmanager
def _progress() -> Iterator[terminal.ProgressBar | None]:
    """A progress bar while something runs, if somebody can see it."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield None
        return
    bar = terminal.ProgressBar(sys.stderr, shutil.get_terminal_size((80, 24)).columns, time.monotonic)
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


def _complete_words(context: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """Completions by the shell, from the index; none when anything is wrong."""
    if not incomplete:
        return []
    try:
        from article_search import text

        group = context.find_root().params
        site = _Site(context.find_root().obj or _open_engine, group["config"], group["content"], group["index"])
        with site.engine() as engine:
            titles = engine.suggest(incomplete)
        words = (word.casefold() for title in titles for word in text.words(title))
        return list(dict.fromkeys(word for word in words if word.startswith(incomplete.casefold())))
    except Exception:
        return []


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
    with site.engine() as engine, _progress() as progress:
        report = engine.index(full=full, dry_run=dry_run, wait=wait, progress=progress)
    if as_json_:
        _print_json(index_json(report))
    else:
        _print(terminal.index_lines(report, _screen(), dry_run))
    return ERROR if strict and report.rejected else FOUND


@cli.command(cls=_WordsCommand)
@click.argument("words", nargs=-1, type=click.UNPROCESSED, shell_complete=_complete_words)
@click.option("--category", "categories", multiple=True, metavar="C", help="Only of this category; repeat for more.")
@click.option("--since", metavar="DATE", help="Not before: 2020, 2020-09, 2020-09-15, yesterday, last-week, …")
@click.option("--until", metavar="DATE", help="Not after; the day, month or year named is included.")
@click.option("--sort", type=click.Choice(SORTS), default="relevance", show_default=True, help="What comes first.")
@click.option("--limit", type=click.IntRange(1, LIMITS.page_size), metavar="N", help="Hits on a page.")
@click.option("--page", type=click.IntRange(1), default=1, metavar="N", help="Which page of hits.")
@click.option("--any", "any_", is_flag=True, help="Articles with any of the words, not all.")
@click.option("--json", "form", flag_value="json", help="Print JSON.")
@click.option("--paths", "form", flag_value="paths", help="Print only the files, one a line.")
@click.pass_obj
def search(
    site: _Site,
    words: tuple[str, ...],
    categories: tuple[str, ...],
    since: str | None,
    until: str | None,
    sort: Sort,
    limit: int | None,
    page: int,
    any_: bool,
    form: str | None,
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
    with site.engine() as engine:
        results = engine.search(
            _text(words),
            categories=[_text([category]) for category in categories],
            since=since and _text([since]),
            until=until and _text([until]),
            sort=sort,
            limit=limit,
            page=page,
            any=any_,
        )
        settings = engine.settings
    if form == "json":
        _print_json(as_json(results))
    else:
        for note in terminal.notes(results, filtered=bool(categories or since or until)):
            _note(note)
        if form == "paths":
            _print_paths(results.hits, settings.content)
        else:
            _print(terminal.results_lines(results, _screen(), limit or settings.page_size))
    return FOUND if results.hits else NO_HIT


@cli.command()
@click.argument("id")
@_JSON
@click.pass_obj
def show(site: _Site, id: str, as_json_: bool) -> int:
    """Show one article as it was understood.

    ID is its path under the content folder, as `articles search` prints it; the path of the file will do.
    """
    with site.engine() as engine:
        document = engine.document(_id(id, engine.settings))
    if as_json_:
        _print_json(document_json(document))
    else:
        _print(terminal.document_lines(document, _screen()))
    return FOUND


@cli.command()
@click.argument("id")
@_JSON
@click.pass_obj
def related(site: _Site, id: str, as_json_: bool) -> int:
    """Find articles like one, the most alike first."""
    with site.engine() as engine:
        hits = engine.related(_id(id, engine.settings))
    if as_json_:
        _print_json({"version": 1, "hits": [hit_json(hit) for hit in hits]})
    elif hits:
        _print(terminal.related_lines(hits, _screen()))
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
        suggestions = engine.suggest(_text(prefix))
    if as_json_:
        _print_json({"version": 1, "suggestions": list(suggestions)})
    else:
        _print(terminal.clean(suggestion) for suggestion in suggestions)
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
        _print_json(check_json(report))
    else:
        _print(terminal.check_lines(report, _screen()))
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
        _print(terminal.status_lines(state, settings.index, settings.content, _screen()))
        if verify and not problems:
            _print(["every file of the index is as it was written"])
    return ERROR if problems else FOUND


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Port to listen on; 0: a free one."
)
@click.pass_obj
def serve(site: _Site, host: str, port: int) -> int:
    """Serve the search page and the HTTP API."""
    with site.engine() as engine:
        from article_search import web

        web.serve(engine, host, port)
    return FOUND
