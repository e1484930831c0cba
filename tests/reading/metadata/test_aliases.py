"""What else an article is called: by its header, its file, its address and its headings."""

from __future__ import annotations

from datetime import UTC

import pytest

from article_search.limits import LIMITS
from article_search.reading.article import Rules, parse
from tests.effort import at_most
from tests.reading.metadata.sources import NOW


def names(source: str, path: str = "page.md", pattern: str = "") -> tuple[str, ...]:
    return parse(source.encode(), path, Rules(UTC, pattern) if pattern else Rules(UTC), NOW).names


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("aliases: [/old/name/, Another name]", {"name", "Another name"}),
        ("alias: Short name", {"Short name"}),
        ("redirect_from:\n  - /2012/03/first-name.html\n  - /b/index.html", {"first-name", "b"}),
        ("slug: a-slug", {"a-slug"}),
        ("linkTitle: In the menu", {"In the menu"}),
        ("sidebar_label: At the side", {"At the side"}),
        ("aliases: [1, null, {a: b}]", set()),
        ("aliases: ''", set()),
    ],
)
def test_a_header_names_others(header: str, expected: set[str]) -> None:
    assert expected <= set(names(f"---\ntitle: Title\n{header}\n---\nText.\n"))


def test_the_file_is_a_name_without_its_date() -> None:
    assert "winter-timetable" in names("---\ntitle: Boats\n---\n", "2020-01-02-winter-timetable.md")


def test_headings_are_names_but_not_those_in_code() -> None:
    source = (
        "---\ntitle: Hooks\n---\n# Hooks\n## `useState()` {#state}\ntext\n### [Rules](https://e.org/x) ##\n"
        "```sh\n## no heading\n```\nUnder a line\n---\n\n> quoted\n---\n"
    )
    found = names(source)
    assert {"`useState()`", "[Rules", "Under a line"} <= {name.partition("]")[0] for name in found}
    assert not [name for name in found if "no heading" in name or "e.org" in name or "quoted" in name]


def test_there_are_so_many_names_and_no_more() -> None:
    source = "".join(f"## Heading {number}\n" for number in range(10 * LIMITS.names))
    assert len(names(source)) == LIMITS.names


@pytest.mark.parametrize(
    "line", ["## " + "](" * 40_000, "## " + "<" * 80_000, "## " + "{" * 80_000, "## a" + " " * 80_000]
)
def test_hostile_headings_are_read_in_bounded_time(line: str) -> None:
    with at_most(3):
        names(f"---\ntitle: T\n---\n{line}\n" * 2 + f"{line[:900]}\n" * 300)
