"""How much work did that take? Bounds in processor time, which a busy machine does not stretch as it does a clock.

Not here: waiting for what another process or a browser does; such waits end when it has happened, and their limits
only guard against waiting for ever.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


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
