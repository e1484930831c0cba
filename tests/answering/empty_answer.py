"""An answer without hits that tests change as they need."""

from __future__ import annotations

from article_search.answering.results import Results


def results(**changes: object) -> Results:
    values = {
        "query": "",
        "interpreted": "",
        "total": 0,
        "page": 1,
        "pages": 0,
        "took_ms": 0.0,
        "relaxed": False,
        "strict_total": 0,
        "suggestion": None,
        "warnings": (),
        "hits": (),
        "facets": {},
    }
    return Results(**(values | changes))  # type: ignore[arg-type]
