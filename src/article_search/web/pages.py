"""What stands on the pages? The front page, an answer and an article, each as the values its template shows.

Pages need no JavaScript and every state of them has a URL. Not here: which links there are (links.py), HTML (the
templates), requests that fail (failures.py).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from urllib.parse import unquote

from flask import Flask, Response, request, url_for
from jinja2 import StrictUndefined

from article_search.answering.results import Hit, Results, telling
from article_search.engine import Engine
from article_search.errors import OptionError
from article_search.language.days import iso
from article_search.query.describing import describe
from article_search.query.search import Sort
from article_search.reading.links import is_safe
from article_search.web import answers, links
from article_search.web.answers import ask, page
from article_search.web.days import day_said, is_day
from article_search.web.histogram import histogram
from article_search.web.links import Link
from article_search.web.query_log import QueryLog
from article_search.web.state import State, is_yes

_RELATED = 5  # articles offered below an article
_NEWEST = 5  # articles on the empty page


def furnish(app: Flask) -> None:
    """Gives the templates of an application what they need to be read strictly and to write dates."""
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}

    @app.template_filter()
    def day(moment: datetime) -> str:
        """A date as readers of the site write it."""
        return day_said(moment)

    app.add_template_filter(iso)
    app.add_template_test(is_day, "a_day")
    app.add_template_test(is_yes, "a_yes")


def front_page(engine: Engine, state: State) -> Response:
    """What to search for, made of the site itself: its categories and its newest articles."""
    newest = engine.search("", sort="newest", limit=_NEWEST)
    return page(
        "front.html",
        state=state,
        results=newest,
        categories=links.category_links(state, newest.facets.get("category", ())),
        address=_addresser(state),
        is_safe=is_safe,
    )


def answer_page(engine: Engine, state: State, log: QueryLog) -> Response:
    """The hits of a search and what one can do with them; where it cannot be read, what is wrong with it."""
    # Without words all articles are equally relevant; the newest are the ones a reader browses for.
    default: Sort = "relevance" if state.q else "newest"
    try:
        search = state.search(default)
        results = ask(engine, search)
    except OptionError as error:
        others = links.chips(state.without(error.option))  # what is wrong is said once, by the error
        return page("refused.html", 400, state=state, error=error, chips=others)
    # Neither what a browser fetches on its own nor letters on their way to a query.
    if not search.typing and "prefetch" not in request.headers.get("Sec-Purpose", ""):
        answers.remember(log, state, results)
    page_size = search.limit or engine.settings.page_size
    last = links.last_page(results, page_size)
    having_all = len(results.hits)
    if results.relaxed and search.sort == "relevance":
        having_all = max(0, results.strict_total - (results.page - 1) * page_size)
    return page(
        "answer.html",
        having_all=results.hits[:having_all],
        having_some=results.hits[having_all:],
        logged=engine.settings.query_log.path is not None,
        first=(results.page - 1) * page_size + 1,
        state=state,
        typing=search.typing,
        results=results,
        last=last,
        pages=links.page_links(state, results.page, last),
        chips=links.chips(state),
        categories=links.category_links(state, results.facets.get("category", ())),
        months=histogram(state, results.facets.get("month", ())),
        sorts=links.sort_links(state, search.sort),
        advice=links.advice(state),
        strange=_strange_categories(engine, state, results),
        dates=_dates_meant(engine, state, results),
        telling=telling(results),
        address=_addresser(state.asking(results.suggestion or "") if results.corrected else state),
        is_safe=is_safe,
    )


def _dates_meant(engine: Engine, state: State, results: Results) -> str | None:
    """The days that the date filters name; if nothing was found."""
    since, until = state["since"], state["until"]
    if results.total or not (since or until):
        return None
    return describe(engine.span(since, until), engine.settings.timezone)


def _strange_categories(engine: Engine, state: State, results: Results) -> list[tuple[str, list[Link]]]:
    """Categories asked for that no article has, each with links to those it may stand for; if nothing was found."""
    if results.total:
        return []
    near = ((name, engine.near_categories(name)) for name in state.categories)
    return [
        (name, [Link(one, state.toggled(name).toggled(one).link()) for one in others])
        for name, others in near
        if others is not None
    ]


def article_page(engine: Engine, state: State, id: str) -> Response:
    """An article, and others like it. Raises NotFoundError."""
    exact, verbatim = state.value("exact"), state.value("verbatim")
    view = engine.view(id, state.q, exact=exact, verbatim=verbatim, related=_RELATED)
    hit = view.document.hit
    return page(
        "article.html",
        hit=hit,
        state=state,
        paragraphs=view.paragraphs,
        elsewhere=hit.url if is_safe(hit.url) and not _is_own(hit) else None,
        related=view.related,
        address=_addresser(state),
        is_safe=is_safe,
    )


def _addresser(state: State) -> Callable[[Hit], str]:
    """Where the title of a hit leads: the site's own page, else the one here, which knows the search it came from."""

    def address(hit: Hit) -> str:
        if is_safe(hit.url) and not _is_own(hit):
            return hit.url
        return url_for("article", id=hit.id) + (state.link() if state.parameters() else "")

    return address


def _is_own(hit: Hit) -> bool:
    return unquote(hit.url) == f"/article/{hit.id}"
