"""Which articles of a site say nearly the same? An answer shows one of them, and for a benchmark they count as one."""

from __future__ import annotations

from article_search.engine import Engine


def copies(engine: Engine) -> dict[str, set[str]]:
    """By id, the ids of the articles that say nearly the same, itself among them; none that repeats no other."""
    found = {}
    with engine._backend.reader() as reader:
        for id in engine.ids():
            number = reader.number(id)
            same = reader.same(number) if number is not None else ()
            if same:
                found[id] = {head.id for head in reader.heads(same)}
    return found
