"""A folder of which the system's calls fail: each in turn, with any error, or a list that ends without a word."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

T = TypeVar("T")
END = -1  # in place of an error: a list ends here, as if there were no more; other calls are as always
_OF_PATHS = ("scandir", "lstat", "stat", "open")
_OF_DESCRIPTORS = ("read", "fstat")


class Unreliable:
    """Counts the calls about a folder, and fails the one of some number; ``lasting``: and whatever else is asked of the
    same file or folder from then on."""

    def __init__(self, folder: Path, number: int, code: int, lasting: bool = False) -> None:
        self.folder, self.number, self.code, self.lasting = str(folder), number, code, lasting
        self.calls = 0
        self.failed = ""  # path, once it has
        self.call = ""
        self.opened: dict[int, str] = {}  # paths by descriptor

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Puts itself between the program and the system."""
        for name in _OF_PATHS:
            monkeypatch.setattr(os, name, self._of_path(name, getattr(os, name)))
        for name in _OF_DESCRIPTORS:
            monkeypatch.setattr(os, name, self._of_descriptor(name, getattr(os, name)))

    def ask(self, call: str, path: str) -> bool:
        """Raises OSError if this is the call that fails; tells whether a list ends here."""
        self.calls += 1
        if self.calls == self.number:
            self.failed, self.call = path, call
        elif not (self.lasting and path == self.failed):
            return False
        if self.code == END:
            return call == "next"
        raise OSError(self.code, os.strerror(self.code), path)

    def _mine(self, path: object) -> bool:
        if not isinstance(path, str | os.PathLike):
            return False
        name = os.fspath(path)
        return name == self.folder or name.startswith(f"{self.folder}/")

    def _of_path(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def called(path: Any = ".", *arguments: Any, **options: Any) -> Any:
            if not self._mine(path):
                return call(path, *arguments, **options)
            self.ask(name, os.fspath(path))
            found = call(path, *arguments, **options)
            if name == "open":
                self.opened[found] = os.fspath(path)
            return _Entries(found, self, os.fspath(path)) if name == "scandir" else found

        return called

    def _of_descriptor(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def called(descriptor: int, *arguments: Any) -> Any:
            path = self.opened.get(descriptor)
            if path is not None and Path(f"/proc/self/fd/{descriptor}").readlink() == Path(path):  # not reused
                self.ask(name, path)
            return call(descriptor, *arguments)

        return called


class _Entries:
    """The entries of a folder."""

    def __init__(self, entries: Any, calls: Unreliable, path: str) -> None:
        self.entries, self.calls, self.path = entries, calls, path

    def __enter__(self) -> _Entries:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.entries.close()

    def __iter__(self) -> Iterator[object]:
        for entry in sorted(self.entries, key=lambda entry: str(entry.name)):
            if self.calls.ask("next", self.path):
                return
            yield _Entry(entry, self.calls)


class _Entry:
    """One of them; what kind of thing it is may have to be asked for, as on some file systems."""

    def __init__(self, entry: os.DirEntry[str], calls: Unreliable) -> None:
        self.entry, self.calls, self.name, self.path = entry, calls, entry.name, entry.path

    def is_symlink(self) -> bool:
        self.calls.ask("is_symlink", self.path)
        return self.entry.is_symlink()

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        self.calls.ask("is_dir", self.path)
        return self.entry.is_dir(follow_symlinks=follow_symlinks)

    def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
        self.calls.ask("stat", self.path)
        return self.entry.stat(follow_symlinks=follow_symlinks)


def each_call_failing(
    folder: Path, code: int, work: Callable[[], T], lasting: bool = False
) -> Iterator[tuple[Unreliable, T]]:
    """What some work gives while the first call about a folder fails, then while the second does, and so on up to the
    last there is."""
    for number in itertools.count(1):
        unreliable = Unreliable(folder, number, code, lasting)
        with pytest.MonkeyPatch.context() as monkeypatch:
            unreliable.install(monkeypatch)
            found = work()
        if not unreliable.failed:
            return
        yield unreliable, found
