"""What does articles.toml say? The values of its keys, or which of them cannot be used, and why.

Not here: what is accepted for a key (readers).
"""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

from article_search.errors import SettingsError
from article_search.limits import LIMITS
from article_search.settings.readers import READERS
from article_search.settings.readers.plain import did_you_mean, shown


def read(file: Path, said_by: str) -> dict[str, Any]:
    """The values by the name of their field. ``said_by`` is what named the file, empty when nothing did.

    Raises SettingsError.
    """
    table = _parse(_text(file, said_by), file)
    values: dict[str, Any] = {}
    for key, value in table.items():
        where = f"{file}: {shown(key)}"
        if key not in READERS:
            raise SettingsError(f"{where} is no setting{did_you_mean(key, READERS)}; valid are {', '.join(READERS)}")
        values[key] = READERS[key](value, where)
    for key in ("content", "index"):
        if key in values:
            values[key] = file.parent / values[key]
    if web := values.get("web"):
        values["web"] = replace(web, access_log=_beside(file, web.access_log))
    if log := values.get("query_log"):
        values["query_log"] = replace(log, path=_beside(file, log.path))
    if cluster := values.get("opensearch"):
        values["opensearch"] = replace(cluster, ca_certs=_beside(file, cluster.ca_certs))
    return values


def _beside(file: Path, path: Path | None) -> Path | None:
    return path if path is None or path == Path("-") else file.parent / path


def _text(file: Path, said_by: str) -> str:
    from_where = f" (from {said_by})" if said_by else ""
    try:
        with file.open("rb") as stream:
            data = stream.read(LIMITS.settings_bytes + 1)
    except FileNotFoundError:
        raise SettingsError(f"{file}{from_where}: there is no such file") from None
    except OSError as error:
        raise SettingsError(f"{file}{from_where}: cannot be read: {error.strerror}") from None
    if len(data) > LIMITS.settings_bytes:
        raise SettingsError(f"{file}{from_where}: has over {LIMITS.settings_bytes:,} bytes; that is no settings file")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SettingsError(f"{file}:{line}: is not UTF-8; save it as UTF-8") from None


def _parse(text: str, file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file}: is not valid TOML: {error}") from None
    except (RecursionError, ValueError):  # nested too deep; a number of thousands of digits
        raise SettingsError(f"{file}: is not valid TOML: a value is too deep or too long") from None
