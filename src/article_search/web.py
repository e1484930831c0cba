"""How does a site's search look over HTTP? ``create_app`` reads a request, calls the Engine and renders its answer.

Pages need no JavaScript and every state of them has a URL. Not here: what the links of the search page lead to
(search_page.py), how an answer is found (engine.py), static pages of the site itself.
"""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from flask import Flask, Response, abort, json, render_template, request, url_for
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException, InternalServerError, NotFound

from article_search import __version__, query, query_parser, search_page, snippets
from article_search.engine import Engine
from article_search.errors import IndexStateError, NoIndexError, NotFoundError, OptionError, SettingsError
from article_search.limits import LIMITS
from article_search.results import Fragment, Hit, Results, Snippet, Sort, as_json, suggestions_json, telling
from article_search.search_page import Link, State
from article_search.urls import is_safe

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
_REVALIDATE = "no-cache"  # may be kept, but is asked for again: a commit is seen at once
_FOREVER = "public, max-age=31536000, immutable"
_URL_BYTES = 64 * 2**10  # of a query string; a query of Limits.query_chars fits even when all of it is escaped
_ID_CHARS = 4_096  # the longest path most systems have
_MARKED_CHARS = 500_000  # texts beyond are shown without marks, which would take noticeable time ...
_MARKED_PARAGRAPHS = 5_000  # ... as do those in more pieces
_RELATED = 5  # articles offered below an article
_NEWEST = 5  # articles on the empty page
_THREADS = 8  # searches at once; more would only wait for the processor

View = Callable[..., Response]


def create_app(engine: Engine) -> Flask:
    """The search page, the API and the articles' own pages as a WSGI application."""
    folder = web_files()
    app = Flask(__name__, template_folder=str(folder / "templates"), static_folder=str(folder / "static"))
    app.config["MAX_CONTENT_LENGTH"] = 2**10  # nothing is ever posted
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    assets = _digests(folder / "static")
    build = _digest(__version__, repr(engine.settings), *_digests(folder).values())

    def revalidated(view: View) -> View:
        """Lets a client keep an answer for as long as the index, the program and the day are the same."""

        @wraps(view)
        def answer(**values: str) -> Response:
            today = datetime.now(engine.settings.timezone).date().isoformat()  # "last week" moves on at midnight
            etag = _digest(build, engine.commit_id(), today, request.path, request.query_string.hex())
            known = request.if_none_match
            unchanged = not known.star_tag and known.contains_weak(etag)
            response = Response(status=304) if unchanged else view(**values)
            if response.status_code in (200, 304):
                response.headers["Cache-Control"] = _REVALIDATE
                response.set_etag(etag, weak=True)  # weak: the time a search took is never the same
            return response

        return answer

    @app.context_processor
    def _of_every_page() -> dict[str, Any]:
        return {"site": engine.settings.title, "asset": lambda name: url_for("static", filename=name, v=assets[name])}

    @app.template_filter()
    def day(moment: datetime) -> str:
        """A date as readers of the site write it."""
        here = _local(moment, engine)
        return f"{here.day} {here:%B} {here.year}"

    @app.template_filter()
    def iso(moment: datetime) -> str:
        """A date for machines."""
        return _local(moment, engine).isoformat()

    app.add_template_test(search_page.is_day, "a_day")
    app.add_template_test(search_page.is_yes, "a_yes")

    @app.before_request
    def _bounded() -> None:
        if len(request.query_string) > _URL_BYTES:
            abort(414)
        if (request.content_length or 0) > app.config["MAX_CONTENT_LENGTH"]:
            abort(413)

    @app.after_request
    def _guarded(response: Response) -> Response:
        response.headers.update(_HEADERS)
        if request.endpoint == "static" and response.status_code in (200, 304):
            name = (request.view_args or {}).get("filename", "")
            current = request.query_string == f"v={assets.get(name)}".encode()
            response.headers["Cache-Control"] = _FOREVER if current else _REVALIDATE
        if request.endpoint in ("static", "search_box"):
            response.headers["Access-Control-Allow-Origin"] = "*"  # for pages that have the search box
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    @app.get("/")
    @revalidated
    def search() -> Response:
        state = _state()
        return _front_page(engine, state) if state.blank else _answer_page(engine, state)

    @app.get("/article/<path:id>")
    @revalidated
    def article(id: str) -> Response:
        return _article_page(engine, id)

    @app.get("/api/search")
    @revalidated
    def api_search() -> Response:
        results = _ask(engine, _state())
        unknown = tuple(
            f"{name} is no parameter; there are {', '.join(search_page.PARAMETERS)}."
            for name in search_page.unknown_parameters(_query_string())[: LIMITS.query_warnings]
        )
        return _json(as_json(replace(results, warnings=results.warnings + unknown)))

    @app.get("/api/suggest")
    @revalidated
    def api_suggest() -> Response:
        state = _state()
        limit = search_page.number("limit", state.limit or str(LIMITS.suggestions), LIMITS.suggestions)
        found = engine.completions(state.q, limit) if state.q else ()
        return _json(suggestions_json(found) | {"query": state.q})

    @app.get("/search-box.js")
    def search_box() -> Response:
        """The module that other pages load; it finds what it needs beside the file that it is led to."""
        response = Response(status=302, headers={"Cache-Control": _REVALIDATE})
        response.location = url_for("static", filename="search-box.js", v=assets["search-box.js"])
        return response

    @app.get("/healthz")
    def healthz() -> Response:
        try:
            return _json({"status": "ok", "articles": engine.search("", limit=1).total})
        except IndexStateError as error:
            app.logger.error("the search of the health check failed: %s", error)
        except Exception:
            app.logger.exception("the search of the health check failed")
        return _json({"status": "error"}, 503)

    @app.get("/robots.txt")
    def robots() -> Response:
        # The front page and the articles are for search engines; answers to queries are endless.
        lines = ["User-agent: *", "Allow: /article/", "Allow: /$", "Disallow: /?", "Disallow: /api/", ""]
        return Response("\n".join(lines), mimetype="text/plain")

    _handle_errors(app)
    return app


