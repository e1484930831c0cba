"""Text fits a terminal and does it no harm."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from article_search.terminal import screen
from article_search.terminal.screen import Screen
from tests.terminal.material import ANY_TEXT, PIPE, is_harmless


@given(ANY_TEXT)
def test_no_control_character_survives_cleaning(text: str) -> None:
    assert is_harmless(screen.clean(text))


def test_cleaning_keeps_words_and_shows_where_something_was_taken_away() -> None:
    assert screen.clean("Ünited\tof\n 東京 👩‍🚀") == "Ünited of 東京 👩‍🚀"
    assert screen.clean("\x1b[31mred") == "\ufffd[31mred"
    assert screen.clean("abc\u202edef") == "abcdef"


@pytest.mark.parametrize(
    ("text", "columns"),
    [("word", 4), ("東京", 4), ("e\u0301", 1), ("\uff21", 2), ("zero\u200bwidth", 9), ("", 0)],
)
def test_wide_letters_take_two_columns_and_combining_ones_none(text: str, columns: int) -> None:
    assert screen.columns(text) == columns


@given(ANY_TEXT, st.integers(10, 90))
def test_no_wrapped_line_is_wider_than_the_screen(text: str, width: int) -> None:
    assert all(screen.columns(line) <= width for line in screen.wrapped(text, width, "  "))


@given(ANY_TEXT)
def test_wrapping_loses_nothing_but_white_space(text: str) -> None:
    lines = screen.wrapped(text, 20)
    assert "".join("".join(lines).split()) == "".join(screen.clean(text).split())


def test_text_without_blanks_between_words_is_wrapped_before_no_closing_mark() -> None:
    assert screen.wrapped("東京都は大きい。", 10) == ["東京都は大", "きい。"]
    assert screen.wrapped("東京都は大。", 10) == ["東京都は", "大。"]


@pytest.mark.parametrize(
    ("is_terminal", "environment", "colour"),
    [
        (True, {}, True),
        (False, {}, False),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),
        (True, {"TERM": "dumb"}, False),
        (False, {"FORCE_COLOR": "1"}, True),
        (False, {"FORCE_COLOR": "0"}, False),
        (False, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_colour_is_for_terminals_that_want_it(is_terminal: bool, environment: dict[str, str], colour: bool) -> None:
    assert Screen.of(80, is_terminal, environment).colour is colour


@pytest.mark.parametrize(("columns", "width"), [(80, 80), (5, 40), (0, 40), (400, 100)])
def test_lines_are_as_wide_as_the_terminal_within_reason(columns: int, width: int) -> None:
    assert Screen.of(columns, True, {}).width == width


def test_a_long_message_is_wrapped_between_words_for_a_person_and_on_one_line_for_a_program() -> None:
    message = "articles: " + "many words " * 20
    assert screen.message_lines(message, PIPE) == [message.strip()]
    lines = screen.message_lines(message, Screen(60, wraps=True), "  ")
    assert len(lines) > 3
    assert all(len(line) <= 60 for line in lines)
    assert lines[0].startswith("  articles: many words")
    assert all(line.startswith("    ") for line in lines[1:])
    assert " ".join(line.strip() for line in lines) == message.strip()
