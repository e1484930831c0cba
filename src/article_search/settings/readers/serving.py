"""What does a site say of serving its search? Title, who may ask and how often, what is kept of it; terminals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from article_search.errors import SettingsError
from article_search.late import pattern
from article_search.settings.readers.plain import optional_path, shown, string, table, whole_number
from article_search.settings.values import QueryLog, Terminal, Web

if TYPE_CHECKING:
    from article_search.settings.values import Network

_TITLE_CHARS = 200
_ORIGINS = 100  # each answer to a script of another site looks through them
_ORIGIN = pattern(r"https?://(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:.]+\])(?::[1-9][0-9]{0,4})?")
_UNIX = "unix"  # a proxy that comes by a socket of the file system has no address


def title(value: object, where: str) -> str:
    """The heading of the search page: one line."""
    text = string(value, where).strip()
    if not text.isprintable() or not 0 < len(text) <= _TITLE_CHARS:
        raise SettingsError(f"{where} must be one line of 1 to {_TITLE_CHARS} characters, not {shown(value)}")
    return text


def _address(value: object, where: str) -> str:
    from article_search.reading import links

    address = string(value, where).rstrip("/")
    if address and not (_ORIGIN.fullmatch(address) and links.is_safe(address)):
        raise SettingsError(f'{where} must be like "https://search.example.org", not {shown(value)}')
    return address


def _origins(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > _ORIGINS:
        raise SettingsError(f'{where} must be a list of sites such as ["https://www.example.org"]')
    for origin in value:
        if not isinstance(origin, str) or not _ORIGIN.fullmatch(origin):
            raise SettingsError(
                f"{where}: {shown(origin)} is no origin; write it as browsers do: scheme, host in small letters,"
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
            found.append(_UNIX if proxy == _UNIX else ipaddress.ip_network(string(proxy, where)))
        except ValueError as error:
            raise SettingsError(
                f'{where}: {shown(proxy)} is neither an address nor a network nor "unix": {error}'
            ) from None
    return tuple(found)


web = table(
    Web,
    {
        "address": _address,
        "origins": _origins,
        "proxies": _proxies,
        "requests_per_minute": whole_number(0, 1_000_000),
        "burst": whole_number(1, 1_000_000),
        "access_log": optional_path,
    },
)

query_log = table(
    QueryLog,
    {
        "path": optional_path,
        "days": whole_number(1, 3_660),
        "megabytes": whole_number(4, 100_000),
    },
)

terminal = table(Terminal, {"resident_minutes": whole_number(0, 24 * 60)})
