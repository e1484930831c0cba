"""What is in the folder of a site? Its files as text and as data, with caps; whatever is a program is only read.

Not here: which files a generator has.
"""

from __future__ import annotations

import ast
import json
import os
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from article_search.limits import LIMITS
from article_search.reading import header
from article_search.settings.recognising import literals

_ENTRIES = 10_000  # of one folder that are looked at


class Site:
    """A folder. ``unread`` collects the files that could not be understood, each with why."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.unread: list[str] = []

    def first(self, *names: str) -> str | None:
        """The first of some files that is there."""
        return next((name for name in names if self._is(Path.is_file, name)), None)

    def has_folder(self, name: str) -> bool:
        """Whether there is a folder of that name."""
        return self._is(Path.is_dir, name)

    def _is(self, kind: Callable[[Path], bool], name: str) -> bool:
        try:
            return kind(self.folder / name)
        except (OSError, ValueError):  # a name that is too long, or can be none
            return False

    def folders(self, name: str = ".") -> list[str]:
        """The names of folders in a folder, without hidden ones."""
        return sorted(entry.name for entry in self._entries(name) if entry.is_dir() and entry.name[0] != ".")

    def files(self, name: str) -> list[str]:
        """The names of files in a folder."""
        return sorted(entry.name for entry in self._entries(name) if entry.is_file())

    def _entries(self, name: str) -> Iterator[os.DirEntry[str]]:
        try:
            with os.scandir(self.folder / name) as entries:
                yield from (entry for entry, _ in zip(entries, range(_ENTRIES), strict=False))
        except (OSError, ValueError):
            return

    def text(self, name: str) -> str:
        """A file's text; empty when there is none that can be read."""
        path = self.folder / name
        try:
            if not path.is_file():
                return ""
            with path.open("rb") as stream:
                data = stream.read(LIMITS.settings_bytes + 1)
            if len(data) > LIMITS.settings_bytes:
                raise ValueError(f"has over {LIMITS.settings_bytes:,} bytes")
            return data.decode("utf-8-sig")
        except (OSError, ValueError) as error:
            self._note(name, error)
            return ""

    def data(self, name: str) -> dict[str, Any]:
        """A TOML, JSON or YAML file as a table; of YAML every plain value is text."""
        text = self.text(name)
        try:
            if name.endswith(".toml"):
                return tomllib.loads(text)
            if name.endswith(".json"):
                found = json.loads(text or "{}")
                return found if isinstance(found, dict) else {}
            return dict(header.read(f"---\n{text}\n---\n".encode()).metadata) if text.strip() else {}
        except (ValueError, RecursionError) as error:
            self._note(name, error)
            return {}

    def header(self, name: str) -> dict[str, object]:
        """The front matter of a content file."""
        try:
            return header.read(self.text(name).encode()).metadata
        except ValueError:
            return {}

    def literals(self, name: str) -> dict[tuple[str, ...], literals.Literal]:
        """The plain values a JavaScript or PHP file sets, by their keys from the outside in."""
        return literals.read(self.text(name))

    def assignments(self, name: str) -> dict[str, Any]:
        """The plain values a Python file sets at its top level."""
        try:
            module = ast.parse(self.text(name))
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            self._note(name, error)
            return {}
        values: dict[str, Any] = {}
        for statement in module.body:
            if isinstance(statement, ast.Assign):
                for target in statement.targets:
                    if isinstance(target, ast.Name):
                        try:
                            values[target.id] = ast.literal_eval(statement.value)
                        except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
                            values.pop(target.id, None)
                            if target.id.isupper():
                                self.unread.append(f"{name}: {target.id} is worked out by a program")
        return values

    def _note(self, name: str, error: Exception) -> None:
        why = error.strerror if isinstance(error, OSError) else str(error).splitlines()[0] if str(error) else "too deep"
        self.unread.append(f"{name}: {why}")
