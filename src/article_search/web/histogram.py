"""When were the articles of an answer written? Its months as the bars of a histogram, each a link to its days.

Not here: how a bar is drawn (the templates and scripts), how its days are said (days.py).
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass

from article_search.answering.results import Facet
from article_search.web.days import Span, period, span_of
from article_search.web.state import State

_BARS = 36  # more are too narrow to be hit
_LOWEST = 3  # percent of the highest bar; a lower one would not be seen
_UNITS = (1, 3, 12, 120, 1200)  # months a bar may stand for


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
    chosen = span_of(state["since"], state["until"])
    bars = []
    for place, count in heights.items():
        span = since, until = _days(place * unit, unit)
        active = chosen is not None and chosen[0] <= since and until <= chosen[1]
        there = state.between("", "") if chosen == span else state.between(since, until)
        height = max(_LOWEST, round(100 * count / highest)) if count else 0
        bars.append(
            Bar(
                period(since, until),
                period(since, until, short=True),
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


def _days(month: int, months: int) -> Span:
    """First and last day of so many months from the one of this number on; the calendar begins with the year 1."""
    first, last = max(month, 12), month + months - 1
    days = calendar.monthrange(last // 12, last % 12 + 1)[1]
    return f"{first // 12:04}-{first % 12 + 1:02}-01", f"{last // 12:04}-{last % 12 + 1:02}-{days}"
