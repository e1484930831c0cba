"""Which articles.toml is the site's, where none is named? The nearest one: here, or in a folder above.

What lies above may be anybody's, and says which folder is read and which one is written: only a file of the user, or
of root, counts there. Not here: files that are named (sources.py), what the file says (file.py).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from article_search.errors import SettingsError

NAME = "articles.toml"


def nearest(environment: Mapping[str, str]) -> Path | None:
    """The file of the working directory, or of the nearest folder above up to the user's home or else the root; None
    where there is none. Relative to the working directory. Raises SettingsError for another user's above it."""
    if _is_there(NAME):
        return Path(NAME)
    home = environment.get("HOME", "")
    try:
        here = os.getcwd()  # noqa: PTH109 (a search without settings pays for no Path)
    except OSError:  # it was removed
        return None
    up = ""
    while here != home and (above := os.path.dirname(here)) != here:  # noqa: PTH120 (likewise)
        here, up = above, f"../{up}"
        if _is_there(up + NAME, denied=False):  # a folder that is closed to us is of no site of ours
            _check_owner(up + NAME, os.path.join(here, NAME), environment)  # noqa: PTH118 (likewise)
            return Path(up + NAME)
    return None


def _is_there(file: str, denied: bool = True) -> bool:
    """Whether there is a file, or ``denied`` where we may not look."""
    try:
        os.lstat(file)  # a link to nothing is there: better an error than settings that silently do not count
    except (FileNotFoundError, NotADirectoryError):
        return False
    except PermissionError:
        return denied
    except OSError:
        pass  # it may be there: reading it tells
    return True


def _check_owner(file: str, shown: str, environment: Mapping[str, str]) -> None:
    """Raises SettingsError for a file that neither root nor the user has put there, who may work as root by sudo."""
    user = os.geteuid()
    trusted = {0, user}
    if user == 0 and (behind := environment.get("SUDO_UID", "")).isdecimal():
        trusted.add(int(behind))
    try:
        owners = {os.lstat(file).st_uid, os.stat(file).st_uid}
    except OSError:
        return  # reading it tells
    if not owners <= trusted:
        raise SettingsError(
            f"{shown} belongs to another user and was not read: --config {shown} reads it all the same, an {NAME} here"
            " goes without"
        )
