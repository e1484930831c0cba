"""May a file below the content root be taken, and if not, why? Names, links, kinds and sizes, before a byte is read.

Not here: which files there are (walking.py), what one says (loading.py).
"""

from __future__ import annotations

import errno
import os
import re
import stat

from article_search.errors import ArticleError
from article_search.limits import LIMITS
from article_search.reading.paths import path_of

_UNFIT_FOR_A_NAME = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_KINDS = {
    stat.S_IFIFO: "a FIFO",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFDIR: "a folder",
    stat.S_IFLNK: "a link",
}


def unfit_name(name: str) -> str | None:
    """Why a name cannot be part of an id, which must be fit for UTF-8, for one line of text and for an address."""
    found = None if name.isascii() and name.isprintable() else _UNFIT_FOR_A_NAME.search(name)
    if found is None:
        return None
    return "its name is not UTF-8" if found[0] >= "\ud800" else "its name holds a control character"


def printable(path: str) -> str:
    """A path to show: what is unfit for a name written as an escape."""
    return _UNFIT_FOR_A_NAME.sub(lambda char: ascii(char[0])[1:-1], path)


def resolved(root: str, id: str) -> str:
    """The real path of a file. Raises OSError, and ArticleError when it is outside the content root."""
    path = os.path.realpath(path_of(root, id), strict=True)
    if os.path.commonpath((root, path)) != root:
        raise ArticleError(id, "is a link that leaves the content root")
    return path


def check_kind(status: os.stat_result, id: str) -> None:
    """Raises ArticleError for what is no file, or one over the cap."""
    if not stat.S_ISREG(status.st_mode):
        raise ArticleError(id, f"is {_KINDS.get(stat.S_IFMT(status.st_mode), 'something else')}, not a file")
    if status.st_size > LIMITS.file_bytes:
        raise ArticleError(id, f"has {status.st_size:,} bytes; articles have at most {LIMITS.file_bytes:,}")


def is_gone(path: str) -> bool:
    """Whether nothing has this name; not if that cannot be told just now."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


_LASTING = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG, errno.ENXIO)


def may_pass(error: OSError) -> bool:
    """Whether the system may let us read at another time what it does not now (rights, disks, networks, descriptors):
    nothing is known then of what is there, and what was known before holds."""
    return error.errno not in _LASTING


def why(error: Exception) -> str:
    """What the system has against a path, as the end of a sentence about it."""
    if isinstance(error, OSError) and error.errno == errno.ELOOP:
        return "is a loop of links"
    if isinstance(error, FileNotFoundError):
        return "vanished before it was read"
    if isinstance(error, OSError):
        return f"cannot be read: {error.strerror}"
    return "is a loop of links"
