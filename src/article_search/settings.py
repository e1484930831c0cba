"""How is this site set up? articles.toml, environment and options become one frozen Settings.

Not here: caps on hostile input (limits.py), options of one command (cli.py), whether the content root is there
(content.py says so when it is walked).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from article_search.errors import SettingsError
from article_search.limits import LIMITS

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network

    Network = IPv4Network | IPv6Network

UTC = ZoneInfo("UTC")
CONFIG = Path("articles.toml")
_WORKERS = 256  # more processes than any machine this runs on has cores; each takes memory
_TITLE_CHARS = 200
_ENTRIES = 10_000  # synonyms, or queries with pins; each is looked at once when the site starts
_SYNONYMS = 12  # of one word; each makes a search slower
_WORDS = 8  # in a synonym, or a query with pins
_WORDS_CHARS = 200


@dataclass(frozen=True, slots=True)
class Pinned:
    """What comes first for a query, and what is not shown: ids of articles."""

    query: str
    first: tuple[str, ...]
    hide: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Semantic:
    """The first articles of an answer in order of their likeness to the query; needs the extra ``semantic``."""

    enabled: bool = False
    weight: float = 1.0  # of the likeness beside the words


@dataclass(frozen=True, slots=True)
class Recency:
    """How the age of an article counts: from 1 + ``weight`` times its score when new, to 1 - ``weight`` times in the
    end; after ``half_life`` days the score itself."""

    half_life: float
    weight: float


_ORIGINS = 100  # each answer to a script of another site looks through them
_ORIGIN = re.compile(r"https?://(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:.]+\])(?::[1-9][0-9]{0,4})?")
_UNIX = "unix"  # a proxy that comes by a socket of the file system has no address


@dataclass(frozen=True, slots=True)
class Web:
    """What the owner decides about serving: the table ``[web]`` of articles.toml."""

    address: str = ""  # of the search page in public, such as "https://search.example.org"; "": as it was asked for
    origins: tuple[str, ...] = ()  # sites whose scripts may use the API and embed the search box
    proxies: tuple[Network | str, ...] = ()  # whose word on the client counts; "unix": any that comes by a socket file
    requests_per_minute: int = 0  # one client may send, on average; 0: as many as it likes
    burst: int = 60  # requests it may send at once
    access_log: Path | None = None  # file, "-" for standard error; None: no log


@dataclass(frozen=True, slots=True)
class QueryLog:
    """What is kept of the queries asked: the table ``[query_log]`` of articles.toml."""

    path: Path | None = None  # an SQLite database; None: nothing is kept
    days: int = 90
    megabytes: int = 64  # the oldest go first when it is full


@dataclass(frozen=True, slots=True)
class Settings:
    """What the owner of a site decides; each default is what happens without a line in articles.toml."""

    content: Path = Path("content")
    index: Path = Path("index")
    title: str = "Search"  # heading of the search page
    timezone: ZoneInfo = UTC  # of dates without an offset, and of "today"
    language: str = "english"  # of articles that name none, by its Snowball stemmer
    url: str = "/article/{id}"  # pattern of an article's address; the default is the page `articles serve` has for it
    page_size: int = 10
    workers: int = 0  # processes that read and index; 0: one a core
    memory_mb: int = 192  # what each of them may hold before it writes to disk
    cache_mb: int = 0  # memory a process that searches may keep of what it made of the index; 0: what fits its size
    recency: Recency = Recency(half_life=30, weight=0)  # how much higher newer articles rank: not at all
    exclude: tuple[str, ...] = ()  # glob patterns of files and folders that are no articles, such as "README.md"
    synonyms: tuple[tuple[str, tuple[str, ...]], ...] = ()  # words, and what a search for them finds as well
    synonym_groups: tuple[tuple[str, ...], ...] = ()  # words each of which finds the others
    pinned: tuple[Pinned, ...] = ()
    semantic: Semantic = Semantic()
    web: Web = Web()
    query_log: QueryLog = QueryLog()

    def meanings(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """All synonyms: words, and what a search for them finds as well."""
        groups = [(one, tuple(word for word in group if word != one)) for group in self.synonym_groups for one in group]
        return (*self.synonyms, *groups)

    def signature(self) -> str:
        """The settings that shape indexed articles, as JSON; an index made under another signature is rebuilt."""
        shaping = {"content": str(self.content.resolve()), "timezone": self.timezone.key, "url": self.url}
        shaping["language"] = self.language
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
    if web := values.get("web"):
        values["web"] = replace(web, access_log=_beside(file, web.access_log))
    if log := values.get("query_log"):
        values["query_log"] = replace(log, path=_beside(file, log.path))
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
    from article_search.reading import addresses

    pattern = _string(value, where)
    try:
        addresses.check_pattern(pattern)
    except ValueError as error:
        raise SettingsError(f"{where}: {error}") from None
    return pattern


def _language(value: object, where: str) -> str:
    from article_search.language import languages

    tag = _string(value, where)
    known = languages.known(tag)
    if known is None:
        hint = _did_you_mean(tag, languages.NAMES)
        there = ", ".join(languages.NAMES)
        raise SettingsError(f"{where} must be one of {there}, or a code such as en or pt-BR, not {_shown(tag)}{hint}")
    return known


def _whole_number(low: int, high: int) -> Callable[[object, str], int]:
    def read(value: object, where: str) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise SettingsError(f"{where} must be a whole number from {low} to {high}, not {_shown(value)}")
        return value

    return read


def _number(value: object, where: str, low: float, high: float) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
        raise SettingsError(f"{where} must be a number from {low:g} to {high:g}, not {_shown(value)}")
    return float(value)


def _check_keys(table: Collection[str], known: Collection[str], where: str) -> None:
    for key in table:
        if key not in known:
            hint = _did_you_mean(key, known)
            raise SettingsError(f"{where}: {_shown(key)} is no setting{hint}; valid are {', '.join(known)}")


def _recency(value: object, where: str) -> Recency:
    bounds = {"half_life": (0.01, 36_500.0), "weight": (0.0, 0.9)}
    if not isinstance(value, dict):
        raise SettingsError(f"{where} must be a table with half_life (in days) and weight, not {_shown(value)}")
    _check_keys(value, bounds, where)
    for key in bounds:
        if key not in value:
            raise SettingsError(f"{where}: {key} is missing; a half-life in days and a weight are needed")
    return Recency(**{key: _number(value[key], f"{where}: {key}", *bounds[key]) for key in bounds})


def _patterns(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(pattern, str) and pattern.strip("/") for pattern in value):
        raise SettingsError(f'{where} must be a list of patterns such as ["README.md", "drafts/**"]')
    return tuple(value)


# ---- synonyms and pins ----


def _words(value: object, where: str) -> str:
    """Some words that can be searched for."""
    from article_search.language import text

    words = " ".join(_string(value, where).split())
    count = len(text.terms(words[:_WORDS_CHARS]))
    if not 0 < count <= _WORDS or len(words) > _WORDS_CHARS:
        raise SettingsError(f"{where} must be of 1 to {_WORDS} words, not {_shown(value)}")
    return words


def _several_words(value: object, where: str, least: int) -> tuple[str, ...]:
    if not isinstance(value, list) or not least <= len(value) <= _SYNONYMS:
        raise SettingsError(
            f'{where} must be a list of {least} to {_SYNONYMS} texts such as ["coronavirus", "sars-cov-2"],'
            f" not {_shown(value)}"
        )
    return tuple(_words(each, where) for each in value)


def _synonyms(value: object, where: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    found = []
    for key, meant in _entries(value, where, 'covid = ["coronavirus"]'):
        here = f"{where}: {_shown(key)}"
        meanings = (_words(meant, here),) if isinstance(meant, str) else _several_words(meant, here, 1)
        found.append((_words(key, here), meanings))
    return tuple(found)


def _synonym_groups(value: object, where: str) -> tuple[tuple[str, ...], ...]:
    if not isinstance(value, list) or len(value) > _ENTRIES:
        raise SettingsError(f'{where} must be a list of lists such as [["film", "movie"]], not {_shown(value)}')
    return tuple(_several_words(group, where, 2) for group in value)


def _pinned(value: object, where: str) -> tuple[Pinned, ...]:
    found = []
    for query, chosen in _entries(value, where, 'budget = ["2026/budget.md"]'):
        here = f"{where}: {_shown(query)}"
        table = {"first": chosen} if isinstance(chosen, list) else chosen
        if not isinstance(table, dict) or not table or table.keys() - {"first", "hide"}:
            raise SettingsError(
                f'{here} must be a list of ids to put first, or {{ first = ["a.md"], hide = ["b.md"] }},'
                f" not {_shown(chosen)}"
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
            f" folder, not {_shown(value)}"
        )
    ids = [_string(each, where) for each in value]
    for id in ids:
        if not id or id.startswith("/"):
            raise SettingsError(f"{where}: {_shown(id)} is no id; ids are paths below the content folder")
    return tuple(dict.fromkeys(ids))


def _entries(value: object, where: str, example: str) -> Iterable[tuple[str, object]]:
    if not isinstance(value, dict) or len(value) > _ENTRIES:
        raise SettingsError(f"{where} must be a table of at most {_ENTRIES:,} lines such as {example}")
    return value.items()


def _switch(value: object, where: str) -> bool:
    if not isinstance(value, bool):
        raise SettingsError(f"{where} must be true or false, not {_shown(value)}")
    return value


def _semantic(value: object, where: str) -> Semantic:
    if not isinstance(value, dict):
        raise SettingsError(f"{where} must be a table, [semantic] with a line enabled = true, not {_shown(value)}")
    readers: dict[str, Callable[[object, str], Any]] = {
        "enabled": _switch,
        "weight": lambda each, key: _number(each, key, 0, 2),
    }
    _check_keys(value, readers, where)
    return Semantic(**{key: readers[key](each, f"{where}.{key}") for key, each in value.items()})


# ---- tables ----


def _optional_path(value: object, where: str) -> Path | None:
    return _path(value, where) if value != "" else None


def _address(value: object, where: str) -> str:
    address = _string(value, where).rstrip("/")
    if address and not _ORIGIN.fullmatch(address):
        raise SettingsError(f'{where} must be like "https://search.example.org", not {_shown(value)}')
    return address


def _origins(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > _ORIGINS:
        raise SettingsError(f'{where} must be a list of sites such as ["https://www.example.org"]')
    for origin in value:
        if not isinstance(origin, str) or not _ORIGIN.fullmatch(origin):
            raise SettingsError(
                f"{where}: {_shown(origin)} is no origin; write it as browsers do: scheme, host in small letters,"
                " a port if it is not the usual one, no path"
            )
    return tuple(dict.fromkeys(value))


def _proxies(value: object, where: str) -> tuple[Network | str, ...]:
    if not isinstance(value, list):
        raise SettingsError(f'{where} must be a list of addresses such as ["127.0.0.1", "10.0.0.0/8", "unix"]')
    import ipaddress  # which only servers behind a proxy need

    found: list[Network | str] = []
    for proxy in value:
        try:
            found.append(_UNIX if proxy == _UNIX else ipaddress.ip_network(_string(proxy, where)))
        except ValueError as error:
            raise SettingsError(
                f'{where}: {_shown(proxy)} is neither an address nor a network nor "unix": {error}'
            ) from None
    return tuple(found)


def _table(
    make: Callable[..., object], readers: Mapping[str, Callable[[object, str], object]]
) -> Callable[[object, str], object]:
    """The reader of a table whose keys have these readers."""

    def read(value: object, where: str) -> object:
        if not isinstance(value, dict):
            raise SettingsError(f"{where} must be a table of {', '.join(readers)}, not {_shown(value)}")
        _check_keys(value, readers, where)
        return make(**{key: readers[key](one, f"{where}: {_shown(key)}") for key, one in value.items()})

    return read


_WEB_READERS: dict[str, Callable[[object, str], object]] = {
    "address": _address,
    "origins": _origins,
    "proxies": _proxies,
    "requests_per_minute": _whole_number(0, 1_000_000),
    "burst": _whole_number(1, 1_000_000),
    "access_log": _optional_path,
}

_QUERY_LOG_READERS: dict[str, Callable[[object, str], object]] = {
    "path": _optional_path,
    "days": _whole_number(1, 3_660),
    "megabytes": _whole_number(4, 100_000),
}

_READERS: dict[str, Callable[[object, str], object]] = {
    "content": _path,
    "index": _path,
    "title": _title,
    "timezone": _timezone,
    "language": _language,
    "url": _url,
    "page_size": _whole_number(1, LIMITS.page_size),
    "workers": _whole_number(0, _WORKERS),
    "memory_mb": _whole_number(16, 65_536),
    "cache_mb": _whole_number(0, 65_536),
    "exclude": _patterns,
    "synonyms": _synonyms,
    "synonym_groups": _synonym_groups,
    "pinned": _pinned,
    "semantic": _semantic,
    "recency": _recency,
    "web": _table(Web, _WEB_READERS),
    "query_log": _table(QueryLog, _QUERY_LOG_READERS),
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
