"""How does a site's search look over HTTP? ``create_app`` reads a request, calls the Engine and renders its answer.

Pages need no JavaScript and every state of them has a URL. Not here: what the links of the search page lead to
(search_page.py), the API, feeds and what clients may do (serving), how an answer is found (engine.py), static pages of
the site itself.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from flask import Flask, Response, abort, request, url_for
from jinja2 import StrictUndefined
from werkzeug.exceptions import BadHost, HTTPException, InternalServerError, TooManyRequests

from article_search import __version__
from article_search.answering import snippets
from article_search.answering.results import Document, Fragment, Hit, Results, Snippet, Sort, telling
from article_search.engine import Engine
from article_search.errors import IndexStateError, NoIndexError, NotFoundError, OptionError
from article_search.limits import LIMITS
from article_search.query.describing import describe
from article_search.reading.addresses import is_safe
from article_search.web import answers, api, clients, feeds, search_page
from article_search.web.access_log import AccessLog
from article_search.web.answers import TOOK, Revalidation, ask, digest, page, state_of_request
from article_search.web.compression import compress_answers
from article_search.web.origins import allow_origins
from article_search.web.query_log import QueryLog
from article_search.web.search_page import Link, State

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' https: http:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"  # no text becomes markup or script, whoever tries
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # a reader's query is nobody else's business
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_FOREVER = "public, max-age=31536000, immutable"
URL_BYTES = 64 * 2**10  # of a query string; a query of Limits.query_chars fits even when all of it is escaped
_POSTED_BYTES = 64 * 2**10  # of what is said of a hit that was opened, likewise
_MARKED_CHARS = 500_000  # texts beyond are shown without marks, which would take noticeable time ...
_MARKED_PARAGRAPHS = 5_000  # ... as do those in more pieces
_RELATED = 5  # articles offered below an article
_NEWEST = 5  # articles on the empty page
_LOGS = "article_search.logs"  # where an application keeps them
_UNCOUNTED = ("static", "search_box", "healthz")  # files a page is made of, and the watchman, have no limit of rate


def create_app(engine: Engine) -> Flask:
    """The search page, the API and the articles' own pages as a WSGI application.

    Settings decide on the logs, other sites and the rate of requests. Raises SettingsError when the access log cannot
    be written.
    """
    folder = web_files()
    app = Flask(__name__, template_folder=str(folder / "templates"), static_folder=str(folder / "static"))
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = _POSTED_BYTES
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    app.url_map.merge_slashes = False  # an id is taken as it stands
    assets = _digests(folder / "static")
    revalidated = Revalidation(engine, digest(__version__, repr(engine.settings), *_digests(folder).values()))
    log = QueryLog(engine.settings.query_log)
    app.extensions[_LOGS] = [log]

    @app.context_processor
    def _of_every_page() -> dict[str, Any]:
        return {"site": engine.settings.title, "asset": lambda name: url_for("static", filename=name, v=assets[name])}

    @app.template_filter()
    def day(moment: datetime) -> str:
        """A date as readers of the site write it."""
        return search_page.day_said(_local(moment, engine))

    @app.template_filter()
    def iso(moment: datetime) -> str:
        """A date for machines."""
        return _local(moment, engine).isoformat()

    app.add_template_test(search_page.is_day, "a_day")
    app.add_template_test(search_page.is_yes, "a_yes")

    _bound(app, engine)

    # The last that is named is the first to see an answer.
    compress_answers(app)
    allow_origins(app, engine.settings.web.origins)

    @app.after_request
    def _guarded(response: Response) -> Response:
        response.headers.update(_HEADERS)
        if request.endpoint == "static" and response.status_code in (200, 304):
            name = (request.view_args or {}).get("filename", "")
            current = request.query_string == f"v={assets.get(name)}".encode()
            response.headers["Cache-Control"] = _FOREVER if current else answers.REVALIDATE
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    @app.get("/")
    @revalidated
    def search() -> Response:
        state = state_of_request()
        return _front_page(engine, state) if state.blank else _answer_page(engine, state, log)

    @app.get("/article/<path:id>")
    @revalidated
    def article(id: str) -> Response:
        return _article_page(engine, api.checked_id(id))

    @app.get("/search-box.js")
    def search_box() -> Response:
        """The module that other pages load; it finds what it needs beside the file that it is led to."""
        response = Response(status=302, headers={"Cache-Control": answers.REVALIDATE})
        response.location = url_for("static", filename="search-box.js", v=assets["search-box.js"])
        return response

    @app.get("/healthz")
    def healthz() -> Response:
        try:
            return answers.as_json({"status": "ok", "articles": engine.search("", limit=1).total})
        except IndexStateError as error:
            app.logger.error("the search of the health check failed: %s", error)
        except Exception:
            app.logger.exception("the search of the health check failed")
        return answers.as_json({"status": "error"}, 503)

    @app.get("/robots.txt")
    def robots() -> Response:
        # The front page and the articles are for search engines; answers to queries are endless.
        lines = ["User-agent: *", "Allow: /article/", "Allow: /$", "Disallow: /?", "Disallow: /api/"]
        lines += ["Disallow: /feed.atom?", "Disallow: /suggest.json", ""]
        return Response("\n".join(lines), mimetype="text/plain")

    app.register_blueprint(api.blueprint(engine, revalidated, log))
    app.register_blueprint(feeds.blueprint(engine, revalidated))
    _handle_errors(app)
    if file := engine.settings.web.access_log:
        access_log = AccessLog(app.wsgi_app, file, TOOK)
        app.wsgi_app = access_log  # type: ignore[method-assign]
        app.extensions[_LOGS].append(access_log)
    return app


def close_logs(app: Flask) -> None:
    """Writes what an application's logs hold, and lets go of their files; for when it answers no more."""
    for log in app.extensions[_LOGS]:
        log.close()


