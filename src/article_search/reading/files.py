"""What is known of a content file from one run to the next? Its state, and what reading it has given.

Not here: which files there are (walking.py), where states are kept (backends).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Literal

from article_search.late import dataclass
from article_search.reading.report import Note

if TYPE_CHECKING:  # a search does without the reading of articles
    from article_search.reading.article import Article

Fate = Literal["indexed", "left_out", "rejected"]
Stamp = tuple[int, int, int]  # of a file: size in bytes, mtime in nanoseconds, mark

_MARK = 2**63 - 1  # fits the signed numbers of 64 bits that states are kept in


def stamp_of(status: os.stat_result) -> Stamp:
    """What tells without opening a file whether it has changed.

    Size and mtime may be those of another text that was put in its place (``cp -p``, rsync, git): the mark is made of
    inode and ctime, which no program can set.
    """
    return status.st_size, status.st_mtime_ns, (status.st_ctime_ns ^ status.st_ino) & _MARK


@dataclass(frozen=True, slots=True)
class FileState:
    """What the last commit knew of one content file.

    ``size`` in bytes, ``mtime`` in nanoseconds and ``mark`` (``stamp_of``) decide whether to read it again, ``digest``
    (of its bytes) whether to rewrite it. ``reason`` says why it was left out or rejected, at ``line``; ``due`` is when
    a left-out article becomes public, or an indexed one expires (epoch seconds). ``recheck``: read it again whatever
    its stamp says, for it was too young to be trusted, or could not be read (loading.py). ``address`` is a number that
    stands for the article's address, 0 where there is none. ``unreadable`` says why the run that last looked could not
    read it; all else is then as it was known before.
    """

    size: int
    mtime: int
    digest: str
    fate: Fate
    reason: str | None = None
    line: int | None = None
    due: float | None = None
    warnings: tuple[Note, ...] = ()
    recheck: bool = False
    mark: int = 0
    address: int = 0
    unreadable: str | None = None

    @property
    def stamp(self) -> Stamp:
        """As ``stamp_of`` made it."""
        return self.size, self.mtime, self.mark

    @property
    def notable(self) -> bool:
        """Whether there is more to say than that the file is indexed."""
        return self.fate != "indexed" or self.recheck or self.due is not None or bool(self.warnings)

    def is_due(self, moment: float) -> bool:
        """Whether by this moment (epoch seconds) the article has become public or expired."""
        return self.due is not None and self.due <= moment


class Files(Mapping[str, FileState]):
    """What a commit knew of each content file, by id.

    A run asks ``stamps``, ``addresses`` and ``notable`` of all files, and the state of those only that it reads: a
    backend of many files makes states as they are asked for.
    """

    def __init__(self, states: Mapping[str, FileState]) -> None:
        self._states = states

    def __getitem__(self, id: str) -> FileState:
        return self._states[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._states)

    def __len__(self) -> int:
        return len(self._states)

    def stamps(self) -> Mapping[str, Stamp]:
        """The stamp of every file."""
        return {id: state.stamp for id, state in self._states.items()}

    def addresses(self) -> Mapping[str, int]:
        """A number that stands for the address of every article that is indexed."""
        return {id: state.address for id, state in self._states.items() if state.address}

    def notable(self) -> Mapping[str, FileState]:
        """Every file that has more to say than that it is indexed; others may be among them."""
        return {id: state for id, state in self._states.items() if state.notable}


@dataclass(frozen=True, slots=True)
class Loaded:
    """One file read. ``article`` is None when there is nothing to write: left out, rejected, or bytes as before."""

    state: FileState
    article: Article | None = None


Load = Callable[[str], Loaded]  # by id; can be sent to worker processes
