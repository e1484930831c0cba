"""What stands on the search page for a question and its answer? The state in its URL, and every link made from it.

A link is the state with one thing changed, so it works without JavaScript and can be shared. Not here: HTTP, HTML
(web.py and the templates), and whether an option's value is right (the engine says so).
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlencode

from article_search.answering.results import SORTS, Facet, Results, Sort
from article_search.errors import OptionError
from article_search.language.folding import fold
from article_search.limits import LIMITS

_VISIBLE_FACETS = 10  # values of a facet shown unfolded
_BARS = 36  # of the histogram; more are too narrow to be hit
_LOWEST = 3  # percent of the highest bar; a lower one would not be seen
_UNITS = (1, 3, 12, 120, 1200)  # months a bar may stand for
_OPTION_CHARS = 100  # of a date, a number or a sort order: longer ones are wrong anyway
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
_YEAR = re.compile(r"(?!0000)[0-9]{4}$")
_MONTH = re.compile(r"(?!0000)[0-9]{4}-(?:0[1-9]|1[0-2])$")
_YES = frozenset({"1", "true", "yes", "on"})
_NO = frozenset({"", "0", "false", "no", "off"})


PARAMETERS = (
    "q",
    "category",
    "since",
    "until",
    "sort",
    "any",
    "strict",
    "each",
    "exact",
    "typing",
    "expand",
    "limit",
    "page",
)


@dataclass(frozen=True, slots=True)
class State:
    """All that can stand in the URL of a search, as it was written: nothing is checked before it is used."""

    q: str = ""
    categories: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    sort: str = ""
    any: str = ""
    strict: str = ""
    each: str = ""
    exact: str = ""
    typing: str = ""
    expand: str = ""
    limit: str = ""
    page: str = ""

    @classmethod
    def read(cls, query: str) -> State:
        """The state in the query part of a URL; of repeated options the first counts, but categories add up."""
        values: dict[str, list[str]] = {}
        for name, value in parse_qsl(query.removeprefix("?"), errors="replace"):
            values.setdefault(name, []).append(value)

        def first(name: str, chars: int = _OPTION_CHARS) -> str:
            return clean(values.get(name, [""])[0], chars)

        # One over the limit is let through, so that the engine can tell the reader of it.
        raw = values.get("category", [])[: LIMITS.filter_values + 1]
        categories = dict.fromkeys(filter(None, (clean(one, LIMITS.category_chars) for one in raw)))
        return cls(
            q=first("q", LIMITS.query_chars + 1),
            categories=tuple(categories),
            since=first("since"),
            until=first("until"),
            sort=first("sort"),
            any=first("any"),
            strict=first("strict"),
            each=first("each"),
            exact=first("exact"),
            typing=first("typing"),
            expand=first("expand"),
            limit=first("limit"),
            page=first("page"),
        )

    @property
    def blank(self) -> bool:
        """Whether nothing was asked for, so that the page shows its empty state."""
        return self == State(limit=self.limit)

    @property
    def filtered(self) -> bool:
        """Whether the answer is narrowed by anything but the words."""
        return bool(self.categories or self.since or self.until)

    @property
    def wants_any(self) -> bool:
        """Whether any of the words will do. Raises OptionError."""
        return _yes("any", self.any)

    @property
    def wants_strict(self) -> bool:
        """Whether articles with only some of the words are refused. Raises OptionError."""
        return _yes("strict", self.strict)

    @property
    def wants_each(self) -> bool:
        """Whether articles that say nearly the same as a better one are shown too. Raises OptionError."""
        return _yes("each", self.each)

    @property
    def wants_exact(self) -> bool:
        """Whether words are taken as they were typed. Raises OptionError."""
        return _yes("exact", self.exact)

    @property
    def is_typing(self) -> bool:
        """Whether the last word is not finished yet. Raises OptionError."""
        return _yes("typing", self.typing)

    @property
    def wants_expansion(self) -> bool:
        """Whether words that the first articles share count too. Raises OptionError."""
        return _yes("expand", self.expand)

    def sorting(self, default: Sort = "relevance") -> Sort:
        """The sort order asked for. Raises OptionError."""
        if not self.sort:
            return default
        for sort in SORTS:
            if self.sort.lower() == sort:
                return sort
        raise OptionError("sort", f"sort: {self.sort!r} is none of {', '.join(SORTS)}")

    def page_size(self) -> int | None:
        """Hits a page, None: the site's default. Raises OptionError."""
        return number("limit", self.limit, LIMITS.page_size) if self.limit else None

    def page_number(self) -> int:
        """The page asked for, from 1. Raises OptionError."""
        return number("page", self.page, LIMITS.page_depth) if self.page else 1

    def parameters(self) -> list[tuple[str, str]]:
        """The parts that say something, as parameters of a URL."""
        pairs = [
            ("q", self.q),
            *(("category", category) for category in self.categories),
            ("since", self.since),
            ("until", self.until),
            ("sort", self.sort),
            ("any", self.any),
            ("strict", self.strict),
            ("each", self.each),
            ("exact", self.exact),
            ("typing", self.typing),
            ("expand", self.expand),
            ("limit", self.limit),
            ("page", self.page),
        ]
        return [(name, value) for name, value in pairs if value]

    def link(self) -> str:
        """The state as the query part of a URL, with its question mark."""
        return "?" + urlencode(self.parameters())

    def turned(self, page: int) -> State:
        """Another page of the same answer."""
        return replace(self, page=str(page) if page > 1 else "")

    def asking(self, q: str) -> State:
        """Other words under the same filters."""
        return replace(self, q=q, exact="", page="")

    def as_typed(self) -> State:
        """The words as they stand, mistyped or not."""
        return replace(self, exact="1", page="")

    def sorted_by(self, sort: Sort) -> State:
        """The same hits in another order."""
        return replace(self, sort=sort, page="")

    def any_word(self) -> State:
        """Any of the words will do."""
        return replace(self, any="1", strict="", page="")

    def all_words(self) -> State:
        """Only articles with all of the words."""
        return replace(self, any="", strict="1", page="")

    def each_one(self) -> State:
        """Also articles that say nearly the same as a better one."""
        return replace(self, each="1", page="")

    def toggled(self, category: str) -> State:
        """One category more, or less if it is chosen."""
        rest = tuple(one for one in self.categories if not same(one, category))
        chosen = rest if len(rest) < len(self.categories) else (*rest, category)
        return replace(self, categories=chosen, page="")

    def only(self, category: str) -> State:
        """One category and no other."""
        return replace(self, categories=(category,), page="")

    def between(self, since: str, until: str) -> State:
        """Other dates."""
        return replace(self, since=since, until=until, page="")

    def without(self, option: str) -> State:
        """One option, named as in OptionError, taken back to its default."""
        name = "categories" if option in ("category", "categories") else option
        change: dict[str, Any] = {"page": "", name: () if name == "categories" else ""}
        return replace(self, **change)

    def unfiltered(self) -> State:
        """The same words without any filter."""
        return replace(self, categories=(), since="", until="", any="", strict="", exact="", page="")

    def hidden(self) -> list[tuple[str, str]]:
        """What a form with fields for the words, the dates, ``any`` and ``strict`` must carry besides. Other words may
        be mistyped in another way."""
        shown = ("q", "since", "until", "any", "strict", "exact", "typing", "page")
        return [(name, value) for name, value in self.parameters() if name not in shown]


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the page: its text, where it leads, how many hits wait there, and whether it is in force now. ``key``
    names what it is about, the same on the page it leads to."""

    text: str
    href: str
    count: int | None = None
    active: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of the histogram: ``count`` articles of the days ``since`` to ``until``, ``height`` in percent of the
    highest bar's, and whether it lies in the chosen span."""

    text: str
    short: str
    since: str
    until: str
    count: int
    height: int
    href: str
    active: bool = False