def _bound(app: Flask, engine: Engine) -> None:
    """Refuses requests that are too large or, of one client, too many."""
    web = engine.settings.web
    buckets = clients.Buckets(web.requests_per_minute, web.burst) if web.requests_per_minute else None

    @app.before_request
    def _bounded() -> None:
        if clients.came_by_tls(request.environ, web.proxies):
            request.environ["wsgi.url_scheme"] = request.scheme = "https"
        if len(request.query_string) > URL_BYTES:
            abort(414)
        taken = request.routing_exception is None  # else a 404 or 405 says more
        if taken and (request.content_length or 0) > (_POSTED_BYTES if request.method == "POST" else 0):
            abort(413)
        if buckets is not None and request.endpoint not in _UNCOUNTED:
            wait = buckets.wait(clients.client(request.environ, web.proxies))
            if wait:
                raise TooManyRequests(retry_after=wait)


def web_files() -> Path:
    """The folder of templates and static files: in the installed package, or in a checkout beside ``src``."""
    here = Path(__file__).resolve()
    installed = here.parents[1] / "web_files"
    return installed if installed.is_dir() else here.parents[3] / "web"


def _handle_errors(app: Flask) -> None:
    @app.errorhandler(OptionError)
    def _option(error: OptionError) -> Response:
        return _failure(400, "That search cannot be read", str(error), option=error.option)

    @app.errorhandler(NotFoundError)
    def _article_not_found(_: NotFoundError) -> Response:
        return _failure(404, "There is no such article", "It may have been moved or removed. Search for it instead.")

    @app.errorhandler(NoIndexError)
    def _no_index(error: NoIndexError) -> Response:
        app.logger.error("%s", error)
        what = "The articles have not been indexed yet. Run “articles index” on the server, then load this page again."
        return _failure(503, "Nothing to search yet", what)

    @app.errorhandler(IndexStateError)
    def _index_unusable(error: IndexStateError) -> Response:
        app.logger.error("the index cannot be searched: %s", error)
        what = "The index cannot be read. Its owner finds the reason in the server’s log and with “articles status”."
        return _failure(503, "The search is out of order", what)

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Response:
        title, what = _HTTP_ERRORS.get(error.code or 500, (error.name, "The request cannot be answered."))
        if error.code == 404 and answers.is_api():
            what = "There is no such address or article; /api/openapi.json describes the addresses of the API."
        response = _failure(error.code or 500, title, what)
        for name, value in error.get_headers():
            if name in ("Allow", "Retry-After"):
                response.headers[name] = value
        return response

    @app.errorhandler(Exception)
    def _unexpected(error: Exception) -> Response:
        app.logger.exception("%s %r failed", request.method, request.path)
        return _http(InternalServerError(original_exception=error))


_HTTP_ERRORS = {
    404: ("There is no such page", "The address may be mistyped. Search for what you were looking for."),
    405: ("That cannot be done here", "This address can only be read."),
    403: ("That is not for you", "The page that sent it is not one of this site."),
    413: ("The request is too large", "Searching needs no data besides the address."),
    414: ("The query is too long", f"A query may have up to {LIMITS.query_chars:,} characters; use fewer words."),
    429: ("Too many requests", "Wait a moment, then load the page again."),
    500: ("Something went wrong", "The request could not be answered. The reason is in the server’s log."),
}


