"""Which addresses does a site's search have, and what holds of all of them? ``create_app`` makes the application.

Headers, files, bounds on requests, and logs. Not here: what stands on the pages (pages.py), the API (api.py), feeds
(feeds.py), requests that fail (failures.py).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, g, request, url_for
from werkzeug.exceptions import BadHost, ServiceUnavailable, TooManyRequests

from article_search import __version__
from article_search.engine import Engine
from article_search.errors import IndexStateError
from article_search.limits import LIMITS
from article_search.web import answers, api, clients, feeds, pages
from article_search.web.access_log import AccessLog
from article_search.web.answers import TOOK, Revalidation, digest, state_of_request
from article_search.web.compression import compress_answers
from article_search.web.failures import handle_errors
from article_search.web.origins import allow_origins
from article_search.web.query_log import QueryLog
from article_search.web.turns import Shares

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
    app.url_map.merge_slashes = False  # an id is taken as it stands
    assets = _digests(folder / "static")
    revalidated = Revalidation(engine, digest(__version__, repr(engine.settings), *_digests(folder).values()))
    log = QueryLog(engine.settings.query_log)
    app.extensions[_LOGS] = [log]

    @app.context_processor
    def _of_every_page() -> dict[str, Any]:
        return {"site": engine.settings.title, "asset": lambda name: url_for("static", filename=name, v=assets[name])}

    pages.furnish(app)
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
        return pages.front_page(engine, state) if state.blank else pages.answer_page(engine, state, log)

    @app.get("/article/<path:id>")
    @revalidated
    def article(id: str) -> Response:
        return pages.article_page(engine, state_of_request(), api.checked_id(id))

    @app.get("/search-box.js")
    def search_box() -> Response:
        """The module that other pages load; it finds what it needs beside the file that it is led to."""
        response = Response(status=302, headers={"Cache-Control": answers.REVALIDATE})
        response.location = url_for("static", filename="search-box.js", v=assets["search-box.js"])
        return response

    @app.get("/healthz")
    def healthz() -> Response:
        try:
            engine.commit_id()  # a folder that cannot be looked into is out of order, whatever was read before
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
    handle_errors(app)
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
    """Refuses requests that are too large or, of one client, too many, in a minute or at once."""
    web = engine.settings.web
    buckets = clients.Buckets(web.requests_per_minute, web.burst) if web.requests_per_minute else None
    shares = Shares(LIMITS.client_requests)

    @app.before_request
    def _bounded() -> None:
        said = request.environ.get("HTTP_HOST")
        if isinstance(request.routing_exception, BadHost) or (said is not None and not clients.is_host(said)):
            raise BadHost
        if clients.came_by_tls(request.environ, web.proxies):
            request.environ["wsgi.url_scheme"] = request.scheme = "https"
        if len(request.query_string) > URL_BYTES:
            abort(414)
        taken = request.routing_exception is None  # else a 404 or 405 says more
        if taken and (request.content_length or 0) > (_POSTED_BYTES if request.method == "POST" else 0):
            abort(413)
        if request.endpoint in _UNCOUNTED:
            return
        client = clients.client(request.environ, web.proxies)
        if not shares.take(client):
            raise ServiceUnavailable(retry_after=LIMITS.retry_seconds)
        g.at_work_for = client
        if buckets is not None and (wait := buckets.wait(client)):
            raise TooManyRequests(retry_after=wait)

    @app.teardown_request
    def _done(_: BaseException | None) -> None:
        if (client := g.pop("at_work_for", None)) is not None:
            shares.give_back(client)


def web_files() -> Path:
    """The folder of templates and static files: in the installed package, or in a checkout beside ``src``."""
    here = Path(__file__).resolve()
    installed = here.parents[1] / "web_files"
    return installed if installed.is_dir() else here.parents[3] / "web"


def _digests(folder: Path) -> dict[str, str]:
    """Digest of each file below a folder, by its path there."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): digest(path.read_bytes()) for path in files}
