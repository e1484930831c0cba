"""Which moment does a written date mean, and which span of time do the date words of a query name?

Not here: the choice of the header key a date stands under (article.py), the syntax around date words (query.py).
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, tzinfo

_PARTS = re.compile(r"\s*['\"]?(\d{4})-(\d\d?)-(\d\d?)(?:[T \-]+(\d\d?)[:\-](\d\d)(?:[:\-](\d\d))?)?")


def parse_written(value: object, zone: tzinfo) -> datetime:
    """The moment a value of front matter names, aware and in UTC; without an offset it is read in ``zone``.

    Raises ValueError with a text fit for a warning.
    """
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=zone).astimezone(UTC)
    match = _PARTS.match(str(value)[:200])
    if not match:
        raise ValueError(f"{str(value)[:40]!r} is not a date")
    return datetime(*(int(part or 0) for part in match.groups()), tzinfo=zone).astimezone(UTC)  # type: ignore[misc]


def query_range(text: str, now: datetime) -> tuple[datetime | None, datetime | None]:
    """The half-open span [since, until) that date words name, in the zone of ``now`` (aware); None is open.

    Raises ValueError with one line that says what would be valid.
    """
    match = re.fullmatch(r"(\d{4})-(\d\d?)-(\d\d?)", text.strip())
    if not match:
        raise ValueError(f"{text[:40]!r} is not a date; write 2020-09-15, 2020-09, 2020 or last-week")
    day = date(*map(int, match.groups()))
    midnight = datetime(day.year, day.month, day.day, tzinfo=now.tzinfo)
    return midnight, midnight + timedelta(days=1)
