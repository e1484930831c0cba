"""How far is a run? A line of a terminal that is drawn over and over, and is gone when the run ends.

Not here: whether anybody can see it (output.py).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TextIO

from article_search.terminal.reports import duration
from article_search.terminal.screen import counted, cut_to


class ProgressBar:
    """A line of a terminal that is drawn over and over: called with the files done and the files to do.

    ``finishing`` says what takes its time when all files are done.
    """

    def __init__(self, stream: TextIO, width: int, clock: Callable[[], float], finishing: str | None = None) -> None:
        self._stream = stream
        self._width = width
        self._clock = clock
        self._finishing = finishing
        self._started = clock()
        self._drawn = float("-inf")

    def __call__(self, done: int, total: int) -> None:
        now = self._clock()
        if now - self._drawn < 0.1 and done < total:
            return
        self._drawn = now
        line = progress_line(done, total, now - self._started, self._width)
        if self._finishing and done >= total:
            line = finishing_line(total, self._finishing, self._width)
        self._stream.write("\r" + line + "\x1b[K")
        self._stream.flush()

    def close(self) -> None:
        """Takes the line away."""
        if self._drawn > float("-inf"):
            self._stream.write("\r\x1b[K")
            self._stream.flush()


def progress_line(done: int, total: int, elapsed: float, width: int) -> str:
    """How far a run is, how fast it goes and how long it will take."""
    share = done / total if total else 1.0
    text = f" {share:>4.0%}  {done:,} of {total:,} files"
    if done and elapsed > 0:
        rate = done / elapsed
        text += f"  {rate:,.0f} files/s"
        if done < total:
            text += f"  {duration((total - done) / rate)} left"
    bar = min(width - 1 - len(text), 30)
    if bar < 10:
        return text[: width - 1]
    filled = round(bar * share)
    return "█" * filled + "░" * (bar - filled) + text


def finishing_line(total: int, doing: str, width: int) -> str:
    """What is still done when all files are read."""
    return cut_to(f"{counted(total, 'file', 'files')} read, {doing} …", width - 1)
