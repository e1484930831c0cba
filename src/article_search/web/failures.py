"""What does a reader or a program see when a request fails? Each error as a page, or as JSON by RFC 9457.

Not here: searches that cannot be read, whose page offers the form again (pages.py).
"""

from __future__ import annotations

import errno

from flask import Flask, Response, request
from werkzeug.exceptions import BadHost, HTTPException, InternalServerError, ServiceUnavailable

from article_search.errors import IndexStateError, IndexUnavailableError, NoIndexError, NotFoundError, OptionError
from article_search.limits import LIMITS
from article_search.web import answers

_HTTP_ERRORS = {
    404: ("There is no such page", "The address may be mistyped. Search for what you were looking for."),
    405: ("That cannot be done here", "This address can only be read."),
    403: ("That is not for you", "The page that sent it is not one of this site."),
    413: ("The request is too large", "Searching needs no data besides the address."),
    414: ("The query is too long", f"A query may have up to {LIMITS.query_chars:,} characters; use fewer words."),
    429: ("Too many requests", "Wait a moment, then load the page again."),
    503: ("Too many searches at once", "Others are waiting too. Wait a moment, then load the page again."),
    500: ("Something went wrong", "The request could not be answered. The reason is in the server’s log."),
}


def handle_errors(app: Flask) -> None:
    """Answers every error of an application; what nobody foresaw is logged."""

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

    @app.errorhandler(IndexUnavailableError)
    def _index_unavailable(error: IndexUnavailableError) -> Response:
        app.logger.error("the index cannot be asked: %s", error)
        what = "The search is not available just now. Wait a moment, then try again."
        response = _failure(503, "Not available just now", what, unavailable=True)
        response.headers["Retry-After"] = str(LIMITS.retry_seconds)
        return response

    @app.errorhandler(IndexStateError)
    def _index_unusable(error: IndexStateError) -> Response:
        app.logger.error("the index cannot be searched: %s", error)
        what = "The index cannot be read. Its owner finds the reason in the server’s log and with “articles status”."
        return _failure(503, "The search is out of order", what)

    @app.errorhandler(BadHost)
    def _bad_host(error: BadHost) -> Response:
        # A page would need addresses, which cannot be made.
        return Response("The Host header is no host.\n", error.code, mimetype="text/plain")

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

    @app.errorhandler(OSError)
    def _of_the_system(error: OSError) -> Response:
        if error.errno not in (errno.EMFILE, errno.ENFILE):
            return _unexpected(error)
        app.logger.error("%s %r failed: %s", request.method, request.path, error.strerror)
        return _http(ServiceUnavailable(retry_after=LIMITS.retry_seconds))

    @app.errorhandler(Exception)
    def _unexpected(error: Exception) -> Response:
        app.logger.exception("%s %r failed", request.method, request.path)
        return _http(InternalServerError(original_exception=error))


def _failure(status: int, title: str, what: str, option: str | None = None, unavailable: bool = False) -> Response:
    if answers.is_api():
        return answers.problem(status, what, option)
    return answers.page("error.html", status, title=title, what=what, unavailable=unavailable)
