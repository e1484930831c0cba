"""What do ``articles serve``, ``resident`` and ``queries`` do? They serve the site's search in the browser and in the
terminal, and say what its readers looked for.

Not here: the server and its logs (web), how searches of terminals are answered from memory (resident).
"""

from __future__ import annotations

import gc
import os
import sys
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path

import click

from article_search.errors import ArticleSearchError, SettingsError
from article_search.terminal.arguments import JSON, text_of
from article_search.terminal.output import FOUND, NO_HIT, print_data, print_json, print_lines, screen
from article_search.terminal.site import RUN, Site

_QUERIES = 10_000  # in a list of a report; more are for those who read the database themselves


@click.command()
@click.option("--since", metavar="DATE", help="Not before: 2020, 2020-09, 2020-09-15, yesterday, last-week, …")
@click.option("--limit", type=click.IntRange(1, _QUERIES), default=10, show_default=True, help="Queries in each list.")
@JSON
@click.option("--csv", "as_csv_", is_flag=True, help="Print CSV, for a spreadsheet.")
@click.pass_obj
def queries(site: Site, since: str | None, limit: int, as_json_: bool, as_csv_: bool) -> int:
    """Say what readers of the search page looked for.

    The most frequent queries, those without a hit, the slowest, and those whose first hit nobody opened, as far as the
    server keeps a query log (query_log in articles.toml).
    """
    if as_json_ and as_csv_:
        raise click.UsageError("--json and --csv exclude one another.")
    from article_search.web import query_report

    with site.engine() as engine:
        first = engine.span(since and text_of([since]), None).since
        path = engine.settings.query_log.path
    if path is None:
        raise SettingsError(
            "no query log is kept: name its file in articles.toml, in the table query_log, as path, and restart the"
            " server"
        )
    report = query_report.report(path, first.timestamp() if first else 0.0, limit)
    if as_json_:
        print_json(query_report.report_json(report))
    elif as_csv_:
        print_data(query_report.report_csv(report))
    else:
        from article_search.terminal.reports import queries_lines

        print_lines(queries_lines(report, screen()))
    return FOUND if report.asked else NO_HIT


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Port to listen on; 0: a free one."
)
@click.option("--terminal", is_flag=True, help="Meanwhile also answer searches in your terminals, from memory.")
@click.pass_obj
def serve(site: Site, host: str, port: int, terminal: bool) -> int:
    """Serve the search page and the HTTP API."""
    with site.engine() as engine, _beside(site) if terminal else nullcontext():
        from article_search.web import server

        gc.set_threshold(700, 10, 10)  # sooner than __main__.py says: outdated snapshots are garbage, and large
        server.serve(engine, host, port)
    return FOUND


def _beside(site: Site) -> AbstractContextManager[None]:
    from article_search.terminal.resident import beginning

    return beginning.beside(site)


@click.command()
@click.option("--minutes", type=click.IntRange(1), metavar="N", help="End after N minutes without a search.")
@click.option("--stop", is_flag=True, help="End the one that is there.")
@click.option(
    "--background", is_flag=True, hidden=True, help="As a search starts it: quiet, and only if there is none."
)
@click.option("--beside", is_flag=True, hidden=True, help="As `articles serve` starts it: to end with standard input.")
@click.pass_context
def resident(context: click.Context, minutes: int | None, stop: bool, background: bool, beside: bool) -> int:
    """Stay in memory and answer searches in your terminals.

    They have the same answers, and have them sooner: search, show, explain, related and suggest, of any site.
    """
    from article_search.terminal.resident import beginning, hosting, listening, warming, where

    if stop:
        ended = beginning.end()
        print_lines([f"process {ended} has ended" if ended else "there is none"])
        return FOUND if ended else NO_HIT
    if background or beside:
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))  # files of who called the program that started this one
    path = where.socket_path()
    if path is None:
        raise ArticleSearchError("searches cannot be answered from memory here: only on Linux, and as oneself")
    if background and listening.other(path):
        return NO_HIT
    sites = warming.Sites()
    site: Site = context.obj
    with suppress(ArticleSearchError):  # each search tells of it
        sites.hold(str(Path.cwd()), site.settings())
    idle = 60.0 * minutes if minutes else None
    host = hosting.Host(path, context.meta[RUN], sites, idle, parent=0 if beside else None)
    host.serve(background, (lambda: None) if background or beside else _say)
    return FOUND


def _say() -> None:
    print_lines(["Answering searches from memory (Ctrl-C stops)"])
    sys.stdout.flush()
