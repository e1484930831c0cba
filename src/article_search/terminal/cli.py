"""What is the program ``articles``? Its commands, what a failure says, and the exit code.

``run(arguments)`` is the whole program: it gives the exit code 0 (found or done), 1 (no hit) or 2 (error, told in one
line on standard error). Modules that one command needs are imported by that command, because every terminal search
pays for what is imported here. Not here: what a command does (searching.py, indexing.py, serving.py).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from article_search import __version__
from article_search.errors import ArticleSearchError
from article_search.terminal import indexing, interrupts, searching, serving, starting, watching
from article_search.terminal.arguments import option_names
from article_search.terminal.output import ERROR, FOUND, forgive_unencodable, note
from article_search.terminal.resident.asking import COMMANDS
from article_search.terminal.site import RUN, OpenEngine, Site, open_engine

if TYPE_CHECKING:
    from article_search.engine import Engine
    from article_search.settings import Settings


def run(arguments: Sequence[str], opening: OpenEngine = open_engine) -> int:
    """Runs one command line (without the program's name) and gives its exit code. Raises nothing.

    ``opening`` makes the engine of some settings.
    """
    if sys.stdout is None:  # articles … >&-
        return _fail("cannot write the answer: standard output is closed; >/dev/null throws it away")
    try:
        forgive_unencodable()
        code = _invoke(arguments, opening)
        sys.stdout.flush()
        return code
    except (KeyboardInterrupt, click.Abort):
        return _fail(interrupts.MESSAGE, interrupts.CODE)
    except click.ClickException as error:
        return _fail(_usage(error))
    except ArticleSearchError as error:
        return _fail(str(error))
    except OSError as error:  # of the output: Site.engine tells of all others
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


def _invoke(arguments: Sequence[str], opening: OpenEngine) -> int:
    if os.environ.get("_ARTICLES_COMPLETE"):
        cli.main([], prog_name="articles", obj=opening)
    try:
        with cli.make_context("articles", list(arguments), obj=opening) as context:
            return int(cli.invoke(context) or FOUND)
    except click.exceptions.Exit as ended:  # --help, --version
        return ended.exit_code


def _fail(message: str, code: int = ERROR) -> int:
    note(message)
    return code


def _usage(error: click.ClickException) -> str:
    """Click's message, with where to read on."""
    message = error.format_message()
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is None:
        return message
    if isinstance(error, click.NoSuchOption) and error.option_name in option_names(cli.params):
        return f"{error.option_name} goes before the command: articles {error.option_name} … {context.info_name}"
    return f"{message if message.endswith('?') else message.rstrip('.') + '.'} See: {context.command_path} --help"


def _abandon_output() -> None:
    """Lets nothing be written at exit to an output that takes nothing."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


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


def _begins_resident(context: click.Context) -> OpenEngine:
    """What opens a site and, where its settings say so, has the next command answered from memory, once this one has
    answered."""

    def begin(minutes: int) -> None:
        from article_search.terminal.resident import beginning

        sys.stdout.flush()
        beginning.begin(context.obj, minutes)

    def opened(settings: Settings) -> Engine:
        if settings.terminal.resident_minutes and context.invoked_subcommand in COMMANDS:
            context.call_on_close(lambda: begin(settings.terminal.resident_minutes))
        return open_engine(settings)

    return opened


_PATH = click.Path(path_type=Path)
_SETTINGS: dict[str, Any] = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(cls=_Group, context_settings=_SETTINGS, invoke_without_command=True)
@click.option("--content", type=_PATH, metavar="DIR", help="The articles.  [./content, or ARTICLES_CONTENT]")
@click.option("--index", type=_PATH, metavar="DIR", help="Where the index is.  [./index, or ARTICLES_INDEX]")
@click.option(
    "--config",
    type=_PATH,
    metavar="FILE",
    help="Settings of the site.  [the nearest articles.toml, or ARTICLES_CONFIG]",
)
@click.version_option(__version__, message="articles %(version)s")
@click.pass_context
def cli(context: click.Context, content: Path | None, index: Path | None, config: Path | None) -> None:
    """Full-text search for the Markdown articles a static site is made of.

    \b
    articles init                         once: look at the site
    articles index                        read the articles
    articles search smalling roma fee     find some
    articles                              find some as you type

    Exit codes: 0 found or done, 1 no hit, 2 error.
    """
    opening = context.obj or open_engine
    context.obj = Site(_begins_resident(context) if opening is open_engine else opening, config, content, index)
    context.meta[RUN] = run
    if context.invoked_subcommand is None:
        from article_search.terminal import interactive

        context.exit(interactive.run(context.obj, lambda: click.echo(context.get_help(), err=True)))


for command in (
    searching.search,
    searching.show,
    searching.explain,
    searching.related,
    searching.suggest,
    starting.init,
    indexing.index,
    indexing.check,
    indexing.status,
    watching.watch,
    serving.queries,
    serving.serve,
    serving.resident,
):
    cli.add_command(command)
