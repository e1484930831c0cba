"""A columnar codec for Whoosh over numpy arrays. Imports whoosh and numpy only: any user of Whoosh could take it.

    index.writer(codec=ColumnarCodec())

What a segment is made of, from the bottom up:

    arrays, packing, values      arrays, many small numbers, and stored values as bytes
    container                    the file format: named arrays with checksums
    segment_files                the two files of a segment, and what is in each
    terms, unions                sorted terms by number; those of several fields together
    fields, stored, vectors      the inverted index of a field; stored values; term vectors
    layout                       how the arrays of an inverted index are made
    neighbours                   terms by keys that those spelt nearly alike share
    vocabulary, sketches         words and their numbers; which texts say nearly the same
    building, merging            segments made of words, and of segments, at native speed
    writers, readers, postings   the same files for Whoosh, a posting at a time
    codec                        what Whoosh asks for all of these
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
