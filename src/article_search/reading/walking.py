"""Which articles are there, and which changed since the last commit?

``walk`` lists the files under the content root without opening one, ``changes`` compares the list with what the last
commit knew. A file is an article by its extension; others (images, stylesheets) are none of our business. Hidden files
and folders, ``node_modules``, the index folder and what is excluded are passed over. Folders that were built or fetched
are left out by name, whatever else cannot be taken is rejected by name; of what cannot be read just now, nothing is
taken for gone. Not here: which folders are left out (ignored.py), what a file says, and whether it is to be read once
more (loading.py).
"""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from article_search.errors import ArticleError, SettingsError
from article_search.limits import LIMITS
from article_search.reading import access
from article_search.reading.files import Files, Stamp, stamp_of
from article_search.reading.ignored import Ignored
from article_search.reading.report import FileNote

EXTENSIONS = (".md", ".markdown", ".mdown", ".mkd", ".mkdn", ".mkdown")  # in any case
Patterns = Callable[[str], object | None] | None  # a test of paths; None: of none

_PASSED_OVER = frozenset({"node_modules"})  # readmes of JavaScript packages


@dataclass(frozen=True, slots=True)
class Content:
    """All that is under a content root: stamps of ``files`` by id, folders that were ``left_out``, and what was
    ``rejected`` unopened. ``unreadable`` says of folders (the root is "") and files why they could not be looked at
    just now."""

    files: dict[str, Stamp]
    rejected: tuple[FileNote, ...]
    unreadable: dict[str, str] = field(default_factory=dict)
    left_out: tuple[FileNote, ...] = ()

    @property
    def seen(self) -> int:
        """How many files there are to account for."""
        return len(self.files) + len(self.left_out) + len(self.rejected)


@dataclass(frozen=True, slots=True)
class Changes:
    """What a run has to do, as sorted ids. ``stale``: what can be found is no longer what the last commit said.

    ``to_read`` may hold files although nothing is stale: those to be looked at once more, just to be sure. ``kept``
    are known files that could not be looked at.
    """

    to_read: tuple[str, ...]
    removed: tuple[str, ...]
    stale: bool
    kept: tuple[str, ...] = ()


# ---- what is there ----


