"""Containers that tests write."""

from __future__ import annotations

import io
from typing import Any

import numpy as np

from article_search.backends.embedded.columnar import container


def written(contents: dict[str, np.ndarray[Any, Any]], meta: dict[str, Any] | None = None) -> bytes:
    """The bytes of a container."""
    file = io.BytesIO()
    container.write(file, contents, meta or {})
    return file.getvalue()
