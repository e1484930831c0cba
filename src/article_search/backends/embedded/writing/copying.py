"""How does an index get into another folder, while both are in use? What it holds becomes the other's next commit.

Files are copied beside those that are there, read back, and on disk, before one rename makes all of them the index.
What is there already is not copied again. Not here: the rename (committing.py).
"""

from __future__ import annotations

import contextlib
import os
import shutil
from dataclasses import replace
from pathlib import Path

from article_search.backends.embedded import manifest, records, store
from article_search.backends.embedded.columnar import container
from article_search.backends.embedded.writing import committing, locking
from article_search.errors import ArticleSearchError, IndexStateError


def copy(source: Path, target: Path, *, wait: bool) -> None:
    """Copies the newest commit. Raises IndexBusyError when another run writes the target and ``wait`` is false, and
    IndexStateError for a source that cannot be read; the target then is as it was."""
    number = store.require_generation(source)
    if target.exists() and target.samefile(source):
        raise ArticleSearchError(f"{target} is the index itself; name another folder to copy it to")
    store.make(target)
    with locking.locked(target, wait) as lock:
        while True:
            try:
                return _copy(source, number, target, lock)
            except IndexStateError:
                newest = store.require_generation(source)
                if newest == number:
                    raise
                number = newest  # a writer has replaced what was copied


def _copy(source: Path, number: int, target: Path, lock: locking.Lock) -> None:
    record = store.read_record(source, number)
    known = manifest.Manifest(source, record.chain).changes()
    before = store.generation(target)
    generation = (before or 0) + 1
    last = None
    with contextlib.suppress(IndexStateError):  # of a target that is damaged nothing is used
        last = None if before is None else store.read_record(target, before)
    store.clean(target, last)
    for name, fingerprint in record.containers.items():
        if name not in {link.name for link in record.chain}:  # whose numbers are those of the source's commits
            own = name == records.repeats_name(number)
            _copy_file(source / name, target / (records.repeats_name(generation) if own else name), fingerprint)
    chain = manifest.added(target, (), generation, known)
    committing.publish(target, replace(record, generation=generation, chain=chain), lock.check)


def _copy_file(source: Path, target: Path, fingerprint: int) -> None:
    with contextlib.suppress(IndexStateError):
        return _check(target, fingerprint)
    store.open_container(source.parent, source.name, fingerprint)  # the errors of what is not there
    pending = target.with_name(f"_{records.PENDING}_{target.name}")
    with os.fdopen(container.open_regular(source), "rb") as file, pending.open("wb") as copied:
        shutil.copyfileobj(file, copied, 2**20)
        copied.flush()
        os.fsync(copied.fileno())
    if target.is_dir() and not target.is_symlink():
        shutil.rmtree(target)
    pending.replace(target)
    try:
        _check(target, fingerprint)
    except IndexStateError:  # of which of the two?
        _check(source, fingerprint)
        raise
    return None


def _check(path: Path, fingerprint: int) -> None:
    file = store.open_container(path.parent, path.name, fingerprint)
    with store.understood(path.parent):
        file.check()
