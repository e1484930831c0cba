"""What does the header of a content file say, and where does its body begin? ``read`` answers for any bytes at all.

YAML (by python-frontmatter), TOML and JSON headers are read; where their readers refuse one or would mislead, it is
read line by line, as its author meant it, and a note says so. Every plain value stays text, as it is written: ``010``,
``12:30:45`` and ``yes`` are titles. A file goes through these modules in this order:

    encoding         bytes become text
    fences           header and body part, by fences as they should be; broken_fences: where they are not
    yaml_header      what YAML says (yaml_events: without what its own types do to text), after quoting has
                     protected prose from it; likewise toml_header, json_header and js_header
    recovery         what a header says that those refuse, line by line
    keys             names of keys that tell a header from prose, and prose from other values
    parts            what all of them make: ``Header``, and what has been read so far of one

Not here: what the keys mean (metadata), dates (dates.py), markup (markup).
"""

from __future__ import annotations

from article_search.limits import LIMITS
from article_search.reading.header import encoding, fences
from article_search.reading.header.parts import Header

__all__ = ["Header", "read"]


def read(data: bytes) -> Header:
    """Takes a content file apart. Raises ValueError, with a reason fit for a report, if nothing can be made of it."""
    text, notes = encoding.decoded(data)
    if not text.strip():
        raise ValueError("the file is empty")
    header = fences.split(text)
    if not header.metadata and not header.body.strip():
        raise ValueError("the file is empty but for the fence of a header")
    return Header(
        header.metadata, header.body, header.body_line, (*notes, *header.notes)[: LIMITS.warnings], header.lines
    )