def serve(
    engine: Engine, host: str = "127.0.0.1", port: int = 8000, announce: Callable[[str], None] | None = None
) -> None:
    """Answers requests until SIGINT or SIGTERM, then lets those under way finish.

    ``announce`` (default: a line on standard output) is told the address once it answers; port 0 takes a free one.
    Raises SettingsError when the address cannot be listened on.
    """
    from waitress.server import create_server  # here: only this function needs it

    sock = _listen(host.removeprefix("[").removesuffix("]"), port)
    server = create_server(
        create_app(engine),
        sockets=[sock],
        threads=_THREADS,
        connection_limit=500,  # sockets; idle ones of readers gone are closed after channel_timeout seconds
        channel_timeout=30,
        max_request_header_size=_URL_BYTES + 16 * 2**10,
        max_request_body_size=2**16,
        ident="",  # the name of the server helps nobody
        clear_untrusted_proxy_headers=True,
    )
    name, number = sock.getsockname()[:2]
    address = f"http://[{name}]:{number}/" if ":" in name else f"http://{name}:{number}/"
    before = _stop_on_signals()
    try:
        (announce or _say)(address)
        server.run()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        server.close()


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=1024)
    except (OSError, OverflowError, UnicodeError) as error:
        # Not the text of an OSError of create_server, which says once more what it was at.
        number = error.errno if isinstance(error, OSError) and not isinstance(error, socket.gaierror) else None
        reason = os.strerror(number) if number else getattr(error, "strerror", None) or str(error)
        message = f"cannot listen on {host} port {port}: {reason}; choose another --host or --port"
        raise SettingsError(message) from error


def _stop_on_signals() -> dict[int, Any]:
    """Turns both signals into SystemExit, on which waitress ends its threads; returns the handlers before."""

    def stop(*_: object) -> None:
        raise SystemExit(0)

    if threading.current_thread() is not threading.main_thread():
        return {}
    return {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}


def _say(address: str) -> None:
    sys.stdout.write(f"Searching at {address} (Ctrl-C stops)\n")
    sys.stdout.flush()


def web_files() -> Path:
    """The folder of templates and static files: in the installed package, or in a checkout beside ``src``."""
    here = Path(__file__).resolve()
    installed = here.parent / "web_files"
    return installed if installed.is_dir() else here.parents[2] / "web"


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
        if error.code == 404 and request.path.startswith("/api/"):
            what = "There is no such address; those of the API are /api/search and /api/suggest."
        response = _failure(error.code or 500, title, what)
        if allow := dict(error.get_headers()).get("Allow"):
            response.headers["Allow"] = allow
        return response

    @app.errorhandler(Exception)
    def _unexpected(error: Exception) -> Response:
        app.logger.exception("%s %r failed", request.method, request.path)
        return _http(InternalServerError(original_exception=error))


