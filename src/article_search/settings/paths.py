"""Which paths and folders will do for content and index? Not here: whether anything is in them."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from article_search.errors import SettingsError

_LONGEST_PATH, _LONGEST_NAME = 4_095, 255  # bytes; Linux takes no more


def check_path(value: str, where: str) -> None:
    """Raises SettingsError for a text that can name no file; ``where`` it stands comes first in the message."""
    if not value:
        raise SettingsError(f"{where}: a folder's or file's name is needed, not an empty text")
    if "\0" in value:
        raise SettingsError(f"{where}: a path cannot hold a NUL character")
    data = value.encode("utf-8", "surrogatepass")
    if len(data) > _LONGEST_PATH or max(map(len, data.split(b"/"))) > _LONGEST_NAME:
        raise SettingsError(f"{where}: a path, or a name in it, cannot be so long")


def check_folders(content: Path, index: Path) -> None:
    """Refuses an index folder whose rebuilding would take the content with it."""
    content, index = _resolved(content, "content"), _resolved(index, "index")
    if content == index:
        raise SettingsError(
            f"content and index are both {content}; the index is rebuilt at will and needs a folder of its own"
        )
    if content.is_relative_to(index):
        raise SettingsError(
            f"the content {content} lies inside the index folder {index}, which is replaced when the index is rebuilt;"
            " choose another index folder"
        )


def _resolved(path: Path, key: str) -> Path:
    try:
        found = path.resolve()
        with suppress(FileNotFoundError, NotADirectoryError, PermissionError):
            found.stat()  # tells a loop of links, which from Python 3.13 on stay as they are
        return found
    except (OSError, RuntimeError):  # RuntimeError: a loop of links, before Python 3.13
        raise SettingsError(f"{key}: {path} cannot be resolved; it is a loop of links or too long") from None
