"""How is a stored value kept? As bytes whose first says the kind; plain data only, so that reading back runs nothing.

Text is UTF-8, other plain data JSON (with a wrapper where JSON has no type of its own), long values are deflated. Where
many values of a field are written at once, a dictionary of the words of the first ones makes all of them smaller; a
value made with one says which. Not here: where values lie in a file (segment_files.py).
"""

from __future__ import annotations

import base64
import json
import struct
import zlib
from array import array
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

_DEFLATE_FROM = 200  # bytes; shorter ones hardly shrink
_DEFLATE_FROM_WITH = 100  # with a dictionary
_LEVEL = 6
_LEVEL_WITH = 4  # with a dictionary smaller than level 6 without, and twice as fast
_SAMPLES = 1024  # values before there is a dictionary; a field with fewer has none
_SAMPLE_EVERY = 4  # one in so many of them is read for it
_SAMPLE = 16_384  # bytes of it that are
_BEGINNING, _BEGINNING_EVERY = 1000, 8  # bytes of a value taken as they are, of one in so many of those read
_WORD = 40  # bytes; longer words are hardly met again
_DICTIONARY = 31_000  # bytes; about what deflate can look back on
_NUMBER = struct.Struct("<H")


def encode(value: object) -> bytes:
    """A value as bytes, never empty. Raises TypeError for what is not plain data."""
    data = _plain(value)
    return b"z" + zlib.compress(data, _LEVEL) if len(data) >= _DEFLATE_FROM else data


def _plain(value: object) -> bytes:
    if isinstance(value, str):
        data = b"s" + value.encode("utf-8", "surrogatepass")
    elif isinstance(value, bytes):
        data = b"b" + value
    else:
        data = b"j" + _json(value)
    return data


class Encoder:
    """Encodes many values of one field, by a dictionary once there are enough."""

    def __init__(self) -> None:
        self.dictionary = b""
        self.ends = array("Q")  # where each value ends
        self.blob = bytearray()  # the values, one after the other
        self._first: list[bytes] | None = []  # not encoded yet: the dictionary will be made of them

    def next(self) -> Encoder:
        """One for further values, with the same dictionary."""
        found = Encoder()
        if self.dictionary:
            found.dictionary, found._deflate, found._first = self.dictionary, self._deflate, None
        return found

    def add(self, value: object) -> None:
        """One more value. Raises TypeError for what is not plain data."""
        data = _plain(value)
        if self._first is None:
            self._put(data)
            return
        self._first.append(data)
        if len(self._first) == _SAMPLES:
            self.dictionary = _dictionary([first[1 : _SAMPLE + 1] for first in self._first[::_SAMPLE_EVERY]])
            self._deflate = zlib.compressobj(
                _LEVEL_WITH, zlib.DEFLATED, -15, zlib.DEF_MEM_LEVEL, zlib.Z_DEFAULT_STRATEGY, self.dictionary
            )
            self.finish()

    def finish(self) -> None:
        """Encodes what still waits for a dictionary."""
        waiting, self._first = self._first or [], None
        for data in waiting:
            self._put(data)

    def _put(self, data: bytes) -> None:
        if self.dictionary and len(data) >= _DEFLATE_FROM_WITH:
            deflate = self._deflate.copy()  # takes less time than to read the dictionary again
            data = b"d" + _NUMBER.pack(0) + deflate.compress(data) + deflate.flush()
        elif len(data) >= _DEFLATE_FROM:
            data = b"z" + zlib.compress(data, _LEVEL)
        self.blob += data
        self.ends.append(len(self.blob))


def _dictionary(samples: list[bytes]) -> bytes:
    """The words that save most; those last that save the most, for what is near is named in fewer bits. Before them, as
    far as there is room, beginnings: of short values much is alike that is no word."""
    beginnings = b"".join(sample[:_BEGINNING] for sample in samples[::_BEGINNING_EVERY])
    counts = Counter(b" ".join(samples).split(b" "))
    met_again = [(word, count) for word, count in counts.items() if count > 1 and len(word) <= _WORD]
    met_again.sort(key=lambda pair: (pair[1] - 1) * len(pair[0]))
    return (beginnings + b" ".join(word for word, _ in met_again))[-_DICTIONARY:]


def _inflated(data: bytes, dictionaries: Sequence[bytes]) -> bytes:
    (number,) = _NUMBER.unpack_from(data, 1)
    inflate = zlib.decompressobj(-15, dictionaries[number])
    found = inflate.decompress(memoryview(data)[3:])
    if not inflate.eof or inflate.unused_data:
        raise ValueError("cut short, or followed by something else")
    return found


def _json(value: object) -> bytes:
    try:
        return json.dumps(_wrapped(value), separators=(",", ":")).encode()
    except (RecursionError, ValueError) as error:  # a list in itself; a number of thousands of digits
        raise TypeError(f"a {type(value).__name__} cannot be stored: {error}") from None


def decode(data: bytes, dictionaries: Sequence[bytes] = ()) -> Any:
    """The value of some bytes of ``encode`` or an Encoder; a value made with a dictionary is ``d``, the dictionary's
    number (uint16), and raw deflate. Raises ValueError for any other bytes."""
    try:
        if data[:1] == b"z":
            data = zlib.decompress(data[1:])
        elif data[:1] == b"d":
            data = _inflated(data, dictionaries)
        kind, rest = data[:1], data[1:]
        if kind == b"s":
            return rest.decode("utf-8", "surrogatepass")
        if kind == b"b":
            return rest
        if kind == b"j":
            return _unwrapped(json.loads(rest))
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError, *_BROKEN) as error:
        raise ValueError(f"not a stored value: {error}") from None
    raise ValueError("not a stored value")


_BROKEN = (zlib.error, struct.error)


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
