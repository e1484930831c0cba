"""How shall an answer of ``articles search`` be shown? The options that say it, and which of them exclude one another.

Not here: what a search means (query/search.py), what is done about it (searching.py, listing.py, opening.py).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple, TypeVar

import click

from article_search.limits import LIMITS
from article_search.terminal.arguments import JSON, NUMBER, OptionalValue

Form = Literal["hits", "json", "paths", "count", "format", "lines", "open", "browse"]

_Command = TypeVar("_Command", bound=Callable[..., Any])

NO_PAGER = click.option("--no-pager", is_flag=True, help="Print a long answer as it is, not by a pager.")
HYPERLINKS = click.option(
    "--hyperlinks",
    type=click.Choice(("auto", "always", "never")),
    default="auto",
    show_default=True,
    help="Whether titles and paths lead to the files.",
)

_HIT: dict[str, Any] = {"cls": OptionalValue, "lacking": "1", "type": click.IntRange(1, LIMITS.page_depth)}
_OPTIONS = (
    JSON,
    click.option(
        "--paths", "paths", is_flag=True, help="Print only the files, one a line: all that have all of the words."
    ),
    click.option("--print0", is_flag=True, help="The same with a NUL after each, for xargs -0."),
    click.option("--count", is_flag=True, help="Print only how many files --paths would."),
    click.option(
        "--format", "format_", metavar="TEMPLATE", help=r"Print each as '{path}\t{title}\t{date}' or the like."
    ),
    click.option("--lines", is_flag=True, help="Print the lines that the words stand in, as PATH:LINE:TEXT."),
    click.option("--open", "open_", metavar=NUMBER, help="Open the first hit, or the N-th, in $EDITOR.", **_HIT),
    click.option("--browse", metavar=NUMBER, help="Open its address in the browser.", **_HIT),
    HYPERLINKS,
    NO_PAGER,
)
_FORMS: dict[str, Form] = {
    "as_json_": "json",
    "paths": "paths",
    "count": "count",
    "format_": "format",
    "lines": "lines",
    "open_": "open",
    "browse": "browse",
}


class Showing(NamedTuple):
    """How an answer is to be shown. ``lines``: with the lines of the files that the words stand in; ``nul``: what ends
    a line for programs is a NUL; ``hit``: the number of the one to open."""

    form: Form
    lines: bool
    nul: bool
    template: str
    hit: int
    hyperlinks: str
    pager: bool


def showing_options(command: _Command) -> _Command:
    """Gives a command the options that ``showing`` takes."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def showing(options: dict[str, Any]) -> Showing:
    """What the options of ``showing_options`` say, which are taken out of those given. Raises UsageError."""
    said = {name: options.pop(name) for name in _FORMS}
    nul, links, alone = options.pop("print0"), options.pop("hyperlinks"), options.pop("no_pager")
    forms = [form for name, form in _FORMS.items() if said[name] not in (None, False)]
    if len(forms) > 1 and forms != ["json", "lines"]:
        raise click.UsageError(f"--{forms[0]} and --{forms[1]} exclude one another.")
    form: Form = forms[0] if forms else "paths" if nul else "hits"
    if nul and form not in ("paths", "format"):
        raise click.UsageError(f"--print0 and --{form} exclude one another.")
    hit = said["open_"] or said["browse"] or 0
    return Showing(form, said["lines"], nul, said["format_"] or "", hit, links, not alone)
