"""Lines that are for the generator only are not seen."""

from __future__ import annotations

import pytest

from article_search.reading.markup import plain_text


@pytest.mark.parametrize(
    "line",
    [
        '--8<-- "docs/a.md"',
        "--8<--\na.md\nb.md\n--8<--",
        "*[HTML]: Hypertext *Markup* Language",
        "[TOC]",
        "[[toc]]",
        "[[_TOC_]]",
        "<<< @/snippets/a.js{2}",
    ],
)
def test_lines_for_the_generator_are_not_seen(line: str) -> None:
    assert plain_text(f"One.\n\n{line}\n\nTwo.") == "One.\n\nTwo."
    assert plain_text(f"```\n{line}\n```").split() == line.split()


@pytest.mark.parametrize("text", ["The [TOC] is long", "Cut --8<-- here", "a <<< b", "See [[toc]] there", "2 *[x]: y"])
def test_the_same_signs_in_a_sentence_stay(text: str) -> None:
    assert plain_text(text) == text
