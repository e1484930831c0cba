"""Makes the columnar codec Whoosh's default in every process of a run of Whoosh's tests, also in those it starts.

Python imports this module by its name at the start, wherever the folder is on PYTHONPATH. Not for anything else.
"""

from __future__ import annotations

from typing import Any

import whoosh.codec

from article_search.backends.embedded.columnar import ColumnarCodec


def columnar_codec(**_options: Any) -> ColumnarCodec:
    """Takes the options of Whoosh's own codec; ours has none."""
    return ColumnarCodec()


whoosh.codec.default_codec = columnar_codec
