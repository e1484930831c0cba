"""How are words, ids and options read from a command line? Words need no quoting, and bytes need not be letters.

The options of a search are made of the table in query/search.py. Not here: what a command does with them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from article_search.query.search import OPTIONS, Kind, Option
from article_search.terminal.completion import complete_category

if TYPE_CHECKING:
    from article_search.settings import Settings

JSON = click.option("--json", "as_json_", is_flag=True, help="Print JSON.")
NUMBER = "[=N]"  # how the value of an option is written that may go without

_Command = TypeVar("_Command", bound=Callable[..., Any])

_COMPLETE = {"categories": complete_category}


class OptionalValue(click.Option):
    """An option that may go without its value: ``--open`` is ``--open=`` and what it is ``lacking``, and what follows
    is a word."""

    def __init__(self, *args: Any, lacking: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.lacking = lacking


class WordsCommand(click.Command):
    """A command whose words need no quoting: ``-word`` is a word, not an option. ``--…`` is always an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        takes_value = option_names(
            one
            for one in self.params
            if isinstance(one, click.Option) and not (one.is_flag or one.count or isinstance(one, OptionalValue))
        )
        lacking = {name: one.lacking for one in self.params if isinstance(one, OptionalValue) for name in one.opts}
        options: list[str] = []
        words: list[str] = []
        rest = iter(args)
        for arg in rest:
            if arg == "--":
                words += rest
            elif arg in ctx.help_option_names or arg.startswith("--"):
                options.append(f"{arg}={lacking[arg]}" if arg in lacking else arg)
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


def text_of(words: Sequence[str]) -> str:
    """The words as one text. Bytes of the command line that are no UTF-8 become U+FFFD, which is no letter."""
    return os.fsencode(" ".join(words)).decode("utf-8", "replace")


def article_id(text: str, settings: Settings) -> str:
    """The id meant: itself, or the path of a file in the content folder."""
    path, content = (Path(os.path.abspath(one)) for one in (text, settings.content))  # noqa: PTH100 (keeps symlinks)
    return text_of([path.relative_to(content).as_posix() if path.is_relative_to(content) else text])


def search_options(command: _Command) -> _Command:
    """Gives a command the options of a search, which it gets by the names of Search's fields."""
    for option in reversed(OPTIONS):
        if option.flag:
            command = _option(option)(command)
    return command


def _option(option: Option) -> Callable[[_Command], _Command]:
    kinds: dict[Kind, dict[str, Any]] = {
        "texts": {"multiple": True, "callback": _texts},
        "date": {"callback": _text},
        "choice": {"type": click.Choice(option.choices, False), "default": option.default, "show_default": True},
        "number": {"type": click.IntRange(1, option.highest)},
        "switch": {"is_flag": True},
    }
    return click.option(
        option.flag,
        option.field,
        metavar=option.metavar,
        help=option.help,
        shell_complete=_COMPLETE.get(option.field),
        **kinds[option.kind],
    )


def _text(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    return value and text_of([value])


def _texts(_: click.Context, __: click.Parameter, values: Sequence[str]) -> tuple[str, ...]:
    return tuple(text_of([value]) for value in values)


def option_names(parameters: Iterable[click.Parameter]) -> set[str]:
    """The options among the parameters of a command, as they are written."""
    return {name for parameter in parameters if isinstance(parameter, click.Option) for name in parameter.opts}
