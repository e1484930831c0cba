"""What is asked while keys are pressed? The newest question, in a thread of its own, so that no key ever waits.

Not here: what is asked and shown (session.py).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Q = TypeVar("Q")
A = TypeVar("A")


class Newest(Generic[Q, A]):
    """Answers the newest question: one that was overtaken before its turn is never asked, and of one that was overtaken
    meanwhile nothing is told. ``answer`` runs in a thread; so does ``tell``, with the answer or what was raised."""

    def __init__(self, answer: Callable[[Q], A], tell: Callable[[Q, A | Exception], None]) -> None:
        self._answer = answer
        self._tell = tell
        self._waiting: list[Q] = []  # at most one
        self._changed = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def ask(self, question: Q) -> None:
        """Puts a question in the place of any that waits."""
        with self._changed:
            self._waiting = [question]
            self._changed.notify()

    def close(self) -> None:
        """Ends when the question that is being answered is; nothing more is told."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closed)
                if self._closed:
                    return
                question = self._waiting.pop()
            found: A | Exception
            try:
                found = self._answer(question)
            except Exception as error:
                found = error
            with self._changed:
                overtaken = bool(self._waiting) or self._closed
            if not overtaken:
                self._tell(question, found)
