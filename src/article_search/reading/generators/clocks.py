"""Which moment is a date of a header, where a generator's reader of YAML has rules of its own?

Each rule takes a date as written and the site's zone, and gives how it is to be read, and in which zone if it names
none. Not here: what a written date means (reading/dates.py).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo

_TIMESTAMP = re.compile(r"\d{4}-\d{1,2}-\d{1,2}(?:[Tt]|[ \t]+)\d{1,2}:\d{2}:\d{2}(?:\.\d*)?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def of_site(written: str, zone: tzinfo) -> tuple[str, tzinfo]:
    """In that of the site."""
    return written, zone


def utc_for_times(written: str, zone: tzinfo) -> tuple[str, tzinfo]:
    """A day in the site's zone, a time in UTC, as YAML has it."""
    return written, UTC if _TIMESTAMP.fullmatch(written) else zone


def utc(written: str, zone: tzinfo) -> tuple[str, tzinfo]:
    """In UTC whatever YAML takes for a date; other texts in the site's zone."""
    return written, UTC if _TIMESTAMP.fullmatch(written) or _DAY.fullmatch(written) else zone


def moved_from_utc(written: str, zone: tzinfo) -> tuple[str, tzinfo]:
    """What the clock shows in UTC, in the site's zone, whatever zone is named."""
    try:
        moment = datetime.fromisoformat(written)
        return (moment.astimezone(UTC).replace(tzinfo=None).isoformat() if moment.tzinfo else written), zone
    except (ValueError, OverflowError):
        return written, zone
