"""Will the settings do that a program makes in Python? Each is read as articles.toml would say it, by the same readers.

Only what is not a default is looked at, so that nobody pays for it who has none. Not here: what is accepted (readers),
the file (file.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from article_search.errors import SettingsError
from article_search.settings.readers import READERS, cluster
from article_search.settings.readers.plain import shown
from article_search.settings.values import OpenSearch, Pinned, QueryLog, Recency, Semantic, Terminal, Web

_Form = Callable[[Any, str], object]  # of a value the form it has in articles.toml; raises SettingsError


def checked(name: str, value: object) -> Any:
    """The value of a setting as it will be used. Raises SettingsError."""
    where = f"Settings: {name}"
    try:
        read = cluster.given if name == "opensearch" else READERS[name]  # a program also says who signs in
        return read(_FORMS.get(name, _as_it_is)(value, where), where)
    except SettingsError:
        raise
    except Exception as error:  # a program's own values may raise anything
        raise SettingsError(f"{where} cannot be {shown(value)}: {type(error).__name__}") from error


def _as_it_is(value: object, _: str) -> object:
    return value


def _a(kind: type, value: object, where: str) -> Any:
    if not isinstance(value, kind):
        raise SettingsError(f"{where} must be a {kind.__name__}, not {shown(value)}")
    return value


def _path(value: object, where: str) -> str:
    return str(_a(Path, value, where))


def _file(value: object, where: str) -> str:
    return "" if value is None else _path(value, where)


def _zone(value: object, where: str) -> object:
    return _a(ZoneInfo, value, where).key


def _several(value: object, where: str) -> list[object]:
    """A tuple, and those in it, as lists."""
    return [_several(one, where) if isinstance(one, tuple) else one for one in _a(tuple, value, where)]


def _networks(value: object, where: str) -> list[str]:
    return [str(one) for one in _a(tuple, value, where)]


def _pairs(value: object, where: str) -> dict[str, object]:
    """Pairs of a name and a value as a table."""
    found: dict[str, object] = {}
    for pair in _a(tuple, value, where):
        if not isinstance(pair, tuple) or len(pair) != 2 or not isinstance(pair[0], str):
            raise SettingsError(f"{where} must be a tuple of pairs of a text and a value, not {shown(value)}")
        if pair[0] in found:
            raise SettingsError(f"{where}: {shown(pair[0])} is there twice")
        found[pair[0]] = _several(pair[1], where) if isinstance(pair[1], tuple) else pair[1]
    return found


def _defaults(value: object, where: str) -> dict[str, object]:
    tables = _pairs(value, where)
    return {folder: dict(keys) if isinstance(keys, Mapping) else keys for folder, keys in tables.items()}


def _pins(value: object, where: str) -> dict[str, object]:
    pins = [_a(Pinned, one, where) for one in _a(tuple, value, where)]
    tables = tuple((pin.query, {key: _several(getattr(pin, key), where) for key in ("first", "hide")}) for pin in pins)
    return _pairs(tables, where)


def _hosts(value: object, where: str) -> list[object]:
    if not isinstance(value, tuple):  # not shown: somebody may have put a password in
        raise SettingsError(f"{where} must be a tuple of addresses")
    return list(value)


def _opensearch(value: object, where: str) -> object:
    if not isinstance(value, OpenSearch):  # likewise
        raise SettingsError(f"{where} must be an OpenSearch")
    return _table(OpenSearch, {"hosts": _hosts, "ca_certs": _file})(value, where)


def _table(kind: Any, forms: Mapping[str, _Form]) -> _Form:
    """What makes a table of one of the classes of settings."""

    def form(value: object, where: str) -> dict[str, object]:
        found = _a(kind, value, where)
        names = [field.name for field in fields(kind)]
        return {key: forms.get(key, _as_it_is)(getattr(found, key), f"{where}: {key}") for key in names}

    return form


_FORMS: dict[str, _Form] = {
    "content": _path,
    "index": _path,
    "timezone": _zone,
    **dict.fromkeys(("languages", "generator_options", "exclude", "synonym_groups"), _several),
    **dict.fromkeys(("language_folders", "urls", "synonyms"), _pairs),
    "defaults": _defaults,
    "pinned": _pins,
    "semantic": _table(Semantic, {}),
    "recency": _table(Recency, {}),
    "web": _table(Web, {"origins": _several, "proxies": _networks, "access_log": _file}),
    "query_log": _table(QueryLog, {"path": _file}),
    "terminal": _table(Terminal, {}),
    "opensearch": _opensearch,
}
