"""What does the text of a JavaScript or PHP program set to plain values? Strings, switches and lists of strings by key.

A program is never run, and not understood either: what is worked out is not found. One pass over the text, in time by
its length. Not here: what a key means.
"""

from __future__ import annotations

import re

from article_search.quoted import Quoted

Literal = str | list[str]

_LEXEME = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z)|\#[^\n\[]*)
    |(?P<quote>['"`])
    |(?P<word>[A-Za-z_$][\w$]*|\d[\w.]*)
    |(?P<arrow>=>)
    |(?P<sign>[{}\[\]():,;=])""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_DEPTH = 100  # of brackets
_SWITCHES = ("true", "false")
_CLOSING = {"{": "}", "[": "]", "(": ")"}


def read(text: str) -> dict[tuple[str, ...], Literal]:
    """The values by the keys they stand under, from the outside in; of one given twice the first."""
    found: dict[tuple[str, ...], Literal] = {}
    stack: list[str | None] = []  # the key before each open bracket
    key: str | None = None  # of the value that is to come
    last: tuple[str, str] = ("", "")  # the word or string before this one
    quoted, place = Quoted(text), 0
    while match := _LEXEME.search(text, place):
        kind, sign, place = str(match.lastgroup), match[0], match.end()
        if kind == "quote" and (string := quoted.match(match.start())):
            last, place = ("string", _ESCAPE.sub(r"\1", string[1])), string.end()
        elif kind == "word":
            last = kind, sign
        if kind not in ("arrow", "sign"):
            continue
        if sign in (":", "=>", "="):
            # A word before an arrow is a parameter, and an assignment names no part of what is assigned.
            names = sign == ":" or (sign == "=>" and last[0] == "string")
            key, last = (last[1] or None) if names else None, ("", "")
            continue
        if last[0] == "string" or last[1] in _SWITCHES:
            path = tuple(one for one in (*stack, key) if one)
            if key:
                found.setdefault(path, last[1])
            elif path and last[0] == "string" and sign in {",", "]"}:
                listed = found.setdefault(path, [])
                if isinstance(listed, list):
                    listed.append(last[1])
        if sign in _CLOSING and len(stack) < _DEPTH:
            if key and sign != "(" and last[1] != "$":  # an empty one says that it is there
                found.setdefault((*(one for one in stack if one), key), [])
            stack.append(key)
        elif sign in _CLOSING.values() and stack:
            stack.pop()
        key, last = None, ("", "")
    return found
