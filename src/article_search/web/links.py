"""Which links does a search page show beside its hits? Filters and orders to choose or let go, other pages, advice.

Not here: how a link is written (state.py), the histogram of months (histogram.py), HTML (the templates).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from article_search.answering.results import Facet, Results
from article_search.query import search
from article_search.query.search import OPTIONS, SORTS, Sort
from article_search.web.days import days_said, is_day, period, spoken, whole_months
from article_search.web.state import State, is_no, same

_VISIBLE_FACETS = 10  # values of a facet shown unfolded


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
class Fold:
    """The values of a facet: those ``shown`` and those ``folded`` away until asked for."""

    shown: tuple[Link, ...]
    folded: tuple[Link, ...]


def chips(state: State) -> list[Link]:
    """The filters in force, each as a link that takes it away."""
    found = [Link(one, state.toggled(one).link(), key=f"category {one}") for one in state.categories]
    found += _date_chips(state)
    found += [
        Link(option.chip, state.without(option.parameter).link())
        for option in OPTIONS
        if option.chip and not is_no(state[option.parameter])
    ]
    return found


def _date_chips(state: State) -> list[Link]:
    since, until = state["since"], state["until"]
    if span := whole_months(since, until):
        return [Link(period(*span), state.between("", "").link(), key="dates")]
    if is_day(since) and is_day(until) and since < until:
        return [Link(days_said(since, until), state.between("", "").link(), key="dates")]
    ends = ("since", f"from {spoken(since)}"), ("until", f"until {spoken(until)}")
    return [Link(text, state.without(name).link()) for name, text in ends if state[name]]


def category_links(state: State, facets: Sequence[Facet]) -> Fold:
    """The categories of an answer, each as a link that chooses it or lets it go; chosen ones are never folded away."""
    links = []
    for facet in facets:
        active = any(same(facet.value, category) for category in state.categories)
        there = state.toggled(facet.value).link()
        links.append(Link(facet.value, there, facet.count, active, f"category {facet.value}"))
    return _folded(links)


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
    return max(1, min(results.pages, search.last_page(limit)))


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
