"""What do ``articles index``, ``check`` and ``status`` do? They bring the index up to date, and say how things stand.

Not here: how reports look (reports.py), the work itself (updating.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from article_search.answering.results import status_json
from article_search.terminal.arguments import JSON
from article_search.terminal.output import ERROR, FOUND, note, print_json, print_lines, progress, screen
from article_search.terminal.site import Site


@click.command()
@click.option("--full", is_flag=True, help="Read everything again, into a new index that then replaces this one.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and write nothing.")
@click.option("--strict", is_flag=True, help="Exit with 2 if any file was rejected.")
@click.option("--wait", is_flag=True, help="If another run is at it, wait for its end.")
@click.option("--to", type=click.Path(path_type=Path), metavar="DIR", help="Then replace the index in DIR by a copy.")
@JSON
@click.pass_obj
def index(site: Site, full: bool, dry_run: bool, strict: bool, wait: bool, to: Path | None, as_json_: bool) -> int:
    """Bring the index up to date with the articles.

    Exits with 2 if a folder or file cannot be read just now: what is known of it stays, and nothing is copied.
    """
    if dry_run and to:
        raise click.UsageError("--dry-run and --to exclude one another.")
    with site.engine() as engine, progress(None if dry_run else "writing the index") as bar:
        report = engine.index(full=full, dry_run=dry_run, wait=wait, progress=bar)
        code = ERROR if report.unreadable or (strict and report.rejected) else FOUND
        copied = to if code == FOUND else None
        if copied:
            engine.copy_to(copied, wait=wait)
    if as_json_:
        from article_search.reading.report import index_json

        print_json(index_json(report) | ({"copied_to": str(copied) if copied else None} if to else {}))
    else:
        from article_search.terminal.reports import index_lines

        print_lines([*index_lines(report, screen(), dry_run), *([f"copied to {copied}"] if copied else [])])
    if to and not copied:
        note(f"nothing was copied to {to}, as not all could be read")
    return code


@click.command()
@JSON
@click.pass_obj
def check(site: Site, as_json_: bool) -> int:
    """Say what is wrong with the articles.

    All of them are read; nothing is indexed.
    """
    with site.engine() as engine, progress() as bar:
        report = engine.check(bar)
    if as_json_:
        from article_search.reading.report import check_json

        print_json(check_json(report))
    else:
        from article_search.terminal.reports import check_lines

        print_lines(check_lines(report, screen()))
    return ERROR if report.unreadable else FOUND


@click.command()
@click.option("--verify", is_flag=True, help="Check all of the index; exit with 2 if any is damaged.")
@JSON
@click.pass_obj
def status(site: Site, verify: bool, as_json_: bool) -> int:
    """Say how large and how old the index is.

    And whether the articles have changed since.
    """
    with site.engine() as engine:
        # First: an index that is damaged may have no status.
        problems = engine.verify() if verify else ()
        for problem in problems:
            note(problem)
        state = engine.status()
        settings = engine.settings
    if as_json_:
        print_json(status_json(state) | ({"problems": list(problems)} if verify else {}))
    else:
        from article_search.terminal.reports import status_lines

        print_lines(status_lines(state, settings.place, settings.content, screen()))
        if verify and not problems:
            print_lines(["the index is as it was written"])
        print_lines(_resident_lines())
    return ERROR if problems else FOUND


def _resident_lines() -> Iterator[str]:
    from article_search.terminal.resident import where

    path = where.socket_path()
    if path is None:
        return
    from article_search.terminal.resident import listening

    if pid := listening.other(path):
        yield f"process {pid} answers searches from memory; `articles resident --stop` ends it"