def _failure(status: int, title: str, what: str, option: str | None = None) -> Response:
    if isinstance(request.routing_exception, BadHost):  # no address can be made for a page
        return Response("The Host header is no host.\n", status, mimetype="text/plain")
    if answers.is_api():
        return answers.problem(status, what, option)
    return page("error.html", status, title=title, what=what)


def _front_page(engine: Engine, state: State) -> Response:
    """What to search for, made of the site itself: its categories and its newest articles."""
    newest = engine.search("", sort="newest", limit=_NEWEST)
    return page(
        "front.html",
        state=state,
        results=newest,
        categories=search_page.category_links(state, newest.facets.get("category", ())),
        address=_addresser(state),
        is_safe=is_safe,
    )


def _answer_page(engine: Engine, state: State, log: QueryLog) -> Response:
    # Without words all articles are equally relevant; the newest are the ones a reader browses for.
    default: Sort = "relevance" if state.q else "newest"
    try:
        results = ask(engine, state, default)
    except OptionError as error:
        others = search_page.chips(state.without(error.option))  # what is wrong is said once, by the error
        return page("refused.html", 400, state=state, error=error, chips=others)
    # Neither what a browser fetches on its own nor letters on their way to a query.
    if not state.is_typing and "prefetch" not in request.headers.get("Sec-Purpose", ""):
        answers.remember(log, state, results)
    page_size = state.page_size() or engine.settings.page_size
    last = search_page.last_page(results, page_size)
    having_all = len(results.hits)
    if results.relaxed and state.sorting(default) == "relevance":
        having_all = max(0, results.strict_total - (results.page - 1) * page_size)
    return page(
        "answer.html",
        having_all=results.hits[:having_all],
        having_some=results.hits[having_all:],
        logged=engine.settings.query_log.path is not None,
        first=(results.page - 1) * page_size + 1,
        state=state,
        results=results,
        last=last,
        pages=search_page.page_links(state, results.page, last),
        chips=search_page.chips(state),
        categories=search_page.category_links(state, results.facets.get("category", ())),
        months=search_page.histogram(state, results.facets.get("month", ())),
        sorts=search_page.sort_links(state, state.sorting(default)),
        advice=search_page.advice(state),
        strange=_strange_categories(engine, state, results),
        dates=_dates_meant(engine, state, results),
        telling=telling(results),
        address=_addresser(state.asking(results.suggestion or "") if results.corrected else state),
        is_safe=is_safe,
    )


def _dates_meant(engine: Engine, state: State, results: Results) -> str | None:
    """The days that the date filters name; if nothing was found."""
    if results.total or not (state.since or state.until):
        return None
    return describe(engine.span(state.since or None, state.until or None), engine.settings.timezone)


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


def _article_page(engine: Engine, id: str) -> Response:
    document = engine.document(id)
    hit = document.hit
    state = state_of_request()
    return page(
        "article.html",
        hit=hit,
        state=state,
        paragraphs=_paragraphs(engine, document, state),
        elsewhere=hit.url if is_safe(hit.url) and not _is_own(hit) else None,
        related=engine.related(id, _RELATED),
        address=_addresser(state),
        is_safe=is_safe,
    )


def _paragraphs(engine: Engine, document: Document, state: State) -> list[Snippet]:
    """An article's text, with the words that the reader came by marked."""
    texts = [text for text in document.body.split("\n\n") if text.strip()]
    if not state.q or len(document.body) > _MARKED_CHARS or len(texts) > _MARKED_PARAGRAPHS:
        return [(Fragment(text),) for text in texts]
    meant = engine.meant(state.q, exact=state.wants_exact)
    return [snippets.marked(text, meant, "body", document.language) for text in texts]


def _addresser(state: State) -> Callable[[Hit], str]:
    """Where the title of a hit leads: the site's own page, else the one here, which knows the search it came from."""

    def address(hit: Hit) -> str:
        if is_safe(hit.url) and not _is_own(hit):
            return hit.url
        return url_for("article", id=hit.id) + (state.link() if state.parameters() else "")

    return address


def _is_own(hit: Hit) -> bool:
    return unquote(hit.url) == f"/article/{hit.id}"


def _local(moment: datetime, engine: Engine) -> datetime:
    try:
        return moment.astimezone(engine.settings.timezone)
    except OverflowError:  # the first and last day of the calendar
        return moment


def _digests(folder: Path) -> dict[str, str]:
    """Digest of each file below a folder, by its path there."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): digest(path.read_bytes()) for path in files}
