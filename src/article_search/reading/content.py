"""Which articles are there, which changed since the last commit, and what do they say?

Three steps, each usable alone: ``walk`` lists the files under the content root without opening one, ``changes``
compares the list with what the last commit knew, ``Loader`` reads one file in whatever process it is called.

A file is an article by its extension; others (images, stylesheets) are none of our business. Hidden files and folders,
``node_modules``, the index folder and what ``exclude`` names are passed over. Whatever else cannot be taken is rejected
by name. Not here: what the text of an article means (article.py), how it is stored (backends).
"""

from __future__ import annotations

import errno
import os
import re
import stat
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from article_search.digests import blake2b
from article_search.errors import ArticleError, SettingsError
from article_search.limits import LIMITS
from article_search.reading.files import Files, FileState, Loaded, Stamp
from article_search.reading.report import FileNote
from article_search.settings import Settings

if TYPE_CHECKING:
    from article_search.reading.article import Rules

EXTENSIONS = (".md", ".markdown", ".mdown", ".mkd")  # in any case
_PASSED_OVER = frozenset({"node_modules"})  # readmes of JavaScript packages
_UNFIT_FOR_A_NAME = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")

# A file written again within the clock tick of its file system, to the same size, looks unchanged. FAT's ticks, the
# longest in use, are 2 s: a file younger than that when read is read once more by the next run.
_TICK = 2_000_000_000  # nanoseconds
_READ_ATTEMPTS = 3  # of a file that is being written while it is read


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


def walk(settings: Settings) -> Content:
    """Lists the content root. Nothing is opened but folders; links to folders are not followed.

    Raises SettingsError when there is no such folder or it holds more than anyone means to search.
    """
    return _Walk(settings).run()


def check_root(settings: Settings) -> None:
    """Raises SettingsError when there is no content root to walk."""
    _Walk(settings)


class _Walk:
    def __init__(self, settings: Settings) -> None:
        try:
            self.root = str(settings.content.resolve(strict=True))
            self.index = str(settings.index.resolve())
            os.scandir(self.root).close()
        except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links, before Python 3.13
            raise SettingsError(_no_content(settings, error)) from None
        self.excluded = _excluded(settings.exclude)
        self.files: dict[str, Stamp] = {}
        self.rejected: list[FileNote] = []
        self.folders = [(self.root, "", 0)]  # still to be listed: path, prefix of its ids, depth
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
                        if stamp := _stamp_of_most(entry):
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
        if is_folder or is_article_name(entry.name) or (entry.is_symlink() and _may_be_folder(entry)):
            if unfit := _unfit_name(entry.name):
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
                status = Path(_resolved(self.root, id)).lstat()
                if stat.S_ISDIR(status.st_mode):
                    return self._reject(id, "is a link to a folder; those are not followed")
            else:
                status = entry.stat(follow_symlinks=False)
            _check_kind(status, id)
        except FileNotFoundError:
            if entry.is_symlink():
                self._reject(id, "is a link to nothing")
            return None  # removed since its folder was listed
        except ArticleError as error:
            return self._reject(id, error.reason)
        except OSError as error:
            return self._reject(id, _why(error))
        self.files[id] = status.st_size, status.st_mtime_ns
        return None

    def _reject(self, id: str, reason: str) -> None:
        self.rejected.append(FileNote(_printable(id), None, reason))


def _stamp_of_most(entry: os.DirEntry[str]) -> Stamp | None:
    """Size and mtime of an article as nearly all are; None for what takes a closer look, or is none of our business."""
    name = entry.name
    if not (name.endswith(EXTENSIONS) and name.isascii() and name.isprintable()):
        return None
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError:
        return None
    fits = stat.S_ISREG(status.st_mode) and status.st_size <= LIMITS.file_bytes
    return (status.st_size, status.st_mtime_ns) if fits else None


def _no_content(settings: Settings, error: Exception) -> str:
    folder = settings.content
    if isinstance(error, FileNotFoundError):
        said = f"there is no content folder {folder}; make it, or name another with --content or in articles.toml"
    elif isinstance(error, NotADirectoryError):
        said = f"the content {folder} is a file; name the folder it is in with --content or in articles.toml"
    else:
        said = f"the content folder {folder} {_why(error)}"
    return said


def _may_be_folder(link: os.DirEntry[str]) -> bool:
    """Whether articles might be lost with this link: it leads to a folder, or nowhere and looks like one."""
    try:
        return stat.S_ISDIR(link.stat().st_mode)
    except OSError:
        return "." not in link.name


def is_article_name(name: str) -> bool:
    """Whether a file of this name is an article."""
    return name.lower().endswith(EXTENSIONS)


def _unfit_name(name: str) -> str | None:
    """Why a name cannot be part of an id, which must be fit for UTF-8, for one line of text and for an address."""
    found = None if name.isascii() and name.isprintable() else _UNFIT_FOR_A_NAME.search(name)
    if found is None:
        return None
    return "its name is not UTF-8" if found[0] >= "\ud800" else "its name holds a control character"


def _printable(path: str) -> str:
    """A path to show: what is unfit for a name written as an escape."""
    return _UNFIT_FOR_A_NAME.sub(lambda char: ascii(char[0])[1:-1], path)


