"""Which folders hold what was built or fetched, and not what the owner of a site has written? Those that git ignores.

``.gitignore`` is read as git does, in the content root, in the folders below it, and in those above it that are of the
same repository, but for folders only: what matches single files, or every folder, is more often about articles that an
importer writes than about what is no article. Rules that ignore the content root itself say nothing of what is in it,
for its owner has named it. Not here: what the owner leaves out (walking.py).
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from article_search.limits import LIMITS
from article_search.reading.paths import id_of

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

BY_GIT = "ignored by git"
BUILT = "built by a site generator"
_BUILT = frozenset({"_site"})  # of Jekyll and Eleventy
RULES = ".gitignore"  # name of the file
_EVERYTHING = frozenset("*/")  # a pattern of these only is about every folder
_ANY_NAME = "\ue000"  # of a folder that nobody has: rules that ignore it ignore every folder beside it
_NO_FILE = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENXIO)
_STARS = 4  # in one pattern; of more, matching takes time as the power of their number


class Ignored:
    """The rules for folders under a content root, whose path has no link in it.

    Raises OSError for rules that cannot be read just now: which folders hold articles is not known then.
    """

    def __init__(self, root: str) -> None:
        path = Path(root)
        self._rules: dict[str, GitIgnoreSpec] = {}  # of folders, by the prefix of ids in them
        self._above: list[tuple[str, GitIgnoreSpec]] = []  # from the nearest up, with the way to the content root
        for folder in _same_repository(path):
            rules = _read(folder)
            way = f"{id_of(path.relative_to(folder).as_posix())}/"
            if rules and not any(rules.check_file(part).include for part in _parts(f"{way}{_ANY_NAME}/")):
                self._above.append((way, rules))

    def enter(self, path: str, prefix: str) -> None:
        """Takes the rules of a folder in, whose ids have a prefix, before anything in it is asked for."""
        rules = _read(Path(path))
        if rules and not rules.check_file(f"{_ANY_NAME}/").include:
            self._rules[prefix] = rules

    def why(self, id: str) -> str | None:
        """Why a folder is passed over; None if it is not. The nearest rule counts."""
        if id.rpartition("/")[2] in _BUILT:
            return BUILT
        for prefix in _prefixes(id):
            if (rules := self._rules.get(prefix)) and (
                said := rules.check_file(f"{id[len(prefix) :]}/").include
            ) is not None:
                return BY_GIT if said else None
        for way, rules in self._above:
            if (said := rules.check_file(f"{way}{id}/").include) is not None:
                return BY_GIT if said else None
        return None


def _same_repository(root: Path) -> list[Path]:
    """The folders above the content root up to that of its repository; without one, the next."""
    above = []
    for folder in (root, *root.parents):
        if folder != root:
            above.append(folder)
        if (folder / ".git").exists():
            return above
    return above[:1]


def _prefixes(id: str) -> Iterator[str]:
    """The folders a folder is in, from the nearest up, each with its slash; the content root is ""."""
    while id:
        id = id.rpartition("/")[0]
        yield f"{id}/" if id else ""


def _parts(way: str) -> Iterator[str]:
    """``a/``, ``a/b/`` … of ``a/b/c/``."""
    for place, char in enumerate(way):
        if char == "/":
            yield way[: place + 1]


def _read(folder: Path) -> GitIgnoreSpec | None:
    """The rules of a folder that tell some folders from others; None where there are none."""
    text = _text(folder / RULES)
    lines = [line for line in text.splitlines() if line.count("*") <= _STARS and not set(line.strip()) <= _EVERYTHING]
    if not any(line and line[0] not in "#!" for line in lines):
        return None
    from pathspec import GitIgnoreSpec  # which a site without rules does without

    return GitIgnoreSpec.from_lines([line for line in lines if _is_pattern(line)])


def _text(path: Path) -> str:
    """What a file says; nothing where there is none. Raises OSError."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)  # a FIFO has no writer to wait for
    except OSError as error:
        if error.errno in _NO_FILE:
            return ""
        raise
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return ""
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(LIMITS.gitignore_bytes).decode("utf-8", "replace")
    finally:
        os.close(descriptor)


def _is_pattern(line: str) -> bool:
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True
