"""A stored value comes back as it came, and reading one runs nothing."""

from __future__ import annotations

import pickle
import zlib
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from article_search.backends.embedded.columnar import values

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=300)
    | st.binary(max_size=300)
    | st.datetimes()
    | st.dates()
    | st.times()
    | st.timedeltas()
    | st.decimals()
    | st.complex_numbers(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(max_size=5) | st.integers() | st.dates(), inner, max_size=4)
        | st.sets(st.integers() | st.text(max_size=5), max_size=4)
        | st.frozensets(st.integers() | st.tuples(st.text(max_size=5)), max_size=4)
    ),
    max_leaves=8,
)


def typed(value: Any) -> Any:
    """A value with the type of everything in it, since 1 == True == 1.0; a number that is none equals nothing, and a
    signalling one may not even be compared."""
    if isinstance(value, float | complex | Decimal):
        return type(value), repr(value)
    if isinstance(value, dict):
        return dict, [(typed(key), typed(item)) for key, item in value.items()]
    if isinstance(value, list | tuple):
        return type(value), [typed(item) for item in value]
    return type(value), value


@given(PLAIN)
def test_a_plain_value_comes_back_as_it_was(value: object) -> None:
    data = values.encode(value)
    assert data
    assert typed(values.decode(data)) == typed(value)


def test_text_that_no_file_could_hold_comes_back_too() -> None:
    for value in ("\ud800", ["\udfff x"], {"\ud83d": 1}, "a" * 10_000):
        assert values.decode(values.encode(value)) == value


class Stranger:
    """Not plain data."""


RECURSIVE: list[Any] = []
RECURSIVE.append(RECURSIVE)


@pytest.mark.parametrize(
    "value",
    [object(), Stranger(), Stranger, len, lambda: 0, [Stranger()], {"a": (Stranger(),)}, range(3), np.float64(1),
     np.arange(3), Path(), RECURSIVE, 10**5_000],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_what_is_not_plain_data_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="cannot be stored"):
        values.encode(value)


RAN: list[str] = []


class Bomb:
    """Says so when it is unpickled."""

    def __reduce__(self) -> Any:
        return RAN.append, ("ran",)


PLAIN_TYPES = (type(None), bool, int, float, str, bytes, list, tuple, dict, set, frozenset, datetime, date, time,
               timedelta, Decimal, complex)  # fmt: skip
BOMBS = [pickle.dumps(Bomb(), protocol) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)]


@given(st.binary(max_size=60), st.sampled_from([b"", b"s", b"b", b"j", b"z"]))
@example(BOMBS[0], b"")
@example(BOMBS[4], b"j")
@example(b"[" * 100_000, b"j")
@example(b"[" + b"9" * 5_000 + b"]", b"j")
@example(b'{"type":"os.system","of":"x"}', b"j")
@example(b'{"type":"decimal","of":"x"}', b"j")
@example(b'{"type":"timedelta","of":[1e99,0,0]}', b"j")
@example(b'{"type":"set","of":[[]]}', b"j")
def test_hostile_bytes_are_plain_data_or_an_error(data: bytes, kind: bytes) -> None:
    try:
        value = values.decode(kind + data)
    except ValueError:
        return
    assert isinstance(value, PLAIN_TYPES)


def test_a_pickle_among_stored_values_is_not_run() -> None:
    for bomb in BOMBS:
        for data in (bomb, b"j" + bomb, b"z" + zlib.compress(bomb), b"z" + zlib.compress(b"j" + bomb)):
            with pytest.raises(ValueError, match="not a stored value"):
                values.decode(data)
        assert values.decode(b"b" + bomb) == bomb
    assert RAN == []
