"""How is a term vector kept, the words of one document's field? As bytes, item after item.

Not here: where they lie in a file (segment_files.py).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable

_ITEM = struct.Struct("<IfI")  # length of the text, weight, length of the value


def packed(items: Iterable[tuple[str | bytes, float, bytes]]) -> bytes:
    """Text, weight and value of each item; empty for none."""
    parts = []
    for text, weight, value in items:
        text = text.encode() if isinstance(text, str) else bytes(text)
        parts.append(_ITEM.pack(len(text), weight, len(value)) + text + value)
    return b"".join(parts)


def unpacked(data: bytes) -> tuple[list[str], list[float], list[bytes]]:
    """Texts, weights and values of the items."""
    texts, weights, values = [], [], []
    place = 0
    while place < len(data):
        text, weight, value = _ITEM.unpack_from(data, place)
        place += _ITEM.size
        texts.append(data[place : place + text].decode())
        weights.append(weight)
        values.append(data[place + text : place + text + value])
        place += text + value
    return texts, weights, values
