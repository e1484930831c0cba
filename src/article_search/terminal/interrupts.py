"""What does Ctrl-C do? It ends a command in one line, at whatever moment it comes, the first of its start among them.

It is there before all else, and so imports only what an interpreter has in it: ``signal`` itself takes longer than all
that comes before. Not here: what a command does about it (cli.py and below).
"""

import _signal as signal  # type: ignore[import-not-found, unused-ignore]
import os

TYPE_CHECKING = False

if TYPE_CHECKING:
    from types import FrameType
    from typing import NoReturn

CODE = 130  # as of a program that SIGINT ended
MESSAGE = "interrupted; nothing is lost, the same command can be run again"


def heed() -> bool:
    """From now on Ctrl-C is told of in a line. False where it is not heeded at all, as by a job in the background."""
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        return False
    signal.signal(signal.SIGINT, _interrupt)
    return True


def ignore() -> None:
    """All is done and said: there is nothing left to interrupt."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def end() -> "NoReturn":
    """Tells of Ctrl-C where nothing has begun, and ends the program at once."""
    os.write(2, f"articles: {MESSAGE}\n".encode())
    os._exit(CODE)


def _interrupt(_: int, frame: "FrameType | None") -> None:
    """Raises KeyboardInterrupt. Amid an import it ends the program at once: modules that are half there, in C above
    all, would make another error of it, and what has not begun needs no end."""
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            end()
        frame = frame.f_back
    raise KeyboardInterrupt