def _excluded(patterns: tuple[str, ...]) -> Callable[[str], object | None] | None:
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
            if _is_due(state, moment):
                altered.add(id)
            elif state.recheck:
                recheck.add(id)
    return Changes(tuple(sorted(altered | recheck)), tuple(sorted(removed)), stale=bool(altered or removed))


def _is_due(state: FileState, moment: float) -> bool:
    return state.due is not None and state.due <= moment


# ---- what it says ----


@dataclass(frozen=True, slots=True)
class Loader:
    """Reads one file by its id; made to be sent to worker processes, so ``known`` holds only what they will read.

    ``root`` is the content root. Never raises for a file: what goes wrong is the reason of its rejection.
    """

    root: str
    rules: Rules
    known: Mapping[str, FileState]
    now: datetime

    def __call__(self, id: str) -> Loaded:
        """The file as it is now; no article when its bytes are those known, it is left out or rejected."""
        started = time.time_ns()
        try:
            data, status = _read(self.root, id)
        except (OSError, ArticleError) as error:
            reason = error.reason if isinstance(error, ArticleError) else _why(error)
            return Loaded(FileState(0, 0, "", "rejected", reason, recheck=True))
        state = FileState(
            size=status.st_size,
            mtime=status.st_mtime_ns,
            digest=blake2b(data, digest_size=16).hexdigest(),
            fate="indexed",
            recheck=status.st_mtime_ns > started - _TICK,
        )
        before = self.known.get(id)
        if before and before.digest == state.digest and not _is_due(before, self.now.timestamp()):
            return Loaded(replace(before, size=state.size, mtime=state.mtime, recheck=state.recheck))
        return self._parsed(data, id, state)

    def _parsed(self, data: bytes, id: str, state: FileState) -> Loaded:
        from article_search.reading import article  # which a run with nothing to read does without

        try:
            parsed = article.parse(data, id, self.rules, self.now)
        except ArticleError as error:
            return Loaded(replace(state, fate="rejected", reason=error.reason, line=error.line))
        except MemoryError:
            raise
        except Exception as error:  # a fault of ours must not keep the other files from being indexed
            reason = _printable(f"internal error: {type(error).__name__}: {error}"[:200])
            return Loaded(replace(state, fate="rejected", reason=reason))
        due = parsed.due.timestamp() if parsed.due else None
        state = replace(state, due=due, warnings=parsed.warnings)
        if parsed.left_out:
            return Loaded(replace(state, fate="left_out", reason=parsed.left_out))
        return Loaded(state, parsed)


def _read(root: str, id: str) -> tuple[bytes, os.stat_result]:
    """A file's bytes and its status when they were read. Raises OSError and ArticleError.

    Whatever was put in the file's place since the walk, it neither leaves the content root nor hangs.
    """
    for _ in range(_READ_ATTEMPTS):
        handle = _opened(root, id)
        try:
            before = os.fstat(handle)
            _check_kind(before, id)
            data = _bytes(handle, before.st_size + 1)
            after = os.fstat(handle)
        finally:
            os.close(handle)
        if len(data) == before.st_size == after.st_size and before.st_mtime_ns == after.st_mtime_ns:
            return data, before
    raise ArticleError(id, "kept changing while it was read; the next run tries again")


# NONBLOCK: opening a FIFO must not wait for a writer.
_READING = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def _opened(root: str, id: str) -> int:
    """A descriptor of a file within the content root, open for reading."""
    path = f"{root}/{id}"
    try:
        handle = os.open(path, _READING)
    except OSError:
        return os.open(_resolved(root, id), _READING)
    try:  # Linux tells where the file really is, which is sooner than to look at each folder on the way
        if os.readlink(f"/proc/self/fd/{handle}") == path:  # noqa: PTH115 (a Path takes longer)
            return handle
    except OSError:
        pass
    os.close(handle)
    return os.open(_resolved(root, id), _READING)


def _bytes(handle: int, most: int) -> bytes:
    """Up to ``most`` bytes of a file; one that has one fewer is not asked for more."""
    parts = []
    while most > 1 and (part := os.read(handle, most)):
        parts.append(part)
        most -= len(part)
    return b"".join(parts)


def _resolved(root: str, id: str) -> str:
    """The real path of a file. Raises OSError, and ArticleError when it is outside the content root."""
    path = os.path.realpath(f"{root}/{id}", strict=True)
    if os.path.commonpath((root, path)) != root:
        raise ArticleError(id, "is a link that leaves the content root")
    return path


def _check_kind(status: os.stat_result, id: str) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise ArticleError(id, f"is {_KINDS.get(stat.S_IFMT(status.st_mode), 'something else')}, not a file")
    if status.st_size > LIMITS.file_bytes:
        raise ArticleError(id, f"has {status.st_size:,} bytes; articles have at most {LIMITS.file_bytes:,}")


_KINDS = {
    stat.S_IFIFO: "a FIFO",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFDIR: "a folder",
    stat.S_IFLNK: "a link",
}


def _why(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno == errno.ELOOP:
        return "is a loop of links"
    if isinstance(error, FileNotFoundError):
        return "vanished before it was read"
    if isinstance(error, OSError):
        return f"cannot be read: {error.strerror}"
    return "is a loop of links"
