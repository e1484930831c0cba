"""What does the shell complete? Words, categories and ids of the index; nothing when anything is wrong.

Not here: names of commands and options, which click knows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

import click

from article_search.late import pattern
from article_search.terminal.site import Site, open_engine

if TYPE_CHECKING:
    from article_search.engine import Engine

_CATEGORY_FIELDS = ("category", "cat", "tag")
_UNFINISHED = pattern(r"[^\s\"'(-]*$")  # the last word without signs before it
_MOST = 100  # ids offered; more are of no help

Complete = Callable[[click.Context, click.Parameter, str], list[str]]


def _completing(complete: Callable[[Engine, Sequence[str], str], Iterable[str]]) -> Complete:
    """What click calls to complete a value, of a function of the engine, the words before and the unfinished one."""

    def completed(context: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
        try:
            group = context.find_root().params
            site = Site(context.find_root().obj or open_engine, group["config"], group["content"], group["index"])
            with site.engine() as engine:
                return list(complete(engine, context.params.get("words") or (), incomplete))
        except Exception:
            return []

    return completed


@_completing
def complete_words(engine: Engine, before: Sequence[str], incomplete: str) -> Iterable[str]:
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
def complete_category(engine: Engine, _: Sequence[str], incomplete: str) -> Iterable[str]:
    """A category that begins so."""
    return _categories(engine, incomplete)


@_completing
def complete_id(engine: Engine, _: Sequence[str], incomplete: str) -> Iterable[str]:
    """Ids, or paths of files, that begin so; where they are many, the folders they are in."""
    content = f"{engine.settings.content}/"
    folder = content if incomplete.startswith(content) else ""
    start = incomplete.removeprefix(folder)
    ids = engine.ids(start)
    if len(ids) > _MOST:
        ids = tuple(dict.fromkeys(id[: id.find("/", len(start)) + 1] or id for id in ids))
    return [folder + id for id in ids[:_MOST]]
