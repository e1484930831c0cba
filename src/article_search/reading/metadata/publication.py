"""When was an article published, and is it to be found yet or still? Dates, drafts, what is of the future or expired.

Not here: how a date is written (dates.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, tzinfo
from typing import Literal

from article_search.reading import dates
from article_search.reading.metadata.values import FALSE, TRUE, Values, clean

Clock = Callable[[str], tuple[str, tzinfo]]  # how a written date is to be read, and in which zone
LeftOut = Literal["draft", "unpublished", "hidden", "no page", "future", "expired"]

# Keys in the order they are asked; all in lower case.
_PUBLISHED = ("date", "published", "publishdate", "pubdate", "published_at", "published_date", "created", "posted")
_TOUCHED = ("ms.date", "lastmod", "updated", "last_modified_at", "modified")
_SCHEDULED = ("publishdate", "published", "pubdate", "published_at", "published_date")
_EXPIRY = ("expirydate", "expires", "unpublishdate")


def date(values: Values, day: str | None, clock: Clock, when: str) -> tuple[datetime | None, datetime | None]:
    """An article's date, and the moment it is published: that of a key of its own, whatever day the article is about.

    ``day`` is what the name says. ``when`` it counts: "first", "never", or else before dates of changes.
    """
    named = _date_of_name(day, clock) if day and when != "never" else None
    found = named if when == "first" else None
    found = found or next(_moments(values, _PUBLISHED, clock), None) or named
    shown = found or next(_moments(values, _TOUCHED, clock), None)
    return shown, next(_moments(values, _SCHEDULED, clock, quiet=True), None) or found


def _moments(values: Values, keys: Iterable[str], clock: Clock, quiet: bool = False) -> Iterator[datetime]:
    """The dates under these keys, those that can be read; the others give a note each."""
    for key in keys:
        text = values.text(key)
        if not text or (key == "published" and text.lower() in TRUE | FALSE):
            continue
        try:
            written = dates.read_written(*clock(text), values.language)
        except ValueError as error:
            if not quiet:
                values.note(f"{key}: {clean(str(error))}; left out", key)
        else:
            if written.note and not quiet:
                values.note(f"{key}: {clean(written.note)}", key)
            yield written.moment


def _date_of_name(day: str, clock: Clock) -> datetime | None:
    try:
        return dates.parse_written(*clock(day))
    except ValueError:
        return None  # a number that only looks like a date


def left_out(
    values: Values, path: str, publication: datetime | None, clock: Clock, now: datetime, is_page: bool = True
) -> tuple[LeftOut | None, datetime | None]:
    """Why an article is not to be found, and when that changes by itself.

    ``publication`` is as ``date`` gives it, None for an article that does not wait for its date. ``is_page``: whether
    the site has a page for it.
    """
    state = values.text("status").lower() or values.text("state").lower()
    if _says_yes(values, "draft") or state == "draft" or "_drafts" in path.split("/")[:-1]:
        return "draft", None
    if values.text("published").lower() in FALSE or state in ("unpublished", "private"):
        return "unpublished", None
    if _is_hidden(values):
        return "hidden", None
    if not is_page:
        return "no page", None
    expiry = next(_moments(values, _EXPIRY, clock), None)
    if expiry is not None and expiry <= now:
        return "expired", None
    if publication is not None and publication > now:
        return "future", publication
    return None, expiry


def _says_yes(values: Values, key: str) -> bool:
    return values.text(key).lower() in TRUE


def _is_hidden(values: Values) -> bool:
    """Whether the article asks not to be found by a search: ``search: false``, ``search: {exclude: true}`` …"""
    search = values.by_key.get("search")
    if isinstance(search, dict):
        return str(search.get("exclude", "")).lower() in TRUE
    if isinstance(search, str) and search.strip().lower() in FALSE:
        return True
    return _says_yes(values, "unlisted") or _says_yes(values, "search_exclude")
