"""Plain values are found in programs that are never run."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from article_search.settings.recognising import literals
from tests.effort import at_most

JAVASCRIPT = """
// title: "a remark"
const secret = process.env.SECRET; /* url: "another" */
module.exports = {
  title: "It's {here}", // not: "there"
  url: 'https:\\/\\/a.example',
  tagline: `plain`,
  computed: `a ${secret}`,
  joined: "a" + secret,
  nested: wrap({ inner: { flag: false, "quoted key": 'x' } }),
  i18n: { locales: ["en", 'fr'], defaultLocale: "en" },
  presets: [["classic", { docs: { routeBasePath: "/", exclude: ["a", "b"] }, blog: false }]],
  title: "given twice",
};
"""

PHP = """<?php
# 'baseUrl' => 'a remark',
return [
    'baseUrl' => 'https://a.example',
    'production' => true,
    'collections' => [
        'posts' => ['path' => 'blog/{filename}', 'filter' => function ($item) { return $item['x'] == 'y'; }],
        'empty' => [],
        'people' => [ 'path' => fn ($page) => 'p/' . $page->name ],
    ],
];
"""


@pytest.mark.parametrize(
    ("keys", "value"),
    [
        (("title",), "It's {here}"),
        (("url",), "https://a.example"),
        (("tagline",), "plain"),
        (("computed",), None),
        (("nested", "inner", "flag"), "false"),
        (("nested", "inner", "quoted key"), "x"),
        (("i18n", "locales"), ["en", "fr"]),
        (("i18n", "defaultLocale"), "en"),
        (("presets", "docs", "routeBasePath"), "/"),
        (("presets", "docs", "exclude"), ["a", "b"]),
        (("presets", "blog"), "false"),
    ],
)
def test_javascript(keys: tuple[str, ...], value: object) -> None:
    assert literals.read(JAVASCRIPT).get(keys) == value


@pytest.mark.parametrize(
    ("keys", "value"),
    [
        (("baseUrl",), "https://a.example"),
        (("production",), "true"),
        (("collections", "posts", "path"), "blog/{filename}"),
        (("collections", "empty"), []),
    ],
)
def test_php(keys: tuple[str, ...], value: object) -> None:
    assert literals.read(PHP).get(keys) == value


def test_what_a_function_works_out_is_no_value() -> None:
    assert ("collections", "people", "path") not in literals.read(PHP)


def test_an_arrow_function_has_no_keys_of_its_own() -> None:
    found = literals.read("export default config => { return { dir: { input: 'src' } } }")
    assert found[("dir", "input")] == "src"


@given(st.text(alphabet="ab:'\"`\\/*#{}[](),;= \n$", max_size=200))
def test_any_text_is_read(text: str) -> None:
    for keys, value in literals.read(text).items():
        assert all(isinstance(key, str) for key in keys)
        assert isinstance(value, str | list)


@pytest.mark.parametrize("piece", ["{", "a:", "'", "`", "/*", "//", "\\", "[", "'a',", "a:{", "`$"])
def test_a_long_text_takes_time_by_its_length(piece: str) -> None:
    with at_most(10):
        literals.read(piece * (200_000 // len(piece)))
