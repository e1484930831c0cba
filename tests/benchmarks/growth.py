"""How do time and memory of what reads content, queries, settings and requests grow with their worst inputs?

    python tests/benchmarks/growth.py [PART OF A NAME]

For each line of the table in tests/growth.py: processor time and the most memory at once, at n, 2n and 4n characters.
Even growth doubles both from one column to the next.
"""

from __future__ import annotations

import sys
import tracemalloc
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.effort import seconds
from tests.growth import TABLE, Growth


def peak(one: Growth, given: str) -> float:
    """The most megabytes at once."""
    tracemalloc.start()
    try:
        one.read(given)
        return tracemalloc.get_traced_memory()[1] / 2**20
    finally:
        tracemalloc.stop()


def main() -> None:
    """Prints the table."""
    part = " ".join(sys.argv[1:])
    chosen = [one for one in TABLE if part in one.name]
    width = max((len(one.name) for one in chosen), default=0)
    print(f"{'':{width}} {'n':>7} {'ms: n':>8} {'2n':>8} {'4n':>8} {'MB: n':>8} {'2n':>8} {'4n':>8}")
    for one in chosen:
        inputs = [one.worst(times * one.size) for times in (1, 2, 4)]
        one.read(inputs[0])  # what is made once
        times = [min(seconds(one.read, given) for _ in range(3)) * 1000 for given in inputs]
        memory = [peak(one, given) for given in inputs]
        figures = " ".join(f"{figure:8.1f}" for figure in (*times, *memory))
        print(f"{one.name:{width}} {one.size:7} {figures}", flush=True)


if __name__ == "__main__":
    main()
