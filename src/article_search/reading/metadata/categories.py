"""Under which categories does an article stand? Categories and tags, in every shape they are written in.

Not here: which spellings are one category to all articles (category_key of language/folding.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from article_search.limits import LIMITS
from article_search.reading.metadata.values import NOTHING, PLACEHOLDER, Values, one_line

_CATEGORIES = ("categories", "category")
_TAGS = ("tags", "tag")


def categories(values: Values) -> tuple[tuple[str, ...], int]:
    """Categories and tags in order, each once (case does not tell two apart), and how many of them are no tags."""
    found: dict[str, str] = {}
    by_key = values.by_key
    taxonomies = by_key.get("taxonomies")  # where Zola keeps them
    if isinstance(taxonomies, dict):
        by_key = {**taxonomies, **by_key}
    of_categories = 0
    for key in (*_CATEGORIES, *_TAGS):
        for name in _names(by_key.get(key), key):
            name = one_line(name) if not name.isalnum() else name
            if len(name) > LIMITS.category_chars:
                values.note(f"a name in {key} is over {LIMITS.category_chars} characters long; cut off", key)
                name = name[: LIMITS.category_chars].rstrip()
            if not name or name.casefold() in found:
                continue
            if len(found) >= LIMITS.categories:
                values.note(f"over {LIMITS.categories} categories; the rest was left off", key)
                return tuple(found.values()), of_categories or len(found)
            found[name.casefold()] = name
        if key in _CATEGORIES:
            of_categories = len(found)
    return tuple(found.values()), of_categories


def _names(value: object, key: str) -> Iterator[str]:
    """The single names in a value of any shape. Shared and nested lists are walked for a bounded time."""
    if isinstance(value, str):
        value = _split(value, key)
    waiting = [value]
    for _ in range(LIMITS.categories * 100):
        if not waiting:
            return
        item = waiting.pop()
        if isinstance(item, list):
            waiting.extend(reversed(item[: LIMITS.categories * 10]))
        elif isinstance(item, dict):
            waiting.append(_name_of(item))
        elif isinstance(item, str):
            name = item.strip()
            name = name.lstrip("#") if name[1:] else name
            if name.lower() not in NOTHING and not PLACEHOLDER.fullmatch(name):
                yield name


def _name_of(item: dict[str, object]) -> object:
    """The name in a mapping; of ``C++: an introduction``, a pair only to YAML, the whole."""
    for key in ("name", "title", "label", "slug"):
        if isinstance(item.get(key), str):
            return item[key]
    if len(item) == 1:
        ((key, value),) = item.items()
        return f"{key}: {value}" if isinstance(value, str) and value else [key, value]
    return list(item)


def _split(text: str, key: str) -> list[object]:
    """Names separated by commas, or by hash signs or blanks if there are none; ``category`` holds one name."""
    if PLACEHOLDER.fullmatch(text):
        return []
    for separators in (r"[,，、]", r";"):
        if re.search(separators, text):
            return list(re.split(separators, text))
    if text.lstrip().startswith("#"):
        return [name for name in re.split(r"(?:^|\s)#", text) if name]
    return list(text.split()) if key in ("categories", "tags") else [text]
