"""How is a hit opened? Its file in an editor, at a line if the editor is one that can, or its address in a browser.

Not here: which hit (searching.py).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path, PurePath

from article_search.answering.results import Hit
from article_search.errors import ArticleSearchError
from article_search.reading import links
from article_search.settings import Settings
from article_search.terminal import programs
from article_search.terminal.resident import foreground
from article_search.terminal.screen import clean

# How editors are told of a line; others get the file alone.
_WAYS: tuple[tuple[str, Callable[[str, int], list[str]]], ...] = (
    (
        "vi vim nvim view vimx gvim mvim elvis vis kak nano rnano pico emacs emacsclient jed joe jmacs jstar jpico ne"
        " mg micro mcedit gedit gnome-text-editor pluma xed",
        lambda path, line: [f"+{line}", path],
    ),
    ("hx helix subl zed lapce", lambda path, line: [f"{path}:{line}"]),
    ("code code-insiders codium vscodium cursor windsurf", lambda path, line: ["--goto", f"{path}:{line}"]),
    ("kate kwrite idea pycharm webstorm", lambda path, line: ["--line", str(line), path]),
)
_WAY = {editor: way for editors, way in _WAYS for editor in editors.split()}


def edit(path: Path, line: int) -> None:
    """Opens a file in ``$VISUAL``, ``$EDITOR`` or vi, until the editor ends. Raises ArticleSearchError."""
    said = {name: value for name in ("VISUAL", "EDITOR") if (value := os.environ.get(name))}
    command = programs.named(said, "VISUAL", "EDITOR") or ["vi"]
    # From the root on, no name of a file is an option, or a command of vi.
    file = os.path.abspath(path)  # noqa: PTH100 (keeps symlinks)
    way = _WAY.get(PurePath(command[0]).name)
    arguments = way(file, line) if way else [file]
    try:
        process = foreground.start([*command, *arguments], os.environ)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise ArticleSearchError(f"the editor {command[0]} cannot be run: {why}; set VISUAL or EDITOR") from None
    if code := programs.wait_for(process):
        raise ArticleSearchError(f"the editor {command[0]} ended with the code {code}")


def browse(hit: Hit, settings: Settings) -> None:
    """Opens an article in the browser. Raises ArticleSearchError."""
    import webbrowser

    address = address_of(hit, settings)
    if not webbrowser.open(address):
        raise ArticleSearchError(f"no browser could be opened; the address is {address}")


def address_of(hit: Hit, settings: Settings) -> str:
    """The address of an article in the web, at the server's own page where it has no other. Raises
    ArticleSearchError."""
    if links.is_of_web(hit.url) and links.is_safe(hit.url):
        return hit.url
    if settings.web.address and hit.url.startswith("/article/") and links.is_safe(hit.url):
        return settings.web.address.rstrip("/") + hit.url
    raise ArticleSearchError(
        f"{clean(hit.id)} has no address in the web, only {clean(hit.url)[:200]}: set base_url in articles.toml"
    )
