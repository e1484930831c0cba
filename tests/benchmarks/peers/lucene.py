"""What does Lucene find? It is run once over a file of documents and one of questions; README.md says what it takes.

Not here: what is asked, and how what it finds is scored.
"""

from __future__ import annotations

import os
import subprocess
from collections import defaultdict
from pathlib import Path


class UnknownAnalyzerError(Exception):
    """There is no analyzer of that name."""


def rankings(folder: Path, analyzer: str, documents: Path, queries: Path, boost: float) -> dict[str, list[str]]:
    """The ids of the ten best documents of every question that has any, the best first.

    ``folder`` holds the classes and jars; ``boost`` is of titles, 0: all fields are one. Raises UnknownAnalyzerError,
    and RuntimeError with what Java said when it fails otherwise.
    """
    command: list[str | Path] = ["java", "-cp", _class_path(folder), "Lucene", analyzer, documents, queries, str(boost)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    if done.returncode:
        raise UnknownAnalyzerError(analyzer) if "unknown analyzer" in done.stderr else RuntimeError(done.stderr)
    found: dict[str, list[str]] = defaultdict(list)
    for line in done.stdout.splitlines():
        query, id, _ = line.split("\t")
        found[query].append(id)
    return found


def _class_path(folder: Path) -> str:
    """Every folder with classes and every jar in a folder and below."""
    classes = sorted({path.parent for path in folder.rglob("*.class")})
    return os.pathsep.join(map(str, (*classes, *sorted(folder.rglob("*.jar")))))
