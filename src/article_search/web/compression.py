"""How do answers get smaller on the wire? By Brotli or gzip, whichever the client takes, after they are made.

There are no secrets in answers and no cookies, so their compressed size tells nothing (BREACH). Not here: ETags, which
are weak and so the same for all encodings (answers.py).
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from functools import lru_cache

import brotli
from flask import Flask, Response, request

_SMALLEST = 400  # bytes; below, the headers weigh more than what is saved
_LARGEST = 8 * 2**20  # beyond, compressing takes longer than a reader waits
_KEPT = 64  # compressed static files, of which there are a few
_FAST, _SMALL = 4, 11  # levels of Brotli: for what is made anew each time, for what is kept
_TYPES = (
    "text/",
    "image/svg+xml",
    "application/json",
    "application/problem+json",
    "application/x-suggestions+json",
    "application/atom+xml",
    "application/opensearchdescription+xml",
)

Encode = Callable[[bytes, bool], bytes]


def _brotli(data: bytes, kept: bool) -> bytes:
    return bytes(brotli.compress(data, quality=_SMALL if kept else _FAST))


def _gzip(data: bytes, kept: bool) -> bytes:
    return gzip.compress(data, 9 if kept else 5, mtime=0)


_ENCODINGS: dict[str, Encode] = {"br": _brotli, "gzip": _gzip}  # the better first
_kept = lru_cache(_KEPT)(lambda name, data: _ENCODINGS[name](data, True))


def compress_answers(app: Flask) -> None:
    """Has the application compress what it answers."""
    app.after_request(_compressed)


def _compressed(response: Response) -> Response:
    if not (response.mimetype or "").startswith(_TYPES) and response.status_code != 304:
        return response
    response.vary.add("Accept-Encoding")
    name = _accepted()
    if not name or response.status_code in (204, 206, 304) or "Content-Encoding" in response.headers:
        return response
    static = request.endpoint == "static"
    if response.is_streamed and not static:
        return response
    response.direct_passthrough = False  # of a file, so that it can be read
    data = response.get_data()
    if not _SMALLEST <= len(data) <= _LARGEST:
        return response
    response.set_data(_kept(name, data) if static else _ENCODINGS[name](data, False))
    response.headers["Content-Encoding"] = name
    response.headers.pop("Accept-Ranges", None)
    etag, _ = response.get_etag()
    if etag:
        response.set_etag(etag, weak=True)  # the same content in other bytes
    return response


def _accepted() -> str | None:
    """The encoding to use: of those that the client likes best, the one that packs best."""
    accepted = request.accept_encodings
    qualities = {name: accepted.quality(name) for name in _ENCODINGS}
    best = max(qualities.values())
    return next((name for name, quality in qualities.items() if quality == best > 0), None)
