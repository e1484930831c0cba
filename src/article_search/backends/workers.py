"""How is work done side by side? Each piece in a process of its own, which sends what it has found and ends with us.

Processes are copies of this one where that is safe, and so begin at once. Not here: what the work is (each
backend's writing).
"""

from __future__ import annotations

import contextlib
import gc
import math
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from typing import Any, TypeVar

from article_search.errors import ArticleSearchError

T = TypeVar("T")
Send = Callable[[object], None]
_CHUNK = 32  # things that a process takes at a time
_FROM = 200  # from which on processes are worth their start
_DONE = "done"  # the last message of a process


def wanted(things: int, most: int) -> int:
    """How many processes are worth their start for so many things; 1: none, it is done here."""
    return min(most, math.ceil(things / _CHUNK)) if things >= _FROM else 1


def chunks(things: Sequence[T], taken: Any) -> Iterator[Sequence[T]]:
    """Some of things at a time that no other process has taken; ``taken`` is a number of ``context`` that all share, 0
    at first."""
    while True:
        with taken.get_lock():
            start = taken.value
            taken.value = start + _CHUNK
        if start >= len(things):
            return
        yield things[start : start + _CHUNK]


def context() -> Any:
    """How processes are started; what they share must be made by it."""
    # A copy of a process with threads may hang on their locks; a fresh one costs its imports.
    method = "fork" if threading.active_count() == 1 and hasattr(os, "fork") else "spawn"
    return multiprocessing.get_context(method)


@contextlib.contextmanager
def messages(start: Any, works: Sequence[Callable[[Send], None]], locks: Sequence[int]) -> Iterator[Iterator[Any]]:
    """Has all of some works done at once, each in a process; gives what they send, as it comes.

    ``start`` is of ``context``, ``locks`` the descriptors of locks that must end with this process and not with them.
    What is raised in a process, or its early end, raises ArticleSearchError here, and ends the others; so does leaving
    early.
    """
    inherited = locks if start.get_start_method() == "fork" else ()
    processes, connections = [], []
    ended = False
    try:
        for work in works:
            ours, theirs = start.Pipe(duplex=False)
            process = start.Process(target=_run, args=(work, theirs, os.getpid(), inherited), daemon=True)
            with _interrupts_held():
                process.start()
            theirs.close()
            processes.append(process)
            connections.append(ours)
        yield _received(connections)
        ended = not connections
    finally:
        for process in processes:
            if not ended:
                process.terminate()
            process.join()
        for connection in connections:
            connection.close()


def _received(connections: list[Any]) -> Iterator[Any]:
    """What processes send, until all have said that they are done."""
    while connections:
        connection: Any
        for connection in wait(connections):
            try:
                message = connection.recv()
            except EOFError:
                raise ArticleSearchError(
                    "a worker process ended early (out of memory?); nothing was changed. Set workers = 1"
                    " in articles.toml to use less memory"
                ) from None
            if isinstance(message, BaseException):
                raise message
            if message == _DONE:
                connections.remove(connection)
                connection.close()
            else:
                yield message


@contextlib.contextmanager
def _interrupts_held() -> Iterator[None]:
    """Ctrl-C reaches a whole process group; a worker born meanwhile holds it back until it ignores it."""
    held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)


def _run(work: Callable[[Send], None], results: Connection, parent: int, locks: Sequence[int]) -> None:
    """A worker process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends its workers itself
    for lock in locks:
        os.close(lock)  # which is the parent's, and ends with it
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    gc.freeze()  # what the parent had is here to stay
    gc.set_threshold(100_000, 50, 50)  # millions of small objects are made and hardly a cycle among them
    try:
        work(results.send)
        results.send(_DONE)
    except ArticleSearchError as error:
        results.send(error)
    except BaseException as error:
        with contextlib.suppress(Exception):
            results.send(ArticleSearchError(f"{type(error).__name__} in a worker process: {error}"))
        os._exit(1)


def _end_with(parent: int) -> None:
    """Ends this process soon after its parent, which may be killed without a word."""
    while os.getppid() == parent:
        time.sleep(0.2)
    os._exit(1)