_HTTP_ERRORS = {
    404: ("There is no such page", "The address may be mistyped. Search for what you were looking for."),
    405: ("That cannot be done here", "This address can only be read."),
    413: ("The request is too large", "Searching needs no data besides the address."),
    414: ("The query is too long", f"A query may have up to {LIMITS.query_chars:,} characters; use fewer words."),
    500: ("Something went wrong", "The request could not be answered. The reason is in the server’s log."),
}


def _failure(status: int, title: str, what: str, option: str | None = None) -> Response:
    if request.path.startswith("/api/"):
        return _json({"version": 1, "error": what, **({"option": option} if option else {})}, status)
    return _page("error.html", status, title=title, what=what)


def _page(template: str, status: int = 200, **values: Any) -> Response:
    html = render_template(template, **values)
    # A stray half of a surrogate pair in a text must not cost the reader the page.
    return Response(html.encode("utf-8", "replace"), status, mimetype="text/html")


def _json(value: dict[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(value) + "\n", status, mimetype="application/json")


def _query_string() -> str:
    # Not Werkzeug's args, which fail on bytes that are no UTF-8.
    return request.query_string.decode("utf-8", "replace")


def _state() -> State:
    return State.read(_query_string())


def _ask(engine: Engine, state: State, default: Sort = "relevance") -> Results:
    return engine.search(
        state.q,
        categories=state.categories,
        since=state.since or None,
        until=state.until or None,
        sort=state.sorting(default),
        limit=state.page_size(),
        page=state.page_number(),
        any=state.wants_any,
        strict=state.wants_strict,
        each=state.wants_each,
        exact=state.wants_exact,
        typing=state.is_typing,
        expand=state.wants_expansion,
    )


def _front_page(engine: Engine, state: State) -> Response:
    """What to search for, made of the site itself: its categories and its newest articles."""
    newest = engine.search("", sort="newest", limit=_NEWEST)
    return _page(
        "front.html",
        state=state,
        results=newest,
        categories=search_page.category_links(state, newest.facets.get("category", ())),
        address=_addresser(state),
        is_safe=is_safe,
    )


def _answer_page(engine: Engine, state: State) -> Response:
    # Without words all articles are equally relevant; the newest are the ones a reader browses for.
    default: Sort = "relevance" if state.q else "newest"
    try:
        results = _ask(engine, state, default)
    except OptionError as error:
        others = search_page.chips(state.without(error.option))  # what is wrong is said once, by the error
        return _page("refused.html", 400, state=state, error=error, chips=others)
    page_size = state.page_size() or engine.settings.page_size
    last = search_page.last_page(results, page_size)
    having_all = len(results.hits)
    if results.relaxed and state.sorting(default) == "relevance":
        having_all = max(0, results.strict_total - (results.page - 1) * page_size)
    return _page(
        "answer.html",
        having_all=results.hits[:having_all],
        having_some=results.hits[having_all:],
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
    return query.describe(engine.span(state.since or None, state.until or None), engine.settings.timezone)


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
    if len(id) > _ID_CHARS:
        raise NotFound
    document = engine.document(id)
    hit = document.hit
    state = _state()
    return _page(
        "article.html",
        hit=hit,
        state=state,
        paragraphs=_paragraphs(document.body, state.q, datetime.now(engine.settings.timezone)),
        elsewhere=hit.url if is_safe(hit.url) and not _is_own(hit) else None,
        related=engine.related(id, _RELATED),
        address=_addresser(state),
        is_safe=is_safe,
    )


def _paragraphs(body: str, q: str, now: datetime) -> list[Snippet]:
    """An article's text, with the words that the reader came by marked."""
    texts = [text for text in body.split("\n\n") if text.strip()]
    if not q or len(body) > _MARKED_CHARS or len(texts) > _MARKED_PARAGRAPHS:
        return [(Fragment(text),) for text in texts]
    tree = query_parser.parse(q, now).tree
    return [snippets.marked(text, tree, "body") for text in texts]


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


def _digest(*parts: str | bytes) -> str:
    digest = hashlib.blake2b(digest_size=12)
    for part in parts:
        data = part if isinstance(part, bytes) else part.encode("utf-8", "replace")
        digest.update(len(data).to_bytes(8) + data)
    return digest.hexdigest()


def _digests(folder: Path) -> dict[str, str]:
    """Digest of each file below a folder, by its path there."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): _digest(path.read_bytes()) for path in files}
