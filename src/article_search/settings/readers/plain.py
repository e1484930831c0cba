"""How are texts, numbers, paths, switches and tables of articles.toml read, and how does a message show them?

Not here: what any one key means.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from reprlib import Repr

from article_search.errors import SettingsError
from article_search.settings.paths import check_path

_SHOWN = 60  # characters of a value in a message
_REPR = Repr()
_REPR.maxstring = _REPR.maxlong = _REPR.maxother = 2 * _SHOWN
_REPR.maxlist = _REPR.maxtuple = _REPR.maxdict = _SHOWN // 2
_REPR.maxlevel = 4

Reader = Callable[[object, str], object]


def did_you_mean(word: str, known: Collection[str]) -> str:
    """The end of a message: the known name that was probably meant, or nothing."""
    import difflib

    by_folded = {name.casefold(): name for name in known}
    near = difflib.get_close_matches(word.casefold()[:100], by_folded, n=1)
    return f" (did you mean {by_folded[near[0]]}?)" if near else ""


def shown(value: object) -> str:
    """A value as a message shows it: one short line without control characters."""
    if isinstance(value, str):
        text = repr(value[:_SHOWN])
    else:
        try:
            text = " ".join(_REPR.repr(value).split())
        except Exception:  # of a program's own value; of a number with too many digits
            text = f"a value of type {type(value).__name__}"
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def string(value: object, where: str) -> str:
    """A text."""
    if not isinstance(value, str):
        raise SettingsError(f"{where} must be a text in quotes, not {shown(value)}")
    return value


def path(value: object, where: str) -> Path:
    """A path; relative ones are completed when the whole file is read."""
    text = string(value, where)
    check_path(text, where)
    return Path(text)


def optional_path(value: object, where: str) -> Path | None:
    """A path, or None for an empty text."""
    return path(value, where) if value != "" else None


def whole_number(low: int, high: int) -> Callable[[object, str], int]:
    """The reader of a whole number within bounds, both included."""

    def read(value: object, where: str) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise SettingsError(f"{where} must be a whole number from {low} to {high}, not {shown(value)}")
        return value

    return read


def number(value: object, where: str, low: float, high: float) -> float:
    """A number within bounds, both included."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
        raise SettingsError(f"{where} must be a number from {low:g} to {high:g}, not {shown(value)}")
    return float(value)


def check_keys(table: Collection[str], known: Collection[str], where: str) -> None:
    """Raises SettingsError for a key that is none of those known."""
    for key in table:
        if key not in known:
            hint = did_you_mean(key, known)
            raise SettingsError(f"{where}: {shown(key)} is no setting{hint}; valid are {', '.join(known)}")


def switch(value: object, where: str) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise SettingsError(f"{where} must be true or false, not {shown(value)}")
    return value


def table(make: Callable[..., object], readers: Mapping[str, Reader]) -> Reader:
    """The reader of a table whose keys have these readers."""

    def read(value: object, where: str) -> object:
        if not isinstance(value, dict):
            raise SettingsError(f"{where} must be a table of {', '.join(readers)}, not {shown(value)}")
        check_keys(value, readers, where)
        return make(**{key: readers[key](one, f"{where}: {shown(key)}") for key, one in value.items()})

    return read
