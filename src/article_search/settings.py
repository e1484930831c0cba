"""How is this site set up? articles.toml, environment and options become one frozen Settings.

Not here: caps on hostile input (limits.py), options of one command (cli.py), whether the content root is there
(content.py says so when it is walked).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from article_search.errors import SettingsError
from article_search.limits import LIMITS

UTC = ZoneInfo("UTC")
CONFIG = Path("articles.toml")
_WORKERS = 256  # more processes than any machine this runs on has cores; each takes memory
_TITLE_CHARS = 200


@dataclass(frozen=True, slots=True)
class Settings:
    """What the owner of a site decides; each default is what happens without a line in articles.toml."""

    content: Path = Path("content")
    index: Path = Path("index")
    title: str = "Search"  # heading of the search page
    timezone: ZoneInfo = UTC  # of dates without an offset, and of "today"
    url: str = "/article/{id}"  # pattern of an article's address; the default is the page `articles serve` has for it
    page_size: int = 10
    workers: int = 0  # processes that read and index; 0: one a core
    memory_mb: int = 192  # what each of them may hold before it writes to disk
    exclude: tuple[str, ...] = ()  # glob patterns of files and folders that are no articles, such as "README.md"

    def signature(self) -> str:
        """The settings that shape indexed articles, as JSON; an index made under another signature is rebuilt."""
        shaping = {"content": str(self.content.resolve()), "timezone": self.timezone.key, "url": self.url}
        return json.dumps(shaping, sort_keys=True)


def load(
    config: Path | None,
    environment: Mapping[str, str],
    content: Path | None = None,
    index: Path | None = None,
) -> Settings:
    """The settings in force: an option before the environment, that before articles.toml, that before the default.

    ``config``, ``content`` and ``index`` are options, None when not given. The environment's ARTICLES_CONFIG,
    ARTICLES_CONTENT and ARTICLES_INDEX count unless empty. Without any word on it ``./articles.toml`` is read if it is
    there. Relative paths of articles.toml start at its folder, all others at the working directory.
    Raises SettingsError.
    """
    file, said_by = _chosen(config, "--config", environment, "ARTICLES_CONFIG")
    values = _read(file or CONFIG, said_by) if file or _is_there(CONFIG) else {}
    for key, option in (("content", content), ("index", index)):
        path, _ = _chosen(option, f"--{key}", environment, f"ARTICLES_{key.upper()}")
        if path is not None:
            values[key] = path
    settings = Settings(**values)
    _check_folders(settings)
    return settings


def _chosen(
    option: Path | None, option_name: str, environment: Mapping[str, str], variable: str
) -> tuple[Path | None, str]:
    """A path from an option or the environment, and which of them it is from."""
    if option is not None:
        _check_path(str(option), option_name)
        return option, option_name
    if value := environment.get(variable):
        _check_path(value, variable)
        return Path(value), variable
    return None, ""


def _is_there(file: Path) -> bool:
    try:
        file.lstat()  # a link to nothing is there: better an error than settings that silently do not count
    except OSError:
        return False
    return True


def _check_path(value: str, where: str) -> None:
    if not value:
        raise SettingsError(f"{where}: a folder's or file's name is needed, not an empty text")
    if "\0" in value:
        raise SettingsError(f"{where}: a path cannot hold a NUL character")


# ---- articles.toml ----


def _read(file: Path, said_by: str) -> dict[str, Any]:
    """The values of articles.toml by the name of their field."""
    table = _parse(_text(file, said_by), file)
    values: dict[str, Any] = {}
    for key, value in table.items():
        where = f"{file}: {_shown(key)}"
        if key not in _READERS:
            raise SettingsError(f"{where} is no setting{_did_you_mean(key, _READERS)}; valid are {', '.join(_READERS)}")
        values[key] = _READERS[key](value, where)
    for key in ("content", "index"):
        if key in values:
            values[key] = file.parent / values[key]
    return values


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
    import tomllib  # 5 ms that only a site with an articles.toml pays

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file}: is not valid TOML: {error}") from None
    except (RecursionError, ValueError):  # nested too deep; a number of thousands of digits
        raise SettingsError(f"{file}: is not valid TOML: a value is too deep or too long") from None


def _did_you_mean(word: str, known: Collection[str]) -> str:
    import difflib

    by_folded = {name.casefold(): name for name in known}
    near = difflib.get_close_matches(word.casefold()[:100], by_folded, n=1)
    return f" (did you mean {by_folded[near[0]]}?)" if near else ""


def _shown(value: object) -> str:
    """A value as a message shows it: one short line without control characters."""
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:59] + "…"


def _string(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise SettingsError(f"{where} must be a text in quotes, not {_shown(value)}")
    return value


def _path(value: object, where: str) -> Path:
    text = _string(value, where)
    _check_path(text, where)
    return Path(text)


def _title(value: object, where: str) -> str:
    text = _string(value, where).strip()
    if not text.isprintable() or not 0 < len(text) <= _TITLE_CHARS:
        raise SettingsError(f"{where} must be one line of 1 to {_TITLE_CHARS} characters, not {_shown(value)}")
    return text


def _timezone(value: object, where: str) -> ZoneInfo:
    name = _string(value, where)
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # not known; "../x"; a folder of zones, such as "Europe"
        from zoneinfo import available_timezones

        hint = _did_you_mean(name, available_timezones())
        raise SettingsError(
            f"{where} must be a time zone such as Europe/London or UTC, not {_shown(name)}{hint}"
        ) from None


def _url(value: object, where: str) -> str:
    from article_search import urls

    pattern = _string(value, where)
    try:
        urls.check_pattern(pattern)
    except ValueError as error:
        raise SettingsError(f"{where}: {error}") from None
    return pattern


def _whole_number(low: int, high: int) -> Callable[[object, str], int]:
    def read(value: object, where: str) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise SettingsError(f"{where} must be a whole number from {low} to {high}, not {_shown(value)}")
        return value

    return read


def _patterns(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(pattern, str) and pattern.strip("/") for pattern in value):
        raise SettingsError(f'{where} must be a list of patterns such as ["README.md", "drafts/**"]')
    return tuple(value)


_READERS: dict[str, Callable[[object, str], object]] = {
    "content": _path,
    "index": _path,
    "title": _title,
    "timezone": _timezone,
    "url": _url,
    "page_size": _whole_number(1, LIMITS.page_size),
    "workers": _whole_number(0, _WORKERS),
    "memory_mb": _whole_number(16, 65_536),
    "exclude": _patterns,
}


# ---- folders ----


def _check_folders(settings: Settings) -> None:
    """Refuses an index folder whose rebuilding would take the content with it."""
    content, index = _resolved(settings.content, "content"), _resolved(settings.index, "index")
    if content == index:
        raise SettingsError(
            f"content and index are both {content}; the index is rebuilt at will and needs a folder of its own"
        )
    if content.is_relative_to(index):
        raise SettingsError(
            f"the content {content} lies inside the index folder {index}, which is replaced when the index is rebuilt;"
            " choose another index folder"
        )


def _resolved(path: Path, key: str) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # RuntimeError: a loop of links, before Python 3.13
        raise SettingsError(f"{key}: {path} cannot be resolved; it is a loop of links or too long") from None
