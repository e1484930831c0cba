"""Titles and texts of admonitions, tabs and callouts are seen, their marks are not."""

from __future__ import annotations

import pytest

from article_search.reading.markup import plain_text


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("!!! note\n    Text.\n\nAfter.", "Text.\n\nAfter."),
        ('!!! note "Of *note*"\n\n    **Text**.\n\n    - one\n\nAfter.', "Of note\n\nText.\n\none\n\nAfter."),
        ('!!! danger ""\n    Text.', "Text."),
        ('!!! info inline end "Beside"\n    Text.', "Beside\n\nText."),
        ('??? question "Why so?"\n    Because.', "Why so?\n\nBecause."),
        ('???+ tip "Open"\n    Text.', "Open\n\nText."),
        ('Before\n!!! note "Outer"\n    One.\n\n    !!! tip "Inner"\n        Two.\n\n    Three.\nFour.',
         "Before\n\nOuter\n\nOne.\n\nInner\n\nTwo.\n\nThree.\n\nFour."),
        ('=== "Linux"\n\n    ```sh\n    apt *x*\n    ```\n\n=== "Mac"\n\n    Brew.',
         "Linux\n\napt *x*\n\nMac\n\nBrew."),
        ('===! "Set"\n    Text.', "Set\n\nText."),
        ('1. One\n\n    !!! note "In a list"\n        Text.\n\n2. Two', "One\n\nIn a list\n\nText.\n\nTwo"),
        ("> [!NOTE]\n> Text.", "Text."),
        ("> [!note]- Folded *title*\n> Text\n> more.", "Folded title\n\nText more."),
        ("> [!my-kind|left]+ Title\n> Text.", "Title\n\nText."),
        ("> [!tip] Only a title", "Only a title"),
        ("> [!question] Outer\n> > [!todo] Inner\n> > Text.", "Outer\n\nInner\n\nText."),
        ("- > [!tip] In a list\n  > Text.", "In a list\n\nText."),
    ],
)  # fmt: skip
def test_titles_and_texts_are_seen(source: str, seen: str) -> None:
    assert plain_text(source) == seen


@pytest.mark.parametrize(
    "text",
    [
        "!!! what a day",
        "??? nobody knows",
        "What a day!!! really \"good\"",
        "a === \"b\"",
        "He said [!] twice",
    ],
)  # fmt: skip
def test_signs_in_prose_stay(text: str) -> None:
    assert plain_text(text) == text


@pytest.mark.parametrize(
    "code",
    ['!!! note "Title"\n    Text', '=== "Tab"\n\n    Text', "> [!note] Title\n> Text"],
)
def test_code_shows_them(code: str) -> None:
    assert plain_text(f"```md\n{code}\n```").split() == code.split()
