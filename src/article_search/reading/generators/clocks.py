"""In which zone is a date of a header that names none? Readers of YAML have rules of their own.

Not here: what a written date means (reading/dates.py).
"""

from __future__ import annotations

import re
from datetime import UTC, tzinfo

_TIMESTAMP = re.compile(r"\d{4}-\d{1,2}-\d{1,2}(?:[Tt]|[ \t]+)\d{1,2}:\d{2}:\d{2}(?:\.\d*)?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def of_site(_: str, zone: tzinfo) -> tzinfo:
    """That of the site."""
    return zone


def utc_for_times(written: str, zone: tzinfo) -> tzinfo:
    """That of the site for days; a time is one of UTC, as YAML has it."""
    return UTC if _TIMESTAMP.fullmatch(written) else zone


def utc(written: str, zone: tzinfo) -> tzinfo:
    """UTC for whatever YAML takes for a date; the site's for other texts."""
    return UTC if _TIMESTAMP.fullmatch(written) or _DAY.fullmatch(written) else zone
