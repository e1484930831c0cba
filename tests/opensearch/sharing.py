"""How do several processes use one cluster? The first to need it starts it, and ends it once all others are done.

The tests of a session run in several processes, and a cluster takes a quarter of a minute to start. Not here: what
a cluster is (cluster.py); one that is shared is neither killed nor paused, so it is given as addresses only.
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tests.opensearch.artefacts import VERSION
from tests.opensearch.cluster import Cluster
from tests.opensearch.nodes import AnswerError, Nodes


@contextmanager
def shared(folder: Path, nodes: int = 3, version: str = VERSION) -> Iterator[Nodes]:
    """The cluster of this folder, for the length of a ``with``.

    A lock is held by all who use it, shared, and by the one who starts or ends it, alone. It goes with its process, so
    one that was killed is not waited for; if that was the one who had started the cluster, the next starts another.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "users.lock").open("w") as lock:
        try:
            while True:
                fcntl.flock(lock, fcntl.LOCK_SH)
                if found := _running(folder):
                    yield found
                    return
                fcntl.flock(lock, fcntl.LOCK_UN)
                fcntl.flock(lock, fcntl.LOCK_EX)
                if not _running(folder):  # nobody was quicker
                    break
            with Cluster(folder, nodes, version) as started:
                yield from _until_all_are_done(started, lock)
        finally:
            fcntl.flock(lock, fcntl.LOCK_UN)  # a child that has inherited the file would keep it


def _until_all_are_done(started: Cluster, lock: IO[str]) -> Iterator[Nodes]:
    record = _record(started.folder)
    record.write_text(json.dumps(started.hosts))
    fcntl.flock(lock, fcntl.LOCK_UN)
    try:
        yield Nodes(started.hosts)
    finally:
        fcntl.flock(lock, fcntl.LOCK_EX)
        record.unlink()


def _record(folder: Path) -> Path:
    return folder / "hosts.json"


def _running(folder: Path) -> Nodes | None:
    """The nodes that are on record, if they still answer."""
    try:
        found = Nodes(json.loads(_record(folder).read_text()))
        found.ask("/")
    except AnswerError:
        return found  # it is ill, which the tests will say better
    except OSError:
        return None
    return found
