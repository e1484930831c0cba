"""A columnar codec for Whoosh over numpy arrays. Imports whoosh and numpy only: any user of Whoosh could take it.

    index.writer(codec=ColumnarCodec())

Read container.py for the file format, fields.py for the inverted index, codec.py for what Whoosh calls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from article_search.backends.embedded.columnar.codec import ColumnarCodec, ColumnarSegment

__all__ = ["ColumnarCodec", "ColumnarSegment"]


def __getattr__(name: str) -> Any:
    """The codec when it is asked for: who only reads arrays does without Whoosh."""
    if name in __all__:
        from article_search.backends.embedded.columnar import codec

        return getattr(codec, name)
    raise AttributeError(name)
