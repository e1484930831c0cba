"""What does the API answer? Searches, completions, related articles and the state of the index, all as JSON.

Of a parameter that there is not a warning says so; the pages pass over it. openapi.py says the same for programs. Not
here: pages, feeds.
"""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from urllib.parse import parse_qsl

from flask import Blueprint, Response, request
from werkzeug.exceptions import Forbidden, NotFound

from article_search.answering.results import Status, Suggestion, hit_json, status_json, suggestions_json
from article_search.answering.results import as_json as results_json
from article_search.engine import Engine
from article_search.errors import OptionError, SettingsError
from article_search.limits import LIMITS
from article_search.query.search import whole_number
from article_search.web import answers, openapi, origins
from article_search.web.answers import Revalidation
from article_search.web.query_log import Opened, QueryLog
from article_search.web.state import PARAMETERS, State, clean, unknown_parameters

ID_CHARS = 4_096  # the longest path most systems have
_RELATED = 10
_LOG = "log"  # the parameter with which a page says that a query was meant
_STALE_FOR = 60.0  # seconds between two walks over the content, which may be large


def blueprint(engine: Engine, revalidated: Revalidation, log: QueryLog) -> Blueprint:
    """The addresses below ``/api/``."""
    api = Blueprint("api", __name__, url_prefix="/api")
    staleness = _Staleness(engine)

    @api.get("/search")
    @revalidated
    def search() -> Response:
        state = answers.state_of_request()
        meant = _is_meant()
        results = answers.ask(engine, state.search())
        if meant:
            answers.remember(log, state, results)
        known = (*PARAMETERS, _LOG)
        unknown = tuple(
            f"{name} is no parameter; there are {', '.join(known)}."
            for name in unknown_parameters(answers.query_string())
            if name not in known
        )
        warnings = (*results.warnings, *unknown[: LIMITS.query_warnings])
        response = answers.as_json(results_json(replace(results, warnings=warnings)))
        if meant:  # kept by nobody, so that the next one is heard of too
            response.headers["Cache-Control"] = "no-store"
        return response

    @api.get("/suggest")
    @revalidated
    def suggest() -> Response:
        state = answers.state_of_request()
        return answers.as_json(suggestions_json(completions(engine, state)) | {"query": state.q})

    @api.get("/related/<path:id>")
    @revalidated
    def related(id: str) -> Response:
        limit = answers.state_of_request()["limit"]
        count = whole_number("limit", limit, LIMITS.page_size) if limit else _RELATED
        hits = engine.related(checked_id(id), count)
        return answers.as_json({"version": 1, "id": id, "hits": [hit_json(hit) for hit in hits]})

    @api.get("/status")
    def status() -> Response:
        response = answers.as_json(status_json(staleness.status()))
        response.headers["Cache-Control"] = answers.REVALIDATE
        response.add_etag(weak=True)
        response.make_conditional(request)
        return response

    @api.post("/opened")
    def opened() -> Response:
        if origins.is_foreign(engine.settings.web.origins):
            raise Forbidden
        form = request.form
        query = clean(form.get("q", ""), LIMITS.query_chars)
        position = whole_number("position", form.get("position", ""), LIMITS.page_depth)
        id = checked_id(form.get("id", ""))
        engine.document(id)  # only what is there can have been opened
        log.opened(Opened(time.time(), query, id, position))
        return Response(status=204)

    @api.get("/openapi.json")
    @revalidated
    def described() -> Response:
        return answers.as_json(openapi.document(engine.settings.title, answers.public_root(engine)))

    return api


def completions(engine: Engine, state: State) -> tuple[Suggestion, ...]:
    """How the query of a state may go on. Raises OptionError."""
    limit = whole_number("limit", state["limit"] or str(LIMITS.suggestions), LIMITS.suggestions)
    return engine.completions(state.q, limit) if state.q else ()


def checked_id(id: str) -> str:
    """The id, if it may be one. Raises NotFound."""
    if len(id) > ID_CHARS:
        raise NotFound
    return id


def _is_meant() -> bool:
    """Whether the page says that the query was submitted or stood for a while. Raises OptionError."""
    said = dict(reversed(parse_qsl(answers.query_string(), errors="replace"))).get(_LOG, "")  # the first counts
    if said not in ("", "0", "1"):
        raise OptionError(_LOG, f"{_LOG}: {said[:40]!r} is neither 0 nor 1")
    return said == "1"


class _Staleness:
    """Whether the content has changed since the last commit; a walk over it that may be long, so that however often it
    is asked there is one at a time, and none for a minute after it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._walking = threading.Lock()
        self._stale: bool | None = None
        self._of = ""  # the commit it is known of
        self._until = 0.0

    def status(self) -> Status:
        """The status; ``stale`` is None while nobody has looked, or where the content is not on this machine."""
        commit = self._engine.commit_id()
        fresh = commit == self._of and time.monotonic() < self._until
        if not fresh and self._walking.acquire(blocking=False):
            try:
                self._look(commit)
            finally:
                self._walking.release()
        status = self._engine.status(look=False)
        return replace(status, stale=self._stale if commit == self._of else None)

    def _look(self, commit: str) -> None:
        try:
            self._stale = self._engine.status().stale
        except SettingsError:  # an index that was brought here without its content
            self._stale = None
        self._of, self._until = commit, time.monotonic() + _STALE_FOR
