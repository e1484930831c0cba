"""When was an article published, and is it to be found yet or still? Dates, drafts, what is of the future or expired.

Not here: how a date is written (dates.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo
from pathlib import PurePosixPath
from typing import Literal

from article_search.reading import dates
from article_search.reading.metadata.values import FALSE, TRUE, Values, clean

LeftOut = Literal["draft", "unpublished", "future", "expired"]

# Keys in the order they are asked; all in lower case.
_PUBLISHED = ("date", "published", "publishdate", "pubdate", "published_at", "published_date", "created", "posted")
_TOUCHED = ("ms.date", "lastmod", "updated", "last_modified_at", "modified")
_EXPIRY = ("expirydate", "expires", "unpublishdate")
_FILE_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?=-|$)")


def date(values: Values, path: str, zone: tzinfo) -> tuple[datetime | None, datetime | None]:
    """An article's date, and the moment it is published, which is another if a key of its own says so."""
    published = next(_moments(values, _PUBLISHED, zone), None)
    if published is None:
        published = _date_of_file(path, zone)
    shown = published or next(_moments(values, _TOUCHED, zone), None)
    scheduled = next(_moments(values, ("publishdate",), zone, quiet=True), None)
    return shown, max((moment for moment in (published, scheduled) if moment), default=None)


def _moments(values: Values, keys: Iterable[str], zone: tzinfo, quiet: bool = False) -> Iterator[datetime]:
    """The dates under these keys, those that can be read; the others give a note each."""
    for key in keys:
        text = values.text(key)
        if not text or (key == "published" and text.lower() in TRUE | FALSE):
            continue
        try:
            written = dates.read_written(text, zone, values.language)
        except ValueError as error:
            if not quiet:
                values.note(f"{key}: {clean(str(error))}; left out", key)
        else:
            if written.note and not quiet:
                values.note(f"{key}: {clean(written.note)}", key)
            yield written.moment


def _date_of_file(path: str, zone: tzinfo) -> datetime | None:
    match = _FILE_DATE.match(PurePosixPath(path).name)
    if not match:
        return None
    try:
        return dates.parse_written(f"{match[1]}-{match[2]:0>2}-{match[3]:0>2}", zone)
    except ValueError:
        return None  # a number that only looks like a date


def left_out(
    values: Values, path: str, publication: datetime | None, zone: tzinfo, now: datetime
) -> tuple[LeftOut | None, datetime | None]:
    """Why an article is not to be found, and when that changes by itself; ``publication`` is as ``date`` gives it."""
    state = values.text("status").lower() or values.text("state").lower()
    if values.text("draft").lower() in TRUE or state == "draft" or "_drafts" in path.split("/")[:-1]:
        return "draft", None
    if values.text("published").lower() in FALSE or state in ("unpublished", "private"):
        return "unpublished", None
    expiry = next(_moments(values, _EXPIRY, zone), None)
    if expiry is not None and expiry <= now:
        return "expired", None
    if publication is not None and publication > now:
        return "future", publication
    return None, expiry
