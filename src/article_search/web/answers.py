"""How does a request become a question, and an answer a response? What pages, API and feeds have in common.

Not here: which addresses there are (app, api, feeds), what an answer holds (answering/results.py).
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from typing import Any

from flask import Response, json, render_template, request

from article_search.answering.results import Results
from article_search.engine import Engine
from article_search.errors import OptionError
from article_search.query.search import Search
from article_search.web.query_log import Asked, QueryLog
from article_search.web.state import State

REVALIDATE = "no-cache"  # may be kept, but is asked for again: a commit is seen at once
TOOK = "article_search.took_ms"  # where the access log finds how long the search of a request took
_URL_CHARS = 2_000

View = Callable[..., Response]


def query_string() -> str:
    """The query part of the request's URL; not Werkzeug's args, which fail on bytes that are no UTF-8."""
    return request.query_string.decode("utf-8", "replace")


def state_of_request() -> State:
    """The state that the request's URL says."""
    return State.read(query_string())


def ask(engine: Engine, search: Search) -> Results:
    """The answer to a search. Raises OptionError."""
    results = engine.search(search)
    request.environ[TOOK] = results.took_ms
    return results


def remember(log: QueryLog, state: State, results: Results) -> None:
    """Has the query log keep what was asked."""
    filters = len(state.categories) + bool(state["since"]) + bool(state["until"])
    log.asked(Asked(time.time(), state.q, filters, results.total, results.took_ms, results.page))


def page(template: str, status: int = 200, **values: Any) -> Response:
    """A page of HTML."""
    html = render_template(template, **values)
    # A stray half of a surrogate pair in a text must not cost the reader the page.
    return Response(html.encode("utf-8", "replace"), status, mimetype="text/html")


def as_json(value: Any, status: int = 200, mimetype: str = "application/json") -> Response:
    """A JSON document, one line."""
    return Response(json.dumps(value) + "\n", status, mimetype=mimetype)


def problem(status: int, detail: str, option: str | None = None) -> Response:
    """An error of the API, by RFC 9457. ``option`` is the parameter to blame."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return as_json(body | ({"option": option} if option else {}), status, "application/problem+json")


def is_api() -> bool:
    """Whether a program asked, which gets errors it can read."""
    return request.path.startswith("/api/")


def public_root(engine: Engine) -> str:
    """Scheme and host of this server as readers know it, without a slash at the end."""
    return engine.settings.web.address or request.host_url.rstrip("/")[:_URL_CHARS]


@dataclass(frozen=True, slots=True)
class Revalidation:
    """Lets a client keep an answer for as long as the commit, the program (``build``) and what the search means now are
    the same."""

    engine: Engine
    build: str

    def __call__(self, view: View) -> View:
        """The view, with an ETag and a 304 for those who have its answer."""

        @wraps(view)
        def answer(**values: str) -> Response:
            etag = self._etag()
            known = request.if_none_match
            if not known.star_tag and known.contains_weak(etag):
                response = Response(status=304)
            else:
                response = view(**values)
                if (after := self._etag()) != etag:  # it may be the answer before or after a change, and is neither's
                    etag = digest(etag, after)
            if response.status_code in (200, 304) and "Cache-Control" not in response.headers:
                response.headers["Cache-Control"] = REVALIDATE
                # Weak: the time a search took is never the same, and the same answer comes compressed and not.
                response.set_etag(etag, weak=True)
            return response

        return answer

    def _etag(self) -> str:
        # Feeds name the host that was asked.
        asked = (request.host_url, request.path, request.query_string.hex())
        return digest(self.build, self.engine.commit_id(), self._meaning(), *asked)

    def _meaning(self) -> str:
        """What the search of the request means at this moment; nothing where it cannot be read, as the view says."""
        state = state_of_request()
        if state.blank:
            return ""
        try:
            return self.engine.meaning(state.search(), datetime.now(self.engine.settings.timezone))
        except OptionError:
            return ""


def digest(*parts: str | bytes) -> str:
    """A short name of some data."""
    summed = hashlib.blake2b(digest_size=12)
    for part in parts:
        data = part if isinstance(part, bytes) else part.encode("utf-8", "replace")
        summed.update(len(data).to_bytes(8) + data)
    return summed.hexdigest()