def walk(content: Path, index: Path, exclude: Sequence[str] = (), endings: Sequence[str] = ()) -> Content:
    """Lists the content root. Nothing is opened but folders; links to folders are not followed.

    The ``index`` folder is no content, nor is what ``exclude`` names: glob patterns as in .gitignore, of which those
    that begin with ``!`` name what is content all the same. ``endings`` are those of articles beside EXTENSIONS. Raises
    SettingsError when there is no such content root or it holds more than anyone means to search.
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
        self.excluded = excluded([pattern for pattern in exclude if not pattern.startswith("!")])
        self.wanted = excluded([pattern[1:] for pattern in exclude if pattern.startswith("!")])
        self.ignored = Ignored(root)
        self.left_out: list[FileNote] = []
        self.endings = (*EXTENSIONS, *endings)
        self.files: dict[str, Stamp] = {}
        self.rejected: list[FileNote] = []
        self.unreadable: dict[str, str] = {}
        self.folders = [(root, "", 0)]  # still to be listed: path, prefix of its ids, depth
        self.entries = 0

    def run(self) -> Content:
        while self.folders:
            self._list(*self.folders.pop())
        for notes in (self.rejected, self.left_out):
            notes.sort(key=lambda note: note.path)
        return Content(self.files, tuple(self.rejected), self.unreadable, tuple(self.left_out))

    def _list(self, path: str, prefix: str, depth: int) -> None:
        self.ignored.enter(path, prefix)
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
            self.unreadable[prefix.rstrip("/")] = access.why(error)

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
        if not self.excluded:
            return False
        id = _composed(prefix + name)
        return self.excluded(id) is not None and not (self.wanted and self.wanted(id))

    def _take(self, entry: os.DirEntry[str], id: str, depth: int) -> None:
        if entry.path == self.index:
            return
        try:
            is_folder = entry.is_dir(follow_symlinks=False)
        except OSError as error:  # of a file system that does not tell with the name what kind of thing has it
            self.unreadable[id] = access.why(error)
            return
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
        elif (why := self.ignored.why(id)) and not (self.wanted and self.wanted(_composed(id))):
            self.left_out.append(FileNote(f"{id}/", None, why))
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
            if is_article_name(entry.name) and access.may_pass(error):
                self.unreadable[id] = access.why(error)
                return None
            return self._reject(id, access.why(error))
        self.files[id] = stamp_of(status)
        return None

    def _reject(self, id: str, reason: str) -> None:
        self.rejected.append(FileNote(access.printable(id), None, reason))


def _stamp_of_most(entry: os.DirEntry[str], endings: tuple[str, ...]) -> Stamp | None:
    """The stamp of an article as nearly all are; None for what takes a closer look, or is none of our business."""
    name = entry.name
    if not (name.endswith(endings) and name.isascii() and name.isprintable()):
        return None
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError:
        return None
    fits = stat.S_ISREG(status.st_mode) and status.st_size <= LIMITS.file_bytes
    return stamp_of(status) if fits else None


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


def excluded(patterns: Sequence[str]) -> Patterns:
    """A test of paths against glob patterns as in .gitignore: one without a slash matches a name in any folder, one
    with a slash a path from the content root; ``*`` stays within a folder, ``**`` does not."""
    if not patterns:
        return None
    return re.compile("|".join(_glob(_composed(pattern)) for pattern in patterns)).fullmatch


def _composed(path: str) -> str:
    """A path with its accents composed: file systems spell them in two ways, and so do people."""
    return path if path.isascii() else unicodedata.normalize("NFC", path)


_WILD = {"**/": "(?:.*?/)??", "**": ".*?", "*": "[^/]*?"}


def _glob(pattern: str) -> str:
    """A glob as an expression that tries the places where what follows a star may stand once each: the first will do
    for all but the last of a path, so that what follows is not tried again from the others."""
    anywhere = "/" not in pattern.rstrip("/")
    pattern = re.sub(r"\*{3,}", "**", f"{'**/' if anywhere else ''}{pattern.strip('/')}")
    first, *rest = re.split(r"((?:^|(?<=/))\*\*/|\*\*)", pattern)
    body = _within_folder(first, last=not rest)
    for number in range(0, len(rest), 2):
        last = number + 2 == len(rest)
        part = _WILD[rest[number]] + _within_folder(rest[number + 1], last)
        body += part if last else f"(?>{part})"
    return f"(?s:{body})"


def _within_folder(pattern: str, last: bool) -> str:
    """Likewise, of a glob without ``**``; if it is the ``last``, it must go up to the end of the path."""
    first, *rest = ["".join("[^/]" if char == "?" else re.escape(char) for char in part) for part in pattern.split("*")]
    for part in rest[:-1]:
        first += f"(?>{_WILD['*']}{part})"
    if not rest:
        return first
    return first + (f"[^/]*{rest[-1]}" if last else f"(?>{_WILD['*']}{rest[-1]})")


# ---- what changed ----


def changes(content: Content, known: Files, now: datetime) -> Changes:
    """What to read, given what there is and what the last commit knew."""
    files, stamps, moment = content.files, known.stamps(), now.timestamp()
    missing = stamps.keys() - files.keys()
    kept = {id for id in missing if lies_in(id, content.unreadable)} if content.unreadable else set()
    removed = missing - kept
    altered = {id for id, stamp in files.items() if stamps.get(id) != stamp}
    recheck = set()
    for id, state in known.notable().items():
        if id in files:
            if state.is_due(moment):
                altered.add(id)
            elif state.recheck:
                recheck.add(id)
    stale = bool(altered or removed)
    return Changes(tuple(sorted(altered | recheck)), tuple(sorted(removed)), stale, tuple(sorted(kept)))


def lies_in(id: str, places: Container[str]) -> bool:
    """Whether a file is one of some places, or in a folder that is; the content root is ""."""
    while id and id not in places:
        id = id.rpartition("/")[0]
    return id in places
