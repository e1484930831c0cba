"""A search says all that can be asked, in one table that holds together; what cannot be asked is refused by name."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from article_search.errors import OptionError
from article_search.limits import LIMITS
from article_search.query.search import OPTIONS, Search, whole_number


def test_every_field_has_its_row_and_every_row_its_field() -> None:
    assert sorted(option.field for option in OPTIONS) == sorted(field.name for field in fields(Search))


def test_no_two_options_have_the_same_name_and_what_is_offered_is_described() -> None:
    for names in ([one.flag for one in OPTIONS if one.flag], [one.parameter for one in OPTIONS if one.parameter]):
        assert len(set(names)) == len(names)
    assert all(one.help for one in OPTIONS if one.flag)
    assert all(one.description for one in OPTIONS if one.parameter)
    assert all(one.highest for one in OPTIONS if one.kind in ("number", "texts"))


def test_a_search_is_made_of_words_and_options_or_of_another_search() -> None:
    asked = Search.of("smalling roma", limit=5)
    assert asked == Search("smalling roma", limit=5)
    assert Search.of(asked, page=2) == Search("smalling roma", limit=5, page=2)
    assert Search.of(asked) == asked
    for text in ("smalling", asked):
        with pytest.raises(TypeError, match="colour"):
            Search.of(text, colour="red")


@pytest.mark.parametrize(
    ("options", "name", "says"),
    [
        ({"sort": "best"}, "sort", "sort must be one of relevance, newest, oldest, not 'best'"),
        ({"limit": 0}, "limit", "limit must be from 1 to 100, not 0"),
        ({"limit": 101}, "limit", "not 101"),
        ({"page": 0}, "page", "page must be from 1 to 10000, not 0"),
        ({"page": 1001}, "page", "page must be from 1 to 1000 with 10 articles a page, not 1001"),
        ({"page": 101, "limit": 100}, "page", "from 1 to 100 with 100 articles a page"),
        ({"categories": ["c"] * 21}, "category", "at most 20 categories can be chosen at once"),
        ({"any": True, "strict": True}, "strict", "any and strict exclude one another"),
        ({"sort": None}, "sort", "sort must be one of relevance, newest, oldest, not 'None'"),
        ({"limit": "5"}, "limit", "limit must be from 1 to 100, not 5"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(options: dict[str, Any], name: str, says: str) -> None:
    with pytest.raises(OptionError, match=says) as caught:
        Search("roma", **options).check(page_size=10)
    assert caught.value.option == name


def test_the_last_page_depends_on_the_hits_a_page() -> None:
    Search("roma", page=1000).check(page_size=10)
    Search("roma", page=10_000, limit=1).check(page_size=10)
    Search("roma", categories=["c"] * 20).check(page_size=10)


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "ten", "١", "1_0", "9" * 5_000, "10001", " "])
def test_a_page_that_is_no_number_is_refused_by_name(value: str) -> None:
    with pytest.raises(OptionError) as caught:
        whole_number("page", value, LIMITS.page_depth)
    assert caught.value.option == "page"
