"""What was answered, and how long did it take? A line of JSON for each request, on standard error or in a file.

A line has no address of the client and nothing of the query, which are the readers' business. Several processes may
write the same file, and it may be moved away at any time. Not here: which queries are asked (query_log.py).
"""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from logging.handlers import WatchedFileHandler
from pathlib import Path
from typing import TYPE_CHECKING, Any

from article_search.errors import SettingsError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_PATH_CHARS = 500


class AccessLog:
    """A WSGI application that answers as another does, and keeps a line of each answer. ``took`` is where in the
    environment the milliseconds of the search are. Raises SettingsError when the file cannot be written."""

    def __init__(self, app: WSGIApplication, file: Path, took: str) -> None:
        self._app = app
        self._took = took
        self._handler = _handler(file)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        line = _Line(environ, self._took, self._write)
        try:
            return _Counted(self._app(environ, line.started(start_response)), line)
        except BaseException:
            line.end()
            raise

    def close(self) -> None:
        """Lets go of the file; a later line opens it again."""
        with suppress(OSError):  # of a full disk
            self._handler.close()

    def _write(self, line: str) -> None:
        self._handler.handle(logging.makeLogRecord({"msg": line}))


class _Line:
    """What is known of one request; ``end`` writes it."""

    def __init__(self, environ: WSGIEnvironment, took: str, write: Callable[[str], None]) -> None:
        self.bytes = 0
        self._status = 0
        self._environ = environ
        self._took = took
        self._write = write
        self._began = time.perf_counter()

    def started(self, start_response: StartResponse) -> StartResponse:
        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            self._status = int(status.partition(" ")[0])
            return start_response(status, headers, *error)

        return start

    def end(self) -> None:
        took = self._environ.get(self._took)
        said = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "method": self._environ.get("REQUEST_METHOD", "")[:20],
            # The server hands bytes over as Latin-1.
            "path": self._environ.get("PATH_INFO", "")
            .encode("latin-1", "replace")
            .decode("utf-8", "replace")[:_PATH_CHARS],
            "status": self._status or 500,
            "bytes": self.bytes,
            "ms": round((time.perf_counter() - self._began) * 1000, 2),
            "search_ms": None if took is None else round(took, 2),
        }
        self._write(json.dumps(said))


class _Counted:
    """The body of an answer, which tells the line how long it was when the server is done with it."""

    def __init__(self, body: Iterable[bytes], line: _Line) -> None:
        self._body = body
        self._line = line

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._body:
            self._line.bytes += len(piece)
            yield piece

    def close(self) -> None:
        try:
            if close := getattr(self._body, "close", None):
                close()
        finally:
            self._line.end()


class _Quiet(logging.Handler):
    """A full disk costs the line, not the answer."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (logging's name)
        pass


class _ToStandardError(_Quiet, logging.StreamHandler[Any]):
    pass


class _ToFile(_Quiet, WatchedFileHandler):
    pass


def _handler(file: Path) -> logging.Handler:
    try:
        return _ToStandardError(sys.stderr) if file == Path("-") else _ToFile(file, encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"access_log: {file} cannot be written: {error.strerror or error}") from None
