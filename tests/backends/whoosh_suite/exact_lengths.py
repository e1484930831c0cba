"""A pytest plugin for Whoosh's tests: what they expect of a field's length, when a codec keeps lengths exactly.

Whoosh's own codec rounds lengths to 256 sizes, and some tests round what they expect by the same two functions. Here
the functions they call give a number back as it is. Not for tests of the functions themselves.
"""

from __future__ import annotations

import pytest
import whoosh.codec

from article_search.backends.embedded.columnar import ColumnarCodec

_ROUNDING = ("test_indexing", "test_mpwriter", "test_quality")


def pytest_configure() -> None:
    """Refuses to run with another codec."""
    if not isinstance(whoosh.codec.default_codec(), ColumnarCodec):
        raise pytest.UsageError("the columnar codec is not Whoosh's default; is this folder on PYTHONPATH?")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Makes the tests that round lengths expect them exactly."""
    for module in {item.module for item in items if isinstance(item, pytest.Function)}:
        if module.__name__.rpartition(".")[2] in _ROUNDING:
            module.length_to_byte = module.byte_to_length = int
