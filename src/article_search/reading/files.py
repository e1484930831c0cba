"""What is known of a content file from one run to the next? Its state, and what reading it has given.

Not here: which files there are (walking.py), where states are kept (backends).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from article_search.reading.report import Note

if TYPE_CHECKING:  # a search does without the reading of articles
    from article_search.reading.article import Article

Fate = Literal["indexed", "left_out", "rejected"]
Stamp = tuple[int, int]  # of a file: size in bytes, mtime in nanoseconds


@dataclass(frozen=True, slots=True)
class FileState:
    """What the last commit knew of one content file.

    ``size`` in bytes and ``mtime`` in nanoseconds decide whether to read it again, ``digest`` (of its bytes) whether to
    rewrite it. ``reason`` says why it was left out or rejected, at ``line``; ``due`` is when a left-out article becomes
    public, or an indexed one expires (epoch seconds). ``recheck``: read it again whatever size and mtime say, for it
    was too young to be trusted, or could not be read (loading.py).
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

    @property
    def stamp(self) -> Stamp:
        """What tells without opening the file whether it has changed."""
        return self.size, self.mtime

    @property
    def notable(self) -> bool:
        """Whether there is more to say than that the file is indexed."""
        return self.fate != "indexed" or self.recheck or self.due is not None or bool(self.warnings)

    def is_due(self, moment: float) -> bool:
        """Whether by this moment (epoch seconds) the article has become public or expired."""
        return self.due is not None and self.due <= moment


class Files(Mapping[str, FileState]):
    """What a commit knew of each content file, by id.

    A run asks ``stamps`` and ``notable`` of all files, and the state of those only that it reads: a backend of many
    files makes states as they are asked for.
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
        """Size and mtime of every file."""
        return {id: state.stamp for id, state in self._states.items()}

    def notable(self) -> Mapping[str, FileState]:
        """Every file that has more to say than that it is indexed; others may be among them."""
        return {id: state for id, state in self._states.items() if state.notable}


@dataclass(frozen=True, slots=True)
class Loaded:
    """One file read. ``article`` is None when there is nothing to write: left out, rejected, or bytes as before."""

    state: FileState
    article: Article | None = None


Load = Callable[[str], Loaded]  # by id; can be sent to worker processes
