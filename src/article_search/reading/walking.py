"""Which articles are there, and which changed since the last commit?

``walk`` lists the files under the content root without opening one, ``changes`` compares the list with what the last
commit knew. A file is an article by its extension; others (images, stylesheets) are none of our business. Hidden files
and folders, ``node_modules``, the index folder and what is excluded are passed over. Folders that were built or fetched
are left out by name, whatever else cannot be taken is rejected by name. Of what cannot be read just now nothing is
taken for gone, nor is what a list lacks, before it was looked for by its name. Not here: which folders are left out
(ignored.py), what a file says, and whether it is to be read once more (loading.py).
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
import unicodedata
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path

from article_search.errors import ArticleError, SettingsError
from article_search.limits import LIMITS
from article_search.reading import access
from article_search.reading.files import Files, Stamp, stamp_of
from article_search.reading.ignored import RULES, Ignored
from article_search.reading.paths import id_of, path_of
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


def walk(
    content: Path,
    index: Path,
    exclude: Sequence[str] = (),
    endings: Sequence[str] = (),
    expected: Iterable[str] = (),
) -> Content:
    """Lists the content root. Nothing is opened but folders; links to folders are not followed.

    The ``index`` folder is no content, nor is what ``exclude`` names: glob patterns as in .gitignore, of which those
    that begin with ``!`` name what is content all the same. ``endings`` are those of articles beside EXTENSIONS.
    ``expected`` are ids that the last commit knew: one that is there and was not listed tells that a list was cut
    short. Raises SettingsError when there is no such content root, it is not there to the end, or it holds more than
    anyone means to search.
    """
    root = real_root(content)
    before = _identity(root)
    found = _Walk(root, os.path.realpath(index), exclude, endings).run(expected)
    if _identity(root) != before:
        raise SettingsError(f"the content folder {content} was exchanged while it was listed; try again")
    return found


def _identity(root: str) -> tuple[int, int]:
    """What a folder is to the system: another is in its place when it was moved or unmounted. Raises SettingsError."""
    try:
        status = Path(root).stat()
    except OSError as error:
        raise SettingsError(_no_content(Path(root), error)) from None
    return status.st_dev, status.st_ino


def real_root(content: Path) -> str:
    """The content root with no link in its path. Raises SettingsError when there is none to walk."""
    try:
        root = str(content.resolve(strict=True))
        os.scandir(root).close()
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links, before Python 3.13
        raise SettingsError(_no_content(content, error)) from None
    return root


def is_passed_over(name: str) -> bool:
    """Whether a file or folder of that name is nobody's content, wherever it is."""
    return name[0] == "." or name in _PASSED_OVER


