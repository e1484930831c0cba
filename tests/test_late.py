"""What is made late is what would have been made at once: the same values, the same matches."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import re
from collections.abc import Mapping
from dataclasses import KW_ONLY, FrozenInstanceError, field
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from article_search import late

T = TypeVar("T")


class Plain:
    name: str
    size: int = 3
    parts: tuple[int, ...] = ()
    notes: dict[str, int] = field(default_factory=dict, compare=True)
    _: KW_ONLY
    secret: str | None = field(default=None, repr=False)
    wide: bool = False

    def __post_init__(self) -> None:
        if self.size < 0:
            raise ValueError("size")


class Bare:
    """Has no fields."""


def _like(written: type[T]) -> type[T]:
    """Another class as it was written."""
    kept = {name: value for name, value in vars(written).items() if name not in ("__dict__", "__weakref__")}
    return type(written.__name__, (), kept)


@late.dataclass(frozen=True, slots=True)
class Kept:
    """Can be pickled, as its module has it."""

    name: str
    size: int = 3


@late.dataclass(frozen=True)
class Loose:
    """Likewise; has something besides its fields."""

    name: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "beside", len(self.name))

    def __hash__(self) -> int:
        return 7


KINDS = [
    pytest.param({"frozen": frozen, "slots": slots}, id=f"frozen={frozen}-slots={slots}")
    for frozen in (True, False)
    for slots in (True, False)
]
names = st.text(max_size=3)
values = st.fixed_dictionaries(
    {"name": names},
    optional={
        "size": st.integers(-1, 5),
        "parts": st.tuples(st.integers()),
        "notes": st.dictionaries(names, st.integers(), max_size=2),
        "secret": names,
        "wide": st.booleans(),
    },
)


def made(kind: Any, given: Mapping[str, Any]) -> Any:
    try:
        return kind(**given)
    except ValueError as error:
        return str(error)


@pytest.mark.parametrize("options", KINDS)
@given(one=values, other=values)
def test_values_are_those_of_a_dataclass(options: dict[str, bool], one: dict[str, Any], other: dict[str, Any]) -> None:
    ours: Any = late.dataclass(**options)(_like(Plain))
    theirs: Any = dataclasses.dataclass(**options)(_like(Plain))
    first, second = made(ours, one), made(ours, other)
    first_of_theirs, second_of_theirs = made(theirs, one), made(theirs, other)
    assert (first == second) is (first_of_theirs == second_of_theirs)
    assert repr(first) == repr(first_of_theirs)
    assert ours.__match_args__ == theirs.__match_args__
    if isinstance(first, str):
        return
    assert dataclasses.asdict(first) == dataclasses.asdict(first_of_theirs)
    assert [(each.name, each.default) for each in dataclasses.fields(ours)] == [
        (each.name, each.default) for each in dataclasses.fields(theirs)
    ]
    changed = dataclasses.replace(first, size=4)
    assert (changed.size, changed.name, first == changed) == (4, first.name, first.size == 4)
    assert first != first_of_theirs
    assert hasattr(first, "__dict__") is hasattr(first_of_theirs, "__dict__")


@pytest.mark.parametrize("options", KINDS)
@pytest.mark.parametrize("given", [((), {}), (("a", 1, (), {}, "b"), {}), (("a",), {"other": 1})])
def test_what_cannot_be_made_is_no_value(options: dict[str, bool], given: tuple[tuple[Any, ...], Any]) -> None:
    kind: Any = late.dataclass(**options)(_like(Plain))
    for _ in range(2):  # the first time and afterwards
        with pytest.raises(TypeError, match="__init__"):
            kind(*given[0], **given[1])


def test_what_is_frozen_is_not_changed_and_can_be_a_key() -> None:
    value = Kept("a")
    with pytest.raises(FrozenInstanceError, match="name"):
        value.name = "b"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError, match="name"):
        del value.name
    assert {value: 1}[Kept("a", 3)] == 1
    kind: Any = late.dataclass(slots=True)(_like(Plain))
    changing = kind("a")
    changing.size = 5
    assert changing.size == 5
    with pytest.raises(TypeError, match="unhashable"):
        hash(changing)


def test_a_class_without_fields_has_equal_values() -> None:
    kind: Any = late.dataclass(frozen=True, slots=True)(_like(Bare))
    assert kind() == kind()
    assert len({kind(), kind()}) == 1


def test_what_a_class_has_written_itself_stays() -> None:
    assert hash(Loose("a")) == 7


@pytest.mark.parametrize("value", [Kept("a", 5), Loose("abc")])
def test_values_are_sent_to_other_processes(value: Any) -> None:
    for sent in (pickle.loads(pickle.dumps(value)), copy.copy(value), copy.deepcopy(value)):
        assert sent == value
        assert getattr(sent, "beside", 3) == 3


@given(st.text("abB \n", max_size=8))
def test_matches_are_those_of_an_expression(text: str) -> None:
    ours, theirs = late.pattern("(?P<run>b+)a", re.IGNORECASE), re.compile("(?P<run>b+)a", re.IGNORECASE)
    for _ in range(2):  # the first time and afterwards
        assert ours.findall(text) == theirs.findall(text)
        assert ours.sub("-", text) == theirs.sub("-", text)
        assert ours.split(text) == theirs.split(text)
        assert [each.span() for each in ours.finditer(text)] == [each.span() for each in theirs.finditer(text)]
        assert bool(ours.search(text)) is bool(theirs.search(text))
        assert bool(ours.match(text, 1)) is bool(theirs.match(text, 1))
        assert bool(ours.fullmatch(text)) is bool(theirs.fullmatch(text))
    assert ours.pattern == theirs.pattern


def test_what_is_no_expression_says_so_when_it_is_used() -> None:
    broken = late.pattern("(")
    with pytest.raises(re.error):
        broken.match("a")
