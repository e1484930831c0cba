"""How often is an article still found when its query is mistyped, and does a query without slips stay as it was?

    python tests/benchmarks/typos.py CONTENT INDEX QUERIES

QUERIES is a folder as known_items.py takes it. Each query is asked as it is, with one random edit (insert, delete,
replace, swap) in one word of five letters or more, and with two edits in different words; queries without enough such
words count as they are. Prints success@10 per kind, as it is with correction and without, how many unedited queries
are answered otherwise with correction on, and the time of an answer. The index must exist.
"""

from __future__ import annotations

import argparse
import random
import re
import statistics
import time
from collections import defaultdict
from pathlib import Path

from known_items import read

from article_search.engine import Engine
from article_search.settings import Settings

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_WORD = re.compile(r"[^\W\d_]{5,}")
BEST = 10


def edited(word: str, chance: random.Random) -> str:
    """A word with one random edit that changes it."""
    while True:
        place = chance.randrange(len(word))
        letter = chance.choice(_LETTERS)
        kind = chance.randrange(4)
        if kind == 0:
            slip = word[:place] + letter + word[place:]
        elif kind == 1:
            slip = word[:place] + word[place + 1 :]
        elif kind == 2:
            slip = word[:place] + letter + word[place + 1 :]
        else:
            slip = word[:place] + word[place : place + 2][::-1] + word[place + 2 :]
        if slip.casefold() != word.casefold():
            return slip


def mistyped(query: str, edits: int, chance: random.Random) -> str:
    """A query with one edit in each of so many words, as far as there are words of five letters."""
    places = [match.span() for match in _WORD.finditer(query)]
    for start, end in sorted(chance.sample(places, min(edits, len(places))), reverse=True):
        query = query[:start] + edited(query[start:end], chance) + query[end:]
    return query


def main() -> None:
    """Asks all queries in all ways and prints a row per kind."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("content", type=Path)
    parser.add_argument("index", type=Path)
    parser.add_argument("queries", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--misses", action="store_true", help="print the queries whose article is lost by an edit")
    arguments = parser.parse_args()
    queries, relevant = read(arguments.queries)
    found: dict[tuple[str, int, bool], list[bool]] = defaultdict(list)
    times: dict[int, list[float]] = defaultdict(list)
    changed = 0
    with Engine(Settings(content=arguments.content, index=arguments.index)) as engine:

        def names(query: str, exact: bool = False) -> list[str]:
            return [hit.id.rpartition("/")[2] for hit in engine.search(query, limit=BEST, exact=exact).hits]

        names("warm up wordz")
        for id, query in queries.items():
            changed += names(query) != names(query, exact=True)
            for edits in (0, 1, 2):
                asked = mistyped(query, edits, random.Random(f"{arguments.seed} {id} {edits}"))
                names(asked, exact=True)  # what it takes to read postings for the first time is not what is measured
                started = time.perf_counter()
                hits = names(asked)
                times[edits].append(time.perf_counter() - started)
                success = any(name in relevant[id] for name in hits)
                found[id[0], edits, True].append(success)
                found[id[0], edits, False].append(any(name in relevant[id] for name in names(asked, exact=True)))
                if arguments.misses and edits and not success and found[id[0], 0, True][-1]:
                    print(f"{id}  {edits}  {query}  ->  {asked}  ({engine.search(asked, limit=1).interpreted})")
    print("kind  edits  success@10  of the unedited  without correction")
    for kind, edits, corrected in sorted(found):
        if corrected:
            share, plain, typed = (
                statistics.fmean(found[key]) for key in ((kind, edits, True), (kind, 0, True), (kind, edits, False))
            )
            print(f"{kind:4}  {edits:5}  {share:10.3f}  {share / plain if plain else 0:15.1%}  {typed:18.3f}")
    print(f"{changed} of {len(queries)} unedited queries are answered otherwise with correction than without")
    for edits, taken in times.items():
        taken.sort()
        p50, p95 = (taken[len(taken) * share // 100] * 1000 for share in (50, 95))
        print(f"an answer with {BEST} hits, {edits} edits: p50 {p50:.1f} ms, p95 {p95:.1f} ms")


if __name__ == "__main__":
    main()
