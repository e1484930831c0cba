"""Titles of containers between lines of colons are seen, and so is what they hold."""

from __future__ import annotations

import pytest

from article_search.reading.markup import plain_text


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        (":::note\n\nText.\n\n:::\n\nAfter.", "Text.\n\nAfter."),
        (":::note\nText.\n:::\nAfter.", "Text.\n\nAfter."),
        (":::warning[Beware of owls]\n\nText.\n\n:::", "Beware of owls\n\nText."),
        (":::tip[With **bold**, `code` and [a link](/x)]\nText.\n:::", "With bold, code and a link\n\nText."),
        (":::note[Title]{#id .class}\nText.\n:::", "Title\n\nText."),
        (":::danger Sharpen pencils first\n\nText.\n\n:::", "Sharpen pencils first\n\nText."),
        ("Before\n::: tip Sharpen *pencils*\nText.\n:::\nAfter", "Before\n\nSharpen pencils\n\nText.\n\nAfter"),
        ("::: details Click for more {open}\nText.\n:::", "Click for more\n\nText."),
        ("::::info[Outer]\n:::tip[Inner]\nText.\n:::\n::::", "Outer\n\nInner\n\nText."),
        ("- item\n\n  :::tip[Deep]\n  Text.\n  :::\n", "item\n\nDeep\n\nText."),
        ("> ::: tip Quoted\n> Text.\n> :::", "Quoted\n\nText."),
        ("::: warning :::\nText.\n:::::", "Text."),
        ("::: {.callout-note title=\"Of note\"}\nText.\n:::", "Of note\n\nText."),
        ("::: {#id .column-margin}\nText.\n:::", "Text."),
        (":::{admonition} A title of MyST\nText.\n:::", "A title of MyST\n\nText."),
        (":::info{title='By attribute'}\nText.\n:::", "By attribute\n\nText."),
        ("::: v-pre\n{{ shown }} or not\n:::", "or not"),
        ("::: code-group labels=[npm]\n```sh [npm]\nnpm i\n```\n:::", "npm i"),
        ("::: code-tabs\n@tab npm\n```sh\nnpm i\n```\n@tab:active yarn#yarn\n```sh\nyarn\n```\n:::",
         "npm\n\nnpm i\n\nyarn\n\nyarn"),
        (":::tabs\n== Linux\nOne\n== Mac\nTwo\n:::", "Linux\n\nOne\n\nMac\n\nTwo"),
        (":::image type=\"content\" source=\"a.png\" alt-text=\"A pier\":::", "A pier"),
        (":::code language=\"csharp\" source=\"~/a.cs\" range=\"1-9\":::", ""),
        ("::: moniker range=\">= 2\"\nText.\n::: moniker-end", "Text."),
        (":::row:::\n:::column span=\"2\":::\nText.\n:::column-end:::\n:::row-end:::", "Text."),
        ("::youtube[A film of boats]{#x1}\n\nAfter", "A film of boats\n\nAfter"),
    ],
)  # fmt: skip
def test_titles_and_texts_are_seen(source: str, seen: str) -> None:
    assert plain_text(source) == seen


@pytest.mark.parametrize(
    "text",
    [
        "Use std::vector ::: or not, a ::: b",
        "::: he said, and left without closing anything",
        ":::) smiled the man",
        "::1 is the address of localhost",
        "::after is no element",
    ],
)
def test_colons_in_prose_stay(text: str) -> None:
    assert plain_text(text) == text


def test_code_shows_containers() -> None:
    code = ":::note[Title]{#id}\ntext\n:::\n::: tip Other\n:::"
    assert plain_text(f"```md\n{code}\n```") == code.replace("\n", " ")
    assert plain_text(f"Text\n\n    {code.replace(chr(10), chr(10) + '    ')}") == "Text\n\n" + code.replace("\n", " ")
