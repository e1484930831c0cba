"""Where is the process asked that answers from memory? At a socket in a folder that only its user can enter.

The socket's name tells apart what must not be mixed: versions and installations of the program, Pythons, rights, views
of the file system. Imports nothing that takes time. Not here: what is said there (messages.py).
"""

import os
import stat
import sys

from article_search import __version__

_PRIME = 2**32 - 5
_LONGEST = 100  # bytes of a socket's path; Linux takes 107


def identity() -> bytes:
    """Names this program: two processes of the same identity give the same answer to the same question."""
    flags = sys.flags
    try:
        files = os.readlink("/proc/self/ns/mnt")  # noqa: PTH115  # another container may have another disk under the same names
    except OSError:
        files = ""
    root = os.stat("/")
    named = (
        __version__,
        os.path.dirname(os.path.dirname(os.path.dirname(__file__))),  # noqa: PTH120 (pathlib takes longer than all else)
        sys.prefix,
        sys.version,
        os.environ.get("PYTHONPATH", ""),
        *sys.warnoptions,
        (flags.optimize, flags.dev_mode, flags.bytes_warning, flags.isolated, flags.no_site, flags.no_user_site),
        (os.getuid(), os.getgid(), sorted(os.getgroups())),
        (root.st_dev, root.st_ino, files),
    )
    return "\n".join(map(str, named)).encode("utf-8", "surrogateescape")


def folder() -> str:
    """The folder that sockets are in: of the user's session, or one in that of temporary files."""
    session = os.environ.get("XDG_RUNTIME_DIR", "")
    if session.startswith("/") and is_private(session):
        return f"{session}/article-search"
    return f"{os.environ.get('TMPDIR') or '/tmp'}/article-search-{os.geteuid()}"  # noqa: S108 (is_private looks at it)


def is_private(path: str) -> bool:
    """Whether that is a folder, no link to one, that belongs to this user and that nobody else can enter."""
    try:
        found = os.lstat(path)
    except (OSError, ValueError):
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o077


def socket_path() -> str | None:
    """Where this program's process is asked, if there is one. None where there can be none: without a system that says
    who is at the other end (Linux), for a program that runs with another's rights, in a folder of too long a name."""
    if not sys.platform.startswith("linux") or os.getuid() != os.geteuid() or os.getgid() != os.getegid():
        return None
    number = int.from_bytes(identity(), "big") % _PRIME  # who is of another identity is turned away when asked, too
    path = f"{folder()}/{__version__}-{number:08x}"
    return path if len(os.fsencode(path)) <= _LONGEST else None
