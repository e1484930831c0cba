"""The URL of a search is read as it was written, and every change of it is a link that can be shared."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from article_search.errors import OptionError
from article_search.limits import LIMITS
from article_search.query.search import Search
from article_search.web.links import chips
from article_search.web.state import PARAMETERS, State, is_no, is_yes, unknown_parameters


def state(**parameters: list[str] | str) -> State:
    return State.read(urlencode(parameters, doseq=True))


line = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30).map(str.strip)
states = st.builds(
    State().but, q=line, category=st.lists(line.filter(bool), max_size=4, unique=True), since=line, page=line
)


@given(states)
def test_a_state_is_read_back_from_its_own_link(asked: State) -> None:
    assert State.read(asked.link()) == asked


@given(st.dictionaries(st.sampled_from(["q", "category", "since", "page", "any"]), st.lists(st.text()), max_size=5))
def test_whatever_a_url_says_is_read_as_short_printable_lines(values: dict[str, list[str]]) -> None:
    asked = State.read(urlencode(values, doseq=True, errors="surrogatepass"))
    for _, value in asked.parameters():
        assert value == value.strip()
        assert len(value) <= LIMITS.query_chars + 1
        assert not any(char in value for char in "\0\n\r\x1b\ud800")


def test_a_link_says_nothing_that_was_left_out() -> None:
    assert state(q="harbour", since="", until=" ").link() == "?q=harbour"


def test_of_a_repeated_option_the_first_counts_and_categories_add_up() -> None:
    asked = state(q=["one", "two"], category=["a", "b", "a", ""])
    assert (asked.q, asked.categories) == ("one", ("a", "b"))


def test_one_category_more_than_allowed_reaches_the_engine_and_no_others() -> None:
    asked = state(category=[f"c{number}" for number in range(1000)])
    assert len(asked.categories) == LIMITS.filter_values + 1


def test_every_change_but_a_turn_of_the_page_begins_at_the_first_page() -> None:
    asked = state(q="harbour", category=["culture"], since="2020", page="7")
    changed = [
        asked.asking("bridge"),
        asked.sorted_by("newest"),
        asked.all_words(),
        asked.toggled("sports"),
        asked.only("sports"),
        asked.between("2019", "2020"),
        asked.without("since"),
        asked.without("category"),
        asked.unfiltered(),
    ]
    assert [one["page"] for one in changed] == [""] * len(changed)
    assert asked.turned(8) == state(q="harbour", category=["culture"], since="2020", page="8")
    assert asked.turned(1) == state(q="harbour", category=["culture"], since="2020")


@pytest.mark.parametrize(
    ("value", "meaning"),
    [
        *((word, True) for word in ("1", "true", "yes", "ON")),
        *((word, False) for word in ("0", "False", "no", "off", "")),
    ],
)
def test_any_and_all_are_a_yes_or_a_no(value: str, meaning: bool) -> None:
    assert state(any=value).search().any is state(strict=value).value("strict") is is_yes(value) is meaning
    assert is_no(value) is not meaning


def test_other_words_are_asked_for_without_what_was_said_of_these() -> None:
    asked = state(q="harbuor", category="sports", page="2")
    assert asked.as_typed().link() == "?q=harbuor&category=sports&exact=1"
    assert asked.as_typed().asking("harbour").link() == "?q=harbour&category=sports"
    assert ("exact", "1") not in asked.as_typed().hidden()


def test_all_of_the_words_take_the_place_of_any() -> None:
    assert state(q="x", any="1", page="2").all_words() == state(q="x", strict="1")


def test_an_order_may_be_written_in_capitals() -> None:
    assert state(sort="Newest").search().sort == "newest"


def test_parameters_that_mean_nothing_are_named_once() -> None:
    assert unknown_parameters("?q=a&colour=red&colour=&x%0A=1&Page=2&page=1") == ["colour", "x", "Page"]
    assert unknown_parameters("=&&;") == [";"]
    assert unknown_parameters("?" + "&".join(f"{name}=1" for name in PARAMETERS)) == []


def test_an_unknown_order_and_a_vague_any_are_refused_by_name() -> None:
    with pytest.raises(OptionError) as order:
        _ = state(sort="best").search()
    with pytest.raises(OptionError) as vague:
        _ = state(any="maybe").search()
    assert (order.value.option, vague.value.option) == ("sort", "any")


def test_choosing_a_category_again_lets_it_go_whatever_its_case_and_accents() -> None:
    asked = state(category=["Café"])
    assert asked.toggled("cafe") == State()
    assert asked.toggled("bar").categories == ("Café", "bar")
    assert state(category=["Men's Health"]).toggled("Mens Health").categories == ("Men's Health", "Mens Health")


def test_a_search_has_what_was_said_and_the_order_of_the_page_where_none_was() -> None:
    asked = state(q="harbour", category=["a", "b"], until="2020", each="yes", limit="5", page="2")
    said = {"categories": ("a", "b"), "until": "2020", "each": True, "limit": 5, "page": 2}
    assert asked.search("newest") == Search("harbour", sort="newest", **said)  # type: ignore[arg-type]
    assert State().search() == Search()


def test_no_parameter_is_asked_for_by_a_name_that_there_is_not() -> None:
    with pytest.raises(KeyError):
        _ = State()["colour"]


def test_without_any_filter_no_chip_is_left() -> None:
    everything = State().but(**dict.fromkeys(PARAMETERS, "1"))
    left = everything.unfiltered()
    assert chips(everything) and not chips(left)
    assert dict(left.parameters()).keys() == {"q", "sort", "typing", "expand", "limit"}