class _Walk:
    def __init__(self, root: str, index: str, exclude: Sequence[str], endings: Sequence[str]) -> None:
        self.root = root
        self.index = index
        self.excluded = excluded([pattern for pattern in exclude if not pattern.startswith("!")])
        self.wanted = excluded([pattern[1:] for pattern in exclude if pattern.startswith("!")])
        self.ignored = _ignored(root)
        self.left_out: list[FileNote] = []
        self.endings = (*EXTENSIONS, *endings)
        self.files: dict[str, Stamp] = {}
        self.rejected: list[FileNote] = []
        self.unreadable: dict[str, str] = {}
        self.listed: set[str] = set()  # folders, with a slash; the root is ""
        self.folders = [(root, "", 0)]  # still to be listed: path, prefix of its ids, depth
        self.entries = 0

    def run(self, expected: Iterable[str]) -> Content:
        while self.folders:
            self._list(*self.folders.pop())
        self._look_for(expected)
        for notes in (self.rejected, self.left_out):
            notes.sort(key=lambda note: note.path)
        return Content(self.files, tuple(self.rejected), self.unreadable, tuple(self.left_out))

    def _list(self, path: str, prefix: str, depth: int) -> None:
        folder = prefix.rstrip("/")
        try:
            with os.scandir(path) as entries:
                if why := self._unknown_rules(path, prefix):
                    self.unreadable[folder] = why
                    return
                for entry in entries:
                    self._count()
                    name = id_of(entry.name)
                    if not self._passed_over(name, prefix):
                        if stamp := _stamp_of_most(entry, self.endings):
                            self.files[prefix + name] = stamp
                        else:
                            self._take(entry, prefix + name, depth)
        except OSError as error:
            gone = isinstance(error, FileNotFoundError) and access.is_gone(path)  # since its parent was listed
            if not gone:
                self.unreadable[folder] = access.why(error)
            return
        self.listed.add(prefix)

    def _unknown_rules(self, path: str, prefix: str) -> str | None:
        """Takes in which folders of a folder hold no articles; why that is not known just now, else None."""
        try:
            self.ignored.enter(path, prefix)
        except OSError as error:
            return f"its {RULES} {access.why(error)}"
        return None

    def _count(self) -> None:
        self.entries += 1
        if self.entries > LIMITS.content_files:
            raise SettingsError(
                f"the content root {self.root} holds over {LIMITS.content_files:,} files; name a smaller folder, or"
                " exclude folders in articles.toml"
            )

    def _passed_over(self, name: str, prefix: str) -> bool:
        if is_passed_over(name):
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
        name = id.rpartition("/")[2]
        if is_folder or is_article_name(name, self.endings) or (entry.is_symlink() and _may_be_folder(entry)):
            if unfit := access.unfit_name(name):
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
            if is_article_name(id, self.endings) and access.may_pass(error):
                self.unreadable[id] = access.why(error)
                return None
            return self._reject(id, access.why(error))
        self.files[id] = stamp_of(status)
        return None

    # ---- what was expected and not listed ----

    def _look_for(self, expected: Iterable[str]) -> None:
        """Takes no article for gone because a list lacks it: lists end early on some disks and networks, and while
        others write."""
        missing = [id for id in expected if id not in self.files]
        if not missing:
            return
        told = {note.path.rstrip("/") for note in (*self.rejected, *self.left_out)}
        for id in missing:
            if not lies_in(id, self.unreadable) and not lies_in(id, told):
                self._look_for_one(id)

    def _look_for_one(self, id: str) -> None:
        """Looks, from the top, for what a list on the way to a file lacks."""
        prefix, rest = "", id
        while rest:
            name, slash, rest = rest.partition("/")
            place = prefix + name
            path = path_of(self.root, place)
            if self._passed_over(name, prefix) or path == self.index:
                return
            if f"{place}/" not in self.listed:
                if slash or is_article_name(name, self.endings):
                    self._look_at(path, place, slash)
                return
            prefix = f"{place}/"

    def _look_at(self, path: str, place: str, is_folder: str) -> None:
        if access.is_gone(path) or self._is_listed_otherwise(place, path):
            return
        try:
            if is_folder and not stat.S_ISDIR(os.lstat(path).st_mode):
                return
        except OSError as error:
            self.unreadable[place] = access.why(error)
            return
        folder, _, name = place.rpartition("/")
        self.unreadable[folder] = f"was not listed to its end: {name} is in it, and was not told of"

    def _is_listed_otherwise(self, place: str, path: str) -> bool:
        """Whether a file or folder was listed under a name that its file system takes for the same: in other case, or
        with accents composed otherwise."""
        if (other := self._names.get(_composed(place).casefold())) is None:
            return False
        with contextlib.suppress(OSError):
            return os.path.samestat(os.lstat(path_of(self.root, other)), os.lstat(path))
        return False

    @cached_property
    def _names(self) -> dict[str, str]:
        """All that was listed, by names that differ neither in case nor in how accents are composed."""
        folders = (prefix.rstrip("/") for prefix in self.listed)
        return {_composed(id).casefold(): id for id in (*self.files, *folders)}

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


def _ignored(root: str) -> Ignored:
    try:
        return Ignored(root)
    except OSError as error:
        said = f"{error.filename} {access.why(error)}; it may say which folders of {root} hold no articles"
        raise SettingsError(said) from None


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
