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
        relevant[query].add(unquote(document.rpartition("/")[2]))
    return queries, relevant


def groups(engine: Engine) -> dict[str, set[str]]:
    """By file name, the file names of the articles that say nearly the same."""
    found = {}
    with engine._backend.reader() as reader:
        for id in engine.ids():
            number = reader.number(id)
            same = reader.same(number) if number is not None else ()
            if same:
                found[id.rpartition("/")[2]] = {head.id.rpartition("/")[2] for head in reader.heads(same)}
    return found


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
        same = groups(engine)
        for id, text in queries.items():
            started = time.perf_counter()
            hits = engine.search(text, limit=DEPTH).hits
            times.append(time.perf_counter() - started)
            names = [hit.id.rpartition("/")[2] for hit in hits]
            wanted = relevant[id].union(*(same.get(name, ()) for name in relevant[id]))
            ranks[id[0]].append(next((rank for rank, name in enumerate(names, 1) if name in wanted), None))
    print("kind  queries  MRR@100  success@10")
    for kind, found in sorted(ranks.items()):
        reciprocal = statistics.fmean(1 / rank if rank else 0.0 for rank in found)
        success = statistics.fmean(rank is not None and rank <= 10 for rank in found)
        print(f"{kind:4}  {len(found):7}  {reciprocal:7.3f}  {success:10.3f}")
    times.sort()
    p50, p95 = times[len(times) // 2], times[len(times) * 95 // 100]
    print(f"a query with {DEPTH} hits and their snippets: p50 {p50 * 1000:.1f} ms, p95 {p95 * 1000:.1f} ms")


if __name__ == "__main__":
    main()
