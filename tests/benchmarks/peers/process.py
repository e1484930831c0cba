"""How does a peer run in a process of its own? Commands come as lines of JSON, answers go back the same way.

    python -m peers.process NAME FOLDER

Started by running.py. Seconds are of the engine's work alone, not of starting Python or of imports.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from peers import MODULES, Peer, Question, made
from peers.feed import Source, files, settings

Command = dict[str, Any]


def source(command: Command, index: Path) -> Source:
    """The articles a command speaks of: files, or made in memory."""
    if "content" in command:
        return files(settings(Path(command["content"]), index), command.get("ids"))
    return made.in_memory(command["numbers"] if "numbers" in command else range(command["size"]), command["version"])


def timed(work: Callable[[], Any]) -> dict[str, Any]:
    """Wall and CPU seconds of some work, child processes included, and what it gave."""
    before, started = sum(os.times()[:4]), time.perf_counter()
    result = work()
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "cpu": sum(os.times()[:4]) - before, "result": result}


def answer(peer: Peer, index: Path, command: Command) -> Any:
    """What a command asks for."""
    match command["do"]:
        case "build":
            found = source(command, index)
            return timed(lambda: peer.build(found, command["workers"]))
        case "update":
            changed = source(command, index)
            return timed(lambda: peer.update(changed, command.get("removed", ())))
        case "open":
            return timed(peer.open)
        case "search":
            return search(peer, command)
    raise ValueError(command["do"])


def search(peer: Peer, command: Command) -> dict[str, Any]:
    """Seconds of each question; with ``show`` also the addresses found and the total."""
    seconds, shown, totals = [], [], []
    for values in command["questions"]:
        question = Question(*values)
        started = time.perf_counter()
        found = peer.search(question, command["level"])
        seconds.append(time.perf_counter() - started)
        if command.get("show"):
            shown.append([hit.url for hit in found.hits])
            totals.append(found.total)
    return {"seconds": seconds, "urls": shown, "totals": totals}


def main() -> None:
    """Answers commands until there are no more. What libraries print goes to standard error."""
    name, folder = sys.argv[1], Path(sys.argv[2])
    output = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    peer: Peer = importlib.import_module(MODULES[name][0]).Engine(folder)
    for line in sys.stdin:
        print(json.dumps(answer(peer, folder, json.loads(line))), file=output, flush=True)


if __name__ == "__main__":
    main()
