"""Zones and texts that look like dates, for tests of written dates and of date words."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from hypothesis import strategies as st

ZONES = ["UTC", "Europe/London", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "America/Sao_Paulo"]
NEW_YORK = ZoneInfo("America/New_York")

zones = st.sampled_from(ZONES).map(ZoneInfo)
DATE_LIKE = st.lists(
    st.sampled_from("0 1 2 9 12 13 24 29 30 31 59 60 61 2020 0000 9999 - / . : , + T Z z am pm PM # ( ) ' ..".split())
    | st.sampled_from(
        "Jan february Mar. 3rd Mon Tuesday UTC EST Europe/London to of at q3 w52 last past this ago".split()
    )
    | st.sampled_from(["day", "days", "week", "months", "year", "hours", "24h", "7d", "today", "yesterday", "monday"])
    | st.sampled_from([" ", "-", "_", "..", "\n", "\x00", "\ud800", "９"]),
    max_size=9,
).map("".join)
ANY_TEXT = st.one_of(DATE_LIKE, st.text(max_size=30))