@dataclass(frozen=True, slots=True)
class Fold:
    """The values of a facet: those ``shown`` and those ``folded`` away until asked for."""

    shown: tuple[Link, ...]
    folded: tuple[Link, ...]


def clean(text: str, chars: int) -> str:
    """A parameter as one printable line of at most ``chars`` characters."""
    return _UNPRINTABLE.sub(" ", text[:chars]).strip()


def number(option: str, text: str, highest: int) -> int:
    """A whole number from 1 to ``highest``. Raises OptionError."""
    if text.isascii() and text.isdigit() and 1 <= int(text) <= highest:
        return int(text)
    raise OptionError(option, f"{option}: {text!r} is not a whole number from 1 to {highest:,}")


def _yes(option: str, text: str) -> bool:
    """A yes or a no; nothing is no. Raises OptionError."""
    value = text.lower()
    if value not in _YES | _NO:
        raise OptionError(option, f"{option}: {text!r} is neither 1, true, yes or on nor 0, false, no or off")
    return value in _YES


def is_yes(text: str) -> bool:
    """Whether a parameter says yes."""
    return text.lower() in _YES


def unknown_parameters(query: str) -> list[str]:
    """The names in the query part of a URL that mean nothing here, each once, as short printable lines."""
    names = dict.fromkeys(
        clean(name, _OPTION_CHARS) for name, _ in parse_qsl(query.removeprefix("?"), True, errors="replace")
    )
    return [name for name in names if name and name not in PARAMETERS]


