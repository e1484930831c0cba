"""A columnar codec for Whoosh over numpy arrays. Imports whoosh and numpy only: any user of Whoosh could take it.

    index.writer(codec=ColumnarCodec())

Read container.py for the file format, postings.py for the inverted index, codec.py for what Whoosh calls.
"""

from article_search.backends.embedded.columnar.codec import ColumnarCodec, ColumnarSegment

__all__ = ["ColumnarCodec", "ColumnarSegment"]
