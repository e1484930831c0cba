"""How is a stored value kept? As bytes whose first says the kind; plain data only, so that reading back runs nothing.

Text is UTF-8, other plain data JSON (with a wrapper where JSON has no type of its own), long values are deflated.
"""

from __future__ import annotations

import base64
import json
import zlib
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

_DEFLATE_FROM = 200  # bytes; shorter ones hardly shrink
_LEVEL = 6


def encode(value: object) -> bytes:
    """A value as bytes, never empty. Raises TypeError for what is not plain data."""
    if isinstance(value, str):
        data = b"s" + value.encode("utf-8", "surrogatepass")
    elif isinstance(value, bytes):
        data = b"b" + value
    else:
        data = b"j" + _json(value)
    return b"z" + zlib.compress(data, _LEVEL) if len(data) >= _DEFLATE_FROM else data


def _json(value: object) -> bytes:
    try:
        return json.dumps(_wrapped(value), separators=(",", ":")).encode()
    except (RecursionError, ValueError) as error:  # a list in itself; a number of thousands of digits
        raise TypeError(f"a {type(value).__name__} cannot be stored: {error}") from None


def decode(data: bytes) -> Any:
    """The value of some bytes of ``encode``. Raises ValueError for any others."""
    try:
        if data[:1] == b"z":
            data = zlib.decompress(data[1:])
        kind, rest = data[:1], data[1:]
        if kind == b"s":
            return rest.decode("utf-8", "surrogatepass")
        if kind == b"b":
            return rest
        if kind == b"j":
            return _unwrapped(json.loads(rest))
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError, zlib.error) as error:
        raise ValueError(f"not a stored value: {error}") from None
    raise ValueError("not a stored value")


def _wrapped(value: Any) -> Any:
    """A value as JSON can hold it; what it has no type for becomes ``{"type": ..., "of": ...}``."""
    if value is None or isinstance(value, bool | str) or type(value) in (int, float):
        return value
    if isinstance(value, list):
        return [_wrapped(item) for item in value]
    for name, (kind, wrap, _) in _TYPES.items():
        if type(value) is kind:
            return {"type": name, "of": wrap(value)}
    raise TypeError(f"a {type(value).__name__} cannot be stored; only plain data can")


def _unwrapped(value: Any) -> Any:
    if isinstance(value, list):
        return [_unwrapped(item) for item in value]
    if isinstance(value, dict):
        return _TYPES[value["type"]][2](value["of"])
    return value


_TYPES: dict[str, tuple[type, Any, Any]] = {
    "bytes": (bytes, lambda v: base64.b64encode(v).decode(), base64.b64decode),
    "tuple": (tuple, lambda v: [_wrapped(i) for i in v], lambda v: tuple(_unwrapped(v))),
    "set": (set, lambda v: [_wrapped(i) for i in v], lambda v: set(_unwrapped(v))),
    "frozenset": (frozenset, lambda v: [_wrapped(i) for i in v], lambda v: frozenset(_unwrapped(v))),
    "dict": (
        dict,
        lambda v: [[_wrapped(key), _wrapped(item)] for key, item in v.items()],
        lambda v: {_unwrapped(key): _unwrapped(item) for key, item in v},
    ),
    "datetime": (datetime, datetime.isoformat, datetime.fromisoformat),
    "date": (date, date.isoformat, date.fromisoformat),
    "time": (time, time.isoformat, time.fromisoformat),
    "timedelta": (timedelta, lambda v: [v.days, v.seconds, v.microseconds], lambda v: timedelta(*v)),
    "decimal": (Decimal, str, Decimal),
    "complex": (complex, lambda v: [v.real, v.imag], lambda v: complex(*v)),
}