def is_day(text: str) -> bool:
    """Whether a date is a day as a browser's date field takes it: ``YYYY-MM-DD``, and one that exists."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def same(one: str, other: str) -> bool:
    """Whether two categories are the same to a reader: the engine tells neither case nor accents apart."""
    return [fold(word) for word in one.split()] == [fold(word) for word in other.split()]  # word by word, as it does


def month_span(month: str) -> tuple[str, str]:
    """First and last day of ``YYYY-MM``."""
    year, number = (int(part) for part in month.split("-"))
    return f"{month}-01", f"{month}-{calendar.monthrange(year, number)[1]:02}"


def chips(state: State) -> list[Link]:
    """The filters in force, each as a link that takes it away."""
    found = [Link(one, state.toggled(one).link(), key=f"category {one}") for one in state.categories]
    span = _whole_months(state)
    if span:
        found.append(Link(_period(*span), state.between("", "").link(), key="dates"))
    elif is_day(state.since) and is_day(state.until) and state.since < state.until:
        found.append(Link(_days_said(state.since, state.until), state.between("", "").link(), key="dates"))
    else:
        if state.since:
            found.append(Link(f"from {_spoken(state.since)}", state.without("since").link()))
        if state.until:
            found.append(Link(f"until {_spoken(state.until)}", state.without("until").link()))
    if state.any.lower() not in _NO:
        found.append(Link("any of the words", state.without("any").link()))
    if state.strict.lower() not in _NO:
        found.append(Link("all of the words", state.without("strict").link()))
    if state.each.lower() not in _NO:
        found.append(Link("near-copies too", state.without("each").link()))
    if state.exact.lower() not in _NO:
        found.append(Link("words as typed", state.without("exact").link()))
    return found


def category_links(state: State, facets: Sequence[Facet]) -> Fold:
    """The categories of an answer, each as a link that chooses it or lets it go; chosen ones are never folded away."""
    links = []
    for facet in facets:
        active = any(same(facet.value, category) for category in state.categories)
        there = state.toggled(facet.value).link()
        links.append(Link(facet.value, there, facet.count, active, f"category {facet.value}"))
    return _folded(links)


def histogram(state: State, facets: Sequence[Facet]) -> tuple[Bar, ...]:
    """The months of an answer as bars from the first to the last, those between that no article is of included.

    None where all are of one month that is not chosen: there is nothing to choose. Where they are too many for a
    chart, a bar stands for a quarter, a year, a decade or a century. A bar that is the chosen span leads back to all
    dates.
    """
    counts = {_month_number(facet.value): facet.count for facet in facets}
    if not counts:
        return ()
    first, last = min(counts), max(counts)
    unit = next((unit for unit in _UNITS if last // unit - first // unit < _BARS), _UNITS[-1])
    heights: dict[int, int] = dict.fromkeys(range(first // unit, last // unit + 1), 0)
    for month, count in counts.items():
        heights[month // unit] += count
    highest = max(heights.values())
    chosen = _chosen(state)
    bars = []
    for place, count in heights.items():
        span = since, until = _days(place * unit, unit)
        active = chosen is not None and chosen[0] <= since and until <= chosen[1]
        there = state.between("", "") if chosen == span else state.between(since, until)
        height = max(_LOWEST, round(100 * count / highest)) if count else 0
        bars.append(
            Bar(
                _period(since, until),
                _period(since, until, short=True),
                since,
                until,
                count,
                height,
                there.link(),
                active,
            )
        )
    return tuple(bars) if len(bars) > 1 or bars[0].active else ()


def _month_number(month: str) -> int:
    year, number = (int(part) for part in month.split("-"))
    return year * 12 + number - 1


def _days(month: int, months: int) -> tuple[str, str]:
    """First and last day of so many months from the one of this number on; the calendar begins with the year 1."""
    first, last = max(month, 12), month + months - 1
    days = calendar.monthrange(last // 12, last % 12 + 1)[1]
    return f"{first // 12:04}-{first % 12 + 1:02}-01", f"{last // 12:04}-{last % 12 + 1:02}-{days}"


def _chosen(state: State) -> tuple[str, str] | None:
    """The first and the last day of the dates in force, where these are plain dates; open ends are ends of time."""
    if not (state.since or state.until):
        return None
    since, until = _plain_days(state.since), _plain_days(state.until)
    if (state.since and not since) or (state.until and not until):
        return None
    return since[0] if since else "", until[1] if until else "~"


def _whole_months(state: State) -> tuple[str, str] | None:
    """The first and the last day of the dates in force, where they are those of months."""
    span = _chosen(state)
    if span and _MONTH.match(span[0][:7]) and _MONTH.match(span[1][:7]):
        (since, _), (_, until) = month_span(span[0][:7]), month_span(span[1][:7])
        return span if span == (since, until) and since < until else None
    return None


def _plain_days(written: str) -> tuple[str, str] | None:
    """The first and the last day of a day, a month or a year; None for words."""
    if _MONTH.match(written):
        return month_span(written)
    if _YEAR.match(written):
        return f"{written}-01-01", f"{written}-12-31"
    return (written, written) if is_day(written) else None


def day_said(day: date) -> str:
    """A day as readers say it: ``20 September 2020``."""
    return f"{day.day} {calendar.month_name[day.month]} {day.year}"


def _spoken(written: str) -> str:
    """A date as readers say it; words as they are."""
    if is_day(written):
        return day_said(date.fromisoformat(written))
    return _period(*month_span(written)) if _MONTH.match(written) else written


def _days_said(since: str, until: str) -> str:
    """A span of days as readers say it: ``10–20 September 2020``."""
    first, last = date.fromisoformat(since), date.fromisoformat(until)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{day_said(last)}"
    if first.year == last.year:
        return f"{first.day} {calendar.month_name[first.month]} – {day_said(last)}"
    return f"{day_said(first)} – {day_said(last)}"


def _period(since: str, until: str, short: bool = False) -> str:
    """A span of whole months as readers say it."""
    names = calendar.month_abbr if short else calendar.month_name
    (year, first, _), (end, last, _) = (map(int, day.split("-")) for day in (since, until))
    if year != end:
        return f"{year}–{end}" if short else f"{year} to {end}"
    if (first, last) == (1, 12):
        return f"{year}"
    if first == last:
        return f"{names[first]} {year}"
    return f"{names[first]}–{names[last]} {year}" if short else f"{names[first]} to {names[last]} {year}"


def _folded(links: Sequence[Link]) -> Fold:
    # A fold that hides two or three values costs more than it saves.
    visible = len(links) if len(links) <= _VISIBLE_FACETS + 3 else _VISIBLE_FACETS
    shown = [link for place, link in enumerate(links) if place < visible or link.active]
    folded = [link for place, link in enumerate(links) if place >= visible and not link.active]
    return Fold(tuple(shown), tuple(folded))


def sort_links(state: State, current: Sort) -> list[Link]:
    """The sort orders; relevance only where there are words to be relevant to."""
    orders = SORTS if state.q else SORTS[1:]
    return [Link(sort.capitalize(), state.sorted_by(sort).link(), active=sort == current) for sort in orders]


def last_page(results: Results, limit: int) -> int:
    """The last page that can be turned to."""
    return max(1, min(results.pages, LIMITS.page_depth // limit))


def page_links(state: State, page: int, last: int) -> list[Link | None]:
    """The first, the last and the nearby pages; None where some are left out."""

    def page_link(number: int) -> Link:
        return Link(f"{number:,}", state.turned(number).link(), active=number == page)

    near = sorted({1, last, *range(max(1, page - 2), min(last, page + 2) + 1)})
    links: list[Link | None] = []
    for before, here in zip([0, *near], near, strict=False):
        if here == before + 2:
            links.append(page_link(here - 1))  # a gap would be no shorter
        elif here > before + 2:
            links.append(None)
        links.append(page_link(here))
    return links


def advice(state: State) -> list[Link]:
    """What may help when nothing was found: links that take filters away or ask for less."""
    links = []
    links += [Link(f"Remove the filter “{chip.text}”", chip.href) for chip in chips(state)]
    if len(links) > 1:
        links.append(Link("Remove all filters", state.unfiltered().link()))
    return links
