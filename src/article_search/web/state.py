"""What does the URL of a search say? The state of the search page: every option as it was written, and its changes.

A link is the state with one thing changed, so it works without JavaScript and can be shared. Parameters that there are
not are no part of it; who wants them named (api.py) asks for them. Not here: which options
there are and what they may say (query/search.py), which links a page shows (links.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

from article_search.language.folding import fold
from article_search.query.search import OPTIONS, SWITCH, Option, Search, Sort, read

_NAME_CHARS = 100  # of a parameter that is unknown
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")

# Numbers stand last, where a reader looks for the page.
_OPTIONS = {
    option.parameter: option
    for option in sorted(OPTIONS, key=lambda option: option.kind == "number")
    if option.parameter
}
PARAMETERS = tuple(_OPTIONS)


@dataclass(frozen=True, slots=True)
class State:
    """What stands in the URL of a search, unchecked: by the names of parameters, the texts that are not empty."""

    written: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def read(cls, query: str) -> State:
        """The state in the query part of a URL; of repeated options the first counts, but categories add up."""
        values: dict[str, list[str]] = {}
        for name, value in parse_qsl(query.removeprefix("?"), errors="replace"):
            values.setdefault(name, []).append(value)
        return cls().but(**{name: _read(option, values.get(name, ())) for name, option in _OPTIONS.items()})

    def but(self, **changes: str | Sequence[str]) -> State:
        """The same with other texts for some parameters; none or an empty one is the option's default."""
        texts = {name: (value,) if isinstance(value, str) else tuple(value) for name, value in changes.items()}
        merged = {**self.written, **texts}
        return State({name: merged[name] for name in PARAMETERS if any(merged.get(name, ()))})

    def __getitem__(self, name: str) -> str:
        """What a parameter says, the first of several texts, or nothing."""
        if name not in PARAMETERS:
            raise KeyError(name)
        return self.written[name][0] if name in self.written else ""

    @property
    def q(self) -> str:
        """The words."""
        return self["q"]

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories chosen."""
        return self.written.get("category", ())

    @property
    def blank(self) -> bool:
        """Whether nothing was asked for, so that the page shows its empty state."""
        return not self.written.keys() - {"limit"}

    def value(self, name: str) -> Any:
        """What an option is set to, its default where nothing is said. Raises OptionError."""
        option = _OPTIONS[name]
        return read(option, self.written[name]) if name in self.written else option.default

    def search(self, sort: Sort = "relevance") -> Search:
        """What is asked for, in that order if none is said. Raises OptionError."""
        values = {_OPTIONS[name].field: self.value(name) for name in self.written}
        return Search(**({"sort": sort} | values))

    def parameters(self) -> list[tuple[str, str]]:
        """What is said, as parameters of a URL."""
        return [(name, text) for name, texts in self.written.items() for text in texts]

    def link(self) -> str:
        """The state as the query part of a URL, with its question mark."""
        return "?" + urlencode(self.parameters())

    def turned(self, page: int) -> State:
        """Another page of the same answer."""
        return self.but(page=str(page) if page > 1 else "")

    def asking(self, q: str) -> State:
        """Other words under the same filters."""
        return self.but(q=q, exact="", page="")

    def as_typed(self) -> State:
        """The words as they stand, mistyped or not."""
        return self.but(exact="1", page="")

    def sorted_by(self, sort: Sort) -> State:
        """The same hits in another order."""
        return self.but(sort=sort, page="")

    def all_words(self) -> State:
        """Only articles with all of the words."""
        return self.but(any="", strict="1", page="")

    def each_one(self) -> State:
        """Also articles that say nearly the same as a better one."""
        return self.but(each="1", page="")

    def toggled(self, category: str) -> State:
        """One category more, or less if it is chosen."""
        rest = tuple(one for one in self.categories if not same(one, category))
        chosen = rest if len(rest) < len(self.categories) else (*rest, category)
        return self.but(category=chosen, page="")

    def only(self, category: str) -> State:
        """One category and no other."""
        return self.but(category=category, page="")

    def between(self, since: str, until: str) -> State:
        """Other dates."""
        return self.but(since=since, until=until, page="")

    def without(self, name: str) -> State:
        """One parameter taken back to its default."""
        return self.but(**{name: "", "page": ""})

    def unfiltered(self) -> State:
        """The same words without any filter."""
        filters = [name for name, option in _OPTIONS.items() if option.narrows or option.chip]
        return self.but(**dict.fromkeys((*filters, "page"), ""))

    def hidden(self) -> list[tuple[str, str]]:
        """What a form with fields for the words, the dates, ``any`` and ``strict`` must carry besides. Other words may
        be mistyped in another way."""
        return [(name, text) for name, text in self.parameters() if _OPTIONS[name].carried]


def clean(text: str, chars: int) -> str:
    """A parameter as one printable line of at most ``chars`` characters."""
    return _UNPRINTABLE.sub(" ", text[:chars]).strip()


def _read(option: Option, values: Sequence[str]) -> tuple[str, ...]:
    """What a URL says of an option, as short printable lines, each once."""
    # One over the limit is let through, so that the engine can tell the reader of it.
    taken = values[: option.highest + 1 if option.kind == "texts" else 1]
    return tuple(dict.fromkeys(filter(None, (clean(one, option.chars) for one in taken))))


def is_yes(text: str) -> bool:
    """Whether a parameter says yes."""
    return SWITCH.get(text.lower(), False)


def is_no(text: str) -> bool:
    """Whether a parameter says no, or nothing."""
    return not SWITCH.get(text.lower(), True)


def same(one: str, other: str) -> bool:
    """Whether two categories are the same to a reader: the engine tells neither case nor accents apart."""
    return [fold(word) for word in one.split()] == [fold(word) for word in other.split()]  # word by word, as it does


def unknown_parameters(query: str) -> list[str]:
    """The names in the query part of a URL that mean nothing here, each once, as short printable lines."""
    names = dict.fromkeys(
        clean(name, _NAME_CHARS) for name, _ in parse_qsl(query.removeprefix("?"), True, errors="replace")
    )
    return [name for name in names if name and name not in PARAMETERS]
