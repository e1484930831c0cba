"""Of an Obsidian note a reader sees the words of links, and no comments, ids or queries."""

from __future__ import annotations

import pytest

from article_search.reading.markup import plain_text


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("See [[Page|what is *shown*]] and [[Folder/Note]].", "See what is shown and Folder/Note."),
        ("[[Page#Heading]], [[#Here]], [[Page#A#B]], [[Page#^id|block]], [[Page#^id]]",
         "Page > Heading, Here, Page > A > B, block, Page"),
        ("![[image.png|100]]a![[image.png|100x200]]b![[note]] ![[b.png|A boat]] ![[c.png|A pier|300]]",
         "ab A boat A pier"),
        ("| a | b |\n|---|---|\n| [[Page\\|shown]] | x |", "a b\n\nshown x"),
        ("A %%hidden%% b.\n\n%%\nhidden\n\n# block\n%%\n\nEnd.", "A b.\n\nEnd."),
        ("100%% sure", "100%% sure"),
        ("`%%a%%` and %%no `%%` more%% end", "%%a%% and end"),
        ("==Marked *text*== here, a == b == c", "Marked text here, a == b == c"),
        ("A claim. ^claim-1\n\n^table-2\n\nx^2 stays, ^this too", "A claim.\n\nx^2 stays, ^this too"),
        ("```dataview\nTABLE x\nFROM \"y\"\n```\n\nText.\n\n```js\nx\n```", "Text.\n\nx"),
        ("A #tag and #nested/tag", "A #tag and #nested/tag"),
        ("#tag-first of all", "#tag-first of all"),
        ("> [!tip]- Title\n> [[Page|Text]] %%no%%", "Title\n\nText"),
        ("{{date}} and {% x %} stay", "{{date}} and {% x %} stay"),
        ("`[[Page|code]]` ==", "[[Page|code]] =="),
    ],
)  # fmt: skip
def test_a_vault(source: str, seen: str) -> None:
    assert plain_text(source, "note.md", "obsidian") == seen


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("See [[Page|shown]] and ![[image.png|100]].", "See shown and ."),
        ("A %%x%% ==y== [[Note]] end ^id", "A %%x%% ==y== [[Note]] end ^id"),
        ("if [[ -f x || -f y ]] then", "if [[ -f x || -f y ]] then"),
        ('x[["a"|"b"]]', 'x[["a"|"b"]]'),
        ("`[[Page|code]]`", "[[Page|code]]"),
    ],
)
def test_elsewhere_only_what_is_unmistakable(source: str, seen: str) -> None:
    assert plain_text(source) == seen
