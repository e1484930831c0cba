"""Whose fault is an error? Of what reads an index, or of what is made of the answer.

An index may hold anything, and a cluster may answer anything: whoever takes numbers out of it need not look at each, if
what goes wrong with them is told apart from a mistake of the program. Not here: what is said of it (the backends).
"""

from __future__ import annotations


def raised_in(error: BaseException, package: str) -> bool:
    """Whether an error was raised in a package of this program, by itself or by another program that it called."""
    import traceback  # which is needed where something is wrong

    program = package.partition(".")[0]
    last = ""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        name = frame.f_globals.get("__name__", "")
        last = name if name.startswith(f"{program}.") else last
    return last.startswith(f"{package}.")
