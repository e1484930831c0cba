"""What was recognised of a site, by what, and which settings follow? Also what several generators have in common.

Not here: any one generator.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from article_search.limits import LIMITS
from article_search.reading import links

_SHOWN = 300  # characters of a note, which may repeat what the settings say


@dataclass(frozen=True, slots=True)
class Found:
    """A generator, and the file or folder that gave it away; ``settings`` by their keys in articles.toml, ``notes``
    about what of the site's own settings is not carried over."""

    generator: str
    by: str
    settings: Mapping[str, Any]
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        more = len(self.notes) - LIMITS.warnings
        self.notes[LIMITS.warnings :] = [f"and so on, {more} times more"] if more > 0 else []
        self.notes[:] = [note if len(note) <= _SHOWN else note[:_SHOWN] + "…" for note in self.notes]


def settings(**values: Any) -> dict[str, Any]:
    """Settings without those that say nothing."""
    return {key: value for key, value in values.items() if value not in (None, "", [], {}, ())}


def text(value: object) -> str:
    """A value as text; empty for what is none."""
    return value.strip() if isinstance(value, str) else ""


def table(value: object) -> dict[str, Any]:
    """A value as a table; empty for what is none."""
    return value if isinstance(value, dict) else {}


def texts(value: object) -> list[str]:
    """A value as a list of texts."""
    if isinstance(value, str):
        return [value] if value.strip() else []
    return [one for one in value if isinstance(one, str)] if isinstance(value, list | tuple) else []


def base_url(host: str, path: str = "") -> str:
    """Where a site begins, from what generators call its URL and its base."""
    host, path = host.strip().rstrip("/"), path.strip().strip("/")
    if path.startswith(("http://", "https://")):
        return path
    of_web = host.startswith(("http://", "https://")) and links.is_safe(host)
    if not of_web or "localhost" in host or "127.0.0.1" in host:
        host = ""
    if path and host and urlsplit(host).path.strip("/") == path:
        return host
    return f"{host}/{path}" if path else host


def ids(patterns: list[str]) -> list[str]:
    """Patterns of the site's folder as patterns of ours: ``./a/`` is ``a``."""
    return [one.removeprefix("./") for one in patterns if one.strip("./")]


def switched(value: object) -> bool:
    """Whether a switch is on, in a file whose values may all be text."""
    return value is True or (isinstance(value, str) and value.strip().lower() in ("true", "yes", "on"))
