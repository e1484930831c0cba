"""Which articles are there, and which changed since the last commit?

``walk`` lists the files under the content root without opening one, ``changes`` compares the list with what the last
commit knew. A file is an article by its extension; others (images, stylesheets) are none of our business. Hidden files
and folders, ``node_modules``, the index folder and what is excluded are passed over. Whatever else cannot be taken is
rejected by name. Not here: what a file says, and whether it is to be read once more (loading.py).
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from article_search.errors import ArticleError, SettingsError
from article_search.limits import LIMITS
from article_search.reading import access
from article_search.reading.files import Files, Stamp
from article_search.reading.report import FileNote

EXTENSIONS = (".md", ".markdown", ".mdown", ".mkd", ".mkdn", ".mkdown")  # in any case
_PASSED_OVER = frozenset({"node_modules"})  # readmes of JavaScript packages


@dataclass(frozen=True, slots=True)
class Content:
    """All that is under a content root: size and mtime of ``files`` by id, and what was ``rejected`` unopened."""

    files: dict[str, Stamp]
    rejected: tuple[FileNote, ...]

    @property
    def seen(self) -> int:
        """How many files there are to account for."""
        return len(self.files) + len(self.rejected)


@dataclass(frozen=True, slots=True)
class Changes:
    """What a run has to do, as sorted ids. ``stale``: what can be found is no longer what the last commit said.

    ``to_read`` may hold files although nothing is stale: those to be looked at once more, just to be sure.
    """

    to_read: tuple[str, ...]
    removed: tuple[str, ...]
    stale: bool


# ---- what is there ----


def walk(content: Path, index: Path, exclude: Sequence[str] = (), endings: Sequence[str] = ()) -> Content:
    """Lists the content root. Nothing is opened but folders; links to folders are not followed.

    The ``index`` folder is no content, nor is what ``exclude`` names: glob patterns as in .gitignore. ``endings`` are
    those of articles beside EXTENSIONS. Raises SettingsError when there is no such content root or it holds more than
    anyone means to search.
    """
    return _Walk(real_root(content), os.path.realpath(index), exclude, endings).run()


def real_root(content: Path) -> str:
    """The content root with no link in its path. Raises SettingsError when there is none to walk."""
    try:
        root = str(content.resolve(strict=True))
        os.scandir(root).close()
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links, before Python 3.13
        raise SettingsError(_no_content(content, error)) from None
    return root


class _Walk:
    def __init__(self, root: str, index: str, exclude: Sequence[str], endings: Sequence[str]) -> None:
        self.root = root
        self.index = index
        self.excluded = _excluded(exclude)
        self.endings = (*EXTENSIONS, *endings)
        self.files: dict[str, Stamp] = {}
        self.rejected: list[FileNote] = []
        self.folders = [(root, "", 0)]  # still to be listed: path, prefix of its ids, depth
        self.entries = 0

    def run(self) -> Content:
        while self.folders:
            self._list(*self.folders.pop())
        self.rejected.sort(key=lambda note: note.path)
        return Content(self.files, tuple(self.rejected))

    def _list(self, path: str, prefix: str, depth: int) -> None:
        try:
            with os.scandir(path) as entries:
                for entry in entries:
                    self._count()
                    if not self._passed_over(entry.name, prefix):
                        if stamp := _stamp_of_most(entry, self.endings):
                            self.files[prefix + entry.name] = stamp
                        else:
                            self._take(entry, prefix + entry.name, depth)
        except FileNotFoundError:
            return  # removed since its parent was listed
        except OSError as error:
            self._reject(prefix.rstrip("/") or ".", f"cannot be read: {error.strerror}")

    def _count(self) -> None:
        self.entries += 1
        if self.entries > LIMITS.content_files:
            raise SettingsError(
                f"the content root {self.root} holds over {LIMITS.content_files:,} files; name a smaller folder, or"
                " exclude folders in articles.toml"
            )

    def _passed_over(self, name: str, prefix: str) -> bool:
        if name[0] == "." or name in _PASSED_OVER:
            return True
        return self.excluded is not None and self.excluded(prefix + name) is not None

    def _take(self, entry: os.DirEntry[str], id: str, depth: int) -> None:
        if entry.path == self.index:
            return
        is_folder = entry.is_dir(follow_symlinks=False)
        if is_folder or is_article_name(entry.name, self.endings) or (entry.is_symlink() and _may_be_folder(entry)):
            if unfit := access.unfit_name(entry.name):
                self._reject(id, unfit)
            elif is_folder:
                self._take_folder(entry, id, depth + 1)
            else:
                self._take_file(entry, id)

    def _take_folder(self, entry: os.DirEntry[str], id: str, depth: int) -> None:
        if depth > LIMITS.content_depth:
            self._reject(id, f"lies over {LIMITS.content_depth} folders deep")
        else:
            self.folders.append((entry.path, f"{id}/", depth))

    def _take_file(self, entry: os.DirEntry[str], id: str) -> None:
        try:
            if entry.is_symlink():
                status = Path(access.resolved(self.root, id)).lstat()
                if stat.S_ISDIR(status.st_mode):
                    return self._reject(id, "is a link to a folder; those are not followed")
            else:
                status = entry.stat(follow_symlinks=False)
            access.check_kind(status, id)
        except FileNotFoundError:
            if entry.is_symlink():
                self._reject(id, "is a link to nothing")
            return None  # removed since its folder was listed
        except ArticleError as error:
            return self._reject(id, error.reason)
        except OSError as error:
            return self._reject(id, access.why(error))
        self.files[id] = status.st_size, status.st_mtime_ns
        return None

    def _reject(self, id: str, reason: str) -> None:
        self.rejected.append(FileNote(access.printable(id), None, reason))


def _stamp_of_most(entry: os.DirEntry[str], endings: tuple[str, ...]) -> Stamp | None:
    """Size and mtime of an article as nearly all are; None for what takes a closer look, or is none of our business."""
    name = entry.name
    if not (name.endswith(endings) and name.isascii() and name.isprintable()):
        return None
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError:
        return None
    fits = stat.S_ISREG(status.st_mode) and status.st_size <= LIMITS.file_bytes
    return (status.st_size, status.st_mtime_ns) if fits else None


def _no_content(folder: Path, error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        said = f"there is no content folder {folder}; make it, or name another with --content or in articles.toml"
    elif isinstance(error, NotADirectoryError):
        said = f"the content {folder} is a file; name the folder it is in with --content or in articles.toml"
    else:
        said = f"the content folder {folder} {access.why(error)}"
    return said


def _may_be_folder(link: os.DirEntry[str]) -> bool:
    """Whether articles might be lost with this link: it leads to a folder, or nowhere and looks like one."""
    try:
        return stat.S_ISDIR(link.stat().st_mode)
    except OSError:
        return "." not in link.name


def is_article_name(name: str, endings: tuple[str, ...] = EXTENSIONS) -> bool:
    """Whether a file of this name is an article."""
    return name.lower().endswith(endings)


def _excluded(patterns: Sequence[str]) -> Callable[[str], object | None] | None:
    """A test of paths against glob patterns as in .gitignore: one without a slash matches a name in any folder, one
    with a slash a path from the content root; ``*`` stays within a folder, ``**`` does not."""
    if not patterns:
        return None
    return re.compile("|".join(map(_glob, patterns))).fullmatch


def _glob(pattern: str) -> str:
    anywhere = "/" not in pattern.rstrip("/")
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", pattern.strip("/"))
    wild = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    body = "".join(wild.get(part) or re.escape(part) for part in parts)
    return f"(?s:{'(?:.*/)?' if anywhere else ''}{body})"


# ---- what changed ----


def changes(files: Mapping[str, Stamp], known: Files, now: datetime) -> Changes:
    """What to read, given the files there are and those the last commit knew."""
    stamps, moment = known.stamps(), now.timestamp()
    removed = stamps.keys() - files.keys()
    altered = {id for id, stamp in files.items() if stamps.get(id) != stamp}
    recheck = set()
    for id, state in known.notable().items():
        if id not in removed:
            if state.is_due(moment):
                altered.add(id)
            elif state.recheck:
                recheck.add(id)
    return Changes(tuple(sorted(altered | recheck)), tuple(sorted(removed)), stale=bool(altered or removed))
