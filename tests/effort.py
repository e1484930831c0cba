"""How much work did that take? Bounds in processor time, which a busy machine does not stretch as it does a clock.

Not here: waiting for what another process or a browser does; such waits end when it has happened, and their limits
only guard against waiting for ever.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")
_GROWTH = 9  # times as long, where four times as much is read; n log n takes 4.6 times, n² 16 times
_MOMENT = 0.15  # seconds
_TRIES = 3


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Fails if what is done inside takes this thread more processor time than so many seconds.

    Meant for what is quadratic or worse when it goes wrong: the bound is many times what the work takes when all is
    well, and a fraction of what it takes otherwise.
    """
    started = time.thread_time()
    try:
        yield
    finally:  # also where the end is an error
        taken = time.thread_time() - started
        assert taken < seconds, f"{taken:.1f} s of processor time, over {seconds} s"


def seconds(read: Callable[[T], object], given: T) -> float:
    """The processor time that reading something takes this thread, without the search for garbage, which looks through
    all that other tests have left."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        started = time.thread_time()
        read(given)
        return time.thread_time() - started
    finally:
        if was_on:
            gc.enable()


def grows_evenly(read: Callable[[str], object], worst: Callable[[int], str], size: int) -> None:
    """Fails if four times as much takes far more than four times as long, as it does where the work is quadratic. What
    is but a moment is no matter; what another process spoils is tried again."""
    small, large = worst(size), worst(4 * size)
    for _ in range(_TRIES):
        before = min(seconds(read, small) for _ in range(2))
        after = min(seconds(read, large) for _ in range(2))
        if after < max(_MOMENT, _GROWTH * before):
            return
    raise AssertionError(
        f"{before:.3f} s of processor time for {size} characters, {after:.3f} s for four times as many"
    )
