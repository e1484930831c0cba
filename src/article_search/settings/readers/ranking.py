"""What does a site say of the order of answers? How age counts, and likeness."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from article_search.errors import SettingsError
from article_search.settings.readers.plain import check_keys, number, shown, switch
from article_search.settings.values import Recency, Semantic


def recency(value: object, where: str) -> Recency:
    """How age counts; both keys are needed."""
    bounds = {"half_life": (0.01, 36_500.0), "weight": (0.0, 0.9)}
    if not isinstance(value, dict):
        raise SettingsError(f"{where} must be a table with half_life (in days) and weight, not {shown(value)}")
    check_keys(value, bounds, where)
    for key in bounds:
        if key not in value:
            raise SettingsError(f"{where}: {key} is missing; a half-life in days and a weight are needed")
    return Recency(**{key: number(value[key], f"{where}: {key}", *bounds[key]) for key in bounds})


def semantic(value: object, where: str) -> Semantic:
    """How likeness counts."""
    if not isinstance(value, dict):
        raise SettingsError(f"{where} must be a table, [semantic] with a line enabled = true, not {shown(value)}")
    readers: dict[str, Callable[[object, str], Any]] = {
        "enabled": switch,
        "weight": lambda each, key: number(each, key, 0, 2),
    }
    check_keys(value, readers, where)
    return Semantic(**{key: readers[key](each, f"{where}.{key}") for key, each in value.items()})
