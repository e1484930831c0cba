"""Categories are read in any shape."""

from __future__ import annotations

import pytest

from tests.effort import at_most
from tests.reading.metadata.sources import titled


@pytest.mark.parametrize(
    ("header", "categories"),
    [
        ("categories: [latest, sports]", ("latest", "sports")),
        ("categories:\n  - latest\n  - sports", ("latest", "sports")),
        ("categories:\n- latest\n- sports", ("latest", "sports")),
        ("categories: latest, sports", ("latest", "sports")),
        ("categories: latest sports", ("latest", "sports")),
        ("category: World news", ("World news",)),
        ("tags: World news, boats,", ("World news", "boats")),
        ("tags: #cloud #azure", ("cloud", "azure")),
        ("tags: [C#, '#boats', C++]", ("C#", "boats", "C++")),
        ("tags: [[Sea, Boats], [Land]]", ("Sea", "Boats", "Land")),
        ("tags: [10.8, 010, 2020-01-01, no, 1_000]", ("10.8", "010", "2020-01-01", "no", "1_000")),
        ("tags: [boats, null, ~, '', ferries]", ("boats", "ferries")),
        ("tags: [Boats, boats, BOATS, Ferries]", ("Boats", "Ferries")),
        ("tags:\n  - C++: an introduction\n  - boats", ("C++: an introduction", "boats")),
        ("tags:\n  - name: boats\n    slug: b", ("boats",)),
        ("tags: 数据，数学", ("数据", "数学")),
        ("tags: [snake_case, R&D, Q&amp;A, ' two  words ']", ("snake_case", "R&D", "Q&A", "two words")),
        ("tags: null", ()),
        ("tags:", ()),
        ("tags: []", ()),
        ("category: a\ncategories: [b]\ntags: [c, A]", ("b", "a", "c")),
    ],
)
def test_categories_of_any_shape_are_read(header: str, categories: tuple[str, ...]) -> None:
    assert titled(*header.split("\n")).categories == categories


def test_shared_lists_are_walked_in_bounded_time() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}, *a{n - 1}, y]" for n in range(1, 12)]
    with at_most(1):
        assert titled(*lines, "tags: *a11").categories[0] == "x"
