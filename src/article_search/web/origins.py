"""Which other sites' scripts may read the answers? The API's those on the list of articles.toml; its files everybody's.

CORS without credentials: there are none to send. The files of the search box are the same for all and hold no article;
without the API they are of no use. Not here: what the pages themselves may load (app.py's policy).
"""

from __future__ import annotations

from flask import Flask, Response, request

_METHODS = "GET, HEAD, POST, OPTIONS"
_HEADERS = "Content-Type"
_EXPOSED = "ETag, Retry-After"
_AGE = "600"  # seconds a browser may remember a preflight


def allow_origins(app: Flask, origins: tuple[str, ...]) -> None:
    """Has the application let scripts of these sites read the API, and any page load the files of the search box."""
    allowed = frozenset(origins)

    @app.after_request
    def _shared(response: Response) -> Response:
        if request.endpoint in ("static", "search_box"):
            response.headers["Access-Control-Allow-Origin"] = "*"
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        if not allowed or not request.path.startswith("/api/"):
            return response
        response.vary.add("Origin")
        origin = request.headers.get("Origin", "")
        if origin not in allowed:
            return response
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = _EXPOSED
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            response.headers["Access-Control-Allow-Methods"] = _METHODS
            response.headers["Access-Control-Allow-Headers"] = _HEADERS
            response.headers["Access-Control-Max-Age"] = _AGE
        return response


def is_foreign(origins: tuple[str, ...]) -> bool:
    """Whether a script of a site that is not on the list sent the request, as far as the browser says."""
    origin = request.headers.get("Origin")
    if origin is None:
        return request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none")
    # Not the scheme: a proxy that speaks TLS need not have told of it.
    return origin not in origins and origin.partition("://")[2] != request.host
