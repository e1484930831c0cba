"""What does a site say of the cluster its index is in? Where it is, what it is called, how often it is kept.

Who signs in is said by the environment alone, since articles.toml lies in many a repository; so nothing here that may
hold a password is shown in a message. Not here: whether the cluster answers (backends).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from article_search.errors import SettingsError
from article_search.late import pattern
from article_search.settings.readers.plain import Reader, check_keys, number, optional_path, shown, string, whole_number
from article_search.settings.values import OpenSearch

USER, PASSWORD = "ARTICLES_OPENSEARCH_USER", "ARTICLES_OPENSEARCH_PASSWORD"
_SECRET = ("user", "password")
_HOSTS = 32  # any of them leads to all nodes of a cluster; more is no list that somebody keeps
_HOST = pattern(r"https?://(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\]):[1-9][0-9]{0,4}")
_PORTS = 65_535
_INDEX = pattern(r"[a-z0-9][a-z0-9_-]{0,99}")  # what OpenSearch takes, short enough for endings of ours


def opensearch(value: object, where: str) -> OpenSearch:
    """The cluster as articles.toml says it: without who signs in."""
    if not isinstance(value, dict):
        raise SettingsError(f"{where} must be a table of {', '.join(_READERS)}")
    for key in _SECRET:
        if key in value:
            raise SettingsError(f"{where}: {key!r} is not read from here; set {USER} and {PASSWORD} in the environment")
    check_keys(value, _READERS, where)
    found: dict[str, Any] = {key: _READERS[key](one, f"{where}: {shown(key)}") for key, one in value.items()}
    return OpenSearch(**found)


def given(value: object, where: str) -> OpenSearch:
    """The cluster as a program says it: a table with who signs in."""
    said = dict(value) if isinstance(value, dict) else {}
    user, password = (said.pop(key, None) for key in _SECRET)
    return _signed_in(opensearch(said, where), user, password, where, (f"{where}: user", f"{where}: password"))


def of_environment(cluster: OpenSearch, environment: Mapping[str, str]) -> OpenSearch:
    """The cluster with who signs in by the environment. Raises SettingsError."""
    user, password = environment.get(USER), environment.get(PASSWORD)
    return _signed_in(cluster, user, password, "opensearch in articles.toml", (USER, PASSWORD))


def _signed_in(cluster: OpenSearch, user: object, password: object, where: str, names: tuple[str, str]) -> OpenSearch:
    """The cluster with who signs in, whose settings have these names."""
    user, password = _secret(user, names[0]), _secret(password, names[1])
    if user is None and password is None:
        return replace(cluster, user=None, password=None)
    if user is None or password is None:
        has, lacks = names if password is None else names[::-1]
        raise SettingsError(f"{has} is set, but {lacks} is not; set both or neither")
    if ":" in user:
        raise SettingsError(f"{names[0]}: a user's name cannot hold a colon")
    for host in cluster.hosts:
        if host.startswith("http:") and not _is_loopback(urlsplit(host).hostname or ""):
            raise SettingsError(f"{where}: hosts: {host} would send the password unencrypted; write https://")
    return replace(cluster, user=user, password=password)


def _secret(value: object, name: str) -> str | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str) or not value.isprintable():  # nor half a character, which cannot be sent
        raise SettingsError(f"{name} must be one line of text")
    return value


def _is_loopback(host: str) -> bool:
    import ipaddress  # which only those who sign in need

    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _hosts(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > _HOSTS:
        raise SettingsError(f'{where} must be a list of up to {_HOSTS} addresses such as ["https://localhost:9200"]')
    return tuple(dict.fromkeys(_host(one, where) for one in value))


def _host(value: object, where: str) -> str:
    from article_search.reading import links

    if isinstance(value, str) and "@" in value:
        raise SettingsError(
            f"{where}: an address cannot hold a user or a password; set {USER} and {PASSWORD} in the environment"
        )
    host = value.rstrip("/").lower() if isinstance(value, str) else ""
    if not _HOST.fullmatch(host) or not links.is_safe(host) or int(host.rpartition(":")[2]) > _PORTS:
        raise SettingsError(f'{where}: {shown(value)} is not like "https://localhost:9200", with scheme, host and port')
    return host


def _index(value: object, where: str) -> str:
    name = string(value, where)
    if not _INDEX.fullmatch(name):
        raise SettingsError(
            f"{where} must be of up to 100 small letters a to z, digits, - and _, and begin with a letter or digit,"
            f" not {shown(name)}"
        )
    return name


_READERS: dict[str, Reader] = {
    "hosts": _hosts,
    "index": _index,
    "shards": whole_number(1, 1_024),  # no cluster takes more of one index
    "replicas": whole_number(0, 10),
    "ca_certs": optional_path,
    "timeout": lambda value, where: number(value, where, 0.1, 60),
}
