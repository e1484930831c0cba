"""What does a site say of words? Synonyms, and the articles that are pinned to queries."""

from __future__ import annotations

from collections.abc import Iterable

from article_search.errors import SettingsError
from article_search.limits import LIMITS
from article_search.settings.readers.plain import shown, string
from article_search.settings.values import Pinned

_ENTRIES = 10_000  # synonyms, or queries with pins; each is looked at once when the site starts
_SYNONYMS = 12  # of one word; each makes a search slower
_WORDS = 8  # in a synonym, or a query with pins
_WORDS_CHARS = 200


def _words(value: object, where: str) -> str:
    """Some words that can be searched for."""
    from article_search.language import text  # which a site without synonyms and pins need not load so early

    words = " ".join(string(value, where).split())
    count = len(text.terms(words[:_WORDS_CHARS]))
    if not 0 < count <= _WORDS or len(words) > _WORDS_CHARS:
        raise SettingsError(f"{where} must be of 1 to {_WORDS} words, not {shown(value)}")
    return words


def _several_words(value: object, where: str, least: int) -> tuple[str, ...]:
    if not isinstance(value, list) or not least <= len(value) <= _SYNONYMS:
        raise SettingsError(
            f'{where} must be a list of {least} to {_SYNONYMS} texts such as ["coronavirus", "sars-cov-2"],'
            f" not {shown(value)}"
        )
    return tuple(_words(each, where) for each in value)


def synonyms(value: object, where: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Words, and what a search for them finds as well."""
    found = []
    for key, meant in _entries(value, where, 'covid = ["coronavirus"]'):
        here = f"{where}: {shown(key)}"
        meanings = (_words(meant, here),) if isinstance(meant, str) else _several_words(meant, here, 1)
        found.append((_words(key, here), meanings))
    return tuple(found)


def synonym_groups(value: object, where: str) -> tuple[tuple[str, ...], ...]:
    """Groups of words each of which finds the others."""
    if not isinstance(value, list) or len(value) > _ENTRIES:
        raise SettingsError(f'{where} must be a list of lists such as [["film", "movie"]], not {shown(value)}')
    return tuple(_several_words(group, where, 2) for group in value)


def pinned(value: object, where: str) -> tuple[Pinned, ...]:
    """Ids of articles put first for a query, or hidden."""
    found = []
    for query, chosen in _entries(value, where, 'budget = ["2026/budget.md"]'):
        here = f"{where}: {shown(query)}"
        table = {"first": chosen} if isinstance(chosen, list) else chosen
        if not isinstance(table, dict) or not table or table.keys() - {"first", "hide"}:
            raise SettingsError(
                f'{here} must be a list of ids to put first, or {{ first = ["a.md"], hide = ["b.md"] }},'
                f" not {shown(chosen)}"
            )
        first, hide = (_ids(table.get(key, []), f"{here}: {key}") for key in ("first", "hide"))
        if both := set(first) & set(hide):
            raise SettingsError(f"{here}: {min(both)} cannot be both put first and hidden")
        found.append(Pinned(_words(query, here), first, hide))
    return tuple(found)


def _ids(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > LIMITS.page_size:
        raise SettingsError(
            f"{where} must be a list of at most {LIMITS.page_size} ids of articles, which are paths below the content"
            f" folder, not {shown(value)}"
        )
    ids = [string(each, where) for each in value]
    for id in ids:
        if not id or id.startswith("/"):
            raise SettingsError(f"{where}: {shown(id)} is no id; ids are paths below the content folder")
    return tuple(dict.fromkeys(ids))


def _entries(value: object, where: str, example: str) -> Iterable[tuple[str, object]]:
    if not isinstance(value, dict) or len(value) > _ENTRIES:
        raise SettingsError(f"{where} must be a table of at most {_ENTRIES:,} lines such as {example}")
    return value.items()
