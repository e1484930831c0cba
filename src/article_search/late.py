"""What is made only when it is first needed? Regular expressions, and the methods of values.

Both are text that is compiled, in up to a millisecond each. There are some two hundred of them, a search needs a few,
and a person in a terminal waits for all that is made before. Not here: modules that one command needs, which that
command imports (terminal).
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar, cast

T = TypeVar("T")

# ---- regular expressions ----

_METHODS = ("match", "fullmatch", "search", "finditer", "findall", "split", "sub", "subn")


class _Compiled:
    """Has the methods of a compiled expression for attributes, which is as fast as if it were one."""


class _Late(_Compiled):
    """Stands for an expression until something is asked of it."""

    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        compiled = re.compile(self.pattern, self._flags)
        self.__dict__.update((method, getattr(compiled, method)) for method in _METHODS)
        self.__class__ = _Compiled  # type: ignore[assignment]
        return getattr(compiled, name)


def pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    """As ``re.compile``, when it is first used. What is no expression raises re.error there."""
    return cast("re.Pattern[str]", _Late(text, flags))


# ---- values ----

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(*, frozen: bool = False, slots: bool = False) -> Callable[[type[T]], type[T]]:
        """As ``dataclasses.dataclass``. Nothing is compiled but ``__init__``, and that when the first value is made."""
        bare = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots)
        return lambda written: _with_methods(bare(written), frozen)


def _with_methods(cls: Any, frozen: bool) -> Any:
    """A class with the methods of a dataclass that it has not written itself."""
    fields = dataclasses.fields(cls)
    names = [field.name for field in fields]
    values: Callable[[Any], Any] = attrgetter(*names) if names else lambda _: ()

    def init(self: object, *given: Any, **named: Any) -> None:
        cls.__init__ = _init(cls)
        cls.__init__(self, *given, **named)

    def equals(self: object, other: object) -> Any:
        return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

    def hashed(self: object) -> int:
        return hash(values(self))

    def shown(self: object) -> str:
        parts = (f"{field.name}={getattr(self, field.name)!r}" for field in fields if field.repr)
        return f"{self.__class__.__qualname__}({', '.join(parts)})"

    def refuse(self: object, name: str, value: object = None) -> None:
        raise dataclasses.FrozenInstanceError(f"cannot change field {name!r}")

    def restore(self: object, state: tuple[object, dict[str, Any]]) -> None:  # as object.__getstate__ gives it
        for name, value in state[1].items():
            object.__setattr__(self, name, value)

    methods: dict[str, Any] = {"__init__": init, "__eq__": equals, "__repr__": shown}
    methods["__hash__"] = hashed if frozen else None
    if frozen:
        methods |= {"__setattr__": refuse, "__delattr__": refuse}
        if hasattr(cls, "__slots__"):  # without, the state is what ``__dict__`` has, and is put there
            methods["__setstate__"] = restore
    for name, method in methods.items():
        if name not in cls.__dict__:
            setattr(cls, name, method)
    return cls


def _init(cls: Any) -> Callable[..., None]:
    """``__init__`` of a dataclass, compiled. A slot is written to by its own descriptor, which takes half as long as
    ``object.__setattr__``."""
    known: dict[str, Any] = {"_put": object.__setattr__, "_MISSING": dataclasses.MISSING}
    given: list[str] = []
    by_name: list[str] = []
    lines: list[str] = []
    for field in dataclasses.fields(cls):
        name = parameter = value = field.name
        if field.default is not dataclasses.MISSING:
            known[f"_default_{name}"] = field.default
            parameter = f"{name}=_default_{name}"
        elif field.default_factory is not dataclasses.MISSING:
            known[f"_make_{name}"] = field.default_factory
            parameter = f"{name}=_MISSING"
            value = f"_make_{name}() if {name} is _MISSING else {name}"
        (by_name if field.kw_only else given).append(parameter)
        if hasattr(cls, "__slots__"):
            known[f"_put_{name}"] = getattr(cls, name).__set__
            lines.append(f" _put_{name}(self, {value})")
        else:
            lines.append(f" _put(self, {name!r}, {value})")
    if hasattr(cls, "__post_init__"):
        lines.append(" self.__post_init__()")
    parameters = ", ".join(["self", *given, *(["*", *by_name] if by_name else [])])
    exec("\n".join([f"def init({parameters}):", *lines, " return"]), known)  # noqa: S102 (names of our own fields)
    made: Callable[..., None] = known["init"]
    made.__name__, made.__qualname__ = "__init__", f"{cls.__qualname__}.__init__"
    return made
