"""Does a terminal know links (OSC 8), and to which files do they lead?

No terminal can be asked: those that know them are known by the variables they set. Not here: how a link is written
(screen.py).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

_VARIABLES = ("DOMTERM", "KITTY_WINDOW_ID", "KONSOLE_VERSION", "WT_SESSION")
_PROGRAMS = ("ghostty", "Hyper", "iTerm.app", "mintty", "rio", "Tabby", "vscode", "WarpTerminal", "WezTerm", "zed")
_TERMS = ("alacritty", "contour", "foot", "rio", "wezterm", "xterm-ghostty", "xterm-kitty")
_VTE = 5001  # of GNOME's and others' terminals; the version before fell over links
_TMUX = (3, 4)


def files(when: str, content: Path, is_terminal: bool, environment: Mapping[str, str]) -> str:
    """The address of the content folder, for links to what is in it; empty where there shall be none: ``when`` is
    "always", "never", or "auto" as a terminal knows them. ``FORCE_HYPERLINK`` is a standing order: 0 for never."""
    forced = environment.get("FORCE_HYPERLINK", "") if when == "auto" else ""
    wanted = forced != "0" if forced else when == "always" or (when == "auto" and is_terminal and knows(environment))
    if not wanted:
        return ""
    # The machine is named, so that a terminal on another one, as by ssh, does not look for the file there.
    folder = os.path.abspath(content)  # noqa: PTH100 (keeps symlinks)
    return f"file://{quote(os.uname().nodename)}{quote(os.fsencode(folder)).rstrip('/')}/"


def knows(environment: Mapping[str, str]) -> bool:
    """Whether the terminal that set this environment knows links, as far as can be told."""
    term = environment.get("TERM", "")
    if "TMUX" in environment:  # what it runs in has set its own before
        return environment.get("TERM_PROGRAM") == "tmux" and _numbers(environment, "TERM_PROGRAM_VERSION") >= _TMUX
    if term.startswith(("dumb", "screen")):
        return False
    return (
        any(environment.get(name) for name in _VARIABLES)
        or environment.get("TERM_PROGRAM") in _PROGRAMS
        or term.startswith(_TERMS)
        or _numbers(environment, "VTE_VERSION") >= (_VTE,)
    )


def _numbers(environment: Mapping[str, str], name: str) -> tuple[int, ...]:
    """A version by its numbers, such as 3 and 4 of ``3.4a``."""
    parts = environment.get(name, "").split(".")
    digits = ("".join(char for char in part[:9] if char in "0123456789") for part in parts[:3])
    return tuple(int(part or 0) for part in digits)
