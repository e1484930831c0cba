"""How often does a query made from one article find that article, and how high?

    python tests/benchmarks/known_items.py CONTENT INDEX QUERIES

QUERIES is a folder with ``queries.tsv`` (id TAB text; the id's first letter is the kind of query) and ``qrels.txt``
(query 0 document 1). Prints MRR@100 and success@10 per kind, and the time of a query. Articles that say nearly the same
count as one, as an answer shows one of them. The index must exist.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import defaultdict
from pathlib import Path
from urllib.parse import unquote

from peers.copies import copies
from peers.ranks import first, reciprocal

from article_search.engine import Engine
from article_search.settings import Settings

DEPTH = 100


def read(folder: Path) -> tuple[dict[str, str], dict[str, set[str]]]:
    """The queries by id, and the file names of the articles that answer each."""
    lines = (folder / "queries.tsv").read_text(encoding="utf-8").splitlines()
    queries = dict(line.split("\t", 1) for line in lines if line)
    relevant: dict[str, set[str]] = defaultdict(set)
    for line in (folder / "qrels.txt").read_text(encoding="utf-8").splitlines():
        query, _, document, _ = line.split()
        relevant[query].add(unquote(_name(document)))
    return queries, relevant


def _name(id: str) -> str:
    """The name of an article's file."""
    return id.rpartition("/")[2]


def main() -> None:
    """Runs all queries once and prints a row per kind."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("content", type=Path)
    parser.add_argument("index", type=Path)
    parser.add_argument("queries", type=Path)
    arguments = parser.parse_args()
    queries, relevant = read(arguments.queries)
    ranks: dict[str, list[int | None]] = defaultdict(list)
    times = []
    with Engine(Settings(content=arguments.content, index=arguments.index)) as engine:
        engine.search("warm up")
        same = {_name(id): set(map(_name, others)) for id, others in copies(engine).items()}
        for id, text in queries.items():
            started = time.perf_counter()
            hits = engine.search(text, limit=DEPTH).hits
            times.append(time.perf_counter() - started)
            names = [_name(hit.id) for hit in hits]
            wanted = relevant[id].union(*(same.get(name, ()) for name in relevant[id]))
            ranks[id[0]].append(first(names, wanted))
    print("kind  queries  MRR@100  success@10")
    for kind, found in sorted(ranks.items()):
        success = statistics.fmean(rank is not None and rank <= 10 for rank in found)
        print(f"{kind:4}  {len(found):7}  {reciprocal(found):7.3f}  {success:10.3f}")
    times.sort()
    p50, p95 = times[len(times) // 2], times[len(times) * 95 // 100]
    print(f"a query with {DEPTH} hits and their snippets: p50 {p50 * 1000:.1f} ms, p95 {p95 * 1000:.1f} ms")


if __name__ == "__main__":
    main()
